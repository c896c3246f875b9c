// Forms of working time: shifts from a day on, one day of overtime, taking back what was set.

import Hummingbird
import Loop
import Plant
import Understand

extension PlaceForms {
    /// `POST /place/shifts`: working time from a date on.
    static func shifts(_ ask: Ask) async throws -> Response {
        try await trying(ask, part: "shifts") { form in
            try unchanged(form, PlaceMark.ofCalendar(ask.world.factory))
            var shifts: [ShiftPattern] = []
            for number in 1...PlacePage.shiftRows {
                guard let name = form.filled("name-\(number)") else { continue }
                let shift = try self.shift(form, number, name, among: shifts)
                if let other = shifts.first(where: { overlap($0, shift) }) {
                    throw RefusedSaying(
                        field: "from-\(number)",
                        says: "\(name) and \(other.name) overlap.",
                        remedy: "Let one begin when the other ends: an hour belongs to one shift.")
                }
                shifts.append(shift)
            }
            let daysOff = try self.daysOff(form)
            let from = try day(form, "from", ask)
            return [
                .calendarSet(
                    CalendarVersion(validFrom: from, shifts: shifts, daysOff: daysOff))
            ] + later(than: from, shifts, daysOff, ask.world.factory.calendarVersions)
        }
    }

    private static func shift(
        _ form: FormFields, _ number: Int, _ name: String, among shifts: [ShiftPattern]
    ) throws -> ShiftPattern {
        try short(name, "name-\(number)", 40)
        let from = try clock(form, "from-\(number)", "The start of \(name)")
        let to = try clock(form, "to-\(number)", "The end of \(name)")
        let days = Set(form.all("days-\(number)").compactMap { Weekday(shortName: $0) })
        guard !days.isEmpty else {
            throw RefusedSaying(
                field: "days-\(number)", says: "\(name) has no day.",
                remedy: "Tick the days on which it starts, or empty its name.")
        }
        let hours = ClockSpan(from: from, to: to)
        let field = "breaks-\(number)"
        let breaks = try breaks(form[field] ?? "", field, name)
        for pause in breaks {
            let start = pause.from < from ? pause.from + 86_400 : pause.from
            guard start >= hours.from, start < hours.to else {
                throw RefusedSaying(
                    field: field, says: "A break of \(name) lies outside of its hours.",
                    remedy: "Check the break and the hours.")
            }
        }
        return ShiftPattern(
            id: id(name, "shift") { slug in shifts.contains { $0.id == slug } },
            name: name, days: days, hours: hours, breaks: breaks)
    }

    private static func daysOff(_ form: FormFields) throws -> Set<CivilDate> {
        var daysOff: Set<CivilDate> = []
        for text in (form["days_off"] ?? "").split(whereSeparator: {
            $0 == "," || $0.isWhitespace
        }) {
            guard let date = CivilDate(String(text)) else {
                throw RefusedSaying(
                    field: "days_off", says: "“\(text)” is no date.",
                    remedy: "Write days off as 2026-12-25, with commas between.")
            }
            daysOff.insert(date)
        }
        return daysOff
    }

    /// Whether two shifts share time on any day of a week, the night into Monday too.
    private static func overlap(_ one: ShiftPattern, _ two: ShiftPattern) -> Bool {
        let week = 7 * 86_400
        func spans(_ shift: ShiftPattern) -> [Range<Int>] {
            Weekday.allCases.enumerated().filter { shift.days.contains($0.element) }.map { place in
                let start = place.offset * 86_400 + shift.hours.from
                return start..<place.offset * 86_400 + shift.hours.to
            }
        }
        let others = spans(two)
        return spans(one).contains { span in
            others.contains { other in
                [-week, 0, week].contains {
                    span.overlaps(other.lowerBound + $0..<other.upperBound + $0)
                }
            }
        }
    }

