// Turns the values of an OPC UA server into batches: their times, their qualities, the gaps.

import Plant
import Wire

/// A value of a watched item, sent by itself or read.
struct OPCUASeen: Hashable, Sendable {
    /// The place of the item in the settings.
    var item: Int
    var value: OPCUAReading
    var status: OPCUAStatus
    /// UTC nanoseconds since 1970; nil when not told.
    var sourceTime: Int64?
    /// UTC nanoseconds since 1970; nil when not told.
    var serverTime: Int64?
}

extension OPCUASeen {
    init(_ sample: OPCUASample) {
        self.init(
            item: sample.item, value: sample.value, status: sample.status,
            sourceTime: sample.sourceTime, serverTime: sample.serverTime)
    }

    init(_ value: OPCUADataValue, item: Int) {
        self.init(
            item: item, value: OPCUAReading(value.value), status: value.status ?? .good,
            sourceTime: value.sourceTime?.nanoseconds, serverTime: value.serverTime?.nanoseconds)
    }
}

/// What is known of each watched value, kept from session to session.
struct OPCUAIntake: Sendable {
    private struct State {
        /// The next value only says what holds now, as one that came before the session.
        var isFirst = true
        /// The time of the last value.
        var last: Timestamp?
        /// A value came since the session went on.
        var isSeen = false
        /// The server does not watch it.
        var isRefused = false
        /// Why the value cannot be used, as it was told.
        var told: String?
    }

    /// The rows of one signal, in order.
    private struct Series {
        var times: [Int64] = []
        var column: SignalColumn

        init(_ signal: RegisteredSignal) {
            column = SignalColumn(signal: signal.id, values: .empty(signal.kind))
        }

        mutating func append(_ time: Timestamp, _ value: Scalar, _ quality: Quality) {
            guard column.values.append(value) else { return }
            if quality != .good, column.quality.isEmpty {
                column.quality = times.map { _ in .good }
            }
            times.append(time.nanoseconds)
            if quality != .good || !column.quality.isEmpty { column.quality.append(quality) }
        }
    }

    private struct Row {
        var time: Timestamp
        var quality: Quality
    }

    /// A change that is not older than this counts as what holds now.
    private static let freshness = Elapsed.seconds(2)

    let points: [OPCUAPoint]
    private var states: [State]

    init(_ points: [OPCUAPoint]) {
        self.points = points
        states = points.map { _ in State() }
    }

    /// A new session sends every value once, also those that have not changed.
    mutating func expectFirst() {
        for index in states.indices { states[index].isFirst = true }
    }

    /// The session of before goes on: only changes come by themselves.
    mutating func resume() {
        for index in states.indices { states[index].isSeen = false }
    }

    /// Items that are watched and have not changed since the session went on.
    var unseen: [Int] { states.indices.filter { !states[$0].isSeen && !states[$0].isRefused } }

    /// The batches of values, for each set of signals with the same times one.
    mutating func batches(
        of samples: [OPCUASeen], arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        var series: [Int: Series] = [:]
        for sample in samples where points.indices.contains(sample.item) {
            states[sample.item].isSeen = true
            states[sample.item].isRefused = false
            let column = column(sample, report)
            for row in rows(sample, arrival) {
                let quality = column.quality(at: 0)
                series[sample.item, default: Series(points[sample.item].signal)].append(
                    row.time, column.values[0], quality == .good ? row.quality : quality)
            }
        }
        return Self.joined(series, arrival)
    }

    /// The batches of values that were read: those that are as they were hold now.
    ///
    /// A value that is newer than the last is left to the subscription, so that none goes back.
    mutating func batches(
        confirming samples: [OPCUASeen], arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        let still = samples.filter { sample in
            guard points.indices.contains(sample.item), !states[sample.item].isSeen else {
                return false
            }
            guard let source = sample.sourceTime, let last = states[sample.item].last else {
                return true
            }
            return Timestamp(nanoseconds: source) <= last
        }
        for sample in still { states[sample.item].isFirst = true }
        return batches(of: still, arrival: arrival, report: report)
    }

