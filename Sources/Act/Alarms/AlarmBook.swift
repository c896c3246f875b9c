// All alarms of a site: firings in, notes out; silences are counted, one alarm may yield to another.

public import Plant

/// Which alarm: a rule on a machine.
public struct AlarmKey: Hashable, Comparable, Sendable {
    /// The rule.
    public let rule: Slug
    /// The machine; nil for the box.
    public let machine: Slug?

    /// A key from its parts.
    public init(rule: Slug, machine: Slug?) {
        self.rule = rule
        self.machine = machine
    }

    /// Orders by rule, then machine.
    public static func < (left: AlarmKey, right: AlarmKey) -> Bool {
        (left.rule.text, left.machine?.text ?? "")
            < (right.rule.text, right.machine?.text ?? "")
    }
}

/// A note and the alarm that it is of.
public struct AlarmEntry: Hashable, Sendable {
    /// Which alarm.
    public let key: AlarmKey
    /// When.
    public let at: Timestamp
    /// What happened.
    public let note: AlarmNote

    /// An entry from its parts.
    public init(key: AlarmKey, at: Timestamp, note: AlarmNote) {
        self.key = key
        self.at = at
        self.note = note
    }
}

/// The alarms of a site.
public struct AlarmBook: Hashable, Sendable {
    /// Alarms that have happened or were silenced, by key.
    public private(set) var alarms: [AlarmKey: Alarm] = [:]
    /// Records by rule.
    public private(set) var records: [Slug: AlarmRecord]
    /// Raises refused because the book was full; a fault of the configuration.
    public private(set) var refused: Int64 = 0
    private var states: [Slug: MachineState] = [:]

    /// A book for records that are complete; the others raise nothing.
    public init(records: [AlarmRecord]) {
        self.records = [:]
        for record in records where record.check().isEmpty { self.records[record.rule] = record }
    }

    /// Takes a firing of the rule engine; rules without a record raise no alarm.
    public mutating func take(_ firing: Firing) -> [AlarmEntry] {
        let key = AlarmKey(rule: firing.raise.rule, machine: firing.raise.machine)
        guard records[key.rule] != nil else { return [] }
        if let machine = key.machine, let state = states[machine] {
            // The alarm is made here with what its machine does.
            _ = suppress(key, state: state, at: firing.at)
        }
        let event: AlarmEvent = firing.isBeginning ? .raised(firing.raise) : .cleared
        var entries = notes(key, event, at: firing.at)
        entries += yields(around: key, at: firing.at)
        return entries
    }

    /// Takes what a person does with an alarm.
    ///
    /// Throws ``AlarmRefusal``.
    public mutating func take(
        _ event: AlarmEvent, of key: AlarmKey, at: Timestamp
    ) throws(AlarmRefusal) -> [AlarmEntry] {
        if case .shelve = event, alarms[key]?.shelvedUntil == nil {
            let shelved = alarms.values.filter { $0.shelvedUntil.map { $0 > at } ?? false }
            guard shelved.count < ActLimits.shelved else { throw .tooManyShelved }
        }
        guard var alarm = alarm(key) else { return [] }
        let found = try alarm.step(event, at: at)
        alarms[key] = alarm
        return found.map { AlarmEntry(key: key, at: at, note: $0) }
    }

    /// Takes a machine's state: some alarms are off with the machine.
    public mutating func take(
        state: MachineState, of machine: Slug, at: Timestamp
    ) -> [AlarmEntry] {
        states[machine] = state
        var entries: [AlarmEntry] = []
        for key in alarms.keys.sorted() where key.machine == machine {
            entries += suppress(key, state: state, at: at)
        }
        return entries
    }

    /// Time has passed: silences may have ended.
    public mutating func pass(to time: Timestamp) -> [AlarmEntry] {
        var entries: [AlarmEntry] = []
        let due = alarms.filter { $0.value.shelvedUntil.map { $0 <= time } ?? false }
        let order = due.sorted { left, right in
            let first = left.value.shelvedUntil ?? time
            let second = right.value.shelvedUntil ?? time
            return first != second ? first < second : left.key < right.key
        }
        for (key, alarm) in order {
            entries += notes(key, .timePassed, at: alarm.shelvedUntil ?? time)
        }
        return entries
    }

    /// Alarms that stand on the list: what presses most first, then the oldest.
    public var list: [Alarm] {
        alarms.values.filter { $0.state.isListed }.sorted { left, right in
            if left.priority != right.priority { return left.priority > right.priority }
            let first = left.raise?.at ?? .distantFuture
            let second = right.raise?.at ?? .distantFuture
            if first != second { return first < second }
            return AlarmKey(rule: left.rule, machine: left.machine)
                < AlarmKey(rule: right.rule, machine: right.machine)
        }
    }

    /// Of some alarms that are active, the one that came first; nil when none is.
    public func firstOut(of keys: [AlarmKey]) -> AlarmKey? {
        keys.filter { alarms[$0]?.isActive ?? false }.min { left, right in
            let first = alarms[left]?.occurrences.last ?? .distantFuture
            let second = alarms[right]?.occurrences.last ?? .distantFuture
            return first != second ? first < second : left < right
        }
    }

    private func alarm(_ key: AlarmKey) -> Alarm? {
        if let alarm = alarms[key] { return alarm }
        guard let record = records[key.rule], let priority = record.priority else { return nil }
        return Alarm(
            rule: key.rule, machine: key.machine, priority: priority,
            isLatching: record.isLatching, needsAcknowledgement: record.needsAcknowledgement)
    }

    private mutating func notes(
        _ key: AlarmKey, _ event: AlarmEvent, at: Timestamp
    ) -> [AlarmEntry] {
        guard alarms[key] != nil || alarms.count < ActLimits.alarms else {
            refused += 1
            return []
        }
        guard var alarm = alarm(key) else { return [] }
        let found: [AlarmNote]
        do { found = try alarm.step(event, at: at) } catch { return [] }
        alarms[key] = alarm
        return found.map { AlarmEntry(key: key, at: at, note: $0) }
    }

    private mutating func suppress(
        _ key: AlarmKey, state: MachineState, at: Timestamp
    ) -> [AlarmEntry] {
        guard let record = records[key.rule] else { return [] }
        let isOff = record.offWith?.contains(state) ?? false
        return notes(key, .suppress(isOff || isYielding(key)), at: at)
    }

    private func isYielding(_ key: AlarmKey) -> Bool {
        (records[key.rule]?.yieldsTo ?? []).contains { other in
            alarms[AlarmKey(rule: other, machine: key.machine)]?.isActive ?? false
        }
    }

    /// Alarms that yield to this one, on the same machine.
    private mutating func yields(around key: AlarmKey, at: Timestamp) -> [AlarmEntry] {
        var entries: [AlarmEntry] = []
        let others = records.values.filter { $0.yieldsTo.contains(key.rule) }.map(\.rule)
        for rule in others.sorted() {
            let other = AlarmKey(rule: rule, machine: key.machine)
            guard alarms[other] != nil else { continue }
            let state = key.machine.flatMap { states[$0] }
            let isOff = state.map { records[rule]?.offWith?.contains($0) ?? false } ?? false
            entries += notes(other, .suppress(isOff || isYielding(other)), at: at)
        }
        return entries
    }
}
