// Times in cells: patterns such as d/M/yyyy H:mm, ISO 8601, and numbers since 1970. Pure.

import Plant

/// How a cell writes a time.
public enum CSVTimeFormat: Hashable, Sendable, CustomStringConvertible {
    /// A pattern of `d dd M MM yy yyyy H HH h hh mm ss SSS a` and other signs as they are.
    case pattern(String)
    /// ISO 8601 or RFC 3339, with or without offset, T or space between date and time.
    case iso
    /// Seconds since 1970, perhaps with decimals.
    case epochSeconds
    /// Milliseconds since 1970.
    case epochMilliseconds
    /// Nanoseconds since 1970.
    case epochNanoseconds

    /// A format from its name in a mapping: `iso`, `epoch-s`, `epoch-ms`, `epoch-ns` or a pattern
    /// with at least year, month and day; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "iso": self = .iso
        case "epoch-s": self = .epochSeconds
        case "epoch-ms": self = .epochMilliseconds
        case "epoch-ns": self = .epochNanoseconds
        default:
            guard text.contains("d"), text.contains("M"), text.contains("yy") else { return nil }
            self = .pattern(text)
        }
    }

    /// The name in a mapping.
    public var description: String {
        switch self {
        case .pattern(let text): text
        case .iso: "iso"
        case .epochSeconds: "epoch-s"
        case .epochMilliseconds: "epoch-ms"
        case .epochNanoseconds: "epoch-ns"
        }
    }
}

/// A time as a cell says it.
enum CellTime: Hashable, Sendable {
    /// A point in time.
    case instant(Timestamp)
    /// A time on the wall of the place where the file was made.
    case wall(CivilDate, nanosecondsOfDay: Int64)
}

extension CSVTimeFormat {
    /// The time in a cell, nil when it is none.
    func read(_ cell: [UInt8]) -> CellTime? {
        switch self {
        case .pattern(let pattern): PatternTime.read(cell, Array(pattern.utf8))
        case .iso: CSVTimeFormat.readISO(cell)
        case .epochSeconds: CSVTimeFormat.readEpoch(cell, scale: 1_000_000_000)
        case .epochMilliseconds: CSVTimeFormat.readEpoch(cell, scale: 1_000_000)
        case .epochNanoseconds: CSVTimeFormat.readEpoch(cell, scale: 1)
        }
    }

    /// Whole digits and up to nine decimals, exactly: a Double would lose nanoseconds.
    private static func readEpoch(_ cell: [UInt8], scale: Int64) -> CellTime? {
        let parts = cell.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int64(String(decoding: $0, as: UTF8.self)) }) else {
            return nil
        }
        let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return .instant(Timestamp(nanoseconds: nanoseconds)) }
        guard (1...9).contains(parts[1].count), parts[1].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        var (fraction, place) = (Int64(0), scale)
        for digit in parts[1] {
            place /= 10
            fraction += Int64(digit - 0x30) * place
        }
        let isNegative = parts[0].first == 0x2D
        let time = Timestamp(nanoseconds: nanoseconds)
        let rest = Elapsed(nanoseconds: fraction)
        return .instant(isNegative ? time - rest : time + rest)
    }

    /// A date alone, or with a time of hours and minutes, perhaps seconds and decimals.
    private static func readISO(_ cell: [UInt8]) -> CellTime? {
        if let instant = Timestamp(rfc3339: String(decoding: cell, as: UTF8.self)) {
            return .instant(instant)
        }
        if cell.count >= 16, let offset = cell.lastIndex(where: { $0 == 0x2B || $0 == 0x5A }),
            offset > 10
        {
            return nil  // An offset that is not RFC 3339 cannot be guessed.
        }
        guard cell.count >= 10,
            let date = CivilDate(String(decoding: cell[..<10], as: UTF8.self))
        else { return nil }
        if cell.count == 10 { return .wall(date, nanosecondsOfDay: 0) }
        guard cell[10] == 0x54 || cell[10] == 0x20 else { return nil }
        return PatternTime.readClock(Array(cell[11...])).map {
            .wall(date, nanosecondsOfDay: $0)
        }
    }
}

/// Reads cells by a pattern.
private enum PatternTime {
    private struct Parts {
        var year: Int?
        var month: Int?
        var day: Int?
        var hour = 0
        var minute = 0
        var second = 0
        var nanosecond: Int64 = 0
        var isAfternoon: Bool?
    }

