// Reads the cells of one sheet of a workbook into a grid.

/// Takes the XML of a sheet.
struct SheetVisitor: XMLVisitor {
    private let file: String
    private let kinds: [RawKind]
    private let strings: SharedStrings
    private var grid = Grid()
    private(set) var hiddenRows = 0

    private var rowNumber = 0
    private var column = -1
    private var type = ""
    private var kind = RawKind.number
    private var value: [UInt8] = []
    private var hasValue = false
    private var hasFormula = false
    private var isCollecting = false
    private var isInReading = false

    init(file: String, kinds: [RawKind], strings: SharedStrings, is1904: Bool) {
        (self.file, self.kinds, self.strings) = (file, kinds, strings)
        grid.is1904 = is1904
        grid.bytes = strings.bytes
    }

    /// The grid once all has been read.
    var finished: Grid {
        var grid = grid
        grid.dropEmptyRow()
        return grid
    }

    mutating func begin(_ element: String, _ attributes: [String: String]) throws(SheetError) {
        switch element {
        case "c": try beginCell(attributes)
        case "v", "t":
            isCollecting = !isInReading
            if isCollecting { hasValue = true }
        case "row": try beginRow(attributes)
        case "f": hasFormula = true
        case "rPh": isInReading = true
        case "mergeCell": try join(attributes["ref"] ?? "")
        default: break
        }
    }

    mutating func end(_ element: String) throws(SheetError) {
        switch element {
        case "v", "t": isCollecting = false
        case "c": try endCell()
        case "rPh": isInReading = false
        default: break
        }
    }

    mutating func text(_ text: String) throws(SheetError) {
        guard isCollecting else { return }
        value.append(contentsOf: text.utf8)
        guard value.count <= SheetsLimits.cellBytes else {
            throw .tooLarge(
                file: file, what: "A cell has over \(SheetsLimits.cellBytes / 4) characters")
        }
    }

    private var damaged: SheetError {
        .damaged(file: file, what: "The cells behind row \(rowNumber) are out of order")
    }

    private mutating func beginRow(_ attributes: [String: String]) throws(SheetError) {
        let number = attributes["r"].map { Int($0) ?? -1 } ?? rowNumber + 1
        guard number > rowNumber else { throw damaged }
        guard number <= SheetsLimits.rows else {
            throw .tooLarge(file: file, what: "It has over \(SheetsLimits.rows) rows")
        }
        rowNumber = number
        column = -1
        if attributes["hidden"] == "1" || attributes["hidden"] == "true" { hiddenRows += 1 }
        grid.dropEmptyRow()
        grid.rows.append(
            RawRow(
                start: UInt32(truncatingIfNeeded: grid.cells.count),
                number: UInt32(truncatingIfNeeded: number), width: 0))
    }

    private mutating func beginCell(_ attributes: [String: String]) throws(SheetError) {
        guard !grid.rows.isEmpty else { throw damaged }
        var (place, style) = (column + 1, 0)
        type = "n"
        // Walking through the few attributes costs less than looking each of them up.
        for (name, text) in attributes {
            switch name {
            case "r": place = Self.place(text)?.column ?? -1
            case "s": style = Int(text) ?? 0
            case "t": type = text
            default: break
            }
        }
        guard place > column else { throw damaged }
        column = place
        kind = kinds.indices.contains(style) ? kinds[style] : .number
        value.removeAll(keepingCapacity: true)
        (hasValue, hasFormula) = (false, false)
    }

    private mutating func endCell() throws(SheetError) {
        if hasFormula, value.isEmpty, type != "str" {
            value = Array("= without a stored result".utf8)
            return try append(.fault)
        }
        guard hasValue, !value.isEmpty else { return }
        switch type {
        case "s":
            guard let number = Int(String(decoding: value, as: UTF8.self)),
                let range = strings[number]
            else { throw .damaged(file: file, what: "A text of row \(rowNumber) is missing") }
            try append(.text, at: range)
        case "str", "inlineStr":
            value = unescaped(value)
            try append(.text)
        case "b":
            value = [value[0] == 0x31 || value[0] | 0x20 == 0x74 ? 0x31 : 0x30]
            try append(.truth)
        case "e": try append(.fault)
        case "d": try append(.isoDate)
        default: try append(numberKind)
        }
    }

    /// What a number is: as its format shows it, where it can be shown so.
    private var numberKind: RawKind {
        let isNumber =
            value.count <= 40
            && value.allSatisfy { byte in
                NumberText.isDigit(byte) || byte == 0x2E || byte == 0x2D || byte == 0x2B
                    || byte | 0x20 == 0x65
            }
        guard isNumber else { return .text }
        // A sum of times is shown as a clock, but no clock shows it.
        guard kind == .time,
            let number = NumberText(value, value.indices)?.value(value, .point), number >= 1
        else { return kind }
        return number < 366 ? .elapsed : .dateTime
    }

    private mutating func append(_ kind: RawKind) throws(SheetError) {
        let start = grid.bytes.count
        guard start + value.count <= SheetsLimits.textBytes else {
            throw .tooLarge(file: file, what: "Its cells hold too much text")
        }
        grid.bytes.append(contentsOf: value)
        try append(kind, at: start..<start + value.count)
    }

    private mutating func append(_ kind: RawKind, at range: Range<Int>) throws(SheetError) {
        if range.isEmpty { return }
        guard column < SheetsLimits.columns else {
            throw .tooLarge(
                file: file, what: "Row \(rowNumber) has over \(SheetsLimits.columns) cells")
        }
        guard grid.cells.count < SheetsLimits.cells else {
            throw .tooLarge(file: file, what: "It has over \(SheetsLimits.cells) cells")
        }
        grid.cells.append(
            RawCell(
                start: UInt32(truncatingIfNeeded: range.lowerBound),
                length: UInt32(truncatingIfNeeded: range.count),
                column: UInt16(truncatingIfNeeded: column), kind: kind))
        grid.width = max(grid.width, column + 1)
    }

    private mutating func join(_ reference: String) throws(SheetError) {
        guard grid.joined.count < SheetsLimits.joinedAreas else {
            throw .tooLarge(
                file: file, what: "It has over \(SheetsLimits.joinedAreas) joined areas")
        }
        let ends = reference.split(separator: ":").map { Self.place(String($0)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first.row <= last.row,
            first.column <= last.column
        else { return }
        grid.joined.append(
            JoinedArea(rows: first.row...last.row, columns: first.column...last.column))
    }

    /// Row from 1 and column from 0 of a reference such as `AB12`.
    static func place(_ reference: String) -> (row: Int, column: Int)? {
        var (row, column, letters) = (0, 0, 0)
        for byte in reference.utf8 {
            if NumberText.isDigit(byte) {
                guard letters > 0, row < 10_000_000 else { return nil }
                row = row * 10 + Int(byte & 0x0F)
            } else {
                guard byte >= 0x41, byte <= 0x5A, row == 0, letters < 3 else { return nil }
                column = column * 26 + Int(byte - 0x40)
                letters += 1
            }
        }
        return row > 0 && letters > 0 ? (row, column - 1) : nil
    }
}
