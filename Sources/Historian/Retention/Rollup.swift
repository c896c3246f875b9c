// The figures of minutes and hours that stay when a month of a measurement is thinned.

import Plant

/// What is kept of one minute or hour of one signal.
struct RollupCell: Hashable, Sendable {
    /// Time of the first usable sample.
    var first: Int64
    /// Time of the last usable sample.
    var last: Int64
    /// Count, extremes, sum and ends of the usable, finite values.
    var summary: ColumnSummary
    /// Value nanoseconds from the first to the last sample, each value until the next.
    var integral: WideSum
    /// The longest time between two samples; nil where one that cannot be used lies between or
    /// after them, so that it is not known how long each value held.
    var longestStep: Int64?

    /// Whether the figures tell how long the values held, under a hold of `limit` nanoseconds.
    func isHeld(limit: Int64) -> Bool { longestStep.map { $0 <= limit } ?? false }
}

/// The cells of one signal in one month, of one length.
struct Rollup: Hashable, Sendable {
    /// The two lengths that are kept.
    enum Step: UInt32, CaseIterable, Sendable {
        /// 60 s.
        case minute = 60
        /// 3,600 s.
        case hour = 3_600

        /// Nanoseconds.
        var length: Int64 { Int64(rawValue) * 1_000_000_000 }
    }

    /// Length of its cells.
    let step: Step
    /// Cells with at least one usable sample, in order of time.
    var cells: [RollupCell] = []

    /// The cells of the samples of a series.
    init(_ series: SampleSeries, step: Step) {
        self.step = step
        var builder = Builder(step: step)
        for row in series.times.indices {
            let value = series.quality(at: row).isUsable ? series.values[row].asDouble : nil
            builder.add(series.times[row], value.flatMap { $0.isFinite ? $0 : nil })
        }
        cells = builder.finish()
    }

    /// Cells that were read.
    private init(step: Step, cells: [RollupCell]) {
        self.step = step
        self.cells = cells
    }

    /// The first instant of the cell that holds an instant.
    static func start(_ time: Int64, _ step: Step) -> Int64 {
        let rest = time % step.length
        return time - (rest < 0 ? rest + step.length : rest)
    }
}

extension Rollup {
    /// Gathers samples in order of time.
    private struct Builder {
        let step: Step
        private var done: [RollupCell] = []
        private var start = Int64.min
        private var cell: RollupCell?
        private var isBroken = false

        init(step: Step) { self.step = step }

        /// Adds a sample; nil for one that cannot be used.
        mutating func add(_ time: Int64, _ value: Double?) {
            let own = Rollup.start(time, step)
            if own != start {
                close()
                start = own
            }
            guard let value else {
                isBroken = true
                return
            }
            guard var present = cell else {
                var summary = ColumnSummary()
                summary.add(value)
                // What cannot be used before the first sample held nothing anyway.
                isBroken = false
                cell = RollupCell(
                    first: time, last: time, summary: summary, integral: WideSum(),
                    longestStep: 0)
                return
            }
            present.integral.add(present.summary.last * Double(time - present.last))
            present.longestStep = max(present.longestStep ?? 0, time - present.last)
            present.summary.add(value)
            present.last = time
            cell = present
        }

        private mutating func close() {
            if var cell {
                if isBroken { cell.longestStep = nil }
                done.append(cell)
            } else if isBroken, !done.isEmpty {
                // The value before ended somewhere in a cell that keeps nothing.
                done[done.count - 1].longestStep = nil
            }
            cell = nil
            isBroken = false
        }

        mutating func finish() -> [RollupCell] {
            close()
            return done
        }
    }
}

extension Rollup {
    /// Columns of the stored form, in this order; their numbers stand where a chunk has signals.
    private enum Field: UInt32, CaseIterable {
        case count = 1
        case minimum
        case maximum
        case sum
        case first
        case last
        case firstAfter
        case lastAfter
        case integral
        case longestStep

        var kind: ValueKind {
            switch self {
            case .count, .firstAfter, .lastAfter, .longestStep: .integer
            case .minimum, .maximum, .sum, .first, .last, .integral: .number
            }
        }
    }

    private static let shape = GroupShape(
        columns: Field.allCases.map { GroupColumn(signal: $0.rawValue, kind: $0.kind) },
        origin: .device)
    private static let nanoseconds = 1e9