    /// Signals with the same times share a batch; each keeps its order.
    private static func joined(_ series: [Int: Series], _ arrival: Timestamp) -> [SampleBatch] {
        var batches: [SampleBatch] = []
        var places: [[Int64]: Int] = [:]
        for (_, series) in series.sorted(by: { $0.key < $1.key }) {
            if let place = places[series.times] {
                batches[place].columns.append(series.column)
            } else {
                places[series.times] = batches.count
                let late = series.times.map { arrival.nanoseconds - $0 }
                batches.append(
                    SampleBatch(
                        times: series.times, columns: [series.column],
                        lateness: late.allSatisfy { $0 == 0 } ? [] : late))
            }
        }
        return batches
    }

    /// A value is not watched: its marker.
    mutating func refuse(_ item: Int, at time: Timestamp) -> SampleBatch? {
        guard points.indices.contains(item) else { return nil }
        states[item].isRefused = true
        return missing(item..<item + 1, at: time)
    }

    /// The marker of a gap: from the moment after the last that is known, values are missing.
    mutating func marker(of gap: OPCUAGap) -> SampleBatch? {
        let range = gap.items.clamped(to: points.indices)
        if case .subscriptionLost = gap.reason {
            for index in range { states[index].isFirst = true }
        }
        return missing(range, at: Timestamp(nanoseconds: gap.from) + Elapsed(nanoseconds: 1))
    }

    /// Missing values of some items at a moment; nil without items.
    func missing(_ items: Range<Int>, at time: Timestamp) -> SampleBatch? {
        let columns = points[items.clamped(to: points.indices)].map { point in
            SignalColumn.missing(point.signal.id, kind: point.signal.kind, quality: .badComm)
        }
        return columns.isEmpty ? nil : SampleBatch(times: [time.nanoseconds], columns: columns)
    }

    // MARK: - Times

    /// When a value was so: once in general, twice for a change that is heard of late.
    private mutating func rows(_ sample: OPCUASeen, _ arrival: Timestamp) -> [Row] {
        let source = sample.sourceTime.map { Timestamp(nanoseconds: $0) }
        let server = sample.serverTime.map { Timestamp(nanoseconds: $0) }
        let state = states[sample.item]
        guard !state.isFirst else {
            states[sample.item].isFirst = false
            return firstRows(sample.item, source, arrival)
        }
        var stamp = TimestampPolicy.stamp(source: source ?? server, arrival: arrival)
        // A source that keeps the time of an older change: what the server noticed is newer.
        let isBehind = state.last.map { stamp.time <= $0 } ?? false
        if isBehind || stamp.quality != .good, let server {
            let noticed = TimestampPolicy.stamp(source: server, arrival: arrival)
            let isUsable = noticed.quality == .good && (source.map { $0 <= server } ?? true)
            if isUsable { stamp = noticed }
        }
        var row = Row(time: stamp.time, quality: stamp.quality)
        if let last = state.last, row.time <= last {
            // A value never goes behind the one before it. Where the source's clock is far behind
            // ours, the time of arrival stands in for it.
            let next = last + Elapsed(nanoseconds: 1)
            let isFar = last - row.time > OPCUAIntake.freshness
            row = Row(
                time: isFar ? max(arrival, next) : next,
                quality: isFar ? .uncertainClock : stamp.quality)
        }
        states[sample.item].last = row.time
        return [row]
    }

    /// The first value after a session began: it holds now, however long ago it came to be.
    ///
    /// The server's own time is of no help: many servers give that of the last change.
    private mutating func firstRows(
        _ item: Int, _ source: Timestamp?, _ arrival: Timestamp
    ) -> [Row] {
        var change = source
        if let source {
            let stamp = TimestampPolicy.stamp(source: source, arrival: arrival)
            if stamp.quality != .good { change = nil }
        }
        var times: [Timestamp] = []
        if let change, change >= arrival - OPCUAIntake.freshness {
            times = [change]
        } else if let change, let last = states[item].last, change > last {
            times = [change, arrival]
        } else {
            times = [arrival]
        }
        if let last = states[item].last {
            times = times.filter { $0 > last }
            if times.isEmpty { times = [max(arrival, last + Elapsed(nanoseconds: 1))] }
        }
        states[item].last = times.last
        return times.map { Row(time: $0, quality: .good) }
    }

