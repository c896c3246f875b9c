// Who hears of what and when: six an hour, quiet hours, repeats that join, and escalation.

public import Plant

/// One thing to do for a message.
public enum MessageOrder: Hashable, Sendable {
    /// One message to one person.
    case send(MessageSubject, RaiseID, to: MessageTell, at: Timestamp)
    /// One summary of what waited: how many, of which machine most, and why they waited.
    case summary(
        to: Slug, count: Int, mostly: Slug?, ofMost: Int, waits: Set<MessageWait>,
        raises: [RaiseID], at: Timestamp)
    /// It joins a message that the person got already.
    case joined(RaiseID, to: Slug, with: RaiseID, at: Timestamp)
    /// It waits for the person's next summary.
    case held(MessageSubject, RaiseID, to: Slug, because: MessageWait, until: Timestamp)
    /// The rule has used up its messages of the day; its owner hears of it once.
    case budgetSpent(rule: Slug, owner: Role, at: Timestamp)
}

/// What became of messages, counted since the plan was made.
public struct MessageCounts: Hashable, Sendable {
    /// Messages that were wanted: one for each person and subject.
    public var wanted: Int64 = 0
    /// Sent one by one.
    public var sent: Int64 = 0
    /// Joined one that was sent.
    public var joined: Int64 = 0
    /// Went out within a summary.
    public var summarised: Int64 = 0
    /// Summaries that went out.
    public var summaries: Int64 = 0
    /// Still waiting.
    public var waiting: Int64 = 0

    /// Nothing yet.
    public init() {}
}

/// Decides on messages; a step function over times in order.
public struct MessagePlan: Hashable, Sendable {
    struct Held: Hashable, Sendable {
        let raise: RaiseID
        let subject: MessageSubject
        let tell: MessageTell
        let isUrgent: Bool
        let because: MessageWait
    }

    struct Lane: Hashable, Sendable {
        var quiet: QuietTime?
        /// Times of messages of the last hour, oldest first.
        var sent: [Timestamp] = []
        var held: [Held] = []
        /// Held ones beyond those that are kept by name.
        var more = 0
        var waits: Set<MessageWait> = []
        var due: Timestamp?
        /// The last message of each rule and machine.
        var last: [AlarmKey: RaiseID] = [:]
    }

    struct Open: Hashable, Sendable {
        let call: MessageCall
        var step = 0
        var isAnswered = false
        var told: [MessageTell] = []
    }

    struct Budget: Hashable, Sendable {
        var from: Timestamp
        var sent = 0
        var isSpent = false
    }

    let zone: ZoneRules
    var lanes: [Slug: Lane] = [:]
    var open: [RaiseID: Open] = [:]
    var budgets: [Slug: Budget] = [:]
    /// What became of messages.
    public internal(set) var counts = MessageCounts()
    /// Raises that were not followed up because too many were open.
    public internal(set) var unfollowed: Int64 = 0

    /// A plan for people; anybody else has no quiet hours.
    public init(people: [MessagePerson], zone: ZoneRules) {
        self.zone = zone
        for person in people { lanes[person.id] = Lane(quiet: person.quiet) }
    }

    /// A rule fired.
    public mutating func begin(_ call: MessageCall) -> [MessageOrder] {
        let at = call.raise.at
        var orders = pass(to: at)
        guard open[call.raise] == nil else { return orders }
        var entry = Open(call: call)
        for tell in MessagePlan.once(call.tells) {
            orders += want(.began, call, tell, at: at)
            entry.told.append(tell)
        }
        guard open.count < ActLimits.openRaises else {
            unfollowed += 1
            return orders
        }
        open[call.raise] = entry
        return orders
    }

    /// A person answers: "I am on it" ends the escalation, "Not now" leaves it to the next.
    public mutating func answer(
        _ answer: MessageAnswer, to raise: RaiseID, at: Timestamp
    ) -> [MessageOrder] {
        let orders = pass(to: at)
        if answer == .onIt { open[raise]?.isAnswered = true }
        return orders
    }

    /// A firing is over: nobody else is called, and those told hear of it if they should.
    public mutating func end(_ raise: RaiseID, at: Timestamp) -> [MessageOrder] {
        var orders = pass(to: at)
        guard let entry = open.removeValue(forKey: raise), entry.call.tellsWhenOver else {
            return orders
        }
        for tell in MessagePlan.once(entry.told) {
            orders += want(.over, entry.call, tell, at: at)
        }
        return orders
    }

    /// Time has passed: what is due goes out, each at its own time.
    public mutating func pass(to time: Timestamp) -> [MessageOrder] {
        var orders: [MessageOrder] = []
        while let next = nextDue, next.at <= time {
            switch next.what {
            case .step(let raise): orders += escalate(raise, at: next.at)
            case .summary(let person): orders += release(person, at: next.at)
            }
        }
        return orders
    }

    private enum Due {
        case step(RaiseID)
        case summary(Slug)
    }

    private var nextDue: (at: Timestamp, what: Due)? {
        var best: (at: Timestamp, name: String, what: Due)?
        func offer(_ at: Timestamp, _ name: String, _ what: Due) {
            guard let now = best else {
                best = (at, name, what)
                return
            }
            if (at.nanoseconds, name) < (now.at.nanoseconds, now.name) { best = (at, name, what) }
        }
        for (raise, entry) in open where !entry.isAnswered {
            let steps = entry.call.steps
            guard entry.step < steps.count else { continue }
            offer(raise.at + steps[entry.step].after, raise.text, .step(raise))
        }
        for (person, lane) in lanes {
            if let due = lane.due { offer(due, "~" + person.text, .summary(person)) }
        }
        return best.map { ($0.at, $0.what) }
    }

    private mutating func escalate(_ raise: RaiseID, at: Timestamp) -> [MessageOrder] {
        guard var entry = open[raise] else { return [] }
        let step = entry.call.steps[entry.step]
        entry.step += 1
        var orders: [MessageOrder] = []
        for tell in MessagePlan.once(step.tells) {
            orders += want(.unanswered(entry.step), entry.call, tell, at: at)
            entry.told.append(tell)
        }
        open[raise] = entry
        return orders
    }

    /// Each person once, with the first way that was named.
    private static func once(_ tells: [MessageTell]) -> [MessageTell] {
        var seen: Set<Slug> = []
        return tells.filter { seen.insert($0.person).inserted }
    }
}
