// Line protocol from HTTP: bytes in, stored batches out, refused lines by number. No socket.

public import Plant
import Synchronization
public import Wire

/// What became of one request.
public struct IngestOutcome: Hashable, Sendable {
    /// Lines that are stored.
    public let lines: Int
    /// Values that are stored.
    public let samples: Int
    /// Refused lines, at most 100 of them.
    public let refused: [RefusedLine]
    /// All refused lines.
    public let refusedCount: Int
    /// Series that were seen for the first time.
    public let newSeries: Int
}

/// Takes line protocol for all programs that send it.
///
/// One value serves all requests; each `ingest` is one flush. Answer 204 only after it returns
///
public final class LineProtocolIntake: Sendable {
    /// The name under which series of line protocol are kept (decisions 5).
    public static let connection: Slug = Slug("line-protocol")

    private let registry: any SignalRegistry
    private let sink: any SampleSink
    private let known = Mutex<[[UInt8]: RegisteredSignal]>([:])

    /// An intake into a sink.
    public init(registry: any SignalRegistry, sink: any SampleSink) {
        self.registry = registry
        self.sink = sink
    }

    /// Parses, stores and flushes one body of line protocol.
    ///
    /// Lines without a time get `arrival`. Good lines are stored although others are refused.
    /// Throws when the store fails; nothing may be acknowledged then. `bytes` is at most 64 MiB.
    public func ingest(
        _ bytes: [UInt8], precision: LinePrecision = .nanoseconds, arrival: Timestamp
    ) async throws -> IngestOutcome {
        let latest = (arrival + CaptureLimits.futureTolerance).nanoseconds
        var columns = LineColumns(latest: latest, bodyBytes: bytes.count)
        var parser = LineProtocolParser(
            precision: precision,
            limits: LineLimits(
                lineBytes: CaptureLimits.lineBytes, stringBytes: CaptureLimits.textBytes,
                tags: CaptureLimits.seriesLabels))
        parser.parse(bytes, defaultTime: arrival.nanoseconds, into: &columns)

        let (series, newSeries) = try await register(columns.groups, bytes)
        var batches: [SampleBatch] = []
        batches.reserveCapacity(columns.groups.count)
        for (place, group) in columns.groups.enumerated() {
            let span = unsafe bytes.span.bytes
            if let batch = LineBatch.make(group, series[place], span, &columns) {
                batches.append(batch)
            }
        }
        let ready = SampleBatch.withEachSignalOnce(batches)
        if !ready.isEmpty { try await sink.store(ready, cursor: nil) }
        return IngestOutcome(
            lines: columns.lineCount, samples: ready.reduce(0) { $0 + $1.sampleCount },
            refused: columns.refused, refusedCount: columns.refusedCount, newSeries: newSeries)
    }

    /// The signal of each field of each group; nil where the limit of series is reached.
    private func register(
        _ groups: [LineGroup], _ bytes: [UInt8]
    ) async throws -> (signals: [[RegisteredSignal?]], new: Int) {
        var keys: [[[UInt8]]] = []
        var signals: [[RegisteredSignal?]] = []
        var wanted: [[UInt8]: SeriesKey] = [:]
        for group in groups {
            let span = unsafe bytes.span.bytes
            let groupKeys = group.record.fields.map { field in
                var key: [UInt8] = []
                group.record.appendSeriesKey(of: field, in: span, to: &key)
                return key
            }
            let found = known.withLock { known in groupKeys.map { known[$0] } }
            for (index, key) in groupKeys.enumerated() where found[index] == nil {
                // More than fit at all need no keys: they are refused anyhow.
                if wanted[key] == nil, wanted.count < CaptureLimits.series {
                    wanted[key] = seriesKey(group, index, key, span)
                }
            }
            keys.append(groupKeys)
            signals.append(found)
        }
        guard !wanted.isEmpty else { return (signals, 0) }
        let news = try await numbers(for: wanted)
        for place in signals.indices {
            for index in signals[place].indices where signals[place][index] == nil {
                signals[place][index] = news[keys[place][index]]
            }
        }
        return (signals, news.count)
    }

    /// Numbers for new series; none when there is no room for them.
    private func numbers(
        for wanted: [[UInt8]: SeriesKey]
    ) async throws -> [[UInt8]: RegisteredSignal] {
        let ordered = wanted.sorted { $0.value.address < $1.value.address }
        do {
            let given = try await registry.signals(for: ordered.map(\.value))
            let pairs = zip(ordered.map(\.key), given).map { ($0, $1) }
            let news = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            known.withLock { known in
                // The registry keeps the truth: forgetting costs a look-up, not a number.
                if known.count + news.count > CaptureLimits.series { known.removeAll() }
                known.merge(news) { _, new in new }
            }
            return news
        } catch is SeriesLimitReached {
            return [:]
        }
    }

