// States learnt from what a machine's signals did, as a proposal that a person takes or leaves.

import Historian
public import Plant
public import Understand

/// What a trace would make of a machine's states.
public struct LearningPicture: Sendable, Hashable {
    /// Which machine.
    public let machine: Slug
    /// The signal that was looked at.
    public let signal: Signal
    /// The stretch that was looked at.
    public let range: TimeRange
    /// What was learnt, or why nothing was.
    public let outcome: LearningOutcome

    /// The event that makes it the machine's rule, nil where nothing was learnt.
    ///
    /// A machine without a rule gets it for the whole stretch, else it holds from the end on.
    public let event: FactoryEvent?

    /// A picture.
    public init(
        machine: Slug, signal: Signal, range: TimeRange, outcome: LearningOutcome,
        event: FactoryEvent?
    ) {
        self.machine = machine
        self.signal = signal
        self.range = range
        self.outcome = outcome
        self.event = event
    }
}

/// Why no signal of a machine can be learnt from.
public enum LearningRefused: Error, Sendable, Hashable {
    /// There is no such machine.
    case noMachine(Slug)
    /// The machine has no signal of that name.
    case noSignal(Slug)
    /// The signal is no number.
    case notMeasured(Slug)
    /// The machine has no signal that is a number.
    case nothingMeasured
}

extension World {
    /// Stretches that are looked at, one after the other, until one shows contrast.
    private static let learningReach = [Elapsed.hours(24), .hours(24 * 7)]
    /// Units of signals that tell states best, the best first.
    private static let learningUnits = ["kW", "W", "A", "mA"]

    /// Learns a machine's states from one of its signals; blocks while it reads.
    ///
    /// Without a signal the best one is chosen: power before current before anything else. Without
    /// a range the last day is looked at, then the last week.
    public func learning(
        of id: Slug, signal slug: Slug?, range: TimeRange?
    ) throws -> LearningPicture {
        guard let machine = factory.machines[id] else { throw LearningRefused.noMachine(id) }
        let candidates = try candidates(id, slug)
        var best: LearningPicture?
        for signal in candidates {
            let picture = try learning(machine, signal, range)
            if case .learnt(let states) = picture.outcome, states.isSure { return picture }
            if best?.event == nil, best == nil || picture.event != nil { best = picture }
        }
        guard let best else { throw LearningRefused.nothingMeasured }
        return best
    }

    private func candidates(_ machine: Slug, _ slug: Slug?) throws -> [Signal] {
        let own = factory.signals.values.filter { $0.machine == machine && !$0.isRetired }
        if let slug {
            guard let signal = own.first(where: { $0.slug == slug }) else {
                throw LearningRefused.noSignal(slug)
            }
            guard signal.kind == .number || signal.kind == .integer else {
                throw LearningRefused.notMeasured(slug)
            }
            return [signal]
        }
        func rank(_ signal: Signal) -> Int {
            World.learningUnits.firstIndex(of: signal.unit) ?? World.learningUnits.count
        }
        return own.filter { $0.kind == .number }
            .sorted { (rank($0), $0.id) < (rank($1), $1.id) }
    }

    private func learning(
        _ machine: Machine, _ signal: Signal, _ asked: TimeRange?
    ) throws -> LearningPicture {
        let now = time
        let ranges =
            asked.map { [$0] }
            ?? World.learningReach.map { TimeRange(start: now - $0, end: now) }
        let hold = machine.stateRules.last?.value.staleAfter ?? .seconds(30)
        var last: LearningPicture?
        for range in ranges {
            let series = try samples.series(of: signal.id, in: range)
            let outcome = StateLearning.learn(series, hold: hold)
            var event: FactoryEvent?
            if case .learnt(let states) = outcome {
                let from =
                    machine.stateRules.isEmpty
                    ? series.times.first.map { Timestamp(nanoseconds: $0) } ?? range.start
                    : min(range.end, now)
                event = .stateRuleSet(
                    machine: machine.id, rule: states.rule(for: signal.id, staleAfter: hold),
                    from: from)
            }
            last = LearningPicture(
                machine: machine.id, signal: signal, range: range, outcome: outcome,
                event: event)
            if event != nil { break }
        }
        guard let last else { throw LearningRefused.nothingMeasured }
        return last
    }
}
