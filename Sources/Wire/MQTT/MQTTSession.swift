// An MQTT client session as a value: events in, effects out, no socket and no clock.

/// The client side of an MQTT session over any number of connections.
///
/// A message of QoS 1 or 2 is acknowledged only after `stored` with its token, so the broker keeps
/// it until the application has it safe. Keep the value across reconnections: what arrived but was
/// not acknowledged is then recognised when the broker repeats it (flag DUP), and is not delivered
/// twice. After a restart of the program a repeated message is delivered again (at least once).
///
/// Use: open a transport, `step(.connected)`, send what it says, `step(.received(bytes))` for all
/// that comes, `step(.tick)` at `deadline`, `step(.disconnected)` when the transport is closed.
///
/// Source: MQTT 3.1.1 and 5.0, clauses 3.1.2, 4.3, 4.4, 4.6, 4.9.
public struct MQTTSession: Sendable {
    /// Where the session stands.
    public enum Phase: Hashable, Sendable {
        /// No transport.
        case offline
        /// CONNECT is sent, its answer awaited.
        case connecting
        /// Open.
        case ready
        /// The transport is to be closed.
        case closing
    }

    /// How the session connects.
    public let settings: MQTTSessionSettings
    /// Where the session stands.
    public internal(set) var phase = Phase.offline
    /// What the server offers and limits, of the last connection.
    public internal(set) var server = MQTTServerLimits()

    var now: Int64 = 0
    var effects: [MQTTSessionEffect] = []
    var deframer: MQTTDeframer
    var inbound = MQTTInbound()
    var outbound = MQTTOutbound()
    var subscriptions = MQTTSubscriptionState()
    var lastSent: Int64 = 0
    /// When bytes last came or reading began again; a pause is not the server's silence.
    var lastReceived: Int64 = 0
    var resumed: Int64 = 0
    var pingSent: Int64?
    var connectSent: Int64 = 0
    var isPaused = false

    /// A session that has not connected yet; throws when the settings cannot be sent.
    public init(_ settings: MQTTSessionSettings) throws(FrameError) {
        self.settings = settings
        deframer = MQTTDeframer(maximumBytes: settings.limits.packetBytes)
        for subscription in settings.subscriptions {
            guard MQTTTopic.isValidFilter(subscription.filter) else {
                throw FrameError(
                    doing: "configuring MQTT",
                    problem: .invalid("topic filter \"\(subscription.filter)\" is not valid"))
            }
            subscriptions.want(subscription)
        }
        _ = try MQTTPacket.connect(connect).encoded(settings.version)
    }

    /// Takes one event at a monotonic time in nanoseconds and tells what to do.
    public mutating func step(_ event: MQTTSessionEvent, now: Int64) -> [MQTTSessionEffect] {
        self.now = now
        switch event {
        case .connected: open()
        case .received(let bytes): receive(bytes)
        case .disconnected: lose()
        case .tick: break
        case .stored(let token): stored(token)
        case .subscribe(let wanted):
            want(wanted)
        case .unsubscribe(let filters): unsubscribe(filters)
        case .publish(let message, let id): publish(message, id: id)
        case .disconnect(let sendWill): finish(sendWill: sendWill)
        }
        checkTimes()
        defer { effects.removeAll() }
        return effects
    }

    /// The time at which `tick` is due, nil when nothing is awaited.
    public var deadline: Int64? {
        switch phase {
        case .offline, .closing: nil
        case .connecting: connectSent + settings.limits.answerNanoseconds
        case .ready: [pingDeadline, subscribeDeadline].compactMap(\.self).min()
        }
    }

    /// Messages of QoS 1 and 2 delivered on this connection that wait for `stored`.
    public var waitingForStore: Int { inbound.active }
}

extension MQTTSession {
    /// Half of what the server tolerates (it waits 1.5 times the keep-alive, clause 3.1.2.10).
    private var keepAlive: Int64 { Int64(server.keepAliveSeconds) * 750_000_000 }

    private func answerDue(_ sent: Int64) -> Int64 { sent + settings.limits.answerNanoseconds }

    private var pingDeadline: Int64? {
        // While paused the answer may be behind bytes that are not read.
        if let pingSent { return isPaused ? nil : answerDue(max(pingSent, lastReceived)) }
        return keepAlive > 0 ? lastSent + keepAlive : nil
    }

    private var subscribeDeadline: Int64? {
        isPaused ? nil : subscriptions.oldest.map { answerDue(max($0, resumed)) }
    }

    var connect: MQTTConnect {
        var properties = MQTTProperties([])
        if settings.version == .v5 {
            properties.items = [
                MQTTProperty(.receiveMaximum, .number(UInt32(settings.limits.inFlight))),
                MQTTProperty(.maximumPacketSize, .number(UInt32(settings.limits.packetBytes))),
            ]
            if settings.sessionExpirySeconds > 0 {
                properties.items.append(
                    MQTTProperty(.sessionExpiry, .number(settings.sessionExpirySeconds)))
            }
        }
        return MQTTConnect(
            version: settings.version, clientID: settings.clientID,
            cleanStart: settings.cleanStart, keepAliveSeconds: settings.keepAliveSeconds,
            username: settings.username, password: settings.password, will: settings.will,
            properties: properties)
    }

