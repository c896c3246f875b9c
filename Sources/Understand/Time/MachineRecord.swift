// Everything known of one machine over a stretch of time: the one way from samples to figures.
public import Plant

/// One machine's states, stops and parts, worked out from stored samples and what was said.
///
/// A pure function of the two stores: the same input gives the same figures to the last digit.
public struct MachineRecord: Hashable, Sendable {
    /// The machine.
    public let machine: Machine
    /// What the signals showed.
    public let observed: [ObservedEpisode]
    /// What that means for the day.
    public let timeline: MachineTimeline
    /// Parts.
    public let ledger: PartLedger
    /// The site's reasons.
    public let reasons: [Slug: StopReason]
    /// Jumps of the clock.
    public let steps: ClockSteps

    /// A record from stored columns of the machine's state and counter signals.
    ///
    /// `series` may reach beyond `range`; `before` holds the newest sample of each signal from
    /// before its series; `working` is planned working time; `period` the expected time between
    /// samples where it is known; `isLive` says that the end of the range is the present.
    public init(
        machine: Machine, series: [SignalID: SampleSeries], before: [SignalID: LastValue] = [:],
        range: TimeRange, working: [TimeRange], annotations: Annotations,
        reasons: [Slug: StopReason], steps: ClockSteps = .none, period: Elapsed? = nil,
        isLive: Bool = false
    ) {
        let observed =
            machine.stateRules.isEmpty
            ? ObservedStates.episodes(told: annotations.told, range: range)
            : ObservedStates.episodes(
                rules: machine.stateRules, series: series, range: range, before: before,
                period: period)
        self.init(
            machine: machine, observed: observed, series: series, before: before, range: range,
            working: working, annotations: annotations, reasons: reasons, steps: steps,
            isLive: isLive)
    }

    /// A record from observed states that are known already, and the counter signals.
    public init(
        machine: Machine, observed: [ObservedEpisode], series: [SignalID: SampleSeries],
        before: [SignalID: LastValue] = [:], range: TimeRange, working: [TimeRange],
        annotations: Annotations, reasons: [Slug: StopReason], steps: ClockSteps = .none,
        isLive: Bool = false
    ) {
        let observed = ObservedStates.corrected(
            observed, by: annotations.corrections, isToldByHand: machine.stateRules.isEmpty)
        self.machine = machine
        self.observed = observed
        self.reasons = reasons
        self.steps = steps
        let unseen = observed.filter { $0.state == .unknown }.map(\.range)
        if let rule = machine.counts {
            ledger = PartLedger(
                rule: rule, series: series, before: before, unseen: unseen,
                annotations: annotations)
        } else {
            ledger = PartLedger(bookings: annotations.bookings, jobs: annotations.jobs)
        }
        timeline = MachineTimeline(
            range: range, observed: observed, working: working, annotations: annotations,
            reasons: reasons,
            slow: machine.counts == nil
                ? []
                : SlowRule.slowStretches(
                    observed: observed, jobs: ledger.jobs, counts: ledger.counted),
            isLive: isLive)
    }

    /// Signals whose samples enter, without repeats.
    public var signals: [SignalID] {
        var signals: [SignalID] = []
        let counters = machine.counts.map { [$0.total, $0.scrap].compactMap(\.self) } ?? []
        for signal in machine.stateRules.flatMap(\.value.signals) + counters
        where !signals.contains(signal) {
            signals.append(signal)
        }
        return signals
    }

    /// OEE and its relatives over a part of the range.
    public func figures(in period: TimeRange) -> OEE {
        OEE(
            time: TimeElements(
                timeline: timeline, period: period, reasons: reasons, steps: steps,
                rules: machine.stateRules),
            production: ledger.production(
                in: period, planned: timeline.working.compactMap { $0.intersection(period) },
                setup: timeline.setups),
            signals: signals, isCounted: machine.counts != nil || !ledger.bookings.isEmpty)
    }

    /// This machine's part of a loss ranking.
    public func lossSource(worth: HourWorth) -> LossSource {
        LossSource(
            machine: machine.id, name: machine.name, timeline: timeline, worth: worth,
            signals: signals, rules: machine.stateRules)
    }

    /// Failures and repairs over a part of the range.
    public func reliability(in period: TimeRange) -> Reliability {
        Reliability(timeline: timeline.slice(period), reasons: reasons, steps: steps)
    }
}
