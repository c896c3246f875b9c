// Stored samples of several signals as CSV or NDJSON: written straight into bytes, streamed.

import Hummingbird
import Plant

/// `GET /api/v1/raw`.
enum RawExport {
    /// The rows of a range; the first part is read before the answer begins, so that errors can
    /// still be told.
    static func answer(_ ask: Ask) async throws -> Response {
        let signals = try ask.chosenSignals()
        let range = try ask.range(fallback: nil)
        let rows = try RawRows(ask)
        let parts = SampleExport.parts(of: range, hours: ask.site.limits.rawStreamHours)
        let world = ask.world
        let first = try await world.series(signals[0].id, range: parts[0])
        let size = ask.site.limits.rawStreamBytes
        var headers: HTTPFields = [.contentType: rows.type]
        try await ThinnedField.set(&headers, signals, range, ask)
        return Response(
            status: .ok, headers: headers,
            body: .init { out in
                var buffer = rows.opening
                for (place, signal) in signals.enumerated() {
                    let prefix = rows.prefix(of: signal)
                    for (index, part) in parts.enumerated() {
                        let series =
                            place == 0 && index == 0
                            ? first : try await world.series(signal.id, range: part)
                        var row = 0
                        while row < series.count {
                            row = rows.write(series, from: row, prefix, upTo: size, into: &buffer)
                            if buffer.count >= size {
                                // Waits until the reader has taken it.
                                try await out.write(ByteBuffer(bytes: buffer))
                                buffer.removeAll(keepingCapacity: true)
                            }
                        }
                    }
                }
                try await out.write(ByteBuffer(bytes: buffer))
                try await out.finish(nil)
            })
    }
}

/// The header field that names signals without samples in a part of the range, because only
/// figures of minutes and hours are kept there.
enum ThinnedField {
    /// Its name; the value is a list of `signal=from/to`.
    static let name = "Millwright-Thinned"

    /// Sets the field where there is something to tell.
    static func set(
        _ headers: inout HTTPFields, _ signals: [Signal], _ range: TimeRange, _ ask: Ask
    ) async throws {
        var words: [String] = []
        for signal in signals {
            guard let part = try await ask.world.thinned(signal.id, range: range) else { continue }
            words.append("\(signal.id.number)=\(part.start.rfc3339)/\(part.end.rfc3339)")
        }
        if !words.isEmpty { headers.set(name, words.joined(separator: ", ")) }
    }
}

/// Rows of raw samples in one form.
struct RawRows: Sendable {
    /// What a row may tell, in this order.
    private enum Field: String, CaseIterable {
        case signal, time, value, quality
    }

    private let isLines: Bool
    private let hasMilliseconds: Bool
    private let fields: Set<Field>

    /// The form that a request asks for.
    init(_ ask: Ask) throws {
        let format = ask.query.filled("format")
        guard [nil, "csv", "ndjson"].contains(format) else {
            throw Problem(
                .badRequest, "The format is not known here.",
                errors: [.init(field: "format", says: "csv or ndjson")])
        }
        isLines = format == "ndjson" || format == nil && ask.accepts("application/x-ndjson")
        let times = ask.query.filled("times")
        guard [nil, "ms", "rfc3339"].contains(times) else {
            throw Problem(
                .badRequest, "times is not known here.",
                errors: [.init(field: "times", says: "ms or rfc3339")])
        }
        hasMilliseconds = times == "ms"
        let names = ask.query.filled("fields").map { $0.split(separator: ",").map(String.init) }
        let chosen = names.map { $0.compactMap { Field(rawValue: $0) } } ?? Field.allCases
        guard chosen.count == names?.count ?? chosen.count, !chosen.isEmpty else {
            throw Problem(
                .badRequest, "fields names something that rows do not have.",
                errors: [
                    .init(
                        field: "fields",
                        says: Field.allCases.map(\.rawValue).joined(separator: ", "))
                ])
        }
        fields = Set(chosen)
    }

    /// The media type.
    var type: String { isLines ? "application/x-ndjson" : "text/csv; charset=utf-8" }

    /// What stands before the rows.
    var opening: [UInt8] {
        if isLines { return [] }
        let names = Field.allCases.filter { fields.contains($0) }.map(\.rawValue)
        return Array((names.joined(separator: ",") + "\r\n").utf8)
    }

    /// The name of a signal as each of its rows tells it; empty where rows do not.
    func prefix(of signal: Signal) -> [UInt8] {
        guard fields.contains(.signal) else { return [] }
        var out: [UInt8] = []
        if isLines {
            out += Array("\"signal\":".utf8)
            JSONText.write(signal.path, into: &out)
        } else {
            CSVText.write([.text(signal.path)], into: &out)
            out.removeLast(2)
        }
        return out
    }

