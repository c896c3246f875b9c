// A write after a restart: made from its entries in the journal, never sent again.

public import Plant

extension WriteSequence {
    /// A write from its entries, in the order of the journal; nil without an intent.
    ///
    /// An intent without an outcome is unknown: it may have been sent. ``resume(at:)`` says so.
    public init?(records: [WriteRecord]) {
        var permit: WritePermit?
        for record in records { if case .intended(let given, _) = record { permit = given } }
        guard let permit else { return nil }
        self.init(permit)
        for record in records where record.id == permit.id { replay(record) }
    }

    private mutating func replay(_ record: WriteRecord) {
        switch record {
        case .requested, .approved, .denied: break
        case .intended(_, let at):
            phase = .sending
            returns = at + permit.returnAfter
        case .sent: phase = .confirming
        case .confirmed(_, let read, _, let due), .differs(_, let read, _, let due):
            phase = .holding
            lastRead = read
            returns = due
        case .refused(_, let words, _):
            phase = .refused(words)
            returns = nil
        case .unknown(_, let words, _, let due):
            phase = .unknown(words)
            isUnresolved = true
            returns = due
        case .closed(_, _, let wasWritten, _):
            isUnresolved = false
            switch phase {
            case .unknown where wasWritten: phase = .holding
            case .unknown, .returnUnknown, .returnBlocked:
                phase = .done
                returns = nil
            default: break
            }
        case .renewed(_, _, let due, _): returns = due
        case .returnIntended: phase = .returnSending
        case .returned(_, let read, _):
            phase = .done
            lastRead = read
            returns = nil
        case .returnBlocked(_, let words, let at):
            phase = .returnBlocked(words)
            returns = at + WriteSequence.lookAgain
        case .returnUnknown(_, let words, _):
            phase = .returnUnknown(words)
            isUnresolved = true
            returns = nil
        }
    }

    /// Goes on after a restart: what may have been sent is unknown, what is due returns.
    public mutating func resume(at: Timestamp) -> [WriteEffect] {
        switch phase {
        case .sending, .confirming:
            return lose("The box stopped while it was being written.", at: at)
        case .returnSending, .returnConfirming:
            return loseReturn("The box stopped while it was returning.", at: at)
        default:
            // A kill may have come between the entry and the word to a person.
            let words = "A write is still open: nobody knows what became of it."
            return (isUnresolved ? [.alarm(permit.id, words)] : [])
                + step(.timePassed, at: at)
        }
    }
}
