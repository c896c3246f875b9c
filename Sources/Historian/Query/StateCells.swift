// Time that one signal spent at each of its values, sorted into cells.

import Plant

/// Time in each state of a chunk, each row until the next.
struct StateTable: Hashable, Sendable {
    /// Values and nanoseconds, in order of first appearance.
    var times: [(value: Int64, held: Int64)] = []
    /// The longest time between two rows, in nanoseconds.
    var longestStep: Int64 = 0

    /// A table with more values than this is not kept.
    static let mostStates = 16

    /// The table of whole numbers or flags, nil for anything that is no state.
    static func of(_ times: [Int64], _ values: ColumnValues) -> StateTable? {
        var table = StateTable()
        func add(_ row: Int, _ value: Int64) -> Bool {
            let held = row + 1 < times.count ? times[row + 1] - times[row] : 0
            table.longestStep = max(table.longestStep, held)
            if let place = table.times.firstIndex(where: { $0.value == value }) {
                table.times[place].held += held
                return true
            }
            table.times.append((value, held))
            return table.times.count <= mostStates
        }
        switch values {
        case .integers(let integers):
            for row in times.indices where !add(row, integers[row]) { return nil }
        case .flags(let flags):
            for row in times.indices where !add(row, flags[row] ? 1 : 0) { return nil }
        case .numbers, .texts: return nil
        }
        return table
    }

    /// Appends the stored form: count, longest step, then value and nanoseconds each.
    func put(into output: inout [UInt8]) {
        output.append(UInt8(times.count))
        output.put(longestStep)
        for (value, held) in times {
            output.put(value)
            output.put(held)
        }
    }

    /// Reads the stored form.
    static func get(_ reader: inout ByteReader) throws(ChunkFault) -> StateTable {
        let count = Int(try reader.byte())
        guard count <= mostStates else { throw ChunkFault("a table of \(count) states") }
        var table = StateTable()
        table.longestStep = try reader.int64()
        for _ in 0..<count {
            table.times.append((try reader.int64(), try reader.int64()))
        }
        return table
    }

    static func == (left: StateTable, right: StateTable) -> Bool {
        left.longestStep == right.longestStep
            && left.times.elementsEqual(right.times) { $0.value == $1.value && $0.held == $1.held }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(longestStep)
        for (value, held) in times {
            hasher.combine(value)
            hasher.combine(held)
        }
    }
}

/// What is told about the states of one chunk without decoding it.
struct ChunkStates {
    /// Time of the chunk's first row.
    let first: Int64
    /// Time of the chunk's last row.
    let last: Int64
    /// Value of the first row.
    let firstValue: Int64
    /// Value of the last row.
    let lastValue: Int64
    /// Time in each state.
    let table: StateTable
}

/// Gathers time in state of one signal; pieces come in order of time and overlap no other.
struct StateCells {
    private let cells: TimeCells
    private let limit: Int64
    private var states: [Scalar] = []
    private var places: [Scalar: Int] = [:]
    private var numbered: [(value: Int64, place: Int)] = []
    /// Nanoseconds of all cells of the first state, then of the second, and so on.
    private var durations: [Int64] = []
    private var lastNumber: (value: Int64, place: Int)?
    private var cell = 0
    /// Where the present run of one state began.
    private var since = Int64.min
    /// The newest sample of the run.
    private var time = Int64.min
    private var place = -1
    private let kind: ValueKind

    /// Empty cells for a signal of a kind.
    init(_ cells: TimeCells, hold: Hold, kind: ValueKind) {
        self.cells = cells
        self.kind = kind
        limit = hold.limit
    }

    /// Whether a chunk's table alone gives the same as its samples.
    func suffices(_ chunk: ChunkStates) -> Bool {
        chunk.first >= cells.start && chunk.last < cells.end && chunk.table.longestStep <= limit
            && cells.index(chunk.first) == cells.index(chunk.last)
    }

