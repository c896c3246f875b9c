// Cycles in a machine's trace beside the parts that were counted or booked in the same time.

import Historian
public import Plant
public import Understand

/// Cycles of a machine.
public struct CyclePicture: Sendable, Hashable {
    /// Which machine.
    public let machine: Slug
    /// The signal that was looked at.
    public let signal: Signal
    /// The stretch that was looked at.
    public let range: TimeRange
    /// The cycles, nil where no period shows.
    public let cycles: CycleCount?
    /// Parts counted or booked in the same time, nil where they are not.
    public let parts: Int64?

    /// A picture.
    public init(
        machine: Slug, signal: Signal, range: TimeRange, cycles: CycleCount?, parts: Int64?
    ) {
        self.machine = machine
        self.signal = signal
        self.range = range
        self.cycles = cycles
        self.parts = parts
    }

    /// What it says, in plain words.
    public var sentence: String {
        guard let cycles, cycles.confidence >= CyclePicture.leastConfidence else {
            return "No cycle shows in \(Plain.midSentence(signal.name)): it is too short for how"
                + " often the signal is read, or the work differs each time."
        }
        let found =
            "\(Plain.number(Int64(cycles.count))) cycles of \(Plain.seconds(cycles.period)),"
            + " \(Plain.percent(cycles.confidence)) sure"
        guard let parts else { return found + ". Parts are not counted." }
        guard cycles.differs(from: parts) else {
            return found + "; \(Plain.number(parts)) parts were counted. They agree."
        }
        guard parts > 0 else { return found + "; no parts were counted." }
        let each = Double(cycles.count) / Double(parts)
        return found + "; \(Plain.number(parts)) parts were counted, about"
            + " \(Plain.decimal(each, places: each < 10 ? 1 : 0)) cycles a part. If one cycle makes"
            + " one part, check the counter."
    }

    /// Confidence below which no cycle is claimed.
    private static let leastConfidence = 0.5
}

extension World {
    /// The longest stretch in which cycles are counted.
    private static let cycleReach = Elapsed.hours(24)

    /// Cycles of a machine in at most the last day of a range; blocks while it reads.
    ///
    /// The signal is that of its state rule where that is a level, else the best one to learn
    /// from. Throws `LearningRefused` where there is none.
    public func cyclePicture(of id: Slug, signal slug: Slug?, range: TimeRange) throws
        -> CyclePicture
    {
        guard let machine = factory.machines[id] else { throw LearningRefused.noMachine(id) }
        let end = min(range.end, time)
        let period = TimeRange(start: max(range.start, end - World.cycleReach), end: end)
        let signal = try cycleSignal(of: machine, slug)
        let reading = try reading(machine, period)
        let running = reading.timeline.slice(period).episodes.filter { $0.state.isProducing }
            .map(\.range)
        return CyclePicture(
            machine: id, signal: signal, range: period,
            cycles: CycleCount(
                try samples.series(of: signal.id, in: period), running: running),
            parts: reading.parts.map { ledger in
                running.reduce(0) { $0 + ledger.totals(in: $1).made }
            })
    }

    private func cycleSignal(of machine: Machine, _ slug: Slug?) throws -> Signal {
        if slug == nil, let rule = machine.stateRules.last?.value,
            case .level(let id, _, _) = rule.source, let signal = factory.signals[id]
        {
            return signal
        }
        guard let best = try learningCandidates(machine.id, slug).first else {
            throw LearningRefused.nothingMeasured
        }
        return best
    }
}
