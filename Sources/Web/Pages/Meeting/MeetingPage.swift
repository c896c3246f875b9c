// The daily meeting: the last working day on one page, what needs an answer, room to decide.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of the meeting shows.
struct MeetingModel: Sendable {
    /// A machine's day.
    struct Row: Sendable {
        let name: String
        let address: String
        let share: FigureLink
        let lost: String
        let worst: String
        let parts: String
        let unseen: String
    }

    /// A loss.
    struct Loss: Sendable {
        let name: String
        let time: FigureLink
        let cost: String
    }

    /// A stop without a reason.
    struct Question: Sendable {
        let words: String
        let address: String
    }

    let frame: PageFrame
    let day: String
    let rows: [Row]
    let hasRows: Bool
    let losses: [Loss]
    let hasLosses: Bool
    let questions: [Question]
    let hasQuestions: Bool
    let moreQuestions: String?
    let calls: [Question]
    let hasCalls: Bool
    let gaps: [String]
    let hasGaps: Bool
    let blanks: [Int]
    let before: String
    let after: String?
}

/// `GET /meeting`.
enum MeetingPage {
    /// Losses and questions on the page.
    private static let losses = 3
    private static let questions = 8
    /// Remarks about what was not seen.
    private static let gaps = 3
    /// Lines for decisions on the printed page.
    private static let blanks = 5
    /// How far back the last working day is looked for.
    private static let reach = 14

    static func answer(_ ask: Ask) async throws -> Response {
        let zone = ask.clock.zone
        let today = zone.local(ask.world.time).date
        var date = lastWorkingDay(before: today, ask)
        if let text = ask.query.filled("day") {
            guard let asked = CivilDate(text), asked <= today else {
                throw Problem(
                    .badRequest,
                    "“\(text)” is no day up to today. A day is written as 2026-11-13.")
            }
            date = asked
        }
        let range = TimeRange(
            start: zone.midnight(date),
            end: min(ask.world.time, zone.midnight(date.adding(days: 1))))
        return try ask.page(try await model(date, range, today, ask), template: "meeting")
    }

    private static func lastWorkingDay(before today: CivilDate, _ ask: Ask) -> CivilDate {
        let zone = ask.clock.zone
        for back in 1...reach {
            let date = today.adding(days: -back)
            let day = TimeRange(
                start: zone.midnight(date), end: zone.midnight(date.adding(days: 1)))
            if ask.world.calendar.shifts(in: day).contains(where: { day.contains($0.range.start) })
            {
                return date
            }
        }
        return today.adding(days: -1)
    }

    private static func model(
        _ date: CivilDate, _ range: TimeRange, _ today: CivilDate, _ ask: Ask
    ) async throws -> MeetingModel {
        let currency = ask.world.factory.currency
        let picture = try await ask.world.time(range: range, machine: nil)
        let table = try await ask.world.figureTable(range: range, by: [.machine], machine: nil)
        let whole = try await ask.world.figureTable(range: range, by: [.site], machine: nil)
            .rows.first?.figures
        let now = try await ask.world.now()
        let open = picture.strips.flatMap { strip in
            strip.episodes.filter { $0.isStop && $0.reason == nil }
                .filter { $0.range.elapsed >= UnderstandLimits.shortStop }
                .map { (strip.machine, $0.range) }
        }.sorted { $0.1.elapsed > $1.1.elapsed }
        return MeetingModel(
            frame: ask.frame(
                title: "Meeting", ask: "What do we talk about today?",
                sentence: WeekWords.day(
                    Plain.date(date),
                    lost: ReportPage.isSeen(picture, whole)
                        ? picture.total.indicator.value.amount.map(ReportPage.length) : nil,
                    most: picture.losses.first.map {
                        $0.isUnexplained ? "time without a reason" : $0.name
                    }, machines: picture.strips.count),
                cells: [ask.siteCell, .init(label: "Day", value: Plain.date(date))]),
            day: Plain.date(date),
            rows: picture.strips.map { row($0, table, ask) }, hasRows: !picture.strips.isEmpty,
            losses: picture.losses.prefix(losses).map { line in
                .init(
                    name: line.isUnexplained ? "No reason given" : line.name,
                    time: FigureLink(line.time, currency: currency),
                    cost: line.money.map { FigureText.value($0, currency: currency) } ?? "")
            }, hasLosses: !picture.losses.isEmpty,
            questions: open.prefix(questions).map { machine, range in question(machine, range, ask)
            },
            hasQuestions: !open.isEmpty,
            moreQuestions: open.count > questions
                ? Plain.capitalised(
                    Plain.count(Int64(open.count - questions), "shorter one", "shorter ones"))
                    + " not shown." : nil,
            calls: now.machines.filter(\.needsPerson).prefix(questions).map { machine in
                .init(
                    words: machine.machine.name + ": " + Plain.midSentence(machine.state.word)
                        + (machine.since.map { " since " + ask.clock.minute($0) } ?? ""),
                    address: "/m/" + machine.machine.id.text)
            }, hasCalls: now.machines.contains(where: \.needsPerson),
            gaps: Array(picture.gaps.prefix(gaps))
                + (picture.gaps.count > gaps
                    ? [
                        Plain.capitalised(
                            Plain.count(
                                Int64(picture.gaps.count - gaps), "more remark stands",
                                "more remarks stand")) + " on the page Time."
                    ] : []),
            hasGaps: !picture.gaps.isEmpty, blanks: Array(1...blanks),
            before: "/meeting?day=" + lastWorkingDay(before: date, ask).text,
            after: date < today ? "/meeting?day=" + date.adding(days: 1).text : nil)
    }

