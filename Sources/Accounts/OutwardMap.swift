// The maps outwards: what each is, its dry run, its files, its sample.
import Plant

/// A map from job costs to the files that another program imports.
public enum OutwardMap: String, Hashable, Sendable, CaseIterable {
    /// Xero, manual journals.
    case xero
    /// Sage 50 (UK), audit trail transactions.
    case sage50 = "sage-50"
    /// ERPNext, timesheets.
    case erpNext = "erpnext"
    /// Odoo, analytic lines.
    case odoo

    /// What it is: columns, owners, limits, source.
    public var page: MapDescription {
        switch self {
        case .xero: XeroMap.page
        case .sage50: SageMap.page
        case .erpNext: ERPNextMap.page
        case .odoo: OdooMap.page
        }
    }

    /// What would be refused, left out or cut, row by row; nothing is written.
    public func dryRun(_ rows: [JobCostRow], settings: AccountsSettings) -> [MapFinding] {
        draft(rows, settings).found.findings
    }

    /// The files of the rows, in order; none when no row enters.
    ///
    /// Throws `AccountsError.refused` with all findings when the dry run refuses anything: a
    /// journal with a hole in it is worse than none.
    public func files(
        _ rows: [JobCostRow], settings: AccountsSettings
    ) throws(AccountsError) -> [AccountsFile] {
        let draft = draft(rows, settings)
        guard !draft.found.hasRefusal else { throw .refused(draft.found.findings) }
        let head = SeparatedText.text([page.head])
        return draft.tables.enumerated().map { index, table in
            AccountsFile(
                name: fileName(index + 1, of: draft.tables.count),
                text: head + SeparatedText.text(table.lines), lines: table.lines.count,
                hasByteOrderMark: page.hasByteOrderMark, total: table.total,
                balance: table.balance)
        }
    }

    /// The sample that goes with the map: three rows of a made-up works.
    public func sample() throws(AccountsError) -> [AccountsFile] {
        try files(OutwardMap.sampleRows, settings: OutwardMap.sampleSettings)
    }

    /// The rows of every sample.
    public static let sampleRows: [JobCostRow] = {
        func pounds(_ pence: Int64) -> Money { Money(minor: pence, currency: .gbp) }
        let friday = CivilDate(dayNumber: 20_770)
        return [
            JobCostRow(
                job: "4410", product: "Brackets", machine: "Lathe 1", day: friday,
                hours: .minutes(210), good: 212, scrap: 8, kilowattHours: 21.4,
                hoursCost: pounds(13_300), energyCost: pounds(578), materialCost: pounds(8_800),
                scrapCost: pounds(764), currency: .gbp),
            JobCostRow(
                job: "4410", product: "Brackets", machine: "Press brake", day: friday,
                hours: .minutes(95), good: 204, scrap: 0, kilowattHours: 6.2,
                hoursCost: pounds(7_125), energyCost: pounds(167), materialCost: pounds(0),
                scrapCost: pounds(0), currency: .gbp),
            JobCostRow(
                job: "4411", product: "Covers", machine: "Lathe 1", day: friday.adding(days: 3),
                hours: .minutes(300), good: 90, scrap: 2, kilowattHours: 30.05,
                hoursCost: pounds(19_000), energyCost: pounds(811), materialCost: pounds(2_760),
                scrapCost: pounds(422), currency: .gbp),
        ]
    }()

    /// The settings of every sample.
    public static let sampleSettings = AccountsSettings(
        nominal: NominalCodes(
            jobCosts: "1002", machineHours: "7350", energy: "7200", material: "1001",
            scrap: "5010"),
        taxCode: "T9", narration: "Job costs", projects: ["4410": "Brackets 2026"],
        projectCategory: "Project", currency: .gbp, company: "Sample Works Ltd",
        activityType: "Machining", analyticAccount: "Production")

    private func draft(_ rows: [JobCostRow], _ settings: AccountsSettings) -> MapDraft {
        switch self {
        case .xero: XeroMap.draft(rows, settings)
        case .sage50: SageMap.draft(rows, settings)
        case .erpNext: ERPNextMap.draft(rows, settings)
        case .odoo: OdooMap.draft(rows, settings)
        }
    }

    private func fileName(_ number: Int, of count: Int) -> String {
        let name =
            switch self {
            case .xero: "xero-journal"
            case .sage50: "sage-50-journal"
            case .erpNext: "erpnext-timesheets"
            case .odoo: "odoo-analytic-lines"
            }
        return count > 1 ? "\(name)-\(number).csv" : "\(name).csv"
    }
}
