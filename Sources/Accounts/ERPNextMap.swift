// Machine hours and parts as ERPNext timesheets, in the columns of its data import.
import Plant

/// ERPNext, timesheets.
///
/// Job cards cannot be imported: their definition lacks `allow_import`
/// (frappe/erpnext, erpnext/manufacturing/doctype/job_card/job_card.json), while that of timesheets
/// has it (erpnext/projects/doctype/timesheet/timesheet.json). Labels are those of that file and of
/// timesheet_detail.json; a column of the child table is headed by its label and the table's in
/// brackets (frappe/frappe, frappe/core/doctype/data_import/exporter.py). Without a byte-order
/// mark: older versions take it for a part of the first heading (frappe/frappe issue 22151).
enum ERPNextMap {
    private static let company = MapColumn(
        "Company", "The company's name.", isRequired: true, longest: AccountsLimits.erpNextName,
        owner: .other)
    private static let project = MapColumn(
        "Project", "The project of the job; it must exist.", longest: AccountsLimits.erpNextName,
        owner: .other)
    private static let note = MapColumn(
        "Note", "Job, machine, product, hours and parts.", longest: AccountsLimits.noteCharacters,
        owner: .millwright)
    private static let activity = MapColumn(
        "Activity Type (Time Sheets)", "The activity type; it must exist.", isRequired: true,
        longest: AccountsLimits.erpNextName, owner: .other)
    /// The only series of a fresh ERPNext, as its definition has it.
    private static let series = "TS-.YYYY.-"

    static let page = MapDescription(
        name: "ERPNext: timesheets of machine hours", direction: .outward,
        columns: [
            MapColumn(
                "Series", "The numbering, as ERPNext brings it along.", isRequired: true,
                owner: .other),
            company, project, note, activity,
            MapColumn(
                "From Time (Time Sheets)", "The beginning of the day.", isRequired: true,
                owner: .millwright),
            MapColumn(
                "Hrs (Time Sheets)", "Hours with four decimals.", isRequired: true,
                owner: .millwright),
            MapColumn("Completed Qty (Time Sheets)", "Good parts.", owner: .millwright),
        ],
        dateForm: "YYYY-MM-DD HH:MM:SS", characters: "All letters; line breaks become spaces.",
        hasByteOrderMark: false, linesPerFile: nil,
        source: "frappe/erpnext, timesheet.json and timesheet_detail.json; frappe/frappe,"
            + " data_import/exporter.py",
        notes: [
            "Each row becomes a draft timesheet of machine time, without an employee.",
            "Costs are ERPNext's own: it works them out from the activity type.",
            "A version that has no completed quantity offers to leave that column out.",
        ])

    static func draft(_ rows: [JobCostRow], _ settings: AccountsSettings) -> MapDraft {
        var draft = MapDraft()
        let firm = required(settings.company, company, "the company", &draft.found)
        let kind = required(settings.activityType, activity, "the activity type", &draft.found)
        let fit = RowCheck(settings: settings, needsMoney: false).fit(rows, &draft.found)
        guard !draft.found.hasRefusal else { return draft }
        var lines: [[String]] = []
        for (number, row) in fit {
            guard row.hours > .zero else {
                draft.found.add(
                    .leftOut, number, "Hrs (Time Sheets)",
                    "The row has no hours. ERPNext takes no timesheet without time.")
                continue
            }
            lines.append([
                series, firm,
                settings.projects[row.job].map { matching($0, project, row: number, &draft.found) }
                    ?? "",
                fitted(JournalWriter.words(row), note, row: number, &draft.found), kind,
                row.day.text + " 00:00:00", DecimalText.hours(row.hours, places: 4),
                String(row.good),
            ])
        }
        if !lines.isEmpty { draft.tables.append((lines, nil, nil)) }
        return draft
    }

    private static func required(
        _ value: String?, _ column: MapColumn, _ what: String, _ found: inout FindingList
    ) -> String {
        guard let value, !FieldText.trimmed(value).isEmpty else {
            found.refuse(
                nil, column.heading, "Say \(what): ERPNext refuses a timesheet without it.")
            return ""
        }
        return matching(value, column, row: nil, &found)
    }
}
