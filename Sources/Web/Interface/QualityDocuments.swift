// A control chart as a document.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about quality.
enum QualityDocuments {
    /// `GET /api/v1/quality/{signal}`.
    static func chart(_ ask: Ask) async throws -> Response {
        let (picture, _) = try await QualityRequest.picture(ask)
        return Answer.json(document(picture, ask.world.factory))
    }

    private static func document(
        _ picture: QualityPicture, _ factory: Factory
    ) -> JSONValue {
        let signals = picture.chart?.signals(RunRule.standard(.individuals)) ?? []
        let first = picture.chart?.points.first
        return .object([
            ("signal", .whole(Int64(picture.signal.id.number))),
            ("unit", .text(picture.signal.unit)), ("kind", .text(ChartKind.individuals.rawValue)),
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
