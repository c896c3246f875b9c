// Numbers as each language writes them: grouping, decimal sign, a true minus.

/// A number with a fixed count of decimals, rounded half away from zero as it is written.
///
/// Rounding looks at the shortest decimal writing of the value, as browsers do: 1.005 with two
/// places is 1.01, although the stored binary value lies a little below.
struct FixedDigits: Hashable, Sendable {
    /// Whether a minus is shown; never for zero.
    let isNegative: Bool
    /// The whole part, below 10^15 + 1.
    let whole: UInt64
    /// The decimals as a whole number, below 10^places.
    let fraction: UInt64
    /// Count of decimals, 0 to ``MessageLimits/decimalPlaces``.
    let places: Int

    /// Rounds; nil when the value is not finite or too large to show.
    init?(_ value: Double, places: Int) {
        guard value.isFinite, value.magnitude < MessageLimits.decimalSize else { return nil }
        let places = min(MessageLimits.decimalPlaces, max(0, places))
        let (digits, point) = FixedDigits.digits(of: value.magnitude)
        var units: UInt64 = 0
        var fraction: UInt64 = 0
        // Digits before the point are at most 15, behind it at most 9: neither overflows.
        var index = min(0, point)
        while index < point + places {
            let digit = digits.indices.contains(index) ? UInt64(digits[index]) : 0
            if index < point {
                units = units * 10 + digit
            } else {
                fraction = fraction * 10 + digit
            }
            index += 1
        }
        let next = digits.indices.contains(index) ? digits[index] : 0
        if next >= 5 {
            var scale: UInt64 = 1
            for _ in 0..<places { scale *= 10 }
            fraction += 1
            if fraction == scale { (units, fraction) = (units + 1, 0) }
        }
        whole = units
        self.fraction = fraction
        self.places = places
        isNegative = value < 0 && (units > 0 || fraction > 0)
    }

    /// The shortest digits that give the value back, and how many stand before the point.
    ///
    /// The place of the point is negative for values such as 0.00001.
    private static func digits(of value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var isExponentNegative = false
        var isInExponent = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"): isInExponent = true
            case UInt8(ascii: "-"): isExponentNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if isInExponent {
                    exponent = exponent * 10 + Int(digit)
                } else {
                    digits.append(digit)
                }
            default: break
            }
        }
        let shift = isExponentNegative ? -exponent : exponent
        return (digits, (point ?? digits.count) + shift)
    }
}

/// How a language writes numbers.
struct NumberStyle: Hashable, Sendable {
    /// Stands between groups of digits.
    let group: Character
    /// Stands before the decimals.
    let decimalSign: Character
    /// Whether groups have two digits before the last three, as in 1,23,456.
    let isIndian: Bool

    /// A whole number: "1,234", "−7".
    func text(_ value: Int64) -> String {
        (value < 0 ? "−" : "") + grouped(value.magnitude)
    }

    /// A number with decimals: "1,234.5".
    func text(_ digits: FixedDigits) -> String {
        var text = (digits.isNegative ? "−" : "") + grouped(digits.whole)
        guard digits.places > 0 else { return text }
        text.append(decimalSign)
        let fraction = String(digits.fraction)
        text += String(repeating: "0", count: digits.places - fraction.utf8.count)
        return text + fraction
    }

    private func grouped(_ value: UInt64) -> String {
        let digits = String(value)
        guard value >= 1000 else { return digits }
        var text = ""
        var left = digits.utf8.count
        for digit in digits {
            text.append(digit)
            left -= 1
            if endsGroup(left) { text.append(group) }
        }
        return text
    }

    /// Whether a group ends where so many digits are left.
    private func endsGroup(_ left: Int) -> Bool {
        guard isIndian, left > 3 else { return left > 0 && left % 3 == 0 }
        return (left - 3) % 2 == 0
    }
}

extension MessageLanguage {
    /// A whole number in this language's writing: 1,234 in English, 1.234 in Romanian.
    ///
    /// Negative numbers have a true minus.
    public func number(_ value: Int64) -> String { numbers.text(value) }

    /// A number with a fixed count of decimals, rounded half away from zero: "1 234,5".
    ///
    /// Places below 0 count as 0, above ``MessageLimits/decimalPlaces`` as that. Nil when the
    /// value is not finite or of the size ``MessageLimits/decimalSize``: it cannot be shown.
    public func number(_ value: Double, places: Int) -> String? {
        FixedDigits(value, places: places).map(numbers.text)
    }
}
