// Distribution functions that charts, intervals and models need.

/// Functions of the standard normal distribution.
public enum Normal {
    /// Share below `z`.
    public static func below(_ z: Double) -> Double {
        PortableMath.complementaryError(-z / (2.0).squareRoot()) / 2
    }

    /// Density at `z`.
    public static func density(_ z: Double) -> Double {
        PortableMath.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }

    /// The `z` with a share of `p` below it, 0 < p < 1; NaN outside.
    ///
    /// Source: P. J. Acklam's rational approximation with one step of Halley's method.
    public static func quantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return .nan }
        let estimate = start(p)
        let error = below(estimate) - p
        let step = error / density(estimate)
        return estimate - step / (1 + estimate * step / 2)
    }

    private static func start(_ p: Double) -> Double {
        let a = [
            -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690,
            -30.66479806614716, 2.506628277459239,
        ]
        let b = [
            -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
            -13.28068155288572,
        ]
        let c = [
            -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
            4.374664141464968, 2.938163982698783,
        ]
        let d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416]
        func polynomial(_ terms: [Double], _ x: Double) -> Double {
            terms.reduce(0) { $0 * x + $1 }
        }
        if p < 0.02425 {
            let q = (-2 * PortableMath.log(p)).squareRoot()
            return polynomial(c, q) / polynomial(d + [1], q)
        }
        if p > 1 - 0.02425 {
            let q = (-2 * PortableMath.log(1 - p)).squareRoot()
            return -polynomial(c, q) / polynomial(d + [1], q)
        }
        let q = p - 0.5
        return polynomial(a, q * q) * q / polynomial(b + [1], q * q)
    }
}

/// Functions of the chi-squared distribution.
public enum ChiSquared {
    /// Share below `x` with `freedom` degrees of freedom, both positive.
    ///
    /// Source: series and continued fraction of the incomplete gamma function (Abramowitz and
    /// Stegun 6.5.29, 6.5.31).
    public static func below(_ x: Double, freedom: Double) -> Double {
        guard x > 0, freedom > 0 else { return x > 0 ? .nan : 0 }
        let a = freedom / 2
        let y = x / 2
        let front = PortableMath.exp(a * PortableMath.log(y) - y - logGamma(a))
        if y < a + 1 {
            var term = 1 / a
            var sum = term
            var n = a
            while abs(term) > abs(sum) * 1e-16 {
                n += 1
                term *= y / n
                sum += term
            }
            return sum * front
        }
        // Lentz's method.
        let tiny = 1e-300
        var b = y + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        for i in 1...10_000 {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = an * d + b
            if abs(d) < tiny { d = tiny }
            c = b + an / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let change = d * c
            h *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return 1 - front * h
    }

    /// The `x` with a share of `p` below it, 0 < p < 1; NaN outside.
    public static func quantile(_ p: Double, freedom: Double) -> Double {
        guard p > 0, p < 1, freedom > 0 else { return .nan }
        var low = 0.0
        var high = freedom + 10 * (2 * freedom).squareRoot() + 10
        while below(high, freedom: freedom) < p { high *= 2 }
        for _ in 0..<200 where high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if below(middle, freedom: freedom) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    private static func logGamma(_ x: Double) -> Double { PortableMath.logGamma(x) }
}

/// Plain figures of a list of numbers.
public enum Spread {
    /// The mean; NaN of nothing.
    public static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    }

    /// The sample standard deviation (divisor n − 1); NaN of fewer than two.
    public static func deviation(_ values: [Double]) -> Double {
        guard values.count >= 2 else { return .nan }
        let centre = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        return (squares / Double(values.count - 1)).squareRoot()
    }

    /// The difference of the largest and the smallest; 0 of nothing.
    public static func range(_ values: [Double]) -> Double {
        (values.max() ?? 0) - (values.min() ?? 0)
    }
}
