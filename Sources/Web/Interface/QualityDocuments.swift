// A control chart as a document.

import Foundation
import Hummingbird
import Loop
import Plant
import Understand

/// Documents about quality.
enum QualityDocuments {
    /// `GET /api/v1/quality`.
    static func overview(_ ask: Ask) async throws -> Response {
        let range = try ask.range(
            fallback: RangeChoice.week.range(
                at: ask.world.time, calendar: ask.world.calendar))
        let picture = try await ask.world.qualityOverview(
            range: range, chart: try QualityRequest.countChart(ask))
        return try TableForm.answer(
            ask, name: "quality", sheets: { QualityTable.sheets(picture, ask) },
            rows: { QualityTable.rows(picture) },
            document: { document(picture, ask.world.factory) })
    }

    private static func document(_ picture: QualityOverview, _ factory: Factory) -> JSONValue {
        let shares = zip(picture.shifts, picture.shares?.points ?? []).map { shift, point in
            JSONValue.object([
                ("shift", .text(shift)), ("value", .number(point.value)),
                ("centre", .number(point.centre)), ("lower", .number(point.lower)),
                ("upper", .number(point.upper)), ("is_out", .flag(point.isOut)),
            ])
        }
        return .object([
            ("from", .time(picture.range.start)), ("to", .time(picture.range.end)),
            ("sentence", .text(picture.sentence)),
            ("machines", .list(picture.machines.map(machine))),
            ("chart", .text(picture.shareKind.rawValue)),
            ("refused", .text(orNull: picture.shareRefusal?.sentence)),
            ("scrap_by_shift", .list(shares)),
            ("findings", .list(picture.shareFindings.map { .text($0.sentence) })),
            (
                "watched",
                .list(
                    picture.watched.map { chart in
                        .object([
                            ("signal", .whole(Int64(chart.signal.id.number))),
                            ("name", .text(chart.signal.name)),
                            ("sentence", .text(QualityWords.sentence(chart, factory))),
                        ])
                    })
            ),
        ])
    }

    private static func machine(_ row: MachineQuality) -> JSONValue {
        .object([
            ("machine", .text(row.machine.id.text)), ("made", .whole(row.parts.made)),
            ("good", .whole(row.parts.good)), ("scrap", .whole(row.parts.scrap)),
            ("rework", .whole(row.parts.rework)),
            (
                "causes",
                .list(
                    row.causes.map { cause in
                        .object([("cause", .text(cause.cause)), ("parts", .whole(cause.parts))])
                    })
            ),
        ])
    }

