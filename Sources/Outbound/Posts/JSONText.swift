// JSON written by construction: a text can never leave its quotes.

/// A JSON value to be written (RFC 8259).
enum JSONValue: Hashable, Sendable {
    /// A text.
    case text(String)
    /// A whole number.
    case number(Int)
    /// True or false.
    case flag(Bool)
    /// Values in order.
    case list([JSONValue])
    /// Members in order; names are not repeated.
    case record([JSONMember])

    /// The value as text.
    var rendered: String {
        switch self {
        case .text(let text): JSONText.quoted(text)
        case .number(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): "[" + values.map(\.rendered).joined(separator: ",") + "]"
        case .record(let members):
            "{"
                + members.map { JSONText.quoted($0.name) + ":" + $0.value.rendered }
                .joined(separator: ",") + "}"
        }
    }
}

/// One member of a record.
struct JSONMember: Hashable, Sendable {
    let name: String
    let value: JSONValue

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// JSON strings, and whether a text is JSON.
enum JSONText {
    /// The text between quotes.
    static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

    /// The text as it stands between quotes (RFC 8259, 7).
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\"".unicodeScalars
            case 0x5C: result += "\\\\".unicodeScalars
            case 0x0A: result += "\\n".unicodeScalars
            case 0x0D: result += "\\r".unicodeScalars
            case 0x09: result += "\\t".unicodeScalars
            case 0..<0x20, 0x7F, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: 4 - digits.utf8.count)
                result += ("\\u" + zeros + digits).unicodeScalars
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Whether the text is one JSON value.
    static func isValid(_ text: String) -> Bool {
        var check = JSONCheck(bytes: Array(text.utf8))
        return check.isOneValue()
    }
}

/// Reads JSON only to see whether it is some.
private struct JSONCheck {
    let bytes: [UInt8]
    var place = 0

    mutating func isOneValue() -> Bool {
        guard value(depth: 0) else { return false }
        skipSpace()
        return place == bytes.count
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            place += 1
        }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        guard depth < OutboundLimits.templateDepth else { return false }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return members(of: "}", depth: depth, areNamed: true)
        case UInt8(ascii: "["): return members(of: "]", depth: depth, areNamed: false)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func members(
        of end: Unicode.Scalar, depth: Int, areNamed: Bool
    ) -> Bool {
        place += 1
        if take(end) { return true }
        repeat {
            if areNamed {
                skipSpace()
                guard string(), take(":") else { return false }
            }
            guard value(depth: depth + 1) else { return false }
        } while take(",")
        return take(end)
    }

    private mutating func word(_ word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func string() -> Bool {
        guard next == 0x22 else { return false }
        place += 1
        while let byte = next {
            place += 1
            switch byte {
            case 0x22: return true
            case 0..<0x20: return false
            case 0x5C:
                guard let escape = next else { return false }
                place += 1
                if escape == UInt8(ascii: "u") {
                    let digits = bytes[place...].prefix(4)
                    guard digits.count == 4,
                        digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit })
                    else { return false }
                    place += 4
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            default: break
            }
        }
        return false
    }

    /// RFC 8259, 6: minus, whole part without leading zero, fraction, exponent.
    private mutating func number() -> Bool {
        if next == 0x2D { place += 1 }
        let start = place
        guard digits() else { return false }
        if bytes[start] == 0x30, place - start > 1 { return false }
        if next == 0x2E {
            place += 1
            guard digits() else { return false }
        }
        if next == 0x65 || next == 0x45 {
            place += 1
            if next == 0x2B || next == 0x2D { place += 1 }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = place
        while let byte = next, byte >= 0x30, byte <= 0x39 { place += 1 }
        return place > start
    }
}
