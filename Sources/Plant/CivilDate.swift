// The calendar on the wall: dates, weekdays, ISO weeks, and RFC 3339 text.

/// A day of the week, Monday first as in ISO 8601.
public enum Weekday: UInt8, CaseIterable, Sendable, Hashable, Comparable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// Three letters as in settings files: `Mon` to `Sun`.
    public var shortName: String {
        switch self {
        case .monday: "Mon"
        case .tuesday: "Tue"
        case .wednesday: "Wed"
        case .thursday: "Thu"
        case .friday: "Fri"
        case .saturday: "Sat"
        case .sunday: "Sun"
        }
    }

    /// A day from its three letters, nil for anything else.
    public init?(shortName: String) {
        guard let day = Weekday.allCases.first(where: { $0.shortName == shortName }) else {
            return nil
        }
        self = day
    }

    /// Orders Monday to Sunday.
    public static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
}

/// A date of the proleptic Gregorian calendar, without zone.
public struct CivilDate: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Year, 1678 to 2261 for anything that becomes a `Timestamp`.
    public let year: Int
    /// Month, 1 to 12.
    public let month: Int
    /// Day of the month, 1 to 31.
    public let day: Int

    /// A date, or nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.days(in: month, of: year) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date `dayNumber` days after 1970-01-01.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    public init(dayNumber: Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// A date from `2026-11-13`, nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let year = decimal(bytes, 0, 4), let month = decimal(bytes, 5, 2),
            let day = decimal(bytes, 8, 2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Days since 1970-01-01, negative before.
    public var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week.
    public var weekday: Weekday {
        let index = ((dayNumber + 3) % 7 + 7) % 7
        return Weekday.allCases[index]
    }

    /// The date some days later (or earlier when negative).
    public func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + days) }

    /// The Monday of the same ISO week.
    public var monday: CivilDate { adding(days: 1 - Int(weekday.rawValue)) }

    /// ISO 8601 week: the year it belongs to and its number, 1 to 53.
    public var isoWeek: (year: Int, week: Int) {
        let thursday = adding(days: 4 - Int(weekday.rawValue))
        let firstDay = CivilDate(dayNumber: thursday.dayNumber - thursday.dayOfYear + 1)
        return (thursday.year, (thursday.dayNumber - firstDay.dayNumber) / 7 + 1)
    }

    /// Day of the year, 1 to 366.
    public var dayOfYear: Int {
        (1..<month).reduce(day) { $0 + CivilDate.days(in: $1, of: year) }
    }

    /// `2026-11-13`.
    public var text: String { padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) }

    /// Orders by date.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.dayNumber < right.dayNumber
    }

    /// Days in a month, leap years counted.
    public static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Timestamp {
    /// The UTC date and the nanoseconds since its midnight.
    public var utcDate: (date: CivilDate, nanosecondsOfDay: Int64) {
        let dayLength: Int64 = 86_400_000_000_000
        let day = nanoseconds.floorDivided(by: dayLength)
        // The remainder is taken first: `day * dayLength` of the earliest times cannot be held.
        let rest = nanoseconds % dayLength
        return (CivilDate(dayNumber: Int(day)), rest < 0 ? rest + dayLength : rest)
    }

    /// RFC 3339 in UTC with `Z` and 0, 3, 6 or 9 decimals as needed (decisions 11).
    public var rfc3339: String {
        let (date, nanosecondsOfDay) = utcDate
        let second = Int(nanosecondsOfDay / 1_000_000_000)
        let fraction = Int(nanosecondsOfDay % 1_000_000_000)
        var text = date.text + "T" + padded(second / 3600, 2) + ":"
        text += padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
        if fraction != 0 {
            if fraction % 1_000_000 == 0 {
                text += "." + padded(fraction / 1_000_000, 3)
            } else if fraction % 1000 == 0 {
                text += "." + padded(fraction / 1000, 6)
            } else {
                text += "." + padded(fraction, 9)
            }
        }
        return text + "Z"
    }

    /// A time from RFC 3339 text with `Z` or a numeric offset, nil for anything else.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35,
            bytes[10] == 0x54 || bytes[10] == 0x74 || bytes[10] == 0x20,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let date = CivilDate(String(text.prefix(10))),
            let hour = decimal(bytes, 11, 2), let minute = decimal(bytes, 14, 2),
            let second = decimal(bytes, 17, 2), hour < 24, minute < 60, second < 60
        else { return nil }
        var position = 19
        var fraction: Int64 = 0
        if bytes[position] == 0x2E {
            position += 1
            var scale: Int64 = 100_000_000
            let first = position
            while position < bytes.count, let digit = decimal(bytes, position, 1) {
                fraction += Int64(digit) * scale
                scale /= 10
                position += 1
            }
            guard position > first, position - first <= 9 else { return nil }
        }
        guard let offset = Timestamp.offsetSeconds(bytes, position) else { return nil }
        let seconds =
            Int64(date.dayNumber) * 86400 + Int64(hour * 3600 + minute * 60 + second - offset)
        let nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(fraction)
        guard let nanoseconds = Int64(exactly: nanoseconds) else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    private static func offsetSeconds(_ bytes: [UInt8], _ position: Int) -> Int? {
        guard position < bytes.count else { return nil }
        if bytes[position] == 0x5A || bytes[position] == 0x7A {
            return bytes.count == position + 1 ? 0 : nil
        }
        guard bytes[position] == 0x2B || bytes[position] == 0x2D, bytes.count == position + 6,
            bytes[position + 3] == 0x3A, let hours = decimal(bytes, position + 1, 2),
            let minutes = decimal(bytes, position + 4, 2), hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        return bytes[position] == 0x2D ? -offset : offset
    }
}

/// A number from exactly `count` ASCII digits at `start`, nil when there are other bytes.
func decimal(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
    guard start + count <= bytes.count else { return nil }
    var value = 0
    for index in start..<start + count {
        guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
        value = value * 10 + Int(bytes[index] - 0x30)
    }
    return value
}

/// Decimal digits with leading zeros up to `width`.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
