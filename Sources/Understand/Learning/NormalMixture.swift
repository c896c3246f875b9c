// A mixture of normal distributions, fitted by expectation and maximisation, chosen by BIC.

/// One level of a mixture.
public struct MixtureLevel: Hashable, Sendable, BitwiseCopyable {
    /// Share of the values, 0 to 1.
    public let weight: Double
    /// Mean.
    public let mean: Double
    /// Standard deviation (maximum likelihood: divided by N).
    public let deviation: Double

    /// A level.
    public init(weight: Double, mean: Double, deviation: Double) {
        self.weight = weight
        self.mean = mean
        self.deviation = deviation
    }

    /// Logarithm of weight times density.
    func logDensity(_ value: Double) -> Double {
        let z = (value - mean) / deviation
        return PortableMath.log(weight) - PortableMath.log(deviation) - z * z / 2 - 0.5
            * PortableMath.log(2 * .pi)
    }
}

/// Values seen how often; a long series is fitted by its histogram.
public struct WeightedValues: Sendable {
    /// Different values, rising.
    public let values: [Double]
    /// How often each was seen; not whole where a value stands for time.
    public let weights: [Double]
    /// Sum of the weights.
    public let total: Double

    /// Values that each count once.
    public init(_ values: [Double]) {
        self.init(values.map { ($0, 1) })
    }

    /// Values with weights; those of no weight or not finite are left out.
    public init(_ pairs: [(value: Double, weight: Double)]) {
        var merged: [(value: Double, weight: Double)] = []
        for pair in pairs.filter({ $0.value.isFinite && $0.weight > 0 })
            .sorted(by: { $0.value < $1.value })
        {
            if merged.last?.value == pair.value {
                merged[merged.count - 1].weight += pair.weight
            } else {
                merged.append(pair)
            }
        }
        values = merged.map(\.value)
        weights = merged.map(\.weight)
        total = weights.reduce(0, +)
    }

    /// The value below which a share of the weight lies.
    public func quantile(_ share: Double) -> Double {
        var below = 0.0
        for (value, weight) in zip(values, weights) {
            below += weight
            if below >= share * total { return value }
        }
        return values.last ?? .nan
    }

    /// Mean and standard deviation, divided by N.
    var moments: (mean: Double, deviation: Double) {
        let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let square = zip(values, weights).reduce(0) {
            $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1
        }
        return (mean, (square / total).squareRoot())
    }
}

/// A fitted mixture, levels by rising mean.
///
/// Source: `domain/state-inference.md`, method 2; G. Schwarz 1978 for the choice.
public struct NormalMixture: Hashable, Sendable {
    /// Its levels, the lowest first.
    public let levels: [MixtureLevel]
    /// Logarithm of the likelihood of the values.
    public let logLikelihood: Double
    /// k · ln n − 2 · ln L, the smaller the better.
    public let criterion: Double

    /// Steps of the fit at most.
    private static let steps = 500

    /// Fits `count` levels; nil for fewer different values than levels, or no spread.
    ///
    /// `least` is the smallest standard deviation a level may have: the resolution of the meter.
    public init?(_ data: WeightedValues, count: Int, least: Double = 1e-9) {
        guard count >= 1, data.values.count >= count, data.total > 0 else { return nil }
        var levels = NormalMixture.start(data, count: count, least: least)
        var likelihood = -Double.infinity
        for _ in 0..<NormalMixture.steps {
            let (next, found) = NormalMixture.step(data, levels, least: least)
            levels = next
            if abs(found - likelihood) <= 1e-12 * abs(found) { break }
            likelihood = found
        }
        let final = NormalMixture.logLikelihood(data, levels)
        guard final.isFinite else { return nil }
        self.levels = levels.sorted { $0.mean < $1.mean }
        logLikelihood = final
        let parameters = Double(3 * count - 1)
        criterion = parameters * PortableMath.log(data.total) - 2 * final
    }

    /// Levels at the middle of equal shares of the range that the values really take.
    private static func start(
        _ data: WeightedValues, count: Int, least: Double
    ) -> [MixtureLevel] {
        let (mean, deviation) = data.moments
        guard count > 1 else {
            return [MixtureLevel(weight: 1, mean: mean, deviation: max(least, deviation))]
        }
        // Otsu's cuts: the split with the largest variance between the parts.
        let cuts = LevelSplit.cuts(data, parts: count)
        var levels: [MixtureLevel] = []
        var start = 0
        for end in cuts + [data.values.count] {
            let part = WeightedValues(
                Array(zip(data.values[start..<end], data.weights[start..<end])))
            let own = part.moments
            levels.append(
                MixtureLevel(
                    weight: part.total / data.total, mean: own.mean,
                    deviation: max(least, own.deviation)))
            start = end
        }
        return levels
    }

