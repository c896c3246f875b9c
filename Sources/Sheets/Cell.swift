// The value of a cell once it has been read as what its column holds.

public import Plant

/// A number, and how it was written.
public struct SheetNumber: Hashable, Sendable {
    /// The value, always finite; per cent as a share, so 12.5% is 0.125.
    public let value: Double
    /// The cell as it stands in the file: nothing is lost by rounding.
    public let text: String

    /// A number from its value and text.
    public init(value: Double, text: String) { (self.value, self.text) = (value, text) }
}

/// What a cell holds.
public enum Cell: Hashable, Sendable {
    /// Nothing, or only blanks.
    case empty
    /// Words, without blanks around them.
    case text(String)
    /// A number.
    case number(SheetNumber)
    /// A date.
    case date(CivilDate)
    /// A time of day.
    case time(LocalTime)
    /// A date with a time of day, on the wall.
    case dateTime(LocalDateTime)
    /// A length of time in seconds, finite.
    case duration(Double)
    /// Yes or no.
    case truth(Bool)
}

/// A cell of a row: its value, or why it has none.
public enum ReadCell: Hashable, Sendable {
    /// The cell fits its column.
    case value(Cell)
    /// The cell does not fit: what stands there, and why in one sentence.
    case misfit(text: String, reason: String)
}

/// One row of a table.
public struct SheetRow: Hashable, Sendable {
    /// The line of a text file in which it begins, or the row of a sheet; from 1.
    public let number: Int
    /// One cell for each column of the guess.
    public let cells: [ReadCell]
    /// Something about the row as a whole, in one sentence: more or fewer cells than the others.
    public let remark: String?

    /// Whether every cell fits its column.
    public var isSound: Bool {
        cells.allSatisfy { if case .value = $0 { true } else { false } }
    }
}