    /// Whether a shift is one day of overtime: `overtime`, `overtime-2` and so on.
    private static func isOvertime(_ shift: ShiftPattern) -> Bool {
        let parts = shift.id.text.split(separator: "-", maxSplits: 1)
        return parts.first == "overtime" && (parts.count == 1 || Int(parts[1]) != nil)
    }

    private static func usual(_ version: CalendarVersion) -> [ShiftPattern] {
        version.shifts.filter { !isOvertime($0) }
    }

    /// Days of overtime after a change keep their overtime, and have the new shifts around it.
    private static func later(
        than from: CivilDate, _ shifts: [ShiftPattern], _ daysOff: Set<CivilDate>,
        _ versions: [CalendarVersion]
    ) -> [FactoryEvent] {
        guard let before = version(on: from, versions) else { return [] }
        return versions.filter { $0.validFrom > from && usual($0) == usual(before) }.map {
            .calendarSet(
                CalendarVersion(
                    validFrom: $0.validFrom, shifts: shifts + $0.shifts.filter(isOvertime),
                    daysOff: daysOff.union($0.daysOff)))
        }
    }

    /// The version that holds on a day, nil before the first.
    private static func version(
        on day: CivilDate, _ versions: [CalendarVersion]
    ) -> CalendarVersion? {
        versions.filter { $0.validFrom <= day }.max { $0.validFrom < $1.validFrom }
    }

    /// `POST /place/day`: one day that differs, and the day after as before; or, with `withdraw`,
    /// working time that was set from that day on is taken back.
    static func exception(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        return try await trying(ask, part: "shifts") { form in
            try unchanged(form, PlaceMark.ofCalendar(factory))
            guard form.filled("date") != nil else {
                throw RefusedSaying(
                    field: "date", says: "The day is missing.",
                    remedy: "Choose the day; nothing was stored.")
            }
            let date = try day(form, "date", ask)
            if form["do"] == "withdraw" { return try withdrawn(date, factory.calendarVersions) }
            return try overtime(form, date, factory.calendarVersions)
        }
    }

    private static func overtime(
        _ form: FormFields, _ date: CivilDate, _ versions: [CalendarVersion]
    ) throws -> [FactoryEvent] {
        guard let usual = version(on: date, versions) else {
            throw RefusedSaying(
                field: "date", says: "No working time is set for that day.",
                remedy: "Set the shifts first.")
        }
        let from = try clock(form, "from", "The start of the overtime")
        let to = try clock(form, "to", "The end of the overtime")
        let name = form.filled("name") ?? "Overtime"
        try short(name, "name", 40)
        let extra = ShiftPattern(
            id: id("overtime", "overtime") { slug in usual.shifts.contains { $0.id == slug } },
            name: name, days: [date.weekday], hours: ClockSpan(from: from, to: to), breaks: [])
        if let other = shift(sharing: extra.hours, with: date, versions) {
            throw RefusedSaying(
                field: "from",
                says: "The overtime overlaps \(other.name), \(PlacePage.clock(other.hours.from))"
                    + " to \(PlacePage.clock(other.hours.to)).",
                remedy: "Let one begin when the other ends; nothing was stored.")
        }
        let next = date.adding(days: 1)
        let isNextSet = versions.contains { $0.validFrom == next }
        // On a day off the overtime is all that is worked.
        let around =
            usual.daysOff.contains(date)
            ? usual.shifts.compactMap { without(date.weekday, $0) } : usual.shifts
        let day = CalendarVersion(
            validFrom: date, shifts: around + [extra], daysOff: usual.daysOff.subtracting([date]))
        let after = CalendarVersion(
            validFrom: next, shifts: usual.shifts, daysOff: usual.daysOff)
        return [.calendarSet(day)] + (isNextSet ? [] : [.calendarSet(after)])
    }

    private static func without(_ weekday: Weekday, _ shift: ShiftPattern) -> ShiftPattern? {
        let days = shift.days.subtracting([weekday])
        guard !days.isEmpty else { return nil }
        return ShiftPattern(
            id: shift.id, name: shift.name, days: days, hours: shift.hours, breaks: shift.breaks)
    }

