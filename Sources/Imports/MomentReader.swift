// Works out the stretch of time that a row is about, from whatever cells it gives.

import Plant
import Sheets

/// The time of a row.
struct RowTime {
    let range: TimeRange
    /// Whether the row gives its own times, not only a day or a shift.
    let hasOwnTimes: Bool
    /// Whether its minutes are not the time between its start and end.
    var hasOddMinutes = false
    /// Whether the day changes in it by the times of day alone.
    var isPastMidnight = false
    /// Whether it has no end.
    var isOpen = false
}

/// Reads the times of rows under a plan; keeps the shifts of the days it has met.
struct MomentReader {
    let plan: ImportPlan
    let site: ImportSite
    private var shiftsOfDay: [CivilDate: [Shift]] = [:]

    init(plan: ImportPlan, site: ImportSite) { (self.plan, self.site) = (plan, site) }

    /// The start and end of a row that must have both.
    mutating func stretch(_ fields: RowFields) throws(RowRefusal) -> RowTime {
        guard let start = try start(fields) else {
            throw RowRefusal(fields.name(.start), "No start is given.")
        }
        let minutes = try minutes(fields)
        guard let end = try end(fields, start: start) else {
            guard let minutes else {
                throw RowRefusal(fields.name(.end) ?? fields.name(.minutes), "No end is given.")
            }
            guard minutes > .zero else {
                throw RowRefusal(fields.name(.minutes), "It has no length.")
            }
            let at = try single(start, fields.name(.start))
            return RowTime(range: TimeRange(start: at, end: at + minutes), hasOwnTimes: true)
        }
        var time = try pair(fields, start, end.time, minutes)
        time.isPastMidnight = end.isNextDay
        return time
    }

    /// The start and end, or the day or shift of a row without them.
    mutating func stretchOrDay(_ fields: RowFields) throws(RowRefusal) -> RowTime {
        guard let start = try start(fields) else {
            return RowTime(range: try wholeDay(fields), hasOwnTimes: false)
        }
        let minutes = try minutes(fields)
        if let end = try end(fields, start: start) {
            var time = try pair(fields, start, end.time, minutes)
            time.isPastMidnight = end.isNextDay
            return time
        }
        let at = try single(start, fields.name(.start))
        if let minutes, minutes > .zero {
            return RowTime(range: TimeRange(start: at, end: at + minutes), hasOwnTimes: true)
        }
        return RowTime(range: TimeRange(start: at, end: at), hasOwnTimes: true, isOpen: true)
    }

    /// The hour of a row of an hour-by-hour sheet.
    mutating func hour(_ fields: RowFields) throws(RowRefusal) -> RowTime {
        let name = fields.name(.hour)
        let hour: HourText?
        switch try fields.cell(.hour) {
        case .empty: throw RowRefusal(name, "No hour is given.")
        case .text(let text): hour = HourText(text)
        case .time(let time): hour = HourText(time)
        case .number(let number): hour = HourText(number: number.value)
        default: hour = nil
        }
        guard let hour else {
            throw RowRefusal(name, "\((fields.text(.hour) ?? "").quoted) is not an hour.")
        }
        guard let day = try day(fields) else {
            throw RowRefusal(fields.name(.day), "No day is given.")
        }
        guard let clock = LocalTime(hour: hour.from / 3_600, minute: hour.from / 60 % 60) else {
            throw RowRefusal(name, "No clock shows this hour.")
        }
        let date = try date(of: clock, day: day, fields)
        let start = try single(.wall(date, clock), name)
        // Real time: the hour at which clocks change is as long as the others.
        return RowTime(
            range: TimeRange(start: start, end: start + .seconds(Int64(hour.to - hour.from))),
            hasOwnTimes: true)
    }

    /// One instant: the time of measured values.
    mutating func moment(_ fields: RowFields) throws(RowRefusal) -> Timestamp {
        guard let start = try start(fields) else {
            throw RowRefusal(fields.name(.start), "No time is given.")
        }
        return try single(start, fields.name(.start))
    }

