// Working time: clock changes, midnight, breaks, overlaps, versions, days off.

import Plant
import Testing

@Suite struct ShiftCalendarTests {
    private static let weekday = Set(Weekday.allCases)

    private func pattern(
        _ id: StaticString, _ from: Int, _ to: Int, breaks: [ClockSpan] = [],
        days: Set<Weekday> = ShiftCalendarTests.weekday
    ) -> ShiftPattern {
        ShiftPattern(
            id: Slug(id), name: "Shift", days: days, hours: ClockSpan(from: from, to: to),
            breaks: breaks)
    }

    private func calendar(
        _ zone: String, _ shifts: [ShiftPattern], daysOff: Set<CivilDate> = []
    ) throws -> ShiftCalendar {
        ShiftCalendar(
            zone: try zoneRules(zone),
            versions: [
                CalendarVersion(
                    validFrom: try day("2020-01-01"), shifts: shifts, daysOff: daysOff)
            ])
    }

    private func shift(_ calendar: ShiftCalendar, _ id: String) throws -> Shift {
        let date = try day(String(id.prefix(10)))
        let range = TimeRange(
            start: calendar.zone.midnight(date), end: calendar.zone.midnight(date.adding(days: 1)))
        return try #require(calendar.shifts(in: range).first { $0.id == id })
    }

    private func job(_ from: Timestamp, _ to: Timestamp) -> JobRun {
        JobRun(
            job: "J", product: "P", idealPerPart: nil, isEstimate: false, plannedParts: nil,
            range: TimeRange(start: from, end: to), sequence: 1)
    }

