// Finds totals and notes at the end of a table and asks whether to leave them out.

/// Rows at the end that are probably no rows of the table.
struct ClosingRows {
    /// Rows of the grid with their questions, the last first.
    private(set) var found: [(row: Int, question: Question)] = []

    private static let totals: Set<String> = [
        "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "razem", "suma",
        "łącznie", "ogółem", "totaux", "somme", "subtotal", "zwischensumme", "totalul",
    ]

    /// Looks at the last rows of a body by their words.
    init(_ grid: Grid, body: Range<Int>, width: Int) {
        for row in body.reversed().prefix(3) where row > body.lowerBound {
            let cells = grid.cells(of: row).filter { !Self.isBlank(grid, grid.cells[$0]) }
            guard let first = cells.first else { continue }
            let text = grid.text(row, Int(grid.cells[first].column))
            if Self.isTotal(text) {
                add(row, grid, "holds totals: \(Self.line(grid, cells))")
                return
            }
            let isNote = cells.count == 1 && width >= 3 && text.utf8.count >= 4
            let before = grid.cells(of: row - 1).count
            guard isNote, found.isEmpty || before <= 1 || row == body.upperBound - 1 else { return }
            let isWords = CellShape.of(grid.cells[first], in: grid)?.isPlainText == true
            guard isWords else { return }
            add(row, grid, "holds only \(Self.line(grid, cells))")
        }
    }

    /// Adds a row whose numbers are the sums of the rows above it.
    mutating func addSums(_ row: Int, _ grid: Grid, column: String) {
        let cells = grid.cells(of: row).filter { !Self.isBlank(grid, grid.cells[$0]) }
        add(
            row, grid,
            "holds the sum of all rows above it in “\(column)”: \(Self.line(grid, cells))")
    }

    private mutating func add(_ row: Int, _ grid: Grid, _ says: String) {
        let place = grid.place(row)
        let question = Question(
            .closingRow(Int(grid.rows[row].number)),
            place.prefix(1).uppercased() + place.dropFirst() + " \(says). Leave it out?",
            [(.leaveOut(true), "Leave it out"), (.leaveOut(false), "Bring it in like the others")])
        found.append((row, question))
    }

    private static func isTotal(_ text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter }.map(String.init)
        guard words.count <= 4 else { return false }
        return words.first.map { totals.contains($0) } == true
            || words.count >= 2 && words[0] == "grand" && words[1] == "total"
    }

    private static func isBlank(_ grid: Grid, _ cell: RawCell) -> Bool {
        let start = Int(cell.start)
        return trimmed(grid.bytes, start..<start + Int(cell.length)).isEmpty
    }

    private static func line(_ grid: Grid, _ cells: [Int]) -> String {
        cells.prefix(4).map { "“" + grid.text(grid.cells[$0]).prefix(40) + "”" }
            .joined(separator: ", ")
    }
}
