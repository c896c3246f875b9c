// Every size and length of time that bounds the demonstrator.

/// Limits of the demonstrator's stores, queues and batches.
public enum DemonstratorLimits {
    /// Rows in one batch of history; a longer stretch is cut.
    public static let batchRows = 60_000
    /// Shift timelines kept in memory; the oldest is dropped and made again when asked for.
    public static let keptTimelines = 64
    /// Connections to the Modbus server at a time; more are closed at once.
    public static let modbusConnections = 32
    /// Seconds of unsent lines; older ones are dropped and counted.
    public static let unsentSeconds: Int64 = 900
    /// Lines of one machine in one post.
    public static let linesPerPost: Int64 = 600
    /// Weeks after the first instant that the script can tell; beyond, its last shift goes on.
    public static let weeks = 520
}

/// The lengths that shape the story, in seconds.
enum Story {
    /// Six weeks of history before now.
    static let history: Int64 = 42 * 86400
    /// The last day is sampled every second.
    static let lastDay: Int64 = 86400
    /// Seconds between samples before the last day.
    static let coarseStep: Int64 = 10
    /// From here before now on, only planted problems need a person.
    static let calmBefore: Int64 = 80 * 60
    /// Until here after now nothing planned interrupts the picture.
    static let quietAfter: Int64 = 60 * 60
    /// A stop shorter than this is a short stop that nobody explains.
    static let shortStop: Int64 = 120
    /// From this long after the start of history, material is kitted for the press brake.
    static let kittedAfter: Int64 = 21 * 86400
    /// The bore drifts over this long before now.
    static let drift: Int64 = 10 * 86400
    /// The day of the dead sensor contains this instant after the start of history.
    static let deadAfter: Int64 = 30 * 86400 + 43200
}
