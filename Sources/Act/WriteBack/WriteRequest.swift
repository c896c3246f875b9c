// What a person or a rule asks to write, who approved exactly that, and what is known meanwhile.

public import Plant

/// Who asks.
public enum WriteOrigin: Hashable, Sendable {
    /// A named person; when the second factor was given last, nil if never.
    case person(Slug, secondFactor: Timestamp?)
    /// A rule.
    case rule(Slug)
    /// A hub, a programme or an import: never.
    case outside
}

/// A request to write one value.
public struct WriteRequest: Hashable, Sendable {
    /// Made before anything is done; a repeat of it is the same request.
    public let id: EventID
    /// The envelope.
    public let envelope: Slug
    /// Who asks.
    public let origin: WriteOrigin
    /// The value.
    public let value: Double
    /// The unit in which the person saw it.
    public let unit: String
    /// The value that the person saw: a changed one refuses the write.
    public let expected: Double
    /// Why.
    public let reason: String
    /// When it was asked.
    public let asked: Timestamp
    /// When the sending was ordered; it may be sent for ``ActLimits/orderLife``.
    public let ordered: Timestamp

    /// A request.
    public init(
        id: EventID, envelope: Slug, origin: WriteOrigin, value: Double, unit: String,
        expected: Double, reason: String, asked: Timestamp, ordered: Timestamp
    ) {
        self.id = id
        self.envelope = envelope
        self.origin = origin
        self.value = value
        self.unit = unit
        self.expected = expected
        self.reason = reason
        self.asked = asked
        self.ordered = ordered
    }

    /// Whether a rule asks, and no person.
    public var isByRule: Bool { if case .rule = origin { true } else { false } }

    /// Everything that an approver sees, in one text; the time of the order is not part of it.
    ///
    /// Numbers stand by their bits, so that no two requests have one text.
    public var content: String {
        let who =
            switch origin {
            case .person(let id, _): "person \(id)"
            case .rule(let id): "rule \(id)"
            case .outside: "outside"
            }
        return [
            id.text, envelope.text, who, String(value.bitPattern, radix: 16),
            String(expected.bitPattern, radix: 16), "\(unit.utf8.count):\(unit)",
            "\(reason.utf8.count):\(reason)", String(asked.nanoseconds),
        ].joined(separator: "|")
    }
}

/// A second person's yes to exactly one request.
public struct WriteApproval: Hashable, Sendable {
    /// Who.
    public let by: Slug
    /// ``WriteRequest/content`` as the approver saw it, or its digest where both use one.
    public let content: String
    /// When.
    public let at: Timestamp
    /// When the second factor was given last; nil if never.
    public let secondFactor: Timestamp?

    /// An approval.
    public init(by: Slug, content: String, at: Timestamp, secondFactor: Timestamp?) {
        self.by = by
        self.content = content
        self.at = at
        self.secondFactor = secondFactor
    }
}

/// A value and when it was read.
public struct FreshValue: Hashable, Sendable, BitwiseCopyable {
    /// The value; a switch is 0 or 1.
    public let value: Double
    /// When it was read.
    public let at: Timestamp
    /// Whether it can be trusted.
    public let isGood: Bool

    /// A value from its parts.
    public init(_ value: Double, at: Timestamp, isGood: Bool = true) {
        self.value = value
        self.at = at
        self.isGood = isGood
    }

    /// Whether it is good and at most so old; one from the future is not.
    public func isFresh(at now: Timestamp, most age: Elapsed = ActLimits.freshness) -> Bool {
        isGood && value.isFinite && at <= now && now - at <= age
    }
}

