// What a sheet probably holds: headings, columns, rows to leave out, and open questions.

/// The table of a sheet as far as the file and the answers tell.
public struct TableGuess: Sendable {
    /// The columns with a heading or content, from left to right.
    public let columns: [ColumnGuess]
    /// Rows with headings as numbered in the file, none or up to two.
    public let headRows: [Int]
    /// How the headings are known, in one sentence.
    public let headWhy: String
    /// Lines above the table, which are not read.
    public let titles: [String]
    /// Rows of the table, those at the end included.
    public let rowCount: Int
    /// All questions, answered or not, in the order of the page.
    public let questions: [Question]
    /// Things to know that need no decision, one sentence each.
    public let remarks: [String]
    /// The decisions that it was made with.
    public let decisions: Decisions

    let grid: Grid
    let body: Range<Int>
    /// Rows of the grid that are left out.
    let leftOut: Set<Int>
    /// Joined cells that all hold what the first of them holds.
    let fills: [JoinedArea]

    /// The questions that have no answer yet, or one that they do not offer.
    public var open: [Question] {
        questions.filter { question in
            decisions[question.id].map { !question.offers($0) } ?? true
        }
    }
}

extension TableGuess {
    /// A guess about a grid; `questions` and `remarks` of the file come first.
    init(_ grid: Grid, decisions: Decisions, questions: [Question], remarks: [String]) {
        var questions = questions
        var remarks = remarks
        let head = HeadFinder(grid).find(decisions)
        if let question = head.question { questions.append(question) }
        let body = min(head.bodyStart, grid.rows.count)..<grid.rows.count
        var survey = BodySurvey(grid, body: body)
        let headed = head.rows.flatMap { row in
            grid.cells(of: row).map { Int(grid.cells[$0].column) }
        }
        let columns = Set(headed).union(survey.filledColumns).sorted()
        let names = head.names(grid, columns: columns)
        survey.lookForSums(columns: columns, names: names)
        var drafts = zip(columns, names).map { column, name in
            ColumnDraft(
                index: column, name: name, tally: survey.tallies[column], grid: grid,
                chosen: decisions.kinds[column])
        }
        var habits = SheetHabits()
        for draft in drafts {
            habits.order = habits.order ?? draft.habits.order
            habits.mark = habits.mark ?? draft.habits.mark
        }
        for index in drafts.indices {
            let isChosen = decisions.kinds[drafts[index].index] != nil
            drafts[index].decide(decisions, habits, isChosen: isChosen)
            questions += drafts[index].questions
        }
        let joined = Self.joined(grid, body)
        if let question = joined.question { questions.append(question) }
        questions += survey.closing.found.reversed().map(\.question)
        remarks += Self.remarks(grid, body: body, columns: columns)
        let leftOut = survey.closing.found.filter { decisions[$0.question.id] == .leaveOut(true) }

        self.columns = drafts.map(\.guess)
        headRows = head.rows.map { Int(grid.rows[$0].number) }
        headWhy = head.why
        let titleEnd = head.rows.first ?? body.lowerBound
        titles = (0..<min(titleEnd, SheetsLimits.headRows)).map { row in
            grid.cells(of: row).map { grid.text(row, Int(grid.cells[$0].column)) }
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        rowCount = body.count
        self.questions = questions
        self.remarks = remarks
        self.decisions = decisions
        self.grid = grid
        self.body = body
        self.leftOut = Set(leftOut.map(\.row))
        fills = decisions[.joinedCells] == .fillJoined(true) ? joined.areas : []
    }

    /// Joined areas of the body whose first cell holds something, and the question about them.
    private static func joined(
        _ grid: Grid, _ body: Range<Int>
    ) -> (areas: [JoinedArea], question: Question?) {
        guard let first = body.first, let last = body.last else { return ([], nil) }
        let numbers = Int(grid.rows[first].number)...Int(grid.rows[last].number)
        var rowOfNumber: [Int: Int] = [:]
        let starts = Set(grid.joined.map(\.rows.lowerBound))
        for row in body where starts.contains(Int(grid.rows[row].number)) {
            rowOfNumber[Int(grid.rows[row].number)] = row
        }
        var size = 0
        var areas: [JoinedArea] = []
        for area in grid.joined where numbers.contains(area.rows.lowerBound) {
            guard let row = rowOfNumber[area.rows.lowerBound],
                !grid.text(row, area.columns.lowerBound).isEmpty
            else { continue }
            let rows = area.rows.lowerBound...min(area.rows.upperBound, numbers.upperBound)
            let left = area.columns.lowerBound
            guard left < grid.width else { continue }
            let columns = left...min(area.columns.upperBound, grid.width - 1)
            size += rows.count * columns.count
            areas.append(JoinedArea(rows: rows, columns: columns))
        }
        areas.sort { $0.rows.lowerBound < $1.rows.lowerBound }
        guard let area = areas.first, size <= SheetsLimits.cells else { return ([], nil) }
        let row = rowOfNumber[area.rows.lowerBound] ?? first
        let text = grid.text(row, area.columns.lowerBound)
        let place =
            area.rows.count > 1
            ? "Rows \(area.rows.lowerBound) to \(area.rows.upperBound)"
            : "Cells of row \(area.rows.lowerBound)"
        let question = Question(
            .joinedCells,
            "\(place) are joined and say “\(text)” once. Does it hold for all of them?",
            [
                (.fillJoined(true), "“\(text)” for all of them"),
                (.fillJoined(false), "“\(text)” for the first only, the others empty"),
            ])
        return (areas, question)
    }

    private static func remarks(_ grid: Grid, body: Range<Int>, columns: [Int]) -> [String] {
        var remarks: [String] = []
        let empty = max(0, grid.width - columns.count)
        if empty > 0 {
            remarks.append(
                empty == 1
                    ? "One empty column is left out." : "\(empty) empty columns are left out.")
        }
        if let first = body.first, let last = body.last, !grid.isText {
            let blank = Int(grid.rows[last].number) - Int(grid.rows[first].number) + 1 - body.count
            if blank > 0 {
                remarks.append(
                    blank == 1 ? "One empty row is left out." : "\(blank) empty rows are left out.")
            }
        }
        let faults = body.filter { grid.rows[$0].hasQuoteFault }
        if let first = faults.first {
            remarks.append(
                "\(faults.count == 1 ? "One row has" : "\(faults.count) rows have") text behind a"
                    + " closing quote, first in \(grid.place(first)); it stays part of the cell.")
        }
        return remarks
    }
}

/// The cells of a body, added up by column.
private struct BodySurvey {
    let grid: Grid
    private(set) var tallies: [ColumnTally]
    private(set) var closing: ClosingRows
    private var last: Int?
    private var bodyCount = 0

