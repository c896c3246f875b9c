// The weekly report: one sheet of A4 that says what was lost, what to look at and what got better.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of the report shows.
struct ReportModel: Sendable {
    /// A big figure with a line under it.
    struct Cell: Sendable {
        let figure: FigureLink
        let words: String
    }

    /// A ranked loss.
    struct Loss: Sendable {
        let name: String
        let bar: SVGMarkup
        let time: FigureLink
        let isLink: Bool
        let earlier: FigureLink?
        let price: FigureLink?
    }

    /// A day of one machine.
    struct Day: Sendable {
        let name: String
        let strip: SVGMarkup
    }

    let frame: PageFrame
    let paper: String
    let title: String
    let cells: [Cell]
    let losses: [Loss]
    let hasLosses: Bool
    let isCompared: Bool
    /// Where all losses of the week stand.
    let restAddress: String
    let first: WeekAdvice
    let better: WeekAdvice
    let days: [Day]
    let hasDays: Bool
    let machine: String
    let hours: String
    let legend: Legend
    let power: [String]
    let trust: [String]
    let site: String
    let printed: String
    let number: String
    let before: String
    let after: String?
    let isRunning: Bool
}

/// `GET /r` and `GET /r/{week}`.
enum ReportPage {
    /// Reasons on the sheet; the others stand together in one line.
    private static let losses = 6
    /// Machines that are named where they were not seen.
    private static let named = 3

    /// `GET /r`: the last whole week.
    static func latest(_ ask: Ask) async throws -> Response {
        let today = ask.clock.zone.local(ask.world.time).date
        return Answer.go(to: WeekAddress(of: today).adding(weeks: -1).address)
    }

    /// `GET /r/{week}`.
    static func answer(_ ask: Ask) async throws -> Response {
        let text = ask.context?.parameters.get("week") ?? ""
        guard let week = WeekAddress(text) else {
            throw Problem(
                .notFound, "“\(text)” is no week. A week is written with its year, as 2026-46.")
        }
        let whole = week.range(ask.clock.zone)
        guard whole.start <= ask.world.time else {
            throw Problem(.notFound, "Week \(week.text) has not begun yet.")
        }
        return try ask.page(try await model(week, whole, ask), template: "report")
    }

    /// A picture of the week and of the one before it.
    private struct Pair {
        let week: TimePicture
        let before: TimePicture
        let figures: FigureTableRow?
        let earlier: FigureTableRow?

        var isSeen: Bool { ReportPage.isSeen(week, figures?.figures) }
        var isSeenBefore: Bool { ReportPage.isSeen(before, earlier?.figures) }
    }

    private static func model(
        _ week: WeekAddress, _ whole: TimeRange, _ ask: Ask
    ) async throws -> ReportModel {
        let world = ask.world
        let clock = ask.clock
        let now = world.time
        let range = TimeRange(start: whole.start, end: min(whole.end, now))
        let picture = try await world.time(range: range, machine: nil)
        let pair = Pair(
            week: picture,
            before: try await world.time(range: picture.previous, machine: nil),
            figures: try await world.figureTable(range: range, by: [.site], machine: nil).rows
                .first,
            earlier: try await world.figureTable(
                range: picture.previous, by: [.site], machine: nil
            ).rows.first)
        let energy = try await world.energy(range: range)
        let reasons = weekReasons(pair, ask)
        let isCompared = pair.isSeenBefore && pair.isSeen
        let shown = shownMachine(picture)
        let sentence = WeekWords.verdict(
            loss(picture, pair.figures?.figures, ask),
            before: loss(pair.before, pair.earlier?.figures, ask),
            machines: world.factory.activeMachines.count)
        let name = world.factory.name.isEmpty ? "Not named yet" : world.factory.name
        return ReportModel(
            frame: ask.frame(
                title: "Week \(week.text)", ask: "Weekly report, " + clock.range(whole, today: now),
                sentence: sentence, cells: []),
            paper: ask.site.assets.address("paper.css"),
            title: "Weekly report, " + clock.range(whole, today: now) + " "
                + String(week.monday.adding(days: 6).year),
            cells: try await cells(pair, ask), losses: lossRows(pair, ask),
            hasLosses: !picture.losses.isEmpty, isCompared: isCompared,
            restAddress: "/time?from=\(range.start.millisecondsSince1970)"
                + "&to=\(range.end.millisecondsSince1970)",
            first: WeekWords.first(reasons),
            better: WeekWords.better(reasons, isCompared: isCompared),
            days: shown.map { days($0, range, ask) } ?? [], hasDays: shown != nil,
            machine: shown?.machine.name ?? "", hours: hours(range, ask),
            legend: Legend(since: ""), power: power(energy, ask), trust: trust(pair, ask),
            site: name + (world.kind == .demonstrator ? " (demonstrator, made-up data)" : ""),
            printed: clock.day(now) + " \(clock.zone.local(now).date.year), " + clock.minute(now),
            number: "WR " + week.text, before: week.adding(weeks: -1).address,
            after: whole.end <= now ? week.adding(weeks: 1).address : nil,
            isRunning: whole.end > now)
    }

