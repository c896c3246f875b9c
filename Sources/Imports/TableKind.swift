// The kinds of tables that are brought in, what each needs, and which kind a table is.

/// What the rows of a table are.
public enum TableKind: String, Hashable, Sendable, CaseIterable {
    /// Stops of machines, each with its start.
    case stops
    /// Parts made, by day, shift or stretch of time.
    case production
    /// Jobs to be made.
    case jobs
    /// Parts made and time lost, hour by hour.
    case hours
    /// Measured values with their times.
    case measurements

    /// The words on pages.
    public var words: String {
        switch self {
        case .stops: "a list of stops"
        case .production: "a log of parts made"
        case .jobs: "a list of jobs to be made"
        case .hours: "an hour-by-hour sheet"
        case .measurements: "measured values"
        }
    }

    /// What it cannot be without: one role of each group.
    var needs: [[ColumnRole]] {
        switch self {
        case .stops: [[.machine], [.start], [.end, .minutes]]
        case .production: [[.machine], [.day, .start], [.good, .scrap, .rework, .job]]
        case .jobs: [[.job, .product], [.planned, .due]]
        case .hours: [[.machine], [.day], [.hour], [.good, .scrap, .rework]]
        case .measurements: [[.start]]
        }
    }

    /// The kinds that some roles fit best; several where it cannot be told.
    static func fitting(_ roles: Set<ColumnRole>) -> [TableKind] {
        let has = roles.contains
        let isMeasured = roles.contains { if case .measurement = $0 { true } else { false } }
        let counts = has(.good) || has(.scrap) || has(.rework)
        if isMeasured { return [.measurements] }
        if has(.hour) { return [.hours] }
        let lists = has(.reason) || has(.state) || has(.minutes)
        if has(.start), has(.end) || has(.minutes) {
            if counts { return lists ? [.stops, .production] : [.production] }
            if lists { return [.stops] }
            return has(.job) ? [.production] : [.stops]
        }
        if has(.due) && !counts || has(.planned) && has(.job) && !counts { return [.jobs] }
        if counts { return [.production] }
        if has(.start), has(.job) { return [.production] }
        return lists ? [.stops] : []
    }
}
