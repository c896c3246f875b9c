// Header and manifest as text: JSON in one canonical form, written and read without Foundation.

/// A value of canonical JSON: sorted ASCII names, no spaces, whole numbers only.
enum CanonicalValue: Sendable, Hashable {
    case text(String)
    /// From 0 up.
    case number(Int)
    case list([CanonicalValue])
    case object([String: CanonicalValue])

    /// The canonical bytes.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .text(let text): CanonicalValue.write(text, to: &output)
        case .number(let number): output += String(number).utf8
        case .list(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                CanonicalValue.write(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x0A: output += "\\n".utf8
            case 0x0D: output += "\\r".utf8
            case 0x09: output += "\\t".utf8
            case 0..<0x20: output += ("\\u00" + Hexadecimal.text([byte])).utf8
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// Where bytes are not canonical JSON.
struct CanonicalFlaw: Error, Hashable {
    /// Bytes from the beginning of the text.
    var offset: Int
    /// What is wrong, a sentence without its full stop.
    var what: String
}

/// Reads canonical JSON and nothing else: what it accepts has exactly one way of being written.
struct CanonicalReader {
    private let bytes: [UInt8]
    private var position = 0
    private var values = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The one value that the bytes are.
    static func value(_ bytes: [UInt8]) throws(CanonicalFlaw) -> CanonicalValue {
        var reader = CanonicalReader(bytes)
        let value = try reader.value(depth: 0)
        guard reader.position == bytes.count else { throw reader.flaw("something follows the end") }
        return value
    }

    private func flaw(_ what: String) -> CanonicalFlaw {
        CanonicalFlaw(offset: position, what: what)
    }

    private func peek() throws(CanonicalFlaw) -> UInt8 {
        guard position < bytes.count else { throw flaw("the text ends early") }
        return bytes[position]
    }

    private mutating func next() throws(CanonicalFlaw) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    private mutating func expect(_ byte: UInt8) throws(CanonicalFlaw) {
        guard try peek() == byte else {
            throw flaw("“\(Unicode.Scalar(byte))” should be here")
        }
        position += 1
    }

    private mutating func value(depth: Int) throws(CanonicalFlaw) -> CanonicalValue {
        guard depth <= BackupLimits.depth else { throw flaw("too many things inside one another") }
        values += 1
        guard values <= BackupLimits.values else { throw flaw("too many values") }
        switch try peek() {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "["): return .list(try list(depth: depth))
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw flaw("no value begins like this")
        }
    }

    private mutating func list(depth: Int) throws(CanonicalFlaw) -> [CanonicalValue] {
        try expect(UInt8(ascii: "["))
        var values: [CanonicalValue] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            values.append(try value(depth: depth + 1))
            if try peek() == UInt8(ascii: "]") {
                position += 1
                return values
            }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func object(depth: Int) throws(CanonicalFlaw) -> [String: CanonicalValue] {
        try expect(UInt8(ascii: "{"))
        var members: [String: CanonicalValue] = [:]
        var last: String?
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            let name = try text()
            guard name.utf8.allSatisfy({ $0 < 0x80 }) else { throw flaw("a name is not ASCII") }
            if let last, name <= last { throw flaw("names are not sorted") }
            last = name
            try expect(UInt8(ascii: ":"))
            members[name] = try value(depth: depth + 1)
            if try peek() == UInt8(ascii: "}") {
                position += 1
                return members
            }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func number() throws(CanonicalFlaw) -> Int {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= bytes[position] {
            position += 1
        }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = Int(digits), String(number) == digits else {
            throw flaw("a number is too large or begins with 0")
        }
        return number
    }

    private mutating func text() throws(CanonicalFlaw) -> String {
        try expect(UInt8(ascii: "\""))
        var content: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw flaw("a text is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): content.append(try escaped())
            case 0..<0x20: throw flaw("a control character stands in a text")
            default: content.append(byte)
            }
        }
    }

    private mutating func escaped() throws(CanonicalFlaw) -> UInt8 {
        switch try next() {
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            let digits = [try next(), try next(), try next(), try next()]
            let value = Hexadecimal.bytes(String(decoding: digits, as: UTF8.self))
            guard let value, value[0] == 0, value[1] < 0x20, ![0x0A, 0x0D, 0x09].contains(value[1])
            else { throw flaw("an escape is not canonical") }
            return value[1]
        default: throw flaw("an escape is not canonical")
        }
    }
}

/// Bytes as lower-case hexadecimal text and back.
enum Hexadecimal {
    /// Two digits for each byte.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The bytes of a text of lower-case digits; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
