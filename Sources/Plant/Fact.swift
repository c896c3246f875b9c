// The content of an event: JSON without floats, in one canonical form of bytes (decisions 15).

/// A value inside an event's content; decimals and large numbers travel as text.
public enum Fact: Hashable, Sendable {
    /// A text.
    case text(String)
    /// A whole number.
    case whole(Int64)
    /// True or false.
    case flag(Bool)
    /// Values in order.
    case list([Fact])
    /// Named values.
    case object([String: Fact])
    /// Nothing known.
    case none

    /// The named value of an object, nil when it is no object or has no such name.
    public subscript(name: String) -> Fact? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The text, nil for anything else.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The whole number, nil for anything else.
    public var whole: Int64? { if case .whole(let value) = self { value } else { nil } }
    /// The flag, nil for anything else.
    public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
    /// The list, nil for anything else.
    public var list: [Fact]? { if case .list(let value) = self { value } else { nil } }
    /// The object, nil for anything else.
    public var object: [String: Fact]? { if case .object(let value) = self { value } else { nil } }

    /// UTF-8 JSON with names sorted by bytes and no spaces.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        write(into: &bytes)
        return bytes
    }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .text(let value): Fact.write(value, into: &bytes)
        case .whole(let value): bytes.append(contentsOf: String(value).utf8)
        case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .none: bytes.append(contentsOf: "null".utf8)
        case .list(let values):
            bytes.append(0x5B)
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                value.write(into: &bytes)
            }
            bytes.append(0x5D)
        case .object(let members):
            bytes.append(0x7B)
            let names = members.keys.sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
            for (index, name) in names.enumerated() {
                if index > 0 { bytes.append(0x2C) }
                Fact.write(name, into: &bytes)
                bytes.append(0x3A)
                (members[name] ?? .none).write(into: &bytes)
            }
            bytes.append(0x7D)
        }
    }

    private static func write(_ text: String, into bytes: inout [UInt8]) {
        let hex = Array("0123456789abcdef".utf8)
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: bytes.append(contentsOf: [0x5C, 0x22])
            case 0x5C: bytes.append(contentsOf: [0x5C, 0x5C])
            case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
            case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
            case 0..<0x20:
                bytes.append(contentsOf: Array("\\u00".utf8))
                bytes.append(hex[Int(byte >> 4)])
                bytes.append(hex[Int(byte & 0xF)])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}

/// Why bytes are not the content of an event.
public struct FactError: Error, Hashable, Sendable {
    /// Byte position of the first thing that does not fit.
    public let offset: Int
    /// What was expected there.
    public let expected: String
}

extension Fact {
    /// Content from JSON bytes; floats, repeated names and more than 32 levels are refused.
    public init(json bytes: [UInt8]) throws(FactError) {
        var reader = FactReader(bytes: bytes)
        self = try reader.document()
    }
}

/// A recursive reader over JSON bytes.
private struct FactReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(FactError) -> Fact {
        let fact = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fail("the end") }
        return fact
    }

    private func fail(_ expected: String) -> FactError {
        FactError(offset: position, expected: expected)
    }

    private mutating func skipSpace() {
        while position < bytes.count,
            [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position])
        { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let text = Array(word.description.utf8)
        guard position + text.count <= bytes.count,
            bytes[position..<position + text.count].elementsEqual(text)
        else { return false }
        position += text.count
        return true
    }

    private mutating func value(depth: Int) throws(FactError) -> Fact {
        guard depth < 32 else { throw fail("at most 32 levels") }
        skipSpace()
        guard position < bytes.count else { throw fail("a value") }
        switch bytes[position] {
        case 0x22: return .text(try string())
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try list(depth: depth)
        case 0x2D, 0x30...0x39: return .whole(try number())
        default:
            if take(word: "true") { return .flag(true) }
            if take(word: "false") { return .flag(false) }
            if take(word: "null") { return .none }
            throw fail("a value")
        }
    }

    private mutating func object(depth: Int) throws(FactError) -> Fact {
        position += 1
        var members: [String: Fact] = [:]
        if take(0x7D) { return .object(members) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == 0x22 else { throw fail("a name") }
            let name = try string()
            guard members[name] == nil else { throw fail("each name once") }
            guard take(0x3A) else { throw fail("a colon") }
            members[name] = try value(depth: depth + 1)
        } while take(0x2C)
        guard take(0x7D) else { throw fail("a comma or }") }
        return .object(members)
    }

    private mutating func list(depth: Int) throws(FactError) -> Fact {
        position += 1
        var values: [Fact] = []
        if take(0x5D) { return .list(values) }
        repeat { values.append(try value(depth: depth + 1)) } while take(0x2C)
        guard take(0x5D) else { throw fail("a comma or ]") }
        return .list(values)
    }

    private mutating func number() throws(FactError) -> Int64 {
        let start = position
        if bytes[position] == 0x2D { position += 1 }
        while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
            position += 1
        }
        let isFloat = position < bytes.count && [0x2E, 0x45, 0x65].contains(bytes[position])
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let digits = text.utf8.drop { $0 == 0x2D }
        let hasLeadingZero = digits.count > 1 && digits.first == 0x30
        guard !isFloat, !hasLeadingZero, let value = Int64(text) else {
            throw fail("a whole number")
        }
        return value
    }

    private mutating func string() throws(FactError) -> String {
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x22: return String(decoding: text, as: UTF8.self)
            case 0x5C: text.append(contentsOf: try escape())
            case 0..<0x20: throw fail("no control characters in text")
            default: text.append(byte)
            }
        }
        throw fail("a closing quote")
    }

    private mutating func escape() throws(FactError) -> [UInt8] {
        guard position < bytes.count else { throw fail("an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: return [byte]
        case 0x6E: return [0x0A]
        case 0x72: return [0x0D]
        case 0x74: return [0x09]
        case 0x62: return [0x08]
        case 0x66: return [0x0C]
        case 0x75:
            var scalar = try hexadecimal()
            if scalar >= 0xD800, scalar < 0xDC00 {
                guard take(word: "\\u") else { throw fail("the second half of a pair") }
                let low = try hexadecimal()
                guard low >= 0xDC00, low < 0xE000 else { throw fail("the second half of a pair") }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let unicode = Unicode.Scalar(scalar) else { throw fail("a character") }
            return Array(String(unicode).utf8)
        default: throw fail("an escape")
        }
    }

    private mutating func hexadecimal() throws(FactError) -> UInt32 {
        guard position + 4 <= bytes.count, bytes[position] != 0x2B,
            let value = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw fail("four hexadecimal digits") }
        position += 4
        return value
    }
}
