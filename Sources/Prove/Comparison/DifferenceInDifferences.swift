// The change on a machine less the change on machines that nobody touched.
import Understand

/// Difference of differences of four means.
///
/// Source: D. Card and A. Krueger 1994.
public enum DifferenceInDifferences {
    /// (treated after − before) − (untouched after − before).
    public static func effect(
        treatedBefore: Double, treatedAfter: Double, untouchedBefore: Double,
        untouchedAfter: Double
    ) -> Double {
        (treatedAfter - treatedBefore) - (untouchedAfter - untouchedBefore)
    }

    /// Difference of the trends before the change, in units a period, with its 95 % range.
    ///
    /// `differences` are treated less untouched in each period before. nil with fewer than four.
    public static func trendBefore(_ differences: [MeasuredPeriod]) -> (
        slope: Double, range: Interval
    )? {
        let rows = SeriesRows(
            times: differences.map(\.index),
            design: differences.map { [1, Double($0.index - (differences.first?.index ?? 0))] },
            observed: differences.map(\.value), weights: differences.map(\.coverage))
        guard differences.count >= 4,
            let distribution = EffectDistribution(rows, functional: [0, 1])
        else { return nil }
        return (distribution.centre, distribution.interval(0.95))
    }
}

/// A machine made up of untouched ones that ran like the treated one before the change.
///
/// Weights are not negative and sum to 1 (A. Abadie, A. Diamond and J. Hainmueller 2010). They are
/// found by pairwise Frank–Wolfe steps, at most so many, with exact line search, so that the answer
/// is the same everywhere.
public struct SyntheticControl: Hashable, Sendable {
    /// Weight of each untouched machine.
    public let weights: [Double]
    /// Treated less made-up machine in each period.
    public let gaps: [Double]
    /// Root mean square of the gaps before the change.
    public let fitBefore: Double
    /// Mean gap after less mean gap before.
    public let effect: Double

    /// Finds the weights.
    ///
    /// `treated` holds n values, `untouched` n values of each machine, the first `before` of them
    /// before the change. nil where sizes do not agree or a side is empty.
    public init?(treated: [Double], untouched: [[Double]], before: Int) {
        guard !untouched.isEmpty, before > 0, before < treated.count,
            untouched.allSatisfy({ $0.count == treated.count && $0.allSatisfy(\.isFinite) }),
            treated.allSatisfy(\.isFinite)
        else { return nil }
        var weights = untouched.map { _ in 1 / Double(untouched.count) }
        var made = SyntheticControl.mix(untouched, weights)
        for _ in 0..<ProveLimits.searchSteps {
            let slopes = untouched.map { series in
                (0..<before).reduce(0.0) { $0 + series[$1] * (made[$1] - treated[$1]) }
            }
            guard let best = slopes.indices.min(by: { slopes[$0] < slopes[$1] }),
                let worst = slopes.indices.filter({ weights[$0] > 0 })
                    .max(by: { slopes[$0] < slopes[$1] }), best != worst
            else { break }
            var top = 0.0
            var bottom = 0.0
            for place in 0..<before {
                let way = untouched[best][place] - untouched[worst][place]
                top += way * (treated[place] - made[place])
                bottom += way * way
            }
            guard bottom > 0, top > 0 else { break }
            let step = Swift.min(weights[worst], top / bottom)
            weights[best] += step
            weights[worst] -= step
            made = SyntheticControl.mix(untouched, weights)
        }
        self.weights = weights
        gaps = zip(treated, made).map { $0 - $1 }
        let early = gaps[0..<before]
        fitBefore = (early.reduce(0) { $0 + $1 * $1 } / Double(before)).squareRoot()
        effect = Spread.mean(Array(gaps[before...])) - Spread.mean(Array(early))
    }

    /// Share of machines, the treated one among them, with an effect at least as large.
    ///
    /// Each untouched machine takes the place of the treated one in turn. With n machines no share
    /// below 1/(n + 1) can come out, which is why few of them prove nothing alone.
    public static func placeboShare(
        treated: [Double], untouched: [[Double]], before: Int
    ) -> Double? {
        guard
            let real = SyntheticControl(treated: treated, untouched: untouched, before: before)
        else { return nil }
        var atLeast = 1
        for place in untouched.indices where untouched.count > 1 {
            var others = untouched
            others.remove(at: place)
            let placebo = SyntheticControl(
                treated: untouched[place], untouched: others, before: before)
            if let placebo, abs(placebo.effect) >= abs(real.effect) { atLeast += 1 }
        }
        return Double(atLeast) / Double(untouched.count + 1)
    }

    private static func mix(_ series: [[Double]], _ weights: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: series[0].count)
        for (column, weight) in zip(series, weights) where weight > 0 {
            for place in sum.indices { sum[place] += weight * column[place] }
        }
        return sum
    }
}
