// The groups that exist, which signal is in which, and which imports are masked.

import Plant

/// A group with its number.
struct Group: Hashable, Sendable {
    /// Dense, from 1, written into chunks.
    let id: UInt32
    /// Signals, kinds and origin.
    let shape: GroupShape

    /// The position of a signal among the columns.
    func index(of signal: UInt32) -> Int? {
        var low = 0
        var high = shape.columns.count
        while low < high {
            let middle = (low + high) / 2
            if shape.columns[middle].signal < signal { low = middle + 1 } else { high = middle }
        }
        return low < shape.columns.count && shape.columns[low].signal == signal ? low : nil
    }
}

/// All groups, in memory.
struct Registry: Sendable {
    private var groups: [UInt32: Group] = [:]
    private var numbers: [GroupShape: UInt32] = [:]
    private var bySignal: [UInt32: [UInt32]] = [:]
    private var kinds: [UInt32: ValueKind] = [:]
    private(set) var nextID: UInt32 = 1
    /// Imports whose samples are left out of every answer (decisions 33).
    var masked: Set<UInt32> = []

    /// Adds a group; the same number with another shape is refused with false.
    mutating func add(_ group: Group) -> Bool {
        if let present = groups[group.id] { return present.shape == group.shape }
        groups[group.id] = group
        numbers[group.shape] = group.id
        nextID = max(nextID, group.id &+ 1)
        for column in group.shape.columns {
            bySignal[column.signal, default: []].append(group.id)
            kinds[column.signal] = column.kind
        }
        return true
    }

    /// Notes the kind of a signal that has no group yet.
    mutating func add(signal: UInt32, kind: ValueKind) { kinds[signal] = kind }

    /// All groups by number.
    var all: [Group] { groups.values.sorted { $0.id < $1.id } }

    /// The group of a number.
    func group(_ id: UInt32) -> Group? { groups[id] }

    /// The number of a shape.
    func number(of shape: GroupShape) -> UInt32? { numbers[shape] }

    /// The kind of a signal, nil before its first sample.
    func kind(_ signal: UInt32) -> ValueKind? { kinds[signal] }

    /// All groups that hold a signal.
    func groups(of signal: UInt32) -> [Group] {
        (bySignal[signal] ?? []).compactMap { groups[$0] }
    }

    /// Groups that hold a signal, masked imports left out.
    func visibleGroups(of signal: UInt32) -> [Group] {
        groups(of: signal).filter { !isMasked($0) }
    }

    /// Whether a group belongs to a masked import.
    func isMasked(_ group: Group) -> Bool {
        guard case .importBatch(let number) = group.shape.origin else { return false }
        return masked.contains(number)
    }

    /// Signals with samples of an import.
    func signals(ofImport number: UInt32) -> Set<UInt32> {
        var signals: Set<UInt32> = []
        for group in groups.values where group.shape.origin == .importBatch(number) {
            for column in group.shape.columns { signals.insert(column.signal) }
        }
        return signals
    }
}
