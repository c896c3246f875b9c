// Time between failures and time to repair, with the number they rest on and the rule used.
public import Plant

/// Failures of a machine over a period; definition `reliability/1`.
///
/// ISO 22400-2 prints its divisor differently between editions, so the number of failures is
/// always shown with the rule: operating time, the run still going on included, divided by the
/// failures.
public struct Reliability: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "reliability/1"

    /// Operating times (setup and production, no delay) that each ended with a failure.
    public let betweenFailures: [Elapsed]
    /// Operating time since the last failure.
    public let stillRunning: Elapsed
    /// Times to restoration.
    public let repairs: [Elapsed]

    /// Failures from lengths.
    public init(betweenFailures: [Elapsed], stillRunning: Elapsed, repairs: [Elapsed]) {
        self.betweenFailures = betweenFailures
        self.stillRunning = stillRunning
        self.repairs = repairs
    }

    /// Failures of a timeline: stops with a fault of the machine and no other reason, and stops
    /// whose reason means breakdown.
    ///
    /// A repair lasts as long as its stop inside planned time; one that is still open is not
    /// counted as a repair.
    public init(
        timeline: MachineTimeline, reasons: [Slug: StopReason], steps: ClockSteps = .none
    ) {
        let failures = timeline.stops.filter { stop in
            guard !stop.lost.isEmpty else { return false }
            guard let reason = stop.reason else { return stop.state == .fault }
            return reasons[reason]?.loss == .breakdown
        }
        var intervals: [Elapsed] = []
        var operating = Elapsed.zero
        var next = 0
        for episode in timeline.episodes {
            while next < failures.count, failures[next].range.start <= episode.range.start {
                intervals.append(operating)
                operating = .zero
                next += 1
            }
            if episode.state.isProducing || episode.state == .setup {
                operating += steps.elapsed(episode.range)
            }
        }
        while next < failures.count {
            intervals.append(operating)
            operating = .zero
            next += 1
        }
        betweenFailures = intervals
        stillRunning = operating
        repairs = failures.filter { !$0.isOpen }.map { stop in
            stop.lost.reduce(.zero) { $0 + steps.elapsed($1) }
        }
    }

    /// No failures and no time.
    public static let none = Reliability(betweenFailures: [], stillRunning: .zero, repairs: [])

    /// Failures of several machines or periods together.
    public static func + (left: Reliability, right: Reliability) -> Reliability {
        Reliability(
            betweenFailures: left.betweenFailures + right.betweenFailures,
            stillRunning: left.stillRunning + right.stillRunning,
            repairs: left.repairs + right.repairs)
    }

    /// Number of failures.
    public var failures: Int { betweenFailures.count }
    /// All operating time.
    public var operating: Elapsed { betweenFailures.reduce(stillRunning, +) }

    /// Mean operating time between failures, nil without any.
    public var meanBetweenFailures: Elapsed? { mean(operating, failures) }
    /// Mean of the completed times between failures alone, nil without any.
    public var meanCompleted: Elapsed? { mean(operating - stillRunning, failures) }
    /// Mean time to restoration, nil without any.
    public var meanRepair: Elapsed? { mean(repairs.reduce(.zero, +), repairs.count) }
    /// MTBF / (MTBF + MTTR), nil when one of them is.
    public var inherentAvailability: Double? {
        guard let up = meanBetweenFailures, let down = meanRepair, up + down > .zero else {
            return nil
        }
        return up.seconds / (up + down).seconds
    }

    /// Mean time between failures as an indicator.
    public func betweenFailuresIndicator(
        coverage: Double, signals: [SignalID] = []
    ) -> Indicator {
        indicator(
            "Mean running time between failures", meanBetweenFailures, failures,
            "All running and setting-up time, the run still going on included, divided by the"
                + " number of failures", operating, coverage, signals)
    }

    /// Mean time to restoration as an indicator.
    public func repairIndicator(coverage: Double, signals: [SignalID] = []) -> Indicator {
        indicator(
            "Mean time to repair", meanRepair, repairs.count,
            "All planned time in failures that are over, divided by their number",
            repairs.reduce(.zero, +), coverage, signals)
    }

    private func indicator(
        _ name: String, _ mean: Elapsed?, _ count: Int, _ formula: String, _ sum: Elapsed,
        _ coverage: Double, _ signals: [SignalID]
    ) -> Indicator {
        var value = IndicatorValue.undefined("not enough failures (\(count))")
        if let mean, count >= UnderstandLimits.leastFailures { value = .amount(mean.seconds) }
        return Indicator(
            name: name, value: value, unit: .seconds, coverage: coverage,
            definition: Reliability.definition,
            working: Working(
                formula: formula, rule: .ratio,
                parts: [
                    WorkingPart(name: "Time", value: sum.seconds, unit: .seconds),
                    WorkingPart(name: "Failures", value: Double(count), unit: .count),
                ], signals: signals))
    }

    private func mean(_ sum: Elapsed, _ count: Int) -> Elapsed? {
        count > 0 ? Elapsed(nanoseconds: sum.nanoseconds / Int64(count)) : nil
    }
}
