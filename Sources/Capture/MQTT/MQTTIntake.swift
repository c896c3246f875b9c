// Turns delivered messages into batches, and finds signals that nobody configured.

import Plant
import Synchronization
import Wire

/// The points of a connection by topic, and what its discovery knows.
final class MQTTIntake: Sendable {
    /// Batches that came with different promises.
    struct Arrived: Sendable {
        /// QoS 0: class D3.
        var streamed: [SampleBatch] = []
        /// QoS 1 and 2: class D2.
        var kept: [SampleBatch] = []
    }

    private struct Discovery {
        var known: [String: RegisteredSignal] = [:]
        var isFull = false
    }

    private let connection: Slug
    private let points: [String: [MQTTPoint]]
    private let filter: String?
    private let discovery = Mutex(Discovery())

    init(connection: Slug, points: [MQTTPoint], discover filter: String?) {
        self.connection = connection
        self.points = Dictionary(grouping: points, by: \.topic)
        self.filter = filter
    }

    /// The batches of messages, in order of arrival, rows of the same signals joined.
    func batches(
        of messages: [MQTTMessage], arrival: Timestamp, io: ConnectorIO
    ) async throws -> Arrived {
        try await discover(messages, io)
        var arrived = Arrived()
        for (place, message) in messages.enumerated() {
            // Messages that came together are a nanosecond apart: two values of one signal at the
            // same time would be one sample.
            let moment = arrival + Elapsed(nanoseconds: Int64(place))
            let batches = batches(of: message, arrival: moment, report: io.report)
            if message.qos == .atMostOnce {
                arrived.streamed += batches
            } else {
                arrived.kept += batches
            }
        }
        arrived.streamed = SampleBatch.joined(arrived.streamed)
        arrived.kept = SampleBatch.joined(arrived.kept)
        return arrived
    }

    /// One batch for each set of signals with one time: one topic and message (decisions 9).
    private func batches(
        of message: MQTTMessage, arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        guard let points = points[message.topic] else {
            return discoveredBatch(message, arrival).map { [$0] } ?? []
        }
        var batches: [SampleBatch] = []
        for (timePath, group) in Dictionary(grouping: points, by: \.timePath)
            .sorted(by: { ($0.key?.description ?? "") < ($1.key?.description ?? "") })
        {
            var columns: [SignalColumn] = []
            for point in group.sorted(by: { $0.signal.id < $1.signal.id }) {
                if let column = column(of: point, in: message, report) { columns.append(column) }
            }
            guard !columns.isEmpty else { continue }
            var source: Timestamp?
            if let timePath {
                do throws(JSONError) {
                    source = try MQTTPayload.time(at: timePath, in: message.payload)
                } catch {
                    report(.problem("topic \(message.topic): no JSON, \(error)"))
                }
            }
            batches.append(
                SampleBatch.stamped(
                    columns, source: source, arrival: arrival, isRetained: message.isRetained))
        }
        return batches
    }

    private func column(
        of point: MQTTPoint, in message: MQTTMessage, _ report: (ConnectorReport) -> Void
    ) -> SignalColumn? {
        var value: Scalar?
        if let path = point.path {
            do throws(JSONError) {
                switch try MQTTPayload.value(
                    at: path, in: message.payload, as: point.signal.kind)
                {
                case .value(let found): value = found
                case .absent: return nil
                case .unfit: report(.problem("\(point.text): not a \(point.signal.kind.word)"))
                }
            } catch {
                report(.problem("topic \(message.topic): no JSON, \(error)"))
            }
        } else {
            value = MQTTPayload.plain(message.payload, as: point.signal.kind)
            if value == nil { report(.problem("\(point.text): not a \(point.signal.kind.word)")) }
        }
        return SignalColumn.single(point.signal, value)
    }

    private func discoveredBatch(_ message: MQTTMessage, _ arrival: Timestamp) -> SampleBatch? {
        guard let filter, MQTTTopic.matches(filter, message.topic) else { return nil }
        let found = MQTTPayload.discovered(message, limit: CaptureLimits.discoveredSignals)
        var columns: [SignalColumn] = []
        discovery.withLock { discovery in
            for (address, value) in found {
                guard let signal = discovery.known[address],
                    !columns.contains(where: { $0.signal == signal.id })
                else { continue }
                columns.append(SignalColumn.single(signal, value.converted(to: signal.kind)))
            }
        }
        guard !columns.isEmpty else { return nil }
        return SampleBatch.stamped(
            columns, source: nil, arrival: arrival, isRetained: message.isRetained)
    }

