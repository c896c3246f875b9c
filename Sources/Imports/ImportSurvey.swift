// Gathers the names in a table before it is brought in, and what they mean at this site.

import Plant
public import Sheets

/// The different names in a table, each with what it may mean.
public struct ImportSurvey: Hashable, Sendable {
    /// Machines, the most frequent first.
    public let machines: [NameMatch]
    /// Reasons, the most frequent first.
    public let reasons: [NameMatch]
    /// Shifts, the most frequent first.
    public let shifts: [NameMatch]
    /// Words for states, the most frequent first; those that are usual have a meaning already.
    public let states: [NameMatch]
    /// Rows that were read.
    public let rows: Int
    /// Asked where a column of reasons holds more different texts than reasons can be.
    public let tooMany: ImportQuestion?

    /// Reads the names of a table.
    ///
    /// `progress` is told the share of the rows read, 0 to 1, and stops the reading with false.
    /// Throws while the file has open questions, when there are too many names, and when stopped.
    public init(
        _ table: TableGuess, plan: ImportPlan, site: ImportSite,
        progress: (Double) -> Bool = { _ in true }
    ) throws(ImportError) {
        let reading = try table.reading()
        var places: [(role: ColumnRole, place: Int)] = []
        for (place, column) in table.columns.enumerated() {
            guard let role = plan.roles[column.index],
                [.machine, .reason, .shift, .state].contains(role)
            else { continue }
            places.append((role, place))
        }
        var texts: [[String: Int]] = places.map { _ in [:] }
        let layout = RowLayout(table, plan)
        var count = 0
        let step = max(1, table.rowCount / ImportsLimits.progressSteps)
        var crowded: ImportQuestion?
        if !places.isEmpty {
            for row in reading {
                count += 1
                if count % step == 0, !progress(Double(count) / Double(max(1, table.rowCount))) {
                    throw .cancelled
                }
                if RowFields(row: row, layout: layout).isTotals(RowLayout.times) { continue }
                for (index, (role, place)) in places.enumerated() {
                    guard let text = row.text(place) else { continue }
                    texts[index][text, default: 0] += 1
                    guard texts[index].count > Self.limit(role) else { continue }
                    let column = table.columns[place]
                    guard role == .reason else { throw .tooLarge(what: Self.says(column, role)) }
                    crowded = Self.notesQuestion(column)
                }
                if crowded != nil { break }
            }
        }
        func gathered(_ role: ColumnRole, _ index: NameIndex) -> [NameMatch] {
            places.firstIndex { $0.role == role }.map { index.matches(texts[$0]) } ?? []
        }
        rows = count
        tooMany = crowded
        machines = gathered(.machine, site.machineNames)
        reasons = crowded == nil ? gathered(.reason, site.reasonNames) : []
        shifts = gathered(.shift, site.shiftNames)
        states = gathered(.state, NameIndex([]))
    }

    private static func limit(_ role: ColumnRole) -> Int {
        role == .reason ? ImportsLimits.reasonTexts : ImportsLimits.nameTexts
    }

    private static func says(_ column: ColumnGuess, _ role: ColumnRole) -> String {
        "\(column.name.quoted) holds over \(limit(role)) different texts, too many for \(role.words)"
    }

    private static func notesQuestion(_ column: ColumnGuess) -> ImportQuestion {
        ImportQuestion(
            .manyReasons(column.index),
            says(column, .reason) + ". Are they notes?",
            [
                .init("Yes, notes without a reason", .roles([column.index: .detail])),
                .init("Leave them out", .roles([column.index: .ignore])),
            ])
    }

    /// What is open about names: those that are near something, and those that are like nothing.
    public func open(_ plan: ImportPlan, site: ImportSite) -> [ImportQuestion] {
        var questions = [tooMany].compactMap(\.self)
        for match in machines where plan.machines[match.key] == nil && match.exact == nil {
            questions.append(machineQuestion(match))
        }
        for match in reasons where plan.reasons[match.key] == nil && match.exact == nil {
            questions.append(reasonQuestion(match))
        }
        for match in shifts where plan.shifts[match.key] == nil && match.exact == nil {
            let choices = match.suggestions.map {
                ImportQuestion.Choice($0.name, .shift(match.key, $0.id))
            }
            questions.append(
                ImportQuestion(.shift(match.key), Self.asks(match, "a shift"), choices))
        }
        for match in states where plan.states[match.key] == nil {
            guard StateMeaning(word: match.spellings[0]) == nil else { continue }
            let choices = StateMeaning.allCases.map {
                ImportQuestion.Choice("It " + $0.verb, .state(match.key, $0))
            }
            questions.append(
                ImportQuestion(
                    .state(match.key), "What did the machine do in \(match.spellings[0].quoted)?",
                    choices))
        }
        return questions
    }

