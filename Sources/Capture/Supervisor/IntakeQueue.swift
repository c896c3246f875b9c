// The bounded queue between a connector and the store; full means: the oldest goes.

import Plant
import Synchronization

/// Batches that wait, as a value: at most so many samples and bytes.
struct WaitingBatches: Sendable {
    private var batches: [SampleBatch] = []
    private var first = 0
    private var samples = 0
    private var bytes = 0
    private let sampleLimit: Int
    private let byteLimit: Int
    /// Signals whose samples were dropped since the last take, with the first dropped time.
    private var gaps: [SignalID: (time: Int64, kind: ValueKind)] = [:]
    /// Samples dropped since the last take.
    private(set) var dropped = 0

    init(
        sampleLimit: Int = CaptureLimits.queuedSamples, byteLimit: Int = CaptureLimits.queuedBytes
    ) {
        self.sampleLimit = sampleLimit
        self.byteLimit = byteLimit
    }

    /// Samples that wait.
    var sampleCount: Int { samples }

    /// Adds a batch; drops the oldest ones until it fits.
    ///
    /// Returns how many samples were dropped.
    mutating func append(_ batch: SampleBatch) -> Int {
        guard batch.sampleCount > 0 else { return 0 }
        let before = dropped
        let size = batch.byteCount
        while first < batches.count,
            samples + batch.sampleCount > sampleLimit || bytes + size > byteLimit
        { dropOldest() }
        batches.append(batch)
        samples += batch.sampleCount
        bytes += size
        return dropped - before
    }

    /// Takes everything: the marker of a gap first where samples were dropped.
    mutating func takeAll() -> [SampleBatch] {
        let waiting = Array(batches[first...])
        let markers = gapMarkers()
        batches.removeAll(keepingCapacity: true)
        first = 0
        samples = 0
        bytes = 0
        dropped = 0
        gaps.removeAll()
        return markers + waiting
    }

    private mutating func dropOldest() {
        let batch = batches[first]
        first += 1
        samples -= batch.sampleCount
        bytes -= batch.byteCount
        dropped += batch.sampleCount
        let time = batch.times.min() ?? 0
        for column in batch.columns where gaps[column.signal] == nil {
            gaps[column.signal] = (time, column.values.kind)
        }
        if first > 64, first * 2 > batches.count {
            batches.removeFirst(first)
            first = 0
        }
    }

    private func gapMarkers() -> [SampleBatch] {
        gaps.sorted { $0.key < $1.key }.map { signal, gap in
            SampleBatch(
                times: [gap.time],
                columns: [.missing(signal, kind: gap.kind, quality: .badComm)])
        }
    }
}

extension SignalColumn {
    /// A column of one value that is missing.
    static func missing(_ signal: SignalID, kind: ValueKind, quality: Quality) -> SignalColumn {
        let values: ColumnValues =
            switch kind {
            case .number: .numbers([0])
            case .integer: .integers([0])
            case .flag: .flags([false])
            case .text: .texts([""])
            }
        return SignalColumn(signal: signal, values: values, quality: [quality])
    }
}

extension SampleBatch {
    /// Bytes in memory, near enough for a limit.
    var byteCount: Int {
        columns.reduce(8 * times.count) { sum, column in
            switch column.values {
            case .numbers(let values): sum + 8 * values.count + column.quality.count
            case .integers(let values): sum + 8 * values.count + column.quality.count
            case .flags(let values): sum + values.count + column.quality.count
            case .texts(let values):
                values.reduce(sum + column.quality.count) { $0 + 16 + $1.utf8.count }
            }
        }
    }
}

/// The queue itself: many may push, one drains.
final class IntakeQueue: Sendable {
    private let waiting = Mutex(WaitingBatches())
    private let wake: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    init() {
        (wake, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds a batch without waiting; returns how many samples were dropped for it.
    func push(_ batch: SampleBatch) -> Int {
        let dropped = waiting.withLock { $0.append(batch) }
        wakeUp.yield()
        return dropped
    }

    /// Hands on what waits until cancelled.
    func drain(into sink: any SampleSink) async {
        for await _ in wake { await flush(into: sink) }
    }

    /// Hands on what waits now.
    func flush(into sink: any SampleSink) async {
        let batches = waiting.withLock { $0.takeAll() }
        if !batches.isEmpty { await sink.accept(batches) }
    }
}
