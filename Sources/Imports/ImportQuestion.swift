// Questions about an import in plain words; each answer is a change of the plan.

public import Plant

/// One thing that a person decides about an import.
public enum PlanChange: Hashable, Sendable {
    /// What columns say, by their place in the sheet.
    case roles([Int: ColumnRole])
    /// What kind of table it is.
    case kind(TableKind)
    /// All rows are about one machine.
    case machine(Slug)
    /// All rows are about one day.
    case day(CivilDate)
    /// What numbers of the column of minutes are.
    case durationUnit(DurationUnit)
    /// What a day without times means.
    case dayMeaning(DayMeaning)
    /// Which of two equal times on the wall is meant when clocks go back.
    case repeated(RepeatedTime)
    /// What becomes of stops that no signal saw.
    case unseenStops(UnseenStops)
    /// What a reason of the file means, by its plain form.
    case reason(String, ReasonChoice)
    /// What a machine of the file means, by its plain form.
    case machineName(String, MachineChoice)
    /// Which shift a name of the file means, by its plain form.
    case shift(String, Slug)
    /// What a word for a state means, by its plain form.
    case state(String, StateMeaning)
}

/// Something that a person decides because neither the file nor the site says it.
public struct ImportQuestion: Hashable, Sendable, Identifiable {
    /// What is asked about.
    public enum Subject: Hashable, Sendable {
        /// What one column says.
        case column(Int)
        /// Which of several columns has a role.
        case role(ColumnRole)
        /// A role that no column has and the table needs.
        case missing(ColumnRole)
        /// What kind of table it is.
        case kind
        /// Minutes, hours or seconds.
        case durationUnit
        /// What a day means.
        case dayMeaning
        /// Times that occur twice.
        case repeated
        /// A machine of the file.
        case machine(String)
        /// A reason of the file.
        case reason(String)
        /// Too many different reasons for a column of reasons.
        case manyReasons(Int)
        /// A shift of the file.
        case shift(String)
        /// A word for a state.
        case state(String)
    }

    /// One answer.
    public struct Choice: Hashable, Sendable {
        /// The answer in words.
        public let text: String
        /// What it changes in the plan.
        public let change: PlanChange

        init(_ text: String, _ change: PlanChange) { (self.text, self.change) = (text, change) }
    }

    /// What is asked about.
    public let id: Subject
    /// The question, one or two sentences.
    public let text: String
    /// The answers offered; none is preset, and a page may offer a list of the site beside them.
    public let choices: [Choice]

    init(_ id: Subject, _ text: String, _ choices: [Choice]) {
        (self.id, self.text, self.choices) = (id, text, choices)
    }

    /// Whether rows can be read at all before it is answered.
    ///
    /// Questions about single names only keep the rows that have them from being stored.
    public var isAboutAll: Bool {
        switch id {
        case .machine, .reason, .shift, .state, .repeated: false
        default: true
        }
    }
}
