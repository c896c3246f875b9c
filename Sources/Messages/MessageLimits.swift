// The sizes that message files and messages keep to.

/// Limits of the room; what is larger is refused with the limit in the error.
public enum MessageLimits {
    /// Bytes in one message file.
    public static let fileBytes = 1_000_000
    /// Messages in one language.
    public static let messages = 5_000
    /// Bytes in the source of one message.
    public static let messageBytes = 2_000
    /// Bytes in one key.
    public static let keyBytes = 100
    /// Plural and select blocks inside each other.
    public static let depth = 4
    /// Branches in one plural or select block.
    public static let branches = 32
    /// Digits in a branch for one exact number, such as `=12`.
    public static let exactDigits = 9
    /// Decimals that a number in a message can show.
    public static let decimalPlaces = 9
    /// Decimals of this size and above are not shown; whole numbers have no such limit.
    public static let decimalSize = 1e15
    /// Different gaps that are counted one by one; further ones are counted together.
    public static let countedGaps = 1_000
    /// Flaws that one loading reports.
    public static let reportedFlaws = 100
}
