// Finds what separates the cells of a text file and what quote marks are in it.

/// How a text file of cells is written.
public struct SeparatedDialect: Hashable, Sendable {
    /// The byte between cells.
    public var separator: UInt8
    /// The quote mark around cells, nil when quote marks are letters like others.
    public var quote: UInt8?
    /// How both are known, in one sentence.
    public var why: String

    /// The separators that are looked for: comma, semicolon, tab, bar.
    public static let separators: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// A dialect from its parts.
    public init(separator: UInt8 = 0x2C, quote: UInt8? = 0x22, why: String = "") {
        (self.separator, self.quote, self.why) = (separator, quote, why)
    }

    /// The separator for people.
    public static func name(_ separator: UInt8) -> String {
        switch separator {
        case 0x2C: "commas"
        case 0x3B: "semicolons"
        case 0x09: "tabs"
        case 0x7C: "upright bars"
        case 0: "nothing"
        default: "“\(Character(UnicodeScalar(separator)))”"
        }
    }
}

/// What was found, and the question where two separators fit.
struct DialectFinding {
    var dialect: SeparatedDialect
    var question: Question?

    /// The dialect of decoded text; `isPasted` text comes from cells and has tabs.
    init(_ text: [UInt8], file: String, isPasted: Bool) {
        let quote = Self.quote(text)
        var tries: [Attempt] = []
        for separator in SeparatedDialect.separators {
            let attempt = Attempt(text, SeparatedDialect(separator: separator, quote: quote))
            if let attempt { tries.append(attempt) }
        }
        if let declared = Self.declared(text) {
            dialect = SeparatedDialect(
                separator: declared, quote: quote, why: "The first line says so.")
            return
        }
        tries.sort { $0.score > $1.score }
        guard let best = tries.first else {
            dialect = SeparatedDialect(
                quote: quote, why: "No separator was found, so each line is one cell.")
            return
        }
        let named = SeparatedDialect.name(best.separator)
        dialect = SeparatedDialect(
            separator: best.separator, quote: quote,
            why: "Split at \(named): \(best.agreeing) of \(best.rows) rows have"
                + " \(best.width) cells.")
        if best.separator == 0x2C, best.width == 2, Self.areNumbers(text) {
            question = Question(
                .separator, "Is each line one number, or two?",
                [
                    (.separator(0x2C), "Two: " + best.example),
                    (.separator(0), "One, with a decimal comma"),
                ])
            return
        }
        let isTab = best.separator == 0x09
        if isTab, isPasted || file.lowercased().hasSuffix(".tsv") { return }
        if let second = tries.dropFirst().first, second.score > best.score * 0.9 {
            question = Question(
                .separator, "What stands between the cells?",
                [best, second].map {
                    (
                        .separator($0.separator),
                        SeparatedDialect.name($0.separator) + ": " + $0.example
                    )
                })
        }
    }

    /// Whether every line could be one number with a decimal comma; a heading has no comma then.
    private static func areNumbers(_ text: [UInt8]) -> Bool {
        let part = text.prefix(SheetsLimits.dialectBytes)
        let lines = part.split { $0 == 0x0A || $0 == 0x0D }
            .dropLast(text.count > part.count ? 1 : 0)
        func isNumber(_ line: ArraySlice<UInt8>) -> Bool {
            let bytes = Array(line)
            return NumberText(bytes, bytes.indices)?.digits(bytes, .comma)?.hasMark == true
        }
        guard let first = lines.first, isNumber(first) || !first.contains(0x2C) else {
            return false
        }
        return lines.count > 1 && lines.dropFirst().allSatisfy(isNumber)
    }

    /// The separator that Excel's first line `sep=;` names.
    private static func declared(_ text: [UInt8]) -> UInt8? {
        guard text.count >= 5,
            String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep="
        else { return nil }
        let isLine = text.count == 5 || text[5] == 0x0A || text[5] == 0x0D
        return isLine && text[4] < 0x80 && text[4] > 0x08 && text[4] != 0x22 ? text[4] : nil
    }

    /// The quote mark that begins and ends cells; double where none does.
    private static func quote(_ text: [UInt8]) -> UInt8 {
        var counts = (double: 0, single: 0)
        let isEdge: (Int) -> Bool = { place in
            guard text.indices.contains(place) else { return true }
            let byte = text[place]
            return byte == 0x0A || byte == 0x0D || SeparatedDialect.separators.contains(byte)
        }
        for place in text.indices.prefix(SheetsLimits.dialectBytes) {
            let byte = text[place]
            guard byte == 0x22 || byte == 0x27, isEdge(place - 1) != isEdge(place + 1) else {
                continue
            }
            if byte == 0x22 { counts.double += 1 } else { counts.single += 1 }
        }
        return counts.double == 0 && counts.single >= 4 && counts.single % 2 == 0 ? 0x27 : 0x22
    }
}

/// The beginning of a file read with one separator.
private struct Attempt {
    var separator: UInt8
    var score: Double
    var width: Int
    var agreeing: Int
    var rows: Int
    var example: String

    /// Nil when the separator gives no row of two cells.
    init?(_ text: [UInt8], _ dialect: SeparatedDialect) {
        let isWhole = text.count <= SheetsLimits.dialectBytes
        var part = Array(text.prefix(SheetsLimits.dialectBytes))
        if !isWhole, let end = part.lastIndex(of: 0x0A) { part.removeSubrange(end...) }
        // A quote that is open where the piece is cut says nothing.
        var reader = SeparatedReader(part, dialect)
        guard (try? reader.read(file: "")) != nil || reader.isQuoteOpen else { return nil }
        let grid = reader.grid
        var widths: [UInt16: Int] = [:]
        for row in grid.rows where row.width > 1 { widths[row.width, default: 0] += 1 }
        let commonest = widths.max { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let commonest else { return nil }
        separator = dialect.separator
        (width, agreeing, rows) = (Int(commonest.key), commonest.value, grid.rows.count)
        var (typed, pieces, filled) = (0, 0, 0)
        for cell in grid.cells.prefix(20_000) {
            let start = Int(cell.start)
            let range = trimmed(grid.bytes, start..<start + Int(cell.length))
            if range.isEmpty { continue }
            filled += 1
            let shape = CellShape.text(grid.bytes, range)
            if !shape.isPlainText { typed += 1 }
            let others = SeparatedDialect.separators.filter { $0 != dialect.separator }
            let isCut = grid.bytes[range].contains { others.contains($0) && $0 != 0x2C }
            if shape.isPlainText, isCut { pieces += 1 }
        }
        let share = Double(agreeing) / Double(max(1, rows))
        let cleanness = Double(typed) / Double(max(1, filled))
        let cuts = Double(pieces) / Double(max(1, filled))
        score = share * (1 + cleanness - cuts) * (dialect.separator == 0x09 ? 1.2 : 1)
        let sample = grid.rows.indices.first { grid.rows[$0].width == commonest.key } ?? 0
        example = (0..<min(width, 4)).map { "“" + grid.text(sample, $0) + "”" }
            .joined(separator: " ")
    }
}
