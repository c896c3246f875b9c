// What every map asks of a row before it looks at its own columns.
import Plant

/// Checks rows against what the books are kept in; the same for all maps.
struct RowCheck {
    let settings: AccountsSettings
    /// Whether amounts are written.
    let needsMoney: Bool

    /// Rows that are fit, with their numbers; the rest is in the findings.
    func fit(
        _ rows: [JobCostRow], _ found: inout FindingList
    ) -> [(number: Int, row: JobCostRow)] {
        guard rows.count <= AccountsLimits.rows else {
            found.refuse(
                nil, "",
                "\(rows.count) rows are more than one export takes (\(AccountsLimits.rows)).")
            return []
        }
        if rows.isEmpty { found.add(.note, nil, "", "There is nothing to export.") }
        if needsMoney, settings.currency == nil {
            found.refuse(
                nil, "currency",
                "Say which currency the books are kept in: the file carries none.")
        }
        var fit: [(number: Int, row: JobCostRow)] = []
        fit.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() where isFit(row, index + 1, &found) {
            fit.append((index + 1, row))
        }
        return fit
    }

    private func isFit(_ row: JobCostRow, _ number: Int, _ found: inout FindingList) -> Bool {
        var isFit = true
        func refuse(_ column: String, _ says: String) {
            found.refuse(number, column, says)
            isFit = false
        }
        if FieldText.trimmed(row.job).isEmpty { refuse("job", "The row names no job.") }
        if row.hours < .zero { refuse("hours", "The hours are below zero.") }
        if row.hours > .hours(AccountsLimits.dayHours) {
            found.add(
                .note, number, "hours",
                "\(DecimalText.hours(row.hours, places: 2)) hours are more than a day has.")
        }
        if !AccountsLimits.years.contains(row.day.year) {
            refuse("day", "The year \(row.day.year) cannot be written.")
        }
        if let energy = row.kilowattHours, DecimalText.energy(energy) == nil {
            refuse("energy", "The energy is not a number that can be written.")
        }
        if row.good < 0 || row.scrap < 0 {
            found.add(.note, number, "parts", "Parts are taken away: this is a correction.")
        }
        guard needsMoney else { return isFit }
        if let books = settings.currency, row.currency != books {
            refuse(
                "currency",
                "The row is in \(row.currency.code), the books are kept in \(books.code).")
        }
        let amounts = row.costs.compactMap(\.amount) + [row.scrapCost].compactMap(\.self)
        if let other = amounts.first(where: { $0.currency != row.currency }) {
            refuse(
                "currency",
                "An amount is in \(other.currency.code), the row in \(row.currency.code).")
        }
        if row.isAtLeast {
            found.add(
                .note, number, "amounts",
                "A part is missing from the amounts: they really are this much or more.")
        }
        return isFit
    }
}

/// A text of a row for a column; what had to be changed goes to the findings.
func fitted(
    _ raw: String, _ column: MapColumn, row: Int?, isPlain: Bool = false,
    _ found: inout FindingList
) -> String {
    let field = FieldText(
        raw, longest: column.longest ?? AccountsLimits.noteCharacters, isPlain: isPlain)
    for change in field.changes { found.add(.cut, row, column.heading, change) }
    return field.text
}

/// A name that must match one on the other side: refused where it would have to be changed.
func matching(
    _ raw: String, _ column: MapColumn, row: Int?, _ found: inout FindingList
) -> String {
    let name = FieldText.trimmed(raw)
    let field = FieldText(name, longest: column.longest ?? AccountsLimits.noteCharacters)
    if let change = field.changes.first {
        found.refuse(
            row, column.heading, "\(name) must match a name on the other side. \(change)")
    }
    return field.text
}

/// What a map makes of rows: files ready to be named, and findings.
struct MapDraft {
    var tables: [(lines: [[String]], total: Money?, balance: Money?)] = []
    var found = FindingList()
}
