// What waits for one channel to one person, in order.

import Plant

/// One message on its way.
struct LaneEntry: Hashable, Sendable {
    let message: OutboundMessage
    /// When it was first to go.
    let since: Elapsed
    /// Tries so far.
    var attempts = 0
    /// Whether it tells about several messages.
    var isSummary = false
}

/// The messages of one channel: one being sent, some waiting, the rest in a summary.
struct OutboundLane: Hashable, Sendable {
    /// Whom the channel reaches.
    var person: Slug
    /// When the person wants quiet; nil for never.
    var quiet: QuietHours?
    /// What is being sent now.
    var sending: LaneEntry?
    /// What waits, oldest first.
    var waiting: [LaneEntry] = []
    /// What waits together; nil when nothing does.
    var summary: MessageSummary?
    /// Not before this time.
    var notBefore: Elapsed?
    /// Why nothing goes before the settings change; nil when nothing is in the way.
    var heldBy: DeliveryProblem?
    /// Ids of finished messages, oldest first.
    private var finished: [String] = []

    init(person: Slug, quiet: QuietHours?) {
        self.person = person
        self.quiet = quiet
    }

    /// Whether a message has been taken before.
    func knows(_ id: String) -> Bool {
        sending?.message.id == id || waiting.contains { $0.message.id == id }
            || finished.contains(id)
    }

    /// Has a message told by the summary.
    mutating func join(_ message: OutboundMessage) {
        if summary == nil {
            summary = MessageSummary(message)
        } else {
            summary?.add(message)
        }
        if !finished.contains(message.id) { finish(message.id) }
    }

    /// Remembers a message that needs nothing more.
    mutating func finish(_ id: String) {
        finished.append(id)
        if finished.count > OutboundLimits.remembered { finished.removeFirst() }
    }

    /// Whether one more can wait by itself.
    var hasRoom: Bool {
        waiting.count + (sending == nil ? 0 : 1) < OutboundLimits.waiting
    }
}
