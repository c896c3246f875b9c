// Job costs as Odoo analytic lines: hours, energy and material, one line each, costs negative.
import Plant

/// Odoo, analytic lines (`account.analytic.line`).
///
/// Fields and which of them are required: odoo/odoo, addons/analytic/models/analytic_line.py; a
/// relation under its own name is matched by the record's name (Odoo documentation, export and
/// import data). The byte-order mark is taken off when the encoding is detected, which is the
/// default (odoo/odoo, addons/base_import/models/base_import.py, `_read_csv`).
enum OdooMap {
    private static let name = MapColumn(
        "name", "What it is, the job, machine, product, hours and parts.", isRequired: true,
        longest: AccountsLimits.noteCharacters, owner: .millwright)
    private static let account = MapColumn(
        "account_id", "The analytic account's name; it must exist.", isRequired: true,
        longest: AccountsLimits.erpNextName, owner: .other)

    static let page = MapDescription(
        name: "Odoo: analytic lines of job costs", direction: .outward,
        columns: [
            MapColumn("date", "The day.", isRequired: true, owner: .millwright), name, account,
            MapColumn(
                "unit_amount", "Hours with four decimals, or kWh with two.", owner: .millwright),
            MapColumn("amount", "The cost, negative as Odoo counts it.", owner: .millwright),
        ],
        dateForm: "YYYY-MM-DD", characters: "All letters; line breaks become spaces.",
        hasByteOrderMark: true, linesPerFile: nil,
        source: "odoo/odoo, addons/analytic/models/analytic_line.py and"
            + " addons/base_import/models/base_import.py",
        notes: [
            "Headings are Odoo's field names, which are the same in every language.",
            "Amounts are in the currency of the company; Odoo's file carries none.",
            "Importing the same file twice books it twice: the lines carry no external id.",
        ])

    static func draft(_ rows: [JobCostRow], _ settings: AccountsSettings) -> MapDraft {
        var draft = MapDraft()
        let fit = RowCheck(settings: settings, needsMoney: true).fit(rows, &draft.found)
        var lines: [[String]] = []
        var total: Int128 = 0
        for (number, row) in fit {
            guard let code = settings.projects[row.job] ?? settings.analyticAccount,
                !FieldText.trimmed(code).isEmpty
            else {
                draft.found.refuse(
                    number, account.heading,
                    "Say which analytic account the job \(row.job) belongs to: Odoo refuses a line"
                        + " without one.")
                continue
            }
            let target = matching(code, account, row: number, &draft.found)
            let made = pieces(row, number, &draft.found)
            if made.isEmpty {
                draft.found.add(
                    .leftOut, number, "", "The row has neither hours nor a cost that is known.")
            }
            for piece in made {
                total -= Int128(piece.minor ?? 0)
                lines.append([
                    row.day.text,
                    fitted(
                        piece.what + ": " + JournalWriter.words(row), name, row: number,
                        &draft.found), target, piece.units,
                    piece.minor.map { money($0, row.currency) } ?? "",
                ])
            }
        }
        guard !draft.found.hasRefusal, !lines.isEmpty else { return draft }
        let currency = settings.currency ?? .gbp
        draft.tables.append(
            (lines, Int64(exactly: total).map { Money(minor: $0, currency: currency) }, nil))
        return draft
    }

    /// One line of a row; `minor` is negative for a cost, nil where it is not known.
    private struct Piece {
        let what: String
        let units: String
        let minor: Int64?
    }

    private static func pieces(
        _ row: JobCostRow, _ number: Int, _ found: inout FindingList
    ) -> [Piece] {
        var pieces: [Piece] = []
        func negated(_ money: Money?) -> Int64? {
            money.map { $0.minor == .min ? .max : -$0.minor }
        }
        if row.hours > .zero || row.hoursCost != nil {
            if row.hoursCost == nil {
                found.add(
                    .note, number, "amount",
                    "The cost of the hours is not known. Odoo will show them with 0.00.")
            }
            pieces.append(
                Piece(
                    what: "Machine hours", units: DecimalText.hours(row.hours, places: 4),
                    minor: negated(row.hoursCost)))
        }
        if let cost = row.energyCost {
            pieces.append(
                Piece(
                    what: "Energy", units: row.kilowattHours.flatMap(DecimalText.energy) ?? "",
                    minor: negated(cost)))
        }
        if let cost = row.materialCost {
            pieces.append(Piece(what: "Material", units: "", minor: negated(cost)))
        }
        return pieces
    }

    /// The currency's own decimals: Odoo takes three where a currency has them.
    private static func money(_ minor: Int64, _ currency: Currency) -> String {
        Money(minor: minor, currency: currency).text
    }
}
