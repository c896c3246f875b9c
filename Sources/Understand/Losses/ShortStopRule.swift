// Where a short stop ends and a stop that needs a reason begins.
public import Plant

/// The short-stop limit of a machine: the larger of five ideal part times and 120 s.
///
/// A stop shorter than the limit is a short stop. Moving the limit moves lost time between lines
/// and never changes OEE.
public struct ShortStopRule: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "short-stop/1"

    /// Stops shorter than this are short stops.
    public let limit: Elapsed

    /// The limit by the ideal time per part, nil when that is not known.
    public init(idealPerPart: Elapsed?) {
        let parts = idealPerPart?.nanoseconds.multipliedReportingOverflow(
            by: UnderstandLimits.shortStopParts)
        let byParts = parts.map { $0.overflow ? Int64.max : $0.partialValue } ?? 0
        limit = max(UnderstandLimits.shortStop, Elapsed(nanoseconds: byParts))
    }

    /// The limit that holds at an instant by the job on the machine.
    public init(jobs: [JobRun], at time: Timestamp) {
        self.init(idealPerPart: jobs.last { $0.range.contains(time) }?.idealPerPart)
    }

    /// Whether a stop of this length is a short one.
    public func isShort(_ length: Elapsed) -> Bool { length < limit }
}
