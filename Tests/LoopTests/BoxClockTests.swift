// A clock that stands before what is stored: samples are kept apart, then move.

import Historian
import Journal
import Plant
import Synchronization
import Testing

@testable import Loop

/// A system whose clock and time since its start are turned by the test.
private final class TurnedSystem: Sendable {
    private let state: Mutex<(wall: Timestamp, elapsed: Elapsed, sync: ClockSynchronisation)>
    init(wall: Timestamp, sync: ClockSynchronisation = .free) {
        state = Mutex((wall, .seconds(20), sync))
    }
    var wall: Timestamp { state.withLock { $0.wall } }
    var elapsed: Elapsed { state.withLock { $0.elapsed } }
    var sync: ClockSynchronisation { state.withLock { $0.sync } }

    func pass(_ time: Elapsed) {
        state.withLock { state in
            state.wall = state.wall + time
            state.elapsed = state.elapsed + time
        }
    }

    func set(_ wall: Timestamp) { state.withLock { $0.wall = wall } }
    func synchronise() { state.withLock { $0.sync = .synchronised } }

    func clock() -> BoxClock {
        BoxClock(
            system: { self.wall }, monotonic: { self.elapsed }, synchronisation: { self.sync })
    }
}

struct BoxClockTests {
    private let stored = friday(11, 0, 0)

    @Test func `R-34: a clock after what is stored is believed, also a little before it`() {
        for wall in [stored + .hours(1), stored, stored - .minutes(4)] {
            let clock = TurnedSystem(wall: wall).clock()
            #expect(clock.settle(newest: stored, built: nil))
            #expect(clock.now == wall && clock.isTrusted)
        }
        #expect(TurnedSystem(wall: stored).clock().settle(newest: nil, built: nil))
    }

    @Test func `R-34: a clock of the past gives the last stored time and what has passed since`() {
        let system = TurnedSystem(wall: Timestamp(seconds: 0))
        let clock = system.clock()
        #expect(!clock.settle(newest: stored, built: stored - .hours(900)))
        #expect(clock.now == stored)
        system.pass(.minutes(3))
        #expect(clock.now == stored + .minutes(3))
        #expect(clock.look() == nil)
        let truth = stored + .hours(30)
        system.set(truth)
        let correction = clock.look()
        #expect(correction?.offset == truth - (stored + .minutes(3)))
        #expect(clock.now == truth && clock.isTrusted && clock.corrections == 1)
        #expect(clock.look() == nil && clock.believe() == nil)
    }

    @Test func `R-34: no clock is right before the program was built`() {
        let system = TurnedSystem(wall: stored - .hours(24 * 400))
        let clock = system.clock()
        #expect(!clock.settle(newest: nil, built: stored))
        #expect(clock.now == stored)
    }

    @Test func `R-34: a time server, or a person, is believed against the stores`() {
        let future = stored + .hours(24 * 3650)
        let kept = TurnedSystem(wall: stored, sync: .synchronised).clock()
        #expect(kept.settle(newest: future, built: nil))
        let system = TurnedSystem(wall: stored)
        let clock = system.clock()
        #expect(!clock.settle(newest: future, built: nil))
        #expect(clock.look() == nil)
        system.synchronise()
        #expect(clock.look() != nil && clock.now == stored)
        let other = TurnedSystem(wall: stored).clock()
        _ = other.settle(newest: future, built: nil)
        #expect(other.believe() != nil && other.now == stored)
    }

    @Test
    func `R-34, T8: samples kept apart move to their true times; figures are as if never wrong`()
        async throws
    {
        let test = try await TestWorld.morning()
        let world = test.world
        let signal = try #require(
            world.factory.signals.values.first { $0.slug == Slug("current") }?.id)
        let base = try #require(try world.newestStored())
        let before = try world.samples.series(
            of: signal, in: TimeRange(start: .distantPast, end: .distantFuture))
        try await world.doubtClock()
        // Three minutes at one a second: running, then stopped from the second minute on.
        for second in 1...180 as ClosedRange<Int64> {
            await world.intake.accept([
                SampleBatch(
                    times: [(base + .seconds(second)).nanoseconds],
                    columns: [
                        SignalColumn(
                            signal: signal, values: .numbers([second < 60 ? 9.0 : 0.5]))
                    ])
            ])
        }
        try await world.intake.commit()
        let doubtful = try world.samples.series(
            of: signal, in: TimeRange(start: base + .seconds(1), end: base + .seconds(181)))
        #expect(doubtful.count == 180)
        #expect(doubtful.quality.allSatisfy { $0 == .uncertainClock })

        let offset = Elapsed.hours(50)
        test.clock.now = base + .seconds(181) + offset
        try await world.believeClock(
            BoxClock.Correction(
                offset: offset, since: base + Elapsed(nanoseconds: 1), until: base + .seconds(182)))
        let all = try world.samples.series(
            of: signal, in: TimeRange(start: .distantPast, end: .distantFuture))
        #expect(all.count == before.count + 180)
        #expect(Array(all.times.prefix(before.count)) == before.times)
        #expect(
            all.times.suffix(180)
                == ArraySlice(
                    (1...180).map { second in
                        (base + .seconds(Int64(second)) + offset).nanoseconds
                    }))
        #expect(all.quality.isEmpty || all.quality.suffix(180).allSatisfy { $0 == .good })
        // Nothing is left at the wrong times, and new samples are no longer doubtful.
        #expect(
            try world.samples.series(
                of: signal, in: TimeRange(start: base + .seconds(1), end: base + .hours(1))
            ).count == 0)
        #expect(try world.journal.imports().last?.isUndone == true)
        #expect(
            try world.journal.events(limit: 5, kinds: ["access.noted"], newestFirst: true).contains
            {
                if case .accessNoted(let note) = $0.event { note.act == "clock-set" } else { false }
            })
        #expect(try world.journal.events(limit: 5, kinds: ["clock.step"]).isEmpty)

        try await takeUp(test, offset, base, all.times, signal)
    }

    /// A stop in the middle is taken up again without doubling anything.
    private func takeUp(
        _ test: TestWorld, _ offset: Elapsed, _ base: Timestamp, _ times: [Int64],
        _ signal: SignalID
    ) async throws {
        let world = test.world
        let move = ClockMove(
            number: 1, offset: offset, since: base + Elapsed(nanoseconds: 1),
            until: base + .seconds(182))
        #expect(ClockMove(text: move.text) == move)
        _ = try await world.samples.append(
            [], cursors: [SourceCursor(source: "clock/move", position: move.text)])
        try await test.reopen()
        try await test.world.finishClockMove()
        #expect(
            try test.world.samples.series(
                of: signal, in: TimeRange(start: .distantPast, end: .distantFuture)
            ).times == times)
    }
}
