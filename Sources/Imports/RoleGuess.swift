// What each column of a table probably says, from its heading and its values; the rest is asked.

import Plant
public import Sheets

/// A column with what it probably says.
public struct ColumnProposal: Hashable, Sendable {
    /// Its place in the sheet, from 0.
    public let column: Int
    /// Its heading.
    public let name: String
    /// What it says; nil where that is a question.
    public let role: ColumnRole?
    /// How sure that is, 0 to 1.
    public let confidence: Double
    /// How it is known, in one sentence.
    public let why: String
    /// The first cells with content.
    public let examples: [String]
}

/// The roles of all columns as far as they are clear, and questions about the others.
public struct RoleGuess: Hashable, Sendable {
    /// The columns from left to right.
    public let columns: [ColumnProposal]
    /// Kinds as which columns are better read, by place in the sheet.
    ///
    /// They are too mixed to be seen as what their heading says; put them into the decisions about
    /// the sheet and guess again.
    public let wishes: [Int: ColumnKind]
    /// What is asked about columns.
    public let questions: [ImportQuestion]

    /// The roles that are clear, by place in the sheet.
    public var roles: [Int: ColumnRole] {
        var roles: [Int: ColumnRole] = [:]
        for column in columns { roles[column.column] = column.role }
        return roles
    }

    /// A guess about a table; names of the site help where headings do not.
    public init(_ table: TableGuess, site: ImportSite) {
        let sample = ColumnSample(table)
        var drafts = table.columns.enumerated().map { place, column in
            RoleDraft(column, values: sample.texts[place], site: site)
        }
        RoleDraft.weigh(&drafts)
        var taken: [ColumnRole: Int] = [:]
        var questions: [ImportQuestion] = []
        for role in ColumnRole.all where !role.isShared {
            let rivals = drafts.indices.filter { drafts[$0].best == role }
            guard let first = rivals.max(by: { drafts[$0].score(role) < drafts[$1].score(role) })
            else { continue }
            let close = rivals.filter { drafts[$0].score(role) >= drafts[first].score(role) - 0.15 }
            if close.count == 1 {
                taken[role] = first
                drafts[first].settle(role)
            } else {
                questions.append(Self.rivalry(role, close.map { drafts[$0].guess }))
                for index in close { drafts[index].isAsked = true }
            }
        }
        for index in drafts.indices where drafts[index].role == nil && !drafts[index].isAsked {
            if let best = drafts[index].best, best.isShared {
                drafts[index].settle(best)
            } else if drafts[index].guess.filled == 0 {
                drafts[index].settle(.ignore)
            } else {
                questions.append(drafts[index].question(taken: Set(taken.keys)))
            }
        }
        let hasDay = drafts.contains { $0.role == .day }
        columns = drafts.map(\.proposal)
        self.questions = questions
        var wishes: [Int: ColumnKind] = [:]
        for draft in drafts where draft.guess.kind == .text {
            wishes[draft.guess.index] = draft.role?.wish(hasDay: hasDay)
        }
        self.wishes = wishes
    }

    /// The question which of several columns has a role.
    static func rivalry(_ role: ColumnRole, _ columns: [ColumnGuess]) -> ImportQuestion {
        let names = columns.map { $0.name.quoted }
        let list = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        let choices = columns.map { chosen in
            var roles: [Int: ColumnRole] = [:]
            for column in columns { roles[column.index] = column == chosen ? role : .ignore }
            return ImportQuestion.Choice(
                "\(chosen.name.quoted), as in \(chosen.examples.first?.quoted ?? "no cell")",
                .roles(roles))
        }
        return ImportQuestion(
            .role(role), "\(list) could all be \(role.words). Which is it?", choices)
    }
}

/// The texts of the first rows, by column.
private struct ColumnSample {
    var texts: [[String]]

    init(_ table: TableGuess) {
        texts = table.columns.map(\.examples)
        guard let reading = try? TableReading(table) else { return }  // open questions come first
        var count = 0
        for row in reading {
            for (place, cell) in row.cells.enumerated() where texts.indices.contains(place) {
                if case .value(.text(let text)) = cell { texts[place].append(text) }
            }
            count += 1
            if count == ImportsLimits.sampledRows { break }
        }
    }
}

/// A column on its way to a role.
private struct RoleDraft {
    let guess: ColumnGuess
    private var scores: [ColumnRole: Double] = [:]
    private var whys: [ColumnRole: String] = [:]
    private(set) var role: ColumnRole?
    private var isUnclear = false
    var isAsked = false

    init(_ guess: ColumnGuess, values: [String], site: ImportSite) {
        self.guess = guess
        let kind = guess.kind
        for (role, score) in RoleWords.scores(guess.name) {
            scores[role] = score * role.fit(kind)
            whys[role] = "The heading \(guess.name.quoted) is usual for \(role.words)."
        }
        guard kind == .text || kind == .whole else { return }
        addEvidence(.machine, values, site.machineNames, "machines")
        addEvidence(.reason, values, site.reasonNames, "reasons")
        let hours = values.filter { HourText($0) != nil }.count
        if kind == .text, hours > 0, hours * 5 >= values.count * 4 {
            add(.hour, 0.95, "Its cells are hours, such as \(values[0].quoted).")
        }
        let states = values.filter { StateMeaning(word: $0) != nil }.count
        if kind == .text, states * 5 >= values.count * 4, states > 0, scores[.reason] ?? 0 < 0.5 {
            add(.state, 0.85, "Its cells are words for states, such as \(values[0].quoted).")
        }
    }

