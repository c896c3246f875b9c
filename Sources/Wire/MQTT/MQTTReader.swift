// Reads the primitive forms of MQTT from one packet, every length checked before it is used.

/// A position in the body of a packet.
struct MQTTReader {
    let bytes: [UInt8]
    let doing: String
    var offset = 0
    var end: Int

    init(_ bytes: [UInt8], doing: String) {
        self.bytes = bytes
        self.doing = doing
        end = bytes.count
    }

    var remaining: Int { end - offset }

    func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: doing, problem: problem, offset: offset)
    }

    func require(_ count: Int) throws(FrameError) {
        if remaining < count {
            throw error(.tooShort(found: end, minimum: offset + count))
        }
    }

    /// The whole packet must have been used.
    func finish() throws(FrameError) {
        if remaining != 0 { throw error(.length(found: end, expected: offset)) }
    }

    mutating func byte() throws(FrameError) -> UInt8 {
        try require(1)
        offset += 1
        return bytes[offset - 1]
    }

    mutating func uint16() throws(FrameError) -> UInt16 {
        try require(2)
        offset += 2
        return UInt16(bytes[offset - 2]) << 8 | UInt16(bytes[offset - 1])
    }

    mutating func uint32() throws(FrameError) -> UInt32 {
        let high = try uint16()
        let low = try uint16()
        return UInt32(high) << 16 | UInt32(low)
    }

    /// A number of one to four bytes, seven bits each, lowest first (clause 1.5.5).
    mutating func variable() throws(FrameError) -> UInt32 {
        var number: UInt32 = 0
        for place in 0..<4 {
            let next = try byte()
            number |= UInt32(next & 0x7F) << UInt32(7 * place)
            if next & 0x80 == 0 {
                if next == 0, place > 0 { throw error(.invalid("a length that is not minimal")) }
                return number
            }
        }
        throw error(.invalid("a length of more than four bytes"))
    }

    mutating func rest() -> [UInt8] {
        defer { offset = end }
        return Array(bytes[offset..<end])
    }

    mutating func binary() throws(FrameError) -> [UInt8] {
        let count = Int(try uint16())
        try require(count)
        offset += count
        return Array(bytes[offset - count..<offset])
    }

    /// A text: well-formed UTF-8 without U+0000 (clause 1.5.4).
    mutating func text() throws(FrameError) -> String {
        let content = try binary()
        guard let text = String(validating: content, as: UTF8.self) else {
            throw error(.invalid("a text that is not UTF-8"))
        }
        if content.contains(0) { throw error(.invalid("a text with U+0000")) }
        return text
    }

    /// A packet identifier, which must not be 0 (clause 2.2.1).
    mutating func packetID() throws(FrameError) -> UInt16 {
        let id = try uint16()
        if id == 0 { throw error(.value(field: "packet id", found: 0, expected: "1 to 65535")) }
        return id
    }

    /// The properties of a packet of MQTT 5 (clause 2.2.2).
    mutating func properties(_ place: MQTTPropertyPlace) throws(FrameError) -> MQTTProperties {
        let length = Int(try variable())
        try require(length)
        let packetEnd = end
        end = offset + length
        var properties = MQTTProperties([])
        var seen: Set<MQTTProperty.ID> = []
        while remaining > 0 {
            let code = Int(try variable())
            guard let known = UInt8(exactly: code).flatMap(MQTTProperty.ID.init(rawValue:)),
                place.allows(known)
            else {
                throw error(
                    .value(field: "property", found: code, expected: "one that may stand here"))
            }
            let mayRepeat =
                known == .userProperty || known == .subscriptionIdentifier && place == .publish
            if !mayRepeat, !seen.insert(known).inserted {
                throw error(.invalid("property \(code) twice"))
            }
            properties.items.append(MQTTProperty(known, try value(known)))
        }
        end = packetEnd
        return properties
    }

    private mutating func value(
        _ id: MQTTProperty.ID
    ) throws(FrameError) -> MQTTProperty.Value {
        let number: UInt32
        switch id.form {
        case .byte: number = UInt32(try byte())
        case .two: number = UInt32(try uint16())
        case .four: number = try uint32()
        case .variable: number = try variable()
        case .text: return .text(try text())
        case .bytes: return .bytes(try binary())
        case .pair:
            let name = try text()
            return .pair(name, try text())
        }
        if id.isFlag && number > 1 || id.mustNotBeZero && number == 0 {
            throw error(
                .value(
                    field: "property \(id.rawValue)", found: Int(number),
                    expected: id.isFlag ? "0 or 1" : "at least 1"))
        }
        return .number(number)
    }
}