    /// Asks for numbers for all values that are new, at once.
    private func discover(_ messages: [MQTTMessage], _ io: ConnectorIO) async throws {
        guard let filter else { return }
        var keys: [SeriesKey] = []
        var names: Set<String> = []
        let (known, isFull) = discovery.withLock { ($0.known, $0.isFull) }
        guard !isFull else { return }
        for message in messages
        where points[message.topic] == nil && MQTTTopic.matches(filter, message.topic) {
            let found = MQTTPayload.discovered(message, limit: CaptureLimits.discoveredSignals)
            for (address, value) in found
            where known[address] == nil && names.insert(address).inserted {
                keys.append(
                    SeriesKey(
                        connection: connection, address: address, kind: value.kind,
                        name: address))
            }
        }
        guard !keys.isEmpty else { return }
        let room = CaptureLimits.discoveredSignals - known.count
        if keys.count > room {
            io.report(
                .problem("more than \(CaptureLimits.discoveredSignals) signals: narrow discover"))
            keys = Array(keys.prefix(room))
        }
        var signals: [RegisteredSignal] = []
        do {
            signals = try await io.registry.signals(for: keys)
        } catch is SeriesLimitReached {
            signals = []
        }
        if signals.count < keys.count {
            io.report(
                .problem("no room for new signals: the box keeps \(CaptureLimits.series) series"))
        }
        let isNowFull = signals.count < keys.count || keys.count == room
        discovery.withLock { discovery in
            for (key, signal) in zip(keys, signals) { discovery.known[key.address] = signal }
            discovery.isFull = isNowFull
        }
    }
}

extension Scalar {
    /// The kind of the value.
    var kind: ValueKind {
        switch self {
        case .number: .number
        case .integer: .integer
        case .flag: .flag
        case .text: .text
        }
    }

    /// The same value as another kind, nil when it has none.
    func converted(to kind: ValueKind) -> Scalar? {
        if self.kind == kind { return self }
        switch kind {
        case .number: return asDouble.map { .number($0) }
        case .integer: return asDouble.flatMap { Int64(exactly: $0) }.map { .integer($0) }
        case .flag: return asDouble.map { .flag($0 != 0) }
        case .text: return .text(asText)
        }
    }
}

extension SignalColumn {
    /// A column of one value; nil, and numbers that are not finite, are marked.
    static func single(_ signal: RegisteredSignal, _ value: Scalar?) -> SignalColumn {
        guard let value else { return .missing(signal.id, kind: signal.kind, quality: .badValue) }
        var values = ColumnValues.empty(signal.kind)
        guard values.append(value) else {
            return .missing(signal.id, kind: signal.kind, quality: .badValue)
        }
        var quality: [Quality] = []
        if case .number(let number) = value, !number.isFinite { quality = [.badValue] }
        return SignalColumn(signal: signal.id, values: values, quality: quality)
    }
}

extension SampleBatch {
    /// A batch of one row at its source's or its arrival's time (decisions 8).
    ///
    /// A retained message without a time of its own is older than its arrival: `uncertain/clock`.
    static func stamped(
        _ columns: [SignalColumn], source: Timestamp?, arrival: Timestamp, isRetained: Bool
    ) -> SampleBatch {
        let stamp = TimestampPolicy.stamp(source: source, arrival: arrival)
        let isDoubtful = stamp.quality != .good || (isRetained && source == nil)
        var marked = columns
        if isDoubtful {
            for index in marked.indices where !marked[index].quality(at: 0).isBad {
                marked[index].quality = [.uncertainClock]
            }
        }
        return SampleBatch(
            times: [stamp.time.nanoseconds], columns: marked,
            lateness: stamp.lateness == .zero ? [] : [stamp.lateness.nanoseconds])
    }

    /// Batches of the same signals joined row by row; the order of rows is kept.
    static func joined(_ batches: [SampleBatch]) -> [SampleBatch] {
        guard batches.count > 1 else { return batches }
        var result: [SampleBatch] = []
        var places: [[SignalID]: Int] = [:]
        for batch in batches {
            let signals = batch.columns.map(\.signal)
            guard let place = places[signals], result[place].origin == batch.origin else {
                places[signals] = result.count
                result.append(batch)
                continue
            }
            result[place].append(rows: batch)
        }
        return result
    }

    /// Adds the rows of a batch with the same signals in the same order.
    private mutating func append(rows other: SampleBatch) {
        let count = times.count
        if !lateness.isEmpty || !other.lateness.isEmpty {
            if lateness.isEmpty { lateness = [Int64](repeating: 0, count: count) }
            lateness +=
                other.lateness.isEmpty
                ? [Int64](repeating: 0, count: other.times.count) : other.lateness
        }
        times += other.times
        for index in columns.indices {
            let more = other.columns[index]
            if !columns[index].quality.isEmpty || !more.quality.isEmpty {
                if columns[index].quality.isEmpty {
                    columns[index].quality = [Quality](repeating: .good, count: count)
                }
                columns[index].quality +=
                    more.quality.isEmpty
                    ? [Quality](repeating: .good, count: other.times.count) : more.quality
            }
            switch (columns[index].values, more.values) {
            case (.numbers(let old), .numbers(let new)):
                columns[index].values = .numbers(old + new)
            case (.integers(let old), .integers(let new)):
                columns[index].values = .integers(old + new)
            case (.flags(let old), .flags(let new)): columns[index].values = .flags(old + new)
            case (.texts(let old), .texts(let new)): columns[index].values = .texts(old + new)
            default: break  // The same signal has the same kind for all its life.
            }
        }
    }
}