    private func machineQuestion(_ match: NameMatch) -> ImportQuestion {
        var choices = match.suggestions.map {
            ImportQuestion.Choice($0.name, .machineName(match.key, .machine($0.id)))
        }
        choices.append(
            .init(
                "Add \(match.spellings[0].quoted) as a new machine",
                .machineName(match.key, .addNew(name: match.spellings[0]))))
        choices.append(.init("Leave its rows out", .machineName(match.key, .leaveOut)))
        return ImportQuestion(.machine(match.key), Self.asks(match, "a machine"), choices)
    }

    private func reasonQuestion(_ match: NameMatch) -> ImportQuestion {
        var choices = match.suggestions.map { suggestion in
            let name =
                suggestion.detail.isEmpty
                ? suggestion.name : suggestion.name + ": " + suggestion.detail
            return ImportQuestion.Choice(
                name, .reason(match.key, .reason(suggestion.id, detail: suggestion.detail)))
        }
        let name = match.spellings[0]
        for loss in LossKind.allCases {
            choices.append(
                .init(
                    "Add \(name.quoted) as a new reason: \(loss.words)",
                    .reason(match.key, .addNew(name: name, loss: loss))))
        }
        choices.append(.init("Keep it as a note without a reason", .reason(match.key, .noteOnly)))
        return ImportQuestion(.reason(match.key), Self.asks(match, "a reason"), choices)
    }

    private static func asks(_ match: NameMatch, _ what: String) -> String {
        let rows = match.rows == 1 ? "1 row" : "\(match.rows) rows"
        let text = "\(match.spellings[0].quoted) in \(rows) is not \(what) of this site."
        guard let nearest = match.suggestions.first else { return text + " What is it?" }
        return text + " Is it \(nearest.name.quoted)?"
    }
}

extension LossKind {
    /// Where its time goes, in words.
    var words: String {
        switch self {
        case .breakdown: "something broke"
        case .stoppage: "a short or other stop with work on it"
        case .waiting: "it waited for work, material or people"
        case .blocked: "the next machine took nothing"
        case .starved: "nothing came in"
        case .setup: "it was set up"
        case .planned: "agreed not to run"
        }
    }
}

extension PlainText {
    /// Whether a text stands for totals: the word, perhaps with what it is the total of.
    static func isTotal(_ text: String) -> Bool {
        guard text.utf8.count <= 40 else { return false }
        let words = words(text)
        guard words.count <= 3, let first = words.first else { return false }
        return RoleWords.totals.contains(first)
            || words.count >= 2 && first == "grand"
                && words[1] == "total"
    }
}

extension TableGuess {
    /// A reading, or why there is none yet.
    func reading() throws(ImportError) -> TableReading {
        guard rowCount <= ImportsLimits.rows else {
            throw .tooLarge(what: "It has over \(ImportsLimits.rows) rows")
        }
        guard columns.count <= ImportsLimits.columns else {
            throw .tooLarge(what: "It has over \(ImportsLimits.columns) columns")
        }
        do { return try TableReading(self) } catch { throw .sheet(error) }
    }
}

extension SheetRow {
    /// The text of a cell as a name; nil for an empty one.
    func text(_ place: Int) -> String? {
        guard cells.indices.contains(place) else { return nil }
        switch cells[place] {
        case .value(.text(let text)): return text.isEmpty ? nil : text
        case .value(.number(let number)): return number.text
        case .misfit(let text, _): return text
        case .value(.empty): return nil
        case .value(let cell): return cell.plain
        }
    }
}

extension Cell {
    /// The cell as text that reads back to the same.
    var plain: String {
        switch self {
        case .empty: return ""
        case .text(let text): return text
        case .number(let number): return number.text
        case .date(let date): return date.text
        case .time(let time): return time.text
        case .dateTime(let both): return both.text + Cell.offset(both.utcOffset)
        case .duration(let seconds): return Cell.clock(seconds)
        case .truth(let truth): return truth ? "yes" : "no"
        }
    }

    /// Hours, minutes and seconds, such as `1:20:00`; seconds may have decimals.
    private static func clock(_ seconds: Double) -> String {
        let size = abs(seconds)
        guard size < 1e9 else { return "\(seconds) s" }
        let whole = Int(size)
        let rest = size - Double(whole)
        var text = "\(whole / 3_600):\(two(whole / 60 % 60)):\(two(whole % 60))"
        if rest > 0 { text += String(String((rest * 1_000).rounded() / 1_000).dropFirst()) }
        return seconds < 0 ? "-" + text : text
    }

    private static func offset(_ seconds: Int?) -> String {
        guard let seconds else { return "" }
        if seconds == 0 { return "Z" }
        let minutes = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
    }
}

/// Two digits.
func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