    private mutating func open() {
        if phase != .offline { lose() }
        phase = .connecting
        server = MQTTServerLimits(keepAliveSeconds: settings.keepAliveSeconds)
        connectSent = now
        lastReceived = now
        send(.connect(connect))
    }

    private mutating func lose() {
        phase = .offline
        deframer.reset()
        pingSent = nil
        isPaused = false
        inbound.park()
        outbound.park()
        subscriptions.forgetAnswers()
    }

    private mutating func finish(sendWill: Bool) {
        guard phase == .ready || phase == .connecting else { return }
        if phase == .ready {
            let reason: UInt8 = sendWill && settings.version == .v5 ? 4 : 0
            send(.disconnect(MQTTReasonOnly(reason: reason)))
        }
        close(.finished)
    }

    private mutating func checkTimes() {
        guard let deadline, now >= deadline else { return }
        if phase == .connecting {
            close(.timedOut(awaiting: "the answer to CONNECT"))
        } else if let subscribeDeadline, now >= subscribeDeadline {
            close(.timedOut(awaiting: "the answer to SUBSCRIBE"))
        } else if pingSent != nil, !isPaused {
            close(.timedOut(awaiting: "the answer to a ping"))
        } else {
            send(.pingRequest)
            pingSent = now
        }
    }

    private mutating func receive(_ bytes: [UInt8]) {
        guard phase == .connecting || phase == .ready else { return }
        lastReceived = now
        deframer.append(bytes)
        drain()
        // A transport that goes on reading while paused must not fill the memory.
        if isPaused, deframer.pendingBytes > 4 * settings.limits.packetBytes {
            close(.violation("bytes keep coming while reading is paused"))
        }
    }

    /// Handles the packets that have arrived, until none is whole or too many wait for `stored`.
    mutating func drain() {
        while phase == .connecting || phase == .ready {
            if settings.version == .v311, inbound.active >= settings.limits.inFlight {
                if !isPaused { effects.append(.pauseReading) }
                isPaused = true
                return
            }
            do {
                guard let raw = try deframer.next() else { break }
                handle(try MQTTPacket.decode(raw, version: settings.version))
            } catch {
                var reason: UInt8 = 0x81
                if case .tooLong = error.problem { reason = 0x95 }
                fail(.malformed(error), reason: reason)
            }
        }
        if isPaused {
            isPaused = false
            resumed = now
            lastReceived = now
            effects.append(.resumeReading)
        }
    }

    private mutating func handle(_ packet: MQTTPacket) {
        if phase == .connecting {
            switch packet {
            case .connectAcknowledgement(let answer): accept(answer)
            case .disconnect(let reason) where settings.version == .v5:
                close(.serverDisconnected(reasonCode(reason.reason)))
            default: violate("a packet before the answer to CONNECT")
            }
            return
        }
        switch packet {
        case .publish(let publish): receive(publish)
        case .publishRelease(let release): receiveRelease(release)
        case .publishAcknowledged(let answer): receiveAcknowledgement(answer)
        case .subscribeAcknowledgement(let answer): receiveSubscribeAnswer(answer)
        case .unsubscribeAcknowledgement(let answer):
            if !subscriptions.answered(unsubscribe: answer.packetID) {
                violate("an answer to an UNSUBSCRIBE that was not sent")
            }
        case .pingResponse: pingSent = nil
        case .disconnect(let reason) where settings.version == .v5:
            close(.serverDisconnected(reasonCode(reason.reason)))
        default: violate("a packet that a server does not send")
        }
    }

    private mutating func accept(_ answer: MQTTConnectAcknowledgement) {
        guard answer.code == 0 else {
            close(.refused(reasonCode(answer.code)))
            return
        }
        if answer.sessionPresent, settings.cleanStart {
            violate("a session that was to be thrown away")
            return
        }
        phase = .ready
        server.read(answer.properties)
        effects.append(.ready(answer))
        if !answer.sessionPresent {
            inbound.forget()
            subscriptions.forgetSession()
        }
        resendOutbound(asDuplicates: answer.sessionPresent)
        subscribe()
    }

    func reasonCode(_ code: UInt8) -> MQTTReason {
        MQTTReason(code: code, version: settings.version)
    }

    /// Sends a packet that this session has built; a failure to encode ends the connection.
    mutating func send(_ packet: MQTTPacket) {
        do {
            effects.append(.send(try packet.encoded(settings.version)))
            lastSent = now
        } catch {
            close(.malformed(error))
        }
    }

    mutating func violate(_ text: String, reason: UInt8 = 0x82) {
        fail(.violation(text), reason: reason)
    }

    /// Tells a server of version 5 why, then closes (clause 4.13.1).
    private mutating func fail(_ end: MQTTSessionEnd, reason: UInt8) {
        if settings.version == .v5, phase == .ready {
            send(.disconnect(MQTTReasonOnly(reason: reason)))
        }
        close(end)
    }

    mutating func close(_ end: MQTTSessionEnd) {
        guard phase != .closing, phase != .offline else { return }
        phase = .closing
        effects.append(.close(end))
    }
}
