// Regression with errors that remember their neighbour, for known and for unknown memory.
public import Understand

/// A generalised least squares fit with first-order autoregressive errors of a known ρ.
public struct AutoregressiveFit: Hashable, Sendable {
    /// Correlation of neighbouring errors.
    public let rho: Double
    /// The fit of the whitened rows.
    public let fit: LeastSquares
    /// Logarithm of the restricted likelihood of ρ, up to a constant.
    public let logLikelihood: Double

    /// Fits with a given ρ, −1 < ρ < 1; a gap of d periods gives ρ^d.
    ///
    /// The first row is kept (Prais and Winsten 1954). nil as for ``SeriesFit``.
    public init?(_ rows: SeriesRows, rho: Double) {
        guard rows.isSound, abs(rho) < 1 else { return nil }
        let scaled = rows.weighted
        var design = scaled.design
        var observed = scaled.observed
        var logVariance = 0.0
        for place in design.indices.dropFirst() {
            let memory = PortableMath.power(rho, rows.times[place] - rows.times[place - 1])
            let variance = 1 - memory * memory
            let scale = 1 / variance.squareRoot()
            logVariance += PortableMath.log(variance)
            for column in design[place].indices {
                design[place][column] =
                    (scaled.design[place][column] - memory * scaled.design[place - 1][column])
                    * scale
            }
            observed[place] =
                (scaled.observed[place] - memory * scaled.observed[place - 1]) * scale
        }
        guard let fit = LeastSquares(design: design, observed: observed), fit.freedom > 0
        else { return nil }
        self.rho = rho
        self.fit = fit
        logLikelihood =
            -logVariance / 2 + Matrices.logDeterminant(fit.inverse) / 2
            - Double(fit.freedom) / 2 * PortableMath.log(Swift.max(fit.squares, 1e-300))
    }

    /// Standard error of a sum of the coefficients.
    public func standardError(of functional: [Double]) -> Double {
        fit.deviation * Matrices.form(fit.inverse, functional).squareRoot()
    }

    /// Iterated Prais–Winsten: ρ from the residuals, then the fit, until ρ stands still.
    public static func praisWinsten(_ rows: SeriesRows) -> AutoregressiveFit? {
        guard let start = SeriesFit(rows) else { return nil }
        var coefficients = start.coefficients
        var rho = 0.0
        let scaled = rows.weighted
        for _ in 0..<100 {
            let rest = zip(scaled.design, scaled.observed).map {
                $1 - Matrices.dot($0, coefficients)
            }
            let before = rest.dropLast().reduce(0) { $0 + $1 * $1 }
            guard before > 0 else { return AutoregressiveFit(rows, rho: 0) }
            let next = zip(rest.dropFirst(), rest).reduce(0) { $0 + $1.0 * $1.1 } / before
            let held = Swift.max(-0.99, Swift.min(0.99, next))
            guard let fit = AutoregressiveFit(rows, rho: held) else { return nil }
            coefficients = fit.fit.coefficients
            if abs(held - rho) < 1e-10 { return fit }
            rho = held
        }
        return AutoregressiveFit(rows, rho: rho)
    }
}

/// The distribution of an effect when ρ itself is unknown: an average over its likely values.
///
/// Each ρ of a grid gives Student's t about its own estimate; the weights are the restricted
/// likelihood times a flat prior. With few points this is wider, and more honest, than one ρ
/// taken as known. Source: the reference analysis of regression with autoregressive errors
/// (A. Zellner and G. Tiao 1964).
public struct EffectDistribution: Hashable, Sendable {
    /// One value of ρ.
    public struct Part: Hashable, Sendable {
        /// Correlation of neighbouring errors.
        public let rho: Double
        /// Its weight; all sum to 1.
        public let weight: Double
        /// Estimate with this ρ.
        public let centre: Double
        /// Standard error with this ρ.
        public let error: Double
        /// Standard deviation of one observation with this ρ.
        public let deviation: Double
    }
    /// The values of ρ that matter.
    public let parts: [Part]
    /// Degrees of freedom.
    public let freedom: Double

    /// The grid: −0.40 to 0.98 in steps of 0.03.
    static let grid: [Double] = (0...46).map { -0.4 + 0.03 * Double($0) }
    /// Weights below this share of the largest are left out.
    static let leastWeight = 1e-6

    /// The distribution of a sum of coefficients; nil as for ``SeriesFit``.
    public init?(_ rows: SeriesRows, functional: [Double]) {
        let fits = EffectDistribution.grid.compactMap { AutoregressiveFit(rows, rho: $0) }
            .filter(\.logLikelihood.isFinite)
        guard let best = fits.map(\.logLikelihood).max(), let first = fits.first else { return nil }
        let raw = fits.map { PortableMath.exp($0.logLikelihood - best) }
        let kept = zip(fits, raw).filter { $0.1 >= EffectDistribution.leastWeight }
        let total = kept.reduce(0) { $0 + $1.1 }
        parts = kept.map { fit, weight in
            Part(
                rho: fit.rho, weight: weight / total,
                centre: Matrices.dot(fit.fit.coefficients, functional),
                error: fit.standardError(of: functional), deviation: fit.fit.deviation)
        }
        freedom = Double(first.fit.freedom)
    }

    /// Mean over ρ.
    public var centre: Double { parts.reduce(0) { $0 + $1.weight * $1.centre } }
    /// Mean of ρ.
    public var rho: Double { parts.reduce(0) { $0 + $1.weight * $1.rho } }
    /// Mean standard deviation of one observation.
    public var deviation: Double { parts.reduce(0) { $0 + $1.weight * $1.deviation } }

    /// Share below `value`.
    public func below(_ value: Double) -> Double {
        parts.reduce(0) { sum, part in
            guard part.error > 0 else {
                return sum + (part.centre < value ? part.weight : 0)
            }
            let t = (value - part.centre) / part.error
            return sum + part.weight * StudentT.below(t, freedom: freedom)
        }
    }

    /// The value with a share of `p` below it, 0 < p < 1.
    public func quantile(_ p: Double) -> Double {
        let reach = 2 * abs(StudentT.quantile(p, freedom: freedom)) + 1
        var low = parts.map { $0.centre - reach * $0.error }.min() ?? .nan
        var high = parts.map { $0.centre + reach * $0.error }.max() ?? .nan
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if below(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The central range that holds a share of `level`.
    public func interval(_ level: Double) -> Interval {
        Interval(quantile((1 - level) / 2), quantile((1 + level) / 2))
    }
}