    /// Whether so much was seen that sums may be compared (decisions 25).
    static func isSeen(_ picture: TimePicture, _ figures: OEE?) -> Bool {
        // Where nothing was planned there is nothing to have seen all of.
        guard let figures, figures.time.plannedBusy > .zero else { return false }
        return picture.total.indicator.coverage >= UnderstandLimits.leastCoverage
    }

    private static func loss(_ picture: TimePicture, _ figures: OEE?, _ ask: Ask) -> WeekLoss {
        let currency = ask.world.factory.currency
        guard isSeen(picture, figures) else { return WeekLoss(time: nil, money: nil) }
        return WeekLoss(
            time: picture.total.indicator.value.amount.map { length($0) },
            money: picture.money.indicator.value.amount.map {
                Money(minor: Int64($0.rounded()), currency: currency)
            })
    }

    static func length(_ seconds: Double) -> Elapsed {
        Elapsed(nanoseconds: Int64((min(max(seconds, -9e9), 9e9) * 1e9).rounded()))
    }

    /// A time in hours, as reports write it.
    private static func hours(
        _ indicator: Indicator, _ key: FigureKey, _ ask: Ask, isSeen: Bool
    ) -> FigureLink {
        let currency = ask.world.factory.currency
        return FigureLink(
            indicator, key: key, remark: "", currency: currency,
            value: indicator.value.amount.map {
                isSeen || $0 > 0
                    ? (isSeen ? "" : "at least ") + Plain.hours(length($0)) : "not seen"
            })
    }

    /// The four figures at the top.
    private static func cells(_ pair: Pair, _ ask: Ask) async throws -> [ReportModel.Cell] {
        let currency = ask.world.factory.currency
        func before(_ indicator: Indicator) -> String {
            guard pair.isSeenBefore, let amount = indicator.value.amount else {
                return "the week before was not measured"
            }
            let value =
                indicator.unit == .seconds
                ? Plain.hours(length(amount)) : FigureText.value(indicator, currency: currency)
            return value + " the week before"
        }
        func cell(_ figure: Figure, _ words: String) async throws -> ReportModel.Cell {
            let keyed = try await ask.world.indicator(
                FigureKey(figure: figure, range: pair.week.range))
            return .init(figure: FigureLink(keyed, currency: currency), words: words)
        }
        let share = try await ask.world.indicator(
            FigureKey(figure: .runningShare, range: pair.before.range)
        ).indicator
        let count = ask.world.factory.activeMachines.count
        let rates = pair.week.money.remark
        let parts = pair.figures?.figures.parts
        let scrap = parts.map { max(0, $0.made - $0.good) } ?? 0
        return [
            try await cell(.runningShare, "of planned time running; " + before(share)),
            .init(
                figure: hours(
                    pair.week.total.indicator, pair.week.total.key, ask,
                    isSeen: pair.isSeen),
                words: "lost, across " + Plain.count(Int64(count), "machine", "machines") + "; "
                    + before(pair.before.total.indicator)),
            .init(
                figure: FigureLink(
                    pair.week.money.indicator, key: pair.week.money.key, remark: "",
                    currency: currency, value: pair.isSeen ? nil : "not seen"),
                words: rates.isEmpty ? "cost of lost time" : "cost of lost time: " + rates),
            try await cell(
                .qualityRatio,
                parts.flatMap { $0.made > 0 ? $0 : nil }.map {
                    "good parts; \(Plain.number(scrap)) not good of \(Plain.number($0.made))"
                } ?? "good parts"),
        ]
    }

