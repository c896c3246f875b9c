// Cycles in a trace: their period, and how often a shape occurs.

/// Cycles of a machine in one evenly sampled trace.
///
/// Source: `domain/state-inference.md`, cycle detection.
public enum CycleFinding {
    /// The correlation of a trace with itself shifted by each lag from 0 on (biased estimator);
    /// empty where the trace has no spread.
    public static func autocorrelation(_ values: [Double], lags: Int) -> [Double] {
        let centre = Spread.mean(values)
        let off = values.map { $0 - centre }
        let total = off.reduce(0) { $0 + $1 * $1 }
        guard total > 0 else { return [] }
        return (0...max(0, min(lags, values.count - 1))).map { lag in
            var sum = 0.0
            for index in 0..<off.count - lag { sum += off[index] * off[index + lag] }
            return sum / total
        }
    }

    /// A period in samples with the height of its peak.
    public struct Period: Hashable, Sendable {
        /// Length in samples, between two lags by a parabola.
        public let samples: Double
        /// Correlation at the peak, 0.5 to 1.
        public let strength: Double
    }

    /// The first peak of at least 0.5 that reaches 90 % of the highest; nil for none.
    ///
    /// `lags` are the shortest and longest plausible cycle in samples.
    public static func period(_ values: [Double], lags: ClosedRange<Int>) -> Period? {
        let found = autocorrelation(values, lags: lags.upperBound + 1)
        let inside = lags.clamped(to: 1...max(1, found.count - 2))
        guard found.count > 2, let highest = found[inside].max(), highest >= 0.5 else { return nil }
        for lag in inside
        where found[lag] >= 0.5 && found[lag] >= 0.9 * highest && found[lag] >= found[lag - 1]
            && found[lag] >= found[lag + 1]
        {
            let bend = found[lag - 1] - 2 * found[lag] + found[lag + 1]
            let shift = bend < 0 ? 0.5 * (found[lag - 1] - found[lag + 1]) / bend : 0
            return Period(samples: Double(lag) + shift, strength: found[lag])
        }
        return nil
    }

    /// How well a shape fits at each offset, −1 to 1; flat stretches fit 0.
    public static func fits(_ values: [Double], template: [Double]) -> [Double] {
        let length = template.count
        guard length >= 2, values.count >= length else { return [] }
        let middle = Spread.mean(template)
        let shape = template.map { $0 - middle }
        let size = shape.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard size > 0 else { return [Double](repeating: 0, count: values.count - length + 1) }
        return (0...values.count - length).map { offset in
            let part = values[offset..<offset + length]
            let mean = part.reduce(0, +) / Double(length)
            var dot = 0.0
            var square = 0.0
            for (value, wanted) in zip(part, shape) {
                dot += (value - mean) * wanted
                square += (value - mean) * (value - mean)
            }
            return square > 0 ? dot / (square.squareRoot() * size) : 0
        }
    }

    /// Offsets where a shape occurs: fits of at least 0.8, at least 0.6 of its length apart.
    public static func occurrences(
        _ values: [Double], template: [Double], atLeast: Double = 0.8
    ) -> [Int] {
        let fits = fits(values, template: template)
        let apart = Double(template.count) * 0.6
        var found: [Int] = []
        for offset in fits.indices.sorted(by: { (fits[$0], $1) > (fits[$1], $0) })
        where fits[offset] >= atLeast && found.allSatisfy({ Double(abs($0 - offset)) >= apart }) {
            found.append(offset)
        }
        return found.sorted()
    }

    /// The median of cycles of one length, sample by sample; nil for none.
    public static func template(_ values: [Double], starts: [Int], length: Int) -> [Double]? {
        let whole = starts.filter { $0 >= 0 && $0 + length <= values.count }
        guard !whole.isEmpty, length >= 2 else { return nil }
        return (0..<length).map { place in
            let column = whole.map { values[$0 + place] }.sorted()
            let middle = column.count / 2
            return column.count % 2 == 1
                ? column[middle] : (column[middle - 1] + column[middle]) / 2
        }
    }
}