    private static func step(
        _ data: WeightedValues, _ levels: [MixtureLevel], least: Double
    ) -> ([MixtureLevel], Double) {
        var weights = [Double](repeating: 0, count: levels.count)
        var sums = weights
        var likelihood = 0.0
        var shares = [[Double]](repeating: [], count: data.values.count)
        for (row, value) in data.values.enumerated() {
            let (own, log) = responsibilities(levels, value)
            likelihood += log * data.weights[row]
            shares[row] = own
            for level in levels.indices {
                weights[level] += own[level] * data.weights[row]
                sums[level] += own[level] * data.weights[row] * value
            }
        }
        var squares = [Double](repeating: 0, count: levels.count)
        let means = levels.indices.map {
            weights[$0] > 0 ? sums[$0] / weights[$0] : levels[$0].mean
        }
        for (row, value) in data.values.enumerated() {
            for level in levels.indices {
                let off = value - means[level]
                squares[level] += shares[row][level] * data.weights[row] * off * off
            }
        }
        let next = levels.indices.map { level in
            MixtureLevel(
                weight: max(weights[level] / data.total, 1e-12), mean: means[level],
                deviation: weights[level] > 0
                    ? max(least, (squares[level] / weights[level]).squareRoot()) : least)
        }
        return (next, likelihood)
    }

    /// How far a value belongs to each level, and the logarithm of its density.
    static func responsibilities(
        _ levels: [MixtureLevel], _ value: Double
    ) -> (shares: [Double], log: Double) {
        let logs = levels.map { $0.logDensity(value) }
        let most = logs.max() ?? 0
        let parts = logs.map { PortableMath.exp($0 - most) }
        let sum = parts.reduce(0, +)
        return (parts.map { $0 / sum }, most + PortableMath.log(sum))
    }

    private static func logLikelihood(_ data: WeightedValues, _ levels: [MixtureLevel]) -> Double {
        zip(data.values, data.weights).reduce(0) {
            $0 + responsibilities(levels, $1.0).log * $1.1
        }
    }

    /// How far a value belongs to each level; the shares add up to 1.
    public func shares(_ value: Double) -> [Double] {
        NormalMixture.responsibilities(levels, value).shares
    }

    /// Where two neighbouring levels are equally likely, between their means.
    ///
    /// The middle of the means where the densities do not cross between them.
    public static func boundary(_ low: MixtureLevel, _ high: MixtureLevel) -> Double {
        var left = low.mean
        var right = high.mean
        func difference(_ value: Double) -> Double {
            low.logDensity(value) - high.logDensity(value)
        }
        guard difference(left) > 0, difference(right) < 0 else { return (left + right) / 2 }
        for _ in 0..<200 {
            let middle = (left + right) / 2
            if difference(middle) > 0 { left = middle } else { right = middle }
        }
        return (left + right) / 2
    }
}

/// Otsu's split of values into parts.
///
/// Source: N. Otsu 1979.
public enum LevelSplit {
    /// Positions where parts begin, by the largest variance between parts; greedy for more than
    /// two parts.
    public static func cuts(_ data: WeightedValues, parts: Int) -> [Int] {
        var cuts: [Int] = []
        for _ in 1..<max(1, parts) {
            var best: (cut: Int, gain: Double)?
            let edges = [0] + cuts + [data.values.count]
            for (start, end) in zip(edges, edges.dropFirst()) where end - start >= 2 {
                if let found = split(data, start..<end), found.gain > best?.gain ?? -1 {
                    best = (found.cut, found.gain)
                }
            }
            guard let best else { break }
            cuts = (cuts + [best.cut]).sorted()
        }
        return cuts
    }

    /// The threshold between two parts and the variance between them; nil without two values.
    public static func threshold(
        _ data: WeightedValues
    ) -> (threshold: Double, variance: Double)? {
        guard let found = split(data, 0..<data.values.count) else { return nil }
        return (
            (data.values[found.cut - 1] + data.values[found.cut]) / 2,
            found.gain / (data.total * data.total)
        )
    }

    /// The best cut of a stretch, with w₀ · w₁ · (μ₀ − μ₁)² in weights that are not normalised.
    private static func split(
        _ data: WeightedValues, _ range: Range<Int>
    ) -> (cut: Int, gain: Double)? {
        let all = range.reduce((weight: 0.0, sum: 0.0)) {
            ($0.weight + data.weights[$1], $0.sum + data.weights[$1] * data.values[$1])
        }
        var left = (weight: 0.0, sum: 0.0)
        var best: (cut: Int, gain: Double)?
        for index in range.dropLast() {
            left.weight += data.weights[index]
            left.sum += data.weights[index] * data.values[index]
            let right = (weight: all.weight - left.weight, sum: all.sum - left.sum)
            let off = left.sum / left.weight - right.sum / right.weight
            let gain = left.weight * right.weight * off * off
            if gain > best?.gain ?? -1 { best = (index + 1, gain) }
        }
        return best
    }
}
