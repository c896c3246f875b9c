// What the journal keeps of a write; the state of a write is made from these and nothing else.

public import Plant

/// One entry of the journal about a write.
public enum WriteRecord: Hashable, Sendable {
    /// A person or a rule asked.
    case requested(WriteRequest)
    /// A second person said yes.
    case approved(EventID, WriteApproval)
    /// The gates said no; every reason.
    case denied(EventID, words: [String], at: Timestamp)
    /// It is about to be sent; stored before anything leaves.
    case intended(WritePermit, at: Timestamp)
    /// The machine took it.
    case sent(EventID, at: Timestamp)
    /// Read back twice as written; it returns at a time.
    case confirmed(EventID, read: Double, at: Timestamp, returns: Timestamp)
    /// It certainly has no effect: refused by the machine, or never sent.
    case refused(EventID, words: String, at: Timestamp)
    /// Something else was read back.
    case differs(EventID, read: Double, at: Timestamp, returns: Timestamp)
    /// Nobody knows whether it was written; never sent again.
    case unknown(EventID, words: String, at: Timestamp, returns: Timestamp)
    /// A person looked and says what the machine has.
    case closed(EventID, by: Slug, wasWritten: Bool, at: Timestamp)
    /// The return was put off.
    case renewed(EventID, by: Slug, returns: Timestamp, at: Timestamp)
    /// The return is about to be sent; stored before anything leaves.
    case returnIntended(EventID, value: Double, at: Timestamp)
    /// Read back as it was meant to return.
    case returned(EventID, read: Double, at: Timestamp)
    /// Something speaks against the return; tried again.
    case returnBlocked(EventID, words: String, at: Timestamp)
    /// Nobody knows whether it returned; never sent again.
    case returnUnknown(EventID, words: String, at: Timestamp)

    /// The write.
    public var id: EventID {
        switch self {
        case .requested(let request): request.id
        case .intended(let permit, _): permit.id
        case .approved(let id, _), .denied(let id, _, _), .sent(let id, _),
            .confirmed(let id, _, _, _), .refused(let id, _, _),
            .differs(let id, _, _, _), .unknown(let id, _, _, _), .closed(let id, _, _, _),
            .renewed(let id, _, _, _), .returnIntended(let id, _, _), .returned(let id, _, _),
            .returnBlocked(let id, _, _), .returnUnknown(let id, _, _):
            id
        }
    }

    /// The kind of the event in the journal.
    public var kind: String {
        switch self {
        case .requested: "write.requested"
        case .approved: "write.approved"
        case .denied: "write.denied"
        case .intended: "write.intended"
        case .sent: "write.sent"
        case .confirmed: "write.confirmed"
        case .refused: "write.refused"
        case .differs: "write.differs"
        case .unknown: "write.unknown"
        case .closed: "write.closed"
        case .renewed: "write.renewed"
        case .returnIntended: "write.return-intended"
        case .returned: "write.returned"
        case .returnBlocked: "write.return-blocked"
        case .returnUnknown: "write.return-unknown"
        }
    }
}

/// Where a write stands, for pages.
public enum WritePhase: Hashable, Sendable {
    /// Nothing is stored yet.
    case new
    /// The intent is being stored.
    case intending
    /// It was handed to the machine's connection; waiting for its answer.
    case sending
    /// The machine took it; reading it back.
    case confirming
    /// The machine has the new value.
    case holding
    /// It has no effect.
    case refused(String)
    /// Nobody knows; waits for a person.
    case unknown(String)
    /// The return is being looked at.
    case returning
    /// The intent of the return is being stored.
    case returnIntending
    /// The return was handed to the machine's connection.
    case returnSending
    /// The return is read back.
    case returnConfirming
    /// The return cannot be sent now; it is tried again.
    case returnBlocked(String)
    /// Nobody knows whether it returned; waits for a person.
    case returnUnknown(String)
    /// It is over.
    case done

    /// Whether a person has to look.
    public var needsPerson: Bool {
        switch self {
        case .unknown, .returnUnknown, .returnBlocked: true
        default: false
        }
    }

    /// Whether nothing more happens by itself.
    public var isOver: Bool {
        switch self {
        case .done, .refused, .returnUnknown: true
        default: false
        }
    }
}
