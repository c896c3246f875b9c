// Messages of multicast DNS: questions for services and the records that answer them.

/// What a record says.
public enum DNSContent: Hashable, Sendable {
    /// Another name (PTR): an instance of a service.
    case pointer(DNSName)
    /// Where a service answers (SRV).
    case service(port: UInt16, host: DNSName)
    /// Facts as `key=value` (TXT).
    case texts([String])
    /// An address as text (A or AAAA).
    case address(String)
    /// A type that is not read; its number.
    case other(UInt16)
}

/// One record of an answer.
public struct DNSRecord: Hashable, Sendable {
    /// What it is about.
    public var name: DNSName
    /// How long it holds, seconds; 0 says goodbye.
    public var seconds: UInt32
    /// What it says.
    public var content: DNSContent

    /// A record from its parts.
    public init(name: DNSName, seconds: UInt32, content: DNSContent) {
        self.name = name
        self.seconds = seconds
        self.content = content
    }
}

/// A message of multicast DNS.
///
/// Source: RFC 1035 clause 4, RFC 2782, RFC 6762 clauses 5, 6 and 18, RFC 6763.
public struct DNSMessage: Hashable, Sendable {
    /// Whether it answers.
    public var isAnswer: Bool
    /// The names asked for.
    public var questions: [DNSName]
    /// The records of all sections, in their order.
    public var records: [DNSRecord]

    /// A message from its parts.
    public init(isAnswer: Bool, questions: [DNSName] = [], records: [DNSRecord] = []) {
        self.isAnswer = isAnswer
        self.questions = questions
        self.records = records
    }

    /// The bytes of a question for instances of services (PTR), sent once from any port.
    ///
    /// Throws when a name or the message is too long. Source: RFC 6762, 5.1.
    public static func question(_ services: [DNSName]) throws(FrameError) -> [UInt8] {
        let doing = "writing a DNS question"
        guard services.count <= DNSLimits.questions else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: services.count, limit: DNSLimits.questions))
        }
        var bytes: [UInt8] = [0, 0, 0, 0]
        bytes.append(bigEndian: UInt16(services.count))
        bytes += [0, 0, 0, 0, 0, 0]
        for service in services {
            guard let name = service.encoded() else {
                throw FrameError(
                    doing: doing, problem: .invalid("the name \(service) is too long or empty"))
            }
            // Type PTR, class IN.
            bytes += name + [0, 12, 0, 1]
        }
        return bytes
    }

    /// Reads a message.
    ///
    /// Throws for what is cut, too long, or has pointers that do not lead back.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> DNSMessage {
        let doing = "reading a DNS message"
        guard bytes.count >= 12 else {
            throw FrameError(doing: doing, problem: .tooShort(found: bytes.count, minimum: 12))
        }
        guard bytes.count <= DNSLimits.messageBytes else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: bytes.count, limit: DNSLimits.messageBytes))
        }
        var reader = DNSReader(bytes: bytes)
        reader.offset = 4
        let questions = Int(try reader.uint16())
        var records = 0
        for _ in 0..<3 { records += Int(try reader.uint16()) }
        guard questions <= DNSLimits.questions, records <= DNSLimits.records else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: questions + records, limit: DNSLimits.records))
        }
        var message = DNSMessage(isAnswer: bytes[2] & 0x80 != 0)
        for _ in 0..<questions {
            message.questions.append(try reader.name())
            try reader.skip(4)
        }
        for _ in 0..<records { message.records.append(try reader.record()) }
        return message
    }
}

/// Reads the parts of a message, every length checked.
private struct DNSReader {
    let bytes: [UInt8]
    var offset = 0

    mutating func skip(_ count: Int) throws(FrameError) {
        guard count <= bytes.count - offset else {
            throw FrameError(
                doing: "reading a DNS message",
                problem: .tooShort(found: bytes.count, minimum: offset + count), offset: offset)
        }
        offset += count
    }

    mutating func uint16() throws(FrameError) -> UInt16 {
        let start = offset
        try skip(2)
        return UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1])
    }

    mutating func name() throws(FrameError) -> DNSName {
        try DNSName.decode(bytes, at: &offset)
    }

    mutating func record() throws(FrameError) -> DNSRecord {
        let name = try name()
        let type = try uint16()
        try skip(2)
        let seconds = UInt32(try uint16()) << 16 | UInt32(try uint16())
        let length = Int(try uint16())
        let start = offset
        try skip(length)
        var content = DNSReader(bytes: bytes, offset: start)
        let found = try content.content(type, length)
        // A name may not reach beyond its record.
        guard content.offset <= offset else {
            throw FrameError(
                doing: "reading a DNS record",
                problem: .length(found: length, expected: content.offset - start), offset: start)
        }
        return DNSRecord(name: name, seconds: seconds, content: found)
    }

    private mutating func content(_ type: UInt16, _ length: Int) throws(FrameError) -> DNSContent {
        let end = offset + length
        switch type {
        case 12: return .pointer(try name())
        case 33:
            try skip(4)
            let port = try uint16()
            return .service(port: port, host: try name())
        case 16:
            var texts: [String] = []
            while offset < end, texts.count < DNSLimits.texts {
                let size = Int(bytes[offset])
                let start = offset + 1
                guard start + size <= end else {
                    throw FrameError(
                        doing: "reading a DNS text",
                        problem: .tooLong(found: size, limit: end - start), offset: offset)
                }
                texts.append(String(decoding: bytes[start..<start + size], as: UTF8.self))
                offset = start + size
            }
            return .texts(texts)
        case 1 where length == 4:
            return .address(bytes[offset..<end].map { String($0) }.joined(separator: "."))
        case 28 where length == 16:
            let groups = stride(from: offset, to: end, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }
            return .address(groups.joined(separator: ":"))
        default: return .other(type)
        }
    }
}
