// What one row says once it is understood, before it is known what is stored already.

import Plant

/// What a row says about a stop.
struct StopSaying: Hashable {
    var meaning: StateMeaning
    var reason: Slug?
    var loss: LossKind?
    var detail: String
    /// Words that go with no reason.
    var note: String
}

/// What a row says about parts and their job.
struct PartsSaying: Hashable {
    var good: Int64
    var scrap: Int64
    var rework: Int64
    var cause: String
    /// Whether any of the counts is given.
    var hasCounts: Bool
    var job: JobSaying?
    /// Words that go with no event.
    var note: String
}

/// What a row says about the job on a machine.
struct JobSaying: Hashable {
    var job: String
    var product: String
    var ideal: Elapsed?
    var planned: Int64?
}

/// One measured value.
struct ValueSaying: Hashable {
    let signal: SignalID
    let value: Scalar
}

/// What a row says.
enum RowContent: Hashable {
    case stop(StopSaying)
    case parts(PartsSaying)
    case planned(JobRow)
    case values([ValueSaying])
}

/// A row that is understood.
struct RowItem: Hashable {
    let row: Int
    /// The machine; nil for measured values of fixed signals and for jobs without one.
    let machine: Slug?
    let range: TimeRange
    /// Whether the row gives its own times.
    let hasOwnTimes: Bool
    /// Whether it has no end.
    let isOpen: Bool
    let content: RowContent

    /// The same but for its row: to find rows that repeat one another.
    var saying: RowSaying { RowSaying(machine: machine, range: range, content: content) }
}

/// A row without its number.
struct RowSaying: Hashable {
    let machine: Slug?
    let range: TimeRange
    let content: RowContent
}

/// What became of reading a row.
enum RowReading {
    case item(RowItem)
    case ignored(IgnoredRow)
    case refused(RowRefusal)
}
