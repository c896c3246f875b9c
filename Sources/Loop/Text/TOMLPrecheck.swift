// Mistakes on which the TOML parser stops the whole program instead of naming them: it must never
// see one.

/// A mistake and where it stands.
struct TOMLMistake: Error, Hashable {
    /// 1-based line.
    let line: Int
    /// 1-based column.
    let column: Int
    /// What is wrong.
    let says: String
    /// What to do.
    let remedy: String
}

/// Looks through a text for headers without a name, brackets that do not match, and dates whose
/// time is missing.
///
/// It follows texts, comments and brackets as TOML has them, so that a right text passes.
struct TOMLPrecheck {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0
    /// Closing brackets that are awaited, innermost last.
    private var awaited: [UInt8] = []

    /// Throws the first mistake.
    static func check(_ text: String) throws(TOMLMistake) {
        var check = TOMLPrecheck(bytes: Array(text.utf8))
        try check.run()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private mutating func run() throws(TOMLMistake) {
        var isStart = true
        var isHeader = false
        while position < bytes.count {
            let byte = bytes[position]
            let wasStart = isStart
            isStart = isStart && (byte == 0x20 || byte == 0x09 || byte == 0x0D)
            switch byte {
            case UInt8(ascii: "\n"):
                newLine()
                isHeader = false
                isStart = awaited.isEmpty
            case UInt8(ascii: "#"): passComment()
            case UInt8(ascii: "\""), UInt8(ascii: "'"): passString(byte)
            case UInt8(ascii: "[") where wasStart:
                try checkHeader()
                isHeader = true
            case UInt8(ascii: "[") where !isHeader: awaited.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{") where !isHeader: awaited.append(UInt8(ascii: "}"))
            case UInt8(ascii: "]") where !isHeader, UInt8(ascii: "}") where !isHeader:
                try close(byte)
            case UInt8(ascii: "T"), UInt8(ascii: "t"): try checkTime()
            default: break
            }
            position += 1
        }
    }

    private func mistake(_ says: String, _ remedy: String) -> TOMLMistake {
        TOMLMistake(line: line, column: position - lineStart + 1, says: says, remedy: remedy)
    }

    private mutating func newLine() {
        line += 1
        lineStart = position + 1
    }

    /// Refuses a header such as `[ü]` or `[.]`; the end of the text is no harm.
    private func checkHeader() throws(TOMLMistake) {
        var next = position + 1
        if next < bytes.count, bytes[next] == UInt8(ascii: "[") { next += 1 }
        while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 { next += 1 }
        guard next < bytes.count else { return }
        switch bytes[next] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"):
            return
        default:
            throw mistake(
                "Between these brackets stands no name.",
                "Write letters a to z, digits, - and _, as in [site]; others need quotes.")
        }
    }

    private mutating func close(_ bracket: UInt8) throws(TOMLMistake) {
        guard awaited.popLast() == bracket else {
            throw mistake(
                "This bracket closes nothing that is open here.",
                "Take it out, or write the one that opens before it.")
        }
    }

    /// Refuses a date that goes on with a T but without a time.
    private func checkTime() throws(TOMLMistake) {
        guard position >= 10, position + 1 < bytes.count, !isDigit(position + 1) else { return }
        for (index, letter) in "0000-00-00".utf8.enumerated() {
            let place = position - 10 + index
            let isFit = letter == UInt8(ascii: "-") ? bytes[place] == letter : isDigit(place)
            guard isFit else { return }
        }
        throw mistake(
            "The time behind this date is missing.", "Write it as 2026-01-05T06:00:00.")
    }

    private func isDigit(_ place: Int) -> Bool { bytes[place] >= 0x30 && bytes[place] <= 0x39 }

    private mutating func passComment() {
        while position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "\n") {
            position += 1
        }
    }

    /// Moves to the last byte of the string that begins at the position.
    private mutating func passString(_ quote: UInt8) {
        let isLong = matches([quote, quote, quote])
        position += isLong ? 3 : 1
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") {
                guard isLong else {
                    position -= 1
                    return
                }
                newLine()
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                // An escaped line end is counted in its own turn.
                if position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "\n") {
                    position += 1
                }
            } else if isLong ? matches([quote, quote, quote]) : byte == quote {
                if isLong { passClosing(quote) }
                return
            }
            position += 1
        }
    }

    /// A long string may end in up to two quotes of its own before the three that close it.
    private mutating func passClosing(_ quote: UInt8) {
        position += 2
        var extra = 0
        while extra < 2, position + 1 < bytes.count, bytes[position + 1] == quote {
            position += 1
            extra += 1
        }
    }

    private func matches(_ wanted: [UInt8]) -> Bool {
        bytes[position...].starts(with: wanted)
    }
}
