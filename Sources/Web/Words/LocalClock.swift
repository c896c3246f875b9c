// Times on the wall clock of a site, as short as they can be while still exact.

import Plant
import Understand

/// Local times in words.
struct LocalClock: Sendable {
    /// Rules of the site's zone.
    let zone: ZoneRules

    /// `11:25`.
    func minute(_ time: Timestamp) -> String { Plain.clock(time, zone: zone) }

    /// `11:25:08`.
    func second(_ time: Timestamp) -> String { Plain.clock(time, zone: zone, seconds: true) }

    /// `Fri 13 Nov`.
    func day(_ time: Timestamp) -> String { Plain.date(time, zone: zone) }

    /// `Fri 13 Nov, 11:25`, or only the time on the day of `today`.
    func moment(_ time: Timestamp, today: Timestamp, seconds: Bool = false) -> String {
        let clock = seconds ? second(time) : minute(time)
        return zone.local(time).date == zone.local(today).date ? clock : day(time) + ", " + clock
    }

    /// `06:00 to 14:00`, `Fri 13 Nov`, `9 to 13 November`: the shortest that is exact.
    func range(_ range: TimeRange, today: Timestamp) -> String {
        let first = zone.local(range.start)
        let last = zone.local(range.end)
        if first.secondsOfDay == 0, last.secondsOfDay == 0, range.end > range.start {
            let final = last.date.adding(days: -1)
            return first.date == final ? Plain.date(final) : Plain.dates(first.date, final)
        }
        if first.date == last.date {
            let clock = Plain.clock(range, zone: zone)
            return first.date == zone.local(today).date ? clock : day(range.start) + ", " + clock
        }
        return day(range.start) + ", " + minute(range.start) + " to " + day(range.end) + ", "
            + minute(range.end)
    }

    /// `2026-11-13 11:25:08`, which spreadsheets read as a date.
    func spreadsheet(_ time: Timestamp) -> String {
        zone.local(time).date.text + " " + second(time)
    }
}
