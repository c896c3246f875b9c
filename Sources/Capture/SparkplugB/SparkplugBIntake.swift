// Turns what a Sparkplug host hears into batches: values, values of the past, gaps. No I/O.

import Plant
import Wire

/// The points of a connection by source and metric, and what is missing of them.
struct SparkplugBIntake: Sendable {
    private let points: [SparkplugSource: [String: [SparkplugBPoint]]]
    /// Up to when the sender's times do not count: the begin of a gap, or the arrival of the
    /// value that ended it.
    private var gaps: [SignalID: Timestamp] = [:]
    /// The time of the last value of a source, those of the past left out.
    private var latest: [SparkplugSource: Timestamp] = [:]

    /// Nothing is known of the points before `start`.
    init(_ points: [SparkplugBPoint], start: Timestamp) {
        for point in points { gaps[point.signal.id] = start }
        self.points = Dictionary(grouping: points, by: \.source).mapValues {
            Dictionary(grouping: $0, by: \.metric)
        }
    }

    /// The batches of actions, in their order; sentences for people go to `report`.
    mutating func batches(
        of actions: [SparkplugHostAction], arrival: Timestamp,
        report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        var rows: [SampleBatch] = []
        for action in actions {
            switch action {
            case .deliver(let reading): add(reading, arrival, to: &rows, report)
            case .gap(let gap): add(gap, arrival, to: &rows)
            case .born(let source, let metrics): check(source, metrics, report)
            case .refused(let topic, let refusal): tell(topic, refusal, report)
            case .subscribe, .publish, .disconnect: break
            }
        }
        return SampleBatch.joined(rows)
    }

    private mutating func add(
        _ reading: SparkplugReading, _ arrival: Timestamp, to rows: inout [SampleBatch],
        _ report: (ConnectorReport) -> Void
    ) {
        guard let found = points[reading.source]?[reading.metric] else { return }
        guard !reading.isTransient else {
            report(.problem("\(found[0].text): the sender says that its values are not to be kept"))
            return
        }
        for point in found {
            let signal = point.signal
            let row = row(reading, signal, arrival, report)
            // Values of one message and time make one row.
            if let last = rows.indices.last, rows[last].times == row.times,
                rows[last].lateness == row.lateness,
                !rows[last].columns.contains(where: { $0.signal == signal.id })
            {
                rows[last].columns += row.columns
            } else {
                rows.append(row)
            }
        }
    }

    private mutating func row(
        _ reading: SparkplugReading, _ signal: RegisteredSignal, _ arrival: Timestamp,
        _ report: (ConnectorReport) -> Void
    ) -> SampleBatch {
        var column = column(reading, signal, report)
        let told = Timestamp(milliseconds: reading.milliseconds)
        if reading.isHistorical {
            // Of any age: it is late because it was kept for us.
            guard !reading.isArrivalTime, !TimestampPolicy.isTooEarly(told, arrival: arrival) else {
                if !column.quality(at: 0).isBad { column.quality = [.uncertainClock] }
                return SampleBatch(times: [arrival.nanoseconds], columns: [column])
            }
            return SampleBatch(
                times: [told.nanoseconds], columns: [column],
                lateness: told < arrival ? [(arrival - told).nanoseconds] : [])
        }
        // A BIRTH behind a gap tells what holds now, whenever it last changed.
        // Values that follow must not lie before it because the sender's clock is behind.
        var moment = arrival
        var source = reading.isArrivalTime ? nil : told
        if let known = gaps[signal.id] {
            if told <= known {
                moment = max(arrival, known + Elapsed(nanoseconds: 1))
                source = nil
                gaps[signal.id] = moment
            } else {
                gaps[signal.id] = nil
            }
        }
        let batch = SampleBatch.stamped(
            [column], source: source, arrival: moment, isRetained: false)
        let time = Timestamp(nanoseconds: batch.times[0])
        latest[reading.source] = max(latest[reading.source] ?? time, time)
        return batch
    }

