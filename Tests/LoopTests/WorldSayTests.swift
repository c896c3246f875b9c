// What is said is checked, stored once, and told; numbers of series are given once.

import Capture
import Journal
import Plant
import Testing

@testable import Loop

struct WorldSayTests {
    let test: TestWorld

    init() async throws {
        test = try TestWorld()
        try await test.apply(Workshop.text())
    }

    private var stop: FactoryEvent {
        .stopReason(machine: Workshop.lathe, at: friday(8, 5), reason: Slug("tooling"), detail: "")
    }

    @Test func `a repeat of an id has no second effect and gives the first answer (R-20)`()
        async throws
    {
        let id = test.world.newEventID()
        let first = try await test.world.say(stop, id: id, actor: "Sam")
        test.clock.now = test.clock.now + .minutes(5)
        let again = try await test.world.say(stop, id: id, actor: "Sam")
        #expect(again == first)
        #expect(test.world.journal.lastSequence == first.sequence)
    }

    @Test func `a repeat stays good after the thing that it names is gone`() async throws {
        let id = test.world.newEventID()
        let seen = FactoryEvent.problemSeen(machine: Workshop.lathe, at: test.clock.now)
        let first = try await test.world.say(seen, id: id, actor: "Sam")
        // A tablet's clock that is put back must not make its own repeat refused.
        test.clock.now = test.clock.now - .hours(1)
        let again = try await test.world.say(seen, id: id, actor: "Sam")
        #expect(again == first)
    }

    @Test func `the same id with other content is a conflict, in words`() async throws {
        let id = test.world.newEventID()
        try await test.world.say(stop, id: id, actor: "Sam")
        let other = FactoryEvent.problemSeen(machine: Workshop.lathe, at: friday(9))
        do {
            try await test.world.say(other, id: id, actor: "Sam")
            Issue.record("the conflict was taken")
        } catch {
            #expect(StoreTrouble.conflict(error) != nil)
            #expect(StoreTrouble.words(error)?.remedy.isEmpty == false)
        }
        #expect(try test.world.journal.annotations(of: Workshop.lathe, in: test.soFar).seen == [])
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let event: FactoryEvent
        let field: String
        let remedy: String
        var testDescription: String { field + ": " + remedy }
    }

    static let refused: [Refused] = [
        Refused(
            event: .stopReason(
                machine: Slug("lathe-9"), at: friday(8), reason: Slug("tooling"), detail: ""),
            field: "machine", remedy: "Did you mean `lathe-1`?"),
        Refused(
            event: .stopReason(
                machine: Workshop.lathe, at: friday(8), reason: Slug("toolin"), detail: ""),
            field: "reason", remedy: "Did you mean `tooling`?"),
        Refused(
            event: .stopReason(
                machine: Workshop.lathe, at: friday(11, 31), reason: Slug("tooling"), detail: ""),
            field: "at", remedy: "Check the clock"),
        Refused(
            event: .stopReason(
                machine: Workshop.lathe, at: friday(8), reason: Slug("tooling"),
                detail: String(repeating: "x", count: 501)), field: "detail",
            remedy: "Make it shorter."),
        Refused(
            event: .periodMarked(
                machine: Workshop.lathe, range: range(friday(8), friday(8)), kind: .setup,
                reason: nil), field: "to", remedy: "after the start"),
        Refused(
            event: .periodMarked(
                machine: Workshop.lathe, range: range(friday(8), friday(9)), kind: .planned,
                reason: Slug("holidays")), field: "reason", remedy: "Use one of: "),
        Refused(
            event: .countBooked(
                machine: Workshop.lathe, range: range(friday(8), friday(9)), good: 0,
                scrap: .max, rework: 0, cause: ""), field: "count", remedy: "Check the number"),
        Refused(
            event: .jobStarted(
                machine: Workshop.lathe, at: friday(8), job: "1", product: "p",
                idealPerPart: .zero, isEstimate: false, plannedParts: nil),
            field: "ideal", remedy: "in seconds"),
        Refused(
            event: .jobStarted(
                machine: Workshop.lathe, at: friday(8), job: "1", product: "p",
                idealPerPart: nil, isEstimate: false, plannedParts: -1),
            field: "planned", remedy: "number of parts"),
        Refused(
            event: .machineAdded(id: Workshop.lathe, name: "Again", area: nil), field: "id",
            remedy: "never used twice"),
        Refused(
            event: .signalAssigned(
                id: SignalID(99), machine: Workshop.lathe, slug: Slug("x"),
                from: Timestamp(seconds: 0)), field: "signal", remedy: "signal list"),
        Refused(
            event: .signalAssigned(
                id: SignalID(2), machine: Workshop.lathe, slug: Slug("current"),
                from: Timestamp(seconds: 0)), field: "slug", remedy: "another id"),
        Refused(
            event: .siteNamed(
                name: String(repeating: "n", count: 81), zone: "Europe/London", currency: .gbp),
            field: "name", remedy: "Make it shorter."),
    ]