    // MARK: - Values

    private mutating func column(
        _ sample: OPCUASeen, _ report: (ConnectorReport) -> Void
    ) -> SignalColumn {
        let point = points[sample.item]
        let signal = point.signal
        if sample.status.isBad {
            tell(sample.item, "the server says \(sample.status.meaning)", report)
            return .missing(signal.id, kind: signal.kind, quality: sample.status.quality)
        }
        guard let scalar = sample.value.scalar(signal.kind) else {
            tell(sample.item, sample.value.flaw(signal.kind), report)
            return .missing(signal.id, kind: signal.kind, quality: .badValue)
        }
        var column = SignalColumn.single(signal, scalar)
        if sample.status.isUncertain, !column.quality(at: 0).isBad {
            column.quality = [sample.status.quality]
        }
        return column
    }

    /// Says why a value cannot be used: once, and again only when the reason is another.
    private mutating func tell(
        _ item: Int, _ words: String, _ report: (ConnectorReport) -> Void
    ) {
        guard states[item].told != words else { return }
        states[item].told = words
        report(.problem("\(points[item].text): \(words)"))
    }
}

extension Quality {
    /// Measured, but the source itself is not sure of it.
    static let uncertainValue = Quality(code: 0x43)
}

extension OPCUAStatus {
    /// The quality of a value with this status.
    ///
    /// Source: OPC 10000-8, status codes of data access.
    var quality: Quality {
        if isGood { return .good }
        switch meaning.code {
        // The last usable value, which is no longer renewed.
        case 0x408F_0000, 0x4090_0000: return .uncertainStale
        // No way to the source, or it has not answered yet.
        case 0x8005_0000, 0x800A_0000, 0x800D_0000, 0x8031_0000, 0x8032_0000, 0x808A_0000:
            return .badComm
        default: return isBad ? .badValue : .uncertainValue
        }
    }
}

extension OPCUAReading {
    /// The value as a signal of a kind keeps it, nil when it has no such value.
    func scalar(_ kind: ValueKind) -> Scalar? {
        let scalar: Scalar
        switch self {
        case .boolean(let flag): scalar = .flag(flag)
        case .integer(let number): scalar = .integer(number)
        case .unsigned(let number):
            guard let whole = Int64(exactly: number) else {
                return kind == .number ? .number(Double(number)) : nil
            }
            scalar = .integer(whole)
        case .real(let number):
            // Kept as it came, also when it is not finite.
            if kind == .number { return .number(number) }
            scalar = .number(number)
        case .text(let text):
            return kind == .text && text.utf8.count <= CaptureLimits.textBytes ? .text(text) : nil
        case .time(let moment): return kind == .text ? .text(RFC3339.text(moment)) : nil
        case .missing, .bytes, .array, .unread: return nil
        }
        return scalar.converted(to: kind)
    }

    /// Why there is no value of a kind.
    func flaw(_ kind: ValueKind) -> String {
        switch self {
        case .missing: "the server sends no value"
        case .bytes(let bytes): "not read: \(bytes.count) bytes without a meaning"
        case .array(let array): "not read: an array of \(array.elements?.count ?? 0) values"
        case .unread(let words): words
        case .text(let text) where kind == .text:
            "the text is longer than \(CaptureLimits.textBytes) bytes (\(text.utf8.count))"
        case .text: "a text is no \(kind.word); write type = \"text\""
        case .time: "a moment is no \(kind.word); write type = \"text\""
        default: "the value does not fit a signal of the type \(kind.word)"
        }
    }
}
