// What keeps a table from being brought in, in words for people.

public import Sheets

/// A table cannot be brought in, or not yet.
public enum ImportError: Error, Hashable, Sendable {
    /// The file itself waits for answers.
    case sheet(SheetError)
    /// Questions about the table as a whole wait for an answer.
    case unanswered([ImportQuestion])
    /// More than is brought in; `what` is a sentence without its full stop.
    case tooLarge(what: String)
    /// It was stopped by the one who waits for it; nothing is stored.
    case cancelled
    /// A saved mapping cannot be read; `what` is a sentence without its full stop.
    case mapping(what: String)
    /// A saved mapping was made by a later version.
    case newerMapping(version: Int64, known: Int64)

    /// What happened, why, and what to do.
    public var words: (says: String, why: String, remedy: String) {
        switch self {
        case .sheet(let error): error.words
        case .unanswered(let questions):
            (
                "Nothing has been read yet.",
                questions.count == 1
                    ? "One question is open: \(questions[0].text)"
                    : "\(questions.count) questions are open, first: \(questions.first?.text ?? "")",
                "Answer them, then go on."
            )
        case .tooLarge(let what):
            (
                "The table is too large.", what + ".",
                "Split it, for example by month, and bring in one part after another."
            )
        case .cancelled:
            ("The import was stopped.", "Nothing of it is stored.", "Begin again when you like.")
        case .mapping(let what):
            (
                "The saved mapping cannot be used.", what + ".",
                "Choose the columns once more and save the mapping again."
            )
        case .newerMapping(let version, let known):
            (
                "The saved mapping cannot be used.",
                "It has version \(version); this box knows versions up to \(known).",
                "Update this box, or choose the columns once more and save the mapping again."
            )
        }
    }
}
