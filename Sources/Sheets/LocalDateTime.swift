// Dates and times of day as they stand in a sheet: on the wall, without a zone.

public import Plant

extension CivilDate {
    /// The years that a sheet is read with.
    static let sheetYears = 1...9999

    /// The date some days after 1970-01-01, nil outside the years 1 to 9999.
    init?(inSheet dayNumber: Int) {
        guard (-719_162...2_932_896).contains(dayNumber) else { return nil }
        self.init(dayNumber: dayNumber)
    }

    /// A date, nil when there is no such day or its year is outside 1 to 9999.
    init?(inSheet year: Int, _ month: Int, _ day: Int) {
        guard CivilDate.sheetYears.contains(year) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// `13 November 2026`.
    public var spoken: String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ]
        return "\(day) \(months[month - 1]) \(year)"
    }
}

/// A time of day, without zone.
public struct LocalTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Hour, 0 to 23.
    public let hour: Int
    /// Minute, 0 to 59.
    public let minute: Int
    /// Second, 0 to 59.
    public let second: Int
    /// Nanosecond, 0 to 999,999,999.
    public let nanosecond: Int

    /// A time of day, or nil when a clock never shows it.
    public init?(hour: Int, minute: Int, second: Int = 0, nanosecond: Int = 0) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999_999).contains(nanosecond)
        else { return nil }
        (self.hour, self.minute, self.second) = (hour, minute, second)
        self.nanosecond = nanosecond
    }

    /// `06:30`, `06:30:15` or `06:30:15.25`, as short as it can be.
    public var text: String {
        var text = padded(hour, 2) + ":" + padded(minute, 2)
        if second == 0, nanosecond == 0 { return text }
        text += ":" + padded(second, 2)
        if nanosecond == 0 { return text }
        var fraction = padded(nanosecond, 9)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return text + "." + fraction
    }

    /// Orders by time of day.
    public static func < (left: LocalTime, right: LocalTime) -> Bool {
        (left.hour, left.minute, left.second, left.nanosecond)
            < (right.hour, right.minute, right.second, right.nanosecond)
    }
}

/// A date and a time of day, on the wall.
public struct LocalDateTime: Hashable, Sendable, BitwiseCopyable {
    /// The date.
    public let date: CivilDate
    /// The time of day.
    public let time: LocalTime
    /// Seconds ahead of UTC where the cell says so, as in `+02:00` or `Z`; nil nearly always.
    public let utcOffset: Int?

    /// A date and a time of day.
    public init(date: CivilDate, time: LocalTime, utcOffset: Int? = nil) {
        (self.date, self.time, self.utcOffset) = (date, time, utcOffset)
    }

    /// `2026-11-13 06:30`.
    public var text: String { date.text + " " + time.text }
}

/// A number with zeros before it.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
