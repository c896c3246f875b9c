// The limits of text that comes over serial lines and of the patterns that read it.

/// Sizes that a line or a pattern may reach at most.
public enum SerialLimits {
    /// Bytes of one line.
    public static let lineBytes = 512
    /// Bytes of a pattern.
    public static let patternBytes = 500
    /// Groups within each other in a pattern.
    public static let depth = 20
    /// The highest count in braces of a pattern.
    public static let repetitions = 100
    /// Steps of a compiled pattern.
    ///
    /// Reading a line takes at most this many times its bytes, whatever the pattern.
    public static let steps = 1_000
    /// Digits of a number.
    static let digits = 30
}