    private mutating func addEvidence(
        _ role: ColumnRole, _ values: [String], _ names: NameIndex, _ what: String
    ) {
        guard !values.isEmpty else { return }
        var known = 0
        for value in Set(values) where names.exact(NameIndex.key(value)) != nil { known += 1 }
        let share = Double(known) / Double(Set(values).count)
        guard share >= 0.5 else { return }
        add(role, 0.6 + 0.4 * share, "\(known) of its values are \(what) of this site.")
    }

    private mutating func add(_ role: ColumnRole, _ score: Double, _ why: String) {
        guard score > scores[role] ?? 0 else { return }
        scores[role] = score
        whys[role] = why
    }

    func score(_ role: ColumnRole) -> Double { scores[role] ?? 0 }

    /// The role that fits best, nil where none does or two do equally.
    var best: ColumnRole? {
        guard !isUnclear else { return nil }
        return ranked.first?.role
    }

    private var ranked: [(role: ColumnRole, score: Double)] {
        scores.filter { $0.value >= 0.45 }.map { ($0.key, $0.value) }
            .sorted { ($1.score, $0.role.code) < ($0.score, $1.role.code) }
    }

    /// Lets columns help one another: a table of jobs, one of parts made, one of measurements.
    static func weigh(_ drafts: inout [RoleDraft]) {
        func has(_ role: ColumnRole) -> Bool { drafts.contains { $0.score(role) >= 0.6 } }
        let isJobList = has(.due) && !has(.scrap)
        let hasTime = drafts.contains { $0.score(.start) >= 0.6 || $0.score(.day) >= 0.6 }
        let hasPlan = drafts.contains { $0.score(.planned) >= 0.6 && $0.score(.good) < 0.45 }
        let isLog = hasTime && !has(.due) && (has(.scrap) || has(.machine) || hasPlan)
        let isMeasured =
            hasTime
            && ![.machine, .good, .scrap, .reason, .job, .minutes, .due, .end].contains(where: has)
        let hasClock = drafts.contains { $0.score(.start) >= 0.6 && $0.guess.kind == .time }
        for index in drafts.indices {
            let isBoth = abs(drafts[index].score(.good) - drafts[index].score(.planned)) < 0.15
            if isBoth, drafts[index].score(.good) > 0 {
                if isJobList { drafts[index].scores[.good] = nil }
                if isLog { drafts[index].scores[.planned] = nil }
            }
            let kind = drafts[index].guess.kind
            if isMeasured, kind == .whole || kind == .decimal, drafts[index].ranked.isEmpty {
                drafts[index].add(
                    .measurement(nil), 0.7, "It holds numbers beside a column of times.")
            }
            // A date beside a time of day is a day; a date with time is a start.
            if kind == .date || hasClock && kind == .text { drafts[index].prefer(.day, to: .start) }
            if kind == .dateTime { drafts[index].prefer(.start, to: .day) }
            if kind == .date { drafts[index].prefer(.endDay, to: .end) }
            let ranked = drafts[index].ranked
            if ranked.count > 1, ranked[0].score - ranked[1].score < 0.08 {
                drafts[index].isUnclear = true
            }
        }
    }

    private mutating func prefer(_ role: ColumnRole, to other: ColumnRole) {
        if score(role) >= 0.3 { scores[other] = nil }
    }

    mutating func settle(_ role: ColumnRole) { self.role = role }

    var proposal: ColumnProposal {
        let why: String
        if let role {
            why = whys[role] ?? "It has no cells."
        } else {
            why = "What it says is asked."
        }
        return ColumnProposal(
            column: guess.index, name: guess.name, role: role,
            confidence: role.map { guess.filled == 0 ? 1 : score($0) } ?? 0, why: why,
            examples: guess.examples)
    }

    /// The question what the column says.
    func question(taken: Set<ColumnRole>) -> ImportQuestion {
        let likely = ranked.map(\.role)
        let others = ColumnRole.all.filter { role in
            role != .ignore && !likely.contains(role) && role.fit(guess.kind) >= 0.5
        }
        let offered = (likely + others).filter { !taken.contains($0) } + [.ignore]
        let examples = guess.examples.map(\.quoted).joined(separator: ", ")
        let cells = examples.isEmpty ? "It has no cells." : "It holds \(examples)."
        return ImportQuestion(
            .column(guess.index), "What is \(guess.name.quoted)? \(cells)",
            offered.map { .init($0.words.capitalisedFirst, .roles([guess.index: $0])) })
    }
}

extension String {
    /// With a capital letter at the beginning.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
