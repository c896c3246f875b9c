// Small JSON documents: a tree that is written once, names in the order given, never NaN.

import Plant

/// A JSON value on its way out.
enum JSONValue: Sendable, Hashable {
    /// Nothing known.
    case null
    /// True or false.
    case flag(Bool)
    /// A whole number.
    case whole(Int64)
    /// A number; one that is not finite is written as null.
    case number(Double)
    /// A text.
    case text(String)
    /// Values in order.
    case list([JSONValue])
    /// Named values in order.
    case object([(String, JSONValue)])

    /// Text, or null for nil.
    static func text(orNull text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

    /// A time as RFC 3339, or null for nil.
    static func time(_ time: Timestamp?) -> JSONValue { .text(orNull: time?.timeText) }

    /// UTF-8 bytes of the document.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(1024)
        write(into: &out)
        return out
    }

    /// Appends the value to a document.
    func write(into out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .flag(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .whole(let value): out.append(contentsOf: String(value).utf8)
        case .number(let value): JSONText.write(value, into: &out)
        case .text(let value): JSONText.write(value, into: &out)
        case .list(let values):
            out.append(0x5B)
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(0x2C) }
                value.write(into: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, (name, value)) in members.enumerated() {
                if index > 0 { out.append(0x2C) }
                JSONText.write(name, into: &out)
                out.append(0x3A)
                value.write(into: &out)
            }
            out.append(0x7D)
        }
    }

    static func == (left: JSONValue, right: JSONValue) -> Bool { left.bytes == right.bytes }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// Writing of JSON tokens into bytes; used by bulk rows without building trees.
enum JSONText {
    private static let hex = Array("0123456789abcdef".utf8)

    /// A number in its shortest form that reads back to the same bits; null when not finite.
    static func write(_ value: Double, into out: inout [UInt8]) {
        guard value.isFinite else {
            out.append(contentsOf: "null".utf8)
            return
        }
        out.append(contentsOf: plain(value).utf8)
    }

    /// The shortest text of a finite number, without a needless `.0`.
    static func plain(_ value: Double) -> String {
        if value == value.rounded(.towardZero), value.magnitude < 1e15 {
            return String(Int64(value))
        }
        return value.description
    }

    /// A quoted text; `<` and line separators are escaped so that it may stand in a page.
    static func write(_ text: String, into out: inout [UInt8]) {
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out.append(contentsOf: [0x5C, byte])
            case 0x0A: out.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: out.append(contentsOf: [0x5C, 0x72])
            case 0x09: out.append(contentsOf: [0x5C, 0x74])
            case 0..<0x20, 0x3C, 0x7F:
                out.append(contentsOf: "\\u00".utf8)
                out.append(hex[Int(byte >> 4)])
                out.append(hex[Int(byte & 0xF)])
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }
}
