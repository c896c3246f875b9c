// What comes of a table: a preview in words, and everything that would be stored.

public import Plant
public import Sheets

/// A row of a list of jobs: what is meant to be made.
public struct JobRow: Hashable, Sendable {
    /// The row of the file.
    public let row: Int
    /// The job's number or name; may be empty where a product is named.
    public let job: String
    /// What is made; may be empty.
    public let product: String
    /// The machine, nil where none is named.
    public let machine: Slug?
    /// Parts meant to be made, nil where the file does not say.
    public let quantity: Int64?
    /// Planned run time for one part, nil where the file does not say.
    public let idealPerPart: Elapsed?
    /// The day on which it is due, nil where the file does not say.
    public let due: CivilDate?
    /// The time of that day, nil where the file does not say.
    public let dueTime: LocalTime?
}

/// Something said about a machine that no event can hold without a reason.
public struct ImportNote: Hashable, Sendable {
    /// The row of the file.
    public let row: Int
    /// The machine.
    public let machine: Slug
    /// What it is about.
    public let range: TimeRange
    /// What was said.
    public let text: String
}

/// What became of a row.
public enum RowResult: Hashable, Sendable {
    /// It will be stored.
    case stored
    /// It is stored already.
    case same
    /// It will be stored beside, or as part of, what is stored already.
    case joined
    /// It holds nothing, or totals, or belongs to a machine that is left out.
    case ignored(IgnoredRow)
    /// It is not stored; `column` is to blame where one is.
    case refused(column: String?, reason: String)
}

/// Why a row is passed over.
public enum IgnoredRow: String, Hashable, Sendable {
    case empty, totals, leftOut
}

/// A row as it will be stored.
public struct PreviewRow: Hashable, Sendable {
    /// The row of the file.
    public let row: Int
    /// What it says, in words; empty for a row that is not stored.
    public let words: String
    /// What becomes of it.
    public let result: RowResult
}

/// How many rows there are of each result; their sum is the rows of the table.
public struct RowCounts: Hashable, Sendable {
    /// Rows that will be stored and were not.
    public internal(set) var new = 0
    /// Rows that are stored already.
    public internal(set) var same = 0
    /// Rows joined with something stored.
    public internal(set) var joined = 0
    /// Rows without content, with totals, or of machines left out.
    public internal(set) var ignored = 0
    /// Rows that are not stored.
    public internal(set) var refused = 0

    /// All rows.
    public var sum: Int { new + same + joined + ignored + refused }
}

/// Something to know before an import is stored.
public struct ImportWarning: Hashable, Sendable {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Rows of one machine at the same time.
        case overlap
        /// Rows about times that have not come.
        case future
        /// Rows whose end is not after their start.
        case order
        /// Rows whose minutes are not the time between start and end.
        case minutes
        /// Days of one machine with more time than they have.
        case longDay
        /// Rows with totals.
        case totals
        /// Rows that run past midnight.
        case midnight
        /// Rows at times that clocks showed twice.
        case clock
        /// Rows that are the same as another of the file.
        case duplicate
        /// Stops without a gap between them and with different reasons.
        case adjacent
        /// Notes that have no reason to go with.
        case note
        /// Jobs that overlap others on one machine.
        case jobs
        /// Parts booked beside others for the same time.
        case booked
        /// Lost minutes of an hour without a start.
        case lostMinutes
        /// Rows with more or fewer cells than others.
        case shape
    }

    /// What it is about.
    public let kind: Kind
    /// What there is to know, in one or two sentences.
    public let text: String
    /// The first rows that it is about, in the order of the file.
    public let rows: [Int]
    /// All rows that it is about.
    public let count: Int
}

/// A refused row.
public struct RefusedRow: Hashable, Sendable {
    /// The row of the file.
    public let row: Int
    /// The column to blame, nil for the row as a whole.
    public let column: String?
    /// Why, in one or two sentences.
    public let reason: String
}

/// What would happen, in words and numbers; nothing is stored by it.
public struct ImportPreview: Hashable, Sendable {
    /// The first rows as they will be stored.
    public let rows: [PreviewRow]
    /// How many rows there are of each result.
    public let counts: RowCounts
    /// The first refused rows; `counts` says how many there are.
    public let refused: [RefusedRow]
    /// What there is to know.
    public let warnings: [ImportWarning]
    /// What came up while reading, such as times that occur twice.
    public let questions: [ImportQuestion]
    /// The time and the machines that the rows are about.
    public let span: ImportSpan
}

/// Everything that comes of a table.
public struct ImportOutcome: Sendable {
    /// What would happen, in words and numbers.
    public let preview: ImportPreview
    /// The events to store, new reasons and machines first, then in the order of the file.
    public let drafts: [EventDraft]
    /// Measured values, one batch for each signal.
    public let samples: [SampleBatch]
    /// Jobs of a list of jobs.
    public let jobs: [JobRow]
    /// Notes that no event holds.
    public let notes: [ImportNote]
    /// Refused rows as CSV with a reason column; empty when there are none.
    public let refusedCSV: String
}