    init(_ grid: Grid, body: Range<Int>) {
        self.grid = grid
        tallies = Array(repeating: ColumnTally(), count: grid.width)
        closing = ClosingRows(grid, body: body, width: grid.width)
        let closingRows = Set(closing.found.map(\.row))
        let rows = body.filter { !closingRows.contains($0) }
        // The last row waits until it is known whether it is the sum of the others.
        last = closing.found.isEmpty && rows.count > 3 ? rows.last : nil
        for row in rows where row != last {
            add(row)
            bodyCount += 1
        }
    }

    private mutating func add(_ row: Int) {
        for index in grid.cells(of: row) {
            let cell = grid.cells[index]
            tallies[Int(cell.column)].add(cell, row: row, in: grid)
        }
    }

    var filledColumns: [Int] {
        var columns = Set(tallies.indices.filter { tallies[$0].filled > 0 })
        if let last { columns.formUnion(grid.cells(of: last).map { Int(grid.cells[$0].column) }) }
        return columns.sorted()
    }

    /// Asks about the last row when one of its numbers is the sum of those above it and a cell is
    /// missing that the other rows have.
    mutating func lookForSums(columns: [Int], names: [String]) {
        guard let last else { return }
        defer {
            self.last = nil
            add(last)
        }
        let isShort = tallies.indices.contains { column in
            tallies[column].filled * 10 >= bodyCount * 9 && grid.text(last, column).isEmpty
        }
        guard isShort else { return }
        for (column, name) in zip(columns, names) {
            let tally = tallies[column]
            guard tally.telling >= 3, tally[.numbers] == tally.telling,
                let cell = grid.cell(last, column)
            else { continue }
            let start = Int(cell.start)
            let range = trimmed(grid.bytes, start..<start + Int(cell.length))
            guard let number = NumberText(grid.bytes, range) else { continue }
            let isSum =
                isClose(number.value(grid.bytes, .point), tally.pointSum)
                || isClose(number.value(grid.bytes, .comma), tally.commaSum) && cell.kind == .text
            guard isSum else { continue }
            closing.addSums(last, grid, column: name)
            return
        }
    }

    private func isClose(_ value: Double?, _ sum: Double?) -> Bool {
        guard let value, let sum, sum != 0, sum.isFinite else { return false }
        return abs(value - sum) <= abs(sum) * 1e-9
    }
}
