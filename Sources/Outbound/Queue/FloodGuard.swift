// At most so many messages an hour to one person.

import Plant

/// The messages that one person got within the last hour.
struct FloodGuard: Hashable, Sendable {
    private struct Sent: Hashable, Sendable {
        let id: String
        let time: Elapsed
        /// Channels over which it went.
        var channels: Int
    }

    private static let hour = Elapsed.hours(1)
    private var sent: [Sent] = []

    /// Whether one more message may go now.
    ///
    /// A message that goes over several channels is one.
    func allows(_ id: String, now: Elapsed) -> Bool {
        let recent = sent.filter { now - $0.time < FloodGuard.hour }
        return recent.count < OutboundLimits.messagesAnHour || recent.contains { $0.id == id }
    }

    /// Counts a message that goes over one channel.
    mutating func note(_ id: String, now: Elapsed) {
        sent.removeAll { now - $0.time >= FloodGuard.hour }
        if let index = sent.firstIndex(where: { $0.id == id }) {
            sent[index].channels += 1
        } else {
            sent.append(Sent(id: id, time: now, channels: 1))
        }
    }

    /// Takes back a message that did not go over one channel after all.
    mutating func forget(_ id: String) {
        guard let index = sent.firstIndex(where: { $0.id == id }) else { return }
        sent[index].channels -= 1
        if sent[index].channels == 0 { sent.remove(at: index) }
    }

    /// When the next message may go.
    func opens(now: Elapsed) -> Elapsed {
        let recent = sent.filter { now - $0.time < FloodGuard.hour }
        guard recent.count >= OutboundLimits.messagesAnHour, let first = recent.first else {
            return now
        }
        return first.time + FloodGuard.hour
    }

    /// Whether nothing is remembered that still counts.
    func isIdle(now: Elapsed) -> Bool { sent.allSatisfy { now - $0.time >= FloodGuard.hour } }
}
