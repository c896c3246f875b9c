// A range without a formula: residuals drawn again in blocks, so that neighbours stay together.
import Understand

/// Moving-block bootstrap of the residuals of a segmented model.
///
/// Source: H. Künsch 1989.
public struct BlockBootstrap: Hashable, Sendable {
    /// Effects of the resamples, rising.
    public let effects: [Double]
    /// Length of a block, periods.
    public let block: Int

    /// Draws the residuals of the plain fit again.
    ///
    /// The block is n^(1/3), rounded up, and at least `leastBlock` (a week where a weekly pattern
    /// exists). Residuals are stretched by √(n/(n − k)), since a fit makes them too small.
    public init(
        _ model: SegmentedModel, resamples: Int = ProveLimits.resamples, leastBlock: Int = 1,
        draws: inout SeededDraws
    ) {
        let fit = model.plain
        let count = fit.count
        var length = 1
        while length * length * length < count { length += 1 }
        length = Swift.min(count, Swift.max(length, leastBlock))
        block = length
        let stretch = (Double(count) / Double(fit.freedom)).squareRoot()
        let centre = Spread.mean(fit.fit.residuals)
        let rest = fit.fit.residuals.map { ($0 - centre) * stretch }
        let influence = fit.influence(of: model.functional)
        let middle = model.plainEffect
        effects = (0..<resamples).map { _ in
            var sum = 0.0
            var place = 0
            while place < count {
                let start = draws.place(below: count - length + 1)
                for step in 0..<Swift.min(length, count - place) {
                    sum += influence[place + step] * rest[start + step]
                }
                place += length
            }
            return middle + sum
        }.sorted()
    }

    /// The percentile range that holds a share of `level`.
    public func interval(_ level: Double) -> Interval {
        Interval(
            Percentile.of(effects, (1 - level) / 2), Percentile.of(effects, (1 + level) / 2))
    }
}

/// Percentiles of sorted numbers.
public enum Percentile {
    /// The value with a share of `p` below it, linear between neighbours; NaN of nothing.
    ///
    /// Source: R. Hyndman and Y. Fan 1996, definition 7.
    public static func of(_ sorted: [Double], _ p: Double) -> Double {
        guard let first = sorted.first else { return .nan }
        let place = Swift.max(0, Swift.min(1, p)) * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return sorted.last ?? first }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
