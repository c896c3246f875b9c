// The ISO 22400 time elements of a machine and period: stored lengths that add up exactly.
public import Plant

/// Time elements of one or more work units; additive (ISO 22400-2, time model).
///
/// Real elapsed time: clock-change days have 23 or 25 hours, jumps of the wall clock count as
/// they were. Calendar time = `outside` + `plannedDown` + `unknown` + `downTime` (ADOT) +
/// `delayTime` (ADET) + `setupTime` (AUST) + `productionTime` (APT).
public struct TimeElements: Hashable, Sendable {
    /// Length of the period, summed over work units.
    public var calendar = Elapsed.zero
    /// Time outside of working time.
    public var outside = Elapsed.zero
    /// Working time that was agreed not to be used.
    public var plannedDown = Elapsed.zero
    /// Planned busy time that was not seen: neither running nor stopped.
    public var unknown = Elapsed.zero
    /// ADOT actual unit down time: no order, material or operator.
    public var downTime = Elapsed.zero
    /// ADET actual unit delay time: malfunctions and other interruptions.
    public var delayTime = Elapsed.zero
    /// AUST actual unit setup time.
    public var setupTime = Elapsed.zero
    /// APT actual production time.
    public var productionTime = Elapsed.zero
    /// The part of `productionTime` that ran below the expected rate.
    public var slowTime = Elapsed.zero
    /// AOET actual order execution time: with a job on the machine, seen or not.
    public var orderTime = Elapsed.zero
    /// Time it produced outside of working time; inside `outside`.
    public var unplannedProduction = Elapsed.zero
    /// The part of `delayTime` that is a breakdown: a fault, or a reason that means one.
    public var breakdownTime = Elapsed.zero
    /// The part of `delayTime` in short stops that nobody gave a reason for.
    public var shortStopTime = Elapsed.zero
    /// The part of `downTime` in which the next machine took nothing.
    public var blockedTime = Elapsed.zero
    /// The part of `downTime` in which the machine before gave nothing.
    public var starvedTime = Elapsed.zero
    /// Planned busy time whose states were told apart too unsurely for OEE.
    public var indicative = Elapsed.zero
    /// How much of the planned busy time may be running taken for standing or the other way round,
    /// by how surely learnt rules tell them apart.
    public var doubtful = Elapsed.zero
    /// Whether the wall clock jumped in it.
    public var hasClockStep = false

    /// No time at all.
    public init() {}

    /// POT planned operation time.
    public var plannedOperation: Elapsed { calendar - outside }
    /// PBT planned busy time, seen or not.
    public var plannedBusy: Elapsed { plannedOperation - plannedDown }
    /// Planned busy time that was seen: the base of combined figures (decisions 24).
    public var seenPlannedBusy: Elapsed { plannedBusy - unknown }
    /// AUBT actual unit busy time.
    public var busy: Elapsed { seenPlannedBusy - downTime }
    /// AUPT actual unit processing time: setup and production.
    public var processing: Elapsed { busy - delayTime }
    /// Lost time: seen planned time in which it did not produce, setting up included.
    public var lost: Elapsed { downTime + delayTime + setupTime }

    /// Seen share of planned busy time, 0 to 1; 1 when nothing was planned (decisions 25).
    public var coverage: Double {
        plannedBusy > .zero ? seenPlannedBusy.seconds / plannedBusy.seconds : 1
    }

    /// The sums of two sets of elements.
    public static func + (left: TimeElements, right: TimeElements) -> TimeElements {
        var sum = left
        sum.add(right)
        return sum
    }

    /// What is left of elements without a part of them.
    public static func - (left: TimeElements, right: TimeElements) -> TimeElements {
        let lengths: [WritableKeyPath<TimeElements, Elapsed>] = [
            \.calendar, \.outside, \.plannedDown, \.unknown, \.downTime, \.delayTime,
            \.setupTime, \.productionTime, \.slowTime, \.orderTime, \.unplannedProduction,
            \.breakdownTime, \.shortStopTime, \.blockedTime, \.starvedTime, \.indicative,
            \.doubtful,
        ]
        var rest = left
        for length in lengths {
            rest[keyPath: length] = left[keyPath: length] - right[keyPath: length]
        }
        return rest
    }

