// One connection to a broker for publishing: bytes of the channel to and from the session value.

import Capture
import Plant
import Wire

/// A session on an open channel.
struct BrokerLine {
    /// What the broker has said.
    enum Word {
        case message(MQTTMessage)
        case taken(UInt64)
        case refused(UInt64, String)
    }

    private let channel: any ByteChannel
    private let clock: CaptureClock
    private let name: Endpoint
    private var session: MQTTSession
    /// True once the broker has accepted the session.
    private(set) var isReady = false

    init(
        _ channel: any ByteChannel, _ session: MQTTSession, _ name: Endpoint, _ clock: CaptureClock
    ) {
        self.channel = channel
        self.session = session
        self.name = name
        self.clock = clock
    }

    private var now: Int64 { clock.monotonic().nanoseconds }

    /// Sends CONNECT and waits until the broker has accepted it.
    mutating func open() async throws(ConnectorError) {
        _ = try await perform(session.step(.connected, now: now))
        while !isReady { _ = try await listen(within: ShareLimits.connectTime) }
    }

    /// Waits for the broker's word at most so long; returns what it said, perhaps nothing.
    mutating func listen(within limit: Elapsed) async throws(ConnectorError) -> [Word] {
        var limit = limit
        if let deadline = session.deadline {
            limit = min(limit, max(.zero, Elapsed(nanoseconds: deadline - now)))
        }
        var event = MQTTSessionEvent.tick
        if limit > .zero {
            do throws(ConnectorError) {
                event = .received(try await channel.receive(within: limit))
            } catch {
                guard case .timedOut = error else { throw error }
            }
        }
        return try await perform(session.step(event, now: now))
    }

    /// Hands a wish to the session.
    mutating func tell(_ events: [MQTTSessionEvent]) async throws(ConnectorError) -> [Word] {
        var effects: [MQTTSessionEffect] = []
        for event in events { effects += session.step(event, now: now) }
        return try await perform(effects)
    }

    private mutating func perform(
        _ effects: [MQTTSessionEffect]
    ) async throws(ConnectorError) -> [Word] {
        var words: [Word] = []
        var outgoing: [UInt8] = []
        var end: MQTTSessionEnd?
        var open = effects
        while !open.isEmpty {
            var more: [MQTTSessionEffect] = []
            for effect in open {
                switch effect {
                case .send(let bytes): outgoing += bytes
                case .ready: isReady = true
                case .deliver(let message, let token):
                    // Nothing of it is kept, so that it is safe at once.
                    words.append(.message(message))
                    more += session.step(.stored(token), now: now)
                case .published(let id): words.append(.taken(id))
                case .publishRefused(let id, let refusal):
                    words.append(.refused(id, Self.words(refusal)))
                case .close(let reason): end = end ?? reason
                case .subscribed, .pauseReading, .resumeReading: break
                }
            }
            open = more
        }
        if !outgoing.isEmpty { try await channel.send(outgoing) }
        if let error = end?.error(at: name, session.settings.limits) { throw error }
        return words
    }

    private static func words(_ refusal: MQTTPublishRefusal) -> String {
        switch refusal {
        case .notConnected: "the connection was gone"
        case .queueFull(let limit): "\(limit) messages wait already"
        case .invalid(let error): error.description
        case .rejected(let reason): "the broker says: \(reason)"
        }
    }
}
