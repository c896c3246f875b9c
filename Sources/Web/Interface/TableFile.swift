// A table that programs and spreadsheets take away: one document, CSV, or a workbook that says how
// it was made.

import Hummingbird
import Plant

/// The forms in which a table can be taken away.
enum TableForm: Sendable, Hashable {
    /// One document for programs.
    case document
    /// Comma-separated text for spreadsheets.
    case csv
    /// A workbook.
    case workbook

    /// Media types of the three, with the schema of the document.
    static func content(schema: String) -> Route.Content {
        Route.Content(
            types: ["application/json", "text/csv", workbookType], schema: schema)
    }

    /// The media type of a workbook.
    static let workbookType =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    /// A table in the form that was asked for; `name` is that of the file, without its ending.
    static func answer(
        _ ask: Ask, name: String, sheets: () -> [Workbook.Sheet], rows: () -> [[CSVText.Cell]],
        document: () -> JSONValue
    ) throws -> Response {
        switch TableForm(ask) {
        case .workbook:
            try Workbook.answer(
                sheets(), zone: ask.world.calendar.zone, name: "millwright-\(name).xlsx")
        case .csv: CSVText.answer(rows(), name: "millwright-\(name).csv")
        case .document: Answer.json(document())
        }
    }

    /// The form that `format` or the Accept header asks for; a document unless one is named.
    init(_ ask: Ask) {
        switch ask.query.filled("format") {
        case "xlsx": self = .workbook
        case "csv": self = .csv
        case "json": self = .document
        default:
            self =
                ask.accepts(TableForm.workbookType)
                ? .workbook : ask.accepts("text/csv") ? .csv : .document
        }
    }
}

/// Where a page's table can be taken away.
struct TableLinks: Sendable {
    /// As a workbook.
    let workbook: String
    /// As comma-separated text.
    let csv: String
    /// For programs.
    let document: String

    /// Links for a range; `filter` is what else the address says.
    init(_ path: String, range: TimeRange, filter: String = "") {
        self.init(
            path,
            query: "from=\(range.start.millisecondsSince1970)"
                + "&to=\(range.end.millisecondsSince1970)" + filter)
    }

    /// Links for a query as it stands.
    init(_ path: String, query: String) {
        let start = query.isEmpty ? "?" : "?\(query)&"
        document = query.isEmpty ? path : "\(path)?\(query)"
        workbook = path + start + "format=xlsx"
        csv = path + start + "format=csv"
    }
}

/// The sheet that says how the others were made.
enum WorkingSheet {
    /// Its rows: site, range, zone, then `notes` as pairs, then tables of more than two columns.
    static func sheet(
        _ ask: Ask, range: TimeRange, notes: [(String, String)], more: [[Workbook.Cell]] = []
    ) -> Workbook.Sheet {
        var rows: [[Workbook.Cell]] = [
            [.title("How this was made")],
            [.text("Site"), .text(ask.world.factory.name)],
            [.text("From"), .moment(range.start)],
            [.text("To"), .moment(range.end)],
            [.text("Times are on the wall clock of"), .text(ask.world.factory.zone)],
        ]
        rows += notes.map { [.text($0), .text($1)] }
        return Workbook.Sheet(name: "How this was made", rows: rows + more)
    }
}
