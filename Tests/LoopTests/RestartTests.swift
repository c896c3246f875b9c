// A restart changes no figure; an import that is taken back leaves none changed; shifts close.

import Historian
import Journal
import Plant
import Testing

@testable import Loop

struct RestartTests {
    @Test func `every figure is the same to the last digit after a restart`() async throws {
        let test = try await TestWorld.morning(
            machines: ["lathe-1", "lathe-2"], without: [range(friday(9), friday(9, 3))])
        for event in [
            FactoryEvent.jobStarted(
                machine: Workshop.lathe, at: friday(6), job: "1", product: "p",
                idealPerPart: .milliseconds(58_300), isEstimate: true, plannedParts: 390),
            .stopReason(
                machine: Workshop.lathe, at: friday(8, 1), reason: Slug("material"), detail: "bar"),
            .countBooked(
                machine: Workshop.lathe, range: range(friday(7), friday(8)), good: -3, scrap: 3,
                rework: 1, cause: "x"),
            .clockStep(at: friday(7), by: .seconds(2)),
        ] {
            try await test.world.say(event, actor: "Sam")
        }
        let ranges = [
            test.soFar, range(friday(8), friday(10)), range(friday(6), friday(14)),
            range(friday(0) - .hours(24), friday(24)),
        ]
        let before = try test.everyFigure(ranges)
        let now = try test.world.nowPicture()
        let time = try test.world.timePicture(range: test.soFar, machine: nil)
        let machines = try test.world.machinesPicture()
        try await test.reopen()
        #expect(try test.everyFigure(ranges) == before)
        #expect(try test.world.nowPicture() == now)
        #expect(try test.world.timePicture(range: test.soFar, machine: nil) == time)
        #expect(try test.world.machinesPicture() == machines)
        let report = try test.world.verification(rebuild: true) { _, _ in }
        #expect(report.findings == [])
        #expect(report.entries == test.world.journal.lastSequence)
    }

    @Test func `sealing old samples changes no figure`() async throws {
        let test = try await TestWorld.morning()
        let before = try test.everyFigure([test.soFar])
        let report = try await test.world.samples.seal(upTo: test.clock.now)
        #expect(report.samples > 4000)
        #expect(try test.everyFigure([test.soFar]) == before)
        try await test.reopen()
        #expect(try test.everyFigure([test.soFar]) == before)
    }
}

struct FileImportTests {
    /// The current of a lathe as a file: running, with a stop between.
    private func file(_ from: Timestamp, _ to: Timestamp, level: Double, bad: Bool = false)
        -> [UInt8]
    {
        var text = "time,current\n"
        var time = from
        while time < to {
            text += "\(time.rfc3339),\(level)\n"
            time = time + .seconds(10)
        }
        if bad { text += "2026-13-45T00:00:00Z,1\n\(to.rfc3339),many\n" }
        return Array(text.utf8)
    }

    private static let mapping = """
        time = "time"
        format = "iso"
        [[value]]
        column = "current"
        """

    private static let site = """
        [[shift]]
        name = "Early"
        days = ["Fri"]
        from = 06:00:00
        to = 14:00:00
        [[machine]]
        id = "lathe-1"
        name = "Lathe 1"
          [[machine.signal]]
          id = "current"
          connection = "import"
          read = "lathe.csv current"
          kind = "number"
          [machine.state]
          running = { signal = "current", above = 4.0 }
        """

    @Test func `a dry run tells what would be and stores nothing`() async throws {
        let test = try TestWorld()
        let before = test.world.journal.lastSequence
        let report = try await test.world.bringIn(
            file(friday(6), friday(7), level: 5, bad: true), name: "lathe.csv",
            mapping: Self.mapping,
            isDryRun: true, actor: "Sam")
        #expect(report.number == nil)
        #expect(report.taken == 360)
        #expect(report.refused == 2)
        #expect(report.refusedRows.map(\.row) == [362, 363])
        #expect(report.notes.contains { $0.contains("2026-11-13T06:00:00Z") })
        #expect(test.world.journal.lastSequence == before)
        #expect(try test.world.samples.usage().samples == 0)
    }

