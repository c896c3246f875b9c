// Reads the wire form of protocol buffers, every length checked before it is used.

/// How the bytes of a field are laid out (Protocol Buffers encoding, "Message structure").
enum ProtobufForm: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
}

/// A position in a message and in the messages within it.
struct ProtobufReader {
    /// Number and form of the field that stands next.
    struct Field {
        var number: UInt32
        var form: ProtobufForm
    }

    let bytes: [UInt8]
    let doing: String
    private(set) var offset = 0
    private(set) var end: Int
    private(set) var depth = 0
    private var spent: [Budget: Int] = [:]

    /// What one payload may hold only so many of, whatever message it stands in.
    enum Budget: Hashable {
        case metrics
        case cells
        case properties

        var limit: Int {
            switch self {
            case .metrics: SparkplugLimits.metrics
            case .cells: SparkplugLimits.cells
            case .properties: SparkplugLimits.properties
            }
        }
    }

    init(_ bytes: [UInt8], doing: String) {
        self.bytes = bytes
        self.doing = doing
        end = bytes.count
    }

    var remaining: Int { end - offset }

    func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: doing, problem: problem, offset: offset)
    }

    mutating func spend(_ budget: Budget) throws(FrameError) {
        let now = spent[budget, default: 0] + 1
        guard now <= budget.limit else {
            throw error(.invalid("more than \(budget.limit) \(budget)"))
        }
        spent[budget] = now
    }

    /// The next field of this message, nil at its end.
    mutating func field() throws(FrameError) -> Field? {
        guard remaining > 0 else { return nil }
        let tag = try varint()
        guard let number = UInt32(exactly: tag >> 3), (1...0x1FFF_FFFF).contains(number) else {
            throw error(.invalid("a field number out of range"))
        }
        guard let form = ProtobufForm(rawValue: UInt8(tag & 7)) else {
            throw error(
                .value(field: "wire type", found: Int(tag & 7), expected: "0, 1, 2 or 5"))
        }
        return Field(number: number, form: form)
    }

    mutating func skip(_ form: ProtobufForm) throws(FrameError) {
        switch form {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .fixed32: _ = try fixed32()
        case .bytes: offset += try length()
        }
    }

    mutating func varint() throws(FrameError) -> UInt64 {
        var number: UInt64 = 0
        for place in 0..<10 {
            guard offset < end else { throw error(.tooShort(found: end, minimum: offset + 1)) }
            let byte = bytes[offset]
            offset += 1
            if place == 9, byte > 1 { throw error(.invalid("a number of more than 64 bits")) }
            number |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte & 0x80 == 0 { return number }
        }
        throw error(.invalid("a number of more than ten bytes"))
    }

    mutating func bool() throws(FrameError) -> Bool { try varint() != 0 }

    /// A 32-bit number; longer ones lose their high bits, as the encoding demands.
    mutating func uint32() throws(FrameError) -> UInt32 {
        UInt32(truncatingIfNeeded: try varint())
    }

    mutating func fixed32() throws(FrameError) -> UInt32 {
        guard remaining >= 4 else { throw error(.tooShort(found: end, minimum: offset + 4)) }
        var number: UInt32 = 0
        for place in 0..<4 { number |= UInt32(bytes[offset + place]) << UInt32(8 * place) }
        offset += 4
        return number
    }

    mutating func fixed64() throws(FrameError) -> UInt64 {
        let low = UInt64(try fixed32())
        return low | UInt64(try fixed32()) << 32
    }

    /// A length that lies within this message.
    private mutating func length() throws(FrameError) -> Int {
        let length = try varint()
        guard length <= UInt64(remaining) else {
            let minimum = length > UInt64(Int32.max) ? Int(Int32.max) : Int(length)
            throw error(.tooShort(found: end, minimum: offset + minimum))
        }
        return Int(length)
    }

    mutating func content() throws(FrameError) -> [UInt8] {
        let count = try length()
        offset += count
        return Array(bytes[offset - count..<offset])
    }

    /// A text that must be well-formed UTF-8.
    mutating func text() throws(FrameError) -> String {
        let content = try content()
        guard let text = String(validating: content, as: UTF8.self) else {
            throw error(.invalid("a text that is not UTF-8"))
        }
        return text
    }

    /// Enters a message within this one; `leave` takes what this returns.
    mutating func enter() throws(FrameError) -> Int {
        let count = try length()
        guard depth < SparkplugLimits.depth * 2 else {
            throw error(.invalid("messages nested too deeply"))
        }
        depth += 1
        defer { end = offset + count }
        return end
    }

    /// Leaves a message that has been read to its end.
    mutating func leave(_ outerEnd: Int) {
        depth -= 1
        end = outerEnd
    }
}

/// Builds the wire form of protocol buffers.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func tag(_ field: UInt32, _ form: ProtobufForm) {
        varint(UInt64(field) << 3 | UInt64(form.rawValue))
    }

    mutating func varint(_ field: UInt32, _ number: UInt64?) {
        guard let number else { return }
        tag(field, .varint)
        varint(number)
    }

    mutating func bool(_ field: UInt32, _ flag: Bool?) {
        varint(field, flag.map { $0 ? 1 : 0 })
    }

    mutating func fixed32(_ field: UInt32, _ number: UInt32) {
        tag(field, .fixed32)
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    mutating func fixed64(_ field: UInt32, _ number: UInt64) {
        tag(field, .fixed64)
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    mutating func content(_ field: UInt32, _ content: some Collection<UInt8>) {
        tag(field, .bytes)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func text(_ field: UInt32, _ text: String?) {
        guard let text else { return }
        content(field, text.utf8)
    }

    /// A message within this one.
    mutating func message(_ field: UInt32, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        content(field, inner.bytes)
    }
}
