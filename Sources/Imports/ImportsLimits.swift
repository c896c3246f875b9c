// Every limit of bringing in a table, each with its unit and what happens when it is reached.

public import Plant

/// Limits of one import.
public enum ImportsLimits {
    /// Rows of a table at most; a larger one is refused whole.
    public static let rows = 1_048_576
    /// Row numbers that an event id has room for; a row further down is refused.
    public static let rowNumbers = 1 << 24
    /// Columns of a table at most; a wider one is refused whole.
    public static let columns = 256
    /// Rows that are looked at to find what the columns are.
    public static let sampledRows = 500
    /// Different reasons in one file at most; more of them are notes, and it is asked.
    public static let reasonTexts = 500
    /// Different machines, shifts or states in one file at most; more is refused whole.
    public static let nameTexts = 1_000
    /// Suggestions for one unknown name at most.
    public static let suggestions = 3
    /// Rows shown as they will be stored.
    public static let previewRows = 20
    /// Refused rows kept with their cells; further ones are only counted.
    public static let refusedRows = 10_000
    /// Row numbers named in one warning; further ones are only counted.
    public static let warningRows = 20
    /// Characters of a name that enter its comparison with others.
    public static let comparedCharacters = 80
    /// Characters of a note or a cause of scrap; a row with more is refused.
    public static let noteCharacters = 500
    /// Characters of a job or a product; a row with more is refused.
    public static let jobCharacters = 120
    /// Characters of the name of a new machine or reason; a longer one is not added.
    public static let nameCharacters = 80
    /// Parts that one row may book.
    public static let partsOfRow: Int64 = 10_000_000
    /// Years in which a time is believed; a row outside of them is refused.
    public static let years = 1970...2200
    /// The longest stop or job of one row; a longer one is refused.
    public static let longestRow = Elapsed.hours(24 * 31)
    /// The longest stretch of one correction; longer stops become several.
    public static let longestCorrection = Elapsed.hours(24)
    /// How far a time may lie ahead of now.
    public static let futureAllowance = Elapsed.minutes(5)
    /// How far minutes may lie off the time between start and end: one of them is rounded.
    public static let minuteRounding = Elapsed.minutes(1)
    /// Seen stops that one row may give its reason to.
    public static let stopsOfRow = 64
    /// Times at which progress is told.
    public static let progressSteps = 400
    /// Bytes of a saved mapping at most, 1 MiB.
    public static let mappingBytes = 1 << 20
}
