// The texts that the cells of a workbook share.

/// Texts in one buffer, by number.
struct SharedStrings: Sendable {
    private(set) var bytes: [UInt8] = []
    private var starts: [UInt32] = []

    /// Where a text is in the buffer; nil where there is none of that number.
    subscript(number: Int) -> Range<Int>? {
        guard starts.indices.contains(number) else { return nil }
        let end = number + 1 < starts.count ? Int(starts[number + 1]) : bytes.count
        return Int(starts[number])..<end
    }

    /// How many there are.
    var count: Int { starts.count }

    /// Adds a text.
    mutating func append(_ text: [UInt8]) {
        starts.append(UInt32(truncatingIfNeeded: bytes.count))
        bytes.append(contentsOf: text)
    }
}

/// Reads the shared texts: plain ones and those of pieces with their own look.
struct SharedStringVisitor: XMLVisitor {
    private let file: String
    private(set) var strings = SharedStrings()
    private var current: [UInt8] = []
    private var isInText = false
    /// How a text is pronounced is not part of it.
    private var isInReading = false

    init(file: String) { self.file = file }

    mutating func begin(_ element: String, _ attributes: [String: String]) {
        switch element {
        case "si": current.removeAll(keepingCapacity: true)
        case "t": isInText = !isInReading
        case "rPh": isInReading = true
        default: break
        }
    }

    mutating func end(_ element: String) throws(SheetError) {
        switch element {
        case "t": isInText = false
        case "rPh": isInReading = false
        case "si":
            guard strings.count < SheetsLimits.cells else {
                throw .tooLarge(file: file, what: "It has over \(SheetsLimits.cells) texts")
            }
            strings.append(unescaped(current))
        default: break
        }
    }

    mutating func text(_ text: String) throws(SheetError) {
        guard isInText else { return }
        current.append(contentsOf: text.utf8)
        guard current.count <= SheetsLimits.cellBytes else {
            throw .tooLarge(
                file: file, what: "A cell has over \(SheetsLimits.cellBytes / 4) characters")
        }
    }
}

/// A text with `_x000D_` and the like turned back into characters.
///
/// Source: ECMA-376 part 1, 22.9.2.19.
func unescaped(_ text: [UInt8]) -> [UInt8] {
    guard text.count >= 7, text.contains(0x5F) else { return text }
    var output: [UInt8] = []
    var place = 0
    while place < text.count {
        let isMark =
            text[place] == 0x5F && place + 6 < text.count && text[place + 1] == 0x78
            && text[place + 6] == 0x5F
        let digits = isMark ? String(decoding: text[place + 2..<place + 6], as: UTF8.self) : ""
        let isHex = digits.utf8.allSatisfy { $0 < 0x80 && Character(UnicodeScalar($0)).isHexDigit }
        if isMark, isHex, let code = UInt32(digits, radix: 16), UnicodeScalar(code) != nil, code > 0
        {
            CodePages.append(code, to: &output)
            place += 7
        } else {
            output.append(text[place])
            place += 1
        }
    }
    return output
}
