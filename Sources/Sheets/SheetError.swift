// What keeps a spreadsheet from being read, in words for people.

/// A file cannot be read as a spreadsheet, or not yet.
public enum SheetError: Error, Sendable, Hashable {
    /// The file is of a kind that is not read; `kind` names it with its article.
    case otherKind(file: String, kind: String)
    /// The workbook needs a password.
    case locked(file: String)
    /// Nothing is in it.
    case empty(file: String)
    /// More than is read; `what` is a sentence without its full stop.
    case tooLarge(file: String, what: String)
    /// A part of the workbook unpacks to far more than a spreadsheet does.
    case overpacked(file: String, part: String, ratio: Int)
    /// A part of the workbook holds a DOCTYPE, which no spreadsheet needs.
    case documentType(file: String, part: String)
    /// Bytes are missing or make no sense; `what` is a sentence without its full stop.
    case damaged(file: String, what: String)
    /// Bytes that no text in the coding has; `offset` counts from 0.
    case undecodable(file: String, offset: Int, encoding: TextEncoding)
    /// The workbook has no sheet of that number.
    case noSheet(file: String, number: Int, count: Int)
    /// Questions wait for an answer.
    case unanswered([Question])

    /// What happened, why, and what to do.
    public var words: (says: String, why: String, remedy: String) {
        switch self {
        case .otherKind(let file, let kind):
            (
                "\(file) cannot be read.", "It is \(kind).",
                "Save it as .xlsx or CSV and choose that file."
            )
        case .locked(let file):
            (
                "\(file) cannot be opened.", "It is locked with a password.",
                "Open it in your spreadsheet program, save it without a password, and choose it"
                    + " again."
            )
        case .empty(let file):
            (
                "\(file) is empty.", "There is not one cell in it.",
                "Check that it is the right file."
            )
        case .noSheet(let file, let number, let count):
            (
                "\(file) has no sheet \(number + 1).", "It has \(count) in all.",
                "Choose one of its sheets."
            )
        case .unanswered(let questions):
            (
                "Nothing has been read yet.",
                questions.count == 1
                    ? "One question is open: \(questions[0].text)"
                    : "\(questions.count) questions are open.",
                "Answer them, then go on."
            )
        default: damageWords
        }
    }

    /// The words for a file that is too large or not sound.
    private var damageWords: (says: String, why: String, remedy: String) {
        switch self {
        case .tooLarge(let file, let what):
            (
                "\(file) is too large.", what + ".",
                "Split it, for example by year, and bring in one part after another."
            )
        case .overpacked(let file, let part, let ratio):
            (
                "\(file) was not opened.",
                "\(part) in it unpacks to \(ratio) times its size. Spreadsheets stay under"
                    + " \(SheetsLimits.packedRatio) times; files made to fill up a computer do not.",
                "If you trust it, open it in your spreadsheet program and save the sheet as CSV."
            )
        case .documentType(let file, let part):
            (
                "\(file) was not opened.",
                "\(part) in it holds a DOCTYPE. No spreadsheet needs one, and it can be used to"
                    + " do harm.",
                "If you trust it, open it in your spreadsheet program and save it again as .xlsx."
            )
        case .damaged(let file, let what):
            (
                "\(file) is damaged.", what + ".",
                "Open it in your spreadsheet program, save it again, and choose the new file."
            )
        case .undecodable(let file, let offset, let encoding):
            (
                "\(file) is not \(encoding.name).", "The bytes at \(offset) do not fit it.",
                "Choose another coding, or save the file as CSV UTF-8."
            )
        default: ("The file cannot be read.", "The cause is not known.", "Save it as CSV.")
        }
    }
}
