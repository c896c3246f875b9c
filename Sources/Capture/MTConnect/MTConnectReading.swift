// What observations say as values of a kind, and columns that grow by them. No I/O.

import Plant
import Wire

/// Reads values out of what data items tell.
enum MTConnectReading {
    /// What an observation says about a signal.
    enum Found: Hashable, Sendable {
        /// A value of the kind asked for.
        case value(Scalar)
        /// That nothing is known: never the same as 0.
        case unavailable
        /// Nothing about this part.
        case absent
        /// Something that is not of the kind asked for.
        case unfit
    }

    /// The value as a kind; `part` picks one of several: the place in a vector, the key of a data
    /// set, `row.cell` of a table, `code` of a message.
    static func found(_ value: MTConnectValue, part: String?, as kind: ValueKind) -> Found {
        switch value {
        case .unavailable: return .unavailable
        case .number(let number): return scalar(.number(number), kind)
        case .text(let text): return scalar(text, kind)
        case .message(let text, let code):
            return scalar(part == "code" ? code ?? "" : text, kind)
        case .numbers(let numbers):
            guard let part else {
                let words = numbers.map { Scalar.number($0).asText }
                return kind == .text ? scalar(words.joined(separator: " "), kind) : .unfit
            }
            guard let place = Int(part), numbers.indices.contains(place) else { return .absent }
            return scalar(.number(numbers[place]), kind)
        case .dataSet(let entries):
            guard let entry = entries.last(where: { $0.key == part }) else {
                return part == nil ? .unfit : .absent
            }
            return entry.isRemoved ? .unavailable : scalar(entry.value, kind)
        case .table(let rows): return cell(rows, part, kind)
        // Conditions are followed as a whole, and series have many values.
        case .condition, .timeSeries: return .unfit
        }
    }

    private static func cell(_ rows: [MTConnectRow], _ part: String?, _ kind: ValueKind) -> Found {
        let names = (part ?? "").split(separator: ".", maxSplits: 1)
        guard names.count == 2 else { return .unfit }
        guard let row = rows.last(where: { $0.key == names[0] }) else { return .absent }
        if row.isRemoved { return .unavailable }
        guard let cell = row.cells.last(where: { $0.key == names[1] }) else { return .absent }
        return cell.isRemoved ? .unavailable : scalar(cell.value, kind)
    }

    /// The health of a condition: its level, or `code` or `text` of what is worst and newest.
    static func found(_ health: MTConnectHealth, part: String?, as kind: ValueKind) -> Found {
        guard let level = health.level else { return .unavailable }
        guard let part else {
            switch kind {
            case .text: return .value(.text(level.rawValue))
            case .flag: return .value(.flag(level != .normal))
            case .number, .integer: return .unfit
            }
        }
        var condition: MTConnectCondition?
        if case .active(let active) = health {
            condition =
                active.filter { $0.condition.level == level }.max { $0.changed < $1.changed }?
                .condition
        }
        switch part {
        case "code": return scalar(condition?.nativeCode ?? "", kind)
        case "text": return scalar(condition?.text ?? "", kind)
        default: return .unfit
        }
    }

    private static func scalar(_ value: Scalar, _ kind: ValueKind) -> Found {
        value.converted(to: kind).map { .value($0) } ?? .unfit
    }

    private static func scalar(_ text: String, _ kind: ValueKind) -> Found {
        if kind == .text {
            return text.utf8.count <= CaptureLimits.textBytes ? .value(.text(text)) : .unfit
        }
        if MTConnectReading.isUnavailable(text) { return .unavailable }
        return MQTTPayload.plain(Array(text.utf8), as: kind).map { .value($0) } ?? .unfit
    }

    private static func isUnavailable(_ text: String) -> Bool {
        text.utf8.count == 11 && text.uppercased() == "UNAVAILABLE"
    }
}

/// Columns of signals that each have times of their own.
struct SignalRows {
    private struct Rows {
        var times: [Int64] = []
        var lateness: [Int64] = []
        var values: ColumnValues
        var quality: [Quality] = []
        /// The last time as it was given, and as it was kept.
        var given = Int64.min
        var kept = Int64.min
    }

    private var rows: [SignalID: Rows] = [:]
    private var full: [SampleBatch] = []

    /// True when nothing was added.
    var isEmpty: Bool { rows.isEmpty && full.isEmpty }

    /// Adds a value at its source's time as far as that can be right; nil is a missing one.
    ///
    /// Values of one signal with the same time are set a nanosecond apart: two at the same time
    /// would be one sample. Returns the time.
    @discardableResult
    mutating func add(
        _ value: Scalar?, to signal: RegisteredSignal, source: Timestamp?, arrival: Timestamp,
        missing reason: Quality = .badComm
    ) -> Int64 {
        let stamp = TimestampPolicy.stamp(source: source, arrival: arrival)
        var quality = stamp.quality
        if case .number(let number) = value, !number.isFinite { quality = .badValue }
        if value == nil { quality = reason }
        return append(
            value, quality, time: stamp.time.nanoseconds,
            lateness: stamp.lateness.nanoseconds, to: signal)
    }

    /// Adds a sign that samples of the signal may be lost from a time on.
    mutating func addGap(_ signal: RegisteredSignal, time: Int64) {
        _ = append(nil, .badComm, time: time, lateness: 0, to: signal)
    }

    private mutating func append(
        _ value: Scalar?, _ quality: Quality, time: Int64, lateness: Int64,
        to signal: RegisteredSignal
    ) -> Int64 {
        var row = rows.removeValue(forKey: signal.id) ?? Rows(values: .empty(signal.kind))
        if row.times.count >= CaptureLimits.batchSamples {
            full.append(Self.batch(row, signal.id))
            row = Rows(values: .empty(signal.kind), given: row.given, kept: row.kept)
        }
        let given = time
        var time = time
        if time >= row.given, time <= row.kept { time = row.kept + 1 }
        (row.given, row.kept) = (given, time)
        let isFit = row.values.append(value ?? Self.blank(signal.kind))
        if !isFit { _ = row.values.append(Self.blank(signal.kind)) }
        row.times.append(time)
        row.lateness.append(lateness)
        row.quality.append(isFit ? quality : .badValue)
        rows[signal.id] = row
        return time
    }

    private static func blank(_ kind: ValueKind) -> Scalar {
        switch kind {
        case .number: .number(0)
        case .integer: .integer(0)
        case .flag: .flag(false)
        case .text: .text("")
        }
    }

    private static func batch(_ rows: Rows, _ signal: SignalID) -> SampleBatch {
        SampleBatch(
            times: rows.times,
            columns: [
                SignalColumn(
                    signal: signal, values: rows.values,
                    quality: rows.quality.allSatisfy { $0 == .good } ? [] : rows.quality)
            ],
            lateness: rows.lateness.allSatisfy { $0 == 0 } ? [] : rows.lateness)
    }

    /// All that was added, one batch or more for each signal.
    func batches() -> [SampleBatch] {
        full + rows.sorted { $0.key < $1.key }.map { Self.batch($1, $0) }
    }
}