    /// Losses on the sheet: the largest, the others together, time without a reason always.
    private static func lossRows(_ pair: Pair, _ ask: Ask) -> [ReportModel.Loss] {
        let currency = ask.world.factory.currency
        let isCompared = pair.isSeenBefore
        let all = pair.week.losses
        let open = all.filter(\.isUnexplained)
        let known = all.filter { !$0.isUnexplained }
        let shown = Array(known.prefix(losses - open.count)) + open
        let rest = known.dropFirst(losses - open.count)
        func previous(_ line: LossLine) -> Double { isCompared ? line.previousSeconds : 0 }
        let restSeconds = rest.reduce(0) { $0 + ($1.time.indicator.value.amount ?? 0) }
        let restBefore = rest.reduce(0) { $0 + previous($1) }
        let largest =
            (shown.map { max($0.time.indicator.value.amount ?? 0, previous($0)) }
            + [restSeconds, restBefore]).max() ?? 0
        var rows = shown.map { line in
            ReportModel.Loss(
                name: line.isUnexplained ? "No reason given" : line.name,
                bar: LossBars.bar(
                    seconds: line.time.indicator.value.amount ?? 0,
                    previous: previous(line), largest: largest),
                time: hours(
                    line.time.indicator, line.time.key, ask, isSeen: pair.isSeen),
                isLink: true,
                earlier: isCompared
                    ? FigureLink(
                        line.time.indicator,
                        key: FigureKey(
                            figure: .reasonTime, reason: line.time.key.reason,
                            range: pair.before.range), remark: "", currency: currency,
                        value: Plain.hours(length(line.previousSeconds))) : nil,
                price: line.money.map {
                    FigureLink(
                        $0,
                        key: FigureKey(
                            figure: .lostMoney, reason: line.time.key.reason,
                            range: pair.week.range), remark: "", currency: currency)
                })
        }
        if let some = rest.first {
            let whole = Indicator(
                name: "Smaller losses", value: .amount(restSeconds), unit: .seconds,
                coverage: some.time.indicator.coverage,
                definition: some.time.indicator.definition, working: some.time.indicator.working)
            rows.append(
                .init(
                    name: Plain.count(Int64(rest.count), "smaller loss", "smaller losses"),
                    bar: LossBars.bar(
                        seconds: restSeconds, previous: restBefore, largest: largest),
                    time: hours(
                        whole, pair.week.total.key, ask, isSeen: pair.isSeen), isLink: false,
                    earlier: nil,
                    price: nil))
        }
        return rows
    }

    /// Every loss with where it came.
    private static func weekReasons(_ pair: Pair, _ ask: Ask) -> [WeekReason] {
        let factory = ask.world.factory
        return pair.week.losses.map { line in
            let stops = pair.week.strips.flatMap { strip in
                strip.episodes.compactMap { episode -> (machine: String, range: TimeRange)? in
                    guard episode.isStop || episode.state == .setup,
                        episode.reason == line.reason
                    else { return nil }
                    return (strip.machine.name, episode.range)
                }
            }
            return WeekReason(
                name: line.isUnexplained ? "Stops without a reason" : line.name,
                loss: line.isUnexplained
                    ? nil : line.reason.flatMap { factory.reasons[$0]?.loss } ?? .stoppage,
                time: length(line.time.indicator.value.amount ?? 0),
                before: length(line.previousSeconds),
                money: line.money?.value.amount.map {
                    Money(minor: Int64($0.rounded()), currency: factory.currency)
                }, place: LossPlace(stops, zone: ask.clock.zone))
        }
    }

