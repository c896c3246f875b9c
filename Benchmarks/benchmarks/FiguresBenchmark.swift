// A year of closed shifts of twenty machines, added up by shift, machine and product.

import ArgumentParser
import Foundation
import Journal
import Loop
import Plant

/// Figures of a year from the stores.
struct Figures: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A year of twenty machines added up from the stores.",
        discussion: """
            Two shifts a day, two jobs a shift, all of them closed: some 29,000 rows. Seconds of \
            the clock, the middle of ten runs after the first.
            """)

    @Option(help: "Machines, 1 to 100.")
    var machines = 20

    @Option(help: "Days, 1 to 3650.")
    var days = 365

    func validate() throws {
        guard (1...100).contains(machines), (1...3650).contains(days) else {
            throw ValidationError("--machines is 1 to 100, --days is 1 to 3650.")
        }
    }

    private static let start = Timestamp(seconds: 1_735_689_600)

    func run() async throws {
        let scratch = try Scratch()
        let now = Figures.start + .hours(Int64(days) * 24)
        let zone = ZoneRules(name: "UTC", firstOffsetSeconds: 0, changes: [])
        let world = try World.open(
            .real, folder: scratch.path,
            surroundings: World.Surroundings(
                clock: { now }, random: { UInt64.random(in: .min ... .max) },
                zoneRules: { _ in zone }), feed: LiveFeed())
        var drafts = configuration()
        for day in 0..<days { drafts += closings(day) }
        var number: UInt64 = 0
        for part in stride(from: 0, to: drafts.count, by: 500) {
            let group = drafts[part..<min(part + 500, drafts.count)].map { event in
                number += 1
                return EventDraft(
                    id: EventID(time: now, random: (number, number)), actor: "benchmark",
                    event: event)
            }
            _ = try await world.journal.append(group)
        }
        try await world.close()
        let again = try World.open(
            .real, folder: scratch.path,
            surroundings: World.Surroundings(
                clock: { now }, random: { UInt64.random(in: .min ... .max) },
                zoneRules: { _ in zone }), feed: LiveFeed())
        let range = TimeRange(start: Figures.start, end: now)
        for splits in [[.shift], [.machine], [.product], [.site], [.day, .machine]]
            as [[FigureSplit]]
        {
            var times: [Double] = []
            var rows = 0
            for _ in 0..<11 {
                let cost = try await Meter.measure {
                    rows = try again.figureTable(range: range, by: splits, machine: nil).rows.count
                }
                times.append(cost.wallSeconds)
            }
            let sorted = times.dropFirst().sorted()
            report(
                "a year by " + splits.map(\.rawValue).joined(separator: " and "),
                [
                    ("rows", Double(rows)), ("wall_s", sorted[sorted.count / 2]),
                    ("first_s", times[0]),
                ])
        }
        try await again.close()
    }

    private func slug(_ machine: Int) -> Slug {
        Slug(name: "machine \(machine)", fallback: Slug("machine"))
    }

    private func configuration() -> [FactoryEvent] {
        let signal = SignalID(1)
        var events: [FactoryEvent] = [
            .siteNamed(name: "Benchmark", zone: "UTC", currency: .gbp),
            .calendarSet(
                CalendarVersion(
                    validFrom: CivilDate(dayNumber: 19_000),
                    shifts: [("early", 6), ("late", 14)].map { id, hour in
                        ShiftPattern(
                            id: Slug(name: id, fallback: Slug("shift")), name: id,
                            days: Set(Weekday.allCases),
                            hours: ClockSpan(from: hour * 3600, to: (hour + 8) * 3600),
                            breaks: [])
                    }, daysOff: [])),
        ]
        for machine in 0..<machines {
            events.append(
                .machineAdded(id: slug(machine), name: "Machine \(machine)", area: nil))
            events.append(
                .stateRuleSet(
                    machine: slug(machine),
                    rule: StateRule(
                        source: .level(
                            signal, running: Threshold(rise: 5, fall: 4), idle: nil)),
                    from: Timestamp(seconds: 0)))
        }
        return events
    }

    /// Closings of one day: two jobs in each shift.
    private func closings(_ day: Int) -> [FactoryEvent] {
        let date = CivilDate(dayNumber: 20_089 + day)
        return (0..<machines).flatMap { machine in
            ["early", "late"].map { shift in
                let lots = (0..<2).map { job in lot(day, machine, job) }
                return FactoryEvent.shiftClosed(
                    machine: slug(machine), shift: date.text + "/" + shift, revision: 0,
                    facts: .object([
                        "lots": .list(lots), "definition": .text("closing/2"),
                    ]))
            }
        }
    }

    private func lot(_ day: Int, _ machine: Int, _ job: Int) -> Fact {
        func time(_ minutes: Int) -> Fact { .text(String(minutes * 60_000_000_000)) }
        let made = 200 + (day * 7 + machine * 13 + job) % 40
        return .object([
            "job": .text("J\(day / 3)-\(job)"), "product": .text("Part \((day + job) % 25)"),
            "calendar_ns": time(240), "down_ns": time(12), "delay_ns": time(20 + machine),
            "setup_ns": time(10), "production_ns": time(198 - machine), "order_ns": time(240),
            "short_ns": time(6), "made": .whole(Int64(made)), "good": .whole(Int64(made - 3)),
            "scrap": .whole(3), "ideal_ns": .text("50000000000"),
        ])
    }
}
