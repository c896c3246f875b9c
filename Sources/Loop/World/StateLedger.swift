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
        /// The state that pages were last told of.
        var told = ObservedState.unknown

        /// What changes until `time` although no sample comes: silence, dwells that end.
        ///
        /// Only looked at, never kept: a sample that was measured before `time` and arrives after
        /// it is in order still.
        func ahead(to time: Timestamp) -> [StateChange] {
            var probe = engine
            return probe.advance(to: time)
        }
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
        let joined = StateJoining.join(rules: rules, series: series, before: before, from: start)
        let (engine, changes) = joined
        var track = Track(engine: engine, changes: changes, start: start, rules: rules)
        track.told = engine.current.state
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
                    track.changes += changes
                    if !changes.isEmpty || track.engine.current.state != track.told {
                        track.told = track.engine.current.state
                        changed.insert(machine)
                    }
                    state.tracks[machine] = track
                }
            }
            return changed
        }
    }

    /// Looks at all machines as they are when nothing more comes until `time`; returns those whose
    /// state is another than was last told.
    func look(at time: Timestamp) -> Set<Slug> {
        state.withLock { state in
            var changed: Set<Slug> = []
            for machine in state.tracks.keys.sorted() {
                guard let track = state.tracks[machine] else { continue }
                let current = track.ahead(to: time).last ?? track.engine.current
                guard current.state != track.told else { continue }
                state.tracks[machine]?.told = current.state
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

    /// Episodes that tile a range which begins no earlier than the machine's start.
    ///
    /// They depend on the samples and the range alone, not on when anybody looked.
    func episodes(_ machine: Slug, _ range: TimeRange) -> [ObservedEpisode] {
        let changes = state.withLock { state -> [StateChange] in
            guard let track = state.tracks[machine] else { return [] }
            let changes = track.changes
            var low = 0
            var high = changes.count
            while low < high {
                let middle = (low + high) / 2
                if changes[middle].from <= range.start { low = middle + 1 } else { high = middle }
            }
            let first = max(0, low - 1)
            var last = first
            while last < changes.count, changes[last].from < range.end { last += 1 }
            return Array(changes[first..<last]) + track.ahead(to: range.end)
        }
        return ObservedStates.episodes(changes: changes, range: range)
    }
}
