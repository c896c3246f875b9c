// Reads the rows of a table one after another, once nothing about it is open.

/// The rows of a table, read one at a time; nothing is dropped and nothing is made up.
public struct TableReading: Sequence, Sendable {
    /// The guess that it reads by.
    public let guess: TableGuess

    /// A reading by a guess; throws while a question of it is open.
    public init(_ guess: TableGuess) throws(SheetError) {
        let open = guess.open
        guard open.isEmpty else { throw .unanswered(open) }
        self.guess = guess
    }

    /// An iterator over the rows.
    public func makeIterator() -> Rows { Rows(guess) }

    /// The rows, in the order of the file.
    public struct Rows: IteratorProtocol, Sendable {
        private let guess: TableGuess
        private let readers: [CellReader]
        private let usualWidth: Int
        private var row: Int
        private var nextFill = 0
        /// The joined cell that each column is in, and the last row that it goes to.
        private var filling: [(cell: RawCell, last: Int)?]

        init(_ guess: TableGuess) {
            self.guess = guess
            readers = guess.columns.map { CellReader($0, isText: guess.grid.isText) }
            row = guess.body.lowerBound
            filling = Array(repeating: nil, count: guess.fills.isEmpty ? 0 : guess.grid.width)
            let head = guess.headRows.last
            let headRow = guess.grid.rows.first { head == Int($0.number) }
            usualWidth = Int((headRow ?? guess.grid.rows.first)?.width ?? 0)
        }

        /// The next row, nil at the end.
        public mutating func next() -> SheetRow? {
            while guess.body.contains(row), guess.leftOut.contains(row) { row += 1 }
            guard guess.body.contains(row) else { return nil }
            defer { row += 1 }
            let grid = guess.grid
            let number = Int(grid.rows[row].number)
            fill(number)
            var cells: [ReadCell] = []
            cells.reserveCapacity(readers.count)
            var place = grid.cells(of: row)
            for reader in readers {
                let column = reader.column
                while let index = place.first, Int(grid.cells[index].column) < column {
                    place.removeFirst()
                }
                if let index = place.first, Int(grid.cells[index].column) == column {
                    cells.append(reader.read(grid.cells[index], grid))
                } else if filling.indices.contains(column), let joined = filling[column],
                    joined.last >= number
                {
                    cells.append(reader.read(joined.cell, grid))
                } else {
                    cells.append(.value(.empty))
                }
            }
            return SheetRow(number: number, cells: cells, remark: remark(grid.rows[row]))
        }

        /// Takes up the joined areas that begin in the row.
        private mutating func fill(_ number: Int) {
            while nextFill < guess.fills.count, guess.fills[nextFill].rows.lowerBound <= number {
                let area = guess.fills[nextFill]
                nextFill += 1
                guard area.rows.contains(number),
                    let cell = guess.grid.cell(row, area.columns.lowerBound)
                else { continue }
                for column in area.columns where filling.indices.contains(column) {
                    filling[column] = (cell, area.rows.upperBound)
                }
            }
        }

        private func remark(_ raw: RawRow) -> String? {
            let width = Int(raw.width)
            if raw.hasQuoteFault { return "There is text behind a closing quote." }
            guard width > 0, usualWidth > 0, width != usualWidth else { return nil }
            let cells = width == 1 ? "1 cell" : "\(width) cells"
            return "The row has \(cells), the first row of the table has \(usualWidth)."
        }
    }
}
