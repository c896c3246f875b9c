// One sheet with its cells; a text file is decoded and split here, as found or as decided.

/// The bytes of a text file.
struct TextSource: Sendable {
    let bytes: [UInt8]
    let file: String
    let isPasted: Bool
}

/// A sheet whose cells have been read.
public struct Sheet: Sendable {
    /// Its name and whether it is hidden.
    public let entry: SheetEntry
    /// How its characters are coded; nil for a workbook, which says so itself.
    public private(set) var encoding: EncodingFinding?
    /// What separates its cells; nil for a workbook.
    public private(set) var dialect: SeparatedDialect?
    /// Rows with content.
    public var rowCount: Int { grid.rows.count }
    /// Columns of the widest row.
    public var columnCount: Int { grid.width }

    private var grid = Grid()
    private var questions: [Question] = []
    private var remarks: [String] = []
    private var text: TextSource?
    /// The answers that the cells depend on.
    private var basis: [Question.Subject: Answer] = [:]
    private let file: String

    init(entry: SheetEntry, grid: Grid, remarks: [String], file: String) {
        (self.entry, self.grid, self.remarks, self.file) = (entry, grid, remarks, file)
    }

    init(entry: SheetEntry, text: TextSource) throws(SheetError) {
        (self.entry, self.text, file) = (entry, text, text.file)
        try read(text, Decisions())
    }

    /// The text of a cell as it stands in the file; rows and columns count from 0.
    public func cellText(row: Int, column: Int) -> String? {
        guard grid.rows.indices.contains(row) else { return nil }
        return grid.cell(row, column).map(grid.text)
    }

    /// What the sheet probably holds, with what has been decided about it so far.
    public func guess(_ decisions: Decisions = Decisions()) throws(SheetError) -> TableGuess {
        var sheet = self
        if let text, Self.basis(decisions) != basis { try sheet.read(text, decisions) }
        return TableGuess(
            sheet.grid, decisions: decisions, questions: sheet.questions, remarks: sheet.remarks)
    }

    private static func basis(_ decisions: Decisions) -> [Question.Subject: Answer] {
        decisions.answers.filter { [.encoding, .separator, .quotes].contains($0.key) }
    }

    /// Decodes and splits the text.
    private mutating func read(_ source: TextSource, _ decisions: Decisions) throws(SheetError) {
        basis = Self.basis(decisions)
        questions = []
        remarks = []
        guard let found = EncodingFinding(source.bytes) else {
            throw .otherKind(file: file, kind: "no text and no workbook")
        }
        encoding = found
        var encodingUsed = found.encoding
        if let question = found.question {
            questions.append(question)
            if case .encoding(let answer)? = decisions[.encoding] { encodingUsed = answer }
        }
        let decoded = try CodePages.decode(source.bytes, as: encodingUsed, file: file)
        let finding = DialectFinding(decoded, file: file, isPasted: source.isPasted)
        var dialect = finding.dialect
        if let question = finding.question {
            questions.append(question)
            if case .separator(let answer)? = decisions[.separator] { dialect.separator = answer }
        }
        try split(decoded, &dialect)
        self.dialect = dialect
        noteMarks()
    }

    /// Splits at the dialect; asks about a quote that is never closed.
    private mutating func split(
        _ decoded: [UInt8], _ dialect: inout SeparatedDialect
    ) throws(SheetError) {
        var reader = SeparatedReader(decoded, dialect)
        do throws(SheetError) {
            try reader.read(file: file)
        } catch {
            guard reader.isQuoteOpen else { throw error }
            questions.append(
                Question(
                    .quotes,
                    "A quote mark opens in line \(reader.quoteLine) and is never closed. Are quote"
                        + " marks letters like others here?",
                    [
                        (.quotes(areLetters: true), "Yes, as in 5\" for five inches")
                    ]))
            dialect.quote = nil
            reader = SeparatedReader(decoded, dialect)
            try reader.read(file: file)
        }
        grid = reader.grid
        guard !grid.rows.isEmpty else { throw .empty(file: file) }
    }

    /// Notes byte-order marks in the middle, as files that were put together have them.
    private mutating func noteMarks() {
        for row in grid.rows.indices {
            for index in grid.cells(of: row) {
                let cell = grid.cells[index]
                let start = Int(cell.start)
                guard cell.length >= 3, grid.bytes[start] == 0xEF, grid.bytes[start + 1] == 0xBB,
                    grid.bytes[start + 2] == 0xBF
                else { continue }
                remarks.append(
                    "An invisible byte-order mark stands in \(grid.place(row)), as in files that"
                        + " were put together; it is not part of the cell.")
                return
            }
        }
    }
}
