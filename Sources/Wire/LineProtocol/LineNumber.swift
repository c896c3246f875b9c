// Numbers and booleans of line protocol from bytes, exact and without strings.

/// Values of fields from their bytes.
enum LineNumber {
    /// What is wrong with a value.
    enum Fault: Error {
        case valueUnknown, notFinite, numberInvalid, outOfRange, boolInvalid

        var reason: LineError.Reason {
            switch self {
            case .valueUnknown: .valueUnknown
            case .notFinite: .notFinite
            case .numberInvalid: .numberInvalid
            case .outOfRange: .outOfRange
            case .boolInvalid: .boolInvalid
            }
        }
    }

    /// A value that is not a string; its form follows from its first and last byte.
    static func value(_ bytes: RawSpan, _ range: Range<Int>) throws(Fault) -> LineValue {
        guard let last = range.last else { throw .valueUnknown }
        switch bytes.byte(range.lowerBound) {
        case 0x2D, 0x2E, 0x30...0x39: break
        case 0x74, 0x54, 0x66, 0x46:
            guard let bool = bool(bytes, range) else { throw .boolInvalid }
            return .bool(bool)
        // NaN, Inf, +Inf in any case: named, because sensors send them.
        case 0x4E, 0x6E, 0x49, 0x69, 0x2B: throw .notFinite
        default: throw .valueUnknown
        }
        let digits = range.lowerBound..<last
        switch bytes.byte(last) {
        case 0x69:
            if let number = int(bytes, digits) { return .int(number) }
            throw isInteger(bytes, digits) ? .outOfRange : .numberInvalid
        case 0x75:
            if let number = uint(bytes, digits) { return .uint(number) }
            throw isDigits(bytes, digits) ? .outOfRange : .numberInvalid
        default: return .float(try float(bytes, range))
        }
    }

    private static func bool(_ bytes: RawSpan, _ range: Range<Int>) -> Bool? {
        func spells(_ word: StaticString) -> Bool {
            guard word.utf8CodeUnitCount == range.count else { return false }
            return range.indices.allSatisfy { index in
                unsafe word.utf8Start[index - range.lowerBound] == bytes.byte(index)
            }
        }
        if range.count == 1 { return bytes.byte(range.lowerBound) | 0x20 == 0x74 }
        if spells("true") || spells("True") || spells("TRUE") { return true }
        if spells("false") || spells("False") || spells("FALSE") { return false }
        return nil
    }

    static func isDigits(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        for offset in range where !(0x30...0x39).contains(bytes.byte(offset)) { return false }
        return true
    }

    static func isInteger(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard let first = range.first else { return false }
        let hasSign = bytes.byte(first) == 0x2D
        return isDigits(bytes, hasSign ? first + 1..<range.upperBound : range)
    }

    /// A whole number of digits only; nil when it is none or too large.
    static func uint(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var number: UInt64 = 0
        if range.count <= 19 {
            for offset in range {
                // Wraps below "0", which makes one comparison enough; 19 digits fit in 64 bits.
                let digit = bytes.byte(offset) &- 0x30
                guard digit <= 9 else { return nil }
                number = number &* 10 &+ UInt64(digit)
            }
            return number
        }
        for offset in range {
            // Wraps below "0", which makes one comparison enough.
            let digit = bytes.byte(offset) &- 0x30
            guard digit <= 9 else { return nil }
            let (tens, over) = number.multipliedReportingOverflow(by: 10)
            let (sum, overToo) = tens.addingReportingOverflow(UInt64(digit))
            if over || overToo { return nil }
            number = sum
        }
        return number
    }

    /// A whole number with an optional minus sign; nil when it is none or too large.
    static func int(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
        guard let first = range.first else { return nil }
        if bytes.byte(first) == 0x2D {
            guard let size = uint(bytes, first + 1..<range.upperBound), size <= 1 << 63 else {
                return nil
            }
            // Wraps only for -2^63, which is its own negative.
            return 0 &- Int64(truncatingIfNeeded: size)
        }
        return uint(bytes, range).flatMap(Int64.init(exactly:))
    }

