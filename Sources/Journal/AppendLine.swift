// Calls that wait to be stored, so that those that come during one flush share the next.

import Plant
import Synchronization

/// One call of `append` on its way to the file.
struct AppendRequest: Sendable {
    let drafts: [EncodedDraft]
    /// Given record times, one for each draft; nil: the journal's clock.
    let recorded: [Timestamp]?
    let answer: CheckedContinuation<[StoredEvent], any Error>
}

/// A bounded line in order of arrival; the one who finds it idle has to start the writer.
final class AppendLine: Sendable {
    private struct State {
        var waiting: [AppendRequest] = []
        var isBeingServed = false
    }

    /// What the caller has to do after joining.
    enum Joined {
        case serve, wait
        case refused(waiting: Int)
    }

    private let state = Mutex(State())

    func join(_ request: AppendRequest) -> Joined {
        state.withLock { state in
            guard state.waiting.count < JournalLimits.waitingAppends else {
                return .refused(waiting: state.waiting.count)
            }
            state.waiting.append(request)
            if state.isBeingServed { return .wait }
            state.isBeingServed = true
            return .serve
        }
    }

    /// The next ones to store together, none when the line has become idle.
    func next() -> [AppendRequest] {
        state.withLock { state in
            let count = min(state.waiting.count, JournalLimits.appendsPerFlush)
            if count == 0 { state.isBeingServed = false }
            let group = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            return group
        }
    }

    /// Everything that waits, leaving the line idle.
    func leaveAll() -> [AppendRequest] {
        state.withLock { state in
            defer { state = State() }
            return state.waiting
        }
    }
}
