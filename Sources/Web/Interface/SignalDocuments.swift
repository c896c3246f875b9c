// Signals, their newest values and their buckets, as documents.

import Hummingbird
import Loop
import Plant

/// Documents about signals.
enum SignalDocuments {
    /// `GET /api/v1/signals`.
    static func list(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug(query: "machine")
        let lasts = ask.world.lastValues()
        let signals = ask.world.factory.signals.values
            .filter { machine == nil || $0.machine == machine }.sorted { $0.id < $1.id }
        let page = try ListPage(ask)
        return Answer.json(
            page.document(
                signals, key: { String($0.id.number) },
                item: { document($0, last: lasts[$0.id]) }))
    }

    /// The signal that a path names by its number, or by machine and slug.
    static func signal(_ ask: Ask) throws -> Signal {
        let parameters = ask.context?.parameters
        let name = parameters?.get("signal") ?? ""
        let factory = ask.world.factory
        let found: Signal?
        if let slug = parameters?.get("slug") {
            found = Slug(name).flatMap { machine in
                Slug(slug).flatMap { factory.signal(machine, $0) }
            }
        } else {
            found = UInt32(name).flatMap { factory.signals[SignalID($0)] }
        }
        guard let found else { throw Problem(.notFound, "There is no such signal.") }
        return found
    }

    /// `GET /api/v1/signals/{signal}`.
    static func one(_ ask: Ask) async throws -> Response {
        let signal = try signal(ask)
        return Answer.json(document(signal, last: ask.world.lastValues()[signal.id]))
    }

    /// A signal with its newest value.
    static func document(_ signal: Signal, last: LastValue?) -> JSONValue {
        .object([
            ("id", .whole(Int64(signal.id.number))), ("name", .text(signal.name)),
            ("kind", .text(signal.kind.word)), ("unit", .text(signal.unit)),
            ("machine", .text(orNull: signal.machine?.text)),
            ("slug", .text(orNull: signal.slug?.text)),
            ("connection", .text(signal.source.connection.text)),
            ("address", .text(signal.source.address)), ("is_retired", .flag(signal.isRetired)),
            ("last", last.map(value) ?? .null),
        ])
    }

    private static func value(_ last: LastValue) -> JSONValue {
        .object([
            ("time", .time(last.time)),
            ("value", last.quality.isBad ? .null : scalar(last.value)),
            ("quality", .text(last.quality.word)),
        ])
    }

    /// A value; one that is not finite is null.
    static func scalar(_ value: Scalar) -> JSONValue {
        switch value {
        case .number(let number): .number(number)
        case .integer(let number): .whole(number)
        case .flag(let flag): .flag(flag)
        case .text(let text): .text(text)
        }
    }

    /// `GET /api/v1/signals/{signal}/buckets`.
    static func buckets(_ ask: Ask) async throws -> Response {
        let signal = try signal(ask)
        let points = try ask.whole(
            query: "points", fallback: ChartModel.columns, within: 1...ask.site.limits.points)
        let range = try ask.range(
            fallback: TimeRange(start: ask.world.time - .hours(1), end: ask.world.time))
        let chart = try await ask.world.chart(signal.id, range: range, points: points)
        var out = Array("{\"signal\":\(signal.id.number),\"unit\":".utf8)
        JSONText.write(signal.unit, into: &out)
        out += Array(",\"coverage\":".utf8)
        JSONText.write(chart.coverage, into: &out)
        out += Array(",\"items\":[".utf8)
        for (index, bucket) in chart.buckets.enumerated() {
            if index > 0 { out.append(0x2C) }
            write(bucket, into: &out)
        }
        out += Array("]}".utf8)
        return Answer.bytes(out, type: "application/json")
    }

    /// A bucket; one without samples has nulls, never zeros.
    private static func write(_ bucket: Bucket, into out: inout [UInt8]) {
        out += Array("{\"from\":\"\(bucket.range.start.rfc3339)\",".utf8)
        out += Array("\"to\":\"\(bucket.range.end.rfc3339)\",\"count\":\(bucket.count)".utf8)
        let values: [(String, Double)] = [
            ("min", bucket.minimum), ("max", bucket.maximum), ("mean", bucket.mean),
            ("first", bucket.first), ("last", bucket.last),
        ]
        for (name, value) in values {
            out += Array(",\"\(name)\":".utf8)
            JSONText.write(bucket.count == 0 ? .nan : value, into: &out)
        }
        out.append(0x7D)
    }
}
