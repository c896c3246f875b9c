// The sending half of an MQTT session: messages of QoS 0 and 1, subscriptions, packet ids.

/// What the server of MQTT 5 offers and limits; the defaults are those of 3.1.1.
public struct MQTTServerLimits: Hashable, Sendable {
    /// Longest silence of the client, seconds; 0 for no limit.
    public var keepAliveSeconds: UInt16 = 0
    /// Messages of QoS 1 that may wait for an answer.
    public var receiveMaximum = 65_535
    /// Bytes of the largest packet, nil for the protocol's own limit.
    public var maximumPacketBytes: Int?
    /// The highest QoS.
    public var maximumQoS = MQTTQoS.exactlyOnce
    /// False when the server refuses retained messages.
    public var retainsMessages = true
    /// The client id that the server chose, nil when it took ours.
    public var assignedClientID: String?

    init(keepAliveSeconds: UInt16 = 0) { self.keepAliveSeconds = keepAliveSeconds }

    mutating func read(_ properties: MQTTProperties) {
        if let seconds = properties.number(.serverKeepAlive) {
            keepAliveSeconds = UInt16(truncatingIfNeeded: seconds)
        }
        if let maximum = properties.number(.receiveMaximum) { receiveMaximum = Int(maximum) }
        if let bytes = properties.number(.maximumPacketSize) { maximumPacketBytes = Int(bytes) }
        if let qos = properties.number(.maximumQoS) {
            maximumQoS = qos == 0 ? .atMostOnce : .atLeastOnce
        }
        retainsMessages = properties.number(.retainAvailable) != 0
        assignedClientID = properties.text(.assignedClientID)
    }
}

/// Messages of QoS 1 that are not acknowledged by the server yet.
struct MQTTOutbound: Sendable {
    struct Entry: Sendable {
        let id: UInt64
        let message: MQTTMessage
        /// 0 until it is sent for the first time.
        var packetID: UInt16 = 0
        /// Sent on this connection.
        var isSent = false
    }

    /// In the order of the application.
    var entries: [Entry] = []
    var lastPacketID: UInt16 = 0
    var inFlight: Int { entries.reduce(0) { $1.isSent ? $0 + 1 : $0 } }

    mutating func park() {
        for index in entries.indices { entries[index].isSent = false }
    }
}

/// The topics that are wanted, confirmed and asked for.
struct MQTTSubscriptionState: Sendable {
    struct Question: Sendable {
        let packetID: UInt16
        let filters: [String]
        let isUnsubscribe: Bool
        let sent: Int64
    }

    private(set) var wanted: [MQTTSubscription] = []
    private var confirmed: Set<MQTTSubscription> = []
    private(set) var questions: [Question] = []

    var oldest: Int64? { questions.first?.sent }

    /// Wanted, not confirmed and not asked for at the moment.
    var missing: [MQTTSubscription] {
        let asked = Set(questions.filter { !$0.isUnsubscribe }.flatMap(\.filters))
        return wanted.filter { !confirmed.contains($0) && !asked.contains($0.filter) }
    }

    mutating func want(_ subscription: MQTTSubscription) {
        if let index = wanted.firstIndex(where: { $0.filter == subscription.filter }) {
            wanted[index] = subscription
        } else {
            wanted.append(subscription)
        }
    }

    mutating func unwant(_ filters: [String]) {
        wanted.removeAll { filters.contains($0.filter) }
        confirmed = confirmed.filter { !filters.contains($0.filter) }
    }

    mutating func ask(_ question: Question) { questions.append(question) }

    mutating func takeQuestion(_ packetID: UInt16) -> Question? {
        guard
            let index = questions.firstIndex(where: {
                $0.packetID == packetID && !$0.isUnsubscribe
            })
        else { return nil }
        return questions.remove(at: index)
    }

    /// Notes the answer; a refused filter is not asked for again on this session either.
    mutating func confirm(_ filter: String) {
        if let subscription = wanted.first(where: { $0.filter == filter }) {
            confirmed.insert(subscription)
        }
    }

    mutating func answered(unsubscribe packetID: UInt16) -> Bool {
        guard
            let index = questions.firstIndex(where: {
                $0.packetID == packetID && $0.isUnsubscribe
            })
        else { return false }
        questions.remove(at: index)
        return true
    }

    mutating func forgetAnswers() { questions.removeAll() }
    mutating func forgetSession() { confirmed.removeAll() }
}

extension MQTTSession {
    /// Filters in one SUBSCRIBE: keeps the packet far below the limits of small brokers.
    private static let filtersPerPacket = 32

    mutating func publish(_ message: MQTTMessage, id: UInt64) {
        do {
            try check(message)
        } catch {
            effects.append(.publishRefused(id: id, .invalid(error)))
            return
        }
        if message.qos == .atMostOnce {
            guard phase == .ready else {
                effects.append(.publishRefused(id: id, .notConnected))
                return
            }
            send(.publish(MQTTPublish(message)))
            effects.append(.published(id: id))
            return
        }
        guard outbound.entries.count < settings.limits.outboundQueue else {
            effects.append(
                .publishRefused(id: id, .queueFull(limit: settings.limits.outboundQueue)))
            return
        }
        outbound.entries.append(MQTTOutbound.Entry(id: id, message: message))
        sendWaiting()
    }

