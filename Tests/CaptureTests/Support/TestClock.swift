// Clocks for tests: one whose sleeps pass at once, one that a test moves by hand.

import Capture
import Plant
import Synchronization

/// 2026-01-01T00:00:00Z, where test time begins.
let testStart = Timestamp(seconds: 1_767_225_600)

/// Virtual time in which every sleep passes at once.
final class SkippingClock: Sendable {
    private let now = Mutex<Elapsed>(.zero)

    var elapsed: Elapsed { now.withLock { $0 } }

    func advance(by step: Elapsed) { now.withLock { $0 = $0 + step } }

    var capture: CaptureClock {
        CaptureClock(
            wall: { testStart + self.elapsed }, monotonic: { self.elapsed },
            sleep: { step in
                try Task.checkCancellation()
                self.advance(by: step)
                await Task.yield()
            })
    }
}

/// Virtual time that stands still until a test moves it.
final class ManualClock: Sendable {
    private struct State {
        var now = Elapsed.zero
        var next = 0
        var sleepers: [Int: (until: Elapsed, wake: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    var elapsed: Elapsed { state.withLock { $0.now } }

    func advance(by step: Elapsed) {
        let due = state.withLock { state in
            state.now = state.now + step
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    private func sleep(_ step: Elapsed) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let isDue = state.withLock { state in
                    if step <= .zero || Task.isCancelled { return true }
                    state.sleepers[id] = (state.now + step, wake)
                    return false
                }
                if isDue { wake.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.wake.resume()
        }
        try Task.checkCancellation()
    }

    var capture: CaptureClock {
        CaptureClock(
            wall: { testStart + self.elapsed }, monotonic: { self.elapsed },
            sleep: { try await self.sleep($0) })
    }

    /// Moves time in small steps until something holds; false when it never does.
    func run(
        for limit: Elapsed, step: Elapsed = .milliseconds(10), until isDone: () -> Bool
    ) async -> Bool {
        let end = elapsed + limit
        while elapsed < end {
            for _ in 0..<50 {
                if isDone() { return true }
                await Task.yield()
            }
            advance(by: step)
        }
        return isDone()
    }
}

/// Lets other tasks run, without any time passing, until something holds.
func settled(until isDone: () -> Bool) async -> Bool {
    for _ in 0..<200_000 {
        if isDone() { return true }
        await Task.yield()
    }
    return isDone()
}
