// Days as Excel counts them, in both of its calendars.

import Plant

/// Dates and times of day behind Excel's numbers.
///
/// Source: ECMA-376 part 1, 18.17.4: the calendar of 1900 has a 29 February 1900 that never was,
/// so numbers up to 59 count from 31 December 1899 and numbers from 61 from 30 December 1899.
enum ExcelSerial {
    /// Serial numbers for which a date is at all likely in a factory: 2000 to 2099.
    static let likely = 36_526.0..<73_051.0

    /// The date and time of a number, to the millisecond; nil where no calendar has it.
    static func dateTime(_ serial: Double, is1904: Bool) -> LocalDateTime? {
        guard serial >= 0, serial < 2_958_466 else { return nil }
        var day = Int(serial)
        var milliseconds = Int(((serial - Double(day)) * 86_400_000).rounded())
        if milliseconds >= 86_400_000 {
            day += 1
            milliseconds = 0
        }
        guard let date = date(day, is1904: is1904), let time = time(milliseconds: milliseconds)
        else { return nil }
        return LocalDateTime(date: date, time: time)
    }

    /// The time of day of a number from 0 to 1, to the millisecond.
    static func time(_ serial: Double) -> LocalTime? {
        guard serial >= 0, serial < 1 else { return nil }
        return time(milliseconds: Int((serial * 86_400_000).rounded()))
    }

    private static func time(milliseconds: Int) -> LocalTime? {
        let seconds = milliseconds / 1_000
        return LocalTime(
            hour: seconds / 3_600, minute: seconds / 60 % 60, second: seconds % 60,
            nanosecond: milliseconds % 1_000 * 1_000_000)
    }

    private static func date(_ day: Int, is1904: Bool) -> CivilDate? {
        if is1904 { return CivilDate(inSheet: day - 24_107) }
        if day == 60 || day < 1 { return nil }
        return CivilDate(inSheet: day - (day < 60 ? 25_568 : 25_569))
    }
}
