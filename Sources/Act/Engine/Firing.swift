// A rule that fires, and that is over again.

public import Plant

/// Names one raise of a rule for ever: the same data gives the same id, live and in a replay.
public struct RaiseID: Hashable, Comparable, Sendable {
    /// The rule.
    public let rule: Slug
    /// The machine; nil for rules of the box itself.
    public let machine: Slug?
    /// When it fired.
    public let at: Timestamp

    /// An id from its parts.
    public init(rule: Slug, machine: Slug?, at: Timestamp) {
        self.rule = rule
        self.machine = machine
        self.at = at
    }

    /// The id as text, such as `no-reason/press-brake/1763031667000000000`.
    public var text: String { "\(rule)/\(machine?.text ?? "box")/\(at.nanoseconds)" }

    /// Orders by time, then rule, then machine.
    public static func < (left: RaiseID, right: RaiseID) -> Bool {
        if left.at != right.at { return left.at < right.at }
        if left.rule != right.rule { return left.rule < right.rule }
        return (left.machine?.text ?? "") < (right.machine?.text ?? "")
    }
}

/// Why a firing is over.
public enum FiringEnd: String, Hashable, Sendable {
    /// The condition is gone.
    case cleared
    /// The rule's hours ended.
    case windowClosed = "window-closed"
}

/// A test that was true when a rule fired.
public struct FiringEvidence: Hashable, Sendable {
    /// The test, with the machine filled in.
    public let test: RuleTest
    /// The value that made it true; nil where there is none.
    public let value: Double?
    /// From when it was true, or the last value before a silence.
    public let since: Timestamp

    /// A piece of evidence.
    public init(test: RuleTest, value: Double?, since: Timestamp) {
        self.test = test
        self.value = value
        self.since = since
    }
}

/// A rule fires, or is over.
public struct Firing: Hashable, Sendable {
    /// What happened.
    public enum Change: Hashable, Sendable {
        /// The rule fires.
        case began
        /// It is over, and why.
        case ended(FiringEnd)
    }

    /// Which raise.
    public let raise: RaiseID
    /// What happened.
    public let change: Change
    /// When.
    public let at: Timestamp
    /// From when the condition held, before any wait.
    public let since: Timestamp
    /// The tests that were true at the beginning; empty at the end.
    public let evidence: [FiringEvidence]

    /// A firing.
    public init(
        raise: RaiseID, change: Change, at: Timestamp, since: Timestamp,
        evidence: [FiringEvidence] = []
    ) {
        self.raise = raise
        self.change = change
        self.at = at
        self.since = since
        self.evidence = evidence
    }

    /// Whether it is a beginning.
    public var isBeginning: Bool { change == .began }
}
