// What pages and the interface read of a running world: plain values, made from the two stores.

public import Plant
public import Understand

/// Which of the two data folders a world is.
public enum WorldKind: String, Sendable, Hashable {
    /// The firm's own data.
    case real
    /// The made-up factory.
    case demonstrator
}

/// A machine as it is now.
public struct MachineNow: Sendable, Hashable {
    /// The machine.
    public let machine: Machine
    /// Its state.
    public let state: MachineState
    /// Since when, nil when it was never seen.
    public let since: Timestamp?
    /// The reason of the stop under way, nil while nobody has said.
    public let reason: StopReason?
    /// What more was said about it; may be empty.
    public let detail: String
    /// The job on it.
    public let job: JobRun?
    /// States of the current shift (or of the last 8 hours outside shifts) up to now.
    public let strip: [StateEpisode]
    /// The stretch of time the strip stands for, from its start to the end of the shift.
    public let stripRange: TimeRange
    /// Parts made in the strip's time, with how they were counted; nil when they are not counted.
    public let parts: Indicator?
    /// Parts meant to be made up to now, nil when no plan is known.
    public let plannedParts: Int64?
    /// Whether a person is needed: a fault, or a stop past the short-stop limit without a reason.
    public let needsPerson: Bool
    /// Whether somebody said "I am on it" since the problem began.
    public let isSeen: Bool
    /// When the newest sample that tells its state was measured, nil when there was none.
    public let lastSample: Timestamp?
    /// The last call for help in the strip's time, nil without any.
    public let call: HelpCall?
    /// Whether somebody said "I am on it" since that call.
    public let isHelpComing: Bool
}

/// The page Now.
public struct NowPicture: Sendable, Hashable {
    /// The site's name.
    public let site: String
    /// The shift under way, nil outside shifts.
    public let shift: Shift?
    /// The world's time when the picture was taken.
    public let time: Timestamp
    /// The first line.
    public let sentence: String
    /// Machines, those that need a person first, then by name.
    public let machines: [MachineNow]
    /// Five figures at most: running share, time lost, cost, reasons given, power; each with its key.
    public let figures: [KeyedIndicator]
}

/// A figure and the address under which it opens.
public struct KeyedIndicator: Sendable, Hashable {
    /// What to ask for to open it.
    public let key: FigureKey
    /// The figure.
    public let indicator: Indicator
    /// A short line under it, such as a comparison; may be empty.
    public let remark: String
}

/// The name of a figure with everything needed to make it again: the whole of its address.
public struct FigureKey: Sendable, Hashable {
    /// Which figure.
    public let figure: Figure
    /// One machine, or nil for all.
    public let machine: Slug?
    /// The loss that the figure is about, nil where it is about all: a reason's id, or one of
    /// ``LossSlug``.
    public let reason: Slug?
    /// The stretch of time.
    public let range: TimeRange

    /// A key.
    public init(figure: Figure, machine: Slug? = nil, reason: Slug? = nil, range: TimeRange) {
        self.figure = figure
        self.machine = machine
        self.reason = reason
        self.range = range
    }
}

/// A stored piece behind a figure.
public struct SourcePiece: Sendable, Hashable {
    /// Whose samples.
    public let signal: SignalID
    /// The file within the data folder.
    public let file: String
    /// The group's number; with `first` and `revision` it names a chunk for ever.
    public let group: UInt32
    /// Its revision.
    public let revision: UInt32
    /// Time of the first row.
    public let first: Timestamp
    /// Time of the last row.
    public let last: Timestamp
    /// Number of rows.
    public let rows: Int
    /// Whether it was set aside as damaged.
    public let isDamaged: Bool

    /// A piece.
    public init(
        signal: SignalID, file: String, group: UInt32, revision: UInt32, first: Timestamp,
        last: Timestamp, rows: Int, isDamaged: Bool
    ) {
        self.signal = signal
        self.file = file
        self.group = group
        self.revision = revision
        self.first = first
        self.last = last
        self.rows = rows
        self.isDamaged = isDamaged
    }
}

/// Every figure a page can show.
public enum Figure: String, Sendable, Hashable, CaseIterable {
    /// Running share of planned time.
    case runningShare = "running-share"
    /// Time lost in planned time.
    case timeLost = "time-lost"
    /// What the lost time cost.
    case lostMoney = "lost-money"
    /// Share of the lost time that nobody has explained.
    case unexplainedShare = "unexplained-share"
    /// Stops with a reason out of all stops.
    case reasonsGiven = "reasons-given"
    /// Energy used.
    case energy
    /// What the energy cost.
    case energyCost = "energy-cost"
    /// Energy used with nothing running.
    case idleEnergy = "idle-energy"
    /// What the energy used with nothing running cost.
    case idleCost = "idle-cost"
    /// Parts made.
    case parts
    /// Good parts.
    case goodParts = "good-parts"
    /// OEE index.
    case oee
    /// Availability.
    case availability
    /// Effectiveness, the performance part of OEE.
    case effectiveness
    /// Quality ratio.
    case qualityRatio = "quality-ratio"
    /// Time lost for one reason.
    case reasonTime = "reason-time"
    /// Mean running and setting-up time between failures.
    case betweenFailures = "time-between-failures"
    /// Mean planned time in failures that are over.
    case repairTime = "time-to-repair"
    /// Time in a state; planned time not seen.
    case unseenTime = "unseen-time"
}

