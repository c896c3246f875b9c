// The periods a page offers by name, as ranges of real time in the site's zone.

import Plant

/// A period with a name.
enum RangeChoice: String, Sendable, Hashable, CaseIterable {
    /// From the day's first shift, or from midnight, to now.
    case today
    /// The whole day before.
    case yesterday
    /// From Monday to now.
    case week
    /// The whole week before.
    case lastWeek = "last-week"
    /// The last 28 days up to now.
    case month = "four-weeks"

    /// The name on pages.
    var name: String {
        switch self {
        case .today: "Today"
        case .yesterday: "Yesterday"
        case .week: "This week"
        case .lastWeek: "Last week"
        case .month: "Four weeks"
        }
    }

    /// The range at a time; days have 23 to 25 hours as they come.
    func range(at now: Timestamp, calendar: ShiftCalendar) -> TimeRange {
        let zone = calendar.zone
        let today = zone.local(now).date
        switch self {
        case .today:
            return TimeRange(start: RangeChoice.dayStart(at: now, calendar: calendar), end: now)
        case .yesterday:
            return TimeRange(
                start: zone.midnight(today.adding(days: -1)), end: zone.midnight(today))
        case .week: return TimeRange(start: zone.midnight(today.monday), end: now)
        case .lastWeek:
            let monday = today.monday
            return TimeRange(
                start: zone.midnight(monday.adding(days: -7)), end: zone.midnight(monday))
        case .month:
            return TimeRange(start: zone.midnight(today.adding(days: -27)), end: now)
        }
    }

    /// The start of the first shift of the day; midnight when a shift runs over it, when none has
    /// begun yet, or on a day without shifts.
    private static func dayStart(at now: Timestamp, calendar: ShiftCalendar) -> Timestamp {
        let midnight = calendar.zone.midnight(calendar.zone.local(now).date)
        guard midnight < now else { return midnight }
        let first = calendar.shifts(in: TimeRange(start: midnight, end: now)).first
        return max(midnight, first?.range.start ?? midnight)
    }
}

/// The period that a page's address asks for: one with a name, or one of its own.
struct AskedPeriod: Sendable, Hashable {
    /// The named period, nil for one of its own.
    let choice: RangeChoice?
    /// The stretch of time.
    let range: TimeRange

    /// What `range`, or `from` and `to`, ask for.
    init(_ ask: Ask, usual: RangeChoice) throws {
        if ask.query.filled("from") != nil {
            choice = nil
            range = try ask.range(fallback: nil)
        } else {
            let named = ask.query.filled("range").flatMap(RangeChoice.init) ?? usual
            choice = named
            range = named.range(at: ask.world.time, calendar: ask.world.calendar)
        }
    }

    /// The address of a page for this period, open for more of the query.
    func address(_ page: String) -> String {
        if let choice { return "\(page)?range=\(choice.rawValue)" }
        return "\(page)?from=\(range.start.millisecondsSince1970)"
            + "&to=\(range.end.millisecondsSince1970)"
    }

    /// Links to all named periods of a page; `filter` is what else its address says.
    func links(_ page: String, filter: String = "") -> [TimeModel.Choice] {
        RangeChoice.allCases.map {
            .init(
                name: $0.name, address: "\(page)?range=\($0.rawValue)\(filter)",
                isHere: $0 == choice)
        }
    }
}
