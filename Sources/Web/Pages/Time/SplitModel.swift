// Figures split by shift, day, machine, job or product, as the page Time shows them.

import Loop
import Plant
import Understand

/// A table of split figures.
struct SplitModel: Sendable {
    /// A row.
    struct Row: Sendable {
        let name: String
        let running: String
        let lost: String
        let oee: String
        let parts: String
        let seen: String
        let isRevised: Bool
    }

    let choices: [TimeModel.Choice]
    let what: String
    let rows: [Row]
    let gaps: [String]
    let workbook: String

    /// The table of a page's range; the newest shift or day comes first.
    init(_ table: FigureTable, choice: RangeChoice?, machine: Slug?, ask: Ask) {
        let filter = machine.map { "&machine=" + $0.text } ?? ""
        var period = "range=\(choice?.rawValue ?? "today")"
        if choice == nil, let from = ask.query.filled("from") {
            period = "from=\(from)" + (ask.query.filled("to").map { "&to=" + $0 } ?? "")
        }
        choices = [FigureSplit.shift, .day, .machine, .job, .product].map { split in
            .init(
                name: "By " + SplitModel.name(split).lowercased(),
                address: "/time?\(period)\(filter)&by=\(split.rawValue)#split",
                isHere: split == table.splits.first)
        }
        what = SplitModel.name(table.splits.first)
        let isDated = table.splits.first == .shift || table.splits.first == .day
        let shown = isDated ? SplitModel.newestFirst(table, ask) : table.rows
        rows = shown.map(SplitModel.row)
        gaps = table.gaps
        workbook =
            "/api/v1/figures?by=\(table.splits.map(\.rawValue).joined(separator: ","))"
            + "&from=\(table.range.start.millisecondsSince1970)"
            + "&to=\(table.range.end.millisecondsSince1970)\(filter)&format=xlsx"
    }

    /// Shifts in order of their start, not of their names.
    private static func newestFirst(_ table: FigureTable, _ ask: Ask) -> [FigureTableRow] {
        let shifts = ask.world.calendar.shifts(in: table.range)
        let order = Dictionary(
            shifts.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return table.rows.sorted { left, right in
            let places = (order[left.keys[0]] ?? -1, order[right.keys[0]] ?? -1)
            return places.0 != places.1
                ? places.0 > places.1 : right.keys.lexicographicallyPrecedes(left.keys)
        }
    }

    private static func name(_ split: FigureSplit?) -> String {
        switch split {
        case .machine: "Machine"
        case .shift: "Shift"
        case .day: "Day"
        case .job: "Job"
        case .product: "Product"
        case .site, nil: "Site"
        }
    }

    private static func row(_ row: FigureTableRow) -> Row {
        let figures = row.figures
        func ratio(_ figure: TimeFigure) -> String {
            switch figures.indicator(figure).value {
            case .amount(let value): Plain.percent(value)
            case .withheld: "not enough seen"
            case .undefined(let words): words
            }
        }
        return Row(
            name: row.names.joined(separator: ", "), running: ratio(.availability),
            lost: Plain.duration(figures.time.lost), oee: ratio(.oee),
            parts: figures.parts.made > 0
                ? "\(Plain.number(figures.parts.good)) of \(Plain.number(figures.parts.made))"
                : "",
            seen: Plain.percentSeen(figures.time.coverage), isRevised: row.revised > 0)
    }
}
