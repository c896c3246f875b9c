// A machine's own page: how it is, its day, its figures, its signals as charts.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a machine shows.
struct MachineModel: Sendable {
    /// A range for the charts.
    struct Choice: Sendable {
        let name: String
        let address: String
        let isHere: Bool
    }

    /// A row of the table behind the strip.
    struct EpisodeRow: Sendable {
        let from: String
        let to: String
        let state: String
        let length: String
        let reason: String
        let sayAddress: String?
    }

    let frame: PageFrame
    let card: Card
    let period: String
    let figures: [FigureLink]
    let legend: Legend
    let episodes: [EpisodeRow]
    let choices: [Choice]
    let dayAxis: SVGMarkup
    let charts: [ChartModel]
    let hasCharts: Bool
    let texts: [TextModel]
    let hasTexts: Bool
    let timeAddress: String
    let statesAddress: String
    let tabletAddress: String
    let sheetAddress: String
    let failuresAddress: String
}

/// `GET /m/{machine}`.
enum MachinePage {
    static func answer(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard let now = try await ask.world.machineNow(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        return try ask.page(await model(now, ask: ask), template: "machine")
    }

    /// Figures of the day in the order of the page.
    private static let figureOrder: [Figure] = [
        .runningShare, .timeLost, .parts, .energy, .unseenTime,
    ]

    static func model(_ now: MachineNow, ask: Ask) async throws -> MachineModel {
        let world = ask.world
        let clock = ask.clock
        let id = now.machine.id
        let soFar = TimeRange(
            start: now.stripRange.start, end: max(now.stripRange.start, world.time))
        var figures: [FigureLink] = []
        for figure in figureOrder {
            let key = FigureKey(figure: figure, machine: id, range: soFar)
            let keyed = try await world.indicator(key)
            figures.append(FigureLink(keyed, currency: world.factory.currency))
        }
        let choice = ask.query.filled("charts").flatMap(ChartRange.init) ?? .shift
        let range = choice.range(now: now, time: world.time)
        var charts: [ChartModel] = []
        var texts: [TextModel] = []
        let lasts = world.lastValues()
        for signal in world.factory.signals(of: id) where !signal.isRetired {
            let last = lasts[signal.id]
            if signal.kind == .text {
                texts.append(try await TextModel(signal, last: last, ask: ask))
            } else {
                let chart = try await world.chart(
                    signal.id, range: range, points: ChartModel.columns)
                let form = SignalForm(signal, on: now.machine)
                charts.append(ChartModel(chart, form: form, last: last, ask: ask))
            }
        }
        return MachineModel(
            frame: try await frame(now, ask: ask),
            card: Card(
                now, picture: world.time, clock: clock, currency: world.factory.currency,
                columns: Strip.usualColumns * 2),
            period: "Since " + clock.moment(now.stripRange.start, today: world.time),
            figures: figures,
            legend: Legend(since: "Since " + clock.moment(now.stripRange.start, today: world.time)),
            episodes: now.strip.reversed().map { row($0, machine: id, clock: clock, world: world) },
            choices: ChartRange.allCases.map {
                .init(
                    name: $0.name, address: "/m/\(id.text)?charts=\($0.rawValue)#charts",
                    isHere: $0 == choice)
            },
            dayAxis: TimeAxis(now.stripRange, zone: clock.zone, most: 9).drawing,
            charts: charts, hasCharts: !charts.isEmpty, texts: texts, hasTexts: !texts.isEmpty,
            timeAddress: "/time?range=week&machine=" + id.text,
            statesAddress: "/m/\(id.text)/states", tabletAddress: "/o/\(id.text)",
            sheetAddress: "/m/\(id.text)/sheet",
            failuresAddress: FigureText.address(
                FigureKey(
                    figure: .betweenFailures, machine: id,
                    range: RangeChoice.month.range(at: world.time, calendar: world.calendar))))
    }

    private static func frame(_ now: MachineNow, ask: Ask) async throws -> PageFrame {
        let world = ask.world
        let shift = world.calendar.shift(at: world.time)
        let area = now.machine.area.flatMap { world.factory.areas[$0] }
        let place = area.map { PageFrame.Cell(label: "Area", value: $0) }
        return ask.frame(
            title: now.machine.name, ask: "How is \(now.machine.name)?",
            sentence: try await world.machineSentence(now.machine.id),
            cells: [ask.siteCell] + (place.map { [$0] } ?? []) + [
                .init(label: "Shift", value: shift?.name ?? "Outside shifts"),
                Freshness.cell(newest: now.lastSample, now: world.time, clock: ask.clock),
            ], topics: "machines,tick",
            oldWords: Freshness.words(newest: now.lastSample, now: world.time, clock: ask.clock))
    }

    private static func row(
        _ episode: StateEpisode, machine: Slug, clock: LocalClock, world: any WorldDoor
    ) -> MachineModel.EpisodeRow {
        let isStop = episode.isStop
        let at = episode.range.start.millisecondsSince1970
        let name = episode.reason.map { world.factory.reasons[$0]?.name ?? $0.text }
        let more = episode.detail.isEmpty ? "" : ": " + episode.detail
        return .init(
            from: clock.moment(episode.range.start, today: world.time),
            to: episode.isOpen ? "now" : clock.moment(episode.range.end, today: world.time),
            state: episode.state.word, length: Plain.duration(episode.range.elapsed),
            reason: name.map { $0 + more } ?? (isStop ? "Nobody has said why yet" : ""),
            sayAddress: isStop ? "/m/\(machine.text)/stop?at=\(at)" : nil)
    }
}

/// Ranges of charts on a machine's page.
enum ChartRange: String, Sendable, Hashable, CaseIterable {
    /// The last hour.
    case hour
    /// The shift, or the time the strip stands for.
    case shift
    /// The last 24 hours.
    case day
    /// The last seven days.
    case week

    /// The name on the page.
    var name: String {
        switch self {
        case .hour: "1 hour"
        case .shift: "This shift"
        case .day: "24 hours"
        case .week: "One week"
        }
    }

    /// The range up to now.
    func range(now: MachineNow, time: Timestamp) -> TimeRange {
        switch self {
        case .hour: TimeRange(start: time - .hours(1), end: time)
        case .shift:
            TimeRange(
                start: now.stripRange.start, end: max(time, now.stripRange.start + .minutes(1)))
        case .day: TimeRange(start: time - .hours(24), end: time)
        case .week: TimeRange(start: time - .hours(168), end: time)
        }
    }
}
