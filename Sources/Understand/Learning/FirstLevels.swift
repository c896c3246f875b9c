// Two levels in the first minutes of a signal: a first limit between them, before states can be learnt.

/// What the first values of a signal say about running and not running.
///
/// A first guess for a person who stands at the machine; ``StateLearning`` learns from hours.
public struct FirstLevels: Hashable, Sendable {
    /// The middle of the lower level.
    public let low: Double
    /// The middle of the upper level.
    public let high: Double
    /// The limit halfway between the two.
    public let threshold: Double

    /// Values that are needed at least.
    public static let leastValues = 10
    /// How far the levels lie apart at least, in standard deviations of the wider of the two.
    public static let leastGap = 4.0
    /// How far the levels lie apart at least, as a share of the upper one.
    public static let leastShare = 0.2

    /// The levels of values in any order; nil where there are too few or only one level shows.
    ///
    /// Split after Otsu. Each level needs at least a tenth of the values.
    public init?(_ values: [Double]) {
        let finite = values.filter(\.isFinite).sorted()
        let data = WeightedValues(finite.map { ($0, 1) })
        guard finite.count >= FirstLevels.leastValues,
            let cut = LevelSplit.cuts(data, parts: 2).first, cut > 0, cut < data.values.count
        else { return nil }
        let lower = finite.filter { $0 < data.values[cut] }
        let upper = finite.filter { $0 >= data.values[cut] }
        let least = max(2, finite.count / 10)
        guard lower.count >= least, upper.count >= least else { return nil }
        let (low, lowSpread) = FirstLevels.describe(lower)
        let (high, highSpread) = FirstLevels.describe(upper)
        let gap = high - low
        guard gap > 0, gap >= FirstLevels.leastGap * max(lowSpread, highSpread),
            gap >= FirstLevels.leastShare * abs(high)
        else { return nil }
        self.low = low
        self.high = high
        threshold = FirstLevels.rounded(low + gap / 2, step: gap / 20)
    }

    /// Mean and standard deviation.
    private static func describe(_ values: [Double]) -> (mean: Double, spread: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(max(1, values.count - 1))).squareRoot())
    }

    /// A number that a person would choose: to the power of ten below the step.
    static func rounded(_ value: Double, step: Double) -> Double {
        guard step > 0, step.isFinite else { return value }
        var power = 1.0
        while power > step { power /= 10 }
        while power * 10 <= step { power *= 10 }
        return (value / power).rounded() * power
    }
}
