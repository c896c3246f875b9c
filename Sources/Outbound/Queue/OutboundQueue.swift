// Which message goes when over which channel: decisions as a pure step.

public import Plant

/// What happened to the queue.
public enum OutboundEvent: Hashable, Sendable {
    /// A message for a person over a channel; a second one with the same id has no effect.
    case message(OutboundMessage, over: Slug, to: Slug, quiet: QuietHours?)
    /// A message that waited before the program started again. One that was being sent then
    /// is not sent again: nobody knows whether it arrived.
    case restored(OutboundMessage, over: Slug, to: Slug, quiet: QuietHours?, wasBeingSent: Bool)
    /// The courier has an answer.
    case delivered(id: String, over: Slug, Delivery)
    /// The settings of a channel have changed.
    case changed(Slug)
    /// A channel is no longer there.
    case removed(Slug)
    /// Time has passed.
    case tick
}

/// What is to be done about it.
public enum OutboundAction: Hashable, Sendable {
    /// Send this message now, and say how it went.
    case send(OutboundMessage, over: Slug)
    /// The server has taken the message.
    case accepted(id: String, over: Slug, words: String)
    /// Nobody knows whether the message arrived; it is not sent again by itself.
    case unknown(id: String, over: Slug, DeliveryProblem)
    /// It is tried again at this time.
    case postponed(id: String, over: Slug, DeliveryProblem, until: Elapsed)
    /// It will not be sent.
    case gaveUp(id: String, over: Slug, DeliveryProblem)
    /// Nothing goes over the channel before its settings change; said once.
    case held(Slug, DeliveryProblem)
    /// The message is told by a summary instead of by itself.
    case joinedSummary(id: String, over: Slug)
    /// A summary has become a message with this id, which is sent like any other.
    case summarised(id: String, over: Slug, count: Int)
}

/// The messages of all channels that have not gone yet.
///
/// A value: the same events at the same times give the same actions. It keeps the order within
/// a channel, sends one at a time there, and is bounded: what does not fit, comes too often or
/// falls into quiet hours joins one summary and is not dropped without a word. Only a message
/// of high urgency goes ahead of such a summary, and during quiet hours.
public struct OutboundQueue: Sendable {
    private var lanes: [Slug: OutboundLane] = [:]
    private var guards: [Slug: FloodGuard] = [:]
    private let policy: RetryPolicy
    private let seed: UInt64
    private let minuteOfDay: @Sendable (Timestamp) -> Int
    private let summarise: @Sendable (MessageSummary) -> OutboundMessage

    /// An empty queue.
    ///
    /// `minuteOfDay` gives the minute of the site's day, 0 to 1,439. `summarise` writes the
    /// message about several; its id must come from the summary alone.
    public init(
        policy: RetryPolicy = RetryPolicy(), seed: UInt64,
        minuteOfDay: @escaping @Sendable (Timestamp) -> Int,
        summarise: @escaping @Sendable (MessageSummary) -> OutboundMessage = {
            $0.message(link: nil)
        }
    ) {
        self.policy = policy
        self.seed = seed
        self.minuteOfDay = minuteOfDay
        self.summarise = summarise
    }

    /// Takes one event at a monotonic and a wall time; returns what is to be done, in order.
    public mutating func step(
        _ event: OutboundEvent, now: Elapsed, wall: Timestamp
    ) -> [OutboundAction] {
        var actions: [OutboundAction] = []
        switch event {
        case .message(let message, let channel, let person, let quiet):
            actions = take(message, channel, person, quiet, now, wall)
        case .restored(let message, let channel, let person, let quiet, let wasBeingSent):
            actions =
                wasBeingSent
                ? takeInterrupted(message, channel, person, quiet, now)
                : take(message, channel, person, quiet, now, wall)
        case .delivered(let id, let channel, let delivery):
            actions = conclude(id, channel, delivery, now)
        case .changed(let channel):
            lanes[channel]?.heldBy = nil
            lanes[channel]?.notBefore = nil
        case .removed(let channel): actions = remove(channel)
        case .tick: break
        }
        for channel in lanes.keys.sorted() { actions += advance(channel, now, wall) }
        guards = guards.filter { !$0.value.isIdle(now: now) }
        return actions
    }

