// Reads numbers as people write them: thousands, decimal comma or point, brackets, money, units.

/// A number in a text, before it is known what its commas and points are.
struct NumberText {
    /// Digits with the signs between them.
    private(set) var core: Range<Int>
    private(set) var isNegative = false
    private(set) var isPercent = false
    /// Index in `UnitWords.names`, 0 for none.
    private(set) var unit = 0
    private var exponent: Range<Int>?
    /// Whether an exponent stands behind the digits.
    var hasExponent: Bool { exponent != nil }

    /// What the digits are under one meaning of comma and point.
    struct Digits {
        var mantissa: UInt64 = 0
        var count = 0
        var fraction = 0
        var hasMark = false
        var hasLeadingZero = false
    }

    /// The number that a range holds and nothing else; nil otherwise.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        guard range.count <= 64 else { return nil }
        var place = range.lowerBound
        let end = range.upperBound
        var hasBracket = false
        core = place..<place
        while place < end, !Self.isDigit(bytes[place]) {
            let byte = bytes[place]
            let blank = blankLength(bytes, place, end)
            let sign = Self.signLength(bytes, place, end)
            if blank > 0 {
                place += blank
            } else if byte == 0x28, !hasBracket {
                (hasBracket, isNegative) = (true, true)
                place += 1
            } else if sign > 0 {
                if isNegative { return nil }
                isNegative = byte != 0x2B
                place += sign
            } else if byte == 0x2E || byte == 0x2C {
                guard place + 1 < end, Self.isDigit(bytes[place + 1]) else { return nil }
                break
            } else {
                let money = UnitWords.money(bytes, place..<end)
                guard let money, unit == 0 else { return nil }
                unit = money.unit
                place += money.length
            }
        }
        let start = place
        while place < end {
            let length = Self.coreLength(bytes, place, end)
            if length == 0 { break }
            place += length
        }
        core = start..<place
        guard start < place else { return nil }
        readExponent(bytes, &place, end)
        guard readSuffix(bytes, place, end, hasBracket) else { return nil }
    }

    /// `e+3` behind the digits.
    private mutating func readExponent(_ bytes: [UInt8], _ place: inout Int, _ end: Int) {
        guard place < end, bytes[place] | 0x20 == 0x65 else { return }
        var digits = place + 1
        if digits < end, bytes[digits] == 0x2B || bytes[digits] == 0x2D { digits += 1 }
        var last = digits
        while last < end, Self.isDigit(bytes[last]) { last += 1 }
        guard last > digits, last - digits <= 4 else { return }
        exponent = place + 1..<last
        place = last
    }

    /// Per cent, money, a unit, a minus or a bracket behind the digits.
    private mutating func readSuffix(
        _ bytes: [UInt8], _ start: Int, _ end: Int, _ hasBracket: Bool
    ) -> Bool {
        var place = start
        var isClosed = !hasBracket
        while place < end {
            let blank = blankLength(bytes, place, end)
            let sign = Self.signLength(bytes, place, end)
            if blank > 0 {
                place += blank
            } else if bytes[place] == 0x29, !isClosed {
                isClosed = true
                place += 1
            } else if sign > 0, bytes[place] != 0x2B, !isNegative, place + sign == end {
                isNegative = true
                place += sign
            } else if bytes[place] == 0x25, !isPercent, unit == 0 {
                isPercent = true
                unit = UnitWords.percent
                place += 1
            } else {
                guard unit == 0 else { return false }
                let word = trimmed(bytes, place..<(isClosed ? end : end - 1))
                let isApart = place > start
                guard let found = UnitWords.unit(bytes, word, isApart: isApart) else {
                    return false
                }
                unit = found
                place = word.upperBound
            }
        }
        return isClosed
    }

    /// The digits under a meaning of comma and point; nil when they do not fit it.
    func digits(_ bytes: [UInt8], _ mark: DecimalMark) -> Digits? {
        var digits = Digits()
        let decimal: UInt8 = mark == .point ? 0x2E : 0x2C
        var (groups, inGroup, whole) = (0, 0, 0)
        var groupKind: UInt8 = 0
        var place = core.lowerBound
        while place < core.upperBound {
            let byte = bytes[place]
            if Self.isDigit(byte) {
                if digits.count < 19 {
                    digits.mantissa = digits.mantissa &* 10 &+ UInt64(byte & 0x0F)
                }
                // Zeros before a number are no digits of it.
                if digits.count > 0 || byte != 0x30 { digits.count += 1 }
                if digits.hasMark {
                    digits.fraction += 1
                } else {
                    (inGroup, whole) = (inGroup + 1, whole + 1)
                }
                if whole == 2, !digits.hasMark, bytes[core.lowerBound] == 0x30 {
                    digits.hasLeadingZero = true
                }
            } else if byte == decimal {
                if digits.hasMark || groups > 0 && inGroup != 3 { return nil }
                digits.hasMark = true
            } else {
                let isFirst = groups == 0
                if digits.hasMark || !isFirst && (byte != groupKind || inGroup != 3) { return nil }
                if isFirst, !(1...3).contains(inGroup) || bytes[core.lowerBound] == 0x30 {
                    return nil
                }
                groupKind = byte
                (groups, inGroup) = (groups + 1, 0)
            }
            place += max(1, Self.coreLength(bytes, place, core.upperBound))
        }
        if digits.hasMark ? digits.fraction == 0 : groups > 0 && inGroup != 3 { return nil }
        return digits
    }

    /// The value under a meaning of comma and point; nil when it does not fit or is not finite.
    func value(_ bytes: [UInt8], _ mark: DecimalMark) -> Double? {
        guard let digits = digits(bytes, mark) else { return nil }
        let scale = digits.fraction + (isPercent ? 2 : 0)
        if exponent == nil, digits.count <= 15, scale <= 22 {
            let size = Double(digits.mantissa) / Self.powers[scale]
            return isNegative ? -size : size
        }
        var text = isNegative ? "-" : ""
        for place in core where Self.isDigit(bytes[place]) {
            text.unicodeScalars.append(UnicodeScalar(bytes[place]))
        }
        var power = -scale
        if let exponent {
            power += Int(String(decoding: bytes[exponent], as: UTF8.self)) ?? 0
        }
        guard let value = Double(text + "e\(power)"), value.isFinite else { return nil }
        return value
    }

    /// Whether a byte is a digit.
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// Powers of ten that a Double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Plus, minus, or the true minus U+2212.
    private static func signLength(_ bytes: [UInt8], _ place: Int, _ end: Int) -> Int {
        let byte = bytes[place]
        if byte == 0x2B || byte == 0x2D { return 1 }
        let isMinus =
            byte == 0xE2 && place + 2 < end && bytes[place + 1] == 0x88 && bytes[place + 2] == 0x92
        return isMinus ? 3 : 0
    }

    /// The length of a digit, or of a sign between digits; 0 where neither is.
    private static func coreLength(_ bytes: [UInt8], _ place: Int, _ end: Int) -> Int {
        let byte = bytes[place]
        if isDigit(byte) { return 1 }
        var length = 0
        if byte == 0x2E || byte == 0x2C || byte == 0x27 || byte == 0x20 {
            length = 1
        } else if byte == 0xE2, place + 2 < end, bytes[place + 1] == 0x80, bytes[place + 2] == 0x99
        {
            length = 3
        } else if byte > 0x7F {
            length = blankLength(bytes, place, end)
        }
        // Between digits only: a blank before a unit ends the number.
        guard length > 0, place + length < end, isDigit(bytes[place + length]) else { return 0 }
        return length
    }
}