    /// The stored form: a chunk whose rows are the cells, with the signal in place of the group
    /// and the length in place of the revision.
    func draft(_ stage: EntropyStage) -> ChunkDraft {
        let starts = cells.map { Rollup.start($0.first, step) }
        func numbers(_ value: (RollupCell) -> Double) -> BlockColumn {
            BlockColumn(values: .numbers(cells.map(value)), quality: [])
        }
        func integers(_ value: (Int, RollupCell) -> Int64) -> BlockColumn {
            BlockColumn(
                values: .integers(cells.enumerated().map { value($0.offset, $0.element) }),
                quality: [])
        }
        let columns = Field.allCases.map { field -> BlockColumn in
            switch field {
            case .count: integers { Int64($1.summary.count) }
            case .minimum: numbers { $0.summary.minimum }
            case .maximum: numbers { $0.summary.maximum }
            case .sum: numbers { Rollup.decimal($0.summary.total) }
            case .first: numbers { $0.summary.first }
            case .last: numbers { $0.summary.last }
            case .firstAfter: integers { $1.first - starts[$0] }
            case .lastAfter: integers { $1.last - starts[$0] }
            case .integral: numbers { Rollup.decimal($0.integral.total / Rollup.nanoseconds) }
            case .longestStep: integers { $1.longestStep ?? -1 }
            }
        }
        return ChunkDraft(
            RowBlock(times: starts, columns: columns, lateness: []), shape: Rollup.shape, stage)
    }

    /// The cells in stored bytes; throws on anything that `draft` did not write.
    static func read(
        header: [UInt8], payload: [UInt8], signal: UInt32, step: Step, _ stage: EntropyStage
    ) throws(ChunkFault) -> Rollup {
        let reader = try ChunkReader(header: header)
        guard reader.shape == shape, reader.key.group == signal,
            reader.key.revision == step.rawValue
        else { throw ChunkFault("figures of another signal or length") }
        let block = try reader.block(payload, stage)
        func numbers(_ field: Field) throws(ChunkFault) -> [Double] {
            guard case .numbers(let values) = block.columns[Int(field.rawValue) - 1].values else {
                throw ChunkFault("figures of another kind")
            }
            return values
        }
        func integers(_ field: Field) throws(ChunkFault) -> [Int64] {
            guard case .integers(let values) = block.columns[Int(field.rawValue) - 1].values
            else { throw ChunkFault("figures of another kind") }
            return values
        }
        let (counts, sums) = (try integers(.count), try numbers(.sum))
        let (least, most) = (try numbers(.minimum), try numbers(.maximum))
        let (firsts, lasts) = (try numbers(.first), try numbers(.last))
        let (begins, ends) = (try integers(.firstAfter), try integers(.lastAfter))
        let (integrals, steps) = (try numbers(.integral), try integers(.longestStep))
        var cells: [RollupCell] = []
        cells.reserveCapacity(block.rows)
        for row in block.times.indices {
            let (first, isEarly) = block.times[row].addingReportingOverflow(begins[row])
            let (last, isLate) = block.times[row].addingReportingOverflow(ends[row])
            guard !isEarly, !isLate, first <= last, last - block.times[row] < step.length,
                counts[row] >= 1, counts[row] <= Int64(UInt32.max)
            else { throw ChunkFault("figures of a minute or hour that are none") }
            var summary = ColumnSummary()
            summary.count = Int(counts[row])
            summary.minimum = least[row]
            summary.maximum = most[row]
            summary.sum = sums[row]
            summary.first = firsts[row]
            summary.last = lasts[row]
            cells.append(
                RollupCell(
                    first: first, last: last, summary: summary,
                    integral: WideSum(high: integrals[row] * nanoseconds),
                    longestStep: steps[row] < 0 ? nil : steps[row]))
        }
        return Rollup(step: step, cells: cells)
    }

    /// The number with at most nine decimals that is the same to 15 digits, else the number.
    ///
    /// Sums of decimals are decimals but for the last bit, and pack several times as well.
    private static func decimal(_ value: Double) -> Double {
        let rounded = (value * 1e9).rounded() / 1e9
        return (rounded - value).magnitude <= value.magnitude * 1e-15 ? rounded : value
    }
}
