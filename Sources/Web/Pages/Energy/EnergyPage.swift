// The page Energy: what the power costs, where it went, what it rests on.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Energy shows.
struct EnergyModel: Sendable {
    /// A machine.
    struct Row: Sendable {
        let name: String
        let address: String
        let bar: SVGMarkup
        let used: String
        let cost: String
        let idle: String
        let idleCost: String
        let perPart: String
        let seen: String
    }

    /// A base load.
    struct BaseLoad: Sendable {
        let name: String
        let base: String
        let perPart: String
        let fit: String
    }

    /// A price or factor with its source.
    struct Source: Sendable {
        let name: String
        let value: String
        let note: String
    }

    /// Energy of one state.
    struct State: Sendable {
        let word: String
        let used: String
        let cost: String
        let share: String
    }

    let frame: PageFrame
    let choices: [TimeModel.Choice]
    let period: String
    let figures: [FigureLink]
    let hasFigures: Bool
    let rows: [Row]
    let hasRows: Bool
    let states: [State]
    let bases: [BaseLoad]
    let hasBases: Bool
    let sources: [Source]
    let findings: [String]
    let hasFindings: Bool
    let unmetered: String?
    let files: TableLinks
}

/// `GET /energy`.
enum EnergyPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let period = try AskedPeriod(ask, usual: .week)
        let picture = try await ask.world.energy(range: period.range)
        return try ask.page(model(picture, period, ask), template: "energy")
    }

    private static func model(
        _ picture: EnergyPicture, _ period: AskedPeriod, _ ask: Ask
    ) -> EnergyModel {
        let clock = ask.clock
        let currency = ask.world.factory.currency
        let now = ask.world.time
        let most = picture.machines.map(\.use.total).max() ?? 0
        return EnergyModel(
            frame: ask.frame(
                title: "Energy", ask: "What is the power costing?", sentence: picture.sentence,
                cells: [
                    ask.siteCell,
                    .init(label: "Time", value: clock.range(picture.range, today: now)),
                    .init(label: "Machines with a meter", value: "\(picture.machines.count)"),
                ]),
            choices: period.links("/energy"),
            period: clock.range(picture.range, today: now),
            figures: picture.figures.map { FigureLink($0, currency: currency) },
            hasFigures: !picture.machines.isEmpty,
            rows: picture.machines.map { row($0, most: most) },
            hasRows: !picture.machines.isEmpty, states: states(picture),
            bases: picture.machines.compactMap(base),
            hasBases: picture.machines.contains {
                $0.baseline != nil
            }, sources: sources(picture, ask), findings: picture.findings,
            hasFindings: !picture.findings.isEmpty,
            unmetered: picture.unmetered.isEmpty
                ? nil
                : "Without a meter, and in no figure: "
                    + picture.unmetered.map(\.name).joined(separator: ", ") + ".",
            files: TableLinks("/api/v1/energy", range: picture.range))
    }

    /// kWh with as many places as it needs.
    static func kilowattHours(_ value: Double) -> String {
        Plain.decimal(value, places: value.magnitude < 10 ? 1 : 0)
    }

    private static func cost(_ amount: EnergyAmount) -> String {
        amount.cost.map(Plain.money) ?? "no price"
    }

    private static func row(_ machine: MachineEnergy, most: Double) -> EnergyModel.Row {
        let use = machine.use
        let perPart = machine.good.flatMap { use.perPart($0) }
        return EnergyModel.Row(
            name: machine.machine.name, address: "/m/" + machine.machine.id.text,
            bar: EnergyBar.bar(
                used: use.total, idle: use.idle.kilowattHours, most: most),
            used: kilowattHours(use.total), cost: cost(use.placed),
            idle: kilowattHours(use.idle.kilowattHours), idleCost: cost(use.idle),
            perPart: perPart.map { Plain.decimal($0, places: $0 < 10 ? 2 : 1) }
                ?? (machine.good == nil ? "not counted" : "no good parts"),
            seen: Plain.percentSeen(use.coverage))
    }

    private static func states(_ picture: EnergyPicture) -> [EnergyModel.State] {
        let total = picture.machines.reduce(0) { $0 + $1.use.total }
        return MachineState.tableOrder.compactMap { state in
            let amounts = picture.machines.compactMap { $0.use.byState[state] }
            let sum = amounts.reduce(EnergyAmount()) { $0 + $1 }
            guard sum.kilowattHours > 0 else { return nil }
            return EnergyModel.State(
                word: state.word, used: kilowattHours(sum.kilowattHours), cost: cost(sum),
                share: total > 0 ? Plain.percent(sum.kilowattHours / total) : "")
        }
    }

    private static func base(_ machine: MachineEnergy) -> EnergyModel.BaseLoad? {
        guard let line = machine.baseline else { return nil }
        let fit: String
        switch line.fit {
        case .good: fit = "explains \(Plain.percent(line.determination)) of it"
        case .weak:
            fit =
                "weak: parts explain only \(Plain.percent(max(0, line.determination))), 75% is needed"
        case .tooShort: fit = "too few shifts"
        }
        return EnergyModel.BaseLoad(
            name: machine.machine.name, base: kilowattHours(line.base) + Measure.space + "kWh",
            perPart: Plain.decimal(line.perPart, places: 3) + Measure.space + "kWh",
            fit: "\(fit), \(line.count) shifts")
    }

    private static func sources(_ picture: EnergyPicture, _ ask: Ask) -> [EnergyModel.Source] {
        var sources: [EnergyModel.Source] = []
        if let tariff = picture.tariff {
            sources.append(
                .init(name: "A kWh", value: Plain.rate(tariff.rate), note: "by " + tariff.source))
            for band in tariff.bands {
                sources.append(
                    .init(
                        name: "A kWh, \(band.name)", value: Plain.rate(band.rate),
                        note: "\(clockTime(band.hours.from)) to \(clockTime(band.hours.to))"))
            }
            if let standing = tariff.standing {
                sources.append(
                    .init(
                        name: "A day", value: Plain.rate(standing),
                        note: "standing charge, in no figure here"))
            }
        } else {
            sources.append(
                .init(
                    name: "A kWh", value: "not given",
                    note: "Enter your tariff: millwright factory edit"))
        }
        if let carbon = picture.carbon, let kilograms = picture.kilograms {
            sources.append(
                .init(
                    name: "CO2e",
                    value: Plain.number(Int64(kilograms.rounded())) + Measure.space + "kg",
                    note: "\(Plain.decimal(carbon.kilogramsPerKilowattHour, places: 3)) kg a kWh,"
                        + " \(carbon.source); location-based, Scope 2" + newer(carbon, picture, ask)
                ))
        }
        return sources
    }

    /// Says so where the factor is of an earlier year than the time shown.
    private static func newer(
        _ carbon: CarbonFactor, _ picture: EnergyPicture, _ ask: Ask
    ) -> String {
        let year = ask.world.calendar.zone.local(picture.range.start).date.year
        return year > carbon.year ? "; the set of \(year) is not known here yet" : ""
    }

    /// `7:00` from seconds of the day.
    private static func clockTime(_ seconds: Int) -> String {
        let inDay = seconds % 86_400
        let minutes = inDay / 60 % 60
        return "\(inDay / 3600):" + (minutes < 10 ? "0" : "") + "\(minutes)"
    }
}

/// A machine's energy as a bar, the part with nothing running dark.
enum EnergyBar {
    static func bar(used: Double, idle: Double, most: Double) -> SVGMarkup {
        let scale = most > 0 ? 1000 / most : 0
        return SVGElement("svg", class: "lossbar").with("viewBox", "0 0 1000 14")
            .with("preserveAspectRatio", "none").with("aria-hidden", "true")
            .containing([
                SVGElement("path", class: "axis").with("d", "M0 13H1000v1H0z"),
                SVGElement("rect", class: "used").with("x", 0).with("y", 2)
                    .with("width", max(used > 0 ? 2 : 0, used * scale)).with("height", 10),
                SVGElement("rect", class: "loss").with("x", 0).with("y", 2)
                    .with("width", idle * scale).with("height", 10),
            ]).markup
    }
}