    /// Adds another set of elements.
    public mutating func add(_ right: TimeElements) {
        calendar += right.calendar
        outside += right.outside
        plannedDown += right.plannedDown
        unknown += right.unknown
        downTime += right.downTime
        delayTime += right.delayTime
        setupTime += right.setupTime
        productionTime += right.productionTime
        slowTime += right.slowTime
        orderTime += right.orderTime
        unplannedProduction += right.unplannedProduction
        breakdownTime += right.breakdownTime
        shortStopTime += right.shortStopTime
        blockedTime += right.blockedTime
        starvedTime += right.starvedTime
        indicative += right.indicative
        doubtful += right.doubtful
        hasClockStep = hasClockStep || right.hasClockStep
    }

    /// Elements of one machine over a period.
    ///
    /// `running` and `slow` are APT, `setup` is AUST, `stopped` and `fault` are ADOT when the
    /// reason means waiting, else ADET; `planned` lies outside PBT (decisions 23). `rules` are the
    /// machine's state rules in order of time: learnt ones bring their doubt.
    public init(
        timeline: MachineTimeline, period: TimeRange, reasons: [Slug: StopReason],
        steps: ClockSteps = .none, rules: [Dated<StateRule>] = []
    ) {
        let part = timeline.slice(period)
        calendar = steps.elapsed(period)
        hasClockStep = steps.touch(period)
        var working = 0
        var planned = Elapsed.zero
        for episode in part.episodes {
            var inside = Elapsed.zero
            while working < part.working.count, part.working[working].end <= episode.range.start {
                working += 1
            }
            var index = working
            while index < part.working.count, part.working[index].start < episode.range.end {
                if let shared = part.working[index].intersection(episode.range) {
                    inside += steps.elapsed(shared)
                }
                index += 1
            }
            if episode.state.isProducing {
                unplannedProduction += steps.elapsed(episode.range) - inside
            }
            planned += inside
            add(inside, of: episode, reasons: reasons)
        }
        // Working time that no episode covers was not seen.
        let scheduled = timeline.working.compactMap { $0.intersection(period) }
            .reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
        unknown += scheduled - planned
        outside = calendar - scheduled
        addShortStops(of: timeline, period, steps)
        addDoubt(of: rules, part.working, steps)
        for job in timeline.annotations.jobs {
            if let shared = job.range.intersection(period) { orderTime += steps.elapsed(shared) }
        }
    }

    private mutating func add(
        _ inside: Elapsed, of episode: StateEpisode, reasons: [Slug: StopReason]
    ) {
        switch episode.state {
        case .unknown: unknown += inside
        case .planned: plannedDown += inside
        case .setup: setupTime += inside
        case .running: productionTime += inside
        case .slow:
            productionTime += inside
            slowTime += inside
        case .stopped, .fault:
            let loss = episode.reason.flatMap { reasons[$0]?.loss }
            if let loss, loss.isDownTime {
                downTime += inside
                if loss == .blocked { blockedTime += inside }
                if loss == .starved { starvedTime += inside }
            } else {
                delayTime += inside
                if loss == .breakdown || (loss == nil && episode.state == .fault) {
                    breakdownTime += inside
                }
            }
        }
    }

    /// What learnt rules may have taken for something else.
    private mutating func addDoubt(
        of rules: [Dated<StateRule>], _ working: [TimeRange], _ steps: ClockSteps
    ) {
        for (index, rule) in rules.enumerated() {
            guard let confidence = rule.value.confidence else { continue }
            let end = index + 1 < rules.count ? rules[index + 1].from : .distantFuture
            let held = TimeRange(start: rule.from, end: end)
            let length = working.compactMap { $0.intersection(held) }
                .reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
            if rule.value.isIndicative { indicative += length }
            let share = 1 - Double(confidence) / 1e6
            doubtful += Elapsed(
                nanoseconds: Int64((Double(length.nanoseconds) * share).rounded()))
        }
    }

    /// Whether a stop is short is a matter of the whole stop, not of its part in the period.
    private mutating func addShortStops(
        of timeline: MachineTimeline, _ period: TimeRange, _ steps: ClockSteps
    ) {
        for stop in timeline.stops
        where stop.reason == nil && stop.state != .fault && stop.range.overlaps(period) {
            let whole = stop.lost.reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
            let rule = ShortStopRule(jobs: timeline.annotations.jobs, at: stop.range.start)
            guard rule.isShort(whole) else { continue }
            for lost in stop.lost {
                if let shared = lost.intersection(period) { shortStopTime += steps.elapsed(shared) }
            }
        }
    }
}
