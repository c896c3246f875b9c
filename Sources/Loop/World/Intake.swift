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
        /// Signals of which samples were let go for want of room, since that began.
        var cut: Set<SignalID> = []

        mutating func depart(_ batches: [SampleBatch]) -> Int {
            departures += 1
            leaving[departures] = batches
            return departures
        }
    }

    private let samples: SampleStore
    private let ledger: StateLedger
    private let drops: DropCounts
    private let isDiskFull: @Sendable () -> Bool
    private let onChange: @Sendable (Set<Slug>) -> Void
    private let waiting = Mutex(Waiting())
    /// The batch that samples of devices go into while the clock is not believed.
    private let apart = Mutex<UInt32?>(nil)
    /// Samples taken since start.
    let taken = Mutex(0)

    init(
        samples: SampleStore, ledger: StateLedger, drops: DropCounts,
        isDiskFull: @escaping @Sendable () -> Bool = { false },
        onChange: @escaping @Sendable (Set<Slug>) -> Void
    ) {
        self.samples = samples
        self.ledger = ledger
        self.drops = drops
        self.isDiskFull = isDiskFull
        self.onChange = onChange
    }

    /// Keeps samples of devices apart from now on, or no longer; returns the batch of before.
    @discardableResult
    func keepApart(_ number: UInt32?) -> UInt32? {
        apart.withLock { apart in
            defer { apart = number }
            return apart
        }
    }

    /// Batches as they are stored: doubtful and apart while the clock is not believed.
    private func doubted(_ batches: [SampleBatch]) -> [SampleBatch] {
        guard let number = apart.withLock({ $0 }) else { return batches }
        return batches.map { batch in
            guard batch.origin == .device else { return batch }
            var batch = batch
            batch.origin = .importBatch(number)
            for index in batch.columns.indices {
                let quality = batch.columns[index].quality
                batch.columns[index].quality =
                    quality.isEmpty
                    ? Array(repeating: .uncertainClock, count: batch.times.count)
                    : quality.map { $0 == .good ? .uncertainClock : $0 }
            }
            return batch
        }
    }

    /// Takes samples of class D3: they wait for the next commit, at most the durability window.
    ///
    /// On a full disk they only show on the live picture: the first that is let go of each signal
    /// leaves a marker of quality `bad/space`, the others are counted (reliability 5.1).
    func accept(_ taken: [SampleBatch]) async {
        let arrived = doubted(taken)
        let batches = isDiskFull() ? cut(arrived) : rejoined(arrived)
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
        react(to: arrived)
        if dropped > 0 { _ = drops.add(stage: "intake", reason: "full", count: dropped) }
    }

    /// What is kept of batches on a full disk: switches, and a marker where a gap begins.
    private func cut(_ batches: [SampleBatch]) -> [SampleBatch] {
        var kept: [SampleBatch] = []
        var lost = 0
        waiting.withLock { waiting in
            for batch in batches {
                if batch.columns.count == 1, case .flags = batch.columns[0].values {
                    kept.append(batch)
                    continue
                }
                lost += batch.sampleCount
                let new = batch.columns.filter { !waiting.cut.contains($0.signal) }
                guard let first = batch.times.first, !new.isEmpty else { continue }
                waiting.cut.formUnion(new.map(\.signal))
                kept.append(
                    SampleBatch(
                        times: [first],
                        columns: new.map { column in
                            SignalColumn(
                                signal: column.signal, values: column.values.firstOnly,
                                quality: [.badSpace])
                        }, origin: batch.origin))
            }
        }
        if lost > 0 { _ = drops.add(stage: "intake", reason: "disk", count: lost) }
        return kept
    }

    /// Batches as they are; states of what was cut before are read again from what is stored.
    private func rejoined(_ batches: [SampleBatch]) -> [SampleBatch] {
        let cut = waiting.withLock { waiting in
            defer { waiting.cut = [] }
            return waiting.cut
        }
        if !cut.isEmpty { ledger.markStale(cut) }
        return batches
    }

    /// Stores samples of class D2; returns after the flush.
    ///
    /// Throws `StoreError.full` on a disk that is nearly full: the sender keeps its samples.
    func store(_ taken: [SampleBatch], cursor: SourceCursor?) async throws {
        let batches = doubted(taken)
        guard !isDiskFull() else { throw StoreError.full(file: "the samples") }
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

    /// Writes something and reads it back: what makes sure that recording goes on.
    func probe(_ now: Timestamp) async throws {
        let mark = SourceCursor(source: "upkeep/probe", position: now.rfc3339)
        _ = try await samples.append([], cursors: [mark])
        guard try samples.cursor(of: mark.source) == mark.position else {
            throw StoreError.flushFailed(
                file: "head.db", what: "what was written could not be read back")
        }
    }

    private func react(to batches: [SampleBatch]) {
        let count = batches.reduce(0) { $0 + $1.sampleCount }
        taken.withLock { $0 += count }
        let changed = ledger.feed(batches)
        if !changed.isEmpty { onChange(changed) }
    }
}

extension ColumnValues {
    /// A column of the first value alone.
    fileprivate var firstOnly: ColumnValues {
        switch self {
        case .numbers(let values): .numbers(Array(values.prefix(1)))
        case .integers(let values): .integers(Array(values.prefix(1)))
        case .flags(let values): .flags(Array(values.prefix(1)))
        case .texts(let values): .texts(Array(values.prefix(1)))
        }
    }
}
