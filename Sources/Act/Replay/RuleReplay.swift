// What a rule would have done over a stretch of the past.

public import Plant

/// What was known of a machine over the stretch, for the words beside each firing.
public struct ReplayContext: Hashable, Sendable {
    /// Episodes of each machine, in order of time.
    public var episodes: [Slug: [StateEpisode]]
    /// Jobs of each machine.
    public var jobs: [Slug: [JobRun]]

    /// A context; empty leaves the words out.
    public init(episodes: [Slug: [StateEpisode]] = [:], jobs: [Slug: [JobRun]] = [:]) {
        self.episodes = episodes
        self.jobs = jobs
    }

    /// The episode of a machine at a time, nil where none is known.
    public func episode(of machine: Slug, at time: Timestamp) -> StateEpisode? {
        guard let all = episodes[machine] else { return nil }
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].range.end <= time { low = middle + 1 } else { high = middle }
        }
        return low < all.count && all[low].range.contains(time) ? all[low] : nil
    }
}

/// One firing of the past.
public struct ReplayFiring: Hashable, Sendable {
    /// Its id, the same as the live engine would have given.
    public let raise: RaiseID
    /// From when the condition held.
    public let since: Timestamp
    /// When it was over; nil when it still held at the end.
    public let ended: Timestamp?
    /// The tests that were true.
    public let evidence: [FiringEvidence]
    /// What the machine did then; nil where it is not known.
    public let state: MachineState?
    /// The reason that was given for it, then or later; nil for none.
    public let reason: Slug?
    /// The job that was on the machine; nil for none.
    public let job: String?
    /// The shift; nil outside all of them.
    public let shift: String?

    /// How long it lasted from its firing on, up to `end` where it still held.
    public func lasted(until end: Timestamp) -> Elapsed { (ended ?? end) - raise.at }

    /// The stretch in which the condition held.
    public func stretch(until end: Timestamp) -> TimeRange {
        TimeRange(start: since, end: ended ?? end)
    }
}

/// The outcome of a replay.
public struct ReplayOutcome: Hashable, Sendable {
    /// Firings in order of time, at most ``ActLimits/replayFirings``.
    public var firings: [ReplayFiring] = []
    /// How many there were.
    public var count = 0
    /// The stretch that was looked at.
    public var range: TimeRange
    /// What could not be used.
    public var drops = RuleDrops()
}

/// Replays of rules.
public enum RuleReplay {
    /// Runs one rule over events that are in order as ``RuleEngine`` needs them.
    ///
    /// The rule runs also when it is switched off. Throws ``RuleFlaw``.
    public static func run(
        _ rule: Rule, plant: RulePlant, events: some Sequence<RuleEvent>, range: TimeRange,
        context: ReplayContext = ReplayContext()
    ) throws(RuleFlaw) -> ReplayOutcome {
        var rule = rule
        rule.isOn = true
        var engine = try RuleEngine(rules: [rule], plant: plant, start: range.start)
        var outcome = ReplayOutcome(range: range)
        var open: [RaiseID: Int] = [:]
        func take(_ firings: [Firing]) {
            for firing in firings {
                guard firing.isBeginning else {
                    guard let place = open.removeValue(forKey: firing.raise) else { continue }
                    outcome.firings[place] = outcome.firings[place].over(at: firing.at)
                    continue
                }
                outcome.count += 1
                guard outcome.firings.count < ActLimits.replayFirings else { continue }
                open[firing.raise] = outcome.firings.count
                outcome.firings.append(described(firing, context, plant.calendar))
            }
        }
        for event in events { take(engine.step(event)) }
        take(engine.step(.timePassed(to: range.end)))
        outcome.drops = engine.drops
        return outcome
    }

    private static func described(
        _ firing: Firing, _ context: ReplayContext, _ calendar: ShiftCalendar
    ) -> ReplayFiring {
        let machine = firing.raise.machine
        let episode = machine.flatMap { context.episode(of: $0, at: firing.at) }
        let job = machine.flatMap { context.jobs[$0] }?.last { $0.range.contains(firing.at) }
        return ReplayFiring(
            raise: firing.raise, since: firing.since, ended: nil, evidence: firing.evidence,
            state: episode?.state, reason: episode?.reason, job: job?.job,
            shift: calendar.shift(at: firing.at)?.id)
    }
}

extension ReplayFiring {
    fileprivate func over(at time: Timestamp) -> ReplayFiring {
        ReplayFiring(
            raise: raise, since: since, ended: time, evidence: evidence, state: state,
            reason: reason, job: job, shift: shift)
    }
}