    /// A shift or overtime of the day, or one that reaches into it, that shares time with hours.
    private static func shift(
        sharing hours: ClockSpan, with date: CivilDate, _ versions: [CalendarVersion]
    ) -> ShiftPattern? {
        for offset in -1...1 {
            let day = date.adding(days: offset)
            guard let held = version(on: day, versions), !held.daysOff.contains(day) else {
                continue
            }
            let move = offset * 86_400
            let other = held.shifts.first {
                $0.days.contains(day.weekday)
                    && (hours.from..<hours.to).overlaps($0.hours.from + move..<$0.hours.to + move)
            }
            if let other { return other }
        }
        return nil
    }

    /// What holds from a day on once what was set for it is taken back, nil where that is what
    /// holds already.
    static func versionWithdrawn(
        _ date: CivilDate, _ versions: [CalendarVersion]
    ) -> CalendarVersion? {
        guard let set = versions.first(where: { $0.validFrom == date }) else { return nil }
        // A day of overtime says nothing of the days after it.
        let before = versions.filter { version in
            version.validFrom < date && !version.shifts.contains(where: isOvertime)
        }.max { $0.validFrom < $1.validFrom }
        let shifts = before?.shifts ?? []
        let daysOff = before?.daysOff ?? []
        guard shifts != set.shifts || daysOff != set.daysOff else { return nil }
        return CalendarVersion(validFrom: date, shifts: shifts, daysOff: daysOff)
    }

    /// The working time of the day before holds again, on days of overtime after it too.
    private static func withdrawn(
        _ date: CivilDate, _ versions: [CalendarVersion]
    ) throws -> [FactoryEvent] {
        guard let again = versionWithdrawn(date, versions),
            let set = versions.first(where: { $0.validFrom == date })
        else {
            throw RefusedSaying(
                field: "date",
                says: "Nothing that was set from \(Plain.longDate(date)) on is left to take back.",
                remedy: "Look at the list again.")
        }
        let after = versions.filter { $0.validFrom > date }
            .sorted { $0.validFrom < $1.validFrom }
            .prefix(while: { usual($0) == usual(set) })
        let isSame = usual(set) == again.shifts && set.daysOff == again.daysOff
        let copies: [FactoryEvent] = (isSame ? [] : after).map {
            .calendarSet(
                CalendarVersion(
                    validFrom: $0.validFrom,
                    shifts: again.shifts + $0.shifts.filter(isOvertime),
                    daysOff: again.daysOff.union($0.daysOff.subtracting(set.daysOff))))
        }
        return [.calendarSet(again)] + copies
    }

    private static func clock(_ form: FormFields, _ field: String, _ what: String) throws -> Int {
        guard let text = form.filled(field) else {
            throw RefusedSaying(
                field: field, says: "\(what) is missing.", remedy: "Write it as 06:00.")
        }
        return try seconds(text, field, what)
    }

    private static func seconds(
        _ text: some StringProtocol, _ field: String, _ what: String
    ) throws -> Int {
        let parts = text.split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0...23).contains(hour), (0...59).contains(minute)
        else {
            throw RefusedSaying(
                field: field, says: "\(what), “\(text)”, is no time of day.",
                remedy: "Write it as 06:00.")
        }
        return hour * 3_600 + minute * 60
    }

    private static func breaks(
        _ text: String, _ field: String, _ name: String
    ) throws -> [ClockSpan] {
        try text.split(separator: ",").map { part in
            let ends = part.split(separator: "-").map { $0.filter { !$0.isWhitespace } }
            guard ends.count == 2 else {
                throw RefusedSaying(
                    field: field, says: "“\(part)” is no break of \(name).",
                    remedy: "Write breaks as 09:00-09:15, with commas between.")
            }
            return ClockSpan(
                from: try seconds(ends[0], field, "The start of a break of \(name)"),
                to: try seconds(ends[1], field, "The end of a break of \(name)"))
        }
    }
}
