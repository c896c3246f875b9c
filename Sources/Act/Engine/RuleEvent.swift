// What the rule engine is told: what machines do, what people say, and that time has passed.

public import Plant

/// One thing that the rule engine is told.
///
/// Every `at` is the time from which it was known, in the order of the site's clock. Events may
/// come in any order as long as none is older than the time that has passed already.
public enum RuleEvent: Hashable, Sendable {
    /// A machine is in a state since a time at or before `at`; `reason` is nil while nobody said.
    case state(machine: Slug, MachineState, since: Timestamp, reason: Slug?, at: Timestamp)
    /// The stop that is under way got a reason, or lost it.
    case reason(machine: Slug, Slug?, at: Timestamp)
    /// The link to a machine is up or down.
    case link(machine: Slug, isUp: Bool, at: Timestamp)
    /// Parts made since the last count.
    case counts(machine: Slug, good: Int64, scrap: Int64, at: Timestamp)
    /// Energy used since the last reading, in joules.
    case energy(machine: Slug, joules: Int64, at: Timestamp)
    /// A backup was made.
    case backupMade(at: Timestamp)
    /// The certificate in use ends at a time.
    case certificate(ends: Timestamp, at: Timestamp)
    /// Measured values.
    case values(SampleBatch)
    /// Everything before a time has been told; what is due before it fires now.
    case timePassed(to: Timestamp)

    /// When it was known; nil for values, whose rows have times of their own.
    public var at: Timestamp? {
        switch self {
        case .state(_, _, _, _, let at), .reason(_, _, let at), .link(_, _, let at),
            .counts(_, _, _, let at), .energy(_, _, let at), .backupMade(let at),
            .certificate(_, let at):
            at
        case .timePassed(let to): to
        case .values: nil
        }
    }
}

/// What the engine could not use, counted since it was made.
public struct RuleDrops: Hashable, Sendable {
    /// Samples older than the time that had passed; they are left out.
    public var lateSamples: Int64 = 0
    /// Counts and readings older than the time that had passed; they are left out.
    public var lateAmounts: Int64 = 0
    /// States, reasons and links that came late and count from the time that had passed.
    public var lateChanges: Int64 = 0
    /// States that came late and are older than what is known already; they are left out.
    public var olderStates: Int64 = 0
    /// Samples refused because too many were waiting.
    public var refusedSamples: Int64 = 0
    /// Events refused because too many were waiting.
    public var refusedEvents: Int64 = 0
    /// Events of machines that the engine does not know.
    public var strangers: Int64 = 0

    /// No drops.
    public init() {}
}
