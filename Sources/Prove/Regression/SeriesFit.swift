// A weighted regression of a series, with the figures that say how far to trust it.
public import Understand

/// Rows of a regression at whole-numbered periods, gaps allowed.
public struct SeriesRows: Hashable, Sendable {
    /// Period numbers, rising.
    public var times: [Int]
    /// Design, one row for each time.
    public var design: [[Double]]
    /// Observed values.
    public var observed: [Double]
    /// Weights, positive: 1 for a period that was wholly seen.
    public var weights: [Double]

    /// Rows; sizes are checked by ``SeriesFit``.
    public init(times: [Int], design: [[Double]], observed: [Double], weights: [Double]? = nil) {
        self.times = times
        self.design = design
        self.observed = observed
        self.weights = weights ?? times.map { _ in 1 }
    }

    /// Rows multiplied by the root of their weight.
    var weighted: SeriesRows {
        let roots = weights.map { $0.squareRoot() }
        return SeriesRows(
            times: times,
            design: zip(design, roots).map { row, root in row.map { $0 * root } },
            observed: zip(observed, roots).map { $0 * $1 })
    }

    /// Whether the sizes agree, times rise and weights are positive.
    var isSound: Bool {
        let count = times.count
        return count > 0 && design.count == count && observed.count == count
            && weights.count == count && weights.allSatisfy { $0 > 0 && $0.isFinite }
            && zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
    }
}

/// Least squares over a series: by Householder reflections, weighted by coverage.
public struct SeriesFit: Hashable, Sendable {
    /// The rows.
    public let rows: SeriesRows
    /// The fit; its residuals are multiplied by the root of the weight.
    public let fit: LeastSquares

    /// Fits; nil where columns depend on each other or there are too few rows.
    public init?(_ rows: SeriesRows) {
        guard rows.isSound else { return nil }
        let scaled = rows.weighted
        guard let fit = LeastSquares(design: scaled.design, observed: scaled.observed),
            fit.freedom > 0
        else { return nil }
        self.rows = rows
        self.fit = fit
    }

    /// Coefficients, one for each column.
    public var coefficients: [Double] { fit.coefficients }
    /// Rows.
    public var count: Int { fit.count }
    /// Rows minus columns.
    public var freedom: Int { fit.freedom }

    /// Durbin–Watson: about 2 without, below 1.5 with noticeable likeness of neighbours.
    public var durbinWatson: Double {
        let steps = zip(fit.residuals.dropFirst(), fit.residuals).reduce(0) {
            $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
        return steps / fit.squares
    }

    /// Lag of the Newey–West estimator: floor(4 (n/100)^(2/9)) (benefit.md).
    public static func lag(count: Int) -> Int {
        guard count > 0 else { return 0 }
        let power = PortableMath.exp(2.0 / 9 * PortableMath.log(Double(count) / 100))
        // A hair above, so that n = 100 gives 4 and not 3.
        return Int(4 * power + 1e-9)
    }

    /// Newey–West covariance with Bartlett weights; `corrected` multiplies by n/(n − k).
    ///
    /// Neighbours are counted in periods, so that a gap is no neighbour. Source: W. Newey and
    /// K. West 1987.
    public func neweyWest(lag: Int, corrected: Bool) -> [[Double]] {
        let design = rows.weighted.design
        let scores = zip(design, fit.residuals).map { row, rest in row.map { $0 * rest } }
        let width = coefficients.count
        var meat = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
        for later in scores.indices {
            var earlier = later
            while earlier >= 0, rows.times[later] - rows.times[earlier] <= lag {
                let apart = rows.times[later] - rows.times[earlier]
                let share = 1 - Double(apart) / Double(lag + 1)
                for i in 0..<width {
                    for j in 0..<width {
                        let product = scores[later][i] * scores[earlier][j]
                        meat[i][j] += share * product
                        if apart > 0 { meat[j][i] += share * product }
                    }
                }
                earlier -= 1
            }
        }
        let half = Matrices.product(fit.inverse, meat)
        let factor = corrected ? Double(count) / Double(freedom) : 1
        return Matrices.product(half, fit.inverse).map { $0.map { $0 * factor } }
    }

    /// What each observed value adds to a sum of the coefficients, such as an average effect.
    func influence(of functional: [Double]) -> [Double] {
        let direction = Matrices.product(fit.inverse, functional)
        return rows.weighted.design.map { row in Matrices.dot(row, direction) }
    }
}

/// The few operations on small matrices that are needed here.
enum Matrices {
    static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    static func product(_ a: [[Double]], _ b: [Double]) -> [Double] { a.map { dot($0, b) } }

    static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        let width = b.first?.count ?? 0
        return a.map { row in
            (0..<width).map { column in
                row.indices.reduce(0) { $0 + row[$1] * b[$1][column] }
            }
        }
    }

    /// vᵀ M v.
    static func form(_ matrix: [[Double]], _ v: [Double]) -> Double { dot(product(matrix, v), v) }

    /// Logarithm of the determinant of a symmetric positive matrix by Cholesky's method.
    static func logDeterminant(_ matrix: [[Double]]) -> Double {
        let size = matrix.count
        var lower = matrix
        var sum = 0.0
        for j in 0..<size {
            for k in 0..<j { lower[j][j] -= lower[j][k] * lower[j][k] }
            guard lower[j][j] > 0 else { return .nan }
            lower[j][j] = lower[j][j].squareRoot()
            sum += 2 * PortableMath.log(lower[j][j])
            for i in j + 1..<size {
                for k in 0..<j { lower[i][j] -= lower[i][k] * lower[j][k] }
                lower[i][j] /= lower[j][j]
            }
        }
        return sum
    }
}
