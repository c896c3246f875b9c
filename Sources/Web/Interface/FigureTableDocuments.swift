// Split figures as a document, as CSV and as a workbook that says how it was made.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about split figures.
enum FigureTableDocuments {
    /// Ratios that a row has, in this order.
    static let ratios = TimeFigure.allCases

    /// `GET /api/v1/figures`.
    static func table(_ ask: Ask) async throws -> Response {
        let table = try await read(ask)
        return try TableForm.answer(
            ask, name: "figures", sheets: { FigureWorkbook.sheets(table, ask) },
            rows: { [header(table).map(CSVText.Cell.plain)] + table.rows.map(cells) },
            document: { document(table) })
    }

    /// What is asked for.
    private static func read(_ ask: Ask) async throws -> FigureTable {
        let machine = try ask.slug(query: "machine")
        if let machine, ask.world.factory.machines[machine] == nil {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        var splits: [FigureSplit] = []
        for word in (ask.query.filled("by") ?? "machine").split(separator: ",") {
            guard let split = FigureSplit(rawValue: String(word)) else {
                throw Problem(
                    .badRequest,
                    word == "line"
                        ? "Lines have figures of their own at /api/v1/lines."
                        : "\(word) is nothing to split by.",
                    errors: [
                        .init(
                            field: "by",
                            says: "each of these at most once: "
                                + FigureSplit.allCases.map(\.rawValue).joined(separator: ", "))
                    ])
            }
            guard !splits.contains(split) else {
                throw Problem(
                    .badRequest, "\(word) is named twice.",
                    errors: [.init(field: "by", says: "each at most once")])
            }
            splits.append(split)
        }
        guard !splits.isEmpty else {
            throw Problem(
                .badRequest, "by names nothing.",
                errors: [
                    .init(
                        field: "by",
                        says: FigureSplit.allCases.map(\.rawValue).joined(separator: ", "))
                ])
        }
        let range = try ask.range(
            fallback: RangeChoice.today.range(
                at: ask.world.time, calendar: ask.world.calendar))
        return try await ask.world.figureTable(range: range, by: splits, machine: machine)
    }

    private static func document(_ table: FigureTable) -> JSONValue {
        .object([
            ("from", .time(table.range.start)), ("to", .time(table.range.end)),
            ("by", .list(table.splits.map { .text($0.rawValue) })),
            ("gaps", .list(table.gaps.map { .text($0) })),
            ("rows", .list(table.rows.map { row($0, table.splits) })),
        ])
    }

    private static func row(_ row: FigureTableRow, _ splits: [FigureSplit]) -> JSONValue {
        let figures = row.figures
        var members: [(String, JSONValue)] = []
        for ((split, key), name) in zip(zip(splits, row.keys), row.names) {
            members.append((split.rawValue, .text(key)))
            members.append((split.rawValue + "_name", .text(name)))
        }
        members += [
            ("revised_shifts", .whole(Int64(row.revised))),
            (
                "time",
                .object(elements(figures.time).map { ($0.name, .number($0.value.seconds)) })
            ),
            ("coverage", .number(figures.time.coverage)),
            (
                "parts", .object(counts(figures).map { ($0.name, .whole($0.value)) })
            ),
            (
                "ratios",
                .object(
                    ratios.map { ($0.code, FigureDocuments.short(figures.indicator($0))) })
            ),
            (
                "losses",
                .list(
                    BigLoss.six(figures).map { loss in
                        .object([
                            ("name", .text(loss.name)), ("factor", .text(loss.factor)),
                            ("time_s", loss.time.map { .number($0.seconds) } ?? .null),
                        ])
                    })
            ),
            ("gaps", .list(figures.gaps.map { .text($0) })),
        ]
        return .object(members)
    }

    /// Time elements by name in the interface.
    static func elements(_ time: TimeElements) -> [(name: String, value: Elapsed)] {
        [
            ("calendar_s", time.calendar), ("planned_operation_s", time.plannedOperation),
            ("planned_busy_s", time.plannedBusy), ("unknown_s", time.unknown),
            ("down_s", time.downTime), ("blocked_s", time.blockedTime),
            ("starved_s", time.starvedTime), ("delay_s", time.delayTime),
            ("breakdown_s", time.breakdownTime), ("short_stops_s", time.shortStopTime),
            ("setup_s", time.setupTime), ("production_s", time.productionTime),
            ("slow_s", time.slowTime), ("order_s", time.orderTime),
            ("unplanned_production_s", time.unplannedProduction),
            ("indicative_s", time.indicative), ("doubtful_s", time.doubtful),
        ]
    }

    /// Parts by name in the interface.
    static func counts(_ figures: OEE) -> [(name: String, value: Int64)] {
        [
            ("made", figures.parts.made), ("good", figures.parts.good),
            ("scrap", figures.parts.scrap), ("rework", figures.parts.rework),
            ("unplanned", figures.production.unplanned.made),
            ("unallocated", figures.production.unallocated),
        ]
    }

    static func header(_ table: FigureTable) -> [String] {
        table.splits.flatMap { [$0.rawValue, $0.rawValue + "_name"] }
            + ["coverage"] + elements(TimeElements()).map(\.name)
            + counts(OEE(time: TimeElements(), production: Production())).map(\.name)
            + ratios.map(\.code) + ["revised_shifts"]
    }

    static func cells(_ row: FigureTableRow) -> [CSVText.Cell] {
        var cells: [CSVText.Cell] = []
        for (key, name) in zip(row.keys, row.names) { cells += [.text(key), .text(name)] }
        cells.append(.number(row.figures.time.coverage))
        cells += elements(row.figures.time).map { .number($0.value.seconds) }
        cells += counts(row.figures).map { .number(Double($0.value)) }
        cells += ratios.map { figure in
            row.figures.indicator(figure).value.amount.map { .number($0) } ?? .empty
        }
        return cells + [.number(Double(row.revised))]
    }

    /// `GET /api/v1/lines`.
    static func lines(_ ask: Ask) async throws -> Response {
        let range = try ask.range(
            fallback: RangeChoice.today.range(
                at: ask.world.time, calendar: ask.world.calendar))
        let lines = try await ask.world.lines(range: range)
        return Answer.json(
            .object([
                ("from", .time(range.start)), ("to", .time(range.end)),
                ("lines", .list(lines.map(line))),
            ]))
    }

    private static func line(_ picture: LinePicture) -> JSONValue {
        .object([
            ("id", .text(picture.line.id.text)), ("name", .text(picture.line.name)),
            ("machines", .list(picture.line.machines.map { .text($0.text) })),
            ("bottleneck", .text(orNull: picture.figures?.bottleneck.text)),
            ("bottleneck_is_named", picture.figures.map { .flag($0.isNamed) } ?? .null),
            ("output", picture.figures.map { .whole($0.output) } ?? .null),
            ("oee", picture.figures.map { FigureDocuments.short($0.oee) } ?? .null),
        ])
    }
}

extension TimeFigure {
    /// Its name in the interface, such as `oee` or `scrap_ratio`.
    var code: String {
        var code = ""
        for character in rawValue {
            if character.isUppercase { code += "_" }
            code += character.lowercased()
        }
        return code
    }
}
