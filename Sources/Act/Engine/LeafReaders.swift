// Tests of measured values: each reads its own signal and tells only when its answer changes.

import Plant

/// What a test says.
enum Truth: UInt8, Sendable, BitwiseCopyable {
    case no = 0
    case yes = 1
    case unknown = 2
}

/// A test changed its answer.
struct Turn: Sendable, BitwiseCopyable {
    let time: Int64
    /// Place of the test among the nodes.
    let node: Int32
    let truth: Truth
    let value: Double
    /// From when it counts for people: the last value before a silence, else the time itself.
    let origin: Int64
}

/// A part of a column, in order of time.
struct ColumnPart: Sendable {
    let times: [Int64]
    let values: [Double]
    /// Empty when all are good.
    let quality: [Quality]
    let first: Int
    let last: Int

    @inline(__always) func isUsable(_ index: Int) -> Bool {
        (quality.isEmpty || quality[index].isUsable) && values[index].isFinite
    }
}

/// A value beyond a limit, with a dead band.
struct LimitReader: Sendable {
    let node: Int32
    private let isAbove: Bool
    private let on: Double
    private let off: Double
    private var truth = Truth.unknown

    init(node: Int32, side: LimitSide, limit: Double, deadband: Double) {
        self.node = node
        isAbove = side == .above
        on = limit
        off = side == .above ? limit - deadband : limit + deadband
    }

    mutating func read(_ part: ColumnPart, into turns: inout [Turn]) {
        let isGood = part.quality.isEmpty
        for index in part.first..<part.last {
            let value = part.values[index]
            let next: Truth
            if isGood, value.isFinite {
                if truth == .no, isAbove ? value < on : value > on { continue }
                if truth == .yes, isAbove ? value >= off : value <= off { continue }
            }
            if !part.isUsable(index) {
                next = .unknown
            } else if truth == .yes {
                next = (isAbove ? value >= off : value <= off) ? .yes : .no
            } else {
                next = (isAbove ? value >= on : value <= on) ? .yes : .no
            }
            guard next != truth else { continue }
            truth = next
            let time = part.times[index]
            turns.append(Turn(time: time, node: node, truth: next, value: value, origin: time))
        }
    }
}

/// A value that moves by more than so much within a window.
///
/// The window is cut into cells on fixed edges. A value is compared with the last one of the
/// newest cell that lies a whole window back, and the difference is taken to the window's length.
struct RateReader: Sendable {
    let node: Int32
    private let movement: Movement
    private let amount: Double
    private let window: Double
    private let width: Int64
    private static let slots = 2 * ActLimits.cells
    private var cells = [Int64](repeating: .min, count: slots)
    private var times = [Int64](repeating: 0, count: slots)
    private var values = [Double](repeating: 0, count: slots)
    private var cellEnd = Int64.min
    private var cell = Int64.min
    private var hasReference = false
    private var referenceTime: Int64 = 0
    private var reference = 0.0
    private var truth = Truth.unknown

    init(node: Int32, movement: Movement, amount: Double, window: Elapsed) {
        self.node = node
        self.movement = movement
        self.amount = amount
        self.window = Double(window.nanoseconds)
        width = max(1, window.nanoseconds / Int64(ActLimits.cells))
    }

    mutating func read(_ part: ColumnPart, into turns: inout [Turn]) {
        for index in part.first..<part.last {
            let time = part.times[index]
            let value = part.values[index]
            var next = Truth.unknown
            if part.isUsable(index) {
                if time >= cellEnd { enter(time) }
                let slot = Int(cell & Int64(RateReader.slots - 1))
                cells[slot] = cell
                times[slot] = time
                values[slot] = value
                if hasReference { next = judge(value, at: time) }
            }
            guard next != truth else { continue }
            truth = next
            turns.append(Turn(time: time, node: node, truth: next, value: value, origin: time))
        }
    }

    private func judge(_ value: Double, at time: Int64) -> Truth {
        let moved = (value - reference) * window
        let most = amount * Double(time - referenceTime)
        switch movement {
        case .rises: return moved > most ? .yes : .no
        case .falls: return -moved > most ? .yes : .no
        case .changes: return abs(moved) > most ? .yes : .no
        }
    }

    private mutating func enter(_ time: Int64) {
        cell = floorDivided(time, by: width)
        cellEnd = (cell + 1).multipliedReportingOverflow(by: width).partialValue
        hasReference = false
        for back in ActLimits.cells..<RateReader.slots {
            let wanted = cell - Int64(back)
            let slot = Int(wanted & Int64(RateReader.slots - 1))
            guard cells[slot] == wanted else { continue }
            hasReference = true
            referenceTime = times[slot]
            reference = values[slot]
            return
        }
    }
}

/// The mean over a window against the mean over the window before, judged at the end of each cell.
struct DriftReader: Sendable {
    let node: Int32
    private let amount: Double
    private let width: Int64
    private static let slots = 2 * ActLimits.cells
    private var sums = [Double](repeating: 0, count: slots)
    private var counts = [Int64](repeating: 0, count: slots)
    private var cell: Int64
    private var truth = Truth.unknown