    /// Writes rows until so many bytes stand in the buffer; gives the next row.
    ///
    /// A bad or non-finite value is empty, never 0.
    func write(
        _ series: SampleSeries, from start: Int, _ prefix: [UInt8], upTo size: Int,
        into out: inout [UInt8]
    ) -> Int {
        let (hasTime, hasValue) = (fields.contains(.time), fields.contains(.value))
        let hasQuality = fields.contains(.quality)
        var row = start
        var clock = TimeBytes()
        while row < series.count, out.count < size {
            let quality = series.quality.isEmpty ? Quality.good : series.quality[row]
            var isFirst = true
            if isLines { out.append(0x7B) }
            if !prefix.isEmpty {
                out += prefix
                isFirst = false
            }
            if hasTime {
                begin("\"time\":", &isFirst, &out)
                write(time: series.times[row], &clock, &out)
            }
            if hasValue {
                begin("\"value\":", &isFirst, &out)
                if !quality.isBad {
                    write(series.values, row, into: &out)
                } else if isLines {
                    out += "null".utf8
                }
            }
            if hasQuality {
                begin("\"quality\":", &isFirst, &out)
                if isLines { out.append(0x22) }
                out += quality.word.utf8
                if isLines { out.append(0x22) }
            }
            out.append(isLines ? 0x7D : 0x0D)
            out.append(0x0A)
            row += 1
        }
        return row
    }

    @inline(__always)
    private func begin(_ name: StaticString, _ isFirst: inout Bool, _ out: inout [UInt8]) {
        if !isFirst { out.append(0x2C) }
        isFirst = false
        guard isLines else { return }
        name.withUTF8Buffer { unsafe out.append(contentsOf: $0) }
    }

    private func write(time: Int64, _ clock: inout TimeBytes, _ out: inout [UInt8]) {
        if hasMilliseconds {
            Digits.write(Timestamp(nanoseconds: time).millisecondsSince1970, into: &out)
            return
        }
        if isLines { out.append(0x22) }
        clock.write(time, into: &out)
        if isLines { out.append(0x22) }
    }

    private func write(_ values: ColumnValues, _ row: Int, into out: inout [UInt8]) {
        switch values {
        case .numbers(let numbers):
            if numbers[row].isFinite || isLines { Digits.write(numbers[row], into: &out) }
        case .integers(let integers): Digits.write(integers[row], into: &out)
        case .flags(let flags):
            out +=
                isLines ? Array((flags[row] ? "true" : "false").utf8) : [flags[row] ? 0x31 : 0x30]
        case .texts(let texts):
            if isLines {
                JSONText.write(texts[row], into: &out)
            } else {
                CSVText.write([.text(texts[row])], into: &out)
                out.removeLast(2)
            }
        }
    }
}

/// Numbers written as digits without a text in between.
enum Digits {
    /// Appends a whole number.
    static func write(_ value: Int64, into out: inout [UInt8]) {
        if value < 0 { out.append(0x2D) }
        var rest = value.magnitude
        let start = out.count
        repeat {
            out.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        out[start...].reverse()
    }

    /// Appends a number as JSON has it; one with up to four decimals without a text in between.
    static func write(_ value: Double, into out: inout [UInt8]) {
        let scaled = value * 10_000
        let whole = scaled.rounded()
        // Exact only where the digits give the same bits back; -0.0 and the rest go the long way.
        guard whole.magnitude < 1e12, whole != 0, whole / 10_000 == value else {
            JSONText.write(value, into: &out)
            return
        }
        var rest = UInt64(whole.magnitude)
        if value < 0 { out.append(0x2D) }
        let fraction = rest % 10_000
        rest /= 10_000
        write(Int64(rest), into: &out)
        guard fraction > 0 else { return }
        out.append(0x2E)
        var divisor: UInt64 = 1_000
        var left = fraction
        while left > 0 {
            out.append(0x30 + UInt8(truncatingIfNeeded: left / divisor))
            left %= divisor
            divisor /= 10
        }
    }
}

/// Times as RFC 3339 with the text of a second kept for the next row.
struct TimeBytes {
    private var second = Int64.min
    private var text: [UInt8] = []

    /// Appends a time with 0, 3, 6 or 9 decimals (decisions 11).
    mutating func write(_ nanoseconds: Int64, into out: inout [UInt8]) {
        let time = Timestamp(nanoseconds: nanoseconds)
        let whole = time.secondsSince1970
        if whole != second || text.isEmpty {
            second = whole
            text = Array(Timestamp(seconds: whole).rfc3339.utf8)
            if text.last == 0x5A { text.removeLast() }
        }
        out += text
        let (product, isOver) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        var rest = isOver ? 0 : nanoseconds - product
        if rest > 0 {
            var places = 9
            while places > 3, rest % 1_000 == 0 {
                rest /= 1_000
                places -= 3
            }
            out.append(0x2E)
            var divisor: Int64 = places == 9 ? 100_000_000 : places == 6 ? 100_000 : 100
            while divisor > 0 {
                out.append(0x30 + UInt8(truncatingIfNeeded: rest / divisor % 10))
                divisor /= 10
            }
        }
        out.append(0x5A)
    }
}