    /// A decimal number, rounded to the nearest Double.
    ///
    /// Fast path of Clinger (How to read floating point numbers accurately, 1990): when the digits
    /// fit in 2^53 and the power of ten is at most 10^22, both are exact and one multiplication or
    /// division rounds once. Up to 19 digits over a power of ten up to 10^19, as programs print
    /// numbers, go by one exact division. Everything else goes to the standard library.
    static func float(_ bytes: RawSpan, _ range: Range<Int>) throws(Fault) -> Double {
        var offset = range.lowerBound
        let end = range.upperBound
        let isNegative = offset < end && bytes.byte(offset) == 0x2D
        if isNegative { offset += 1 }
        var digits: UInt64 = 0
        var count = 0
        var scale = 0
        let firstDigit = offset
        while offset < end, bytes.byte(offset) &- 0x30 <= 9 {
            if digits != 0 || bytes.byte(offset) != 0x30 { count += 1 }
            // Wraps for more than 19 digits, which the count sends to the slow path.
            digits = digits &* 10 &+ UInt64(bytes.byte(offset) &- 0x30)
            offset += 1
        }
        var seen = offset - firstDigit
        if offset < end, bytes.byte(offset) == 0x2E {
            offset += 1
            let firstDecimal = offset
            while offset < end, bytes.byte(offset) &- 0x30 <= 9 {
                if digits != 0 || bytes.byte(offset) != 0x30 { count += 1 }
                digits = digits &* 10 &+ UInt64(bytes.byte(offset) &- 0x30)
                offset += 1
            }
            scale = firstDecimal - offset
            seen += offset - firstDecimal
        }
        guard seen > 0 else {
            throw isNegative && offset < end
                && [0x49, 0x69, 0x4E, 0x6E].contains(bytes.byte(offset))
                ? .notFinite : .numberInvalid
        }
        if offset < end {
            guard let exponent = exponent(bytes, offset..<end) else { throw .numberInvalid }
            scale += exponent
        }
        if count <= 18, digits <= 1 << 53, scale >= -22, scale <= 22 {
            let size = Double(digits)
            let number = scale < 0 ? size / powersOfTen[-scale] : size * powersOfTen[scale]
            return isNegative ? -number : number
        }
        if count <= 19, scale <= 0, scale >= -19 {
            let number = quotient(digits, powerOfTen: -scale)
            return isNegative ? -number : number
        }
        let text = String(decoding: bytes.array(range), as: UTF8.self)
        guard let number = Double(text) else { throw .numberInvalid }
        guard number.isFinite else { throw .notFinite }
        return number
    }

    /// `digits` over a power of ten up to 10^19, rounded once to the nearest Double; digits not 0.
    ///
    /// Both are shifted to 64 bits, so the quotient has 63 or 64 bits, ten more than a Double; a
    /// remainder sets the lowest of them, which decides ties without changing anything else.
    private static func quotient(_ digits: UInt64, powerOfTen: Int) -> Double {
        var power: UInt64 = 1
        for _ in 0..<powerOfTen { power *= 10 }
        let shift = digits.leadingZeroBitCount
        let divisorShift = power.leadingZeroBitCount
        let dividend = digits << UInt64(shift)
        let (quotient, remainder) = (power << UInt64(divisorShift)).dividingFullWidth(
            (high: dividend >> 1, low: dividend << 63))
        // The exponent lies between -126 and 63, so the scale is a normal number.
        let scale = Double(bitPattern: UInt64(1_023 + divisorShift - shift - 63) << 52)
        return Double(quotient | (remainder == 0 ? 0 : 1)) * scale
    }

    /// An exponent with its letter and sign, held at ±100,000; nil when it is none.
    private static func exponent(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        var offset = range.lowerBound
        guard bytes.byte(offset) | 0x20 == 0x65 else { return nil }
        offset += 1
        var isNegative = false
        if offset < range.upperBound, bytes.byte(offset) == 0x2B || bytes.byte(offset) == 0x2D {
            isNegative = bytes.byte(offset) == 0x2D
            offset += 1
        }
        guard isDigits(bytes, offset..<range.upperBound) else { return nil }
        var number = 0
        for place in offset..<range.upperBound {
            number = min(100_000, number * 10 + Int(bytes.byte(place) - 0x30))
        }
        return isNegative ? -number : number
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