    private func column(
        _ reading: SparkplugReading, _ signal: RegisteredSignal,
        _ report: (ConnectorReport) -> Void
    ) -> SignalColumn {
        switch reading.quality {
        case .good: break
        case .bad: return .missing(signal.id, kind: signal.kind, quality: .badValue)
        case .stale: return .missing(signal.id, kind: signal.kind, quality: .badComm)
        }
        if case .null = reading.value {
            return .missing(signal.id, kind: signal.kind, quality: .badValue)
        }
        let value = reading.value.scalar(as: signal.kind)
        if value == nil {
            report(
                .problem("\(reading.source):\(reading.metric): not a \(signal.kind.word)"))
        }
        return .single(signal, value)
    }

    private mutating func add(
        _ gap: SparkplugGap, _ arrival: Timestamp, to rows: inout [SampleBatch]
    ) {
        guard let found = points[gap.source] else { return }
        let told = Timestamp(milliseconds: gap.milliseconds)
        let stamp = TimestampPolicy.stamp(source: told, arrival: arrival).time
        // A gap begins behind the last value, whatever the clock of the sender says.
        let time = max(stamp, latest[gap.source] ?? stamp) + Elapsed(nanoseconds: 1)
        let signals = found.values.joined().map(\.signal).sorted { $0.id < $1.id }
        for signal in signals { gaps[signal.id] = time }
        rows.append(
            SampleBatch(
                times: [time.nanoseconds],
                columns: signals.map { .missing($0.id, kind: $0.kind, quality: .badComm) }))
    }

    /// Says which signals a BIRTH does not have.
    private func check(
        _ source: SparkplugSource, _ metrics: [SparkplugMetricType],
        _ report: (ConnectorReport) -> Void
    ) {
        guard let wanted = points[source] else { return }
        let names = Set(metrics.map(\.name))
        for name in wanted.keys.sorted() where !names.contains(name) {
            let near = Nearest.name(to: name, among: Array(names.sorted().prefix(1_000)))
            report(
                .problem(
                    "\(source) has no metric \"\(name)\""
                        + (near.map { "; did you mean \"\($0)\"?" } ?? "")))
        }
    }

    private func tell(
        _ topic: String, _ refusal: SparkplugRefusal, _ report: (ConnectorReport) -> Void
    ) {
        switch refusal {
        case .malformed(let error): report(.problem("topic \(topic): \(error)"))
        case .sequence: report(.problem("topic \(topic): messages are out of their order"))
        case .limit(let limit): report(.problem("topic \(topic): more than \(limit)"))
        case .hostTwice:
            report(.problem("another program uses the host id of this box: change host_id"))
        // A rebirth is asked for, and old deaths mean nothing.
        case .notBorn, .metric, .oldDeath: break
        }
    }
}

extension SparkplugValue {
    /// The value as a kind, nil when it has none.
    func scalar(as kind: ValueKind) -> Scalar? {
        let scalar: Scalar
        switch self {
        case .integer(let number): scalar = .integer(number)
        case .unsigned(let number):
            scalar = Int64(exactly: number).map { .integer($0) } ?? .number(Double(number))
        case .number(let number): scalar = .number(number)
        case .bool(let flag): scalar = .flag(flag)
        case .text(let text):
            guard kind == .text, text.utf8.count <= CaptureLimits.textBytes else { return nil }
            scalar = .text(text)
        case .time(let milliseconds):
            guard let number = Int64(exactly: milliseconds) else { return nil }
            scalar =
                kind == .text
                ? .text(Timestamp(milliseconds: milliseconds).rfc3339)
                : .integer(number)
        case .null, .bytes, .array, .dataSet, .template: return nil
        }
        return scalar.converted(to: kind)
    }
}

extension Timestamp {
    /// A time of Sparkplug: milliseconds since 1970, held at the last that can be kept.
    fileprivate init(milliseconds: UInt64) {
        let held = min(milliseconds, SparkplugLimits.latestMilliseconds)
        self.init(nanoseconds: Int64(held) * 1_000_000)
    }
}
