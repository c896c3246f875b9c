// Weeks as addresses write them: 2026-46.

import Plant

/// An ISO week.
struct WeekAddress: Hashable, Sendable {
    /// Its Monday.
    let monday: CivilDate

    /// The week of a date.
    init(of date: CivilDate) { monday = date.monday }

    /// A week from `2026-46` or `2026-W46`; nil for anything that is no week.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, let year = Int(parts[0]),
            let week = Int(parts[1].hasPrefix("W") ? parts[1].dropFirst() : parts[1]),
            (1970...2200).contains(year), (1...53).contains(week),
            // The fourth of January lies in the first week.
            let january = CivilDate(year: year, month: 1, day: 4)
        else { return nil }
        let monday = january.monday.adding(days: 7 * (week - 1))
        guard monday.isoWeek == (year, week) else { return nil }
        self.monday = monday
    }

    /// `2026-46`.
    var text: String {
        let week = monday.isoWeek
        return "\(week.year)-" + (week.week < 10 ? "0" : "") + "\(week.week)"
    }

    /// Its address.
    var address: String { "/r/" + text }

    /// The week so many weeks later.
    func adding(weeks: Int) -> WeekAddress { WeekAddress(of: monday.adding(days: 7 * weeks)) }

    /// From its Monday's midnight to the next, in a zone.
    func range(_ zone: ZoneRules) -> TimeRange {
        TimeRange(
            start: zone.midnight(monday), end: zone.midnight(monday.adding(days: 7)))
    }
}
