// What the store answers about its own work: receipts, seal and verify reports, usage.

public import Plant

/// What became of appended samples; every sample is in exactly one of the first two counts.
public struct AppendReceipt: Hashable, Sendable {
    /// Samples stored, revisions included.
    public var stored: Int
    /// Samples ignored because the same signal, time, value and quality is stored.
    public var duplicates: Int
    /// Samples stored beside an older one of the same signal and time.
    public var revisions: Int

    /// A receipt.
    public init(stored: Int = 0, duplicates: Int = 0, revisions: Int = 0) {
        self.stored = stored
        self.duplicates = duplicates
        self.revisions = revisions
    }
}

/// What sealing moved from the head to month files.
public struct SealReport: Hashable, Sendable {
    /// Head rows moved.
    public var headRows = 0
    /// Chunks written.
    public var chunks = 0
    /// Samples moved.
    public var samples = 0
    /// Bytes of the chunks.
    public var bytes = 0

    /// An empty report.
    public init() {}
}

/// How far a verification has come.
public struct VerifyProgress: Hashable, Sendable {
    /// The file being read, relative to the data folder.
    public let file: String
    /// Chunks and head rows checked in all files so far.
    public let checked: Int
    /// Chunks and head rows in all files.
    public let total: Int
}

/// Something that verification found.
public struct VerifyFault: Hashable, Sendable {
    /// The file, relative to the data folder.
    public let file: String
    /// The chunk or head row, or the file itself.
    public let place: String
    /// What is wrong.
    public let what: String
}

/// The outcome of a verification.
public struct VerifyReport: Hashable, Sendable {
    /// Files read, relative to the data folder.
    public var files: [String] = []
    /// Chunks checked.
    public var chunks = 0
    /// Head rows checked.
    public var headRows = 0
    /// Signals in months of which only figures are kept, each checked.
    public var thinned = 0
    /// Samples whose bytes were checked.
    public var samples = 0
    /// Damaged chunks that were set aside earlier and are kept.
    public var quarantined = 0
    /// Faults in the order found, at most 1,000.
    public var faults: [VerifyFault] = []

    /// An empty report.
    public init() {}

    /// Whether nothing is wrong.
    public var isClean: Bool { faults.isEmpty }

    /// Adds a fault while there is room.
    mutating func add(_ file: String, _ place: String, _ what: String) {
        guard faults.count < HistorianLimits.faultsPerReport else { return }
        faults.append(VerifyFault(file: file, place: place, what: what))
    }
}

/// How much the store holds and what it takes on the disk.
public struct StoreUsage: Hashable, Sendable {
    /// One file of the store with its write-ahead log.
    public struct File: Hashable, Sendable {
        /// The file, relative to the data folder.
        public let name: String
        /// Bytes on the disk.
        public let bytes: Int
        /// Samples inside, revisions included.
        public let samples: Int
        /// Chunks inside, or head rows.
        public let pieces: Int
        /// Samples that gave way to figures of minutes and hours.
        public let thinned: Int
        /// Time of the first sample in a month file, nil for the head and without samples.
        public let first: Timestamp?
        /// Damaged chunks that were set aside and show as gaps.
        public let quarantined: Int
    }

    /// The head first, then months in order.
    public var files: [File] = []

    /// An empty account.
    public init() {}

    /// Bytes of all files.
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
    /// Samples in all files.
    public var samples: Int { files.reduce(0) { $0 + $1.samples } }
    /// Damaged chunks that were set aside, in all files.
    public var quarantined: Int { files.reduce(0) { $0 + $1.quarantined } }
    /// Bytes that a day takes at the pace of the newest month and the one before it.
    ///
    /// Nil where less than a day of them is past.
    public func bytesPerDay(until now: Timestamp) -> Double? {
        let newest = files.dropFirst().filter { $0.first.map { $0 <= now } ?? false }.suffix(2)
        guard let first = newest.compactMap(\.first).min() else { return nil }
        let days = (now - first).seconds / 86_400
        guard days >= 1 else { return nil }
        let bytes = newest.reduce(files.first?.bytes ?? 0) { $0 + $1.bytes }
        return Double(bytes) / days
    }

    /// Samples that gave way to figures, in all files.
    public var thinned: Int { files.reduce(0) { $0 + $1.thinned } }
    /// Chunks in all month files.
    public var chunks: Int { files.dropFirst().reduce(0) { $0 + $1.pieces } }
}

/// What was saved from a month file that could not be used.
public struct SalvageReport: Hashable, Sendable {
    /// The file, relative to the data folder.
    public let file: String
    /// The name under which the damaged file is kept beside it.
    public let kept: String
    /// Chunks that were whole.
    public let chunks: Int
    /// Samples in them.
    public let samples: Int
    /// Chunks that were there and could not be read whole; nil where nobody can tell how many.
    public let lost: Int?
}
