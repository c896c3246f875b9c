// Sums over a window: parts, scrap, energy.

import Plant

/// A sum over a window of cells; the newest cell is still filling.
struct TallyReader: Sendable {
    let node: Int32
    private let tally: Tally
    private let side: TallySide
    private let amount: Double
    private let width: Int64
    private var first = [Int64](repeating: 0, count: ActLimits.cells)
    private var second = [Int64](repeating: 0, count: ActLimits.cells)
    private var cell: Int64
    /// The first cell that was watched from its beginning.
    private let whole: Int64
    private var truth = Truth.unknown

    init(
        node: Int32, tally: Tally, side: TallySide, amount: Double, window: Elapsed, start: Int64
    ) {
        self.node = node
        self.tally = tally
        self.side = side
        self.amount = amount
        width = max(1, window.nanoseconds / Int64(ActLimits.cells))
        cell = floorDivided(start, by: width)
        whole = floorDivided(start - 1, by: width) + 1
    }

    /// Adds parts, or joules.
    mutating func add(
        good: Int64, scrap: Int64, joules: Int64, at time: Int64, into turns: inout [Turn]
    ) {
        let place = floorDivided(time, by: width)
        if place > cell { close(until: place, into: &turns) }
        let slot = TallyReader.slot(cell)
        let parts = TallyReader.sum(good, scrap)
        switch tally {
        case .parts: first[slot] = TallyReader.sum(first[slot], parts)
        case .good: first[slot] = TallyReader.sum(first[slot], good)
        case .scrap: first[slot] = TallyReader.sum(first[slot], scrap)
        case .energy: first[slot] = TallyReader.sum(first[slot], joules)
        case .scrapShare:
            first[slot] = TallyReader.sum(first[slot], scrap)
            second[slot] = TallyReader.sum(second[slot], parts)
        }
        judge(at: time, isEdge: false, into: &turns)
    }

    /// Judges at every edge before `end`.
    mutating func advance(to end: Int64, into turns: inout [Turn]) {
        let last = floorDivided(end - 1, by: width)
        if last > cell { close(until: last, into: &turns) }
    }

    private mutating func close(until last: Int64, into turns: inout [Turn]) {
        var closed = 0
        while cell < last {
            // Once every cell is empty nothing changes, unless the watch is not long enough yet.
            if closed > ActLimits.cells, cell > whole + Int64(ActLimits.cells) {
                cell = last
                return
            }
            let edge = (cell + 1) * width
            // What would be fewer is judged over the cells that have just ended.
            if side == .fewer { judge(at: edge, isEdge: true, into: &turns) }
            cell += 1
            closed += 1
            let slot = TallyReader.slot(cell)
            first[slot] = 0
            second[slot] = 0
            if side == .more { judge(at: edge, isEdge: true, into: &turns) }
        }
    }

    private mutating func judge(at time: Int64, isEdge: Bool, into turns: inout [Turn]) {
        let (value, isEnough) = figure()
        let next: Truth
        switch side {
        case .more: next = isEnough && value > amount ? .yes : .no
        case .fewer:
            if value >= amount || (!isEnough && tally == .scrapShare) {
                next = .no
            } else if !isEdge {
                return
            } else {
                let isWatched = cell - whole + 1 >= Int64(ActLimits.cells)
                next = isWatched ? .yes : .unknown
            }
        }
        guard next != truth else { return }
        truth = next
        turns.append(Turn(time: time, node: node, truth: next, value: value, origin: time))
    }

    private func figure() -> (value: Double, isEnough: Bool) {
        let sum = first.reduce(0, TallyReader.sum)
        switch tally {
        case .energy: return (Double(sum) / 3_600_000, true)
        case .scrapShare:
            let parts = second.reduce(0, TallyReader.sum)
            guard parts >= ActLimits.leastPartsForShare else { return (0, false) }
            return (100 * Double(sum) / Double(parts), true)
        default: return (Double(sum), true)
        }
    }

    private static func slot(_ cell: Int64) -> Int {
        Int(cell & Int64(ActLimits.cells - 1))
    }

    /// The sum, held at the largest that can be stored.
    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right > 0 ? .max : .min) : sum
    }
}
