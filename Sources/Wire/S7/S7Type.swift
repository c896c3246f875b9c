// The data types of S7 controllers and how their bytes become values.

/// How the bytes of a value are read; all numbers are big-endian.
///
/// Source: Siemens, STEP 7 programming manual, "Data types"; DTL: S7-1200 system manual.
public enum S7Type: Hashable, Sendable, CustomStringConvertible {
    /// One bit.
    case bool
    /// Unsigned, 8 bits; also USINT.
    case byte
    /// Signed, 8 bits.
    case sint
    /// One character.
    case char
    /// Unsigned, 16 bits; also UINT.
    case word
    /// Signed, 16 bits.
    case int
    /// Unsigned, 32 bits; also UDINT.
    case dword
    /// Signed, 32 bits.
    case dint
    /// Unsigned, 64 bits; also ULINT.
    case lword
    /// Signed, 64 bits.
    case lint
    /// Binary32.
    case real
    /// Binary64.
    case lreal
    /// Text of at most so many characters, behind two bytes of lengths.
    case string(Int)
    /// BCD time of 16 bits with its base, as in timers.
    case s5time
    /// Signed milliseconds, 32 bits.
    case time
    /// Days since 1 January 1990, 16 bits.
    case date
    /// Milliseconds since midnight, 32 bits.
    case timeOfDay
    /// Eight bytes of BCD: year to millisecond and day of the week.
    case dateAndTime
    /// Twelve bytes: year to nanosecond.
    case dtl
    /// A timer (T): S5TIME of what is left.
    case timer
    /// A counter (C): BCD, 0 to 999.
    case counter

    /// Bytes of a value; 1 for a bit.
    public var byteCount: Int {
        switch self {
        case .bool, .byte, .sint, .char: 1
        case .word, .int, .s5time, .date, .timer, .counter: 2
        case .dword, .dint, .real, .time, .timeOfDay: 4
        case .lword, .lint, .lreal, .dateAndTime: 8
        case .dtl: 12
        case .string(let length): 2 + min(max(0, length), S7Limits.stringBytes)
        }
    }

    private static let names: [(String, S7Type)] = [
        ("BOOL", .bool), ("BYTE", .byte), ("USINT", .byte), ("SINT", .sint), ("CHAR", .char),
        ("WORD", .word), ("UINT", .word), ("INT", .int), ("DWORD", .dword), ("UDINT", .dword),
        ("DINT", .dint), ("LWORD", .lword), ("ULINT", .lword), ("LINT", .lint), ("REAL", .real),
        ("LREAL", .lreal), ("S5TIME", .s5time), ("TIME", .time), ("DATE", .date),
        ("TIME_OF_DAY", .timeOfDay), ("TOD", .timeOfDay), ("DATE_AND_TIME", .dateAndTime),
        ("DT", .dateAndTime), ("DTL", .dtl), ("TIMER", .timer), ("COUNTER", .counter),
    ]

    /// A type from its name in STEP 7, in any case of letters: "REAL", "STRING[20]".
    ///
    /// Nil for other names; STRING alone has 254 characters.
    public init?(_ name: String) {
        let upper = name.uppercased()
        if upper == "STRING" {
            self = .string(S7Limits.stringBytes)
        } else if upper.hasPrefix("STRING["), upper.hasSuffix("]") {
            let digits = upper.dropFirst(7).dropLast()
            guard (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(digits),
                (1...S7Limits.stringBytes).contains(length)
            else { return nil }
            self = .string(length)
        } else {
            guard let found = Self.names.first(where: { $0.0 == upper }) else { return nil }
            self = found.1
        }
    }

    /// The name in STEP 7.
    public var description: String {
        if case .string(let length) = self { return "STRING[\(length)]" }
        return Self.names.first { $0.1 == self }?.0 ?? ""
    }
}

/// A value of an S7 controller.
public enum S7Value: Hashable, Sendable {
    /// A bit.
    case bool(Bool)
    /// A signed number, also DATE in days since 1 January 1990.
    case integer(Int64)
    /// An unsigned number.
    case unsigned(UInt64)
    /// A number with fraction, always finite.
    case number(Double)
    /// A text.
    case text(String)
    /// A duration in milliseconds, also the time since midnight.
    case milliseconds(Int64)
    /// Date and time of the controller's own clock, which has no time zone: nanoseconds since 1970
    /// as if it were UTC.
    case localTime(Int64)

    /// The value as a number: bits as 1 and 0, durations in milliseconds; nil for texts and times.
    public var double: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let number), .milliseconds(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .number(let number): number
        case .text, .localTime: nil
        }
    }
}

