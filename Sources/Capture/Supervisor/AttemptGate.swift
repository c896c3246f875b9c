// At most one connection attempt a second to one device, whoever asks.

import Plant
import Synchronization

/// Remembers when each device was last tried.
final class AttemptGate: Sendable {
    private let next = Mutex<[String: Elapsed]>([:])

    /// Reserves the next free moment for an attempt at an address or a port; returns how long to wait for it.
    func reserve(_ place: String, now: Elapsed) -> Elapsed {
        next.withLock { times in
            // Old entries say nothing any more; without this the table would grow for ever.
            times = times.filter { $0.value > now || $0.key == place }
            let moment = max(now, times[place] ?? now)
            times[place] = moment + CaptureLimits.attemptSpacing
            return moment - now
        }
    }
}
