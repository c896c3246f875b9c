// "Is it holding?": a signal as a control chart, with what it says in plain sentences.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of a control chart shows.
struct QualityModel: Sendable {
    /// A row of the table.
    struct Row: Sendable {
        let time: String
        let value: String
        let remark: String
    }

    /// A figure with its name.
    struct Fact: Sendable {
        let name: String
        let value: String
        let note: String
    }

    let frame: PageFrame
    let name: String
    let unit: String
    let findings: [String]
    let hasFindings: Bool
    let drawing: SVGMarkup?
    let marks: [String]
    let first: String
    let last: String
    let basis: String
    let refusal: String?
    let facts: [Fact]
    let hasFacts: Bool
    let rows: [Row]
    let address: String
    let lower: String
    let upper: String
    let from: String
    let to: String
    let files: TableLinks
    let kinds: [TimeModel.Choice]
    let keepAction: String
    let measureAction: String?
    let subgroup: String
    let freezeAt: String
    let frozen: String
    let canSetUp: Bool
}

/// `GET /quality/{signal}`.
enum QualityPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let (picture, asked) = try await QualityRequest.picture(ask)
        return try ask.page(model(picture, asked, ask), template: "quality")
    }

    private static func model(
        _ picture: QualityPicture, _ asked: QualityRequest.Asked, _ ask: Ask
    ) -> QualityModel {
        let now = ask.world.time
        let clock = ask.clock
        let signals = picture.chart.map { $0.signals(RunRule.standard(.individuals)) } ?? []
        let marked = Set(signals.map(\.index))
        // Limits of the drawing belong beside values, not beside ranges and sums.
        let isLocation = picture.kind.isLocation || picture.kind == .weightedMean
        let drawing = picture.chart.flatMap {
            ControlDrawing($0, limits: isLocation ? picture.limits : nil, marked: marked)
        }
        let sentence = QualityWords.sentence(picture, ask.world.factory)
        let unit = Measure.unit(picture.signal.unit)
        let places = drawing.map { Measure.places(step: $0.scale.step) + 2 } ?? 3
        func value(_ number: Double) -> String { Plain.decimal(number, places: places) }
        var rows: [QualityModel.Row] = []
        for (index, point) in (picture.chart?.points ?? []).enumerated().reversed() {
            rows.append(
                .init(
                    time: clock.moment(picture.times[index], today: now),
                    value: value(point.value),
                    remark: point.isOut
                        ? "beyond the limits" : marked.contains(index) ? "part of a pattern" : ""))
        }
        return QualityModel(
            frame: ask.frame(
                title: "Is it holding?", ask: "Is it holding?", sentence: sentence,
                cells: [
                    ask.siteCell,
                    .init(
                        label: "Period", value: clock.range(picture.range, today: now)),
                ]),
            name: picture.signal.name, unit: unit,
            findings: picture.findings.dropFirst().map(\.sentence),
            hasFindings: picture.findings.count > 1,
            drawing: drawing?.drawing(label: "\(picture.signal.name): \(sentence)"),
            marks: drawing?.scale.marks ?? [],
            first: picture.times.first.map { clock.moment($0, today: now) } ?? "",
            last: picture.times.last.map { clock.moment($0, today: now) } ?? "",
            basis: basis(picture), refusal: picture.refusal?.sentence,
            facts: facts(picture, value), hasFacts: picture.chart != nil, rows: rows,
            address: ask.request.uri.path, lower: shown(asked.lower, picture.limits?.lower),
            upper: shown(asked.upper, picture.limits?.upper),
            from: ask.query.filled("from") ?? "", to: ask.query.filled("to") ?? "",
            files: TableLinks(
                "/api/v1" + ask.request.uri.path, query: ask.request.uri.query ?? ""),
            kinds: kinds(picture, ask), keepAction: ask.request.uri.path + "/keep",
            measureAction: picture.signal.source.connection == BuiltInConnection.hand
                ? ask.request.uri.path + "/measure" : nil,
            subgroup: String(
                ask.world.factory.characteristics[picture.signal.id]?.subgroup
                    ?? picture.subgroup),
            freezeAt: picture.times.first.map { String($0.millisecondsSince1970) } ?? "",
            frozen: picture.baselineFrom.map {
                "The limits are kept from \(clock.moment($0, today: now)) on."
            } ?? "", canSetUp: ask.world.kind == .real)
    }

    /// What was typed, else the limit that is kept.
    private static func shown(_ typed: String, _ kept: Double?) -> String {
        typed.isEmpty ? kept.map { Measure.value($0) } ?? "" : typed
    }

    /// Charts of these values with their addresses.
    private static func kinds(_ picture: QualityPicture, _ ask: Ask) -> [TimeModel.Choice] {
        let size = max(2, picture.subgroup > 1 ? picture.subgroup : 5)
        let names: [(ChartKind, String)] = [
            (.individuals, "Single values"), (.meanByRange, "Means of \(size)"),
            (.range, "Spread in \(size)"), (.weightedMean, "Slow drift"),
            (.cumulativeSum, "Summed up"),
        ]
        return names.map { kind, name in
            let more = kind.isOfSubgroups ? "&subgroup=\(size)" : ""
            return .init(
                name: name, address: ask.request.uri.path + "?chart=\(kind.rawValue)\(more)",
                isHere: kind == picture.kind)
        }
    }

    private static func basis(_ picture: QualityPicture) -> String {
        let points = picture.chart?.points.count ?? 0
        let all =
            picture.valueCount > points
            ? " \(points) of \(picture.valueCount) values, evenly spaced, are shown and judged;"
                + " the others enter nothing here." : ""
        let units = picture.subgroup > 1 ? "groups of \(picture.subgroup)" : "values"
        let origin =
            picture.baselineFrom == nil
            ? "the oldest \(picture.baselineCount) \(units) shown"
            : "\(picture.baselineCount) \(units) that were kept as the usual"
        switch picture.kind {
        case .weightedMean:
            return "Each point is a mean in which the newest value counts a fifth; the limits come"
                + " from \(origin)." + all
        case .cumulativeSum:
            return "Each point sums up how far the values lie beyond half a standard deviation from"
                + " the usual; the limits are five standard deviations, from \(origin)." + all
        default:
            return "The limits come from \(origin); they lie three standard deviations from the"
                + " middle, worked out from neighbouring values." + all
        }
    }

    private static func facts(
        _ picture: QualityPicture, _ value: (Double) -> String
    ) -> [QualityModel.Fact] {
        guard let point = picture.chart?.points.first else { return [] }
        var facts: [QualityModel.Fact] = [
            .init(name: "Middle", value: value(point.centre), note: ""),
            .init(name: "Lower limit", value: value(point.lower), note: "of the process"),
            .init(name: "Upper limit", value: value(point.upper), note: "of the process"),
        ]
        if let capability = picture.capability {
            func index(_ name: String, _ found: CapabilityIndex, _ note: String) {
                facts.append(
                    .init(
                        name: name, value: Plain.decimal(found.value, places: 2),
                        note: note + ", surely between \(Plain.decimal(found.low, places: 2)) and "
                            + Plain.decimal(found.high, places: 2)))
            }
            index("Cpk", capability.cpk, "room to the nearer drawing limit; 1.33 and more is good")
            if let cp = capability.cp { index("Cp", cp, "room if it were in the middle") }
            index("Ppk", capability.ppk, "as Cpk, over all values")
            if !picture.isSteady {
                facts.append(
                    .init(
                        name: "Trust", value: "not yet",
                        note: "the process is not steady: Cp and Cpk say what it could do, Ppk what"
                            + " it did"))
            } else if capability.trust == .weak {
                facts.append(
                    .init(
                        name: "Trust", value: "weak",
                        note: "fewer than 50 values: wait before you promise anything"))
            }
        } else if picture.limits != nil {
            facts.append(
                .init(
                    name: "Cpk", value: "not yet", note: "needs 25 values that are not all alike"))
        }
        return facts
    }
}
