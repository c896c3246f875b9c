// Elementary functions from +, −, ×, ÷ and √ alone: the same bits on every machine.

/// Functions that a system's mathematical library rounds differently from processor to processor.
///
/// IEEE 754 fixes the result of every operation used here, and Swift does not fuse a product with a
/// sum, so that a figure worked out on one machine is the figure worked out on any other
/// (`docs/decisions/0021-portable-mathematics.md`). Errors are a few units of the last place.
public enum PortableMath {
    /// ln 2 in two parts: the first has trailing zeros, so that small multiples are exact.
    private static let ln2 = (high: 0x1.62e42fee00000p-1, low: 0x1.a39ef35793c76p-33)
    /// 1 / k! for the series of e^r.
    private static let factorials: [Double] = {
        var values = [1.0]
        for k in 1...16 { values.append(values[k - 1] / Double(k)) }
        return values
    }()

    /// e to the power of `x`; infinity above 709.78, 0 below −745.13, NaN of NaN.
    public static func exp(_ x: Double) -> Double {
        guard x.isFinite else { return x.isNaN ? .nan : x > 0 ? .infinity : 0 }
        if x > 709.79 { return .infinity }
        if x < -745.14 { return 0 }
        let whole = (x / ln2.high).rounded()
        let rest = (x - whole * ln2.high) - whole * ln2.low
        // At most 0.35, so that 16 terms leave less than a unit of the last place.
        var sum = 0.0
        for term in factorials.reversed() { sum = sum * rest + term }
        return scaled(sum, by: Int(whole))
    }

    /// Natural logarithm; −infinity of 0, NaN below.
    public static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x.isFinite else { return x }
        var exponent = Double(x.exponent)
        var part = x.significand
        if part > 1.4142135623730951 {
            part /= 2
            exponent += 1
        }
        // ln m = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1), at most 0.172.
        let s = (part - 1) / (part + 1)
        let square = s * s
        var sum = 0.0
        for odd in stride(from: 23.0, through: 3, by: -2) { sum = sum * square + 1 / odd }
        let small = 2 * s * square * sum
        return exponent * ln2.high + (2 * s + (small + exponent * ln2.low))
    }

    /// A whole power by repeated squaring; 1 for the power 0.
    public static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var rest = exponent.magnitude
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return exponent < 0 ? 1 / result : result
    }

    /// Complementary error function: 2/√π ∫ e^(−t²) from `x` to infinity.
    ///
    /// Source: Abramowitz and Stegun 7.1.6 below 1, the continued fraction 7.1.14 above.
    public static func complementaryError(_ x: Double) -> Double {
        if x.isNaN { return .nan }
        if x < 0 { return 2 - complementaryError(-x) }
        if x > 28 { return 0 }
        let root = Double.pi.squareRoot()
        if x < 1 {
            var term = x
            var sum = x
            var odd = 1.0
            while term > sum * 1e-18 {
                odd += 2
                term *= 2 * x * x / odd
                sum += term
            }
            return 1 - 2 / root * exp(-x * x) * sum
        }
        // From the far end; 240 steps leave less than a unit of the last place at 1.
        var tail = x
        for step in stride(from: 240.0, through: 1, by: -1) { tail = x + step / 2 / tail }
        return exp(-x * x) / (root * tail)
    }

    /// Logarithm of the gamma function, for `x` above 0; NaN elsewhere.
    ///
    /// Source: Stirling's series (Abramowitz and Stegun 6.1.40) from 16 on, reached by the recurrence.
    public static func logGamma(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return x == .infinity ? x : .nan }
        var product = 1.0
        var z = x
        while z < 16 {
            product *= z
            z += 1
        }
        let inverse = 1 / z
        let square = inverse * inverse
        let terms = [
            1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360,
            1.0 / 156,
        ]
        let series = terms.reversed().reduce(0) { $0 * square + $1 } * inverse
        return (z - 0.5) * log(z) - z + 0.5 * log(2 * Double.pi) + series - log(product)
    }

    /// `value` · 2^`exponent`, rounded once where it is subnormal.
    private static func scaled(_ value: Double, by exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: value)
    }
}
