// Whether a process can hold its drawing limits: Cp, Cpk, Pp, Ppk with intervals.

/// The limits that a drawing or a customer sets; at least one of them.
public struct DrawingLimits: Hashable, Sendable {
    /// Least value allowed, nil for none.
    public let lower: Double?
    /// Largest value allowed, nil for none.
    public let upper: Double?
    /// The value aimed at, nil for the middle.
    public let target: Double?

    /// Limits; nil without any, or where they are not in order.
    public init?(lower: Double?, upper: Double?, target: Double? = nil) {
        guard lower != nil || upper != nil,
            [lower, upper, target].allSatisfy({ $0?.isFinite ?? true })
        else { return nil }
        if let lower, let upper, lower >= upper { return nil }
        self.lower = lower
        self.upper = upper
        self.target = target
    }

    /// Whether a value is allowed.
    public func allows(_ value: Double) -> Bool {
        value >= lower ?? -.infinity && value <= upper ?? .infinity
    }
}

/// An index with the interval in which it lies with 95 % confidence.
public struct CapabilityIndex: Hashable, Sendable {
    /// The index.
    public let value: Double
    /// Lower end of the interval.
    public let low: Double
    /// Upper end of the interval.
    public let high: Double
}

/// How well a process holds its limits.
///
/// Source: `domain/spc.md`; intervals by chi-squared for Cp and Pp, by Bissell (1990) for Cpk and
/// Ppk.
public struct Capability: Hashable, Sendable {
    /// What the number of values allows.
    public enum Trust: String, Hashable, Sendable {
        /// Fewer than 25: not to be shown.
        case none
        /// Fewer than 50: shown with a warning.
        case weak
        /// Enough.
        case enough
    }

    /// Mean of all values.
    public let mean: Double
    /// Standard deviation within subgroups.
    public let within: Double
    /// Standard deviation of all values.
    public let overall: Double
    /// Number of values.
    public let count: Int
    /// Width of the limits by six standard deviations within; nil with one limit only.
    public let cp: CapabilityIndex?
    /// Distance to the nearer limit by three standard deviations within.
    public let cpk: CapabilityIndex
    /// As Cp, over all values.
    public let pp: CapabilityIndex?
    /// As Cpk, over all values.
    public let ppk: CapabilityIndex
    /// Distance to the lower limit by three standard deviations within.
    public let cpl: Double?
    /// Distance to the upper limit by three standard deviations within.
    public let cpu: Double?
    /// Cp that also counts the distance from the target; nil with one limit only.
    public let cpm: Double?
    /// Parts in a million beyond the limits if values are normally distributed.
    public let partsPerMillion: Double

    /// How far to trust it.
    public var trust: Trust { count < 25 ? .none : count < 50 ? .weak : .enough }

    /// Capability of values; nil of fewer than two or without spread.
    ///
    /// `within` is the standard deviation of a baseline; `confidence` that of the intervals.
    public init?(
        _ values: [Double], limits: DrawingLimits, within: Double, confidence: Double = 0.95
    ) {
        let overall = Spread.deviation(values)
        guard values.count >= 2, within > 0, overall > 0, overall.isFinite, within.isFinite else {
            return nil
        }
        let mean = Spread.mean(values)
        let n = Double(values.count)
        let alpha = 1 - confidence
        func wide(_ sigma: Double) -> CapabilityIndex? {
            guard let lower = limits.lower, let upper = limits.upper else { return nil }
            let value = (upper - lower) / (6 * sigma)
            let freedom = n - 1
            return CapabilityIndex(
                value: value,
                low: value
                    * (ChiSquared.quantile(alpha / 2, freedom: freedom) / freedom)
                    .squareRoot(),
                high: value
                    * (ChiSquared.quantile(1 - alpha / 2, freedom: freedom) / freedom)
                    .squareRoot())
        }
        func side(_ sigma: Double) -> (below: Double?, above: Double?) {
            (
                limits.lower.map { (mean - $0) / (3 * sigma) },
                limits.upper.map { ($0 - mean) / (3 * sigma) }
            )
        }
        func near(_ sides: (below: Double?, above: Double?)) -> CapabilityIndex {
            let value = min(sides.below ?? .infinity, sides.above ?? .infinity)
            let z = Normal.quantile(1 - alpha / 2)
            let reach = z * (1 / (9 * n * value * value) + 1 / (2 * (n - 1))).squareRoot()
            let ends = [value * (1 - reach), value * (1 + reach)].sorted()
            return CapabilityIndex(value: value, low: ends[0], high: ends[1])
        }
        self.mean = mean
        self.within = within
        self.overall = overall
        count = values.count
        cp = wide(within)
        pp = wide(overall)
        let sides = side(within)
        cpl = sides.below
        cpu = sides.above
        cpk = near(sides)
        ppk = near(side(overall))
        let middle = (limits.lower ?? 0) / 2 + (limits.upper ?? 0) / 2
        let off = (mean - (limits.target ?? middle)) / within
        cpm = cp.map { $0.value / (1 + off * off).squareRoot() }
        let below = sides.below.map { Normal.below(-3 * $0) } ?? 0
        let above = sides.above.map { Normal.below(-3 * $0) } ?? 0
        partsPerMillion = 1e6 * (below + above)
    }
}
