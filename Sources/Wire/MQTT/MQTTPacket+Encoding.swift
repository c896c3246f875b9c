// MQTT packets to bytes, for both versions.

extension MQTTPacket {
    /// The bytes on the wire.
    ///
    /// Throws for texts and packets that are too long, invalid topics and misplaced properties.
    public func encoded(_ version: MQTTVersion) throws(FrameError) -> [UInt8] {
        var header: UInt8
        var writer = MQTTWriter(version: version)
        switch self {
        case .connect(let connect):
            header = 0x10
            writer.version = connect.version
            try Self.write(connect, &writer)
        case .connectAcknowledgement(let answer):
            header = 0x20
            writer.bytes = [answer.sessionPresent ? 1 : 0, answer.code]
            try writer.properties(answer.properties, .connectAcknowledgement)
        case .publish(let publish):
            header = 0x30
            if publish.isDuplicate { header |= 8 }
            header |= publish.message.qos.rawValue << 1
            if publish.message.isRetained { header |= 1 }
            try Self.write(publish, &writer)
        case .publishAcknowledged(let answer): header = try Self.write(answer, 0x40, &writer)
        case .publishReceived(let answer): header = try Self.write(answer, 0x50, &writer)
        case .publishRelease(let answer): header = try Self.write(answer, 0x62, &writer)
        case .publishComplete(let answer): header = try Self.write(answer, 0x70, &writer)
        case .subscribe(let request):
            header = 0x82
            try Self.write(request, &writer)
        case .subscribeAcknowledgement(let answer):
            header = 0x90
            try writer.packetID(answer.packetID)
            try writer.properties(answer.properties, .subscribeAcknowledgement)
            writer.bytes.append(contentsOf: answer.codes)
        case .unsubscribe(let request):
            header = 0xA2
            try writer.packetID(request.packetID)
            try writer.properties(request.properties, .unsubscribe)
            if request.filters.isEmpty { throw writer.error(.invalid("no topic filter")) }
            for filter in request.filters { try writer.filter(filter) }
        case .unsubscribeAcknowledgement(let answer):
            header = 0xB0
            try writer.packetID(answer.packetID)
            try writer.properties(answer.properties, .subscribeAcknowledgement)
            if version == .v5 { writer.bytes.append(contentsOf: answer.codes) }
        case .pingRequest: header = 0xC0
        case .pingResponse: header = 0xD0
        case .disconnect(let reason):
            header = 0xE0
            try writer.reasonOnly(reason, .disconnect)
        case .authenticate(let reason):
            header = 0xF0
            try writer.reasonOnly(reason, .authenticate)
        }
        return try writer.framed(header)
    }

    private static func write(
        _ connect: MQTTConnect, _ writer: inout MQTTWriter
    ) throws(FrameError) {
        if connect.version == .v311, connect.clientID.isEmpty, !connect.cleanStart {
            throw writer.error(.invalid("an empty client id needs a clean session"))
        }
        if connect.version == .v311, connect.password != nil, connect.username == nil {
            throw writer.error(.invalid("a password needs a user name"))
        }
        try writer.text("MQTT")
        writer.bytes.append(connect.version.rawValue)
        var flags: UInt8 = connect.cleanStart ? 2 : 0
        if let will = connect.will?.message {
            flags |= 4 | will.qos.rawValue << 3
            if will.isRetained { flags |= 0x20 }
        }
        if connect.username != nil { flags |= 0x80 }
        if connect.password != nil { flags |= 0x40 }
        writer.bytes.append(flags)
        writer.bytes.append(bigEndian: connect.keepAliveSeconds)
        try writer.properties(connect.properties, .connect)
        try writer.text(connect.clientID)
        if let will = connect.will?.message {
            try writer.properties(will.properties, .will)
            try writer.topic(will.topic)
            try writer.binary(will.payload)
        }
        if let username = connect.username { try writer.text(username) }
        if let password = connect.password { try writer.binary(password) }
    }

    private static func write(
        _ publish: MQTTPublish, _ writer: inout MQTTWriter
    ) throws(FrameError) {
        let message = publish.message
        if message.qos == .atMostOnce, publish.isDuplicate {
            throw writer.error(.invalid("QoS 0 has no repetitions"))
        }
        writer.bytes.reserveCapacity(message.topic.utf8.count + message.payload.count + 16)
        let isAliased = writer.version == .v5 && message.properties.number(.topicAlias) != nil
        if message.topic.isEmpty, isAliased {
            try writer.text("")
        } else {
            try writer.topic(message.topic)
        }
        if message.qos != .atMostOnce { try writer.packetID(publish.packetID) }
        try writer.properties(message.properties, .publish)
        writer.bytes.append(contentsOf: message.payload)
    }