    private func check(_ message: MQTTMessage) throws(FrameError) {
        func refusal(_ problem: FrameError.Problem) -> FrameError {
            FrameError(doing: "publishing to \"\(message.topic.prefix(80))\"", problem: problem)
        }
        guard message.qos != .exactlyOnce, message.qos <= server.maximumQoS else {
            throw refusal(.invalid("QoS \(message.qos.rawValue) is not available"))
        }
        guard !message.isRetained || server.retainsMessages else {
            throw refusal(.invalid("retained messages are not available"))
        }
        let packetID: UInt16 = message.qos == .atMostOnce ? 0 : 1
        let size = try MQTTPacket.publish(MQTTPublish(message, packetID: packetID))
            .encoded(settings.version).count
        let limit = server.maximumPacketBytes ?? settings.limits.packetBytes
        if size > limit { throw refusal(.tooLong(found: size, limit: limit)) }
    }

    /// Sends again what was not acknowledged before the connection was lost (clause 4.4).
    mutating func resendOutbound(asDuplicates: Bool) {
        if !asDuplicates {
            for index in outbound.entries.indices { outbound.entries[index].packetID = 0 }
        }
        sendWaiting()
    }

    private mutating func sendWaiting() {
        let limit = min(settings.limits.inFlight, server.receiveMaximum)
        var inFlight = outbound.inFlight
        for index in outbound.entries.indices
        where phase == .ready && inFlight < limit && !outbound.entries[index].isSent {
            let isDuplicate = outbound.entries[index].packetID != 0
            if !isDuplicate { outbound.entries[index].packetID = newPacketID() }
            outbound.entries[index].isSent = true
            inFlight += 1
            let entry = outbound.entries[index]
            send(
                .publish(
                    MQTTPublish(
                        entry.message, packetID: entry.packetID, isDuplicate: isDuplicate)))
        }
    }

    mutating func receiveAcknowledgement(_ answer: MQTTAcknowledgement) {
        guard
            let index = outbound.entries.firstIndex(where: {
                $0.packetID == answer.packetID && $0.isSent
            })
        else { return }
        let entry = outbound.entries.remove(at: index)
        effects.append(
            answer.reason < 0x80
                ? .published(id: entry.id)
                : .publishRefused(id: entry.id, .rejected(reasonCode(answer.reason))))
        sendWaiting()
    }

    /// The next id that no open exchange uses.
    private mutating func newPacketID() -> UInt16 {
        let used = Set(outbound.entries.map(\.packetID) + subscriptions.questions.map(\.packetID))
        repeat {
            // Wraps from 65,535 to 1; 0 is not an id.
            outbound.lastPacketID = outbound.lastPacketID == .max ? 1 : outbound.lastPacketID + 1
        } while used.contains(outbound.lastPacketID)
        return outbound.lastPacketID
    }

    /// Adds topics; a filter that cannot be sent is answered like one that the server refuses.
    mutating func want(_ wanted: [MQTTSubscription]) {
        for subscription in wanted {
            if MQTTTopic.isValidFilter(subscription.filter) {
                subscriptions.want(subscription)
            } else {
                effects.append(
                    .subscribed([
                        MQTTSubscriptionResult(
                            filter: subscription.filter, granted: nil,
                            reason: MQTTReason(code: 0x8F, version: .v5))
                    ]))
            }
        }
        subscribe()
    }

    mutating func subscribe() {
        guard phase == .ready else { return }
        var missing = subscriptions.missing[...]
        while !missing.isEmpty, phase == .ready {
            let part = Array(missing.prefix(Self.filtersPerPacket))
            missing = missing.dropFirst(part.count)
            let packetID = newPacketID()
            subscriptions.ask(
                MQTTSubscriptionState.Question(
                    packetID: packetID, filters: part.map(\.filter), isUnsubscribe: false,
                    sent: now))
            send(.subscribe(MQTTSubscribe(packetID: packetID, subscriptions: part)))
        }
    }

    mutating func unsubscribe(_ filters: [String]) {
        subscriptions.unwant(filters)
        guard phase == .ready, !filters.isEmpty else { return }
        let packetID = newPacketID()
        subscriptions.ask(
            MQTTSubscriptionState.Question(
                packetID: packetID, filters: filters, isUnsubscribe: true, sent: now))
        send(.unsubscribe(MQTTUnsubscribe(packetID: packetID, filters: filters)))
    }

    mutating func receiveSubscribeAnswer(_ answer: MQTTSubscribeAcknowledgement) {
        guard let question = subscriptions.takeQuestion(answer.packetID) else {
            violate("an answer to a SUBSCRIBE that was not sent")
            return
        }
        guard question.filters.count == answer.codes.count else {
            violate("\(answer.codes.count) answers to \(question.filters.count) filters")
            return
        }
        var results: [MQTTSubscriptionResult] = []
        for (filter, code) in zip(question.filters, answer.codes) {
            subscriptions.confirm(filter)
            results.append(
                MQTTSubscriptionResult(
                    filter: filter, granted: MQTTQoS(rawValue: code), reason: reasonCode(code)))
        }
        effects.append(.subscribed(results))
    }
}
