// The interrupted time series: level and slope before and after, and what else moved.
import Understand

/// One period of a measure.
public struct MeasuredPeriod: Hashable, Sendable {
    /// Number of the period, rising; a gap in the numbers is a gap in the record.
    public let index: Int
    /// Measured value.
    public let value: Double
    /// Share of the period that was seen, 0 to 1.
    public let coverage: Double
    /// Adjustment columns in the order of the model.
    public let columns: [Double]

    /// One period.
    public init(index: Int, value: Double, coverage: Double = 1, columns: [Double] = []) {
        self.index = index
        self.value = value
        self.coverage = coverage
        self.columns = columns
    }
}

/// Which terms a segmented regression has besides the level and its step.
public struct SegmentedTerms: Hashable, Sendable {
    /// A trend that was there before the change.
    public let hasTrend: Bool
    /// A change of slope at the change.
    public let hasSlope: Bool

    /// Terms.
    public init(hasTrend: Bool, hasSlope: Bool) {
        self.hasTrend = hasTrend
        self.hasSlope = hasSlope
    }

    /// Level, trend and change of both: right for a step, a ramp and a late start alike.
    public static let full = SegmentedTerms(hasTrend: true, hasSlope: true)
}

/// A segmented regression with every figure about its average effect.
///
/// y = β0 + β1 t + β2 D + β3 P + γ X + e; D = 1 after the change, P = 1, 2, … from the first
/// period used after it. Columns X are taken about their mean before the change. Sources:
/// A. Wagner et al. 2002, J. Lopez Bernal et al. 2017.
public struct SegmentedModel: Hashable, Sendable {
    /// The plain weighted fit.
    public let plain: SeriesFit
    /// The fit with neighbouring errors alike.
    public let praisWinsten: AutoregressiveFit
    /// Average effect as a sum of the coefficients.
    public let functional: [Double]
    /// Distribution of the average effect with unknown ρ.
    public let distribution: EffectDistribution
    /// Lag of the Newey–West errors, periods.
    public let lag: Int
    /// Standard error of the average effect after Newey and West, corrected by n/(n − k).
    public let neweyWestError: Double
    /// Periods used before and after.
    public var counts: (before: Int, after: Int) { (beforeCount, plain.count - beforeCount) }
    private let beforeCount: Int
    /// Terms.
    public let terms: SegmentedTerms
    /// Whether the 95 % range with errors that are alike is the wider of the two.
    public let isAutoregressive: Bool

    /// Fits periods before and after; nil where the columns cannot be told apart.
    public init?(before: [MeasuredPeriod], after: [MeasuredPeriod], terms: SegmentedTerms) {
        guard let first = before.first, let start = after.first else { return nil }
        let centres = first.columns.indices.map { column in
            Spread.mean(before.map { $0.columns.count > column ? $0.columns[column] : .nan })
        }
        func row(_ period: MeasuredPeriod, isAfter: Bool) -> [Double] {
            var row = [1.0]
            if terms.hasTrend { row.append(Double(period.index - first.index + 1)) }
            row.append(isAfter ? 1 : 0)
            if terms.hasSlope { row.append(isAfter ? Double(period.index - start.index + 1) : 0) }
            return row + zip(period.columns, centres).map { $0 - $1 }
        }
        let rows = SeriesRows(
            times: (before + after).map(\.index),
            design: before.map { row($0, isAfter: false) } + after.map { row($0, isAfter: true) },
            observed: (before + after).map(\.value),
            weights: (before + after).map(\.coverage))
        var functional = [Double](repeating: 0, count: rows.design[0].count)
        let step = terms.hasTrend ? 2 : 1
        functional[step] = 1
        if terms.hasSlope {
            let weight = after.reduce(0) { $0 + $1.coverage }
            functional[step + 1] =
                after.reduce(0) { $0 + $1.coverage * Double($1.index - start.index + 1) } / weight
        }
        guard let plain = SeriesFit(rows), plain.fit.squares > 0,
            let praisWinsten = AutoregressiveFit.praisWinsten(rows),
            let distribution = EffectDistribution(rows, functional: functional)
        else { return nil }
        self.plain = plain
        self.praisWinsten = praisWinsten
        self.functional = functional
        self.distribution = distribution
        self.terms = terms
        beforeCount = before.count
        lag = SeriesFit.lag(count: rows.times.count)
        let covariance = plain.neweyWest(lag: lag, corrected: true)
        let error = Swift.max(0, Matrices.form(covariance, functional)).squareRoot()
        neweyWestError = error
        let t = StudentT.quantile(0.975, freedom: Double(plain.freedom))
        isAutoregressive = distribution.interval(0.95).width >= 2 * t * error
    }

    /// Average effect of the plain fit, in the unit of the measure.
    public var plainEffect: Double { Matrices.dot(plain.coefficients, functional) }

    /// Average effect: that of the method whose 95 % range is the wider.
    public var effect: Double { isAutoregressive ? distribution.centre : plainEffect }

    /// The range after Newey and West with Student's t.
    public func neweyWestInterval(_ level: Double) -> Interval {
        let t = StudentT.quantile((1 + level) / 2, freedom: Double(plain.freedom))
        return Interval(plainEffect - t * neweyWestError, plainEffect + t * neweyWestError)
    }

    /// The wider of the two ranges for the average effect.
    public func interval(_ level: Double) -> Interval {
        isAutoregressive ? distribution.interval(level) : neweyWestInterval(level)
    }

    /// One draw of the average effect from the wider of the two.
    public func draw(_ draws: inout SeededDraws) -> Double {
        guard isAutoregressive else {
            return plainEffect + neweyWestError * draws.student(freedom: Double(plain.freedom))
        }
        return distribution.draw(&draws)
    }

    /// Independent observations that the periods are worth, at the likely ρ (benefit.md).
    public var effectiveCount: Double {
        let rho = Swift.max(0, distribution.rho)
        return Power.effectiveCount(plain.count, rho: rho)
    }

    /// What happened in each period less what the model says, oldest first.
    public var residuals: [Double] {
        zip(plain.fit.residuals, plain.rows.weights).map { $0 / $1.squareRoot() }
    }
}

extension EffectDistribution {
    /// One draw.
    public func draw(_ draws: inout SeededDraws) -> Double {
        var share = draws.share()
        for part in parts {
            share -= part.weight
            if share <= 0 { return part.centre + part.error * draws.student(freedom: freedom) }
        }
        guard let last = parts.last else { return .nan }
        return last.centre + last.error * draws.student(freedom: freedom)
    }
}
