// Finds the headings of a table: below titles, on one line or two, under joined cells.

/// The headings of a table and where its rows begin.
struct TableHead {
    /// Rows of the grid with headings, none or up to two.
    var rows: [Int] = []
    /// The first row of the grid behind them.
    var bodyStart = 0
    /// How it is known, in one sentence.
    var why = ""
    var question: Question?
}

/// Looks at the first rows of a grid.
struct HeadFinder {
    private let grid: Grid
    private let sample: Range<Int>
    /// Cells with words, and cells with anything, of each row of the sample by column.
    private var words: [[Int: Bool]] = []

    /// A finder for a grid.
    init(_ grid: Grid) {
        self.grid = grid
        sample = 0..<min(grid.rows.count, SheetsLimits.headRows)
        for row in sample {
            var line: [Int: Bool] = [:]
            for index in grid.cells(of: row) {
                let cell = grid.cells[index]
                guard let shape = CellShape.of(cell, in: grid) else { continue }
                line[Int(cell.column)] = shape.isPlainText || shape.contains(.truthLetter)
            }
            words.append(line)
        }
    }

    /// The headings, as found or as decided.
    func find(_ decisions: Decisions) -> TableHead {
        guard let first = firstRow else { return TableHead() }
        if let chosen = decisions.headRows {
            let rows = grid.rows.indices.filter { chosen.contains(Int(grid.rows[$0].number)) }
            let start = rows.last.map { $0 + 1 } ?? first
            return TableHead(rows: rows, bodyStart: start, why: "You chose the headings.")
        }
        let typed = typedColumns(after: first)
        let isAnyWordAboveValues = typed.contains { words[first][$0] == true }
        if isAnyWordAboveValues {
            let rows = upperRow(first).map { [$0, first] } ?? lowerRow(first, typed) ?? [first]
            let last = rows.last ?? first
            return TableHead(
                rows: rows, bodyStart: last + 1,
                why: "\(place(rows)) only words, above columns of values.")
        }
        let hasValues = words[first].values.contains(false)
        if hasValues, !typed.isEmpty || first + 1 == grid.rows.count {
            return TableHead(
                bodyStart: first,
                why: "The first row already holds values, so there are no headings.")
        }
        if !hasValues, knownShare(first) >= 0.5 {
            return TableHead(
                rows: [first], bodyStart: first + 1, why: "\(place([first])) usual headings.")
        }
        return ask(first, decisions)
    }

    private func place(_ rows: [Int]) -> String {
        let places = rows.map { grid.place($0) }.joined(separator: " and ")
        return places.prefix(1).uppercased() + places.dropFirst()
            + (rows.count == 1 ? " holds" : " hold")
    }

    private func ask(_ first: Int, _ decisions: Decisions) -> TableHead {
        let line = words[first].keys.sorted().prefix(5).map { "“" + grid.text(first, $0) + "”" }
            .joined(separator: ", ")
        let question = Question(
            .headings, "The table begins with \(line). Are these headings?",
            [
                (.headings(true), "Yes, headings"),
                (.headings(false), "No, the first row of the table"),
            ])
        let isHead = decisions[.headings] != .headings(false)
        return TableHead(
            rows: isHead ? [first] : [], bodyStart: isHead ? first + 1 : first,
            why: "All rows hold words, so headings look like any other row.", question: question)
    }