/// The page Time.
public struct TimePicture: Sendable, Hashable {
    /// The stretch of time.
    public let range: TimeRange
    /// The stretch it is compared with.
    public let previous: TimeRange
    /// One machine, or nil for all.
    public let machine: Slug?
    /// The first line.
    public let sentence: String
    /// Losses, biggest first, unexplained time always among them.
    public let losses: [LossLine]
    /// The sum of the losses.
    public let total: KeyedIndicator
    /// Money of the sum; withheld in words when no rate was given.
    public let money: KeyedIndicator
    /// A strip for each machine.
    public let strips: [MachineStrip]
    /// OEE and its three parts, for "more".
    public let oee: [KeyedIndicator]
    /// Share of the lost time that nobody has explained.
    public let unexplainedShare: KeyedIndicator
    /// The six big losses and waiting.
    public let bigLosses: [BigLoss]
    /// Changes of product, and how long they took in the middle; nil without any.
    public let changeovers: String?
    /// What an hour is worth and by which rule, as sentences.
    public let moneyRules: [String]
    /// The biggest stop without a reason, nil when there is none.
    public let biggestUnexplained: LongestUnexplained?
    /// Sentences about what was not seen, per machine; empty when all was.
    public let gaps: [String]
}

/// One line of the ranked losses.
public struct LossLine: Sendable, Hashable {
    /// The reason's id; nil for time without a reason.
    public let reason: Slug?
    /// The reason in words.
    public let name: String
    /// Whether nobody has said why: the only line that may wear a colour.
    public let isUnexplained: Bool
    /// How many stops.
    public let stops: Int
    /// Time lost.
    public let time: KeyedIndicator
    /// Time lost in the period before, in seconds.
    public let previousSeconds: Double
    /// Money, nil when no rate was given.
    public let money: Indicator?
}

/// A machine's strip over a range.
public struct MachineStrip: Sendable, Hashable {
    /// The machine.
    public let machine: Machine
    /// Its states.
    public let episodes: [StateEpisode]
    /// Running share in the range.
    public let runningShare: KeyedIndicator
}

/// The longest stop of a period that nobody has explained.
public struct LongestUnexplained: Sendable, Hashable {
    /// On which machine.
    public let machine: Machine
    /// When.
    public let range: TimeRange
}

/// A connection's health in words.
public struct ConnectionHealth: Sendable, Hashable {
    /// The connection; built-in ones (line protocol, import) have a kind of the same name.
    public let id: Slug
    /// Its connector.
    public let kind: String
    /// Where it goes, as configured; may be empty.
    public let address: String
    /// Whether it is up.
    public let isUp: Bool
    /// One sentence: what is so, since when, what to do.
    public let words: String
    /// Since when it is up or down, nil before the first attempt.
    public let since: Timestamp?
    /// Polls answered and lost since start; 0 where nothing is polled.
    public let polls: Int
    /// Polls lost since start.
    public let lostPolls: Int
}

/// A signal with its newest value.
public struct SignalNow: Sendable, Hashable {
    /// The signal.
    public let signal: Signal
    /// Its newest sample, nil when there is none.
    public let last: LastValue?
    /// Whether the newest sample is older than it should be.
    public let isStale: Bool
}

/// The page Machines.
public struct MachinesPicture: Sendable, Hashable {
    /// The first line.
    public let sentence: String
    /// Machines in use with their state and signals.
    public let machines: [MachineSignals]
    /// Connections.
    public let connections: [ConnectionHealth]
    /// Signals that belong to no machine yet.
    public let unassigned: [SignalNow]
}

/// A machine with its signals.
public struct MachineSignals: Sendable, Hashable {
    /// The machine as it is now.
    public let now: MachineNow
    /// Its signals.
    public let signals: [SignalNow]
}

/// A chart of one signal.
public struct SignalChart: Sendable, Hashable {
    /// The signal.
    public let signal: Signal
    /// The stretch of time.
    public let range: TimeRange
    /// One bucket a pixel column; `count` 0 is a gap.
    public let buckets: [Bucket]
    /// How much of the range was seen, 0 to 1.
    public let coverage: Double
}

/// About this box.
public struct BoxFacts: Sendable, Hashable {
    /// Version of the program.
    public let version: String
    /// Which world is shown.
    public let world: WorldKind
    /// When the box started.
    public let started: Timestamp
    /// Samples stored.
    public let samples: Int
    /// Bytes on disk.
    public let bytes: Int
    /// Free bytes on the disk.
    public let freeBytes: Int
    /// Journal entries.
    public let entries: Int64
    /// Samples dropped since start by stage and reason, with counts.
    public let dropped: [String: Int]
    /// The longest stretch of polled samples that a power cut can cost.
    public let durabilityWindow: Elapsed
    /// SQLite's own version.
    public let sqlite: String
    /// Whether the box has an owner with a pass phrase.
    public let hasOwner: Bool
    /// Sentences a person should act on; empty when all is well.
    public let warnings: [String]
}

/// What changed, for pages that are open.
public enum LiveMessage: Sendable, Hashable {
    /// A machine's state or job changed, or its parts did.
    case machine(Slug)
    /// The shown world changed: pages reload.
    case world(WorldKind)
    /// A newer picture of everything exists, at most once a second.
    case tick(Timestamp)
}
