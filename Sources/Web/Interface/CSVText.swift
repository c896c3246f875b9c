// CSV that spreadsheets open with a double-click: byte-order mark, CRLF, formulas disarmed (ux 21).

import Hummingbird

/// Which form of rows a client asked for.
enum RowFormat: String, Sendable, Hashable {
    /// One document.
    case json
    /// One document for each line.
    case ndjson
    /// For spreadsheets.
    case csv

    /// The form that `format` or the Accept header asks for; JSON unless one is named.
    init(_ ask: Ask) {
        if let named = ask.query.filled("format").flatMap(RowFormat.init(rawValue:)) {
            self = named
        } else if ask.accepts("text/csv") {
            self = .csv
        } else if ask.accepts("application/x-ndjson") {
            self = .ndjson
        } else {
            self = .json
        }
    }
}

/// Writing of CSV.
enum CSVText {
    /// A cell.
    enum Cell: Sendable, Hashable {
        /// Words of people: disarmed.
        case text(String)
        /// A number; one that is not finite is empty, never 0.
        case number(Double)
        /// Text of ours that needs no quoting, such as a time.
        case plain(String)
        /// Nothing known.
        case empty
    }

    /// UTF-8 byte-order mark, so that £ and ° arrive.
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A row with its line end.
    static func write(_ cells: [Cell], into out: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { out.append(0x2C) }
            switch cell {
            case .empty: break
            case .plain(let text): out.append(contentsOf: text.utf8)
            case .number(let value):
                if value.isFinite { out.append(contentsOf: JSONText.plain(value).utf8) }
            case .text(let text): write(text: text, into: &out)
            }
        }
        out.append(contentsOf: [0x0D, 0x0A])
    }

    /// A text: an apostrophe before what a spreadsheet would take for a formula, quoted where
    /// needed.
    private static func write(text: String, into out: inout [UInt8]) {
        let first = text.utf8.first ?? 0
        // = + - @ and the control characters that spreadsheets skip over.
        let isFormula =
            [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) && Double(text) == nil
        let isQuoted = isFormula || text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 < 0x20 }
        if isQuoted { out.append(0x22) }
        if isFormula { out.append(0x27) }
        for byte in text.utf8 {
            if byte == 0x22 { out.append(0x22) }
            out.append(byte)
        }
        if isQuoted { out.append(0x22) }
    }

    /// A whole file.
    static func answer(_ rows: [[Cell]], name: String) -> Response {
        var out = mark
        for row in rows { write(row, into: &out) }
        var response = Answer.bytes(out, type: "text/csv; charset=utf-8")
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }
}
