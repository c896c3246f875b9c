// What the machines do at one moment, as it is given away.

public import Plant

/// Parts of one local day.
public struct GivenParts: Hashable, Sendable {
    /// Parts made.
    public let made: Int64
    /// Good ones.
    public let good: Int64
    /// Scrap.
    public let scrap: Int64
    /// The local day that they were made on.
    public let day: CivilDate

    /// Parts of a day.
    public init(made: Int64, good: Int64, scrap: Int64, day: CivilDate) {
        self.made = made
        self.good = good
        self.scrap = scrap
        self.day = day
    }
}

/// Why a machine needs a person.
public enum GivenNeed: String, Hashable, Sendable {
    /// It shows a fault.
    case fault
    /// It has stood longer than a short stop, and nobody has said why.
    case unexplainedStop = "unexplained-stop"

    /// The need in words.
    public var words: String {
        switch self {
        case .fault: "The machine shows a fault."
        case .unexplainedStop: "The machine stands and nobody has said why."
        }
    }
}

/// A machine as it is at one moment.
public struct GivenStanding: Hashable, Sendable {
    /// Its state.
    public let state: MachineState
    /// Since when, nil when it was never seen.
    public let since: Timestamp?
    /// The reason of its stop in the site's words, empty while nobody has said.
    public let reason: String
    /// The job on it, empty for none.
    public let job: String
    /// Its parts of the day, nil when nobody counts them.
    public let parts: GivenParts?
    /// Why it needs a person, nil when it does not.
    public let need: GivenNeed?

    /// A standing from its parts.
    public init(
        state: MachineState, since: Timestamp?, reason: String = "", job: String = "",
        parts: GivenParts? = nil, need: GivenNeed? = nil
    ) {
        self.state = state
        self.since = since
        self.reason = reason
        self.job = job
        self.parts = parts
        self.need = need
    }
}

/// What the machines do at one moment.
public struct GivenPicture: Hashable, Sendable {
    /// When it was looked at.
    public let time: Timestamp
    /// Machines by id; one that was not looked at yet is missing.
    public let standings: [Slug: GivenStanding]
    /// Newest values by signal; one without any is missing.
    public let values: [SignalID: LastValue]

    /// A picture from its parts.
    public init(
        time: Timestamp, standings: [Slug: GivenStanding], values: [SignalID: LastValue]
    ) {
        self.time = time
        self.standings = standings
        self.values = values
    }
}

extension LastValue {
    /// The value as it may be given: nil when it counts as missing or is no finite number.
    var given: Scalar? {
        if quality.isBad { return nil }
        if case .number(let number) = value, !number.isFinite { return nil }
        return value
    }
}