    @Test func `taking an import back restores every figure bit for bit (decisions 33)`()
        async throws
    {
        let test = try TestWorld()
        let first = try await test.world.bringIn(
            file(friday(6), friday(9), level: 5, bad: true), name: "lathe.csv",
            mapping: Self.mapping,
            isDryRun: false, actor: "Sam")
        #expect(first.number == 1)
        let refused = first.refusedCSV.split(whereSeparator: \.isNewline)
        #expect(refused.contains { $0.hasPrefix("2026-13-45T00:00:00Z,1,") })
        #expect(refused.contains { $0.contains(",many,") })
        try await test.apply(Self.site)
        let before = try test.everyFigure([test.soFar, range(friday(7), friday(10))])
        let episodes = try test.world.episodes(Workshop.lathe, range: test.soFar)
        #expect(episodes.map(\.state) == [.running, .unknown])
        // A second file that contradicts the first and goes on after it.
        let second = try await test.world.bringIn(
            file(friday(8), friday(11), level: 0.5), name: "lathe.csv", mapping: Self.mapping,
            isDryRun: false, actor: "Sam")
        #expect(second.number == 2)
        try test.world.refreshStates()
        let changed = try test.everyFigure([test.soFar, range(friday(7), friday(10))])
        #expect(changed != before)
        let isBack = try await test.world.takeBack(import: 2, actor: "Sam")
        #expect(isBack)
        #expect(try test.everyFigure([test.soFar, range(friday(7), friday(10))]) == before)
        let again = try await test.world.takeBack(import: 2, actor: "Sam")
        #expect(!again)
        try await test.reopen()
        #expect(try test.everyFigure([test.soFar, range(friday(7), friday(10))]) == before)
        #expect(try test.world.episodes(Workshop.lathe, range: test.soFar) == episodes)
        #expect(try test.world.journal.imports().map(\.isUndone) == [false, true])
    }

    @Test func `an undoing that a power cut interrupted is finished at the next start`()
        async throws
    {
        let test = try TestWorld()
        _ = try await test.world.bringIn(
            file(friday(6), friday(9), level: 5), name: "lathe.csv", mapping: Self.mapping,
            isDryRun: false,
            actor: "Sam")
        try await test.apply(Self.site)
        // The entry was stored, the samples not yet masked.
        try await test.world.say(.importUndone(number: 1), actor: "Sam")
        try await test.reopen()
        try await test.world.finishTakingBack()
        let signal = try #require(test.world.factory.signal(Workshop.lathe, Slug("current")))
        #expect(try test.world.storedSeries(signal.id, range: test.soFar).count == 0)
    }

    @Test func `two files at once get two numbers`() async throws {
        let test = try TestWorld()
        let world = test.world
        let files = (0..<4).map { file(friday(6 + Int64($0)), friday(7 + Int64($0)), level: 5) }
        let numbers = try await withThrowingTaskGroup(of: UInt32?.self) { group in
            for (index, own) in files.enumerated() {
                group.addTask {
                    try await world.bringIn(
                        own, name: "file-\(index).csv", mapping: "", isDryRun: false, actor: "Sam"
                    ).number
                }
            }
            var all: [UInt32?] = []
            for try await number in group { all.append(number) }
            return all
        }
        #expect(numbers.compactMap(\.self).sorted() == [1, 2, 3, 4])
    }

    struct BadMapping: Sendable, CustomTestStringConvertible {
        let text: String
        let says: String
        let remedy: String
        var testDescription: String { says }
    }

    static let badMappings = [
        BadMapping(
            text: "time = \"tme\"", says: "The file has no column “tme”.",
            remedy: "Did you mean “time”?"),
        BadMapping(
            text: "start = \"yesterday\"", says: "“yesterday” is no time.", remedy: "2018-01-01T"),
        BadMapping(
            text: "start = \"2018-01-01T00:00:00Z\"", says: "between two rows is missing",
            remedy: "every"),
        BadMapping(
            text: "separator = \"x\"", says: "“x” cannot separate cells.", remedy: "semicolon"),
        BadMapping(
            text: "zone = \"Mars\"", says: "“Mars” is not known", remedy: "Europe/London"),
        BadMapping(
            text: "format = \"sometimes\"", says: "“sometimes” is no way", remedy: "yyyy-MM-dd"),
        BadMapping(
            text: "[[value]]\ncolumn = \"current\"\nkind = \"real\"", says: "“real” is no kind",
            remedy: "number"),
        BadMapping(
            text: "[[value]]\ncolumn = \"volts\"", says: "The file has no column “volts”.",
            remedy: "It has: time, current."),
        BadMapping(text: "tme = \"x\"", says: "`tme` is not a setting", remedy: "`time`"),
    ]

    @Test(arguments: badMappings)
    func `a mapping that does not fit is refused with a remedy`(_ bad: BadMapping) async throws {
        let test = try TestWorld()
        let flaw = await #expect(throws: FileFlaw.self) {
            try await test.world.bringIn(
                file(friday(6), friday(7), level: 5), name: "f.csv", mapping: bad.text,
                isDryRun: true, actor: "Sam")
        }
        #expect(flaw?.says.contains(bad.says) == true, "\(flaw?.says ?? "")")
        #expect(flaw?.remedy.contains(bad.remedy) == true, "\(flaw?.remedy ?? "")")
        #expect(flaw.map { $0.line > 0 } == true)
    }

    @Test func `a mapping with names, units and a start is followed`() async throws {
        let test = try TestWorld()
        let report = try await test.world.bringIn(
            Array("a;b\n1,5;2\n2,5;3\n".utf8), name: "m.csv",
            mapping: """
                separator = ";"
                decimal_comma = true
                start = "2026-11-13T08:00:00Z"
                every = "15min"
                [[value]]
                column = "a"
                name = "Energy"
                unit = "kW.h"
                """, isDryRun: false, actor: "Sam")
        #expect(report.samples == 2)
        let signal = try #require(test.world.factory.signals.values.first)
        #expect(signal.name == "Energy")
        #expect(signal.unit == "kW.h")
        let series = try test.world.storedSeries(signal.id, range: test.soFar)
        #expect(series.values == .numbers([1.5, 2.5]))
        #expect(series.times == [friday(8).nanoseconds, friday(8, 15).nanoseconds])
    }
}

