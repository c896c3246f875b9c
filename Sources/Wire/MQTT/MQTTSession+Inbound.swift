// The receiving half of an MQTT session: acknowledge only what is stored.

/// Messages that were delivered and are not acknowledged yet.
struct MQTTInbound: Sendable {
    struct Delivery: Sendable {
        let token: MQTTDeliveryToken
        let packetID: UInt16
        let qos: MQTTQoS
        var isStored = false
        /// From an earlier connection; waits until the broker repeats it.
        var isParked = false
    }

    /// In order of arrival.
    var deliveries: [Delivery] = []
    /// Ids of QoS 2 that are acknowledged by PUBREC and wait for PUBREL.
    var received: Set<UInt16> = []
    private var lastToken: UInt64 = 0

    /// Deliveries of this connection.
    var active: Int { deliveries.reduce(0) { $1.isParked ? $0 : $0 + 1 } }

    mutating func newToken() -> MQTTDeliveryToken {
        lastToken += 1
        return MQTTDeliveryToken(lastToken)
    }

    /// Keeps what is open for the next connection; what the broker has not repeated is over.
    mutating func park() {
        deliveries.removeAll { $0.isParked }
        for index in deliveries.indices { deliveries[index].isParked = true }
    }

    /// The broker has no session: the ids mean nothing any more.
    mutating func forget() {
        deliveries.removeAll()
        received.removeAll()
    }

    /// Takes those from the front that are stored; the order of arrival is kept (4.6.0-2).
    mutating func takeStored() -> [Delivery] {
        var taken: [Delivery] = []
        var isHeld = false
        var kept: [Delivery] = []
        for delivery in deliveries {
            if delivery.isParked {
                kept.append(delivery)
            } else if delivery.isStored, !isHeld {
                taken.append(delivery)
            } else {
                isHeld = true
                kept.append(delivery)
            }
        }
        deliveries = kept
        return taken
    }
}

extension MQTTSession {
    mutating func receive(_ publish: MQTTPublish) {
        if publish.message.properties.number(.topicAlias) != nil {
            violate("a topic alias that was not offered", reason: 0x94)
            return
        }
        if publish.message.qos == .atMostOnce {
            effects.append(.deliver(publish.message, inbound.newToken()))
            return
        }
        if publish.message.qos == .exactlyOnce, inbound.received.contains(publish.packetID) {
            send(.publishReceived(MQTTAcknowledgement(packetID: publish.packetID)))
            return
        }
        if let index = inbound.deliveries.firstIndex(where: { $0.packetID == publish.packetID }) {
            if receiveAgain(publish, at: index) { return }
        }
        guard inbound.active < settings.limits.inFlight else {
            violate("more messages than the receive maximum", reason: 0x93)
            return
        }
        let token = inbound.newToken()
        inbound.deliveries.append(
            MQTTInbound.Delivery(
                token: token, packetID: publish.packetID, qos: publish.message.qos))
        effects.append(.deliver(publish.message, token))
    }

    /// Handles an id that is already open; false when the message is a new one.
    private mutating func receiveAgain(_ publish: MQTTPublish, at index: Int) -> Bool {
        let delivery = inbound.deliveries[index]
        if delivery.isParked {
            inbound.deliveries.remove(at: index)
            // Without DUP, or with another QoS, the broker has given the id to another message.
            guard publish.isDuplicate, publish.message.qos == delivery.qos else { return false }
            var repeated = delivery
            repeated.isParked = false
            inbound.deliveries.append(repeated)
            acknowledgeStored()
        } else if !publish.isDuplicate {
            violate("packet id \(publish.packetID) used twice", reason: 0x91)
        }
        return true
    }

    mutating func stored(_ token: MQTTDeliveryToken) {
        guard let index = inbound.deliveries.firstIndex(where: { $0.token == token }) else {
            return
        }
        inbound.deliveries[index].isStored = true
        guard phase == .ready else { return }
        acknowledgeStored()
        if isPaused { drain() }
    }

    private mutating func acknowledgeStored() {
        for delivery in inbound.takeStored() {
            let answer = MQTTAcknowledgement(packetID: delivery.packetID)
            if delivery.qos == .exactlyOnce {
                inbound.received.insert(delivery.packetID)
                send(.publishReceived(answer))
            } else {
                send(.publishAcknowledged(answer))
            }
        }
    }

    mutating func receiveRelease(_ release: MQTTAcknowledgement) {
        if inbound.deliveries.contains(where: { $0.packetID == release.packetID && !$0.isParked }) {
            violate("PUBREL before PUBREC")
            return
        }
        let isKnown = inbound.received.remove(release.packetID) != nil
        // After a restart of the program the id is unknown but the exchange must still end.
        let reason: UInt8 = isKnown || settings.version == .v311 ? 0 : 0x92
        send(
            .publishComplete(MQTTAcknowledgement(packetID: release.packetID, reason: reason)))
    }
}
