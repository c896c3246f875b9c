// Parts by machine, scrap by shift and the points of a chart, as CSV and as workbooks.

import Loop
import Plant
import Understand

/// Quality for spreadsheets.
enum QualityTable {
    private static let header = [
        "machine", "name", "made", "good", "scrap", "rework", "made_unplanned", "cause", "parts",
    ]

    /// Rows of CSV: one a machine and cause, the machine's own sums in each.
    static func rows(_ picture: QualityOverview) -> [[CSVText.Cell]] {
        [header.map(CSVText.Cell.plain)]
            + picture.machines.flatMap { row -> [[CSVText.Cell]] in
                let machine: [CSVText.Cell] =
                    [.text(row.machine.id.text), .text(row.machine.name)]
                    + [
                        row.parts.made, row.parts.good, row.parts.scrap, row.parts.rework,
                        row.unplanned,
                    ].map { .number(Double($0)) }
                guard !row.causes.isEmpty else { return [machine + [.empty, .empty]] }
                return row.causes.map {
                    machine + [.text($0.cause), .number(Double($0.parts))]
                }
            }
    }

    /// The sheets of a workbook.
    static func sheets(_ picture: QualityOverview, _ ask: Ask) -> [Workbook.Sheet] {
        var machines: [[Workbook.Cell]] = [
            ["Machine", "Made", "Good", "Scrap", "Rework", "Scrap share", "As it was booked"]
                .map { .title($0) }
        ]
        machines += picture.machines.map { row in
            [
                .text(row.machine.name), .number(Double(row.parts.made)),
                .number(Double(row.parts.good)), .number(Double(row.parts.scrap)),
                .number(Double(row.parts.rework)),
                row.parts.made > 0
                    ? .ratio(Double(row.parts.scrap) / Double(row.parts.made)) : .empty,
                .text(row.causes.map { "\($0.cause) \($0.parts)" }.joined(separator: ", ")),
            ]
        }
        var shifts: [[Workbook.Cell]] = [
            ["Shift", "Value", "Usual", "Lower limit", "Upper limit", "Outside"]
                .map { .title($0) }
        ]
        for (shift, point) in zip(picture.shifts, picture.shares?.points ?? []) {
            shifts.append([
                .text(shift), .number(point.value), .number(point.centre), .number(point.lower),
                .number(point.upper), .text(point.isOut ? "yes" : ""),
            ])
        }
        var notes = [
            ("Parts", "Counted by the machine, with what was booked by hand."),
            ("Chart of scrap by shift", picture.shareKind.rawValue + " chart, last four weeks"),
            (
                "Its middle and limits",
                "Three standard deviations either side of the mean of the first 20 shifts shown"
            ),
        ]
        if let refusal = picture.shareRefusal { notes.append(("No chart", refusal.sentence)) }
        notes += picture.shareFindings.map { ("Found", $0.sentence) }
        return [
            Workbook.Sheet(name: "Machines", rows: machines, frozenRows: 1),
            Workbook.Sheet(name: "Scrap by shift", rows: shifts, frozenRows: 1),
            WorkingSheet.sheet(ask, range: picture.range, notes: notes),
        ]
    }

    private static let chartHeader = [
        "time", "value", "centre", "lower_limit", "upper_limit", "sigma", "is_out",
    ]

    /// Rows of CSV: one for each point of a chart.
    static func rows(_ picture: QualityPicture) -> [[CSVText.Cell]] {
        [chartHeader.map(CSVText.Cell.plain)]
            + zip(picture.times, picture.chart?.points ?? []).map { time, point in
                [.plain(time.rfc3339)]
                    + [point.value, point.centre, point.lower, point.upper, point.sigma]
                    .map { .number($0) }
                    + [.plain(point.isOut ? "true" : "false")]
            }
    }

    /// The sheets of a chart's workbook.
    static func sheets(_ picture: QualityPicture, _ ask: Ask) -> [Workbook.Sheet] {
        var points: [[Workbook.Cell]] = [
            ["Time", "Value", "Usual", "Lower limit", "Upper limit", "Outside"]
                .map { .title($0) }
        ]
        for (time, point) in zip(picture.times, picture.chart?.points ?? []) {
            points.append([
                .moment(time), .number(point.value), .number(point.centre),
                .number(point.lower), .number(point.upper), .text(point.isOut ? "yes" : ""),
            ])
        }
        var notes = [
            ("Signal", picture.signal.name), ("Unit", picture.signal.unit),
            ("Chart", picture.kind.rawValue),
            ("Values in a point", String(picture.subgroup)),
            ("Values in this time", String(picture.valueCount)),
            ("Points behind the limits", String(picture.baselineCount)),
        ]
        if let limits = picture.limits {
            notes.append(("Drawing, lower", limits.lower.map { "\($0)" } ?? "none"))
            notes.append(("Drawing, upper", limits.upper.map { "\($0)" } ?? "none"))
        }
        if let found = picture.capability {
            for (name, index) in [
                ("Cp", found.cp), ("Cpk", found.cpk), ("Pp", found.pp), ("Ppk", found.ppk),
            ] {
                guard let index else { continue }
                notes.append((name, "\(index.value), 95% range \(index.low) to \(index.high)"))
            }
        }
        if let refusal = picture.refusal { notes.append(("No chart", refusal.sentence)) }
        notes += picture.findings.map { ("Found", $0.sentence) }
        return [
            Workbook.Sheet(name: "Chart", rows: points, frozenRows: 1),
            WorkingSheet.sheet(ask, range: picture.range, notes: notes),
        ]
    }
}
