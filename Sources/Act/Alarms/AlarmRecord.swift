// Why an alarm exists: the record that has to be filled in before a rule may raise one.

public import Plant

/// How much an alarm presses.
public enum AlarmPriority: Int, Hashable, Comparable, Sendable, CaseIterable {
    /// In its turn.
    case low = 1
    /// Soon.
    case medium = 2
    /// Now.
    case high = 3

    /// Orders by how much it presses.
    public static func < (left: AlarmPriority, right: AlarmPriority) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What happens when nobody acts.
public enum AlarmSeverity: Int, Hashable, Sendable, CaseIterable {
    /// Some time or a few parts are lost.
    case minor
    /// A shift or an order suffers.
    case major
    /// Somebody could be hurt, or a machine breaks.
    case severe
}

/// What is wrong with a record.
public struct AlarmRecordFlaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field.
    public let field: String
    /// What is wrong with it and what helps.
    public let reason: String

    /// Field and reason in one line.
    public var description: String { "\(field) \(reason)" }
}

/// The rationalisation record of one alarm (ISA-18.2, rationalisation).
public struct AlarmRecord: Hashable, Sendable {
    /// The rule that raises it.
    public let rule: Slug
    /// What usually causes it.
    public var cause: String
    /// What happens when nobody acts.
    public var consequence: String
    /// What to do.
    public var action: String
    /// The role that looks after it.
    public var owner: Role
    /// How bad the consequence is.
    public var severity: AlarmSeverity
    /// How long a person has before the consequence.
    public var timeToRespond: Elapsed
    /// Why the limit is where it is.
    public var settingReason: String
    /// Whether it stays until a person resets it.
    public var isLatching: Bool
    /// Whether a person has to say that it was seen.
    public var needsAcknowledgement: Bool
    /// States of its machine in which it is off with the machine; nil for none.
    public var offWith: StateSet?
    /// Rules that say more about the same thing: while one is active this one is off.
    public var yieldsTo: [Slug]
    /// When the record is looked at again.
    public var review: CivilDate
    /// Version of the record, from 1.
    public var version: Int64

    /// A record; ``check(wait:)`` says what is missing.
    public init(
        rule: Slug, cause: String, consequence: String, action: String, owner: Role,
        severity: AlarmSeverity, timeToRespond: Elapsed, settingReason: String,
        isLatching: Bool = false, needsAcknowledgement: Bool = true, offWith: StateSet? = nil,
        yieldsTo: [Slug] = [], review: CivilDate, version: Int64 = 1
    ) {
        self.rule = rule
        self.cause = cause
        self.consequence = consequence
        self.action = action
        self.owner = owner
        self.severity = severity
        self.timeToRespond = timeToRespond
        self.settingReason = settingReason
        self.isLatching = isLatching
        self.needsAcknowledgement = needsAcknowledgement
        self.offWith = offWith
        self.yieldsTo = yieldsTo
        self.review = review
        self.version = version
    }

    /// Priority by severity and time to respond: over 30 min, 10 to 30, 3 to 10, under 3.
    ///
    /// nil where an alarm is the wrong protection: a severe consequence in under 3 minutes.
    public var priority: AlarmPriority? {
        let column =
            timeToRespond > .minutes(30)
            ? 0 : timeToRespond >= .minutes(10) ? 1 : timeToRespond >= .minutes(3) ? 2 : 3
        let table: [[AlarmPriority?]] = [
            [.low, .low, .low, .medium], [.low, .low, .medium, .high],
            [.medium, .high, .high, nil],
        ]
        return table[severity.rawValue][column]
    }

    /// What is missing or cannot work; empty when the record is complete.
    ///
    /// `wait` is how long the rule waits before it fires: at most a tenth of the time to respond.
    public func check(wait: Elapsed = .zero) -> [AlarmRecordFlaw] {
        var flaws: [AlarmRecordFlaw] = []
        let texts = [
            ("cause", cause), ("consequence", consequence), ("action", action),
            ("settingReason", settingReason),
        ]
        for (field, text) in texts {
            if !text.contains(where: { !$0.isWhitespace }) {
                flaws.append(AlarmRecordFlaw(field: field, reason: "is empty. Write a sentence."))
            } else if text.count > ActLimits.reasonCharacters {
                flaws.append(
                    AlarmRecordFlaw(
                        field: field,
                        reason: "has more than \(ActLimits.reasonCharacters) characters."))
            }
        }
        if timeToRespond <= .zero {
            flaws.append(
                AlarmRecordFlaw(
                    field: "timeToRespond",
                    reason: "is missing. What needs no action in time is a message, no alarm."))
        } else if priority == nil {
            flaws.append(
                AlarmRecordFlaw(
                    field: "severity",
                    reason: "is severe within 3 minutes. An alarm is the wrong protection:"
                        + " it needs an interlock outside this box."))
        }
        if timeToRespond > .zero,
            wait.nanoseconds > timeToRespond.nanoseconds / 10
        {
            flaws.append(
                AlarmRecordFlaw(
                    field: "wait",
                    reason: "is more than a tenth of the time to respond. Shorten it."))
        }
        return flaws
    }
}
