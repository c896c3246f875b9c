// The way of samples into a world: rules react, then the store flushes, then it is said.

import Capture
import Historian
import Plant
import Synchronization

/// Counts of what was dropped since start, by stage and reason.
public final class DropCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    init() {}

    /// Adds to a count; true when it is the first of its kind.
    func add(stage: String, reason: String, count: Int) -> Bool {
        counts.withLock { counts in
            let isFirst = counts[stage + "/" + reason] == nil
            counts[stage + "/" + reason, default: 0] += count
            return isFirst
        }
    }

    /// All counts.
    public var all: [String: Int] { counts.withLock { $0 } }
}

/// Takes batches from connectors for one world.
final class Intake: SampleSink {
    private struct Waiting {
        var batches: [SampleBatch] = []
        var samples = 0
        /// On their way into the store by number: taken, not yet surely readable from it.
        var leaving: [Int: [SampleBatch]] = [:]
        var departures = 0

        mutating func depart(_ batches: [SampleBatch]) -> Int {
            departures += 1
            leaving[departures] = batches
            return departures
        }
    }

    private let samples: SampleStore
    private let ledger: StateLedger
    private let drops: DropCounts
    private let onChange: @Sendable (Set<Slug>) -> Void
    private let waiting = Mutex(Waiting())
    /// Samples taken since start.
    let taken = Mutex(0)

    init(
        samples: SampleStore, ledger: StateLedger, drops: DropCounts,
        onChange: @escaping @Sendable (Set<Slug>) -> Void
    ) {
        self.samples = samples
        self.ledger = ledger
        self.drops = drops
        self.onChange = onChange
    }

    /// Takes samples of class D3: they wait for the next commit, at most the durability window.
    func accept(_ batches: [SampleBatch]) async {
        let count = batches.reduce(0) { $0 + $1.sampleCount }
        let dropped = waiting.withLock { waiting -> Int in
            waiting.batches += batches
            waiting.samples += count
            var dropped = 0
            while waiting.samples > LoopLimits.waitingSamples, waiting.batches.count > 1 {
                let oldest = waiting.batches.removeFirst()
                waiting.samples -= oldest.sampleCount
                dropped += oldest.sampleCount
            }
            return dropped
        }
        react(to: batches)
        if dropped > 0 { _ = drops.add(stage: "intake", reason: "full", count: dropped) }
    }

    /// Stores samples of class D2; returns after the flush.
    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        let departure = waiting.withLock { $0.depart(batches) }
        defer { waiting.withLock { $0.leaving[departure] = nil } }
        react(to: batches)
        do {
            _ = try await samples.append(batches, cursors: cursor.map { [$0] } ?? [])
        } catch {
            // Rules saw what is not stored: states are read again from what is.
            ledger.markStale(Set(batches.flatMap { $0.columns.map(\.signal) }))
            throw error
        }
    }

    /// What was taken and may not be readable from the store yet, in order of arrival.
    ///
    /// A batch is here before rules see it, and until a reader finds it in the store.
    var unsettled: [SampleBatch] {
        waiting.withLock { waiting in
            waiting.leaving.sorted { $0.key < $1.key }.flatMap(\.value) + waiting.batches
        }
    }

    /// Commits what waits; called once a window and before the world closes.
    ///
    /// On a failure what waited goes back to the head of the queue, so that space that returns
    /// finds it; the bound of the queue holds all the same.
    func commit() async throws {
        let (batches, departure) = waiting.withLock { waiting -> ([SampleBatch], Int) in
            let batches = waiting.batches
            waiting.batches = []
            waiting.samples = 0
            return (batches, waiting.depart(batches))
        }
        defer { waiting.withLock { $0.leaving[departure] = nil } }
        guard !batches.isEmpty else { return }
        do {
            _ = try await samples.append(batches, cursors: [])
        } catch {
            waiting.withLock { waiting in
                waiting.leaving[departure] = nil
                waiting.batches = batches + waiting.batches
                waiting.samples += batches.reduce(0) { $0 + $1.sampleCount }
            }
            throw error
        }
    }

    private func react(to batches: [SampleBatch]) {
        let count = batches.reduce(0) { $0 + $1.sampleCount }
        taken.withLock { $0 += count }
        let changed = ledger.feed(batches)
        if !changed.isEmpty { onChange(changed) }
    }
}