    /// The members of a measurement, whose value may be a number or a text.
    private static func measurement(_ ask: Ask) async throws -> [String: Any] {
        let type = ask.request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/json") else {
            throw Problem(.wrongKind, "JSON is sent as application/json.")
        }
        let bytes = try await ask.body(limit: ask.site.limits.formBytes)
        guard !bytes.isEmpty else {
            throw Problem(
                .badRequest, "The body is empty.",
                errors: [.init(field: "body", says: "{\"signal\": 20, \"value\": 25.012}")])
        }
        do {
            let found = try JSONSerialization.jsonObject(with: Data(bytes))
            if let members = found as? [String: Any] { return members }
        } catch {
            // Said below, in the words of the interface.
        }
        throw Problem(
            .badRequest, "The body is no JSON object.",
            errors: [.init(field: "body", says: "{\"signal\": 20, \"value\": 25.012}")])
    }

    /// `POST /api/v1/measurements`.
    static func measure(_ ask: Ask) async throws -> Response {
        let body = try await measurement(ask)
        guard
            let number = (body["signal"] as? NSNumber)?.uint32Value
                ?? (body["signal"] as? String).flatMap({ UInt32($0) })
        else {
            throw Problem(
                .badRequest, "signal is no number of a signal.",
                errors: [
                    .init(field: "signal", says: "such as 20; see /api/v1/signals")
                ])
        }
        let given = body["value"]
        guard
            let value = (given as? NSNumber)?.doubleValue
                ?? (given as? String).flatMap({ Double($0) }), value.isFinite
        else {
            throw Problem(
                .badRequest, "value is no number.",
                errors: [.init(field: "value", says: "a number such as 25.012")])
        }
        guard ask.world.factory.signals[SignalID(number)] != nil else {
            throw Problem(
                .badRequest, "There is no signal number \(number).",
                errors: [.init(field: "signal", says: "one of /api/v1/signals")])
        }
        let text = JSONText.plain(value)
        var at = ask.world.time
        if let given = body["at"] as? String {
            guard let time = Timestamp(interfaceText: given) else {
                throw Problem(
                    .badRequest, "at is not a time.",
                    errors: [.init(field: "at", says: "a time such as 2026-11-13T11:25:08Z")])
            }
            at = time
        }
        try await ask.world.measure(SignalID(number), value: value, at: at)
        return Answer.json(
            .object([
                ("signal", .whole(Int64(number))), ("value", .text(text)), ("at", .time(at)),
            ]), status: .created)
    }

    /// `GET /api/v1/quality/{signal}`.
    static func chart(_ ask: Ask) async throws -> Response {
        let (picture, _) = try await QualityRequest.picture(ask)
        return try TableForm.answer(
            ask, name: "chart", sheets: { QualityTable.sheets(picture, ask) },
            rows: { QualityTable.rows(picture) },
            document: { document(picture, ask.world.factory) })
    }

    private static func document(
        _ picture: QualityPicture, _ factory: Factory
    ) -> JSONValue {
        let signals = picture.chart?.signals(RunRule.standard(picture.kind)) ?? []
        let first = picture.chart?.points.first
        return .object([
            ("signal", .whole(Int64(picture.signal.id.number))),
            ("unit", .text(picture.signal.unit)), ("kind", .text(picture.kind.rawValue)),
            ("from", .time(picture.range.start)), ("to", .time(picture.range.end)),
            ("says", .text(QualityWords.sentence(picture, factory))),
            ("refused", .text(orNull: picture.refusal?.sentence)),
            ("baseline_count", .whole(Int64(picture.baselineCount))),
            ("value_count", .whole(Int64(picture.valueCount))),
            ("centre", first.map { .number($0.centre) } ?? .null),
            ("lower_limit", first.map { .number($0.lower) } ?? .null),
            ("upper_limit", first.map { .number($0.upper) } ?? .null),
            ("sigma", first.map { .number($0.sigma) } ?? .null),
            ("times_ms", .list(picture.times.map { .whole($0.millisecondsSince1970) })),
            ("values", .list((picture.chart?.points ?? []).map { .number($0.value) })),
            (
                "signals",
                .list(
                    signals.map { signal in
                        .object([
                            ("index", .whole(Int64(signal.index))),
                            ("rule", .text(signal.rule.rawValue)),
                            ("is_above", signal.isAbove.map { .flag($0) } ?? .null),
                        ])
                    })
            ),
            ("findings", .list(picture.findings.map { .text($0.sentence) })),
            ("capability", picture.capability.map(document) ?? .null),
        ])
    }

    private static func document(_ found: Capability) -> JSONValue {
        func index(_ index: CapabilityIndex?) -> JSONValue {
            guard let index else { return .null }
            return .object([
                ("value", .number(index.value)), ("low", .number(index.low)),
                ("high", .number(index.high)),
            ])
        }
        return .object([
            ("count", .whole(Int64(found.count))), ("mean", .number(found.mean)),
            ("cp", index(found.cp)), ("cpk", index(found.cpk)), ("pp", index(found.pp)),
            ("ppk", index(found.ppk)), ("trust", .text(found.trust.rawValue)),
            ("parts_per_million", .number(found.partsPerMillion)),
        ])
    }
}
