// Job costs as Xero manual journals: the columns of its template, balanced, 300 lines a file.
import Plant

/// Xero, manual journals.
///
/// Columns, date form and the 300 lines of a file: Xero help, "Add or post multiple manual
/// journals" (help.xero.com/uk/ManualJournalsImport); the headings are those of the template that
/// Xero hands out, with an asterisk before what is mandatory. A positive amount is a debit.
enum XeroMap {
    private static let narration = MapColumn(
        "*Narration",
        "What the journal is called; lines with the same one and the same date are"
            + " one journal.", isRequired: true, longest: AccountsLimits.xeroText, owner: .other)
    private static let description = MapColumn(
        "Description", "Job, machine, product, hours and parts of the line.",
        longest: AccountsLimits.xeroText, owner: .millwright)
    private static let taxRate = MapColumn(
        "*TaxRate", "The full name of the tax rate as Xero shows it, such as No VAT.",
        isRequired: true, longest: AccountsLimits.xeroTracking, owner: .other)
    private static let category = MapColumn(
        "TrackingName1", "The tracking category that holds projects.",
        longest: AccountsLimits.xeroTracking, owner: .other)
    private static let option = MapColumn(
        "TrackingOption1", "The project of the job.", longest: AccountsLimits.xeroTracking,
        owner: .other)

    static let page = MapDescription(
        name: "Xero: manual journals of job costs", direction: .outward,
        columns: [
            narration,
            MapColumn("*Date", "The day.", isRequired: true, owner: .millwright), description,
            MapColumn(
                "*AccountCode", "The account's code from the chart of accounts.",
                isRequired: true, longest: AccountsLimits.xeroAccount, owner: .other),
            taxRate,
            MapColumn(
                "*Amount", "Debit positive, credit negative, two decimals.", isRequired: true,
                owner: .millwright),
            category, option,
            MapColumn("TrackingName2", "Left empty.", owner: .other),
            MapColumn("TrackingOption2", "Left empty.", owner: .other),
        ],
        dateForm: "DD/MM/YYYY", characters: "All letters; line breaks become spaces.",
        hasByteOrderMark: false, linesPerFile: AccountsLimits.xeroLines,
        source: "Xero help, manual journals import (help.xero.com/uk/ManualJournalsImport)",
        notes: [
            "Journals arrive as drafts: a person with the adviser role posts them.",
            "No byte-order mark: Xero does not say that it accepts one.",
            "Amounts are in the currency of the organisation; Xero's file carries none.",
            "Every journal sums to nothing; a day that one file cannot hold becomes several"
                + " journals.",
        ])

    static func draft(_ rows: [JobCostRow], _ settings: AccountsSettings) -> MapDraft {
        var draft = MapDraft()
        let name = required(settings.narration, narration, "a narration", &draft.found)
        let tax = required(settings.taxCode, taxRate, "a tax rate", &draft.found)
        let tracking = settings.projectCategory.map {
            matching($0, category, row: nil, &draft.found)
        }
        if !settings.projects.isEmpty, tracking == nil {
            draft.found.add(
                .leftOut, nil, category.heading,
                "Say which tracking category holds projects. Project codes are left out.")
        }
        let made = JournalDraft(
            rows, settings, longest: AccountsLimits.xeroLines,
            accountLength: AccountsLimits.xeroAccount, &draft.found)
        guard !draft.found.hasRefusal else { return draft }
        for pack in packed(made.journals) {
            var lines: [[String]] = []
            for journal in pack {
                let title = journal.part > 1 ? "\(name) (part \(journal.part))" : name
                let date = DecimalText.dayFirst(journal.day)
                for line in journal.lines {
                    let project = line.job.isEmpty ? nil : settings.projects[line.job]
                    let isTracked = tracking != nil && project != nil
                    lines.append([
                        title, date, fitted(line.words, description, row: line.row, &draft.found),
                        line.account, tax, DecimalText.money(line.minor, made.currency),
                        isTracked ? tracking ?? "" : "",
                        isTracked
                            ? matching(project ?? "", option, row: line.row, &draft.found) : "",
                        "", "",
                    ])
                }
            }
            draft.tables.append(
                (
                    lines, JournalDraft.debits(pack, made.currency),
                    JournalDraft.balance(pack, made.currency)
                ))
        }
        if draft.found.hasRefusal { draft.tables = [] }
        return draft
    }

    /// Journals by file: as many whole ones as fit.
    private static func packed(_ journals: [Journal]) -> [[Journal]] {
        var packs: [[Journal]] = []
        var length = 0
        for journal in journals {
            if packs.isEmpty || length + journal.lines.count > AccountsLimits.xeroLines {
                packs.append([])
                length = 0
            }
            packs[packs.count - 1].append(journal)
            length += journal.lines.count
        }
        return packs
    }

    private static func required(
        _ value: String?, _ column: MapColumn, _ what: String, _ found: inout FindingList
    ) -> String {
        guard let value, !FieldText.trimmed(value).isEmpty else {
            found.refuse(nil, column.heading, "Say \(what): Xero refuses a journal without it.")
            return ""
        }
        return column == taxRate
            ? matching(value, column, row: nil, &found) : fitted(value, column, row: nil, &found)
    }
}
