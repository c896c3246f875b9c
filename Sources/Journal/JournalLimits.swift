// The limits of the journal, each with its unit.

/// How much the journal takes at once, and what happens beyond it.
public enum JournalLimits {
    /// Calls of `append` that may wait for the writer; a further one is refused as busy.
    public static let waitingAppends = 4096
    /// Calls of `append` that share one flush.
    public static let appendsPerFlush = 256
    /// Events in one call of `append`; more are refused.
    public static let eventsPerAppend = 100_000
    /// Bytes of one event's content; more are refused.
    public static let contentBytes = 256 * 1024
    /// Bytes of an actor's name; more are refused.
    public static let actorBytes = 200
    /// Bytes of the name of a kind; more are refused.
    public static let kindBytes = 64
    /// Events given out by one read; further ones need another read.
    public static let eventsPerRead = 10_000
    /// Connections that read at the same time; a further reader waits.
    public static let readers = 4
    /// Entries whose chain is walked every time the journal is opened.
    public static let entriesCheckedAtOpening: Int64 = 64
    /// Bytes to which the write-ahead file is cut after a checkpoint.
    public static let writeAheadBytes = 64 * 1024 * 1024
    /// Kibibytes of pages and temporary tables that one connection keeps in memory.
    public static let cacheKibibytes = 8 * 1024
    /// Seconds to wait for a lock on the file before giving up.
    public static let lockWaitSeconds = 5.0
    /// Personal texts that one reading transaction keeps at hand; then it begins anew.
    static let wordsKnown = 10_000
}
