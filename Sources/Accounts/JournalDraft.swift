// The part that journals of all books share: codes that must be known, sums that must be nothing.
import Plant

/// Rows of a journal map, checked.
struct JournalDraft {
    /// Journals in order of days, each summing to nothing.
    private(set) var journals: [Journal] = []
    private(set) var currency = Currency.gbp

    /// Checks settings and rows and makes the journals.
    init(
        _ rows: [JobCostRow], _ settings: AccountsSettings, longest: Int?,
        accountLength: Int, isShort: Bool = false, _ found: inout FindingList
    ) {
        let fit = RowCheck(settings: settings, needsMoney: true).fit(rows, &found)
        guard let books = settings.currency else { return }
        currency = books
        var posted: [(number: Int, row: JobCostRow)] = []
        for entry in fit where JournalDraft.hasAmounts(entry.row, entry.number, &found) {
            posted.append(entry)
        }
        JournalDraft.checkCodes(posted.map(\.row), settings.nominal, accountLength, &found)
        guard !found.hasRefusal else { return }
        let made = JournalWriter.journals(
            of: posted, settings: settings, currency: books, longest: longest,
            isShort: isShort)
        guard let made else {
            found.refuse(nil, "amounts", "The amounts are too large to be added up.")
            return
        }
        for journal in made where JournalDraft.sum(journal.lines) != 0 {
            found.refuse(
                nil, "amounts", "The journal of \(journal.day.text) does not sum to nothing.")
        }
        journals = made
    }

    /// Debits of journals; nil where they cannot be held.
    static func debits(_ journals: [Journal], _ currency: Currency) -> Money? {
        let sum = journals.flatMap(\.lines).reduce(Int128(0)) { $0 + Int128(max(0, $1.minor)) }
        return Int64(exactly: sum).map { Money(minor: $0, currency: currency) }
    }

    /// Debits less credits of journals.
    static func balance(_ journals: [Journal], _ currency: Currency) -> Money? {
        Int64(exactly: journals.reduce(Int128(0)) { $0 + sum($1.lines) })
            .map { Money(minor: $0, currency: currency) }
    }

    private static func sum(_ lines: [JournalLine]) -> Int128 {
        lines.reduce(0) { $0 + Int128($1.minor) }
    }

    private static func hasAmounts(
        _ row: JobCostRow, _ number: Int, _ found: inout FindingList
    ) -> Bool {
        let missing = row.costs.filter { $0.amount == nil }.map(\.name)
        if missing.count == row.costs.count {
            found.add(
                .leftOut, number, "amounts",
                "No cost of this row is known. It does not enter the journal.")
            return false
        }
        if !missing.isEmpty {
            found.add(
                .note, number, "amounts",
                "Not known and left out: \(missing.joined(separator: ", ")).")
        }
        return true
    }

    /// Codes that an amount needs must be known and fit.
    private static func checkCodes(
        _ rows: [JobCostRow], _ codes: NominalCodes, _ longest: Int, _ found: inout FindingList
    ) {
        func check(_ code: String?, _ name: String, isNeeded: Bool) {
            guard isNeeded else { return }
            guard let code, !code.isEmpty else {
                found.refuse(nil, name, "Say which account \(name) are posted to.")
                return
            }
            let isFit = code.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x2D
            }
            if code.utf8.count > longest || !isFit || code.utf8.first == 0x2D {
                found.refuse(
                    nil, name,
                    "The account \(code) does not fit: letters, digits, points and hyphens, at most"
                        + " \(longest).")
            }
        }
        func needs(_ amount: (JobCostRow) -> Money?) -> Bool {
            rows.contains { (amount($0)?.minor ?? 0) != 0 }
        }
        let kinds = [needs(\.hoursCost), needs(\.energyCost), needs(\.materialCost)]
        let hasScrap = needs(\.scrapCost)
        check(codes.jobCosts, "job costs", isNeeded: kinds.contains(true) || hasScrap)
        check(codes.machineHours, "machine hours", isNeeded: kinds[0])
        check(codes.energy, "energy costs", isNeeded: kinds[1])
        check(codes.material, "material costs", isNeeded: kinds[2])
        check(codes.scrap, "scrap costs", isNeeded: hasScrap)
    }
}
