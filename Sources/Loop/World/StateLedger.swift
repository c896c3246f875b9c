// What was observed of each machine, kept beside the stores: derived, deletable, rebuilt at start.

import Plant
import Synchronization
import Understand

/// Observed states of all machines of a world (class D4).
///
/// Batches are fed as they arrive; a sample that comes late, or a changed rule, makes a machine's
/// states be read again from the store.
final class StateLedger: Sendable {
    /// States of one machine.
    private struct Track {
        var engine: StateEngine
        /// Changes in order of `from`.
        var changes: [StateChange]
        /// First instant from which the changes hold.
        let start: Timestamp
        var isStale = false
        let rules: [Dated<StateRule>]
    }

    private struct State {
        var tracks: [Slug: Track] = [:]
        var machines: [SignalID: [Slug]] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Starts a machine's states from stored samples.
    func start(
        _ machine: Slug, rules: [Dated<StateRule>], series: [SignalID: SampleSeries],
        before: [SignalID: LastValue], from start: Timestamp
    ) {
        var engine = StateEngine(rules: rules)
        var changes: [StateChange] = []
        for (signal, value) in before.sorted(by: { $0.value.time < $1.value.time }) {
            changes += engine.step(
                time: value.time, signal: signal, value: value.value, quality: value.quality)
        }
        changes += StateLedger.replay(series, into: &engine)
        let track = Track(engine: engine, changes: changes, start: start, rules: rules)
        state.withLock { state in
            state.tracks[machine] = track
            for rule in rules {
                for signal in rule.value.signals
                where !(state.machines[signal, default: []].contains(machine)) {
                    state.machines[signal, default: []].append(machine)
                }
            }
        }
    }

    /// Feeds samples in order of time across signals; at one instant the order of the rule holds.
    private static func replay(
        _ series: [SignalID: SampleSeries], into engine: inout StateEngine
    ) -> [StateChange] {
        if series.count == 1, let (signal, only) = series.first {
            return engine.step(
                SampleBatch(
                    times: only.times,
                    columns: [
                        SignalColumn(signal: signal, values: only.values, quality: only.quality)
                    ]))
        }
        var changes: [StateChange] = []
        let signals = series.keys.sorted()
        var positions = [Int](repeating: 0, count: signals.count)
        while true {
            var next: (index: Int, time: Int64)?
            for (index, signal) in signals.enumerated() {
                guard let own = series[signal], positions[index] < own.count else { continue }
                let time = own.times[positions[index]]
                if next.map({ time < $0.time }) ?? true { next = (index, time) }
            }
            guard let next else { return changes }
            // All signals with a sample at this instant go together, so that the engine orders them.
            var columns: [SignalColumn] = []
            for (index, signal) in signals.enumerated() {
                guard let own = series[signal], positions[index] < own.count,
                    own.times[positions[index]] == next.time
                else { continue }
                var values = ColumnValues.empty(own.values.kind)
                _ = values.append(own.values[positions[index]])
                columns.append(
                    SignalColumn(
                        signal: signal, values: values,
                        quality: [own.quality(at: positions[index])]))
                positions[index] += 1
            }
            changes += engine.step(SampleBatch(times: [next.time], columns: columns))
        }
    }

    /// Takes arriving samples; returns the machines whose state changed.
    func feed(_ batches: [SampleBatch]) -> Set<Slug> {
        state.withLock { state in
            var changed: Set<Slug> = []
            for batch in batches {
                var touched: Set<Slug> = []
                for column in batch.columns {
                    touched.formUnion(state.machines[column.signal] ?? [])
                }
                for machine in touched {
                    guard var track = state.tracks[machine] else { continue }
                    state.tracks[machine] = nil
                    let late = track.engine.lateCount
                    let changes = track.engine.step(batch)
                    if track.engine.lateCount > late { track.isStale = true }
                    if !changes.isEmpty {
                        track.changes += changes
                        changed.insert(machine)
                    }
                    state.tracks[machine] = track
                }
            }
            return changed
        }
    }

    /// Lets time pass for all machines; returns those whose state changed.
    func advance(to time: Timestamp) -> Set<Slug> {
        state.withLock { state in
            var changed: Set<Slug> = []
            for machine in state.tracks.keys.sorted() {
                guard let changes = state.tracks[machine]?.engine.advance(to: time),
                    !changes.isEmpty
                else { continue }
                state.tracks[machine]?.changes += changes
                changed.insert(machine)
            }
            return changed
        }
    }

    /// Machines whose states must be read again: never started, another rule, or late samples.
    func stale(_ rules: [Slug: [Dated<StateRule>]]) -> [Slug] {
        state.withLock { state in
            rules.filter { machine, rules in
                guard let track = state.tracks[machine] else { return !rules.isEmpty }
                return track.isStale || track.rules != rules
            }.keys.sorted()
        }
    }

    /// Marks machines that use any of the signals, because stored samples of them changed.
    func markStale(_ signals: Set<SignalID>) {
        state.withLock { state in
            for machine in Set(signals.flatMap { state.machines[$0] ?? [] }) {
                state.tracks[machine]?.isStale = true
            }
        }
    }

    /// First instant for which the ledger can speak of a machine, nil when it cannot at all.
    func start(of machine: Slug) -> Timestamp? {
        state.withLock { $0.tracks[machine]?.start }
    }

    /// The newest change of a machine.
    func current(_ machine: Slug) -> StateChange? {
        state.withLock { $0.tracks[machine]?.engine.current }
    }

    /// Episodes that tile a range which begins no earlier than the machine's start.
    func episodes(_ machine: Slug, _ range: TimeRange) -> [ObservedEpisode] {
        let changes = state.withLock { state -> [StateChange] in
            guard let changes = state.tracks[machine]?.changes else { return [] }
            var low = 0
            var high = changes.count
            while low < high {
                let middle = (low + high) / 2
                if changes[middle].from <= range.start { low = middle + 1 } else { high = middle }
            }
            let first = max(0, low - 1)
            var last = first
            while last < changes.count, changes[last].from < range.end { last += 1 }
            return Array(changes[first..<last])
        }
        return ObservedStates.episodes(changes: changes, range: range)
    }
}
