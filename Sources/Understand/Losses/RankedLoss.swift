// The values of a loss ranking: its sources, its lines, and what a line is about.
public import Plant

/// One machine's part of a ranking.
public struct LossSource: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// Its name as people say it.
    public let name: String
    /// Its states, covering at least the ranked period.
    public let timeline: MachineTimeline
    /// What its hour is worth.
    public let worth: HourWorth
    /// Signals that its states come from.
    public let signals: [SignalID]
    /// How its states are seen, in order of time.
    public let rules: [Dated<StateRule>]

    /// A machine's part.
    public init(
        machine: Slug, name: String, timeline: MachineTimeline, worth: HourWorth = HourWorth(),
        signals: [SignalID] = [], rules: [Dated<StateRule>] = []
    ) {
        self.rules = rules
        self.machine = machine
        self.name = name
        self.timeline = timeline
        self.worth = worth
        self.signals = signals
    }
}

/// What a line of the ranking is about.
public enum LossKey: Hashable, Sendable {
    /// A reason that people gave.
    case reason(Slug)
    /// A stop that nobody has explained and that is no short stop.
    case unexplained
    /// Stops below the short-stop limit without a reason.
    case shortStops
    /// A fault that the machine showed, without a reason.
    case fault
    /// Setting up, without a reason.
    case setup

    /// Stable text for addresses: the reason's id, or a word with an underscore before it.
    public var code: String {
        switch self {
        case .reason(let slug): slug.text
        case .unexplained: "_unexplained"
        case .shortStops: "_short-stops"
        case .fault: "_fault"
        case .setup: "_setup"
        }
    }
}

/// One line of the ranking.
public struct RankedLoss: Hashable, Sendable {
    /// What it is about.
    public let key: LossKey
    /// In words.
    public let name: String
    /// How long in all, real elapsed planned time.
    public let time: Elapsed
    /// Share of all lost time; nil when too little was seen or nothing was lost.
    public let share: Double?
    /// How many stops.
    public let count: Int
    /// How long on each machine, longest first.
    public let machines: [MachineLoss]
    /// What it cost, one sum for each rate; empty when nobody has said what an hour is worth.
    public let money: [LossMoney]
    /// The part of the time without a rate.
    public let unpriced: Elapsed
    /// How long in the period before, nil when there is none to compare with.
    public let previous: Elapsed?
    /// Journal numbers of the reasons that entered.
    public let entries: [Int64]
}

/// One machine's part of a line.
public struct MachineLoss: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// Its name.
    public let name: String
    /// How long.
    public let time: Elapsed
    /// How many stops.
    public let count: Int
}

/// A stop and the machine it happened on.
public struct UnexplainedStop: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// Its name.
    public let name: String
    /// The stop.
    public let stop: MachineStop
    /// Its lost time in the period.
    public let time: Elapsed
}