    /// When the queue wants to be asked again; nil when only an event can move it.
    ///
    /// `now` itself is never returned. The end of quiet hours is looked for once a minute.
    public func nextWake(now: Elapsed) -> Elapsed? {
        var wakes: [Elapsed] = []
        for lane in lanes.values where lane.sending == nil && lane.heldBy == nil {
            if let time = lane.notBefore, !lane.waiting.isEmpty { wakes.append(time) }
            if lane.summary != nil { wakes.append(nextLook(lane, now)) }
        }
        return wakes.filter { $0 > now }.min()
    }

    /// Messages that wait by themselves over a channel, the one being sent not counted.
    public func waitingCount(over channel: Slug) -> Int { lanes[channel]?.waiting.count ?? 0 }

    /// Why nothing goes over a channel; nil when nothing is in the way.
    public func holding(_ channel: Slug) -> DeliveryProblem? { lanes[channel]?.heldBy }

    private mutating func take(
        _ message: OutboundMessage, _ channel: Slug, _ person: Slug, _ quiet: QuietHours?,
        _ now: Elapsed, _ wall: Timestamp
    ) -> [OutboundAction] {
        let problem = refusal(of: message, channel, wall)
        guard problem == nil, var lane = lane(channel, person, quiet) else {
            let full = DeliveryProblem(
                .unfitSettings(
                    OutboundFlaw(
                        field: "channels", reason: "are more than \(OutboundLimits.channels)")),
                at: "")
            return [.gaveUp(id: message.id, over: channel, problem ?? full)]
        }
        guard !lane.knows(message.id) else { return [] }
        defer { lanes[channel] = lane }
        guard lane.hasRoom, lane.summary == nil || message.urgency == .high else {
            lane.join(message)
            return [.joinedSummary(id: message.id, over: channel)]
        }
        lane.waiting.append(LaneEntry(message: message, since: now))
        return []
    }

    /// A message that is too old or cannot be sent over anything.
    private func refusal(
        of message: OutboundMessage, _ channel: Slug, _ wall: Timestamp
    ) -> DeliveryProblem? {
        do throws(OutboundFlaw) {
            try message.check()
        } catch { return DeliveryProblem(.unfitMessage(error), at: "") }
        guard wall - message.created > policy.longestTrying else { return nil }
        let hours = Int(policy.longestTrying.hours.rounded())
        let flaw = OutboundFlaw(field: "created", reason: "lies more than \(hours) hours back")
        return DeliveryProblem(.unfitMessage(flaw), at: "")
    }

    private mutating func takeInterrupted(
        _ message: OutboundMessage, _ channel: Slug, _ person: Slug, _ quiet: QuietHours?,
        _ now: Elapsed
    ) -> [OutboundAction] {
        if var lane = lane(channel, person, quiet) {
            guard !lane.knows(message.id) else { return [] }
            lane.finish(message.id)
            lanes[channel] = lane
            guards[person, default: FloodGuard()].note(message.id, now: now)
        }
        return [
            .unknown(id: message.id, over: channel, DeliveryProblem(.replyLost, at: channel.text))
        ]
    }

    /// The lane of a channel with the person's present wishes; nil when there are too many.
    private func lane(_ channel: Slug, _ person: Slug, _ quiet: QuietHours?) -> OutboundLane? {
        guard var lane = lanes[channel] else {
            guard lanes.count < OutboundLimits.channels else { return nil }
            return OutboundLane(person: person, quiet: quiet)
        }
        lane.person = person
        lane.quiet = quiet
        return lane
    }

    private mutating func conclude(
        _ id: String, _ channel: Slug, _ delivery: Delivery, _ now: Elapsed
    ) -> [OutboundAction] {
        guard var lane = lanes[channel], var entry = lane.sending, entry.message.id == id else {
            return []
        }
        defer { lanes[channel] = lane }
        lane.sending = nil
        lane.notBefore = nil
        switch delivery {
        case .accepted(let words):
            lane.finish(id)
            return [.accepted(id: id, over: channel, words: words)]
        case .unknown(let problem):
            lane.finish(id)
            return [.unknown(id: id, over: channel, problem)]
        case .refused(let problem):
            entry.attempts += 1
            guards[lane.person]?.forget(id)
            switch problem.advice {
            case .never: break
            case .afterChange:
                lane.waiting.insert(entry, at: 0)
                lane.heldBy = problem
                return [.held(channel, problem)]
            case .backOff:
                let next = policy.next(
                    after: entry.attempts, problem, since: entry.since, now: now,
                    seed: OutboundQueue.seed(seed, id))
                guard let next else { break }
                lane.waiting.insert(entry, at: 0)
                lane.notBefore = next
                return [.postponed(id: id, over: channel, problem, until: next)]
            }
            lane.finish(id)
            return [.gaveUp(id: id, over: channel, problem)]
        }
    }

