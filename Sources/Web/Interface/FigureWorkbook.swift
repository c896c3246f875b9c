// Split figures as sheets: the figures, the losses, and how this was made.

import Loop
import Plant
import Understand

/// The workbook of split figures.
enum FigureWorkbook {
    /// Its sheets.
    static func sheets(_ table: FigureTable, _ ask: Ask) -> [Workbook.Sheet] {
        [figures(table), losses(table), working(table, ask)]
    }

    private static func names(_ table: FigureTable) -> [Workbook.Cell] {
        table.splits.map { .title($0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst()) }
    }

    private static func figures(_ table: FigureTable) -> Workbook.Sheet {
        let times = FigureTableDocuments.elements(TimeElements())
        let counts = FigureTableDocuments.counts(
            OEE(time: TimeElements(), production: Production()))
        var rows: [[Workbook.Cell]] = [
            names(table) + [.title("Seen")]
                + times.map { .title(column($0.name) + ", hours") }
                + counts.map { .title(column($0.name)) }
                + FigureTableDocuments.ratios.map { .title($0.term) }
        ]
        for row in table.rows {
            var cells: [Workbook.Cell] = row.names.map { .text($0) }
            cells.append(.ratio(row.figures.time.coverage))
            cells += FigureTableDocuments.elements(row.figures.time).map {
                .hours($0.value.seconds)
            }
            cells += FigureTableDocuments.counts(row.figures).map { .number(Double($0.value)) }
            cells += FigureTableDocuments.ratios.map { figure in
                row.figures.indicator(figure).value.amount.map { .ratio($0) } ?? .empty
            }
            rows.append(cells)
        }
        return Workbook.Sheet(name: "Figures", rows: rows, frozenRows: 1)
    }

    private static func losses(_ table: FigureTable) -> Workbook.Sheet {
        let six = BigLoss.six(OEE(time: TimeElements(), production: Production()))
        var rows: [[Workbook.Cell]] = [
            names(table) + six.map { .title($0.name + ", hours") }
        ]
        for row in table.rows {
            rows.append(
                row.names.map { .text($0) }
                    + BigLoss.six(row.figures).map { loss in
                        loss.time.map { .hours($0.seconds) } ?? .empty
                    })
        }
        return Workbook.Sheet(name: "Losses", rows: rows, frozenRows: 1)
    }

    /// How this was made: range, formulas with their versions, what is missing row by row.
    private static func working(_ table: FigureTable, _ ask: Ask) -> Workbook.Sheet {
        let notes = [
            (
                "Closed shifts",
                "Rows by shift or day come from the closing of each shift in the journal; shifts"
                    + " that are not closed come from the stored samples."
            ),
            (
                "Seen",
                "Planned time in which the machine was seen, of all planned time. Below 90%"
                    + " combined figures are left empty."
            ),
        ]
        var rows: [[Workbook.Cell]] = [
            [], [.title("Figure"), .title("Definition"), .title("Formula"), .title("In words")],
        ]
        let example =
            table.rows.first?.figures ?? OEE(time: TimeElements(), production: Production())
        for figure in FigureTableDocuments.ratios {
            let indicator = example.indicator(figure)
            rows.append([
                .text(figure.term), .text(indicator.definition),
                .text(indicator.working.formula), .text(figure.plainName),
            ])
        }
        rows += [[], [.title("Row"), .title("What is missing or doubtful")]]
        for gap in table.gaps { rows.append([.text("All"), .text(gap)]) }
        for row in table.rows {
            for gap in row.figures.gaps {
                rows.append([.text(row.names.joined(separator: ", ")), .text(gap)])
            }
        }
        return WorkingSheet.sheet(ask, range: table.range, notes: notes, more: rows)
    }

    /// `planned_busy_s` as `Planned busy`.
    private static func column(_ name: String) -> String {
        let words = name.hasSuffix("_s") ? String(name.dropLast(2)) : name
        let text = words.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
