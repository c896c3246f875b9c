// One connection to a broker: moves bytes between the channel and the session value.

import Plant
public import Wire

/// A session on an open channel.
struct MQTTLine {
    /// A message and the token that acknowledges it.
    struct Delivery: Sendable {
        let message: MQTTMessage
        let token: MQTTDeliveryToken
    }

    private let channel: any ByteChannel
    private let io: ConnectorIO
    private let name: Endpoint
    private(set) var session: MQTTSession
    /// True once the broker has accepted the session.
    private(set) var isReady = false

    init(channel: any ByteChannel, io: ConnectorIO, session: MQTTSession, name: Endpoint) {
        self.channel = channel
        self.io = io
        self.session = session
        self.name = name
    }

    private var now: Int64 { io.clock.monotonic().nanoseconds }

    /// Sends CONNECT.
    mutating func open() async throws(ConnectorError) {
        _ = try await perform(session.step(.connected, now: now))
    }

    /// Tells the session that the channel is gone.
    mutating func disconnected() {
        _ = session.step(.disconnected, now: now)
    }

    /// Waits for bytes or the session's deadline; returns what was delivered, perhaps nothing.
    mutating func listen(until end: Elapsed?) async throws(ConnectorError) -> [Delivery] {
        let moment = io.clock.monotonic()
        var limit = Elapsed.hours(1)
        if let deadline = session.deadline {
            limit = min(limit, Elapsed(nanoseconds: deadline) - moment)
        }
        if let end { limit = min(limit, end - moment) }
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

    /// Hands a wish of the application to the session: to subscribe, to publish, to end.
    mutating func tell(_ event: MQTTSessionEvent) async throws(ConnectorError) -> [Delivery] {
        try await perform(session.step(event, now: now))
    }

    /// Tells the session that deliveries are safe; acknowledgements leave, more may be delivered.
    mutating func stored(_ tokens: [MQTTDeliveryToken]) async throws(ConnectorError) -> [Delivery] {
        var effects: [MQTTSessionEffect] = []
        for token in tokens { effects += session.step(.stored(token), now: now) }
        return try await perform(effects)
    }

    /// Sends all bytes of the effects at once; throws when the session ends.
    private mutating func perform(
        _ effects: [MQTTSessionEffect]
    ) async throws(ConnectorError) -> [Delivery] {
        var deliveries: [Delivery] = []
        var outgoing: [UInt8] = []
        var end: MQTTSessionEnd?
        for effect in effects {
            switch effect {
            case .send(let bytes): outgoing += bytes
            case .ready:
                isReady = true
                if session.settings.subscriptions.isEmpty { io.report(.established) }
            case .deliver(let message, let token):
                deliveries.append(Delivery(message: message, token: token))
            case .subscribed(let results): subscribed(results)
            case .close(let reason): end = reason
            case .publishRefused(_, let refusal):
                io.report(.problem("the broker does not take a message: \(refusal)"))
            // Nothing is read while a store is under way, so there is nothing to pause.
            case .published, .pauseReading, .resumeReading: break
            }
        }
        if !outgoing.isEmpty { try await channel.send(outgoing) }
        if let end {
            throw end.error(at: name, session.settings.limits)
                ?? .closed(doing: "talking to \(name)")
        }
        return deliveries
    }

    private func subscribed(_ results: [MQTTSubscriptionResult]) {
        for result in results where result.granted == nil {
            io.report(
                .problem("the broker does not give us \(result.filter): \(result.reason)"))
        }
        if results.contains(where: { $0.granted != nil }) { io.report(.established) }
    }
}

extension MQTTSessionEnd {
    /// What it means for whoever talked to a broker; nil for an end that was asked for.
    public func error(at name: Endpoint, _ limits: MQTTSessionLimits) -> ConnectorError? {
        switch self {
        case .refused(let reason) where reason.needsConfiguration,
            .serverDisconnected(let reason) where reason.needsConfiguration:
            .rejected(code: Int(reason.code), meaning: reason.meaning)
        case .refused(let reason), .serverDisconnected(let reason):
            .refused(by: name.description, detail: reason.description)
        case .malformed(let error): .malformed(error)
        case .violation(let text):
            .malformed(FrameError(doing: "talking to \(name)", problem: .invalid(text)))
        case .timedOut(let awaiting):
            .timedOut(
                doing: "waiting for \(awaiting)",
                after: Elapsed(nanoseconds: limits.answerNanoseconds))
        case .finished: nil
        }
    }
}
