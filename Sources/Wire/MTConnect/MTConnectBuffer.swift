// The observations that an agent keeps, with the state before and behind them.

/// The observations that an agent keeps: a ring of fixed size, oldest first.
///
/// Sequence numbers begin with 1 and have no holes.
public struct MTConnectBuffer: Sendable {
    /// Observations that are kept.
    public let capacity: Int
    /// The sequence number of the oldest observation kept; 1 when none was added yet.
    public private(set) var firstSequence: UInt64 = 1
    /// The sequence number that the next observation will get.
    public private(set) var nextSequence: UInt64 = 1
    /// The current state.
    public private(set) var latest = MTConnectSnapshot()
    /// The state before the oldest observation kept.
    private var before = MTConnectSnapshot()
    private var ring: [MTConnectObservation] = []
    private var head = 0

    /// An empty buffer of 1 or more observations, 131,072 unless told otherwise.
    public init(capacity: Int = MTConnectLimits.bufferedObservations) {
        self.capacity = min(max(1, capacity), 1 << 24)
    }

    /// The sequence number of the newest observation; 0 when there is none.
    public var lastSequence: UInt64 { nextSequence - 1 }

    /// Observations kept now.
    public var count: Int { ring.count }

    /// Adds an observation and returns its sequence number; the oldest goes when there is no room.
    @discardableResult
    public mutating func append(_ observation: MTConnectObservation) -> UInt64 {
        var added = observation
        added.sequence = nextSequence
        nextSequence += 1
        latest.apply(added)
        if ring.count < capacity {
            ring.append(added)
        } else {
            before.apply(ring[head])
            ring[head] = added
            head = head + 1 == capacity ? 0 : head + 1
            firstSequence += 1
        }
        return added.sequence
    }

    /// The observation with a sequence number; nil when it is not kept.
    public subscript(sequence: UInt64) -> MTConnectObservation? {
        guard sequence >= firstSequence, sequence < nextSequence else { return nil }
        let index = head + Int(sequence - firstSequence)
        return ring[index < ring.count ? index : index - ring.count]
    }

    /// Up to `count` observations from a number on that are wanted, and where to go on.
    ///
    /// `through` is the last number to look at; nil for all there are.
    public func observations(
        from: UInt64, count: Int, through: UInt64? = nil,
        where isWanted: (MTConnectObservation) -> Bool = { _ in true }
    ) -> (observations: [MTConnectObservation], next: UInt64) {
        var found: [MTConnectObservation] = []
        var sequence = max(from, firstSequence)
        while sequence < nextSequence, found.count < count, sequence <= through ?? .max {
            if let observation = self[sequence], isWanted(observation) {
                found.append(observation)
            }
            sequence += 1
        }
        return (found, sequence)
    }

    /// The state just behind the observation with a sequence number; nil when it is not kept.
    public func snapshot(at sequence: UInt64) -> MTConnectSnapshot? {
        guard sequence >= firstSequence, sequence < nextSequence else { return nil }
        var state = before
        for number in firstSequence...sequence {
            if let observation = self[number] { state.apply(observation) }
        }
        return state
    }
}

/// The latest observations of all data items.
///
/// Of a condition all that are active, of a data set or table all entries that exist.
public struct MTConnectSnapshot: Hashable, Sendable {
    private var states: [String: [MTConnectObservation]] = [:]

    /// The state when nothing was observed.
    public init() {}

    /// The latest observations of a data item; more than one only for conditions.
    public subscript(dataItemID: String) -> [MTConnectObservation] { states[dataItemID] ?? [] }

    /// All observations by their sequence numbers.
    public var observations: [MTConnectObservation] {
        states.values.flatMap(\.self).sorted { $0.sequence < $1.sequence }
    }

    /// Takes the next observation.
    public mutating func apply(_ observation: MTConnectObservation) {
        let known = self[observation.dataItemID]
        switch observation.value {
        case .condition(let condition):
            states[observation.dataItemID] = Self.conditions(known, observation, condition)
        case .dataSet(let entries) where observation.resetTriggered == nil:
            var merged = observation
            if case .dataSet(let old)? = known.first?.value {
                merged.value = .dataSet(Self.merged(old, entries, \.key, \.isRemoved))
            }
            states[observation.dataItemID] = [merged]
        case .table(let rows) where observation.resetTriggered == nil:
            var merged = observation
            if case .table(let old)? = known.first?.value {
                merged.value = .table(Self.merged(old, rows, \.key, \.isRemoved))
            }
            states[observation.dataItemID] = [merged]
        default: states[observation.dataItemID] = [observation]
        }
    }

    private static func conditions(
        _ known: [MTConnectObservation], _ observation: MTConnectObservation,
        _ condition: MTConnectCondition
    ) -> [MTConnectObservation] {
        var conditions = MTConnectConditions()
        for old in known { conditions.apply(old) }
        let id = observation.dataItemID
        let before = conditions[id]
        conditions.apply(observation)
        guard case .active(let active) = conditions[id] else {
            // The last one was cleared by its code: what is left is a normal without code.
            guard case .active = before else { return [observation] }
            var normal = observation
            normal.value = .condition(MTConnectCondition(level: .normal))
            return [normal]
        }
        return active.compactMap { one in
            if one.condition == condition { return observation }
            return known.first { $0.value == .condition(one.condition) }
        }
    }

    private static func merged<Entry>(
        _ old: [Entry], _ new: [Entry], _ key: (Entry) -> String, _ isRemoved: (Entry) -> Bool
    ) -> [Entry] {
        var result = old
        var places: [String: Int] = [:]
        for (index, entry) in old.enumerated() { places[key(entry)] = index }
        for entry in new {
            if let place = places[key(entry)] {
                result[place] = entry
            } else {
                places[key(entry)] = result.count
                result.append(entry)
            }
        }
        return result.filter { !isRemoved($0) }
    }
}
