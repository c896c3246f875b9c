// All that decides how a table is brought in: kind, roles, fixed values, and what names mean.

public import Plant
public import Sheets

/// How a table is brought in.
public struct ImportPlan: Hashable, Sendable {
    /// What its rows are; nil while that is open.
    public var kind: TableKind?
    /// What columns say, by their place in the sheet; those without an entry are open.
    public var roles: [Int: ColumnRole]
    /// The machine of all rows, where no column names one.
    public var machine: Slug?
    /// The day of all rows, where no column names one.
    public var day: CivilDate?
    /// The zone of the times in the file.
    public var zone: ZoneRules
    /// What numbers in the column of lengths of time are; nil where its heading says it.
    public var durationUnit: DurationUnit?
    /// What a day without times means; nil while that is open.
    public var dayMeaning: DayMeaning?
    /// Which of two equal times is meant when clocks go back; nil: such rows are refused.
    public var repeated: RepeatedTime?
    /// What becomes of stops of machines with signals where they saw none.
    public var unseenStops: UnseenStops
    /// What reasons mean, by their plain form.
    public var reasons: [String: ReasonChoice]
    /// What machines mean, by their plain form.
    public var machines: [String: MachineChoice]
    /// Which shifts are meant, by the plain form of their names.
    public var shifts: [String: Slug]
    /// What words for states mean, by their plain form.
    public var states: [String: StateMeaning]

    /// A plan with nothing decided but its zone.
    public init(zone: ZoneRules) {
        self.zone = zone
        roles = [:]
        unseenStops = .refuse
        reasons = [:]
        machines = [:]
        shifts = [:]
        states = [:]
    }

    /// A plan with what a guess is sure of.
    public init(_ guess: RoleGuess, zone: ZoneRules) {
        self.init(zone: zone)
        roles = guess.roles
        let kinds = TableKind.fitting(Set(roles.values))
        if kinds.count == 1, guess.questions.isEmpty { kind = kinds.first }
    }

    /// Takes an answer to a question.
    public mutating func apply(_ change: PlanChange) {
        switch change {
        case .roles(let chosen): roles.merge(chosen) { $1 }
        case .kind(let kind): self.kind = kind
        case .machine(let machine): self.machine = machine
        case .day(let day): self.day = day
        case .durationUnit(let unit): durationUnit = unit
        case .dayMeaning(let meaning): dayMeaning = meaning
        case .repeated(let which): repeated = which
        case .unseenStops(let choice): unseenStops = choice
        case .reason(let key, let choice): reasons[key] = choice
        case .machineName(let key, let choice): machines[key] = choice
        case .shift(let key, let shift): shifts[key] = shift
        case .state(let key, let meaning): states[key] = meaning
        }
    }

    /// Whether a column has a role.
    func has(_ role: ColumnRole) -> Bool { roles.values.contains(role) }

    /// The kind that was chosen, or the only one that the roles fit.
    var settledKind: TableKind? {
        if let kind { return kind }
        let fitting = TableKind.fitting(Set(roles.values))
        return fitting.count == 1 ? fitting.first : nil
    }

    /// Whether a role is there as a column or as a fixed value.
    func knows(_ role: ColumnRole) -> Bool {
        switch role {
        case .machine: machine != nil || has(.machine)
        case .day: day != nil || has(.day)
        default: has(role)
        }
    }

    /// What is still open about the table as a whole, in the order in which it is asked.
    public func open(
        _ table: TableGuess, guess: RoleGuess, site: ImportSite
    ) -> [ImportQuestion] {
        var questions = guess.questions.filter { question in
            switch question.id {
            case .column(let column): roles[column] == nil
            case .role(let role): !has(role) && question.columns.contains { roles[$0] == nil }
            default: true
            }
        }
        let asked = Set(questions.flatMap(\.columns))
        for column in table.columns where roles[column.index] == nil {
            if asked.contains(column.index) { continue }
            questions.append(
                ImportQuestion(
                    .column(column.index), "What is \(column.name.quoted)?",
                    ColumnRole.all.filter { $0.fit(column.kind) >= 0.5 }.map {
                        .init($0.words.capitalisedFirst, .roles([column.index: $0]))
                    }))
        }
        for role in ColumnRole.all where !role.isShared {
            let rivals = table.columns.filter { roles[$0.index] == role }
            if rivals.count > 1 { questions.append(RoleGuess.rivalry(role, rivals)) }
        }
        // What is missing is known once the columns are.
        guard questions.isEmpty else { return questions }
        guard let kind = settledKind else { return [kindQuestion] }
        questions += missing(kind, table, site)
        questions += PlanQuestions(plan: self, kind: kind, table: table, site: site).all
        return questions
    }

    private var kindQuestion: ImportQuestion {
        let fitting = TableKind.fitting(Set(roles.values))
        let offered = fitting.isEmpty ? TableKind.allCases : fitting
        let text =
            fitting.isEmpty
            ? "What is this table? Its columns do not tell."
            : "Is this " + offered.map(\.words).joined(separator: " or ") + "?"
        return ImportQuestion(
            .kind, text, offered.map { .init($0.words.capitalisedFirst, .kind($0)) })
    }

    private func missing(
        _ kind: TableKind, _ table: TableGuess, _ site: ImportSite
    ) -> [ImportQuestion] {
        var questions: [ImportQuestion] = []
        var needs = kind.needs
        if kind == .stops || kind == .production || kind == .measurements {
            let hasClock = table.columns.contains { column in
                roles[column.index] == .start && column.kind == .time
            }
            if hasClock { needs.append([.day]) }
        }
        for group in needs where !group.contains(where: knows) {
            questions.append(missing(group, kind, table, site))
        }
        if kind == .measurements, !roles.values.contains(where: \.isMeasurement) {
            questions.append(missing([.measurement(nil)], kind, table, site))
        }
        return questions
    }

    private func missing(
        _ group: [ColumnRole], _ kind: TableKind, _ table: TableGuess, _ site: ImportSite
    ) -> ImportQuestion {
        var choices: [ImportQuestion.Choice] = []
        for column in table.columns where roles[column.index] == .ignore {
            for role in group where role.fit(column.kind) >= 0.3 {
                choices.append(
                    .init(
                        "\(column.name.quoted) is \(role.words)", .roles([column.index: role])))
            }
        }
        let machines = site.machines.values.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        if group == [.machine] {
            choices += machines.map { .init("\($0.name) for all rows", .machine($0.id)) }
        }
        let words = group.map(\.words).joined(separator: " or ")
        return ImportQuestion(
            .missing(group[0]), "No column says \(words), and \(kind.words) needs it.", choices)
    }
}

extension ColumnRole {
    /// Whether it is measured values.
    var isMeasurement: Bool { if case .measurement = self { true } else { false } }
}

extension ImportQuestion {
    /// The columns that its answers are about.
    var columns: [Int] {
        guard case .roles(let roles)? = choices.first?.change else { return [] }
        return Array(roles.keys)
    }
}
