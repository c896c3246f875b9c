// The cells of one sheet, as bytes in one buffer: 12 bytes a cell, whatever it holds.

import Plant

/// What kind of cell the file says it is.
enum RawKind: UInt8, Sendable, BitwiseCopyable {
    /// Text, from which anything may be read.
    case text
    /// A number of a workbook, written with a decimal point.
    case number
    /// A number of a workbook that is shown in per cent.
    case percent
    /// A number of a workbook that is shown as a date, a time, or both.
    case date
    case time
    case dateTime
    /// A number of a workbook that is shown as elapsed time.
    case elapsed
    /// A date of a workbook as ISO text.
    case isoDate
    /// `1` or `0` for yes or no.
    case truth
    /// A fault of a formula, such as `#N/A`.
    case fault
}

/// A cell with content.
struct RawCell: Sendable, BitwiseCopyable {
    var start: UInt32
    var length: UInt32
    var column: UInt16
    var kind: RawKind
}

/// A row with at least one cell.
struct RawRow: Sendable, BitwiseCopyable {
    /// The first of its cells.
    var start: UInt32
    /// The line or row in the file, from 1.
    var number: UInt32
    /// How many cells the row has, empty ones counted; 0 where the file does not say.
    var width: UInt16
    /// Whether text stands behind a closing quote.
    var hasQuoteFault = false
}

/// An area of joined cells; rows as numbered in the file, columns from 0, both ends included.
struct JoinedArea: Sendable, Hashable {
    var rows: ClosedRange<Int>
    var columns: ClosedRange<Int>
}

/// The cells of a sheet.
struct Grid: Sendable {
    /// Text of the cells, UTF-8.
    var bytes: [UInt8] = []
    var cells: [RawCell] = []
    var rows: [RawRow] = []
    /// How many columns the widest row has.
    var width = 0
    var joined: [JoinedArea] = []
    /// Whether rows are lines of a text.
    var isText = false
    /// Whether days count from 1904.
    var is1904 = false

    /// Where the cells of a row are.
    func cells(of row: Int) -> Range<Int> {
        let start = Int(rows[row].start)
        return start..<(row + 1 < rows.count ? Int(rows[row + 1].start) : cells.count)
    }

    /// The cell of a row and a column, nil where nothing is.
    func cell(_ row: Int, _ column: Int) -> RawCell? {
        for index in cells(of: row) where Int(cells[index].column) >= column {
            return Int(cells[index].column) == column ? cells[index] : nil
        }
        return nil
    }

    /// The text of a cell as it stands in the file; the numbers of a workbook as it shows them.
    func text(_ cell: RawCell) -> String {
        let start = Int(cell.start)
        let range = start..<start + Int(cell.length)
        return shown(cell.kind, range) ?? String(decoding: bytes[range], as: UTF8.self)
    }

    /// The text of a cell without blanks around it, empty where nothing is.
    func text(_ row: Int, _ column: Int) -> String {
        guard let cell = cell(row, column) else { return "" }
        let range = trimmed(bytes, Int(cell.start)..<Int(cell.start) + Int(cell.length))
        return shown(cell.kind, range) ?? String(decoding: bytes[range], as: UTF8.self)
    }

    /// The text of a cell in a part of it.
    func text(_ cell: RawCell, _ range: Range<Int>) -> String {
        shown(cell.kind, range) ?? String(decoding: bytes[range], as: UTF8.self)
    }

    /// A number of a workbook as people read it; nil where its text is the same.
    private func shown(_ kind: RawKind, _ range: Range<Int>) -> String? {
        if kind == .truth { return bytes[range.lowerBound] == 0x31 ? "yes" : "no" }
        guard [.date, .time, .dateTime, .elapsed, .percent].contains(kind),
            let number = NumberText(bytes, range)?.value(bytes, .point)
        else { return nil }
        switch kind {
        case .date, .dateTime:
            guard let found = ExcelSerial.dateTime(number, is1904: is1904) else { return nil }
            let isMidnight = found.time == LocalTime(hour: 0, minute: 0)
            return kind == .date && isMidnight ? found.date.text : found.text
        case .time: return ExcelSerial.time(number)?.text
        case .elapsed:
            guard abs(number) < 1e6 else { return nil }
            let seconds = Int((abs(number) * 86_400).rounded())
            let text =
                "\(seconds / 3_600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            return number < 0 ? "-" + text : text
        default:
            let hundred = String((number * 1e8).rounded() / 1e6)
            return (hundred.hasSuffix(".0") ? String(hundred.dropLast(2)) : hundred) + "%"
        }
    }

    /// Where a row is, for people: "line 12" or "row 12".
    func place(_ row: Int) -> String { (isText ? "line " : "row ") + String(rows[row].number) }

    /// Closes the last row when nothing is in it.
    mutating func dropEmptyRow() {
        if let last = rows.last, Int(last.start) == cells.count { rows.removeLast() }
    }
}

/// The part of a range without blanks, no-break blanks and byte-order marks at its ends.
func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
        let length = blankLength(bytes, start, end)
        if length == 0 { break }
        start += length
    }
    while end > start {
        if bytes[end - 1] <= 0x20 {
            end -= 1
        } else if end - start >= 2, blankLength(bytes, end - 2, end) == 2 {
            end -= 2
        } else if end - start >= 3, blankLength(bytes, end - 3, end) == 3 {
            end -= 3
        } else {
            break
        }
    }
    return start..<end
}

/// How many bytes a blank at a place has, 0 where none is.
func blankLength(_ bytes: [UInt8], _ place: Int, _ end: Int) -> Int {
    let byte = bytes[place]
    if byte <= 0x20 { return 1 }
    if byte == 0xC2, place + 1 < end, bytes[place + 1] == 0xA0 { return 2 }
    guard byte == 0xE2 || byte == 0xEF, place + 2 < end else { return 0 }
    let (second, third) = (bytes[place + 1], bytes[place + 2])
    // U+2007, U+2009, U+200B, U+202F and the byte-order mark U+FEFF.
    if byte == 0xE2, second == 0x80 {
        return third == 0x87 || third == 0x89 || third == 0x8B || third == 0xAF ? 3 : 0
    }
    return byte == 0xEF && second == 0xBB && third == 0xBF ? 3 : 0
}
