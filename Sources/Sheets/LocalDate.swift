// Dates and times of day as they stand in a sheet: on the wall, without a zone.

/// A date of the Gregorian calendar, without zone.
public struct LocalDate: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Year, 1 to 9999.
    public let year: Int
    /// Month, 1 to 12.
    public let month: Int
    /// Day of the month, 1 to 31.
    public let day: Int

    /// A date, or nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= LocalDate.days(in: month, of: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date some days after 1970-01-01, nil outside the years 1 to 9999.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    public init?(dayNumber: Int) {
        guard (-719_162...2_932_896).contains(dayNumber) else { return nil }
        let shifted = dayNumber + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01, negative before.
    public var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// `2026-11-13`.
    public var text: String { padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) }

    /// `13 November 2026`.
    public var spoken: String { "\(day) \(LocalDate.months[month - 1]) \(year)" }

    /// Orders by date.
    public static func < (left: LocalDate, right: LocalDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
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
    public let date: LocalDate
    /// The time of day.
    public let time: LocalTime
    /// Seconds ahead of UTC where the cell says so, as in `+02:00` or `Z`; nil nearly always.
    public let utcOffset: Int?

    /// A date and a time of day.
    public init(date: LocalDate, time: LocalTime, utcOffset: Int? = nil) {
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
