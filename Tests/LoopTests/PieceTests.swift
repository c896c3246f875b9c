// Where a figure comes from, down to the stored pieces, before and after they are sealed.

import Historian
import Plant
import Testing

@testable import Loop

struct PieceTests {
    @Test func `the pieces behind a figure hold all samples of its time, sealed or not`()
        async throws
    {
        let test = try await TestWorld.morning()
        let signals = try test.figure(.runningShare).working.signals
        #expect(!signals.isEmpty)
        let range = test.soFar
        func rows(_ pieces: [SourcePiece]) -> Int { pieces.reduce(0) { $0 + $1.rows } }
        let before = try test.world.pieces(of: signals, range: range)
        #expect(Set(before.map(\.file)) == ["head.db"])
        let samples = try signals.reduce(0) {
            $0 + (try test.world.samples.series(of: $1, in: range).count)
        }
        // Pieces are named whole: they may begin before the range and end after it.
        #expect(rows(before) >= samples && samples > 0)
        _ = try await test.world.samples.seal(upTo: .distantFuture)
        let after = try test.world.pieces(of: signals, range: range)
        #expect(Set(after.map(\.file)) == ["history/2026-11.db"])
        #expect(rows(after) == rows(before))
        #expect(after.allSatisfy { !$0.isDamaged && $0.first <= $0.last })
        let early = TimeRange(start: range.start - .hours(48), end: range.start - .hours(24))
        #expect(try test.world.pieces(of: signals, range: early).isEmpty)
        #expect(try test.world.pieces(of: [SignalID(9_999)], range: range).isEmpty)
    }
}
