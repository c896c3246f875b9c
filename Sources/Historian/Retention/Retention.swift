// How long measurements keep every sample, and what is left of them afterwards.

public import Plant

/// Which signals are thinned to minutes and hours, and from what age on.
public struct RetentionPolicy: Hashable, Sendable {
    /// Signals of which old samples may give way to figures of minutes and hours.
    ///
    /// Signals that states, counts or energy are worked out from do not belong here.
    public let measurements: Set<SignalID>
    /// Months that end at or before this may be thinned.
    public let before: Timestamp

    /// A policy.
    public init(measurements: Set<SignalID>, before: Timestamp) {
        self.measurements = measurements
        self.before = before
    }
}

/// What thinning did.
public struct ThinReport: Hashable, Sendable {
    /// One signal in one month.
    public struct Item: Hashable, Sendable {
        /// Which signal.
        public let signal: SignalID
        /// First instant of the month.
        public let month: Timestamp
        /// Samples that gave way.
        public let samples: Int
        /// Minutes that are kept.
        public let minutes: Int
    }

    /// Months of signals that were thinned.
    public internal(set) var items: [Item] = []
    /// Months of signals kept whole because their minutes would take hardly less room, or
    /// because they hold imported, hand-written or damaged samples.
    public internal(set) var kept = 0
    /// Bytes of all files before.
    public internal(set) var bytesBefore = 0
    /// Bytes of all files after.
    public internal(set) var bytesAfter = 0

    /// An empty report.
    public init() {}
}