struct ShiftCloserTests {
    /// One figure over all jobs of a closing.
    private func sum(_ facts: Fact, _ name: String) -> Int64 {
        (facts["lots"]?.list ?? []).reduce(0) { sum, lot in
            sum + (lot[name]?.whole ?? lot[name]?.text.flatMap { Int64($0) } ?? 0)
        }
    }

    private func closings(_ test: TestWorld) throws -> [StoredEvent] {
        try test.world.entries(
            after: 0, limit: 100, kinds: ["shift.closed", "shift.revised"], newestFirst: false)
    }

    private func closeShifts(_ test: TestWorld) async throws {
        try await ShiftCloser(world: test.world).closeDueShifts()
    }

    private func afternoon() async throws -> TestWorld {
        let test = try await TestWorld.morning()
        let signals = try LatheSignals(test.world)
        test.clock.now = friday(14)
        try await test.world.intake.store(
            [Workshop.batch(signals, range(friday(11, 25, 10), friday(14)))], cursor: nil)
        return test
    }

    @Test func `a shift is closed a quarter of an hour after its end, once (decisions 26)`()
        async throws
    {
        let test = try await afternoon()
        func friday13() throws -> [StoredEvent] {
            try closings(test).filter {
                if case .shiftClosed(_, let shift, _, _) = $0.event {
                    shift == "2026-11-13/early"
                } else {
                    false
                }
            }
        }
        test.clock.now = friday(14, 14, 59)
        try await closeShifts(test)
        #expect(try friday13().isEmpty)
        test.clock.now = friday(14, 15)
        try await closeShifts(test)
        #expect(try friday13().count == 1)
        try await closeShifts(test)
        try await test.reopen()
        try await closeShifts(test)
        #expect(try friday13().count == 1)
        guard
            case .shiftClosed(let machine, _, let revision, let facts)? = try friday13().first?
                .event
        else {
            Issue.record("no closing")
            return
        }
        #expect(machine == Workshop.lathe)
        #expect(revision == 0)
        // 8 h less the break; stopped 08:00 to 08:20 and from 11:30 on.
        let minute = Int64(60_000_000_000)
        func time(_ name: String) -> Int64 { sum(facts, name) / minute }
        #expect(time("calendar_ns") - time("outside_ns") - time("planned_down_ns") == 465)
        #expect(time("unknown_ns") == 0)
        // The part that was seen when the break began is output outside planned time.
        #expect(sum(facts, "made") == 294)
        #expect(time("down_ns") + time("delay_ns") == 170)
        #expect(time("production_ns") == 295)
        #expect(facts["definition"]?.text == "closing/2")
    }

    @Test func `what is booked later makes a revision; the closing before stays`() async throws {
        let test = try await afternoon()
        test.clock.now = friday(14, 20)
        try await closeShifts(test)
        let first = try #require(
            try test.world.journal.closing(machine: Workshop.lathe, shift: "2026-11-13/early"))
        try await test.world.say(
            .countBooked(
                machine: Workshop.lathe, range: range(friday(6), friday(14)), good: -12, scrap: 12,
                rework: 0, cause: "bore"), actor: "Sam")
        try await closeShifts(test)
        try await closeShifts(test)
        let second = try #require(
            try test.world.journal.closing(machine: Workshop.lathe, shift: "2026-11-13/early"))
        #expect(first.revision == 0)
        #expect(second.revision == 1)
        #expect(sum(second.facts, "scrap") == 12)
        #expect(sum(second.facts, "good") == 282)
        #expect(sum(first.facts, "scrap") == 0)
        let all = try closings(test).filter {
            if case .shiftClosed(_, "2026-11-13/early", _, _) = $0.event { true } else { false }
        }
        #expect(all.count == 2)
    }

    @Test func `a late sample revises the shift that it falls into`() async throws {
        let test = try await TestWorld.morning(without: [range(friday(9), friday(9, 20))])
        test.clock.now = friday(14, 20)
        try await closeShifts(test)
        let signals = try LatheSignals(test.world)
        try await test.world.intake.store(
            [Workshop.batch(signals, range(friday(9), friday(9, 20)))], cursor: nil)
        try test.world.refreshStates()
        try await closeShifts(test)
        let closing = try #require(
            try test.world.journal.closing(machine: Workshop.lathe, shift: "2026-11-13/early"))
        #expect(closing.revision == 1)
    }
}
