// What can go wrong with the journal: what happened, and what to do about it.

public import Plant

/// Why the journal did not do what was asked.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or made.
    case cannotOpen(path: String, detail: String)
    /// The file was written by a newer program; the command line ends with code 78.
    case newerVersion(found: Int64, oldestReader: Int64, supported: Int64)
    /// An id that is stored already came with different content.
    case conflict(id: EventID, sequence: Int64)
    /// A part of an event is larger than the journal takes.
    case tooLarge(what: String, size: Int, limit: Int)
    /// An event could not be read back as it was given.
    case unreadable(kind: String, detail: String)
    /// Too many calls wait for the writer.
    case busy(waiting: Int)
    /// A stored entry does not say what it said when it was stored.
    case damaged(sequence: Int64, detail: String)
    /// There is no room left where the file lies.
    case diskFull(detail: String)
    /// Reading or writing the file failed.
    case storage(detail: String)
    /// A flush failed; nothing was acknowledged, and the file is opened anew.
    case flushFailed(detail: String)

    /// What happened, in one line.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let detail): "opening \(path): \(detail)"
        case .newerVersion(let found, let oldest, let supported):
            "the journal has form \(found), read by programs of form \(oldest) and up;"
                + " this one knows form \(supported)"
        case .conflict(let id, let sequence):
            "event \(id.text) is stored as number \(sequence) with different content"
        case .tooLarge(let what, let size, let limit):
            "\(what) has a size of \(size); at most \(limit) is taken"
        case .unreadable(let kind, let detail): "an event of kind \(kind): \(detail)"
        case .busy(let waiting): "\(waiting) entries wait for the journal to store them"
        case .damaged(let sequence, let detail): "journal entry \(sequence): \(detail)"
        case .diskFull(let detail): "storing in the journal: no room left (\(detail))"
        case .storage(let detail): "using the journal: \(detail)"
        case .flushFailed(let detail): "flushing the journal to disk: \(detail)"
        }
    }

    /// What to do about it, in one sentence.
    public var remedy: String {
        switch self {
        case .cannotOpen:
            "Check that the data folder exists, belongs to the program and holds its own files."
        case .newerVersion:
            "Start the newer program again, or restore the backup made before the upgrade."
        case .conflict: "Send the entry again under a new id."
        case .tooLarge: "Send it in smaller parts."
        case .unreadable: "Correct the content and send it again."
        case .busy: "Try again in a few seconds."
        case .damaged: "Run `millwright verify`, then restore the newest backup that verifies."
        case .diskFull: "Make room on the disk; what was acknowledged is kept."
        case .storage, .flushFailed:
            "Check the disk; what was acknowledged is kept, send the rest again."
        }
    }
}
