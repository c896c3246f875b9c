// Ranges of pounds and of working hours that add up exactly.

import Plant
import Understand

/// An amount between two bounds, in pence of pound sterling.
public struct PoundRange: Hashable, Sendable {
    /// The lower bound in pence, from 0.
    public let low: Int64
    /// The upper bound in pence, never below the lower one.
    public let high: Int64

    /// A range in pence; bounds below 0 count as 0, and bounds the wrong way round are turned.
    public init(low: Int64, high: Int64) {
        let (one, other) = (max(0, low), max(0, high))
        self.low = min(one, other)
        self.high = max(one, other)
    }

    /// Nothing.
    public static let zero = PoundRange(low: 0, high: 0)

    /// The sum of two ranges: bound by bound, held at the largest amount.
    public static func + (left: PoundRange, right: PoundRange) -> PoundRange {
        PoundRange(low: held(left.low, right.low), high: held(left.high, right.high))
    }

    /// In words: "£114", or "£40 to £70".
    public var words: String {
        let one = Plain.money(Money(minor: low, currency: .gbp))
        let other = Plain.money(Money(minor: high, currency: .gbp))
        return one == other ? one : one + " to " + other
    }
}

/// Working time between two bounds, in minutes.
public struct HourRange: Hashable, Sendable {
    /// The lower bound in minutes, from 0.
    public let low: Int64
    /// The upper bound in minutes, never below the lower one.
    public let high: Int64

    /// A range in minutes; bounds below 0 count as 0, and bounds the wrong way round are turned.
    public init(minutes low: Int64, to high: Int64) {
        let (one, other) = (max(0, low), max(0, high))
        self.low = min(one, other)
        self.high = max(one, other)
    }

    /// No work.
    public static let zero = HourRange(minutes: 0, to: 0)

    /// The sum of two ranges: bound by bound, held at the longest time.
    public static func + (left: HourRange, right: HourRange) -> HourRange {
        HourRange(minutes: held(left.low, right.low), to: held(left.high, right.high))
    }

    /// What the time costs at a price for one hour; parts of a penny are rounded half-even.
    ///
    /// nil when the amount cannot be held.
    public func cost(at hour: PoundRange) -> PoundRange? {
        let least = Money(Int128(low) * Int128(hour.low), dividedBy: 60, currency: .gbp)
        let most = Money(Int128(high) * Int128(hour.high), dividedBy: 60, currency: .gbp)
        guard let least, let most else { return nil }
        return PoundRange(low: least.minor, high: most.minor)
    }

    /// In words: "30 min", "1 h to 2 h", "none".
    public var words: String {
        if high == 0 { return "none" }
        let one = Plain.duration(.minutes(low))
        let other = Plain.duration(.minutes(high))
        return one == other ? one : one + " to " + other
    }
}

/// A sum, held at the largest value.
private func held(_ one: Int64, _ other: Int64) -> Int64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
}
