// Sorting of samples and chunk summaries of one signal into cells, in order of time.

import Plant

/// What is told about one chunk of a signal without decoding it.
struct ChunkFigures: Hashable, Sendable {
    /// Time of the chunk's first row.
    let first: Int64
    /// Time of the chunk's last row.
    let last: Int64
    /// Count, extremes, sum and ends.
    let summary: ColumnSummary
    /// Integral over the chunk; nil where a row cannot be used or the chunk is of an old format.
    let hold: HoldSummary?
}

/// Gathers figures of one signal; pieces come in order of time and overlap no other.
struct FigureCells {
    private let cells: TimeCells
    private var sums: [ColumnSummary]
    private var hold: HeldCells?

    /// Empty cells; the held time is gathered only where a hold is given.
    init(_ cells: TimeCells, hold: Hold?) {
        self.cells = cells
        sums = [ColumnSummary](repeating: ColumnSummary(), count: cells.count)
        self.hold = hold.map { HeldCells(cells, limit: $0.limit) }
    }

    /// Whether a chunk's summary alone gives the same as its samples.
    func suffices(_ chunk: ChunkFigures) -> Bool {
        guard chunk.first >= cells.start, chunk.last < cells.end,
            cells.index(chunk.first) == cells.index(chunk.last)
        else { return false }
        guard let hold else { return true }
        return chunk.hold.map { $0.longestStep <= hold.limit } ?? false
    }

    /// Adds a chunk by its summary.
    mutating func add(_ chunk: ChunkFigures) {
        sums[cells.index(chunk.first)].add(chunk.summary)
        if let summary = chunk.hold { hold?.add(chunk, summary) }
    }

    /// Whether no cell between two instants begins or ends within an hour of UTC.
    func areHourly(from start: Int64, to end: Int64) -> Bool {
        cells.edges.allSatisfy { $0 <= start || $0 >= end || Rollup.start($0, .hour) == $0 }
    }

    /// Whether figures of hours tell as much as those of minutes.
    func suffices(_ rollup: Rollup) -> Bool {
        guard let hold else { return true }
        return rollup.cells.allSatisfy { $0.isHeld(limit: hold.limit) }
    }

    /// Adds what thinning left: each minute or hour whole, to the cell of its first sample.
    mutating func add(_ rollup: Rollup) {
        for cell in rollup.cells {
            hold?.add(cell)
            guard cell.first >= cells.start, cell.first < cells.end else { continue }
            sums[cells.index(cell.first)].add(cell.summary)
        }
    }

    /// Adds samples; those before the first cell only hold into it.
    mutating func add(_ times: [Int64], _ column: BlockColumn) {
        hold?.add(times, column)
        let quality = column.quality
        var start = times.position(atLeast: cells.start)
        var cell = 0
        while start < times.count, times[start] < cells.end {
            cell = cells.edges[cell + 1] > times[start] ? cell : cells.index(times[start])
            let end = times.position(atLeast: cells.edges[cell + 1], from: start)
            sums[cell].add(
                ColumnSummary.of(column.values, quality, rows: start..<end))
            start = end
        }
    }

    /// The figures of each cell; `isFollowed` tells that a later sample than all cells is stored.
    mutating func finish(isFollowed: Bool) -> [CellFigures] {
        hold?.finish(isFollowed: isFollowed)
        return sums.indices.map { index in
            let sum = sums[index]
            return CellFigures(
                count: sum.count, minimum: sum.minimum, maximum: sum.maximum, sum: sum.total,
                mean: sum.mean, first: sum.first, last: sum.last,
                held: hold?.durations[index] ?? 0, integral: hold?.integrals[index].total ?? 0)
        }
    }
}

/// A sum in two doubles, about 106 bits.
///
/// Source: T. J. Dekker, 1971.
struct WideSum: Hashable, Sendable, BitwiseCopyable {
    /// Leading part.
    var high = 0.0
    /// What the leading part could not hold.
    var low = 0.0

    /// Adds a number in two parts.
    mutating func add(_ value: Double, _ rest: Double = 0) {
        let total = high + value
        let part = total - high
        let lost = (high - (total - part)) + (value - part)
        let more = lost + low + rest
        high = total + more
        low = more - (high - total)
    }

    /// The sum rounded once.
    var total: Double { high + low }
}

/// The integral of a column over the time from its first to its last row.
struct HoldSummary: Hashable, Sendable, BitwiseCopyable {
    /// Value nanoseconds, each value until the next.
    var integral = WideSum()
    /// The longest time between two rows, in nanoseconds.
    var longestStep: Int64 = 0

