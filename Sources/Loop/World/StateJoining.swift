// Stored samples to a live engine: the long past at once, the last hours one by one.

import Plant
import Understand

/// Makes the engine and the changes of a machine from what is stored.
enum StateJoining {
    /// How much of the past the engine itself goes through.
    private static let warmUp = Elapsed.hours(6)
    /// How much of that it may take to find its feet.
    private static let settling = Elapsed.hours(1)

    /// The engine after all samples, and all its changes since `start`.
    ///
    /// The past is read at once by ``ObservedStates``. The engine goes through the last hours and
    /// must say the same there; where it does not, it goes through everything.
    static func join(
        rules: [Dated<StateRule>], series: [SignalID: SampleSeries],
        before: [SignalID: LastValue], from start: Timestamp
    ) -> (engine: StateEngine, changes: [StateChange]) {
        let last = series.values.compactMap(\.times.last).max() ?? start.nanoseconds
        let end = Timestamp(nanoseconds: last)
        let warm = end - warmUp
        guard warm > start + settling else {
            return run(rules, series, carried: before)
        }
        let recent = run(
            rules, series.mapValues { part($0, from: warm) },
            carried: newest(series, before, until: warm))
        let joint = warm + settling
        let shared = TimeRange(start: joint, end: end - .minutes(5))
        let past = ObservedStates.episodes(
            rules: rules, series: series, range: TimeRange(start: start, end: end),
            before: before)
        let ours = ObservedStates.episodes(changes: recent.changes, range: shared)
        guard ours == past.compactMap({ clipped($0, shared) }) else {
            return run(rules, series, carried: before)
        }
        let old = past.filter { $0.range.start < joint }.map {
            StateChange(state: $0.state, from: $0.range.start, known: $0.range.start)
        }
        return (recent.engine, old + recent.changes.filter { $0.from >= joint })
    }

    private static func clipped(
        _ episode: ObservedEpisode, _ range: TimeRange
    ) -> ObservedEpisode? {
        episode.range.intersection(range).map { ObservedEpisode(state: episode.state, range: $0) }
    }

    /// The newest sample of each signal before a time.
    private static func newest(
        _ series: [SignalID: SampleSeries], _ before: [SignalID: LastValue], until time: Timestamp
    ) -> [SignalID: LastValue] {
        var newest = before
        for (signal, own) in series {
            let index = place(own.times, time.nanoseconds) - 1
            guard index >= 0 else { continue }
            newest[signal] = LastValue(
                time: Timestamp(nanoseconds: own.times[index]), value: own.values[index],
                quality: own.quality(at: index))
        }
        return newest
    }

    private static func part(_ series: SampleSeries, from time: Timestamp) -> SampleSeries {
        let first = place(series.times, time.nanoseconds)
        var values = ColumnValues.empty(series.values.kind)
        for index in first..<series.count { _ = values.append(series.values[index]) }
        return SampleSeries(
            times: Array(series.times[first...]), values: values,
            quality: series.quality.isEmpty ? [] : Array(series.quality[first...]))
    }

    /// How many times lie before a time.
    private static func place(_ times: [Int64], _ time: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func run(
        _ rules: [Dated<StateRule>], _ series: [SignalID: SampleSeries],
        carried: [SignalID: LastValue]
    ) -> (engine: StateEngine, changes: [StateChange]) {
        var engine = StateEngine(rules: rules)
        var changes = engine.carryIn(carried)
        for batch in batches(of: series) { changes += engine.step(batch) }
        return (engine, changes)
    }

    /// Samples of all signals in order of time; those of one instant stand in one row.
    private static func batches(of series: [SignalID: SampleSeries]) -> [SampleBatch] {
        let signals = series.keys.sorted()
        let filled = signals.compactMap { signal in series[signal].map { (signal, $0) } }
            .filter { $0.1.count > 0 }
        guard let first = filled.first else { return [] }
        if filled.allSatisfy({ $0.1.times == first.1.times }) {
            return [
                SampleBatch(
                    times: first.1.times,
                    columns: filled.map { signal, own in
                        SignalColumn(signal: signal, values: own.values, quality: own.quality)
                    })
            ]
        }
        var positions = [Int](repeating: 0, count: filled.count)
        var batches: [SampleBatch] = []
        while true {
            var next: Int64?
            for (index, entry) in filled.enumerated() where positions[index] < entry.1.count {
                let time = entry.1.times[positions[index]]
                next = next.map { min($0, time) } ?? time
            }
            guard let next else { return batches }
            var columns: [SignalColumn] = []
            for (index, entry) in filled.enumerated()
            where positions[index] < entry.1.count && entry.1.times[positions[index]] == next {
                var values = ColumnValues.empty(entry.1.values.kind)
                _ = values.append(entry.1.values[positions[index]])
                columns.append(
                    SignalColumn(
                        signal: entry.0, values: values,
                        quality: [entry.1.quality(at: positions[index])]))
                positions[index] += 1
            }
            batches.append(SampleBatch(times: [next], columns: columns))
        }
    }
}
