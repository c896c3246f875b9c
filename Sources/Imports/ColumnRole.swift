// What a column of a table says, and how sure that is by the kind of its values.

public import Plant
import Sheets

/// Where the values of a column go.
public enum MeasurementTarget: Hashable, Sendable {
    /// One signal for all rows.
    case signal(SignalID)
    /// The signal of that id on the machine of each row.
    case ofMachine(Slug)
}

/// What a column says about its rows.
public enum ColumnRole: Hashable, Sendable {
    /// Which machine.
    case machine
    /// When it began: date with time, or a time of day beside a day.
    case start
    /// When it ended: date with time, or a time of day.
    case end
    /// The day of the row.
    case day
    /// The day of the end, where it has a column of its own.
    case endDay
    /// The hour of an hour-by-hour sheet, such as "6-7".
    case hour
    /// The shift.
    case shift
    /// How long it took.
    case minutes
    /// What the machine did, in one word.
    case state
    /// Why it stood.
    case reason
    /// What more was said.
    case detail
    /// Good parts.
    case good
    /// Scrap.
    case scrap
    /// Parts to be worked on again.
    case rework
    /// Why there was scrap.
    case cause
    /// The job.
    case job
    /// What is made.
    case product
    /// Parts meant to be made.
    case planned
    /// Planned seconds for one part.
    case ideal
    /// When it is due.
    case due
    /// Measured values; nil while it is not said of which signal.
    case measurement(MeasurementTarget?)
    /// Nothing that is brought in.
    case ignore

    /// All roles, measurements without their signal.
    public static let all: [ColumnRole] = [
        .machine, .start, .end, .day, .endDay, .hour, .shift, .minutes, .state, .reason, .detail,
        .good, .scrap, .rework, .cause, .job, .product, .planned, .ideal, .due, .measurement(nil),
        .ignore,
    ]

    /// The code in saved mappings; fixed for ever.
    public var code: String {
        switch self {
        case .machine: "machine"
        case .start: "start"
        case .end: "end"
        case .day: "day"
        case .endDay: "end-day"
        case .hour: "hour"
        case .shift: "shift"
        case .minutes: "minutes"
        case .state: "state"
        case .reason: "reason"
        case .detail: "detail"
        case .good: "good"
        case .scrap: "scrap"
        case .rework: "rework"
        case .cause: "cause"
        case .job: "job"
        case .product: "product"
        case .planned: "planned"
        case .ideal: "ideal"
        case .due: "due"
        case .measurement: "measurement"
        case .ignore: "ignore"
        }
    }

    /// A role from its code, nil for anything else.
    public init?(code: String) {
        guard let role = ColumnRole.all.first(where: { $0.code == code }) else { return nil }
        self = role
    }

    /// The words on pages, such as "the start".
    public var words: String {
        switch self {
        case .machine: "the machine"
        case .start: "the start"
        case .end: "the end"
        case .day: "the day"
        case .endDay: "the day of the end"
        case .hour: "the hour"
        case .shift: "the shift"
        case .minutes: "how long it took"
        case .state: "what the machine did"
        case .reason: "the reason"
        case .detail: "a note"
        case .good: "good parts"
        case .scrap: "scrap"
        case .rework: "parts to be worked on again"
        case .cause: "the cause of scrap"
        case .job: "the job"
        case .product: "the product"
        case .planned: "parts planned"
        case .ideal: "planned seconds for one part"
        case .due: "the day it is due"
        case .measurement: "measured values"
        case .ignore: "nothing to bring in"
        }
    }

    /// Whether several columns may have it.
    public var isShared: Bool {
        switch self {
        case .ignore, .measurement, .detail: true
        default: false
        }
    }

    /// How well a kind of values fits: 0 never, 1 as it should be.
    func fit(_ kind: ColumnKind) -> Double {
        if kind == .empty { return self == .ignore ? 1 : 0.6 }
        switch self {
        case .machine, .job, .shift: return kind == .text ? 1 : kind == .whole ? 0.9 : 0
        case .product: return kind == .text ? 1 : kind == .whole ? 0.8 : 0
        case .start, .end:
            return [.dateTime, .time].contains(kind) ? 1 : kind == .text ? 0.5 : 0
        case .day, .endDay:
            return kind == .date ? 1 : kind == .dateTime ? 0.3 : kind == .text ? 0.5 : 0
        case .due:
            return kind == .date || kind == .dateTime ? 1 : kind == .text ? 0.5 : 0
        case .hour:
            return [.text, .time].contains(kind) ? 1 : kind == .whole ? 0.8 : 0
        case .minutes:
            return kind == .duration
                ? 1 : [.whole, .decimal].contains(kind) ? 0.9 : kind == .text ? 0.6 : 0
        case .state, .reason, .detail, .cause: return kind == .text ? 1 : kind == .whole ? 0.4 : 0
        case .good, .scrap, .rework, .planned:
            return kind == .whole ? 1 : kind == .decimal ? 0.6 : kind == .text ? 0.5 : 0
        case .ideal: return [.whole, .decimal, .duration].contains(kind) ? 1 : 0
        case .measurement: return [.whole, .decimal].contains(kind) ? 1 : 0
        case .ignore: return 1
        }
    }

    /// The kind that its cells are best read as where they are too mixed to be seen as one.
    func wish(hasDay: Bool) -> ColumnKind? {
        switch self {
        case .minutes: .duration
        case .start, .end: hasDay ? .time : .dateTime
        case .day, .endDay: .date
        case .good, .scrap, .rework, .planned: .whole
        default: nil
        }
    }
}