    /// The first row that has most of the cells that a row of the table has.
    private var firstRow: Int? {
        var counts: [Int: Int] = [:]
        for line in words where !line.isEmpty { counts[line.count, default: 0] += 1 }
        guard let typical = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
            return nil
        }
        return sample.first { words[$0].count * 5 >= typical * 3 }
    }

    /// Columns that hold values, not words, in most of the rows behind one.
    private func typedColumns(after first: Int) -> [Int] {
        var values: [Int: Int] = [:]
        var filled: [Int: Int] = [:]
        for row in sample where row > first {
            for (column, isWord) in words[row] {
                filled[column, default: 0] += 1
                if !isWord { values[column, default: 0] += 1 }
            }
        }
        return values.filter { $0.value * 2 >= filled[$0.key, default: 0] }.keys.sorted()
    }

    /// A second line of headings, such as units: words in the columns of values.
    private func lowerRow(_ first: Int, _ typed: [Int]) -> [Int]? {
        let next = first + 1
        guard sample.contains(next + 1), !words[next].values.contains(false),
            !words[first].values.contains(false)
        else { return nil }
        let below = typed.filter { words[next][$0] == true }.count
        return below > 0 && below * 2 >= typed.count ? [first, next] : nil
    }

    /// A line of group headings above: joined cells, or words with gaps between them.
    private func upperRow(_ first: Int) -> Int? {
        let upper = first - 1
        guard upper >= 0, grid.rows[upper].number + 1 == grid.rows[first].number,
            !words[upper].values.contains(false)
        else { return nil }
        let columns = words[upper].keys.sorted()
        let width = words[first].count
        let number = Int(grid.rows[upper].number)
        let areas = grid.joined.filter { $0.rows.contains(number) && $0.columns.count > 1 }
        if !areas.isEmpty { return areas.allSatisfy { $0.columns.count < width } ? upper : nil }
        let hasGaps = zip(columns, columns.dropFirst()).allSatisfy { $1 - $0 > 1 }
        return columns.count >= 2 && hasGaps ? upper : nil
    }

    /// The share of a row's cells that are usual headings.
    private func knownShare(_ row: Int) -> Double {
        let known = words[row].keys.filter { column in
            grid.text(row, column).lowercased().split { !$0.isLetter }.contains {
                Self.known.contains(String($0))
            }
        }
        return Double(known.count) / Double(max(1, words[row].count))
    }

    private static let known: Set<String> = [
        "name", "date", "machine", "note", "notes", "id", "qty", "quantity", "reason", "job",
        "order", "part", "item", "description", "customer", "operator", "shift", "start", "end",
        "comment", "comments", "status", "type", "code", "number", "no", "city", "address", "unit",
        "maschine", "datum", "grund", "menge", "auftrag", "artikel", "bemerkung", "beginn", "ende",
        "schicht", "kunde", "machine", "raison", "quantité", "commande", "nom", "maszyna", "powód",
        "ilość", "zlecenie", "uwagi", "utilaj", "motiv", "cantitate", "comandă", "nume",
    ]
}

extension TableHead {
    /// Names of columns from their headings, all different.
    func names(_ grid: Grid, columns: [Int]) -> [String] {
        let levels = rows.enumerated().map { level, row in
            words(grid, row, isUpper: level + 1 < rows.count)
        }
        var seen: [String: Int] = [:]
        var used: Set<String> = []
        return columns.map { column in
            var parts: [String] = []
            for level in levels where !level[column].isEmpty && parts.last != level[column] {
                parts.append(level[column])
            }
            let name = parts.isEmpty ? "Column \(column + 1)" : parts.joined(separator: " ")
            var unique = name
            var count = seen[name, default: 0] + 1
            if count > 1 { unique = "\(name) \(count)" }
            while used.contains(unique) {
                count += 1
                unique = "\(name) \(count)"
            }
            seen[name] = count
            used.insert(unique)
            return unique
        }
    }

    /// The heading over each column: its own, or that of the joined cells or the gap it is in.
    private func words(_ grid: Grid, _ row: Int, isUpper: Bool) -> [String] {
        var words = [String](repeating: "", count: grid.width)
        for index in grid.cells(of: row) {
            let column = Int(grid.cells[index].column)
            words[column] = grid.text(grid.cells[index])
                .split { $0.isWhitespace || $0 == "\u{FEFF}" }.joined(separator: " ")
        }
        let number = Int(grid.rows[row].number)
        let areas = grid.joined.filter { $0.rows.contains(number) }
        for area in areas where words.indices.contains(area.columns.lowerBound) {
            let text = words[area.columns.lowerBound]
            for column in area.columns.clamped(to: 0...grid.width - 1)
            where words[column].isEmpty { words[column] = text }
        }
        guard isUpper, areas.isEmpty else { return words }
        for column in words.indices.dropFirst() where words[column].isEmpty {
            words[column] = words[column - 1]
        }
        return words
    }
}
