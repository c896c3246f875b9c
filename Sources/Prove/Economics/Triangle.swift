// An estimate as people give it: at least, most likely, at most.
import Understand

/// A triangular distribution.
public struct Triangle: Hashable, Sendable {
    /// Least.
    public let low: Double
    /// Most likely.
    public let mode: Double
    /// Most.
    public let high: Double

    /// An estimate; nil unless low ≤ mode ≤ high and all are finite.
    public init?(low: Double, mode: Double, high: Double) {
        guard low <= mode, mode <= high, low.isFinite, high.isFinite else { return nil }
        self.low = low
        self.mode = mode
        self.high = high
    }

    /// A value that is known; nil unless finite.
    public init?(_ value: Double) { self.init(low: value, mode: value, high: value) }

    /// Whether there is no range.
    public var isKnown: Bool { low == high }
    /// Mean.
    public var mean: Double { (low + mode + high) / 3 }
    /// Variance.
    public var variance: Double {
        (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18
    }

    /// Share below `value`.
    public func below(_ value: Double) -> Double {
        if value <= low { return isKnown && value == low ? 1 : 0 }
        if value >= high { return 1 }
        let width = high - low
        if value <= mode { return (value - low) * (value - low) / (width * (mode - low)) }
        return 1 - (high - value) * (high - value) / (width * (high - mode))
    }

    /// The value with a share of `p` below it, 0 to 1.
    public func quantile(_ p: Double) -> Double {
        guard !isKnown else { return low }
        let width = high - low
        if p * width <= mode - low { return low + (p * width * (mode - low)).squareRoot() }
        return high - ((1 - p) * width * (high - mode)).squareRoot()
    }
}
