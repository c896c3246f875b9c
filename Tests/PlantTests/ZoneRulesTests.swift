// Local time: both clock changes of the year, in several zones.

import Plant
import Testing

@Suite struct ZoneRulesTests {
    @Test(
        "a time inside the missing hour moves forward to the first that exists",
        arguments: [
            ("Europe/London", "2026-03-29", 1, 30, "2026-03-29T01:00:00Z"),
            ("America/New_York", "2026-03-08", 2, 30, "2026-03-08T07:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-04", 2, 15, "2026-10-03T15:30:00Z"),
        ])
    func missing(
        zone: String, date: String, hour: Int, minute: Int, instant: String
    ) throws {
        let rules = try zoneRules(zone)
        let expected = try time(instant)
        #expect(rules.instant(of: try day(date), secondsOfDay: clock(hour, minute)) == expected)
        #expect(rules.offsetSeconds(at: expected) > rules.offsetSeconds(at: expected - .seconds(1)))
    }

    @Test(
        "a time that occurs twice means its first occurrence",
        arguments: [
            ("Europe/London", "2026-10-25", 1, 30, "2026-10-25T00:30:00Z"),
            ("America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z"),
            ("Australia/Lord_Howe", "2026-04-05", 1, 45, "2026-04-04T14:45:00Z"),
        ])
    func ambiguous(
        zone: String, date: String, hour: Int, minute: Int, instant: String
    ) throws {
        let rules = try zoneRules(zone)
        #expect(
            rules.instant(of: try day(date), secondsOfDay: clock(hour, minute))
                == (try time(instant)))
    }

    @Test(
        "every local minute that exists reads back, around every change of twelve years",
        arguments: [
            "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo",
            "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu",
        ])
    func everyMinute(zone: String) throws {
        let rules = try zoneRules(zone)
        let around = rules.changes.map(\.at) + [try time("2026-06-01T00:00:00Z")]
        var wrong: [String] = []
        for change in around {
            for minute in Int64(-240)...240 {
                let instant = change + .minutes(minute)
                let local = rules.local(instant)
                let back = rules.instant(of: local.date, secondsOfDay: local.secondsOfDay)
                if rules.local(back) != local || back > instant { wrong.append(instant.rfc3339) }
            }
        }
        #expect(wrong == [])
    }

    @Test(
        "days are as long as they are",
        arguments: [
            ("Europe/London", "2026-03-29T12:00:00Z", 23.0),
            ("Europe/London", "2026-10-25T12:00:00Z", 25.0),
            ("Europe/London", "2026-06-01T12:00:00Z", 24.0),
            ("America/New_York", "2026-03-08T12:00:00Z", 23.0),
            ("Australia/Lord_Howe", "2026-10-04T00:00:00Z", 23.5),
            ("Australia/Lord_Howe", "2026-04-05T00:00:00Z", 24.5),
            ("Asia/Tokyo", "2026-03-29T12:00:00Z", 24.0),
        ])
    func dayLength(zone: String, inside: String, hours: Double) throws {
        let rules = try zoneRules(zone)
        let instant = try time(inside)
        let range = rules.day(containing: instant)
        #expect(range.elapsed.hours == hours)
        #expect(range.contains(instant))
    }

    @Test("seconds beyond a day count into the following days")
    func beyondTheDay() throws {
        let rules = try zoneRules("Europe/London")
        #expect(
            rules.instant(of: try day("2026-03-28"), secondsOfDay: clock(30))
                == (try time("2026-03-29T05:00:00Z")))
    }
}
