// What can go wrong between the box and a source, with what to do about it.

public import Plant
public import Wire

/// When a failed connection may be tried again.
public enum RetryAdvice: Hashable, Sendable {
    /// After the usual back-off.
    case backOff
    /// Rarely: the other side said no, and asking often does not help.
    case rarely
    /// Not before the configuration changes.
    case afterChange
}

/// Why a connector could not go on.
public enum ConnectorError: Error, Hashable, Sendable {
    /// No way to the address: name unknown, no route, network down.
    case unreachable(address: String, detail: String)
    /// The other side said no: nothing listens there, or it did not accept us.
    case refused(by: String, detail: String)
    /// No answer in time.
    case timedOut(doing: String, after: Elapsed)
    /// The other side ended the connection.
    case closed(doing: String)
    /// The other side sent something that is not its protocol.
    case malformed(FrameError)
    /// The other side answered with an error code of its protocol.
    case rejected(code: Int, meaning: String)
    /// A setting cannot work; found only when it was used.
    case misconfigured(field: String, reason: String)
    /// The box itself could not store what had arrived.
    case notStored(detail: String)
    /// The stop switch is on: no traffic to machines.
    case silenced
    /// The work was called off.
    case cancelled

    /// When trying again makes sense.
    public var retryAdvice: RetryAdvice {
        switch self {
        case .unreachable, .timedOut, .closed, .malformed, .notStored, .cancelled: .backOff
        case .refused: .backOff
        case .rejected, .silenced: .rarely
        case .misconfigured: .afterChange
        }
    }

    /// What happened, in one line, with sizes and positions.
    public var what: String {
        switch self {
        case .unreachable(let address, let detail): "no way to \(address): \(detail)"
        case .refused(let side, let detail): "\(side) said no: \(detail)"
        case .timedOut(let doing, let after): "\(doing): no answer within \(after.words)"
        case .closed(let doing): "\(doing): the other side ended the connection"
        case .malformed(let error): error.description
        case .rejected(let code, let meaning): "answered with code \(code): \(meaning)"
        case .misconfigured(let field, let reason): "\(field): \(reason)"
        case .notStored(let detail): "the box could not store the values: \(detail)"
        case .silenced: "the stop switch is on"
        case .cancelled: "called off"
        }
    }

    /// What a person can do, in one sentence.
    public var remedy: String {
        switch self {
        case .unreachable:
            "Check the address, the cable and whether the device is switched on."
        case .refused:
            "Check the port number, the user name and whether the device allows this connection."
        case .timedOut:
            "Check that the device is switched on and not busy; a longer timeout may help."
        case .closed:
            "It may have been restarted, or another program holds its only connection: close that one."
        case .malformed:
            "Something else than expected answers at this address; check address and port."
        case .rejected:
            "Check user name, password and rights, and the names against the device's manual."
        case .misconfigured(let field, _): "Correct the setting \(field)."
        case .notStored: "Look at the storage on the page About this box."
        case .silenced: "Switch traffic to machines on again when the work is done."
        case .cancelled: "Nothing to do."
        }
    }
}
