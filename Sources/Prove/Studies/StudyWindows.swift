// Which points of a study count, and on which side of the change.
import Plant

/// The points that count before and after the change.
public struct StudyWindows: Hashable, Sendable {
    /// Before the change.
    public let before: [StudyPoint]
    /// From the day of the change on.
    public let after: [StudyPoint]
    /// Seen share of all periods that were not excluded, 0 to 1; gaps in the numbers count as
    /// not seen.
    public let coverage: Double
    /// Points left out, by reason.
    public let leftOut: [String: Int]

    /// Sorts a study's points.
    public init(_ study: Study) {
        var before: [StudyPoint] = []
        var after: [StudyPoint] = []
        var leftOut: [String: Int] = [:]
        var seen = 0.0
        var periods = 0
        var previous: StudyPoint?
        for point in study.points {
            if let previous { periods += StudyWindows.gap(study, previous, point) }
            previous = point
            if let reason = StudyWindows.exclusion(study, point.date) {
                leftOut[reason, default: 0] += 1
                continue
            }
            periods += 1
            seen += point.coverage
            guard point.coverage >= ProveLimits.pointCoverage else {
                leftOut["little seen", default: 0] += 1
                continue
            }
            if point.date < study.change { before.append(point) } else { after.append(point) }
        }
        self.before = before
        self.after = after
        self.leftOut = leftOut
        coverage = periods > 0 ? seen / Double(periods) : 0
    }

    /// Missing periods between two points; none where excluded days lie between them.
    private static func gap(_ study: Study, _ earlier: StudyPoint, _ later: StudyPoint) -> Int {
        var holes = study.exclusions.map { ($0.from, $0.through) }
        if case .becauseBad(let from, let through) = study.choice { holes.append((from, through)) }
        if holes.contains(where: { $0.0 <= later.date && $0.1 >= earlier.date }) { return 0 }
        return later.index - earlier.index - 1
    }

    private static func exclusion(_ study: Study, _ date: CivilDate) -> String? {
        if let one = study.exclusions.first(where: { $0.from <= date && date <= $0.through }) {
            return one.reason
        }
        if case .becauseBad(let from, let through) = study.choice, from <= date, date <= through {
            return "chosen because bad"
        }
        return nil
    }

    /// Periods for the model: less the mean of the untouched machines where there are any.
    public static func periods(_ points: [StudyPoint]) -> [MeasuredPeriod] {
        points.map { point in
            let others = point.untouched
            let common = others.isEmpty ? 0 : others.reduce(0, +) / Double(others.count)
            return MeasuredPeriod(
                index: point.index, value: point.value - common, coverage: point.coverage,
                columns: point.columns)
        }
    }
}
