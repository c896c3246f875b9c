// Numbers and dates as import files expect them: plain digits, a point, no thousands.
import Plant

/// Plain writing for files that programs read.
enum DecimalText {
    /// A fraction with a fixed count of decimals, 0 to 9, rounded half-even; `divisor` is positive.
    static func fixed(_ value: Int128, dividedBy divisor: Int128, places: Int) -> String {
        var scale: Int128 = 1
        for _ in 0..<min(9, max(0, places)) { scale *= 10 }
        let (quotient, remainder) = (value.magnitude * scale.magnitude)
            .quotientAndRemainder(dividingBy: divisor.magnitude)
        let twice = remainder * 2
        let isUp = twice > divisor.magnitude || (twice == divisor.magnitude && quotient % 2 == 1)
        let rounded = isUp ? quotient + 1 : quotient
        let sign = value < 0 && rounded > 0 ? "-" : ""
        guard scale > 1 else { return sign + String(rounded) }
        let rest = String(rounded % scale.magnitude)
        let zeros = String(repeating: "0", count: max(0, places - rest.utf8.count))
        return sign + String(rounded / scale.magnitude) + "." + zeros + rest
    }

    /// Hours with a fixed count of decimals.
    static func hours(_ length: Elapsed, places: Int) -> String {
        fixed(Int128(length.nanoseconds), dividedBy: 3_600_000_000_000, places: places)
    }

    /// An energy with two decimals; nil where it is no number that can be written.
    static func energy(_ kilowattHours: Double) -> String? {
        guard kilowattHours.isFinite, kilowattHours.magnitude < 1e12 else { return nil }
        return fixed(Int128((kilowattHours * 1e6).rounded()), dividedBy: 1_000_000, places: 2)
    }

    /// Minor units with the currency's own decimals, at most two; thousandths are multiples of ten.
    static func money(_ minor: Int64, _ currency: Currency) -> String {
        let places = currency.minorUnits == 1 ? 0 : 2
        return fixed(Int128(minor), dividedBy: Int128(currency.minorUnits), places: places)
    }

    /// `27/11/2026`.
    static func dayFirst(_ date: CivilDate) -> String {
        let iso = date.text
        return "\(iso.suffix(2))/\(iso.dropLast(3).suffix(2))/\(iso.dropLast(6))"
    }
}
