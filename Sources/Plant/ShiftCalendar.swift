// When the factory means to work: shift patterns, breaks, days off, dated versions.

/// A stretch of the wall clock in seconds since local midnight; `to` above 86,400 or at most
/// `from` means the following day.
public struct ClockSpan: Hashable, Sendable, BitwiseCopyable {
    /// Start, 0 to 86,399.
    public let from: Int
    /// End, 1 to 172,800, always after `from`.
    public let to: Int

    /// A span; an end at or before the start means the following day.
    public init(from: Int, to: Int) {
        self.from = from
        self.to = to <= from ? to + 86400 : to
    }
}

/// A shift that repeats on some days of the week.
public struct ShiftPattern: Hashable, Sendable {
    /// Stable id, part of every shift's id.
    public let id: Slug
    /// Name as people say it.
    public let name: String
    /// Days on which it starts.
    public let days: Set<Weekday>
    /// Working hours on the wall clock.
    public let hours: ClockSpan
    /// Breaks on the wall clock; inside the hours.
    public let breaks: [ClockSpan]

    /// A repeating shift.
    public init(id: Slug, name: String, days: Set<Weekday>, hours: ClockSpan, breaks: [ClockSpan]) {
        self.id = id
        self.name = name
        self.days = days
        self.hours = hours
        self.breaks = breaks
    }
}

/// The patterns and exceptions that hold from one date on.
public struct CalendarVersion: Hashable, Sendable {
    /// First local date on which it holds.
    public let validFrom: CivilDate
    /// Patterns in order of priority: where two overlap, the earlier one owns the time.
    public let shifts: [ShiftPattern]
    /// Dates on which no shift starts.
    public let daysOff: Set<CivilDate>

    /// A calendar from a date on.
    public init(validFrom: CivilDate, shifts: [ShiftPattern], daysOff: Set<CivilDate>) {
        self.validFrom = validFrom
        self.shifts = shifts
        self.daysOff = daysOff
    }
}

/// One shift that took, takes or will take place.
public struct Shift: Hashable, Sendable {
    /// `2026-11-13/early`: local date of its start and the pattern's id (decisions 26).
    public let id: String
    /// Name of its pattern.
    public let name: String
    /// Local date of its start: the day it belongs to.
    public let date: CivilDate
    /// From its start to its end, real elapsed time; others may own parts of it.
    public let range: TimeRange
    /// The time that is its own, breaks included: the range without what an earlier pattern owns.
    public let owned: [TimeRange]
    /// Planned working time: the range without breaks and without what an earlier pattern owns.
    public let working: [TimeRange]

    /// Planned time in real elapsed time; 23- and 25-hour days counted as they are.
    public var plannedTime: Elapsed { working.reduce(.zero) { $0 + $1.elapsed } }
}

/// The site's working time: versions by date, in one zone.
public struct ShiftCalendar: Hashable, Sendable {
    /// Rules of the site's zone.
    public var zone: ZoneRules
    /// Versions in order of `validFrom`.
    public private(set) var versions: [CalendarVersion]

    /// A calendar; versions are sorted here, the last one given for a date wins.
    public init(zone: ZoneRules, versions: [CalendarVersion] = []) {
        self.zone = zone
        self.versions = []
        for version in versions { add(version) }
    }

    /// Adds a version, replacing one with the same first date.
    public mutating func add(_ version: CalendarVersion) {
        versions.removeAll { $0.validFrom == version.validFrom }
        versions.append(version)
        versions.sort { $0.validFrom < $1.validFrom }
    }

    /// The version that holds on a date, nil before the first.
    public func version(on date: CivilDate) -> CalendarVersion? {
        versions.last { $0.validFrom <= date }
    }

    /// Shifts that own any of a range, in order of start; each instant belongs to at most one.
    public func shifts(in range: TimeRange) -> [Shift] {
        // A shift lasts up to two days, and so does one that owns a part of it.
        let first = zone.local(range.start).date.adding(days: -4)
        let last = zone.local(range.end).date.adding(days: 1)
        var shifts: [Shift] = []
        var taken: [TimeRange] = []
        var date = first
        while date <= last {
            for shift in self.shifts(startingOn: date, taken: taken) {
                shifts.append(shift)
                taken.append(shift.range)
            }
            taken.removeAll { $0.end < zone.midnight(date.adding(days: -1)) }
            date = date.adding(days: 1)
        }
        return shifts.filter { $0.owned.contains { $0.overlaps(range) } }
            .sorted { $0.range.start < $1.range.start }
    }

    /// The shift that owns an instant, nil outside all of them.
    public func shift(at time: Timestamp) -> Shift? {
        let instant = TimeRange(start: time, end: time + Elapsed(nanoseconds: 1))
        return shifts(in: instant).first
    }

    /// Planned working time within a range, as ranges in time order.
    public func workingTime(in range: TimeRange) -> [TimeRange] {
        shifts(in: range).flatMap(\.working).compactMap { $0.intersection(range) }
            .sorted { $0.start < $1.start }
    }

    /// Planned time of one machine: the shifts' working time, and where no shifts are set the time
    /// with a job on it.
    ///
    /// A calendar that has shifts decides alone: what a job makes outside of them is unplanned.
    public func plannedTime(in range: TimeRange, jobs: [JobRun]) -> [TimeRange] {
        let working = workingTime(in: range)
        let open = timeWithoutShifts(in: range)
        guard !open.isEmpty, !jobs.isEmpty else { return working }
        let onJobs = open.flatMap { part in
            // What is left when all time without a job is taken away.
            part.subtracting(part.subtracting(jobs.map(\.range)))
        }
        return (working + onJobs).sorted { $0.start < $1.start }
    }

    /// The parts of a range in which no version with shifts holds.
    public func timeWithoutShifts(in range: TimeRange) -> [TimeRange] {
        var covered: [TimeRange] = []
        for (place, version) in versions.enumerated() where !version.shifts.isEmpty {
            let next = versions.dropFirst(place + 1).first
            let start = zone.midnight(version.validFrom)
            let end = next.map { zone.midnight($0.validFrom) } ?? max(start, range.end)
            covered.append(TimeRange(start: start, end: end))
        }
        return range.subtracting(covered)
    }

    private func shifts(startingOn date: CivilDate, taken: [TimeRange]) -> [Shift] {
        guard let version = version(on: date), !version.daysOff.contains(date) else { return [] }
        var result: [Shift] = []
        var owned = taken
        for pattern in version.shifts where pattern.days.contains(date.weekday) {
            let range = self.range(pattern.hours, on: date)
            guard !range.isEmpty else { continue }
            let breaks = pattern.breaks.map { span in
                let later = span.from < pattern.hours.from ? 86400 : 0
                return self.range(
                    ClockSpan(from: span.from + later, to: span.to + later), on: date)
            }
            let working = range.subtracting(breaks + owned)
            guard !working.isEmpty else { continue }
            let owner = range.subtracting(owned)
            let trimmed = TimeRange(
                start: owner.first?.start ?? range.start, end: owner.last?.end ?? range.end)
            result.append(
                Shift(
                    id: date.text + "/" + pattern.id.text, name: pattern.name, date: date,
                    range: trimmed, owned: owner, working: working))
            owned.append(range)
        }
        return result
    }

    private func range(_ span: ClockSpan, on date: CivilDate) -> TimeRange {
        TimeRange(
            start: zone.instant(of: date, secondsOfDay: span.from),
            end: zone.instant(of: date, secondsOfDay: span.to))
    }
}
