// Job costs as Sage 50 (UK) audit trail transactions: journal debits and credits that balance.
import Plant

/// Sage 50 Accounts (UK), audit trail transactions.
///
/// Columns A to O of the import: Making I.T. Happen, "Standard Sage 50 Imports, Audit Trail
/// Records" (makingithappen.co.uk/CI/std/audittrans.htm). Lengths: Sage knowledge base,
/// "Project-only transactions data fields you can import" (reference 30, details 60, dates
/// DD/MM/YYYY) and "Customer records" (department 0 to 999, amounts 8 digits and 2 decimals); user
/// name 32 and nominal code 8 by Excel2Sage, "Audit Trail". That journals need no account reference
/// and drop project references: Sage knowledge base, "Import file format rules" and "What can I
/// import".
enum SageMap {
    private static let reference = MapColumn(
        "Reference", "The job.", longest: AccountsLimits.sageReference, owner: .millwright)
    private static let details = MapColumn(
        "Details", "Product, hours, parts and energy of the line.",
        longest: AccountsLimits.sageDetails, owner: .millwright)
    private static let extra = MapColumn(
        "Extra Reference", "The machine.", longest: AccountsLimits.sageReference,
        owner: .millwright)

    static let page = MapDescription(
        name: "Sage 50: journals of job costs", direction: .outward,
        columns: [
            MapColumn(
                "Type", "JD for a journal debit, JC for a journal credit.", isRequired: true,
                longest: 2, owner: .millwright),
            MapColumn("Account Reference", "Left empty: journals need none.", owner: .other),
            MapColumn(
                "Nominal A/C Ref", "The nominal code.", isRequired: true,
                longest: AccountsLimits.sageNominal, owner: .other),
            MapColumn("Department Code", "0 to 999.", owner: .other),
            MapColumn("Date", "The day.", isRequired: true, owner: .millwright), reference,
            details,
            MapColumn(
                "Net Amount", "Always positive, two decimals.", isRequired: true,
                owner: .millwright),
            MapColumn("Tax Code", "T0 to T99.", isRequired: true, owner: .other),
            MapColumn(
                "Tax Amount", "Always 0.00: a journal of job costs bears no VAT.",
                owner: .millwright),
            MapColumn("Exchange Rate", "Left empty: the base currency.", owner: .other), extra,
            MapColumn("User Name", "Left empty: Sage writes who imports.", owner: .other),
            MapColumn("Project Refn", "Left empty: Sage drops it from journals.", owner: .other),
            MapColumn("Cost Code Refn", "Left empty: Sage drops it from journals.", owner: .other),
        ],
        dateForm: "DD/MM/YYYY",
        characters: "Plain ASCII: Sage reads the file in the code page of its computer.",
        hasByteOrderMark: false, linesPerFile: nil,
        source: "Sage knowledge base, import file format rules; Making I.T. Happen, audit trail"
            + " records (makingithappen.co.uk/CI/std/audittrans.htm)",
        notes: [
            "Tick that the first row holds headings when it is imported.",
            "No byte-order mark: Sage does not say that it accepts one.",
            "Take a backup in Sage before: an import cannot be undone there.",
        ])

    static func draft(_ rows: [JobCostRow], _ settings: AccountsSettings) -> MapDraft {
        var draft = MapDraft()
        let department = department(settings.department, &draft.found)
        let tax = taxCode(settings.taxCode, &draft.found)
        if !settings.projects.isEmpty {
            draft.found.add(
                .leftOut, nil, "Project Refn",
                "Sage drops project references from journals, so none are written.")
        }
        let made = JournalDraft(
            rows, settings, longest: nil, accountLength: AccountsLimits.sageNominal,
            isShort: true, &draft.found)
        guard !draft.found.hasRefusal, !made.journals.isEmpty else { return draft }
        var lines: [[String]] = []
        for journal in made.journals {
            let date = DecimalText.dayFirst(journal.day)
            for line in journal.lines {
                let amount = line.minor == .min ? Int64.max : abs(line.minor)
                if isTooLarge(amount, made.currency) {
                    draft.found.refuse(
                        line.row, "Net Amount",
                        "\(DecimalText.money(amount, made.currency)) has more than eight digits.")
                }
                lines.append([
                    line.minor > 0 ? "JD" : "JC", "", line.account, department, date,
                    fitted(line.job, reference, row: line.row, isPlain: true, &draft.found),
                    fitted(line.words, details, row: line.row, isPlain: true, &draft.found),
                    DecimalText.money(amount, made.currency), tax, "0.00", "",
                    fitted(line.machine, extra, row: line.row, isPlain: true, &draft.found),
                    "", "", "",
                ])
            }
        }
        guard !draft.found.hasRefusal else { return draft }
        draft.tables.append(
            (
                lines, JournalDraft.debits(made.journals, made.currency),
                JournalDraft.balance(made.journals, made.currency)
            ))
        return draft
    }

    private static func isTooLarge(_ minor: Int64, _ currency: Currency) -> Bool {
        let hundredths = (Int128(minor) * 100) / Int128(currency.minorUnits)
        return hundredths > Int128(AccountsLimits.sageAmount)
    }

    private static func department(_ value: String?, _ found: inout FindingList) -> String {
        guard let value, !value.isEmpty else { return "" }
        guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value),
            number <= AccountsLimits.sageDepartment
        else {
            found.refuse(
                nil, "Department Code",
                "The department \(value) is not a number from 0 to"
                    + " \(AccountsLimits.sageDepartment).")
            return ""
        }
        return String(number)
    }

    private static func taxCode(_ value: String?, _ found: inout FindingList) -> String {
        guard let value, !value.isEmpty else {
            found.refuse(nil, "Tax Code", "Say which tax code journals bear, such as T9.")
            return ""
        }
        let digits = value.dropFirst()
        guard value.utf8.first == 0x54, (1...2).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            found.refuse(nil, "Tax Code", "The tax code \(value) is not one of T0 to T99.")
            return ""
        }
        return value
    }
}
