// Rows as CSV: comma, CRLF, quoted by RFC 4180, formulas disarmed.

/// Writing of CSV.
enum SeparatedText {
    /// A cell as it goes into a file.
    static func cell(_ text: String) -> String {
        let safe = disarmed(text)
        let isQuoted =
            safe.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 < 0x20 }
            || safe.utf8.first == 0x20 || safe.utf8.last == 0x20
        guard isQuoted else { return safe }
        var quoted = "\""
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Lines with their ends.
    static func text(_ rows: [[String]]) -> String {
        var text = ""
        for row in rows {
            for (index, field) in row.enumerated() {
                if index > 0 { text += "," }
                text += cell(field)
            }
            text += "\r\n"
        }
        return text
    }

    /// The text with an apostrophe before what a spreadsheet would take for a formula: `=`, `+`,
    /// `-`, `@`, tabulator or carriage return at its beginning, unless it is a plain number.
    static func disarmed(_ text: String) -> String {
        isFormula(text) ? "'" + text : text
    }

    /// Whether a spreadsheet would take the text for a formula.
    static func isFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) && !isPlainNumber(text)
    }

    /// Whether the text is a sign at most, digits, and a point with digits at most.
    static func isPlainNumber(_ text: String) -> Bool {
        var digits = 0
        var points = 0
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x2B where index == 0, 0x2D where index == 0: continue
            case 0x30...0x39: digits += 1
            case 0x2E where digits > 0 && points == 0: points += 1
            default: return false
            }
        }
        return digits > 0 && text.utf8.last != 0x2E
    }
}