    /// The machine that is shown day by day: the one that stood longest.
    private static func shownMachine(_ picture: TimePicture) -> MachineStrip? {
        func stood(_ strip: MachineStrip) -> Double {
            strip.episodes.filter { $0.isStop }.reduce(0) { $0 + $1.range.elapsed.seconds }
        }
        return picture.strips.max { (stood($0), $1.machine.name) < (stood($1), $0.machine.name) }
    }

    private static func days(
        _ strip: MachineStrip, _ range: TimeRange, _ ask: Ask
    ) -> [ReportModel.Day] {
        let zone = ask.clock.zone
        let calendar = ask.world.calendar
        var days: [ReportModel.Day] = []
        var date = zone.local(range.start).date
        while zone.midnight(date) < range.end, days.count < 7 {
            let day = TimeRange(
                start: zone.midnight(date), end: zone.midnight(date.adding(days: 1)))
            let shifts = calendar.shifts(in: day).map(\.range).filter { day.contains($0.start) }
            date = date.adding(days: 1)
            guard let first = shifts.map(\.start).min(), let last = shifts.map(\.end).max(),
                first < range.end
            else { continue }
            let shown = TimeRange(start: first, end: last)
            days.append(
                .init(
                    name: ask.clock.day(first),
                    strip: Strip(range: shown, episodes: strip.episodes, columns: 400).drawing(
                        label: Strip.sentence(
                            machine: strip.machine.name, when: ask.clock.day(first),
                            episodes: strip.episodes,
                            range: TimeRange(start: shown.start, end: min(shown.end, range.end))))))
        }
        return days
    }

    /// `06:00 to 14:00`, where all days have the same hours.
    private static func hours(_ range: TimeRange, _ ask: Ask) -> String {
        let shifts = ask.world.calendar.shifts(in: range)
        let all = Set(shifts.map { Plain.clock($0.range, zone: ask.clock.zone) })
        return all.count == 1 ? all.first ?? "" : "first shift to last"
    }

    private static func power(_ energy: EnergyPicture, _ ask: Ask) -> [String] {
        guard !energy.machines.isEmpty else { return ["No power is measured yet."] }
        var sentences = [energy.sentence]
        if let worst = energy.findings.first { sentences.append(worst) }
        return sentences
    }

    /// What may be wrong with the sheet, said before somebody asks.
    private static func trust(_ pair: Pair, _ ask: Ask) -> [String] {
        guard let figures = pair.figures?.figures, figures.time.plannedBusy > .zero else {
            return ["No time was planned in this week."]
        }
        var sentences = [
            "Machines were seen \(Plain.percentSeen(figures.time.coverage)) of planned time."
        ]
        if let open = pair.week.unexplainedShare.indicator.value.amount {
            sentences.append("\(Plain.percent(1 - open)) of lost time has a reason.")
        }
        let gaps = pair.week.gaps
        sentences += gaps.prefix(named)
        if gaps.count > named {
            sentences.append(
                Plain.capitalised(
                    Plain.count(
                        Int64(gaps.count - named), "more remark stands", "more remarks stand"))
                    + " on the page Time.")
        }
        if let revised = pair.figures?.revised, revised > 0 {
            sentences.append(
                Plain.capitalised(Plain.count(Int64(revised), "closed shift", "closed shifts"))
                    + " changed after closing, as late data came.")
        }
        return sentences
    }
}

extension ReportPage {
    /// What the report of the last whole week says, as Monday's e-mail has it, and the report
    /// itself as one file that needs no other.
    static func morning(_ ask: Ask) async throws -> MorningWords {
        let today = ask.clock.zone.local(ask.world.time).date
        let week = WeekAddress(of: today).adding(weeks: -1)
        let model = try await model(week, week.range(ask.clock.zone), ask)
        let advice = [model.first, model.better].map { advice in
            advice.text.isEmpty ? advice.head : advice.head + ". " + advice.text
        }
        let cells = model.cells.map { "\($0.figure.name): \($0.figure.value), \($0.words)" }
        let page = try ask.site.pages.render(model, template: "report")
        return MorningWords(
            sentence: model.frame.sentence, lines: cells + advice, path: week.address,
            page: ask.site.assets.inlined(page))
    }
}
