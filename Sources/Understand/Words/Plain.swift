// Numbers, lengths, money and dates as people here write them (en-GB, 24-hour clock).
public import Plant

/// Plain writing of values; units stand after a no-break space, minus is a true minus.
public enum Plain {
    private static let space = "\u{a0}"
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let smallNumbers = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ]

    /// A length or a sum of lengths for reading: "under a minute", "24 min", "67 h 36 min".
    ///
    /// Rounded down, as a clock on the wall would show it; negative lengths get a minus. Sums of
    /// lost time never become days: a day of 24 hours is no day of work.
    public static func duration(_ length: Elapsed) -> String {
        if length < .zero { return "−" + duration(Elapsed(nanoseconds: magnitude(length))) }
        let minutes = length.nanoseconds / 60_000_000_000
        if length == .zero { return "0\(space)min" }
        if minutes < 1 { return "under a minute" }
        if minutes < 60 { return "\(minutes)\(space)min" }
        let hours = number(minutes / 60) + space + "h"
        let rest = minutes % 60
        return rest == 0 ? hours : hours + " \(rest)\(space)min"
    }

    /// How long something has been so, up to now: "24 min", "1 h 12 min", "26 h", "2 days".
    public static func age(_ length: Elapsed) -> String {
        if length < .hours(24) { return duration(length) }
        let hours = length.nanoseconds / 3_600_000_000_000
        return hours < 48 ? "\(hours)\(space)h" : "\(number(hours / 24))\(space)days"
    }

    /// A length in full words: "2 hours", "1 hour", "40 minutes", "3 days", "less than a minute".
    public static func durationInWords(_ length: Elapsed) -> String {
        let minutes = max(0, length.nanoseconds) / 60_000_000_000
        if minutes < 1 { return "less than a minute" }
        if minutes < 60 { return count(minutes, "minute", "minutes") }
        if minutes < 48 * 60 { return count(minutes / 60, "hour", "hours") }
        return count(minutes / 1440, "day", "days")
    }

    /// A length for reports, in hours with one decimal: "3.9 h".
    public static func hours(_ length: Elapsed) -> String {
        decimal(length.hours, places: 1) + space + "h"
    }

    /// A length in hours with one decimal and the word: "7.4 hours", "1 hour"; minutes under one.
    public static func hoursInWords(_ length: Elapsed) -> String {
        if length < .hours(1) { return durationInWords(length) }
        let text = decimal(length.hours, places: 1)
        let whole = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        return whole == "1" ? "1 hour" : whole + " hours"
    }

    /// A short length with its seconds, as tablets and workings show it: "45 s", "1.5 s", "2 min".
    public static func seconds(_ length: Elapsed) -> String {
        let whole = length.nanoseconds % 1_000_000_000 == 0
        let minute: Int64 = 60_000_000_000
        if length.nanoseconds >= minute, length.nanoseconds % minute == 0 {
            return number(length.nanoseconds / minute) + space + "min"
        }
        return decimal(length.seconds, places: whole ? 0 : 2) + space + "s"
    }

    /// A whole number with commas: "2,318", "−7".
    public static func number(_ value: Int64) -> String {
        (value < 0 ? "−" : "") + grouped(String(value.magnitude))
    }

    /// A number with a fixed count of decimals and commas, rounded half away from zero.
    public static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "not known" }
        let places = min(9, max(0, places))
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
        guard scaled < 9e15, let units = Int64(exactly: scaled) else { return "very many" }
        let divisor = Int64(scale)
        let sign = value < 0 && units != 0 ? "−" : ""
        let whole = grouped(String(units / divisor))
        guard places > 0 else { return sign + whole }
        let rest = String(units % divisor)
        return sign + whole + "." + String(repeating: "0", count: places - rest.count) + rest
    }

    /// A value with its unit: "312 kWh".
    public static func amount(_ value: Double, places: Int, unit: String) -> String {
        let text = decimal(value, places: places)
        return unit.isEmpty ? text : text + space + unit
    }

    /// A share without decimals: "78%".
    public static func percent(_ ratio: Double) -> String {
        decimal(ratio * 100, places: 0) + "%"
    }

    /// A share rounded down, for limits that were missed: 0.8996 is "89%".
    public static func percentSeen(_ ratio: Double) -> String {
        // The small amount keeps 0.29 × 100 at 29.
        decimal((ratio * 100 + 1e-9).rounded(.down), places: 0) + "%"
    }

    /// Money: whole pounds from £10 on, pence below: "£201", "£9.40", "−£57".
    public static func money(_ money: Money) -> String {
        let units = money.currency.minorUnits
        let sign = (money.minor < 0 ? "−" : "") + money.currency.sign
        let size = Int64(clamping: money.minor.magnitude)
        if units == 1 || size >= 10 * units {
            let half = (size % units) * 2 >= units ? Int64(1) : 0
            return sign + number(size / units + (units == 1 ? 0 : half))
        }
        let rest = String(size % units)
        let places = units == 1000 ? 3 : 2
        return sign + number(size / units) + "."
            + String(repeating: "0", count: places - rest.count) + rest
    }

    /// A rate for one unit: "£38", "£0.27", "£38.50".
    public static func rate(_ rate: Rate) -> String {
        let text = rate.text
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? String(text.dropFirst()) : text
        let short = digits.hasSuffix(".00") ? String(digits.dropLast(3)) : digits
        let parts = short.split(separator: ".", omittingEmptySubsequences: false)
        let whole = grouped(String(parts[0]))
        let rest = parts.count > 1 ? "." + parts[1] : ""
        return (isNegative ? "−" : "") + rate.currency.sign + whole + rest
    }

    /// A count with its word: "1 stop", "14 stops".
    public static func count(_ value: Int64, _ one: String, _ many: String) -> String {
        "\(number(value)) \(value == 1 ? one : many)"
    }

    /// A small count as a word for the start of a sentence: "Two"; figures above ten.
    public static func word(_ value: Int) -> String {
        guard smallNumbers.indices.contains(value) else { return number(Int64(value)) }
        return capitalised(smallNumbers[value])
    }

    /// The local time of day: "11:25", with seconds "11:25:08".
    public static func clock(_ time: Timestamp, zone: ZoneRules, seconds: Bool = false) -> String {
        let second = zone.local(time).secondsOfDay
        let text = two(second / 3600) + ":" + two(second / 60 % 60)
        return seconds ? text + ":" + two(second % 60) : text
    }

    /// A stretch of the day: "06:00 to 14:00".
    public static func clock(_ range: TimeRange, zone: ZoneRules) -> String {
        clock(range.start, zone: zone) + " to " + clock(range.end, zone: zone)
    }

    /// A short date: "Fri 13 Nov".
    public static func date(_ date: CivilDate) -> String {
        "\(date.weekday.shortName) \(date.day) \(months[date.month - 1].prefix(3))"
    }

    /// The short local date of an instant: "Fri 13 Nov".
    public static func date(_ time: Timestamp, zone: ZoneRules) -> String {
        date(zone.local(time).date)
    }

    /// A full date: "13 November 2026".
    public static func longDate(_ date: CivilDate) -> String {
        "\(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// Two dates, both inside: "9 to 13 November", "30 November to 4 December".
    public static func dates(_ first: CivilDate, _ last: CivilDate) -> String {
        if first == last { return "\(first.day) \(months[first.month - 1])" }
        let end = "\(last.day) \(months[last.month - 1])"
        if first.year != last.year {
            return longDate(first) + " to " + longDate(last)
        }
        let start =
            first.month == last.month
            ? "\(first.day)" : "\(first.day) \(months[first.month - 1])"
        return start + " to " + end
    }

    /// An ISO week: "2026-46".
    public static func week(_ date: CivilDate) -> String {
        let (year, week) = date.isoWeek
        return "\(year)-\(two(week))"
    }

    /// The same text with a capital first letter.
    public static func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// A name for the middle of a sentence: "Waiting for material" becomes "waiting for
    /// material"; "CNC program missing" stays.
    public static func midSentence(_ name: String) -> String {
        let second = name.dropFirst().first
        guard let second, second.isLowercase || second.isWhitespace else { return name }
        return name.prefix(1).lowercased() + name.dropFirst()
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func magnitude(_ length: Elapsed) -> Int64 {
        Int64(clamping: length.nanoseconds.magnitude)
    }

    private static func grouped(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }
}