    /// Adds a chunk by its table.
    mutating func add(_ chunk: ChunkStates) throws(StoreError) {
        next(chunk.first, try number(chunk.firstValue))
        let target = cells.index(chunk.first)
        for (value, held) in chunk.table.times {
            durations[try number(value) * cells.count + target] += held
        }
        since = chunk.last
        time = chunk.last
        place = try number(chunk.lastValue)
        cell = target
    }

    /// Adds samples; those before the first cell only hold into it.
    mutating func add(_ times: [Int64], _ column: BlockColumn) throws(StoreError) {
        let quality = column.quality
        func isUsable(_ row: Int) -> Bool { quality.isEmpty || quality[row].isUsable }
        switch column.values {
        case .integers(let integers):
            for row in times.indices {
                next(times[row], isUsable(row) ? try number(integers[row]) : -1)
            }
        case .flags(let flags):
            for row in times.indices {
                next(times[row], isUsable(row) ? try number(flags[row] ? 1 : 0) : -1)
            }
        case .numbers(let numbers):
            for row in times.indices {
                let isState = isUsable(row) && numbers[row].isFinite
                next(times[row], isState ? try place(of: .number(numbers[row])) : -1)
            }
        case .texts(let texts):
            for row in times.indices {
                next(times[row], isUsable(row) ? try place(of: .text(texts[row])) : -1)
            }
        }
    }

    /// Ends the present run: from here on no samples are kept that would tell states.
    mutating func end(at time: Int64) { next(time, -1) }

    /// Adds what the last run has held: to the end where a later sample is stored, else up to
    /// its newest sample, for nothing after it was measured.
    mutating func finish(isFollowed: Bool) {
        if isFollowed { next(cells.end, -1) }
        if place >= 0, time > cells.start, since < cells.end { hold(until: min(time, cells.end)) }
        place = -1
    }

    /// The time in each state, once finished.
    var result: StateTime {
        StateTime(
            states: states,
            durations: states.indices.map { place in
                Array(durations[place * cells.count..<(place + 1) * cells.count])
            })
    }

    /// The place of a whole number or flag; few are looked up one by one.
    @inline(__always)
    private mutating func number(_ value: Int64) throws(StoreError) -> Int {
        if let lastNumber, lastNumber.value == value { return lastNumber.place }
        for known in numbered where known.value == value {
            lastNumber = known
            return known.place
        }
        let new = try place(of: kind == .flag ? .flag(value != 0) : .integer(value))
        if numbered.count < StateTable.mostStates { numbered.append((value, new)) }
        return new
    }

    private mutating func place(of state: Scalar) throws(StoreError) -> Int {
        if let known = places[state] { return known }
        guard states.count < HistorianLimits.states else {
            throw .tooLarge(
                what: "different values of a state signal", size: states.count + 1,
                limit: HistorianLimits.states)
        }
        places[state] = states.count
        states.append(state)
        durations.append(contentsOf: repeatElement(0, count: cells.count))
        return states.count - 1
    }

    /// The state before holds until here; a sample that cannot be used ends it.
    ///
    /// A run of samples of one state is added once, when it ends.
    @inline(__always)
    private mutating func next(_ at: Int64, _ new: Int) {
        if place >= 0 {
            let (bound, isOver) = time.addingReportingOverflow(limit)
            let isHeld = isOver || at <= bound
            if isHeld, new == place {
                time = at
                return
            }
            if at > cells.start, since < cells.end {
                hold(until: min(isHeld ? at : bound, cells.end))
            }
        }
        since = at
        time = at
        place = new
    }

    private mutating func hold(until end: Int64) {
        var from = max(since, cells.start)
        let row = place * cells.count
        while from < end {
            while cells.edges[cell + 1] <= from { cell += 1 }
            let part = min(end, cells.edges[cell + 1])
            durations[row + cell] += part - from
            from = part
        }
    }
}
