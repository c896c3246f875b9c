// States beside the stores: streamed in any pieces, read again, after a restart: always the same.

import Plant
import Testing

@testable import Loop

struct StateLedgerTests {
    /// A day of a machine that is switched, starved, faulty and unseen, from a seed.
    private func course(_ seed: UInt64, from start: Timestamp, _ seconds: Int) -> [SampleRow] {
        var numbers = SeededNumbers(seed: seed)
        var rows: [SampleRow] = []
        var time = start
        let end = start + .seconds(Int64(seconds))
        while time < end {
            let levels: [Double] = [0.1, 1.0, 5.0, 3.5, 9.0]
            let level = levels.randomElement(using: &numbers) ?? 1
            let length = Int64.random(in: 2...240, using: &numbers)
            let isGap = numbers.next() % 9 == 0
            let isFault = numbers.next() % 11 == 0
            for second in stride(from: 0, to: length, by: 2) where !isGap {
                let noise = Double.random(in: -0.6...0.6, using: &numbers)
                let quality: Quality = numbers.next() % 60 == 0 ? .badComm : .good
                rows.append(
                    SampleRow(
                        time: time + .seconds(second), level: level + noise, isFault: isFault,
                        quality: quality))
            }
            time = time + .seconds(length)
        }
        return rows.filter { $0.time < end }
    }

    private struct SampleRow {
        let time: Timestamp
        let level: Double
        let isFault: Bool
        let quality: Quality
    }

    private static let site = """
        [[machine]]
        name = "Mill"
          [[machine.signal]]
          id = "load"
          connection = "line-protocol"
          read = "mill load"
          [[machine.signal]]
          id = "alarm"
          connection = "line-protocol"
          read = "mill alarm"
          kind = "flag"
          [machine.state]
          fault = "alarm"
          running = { signal = "load", above = 4.0, below = 3.0 }
          idle = { above = 0.5, below = 0.3 }
        """
    private static let mill: Slug = Slug("mill")

    private func batch(_ rows: [SampleRow], _ load: SignalID, _ alarm: SignalID) -> SampleBatch {
        SampleBatch(
            times: rows.map(\.time.nanoseconds),
            columns: [
                SignalColumn(
                    signal: alarm, values: .flags(rows.map(\.isFault)),
                    quality: rows.map(\.quality)),
                SignalColumn(
                    signal: load, values: .numbers(rows.map(\.level)), quality: rows.map(\.quality)),
            ])
    }

    private func fill(
        _ test: TestWorld, _ rows: [SampleRow], pieces seed: UInt64, looks: Bool = true
    ) async throws {
        let load = try #require(test.world.factory.signal(Self.mill, Slug("load"))).id
        let alarm = try #require(test.world.factory.signal(Self.mill, Slug("alarm"))).id
        var numbers = SeededNumbers(seed: seed)
        var index = 0
        while index < rows.count {
            let count = Int.random(in: 1...97, using: &numbers)
            let piece = Array(rows[index..<min(rows.count, index + count)])
            index += count
            if numbers.next() % 2 == 0 {
                try await test.world.intake.store([batch(piece, load, alarm)], cursor: nil)
            } else {
                await test.world.intake.accept([batch(piece, load, alarm)])
                if numbers.next() % 3 == 0 { try await test.world.intake.commit() }
            }
            if looks, let last = piece.last {
                _ = test.world.ledger.look(at: last.time + .hours(1))
            }
        }
        try await test.world.intake.commit()
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `states streamed in pieces are the states read again, and those after a restart`(
        _ seed: UInt64
    ) async throws {
        let test = try TestWorld()
        try await test.apply(Self.site)
        try await fill(test, course(seed, from: friday(1), 36_000), pieces: seed)
        let asked = range(friday(0), test.clock.now)
        let streamed = try test.world.episodes(Self.mill, range: asked)
        #expect(Set(streamed.map(\.state)).count >= 4)
        #expect(streamed.first?.range.start == asked.start)
        #expect(streamed.last?.range.end == asked.end)
        for (one, next) in zip(streamed, streamed.dropFirst()) {
            #expect(one.range.end == next.range.start)
        }
        test.world.ledger.markStale(Set(test.world.factory.signals.keys))
        try test.world.refreshStates()
        #expect(try test.world.episodes(Self.mill, range: asked) == streamed)
        #expect(try test.world.verification(rebuild: true) { _, _ in }.findings == [])
        try await test.reopen()
        #expect(try test.world.episodes(Self.mill, range: asked) == streamed)
    }

    @Test func `a stretch older than what is kept gives the same states`() async throws {
        let test = try TestWorld()
        try await test.apply(Self.site)
        try await fill(test, course(9, from: friday(1), 30_000), pieces: 9)
        let asked = range(friday(3), friday(8))
        let kept = try test.world.episodes(Self.mill, range: asked)
        test.clock.now = test.clock.now + .hours(24 * 60)
        try await test.reopen()
        #expect(try #require(test.world.ledger.start(of: Self.mill)) > asked.end)
        #expect(try test.world.episodes(Self.mill, range: asked) == kept)
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `samples in any order give the states of the right order`(_ seed: UInt64) async throws {
        let rows = course(seed, from: friday(6), 12_000)
        let ordered = try TestWorld()
        try await ordered.apply(Self.site)
        try await fill(ordered, rows, pieces: seed)
        let mixed = try TestWorld()
        try await mixed.apply(Self.site)
        let half = rows.count / 2
        try await fill(mixed, Array(rows[half...]), pieces: seed)
        try await fill(mixed, Array(rows[..<half]), pieces: seed + 1)
        try mixed.world.refreshStates()
        let asked = ordered.soFar
        #expect(
            try mixed.world.episodes(Self.mill, range: asked)
                == ordered.world.episodes(Self.mill, range: asked))
    }

    @Test func `a rule that changes leaves what was before as it was`() async throws {
        let test = try await TestWorld.morning()
        let past = try test.world.episodes(Workshop.lathe, range: test.soFar)
        let change = test.clock.now
        // From now on 5 A are not running.
        try await test.apply(Workshop.text(rule: "running = { above = 6.0, below = 5.5 }"))
        let signals = try LatheSignals(test.world)
        test.clock.now = friday(11, 29)
        try await test.world.intake.store(
            [Workshop.batch(signals, range(friday(11, 25, 10), test.clock.now))], cursor: nil)
        let before = try test.world.episodes(Workshop.lathe, range: range(friday(6), change))
        #expect(before.map(\.state) == past.map(\.state))
        #expect(before.map(\.range) == past.map(\.range))
        let after = try test.world.episodes(
            Workshop.lathe, range: range(change + .seconds(20), test.clock.now))
        #expect(after.map(\.state) == [.stopped])
        let rules = test.world.factory.machines.mapValues(\.stateRules)
        #expect(test.world.ledger.stale(rules) == [])
        try await test.reopen()
        #expect(
            try test.world.episodes(Workshop.lathe, range: range(friday(6), change)).map(\.range)
                == past.map(\.range))
    }

    @Test func `a machine without a signal is unknown, neither running nor stopped`() async throws {
        let test = try TestWorld()
        try await test.apply(Workshop.text())
        let episodes = try test.world.episodes(Workshop.lathe, range: test.soFar)
        #expect(episodes.map(\.state).filter { $0 != .unknown } == [])
        #expect(throws: UnknownThing.machine(Slug("saw"))) {
            try test.world.episodes(Slug("saw"), range: test.soFar)
        }
    }
}
