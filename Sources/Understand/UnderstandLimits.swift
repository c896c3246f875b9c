// The project's own choices in this room, each named once with its unit.
public import Plant

/// Thresholds and bounds of everything that is worked out here.
public enum UnderstandLimits {
    /// Seen share of planned time below which combined figures are withheld (decisions 25).
    public static let leastCoverage = 0.9
    /// Shortest short-stop limit.
    public static let shortStop = Elapsed.seconds(120)
    /// Short-stop limit in ideal part times.
    public static let shortStopParts: Int64 = 5
    /// Share of the ideal rate below which a machine runs slow.
    public static let slowShare = 0.85
    /// Shortest window over which a rate is judged.
    public static let slowWindow = Elapsed.minutes(5)
    /// Window over which a rate is judged, in ideal part times.
    public static let slowWindowParts: Int64 = 10
    /// Longest time off that still counts as a break inside one stop; longer ends the stop.
    public static let longestBreak = Elapsed.hours(2)
    /// How long a word about a machine without signals holds.
    public static let longestTold = Elapsed.hours(4)
    /// Cycles needed before an ideal time may be estimated.
    public static let leastCycles = 30
    /// Percentile of stable cycle times taken as the ideal, 0 to 1.
    public static let idealPercentile = 0.1
    /// Failures needed before a mean time between them is said.
    public static let leastFailures = 2
    /// Growth of a counter between two readings above which it was set, not made.
    public static let largestGrowth: Int64 = 1_000_000_000
    /// Journal entries named in one working at most.
    public static let workingEntries = 200
}
