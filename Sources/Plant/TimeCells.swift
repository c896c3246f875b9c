// Stretches of time side by side, into which a query sorts what it finds.

/// Cells without gaps between them: equal parts, steps of a fixed length, shifts.
public struct TimeCells: Hashable, Sendable {
    /// First instant of each cell in nanoseconds, then the first instant after the last one.
    public let edges: [Int64]

    /// Number of cells, at least 1.
    public var count: Int { edges.count - 1 }
    /// First instant of the first cell.
    public let start: Int64
    /// First instant after the last cell.
    public let end: Int64

    /// Cells in one answer at most.
    public static let limit = 100_000

    /// Why cells cannot be made.
    public enum Flaw: Error, Hashable, Sendable {
        /// No cell, or edges that are not in order.
        case notInOrder
        /// More cells than one answer has.
        case tooMany(Int)
    }

    /// Cells between edges; throws unless there are two or more in order.
    ///
    /// Two equal edges make a cell of no length, which stays empty.
    public init(edges: [Int64]) throws(Flaw) {
        guard edges.count >= 2, zip(edges, edges.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw .notInOrder
        }
        guard edges.count - 1 <= TimeCells.limit else { throw .tooMany(edges.count - 1) }
        self.edges = edges
        start = edges[0]
        end = edges[edges.count - 1]
    }

    /// `count` equal parts of a range, exact for any range.
    public init(_ range: TimeRange, count: Int) throws(Flaw) {
        guard count > 0 else { throw .notInOrder }
        guard count <= TimeCells.limit else { throw .tooMany(count) }
        let start = Int128(range.start.nanoseconds)
        let length = Int128(range.end.nanoseconds) - start
        let parts = Int128(count)
        try self.init(
            edges: (0...parts).map { index in
                Int64(start + (length * index + parts - 1) / parts)
            })
    }

    /// Steps that begin at multiples of `step` after `offset`; the ends of the range cut them.
    ///
    /// `step` is positive. The first and the last cell may be shorter than a step.
    public init(_ range: TimeRange, step: Elapsed, offset: Elapsed) throws(Flaw) {
        let length = step.nanoseconds
        guard length > 0, !range.isEmpty else { throw .notInOrder }
        let first = range.start.nanoseconds
        let end = range.end.nanoseconds
        let wanted = (Int128(end) - Int128(first)) / Int128(length) + 2
        guard wanted <= Int128(TimeCells.limit) else { throw .tooMany(Int(clamping: wanted)) }
        var edges = [first]
        edges.reserveCapacity(Int(wanted) + 1)
        let shifted = Int128(first) - Int128(offset.nanoseconds)
        let remainder = ((shifted % Int128(length)) + Int128(length)) % Int128(length)
        var next = Int128(first) - remainder + Int128(length)
        while next < Int128(end) {
            edges.append(Int64(next))
            next += Int128(length)
        }
        edges.append(end)
        try self.init(edges: edges)
    }

    /// The first cells and the rest, nil for a single cell.
    public func halves() -> (TimeCells, TimeCells)? {
        guard count >= 2 else { return nil }
        let middle = count / 2
        return (TimeCells(Array(edges[...middle])), TimeCells(Array(edges[middle...])))
    }

    /// Cells between edges that are known to be in order.
    private init(_ ordered: [Int64]) {
        edges = ordered
        start = ordered[0]
        end = ordered[ordered.count - 1]
    }

    /// The range of a cell.
    public func range(_ index: Int) -> TimeRange {
        TimeRange(
            start: Timestamp(nanoseconds: edges[index]),
            end: Timestamp(nanoseconds: edges[index + 1]))
    }

    /// The cell of an instant that lies inside.
    public func index(_ time: Int64) -> Int {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

/// Figures of one signal over one cell.
public struct CellFigures: Hashable, Sendable, BitwiseCopyable {
    /// Usable samples in it; 0 means that nothing was measured, and every figure but those of
    /// the held time is meaningless.
    public let count: Int
    /// Smallest value.
    public let minimum: Double
    /// Largest value.
    public let maximum: Double
    /// Sum of the values, rounded once.
    public let sum: Double
    /// Mean of the samples.
    public let mean: Double
    /// First value.
    public let first: Double
    /// Last value.
    public let last: Double
    /// Nanoseconds of the cell over which a value held; 0 where none was asked for.
    public let held: Int64
    /// Integral of the held values over the held time, in value nanoseconds.
    public let integral: Double

    /// Mean of the held values over the held time, nil where none held.
    public var heldMean: Double? { held > 0 ? integral / Double(held) : nil }

    /// Figures as they are.
    public init(
        count: Int, minimum: Double, maximum: Double, sum: Double, mean: Double, first: Double,
        last: Double, held: Int64, integral: Double
    ) {
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
        self.sum = sum
        self.mean = mean
        self.first = first
        self.last = last
        self.held = held
        self.integral = integral
    }
}

/// How long one value counts when the next is late.
public enum Hold: Hashable, Sendable {
    /// A value counts until the next one, but no longer than this.
    case atMost(Elapsed)
    /// A value counts until the next one, however late: for sources that send on change.
    case untilNext

    /// The longest time in nanoseconds, at least 0.
    public var limit: Int64 {
        switch self {
        case .atMost(let elapsed): max(0, elapsed.nanoseconds)
        case .untilNext: .max
        }
    }
}

/// Time that a signal spent at each of its values, over cells.
public struct StateTime: Hashable, Sendable {
    /// The different values in order of their first appearance.
    public let states: [Scalar]
    /// Nanoseconds by state, then by cell.
    public let durations: [[Int64]]

    /// Times by state, then by cell.
    public init(states: [Scalar], durations: [[Int64]]) {
        self.states = states
        self.durations = durations
    }

    /// Nanoseconds of a cell in which no value held.
    public func unseen(_ cell: Int, of cells: TimeCells) -> Int64 {
        durations.reduce(cells.edges[cell + 1] - cells.edges[cell]) { $0 - $1[cell] }
    }
}