    /// How long the row says that it took, nil where it does not.
    func minutes(_ fields: RowFields) throws(RowRefusal) -> Elapsed? {
        let seconds: Double?
        switch try fields.cell(.minutes) {
        case .empty: return nil
        case .duration(let length): seconds = length
        case .number(let number): seconds = plan.durationUnit.map { number.value * $0.seconds }
        case .text(let text):
            seconds = LengthText.seconds(text, unit: plan.durationUnit?.seconds)
        case .time(let time): seconds = Double(WallTime.secondsOfDay(time))
        default: seconds = nil
        }
        let name = fields.name(.minutes)
        guard let seconds, seconds.isFinite else {
            throw RowRefusal(
                name, "\((fields.text(.minutes) ?? "").quoted) is not a length of time.")
        }
        guard seconds >= 0 else { throw RowRefusal(name, "A length of time is not below nothing.") }
        guard seconds <= ImportsLimits.longestRow.seconds else { throw tooLong(name) }
        return Elapsed(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    // Starts and ends.

    private mutating func start(_ fields: RowFields) throws(RowRefusal) -> FileTime? {
        let name = fields.name(.start)
        switch try fields.cell(.start) {
        case .empty: return nil
        case .dateTime(let both):
            return try named(name) { () throws(RowRefusal) in try FileTime(both) }
        case .time(let time):
            guard let day = try day(fields) else {
                throw RowRefusal(fields.name(.day) ?? name, "No day is given.")
            }
            return .wall(try date(of: time, day: day, fields), time)
        case .date: throw RowRefusal(name, "There is no time of day.")
        default: throw RowRefusal(name, "\((fields.text(.start) ?? "").quoted) is not a time.")
        }
    }

    private func end(
        _ fields: RowFields, start: FileTime
    ) throws(RowRefusal) -> (time: FileTime, isNextDay: Bool)? {
        let name = fields.name(.end)
        switch try fields.cell(.end) {
        case .empty: return nil
        case .dateTime(let both):
            return (try named(name) { () throws(RowRefusal) in try FileTime(both) }, false)
        case .time(let time):
            if let date = try date(fields, .endDay) { return (.wall(date, time), false) }
            let (date, clock) = wall(start)
            let isNext = WallTime.secondsOfDay(time) < clock
            return (.wall(isNext ? date.adding(days: 1) : date, time), isNext)
        case .date: throw RowRefusal(name, "There is no time of day.")
        default: throw RowRefusal(name, "\((fields.text(.end) ?? "").quoted) is not a time.")
        }
    }

    private func wall(_ time: FileTime) -> (date: CivilDate, seconds: Int) {
        switch time {
        case .wall(let date, let clock): return (date, WallTime.secondsOfDay(clock))
        case .instant(let at):
            let local = plan.zone.local(at)
            return (local.date, local.secondsOfDay)
        }
    }

    private func named<Value>(
        _ name: String?, _ body: () throws(RowRefusal) -> Value
    ) throws(RowRefusal) -> Value {
        do throws(RowRefusal) { return try body() } catch {
            throw RowRefusal(name, error.reason, error.trouble)
        }
    }

    /// The only instant that a time may mean.
    private func single(_ time: FileTime, _ name: String?) throws(RowRefusal) -> Timestamp {
        let instants = time.instants(plan.zone)
        guard let first = instants.first, let last = instants.last else {
            throw RowRefusal(name, Self.skipped(time))
        }
        if first == last { return first }
        switch plan.repeated {
        case .first: return first
        case .second: return last
        case nil: throw RowRefusal(name, Self.twice(time), .clock)
        }
    }

    /// The only stretch that a start and an end may mean; the minutes help to tell.
    private func pair(
        _ fields: RowFields, _ start: FileTime, _ end: FileTime, _ minutes: Elapsed?
    ) throws(RowRefusal) -> RowTime {
        let starts = start.instants(plan.zone)
        let ends = end.instants(plan.zone)
        if starts.isEmpty { throw RowRefusal(fields.name(.start), Self.skipped(start)) }
        if ends.isEmpty { throw RowRefusal(fields.name(.end), Self.skipped(end)) }
        var pairs: [TimeRange] = []
        for from in starts {
            for to in ends where to > from { pairs.append(TimeRange(start: from, end: to)) }
        }
        guard let first = pairs.first else {
            let isSame = starts.contains { ends.contains($0) }
            throw RowRefusal(
                fields.name(.end),
                isSame ? "Start and end are the same." : "The end is before the start.", .order)
        }
        if pairs.count > 1, let minutes {
            let fitting = pairs.filter { Self.agrees($0, minutes) }
            if fitting.count == 1 { pairs = fitting }
        }
        if pairs.count > 1 {
            let isStart = starts.count > 1
            guard let repeated = plan.repeated else {
                throw RowRefusal(
                    fields.name(isStart ? .start : .end), Self.twice(isStart ? start : end),
                    .clock)
            }
            let from = repeated == .first ? starts.first : starts.last
            let to = repeated == .first ? ends.first : ends.last
            pairs = pairs.filter { $0.start == from && $0.end == to }
        }
        let range = pairs.first ?? first
        guard range.elapsed <= ImportsLimits.longestRow else { throw tooLong(fields.name(.end)) }
        return RowTime(
            range: range, hasOwnTimes: true,
            hasOddMinutes: minutes.map { !Self.agrees(range, $0) } ?? false)
    }

    private static func agrees(_ range: TimeRange, _ minutes: Elapsed) -> Bool {
        let off = range.elapsed - minutes
        return off <= ImportsLimits.minuteRounding
            && off >= .zero - ImportsLimits.minuteRounding
    }

    private static func skipped(_ time: FileTime) -> String {
        "No clock showed \(time.words): clocks go forward then."
    }

    private static func twice(_ time: FileTime) -> String {
        "Clocks showed \(time.words) twice, as they go back then, and the file does not say which is"
            + " meant."
    }

    private func tooLong(_ name: String?) -> RowRefusal {
        let days = ImportsLimits.longestRow.nanoseconds / Elapsed.hours(24).nanoseconds
        return RowRefusal(name, "This is over \(days) days, too long for one row.")
    }

    // Days and shifts.

    private func day(_ fields: RowFields) throws(RowRefusal) -> CivilDate? {
        try date(fields, .day) ?? plan.day
    }

    private func date(_ fields: RowFields, _ role: ColumnRole) throws(RowRefusal) -> CivilDate? {
        let date: CivilDate
        switch try fields.cell(role) {
        case .empty: return nil
        case .date(let day): date = day
        case .dateTime(let both):
            guard WallTime.secondsOfDay(both.time) == 0 else {
                throw RowRefusal(fields.name(role), "There is a time of day too.")
            }
            date = both.date
        default:
            throw RowRefusal(fields.name(role), "\((fields.text(role) ?? "").quoted) is not a day.")
        }
        guard ImportsLimits.years.contains(date.year) else {
            throw RowRefusal(fields.name(role), "The year \(date.year) cannot be right.")
        }
        return date
    }

    /// The date on which a clock shows a time that belongs to a day: the day itself, or the next
    /// where the shift or the working day runs past midnight.
    private mutating func date(
        of time: LocalTime, day: CivilDate, _ fields: RowFields
    ) throws(RowRefusal) -> CivilDate {
        let window: TimeRange
        if let text = fields.text(.shift) {
            window = try shift(text, on: day, fields)
        } else if plan.dayMeaning == .workingDay {
            window = try workingDay(day, fields)
        } else {
            return day
        }
        for date in [day, day.adding(days: 1)] {
            let instants = WallTime.instants(date, time, plan.zone)
            if instants.contains(where: window.contains) { return date }
        }
        throw RowRefusal(
            fields.name(.start) ?? fields.name(.hour),
            "\(time.text) is outside of \(WallTime.words(window, plan.zone)), the hours of that"
                + " day or shift.")
    }

    private mutating func wholeDay(_ fields: RowFields) throws(RowRefusal) -> TimeRange {
        guard let day = try day(fields) else {
            throw RowRefusal(fields.name(.day) ?? fields.name(.start), "No day is given.")
        }
        if let text = fields.text(.shift) { return try shift(text, on: day, fields) }
        if plan.dayMeaning == .workingDay { return try workingDay(day, fields) }
        if plan.has(.shift), plan.dayMeaning == nil {
            throw RowRefusal(fields.name(.shift), "No shift is given.")
        }
        return TimeRange(
            start: plan.zone.midnight(day), end: plan.zone.midnight(day.adding(days: 1)))
    }

    private mutating func shift(
        _ text: String, on day: CivilDate, _ fields: RowFields
    ) throws(RowRefusal) -> TimeRange {
        let key = NameIndex.key(text)
        guard let id = plan.shifts[key] ?? site.shiftNames.exact(key) else {
            throw RowRefusal(fields.name(.shift), "\(text.quoted) is not a shift of this site.")
        }
        let wanted = day.text + "/" + id.text
        guard let shift = shifts(on: day).first(where: { $0.id == wanted }) else {
            throw RowRefusal(
                fields.name(.shift), "There is no shift \(text.quoted) on \(day.spoken).")
        }
        return shift.range
    }

    private mutating func workingDay(
        _ day: CivilDate, _ fields: RowFields
    ) throws(RowRefusal) -> TimeRange {
        let shifts = shifts(on: day)
        guard let first = shifts.map(\.range.start).min(), let last = shifts.map(\.range.end).max()
        else {
            throw RowRefusal(fields.name(.day), "No shift is set for \(day.spoken).")
        }
        return TimeRange(start: first, end: last)
    }

    private mutating func shifts(on day: CivilDate) -> [Shift] {
        if let known = shiftsOfDay[day] { return known }
        let zone = site.calendar.zone
        let range = TimeRange(
            start: zone.midnight(day), end: zone.midnight(day.adding(days: 3)))
        let shifts = site.calendar.shifts(in: range).filter { $0.date == day }
        shiftsOfDay[day] = shifts
        return shifts
    }
}
