// The page Quality: are we making good parts, what is watched, and entering a measurement.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Quality shows.
struct GoodnessModel: Sendable {
    /// A machine.
    struct Row: Sendable {
        let name: String
        let address: String
        let bar: SVGMarkup
        let made: String
        let good: String
        let scrap: String
        let share: String
        let causes: String
    }

    /// Something that is watched.
    struct Watched: Sendable {
        let name: String
        let words: String
        let address: String
        let needsLook: Bool
        let measureAction: String?
        let unit: String
    }

    /// A machine that a measurement can belong to.
    struct MachineChoice: Sendable {
        let id: String
        let name: String
    }

    let frame: PageFrame
    let choices: [TimeModel.Choice]
    let charts: [TimeModel.Choice]
    let chartTitle: String
    let period: String
    let rows: [Row]
    let hasRows: Bool
    let drawing: SVGMarkup?
    let marks: [String]
    let first: String
    let last: String
    let shareWords: String
    let unplanned: String?
    let watched: [Watched]
    let hasWatched: Bool
    let canSetUp: Bool
    let machines: [MachineChoice]
    let files: TableLinks
}

/// `GET /quality` and its forms.
enum GoodnessPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let period = try AskedPeriod(ask, usual: .week)
        let picture = try await ask.world.qualityOverview(
            range: period.range, chart: try QualityRequest.countChart(ask))
        return try ask.page(model(picture, period, ask), template: "goodness")
    }

    private static func model(
        _ picture: QualityOverview, _ period: AskedPeriod, _ ask: Ask
    ) -> GoodnessModel {
        let now = ask.world.time
        let clock = ask.clock
        let most = picture.machines.map { Double($0.parts.scrap) }.max() ?? 0
        let marked = Set(
            picture.shares?.signals(RunRule.standard(picture.shareKind)).map(\.index) ?? [])
        let drawing = picture.shares.flatMap {
            ControlDrawing($0, limits: nil, marked: marked)
        }
        return GoodnessModel(
            frame: ask.frame(
                title: "Quality", ask: "Are we making good parts?", sentence: picture.sentence,
                cells: [
                    ask.siteCell,
                    .init(label: "Time", value: clock.range(picture.range, today: now)),
                ]),
            choices: period.links(
                "/quality",
                filter: picture.shareKind == .share ? "" : "&chart=" + picture.shareKind.rawValue),
            charts: QualityRequest.countKinds.map { kind in
                .init(
                    name: choice(kind),
                    address: period.address("/quality")
                        + "&chart=\(kind.rawValue)#chart", isHere: kind == picture.shareKind)
            },
            chartTitle: title(picture.shareKind),
            period: clock.range(picture.range, today: now),
            rows: picture.machines.map { row($0, most: most) }, hasRows: !picture.machines.isEmpty,
            drawing: drawing?.drawing(
                label: "\(title(picture.shareKind)) by shift. \(shareWords(picture))"),
            marks: drawing?.scale.marks.compactMap { Double($0) }
                .map { value($0, picture.shareKind) } ?? [],
            first: picture.shifts.first ?? "", last: picture.shifts.last ?? "",
            shareWords: shareWords(picture),
            unplanned: unplannedWords(picture),
            watched: picture.watched.map { watched($0, ask) }, hasWatched: !picture.watched.isEmpty,
            canSetUp: ask.world.kind == .real && !ask.world.factory.activeMachines.isEmpty,
            machines: ask.world.factory.activeMachines.map {
                .init(id: $0.id.text, name: $0.name)
            },
            files: TableLinks(
                "/api/v1/quality", range: picture.range,
                filter: "&chart=" + picture.shareKind.rawValue))
    }

    private static func unplannedWords(_ picture: QualityOverview) -> String? {
        let parts = picture.machines.reduce(0) { $0 + $1.unplanned }
        guard parts > 0 else { return nil }
        return "\(Plain.number(parts)) of these parts were made outside planned time: they count"
            + " here and for energy, and are in no figure of time."
    }

    private static func shareWords(_ picture: QualityOverview) -> String {
        guard let chart = picture.shares else {
            if let refusal = picture.shareRefusal, refusal == .unequalSizes {
                return refusal.sentence
            }
            return "At least eight shifts with parts are needed before the scrap of a shift can be"
                + " judged."
        }
        let finding = picture.shareFindings.first.map { $0.sentence + " " } ?? ""
        let few =
            picture.shareKind == .share || picture.shareKind == .defectsPerUnit
            ? "; a shift with few parts has wider limits." : "."
        return finding + "Usual is \(value(chart.centre, picture.shareKind)), by the first 20"
            + " shifts shown" + few
    }

    /// What a chart of counts shows, for a person who does not know its letter.
    private static func title(_ kind: ChartKind) -> String {
        switch kind {
        case .number: "Scrap parts"
        case .defects: "Scrap and rework"
        case .defectsPerUnit: "Scrap and rework, per 100 parts"
        default: "Scrap share"
        }
    }

    /// The same as one of four choices.
    private static func choice(_ kind: ChartKind) -> String {
        switch kind {
        case .number: "Parts"
        case .defects: "With rework"
        case .defectsPerUnit: "Per 100 parts"
        default: "Share"
        }
    }

    /// A value of such a chart.
    private static func value(_ value: Double, _ kind: ChartKind) -> String {
        switch kind {
        case .share: Plain.decimal(value * 100, places: 1) + "%"
        case .defectsPerUnit: Plain.decimal(value * 100, places: 1)
        default: Plain.decimal(value, places: 1)
        }
    }

    private static func row(_ machine: MachineQuality, most: Double) -> GoodnessModel.Row {
        let parts = machine.parts
        return GoodnessModel.Row(
            name: machine.machine.name, address: "/m/" + machine.machine.id.text,
            bar: LossBars.bar(seconds: Double(parts.scrap), previous: 0, largest: most),
            made: Plain.number(parts.made), good: Plain.number(parts.good),
            scrap: Plain.number(parts.scrap),
            share: parts.made > 0
                ? Plain.decimal(Double(parts.scrap) / Double(parts.made) * 100, places: 1) + "%"
                : "no parts",
            causes: machine.causes.prefix(3).map { "\($0.cause) \($0.parts)" }
                .joined(separator: ", "))
    }

    private static func watched(_ picture: QualityPicture, _ ask: Ask) -> GoodnessModel.Watched {
        let number = picture.signal.id.number
        let isByHand = picture.signal.source.connection == BuiltInConnection.hand
        return GoodnessModel.Watched(
            name: picture.signal.name, words: QualityWords.sentence(picture, ask.world.factory),
            address: "/quality/\(number)",
            needsLook: picture.findings.contains { $0.weight > .note },
            measureAction: isByHand ? "/quality/\(number)/measure" : nil,
            unit: Measure.unit(picture.signal.unit))
    }

    /// `POST /quality/new`: a measurement that people take.
    static func make(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        guard let machine = form.filled("machine").flatMap({ Slug($0) }),
            ask.world.factory.machines[machine] != nil
        else {
            throw RefusedSaying(
                field: "machine", says: "No machine was chosen.", remedy: "Choose one.")
        }
        let name = form.filled("name") ?? ""
        try PlaceForms.short(name, "name", 80)
        guard !name.isEmpty else {
            throw RefusedSaying(
                field: "name", says: "What is measured has no name.",
                remedy: "Write what is measured, such as Bore diameter.")
        }
        let slug = Slug(name: name, fallback: Slug("measurement"))
        guard ask.world.factory.signal(machine, slug) == nil else {
            throw RefusedSaying(
                field: "name", says: "This machine has a signal of that name already.",
                remedy: "Choose another name, or open the chart of the one there is.")
        }
        let id = ask.world.factory.nextSignalID
        for event in [
            FactoryEvent.signalAdded(
                Signal(
                    id: id, name: name, kind: .number, unit: form.filled("unit") ?? "",
                    source: SignalSource(
                        connection: BuiltInConnection.hand, address: machine.text + "/" + slug.text)
                )),
            .signalAssigned(id: id, machine: machine, slug: slug, from: ask.world.time),
            .characteristicSet(Characteristic(signal: id, lower: nil, upper: nil)),
        ] {
            _ = try await ask.world.say(event, id: nil, actor: ask.actor)
        }
        return Answer.go(to: "/quality/\(id.number)")
    }

    /// `POST /quality/{signal}/measure`: one value by hand.
    static func measure(_ ask: Ask) async throws -> Response {
        let signal = try SignalDocuments.signal(ask)
        let form = try await ask.form()
        let text = (form.filled("value") ?? "").replacing(",", with: ".")
        guard let value = Double(text), value.isFinite else {
            throw RefusedSaying(
                field: "value", says: "That is no number.",
                remedy: "Type the value such as 25.012.")
        }
        try await ask.world.measure(signal.id, value: value, at: ask.world.time)
        return Answer.go(to: form.filled("back") ?? "/quality/\(signal.id.number)")
    }

    /// `POST /quality/{signal}/keep`: limits of the drawing, size of subgroups, frozen baseline.
    static func keep(_ ask: Ask) async throws -> Response {
        let signal = try SignalDocuments.signal(ask)
        let form = try await ask.form()
        func number(_ name: String) throws -> Double? {
            guard let text = form.filled(name) else { return nil }
            guard let value = Double(text.replacing(",", with: ".")), value.isFinite else {
                throw RefusedSaying(
                    field: name, says: "That is no number.",
                    remedy: "Type the limit such as 25.02, or leave it empty.")
            }
            return value
        }
        let known = ask.world.factory.characteristics[signal.id]
        let frozen =
            form.filled("freeze").flatMap(Timestamp.init(interfaceText:)) ?? known?.baselineFrom
        let size = form.filled("subgroup").flatMap { Int($0) } ?? known?.subgroup ?? 1
        guard (1...25).contains(size) else {
            throw RefusedSaying(
                field: "subgroup", says: "Parts measured at a time are 1 to 25.",
                remedy: "Give 1 for single values.")
        }
        _ = try await ask.world.say(
            .characteristicSet(
                Characteristic(
                    signal: signal.id, lower: try number("lower"), upper: try number("upper"),
                    subgroup: size, baselineFrom: frozen)),
            id: nil, actor: ask.actor)
        return Answer.go(to: "/quality/\(signal.id.number)")
    }
}
