// MQTT packets from bytes, strict about flags, lengths and the places of properties.

extension MQTTPacket {
    /// Reads a packet; CONNECT names its version itself.
    public static func decode(
        _ raw: MQTTRawPacket, version: MQTTVersion
    ) throws(FrameError) -> MQTTPacket {
        let type = raw.header >> 4
        let names = [
            "type 0", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
            "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT",
            "AUTH",
        ]
        var reader = MQTTReader(raw.body, doing: "reading \(names[Int(type)])")
        let flags = raw.header & 0x0F
        let wanted: UInt8 = type == 6 || type == 8 || type == 10 ? 2 : 0
        if type != 3, flags != wanted {
            throw reader.error(
                .value(field: "flags", found: Int(flags), expected: String(wanted)))
        }
        let packet = try decode(type, flags, &reader, version)
        try reader.finish()
        return packet
    }

    private static func decode(
        _ type: UInt8, _ flags: UInt8, _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTPacket {
        switch type {
        case 1: return .connect(try connect(&reader))
        case 2: return .connectAcknowledgement(try connectAcknowledgement(&reader, version))
        case 3: return .publish(try publish(flags, &reader, version))
        case 4: return .publishAcknowledged(try acknowledgement(&reader, version))
        case 5: return .publishReceived(try acknowledgement(&reader, version))
        case 6: return .publishRelease(try acknowledgement(&reader, version))
        case 7: return .publishComplete(try acknowledgement(&reader, version))
        case 8: return .subscribe(try subscribe(&reader, version))
        case 9: return .subscribeAcknowledgement(try answers(&reader, version, needsCodes: true))
        case 10: return .unsubscribe(try unsubscribe(&reader, version))
        case 11:
            return .unsubscribeAcknowledgement(
                try answers(&reader, version, needsCodes: version == .v5))
        case 12: return .pingRequest
        case 13: return .pingResponse
        case 14: return .disconnect(try reasonOnly(&reader, version, .disconnect))
        case 15 where version == .v5:
            return .authenticate(try reasonOnly(&reader, version, .authenticate))
        default:
            throw reader.error(
                .value(field: "packet type", found: Int(type), expected: "a known type"))
        }
    }

    private static func connect(_ reader: inout MQTTReader) throws(FrameError) -> MQTTConnect {
        let name = try reader.text()
        guard name == "MQTT" else {
            throw reader.error(.invalid("protocol name \"\(name.prefix(8))\""))
        }
        let level = try reader.byte()
        guard let version = MQTTVersion(rawValue: level) else {
            throw reader.error(
                .value(field: "protocol level", found: Int(level), expected: "4 or 5"))
        }
        let flags = try reader.byte()
        let willQoS = flags >> 3 & 3
        let hasWill = flags & 4 != 0
        guard flags & 1 == 0, willQoS < 3, hasWill || flags & 0x38 == 0,
            version == .v5 || flags & 0xC0 != 0x40
        else {
            throw reader.error(
                .value(field: "connect flags", found: Int(flags), expected: "valid flags"))
        }
        let keepAlive = try reader.uint16()
        let properties = version == .v5 ? try reader.properties(.connect) : []
        let clientID = try reader.text()
        if version == .v311, clientID.isEmpty, flags & 2 == 0 {
            throw reader.error(.invalid("an empty client id without clean session"))
        }
        var will: MQTTWill?
        if hasWill, let qos = MQTTQoS(rawValue: willQoS) {
            let willProperties = version == .v5 ? try reader.properties(.will) : []
            let topic = try reader.text()
            guard MQTTTopic.isValidName(topic) else {
                throw reader.error(.invalid("a will topic that is not valid"))
            }
            will = MQTTWill(
                MQTTMessage(
                    topic: topic, payload: try reader.binary(), qos: qos,
                    isRetained: flags & 0x20 != 0, properties: willProperties))
        }
        let username = flags & 0x80 != 0 ? try reader.text() : nil
        let password = flags & 0x40 != 0 ? try reader.binary() : nil
        return MQTTConnect(
            version: version, clientID: clientID, cleanStart: flags & 2 != 0,
            keepAliveSeconds: keepAlive, username: username, password: password, will: will,
            properties: properties)
    }

    private static func connectAcknowledgement(
        _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTConnectAcknowledgement {
        let flags = try reader.byte()
        let code = try reader.byte()
        guard flags <= 1, code == 0 || flags == 0 else {
            throw reader.error(
                .value(field: "acknowledge flags", found: Int(flags), expected: "0 or 1"))
        }
        // A server that does not know version 5 answers in the form of 3.1.1, without properties.
        let hasProperties = version == .v5 && (code == 0 || reader.remaining > 0)
        let properties = hasProperties ? try reader.properties(.connectAcknowledgement) : []
        return MQTTConnectAcknowledgement(
            sessionPresent: flags == 1, code: code, properties: properties)
    }

    private static func publish(
        _ flags: UInt8, _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTPublish {
        guard let qos = MQTTQoS(rawValue: flags >> 1 & 3), qos != .atMostOnce || flags & 8 == 0
        else {
            throw reader.error(
                .value(field: "flags", found: Int(flags), expected: "a valid QoS"))
        }
        let topic = try reader.text()
        let packetID = qos == .atMostOnce ? 0 : try reader.packetID()
        let properties = version == .v5 ? try reader.properties(.publish) : []
        guard
            MQTTTopic.isValidName(topic)
                || topic.isEmpty && properties.number(.topicAlias) != nil
        else { throw reader.error(.invalid("a topic that is not valid")) }
        let message = MQTTMessage(
            topic: topic, payload: reader.rest(), qos: qos, isRetained: flags & 1 != 0,
            properties: properties)
        return MQTTPublish(message, packetID: packetID, isDuplicate: flags & 8 != 0)
    }

    private static func acknowledgement(
        _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTAcknowledgement {
        let packetID = try reader.packetID()
        guard version == .v5, reader.remaining > 0 else {
            return MQTTAcknowledgement(packetID: packetID)
        }
        let reason = try reader.byte()
        let properties = reader.remaining > 0 ? try reader.properties(.acknowledgement) : []
        return MQTTAcknowledgement(packetID: packetID, reason: reason, properties: properties)
    }

    private static func subscribe(
        _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTSubscribe {
        let packetID = try reader.packetID()
        let properties = version == .v5 ? try reader.properties(.subscribe) : []
        var subscriptions: [MQTTSubscription] = []
        repeat {
            let filter = try filter(&reader)
            let options = try reader.byte()
            let reserved: UInt8 = version == .v5 ? 0xC0 : 0xFC
            guard let qos = MQTTQoS(rawValue: options & 3), options & reserved == 0,
                options & 0x30 != 0x30
            else {
                throw reader.error(
                    .value(field: "options", found: Int(options), expected: "valid options"))
            }
            subscriptions.append(
                MQTTSubscription(
                    filter: filter, qos: qos, excludesOwn: options & 4 != 0,
                    keepsRetainFlag: options & 8 != 0, retainHandling: options >> 4))
        } while reader.remaining > 0
        return MQTTSubscribe(
            packetID: packetID, subscriptions: subscriptions, properties: properties)
    }

    private static func unsubscribe(
        _ reader: inout MQTTReader, _ version: MQTTVersion
    ) throws(FrameError) -> MQTTUnsubscribe {
        let packetID = try reader.packetID()
        let properties = version == .v5 ? try reader.properties(.unsubscribe) : []
        var filters: [String] = []
        repeat { filters.append(try filter(&reader)) } while reader.remaining > 0
        return MQTTUnsubscribe(packetID: packetID, filters: filters, properties: properties)
    }

    private static func filter(_ reader: inout MQTTReader) throws(FrameError) -> String {
        let filter = try reader.text()
        guard MQTTTopic.isValidFilter(filter) else {
            throw reader.error(.invalid("a topic filter that is not valid"))
        }
        return filter
    }

    private static func answers(
        _ reader: inout MQTTReader, _ version: MQTTVersion, needsCodes: Bool
    ) throws(FrameError) -> MQTTSubscribeAcknowledgement {
        let packetID = try reader.packetID()
        let properties = version == .v5 ? try reader.properties(.subscribeAcknowledgement) : []
        if needsCodes { try reader.require(1) }
        return MQTTSubscribeAcknowledgement(
            packetID: packetID, codes: needsCodes ? reader.rest() : [], properties: properties)
    }

    private static func reasonOnly(
        _ reader: inout MQTTReader, _ version: MQTTVersion, _ place: MQTTPropertyPlace
    ) throws(FrameError) -> MQTTReasonOnly {
        guard version == .v5, reader.remaining > 0 else { return MQTTReasonOnly() }
        let reason = try reader.byte()
        let properties = reader.remaining > 0 ? try reader.properties(place) : []
        return MQTTReasonOnly(reason: reason, properties: properties)
    }
}
