// Energy by machine, state, job and price as a document, as CSV and as a workbook.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about energy.
enum EnergyDocuments {
    /// `GET /api/v1/energy`.
    static func energy(_ ask: Ask) async throws -> Response {
        let range = try ask.range(
            fallback: RangeChoice.week.range(
                at: ask.world.time, calendar: ask.world.calendar))
        let picture = try await ask.world.energy(range: range)
        return try TableForm.answer(
            ask, name: "energy", sheets: { sheets(picture, ask) },
            rows: { [header.map(CSVText.Cell.plain)] + picture.machines.flatMap(rows) },
            document: { document(picture, ask) })
    }

    private static func document(_ picture: EnergyPicture, _ ask: Ask) -> JSONValue {
        let currency = ask.world.factory.currency
        return .object([
            ("from", .time(picture.range.start)), ("to", .time(picture.range.end)),
            ("sentence", .text(picture.sentence)),
            (
                "figures",
                .list(picture.figures.map { FigureDocuments.document($0, currency: currency) })
            ),
            ("machines", .list(picture.machines.map(machine))),
            ("unmetered", .list(picture.unmetered.map { .text($0.id.text) })),
            ("tariff_source", .text(orNull: picture.tariff?.source)),
            (
                "carbon",
                picture.carbon.map { factor in
                    .object([
                        ("kg", picture.kilograms.map { .number($0) } ?? .null),
                        ("kg_per_kwh", .number(factor.kilogramsPerKilowattHour)),
                        ("year", .whole(Int64(factor.year))), ("source", .text(factor.source)),
                        ("scope", .text("2, location-based")),
                    ])
                } ?? .null
            ),
            ("gaps", .list(picture.findings.map { .text($0) })),
        ])
    }

    private static func machine(_ machine: MachineEnergy) -> JSONValue {
        let use = machine.use
        return .object([
            ("machine", .text(machine.machine.id.text)), ("kwh", .number(use.total)),
            ("cost", money(use.placed)), ("unplaced_kwh", .number(use.unplaced)),
            ("idle_kwh", .number(use.idle.kilowattHours)), ("idle_cost", money(use.idle)),
            ("coverage", .number(use.coverage)), ("definition", .text(EnergyUse.definition)),
            (
                "kwh_per_good_part",
                machine.good.flatMap { use.perPart($0) }.map { .number($0) } ?? .null
            ),
            (
                "states",
                .object(
                    MachineState.tableOrder.compactMap { state in
                        use.byState[state].map { (state.code, amount($0)) }
                    })
            ),
            (
                "jobs",
                .list(
                    use.byJob.keys.sorted().compactMap { job in
                        use.byJob[job].map {
                            .object([("job", .text(job)), ("energy", amount($0))])
                        }
                    })
            ),
            (
                "baseline",
                machine.baseline.map { line in
                    .object([
                        ("base_kwh", .number(line.base)), ("kwh_per_part", .number(line.perPart)),
                        ("r_squared", .number(line.determination)),
                        ("cv_rmse", .number(line.variation)),
                        ("shifts", .whole(Int64(line.count))), ("fit", .text(line.fit.rawValue)),
                    ])
                } ?? .null
            ),
            ("findings", .list(use.findings.map { .text($0.sentence) })),
        ])
    }

    private static func amount(_ amount: EnergyAmount) -> JSONValue {
        .object([
            ("kwh", .number(amount.kilowattHours)), ("seen_s", .number(amount.seen.seconds)),
            ("cost", money(amount)),
        ])
    }

    private static func money(_ amount: EnergyAmount) -> JSONValue {
        amount.cost.map { cost in
            .object([("amount", .text(cost.text)), ("currency", .text(cost.currency.code))])
        } ?? .null
    }

    private static let header = [
        "machine", "state", "kwh", "cost", "currency", "seen_s",
    ]

    private static func rows(_ machine: MachineEnergy) -> [[CSVText.Cell]] {
        MachineState.tableOrder.compactMap { state in
            machine.use.byState[state].map { amount in
                [
                    .text(machine.machine.id.text), .plain(state.code),
                    .number(amount.kilowattHours), amount.cost.map { .plain($0.text) } ?? .empty,
                    .plain(amount.cost?.currency.code ?? ""), .number(amount.seen.seconds),
                ]
            }
        }
    }

    private static func sheets(_ picture: EnergyPicture, _ ask: Ask) -> [Workbook.Sheet] {
        var rows: [[Workbook.Cell]] = [
            ["Machine", "State", "kWh", "Cost", "Hours"].map { .title($0) }
        ]
        for machine in picture.machines {
            for state in MachineState.tableOrder {
                guard let amount = machine.use.byState[state] else { continue }
                rows.append([
                    .text(machine.machine.name), .text(state.word),
                    .number(amount.kilowattHours),
                    amount.cost.map {
                        .number(Double($0.minor) / Double($0.currency.minorUnits))
                    } ?? .empty, .hours(amount.seen.seconds),
                ])
            }
        }
        var made: [[Workbook.Cell]] = [
            [.title("How this was made")], [.text("Site"), .text(ask.world.factory.name)],
            [.text("From"), .moment(picture.range.start)],
            [.text("To"), .moment(picture.range.end)],
            [.text("Definition"), .text(EnergyUse.definition)],
            [
                .text("Method"),
                .text(
                    "Registers by their differences, power by the trapezoid between two values at"
                        + " most two minutes apart, cut where the state, the job or the price"
                        + " changes."),
            ],
            [.text("Price"), .text(picture.tariff?.source ?? "nobody has said")],
            [.text("Carbon"), .text(picture.carbon?.source ?? "no factor known")],
            [], [.title("What is missing or doubtful")],
        ]
        made += picture.findings.map { [.text($0)] }
        return [
            Workbook.Sheet(name: "Energy", rows: rows, frozenRows: 1),
            Workbook.Sheet(name: "How this was made", rows: made),
        ]
    }
}
