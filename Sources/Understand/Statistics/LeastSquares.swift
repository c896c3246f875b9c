// Ordinary least squares by Householder reflections.

/// A linear model fitted to data.
public struct LeastSquares: Hashable, Sendable {
    /// Coefficients, one for each column of the design.
    public let coefficients: [Double]
    /// What the model says for each row.
    public let fitted: [Double]
    /// What is left of each row: observed minus fitted.
    public let residuals: [Double]
    /// (XᵀX)⁻¹, row by row.
    public let inverse: [[Double]]

    /// Rows.
    public var count: Int { residuals.count }
    /// Degrees of freedom: rows minus columns.
    public var freedom: Int { count - coefficients.count }
    /// Sum of the squares of the residuals.
    public var squares: Double { residuals.reduce(0) { $0 + $1 * $1 } }
    /// Standard deviation of the residuals, divisor rows minus columns; NaN without freedom.
    public var deviation: Double {
        freedom > 0 ? (squares / Double(freedom)).squareRoot() : .nan
    }
    /// Standard error of each coefficient.
    public var standardErrors: [Double] {
        coefficients.indices.map { deviation * inverse[$0][$0].squareRoot() }
    }

    /// Fits `observed` to the rows of a design; nil where columns depend on each other, sizes do
    /// not match, a number is not finite, or there are fewer rows than columns.
    public init?(design: [[Double]], observed: [Double]) {
        let rows = design.count
        let columns = design.first?.count ?? 0
        guard columns > 0, rows >= columns, observed.count == rows,
            design.allSatisfy({ $0.count == columns && $0.allSatisfy(\.isFinite) }),
            observed.allSatisfy(\.isFinite)
        else { return nil }
        var a = design
        var b = observed
        // Columns of like size, so that dependence is told by one bound.
        let scales = (0..<columns).map { column in
            design.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot()
        }
        guard scales.allSatisfy({ $0 > 0 }) else { return nil }
        for row in 0..<rows { for column in 0..<columns { a[row][column] /= scales[column] } }
        for column in 0..<columns {
            var norm = 0.0
            for row in column..<rows { norm += a[row][column] * a[row][column] }
            norm = norm.squareRoot()
            guard norm > 1e-11 else { return nil }
            let alpha = a[column][column] > 0 ? -norm : norm
            var v = (column..<rows).map { a[$0][column] }
            v[0] -= alpha
            let size = v.reduce(0) { $0 + $1 * $1 }
            guard size > 0 else { return nil }
            for other in column..<columns {
                var dot = 0.0
                for row in column..<rows { dot += v[row - column] * a[row][other] }
                for row in column..<rows { a[row][other] -= 2 * dot / size * v[row - column] }
            }
            var dot = 0.0
            for row in column..<rows { dot += v[row - column] * b[row] }
            for row in column..<rows { b[row] -= 2 * dot / size * v[row - column] }
        }
        func solve(_ right: [Double]) -> [Double] {
            var x = [Double](repeating: 0, count: columns)
            for row in (0..<columns).reversed() {
                var sum = right[row]
                for column in row + 1..<columns { sum -= a[row][column] * x[column] }
                x[row] = sum / a[row][row]
            }
            return x
        }
        let scaled = solve(Array(b[0..<columns]))
        let coefficients = zip(scaled, scales).map { $0 / $1 }
        self.coefficients = coefficients
        let fitted = design.map { row in zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }
        self.fitted = fitted
        residuals = zip(observed, fitted).map { $0 - $1 }
        // R⁻¹ column by column, then R⁻¹ R⁻ᵀ.
        let roots = (0..<columns).map { column in
            solve((0..<columns).map { $0 == column ? 1 : 0 })
        }
        inverse = (0..<columns).map { row in
            (0..<columns).map { column in
                let sum = (0..<columns).reduce(0) { $0 + roots[$1][row] * roots[$1][column] }
                return sum / (scales[row] * scales[column])
            }
        }
    }

    /// What the model says for a row of the design.
    public func value(_ row: [Double]) -> Double {
        zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Share of the variance that the model explains, for a design with a constant column.
    public var determination: Double {
        let observed = zip(fitted, residuals).map { $0 + $1 }
        let centre = Spread.mean(observed)
        let total = observed.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        return total > 0 ? 1 - squares / total : .nan
    }
}