    /// Bytes of a stored summary.
    static let byteCount = 24

    /// The integral of numbers of which every one is usable and finite.
    static func of(_ times: [Int64], _ values: ColumnValues) -> HoldSummary? {
        var summary = HoldSummary()
        func add(_ row: Int, _ value: Double) {
            let step = times[row &+ 1] &- times[row]
            if step > summary.longestStep { summary.longestStep = step }
            summary.integral.add(value * Double(step))
        }
        guard times.count == values.count, times.count > 0 else { return nil }
        let rows = 0..<times.count - 1
        switch values {
        case .numbers(let numbers):
            guard numbers.allSatisfy(\.isFinite) else { return nil }
            for row in rows { add(row, numbers[row]) }
        case .integers(let integers): for row in rows { add(row, Double(integers[row])) }
        case .flags(let flags): for row in rows { add(row, flags[row] ? 1 : 0) }
        case .texts: return nil
        }
        return summary
    }

    /// Appends the stored form.
    func put(into output: inout [UInt8]) {
        output.put(integral.high)
        output.put(integral.low)
        output.put(longestStep)
    }

    /// Reads the stored form.
    static func get(_ reader: inout ByteReader) throws(ChunkFault) -> HoldSummary {
        let integral = WideSum(high: try reader.double(), low: try reader.double())
        return HoldSummary(integral: integral, longestStep: try reader.int64())
    }
}

/// The held time of one signal in cells.
private struct HeldCells {
    private let cells: TimeCells
    /// Longest time that a value counts, in nanoseconds.
    let limit: Int64
    private(set) var durations: [Int64]
    private(set) var integrals: [WideSum]
    private var cell = 0
    private var time = Int64.min
    private var value = Double.nan

    init(_ cells: TimeCells, limit: Int64) {
        self.cells = cells
        self.limit = limit
        durations = [Int64](repeating: 0, count: cells.count)
        integrals = [WideSum](repeating: WideSum(), count: cells.count)
    }

    mutating func add(_ chunk: ChunkFigures, _ summary: HoldSummary) {
        next(chunk.first, chunk.summary.first)
        let place = cells.index(chunk.first)
        durations[place] += chunk.last - chunk.first
        integrals[place].add(summary.integral.high, summary.integral.low)
        time = chunk.last
        value = chunk.summary.last
        cell = place
    }

    /// Adds a minute or hour whole; one whose values are not known to have held counts nothing.
    mutating func add(_ kept: RollupCell) {
        next(kept.first, kept.summary.first)
        if kept.isHeld(limit: limit), kept.first >= cells.start, kept.first < cells.end {
            let place = cells.index(kept.first)
            durations[place] += kept.last - kept.first
            integrals[place].add(kept.integral.high, kept.integral.low)
            cell = place
        }
        time = kept.last
        value = kept.longestStep == nil ? .nan : kept.summary.last
    }

    mutating func add(_ times: [Int64], _ column: BlockColumn) {
        let quality = column.quality
        func isUsable(_ row: Int) -> Bool { quality.isEmpty || quality[row].isUsable }
        switch column.values {
        case .numbers(let numbers):
            for row in times.indices { next(times[row], isUsable(row) ? numbers[row] : .nan) }
        case .integers(let integers):
            for row in times.indices {
                next(times[row], isUsable(row) ? Double(integers[row]) : .nan)
            }
        case .flags(let flags):
            for row in times.indices {
                next(times[row], isUsable(row) ? (flags[row] ? 1 : 0) : .nan)
            }
        case .texts: return
        }
    }

    /// The value before holds until here; a value that is not finite ends it.
    @inline(__always)
    private mutating func next(_ at: Int64, _ new: Double) {
        if value.isFinite, time < at { hold(until: at) }
        time = at
        value = new
    }

    private mutating func hold(until at: Int64) {
        let (bound, isOver) = time.addingReportingOverflow(limit)
        let end = min(at, isOver ? .max : bound, cells.end)
        var from = max(time, cells.start)
        while from < end {
            while cells.edges[cell + 1] <= from { cell += 1 }
            let part = min(end, cells.edges[cell + 1])
            durations[cell] += part - from
            integrals[cell].add(value * Double(part - from))
            from = part
        }
    }

    /// The last value holds to the end where a later sample is stored; else it is not known to
    /// have held: nothing after it was measured.
    mutating func finish(isFollowed: Bool) {
        if isFollowed { next(cells.end, .nan) }
        value = .nan
    }
}
