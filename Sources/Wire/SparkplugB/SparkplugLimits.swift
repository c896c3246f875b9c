// The limits of everything that Sparkplug messages may make this program keep or do.

/// Sizes and counts that a Sparkplug payload or a peer may reach at most.
///
/// The specification gives none; these keep one payload of 1 MiB below some tens of MiB.
public enum SparkplugLimits {
    /// Bytes of one payload.
    public static let payloadBytes = 1 << 20
    /// Metrics of one payload, those within templates included.
    public static let metrics = 20_000
    /// Templates, property sets and the like within each other.
    public static let depth = 8
    /// Cells of all data sets of one payload.
    public static let cells = 100_000
    /// Keys of all property sets of one payload.
    public static let properties = 100_000
    /// Elements of one array.
    public static let arrayElements = 100_000
    /// Bytes of a group, node, device or host id.
    public static let idBytes = 256
    /// The last metric time taken as it is, milliseconds since 1970 (year 2262).
    ///
    /// Beyond it nanoseconds since 1970 do not fit in 64 bits.
    public static let latestMilliseconds: UInt64 = 9_223_372_036_854
}
