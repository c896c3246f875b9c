// One alarm and its states after ISA-18.2; each step says what has to be noted.

public import Plant

/// The state of an alarm; the letters are those of ISA-18.2.
public enum AlarmState: String, Hashable, Sendable, CaseIterable {
    /// A: the condition is gone and seen, or never was.
    case normal = "A"
    /// B: active, nobody has seen it.
    case new = "B"
    /// C: active, seen.
    case seen = "C"
    /// D: over, but nobody has seen it.
    case overNotSeen = "D"
    /// E: over, but latched, nobody has seen it.
    case latchedNotSeen = "E"
    /// F: over, but latched, seen.
    case latchedSeen = "F"
    /// G: silenced by a person for some time.
    case shelved = "G"
    /// H: off with the machine, or because another alarm says more.
    case suppressed = "H"
    /// I: out of service.
    case outOfService = "I"

    /// The word on pages (decisions 38).
    public var word: String {
        switch self {
        case .normal: "Over"
        case .new: "New"
        case .overNotSeen, .latchedNotSeen: "Over but not seen"
        case .seen, .latchedSeen: "Seen"
        case .shelved: "Silenced"
        case .suppressed: "Off with the machine"
        case .outOfService: "Out of service"
        }
    }

    /// Whether it calls for attention.
    public var isAnnunciated: Bool { self == .new || self == .latchedNotSeen }
    /// Whether it stands on the list of alarms.
    public var isListed: Bool { self != .normal }
}

/// What an alarm is told.
public enum AlarmEvent: Hashable, Sendable {
    /// Its condition began.
    case raised(RaiseID)
    /// Its condition is gone.
    case cleared
    /// A person has seen a raise.
    case acknowledge(RaiseID, by: Slug)
    /// A person resets a latched alarm.
    case reset(by: Slug)
    /// A person silences it until a time; the highest priority needs a second person.
    case shelve(by: Slug, until: Timestamp, reason: String, second: Slug?)
    /// A person ends the silence.
    case unshelve(by: Slug)
    /// The machine's state, or another alarm, makes it meaningless, or no longer does.
    case suppress(Bool)
    /// Maintenance takes it out of service; only with authorisation.
    case outOfService(by: Slug, reason: String, isAuthorised: Bool)
    /// Maintenance puts it back.
    case inService(by: Slug)
    /// Time has passed; a silence may have ended.
    case timePassed
}

/// What happened to an alarm: for the journal, for messages and for pages.
public enum AlarmNote: Hashable, Sendable {
    /// It calls for attention from now on.
    case raised(RaiseID, AlarmPriority)
    /// It happened while it was silenced, off or out of service; counted only.
    case counted(RaiseID)
    /// The condition is gone.
    case cleared(RaiseID?)
    /// A person has seen it.
    case acknowledged(RaiseID, by: Slug)
    /// A person has reset it.
    case reset(by: Slug)
    /// Silenced until a time.
    case shelved(by: Slug, until: Timestamp, reason: String, second: Slug?)
    /// The silence is over; `by` is nil when its time was up.
    case unshelved(by: Slug?)
    /// Off with the machine, or on again.
    case suppressed(Bool)
    /// Out of service.
    case outOfService(by: Slug, reason: String)
    /// In service again.
    case inService(by: Slug)
}

/// Why a step was refused, in words.
public enum AlarmRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The raise is not the present one.
    case replaced
    /// The condition still holds.
    case stillActive
    /// Nothing to reset.
    case notLatched
    /// Nobody has seen it yet.
    case notSeen
    /// No reason was given, or it is too long.
    case noReason
    /// The time is over, or too far away.
    case wrongEnd
    /// The highest priority needs a second person.
    case needsSecond
    /// Maintenance is not authorised.
    case notAuthorised
    /// Too many alarms are silenced.
    case tooManyShelved

    /// What to read and what to do.
    public var description: String {
        switch self {
        case .replaced: "It has happened again since. Look at the new one."
        case .stillActive: "It still holds. Reset it when the cause is gone."
        case .notLatched: "There is nothing to reset."
        case .notSeen: "Nobody has seen it yet. Say first that you have."
        case .noReason: "Say why, in up to \(ActLimits.reasonCharacters) characters."
        case .wrongEnd: "Choose an end within the next 24 hours."
        case .needsSecond: "The highest priority needs a second person."
        case .notAuthorised: "Only authorised maintenance can take it out of service."
        case .tooManyShelved: "\(ActLimits.shelved) alarms are silenced. End one first."
        }
    }
}

/// One alarm of one rule on one machine.
public struct Alarm: Hashable, Sendable {
    /// The rule.
    public let rule: Slug
    /// The machine; nil for the box.
    public let machine: Slug?
    /// How much it presses.
    public var priority: AlarmPriority
    /// Whether it stays until a person resets it.
    public var isLatching: Bool
    /// Whether a person has to say that it was seen.
    public var needsAcknowledgement: Bool

    /// The state without silence, suppression and service.
    private var plain = AlarmState.normal
    /// The present raise, nil in the normal state.
    public private(set) var raise: RaiseID?
    /// Whether the condition holds; kept also while silenced, off or out of service.
    public private(set) var isActive = false
    /// When the silence ends; nil without one.
    public private(set) var shelvedUntil: Timestamp?
    /// Whether it is off by design.
    public private(set) var isSuppressed = false
    /// Whether it is out of service.
    public private(set) var isOutOfService = false
    /// How often it happened, silenced or not.
    public private(set) var count: Int64 = 0
    /// When it happened, oldest first, at most ``ActLimits/occurrences``.
    public private(set) var occurrences: [Timestamp] = []

