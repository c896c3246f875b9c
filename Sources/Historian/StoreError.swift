// What can go wrong in the sample store: what happened, why, and what to do about it.

public import Plant

/// A failure of the sample store, with a sentence for the log and one for a person.
public enum StoreError: Error, Hashable, Sendable {
    /// The disk is full; the whole transaction was rolled back and the store stays usable.
    case full(file: String)
    /// A file is damaged at the place named.
    case damaged(file: String, what: String)
    /// A file cannot be opened or used.
    case unavailable(file: String, what: String)
    /// A flush failed: nothing of this commit may be taken as stored.
    case flushFailed(file: String, what: String)
    /// A file was written by a newer version of this program.
    case newerFormat(file: String, version: Int, supported: Int)
    /// A batch whose columns do not fit each other, or a request that means nothing.
    case malformed(what: String)
    /// A signal was offered values of another kind than it has stored.
    case kindMismatch(signal: SignalID, stored: ValueKind, offered: ValueKind)
    /// Samples for a month of which only figures of minutes and hours are kept.
    case thinned(signal: SignalID, before: Timestamp)
    /// Something is larger than its limit.
    case tooLarge(what: String, size: Int, limit: Int)
    /// Too many callers are waiting for the writer already.
    case busy(waiting: Int)
    /// The store has been closed.
    case closed

    /// What happened, with sizes and positions.
    public var what: String {
        switch self {
        case .full(let file): "no space left while writing \(file)"
        case .damaged(let file, let what): "\(file) is damaged: \(what)"
        case .unavailable(let file, let what): "\(file) cannot be used: \(what)"
        case .flushFailed(let file, let what): "writing \(file) to the disk failed: \(what)"
        case .newerFormat(let file, let version, let supported):
            "\(file) has format \(version), this program knows up to \(supported)"
        case .malformed(let what): "refused: \(what)"
        case .kindMismatch(let signal, let stored, let offered):
            "signal \(signal.number) stores \(stored.word) values, a \(offered.word) was offered"
        case .thinned(let signal, let before):
            "before \(before.rfc3339) only figures of signal \(signal.number) are kept"
        case .tooLarge(let what, let size, let limit): "\(what) is \(size), the limit is \(limit)"
        case .busy(let waiting): "\(waiting) writers are waiting already"
        case .closed: "the store is closed"
        }
    }

    /// Why it is so.
    public var why: String {
        switch self {
        case .full: "the disk or its quota has no free space"
        case .damaged: "the bytes on the disk are not those that were written"
        case .unavailable: "the file is missing, not permitted, or held by another program"
        case .flushFailed: "the disk reported an error"
        case .newerFormat: "an older program must not change what it does not understand"
        case .malformed: "the columns of a batch must have one value for each time"
        case .kindMismatch: "the kind of a signal is fixed for its life"
        case .thinned: "a repeat could not be told from a new sample"
        case .tooLarge: "every stored thing has a stated bound"
        case .busy: "samples arrive faster than the disk takes them"
        case .closed: "the program is stopping"
        }
    }

    /// What a person can do.
    public var remedy: String {
        switch self {
        case .full: "Free some space; recording goes on by itself, no restart is needed."
        case .damaged: "Restore the file from the last backup; the damaged one is kept."
        case .unavailable: "Check that the file exists and that this program may write to it."
        case .flushFailed: "Check the disk and its cable; what was not confirmed is sent again."
        case .newerFormat: "Use the newer version of this program."
        case .malformed: "Send as many values as times, each signal once."
        case .kindMismatch: "Make a new signal for values of the other kind."
        case .thinned: "Leave out the samples before that day, or send them as another signal."
        case .tooLarge: "Send it in smaller parts."
        case .busy: "Wait a moment and send it again."
        case .closed: "Start the program again."
        }
    }
}

/// Why stored bytes are refused: detected damage, never a trap.
struct ChunkFault: Error, Hashable, Sendable {
    /// What is wrong with them.
    let what: String

    /// A fault.
    init(_ what: String) {
        self.what = what
    }
}
