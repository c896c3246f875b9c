// Times in the text form of RFC 3339 to and from nanoseconds since 1970.

/// Times in text form.
///
/// Nanoseconds are counted from 1970-01-01T00:00:00Z without leap seconds; from 1677-09-22 to
/// 2262-04-11.
public enum RFC3339 {
    /// The time of a text in nanoseconds since 1970; nil when it is not a time.
    ///
    /// The date and the time are joined by "T" or a space. A text without zone is UTC, as agents of
    /// machines mean it. Digits of a second after the ninth are dropped. Second 60 is second 0 of
    /// the next minute. Source: RFC 3339 clause 5.6.
    public static func nanoseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return unsafe nanoseconds(bytes.span.bytes, 0..<bytes.count)
    }

    static func nanoseconds(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
        let start = range.lowerBound
        guard range.count >= 19, range.count <= 48, let year = number(bytes, start, 4),
            bytes.byte(start + 4) == 0x2D, let month = number(bytes, start + 5, 2),
            bytes.byte(start + 7) == 0x2D, let day = number(bytes, start + 8, 2),
            let hour = number(bytes, start + 11, 2), bytes.byte(start + 13) == 0x3A,
            let minute = number(bytes, start + 14, 2), bytes.byte(start + 16) == 0x3A,
            let second = number(bytes, start + 17, 2)
        else { return nil }
        let separator = bytes.byte(start + 10)
        guard separator | 0x20 == 0x74 || separator == 0x20, (1...12).contains(month),
            (1...daysOfMonth(month, year)).contains(day), hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var place = start + 19
        guard let fraction = fraction(bytes, &place, end: range.upperBound),
            let zone = zoneSeconds(bytes, place..<range.upperBound)
        else { return nil }
        let seconds =
            daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - zone
        let (scaled, overflows) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = scaled.addingReportingOverflow(fraction)
        return overflows || overflowsToo ? nil : sum
    }

    /// The text of a time in UTC, with 0, 3, 6 or 9 digits of a second.
    public static func text(_ nanoseconds: Int64) -> String {
        var seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let date = civil(Int(days))
        var bytes: [UInt8] = []
        append(date.year, 4, 0x2D, to: &bytes)
        append(date.month, 2, 0x2D, to: &bytes)
        append(date.day, 2, 0x54, to: &bytes)
        append(Int(rest / 3_600), 2, 0x3A, to: &bytes)
        append(Int(rest / 60 % 60), 2, 0x3A, to: &bytes)
        append(Int(rest % 60), 2, nil, to: &bytes)
        if fraction > 0 {
            bytes.append(0x2E)
            if fraction % 1_000_000 == 0 {
                append(Int(fraction / 1_000_000), 3, nil, to: &bytes)
            } else if fraction % 1_000 == 0 {
                append(Int(fraction / 1_000), 6, nil, to: &bytes)
            } else {
                append(Int(fraction), 9, nil, to: &bytes)
            }
        }
        bytes.append(0x5A)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(
        _ number: Int, _ digits: Int, _ separator: UInt8?, to bytes: inout [UInt8]
    ) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
        if let separator { bytes.append(separator) }
    }

    private static func number(_ bytes: RawSpan, _ start: Int, _ digits: Int) -> Int? {
        var number = 0
        for place in start..<start + digits {
            let byte = bytes.byte(place)
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    /// The nanoseconds behind a point, 0 when there is none.
    private static func fraction(_ bytes: RawSpan, _ place: inout Int, end: Int) -> Int64? {
        guard place < end, bytes.byte(place) == 0x2E else { return 0 }
        place += 1
        let start = place
        var nanoseconds: Int64 = 0
        var weight: Int64 = 100_000_000
        while place < end, (0x30...0x39).contains(bytes.byte(place)) {
            nanoseconds += Int64(bytes.byte(place) - 0x30) * weight
            weight /= 10
            place += 1
        }
        return place > start ? nanoseconds : nil
    }

    private static func zoneSeconds(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        guard let first = range.first else { return 0 }
        let letter = bytes.byte(first)
        if letter | 0x20 == 0x7A { return range.count == 1 ? 0 : nil }
        guard letter == 0x2B || letter == 0x2D, range.count == 6, bytes.byte(first + 3) == 0x3A,
            let hours = number(bytes, first + 1, 2), let minutes = number(bytes, first + 4, 2),
            hours <= 23, minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return letter == 0x2D ? -seconds : seconds
    }

    private static func daysOfMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days from 1970-01-01 of the Gregorian calendar, counting years from March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year + 399 : year + 400
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era - 1) * 146_097 + dayOfEra - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
