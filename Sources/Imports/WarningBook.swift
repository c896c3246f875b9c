// Gathers what there is to know about rows, and says it once for all of them.

/// Warnings by kind.
struct WarningBook {
    private var rows: [ImportWarning.Kind: [Int]] = [:]
    private var counts: [ImportWarning.Kind: Int] = [:]

    /// Notes a row; rows come in the order of the file, or are sorted later.
    mutating func add(_ kind: ImportWarning.Kind, _ row: Int) {
        counts[kind, default: 0] += 1
        if rows[kind, default: []].count < ImportsLimits.warningRows {
            rows[kind, default: []].append(row)
        }
    }

    /// Notes rows whose numbers are not known.
    mutating func add(_ kind: ImportWarning.Kind, unnumbered count: Int) {
        if count > 0 { counts[kind, default: 0] += count }
    }

    /// Notes rows in any order; the first of the file are kept.
    mutating func add(_ kind: ImportWarning.Kind, _ unsorted: [Int]) {
        for row in unsorted.sorted() { add(kind, row) }
    }

    /// Adds what another book holds.
    mutating func join(_ other: WarningBook) {
        for (kind, count) in other.counts {
            counts[kind, default: 0] += count
            let both = (rows[kind] ?? []) + (other.rows[kind] ?? [])
            rows[kind] = Array(both.sorted().prefix(ImportsLimits.warningRows))
        }
    }

    /// How many rows were noted.
    func count(_ kind: ImportWarning.Kind) -> Int { counts[kind] ?? 0 }

    /// All warnings in a fixed order.
    var all: [ImportWarning] {
        ImportWarning.Kind.allCases.compactMap { kind in
            guard let count = counts[kind] else { return nil }
            return ImportWarning(
                kind: kind, text: Self.text(kind, count), rows: rows[kind] ?? [], count: count)
        }
    }

    private static func text(_ kind: ImportWarning.Kind, _ count: Int) -> String {
        let isOne = count == 1
        let rows = isOne ? "1 row" : "\(count) rows"
        switch kind {
        case .overlap:
            return
                "\(rows) \(isOne ? "is" : "are") about a time that another row of the same machine"
                + " is about too. Where they overlap the later row of the file holds."
        case .future:
            return "\(rows) \(isOne ? "is" : "are") about a time that has not come; refused."
        case .order:
            return
                "\(rows) \(isOne ? "ends" : "end") when or before \(isOne ? "it begins" : "they begin");"
                + " refused."
        case .minutes:
            return "In \(rows) the minutes are not the time between start and end. Start and end"
                + " hold."
        case .longDay:
            let days = isOne ? "1 day has" : "\(count) days have"
            return "\(days) more time of one machine in the rows than a day is long."
        case .totals: return "\(rows) with totals \(isOne ? "is" : "are") left out."
        case .midnight:
            return "\(rows) \(isOne ? "ends" : "end") at an earlier time of day than"
                + " \(isOne ? "it begins" : "they begin"): on the day after."
        case .clock:
            return "\(rows) \(isOne ? "is" : "are") about a time that clocks showed twice; refused"
                + " until it is said which is meant."
        case .duplicate:
            return "\(rows) \(isOne ? "says" : "say") the same as another row. All are stored."
        default: return more(kind, rows, isOne)
        }
    }

    private static func more(_ kind: ImportWarning.Kind, _ rows: String, _ isOne: Bool) -> String {
        switch kind {
        case .adjacent:
            return "\(rows) \(isOne ? "begins" : "begin") where another stop ends and"
                + " \(isOne ? "has" : "have") another reason. They are one stop, which can have one"
                + " reason: that of the later row of the file."
        case .note:
            return "The note of \(rows) has no reason or stop to go with; it is listed apart."
        case .jobs:
            return "\(rows) \(isOne ? "names a job" : "name jobs") in a stretch where jobs of the"
                + " machine overlap. The parts are booked, these jobs are not placed in time."
        case .booked:
            return "For the time of \(rows) parts are booked already. These are added to them."
        case .lostMinutes:
            return
                "\(rows) \(isOne ? "gives" : "give") lost minutes without a start. They are listed"
                + " as notes, not as stops."
        case .shape:
            return "\(rows) \(isOne ? "has" : "have") more or fewer cells than the first, or text"
                + " behind a closing quote."
        default: return "\(rows) \(isOne ? "needs" : "need") a look."
        }
    }
}
