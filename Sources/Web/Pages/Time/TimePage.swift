// The page Time: where the time went, losses ranked, what was not seen said.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Time shows.
struct TimeModel: Sendable {
    /// A period that can be chosen.
    struct Choice: Sendable {
        let name: String
        let address: String
        let isHere: Bool
    }

    /// A machine that can be chosen.
    struct MachineChoice: Sendable {
        let id: String
        let name: String
        let isHere: Bool
    }

    /// A loss.
    struct Loss: Sendable {
        let name: String
        let isUnexplained: Bool
        let time: FigureLink
        let stops: String
        let before: String
        let cost: String?
        let bar: SVGMarkup
    }

    /// A machine's strip.
    struct Row: Sendable {
        let name: String
        let address: String
        let strip: SVGMarkup
        let share: FigureLink
        let totals: [String]
    }

    /// One of the six big losses.
    struct BigLossRow: Sendable {
        let name: String
        let factor: String
        let time: String
    }

    /// The biggest stop that nobody explained.
    struct Gap: Sendable {
        let words: String
        let address: String
    }

    let frame: PageFrame
    let choices: [Choice]
    let machines: [MachineChoice]
    let rangeName: String
    let period: String
    let losses: [Loss]
    let hasLosses: Bool
    let hasMoney: Bool
    let total: FigureLink
    let money: FigureLink
    let rows: [Row]
    let hasRows: Bool
    let oee: [FigureLink]
    let hasOEE: Bool
    let unexplained: Gap?
    let gaps: [String]
    let hasGaps: Bool
    let axis: SVGMarkup
    let legend: Legend
    let heads: [String]
    let headline: [FigureLink]
    let rules: [String]
    let bigLosses: [BigLossRow]
    let changeovers: String?
    let split: SplitModel
    let files: TableLinks
}

/// `GET /time`.
enum TimePage {
    static func answer(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug(query: "machine")
        if let machine, ask.world.factory.machines[machine] == nil {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        let period = try AskedPeriod(ask, usual: .today)
        let range = period.range
        let picture = try await ask.world.time(range: range, machine: machine)
        let split = ask.query.filled("by").flatMap(FigureSplit.init(rawValue:)) ?? .shift
        let table = try await ask.world.figureTable(range: range, by: [split], machine: machine)
        return try ask.page(
            model(picture, table, period, ask: ask), template: "time")
    }

    static func model(
        _ picture: TimePicture, _ table: FigureTable, _ asked: AskedPeriod, ask: Ask
    ) -> TimeModel {
        let clock = ask.clock
        let currency = ask.world.factory.currency
        let now = ask.world.time
        let filter = picture.machine.map { "&machine=" + $0.text } ?? ""
        let chosen = picture.machine.flatMap { ask.world.factory.machines[$0]?.name }
        let frame = ask.frame(
            title: "Time", ask: "Where did the time go?", sentence: picture.sentence,
            cells: [
                ask.siteCell, .init(label: "Machines", value: chosen ?? "All"),
                .init(label: "Time", value: clock.range(picture.range, today: now)),
                .init(label: "Compared with", value: clock.range(picture.previous, today: now)),
            ])
        let largest =
            picture.losses.map { max($0.time.indicator.value.amount ?? 0, $0.previousSeconds) }
            .max() ?? 0
        let gap = picture.biggestUnexplained.map { stop in
            TimeModel.Gap(
                words: "\(stop.machine.name) stood for \(Plain.duration(stop.range.elapsed)) from"
                    + " \(clock.moment(stop.range.start, today: now)). Nobody has said why yet.",
                address: "/m/\(stop.machine.id.text)/stop?at="
                    + "\(stop.range.start.millisecondsSince1970)")
        }
        let axis = TimeAxis(picture.range, zone: clock.zone, most: 9)
        return TimeModel(
            frame: frame,
            choices: asked.links("/time", filter: filter),
            machines: ask.world.factory.activeMachines.map {
                .init(id: $0.id.text, name: $0.name, isHere: $0.id == picture.machine)
            },
            rangeName: asked.choice?.rawValue ?? "today",
            period: clock.range(picture.range, today: now),
            losses: picture.losses.map { loss($0, largest: largest, currency: currency) },
            hasLosses: !picture.losses.isEmpty,
            hasMoney: picture.losses.contains { $0.money?.value.amount != nil },
            total: FigureLink(picture.total, currency: currency),
            money: FigureLink(picture.money, currency: currency),
            rows: picture.strips.map { row($0, axis: axis, clock: clock, ask: ask) },
            hasRows: !picture.strips.isEmpty,
            oee: picture.oee.map { FigureLink($0, currency: currency) },
            hasOEE: !picture.oee.isEmpty, unexplained: gap, gaps: picture.gaps,
            hasGaps: !picture.gaps.isEmpty, axis: axis.drawing,
            legend: Legend(since: clock.range(picture.range, today: now)),
            heads: MachineState.tableOrder.map(\.word),
            headline: [picture.total, picture.money, picture.unexplainedShare].map {
                FigureLink($0, currency: currency)
            }, rules: picture.moneyRules,
            bigLosses: picture.bigLosses.map(bigLoss), changeovers: picture.changeovers,
            split: SplitModel(table, choice: asked.choice, machine: picture.machine, ask: ask),
            files: TableLinks("/api/v1/time", range: picture.range, filter: filter))
    }

    private static func bigLoss(_ loss: BigLoss) -> TimeModel.BigLossRow {
        .init(
            name: loss.name, factor: loss.factor,
            time: loss.time.map { Plain.duration($0) } ?? "not known")
    }

    private static func loss(
        _ line: LossLine, largest: Double, currency: Currency
    ) -> TimeModel.Loss {
        TimeModel.Loss(
            name: line.name, isUnexplained: line.isUnexplained,
            time: FigureLink(line.time, currency: currency),
            stops: Plain.number(Int64(line.stops)),
            before: Measure.duration(seconds: line.previousSeconds),
            cost: line.money.map { FigureText.value($0, currency: currency) },
            bar: LossBars.bar(
                seconds: line.time.indicator.value.amount ?? 0, previous: line.previousSeconds,
                largest: largest))
    }

    private static func row(
        _ strip: MachineStrip, axis: TimeAxis, clock: LocalClock, ask: Ask
    ) -> TimeModel.Row {
        let now = ask.world.time
        let range = axis.range
        let totals = Strip.totals(strip.episodes, in: range)
        return TimeModel.Row(
            name: strip.machine.name, address: "/m/" + strip.machine.id.text,
            strip: Strip(range: range, episodes: strip.episodes).drawing(
                label: Strip.sentence(
                    machine: strip.machine.name, when: clock.range(range, today: now),
                    episodes: strip.episodes, range: range), axis: axis),
            share: FigureLink(strip.runningShare, currency: ask.world.factory.currency),
            totals: MachineState.tableOrder.map { state in
                Measure.duration(seconds: totals.first { $0.state == state }?.seconds ?? 0)
            })
    }
}

extension MachineState {
    /// States in the order of tables.
    static let tableOrder: [MachineState] = [
        .running, .slow, .setup, .stopped, .fault, .planned, .unknown,
    ]
}
