// States learnt from what a machine's signals did, as a proposal that a person takes or leaves.

import Historian
import Journal
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

    /// A level that has moved since the rule in use was learnt, nil where none has or none was.
    public let drift: LevelDrift?

    /// The event that makes it the machine's rule, nil where nothing was learnt.
    ///
    /// A machine without a rule gets it for the whole stretch, else it holds from the end on.
    public let event: FactoryEvent?

    /// A picture.
    public init(
        machine: Slug, signal: Signal, range: TimeRange, outcome: LearningOutcome,
        event: FactoryEvent?, drift: LevelDrift? = nil
    ) {
        self.drift = drift
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
        let candidates = try learningCandidates(id, slug)
        var best: LearningPicture?
        for signal in candidates {
            let picture = try learning(machine, signal, range)
            if case .learnt(let states) = picture.outcome, states.isSure { return picture }
            if best?.event == nil, best == nil || picture.event != nil { best = picture }
        }
        guard let best else { throw LearningRefused.nothingMeasured }
        return best
    }

    func learningCandidates(_ machine: Slug, _ slug: Slug?) throws -> [Signal] {
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
            let labels = try journal.annotations(of: machine.id, in: range).corrections
            let outcome = StateLearning.learn(series, hold: hold, labels: labels)
            var event: FactoryEvent?
            if case .learnt(let states) = outcome {
                let from =
                    machine.stateRules.isEmpty
                    ? series.times.first.map { Timestamp(nanoseconds: $0) } ?? range.start
                    : min(range.end, now)
                event = .stateRuleSet(
                    machine: machine.id,
                    rule: states.rule(
                        for: signal.id, staleAfter: hold, fault: faultSignal(of: machine),
                        link: machine.stateRules.last?.value.link),
                    from: from)
            }
            last = LearningPicture(
                machine: machine.id, signal: signal, range: range, outcome: outcome,
                event: event, drift: try drift(of: machine, now: now))
            if event != nil { break }
        }
        guard let last else { throw LearningRefused.nothingMeasured }
        return last
    }

    /// The signal that says a fault: that of the rule in use, else a flag that is called so.
    private func faultSignal(of machine: Machine) -> SignalID? {
        if let rule = machine.stateRules.last { return rule.value.fault }
        let words = ["fault", "alarm", "red-light", "emergency"]
        return factory.signals(of: machine.id).first { signal in
            signal.kind == .flag && !signal.isRetired
                && words.contains { signal.slug?.text.contains($0) ?? false }
        }?.id
    }

    /// A level that has moved since the rule in use was learnt; nil where none has, where the
    /// machine says its states itself, or where fewer than three days have passed.
    private func drift(of machine: Machine, now: Timestamp) throws -> LevelDrift? {
        guard let rule = machine.stateRules.last, rule.value.confidence != nil,
            case .level(let signal, _, _) = rule.value.source, now - rule.from >= .hours(72)
        else { return nil }
        func learnt(_ end: Timestamp) throws -> LearntStates? {
            let day = TimeRange(start: end - .hours(24), end: end)
            let outcome = StateLearning.learn(
                try samples.series(of: signal, in: day), hold: rule.value.staleAfter)
            guard case .learnt(let states) = outcome else { return nil }
            return states
        }
        guard let reference = try learnt(max(rule.from, machine.addedAt)) else { return nil }
        let days = try [now - .hours(24), now].compactMap(learnt)
        return LevelDrift.find(reference, days: days)
    }

    /// Learns a machine's states anew after a person corrected them; blocks while it reads.
    ///
    /// Only a rule that was learnt is learnt again, from the same signal. Returns the event that
    /// makes it the rule from now on, nil where nothing changes.
    public func relearningEvent(_ id: Slug, around correction: TimeRange) throws -> FactoryEvent? {
        guard let machine = factory.machines[id], let rule = machine.stateRules.last,
            rule.value.confidence != nil, case .level(let signal, _, _) = rule.value.source,
            let found = factory.signals[signal]
        else { return nil }
        let now = time
        let start = min(correction.start, now - .hours(24))
        let range = TimeRange(start: max(start, now - .hours(24 * 7)), end: now)
        let picture = try learning(machine, found, range)
        guard case .stateRuleSet(_, let learnt, _) = picture.event else { return nil }
        guard learnt != rule.value else { return nil }
        return .stateRuleSet(machine: id, rule: learnt, from: now)
    }
}
