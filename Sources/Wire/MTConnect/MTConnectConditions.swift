// Follows which conditions are active at each data item.

/// What is known of the health that one data item tells.
public enum MTConnectHealth: Hashable, Sendable {
    /// Nothing is known.
    case unknown
    /// All is well.
    case normal
    /// Warnings and faults that are active together, oldest first.
    case active([MTConnectActiveCondition])

    /// The worst level; nil when nothing is known.
    public var level: MTConnectCondition.Level? {
        switch self {
        case .unknown: nil
        case .normal: .normal
        case .active(let conditions):
            conditions.contains { $0.condition.level == .fault } ? .fault : .warning
        }
    }
}

/// A warning or fault that is active.
public struct MTConnectActiveCondition: Hashable, Sendable {
    /// What is active, as told last.
    public var condition: MTConnectCondition
    /// When it became active, nanoseconds since 1970.
    public var since: Int64
    /// When it was told last, nanoseconds since 1970.
    public var changed: Int64
}

/// Follows which conditions are active, one state for each data item.
///
/// A warning or fault is known by its `conditionId` (since version 2.3), else by its native code.
/// Others with another code may be active at the same time. `Normal` with an identifier or code
/// clears that one, without both it clears all. `Unavailable` makes the state unknown.
/// Source: MTConnect, observation information model, Condition.
public struct MTConnectConditions: Sendable {
    private var states: [String: MTConnectHealth] = [:]

    /// Nothing is known of any data item.
    public init() {}

    /// What is known of a data item.
    public subscript(dataItemID: String) -> MTConnectHealth { states[dataItemID] ?? .unknown }

    /// The data items with active warnings or faults, sorted by identifier.
    public var active: [(dataItemID: String, conditions: [MTConnectActiveCondition])] {
        states.compactMap { id, state in
            if case .active(let conditions) = state { (id, conditions) } else { nil }
        }.sorted { $0.0 < $1.0 }
    }

    /// Takes an observation and tells whether something changed; other kinds change nothing.
    @discardableResult
    public mutating func apply(_ observation: MTConnectObservation) -> Bool {
        guard observation.category == .condition else { return false }
        let id = observation.dataItemID
        let old = self[id]
        guard states[id] != nil || states.count < MTConnectLimits.dataItems else { return false }
        let new =
            if case .condition(let condition) = observation.value {
                Self.next(old, condition, at: observation.timestamp)
            } else { MTConnectHealth.unknown }
        states[id] = new
        return new != old
    }

    /// Takes the whole current state: what it tells of a data item replaces what was known.
    public mutating func replace(with snapshot: [MTConnectObservation]) {
        for observation in snapshot where observation.category == .condition {
            states[observation.dataItemID] = nil
        }
        for observation in snapshot { apply(observation) }
    }

    /// Forgets everything, as after the loss of the source.
    public mutating func forget() { states.removeAll() }

    private static func next(
        _ state: MTConnectHealth, _ condition: MTConnectCondition, at time: Int64
    ) -> MTConnectHealth {
        var conditions: [MTConnectActiveCondition] = []
        if case .active(let known) = state { conditions = known }
        if condition.level == .normal {
            guard condition.conditionID != nil || condition.nativeCode != nil else {
                return .normal
            }
            conditions.removeAll { isCleared($0.condition, by: condition) }
            return conditions.isEmpty ? .normal : .active(conditions)
        }
        let place = conditions.firstIndex { isSame($0.condition, condition) }
        if let place {
            conditions[place].condition = condition
            conditions[place].changed = time
        } else {
            if conditions.count >= MTConnectLimits.activeConditions { conditions.removeFirst() }
            conditions.append(
                MTConnectActiveCondition(condition: condition, since: time, changed: time))
        }
        return .active(conditions)
    }

    /// Whether two tell of the same occurrence.
    private static func isSame(_ one: MTConnectCondition, _ other: MTConnectCondition) -> Bool {
        if one.conditionID != nil || other.conditionID != nil {
            return one.conditionID == other.conditionID
        }
        return one.nativeCode == other.nativeCode
    }

    /// Whether a normal with an identifier or code clears an active one.
    private static func isCleared(
        _ active: MTConnectCondition, by normal: MTConnectCondition
    ) -> Bool {
        if let id = normal.conditionID, let other = active.conditionID { return id == other }
        return normal.nativeCode != nil && normal.nativeCode == active.nativeCode
    }
}