    @Test(arguments: refused)
    func `what cannot be is refused with a remedy and not stored`(_ bad: Refused) async throws {
        let before = test.world.journal.lastSequence
        let refusal = await #expect(throws: RefusedEvent.self) {
            try await test.world.say(bad.event, actor: "Sam")
        }
        #expect(refusal?.field == bad.field)
        #expect(refusal?.says.isEmpty == false)
        #expect(refusal?.remedy.contains(bad.remedy) == true, "\(refusal?.remedy ?? "")")
        #expect(test.world.journal.lastSequence == before)
    }

    @Test func `of several things said together none is stored when one is refused`() async throws {
        let before = test.world.journal.lastSequence
        await #expect(throws: RefusedEvent.self) {
            try await test.world.say(
                [stop, .problemSeen(machine: Slug("nothing"), at: friday(8))], actor: "Sam")
        }
        #expect(test.world.journal.lastSequence == before)
    }

    @Test func `later things of one saying may lean on earlier ones`() async throws {
        let saw: Slug = Slug("saw")
        let stored = try await test.world.say(
            [
                .machineAdded(id: saw, name: "Saw", area: nil),
                .problemSeen(machine: saw, at: friday(9)),
            ], actor: "Sam")
        #expect(stored.map(\.actor) == ["Sam", "Sam"])
        #expect(stored.last?.sequence == test.world.journal.lastSequence)
    }

    @Test func `pages hear of the machine that was spoken of`() async throws {
        var heard = test.feed.messages().makeAsyncIterator()
        try await test.world.say(stop, actor: "Sam")
        let message = await heard.next()
        #expect(message == .machine(Workshop.lathe))
    }

    @Test func `forty who speak at once are all heard, in one order`() async throws {
        let world = test.world
        let before = world.journal.lastSequence
        let sequences = try await withThrowingTaskGroup(of: Int64.self) { group in
            for minute in 0..<40 {
                let event = FactoryEvent.problemSeen(
                    machine: Workshop.lathe, at: friday(8, Int64(minute)))
                group.addTask { try await world.say(event, actor: "Sam").sequence }
            }
            var all: [Int64] = []
            for try await sequence in group { all.append(sequence) }
            return all
        }
        #expect(sequences.sorted() == Array((before + 1)...(before + 40)))
        #expect(try world.verification(rebuild: true) { _, _ in }.isSound)
    }
}

struct RegistryTests {
    private func key(_ name: String, _ kind: ValueKind = .number) -> SeriesKey {
        SeriesKey(
            connection: Slug("line-protocol"), address: name, kind: kind, name: name, unit: "A",
            tags: ["machine": "lathe-1"])
    }

    @Test func `twenty who ask for the same series at once get the same numbers`() async throws {
        let test = try TestWorld()
        let world = test.world
        let before = world.journal.lastSequence
        let keys = ["a", "b", "c"].map { key($0) }
        let answers = try await withThrowingTaskGroup(of: [SignalID].self) { group in
            for turn in 0..<20 {
                let asked = turn % 2 == 0 ? keys : keys.reversed()
                group.addTask {
                    let given = try await world.signals(for: asked).map(\.id)
                    return turn % 2 == 0 ? given : given.reversed()
                }
            }
            var all: [[SignalID]] = []
            for try await answer in group { all.append(answer) }
            return all
        }
        #expect(Set(answers).count == 1)
        #expect(Set(answers.flatMap(\.self)).count == 3)
        #expect(world.factory.signals.count == 3)
        #expect(world.journal.lastSequence == before + 3)
    }

    @Test func `a series keeps number and kind over a restart`() async throws {
        let test = try TestWorld()
        let first = try await test.world.signals(for: [key("a"), key("b", .text)])
        try await test.reopen()
        let again = try await test.world.signals(for: [key("b", .number), key("a"), key("c")])
        #expect(again[0] == first[1])
        #expect(again[0].kind == .text)
        #expect(again[1] == first[0])
        #expect(again[2].id == SignalID(3))
    }

    @Test func `one key twice in one question is one series`() async throws {
        let test = try TestWorld()
        let given = try await test.world.signals(for: [key("a"), key("b"), key("a")])
        #expect(given[0] == given[2])
        #expect(test.world.factory.signals.count == 2)
    }

    @Test func `a new series is unassigned and keeps what its tags propose`() async throws {
        let test = try TestWorld()
        let given = try await test.world.signals(for: [key("a")])
        let signal = try #require(test.world.factory.signals[given[0].id])
        #expect(signal.machine == nil)
        #expect(signal.unit == "A")
        #expect(signal.source.options == ["machine": "lathe-1"])
    }
}
