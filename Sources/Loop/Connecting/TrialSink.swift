// Values that are only looked at: the newest of each signal, in memory, never stored.

import Capture
public import Plant
import Synchronization

/// What was seen of one signal while it was tried.
public struct TrialTrace: Sendable, Hashable {
    /// The newest values, oldest first, at most ``LoopLimits/trialValues``.
    public var times: [Timestamp] = []
    /// One for each time.
    public var values: [Scalar] = []
    /// Whether each could be used.
    public var isUsable: [Bool] = []

    /// Nothing seen yet.
    public init() {}

    /// The newest value, nil before the first.
    public var last: (time: Timestamp, value: Scalar, isUsable: Bool)? {
        guard let time = times.last, let value = values.last, let usable = isUsable.last else {
            return nil
        }
        return (time, value, usable)
    }

    /// Numbers that could be used, oldest first.
    public var numbers: [Double] {
        zip(values, isUsable).compactMap { value, usable in
            guard usable, let number = value.asDouble, number.isFinite else { return nil }
            return number
        }
    }

    mutating func add(_ value: Scalar, at time: Timestamp, isUsable usable: Bool) {
        if times.count >= LoopLimits.trialValues {
            let drop = LoopLimits.trialValues / 4
            times.removeFirst(drop)
            values.removeFirst(drop)
            isUsable.removeFirst(drop)
        }
        times.append(time)
        values.append(value)
        isUsable.append(usable)
    }
}

/// Takes what a connector reads during a trial.
final class TrialSink: SampleSink, SignalRegistry {
    private struct Content {
        var traces: [SignalID: TrialTrace] = [:]
        var series: [String: RegisteredSignal] = [:]
    }

    private let content = Mutex(Content())

    func accept(_ batches: [SampleBatch]) async { keep(batches) }

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws { keep(batches) }

    /// Numbers far below those of a trial, so that what a broker brings is told from what was asked.
    func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal] {
        content.withLock { content in
            keys.prefix(LoopLimits.draftOffers).map { key in
                if let known = content.series[key.address] { return known }
                let signal = RegisteredSignal(
                    id: SignalID(UInt32(1_000_000 + content.series.count)), kind: key.kind)
                if content.series.count < LoopLimits.draftOffers {
                    content.series[key.address] = signal
                }
                return signal
            }
        }
    }

    var traces: [SignalID: TrialTrace] { content.withLock { $0.traces } }

    private func keep(_ batches: [SampleBatch]) {
        content.withLock { content in
            for batch in batches {
                for column in batch.columns
                where column.signal.number >= ConnectorSupervisor.firstGuest {
                    for index in 0..<min(batch.times.count, column.values.count) {
                        content.traces[column.signal, default: TrialTrace()].add(
                            column.values[index], at: Timestamp(nanoseconds: batch.times[index]),
                            isUsable: column.quality(at: index).isUsable)
                    }
                }
            }
        }
    }
}
