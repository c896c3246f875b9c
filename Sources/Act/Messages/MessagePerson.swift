// People who get messages, and the hours in which only what presses reaches them.

public import Plant

/// Quiet hours, in minutes of the site's day; over midnight where `to` is not after `from`.
public struct QuietTime: Hashable, Sendable, BitwiseCopyable {
    /// First minute of quiet, 0 to 1,439.
    public let from: Int
    /// First minute after it, 0 to 1,439.
    public let to: Int

    /// Quiet hours; nil when a minute is not of the day, or the two are the same.
    public init?(from: Int, to: Int) {
        guard (0..<1_440).contains(from), (0..<1_440).contains(to), from != to else { return nil }
        self.from = from
        self.to = to
    }

    /// When the quiet that holds at a time ends; nil when it is not quiet.
    public func end(at time: Timestamp, zone: ZoneRules) -> Timestamp? {
        let local = zone.local(time)
        let minute = local.secondsOfDay / 60
        let isQuiet =
            from < to ? (from..<to).contains(minute) : minute >= from || minute < to
        guard isQuiet else { return nil }
        let isTomorrow = from > to && minute >= from
        let end = zone.instant(
            of: local.date.adding(days: isTomorrow ? 1 : 0), secondsOfDay: to * 60)
        // On the night of a clock change the wall clock may show the end twice.
        return max(end, time + Elapsed(nanoseconds: 1))
    }
}

/// A person who gets messages.
public struct MessagePerson: Hashable, Sendable {
    /// Who.
    public let id: Slug
    /// Quiet hours; nil for none.
    public let quiet: QuietTime?

    /// A person.
    public init(id: Slug, quiet: QuietTime? = nil) {
        self.id = id
        self.quiet = quiet
    }
}

/// What a person answers to a message.
public enum MessageAnswer: String, Hashable, Sendable, CaseIterable {
    /// "I am on it".
    case onIt = "on-it"
    /// "Not now".
    case notNow = "not-now"

    /// The words on the link.
    public var words: String { self == .onIt ? "I am on it" : "Not now" }
}

/// Why a message waits.
public enum MessageWait: String, Hashable, Sendable, CaseIterable {
    /// Six went out within the hour.
    case flood
    /// It is quiet.
    case quiet
    /// The rule has used up its messages of the day.
    case budget
}

/// What a message is about.
public enum MessageSubject: Hashable, Sendable {
    /// The rule fired.
    case began
    /// Nobody has answered; the number counts the steps from 1.
    case unanswered(Int)
    /// It is over.
    case over
}

/// Who is told, and on which way.
public struct MessageTell: Hashable, Sendable {
    /// Who.
    public let person: Slug
    /// On which way; nil for the person's own choice.
    public let way: MessageWay?

    /// A person and a way.
    public init(_ person: Slug, _ way: MessageWay? = nil) {
        self.person = person
        self.way = way
    }
}

/// What happens when nobody answers.
public struct MessageStep: Hashable, Sendable {
    /// How long after the firing.
    public let after: Elapsed
    /// Who is told then.
    public let tells: [MessageTell]

    /// A step from its parts.
    public init(after: Elapsed, tells: [MessageTell]) {
        self.after = after
        self.tells = tells
    }
}

/// Whom a firing tells, with roles already turned into people.
public struct MessageCall: Hashable, Sendable {
    /// Which raise.
    public let raise: RaiseID
    /// Who is told at once.
    public let tells: [MessageTell]
    /// Who is told when nobody answers, and after how long.
    public let steps: [MessageStep]
    /// Whether the people told hear when it is over.
    public let tellsWhenOver: Bool
    /// Whether it goes out in quiet hours too.
    public let isUrgent: Bool
    /// The role that hears when the rule has used up its messages.
    public let owner: Role

    /// A call from its parts.
    public init(
        raise: RaiseID, tells: [MessageTell],
        steps: [MessageStep] = [],
        tellsWhenOver: Bool = false, isUrgent: Bool = false, owner: Role
    ) {
        self.raise = raise
        self.tells = tells
        self.steps = steps
        self.tellsWhenOver = tellsWhenOver
        self.isUrgent = isUrgent
        self.owner = owner
    }

    /// The call of a rule that fired; `onDuty` are the people of a role.
    public init(
        _ rule: Rule, raise: RaiseID, isUrgent: Bool, onDuty: (Role) -> [Slug]
    ) {
        func people(_ actions: [RuleAction]) -> [MessageTell] {
            var found: [MessageTell] = []
            for action in actions {
                guard case .tell(let whom, let way) = action else { continue }
                switch whom {
                case .person(let id): found.append(MessageTell(id, way))
                case .role(let role): found += onDuty(role).sorted().map { MessageTell($0, way) }
                }
            }
            return found
        }
        self.init(
            raise: raise, tells: people(rule.actions),
            steps: rule.escalations.map {
                MessageStep(after: $0.after, tells: people($0.tells))
            },
            tellsWhenOver: rule.tellsWhenOver, isUrgent: isUrgent, owner: rule.owner)
    }
}
