// How much is being stored right now: beyond the limits clients are asked to wait.

import Synchronization

/// Counts writes and their bytes while they are being stored.
final class WritesInFlight: Sendable {
    private struct Load {
        var writes = 0
        var bytes = 0
    }

    private let load = Mutex(Load())
    private let limits: WebLimits

    init(limits: WebLimits) {
        self.limits = limits
    }

    /// Takes room for a write, or says how long to wait when there is none.
    func enter(bytes: Int) throws {
        let isIn = load.withLock { load in
            guard load.writes < limits.writesInFlight,
                load.writes == 0 || load.bytes + bytes <= limits.writeBytesInFlight
            else { return false }
            load.writes += 1
            load.bytes += bytes
            return true
        }
        guard isIn else {
            throw Problem(
                .tooMany, "The box is still storing what came before.", retryAfter: 1)
        }
    }

    /// Takes room for bytes that a body grew by when it was unpacked.
    func grow(bytes: Int) throws {
        let isIn = load.withLock { load in
            guard load.writes == 1 || load.bytes + bytes <= limits.writeBytesInFlight else {
                return false
            }
            load.bytes += bytes
            return true
        }
        guard isIn else {
            throw Problem(
                .tooMany, "The box is still storing what came before.", retryAfter: 1)
        }
    }

    /// Gives back the room of a write.
    func leave(bytes: Int) {
        load.withLock { load in
            load.writes -= 1
            load.bytes -= bytes
        }
    }

    /// Writes being stored now.
    var count: Int { load.withLock { $0.writes } }
}
