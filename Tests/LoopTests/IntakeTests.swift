// Samples on their way in: what is acknowledged is there after a restart, polled samples
// within one commit, and rules see each of them once.

import Historian
import Journal
import Plant
import Synchronization
import Testing

@testable import Loop

struct IntakeTests {
    let test: TestWorld
    let signals: LatheSignals

    init() async throws {
        test = try TestWorld()
        try await test.apply(Workshop.text())
        signals = try LatheSignals(test.world)
    }

    private func batch(_ stretch: TimeRange) -> SampleBatch { Workshop.batch(signals, stretch) }

    private func stored() throws -> SampleSeries {
        try test.world.storedSeries(signals.current, range: test.soFar)
    }

    private func states(_ from: Timestamp, _ to: Timestamp) throws -> [MachineState] {
        try test.world.episodes(Workshop.lathe, range: range(from, to)).map(\.state)
    }

    @Test func `what was stored is read back, also after a restart`() async throws {
        let sent = batch(range(friday(6), friday(7)))
        try await test.world.intake.store([sent], cursor: nil)
        let before = try stored()
        #expect(before.times == sent.times)
        #expect(before.values == sent.columns[0].values)
        try await test.reopen()
        #expect(try stored() == before)
        #expect(test.world.newestValues()[signals.current]?.time == friday(6, 59, 50))
    }

    @Test func `polled samples are readable after one commit`() async throws {
        await test.world.intake.accept([batch(range(friday(6), friday(7)))])
        #expect(try stored().count == 0)
        #expect(test.world.intake.unsettled.count == 1)
        try await test.world.intake.commit()
        #expect(try stored().count == 360)
        #expect(test.world.intake.unsettled.isEmpty)
        try await test.world.intake.commit()
        #expect(test.world.intake.taken.withLock { $0 } == 1080)
    }

    @Test func `closing commits what still waits`() async throws {
        await test.world.intake.accept([batch(range(friday(6), friday(7)))])
        try await test.reopen()
        #expect(try stored().count == 360)
    }

    @Test func `rules see polled samples before they are stored`() async throws {
        await test.world.intake.accept([batch(range(friday(6), friday(7)))])
        #expect(try states(friday(6), friday(7)) == [.running])
    }

    @Test func `states that are read again do not lose what waits for a commit`() async throws {
        try await test.world.intake.store([batch(range(friday(6), friday(7)))], cursor: nil)
        await test.world.intake.accept([batch(range(friday(7), friday(8, 10)))])
        let before = try test.world.episodes(Workshop.lathe, range: range(friday(6), friday(8, 9)))
        #expect(before.map(\.state) == [.running, .stopped])
        test.world.ledger.markStale([signals.current])
        try test.world.refreshStates()
        let again = try test.world.episodes(Workshop.lathe, range: range(friday(6), friday(8, 9)))
        #expect(again == before)
        try await test.world.intake.commit()
        #expect(
            try test.world.episodes(Workshop.lathe, range: range(friday(6), friday(8, 9))) == before
        )
    }

    @Test func `a late polled sample counts before and after its commit`() async throws {
        try await test.world.intake.store(
            [batch(range(friday(6), friday(6, 30))), batch(range(friday(6, 40), friday(7)))],
            cursor: nil)
        #expect(try states(friday(6), friday(7)) == [.running, .unknown, .running])
        await test.world.intake.accept([batch(range(friday(6, 30), friday(6, 40)))])
        try test.world.refreshStates()
        #expect(try states(friday(6), friday(7)) == [.running])
        try await test.world.intake.commit()
        try await test.reopen()
        #expect(try states(friday(6), friday(7)) == [.running])
    }

    @Test func `a batch of the wrong shape is refused and rules forget it`() async throws {
        let wrong = SampleBatch(
            times: [friday(7).nanoseconds],
            columns: [SignalColumn(signal: signals.current, values: .texts(["5"]))])
        try await test.world.intake.store([batch(range(friday(6), friday(6, 30)))], cursor: nil)
        await #expect(throws: (any Error).self) {
            try await test.world.intake.store([wrong], cursor: nil)
        }
        try test.world.refreshStates()
        #expect(test.world.intake.unsettled.isEmpty)
        #expect(try states(friday(6), friday(6, 30)) == [.running])
    }

    @Test func `pages hear of a machine when its state changes, not of each sample`() async throws {
        let heard = test.feed.messages()
        await test.world.intake.accept([batch(range(friday(6), friday(7)))])
        await test.world.intake.accept([batch(range(friday(7), friday(7, 30)))])
        await test.world.intake.accept([batch(range(friday(7, 30), friday(8, 5)))])
        test.feed.finish()
        var messages: [LiveMessage] = []
        for await message in heard { messages.append(message) }
        #expect(messages == [.machine(Workshop.lathe), .machine(Workshop.lathe)])
    }

    @Test func `silence is told once, and once more when the signal is back`() async throws {
        await test.world.intake.accept([batch(range(friday(6), friday(6, 30)))])
        #expect(test.world.ledger.look(at: friday(6, 30)).isEmpty)
        #expect(test.world.ledger.look(at: friday(6, 31)) == [Workshop.lathe])
        #expect(test.world.ledger.look(at: friday(6, 32)).isEmpty)
        #expect(test.world.ledger.feed([batch(range(friday(6, 32), friday(6, 33)))]).count == 1)
        #expect(test.world.ledger.look(at: friday(6, 33)).isEmpty)
    }

    @Test func `looking ahead makes no sample late`() async throws {
        await test.world.intake.accept([batch(range(friday(6), friday(6, 30)))])
        // A program that sends what it measured a few seconds ago is in order.
        _ = test.world.ledger.look(at: friday(6, 30, 9))
        await test.world.intake.accept([batch(range(friday(6, 30), friday(6, 31)))])
        let rules = test.world.factory.machines.mapValues(\.stateRules)
        #expect(test.world.ledger.stale(rules) == [])
        await test.world.intake.accept([batch(range(friday(6, 10), friday(6, 11)))])
        #expect(test.world.ledger.stale(rules) == [Workshop.lathe])
    }

    @Test func `rows not yet stored stand in their place among stored ones`() {
        var series = SampleSeries(
            times: [10, 20, 30], values: .numbers([1, 2, 3]), quality: [.good, .badComm, .good])
        let signal = SignalID(1)
        let late = SampleBatch(
            times: [25, 20, 40, 5, 99],
            columns: [
                SignalColumn(
                    signal: signal, values: .numbers([2.5, 2.2, 4, 0.5, 9]),
                    quality: [.good, .good, .uncertainClock, .good, .good])
            ])
        let asked = TimeRange(
            start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 50))
        series.take([late], of: signal, in: asked)
        #expect(
            series
                == SampleSeries(
                    times: [5, 10, 20, 25, 30, 40], values: .numbers([0.5, 1, 2.2, 2.5, 3, 4]),
                    quality: [.good, .good, .good, .good, .good, .uncertainClock]))
        var empty = SampleSeries.empty(.number)
        empty.take(
            [
                SampleBatch(
                    times: [7], columns: [SignalColumn(signal: signal, values: .flags([true]))])
            ],
            of: signal, in: asked)
        #expect(empty == SampleSeries(times: [7], values: .flags([true])))
    }
}
