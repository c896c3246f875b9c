// What is gathered while the rows of a table are read: items, counts, refusals, the preview.

import Plant
import Sheets

/// One pass over the rows of a table.
struct ImportPass {
    private(set) var reader: RowReader
    private(set) var items: [RowItem] = []
    private(set) var counts = RowCounts()
    private(set) var refused: [RefusedRow] = []
    private(set) var refusedCells: [Int: [String]] = [:]
    private(set) var preview: [PreviewRow] = []
    var warnings = WarningBook()

    /// Rows of the preview, by number: the first of the file.
    private var shown: Set<Int> = []

    init(reader: RowReader) { self.reader = reader }

    /// Takes a row.
    mutating func take(_ row: SheetRow) {
        if shown.count < ImportsLimits.previewRows { shown.insert(row.number) }
        switch reader.read(row) {
        case .item(let item): items.append(item)
        case .ignored(let why):
            counts.ignored += 1
            show(row.number, "", .ignored(why))
        case .refused(let refusal): refuse(row.number, refusal, cells: Self.cells(row))
        }
    }

    /// Reads the cells of rows that were refused only when it was known what is stored.
    mutating func fillCells(from reading: TableReading) {
        let missing = Set(refused.map(\.row).filter { refusedCells[$0] == nil })
        guard !missing.isEmpty else { return }
        for row in reading where missing.contains(row.number) {
            refusedCells[row.number] = Self.cells(row)
        }
    }

    /// Counts rows that the sheet left out.
    mutating func leaveOut(_ count: Int) {
        guard count > 0 else { return }
        counts.ignored += count
        warnings.add(.totals, unnumbered: count)
    }

    /// Counts and keeps a refused row.
    mutating func refuse(_ row: Int, _ refusal: RowRefusal, cells: [String]?) {
        counts.refused += 1
        show(row, "", .refused(column: refusal.column, reason: refusal.reason))
        guard refused.count < ImportsLimits.refusedRows else { return }
        refused.append(RefusedRow(row: row, column: refusal.column, reason: refusal.reason))
        refusedCells[row] = cells
    }

    /// Counts a row that is not refused.
    mutating func settle(_ item: RowItem, _ result: RowResult, _ writer: DraftWriter) {
        switch result {
        case .stored: counts.new += 1
        case .same: counts.same += 1
        case .joined: counts.joined += 1
        case .ignored, .refused: return
        }
        guard shown.contains(item.row) else { return }
        show(item.row, writer.sentence(item), result)
    }

    private mutating func show(_ row: Int, _ words: String, _ result: RowResult) {
        guard shown.contains(row) else { return }
        preview.append(PreviewRow(row: row, words: words, result: result))
    }

    private static func cells(_ row: SheetRow) -> [String] {
        row.cells.map { cell in
            switch cell {
            case .value(let cell): cell.plain
            case .misfit(let text, _): text
            }
        }
    }
}

extension WarningBook {
    /// Whether anything of a kind was noted.
    func has(_ kind: ImportWarning.Kind) -> Bool { count(kind) > 0 }
}
