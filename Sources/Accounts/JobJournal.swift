// Job costs as a double-entry journal: what is debited is credited, to the last minor unit.
import Plant

/// One line of a journal.
struct JournalLine: Hashable, Sendable {
    /// The row it comes from, counted from 1; nil for a sum over rows.
    let row: Int?
    /// The account's code.
    let account: String
    /// What it says.
    let words: String
    /// The job, empty for a sum over jobs.
    let job: String
    /// The machine, empty for a sum over machines.
    let machine: String
    /// Minor units; positive is a debit, negative a credit.
    var minor: Int64
}

/// Lines of one day that sum to nothing.
struct Journal: Hashable, Sendable {
    let day: CivilDate
    /// 1 for the first journal of the day, 2 and up where one file cannot hold it.
    let part: Int
    let lines: [JournalLine]
}

/// Makes journals from rows.
///
/// For each row job costs are debited with hours, energy and material, and with what went into
/// scrap they are credited again while scrap is debited. Hours, energy and material are credited
/// as one sum for each journal.
struct JournalWriter {
    let settings: AccountsSettings
    let currency: Currency
    /// Lines of one journal at most, nil for no limit.
    let longest: Int?
    /// Whether job and machine have columns of their own and need not stand in the words.
    let isShort: Bool
    private(set) var journals: [Journal] = []
    private var day: CivilDate?
    private var part = 1
    private var rowLines: [JournalLine] = []
    private var credits: [CostKind: Int64] = [:]
    private(set) var isTooLarge = false

    init(settings: AccountsSettings, currency: Currency, longest: Int?, isShort: Bool) {
        self.settings = settings
        self.currency = currency
        self.longest = longest
        self.isShort = isShort
    }

    /// All journals of rows that were found fit, in order of days.
    static func journals(
        of rows: [(number: Int, row: JobCostRow)], settings: AccountsSettings, currency: Currency,
        longest: Int?, isShort: Bool
    ) -> [Journal]? {
        var writer = JournalWriter(
            settings: settings, currency: currency, longest: longest, isShort: isShort)
        // By day and then by their number: the order given, whatever the sort does.
        let ordered = rows.sorted { ($0.row.day, $0.number) < ($1.row.day, $1.number) }
        for entry in ordered { writer.add(entry.row, entry.number) }
        writer.finish()
        return writer.isTooLarge ? nil : writer.journals
    }

    /// What a line says of its row, the most telling first.
    static func words(_ row: JobCostRow, isShort: Bool = false) -> String {
        var parts = isShort ? [row.product] : ["Job " + row.job, row.machine, row.product]
        parts.removeAll(where: \.isEmpty)
        parts.append(DecimalText.hours(row.hours, places: 2) + " h")
        parts.append("\(row.good) good")
        if row.scrap != 0 { parts.append("\(row.scrap) scrap") }
        if let energy = row.kilowattHours.flatMap(DecimalText.energy) {
            parts.append(energy + " kWh")
        }
        return parts.joined(separator: ", ")
    }

    private mutating func add(_ row: JobCostRow, _ number: Int) {
        var lines: [JournalLine] = []
        func line(_ account: String?, _ words: String, _ minor: Int64) {
            guard minor != 0, let account else { return }
            lines.append(
                JournalLine(
                    row: number, account: account, words: words, job: row.job,
                    machine: row.machine, minor: minor))
        }
        var sum: Int64 = 0
        for cost in row.costs { sum = added(sum, cost.amount?.minor ?? 0) }
        let words = JournalWriter.words(row, isShort: isShort)
        line(settings.nominal.jobCosts, words, sum)
        if let scrap = row.scrapCost?.minor, scrap != 0, scrap != .min {
            line(settings.nominal.scrap, "Scrap of " + words, scrap)
            line(settings.nominal.jobCosts, "Scrap of " + words, -scrap)
        }
        if day != row.day {
            finish()
            day = row.day
            part = 1
        } else if let longest, rowLines.count + lines.count + CostKind.allCases.count > longest {
            finish()
            part += 1
        }
        rowLines += lines
        for cost in row.costs {
            credits[cost.kind] = added(credits[cost.kind] ?? 0, cost.amount?.minor ?? 0)
        }
    }

    /// Closes the journal under way.
    private mutating func finish() {
        defer {
            rowLines = []
            credits = [:]
        }
        guard let day else { return }
        var lines = rowLines
        for kind in CostKind.allCases {
            guard let minor = credits[kind], minor != 0, minor != .min,
                let account = settings.nominal.credited(kind)
            else { continue }
            lines.append(
                JournalLine(
                    row: nil, account: account, words: JournalWriter.words(kind), job: "",
                    machine: "", minor: -minor))
        }
        guard !lines.isEmpty else { return }
        guard let rounded = JournalWriter.inHundredths(lines, currency) else {
            isTooLarge = true
            return
        }
        journals.append(Journal(day: day, part: part, lines: rounded))
    }

    private static func words(_ kind: CostKind) -> String {
        switch kind {
        case .hours: "Machine hours charged to jobs"
        case .energy: "Energy charged to jobs"
        case .material: "Material charged to jobs"
        }
    }

    /// Amounts with at most two decimals: debits and credits are rounded apart, each to their
    /// rounded sum, so that a balanced journal stays one.
    private static func inHundredths(
        _ lines: [JournalLine], _ currency: Currency
    ) -> [JournalLine]? {
        guard currency.minorUnits > 100 else { return lines }
        let unit = currency.minorUnits / 100
        var rounded = lines
        for isDebit in [true, false] {
            let places = lines.indices.filter { (lines[$0].minor > 0) == isDebit }
            guard
                let amounts = Apportionment.rounded(places.map { lines[$0].minor }, to: unit)
            else { return nil }
            for (place, amount) in zip(places, amounts) { rounded[place].minor = amount }
        }
        return rounded.filter { $0.minor != 0 }
    }

    private mutating func added(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow || sum == .min { isTooLarge = true }
        return overflow ? 0 : sum
    }
}
