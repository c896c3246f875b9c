// Reads comma-separated text into a grid: one pass over the bytes, one buffer, no copies of cells.

/// Reader of text whose cells stand between separators.
///
/// Takes LF, CR LF and CR as row ends outside quotes, doubled quotes inside them, and any byte as
/// content. Empty lines are skipped. A quote in the middle of an unquoted cell is content. Text
/// behind a closing quote is kept as part of the cell, and the row is marked. Source: RFC 4180.
struct SeparatedReader {
    /// The rows read so far.
    private(set) var grid = Grid()
    /// Whether the text ended inside quotes.
    private(set) var isQuoteOpen = false
    /// The line in which the last quoted cell began.
    private(set) var quoteLine = 1

    private let dialect: SeparatedDialect
    private let end: Int
    private var place = 0
    private var line = 1
    private var column = 0

    /// A reader of decoded text.
    init(_ text: [UInt8], _ dialect: SeparatedDialect) {
        grid.bytes = text
        grid.isText = true
        end = text.count
        self.dialect = dialect
    }

    /// Reads all rows; throws at a limit, or at a quote that is never closed.
    mutating func read(file: String) throws(SheetError) {
        skipDeclaration()
        while place < end {
            try readRow(file)
        }
        grid.dropEmptyRow()
    }

    /// Skips Excel's first line `sep=;`.
    private mutating func skipDeclaration() {
        let head: [UInt8] = [0x73, 0x65, 0x70, 0x3D, dialect.separator]
        guard grid.bytes.starts(with: head) || grid.bytes.starts(with: [0x53, 0x45, 0x50, 0x3D]),
            end == 5 || end > 5 && (grid.bytes[5] == 0x0A || grid.bytes[5] == 0x0D)
        else { return }
        place = 5
        skipRowEnd()
    }

    private mutating func skipRowEnd() {
        if place < end, grid.bytes[place] == 0x0D { place += 1 }
        if place < end, grid.bytes[place] == 0x0A { place += 1 }
        line += 1
    }

    private mutating func readRow(_ file: String) throws(SheetError) {
        let rowStart = place
        let first = grid.cells.count
        var row = RawRow(
            start: UInt32(truncatingIfNeeded: first), number: UInt32(truncatingIfNeeded: line),
            width: 0)
        let startLine = line
        column = 0
        while true {
            let isQuoted = place < end && grid.bytes[place] == dialect.quote
            if isQuoted {
                try readQuoted(file, rowStart, &row)
            } else {
                try readPlain(file)
            }
            guard place - rowStart <= SheetsLimits.rowBytes else {
                throw .tooLarge(
                    file: file,
                    what: "The row that begins in line \(startLine) has over"
                        + " \(SheetsLimits.rowBytes >> 10) KB")
            }
            column += 1
            guard place < end, grid.bytes[place] == dialect.separator else { break }
            place += 1
            guard column < SheetsLimits.columns else {
                throw .tooLarge(
                    file: file,
                    what: "Line \(startLine) has over \(SheetsLimits.columns) cells")
            }
        }
        let isEmptyLine = column == 1 && grid.cells.count == first
        if place < end { skipRowEnd() }
        if isEmptyLine { return }
        row.width = UInt16(truncatingIfNeeded: column)
        // A line of nothing but separators is an empty row.
        guard grid.cells.count > first else { return }
        guard grid.rows.count < SheetsLimits.rows else {
            throw .tooLarge(file: file, what: "It has over \(SheetsLimits.rows) rows")
        }
        grid.rows.append(row)
        grid.width = max(grid.width, column)
    }

    private mutating func readPlain(_ file: String) throws(SheetError) {
        let start = place
        while place < end, !endsCell(grid.bytes[place]) { place += 1 }
        try append(start..<place, file)
    }

    private mutating func readQuoted(
        _ file: String, _ rowStart: Int, _ row: inout RawRow
    ) throws(SheetError) {
        quoteLine = line
        place += 1
        let start = place
        var content: [UInt8] = []
        var isRewritten = false
        var piece = place
        while true {
            guard place < end, place - rowStart <= SheetsLimits.rowBytes else {
                isQuoteOpen = true
                throw .damaged(
                    file: file, what: "The quote that opens in line \(quoteLine) is never closed")
            }
            let byte = grid.bytes[place]
            if byte == dialect.quote {
                guard place + 1 < end, grid.bytes[place + 1] == byte else { break }
                content.append(contentsOf: grid.bytes[piece...place])
                isRewritten = true
                place += 2
                piece = place
                continue
            }
            let isReturn = byte == 0x0D && !(place + 1 < end && grid.bytes[place + 1] == 0x0A)
            if byte == 0x0A || isReturn { line += 1 }
            place += 1
        }
        let close = place
        place += 1
        // Blanks behind the quote are nothing; other text belongs to the cell.
        let behind = place
        while place < end, !endsCell(grid.bytes[place]) { place += 1 }
        let rest = trimmed(grid.bytes, behind..<place)
        if rest.isEmpty, !isRewritten {
            try append(start..<close, file)
            return
        }
        if !rest.isEmpty { row.hasQuoteFault = true }
        content.append(contentsOf: grid.bytes[piece..<close])
        content.append(contentsOf: grid.bytes[rest])
        let offset = grid.bytes.count
        grid.bytes.append(contentsOf: content)
        try append(offset..<offset + content.count, file)
    }

    private func endsCell(_ byte: UInt8) -> Bool {
        byte == dialect.separator || byte == 0x0A || byte == 0x0D
    }

    private mutating func append(_ range: Range<Int>, _ file: String) throws(SheetError) {
        if range.isEmpty { return }
        guard grid.cells.count < SheetsLimits.cells else {
            throw .tooLarge(file: file, what: "It has over \(SheetsLimits.cells) cells")
        }
        grid.cells.append(
            RawCell(
                start: UInt32(truncatingIfNeeded: range.lowerBound),
                length: UInt32(truncatingIfNeeded: range.count),
                column: UInt16(truncatingIfNeeded: column), kind: .text))
    }
}
