// A rule as a value: when, in which hours, what then, and what if nobody answers.

public import Plant

/// Which shifts a rule's hours mean.
public enum ShiftChoice: Hashable, Sendable {
    /// At any time.
    case always
    /// While any shift owns the time, breaks included.
    case anyShift
    /// In planned working time, breaks left out.
    case workingTime
    /// In some shifts, by the ids of their patterns.
    case shifts([Slug])
    /// Outside every shift.
    case outside
}

/// The hours in which a rule looks.
public struct RuleWindow: Hashable, Sendable {
    /// Which shifts.
    public var shifts: ShiftChoice
    /// Days of the week on which the stretch starts; empty means every day.
    public var days: Set<Weekday>
    /// Hours on the wall clock, whole minutes, at most a day; nil means all day.
    public var hours: ClockSpan?

    /// Hours of a rule.
    public init(
        shifts: ShiftChoice = .always, days: Set<Weekday> = [], hours: ClockSpan? = nil
    ) {
        self.shifts = shifts
        self.days = days
        self.hours = hours
    }

    /// At any time.
    public static let always = RuleWindow()
    /// Whether it leaves nothing out.
    public var isAlways: Bool { self == .always }
}

/// On which way a person is told.
public enum MessageWay: String, Hashable, Sendable, CaseIterable {
    /// A phone alert.
    case phone
    /// E-mail.
    case email = "e-mail"
    /// A text message.
    case sms
    /// The office's chat.
    case chat
}

/// Who is told.
public enum RuleRecipient: Hashable, Sendable {
    /// A person by id.
    case person(Slug)
    /// Everybody on duty with a role.
    case role(Role)
}

/// What a rule does.
public enum RuleAction: Hashable, Sendable {
    /// Tells somebody; without a way the person's own choice counts.
    case tell(RuleRecipient, MessageWay?)
    /// Puts a request for work on somebody's list.
    case work(RuleRecipient)
    /// Shows it on a board.
    case board(Slug)
    /// Posts to an address on the web, by the name it has in the settings.
    case post(Slug)
    /// Publishes over MQTT, by the name it has in the settings.
    case publish(Slug)
    /// Proposes a write to a machine, by the name of its envelope; the gates decide (W).
    case write(Slug)
}

/// What happens when nobody answers.
public struct Escalation: Hashable, Sendable {
    /// How long after the firing.
    public let after: Elapsed
    /// Who is told then; one or more.
    public let tells: [RuleAction]

    /// A step; its actions are of the kind ``RuleAction/tell(_:_:)``.
    public init(after: Elapsed, tells: [RuleAction]) {
        self.after = after
        self.tells = tells
    }
}

/// One rule.
public struct Rule: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// Name as people say it.
    public var name: String
    /// The role that looks after it.
    public var owner: Role
    /// Whether it is switched on.
    public var isOn: Bool
    /// What it waits for.
    public var condition: Condition
    /// What must also hold; nil when nothing was added by "but only if".
    public var onlyIf: Condition?
    /// In which hours it looks.
    public var window: RuleWindow
    /// What it does; one or more.
    public var actions: [RuleAction]
    /// How long the condition must be gone before it is over; none by default.
    public var overAfter: Elapsed
    /// Whether the people told hear when it is over.
    public var tellsWhenOver: Bool
    /// What happens when nobody answers, in order of time.
    public var escalations: [Escalation]

    /// A rule; ``check()`` says what is wrong with it.
    public init(
        id: Slug, name: String, owner: Role, isOn: Bool = true, condition: Condition,
        onlyIf: Condition? = nil, window: RuleWindow = .always, actions: [RuleAction],
        overAfter: Elapsed = .zero, tellsWhenOver: Bool = false, escalations: [Escalation] = []
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.isOn = isOn
        self.condition = condition
        self.onlyIf = onlyIf
        self.window = window
        self.actions = actions
        self.overAfter = overAfter
        self.tellsWhenOver = tellsWhenOver
        self.escalations = escalations
    }

    /// Condition and "but only if" together.
    public var whole: Condition {
        guard let onlyIf else { return condition }
        return .all([condition, onlyIf])
    }

    /// Whether it stands for every machine, each for itself.
    public var isForAnyMachine: Bool { whole.tests.contains { $0.subject == .anyMachine } }

    /// The machine that the first test of a machine names, nil for any machine and for the box.
    public var firstMachine: Slug? {
        for test in whole.tests {
            if case .machine(let id) = test.subject { return id }
        }
        return nil
    }

    /// Whether it proposes writes to machines.
    public var changesMachines: Bool {
        actions.contains { if case .write = $0 { true } else { false } }
    }
}
