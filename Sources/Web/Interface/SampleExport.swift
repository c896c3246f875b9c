// Samples of one signal as JSON, NDJSON or CSV: streamed part by part, as fast as the reader takes.

import Hummingbird
import Plant

/// `GET /api/v1/signals/{signal}/samples`.
enum SampleExport {
    /// The rows of a range; the first part is read before the answer begins, so that errors can
    /// still be told.
    static func answer(_ ask: Ask) async throws -> Response {
        let signal = try SignalDocuments.signal(ask)
        let range = try ask.range(
            fallback: TimeRange(start: ask.world.time - .hours(1), end: ask.world.time))
        let format = RowFormat(ask)
        let writer = SampleRows(signal: signal, format: format, clock: ask.clock)
        let parts = self.parts(of: range, hours: ask.site.limits.streamHours)
        let world = ask.world
        let rows = ask.site.limits.streamRows
        let first = try await world.series(signal.id, range: parts[0])
        var headers: HTTPFields = [.contentType: writer.type]
        try await ThinnedField.set(&headers, [signal], range, ask)
        if format == .csv {
            let name = [signal.machine?.text, signal.slug?.text ?? String(signal.id.number)]
                .compactMap(\.self).joined(separator: "-")
            headers[.contentDisposition] = "attachment; filename=\"\(name).csv\""
        }
        return Response(
            status: .ok, headers: headers,
            body: .init { out in
                var buffer = writer.opening
                var isFirst = true
                for (index, part) in parts.enumerated() {
                    let series =
                        index == 0 ? first : try await world.series(signal.id, range: part)
                    for row in 0..<series.count {
                        writer.write(series, row: row, isFirst: isFirst, into: &buffer)
                        isFirst = false
                        if row % rows == rows - 1 {
                            // Waits until the reader has taken it.
                            try await out.write(ByteBuffer(bytes: buffer))
                            buffer.removeAll(keepingCapacity: true)
                        }
                    }
                }
                buffer += writer.closing
                try await out.write(ByteBuffer(bytes: buffer))
                try await out.finish(nil)
            })
    }

    /// A range in parts that are read one after the other.
    static func parts(of range: TimeRange, hours: Int64) -> [TimeRange] {
        var parts: [TimeRange] = []
        var start = range.start
        repeat {
            let end = min(start + .hours(hours), range.end)
            parts.append(TimeRange(start: start, end: end))
            start = end
        } while start < range.end
        return parts
    }
}

/// Rows of samples in one form.
struct SampleRows: Sendable {
    /// The signal.
    let signal: Signal
    /// The form.
    let format: RowFormat
    /// The site's clock, for the second column of spreadsheets.
    let clock: LocalClock

    /// The media type.
    var type: String {
        switch format {
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        }
    }

    /// What stands before the rows.
    var opening: [UInt8] {
        switch format {
        case .ndjson: return []
        case .csv:
            var out = CSVText.mark
            let unit = Measure.unit(signal.unit)
            let name = unit.isEmpty ? signal.name : "\(signal.name) (\(unit))"
            CSVText.write(
                [.text("time_utc"), .text("time_local"), .text(name), .text("quality")],
                into: &out)
            return out
        case .json:
            var out = Array("{\"signal\":\(signal.id.number),\"unit\":".utf8)
            JSONText.write(signal.unit, into: &out)
            out += Array(",\"items\":[".utf8)
            return out
        }
    }

    /// What stands after the rows.
    var closing: [UInt8] { format == .json ? Array("]}".utf8) : [] }

    /// One row; a bad or non-finite value is empty, never 0.
    func write(_ series: SampleSeries, row: Int, isFirst: Bool, into out: inout [UInt8]) {
        let time = Timestamp(nanoseconds: series.times[row])
        let quality = series.quality.isEmpty ? Quality.good : series.quality[row]
        let value: Scalar? = quality.isBad ? nil : series.values[row]
        if format == .csv {
            CSVText.write(
                [
                    .plain(time.rfc3339), .plain(clock.spreadsheet(time)),
                    value.map(cell) ?? .empty, .plain(quality.word),
                ], into: &out)
            return
        }
        if format == .json, !isFirst { out.append(0x2C) }
        out += Array("{\"time\":\"\(time.rfc3339)\",\"value\":".utf8)
        (value.map(SignalDocuments.scalar) ?? .null).write(into: &out)
        out += Array(",\"quality\":\"\(quality.word)\"}".utf8)
        if format == .ndjson { out.append(0x0A) }
    }

    private func cell(_ value: Scalar) -> CSVText.Cell {
        switch value {
        case .number(let number): .number(number)
        case .integer(let number): .plain(String(number))
        case .flag(let flag): .plain(flag ? "1" : "0")
        case .text(let text): .text(text)
        }
    }
}
