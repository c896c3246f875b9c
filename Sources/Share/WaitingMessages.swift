// Messages that wait for the broker: oldest first, bounded, and what is dropped is counted.

import Wire

/// A queue of messages with a limit in messages and one in bytes.
struct WaitingMessages: Sendable {
    private let limit: Int
    private let byteLimit: Int
    private var messages: [MQTTMessage] = []
    private var head = 0
    private var bytes = 0
    /// Messages that were dropped for want of room.
    private(set) var dropped = 0

    /// An empty queue of the room's limits.
    init(limit: Int = ShareLimits.waitingMessages, bytes: Int = ShareLimits.waitingBytes) {
        self.limit = limit
        byteLimit = bytes
    }

    /// Messages that wait.
    var count: Int { messages.count - head }

    /// Adds at the end; the oldest go when there is no room.
    mutating func append(_ added: [MQTTMessage]) {
        for message in added {
            messages.append(message)
            bytes += Self.size(message)
        }
        trim()
    }

    /// Puts back at the front what was sent and may not have arrived.
    mutating func putBack(_ returned: [MQTTMessage]) {
        messages = returned + messages[head...]
        head = 0
        bytes += returned.reduce(0) { $0 + Self.size($1) }
        trim()
    }

    /// Takes the oldest; nil when none waits.
    mutating func next() -> MQTTMessage? {
        guard head < messages.count else { return nil }
        let message = messages[head]
        head += 1
        bytes -= Self.size(message)
        // What was taken is let go from time to time, not for each message.
        if head > 256, head * 2 > messages.count {
            messages.removeFirst(head)
            head = 0
        }
        return message
    }

    private mutating func trim() {
        while count > limit || (bytes > byteLimit && count > 1) {
            if next() != nil { dropped += 1 }
        }
    }

    private static func size(_ message: MQTTMessage) -> Int {
        message.topic.utf8.count + message.payload.count
    }
}
