// A range with its ends.

/// A range from a lower to an upper end.
public struct Interval: Hashable, Sendable {
    /// Lower end.
    public let low: Double
    /// Upper end.
    public let high: Double

    /// A range; the ends are put in order.
    public init(_ one: Double, _ other: Double) {
        low = Swift.min(one, other)
        high = Swift.max(one, other)
    }

    /// Whether 0 lies outside.
    public var excludesZero: Bool { low > 0 || high < 0 }
    /// Upper minus lower end.
    public var width: Double { high - low }
    /// Whether a value lies inside, ends included.
    public func contains(_ value: Double) -> Bool { low <= value && value <= high }

    /// The same range in another unit; turned round where `factor` is negative.
    public func scaled(by factor: Double, plus shift: Double = 0) -> Interval {
        Interval(low * factor + shift, high * factor + shift)
    }
}
