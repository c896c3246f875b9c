// Every limit of reading spreadsheets in one place; all are checked before memory is taken.

/// Limits of a file and its tables, with their units.
public enum SheetsLimits {
    /// Bytes of a file at most, 64 MiB.
    public static let fileBytes = 64 << 20
    /// Bytes that the parts of one workbook may unpack to together, 64 MiB.
    public static let unpackedBytes = 64 << 20
    /// How many times larger than packed a part may be.
    public static let packedRatio = 100
    /// Unpacked bytes below which the ratio is not looked at, 1 MiB.
    public static let ratioFreeBytes = 1 << 20
    /// Members of a workbook at most.
    public static let members = 1_000
    /// Sheets of a workbook at most.
    public static let sheets = 256
    /// Elements inside one another in XML at most.
    public static let xmlDepth = 64
    /// Bytes of text after decoding at most, 128 MiB.
    public static let textBytes = 128 << 20
    /// Rows of a table at most, as many as Excel has.
    public static let rows = 1_048_576
    /// Columns of a table at most.
    public static let columns = 4_096
    /// Cells with content in one table at most; 12 bytes each, and their text.
    public static let cells = 5_000_000
    /// Bytes of one row of a text file at most.
    public static let rowBytes = 65_536
    /// Bytes of one cell of a workbook at most: 32,767 characters.
    public static let cellBytes = 131_068
    /// Joined areas of a sheet at most.
    public static let joinedAreas = 10_000
    /// Cell formats of a workbook at most, as many as Excel has.
    public static let cellFormats = 65_490
    /// Bytes at the beginning of a text file from which its separator is found.
    public static let dialectBytes = 65_536
    /// Rows at the beginning among which the headings are looked for.
    public static let headRows = 30
    /// Examples shown of a column at most.
    public static let examples = 3
}
