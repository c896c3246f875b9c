// The one JSON object of a topic: numbers plain, texts escaped, nothing that is not finite.

import Plant

/// Writes one flat JSON object.
struct JSONWriting {
    private var text = "{"

    /// Adds a whole number.
    mutating func add(_ name: String, _ number: Int64) { raw(name, String(number)) }

    /// Adds a text.
    mutating func add(_ name: String, _ value: String) { raw(name, Self.quoted(value)) }

    /// Adds true or false.
    mutating func add(_ name: String, _ flag: Bool) { raw(name, flag ? "true" : "false") }

    /// Adds a value of a signal; nil is null.
    mutating func add(_ name: String, _ value: Scalar?) {
        switch value {
        case .number(let number) where number.isFinite: raw(name, Self.decimal(number))
        case .integer(let number): add(name, number)
        case .flag(let flag): add(name, flag)
        case .text(let text): add(name, text)
        case .number, nil: raw(name, "null")
        }
    }

    /// The object as bytes.
    var bytes: [UInt8] { Array((text + "}").utf8) }

    private mutating func raw(_ name: String, _ value: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\"\(name)\":\(value)"
    }

    private static func decimal(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
