// Student's t distribution: what small samples need in place of the normal one.
import Understand

/// Functions of Student's t distribution.
public enum StudentT {
    /// Share below `t` with `freedom` degrees of freedom, positive.
    ///
    /// Source: Abramowitz and Stegun 26.7.1 by the incomplete beta function.
    public static func below(_ t: Double, freedom: Double) -> Double {
        guard freedom > 0, !t.isNaN else { return .nan }
        let tail = beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
        return t > 0 ? 1 - tail : tail
    }

    /// The `t` with a share of `p` below it, 0 < p < 1; NaN outside.
    public static func quantile(_ p: Double, freedom: Double) -> Double {
        guard p > 0, p < 1, freedom > 0 else { return .nan }
        if p < 0.5 { return -quantile(1 - p, freedom: freedom) }
        var high = 1.0
        while below(high, freedom: freedom) < p, high < 1e15 { high *= 2 }
        var low = 0.0
        for _ in 0..<200 where high - low > 1e-15 * high {
            let middle = (low + high) / 2
            if below(middle, freedom: freedom) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function by its continued fraction (Lentz's method).
    static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - beta(1 - x, b, a) }
        let logFront =
            PortableMath.logGamma(a + b) - PortableMath.logGamma(a) - PortableMath.logGamma(b)
            + a * PortableMath.log(x) + b * PortableMath.log(1 - x)
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        if abs(d) < tiny { d = tiny }
        d = 1 / d
        var h = d
        for step in 1...500 {
            let m = Double(step)
            for odd in [false, true] {
                let top =
                    odd
                    ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                    : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                d = 1 + top * d
                if abs(d) < tiny { d = tiny }
                c = 1 + top / c
                if abs(c) < tiny { c = tiny }
                d = 1 / d
                h *= d * c
            }
            if abs(d * c - 1) < 1e-15 { break }
        }
        return PortableMath.exp(logFront) * h / a
    }
}