    private mutating func remove(_ channel: Slug) -> [OutboundAction] {
        guard let lane = lanes.removeValue(forKey: channel) else { return [] }
        let problem = DeliveryProblem(
            .unfitSettings(OutboundFlaw(field: "channel", reason: "is no longer there")), at: "")
        var actions: [OutboundAction] = []
        if let sending = lane.sending {
            let lost = DeliveryProblem(.replyLost, at: channel.text)
            actions.append(.unknown(id: sending.message.id, over: channel, lost))
        }
        actions += lane.waiting.map { .gaveUp(id: $0.message.id, over: channel, problem) }
        if let summary = lane.summary {
            actions.append(.gaveUp(id: summarise(summary).id, over: channel, problem))
        }
        return actions
    }

    /// Sends the next message that may go; those before it that may not join the summary.
    private mutating func advance(
        _ channel: Slug, _ now: Elapsed, _ wall: Timestamp
    ) -> [OutboundAction] {
        guard var lane = lanes[channel] else { return [] }
        defer { lanes[channel] = lane }
        var actions = expire(&lane, channel, now)
        guard lane.sending == nil, lane.heldBy == nil, lane.notBefore ?? now <= now else {
            return actions
        }
        lane.notBefore = nil
        while let first = lane.waiting.first, !first.isSummary,
            !mayGo(first.message, lane, now, wall)
        {
            lane.waiting.removeFirst()
            lane.join(first.message)
            actions.append(.joinedSummary(id: first.message.id, over: channel))
        }
        if lane.waiting.isEmpty, let summary = lane.summary {
            let message = summarise(summary)
            guard mayGo(message, lane, now, wall) else { return actions }
            lane.summary = nil
            lane.waiting = [
                LaneEntry(message: message, since: now, isSummary: summary.count > 1)
            ]
            actions.append(.summarised(id: message.id, over: channel, count: summary.count))
        }
        guard let entry = lane.waiting.first else { return actions }
        guard mayGo(entry.message, lane, now, wall) else {
            lane.notBefore = nextLook(lane, now)
            return actions
        }
        guards[lane.person, default: FloodGuard()].note(entry.message.id, now: now)
        lane.waiting.removeFirst()
        lane.sending = entry
        return actions + [.send(entry.message, over: channel)]
    }

    /// Whether a message may reach the person now.
    private func mayGo(
        _ message: OutboundMessage, _ lane: OutboundLane, _ now: Elapsed, _ wall: Timestamp
    ) -> Bool {
        let isQuiet = lane.quiet?.contains(minuteOfDay: minuteOfDay(wall)) ?? false
        return (message.urgency == .high || !isQuiet)
            && guards[lane.person]?.allows(message.id, now: now) != false
    }

    /// When a message that may not go is looked at again.
    private func nextLook(_ lane: OutboundLane, _ now: Elapsed) -> Elapsed {
        max(guards[lane.person]?.opens(now: now) ?? now, now + .minutes(1))
    }

    /// Gives up what a held channel has kept for too long.
    private func expire(
        _ lane: inout OutboundLane, _ channel: Slug, _ now: Elapsed
    ) -> [OutboundAction] {
        guard let problem = lane.heldBy else { return [] }
        var actions: [OutboundAction] = []
        while let first = lane.waiting.first, now - first.since > policy.longestTrying {
            lane.waiting.removeFirst()
            lane.finish(first.message.id)
            actions.append(.gaveUp(id: first.message.id, over: channel, problem))
        }
        return actions
    }

    /// A seed for one message: FNV-1a over its id.
    private static func seed(_ seed: UInt64, _ id: String) -> UInt64 {
        // Wrapping multiplication is the definition of the hash.
        id.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
