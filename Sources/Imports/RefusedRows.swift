// Writes refused rows as CSV with the reason, so that they can be put right and brought in again.

/// Refused rows as a file.
enum RefusedRows {
    /// UTF-8 with its mark, commas, CRLF; empty where nothing was refused.
    ///
    /// Cells that a spreadsheet would take for a formula get an apostrophe before them.
    static func csv(
        _ rows: [RefusedRow], cells: [Int: [String]], columns: [String], all: Int
    ) -> String {
        guard !rows.isEmpty else { return "" }
        var text = "\u{FEFF}"
        line(["Row in file"] + columns + ["Column", "Why it was refused"], &text)
        for row in rows {
            let own = cells[row.row] ?? []
            let padded = columns.indices.map { own.indices.contains($0) ? own[$0] : "" }
            line(["\(row.row)"] + padded + [row.column ?? "", row.reason], &text)
        }
        if all > rows.count {
            let rest =
                columns.map { _ in "" } + ["", "\(all - rows.count) more rows were refused."]
            line([""] + rest, &text)
        }
        return text
    }

    private static func line(_ cells: [String], _ text: inout String) {
        text += cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// A cell in quotes where it needs them, and never a formula.
    static func cell(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r＝＋－＠".unicodeScalars.contains(first),
            !isNumber(text)
        {
            text = "'" + text
        }
        let needsQuotes = text.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D, 0x3B, 0x09].contains($0) }
        guard needsQuotes else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// Whether a text is a plain number, such as -5 or +1.5.
    private static func isNumber(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let rest = bytes.drop { $0 == 0x2D || $0 == 0x2B }
        guard bytes.count - rest.count <= 1, let last = rest.last, rest.count <= 32 else {
            return false
        }
        return rest.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2C }
            && last >= 0x30 && last <= 0x39
    }
}