    @Test("with shifts they alone plan; without any, time with a job on is planned, each once")
    func planned() throws {
        let early = try calendar("UTC", [pattern("early", clock(6), clock(14))])
        let midnight = early.zone.midnight(try day("2026-11-13"))
        let whole = TimeRange(start: midnight, end: midnight + .hours(24))
        let evening = job(midnight + .hours(15), midnight + .hours(17))
        #expect(
            early.plannedTime(in: whole, jobs: [evening])
                == [TimeRange(start: midnight + .hours(6), end: midnight + .hours(14))])
        let open = ShiftCalendar(zone: early.zone)
        // Two jobs that overlap, and one that still runs.
        let jobs = [
            job(midnight + .hours(1), midnight + .hours(3)),
            job(midnight + .hours(2), midnight + .hours(4)),
            job(midnight + .hours(20), .distantFuture),
        ]
        #expect(
            open.plannedTime(in: whole, jobs: jobs)
                == [
                    TimeRange(start: midnight + .hours(1), end: midnight + .hours(4)),
                    TimeRange(start: midnight + .hours(20), end: midnight + .hours(24)),
                ])
        #expect(open.plannedTime(in: whole, jobs: []).isEmpty)
    }

    @Test("before the first version with shifts, and from one without, jobs plan")
    func plannedByVersions() throws {
        let shifts = [pattern("early", clock(6), clock(14))]
        let zone = try zoneRules("UTC")
        let calendar = ShiftCalendar(
            zone: zone,
            versions: [
                CalendarVersion(validFrom: try day("2026-11-10"), shifts: shifts, daysOff: []),
                CalendarVersion(validFrom: try day("2026-11-12"), shifts: [], daysOff: []),
            ])
        let start = zone.midnight(try day("2026-11-09"))
        let range = TimeRange(start: start, end: start + .hours(96))
        #expect(
            calendar.timeWithoutShifts(in: range)
                == [
                    TimeRange(start: start, end: start + .hours(24)),
                    TimeRange(start: start + .hours(72), end: start + .hours(96)),
                ])
    }

    @Test(
        "E5: a night shift lasts as long as the clock makes it",
        arguments: [
            ("Europe/London", "2026-03-28", 420.0), ("Europe/London", "2026-10-24", 540),
            ("Europe/London", "2026-11-13", 480), ("America/New_York", "2026-03-07", 420),
            ("America/New_York", "2026-10-31", 540), ("Australia/Lord_Howe", "2026-10-03", 450),
            ("Australia/Lord_Howe", "2026-04-04", 510), ("Asia/Tokyo", "2026-03-28", 480),
            ("UTC", "2026-10-24", 480),
        ])
    func clockChange(zone: String, date: String, minutes: Double) throws {
        let calendar = try calendar(zone, [pattern("night", clock(22), clock(6))])
        let night = try shift(calendar, date + "/night")
        #expect(night.plannedTime.minutes == minutes)
        #expect(night.range.elapsed.minutes == minutes)
        #expect(night.date.text == date)
    }

    @Test("R-36: a break inside the missing hour has length zero, one after it is whole")
    func breakInsideTheGap() throws {
        let inside = ClockSpan(from: clock(1, 15), to: clock(1, 45))
        let after = ClockSpan(from: clock(3), to: clock(3, 30))
        let calendar = try calendar(
            "Europe/London", [pattern("night", clock(22), clock(6), breaks: [inside, after])])
        #expect(try shift(calendar, "2026-03-27/night").plannedTime.minutes == 420)
        #expect(try shift(calendar, "2026-03-28/night").plannedTime.minutes == 390)
        #expect(try shift(calendar, "2026-10-24/night").plannedTime.minutes == 480)
    }

    @Test("a shift over midnight belongs to the day of its start, its breaks may be on either")
    func overMidnight() throws {
        let early = ClockSpan(from: clock(23), to: clock(23, 15))
        let late = ClockSpan(from: clock(2), to: clock(2, 30))
        let over = ClockSpan(from: clock(23, 50), to: clock(0, 10))
        let calendar = try calendar(
            "UTC", [pattern("night", clock(22), clock(6), breaks: [late, early, over])])
        let night = try shift(calendar, "2026-11-13/night")
        #expect(night.plannedTime.minutes == 480 - 15 - 30 - 20)
        let inside = try time("2026-11-14T05:59:59.999999999Z")
        #expect(calendar.shift(at: inside)?.id == "2026-11-13/night")
        #expect(calendar.shift(at: try time("2026-11-14T06:00:00Z")) == nil)
    }

    @Test("where patterns overlap the earlier one owns the time, and the sums are the union")
    func overlap() throws {
        let calendar = try calendar(
            "UTC",
            [
                pattern("early", clock(6), clock(14)), pattern("late", clock(13), clock(21)),
                pattern("day", clock(5), clock(22)),
            ])
        let date = try day("2026-11-13")
        let all = calendar.shifts(
            in: TimeRange(
                start: calendar.zone.midnight(date), end: try time("2026-11-14T00:00:00Z")))
        #expect(all.count == 3)
        let sum = all.reduce(Elapsed.zero) { $0 + $1.plannedTime }
        #expect(sum.hours == 17)
        #expect(try shift(calendar, "2026-11-13/early").plannedTime.hours == 8)
        #expect(try shift(calendar, "2026-11-13/late").plannedTime.hours == 7)
        #expect(try shift(calendar, "2026-11-13/day").plannedTime.hours == 2)
        #expect(try shift(calendar, "2026-11-13/day").range.elapsed.hours == 17)
        #expect(calendar.shift(at: try time("2026-11-13T13:30:00Z"))?.id == "2026-11-13/early")
        #expect(calendar.shift(at: try time("2026-11-13T20:00:00Z"))?.id == "2026-11-13/late")
        #expect(calendar.shift(at: try time("2026-11-13T05:30:00Z"))?.id == "2026-11-13/day")
        #expect(calendar.shift(at: try time("2026-11-13T21:30:00Z"))?.id == "2026-11-13/day")
    }

    @Test("a night shift that reaches into the next day's early shift owns the time")
    func overlapOverMidnight() throws {
        let calendar = try calendar(
            "UTC", [pattern("early", clock(5), clock(13)), pattern("night", clock(22), clock(6))])
        #expect(calendar.shift(at: try time("2026-11-14T05:30:00Z"))?.id == "2026-11-13/night")
        #expect(try shift(calendar, "2026-11-14/early").plannedTime.hours == 7)
        let week = TimeRange(
            start: try time("2026-11-09T00:00:00Z"), end: try time("2026-11-16T00:00:00Z"))
        #expect(
            calendar.workingTime(in: week).reduce(.zero) { $0 + $1.elapsed }.hours == 7 * 15)
    }

    @Test(
        "each instant is in at most one shift, whatever the patterns and the window",
        arguments: 1...40)
    func disjoint(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let zone = ["UTC", "Europe/London", "Australia/Lord_Howe"][seed % 3]
        var shifts: [ShiftPattern] = []
        let ids: [StaticString] = ["a", "b", "c", "d"]
        for id in ids.prefix(Int.random(in: 1...4, using: &numbers)) {
            let from = Int.random(in: 0..<96, using: &numbers) * 900
            let length = Int.random(in: 1...64, using: &numbers) * 900
            let days = Weekday.allCases.filter { _ in Bool.random(using: &numbers) }
            shifts.append(
                ShiftPattern(
                    id: Slug(id), name: "Shift", days: Set(days),
                    hours: ClockSpan(from: from, to: from + length),
                    breaks: [ClockSpan(from: (from + 900) % 86400, to: (from + 1800) % 86400)]))
        }
        let calendar = try calendar(zone, shifts)
        let week = TimeRange(
            start: try time("2026-10-19T00:00:00Z"), end: try time("2026-10-29T00:00:00Z"))
        let working = calendar.workingTime(in: week)
        for (left, right) in zip(working, working.dropFirst()) {
            #expect(left.end <= right.start, "seed \(seed)")
        }
        let whole = calendar.shifts(in: week)
        let owned = whole.flatMap(\.owned).sorted { $0.start < $1.start }
        #expect(
            zip(owned, owned.dropFirst()).allSatisfy { $0.end <= $1.start }, "seed \(seed)")
        // A smaller window shows the same shifts, whole.
        let small = TimeRange(
            start: try time("2026-10-23T00:00:00Z"), end: try time("2026-10-23T18:00:00Z"))
        #expect(
            calendar.shifts(in: small) == whole.filter { $0.owned.contains { $0.overlaps(small) } },
            "seed \(seed)")
        var wrong: [String] = []
        for hour in stride(from: Int64(0), to: 240, by: 3) {
            let instant = week.start + .hours(hour) + .minutes(7)
            let owner = whole.first { $0.owned.contains { $0.contains(instant) } }
            if calendar.shift(at: instant) != owner { wrong.append(instant.rfc3339) }
        }
        #expect(wrong == [], "seed \(seed)")
    }

    @Test("the version that holds on the day of the start decides, days off have no start")
    func versions() throws {
        var calendar = try calendar(
            "Europe/London", [pattern("day", clock(8), clock(16))],
            daysOff: [try day("2026-12-25")])
        calendar.add(
            CalendarVersion(
                validFrom: try day("2027-01-01"), shifts: [pattern("day", clock(7), clock(16))],
                daysOff: []))
        #expect(try shift(calendar, "2026-12-31/day").plannedTime.hours == 8)
        #expect(try shift(calendar, "2027-01-01/day").plannedTime.hours == 9)
        #expect(calendar.shift(at: try time("2026-12-25T10:00:00Z")) == nil)
        #expect(calendar.shift(at: try time("2019-12-31T10:00:00Z")) == nil)
        calendar.add(
            CalendarVersion(validFrom: try day("2027-01-01"), shifts: [], daysOff: []))
        #expect(calendar.shift(at: try time("2027-01-01T10:00:00Z")) == nil)
        #expect(calendar.versions.count == 2)
    }

    @Test("no shift at the ends of time, and no trap")
    func endsOfTime() throws {
        let calendar = try calendar("UTC", [pattern("day", clock(8), clock(16))])
        #expect(calendar.shift(at: .distantPast) == nil)
        #expect(calendar.shift(at: .distantFuture) == nil)
    }
}