    private func seriesKey(
        _ group: LineGroup, _ index: Int, _ key: [UInt8], _ span: RawSpan
    ) -> SeriesKey {
        let field = group.record.fields[index]
        var tags: [String: String] = [:]
        for tag in group.record.tags { tags[tag.key.string(in: span)] = tag.value.string(in: span) }
        return SeriesKey(
            connection: LineProtocolIntake.connection,
            address: String(decoding: key, as: UTF8.self), kind: field.value.kind,
            name: "\(group.record.measurement.string(in: span)) \(field.key.string(in: span))",
            tags: tags)
    }
}

/// Makes batches of the kinds that the series have.
private enum LineBatch {
    /// The batch of a group; rows whose values do not fit their series are refused and left out.
    static func make(
        _ group: LineGroup, _ signals: [RegisteredSignal?], _ bytes: RawSpan,
        _ columns: inout LineColumns
    ) -> SampleBatch? {
        var isRefused = [Bool](repeating: false, count: group.times.count)
        var refusedRows = 0
        func refuse(_ row: Int, _ reason: String, _ columns: inout LineColumns) {
            guard !isRefused[row] else { return }
            isRefused[row] = true
            refusedRows += 1
            columns.refuse(Int(group.lines[row]), 1, reason)
        }
        var ready: [SignalColumn] = []
        for (index, field) in group.record.fields.enumerated() {
            guard let signal = signals[index] else {
                let reason = "no room for a new series: the box keeps \(CaptureLimits.series)"
                for row in group.times.indices { refuse(row, reason, &columns) }
                break
            }
            var values = ColumnBuilder(kind: signal.kind, capacity: group.times.count)
            for (row, value) in group.columns[index].enumerated()
            where !values.append(value, bytes) {
                refuse(
                    row,
                    "the field \(field.key.string(in: bytes)) holds \(signal.kind.word) "
                        + "values since its first one; this is a \(value.kind.word)", &columns)
            }
            ready.append(SignalColumn(signal: signal.id, values: values.values))
        }
        columns.uncount(refusedRows)
        guard refusedRows < group.times.count else { return nil }
        var batch = SampleBatch(times: group.times, columns: ready)
        if refusedRows > 0 { batch.keepRows(group.times.indices.filter { !isRefused[$0] }) }
        return batch
    }
}

/// Builds a column of one kind.
private struct ColumnBuilder {
    private let kind: ValueKind
    private var numbers: [Double] = []
    private var integers: [Int64] = []
    private var flags: [Bool] = []
    private var texts: [String] = []

    init(kind: ValueKind, capacity: Int) {
        self.kind = kind
        switch kind {
        case .number: numbers.reserveCapacity(capacity)
        case .integer: integers.reserveCapacity(capacity)
        case .flag: flags.reserveCapacity(capacity)
        case .text: texts.reserveCapacity(capacity)
        }
    }

    var values: ColumnValues {
        switch kind {
        case .number: .numbers(numbers)
        case .integer: .integers(integers)
        case .flag: .flags(flags)
        case .text: .texts(texts)
        }
    }

    /// Adds a value; one that does not fit leaves a placeholder and gives false.
    mutating func append(_ value: LineValue, _ bytes: RawSpan) -> Bool {
        switch (kind, value) {
        case (.number, .float(let number)): numbers.append(number)
        case (.number, .int(let number)): numbers.append(Double(number))
        case (.number, .uint(let number)): numbers.append(Double(number))
        case (.integer, .int(let number)): integers.append(number)
        case (.integer, .uint(let number)) where number <= UInt64(Int64.max):
            integers.append(Int64(number))
        case (.integer, .float(let number)) where Int64(exactly: number) != nil:
            integers.append(Int64(number))
        case (.flag, .bool(let bool)): flags.append(bool)
        case (.text, .string(let text)): texts.append(text.string(in: bytes))
        default:
            placeholder()
            return false
        }
        return true
    }

    private mutating func placeholder() {
        switch kind {
        case .number: numbers.append(0)
        case .integer: integers.append(0)
        case .flag: flags.append(false)
        case .text: texts.append("")
        }
    }
}

extension LineValue {
    /// The kind of values that a series with this first value has.
    var kind: ValueKind {
        switch self {
        case .float: .number
        // Beyond 63 bits only a number can hold it, rounded.
        case .uint(let number): number > UInt64(Int64.max) ? .number : .integer
        case .int: .integer
        case .bool: .flag
        case .string: .text
        }
    }
}

extension SampleBatch {
    /// Batches in which a signal occurs at most once: of a field that a line gave twice the last
    /// value holds.
    static func withEachSignalOnce(_ batches: [SampleBatch]) -> [SampleBatch] {
        batches.map { batch in
            guard Set(batch.columns.map(\.signal)).count < batch.columns.count else { return batch }
            var last: [SignalID: Int] = [:]
            for (index, column) in batch.columns.enumerated() { last[column.signal] = index }
            var single = batch
            single.columns = batch.columns.enumerated()
                .filter { last[$0.element.signal] == $0.offset }.map(\.element)
            return single
        }
    }
}