    static func read(_ cell: [UInt8], _ pattern: [UInt8]) -> CellTime? {
        var parts = Parts()
        var place = 0
        var sign = 0
        while sign < pattern.count {
            let letter = pattern[sign]
            var width = 1
            while sign + width < pattern.count, pattern[sign + width] == letter { width += 1 }
            switch letter {
            case UInt8(ascii: "d"), UInt8(ascii: "M"), UInt8(ascii: "y"), UInt8(ascii: "H"),
                UInt8(ascii: "h"), UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "S"):
                guard take(letter, width, cell, &place, &parts) else { return nil }
                sign += width
            case UInt8(ascii: "a"):
                guard place + 2 <= cell.count else { return nil }
                let half = cell[place] | 0x20
                guard half == 0x61 || half == 0x70, cell[place + 1] | 0x20 == 0x6D else {
                    return nil
                }
                parts.isAfternoon = half == 0x70
                place += 2
                sign += width
            default:
                guard place < cell.count, cell[place] == letter else { return nil }
                place += 1
                sign += 1
            }
        }
        guard place == cell.count else { return nil }
        return finish(parts)
    }

    /// Takes the digits of one part.
    ///
    /// One letter stands for one or two digits, and so do two: files
    /// mix `1/1/2018` and `31/03/2018`.
    private static func take(
        _ letter: UInt8, _ width: Int, _ cell: [UInt8], _ place: inout Int, _ parts: inout Parts
    ) -> Bool {
        let most = letter == UInt8(ascii: "y") ? width : letter == UInt8(ascii: "S") ? 9 : 2
        var digits = 0
        var number = 0
        while digits < most, place < cell.count, (0x30...0x39).contains(cell[place]) {
            number = number * 10 + Int(cell[place] - 0x30)
            digits += 1
            place += 1
        }
        guard digits > 0 else { return false }
        switch letter {
        case UInt8(ascii: "d"): parts.day = number
        case UInt8(ascii: "M"): parts.month = number
        case UInt8(ascii: "y"):
            guard digits == width else { return false }
            parts.year = width == 2 ? (number < 70 ? 2000 : 1900) + number : number
        case UInt8(ascii: "H"), UInt8(ascii: "h"): parts.hour = number
        case UInt8(ascii: "m"): parts.minute = number
        case UInt8(ascii: "s"): parts.second = number
        default:
            var scaled = Int64(number)
            for _ in digits..<9 { scaled *= 10 }
            parts.nanosecond = scaled
        }
        return true
    }

    private static func finish(_ parts: Parts) -> CellTime? {
        guard let year = parts.year, let month = parts.month, let day = parts.day,
            let date = CivilDate(year: year, month: month, day: day), (1678...2261).contains(year)
        else { return nil }
        var hour = parts.hour
        if let isAfternoon = parts.isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard let clock = clock(hour, parts.minute, parts.second, parts.nanosecond) else {
            return nil
        }
        return .wall(date, nanosecondsOfDay: clock)
    }

    /// Nanoseconds since midnight; 24:00 is the end of the day.
    private static func clock(
        _ hour: Int, _ minute: Int, _ second: Int, _ nanosecond: Int64
    ) -> Int64? {
        guard minute < 60, second < 60,
            hour < 24 || (hour == 24 && minute == 0 && second == 0 && nanosecond == 0)
        else { return nil }
        return Int64(hour * 3600 + minute * 60 + second) * 1_000_000_000 + nanosecond
    }

    /// `HH:mm`, `HH:mm:ss` or `HH:mm:ss.fff`.
    static func readClock(_ cell: [UInt8]) -> Int64? {
        let main = cell.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = main[0].split(separator: 0x3A, omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) }
        guard (2...3).contains(numbers.count), let hour = numbers[0], let minute = numbers[1],
            hour >= 0, minute >= 0
        else { return nil }
        var second = 0
        if numbers.count == 3 {
            guard let number = numbers[2], number >= 0 else { return nil }
            second = number
        }
        var fraction: Int64 = 0
        if main.count == 2 {
            guard (1...9).contains(main[1].count),
                main[1].allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            for digit in main[1] { fraction = fraction * 10 + Int64(digit - 0x30) }
            for _ in main[1].count..<9 { fraction *= 10 }
        }
        return clock(hour, minute, second, fraction)
    }
}
