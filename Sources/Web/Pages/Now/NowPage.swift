// The page Now: what is happening, machines that need a person first.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Now shows.
struct NowModel: Sendable {
    /// A row of the table behind the strips.
    struct Row: Sendable {
        let name: String
        let address: String
        let state: String
        let howLong: String
        let running: String
        let lost: String
        let planned: String
        let unseen: String
    }

    let frame: PageFrame
    let cards: [Card]
    let isEmpty: Bool
    let figures: [FigureLink]
    let hasFigures: Bool
    let legend: Legend
    let rows: [Row]
}

/// `GET /now`.
enum NowPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let picture = try await ask.world.now()
        return try ask.page(model(picture, ask: ask), template: "now")
    }

    static func model(_ picture: NowPicture, ask: Ask) -> NowModel {
        let clock = ask.clock
        let currency = ask.world.factory.currency
        let newest = Freshness.newest(picture.machines, at: picture.time)
        let shift = picture.shift.map { shift in
            "\(shift.name), \(clock.minute(shift.range.start)) to \(clock.minute(shift.range.end))"
        }
        let old = Freshness.words(newest: newest, now: picture.time, clock: clock)
        let frame = ask.frame(
            title: "Now", ask: "What is happening now?", sentence: picture.sentence,
            cells: [
                ask.siteCell, .init(label: "Shift", value: shift ?? "Outside shifts"),
                Freshness.cell(newest: newest, now: picture.time, clock: clock),
            ], topics: "machines,tick", oldWords: old)
        let start = picture.machines.map(\.stripRange.start).min() ?? picture.time
        return NowModel(
            frame: frame,
            cards: picture.machines.map {
                Card($0, picture: picture.time, clock: clock, currency: currency)
            },
            isEmpty: picture.machines.isEmpty,
            figures: picture.figures.map { FigureLink($0, currency: currency) },
            hasFigures: !picture.figures.isEmpty,
            legend: Legend(since: "Since " + clock.moment(start, today: picture.time)),
            rows: picture.machines.map { row($0, time: picture.time) })
    }

    private static func row(_ now: MachineNow, time: Timestamp) -> NowModel.Row {
        let range = TimeRange(start: now.stripRange.start, end: time)
        let totals = Strip.totals(now.strip, in: range)
        func sum(_ states: Set<MachineState>) -> String {
            Measure.duration(
                seconds: totals.filter { states.contains($0.state) }.reduce(0) { $0 + $1.seconds })
        }
        return NowModel.Row(
            name: now.machine.name, address: "/m/" + now.machine.id.text, state: now.state.word,
            howLong: now.since.map { Plain.age(time - $0) } ?? "never seen",
            running: sum([.running, .slow]), lost: sum([.stopped, .fault, .setup]),
            planned: sum([.planned]), unseen: sum([.unknown]))
    }
}