    private static func question(
        _ machine: Machine, _ range: TimeRange, _ ask: Ask
    ) -> MeetingModel.Question {
        .init(
            words: "\(machine.name), \(ask.clock.minute(range.start)), for "
                + Plain.duration(range.elapsed),
            address: "/m/\(machine.id.text)/stop?at=\(range.start.millisecondsSince1970)")
    }

    private static func row(
        _ strip: MachineStrip, _ table: FigureTable, _ ask: Ask
    ) -> MeetingModel.Row {
        let figures = table.rows.first { $0.keys.first == strip.machine.id.text }?.figures
        var sums: [String: Elapsed] = [:]
        for episode in strip.episodes where episode.isStop {
            let isShort = episode.range.elapsed < UnderstandLimits.shortStop
            let name =
                episode.reason.flatMap { ask.world.factory.reasons[$0]?.name }
                ?? (isShort ? "Short stops" : "No reason given")
            sums[name, default: .zero] += episode.range.elapsed
        }
        let worst = sums.max { ($0.value, $1.key) < ($1.value, $0.key) }
            .map { $0.key + ", " + Plain.duration($0.value) }
        return .init(
            name: strip.machine.name, address: "/m/" + strip.machine.id.text,
            share: FigureLink(strip.runningShare, currency: ask.world.factory.currency),
            lost: figures.map { Plain.duration($0.time.lost) } ?? "",
            worst: worst ?? "",
            parts: figures.flatMap {
                $0.parts.made > 0
                    ? "\(Plain.number($0.parts.good)) good of \(Plain.number($0.parts.made))" : nil
            } ?? "", unseen: figures.map { Plain.percentSeen($0.time.coverage) } ?? "")
    }
}

extension MeetingPage {
    /// What the page says of the last working day, as the morning e-mail has it.
    static func morning(_ ask: Ask) async throws -> MorningWords {
        let zone = ask.clock.zone
        let today = zone.local(ask.world.time).date
        let date = lastWorkingDay(before: today, ask)
        let range = TimeRange(
            start: zone.midnight(date),
            end: min(ask.world.time, zone.midnight(date.adding(days: 1))))
        let model = try await model(date, range, today, ask)
        let none = Plain.duration(.zero)
        let losses = model.losses.filter { $0.time.value != none }.map { loss in
            loss.name + ": " + loss.time.value + (loss.cost.isEmpty ? "" : ", " + loss.cost)
        }
        let questions = model.questions.map { "No reason yet: " + $0.words }
        return MorningWords(
            sentence: model.frame.sentence,
            lines: losses + questions + model.calls.map(\.words) + model.gaps,
            path: "/meeting?day=" + date.text, page: nil)
    }
}