    private static func write(
        _ answer: MQTTAcknowledgement, _ header: UInt8, _ writer: inout MQTTWriter
    ) throws(FrameError) -> UInt8 {
        try writer.packetID(answer.packetID)
        if writer.version == .v5, answer.reason != 0 || !answer.properties.isEmpty {
            writer.bytes.append(answer.reason)
            if !answer.properties.isEmpty {
                try writer.properties(answer.properties, .acknowledgement)
            }
        }
        return header
    }

    private static func write(
        _ request: MQTTSubscribe, _ writer: inout MQTTWriter
    ) throws(FrameError) {
        try writer.packetID(request.packetID)
        try writer.properties(request.properties, .subscribe)
        if request.subscriptions.isEmpty { throw writer.error(.invalid("no topic filter")) }
        for subscription in request.subscriptions {
            try writer.filter(subscription.filter)
            var options = subscription.qos.rawValue
            if writer.version == .v5 {
                if subscription.excludesOwn { options |= 4 }
                if subscription.keepsRetainFlag { options |= 8 }
                options |= min(subscription.retainHandling, 2) << 4
            }
            writer.bytes.append(options)
        }
    }
}

/// Builds the body of one packet.
struct MQTTWriter {
    var version: MQTTVersion
    var bytes: [UInt8] = []

    func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: "writing an MQTT packet", problem: problem, offset: bytes.count)
    }

    mutating func binary(_ content: [UInt8]) throws(FrameError) {
        guard let count = UInt16(exactly: content.count) else {
            throw error(.tooLong(found: content.count, limit: 65_535))
        }
        bytes.append(bigEndian: count)
        bytes.append(contentsOf: content)
    }

    mutating func text(_ text: String) throws(FrameError) {
        let content = Array(text.utf8)
        if content.contains(0) { throw error(.invalid("a text with U+0000")) }
        try binary(content)
    }

    mutating func topic(_ topic: String) throws(FrameError) {
        guard MQTTTopic.isValidName(topic) else {
            throw error(.invalid("topic \"\(topic.prefix(80))\" is not valid"))
        }
        try text(topic)
    }

    mutating func filter(_ filter: String) throws(FrameError) {
        guard MQTTTopic.isValidFilter(filter) else {
            throw error(.invalid("topic filter \"\(filter.prefix(80))\" is not valid"))
        }
        try text(filter)
    }

    mutating func packetID(_ id: UInt16) throws(FrameError) {
        if id == 0 { throw error(.value(field: "packet id", found: 0, expected: "1 to 65535")) }
        bytes.append(bigEndian: id)
    }

    mutating func reasonOnly(
        _ reason: MQTTReasonOnly, _ place: MQTTPropertyPlace
    ) throws(FrameError) {
        guard version == .v5, reason.reason != 0 || !reason.properties.isEmpty else { return }
        bytes.append(reason.reason)
        if !reason.properties.isEmpty { try properties(reason.properties, place) }
    }

    /// Length and properties in version 5, nothing in 3.1.1.
    mutating func properties(
        _ properties: MQTTProperties, _ place: MQTTPropertyPlace
    ) throws(FrameError) {
        guard version == .v5 else { return }
        var inner = MQTTWriter(version: version)
        for item in properties.items {
            guard place.allows(item.id) else {
                throw error(.invalid("property \(item.id) may not stand here"))
            }
            inner.bytes.append(item.id.rawValue)
            try inner.value(item)
        }
        try variable(inner.bytes.count)
        bytes.append(contentsOf: inner.bytes)
    }

    private mutating func value(_ item: MQTTProperty) throws(FrameError) {
        switch (item.id.form, item.value) {
        case (.byte, .number(let number)) where number <= 1: bytes.append(UInt8(number))
        case (.two, .number(let number)) where number <= 65_535:
            bytes.append(bigEndian: UInt16(number))
        case (.four, .number(let number)): bytes.append(bigEndian: number)
        case (.variable, .number(let number)): try variable(Int(number))
        case (.text, .text(let text)): try self.text(text)
        case (.bytes, .bytes(let content)): try binary(content)
        case (.pair, .pair(let name, let text)):
            try self.text(name)
            try self.text(text)
        default: throw error(.invalid("property \(item.id) cannot hold this value"))
        }
    }

    /// A number in seven bits a byte, lowest first, at most 268,435,455.
    mutating func variable(_ number: Int) throws(FrameError) {
        guard number < 1 << 28 else { throw error(.tooLong(found: number, limit: 1 << 28 - 1)) }
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The body behind its header.
    func framed(_ header: UInt8) throws(FrameError) -> [UInt8] {
        var packet = MQTTWriter(version: version)
        packet.bytes.reserveCapacity(bytes.count + 5)
        packet.bytes.append(header)
        try packet.variable(bytes.count)
        packet.bytes.append(contentsOf: bytes)
        return packet.bytes
    }
}
