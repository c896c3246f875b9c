// The hours of a rule as ranges of real time.

public import Plant

extension RuleWindow {
    /// The stretches within a range in which the rule looks, in order, none touching the next.
    ///
    /// Where no shifts are set, any shift and working time mean at any time.
    public func ranges(in range: TimeRange, calendar: ShiftCalendar) -> [TimeRange] {
        guard !isAlways else { return [range] }
        var found: [TimeRange]
        switch shifts {
        case .always: found = pieces(in: range, calendar, isEveryDay: false)
        case .outside:
            let own = calendar.shifts(in: range).flatMap(\.owned)
            let rest = range.subtracting(own + calendar.timeWithoutShifts(in: range))
            found = RuleWindow.shared(rest, pieces(in: range, calendar, isEveryDay: false))
        case .anyShift, .workingTime, .shifts:
            found = calendar.shifts(in: range).filter(isMeant).flatMap {
                shifts == .workingTime ? $0.working : $0.owned
            }
            if case .shifts = shifts {
            } else {
                let open = calendar.timeWithoutShifts(in: range)
                let days = pieces(in: range, calendar, isEveryDay: false)
                found += RuleWindow.shared(open, days)
            }
            if hours != nil {
                found = RuleWindow.shared(found, pieces(in: range, calendar, isEveryDay: true))
            }
        }
        return RuleWindow.merged(found.compactMap { $0.intersection(range) })
    }

    private func isMeant(_ shift: Shift) -> Bool {
        guard days.isEmpty || days.contains(shift.date.weekday) else { return false }
        guard case .shifts(let wanted) = shifts else { return true }
        guard let pattern = shift.id.split(separator: "/").last else { return false }
        return wanted.contains { $0.text == pattern }
    }

    /// The days, or the hours of days, that begin on the rule's days.
    private func pieces(
        in range: TimeRange, _ calendar: ShiftCalendar, isEveryDay: Bool
    ) -> [TimeRange] {
        if hours == nil && (days.isEmpty || isEveryDay) { return [range] }
        let zone = calendar.zone
        var date = zone.local(range.start).date.adding(days: -2)
        let last = zone.local(range.end).date
        var found: [TimeRange] = []
        while date <= last {
            if isEveryDay || days.isEmpty || days.contains(date.weekday) {
                let from = hours?.from ?? 0
                let to = hours?.to ?? 86_400
                found.append(
                    TimeRange(
                        start: zone.instant(of: date, secondsOfDay: from),
                        end: zone.instant(of: date, secondsOfDay: to)))
            }
            date = date.adding(days: 1)
        }
        return RuleWindow.merged(found)
    }

    /// What two lists of ranges share.
    static func shared(_ left: [TimeRange], _ right: [TimeRange]) -> [TimeRange] {
        var found: [TimeRange] = []
        for one in left { found += right.compactMap { one.intersection($0) } }
        return found
    }

    /// Ranges in order; those that touch become one.
    static func merged(_ ranges: [TimeRange]) -> [TimeRange] {
        var result: [TimeRange] = []
        for range in ranges.sorted(by: { $0.start < $1.start }) where !range.isEmpty {
            if let last = result.last, range.start <= last.end {
                result[result.count - 1].end = max(last.end, range.end)
            } else {
                result.append(range)
            }
        }
        return result
    }
}

/// The hours of a rule as time goes on: open or not, and the next edge.
struct WindowSchedule: Sendable {
    let window: RuleWindow
    private(set) var isOpen: Bool
    private(set) var openedAt: Int64
    private(set) var nextEdge: Int64
    private var ranges: [TimeRange] = []
    private var horizon = Int64.min

    /// A schedule that begins at a time.
    init(_ window: RuleWindow, start: Timestamp, calendar: ShiftCalendar) {
        self.window = window
        isOpen = true
        openedAt = .min
        nextEdge = .max
        guard !window.isAlways else { return }
        let before = Timestamp(nanoseconds: start.nanoseconds) - ActLimits.windowHorizon
        horizon = (start + ActLimits.windowHorizon).nanoseconds
        ranges = window.ranges(
            in: TimeRange(start: before, end: Timestamp(nanoseconds: horizon)),
            calendar: calendar)
        let own = ranges.first { $0.contains(start) }
        isOpen = own != nil
        openedAt = own?.start.nanoseconds ?? .min
        nextEdge = edge(after: start.nanoseconds)
    }

    private func edge(after time: Int64) -> Int64 {
        for range in ranges {
            if range.start.nanoseconds > time { return range.start.nanoseconds }
            if range.end.nanoseconds > time { return range.end.nanoseconds }
        }
        return horizon
    }

    /// Moves to an edge that has come.
    mutating func move(to time: Int64, calendar: ShiftCalendar) {
        guard time >= nextEdge else { return }
        if time >= horizon {
            let start = Timestamp(nanoseconds: time)
            horizon = (start + ActLimits.windowHorizon).nanoseconds
            ranges = window.ranges(
                in: TimeRange(start: start, end: Timestamp(nanoseconds: horizon)),
                calendar: calendar)
        }
        let isNow = ranges.contains { $0.contains(Timestamp(nanoseconds: time)) }
        if isNow && !isOpen { openedAt = time }
        isOpen = isNow
        nextEdge = edge(after: time)
    }
}