    init(node: Int32, amount: Double, window: Elapsed, start: Int64) {
        self.node = node
        self.amount = amount
        width = max(1, window.nanoseconds / Int64(ActLimits.cells))
        cell = floorDivided(start, by: width)
    }

    mutating func read(_ part: ColumnPart, into turns: inout [Turn]) {
        var end = (cell + 1) * width
        var slot = Int(cell & Int64(DriftReader.slots - 1))
        // The present cell is kept aside while it fills.
        var sum = sums[slot]
        var count = counts[slot]
        for index in part.first..<part.last where part.isUsable(index) {
            let time = part.times[index]
            if time >= end {
                sums[slot] = sum
                counts[slot] = count
                close(until: floorDivided(time, by: width), into: &turns)
                end = (cell + 1) * width
                slot = Int(cell & Int64(DriftReader.slots - 1))
                sum = sums[slot]
                count = counts[slot]
            }
            sum += part.values[index]
            count += 1
        }
        sums[slot] = sum
        counts[slot] = count
    }

    /// Judges at every edge before `end`.
    mutating func advance(to end: Int64, into turns: inout [Turn]) {
        let last = floorDivided(end - 1, by: width)
        if last > cell { close(until: last, into: &turns) }
    }

    private mutating func close(until last: Int64, into turns: inout [Turn]) {
        var closed = 0
        while cell < last {
            // Once every cell is empty nothing changes any more.
            if closed > DriftReader.slots {
                cell = last
                return
            }
            cell += 1
            closed += 1
            let next = judge()
            let slot = Int(cell & Int64(DriftReader.slots - 1))
            if next.truth != truth {
                truth = next.truth
                let time = cell * width
                turns.append(
                    Turn(time: time, node: node, truth: truth, value: next.mean, origin: time))
            }
            sums[slot] = 0
            counts[slot] = 0
        }
    }

    /// By the cells before the present one; each half needs values in half of its cells.
    private func judge() -> (truth: Truth, mean: Double) {
        let newer = half(from: cell - Int64(ActLimits.cells))
        let older = half(from: cell - Int64(DriftReader.slots))
        guard let newer, let older else { return (.unknown, 0) }
        return (abs(newer - older) > amount ? .yes : .no, newer)
    }

    private func half(from first: Int64) -> Double? {
        var sum = 0.0
        var count: Int64 = 0
        var filled = 0
        for place in first..<first + Int64(ActLimits.cells) {
            let slot = Int(place & Int64(DriftReader.slots - 1))
            sum += sums[slot]
            count += counts[slot]
            if counts[slot] > 0 { filled += 1 }
        }
        return 2 * filled >= ActLimits.cells ? sum / Double(count) : nil
    }
}

/// Something that has to happen again before a time: a value, a backup, a new certificate.
struct DeadlineReader: Sendable {
    let node: Int32
    /// How long after its kind of event it is due; nil when the event names the time itself.
    let length: Int64?
    private var due: Int64
    private var origin: Int64
    private var truth: Truth

    init(node: Int32, length: Int64?, start: Int64) {
        self.node = node
        self.length = length
        origin = start
        due = length.map { start.addingReportingOverflow($0).partialValue } ?? .max
        truth = .unknown
    }

    mutating func read(_ part: ColumnPart, into turns: inout [Turn]) {
        guard let length else { return }
        if part.quality.isEmpty, truth == .no, readSteadily(part, length) { return }
        // A text says as well as a number that the source is alive.
        for index in part.first..<part.last
        where part.quality.isEmpty || part.quality[index].isUsable {
            let time = part.times[index]
            if truth == .no, time <= due {
                due = time + length
                origin = time
                continue
            }
            arm(due: time + length, at: time, origin: time, into: &turns)
        }
    }

    /// Reads a part in which nothing changes; false, and nothing read, when something does.
    private mutating func readSteadily(_ part: ColumnPart, _ length: Int64) -> Bool {
        var previous = due - length
        var widest: Int64 = 0
        for index in part.first..<part.last {
            let time = part.times[index]
            widest = max(widest, time - previous)
            previous = time
        }
        guard widest <= length else { return false }
        due = previous + length
        origin = previous
        return true
    }

    /// It happened; it is due again at a time.
    mutating func arm(due next: Int64, at time: Int64, origin: Int64, into turns: inout [Turn]) {
        advance(to: time, into: &turns)
        due = next
        self.origin = origin
        turn(next <= time ? .yes : .no, at: time, into: &turns)
    }

    /// Turns true where the due time lies before `end`.
    mutating func advance(to end: Int64, into turns: inout [Turn]) {
        if due < end { turn(.yes, at: due, into: &turns) }
    }

    private mutating func turn(_ next: Truth, at time: Int64, into turns: inout [Turn]) {
        guard next != truth else { return }
        truth = next
        turns.append(
            Turn(
                time: time, node: node, truth: next, value: .nan,
                origin: next == .yes ? min(origin, time) : time))
    }
}

/// Division that rounds towards minus infinity; `divisor` is positive.
func floorDivided(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}
