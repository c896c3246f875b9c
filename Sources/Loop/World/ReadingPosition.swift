// How far a file in memory has been handed on.

import Synchronization

/// A position that several tasks may move.
final class ReadingPosition: Sendable {
    private let place = Mutex(0)

    init() {}

    /// Moves on; returns where it was.
    func advance(by count: Int) -> Int {
        place.withLock { place in
            defer { place += count }
            return place
        }
    }
}
