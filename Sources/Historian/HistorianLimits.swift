// The bounds of the sample store, each with its unit, in one place.

/// Named limits of the sample store.
public enum HistorianLimits {
    /// Samples that may wait for the writer before callers have to wait themselves.
    public static let queuedSamples = 1_048_576
    /// Bytes that may wait for the writer before callers have to wait themselves.
    public static let queuedBytes = 32 << 20
    /// Callers that may wait at once; one more is refused as busy.
    public static let waitingCallers = 65_536
    /// Samples that one flush takes from the queue.
    public static let samplesPerCommit = 524_288
    /// Columns of one group.
    public static let columnsPerGroup = 16_384
    /// Signal numbers are below this; they are dense and never reused.
    public static let signalNumbers = 1_048_576
    /// Bytes of one text value.
    public static let textBytes = 4_096
    /// Rows in one chunk as written.
    public static let rowsPerChunk = 65_536
    /// Samples in one chunk as written.
    public static let samplesPerChunk = 262_144
    /// Bytes of text in one chunk or head row as written.
    public static let textBytesPerChunk = 4 << 20
    /// Samples in one head row as written.
    public static let samplesPerHeadRow = 65_536
    /// Rows of a chunk or head row that a reader accepts.
    public static let rowsAccepted = 1 << 20
    /// Bytes of one stored or unpacked column that a reader accepts.
    public static let columnBytesAccepted = 64 << 20
    /// Samples of a group in the head from which on it is sealed without being asked.
    public static let headSamplesPerGroup = 262_144
    /// Rows of a group in the head from which on it is sealed without being asked.
    public static let headRowsPerGroup = 65_536
    /// Rows of a group in the head that its table is believed to have.
    public static let headRowsBelieved = 1 << 40
    /// Rows that one step of compacting holds in memory before it stops taking more.
    public static let rowsPerMerge = 131_072
    /// Free pages of a file from which on its space may be worth giving back.
    public struct Free: Sendable {
        /// Free pages that are never worth it.
        let pages: Int64
        /// Share of the file that may be free.
        let share: Double

        /// The head and the newest month, which fill their free pages again.
        static let growing = Free(pages: 256, share: 0.25)
        /// A month that is past, which is hardly written any more.
        static let past = Free(pages: 8, share: 0.02)
    }
    /// Samples that one step of sealing holds in memory.
    public static let samplesPerSealStep = 4_194_304
    /// Month files kept open at once, two years of them; the longest unused is closed.
    public static let openMonthFiles = 26
    /// Idle reading connections kept for each file.
    public static let idleReaders = 2
    /// Shapes of batches remembered for quick recognition of their group.
    public static let rememberedShapes = 65_536
    /// Different values of a signal whose time in state is asked for.
    public static let states = 256
    /// How often a query begins again because upkeep moved a chunk under it.
    public static let queryAttempts = 4
    /// Faults that one report of a verification lists.
    public static let faultsPerReport = 1_000
    /// Stored pieces fetched in one read transaction, which keeps it far below 30 s.
    public static let piecesPerRead = 256
}