extension S7Type {
    /// Reads a value; `bit` counts for BOOL only, 0 the lowest.
    ///
    /// Throws when there are too few bytes, digits are not decimal, a text is longer than its room,
    /// or a number is not finite.
    public func decode(_ bytes: [UInt8], bit: Int = 0) throws(FrameError) -> S7Value {
        guard bytes.count >= byteCount else {
            throw error(.tooShort(found: bytes.count, minimum: byteCount))
        }
        func unsigned(_ count: Int) -> UInt64 {
            bytes.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch self {
        case .bool: return .bool(bytes[0] >> UInt8(bit & 7) & 1 == 1)
        case .byte, .word, .dword, .lword: return .unsigned(unsigned(byteCount))
        case .sint, .int, .dint, .lint, .date:
            if self == .date { return .integer(Int64(unsigned(2))) }
            let unused = 64 - 8 * byteCount
            return .integer((Int64(bitPattern: unsigned(byteCount)) << unused) >> unused)
        case .char: return .text(String(Unicode.Scalar(bytes[0])))
        case .real: return try number(Double(Float(bitPattern: UInt32(unsigned(4)))))
        case .lreal: return try number(Double(bitPattern: unsigned(8)))
        case .string: return try text(bytes)
        case .s5time, .timer: return try s5time(UInt16(unsigned(2)))
        case .time: return .milliseconds(Int64(Int32(bitPattern: UInt32(unsigned(4)))))
        case .timeOfDay: return .milliseconds(Int64(unsigned(4)))
        case .counter: return .unsigned(UInt64(try decimal(UInt16(unsigned(2)), digits: 3)))
        case .dateAndTime: return try dateAndTime(bytes)
        case .dtl: return try dtl(bytes)
        }
    }

    private func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: "reading a \(self)", problem: problem)
    }

    private func number(_ number: Double) throws(FrameError) -> S7Value {
        guard number.isFinite else { throw error(.invalid("not a finite number")) }
        return .number(number)
    }

    /// Room, length, then characters of one byte each (Latin-1).
    private func text(_ bytes: [UInt8]) throws(FrameError) -> S7Value {
        let length = Int(bytes[1])
        let room = min(Int(bytes[0]), byteCount - 2)
        guard length <= room else {
            throw error(.value(field: "length", found: length, expected: "at most \(room)"))
        }
        return .text(
            String(String.UnicodeScalarView(bytes[2..<2 + length].map(Unicode.Scalar.init))))
    }

    /// So many of the lowest digits of a BCD number.
    private func decimal(_ word: UInt16, digits: Int) throws(FrameError) -> Int {
        var number = 0
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let digit = Int(word >> UInt16(4 * place) & 0xF)
            guard digit <= 9 else { throw error(.invalid("a digit over 9")) }
            number = number * 10 + digit
        }
        return number
    }

    /// Bits 12 and 13 are the base: 10 ms, 100 ms, 1 s, 10 s; three digits below.
    private func s5time(_ word: UInt16) throws(FrameError) -> S7Value {
        let base: [Int64] = [10, 100, 1_000, 10_000]
        return .milliseconds(
            Int64(try decimal(word, digits: 3)) * base[Int(word >> 12 & 3)])
    }

    private func dateAndTime(_ bytes: [UInt8]) throws(FrameError) -> S7Value {
        func two(_ index: Int) throws(FrameError) -> Int {
            try decimal(UInt16(bytes[index]), digits: 2)
        }
        let year = try two(0)
        let milliseconds = try two(6) * 10 + decimal(UInt16(bytes[7] >> 4), digits: 1)
        return try moment(
            year: year < 90 ? 2_000 + year : 1_900 + year, try two(1), try two(2),
            [try two(3), try two(4), try two(5)], nanoseconds: milliseconds * 1_000_000)
    }

    private func dtl(_ bytes: [UInt8]) throws(FrameError) -> S7Value {
        let nanoseconds = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
        return try moment(
            year: Int(bytes[0]) << 8 | Int(bytes[1]), Int(bytes[2]), Int(bytes[3]),
            [Int(bytes[5]), Int(bytes[6]), Int(bytes[7])], nanoseconds: nanoseconds)
    }

    /// Days from the civil calendar by counting years from March, as leap days then end a year.
    private func moment(
        year: Int, _ month: Int, _ day: Int, _ clock: [Int], nanoseconds: Int
    ) throws(FrameError) -> S7Value {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1_970...2_261).contains(year), (1...12).contains(month),
            (1...lengths[month - 1]).contains(day), clock[0] < 24, clock[1] < 60, clock[2] < 60,
            nanoseconds < 1_000_000_000
        else { throw error(.invalid("no date and time")) }
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = (month + 9) % 12
        let days =
            365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400
            + (153 * marchMonth + 2) / 5 + day - 719_469
        let seconds = days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return .localTime(Int64(seconds) * 1_000_000_000 + Int64(nanoseconds))
    }
}
