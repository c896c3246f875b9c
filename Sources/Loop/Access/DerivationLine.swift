// Costly hashes run two at a time on threads of their own; twenty more wait, the next is refused
// (S-11).

import NIOPosix
import Synchronization

/// A line in front of the costly derivations.
final class DerivationLine: Sendable {
    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    private let state = Mutex(State())

    /// Runs a derivation when its turn comes; throws when too many wait already.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await NIOThreadPool.singleton.runIfActive { try body() }
    }

    private enum Entry { case run, wait, refuse }

    private func enter() async throws {
        try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
            let entry = state.withLock { state -> Entry in
                if state.running < LoopLimits.derivationsAtOnce {
                    state.running += 1
                    return .run
                }
                guard state.waiting.count < LoopLimits.derivationsWaiting else { return .refuse }
                state.waiting.append(turn)
                return .wait
            }
            switch entry {
            case .run: turn.resume()
            case .wait: break
            case .refuse:
                turn.resume(
                    throwing: AccessRefused(
                        "pass_phrase", "The box is busy with other sign-ins.",
                        "Try again in a few seconds.", retryAfter: 3))
            }
        }
    }

    /// The place goes to the one that waits longest.
    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
