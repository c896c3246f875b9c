// Limits of the guide: what a person may type, and how much is listed.

/// Limits of what the guide accepts and shows.
public enum GuideLimits {
    /// The highest price of one part that is taken as a quote, in pence.
    public static let mostQuotedPence: Int64 = 2_000_000
    /// The longest text of a quote that is read, in bytes.
    public static let quoteBytes = 12
    /// The most ways that an answer lists; there are fewer.
    public static let rankedWays = 10
}