/// What is known at the moment of the decision.
public struct WritePicture: Hashable, Sendable {
    /// The moment.
    public var now: Timestamp
    /// The signal's present value; nil when there is none.
    public var current: FreshValue?
    /// The machine's state and when it was last confirmed.
    public var state: MachineState
    /// When the state was last confirmed by the machine.
    public var stateSeen: Timestamp
    /// Switches of the machine by signal: the local enable and the conditions.
    public var switches: [Slug: FreshValue]
    /// Whether an alarm of the highest priority is active on the machine.
    public var hasHighAlarm: Bool
    /// Whether another write to the machine is under way, or waits for a person.
    public var hasPending: Bool
    /// Whether everything is set to read only: the switch on every page, or an input.
    public var isStopped: Bool
    /// Whether the clock can be trusted.
    public var isClockGood: Bool
    /// Whether the journal takes entries.
    public var isJournalGood: Bool
    /// Whether it is within the envelope's hours.
    public var isInHours: Bool
    /// The day of the site.
    public var day: CivilDate

    /// A picture from its parts.
    public init(
        now: Timestamp, current: FreshValue?, state: MachineState, stateSeen: Timestamp,
        switches: [Slug: FreshValue], hasHighAlarm: Bool, hasPending: Bool, isStopped: Bool,
        isClockGood: Bool, isJournalGood: Bool, isInHours: Bool, day: CivilDate
    ) {
        self.now = now
        self.current = current
        self.state = state
        self.stateSeen = stateSeen
        self.switches = switches
        self.hasHighAlarm = hasHighAlarm
        self.hasPending = hasPending
        self.isStopped = isStopped
        self.isClockGood = isClockGood
        self.isJournalGood = isJournalGood
        self.isInHours = isInHours
        self.day = day
    }
}

/// What is left of an envelope's rate and of its day.
public struct WriteAllowance: Hashable, Sendable {
    /// Time that has filled up, up to the whole bucket; a write costs its share of it.
    private var credit: Int64
    private var filledAt: Timestamp
    private var day: CivilDate
    private var used = 0.0
    /// The last write of a rule.
    private(set) var lastByRule: Timestamp?

    /// A full bucket and an unused day.
    public init(_ rate: WriteRate, at: Timestamp, day: CivilDate) {
        credit = WriteAllowance.whole(rate)
        filledAt = at
        self.day = day
    }

    private static func cost(_ rate: WriteRate) -> Int64 {
        max(1, rate.window.nanoseconds / max(1, rate.refill))
    }

    private static func whole(_ rate: WriteRate) -> Int64 {
        cost(rate).multipliedReportingOverflow(by: max(1, rate.capacity)).partialValue
    }

    /// Writes that may be made now, with their fraction.
    public func tokens(_ rate: WriteRate, at now: Timestamp) -> Double {
        Double(filled(rate, at: now)) / Double(WriteAllowance.cost(rate))
    }

    private func filled(_ rate: WriteRate, at now: Timestamp) -> Int64 {
        // A clock that went back fills nothing.
        let more = max(0, (now - filledAt).nanoseconds)
        let (sum, overflow) = credit.addingReportingOverflow(more)
        return overflow ? WriteAllowance.whole(rate) : min(sum, WriteAllowance.whole(rate))
    }

    /// Whether one more write fits the rate.
    func hasToken(_ rate: WriteRate, at now: Timestamp) -> Bool {
        filled(rate, at: now) >= WriteAllowance.cost(rate)
    }

    /// The sum of changes of a day so far.
    public func used(on day: CivilDate) -> Double { day == self.day ? used : 0 }

    /// What is left after the writes that the journal knows; each intent counts, sent or not.
    ///
    /// `day` tells the site's day of a time.
    public init(
        _ rate: WriteRate, records: [WriteRecord], start: Timestamp,
        day: (Timestamp) -> CivilDate
    ) {
        self.init(rate, at: start, day: day(start))
        for record in records {
            guard case .intended(let permit, let at) = record else { continue }
            spend(
                permit.value - permit.before, rate: rate, at: at, day: day(at),
                isRule: permit.isByRule)
        }
    }

    /// Counts a write that was permitted.
    public mutating func spend(
        _ change: Double, rate: WriteRate, at now: Timestamp, day: CivilDate, isRule: Bool
    ) {
        credit = filled(rate, at: now) - WriteAllowance.cost(rate)
        filledAt = max(filledAt, now)
        used = self.used(on: day) + abs(change)
        self.day = day
        if isRule { lastByRule = now }
    }
}
