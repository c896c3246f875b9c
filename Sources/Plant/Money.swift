// Money that comes out the same everywhere: whole minor units, rounded half-even once (decisions 29).

/// A currency by its ISO 4217 code.
public struct Currency: Hashable, Sendable {
    /// Three capital letters.
    public let code: String

    /// A currency, nil when the text is not three capital letters.
    public init?(_ code: String) {
        guard code.utf8.count == 3, code.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
            return nil
        }
        self.code = code
    }

    private init(known code: StaticString) { self.code = code.description }

    /// Pound sterling.
    public static let gbp = Currency(known: "GBP")

    /// Minor units in one major unit: 100, 1 or 1,000 (ISO 4217).
    public var minorUnits: Int64 {
        switch code {
        case "JPY", "KRW", "VND", "CLP", "ISK", "UGX": 1
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 1000
        default: 100
        }
    }

    /// The sign people write before the amount, or the code and a space.
    public var sign: String {
        switch code {
        case "GBP": "£"
        case "EUR": "€"
        case "USD": "$"
        default: code + "\u{a0}"
        }
    }
}

/// An amount in whole minor units.
public struct Money: Hashable, Sendable {
    /// Pence, cents or the like; negative for costs.
    public var minor: Int64
    /// In which currency.
    public let currency: Currency

    /// An amount.
    public init(minor: Int64, currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// An amount of minor units from a product that is divided and rounded half-even once
    /// (decisions 29).
    ///
    /// nil when it cannot be held; `divisor` is positive.
    public init?(_ product: Int128, dividedBy divisor: Int128, currency: Currency) {
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        let isUp = twice > divisor.magnitude || (twice == divisor.magnitude && quotient % 2 != 0)
        let rounded = isUp ? (product < 0 ? quotient - 1 : quotient + 1) : quotient
        guard let minor = Int64(exactly: rounded) else { return nil }
        self.init(minor: minor, currency: currency)
    }

    /// A plain decimal text such as `38.00`.
    public var text: String {
        let units = currency.minorUnits
        let whole = minor.magnitude / units.magnitude
        let rest = minor.magnitude % units.magnitude
        var text = (minor < 0 ? "-" : "") + String(whole)
        if units > 1 { text += "." + padded(Int(rest), units == 100 ? 2 : 3) }
        return text
    }

    /// The sum; nil when the currencies differ or the sum cannot be held.
    public func adding(_ other: Money) -> Money? {
        guard currency == other.currency else { return nil }
        let (sum, overflow) = minor.addingReportingOverflow(other.minor)
        return overflow ? nil : Money(minor: sum, currency: currency)
    }
}

/// A price or rate: millionths of the major unit for one unit of something.
public struct Rate: Hashable, Sendable {
    /// Millionths of a pound, euro and so on.
    public let millionths: Int64
    /// In which currency.
    public let currency: Currency

    /// A rate from millionths of the major unit.
    public init(millionths: Int64, currency: Currency) {
        self.millionths = millionths
        self.currency = currency
    }

    /// A rate from a decimal text with at most six decimals such as `38.00`, nil otherwise.
    public init?(_ text: String, currency: Currency) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole >= 0,
            whole < 1_000_000_000, parts[0].first != "+"
        else { return nil }
        var fraction: Int64 = 0
        if parts.count == 2 {
            let digits = Array(parts[1].utf8)
            guard (1...6).contains(digits.count), let value = decimal(digits, 0, digits.count)
            else { return nil }
            fraction = Int64(value)
            for _ in digits.count..<6 { fraction *= 10 }
        }
        self.init(millionths: whole * 1_000_000 + fraction, currency: currency)
    }

    /// A plain decimal text with two to six decimals.
    public var text: String {
        let whole = millionths.magnitude / 1_000_000
        var fraction = padded(Int(millionths.magnitude % 1_000_000), 6)
        while fraction.utf8.count > 2, fraction.last == "0" { fraction.removeLast() }
        return (millionths < 0 ? "-" : "") + String(whole) + "." + fraction
    }

    /// What a length of time costs at this rate for one hour, rounded half-even once.
    ///
    /// nil when the amount cannot be held.
    public func cost(of elapsed: Elapsed) -> Money? {
        // minor = millionths * units * ns / (1e6 * 3.6e12), in 128 bits.
        // What does not fit there is far more than can be held afterwards.
        let (product, overflow) = (Int128(millionths) * Int128(elapsed.nanoseconds))
            .multipliedReportingOverflow(by: Int128(currency.minorUnits))
        guard !overflow else { return nil }
        return Money(product, dividedBy: 3_600_000_000_000_000_000, currency: currency)
    }
}
