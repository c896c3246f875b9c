// Where would a break be found if nobody said when the change was?
import Understand

/// The place at which a step explains the series best, and whether that is more than chance.
///
/// The largest F over all places (D. Andrews 1993) with 15 % left out at each end. The critical
/// value does not come from a table, since that holds for neither a trend nor errors that are
/// alike: it is the 95th percentile of the same figure in simulated series without a break, with
/// the same design and ρ.
public struct BreakSearch: Hashable, Sendable {
    /// First period after the break.
    public let index: Int
    /// The largest F.
    public let largest: Double
    /// Critical value at 5 %.
    public let critical: Double

    /// Whether a break is there.
    public var isFound: Bool { largest > critical }

    /// Searches; nil with fewer than 20 periods or where the columns cannot be told apart.
    public init?(
        _ periods: [MeasuredPeriod], hasTrend: Bool, series: Int = ProveLimits.breakSeries,
        draws: inout SeededDraws
    ) {
        guard periods.count >= 20, let first = periods.first else { return nil }
        let design = periods.map { period in
            [1.0] + (hasTrend ? [Double(period.index - first.index + 1)] : []) + period.columns
        }
        let rows = SeriesRows(
            times: periods.map(\.index), design: design, observed: periods.map(\.value),
            weights: periods.map(\.coverage))
        let places = BreakSearch.places(periods.count)
        guard let plain = Whitened(rows, rho: 0),
            let found = BreakSearch.search(rows, plain: plain, places: places)
        else { return nil }
        var chance: [Double] = []
        for _ in 0..<series {
            var copy = rows
            copy.observed = BreakSearch.noise(rows, rho: found.rho, draws: &draws)
            if let best = BreakSearch.search(copy, plain: plain, places: places) {
                chance.append(best.largest)
            }
        }
        guard !chance.isEmpty else { return nil }
        index = periods[found.place].index
        largest = found.largest
        critical = Percentile.of(chance.sorted(), 0.95)
    }

    private static func places(_ count: Int) -> [Int] {
        let edge = Swift.max(3, Int((Double(count) * ProveLimits.breakTrim).rounded(.up)))
        let all = Array(edge...(count - edge))
        let most = ProveLimits.breakPlaces
        let step = Swift.max(1, (all.count + most - 1) / most)
        return all.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    }

    /// The largest F of a step, with rows whitened by the ρ that the best step leaves.
    ///
    /// A break makes neighbours look alike, so ρ is taken after the best step of a first search is
    /// removed. The simulated series go the same way.
    private static func search(
        _ rows: SeriesRows, plain: Whitened, places: [Int]
    ) -> (place: Int, largest: Double, rho: Double)? {
        let whole = plain.rest(of: rows.observed)
        let squaresWhole = Matrices.dot(whole, whole)
        guard squaresWhole > 0 else { return nil }
        let figures = places.map {
            plain.improvement(byStepAt: $0, rest: whole, squares: squaresWhole)
        }
        guard let start = zip(places, figures).max(by: { $0.1 < $1.1 })?.0 else { return nil }
        let rest = plain.without(stepAt: start, rest: whole)
        let size = Matrices.dot(rest, rest)
        guard size > 0 else { return nil }
        let along = zip(rest.dropFirst(), rest).reduce(0) { $0 + $1.0 * $1.1 }
        let rho = Swift.max(-0.95, Swift.min(0.95, along / size))
        guard let white = Whitened(rows, rho: rho) else { return nil }
        let left = white.rest(of: rows.observed)
        let squares = Matrices.dot(left, left)
        var best: (place: Int, largest: Double, rho: Double)?
        for place in places {
            let figure = white.improvement(byStepAt: place, rest: left, squares: squares)
            if figure > best?.largest ?? -1 { best = (place, figure, rho) }
        }
        return best
    }

    private static func noise(
        _ rows: SeriesRows, rho: Double, draws: inout SeededDraws
    ) -> [Double] {
        var error = 0.0
        return zip(Whitened.memory(rows.times, rho: rho), rows.weights).map { memory, weight in
            error = memory * error + (1 - memory * memory).squareRoot() * draws.normal()
            return error / weight.squareRoot()
        }
    }
}

/// Rows freed of their likeness, with an orthonormal basis of the design.
private struct Whitened {
    let roots: [Double]
    /// ρ^d between each row and the one before; 0 for the first.
    let memory: [Double]
    let scales: [Double]
    private(set) var basis: [[Double]] = []

    init?(_ rows: SeriesRows, rho: Double) {
        roots = rows.weights.map { $0.squareRoot() }
        memory = Whitened.memory(rows.times, rho: rho)
        scales = memory.map { 1 / (1 - $0 * $0).squareRoot() }
        for column in rows.design[0].indices {
            let raw = white(rows.design.map { $0[column] })
            let left = removed(from: removed(from: raw))
            let size = Matrices.dot(left, left).squareRoot()
            guard size > 1e-9 else { return nil }
            basis.append(left.map { $0 / size })
        }
    }

    static func memory(_ times: [Int], rho: Double) -> [Double] {
        [0] + zip(times.dropFirst(), times).map { PortableMath.power(rho, $0 - $1) }
    }

    /// What the design leaves of a column.
    func rest(of column: [Double]) -> [Double] { removed(from: white(column)) }

    /// F of a step that begins at a place.
    func improvement(byStepAt place: Int, rest: [Double], squares: Double) -> Double {
        let left = self.rest(of: rest.indices.map { $0 >= place ? 1.0 : 0.0 })
        let size = Matrices.dot(left, left)
        guard size > 1e-12 else { return 0 }
        let along = Matrices.dot(left, rest)
        let gain = along * along / size
        let freedom = Double(rest.count - basis.count - 1)
        return gain / (Swift.max(squares - gain, 1e-300) / freedom)
    }

    /// The rest with a step at a place removed.
    func without(stepAt place: Int, rest: [Double]) -> [Double] {
        let step = self.rest(of: rest.indices.map { $0 >= place ? 1.0 : 0.0 })
        let size = Matrices.dot(step, step)
        guard size > 1e-12 else { return rest }
        let along = Matrices.dot(step, rest) / size
        return zip(rest, step).map { $0 - along * $1 }
    }

    private func removed(from column: [Double]) -> [Double] {
        var left = column
        for direction in basis {
            let along = Matrices.dot(direction, left)
            for place in left.indices { left[place] -= along * direction[place] }
        }
        return left
    }

    private func white(_ column: [Double]) -> [Double] {
        var white = column
        var before = 0.0
        for place in column.indices {
            let scaled = column[place] * roots[place]
            white[place] = (scaled - memory[place] * before) * scales[place]
            before = scaled
        }
        return white
    }
}
