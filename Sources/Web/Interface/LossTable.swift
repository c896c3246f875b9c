// The ranking of losses as CSV and as a workbook.

import Loop
import Plant
import Understand

/// Lost time by reason, for spreadsheets.
enum LossTable {
    private static let header = [
        "reason", "name", "is_unexplained", "stops", "lost_s", "previous_s", "money",
        "money_rate", "coverage", "definition",
    ]

    /// Rows of CSV, headings first.
    static func rows(_ picture: TimePicture, _ currency: Currency) -> [[CSVText.Cell]] {
        [header.map(CSVText.Cell.plain)]
            + picture.losses.map { line in
                let time = line.time.indicator
                return [
                    .text(line.reason?.text ?? ""), .text(line.name),
                    .plain(line.isUnexplained ? "true" : "false"), .number(Double(line.stops)),
                    time.value.amount.map { .number($0) } ?? .empty,
                    .number(line.previousSeconds),
                    money(line, currency).map { .plain($0.text) } ?? .empty,
                    .text(rates(line)), .number(time.coverage), .plain(time.definition),
                ]
            }
    }

    /// The sheets of a workbook.
    static func sheets(_ picture: TimePicture, _ ask: Ask) -> [Workbook.Sheet] {
        let currency = ask.world.factory.currency
        var rows: [[Workbook.Cell]] = [
            ["Reason", "Lost, hours", "Before, hours", "Stops", currency.code, "By which rate"]
                .map { .title($0) }
        ]
        rows += picture.losses.map { line in
            [
                .text(line.name),
                line.time.indicator.value.amount.map { .hours($0) } ?? .empty,
                .hours(line.previousSeconds), .number(Double(line.stops)),
                money(line, currency).flatMap { Double($0.text) }.map { .number($0) } ?? .empty,
                .text(rates(line)),
            ]
        }
        var notes = [
            ("Lost", "Planned time in which the machine stood or was in fault, by reason."),
            ("Seen", Plain.percent(picture.total.indicator.coverage) + " of planned time."),
            ("Definition", picture.total.indicator.definition),
            ("Formula", picture.total.indicator.working.formula),
        ]
        notes += picture.moneyRules.map { ("What an hour is worth", $0) }
        notes += picture.gaps.map { ("Missing or doubtful", $0) }
        return [
            Workbook.Sheet(name: "Losses", rows: rows, frozenRows: 1),
            WorkingSheet.sheet(ask, range: picture.range, notes: notes),
        ]
    }

    private static func money(_ line: LossLine, _ currency: Currency) -> Money? {
        line.money?.value.amount.map { Money(minor: Int64($0.rounded()), currency: currency) }
    }

    private static func rates(_ line: LossLine) -> String {
        line.money?.working.parts.map(\.note).joined(separator: "; ") ?? ""
    }
}
