// The constants of control charts, worked out from the normal distribution.

/// Constants for subgroups of one size.
///
/// Source: `domain/spc.md`; d2 and d3 are the mean and standard deviation of the range of `size`
/// standard normal values, c4 the mean of their sample standard deviation.
public struct ChartConstants: Hashable, Sendable {
    /// Values in a subgroup, 2 to 25.
    public let size: Int
    /// Mean of the range.
    public let d2: Double
    /// Standard deviation of the range.
    public let d3: Double
    /// Mean of the sample standard deviation.
    public let c4: Double

    /// Sizes that have constants.
    public static let sizes = 2...25

    /// Limits of the mean by the mean range.
    public var a2: Double { 3 / (d2 * Double(size).squareRoot()) }
    /// Limits of the mean by the mean standard deviation.
    public var a3: Double { 3 / (c4 * Double(size).squareRoot()) }
    /// Lower limit of the standard deviation.
    public var b3: Double { max(0, 1 - 3 * (1 - c4 * c4).squareRoot() / c4) }
    /// Upper limit of the standard deviation.
    public var b4: Double { 1 + 3 * (1 - c4 * c4).squareRoot() / c4 }
    /// Lower limit of the range.
    public var d3Limit: Double { max(0, 1 - 3 * d3 / d2) }
    /// Upper limit of the range.
    public var d4Limit: Double { 1 + 3 * d3 / d2 }

    private static let all: [ChartConstants] = sizes.map { ChartConstants(size: $0) }

    /// The constants of a size, nil outside of 2 to 25.
    public static func of(_ size: Int) -> ChartConstants? {
        sizes.contains(size) ? all[size - sizes.lowerBound] : nil
    }

    private init(size: Int) {
        self.size = size
        let n = Double(size)
        c4 =
            (2 / (n - 1)).squareRoot()
            * PortableMath.exp(PortableMath.logGamma(n / 2) - PortableMath.logGamma((n - 1) / 2))
        // E[R] and E[R²] by Simpson's rule over ±8; F is the normal distribution function.
        let steps = 320
        let width = 16.0 / Double(steps)
        let shares = (0...steps).map { Normal.below(-8 + Double($0) * width) }
        func weight(_ index: Int) -> Double {
            index == 0 || index == steps ? 1 : index % 2 == 1 ? 4 : 2
        }
        var mean = 0.0
        for (index, share) in shares.enumerated() {
            mean +=
                weight(index)
                * (1 - PortableMath.power(share, size) - PortableMath.power(1 - share, size))
        }
        d2 = mean * width / 3
        // E[R²] = 2 ∫∫ over x < y of 1 − F(y)ⁿ − (1 − F(x))ⁿ + (F(y) − F(x))ⁿ.
        let above = shares.map { PortableMath.power($0, size) }
        let under = shares.map { PortableMath.power(1 - $0, size) }
        var square = 0.0
        for low in 0...steps {
            var inner = 0.0
            for high in low...steps {
                let value =
                    1 - above[high] - under[low]
                    + PortableMath.power(shares[high] - shares[low], size)
                // The trapezoid rule suffices: the integrand vanishes at both ends.
                inner += (high == low || high == steps ? 0.5 : 1) * value
            }
            square += (low == 0 || low == steps ? 0.5 : 1) * inner
        }
        d3 = (2 * square * width * width - d2 * d2).squareRoot()
    }
}
