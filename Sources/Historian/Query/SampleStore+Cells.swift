// Long queries: figures of several signals over cells, and time in state.

public import Plant
import Synchronization

extension SampleStore {
    /// Figures of several signals over cells: for each signal one figure a cell.
    ///
    /// With a `hold` each value also counts until the next sample, at most so long, which gives
    /// the time-weighted mean; a sample that cannot be used ends it. Chunks that lie in one cell
    /// answer by their summaries, with the same result as their samples. Unknown signals give
    /// cells without samples. Masked imports are left out.
    public func figures(
        of signals: [SignalID], over cells: TimeCells, hold: Hold? = nil
    ) throws(StoreError) -> [[CellFigures]] {
        try core.figures(of: signals.map(\.number), over: cells, hold: hold)
    }

    /// Time that several signals spent at each of their values, over cells.
    ///
    /// Throws `StoreError.tooLarge` for a signal with more different values than states have.
    public func stateTime(
        of signals: [SignalID], over cells: TimeCells, hold: Hold
    ) throws(StoreError) -> [StateTime] {
        try core.stateTime(of: signals.map(\.number), over: cells, hold: hold)
    }
}

extension StoreCore {
    /// Figures over cells; summaries are used unless told otherwise.
    func figures(
        of signals: [UInt32], over cells: TimeCells, hold: Hold?, usesSummaries: Bool = true
    ) throws(StoreError) -> [[CellFigures]] {
        let before = try held(signals, before: cells, hold)
        let sinks = try run(
            signals, from: cells.start, through: cells.end - 1, usesSummaries: usesSummaries
        ) {
            before.map { entry in
                var sink = FigureSink(cells: FigureCells(cells, hold: hold))
                if let entry { sink.cells.add([entry.time], entry.column) }
                return sink
            }
        }
        return zip(signals, sinks).map { signal, sink in
            var gathered = sink.cells
            return gathered.finish(isFollowed: isFollowed(signal, cells))
        }
    }

    /// Time in state over cells; tables of chunks are used unless told otherwise.
    func stateTime(
        of signals: [UInt32], over cells: TimeCells, hold: Hold, usesSummaries: Bool = true
    ) throws(StoreError) -> [StateTime] {
        let before = try held(signals, before: cells, hold)
        let kinds = signals.map { signal in registry.withLock { $0.kind(signal) } ?? .integer }
        var starts: [StateSink] = []
        for (entry, kind) in zip(before, kinds) {
            var sink = StateSink(cells: StateCells(cells, hold: hold, kind: kind))
            if let entry { try sink.cells.add([entry.time], entry.column) }
            starts.append(sink)
        }
        let sinks = try run(
            signals, from: cells.start, through: cells.end - 1, usesSummaries: usesSummaries
        ) { starts }
        return zip(signals, sinks).map { signal, sink in
            var gathered = sink.cells
            gathered.finish(isFollowed: isFollowed(signal, cells))
            return gathered.result
        }
    }

    /// Whether a sample of a signal is stored that is later than all cells.
    private func isFollowed(_ signal: UInt32, _ cells: TimeCells) -> Bool {
        live.withLock { $0[signal] }.map { $0.time >= cells.end } ?? false
    }

    /// The newest sample of each signal before the cells, which may hold into them.
    private func held(
        _ signals: [UInt32], before cells: TimeCells, _ hold: Hold?
    ) throws(StoreError) -> [(time: Int64, column: BlockColumn)?] {
        guard let hold, cells.start > .min else {
            return [(time: Int64, column: BlockColumn)?](repeating: nil, count: signals.count)
        }
        var found: [(time: Int64, column: BlockColumn)?] = []
        for signal in signals {
            guard let entry = try newest(of: signal, through: cells.start - 1),
                hold == .untilNext || cells.start - entry.time <= hold.limit
            else {
                found.append(nil)
                continue
            }
            found.append((entry.time, BlockColumn(entry)))
        }
        return found
    }
}

/// Figures of a signal as the query meets its pieces.
private struct FigureSink: CellSink {
    var cells: FigureCells

    mutating func take(_ entry: ChunkReader.Entry, _ key: ChunkKey) -> Bool {
        guard let summary = entry.summary else { return false }
        let chunk = ChunkFigures(
            first: key.first, last: key.last, summary: summary, hold: entry.hold)
        guard cells.suffices(chunk) else { return false }
        cells.add(chunk)
        return true
    }

    mutating func take(_ times: [Int64], _ column: BlockColumn) { cells.add(times, column) }

    mutating func take(_ rollup: Rollup) { cells.add(rollup) }

    func sufficesHourly(from start: Int64, to end: Int64) -> Bool {
        cells.areHourly(from: start, to: end)
    }

    func suffices(_ rollup: Rollup) -> Bool { cells.suffices(rollup) }
}

/// Time in state of a signal as the query meets its pieces.
private struct StateSink: CellSink {
    var cells: StateCells

    mutating func take(
        _ entry: ChunkReader.Entry, _ key: ChunkKey
    ) throws(StoreError) -> Bool {
        guard let table = entry.states, let summary = entry.summary,
            let first = Int64(exactly: summary.first), let last = Int64(exactly: summary.last),
            max(first.magnitude, last.magnitude) < 1 << 53
        else { return false }
        let chunk = ChunkStates(
            first: key.first, last: key.last, firstValue: first, lastValue: last, table: table)
        guard cells.suffices(chunk) else { return false }
        try cells.add(chunk)
        return true
    }

    mutating func take(_ times: [Int64], _ column: BlockColumn) throws(StoreError) {
        try cells.add(times, column)
    }

    /// What thinning left tells no states: that time stays unseen.
    mutating func take(_ rollup: Rollup) {
        if let first = rollup.cells.first { cells.end(at: first.first) }
    }

    func sufficesHourly(from start: Int64, to end: Int64) -> Bool { true }

    func suffices(_ rollup: Rollup) -> Bool { true }
}

extension BlockColumn {
    /// A column of one sample.
    fileprivate init(_ entry: LiveEntry) {
        switch entry.value {
        case .number(let value): values = .numbers([value])
        case .integer(let value): values = .integers([value])
        case .flag(let value): values = .flags([value])
        case .text(let value): values = .texts([value])
        }
        quality = [entry.quality]
    }
}
