// The working time of the made-up site: every hour of the week lies in a shift.

import Plant

/// Shifts of the site, with breaks placed where they do not hide the planted problems.
enum SiteCalendar {
    /// Hours into an 8-hour and a 12-hour shift at which the break may lie, best first.
    private static let choices: [(short: Double, long: Double)] = [(4, 6), (1.5, 3), (6.5, 9)]
    private static let workdays: Set<Weekday> = [
        .monday, .tuesday, .wednesday, .thursday, .friday,
    ]
    private static let weekend: Set<Weekday> = [.saturday, .sunday]

    /// The calendar from a date on, without a break from `quiet.start` to `quiet.end`.
    static func version(from date: CivilDate, quiet: TimeRange, zone: ZoneRules) -> CalendarVersion
    {
        let versions = choices.map { choice in
            CalendarVersion(
                validFrom: date,
                shifts: [
                    pattern("early", "Early", workdays, 6, 14, choice.short),
                    pattern("late", "Late", workdays, 14, 22, choice.short),
                    pattern("night", "Night", workdays, 22, 6, choice.short),
                    pattern("weekend-day", "Weekend day", weekend, 6, 18, choice.long),
                    pattern("weekend-night", "Weekend night", weekend, 18, 6, choice.long),
                ],
                daysOff: [])
        }
        let free = versions.first { version in
            let working = ShiftCalendar(zone: zone, versions: [version]).workingTime(in: quiet)
            return working.reduce(Elapsed.zero) { $0 + $1.elapsed } == quiet.elapsed
        }
        return free ?? versions[0]
    }

    private static func pattern(
        _ id: StaticString, _ name: String, _ days: Set<Weekday>, _ from: Int, _ to: Int,
        _ breakAfter: Double
    ) -> ShiftPattern {
        let begins = from * 3600 + Int(breakAfter * 3600)
        let breakStart = begins % 86400
        return ShiftPattern(
            id: Slug(id), name: name, days: days,
            hours: ClockSpan(from: from * 3600, to: to * 3600),
            breaks: [ClockSpan(from: breakStart, to: breakStart + 1800)])
    }
}