    /// An alarm that has never happened.
    public init(
        rule: Slug, machine: Slug?, priority: AlarmPriority, isLatching: Bool = false,
        needsAcknowledgement: Bool = true
    ) {
        self.rule = rule
        self.machine = machine
        self.priority = priority
        self.isLatching = isLatching
        self.needsAcknowledgement = needsAcknowledgement
    }

    /// The state.
    public var state: AlarmState {
        if isOutOfService { return .outOfService }
        if shelvedUntil != nil { return .shelved }
        return isSuppressed ? .suppressed : plain
    }

    private var isQuiet: Bool { isOutOfService || shelvedUntil != nil || isSuppressed }

    /// Takes one event at a time; gives what has to be noted, in order.
    ///
    /// A repeat changes nothing and notes nothing. Throws ``AlarmRefusal``.
    public mutating func step(
        _ event: AlarmEvent, at: Timestamp
    ) throws(AlarmRefusal) -> [AlarmNote] {
        let due = endShelving(at: at)
        switch event {
        case .timePassed: return due
        case .raised(let id): return due + raised(id)
        case .cleared: return due + cleared()
        case .acknowledge(let id, let by): return due + (try acknowledge(id, by: by))
        case .reset(let by): return due + (try reset(by: by))
        case .shelve(let by, let until, let reason, let second):
            try shelve(at: at, until: until, reason: reason, by: by, second: second)
            return due + [.shelved(by: by, until: until, reason: reason, second: second)]
        case .unshelve(let by):
            guard shelvedUntil != nil else { return due }
            shelvedUntil = nil
            return due + [.unshelved(by: by)] + lookAfresh(at: at)
        case .suppress(let isOff):
            guard isOff != isSuppressed else { return due }
            isSuppressed = isOff
            return due + [.suppressed(isOff)] + (isOff ? [] : lookAfresh(at: at))
        case .outOfService(let by, let reason, let isAuthorised):
            guard isAuthorised else { throw .notAuthorised }
            guard Alarm.isReason(reason) else { throw .noReason }
            guard !isOutOfService else { return due }
            isOutOfService = true
            return due + [.outOfService(by: by, reason: reason)]
        case .inService(let by):
            guard isOutOfService else { return due }
            isOutOfService = false
            return due + [.inService(by: by)] + lookAfresh(at: at)
        }
    }

    private mutating func raised(_ id: RaiseID) -> [AlarmNote] {
        // After a restart the same raise comes again; an active one is not raised twice.
        guard !isActive, !occurrences.contains(id.at) else {
            isActive = true
            return []
        }
        isActive = true
        count += 1
        if occurrences.count == ActLimits.occurrences { occurrences.removeFirst() }
        occurrences.append(id.at)
        guard !isQuiet else { return [.counted(id)] }
        plain = .new
        raise = id
        return [.raised(id, priority)]
    }

    private mutating func cleared() -> [AlarmNote] {
        guard isActive else { return [] }
        isActive = false
        guard !isQuiet else { return [.cleared(nil)] }
        let ended = raise
        switch (plain, isLatching) {
        case (.new, true): plain = .latchedNotSeen
        case (.new, false): plain = needsAcknowledgement ? .overNotSeen : .normal
        case (.seen, true): plain = .latchedSeen
        default: plain = .normal
        }
        if plain == .normal { raise = nil }
        return [.cleared(ended)]
    }

    private mutating func acknowledge(
        _ id: RaiseID, by: Slug
    ) throws(AlarmRefusal) -> [AlarmNote] {
        guard id == raise else { throw .replaced }
        switch plain {
        case .new: plain = .seen
        case .latchedNotSeen: plain = .latchedSeen
        case .overNotSeen:
            plain = .normal
            raise = nil
        default: return []
        }
        return [.acknowledged(id, by: by)]
    }

    private mutating func reset(by: Slug) throws(AlarmRefusal) -> [AlarmNote] {
        switch plain {
        case .latchedSeen:
            plain = .normal
            raise = nil
            return [.reset(by: by)]
        case .latchedNotSeen: throw .notSeen
        case .new, .seen: throw .stillActive
        default: throw .notLatched
        }
    }

    private static func isReason(_ text: String) -> Bool {
        text.contains { !$0.isWhitespace } && text.count <= ActLimits.reasonCharacters
    }

    private mutating func shelve(
        at: Timestamp, until: Timestamp, reason: String, by: Slug, second: Slug?
    ) throws(AlarmRefusal) {
        guard Alarm.isReason(reason) else { throw .noReason }
        guard until > at, until - at <= ActLimits.longestShelving else { throw .wrongEnd }
        if priority == .high {
            guard let second, second != by else { throw .needsSecond }
        }
        shelvedUntil = until
    }

    private mutating func endShelving(at: Timestamp) -> [AlarmNote] {
        guard let until = shelvedUntil, until <= at else { return [] }
        shelvedUntil = nil
        return [.unshelved(by: nil)] + lookAfresh(at: until)
    }

    /// On leaving silence, suppression or repair: active is new, anything else is normal.
    private mutating func lookAfresh(at: Timestamp) -> [AlarmNote] {
        guard !isQuiet else { return [] }
        guard isActive else {
            plain = .normal
            raise = nil
            return []
        }
        let id = RaiseID(rule: rule, machine: machine, at: at)
        plain = .new
        raise = id
        return [.raised(id, priority)]
    }
}
