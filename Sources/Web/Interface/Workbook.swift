// Workbooks that spreadsheets open with a double-click: numbers are numbers, dates are dates.

import CXlsxWriter
import Foundation
import Hummingbird
import Plant

/// A workbook as plain values.
enum Workbook {
    /// A cell.
    enum Cell: Sendable, Hashable {
        /// Words; never a formula.
        case text(String)
        /// Words in bold.
        case title(String)
        /// A number; one that is not finite is left empty.
        case number(Double)
        /// A ratio, shown in per cent.
        case ratio(Double)
        /// Seconds, shown in hours.
        case hours(Double)
        /// A moment on the site's wall clock.
        case moment(Timestamp)
        /// Nothing known.
        case empty
    }

    /// A sheet.
    struct Sheet: Sendable, Hashable {
        /// Its name, at most 31 characters.
        let name: String
        /// Rows from the top.
        let rows: [[Cell]]
        /// Rows that stay in view.
        var frozenRows = 0
    }

    /// Why no workbook was made.
    struct Trouble: Error, Hashable {
        /// What the library said.
        let says: String
    }

    /// A workbook as a download.
    static func answer(_ sheets: [Sheet], zone: ZoneRules, name: String) throws -> Response {
        var response = Answer.bytes(
            try bytes(sheets, zone: zone), type: TableForm.workbookType)
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }

    /// The file's bytes.
    ///
    /// The library writes to a file of its own, which is removed again.
    static func bytes(_ sheets: [Sheet], zone: ZoneRules) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "millwright-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        defer {
            do {
                try FileManager.default.removeItem(at: folder)
            } catch {
                // A folder in the place for temporary files that could not be removed does no harm.
            }
        }
        let file = folder.appending(path: "out.xlsx").path
        try write(sheets, zone: zone, to: file)
        return Array(try Data(contentsOf: URL(filePath: file)))
    }

    private static func write(_ sheets: [Sheet], zone: ZoneRules, to file: String) throws {
        guard let book = unsafe workbook_new(file) else {
            throw Trouble(says: "a workbook could not be begun")
        }
        let bold = unsafe workbook_add_format(book)
        unsafe format_set_bold(bold)
        let ratio = unsafe workbook_add_format(book)
        unsafe format_set_num_format(ratio, "0.0%")
        let hours = unsafe workbook_add_format(book)
        unsafe format_set_num_format(hours, "0.00")
        let moment = unsafe workbook_add_format(book)
        unsafe format_set_num_format(moment, "yyyy-mm-dd hh:mm")
        for sheet in sheets {
            let page = unsafe workbook_add_worksheet(book, String(sheet.name.prefix(31)))
            if sheet.frozenRows > 0 {
                unsafe worksheet_freeze_panes(page, UInt32(sheet.frozenRows), 0)
            }
            for (column, width) in widths(sheet).enumerated() {
                let place = UInt16(column)
                unsafe worksheet_set_column(page, place, place, width, nil)
            }
            for (number, row) in sheet.rows.enumerated() {
                let line = UInt32(number)
                for (index, cell) in row.enumerated() {
                    let column = UInt16(index)
                    switch cell {
                    case .empty: break
                    case .text(let text):
                        unsafe worksheet_write_string(page, line, column, text, nil)
                    case .title(let text):
                        unsafe worksheet_write_string(page, line, column, text, bold)
                    case .number(let value) where value.isFinite:
                        unsafe worksheet_write_number(page, line, column, value, nil)
                    case .ratio(let value) where value.isFinite:
                        unsafe worksheet_write_number(page, line, column, value, ratio)
                    case .hours(let value) where value.isFinite:
                        unsafe worksheet_write_number(page, line, column, value / 3600, hours)
                    case .number, .ratio, .hours: break
                    case .moment(let time):
                        unsafe worksheet_write_number(
                            page, line, column, serial(time, zone), moment)
                    }
                }
            }
        }
        let outcome = unsafe workbook_close(book)
        guard outcome == LXW_NO_ERROR else {
            let words = unsafe lxw_strerror(outcome).map { unsafe String(cString: $0) }
            throw Trouble(says: words ?? "error \(outcome.rawValue)")
        }
    }

    /// Days since 30 December 1899 on the wall clock, as spreadsheets count them.
    private static func serial(_ time: Timestamp, _ zone: ZoneRules) -> Double {
        let local = zone.local(time)
        // 1 January 1970 is day 25,569.
        return Double(local.date.dayNumber) + 25_569 + Double(local.secondsOfDay) / 86_400
    }

    /// Widths of columns by their longest cell, 8 to 60 characters.
    private static func widths(_ sheet: Sheet) -> [Double] {
        let count = sheet.rows.map(\.count).max() ?? 0
        return (0..<count).map { column in
            let longest =
                sheet.rows.compactMap { row -> Int? in
                    guard column < row.count else { return nil }
                    switch row[column] {
                    case .text(let text), .title(let text): return text.count + 1
                    case .moment: return 17
                    case .number, .ratio, .hours, .empty: return 10
                    }
                }.max() ?? 8
            return Double(min(60, max(8, longest)))
        }
    }
}
