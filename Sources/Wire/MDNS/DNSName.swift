// Names of DNS: labels in a message, with pointers to labels that stood before.

/// The sizes of DNS messages that are taken.
public enum DNSLimits {
    /// Bytes of a message (RFC 6762, 17).
    public static let messageBytes = 9_000
    /// Bytes of a name with the lengths of its labels (RFC 1035, 2.3.4).
    public static let nameBytes = 255
    /// Bytes of a label (RFC 1035, 2.3.4).
    public static let labelBytes = 63
    /// Pointers within one name.
    public static let pointers = 32
    /// Records of a message.
    public static let records = 256
    /// Questions of a message.
    public static let questions = 64
    /// Texts of one text record.
    public static let texts = 64
}

/// A name as a list of labels: `_mqtt`, `_tcp`, `local`.
///
/// Two names are the same when they differ only in small and capital letters of ASCII.
public struct DNSName: Hashable, Sendable, CustomStringConvertible {
    /// The labels from left to right; a label may hold dots and spaces.
    public let labels: [String]

    /// A name from its labels.
    public init(labels: [String]) { self.labels = labels }

    /// A name whose labels are separated by dots.
    public init(_ text: String) { labels = text.split(separator: ".").map(String.init) }

    /// The labels with dots between them.
    public var description: String { labels.joined(separator: ".") }

    /// Whether the name lies within another: `Press._mqtt._tcp.local` in `_mqtt._tcp.local`.
    public func isWithin(_ other: DNSName) -> Bool {
        labels.count > other.labels.count
            && DNSName(labels: labels.suffix(other.labels.count)) == other
    }

    /// Compares without regard to the case of ASCII letters.
    public static func == (left: DNSName, right: DNSName) -> Bool { left.folded == right.folded }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    private var folded: [[UInt8]] {
        labels.map { $0.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 } }
    }

    /// The bytes on the wire, without pointers; nil when a label or the name is too long.
    func encoded() -> [UInt8]? {
        var bytes: [UInt8] = []
        for label in labels {
            let content = Array(label.utf8)
            guard (1...DNSLimits.labelBytes).contains(content.count) else { return nil }
            bytes.append(UInt8(content.count))
            bytes += content
        }
        bytes.append(0)
        return bytes.count <= DNSLimits.nameBytes ? bytes : nil
    }

    /// Reads a name at an offset and moves the offset behind it.
    ///
    /// A pointer must lead to a place before it, so that names end; see also
    /// ``DNSLimits/pointers``. Source: RFC 1035, 4.1.4.
    static func decode(_ message: [UInt8], at offset: inout Int) throws(FrameError) -> DNSName {
        let doing = "reading a DNS name"
        var labels: [String] = []
        var size = 1
        var place = offset
        var end: Int?
        var jumps = 0
        while true {
            guard place < message.count else {
                throw FrameError(
                    doing: doing, problem: .tooShort(found: message.count, minimum: place + 1),
                    offset: place)
            }
            let length = Int(message[place])
            if length == 0 { break }
            if length >= 0xC0 {
                guard place + 1 < message.count, jumps < DNSLimits.pointers else {
                    throw FrameError(
                        doing: doing, problem: .invalid("a pointer too many or cut off"),
                        offset: place)
                }
                let target = (length & 0x3F) << 8 | Int(message[place + 1])
                guard target < place else {
                    throw FrameError(
                        doing: doing, problem: .invalid("a pointer that does not lead back"),
                        offset: place)
                }
                end = end ?? place + 2
                jumps += 1
                place = target
                continue
            }
            size += length + 1
            guard length <= DNSLimits.labelBytes, size <= DNSLimits.nameBytes,
                place + 1 + length <= message.count
            else {
                throw FrameError(
                    doing: doing, problem: .tooLong(found: size, limit: DNSLimits.nameBytes),
                    offset: place)
            }
            labels.append(String(decoding: message[place + 1..<place + 1 + length], as: UTF8.self))
            place += 1 + length
        }
        offset = end ?? place + 1
        return DNSName(labels: labels)
    }
}
