// What people and jobs said about a machine's time: the second input of every figure.

/// A reason given for the stop that was under way at a moment.
public struct ReasonGiven: Hashable, Sendable {
    /// A moment inside the stop.
    public let at: Timestamp
    /// Which reason.
    public let reason: Slug
    /// What more was said; may be empty.
    public let detail: String
    /// The journal's sequence number: the latest for a stop holds.
    public let sequence: Int64

    /// A given reason.
    public init(at: Timestamp, reason: Slug, detail: String, sequence: Int64) {
        self.at = at
        self.reason = reason
        self.detail = detail
        self.sequence = sequence
    }
}

/// What a person or a job says a stretch of time was.
public enum MarkKind: String, Hashable, Sendable {
    /// Preparing for a job.
    case setup
    /// Agreed not to run.
    case planned
}

/// A stretch of time that was marked.
public struct PeriodMark: Hashable, Sendable {
    /// What it was.
    public let kind: MarkKind
    /// From when until when; an open mark ends at the distant future.
    public let range: TimeRange
    /// Why, if said.
    public let reason: Slug?
    /// The journal's sequence number.
    public let sequence: Int64

    /// A mark.
    public init(kind: MarkKind, range: TimeRange, reason: Slug?, sequence: Int64) {
        self.kind = kind
        self.range = range
        self.reason = reason
        self.sequence = sequence
    }
}

/// A job on a machine.
public struct JobRun: Hashable, Sendable {
    /// The job's number or name as people write it.
    public let job: String
    /// What is made.
    public let product: String
    /// Planned run time per item (PRI), nil when unknown.
    public let idealPerPart: Elapsed?
    /// Whether that time is an estimate.
    public let isEstimate: Bool
    /// Parts meant to be made in this shift or job, nil when not said.
    public let plannedParts: Int64?
    /// From when until when; a running job ends at the distant future.
    public let range: TimeRange
    /// The journal's sequence number of its start.
    public let sequence: Int64

    /// A job.
    public init(
        job: String, product: String, idealPerPart: Elapsed?, isEstimate: Bool,
        plannedParts: Int64?, range: TimeRange, sequence: Int64
    ) {
        self.job = job
        self.product = product
        self.idealPerPart = idealPerPart
        self.isEstimate = isEstimate
        self.plannedParts = plannedParts
        self.range = range
        self.sequence = sequence
    }
}

/// Parts booked by hand or corrected later.
public struct CountBooking: Hashable, Sendable {
    /// The time they belong to.
    public let range: TimeRange
    /// Good parts to add; negative takes away.
    public let good: Int64
    /// Scrap to add; what is found among parts already counted is taken from `good` as well.
    public let scrap: Int64
    /// Parts to be worked on again.
    public let rework: Int64
    /// Cause of scrap; may be empty.
    public let cause: String
    /// The journal's sequence number.
    public let sequence: Int64

    /// A booking.
    public init(
        range: TimeRange, good: Int64, scrap: Int64, rework: Int64, cause: String, sequence: Int64
    ) {
        self.range = range
        self.good = good
        self.scrap = scrap
        self.rework = rework
        self.cause = cause
        self.sequence = sequence
    }
}

/// What a person says that a machine really did; it holds over what was observed.
public struct StateCorrection: Hashable, Sendable {
    /// From when until when.
    public let range: TimeRange
    /// What it did.
    public let state: ObservedState
    /// The journal's sequence number: where corrections overlap the later one holds.
    public let sequence: Int64

    /// A correction.
    public init(range: TimeRange, state: ObservedState, sequence: Int64) {
        self.range = range
        self.state = state
        self.sequence = sequence
    }
}

/// Something odd that a person explained.
public struct OddExplanation: Hashable, Sendable {
    /// From when on it is as it should be.
    public let at: Timestamp
    /// Which signal, nil for all of the machine.
    public let signal: SignalID?
    /// What was said; may be empty.
    public let note: String
    /// The journal's sequence number.
    public let sequence: Int64

    /// An explanation.
    public init(at: Timestamp, signal: SignalID?, note: String, sequence: Int64) {
        self.at = at
        self.signal = signal
        self.note = note
        self.sequence = sequence
    }
}

/// Where more was said about a stop; the words are in the entry.
public struct StopNote: Hashable, Sendable {
    /// A moment inside the stop.
    public let at: Timestamp
    /// The journal's sequence number.
    public let sequence: Int64

    /// A note.
    public init(at: Timestamp, sequence: Int64) {
        self.at = at
        self.sequence = sequence
    }
}

/// Everything said about one machine in a stretch of time, each list in order of time.
public struct Annotations: Hashable, Sendable {
    /// Reasons given for stops.
    public var reasons: [ReasonGiven]
    /// Marked periods, later entries winning where they overlap.
    public var marks: [PeriodMark]
    /// Jobs.
    public var jobs: [JobRun]
    /// Bookings.
    public var bookings: [CountBooking]
    /// Moments at which a person said "I am on it", latest last.
    public var seen: [Timestamp]
    /// What the machine really did, in order of entry.
    public var corrections: [StateCorrection]
    /// Odd things that were explained.
    public var explanations: [OddExplanation]
    /// Where stops are parted, in order of entry.
    public var cuts: [StopCut]
    /// Calls for help, latest last.
    public var calls: [HelpCall]
    /// What people at the machine said that it does, by time.
    public var told: [StateTold]
    /// Notes on stops, by time.
    public var notes: [StopNote]

    /// What was said; nothing by default.
    public init(
        reasons: [ReasonGiven] = [], marks: [PeriodMark] = [], jobs: [JobRun] = [],
        bookings: [CountBooking] = [], seen: [Timestamp] = [],
        corrections: [StateCorrection] = [], explanations: [OddExplanation] = [],
        cuts: [StopCut] = [], calls: [HelpCall] = [], told: [StateTold] = [],
        notes: [StopNote] = []
    ) {
        self.cuts = cuts
        self.calls = calls
        self.told = told
        self.notes = notes
        self.reasons = reasons
        self.marks = marks
        self.jobs = jobs
        self.bookings = bookings
        self.seen = seen
        self.corrections = corrections
        self.explanations = explanations
    }
}
