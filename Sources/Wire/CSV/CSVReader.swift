// Reads CSV row by row from bytes that arrive in any pieces.

/// Reader of comma-separated values.
///
/// Takes LF, CR LF and CR as row ends outside quotes, doubled quotes inside them, and any byte as
/// content. Empty lines are skipped, as an empty line is not a row of one empty cell in any file
/// that machines write. A quote in the middle of an unquoted cell is content, as spreadsheets have
/// it. Source: RFC 4180; row limit R-52.
public struct CSVReader: Sendable {
    /// One row.
    public struct Row: Hashable, Sendable {
        /// Number of the row in the file, from 1, empty lines not counted.
        public var number: Int
        /// Offset of its first byte in the stream.
        public var offset: Int
        /// The cells as bytes, without quotes.
        public var cells: [[UInt8]]

        /// The cells as text; bytes that are not UTF-8 are replaced.
        public var texts: [String] { cells.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Why a row cannot be read.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong.
        public enum Reason: Hashable, Sendable {
            /// Something else than a separator behind a closing quote.
            case textAfterQuote
            /// The file ends inside quotes.
            case quoteUnclosed
            /// The row is over the limit.
            case rowTooLong(limit: Int)
            /// More cells in a row than allowed.
            case tooManyCells(limit: Int)
        }

        /// What is wrong.
        public var reason: Reason
        /// Number of the row in the file, from 1.
        public var row: Int
        /// Offset of the fault in the stream, from 0.
        public var offset: Int

        /// A fault at a place.
        public init(reason: Reason, row: Int, offset: Int) {
            self.reason = reason
            self.row = row
            self.offset = offset
        }

        /// Place and reason in one line: "row 3, byte 120: the closing quote is missing".
        public var description: String {
            let text =
                switch reason {
                case .textAfterQuote: "there is text behind the closing quote"
                case .quoteUnclosed: "the closing quote is missing"
                case .rowTooLong(let limit): "the row has over \(limit) bytes"
                case .tooManyCells(let limit): "the row has over \(limit) cells"
                }
            return "row \(row), byte \(offset): \(text)"
        }
    }

    private enum Place: Sendable { case cellStart, unquoted, quoted, quoteInQuoted, afterReturn }

    /// Bytes of one row at most.
    public static let rowLimit = 65_536
    /// Cells of one row at most.
    public static let cellLimit = 4_096

    private let separator: UInt8
    private var place = Place.cellStart
    private var offset = 0
    private var rowStart = 0
    private var rowNumber = 1
    private var cells: [[UInt8]] = []
    private var cell: [UInt8] = []
    private var fault: Fault?

    /// A reader for a separator: comma, semicolon, tab or bar; see `CSVDialect.detect`.
    public init(separator: UInt8 = 0x2C) { self.separator = separator }

    /// Takes bytes and returns the rows that end in them; after an error nothing more is taken.
    public mutating func read(_ bytes: RawSpan) throws(Fault) -> [Row] {
        if let fault { throw fault }
        var rows: [Row] = []
        for index in 0..<bytes.byteCount {
            try take(bytes.byte(index), &rows)
            offset += 1
        }
        return rows
    }

    /// Takes bytes and returns the rows that end in them; after an error nothing more is taken.
    public mutating func read(_ bytes: [UInt8]) throws(Fault) -> [Row] {
        try unsafe read(bytes.span.bytes)
    }

    /// Ends the file and returns its last row, nil when the file ended with a row end.
    public mutating func finish() throws(Fault) -> Row? {
        if let fault { throw fault }
        if place == .quoted { throw fail(.quoteUnclosed) }
        var rows: [Row] = []
        if place != .afterReturn { try endRow(&rows) }
        return rows.first
    }

    private mutating func fail(_ reason: Fault.Reason) -> Fault {
        let fault = Fault(reason: reason, row: rowNumber, offset: offset)
        self.fault = fault
        return fault
    }

    private mutating func take(_ byte: UInt8, _ rows: inout [Row]) throws(Fault) {
        if place == .afterReturn {
            place = .cellStart
            rowStart = offset
            if byte == 0x0A {
                rowStart = offset + 1
                return
            }
        }
        let mayEndRow = byte == 0x0A || byte == 0x0D
        if offset - rowStart >= Self.rowLimit, !mayEndRow {
            throw fail(.rowTooLong(limit: Self.rowLimit))
        }
        switch place {
        case .quoted:
            if byte == 0x22 { place = .quoteInQuoted } else { cell.append(byte) }
            return
        case .quoteInQuoted where byte == 0x22:
            cell.append(byte)
            place = .quoted
            return
        case .cellStart where byte == 0x22:
            place = .quoted
            return
        default: break
        }
        if byte == separator {
            try endCell()
            place = .cellStart
        } else if byte == 0x0A || byte == 0x0D {
            try endRow(&rows)
            place = byte == 0x0D ? .afterReturn : .cellStart
            rowStart = offset + 1
        } else if place == .quoteInQuoted {
            throw fail(.textAfterQuote)
        } else {
            cell.append(byte)
            place = .unquoted
        }
    }

    private mutating func endCell() throws(Fault) {
        guard cells.count < Self.cellLimit else {
            throw fail(.tooManyCells(limit: Self.cellLimit))
        }
        cells.append(cell)
        cell = []
    }

    private mutating func endRow(_ rows: inout [Row]) throws(Fault) {
        // A line without a single byte is no row; a line of two quotes is a row of one empty cell.
        if cells.isEmpty, place == .cellStart { return }
        try endCell()
        rows.append(Row(number: rowNumber, offset: rowStart, cells: cells))
        cells = []
        rowNumber += 1
    }
}
