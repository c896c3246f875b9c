// A stretch of time as people say it: today, this week, yesterday, 9 to 13 November.

import Plant
import Understand

/// Names of periods for the middle of a sentence, and what they are compared with.
enum PeriodWords {
    /// The stretch that a period is compared with: the same weekdays and hours on the wall clock,
    /// one or as many whole weeks earlier as the period is long.
    static func before(_ period: TimeRange, _ zone: ZoneRules) -> TimeRange {
        let weeks = Int((period.elapsed.hours / (24 * 7)).rounded(.up))
        func earlier(_ time: Timestamp) -> Timestamp {
            let local = zone.local(time)
            let fraction = time.nanoseconds - time.secondsSince1970 * 1_000_000_000
            let moved = zone.instant(
                of: local.date.adding(days: -7 * max(1, weeks)), secondsOfDay: local.secondsOfDay)
            return moved + Elapsed(nanoseconds: fraction)
        }
        return TimeRange(start: earlier(period.start), end: earlier(period.end))
    }

    /// The usual words for a period that ends no later than now.
    static func words(_ period: TimeRange, _ now: Timestamp, _ zone: ZoneRules) -> String {
        let today = zone.day(containing: now)
        let start = zone.local(period.start).date
        let end = zone.local(period.end - Elapsed(nanoseconds: 1)).date
        let date = zone.local(now).date
        let endsNow = now - period.end < .minutes(2)
        if period.start == today.start, endsNow { return "today" }
        if period.start == zone.midnight(date.monday), endsNow { return "this week" }
        if start == end, start == date.adding(days: -1) { return "yesterday" }
        let lastMonday = date.monday.adding(days: -7)
        if period.start == zone.midnight(lastMonday), period.end == zone.midnight(date.monday) {
            return "last week"
        }
        if period.start == zone.midnight(start), period.end == zone.midnight(start.adding(days: 1))
        {
            return "on " + Plain.date(start)
        }
        if start == end {
            return "on " + Plain.date(start) + ", "
                + Plain.clock(period, zone: zone)
        }
        return Plain.dates(start, end)
    }
}
