// What a request for a control chart asks: signal, range, drawing limits; for page and document.

import Hummingbird
import Loop
import Plant
import Understand

/// Reads requests for control charts.
enum QualityRequest {
    /// How far it looks back without being asked.
    static let reach = Elapsed.hours(24 * 7)

    /// The drawing limits of a request as they were typed.
    struct Asked: Sendable {
        let lower: String
        let upper: String
        let kind: ChartKind?
        let subgroup: Int?
    }

    /// Charts of measurements.
    static let kinds: [ChartKind] = [
        .individuals, .movingRange, .meanByRange, .range, .meanByDeviation, .deviation,
        .weightedMean, .cumulativeSum,
    ]

    /// Charts of counts by shift.
    static let countKinds: [ChartKind] = [.share, .number, .defects, .defectsPerUnit]

    /// The chart of counts that a request asks for: p unless another is named.
    static func countChart(_ ask: Ask) throws -> ChartKind {
        guard let text = ask.query.filled("chart") else { return .share }
        guard let kind = ChartKind(rawValue: text), countKinds.contains(kind) else {
            throw Problem(
                .badRequest, "\(text) is no chart of counts.",
                errors: [
                    .init(
                        field: "chart",
                        says: countKinds.map(\.rawValue).joined(separator: ", "))
                ])
        }
        return kind
    }

    /// The chart that a request asks for.
    static func picture(_ ask: Ask) async throws -> (QualityPicture, Asked) {
        let now = ask.world.time
        let range = try ask.range(fallback: TimeRange(start: now - reach, end: now))
        var kind: ChartKind?
        if let text = ask.query.filled("chart") {
            guard let found = ChartKind(rawValue: text), kinds.contains(found) else {
                throw Problem(
                    .badRequest, "\(text) is no chart of measurements.",
                    errors: [
                        .init(
                            field: "chart",
                            says: kinds.map(\.rawValue).joined(separator: ", "))
                    ])
            }
            kind = found
        }
        let asked = Asked(
            lower: ask.query.filled("lower") ?? "", upper: ask.query.filled("upper") ?? "",
            kind: kind,
            subgroup: ask.query.filled("subgroup") == nil
                ? nil : try ask.whole(query: "subgroup", fallback: 1, within: 1...25))
        func limit(_ text: String, _ field: String) throws -> Double? {
            if text.isEmpty { return nil }
            guard let value = Double(text), value.isFinite else {
                throw Problem(
                    .badRequest, "\(field) is no number.",
                    errors: [.init(field: field, says: "a number such as 74.05")])
            }
            return value
        }
        let lower = try limit(asked.lower, "lower")
        let upper = try limit(asked.upper, "upper")
        let limits = DrawingLimits(lower: lower, upper: upper)
        if limits == nil, lower != nil || upper != nil {
            throw Problem(
                .badRequest, "The lower limit is not below the upper one.",
                errors: [.init(field: "lower", says: "a number below upper")])
        }
        let signal = try SignalDocuments.signal(ask)
        guard signal.kind == .number || signal.kind == .integer else {
            throw Problem(
                .badRequest, "\(signal.name) is not a measured number.",
                errors: [.init(field: "signal", says: "a signal that is a number")])
        }
        guard
            let picture = try await ask.world.quality(
                signal.id, range: range, limits: limits, kind: asked.kind,
                subgroup: asked.subgroup)
        else { throw Problem(.notFound, "There is no such signal.") }
        return (picture, asked)
    }
}
