// What each column of a file is: the mapping of an import, without any file format of its own.

public import Plant
public import Wire

/// Where the time of a row comes from.
public enum CSVTime: Hashable, Sendable {
    /// One column, counted from 0.
    case column(Int, CSVTimeFormat)
    /// A column with the date and one with the time of day; the format covers both with a space
    /// between them.
    case columns(date: Int, time: Int, CSVTimeFormat)
    /// No column: row i is at `start` + i × `every`.
    case rows(start: Timestamp, every: Elapsed)
}

/// What the time of a row means.
public enum CSVStamp: Hashable, Sendable {
    /// The moment of the values, or the start of their interval: stored as it is.
    case start
    /// The end of an interval of this length: the start of the interval is stored.
    case end(Elapsed)
}

/// A column of values.
public struct CSVValueColumn: Hashable, Sendable {
    /// Column, counted from 0.
    public let index: Int
    /// The signal's name.
    public let name: String
    /// UCUM code, or empty.
    public let unit: String
    /// What the values are.
    public let kind: ValueKind

    /// A column of values.
    public init(index: Int, name: String, unit: String = "", kind: ValueKind = .number) {
        self.index = index
        self.name = name
        self.unit = unit
        self.kind = kind
    }
}

/// What each column of a file is.
public struct CSVMapping: Hashable, Sendable {
    /// Coding and separator.
    public var dialect: CSVDialect
    /// Rows at the top that hold no values: 1 for a row of headings.
    public var headerRows: Int
    /// Where the time comes from.
    public var time: CSVTime
    /// The zone of times without an offset.
    public var zone: ZoneRules
    /// What the time means.
    public var stamp: CSVStamp
    /// Some files write the midnight at the end of a day with the date of that day: their 0:00 is
    /// 24:00.
    public var midnightEndsDay: Bool
    /// Numbers are written 1.234,5 instead of 1,234.5.
    public var hasDecimalComma: Bool
    /// The columns to take.
    public var values: [CSVValueColumn]

    /// A mapping.
    public init(
        dialect: CSVDialect = CSVDialect(), headerRows: Int = 1, time: CSVTime,
        zone: ZoneRules = .utc, stamp: CSVStamp = .start, midnightEndsDay: Bool = false,
        hasDecimalComma: Bool = false, values: [CSVValueColumn]
    ) {
        self.dialect = dialect
        self.headerRows = headerRows
        self.time = time
        self.zone = zone
        self.stamp = stamp
        self.midnightEndsDay = midnightEndsDay
        self.hasDecimalComma = hasDecimalComma
        self.values = values
    }

    /// What is wrong with the mapping, nil when it can be used.
    public var flaw: ConfigurationError? {
        func flaw(_ field: String, _ reason: String, _ remedy: String) -> ConfigurationError {
            ConfigurationError(path: "mapping.\(field)", reason: reason, remedy: remedy)
        }
        if values.isEmpty {
            return flaw("values", "no column is taken", "Choose at least one column of values.")
        }
        if let column = values.first(where: { !(0..<CSVReader.cellLimit).contains($0.index) }) {
            return flaw(
                "values", "there is no column \(column.index + 1)", "Count columns from the left.")
        }
        if Set(values.map(\.index)).count < values.count {
            return flaw("values", "a column is taken twice", "Take each column once.")
        }
        if let column = values.first(where: { !$0.unit.isEmpty && Unit($0.unit) == nil }) {
            return flaw(
                "values", "\"\(column.unit)\" is no unit that is known here",
                "Use a code such as kWh, A or Cel, or leave the unit out.")
        }
        if case .rows(_, let every) = time, every <= .zero {
            return flaw("time", "the time between rows is not positive", "Give it as 15min or 1s.")
        }
        if case .end(let length) = stamp, length <= .zero {
            return flaw("stamp", "the interval is not positive", "Give its length, as 15min.")
        }
        return nil
    }

    /// The series of the value columns, to be numbered before an import.
    public func seriesKeys(source: String) -> [SeriesKey] {
        values.map { column in
            SeriesKey(
                connection: CSVMapping.connection, address: "\(source) \(column.name)",
                kind: column.kind, name: column.name, unit: column.unit)
        }
    }

    /// The name under which imported series are kept.
    public static let connection: Slug = Slug("import")
}
