// The rule engine: events in, firings out; the same steps live and in a replay.

public import Plant

/// Runs rules over what happens.
///
/// Events wait until the time has passed them; then they are looked at in order of time, together
/// with everything that falls due between them. So the firings depend on neither the size of
/// batches nor on how often the time is told, and each is dated by when it was due.
public struct RuleEngine: Sendable {
    var program: RuleProgram
    let plant: RulePlant
    /// What could not be used.
    public internal(set) var drops = RuleDrops()
    /// Everything before this has been looked at.
    public internal(set) var passed: Timestamp

    struct Waiting: Sendable {
        let time: Int64
        let event: RuleEvent
    }

    var waiting: [Waiting] = []
    var values: [WaitingValues]
    var waitingSamples = 0
    /// Signals with values that wait.
    var signalsWaiting: [Int] = []
    var turns: [Turn] = []
    var heap = DueHeap()
    var dirty: [Int32] = []
    /// The most steps that one evaluation has taken.
    public internal(set) var mostSteps = 0

    /// An engine for rules, from a time on; rules that are off are left out.
    ///
    /// Throws ``RuleFlaw`` for a rule that cannot run on this site.
    public init(rules: [Rule], plant: RulePlant, start: Timestamp) throws(RuleFlaw) {
        let far = Timestamp(nanoseconds: 0)
        let start = max(far - ActLimits.farthest, min(start, far + ActLimits.farthest))
        self.plant = plant
        program = try RuleProgram(rules, plant: plant, start: start)
        passed = start
        values = Array(repeating: WaitingValues(), count: program.readersOfSignal.count)
        for place in program.windows.indices where program.windows[place].nextEdge != .max {
            heap.push(program.windows[place].nextEdge, -1 - Int32(place))
        }
    }

    /// The raises that are under way, oldest first.
    public var underWay: [RaiseID] { program.names.compactMap(\.raise).sorted() }

    /// Takes one event; only ``RuleEvent/timePassed(to:)`` gives firings, in order of time.
    public mutating func step(_ event: RuleEvent) -> [Firing] {
        switch event {
        case .timePassed(let to): return pass(to: to)
        case .values(let batch): take(batch)
        case .state(let machine, let state, let since, let reason, let at):
            takeState(machine, state, since: since, reason: reason, at: at)
        case .reason(let machine, _, let at), .link(let machine, _, let at):
            guard program.machineIndex[machine] != nil else {
                drops.strangers += 1
                return []
            }
            takeChange(event, at: at)
        case .counts(let machine, _, _, let at), .energy(let machine, _, let at):
            guard program.machineIndex[machine] != nil else {
                drops.strangers += 1
                return []
            }
            if at < passed { drops.lateAmounts += 1 } else { enqueue(event, at: at) }
        case .backupMade(let at), .certificate(_, let at): takeChange(event, at: at)
        }
        return []
    }

    private mutating func takeState(
        _ machine: Slug, _ state: MachineState, since: Timestamp, reason: Slug?, at: Timestamp
    ) {
        guard let index = program.machineIndex[machine] else {
            drops.strangers += 1
            return
        }
        let since = min(since, at)
        if at < passed {
            guard since.nanoseconds >= program.machines[index].newest else {
                drops.olderStates += 1
                return
            }
        }
        program.machines[index].newest = max(
            program.machines[index].newest, since.nanoseconds)
        takeChange(
            .state(machine: machine, state, since: since, reason: reason, at: at), at: at)
    }

    /// A change that comes late counts from now on: what holds must not be missed.
    private mutating func takeChange(_ event: RuleEvent, at: Timestamp) {
        if at < passed { drops.lateChanges += 1 }
        enqueue(event, at: max(at, passed))
    }

    private mutating func enqueue(_ event: RuleEvent, at: Timestamp) {
        let isFar = at.nanoseconds > ActLimits.farthest.nanoseconds
        guard !isFar, waiting.count < ActLimits.waitingEvents else {
            drops.refusedEvents += 1
            return
        }
        waiting.append(Waiting(time: at.nanoseconds, event: event))
    }

    private mutating func take(_ batch: SampleBatch) {
        for column in batch.columns {
            guard let index = program.signalIndex[column.signal.number] else { continue }
            let count = batch.times.count
            // A column that does not fit its times is refused whole.
            let isFit =
                column.values.count == count
                && (column.quality.isEmpty || column.quality.count == count)
            guard isFit, waitingSamples + count <= ActLimits.waitingSamples else {
                drops.refusedSamples += Int64(count)
                continue
            }
            let wasEmpty = values[index].count == 0
            let (late, taken) = values[index].take(
                times: batch.times, values: column.values, quality: column.quality,
                floor: passed.nanoseconds)
            drops.lateSamples += late
            waitingSamples += taken
            if wasEmpty, taken > 0 { signalsWaiting.append(index) }
        }
    }
}
