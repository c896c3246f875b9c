// Rows about machines that are seen by their signals: reasons join the stops that were seen.

import Plant
import Testing

@testable import Imports

@Suite struct SeenMachineTests {
    private static let head = "Machine,Start,End,Reason,Note\n"
    private static let stops = [
        TimeRange(start: at("2026-11-13T10:03:00Z"), end: at("2026-11-13T10:18:00Z")),
        TimeRange(start: at("2026-11-13T10:25:00Z"), end: at("2026-11-13T10:27:00Z")),
        TimeRange(start: at("2026-11-13T12:00:00Z"), end: at("2026-11-13T14:00:00Z")),
    ]
    private static let existing = ImportExisting(seenStops: [Slug("press-4"): stops.reversed()])

    @Test("a row gives its reason to every stop that lies mostly inside it")
    func joinsInside() throws {
        let bench = try Bench(
            Self.head + "Press 4,2026-11-13 10:00,2026-11-13 10:30,Breakdown,oil\n")
        let outcome = try bench.outcome(Self.existing)
        #expect(outcome.preview.counts.joined == 1)
        #expect(
            outcome.drafts.map { short($0.event) } == [
                "press-4 because breakdown 11-13T10:03 oil",
                "press-4 because breakdown 11-13T10:25 oil",
            ])
    }

    @Test("a row inside a long stop gives its reason to that stop, at a moment inside both")
    func joinsAround() throws {
        let bench = try Bench(
            Self.head + "Press 4,2026-11-13 12:30,2026-11-13 12:40,Breakdown,\n")
        #expect(
            try bench.outcome(Self.existing).drafts.map { short($0.event) } == [
                "press-4 because breakdown 11-13T12:30"
            ])
    }

    @Test("a stop that no signal saw is refused, or corrected where a person says so")
    func unseenStop() throws {
        var bench = try Bench(
            Self.head + "Press 4,2026-11-13 15:00,2026-11-13 15:10,Breakdown,\n")
        let refused = try bench.outcome(Self.existing)
        #expect(refused.preview.counts.refused == 1 && refused.drafts.isEmpty)
        #expect(
            refused.preview.refused[0].reason
                == "The signals of Press 4 saw no stop then; what they saw holds.")
        #expect(refused.refusedCSV.contains("\r\n2,Press 4,2026-11-13 15:00,"))
        bench.plan.apply(.unseenStops(.correct))
        #expect(
            try bench.outcome(Self.existing).drafts.map { short($0.event) } == [
                "press-4 idle 11-13T15:00 11-13T15:10", "press-4 because breakdown 11-13T15:00",
            ])
    }

    @Test("a word for setting up marks the time of a stop that was seen")
    func seenSetup() throws {
        let bench = try Bench(
            "Machine,Start,End,Status\nPress 4,2026-11-13 12:30,2026-11-13 12:40,Setting up\n")
        #expect(
            try bench.outcome(Self.existing).drafts.map { short($0.event) } == [
                "press-4 setup 11-13T12:30 11-13T12:40 -"
            ])
    }

    @Test("a reason that is stored already is the same, and an empty one says nothing new")
    func sameReason() throws {
        let bench = try Bench(
            Self.head + "Press 4,2026-11-13 12:30,2026-11-13 12:40,Breakdown,\n"
                + "Press 4,2026-11-13 12:50,2026-11-13 12:55,,\n")
        var existing = Self.existing
        existing = ImportExisting(
            seenStops: existing.seenStops,
            events: [
                .stopReason(
                    machine: Slug("press-4"), at: at("2026-11-13T12:30:00Z"),
                    reason: Slug("breakdown"), detail: "")
            ])
        let counts = try bench.outcome(existing).preview.counts
        #expect(counts.same == 2 && counts.joined == 0)
    }

    @Test("the host is asked once, for the whole span and its machines")
    func askedOnce() throws {
        let bench = try Bench(
            Self.head + "Press 4,2026-11-13 12:30,2026-11-13 12:40,Breakdown,\n"
                + "Lathe 1,2026-11-12 08:00,2026-11-12 08:10,Tooling,\n")
        let run = try ImportRun(
            table: bench.table, guess: bench.guess, plan: bench.plan, site: bench.site,
            stamp: stamp())
        var spans: [ImportSpan] = []
        _ = try run.outcome(existing: { span in
            spans.append(span)
            return ImportExisting()
        })
        #expect(spans.count == 1)
        #expect(spans[0].machines == [Slug("press-4"), Slug("lathe-1")])
        #expect(spans[0].range?.start == at("2026-11-12T08:00:00Z"))
        #expect(spans[0].range?.end == at("2026-11-13T12:40:00Z"))
    }

    @Test("parts for a time that has some already are added, and it is said")
    func besideBookings() throws {
        let bench = try Bench("Date,Machine,Good,Scrap\n13/11/2026,Lathe 1,10,0\n")
        let range = TimeRange(start: at("2026-11-13T06:00:00Z"), end: at("2026-11-13T14:00:00Z"))
        let existing = ImportExisting(events: [
            .countBooked(
                machine: Slug("lathe-1"), range: range, good: 4, scrap: 0, rework: 0, cause: "")
        ])
        let outcome = try bench.outcome(existing)
        #expect(outcome.preview.counts.joined == 1 && outcome.drafts.count == 1)
        #expect(outcome.preview.warnings.map(\.kind) == [.booked])
    }

    @Test("of two equal rows of a file one is the same where one is stored")
    func countsEqualRows() throws {
        let bench = try Bench(
            "Date,Machine,Good,Scrap\n13/11/2026,Lathe 1,10,0\n13/11/2026,Lathe 1,10,0\n")
        let all = try bench.outcome()
        #expect(all.preview.counts.new == 2)
        #expect(all.preview.warnings.map(\.kind) == [.duplicate])
        let one = ImportExisting(events: [all.drafts[0].event])
        let counts = try bench.outcome(one).preview.counts
        #expect(counts.same == 1 && counts.joined == 1)
    }
}
