// How far a job is: parts against plan, time against plan, and when it will be done.
import Plant

/// Progress of one scope of a job: one machine, or all machines that make the same parts.
struct JobProgress {
    let stretches: [JobStretch]
    let times: JobTimes
    let steps: ClockSteps

    /// Σ PRI·PQ: what all parts made should have taken (`domain/oee.md`, PRI and PQ).
    var expected: JobFigure<Elapsed> {
        let pieces = stretches.map { stretch -> JobFigure<Elapsed> in
            var gaps: [String] = []
            guard let parts = stretch.parts else {
                return JobFigure(
                    missing: "The parts of \(stretch.name) are not counted.", coverage: 0)
            }
            if stretch.unplacedParts > 0 {
                gaps.append(Finding.unallocatedParts(stretch.unplacedParts).sentence)
            }
            guard parts.made != 0 || !gaps.isEmpty else {
                return JobFigure(.zero, coverage: times.coverage)
            }
            guard let ideal = stretch.job.idealPerPart, ideal > .zero else {
                let product = stretch.job.product
                return JobFigure(
                    missing: product.isEmpty
                        ? "The time per part is not known."
                        : "The time per part of \(product) is not known.",
                    coverage: times.coverage)
            }
            if stretch.job.isEstimate {
                gaps.append("The time per part of \(stretch.job.product) is an estimate.")
            }
            let (time, overflow) = ideal.nanoseconds.multipliedReportingOverflow(by: parts.made)
            guard !overflow else {
                return JobFigure(missing: "The time is too long to be held.", coverage: 0)
            }
            return JobFigure(
                Elapsed(nanoseconds: time), bound: stretch.unplacedParts > 0 ? .atLeast : .exact,
                coverage: times.coverage, gaps: gaps)
        }
        return .join(pieces, coverage: times.coverage) { $0 + $1 }
    }

    /// Running time less the expected time: positive when it took longer.
    ///
    /// Nil where some expected time is missing: a difference with a hole in it says nothing.
    func difference(to expected: JobFigure<Elapsed>) -> JobFigure<Elapsed> {
        guard let value = expected.value, expected.bound == .exact else {
            return JobFigure(missing: expected.gaps, coverage: times.coverage)
        }
        var gaps = expected.gaps
        if times.unseen > .zero {
            gaps.append("\(Plain.duration(times.unseen)) not seen. Figures leave this out.")
        }
        let isExact = times.unseen == .zero && !times.isDoubted
        return JobFigure(
            times.running - value, bound: isExact ? .exact : .open,
            coverage: times.coverage, gaps: gaps)
    }

    /// The number of parts planned: what the starts of the job agree on.
    ///
    /// A job that is started again repeats its plan, so equal numbers are one plan; different ones
    /// are not added up.
    var planned: JobFigure<Int64> {
        let said = Set(stretches.compactMap(\.job.plannedParts))
        guard let plan = said.first else {
            return JobFigure(missing: "Nobody has said how many parts are planned.", coverage: 1)
        }
        guard said.count == 1 else {
            let numbers = said.sorted().map(Plain.number).joined(separator: ", ")
            return JobFigure(
                missing: "The starts of this job say different numbers of parts: \(numbers).",
                coverage: 1)
        }
        guard plan > 0 else {
            return JobFigure(missing: "The number of planned parts is not above zero.", coverage: 1)
        }
        return JobFigure(plan, coverage: 1)
    }

    /// Good parts over planned parts, 0 to 1 and more.
    static func done(
        parts: JobFigure<PartTotals>, planned: JobFigure<Int64>
    ) -> JobFigure<Double> {
        guard let plan = planned.value else {
            return JobFigure(missing: planned.gaps, coverage: parts.coverage)
        }
        guard let good = parts.value?.good else {
            return JobFigure(missing: parts.gaps, coverage: parts.coverage)
        }
        return JobFigure(
            Double(good) / Double(plan), bound: parts.bound, coverage: parts.coverage,
            gaps: parts.gaps)
    }

    /// When the planned parts will be done at the pace of the stretches that are running.
    ///
    /// The pace is good parts over the time in which the machine was held and seen: stops and
    /// setting up count, planned stops do not. The time that is left is laid over `ahead`, the
    /// planned working time to come. Nil with a reason where the job does not run, a running
    /// stretch was seen under 80 % or gives no signal now, it has fewer than 3 good parts, or the
    /// working time ahead ends first.
    func finish(
        parts: JobFigure<PartTotals>, planned: JobFigure<Int64>, ahead: [TimeRange]
    ) -> JobFigure<Timestamp> {
        let running = stretches.filter(\.isRunning)
        let paces = running.map { Pace($0, steps: steps) }
        let coverage = paces.map(\.times.coverage).min() ?? 0
        func none(_ reason: String) -> JobFigure<Timestamp> {
            JobFigure(missing: reason, coverage: coverage)
        }
        guard let plan = planned.value else { return none(planned.gaps.joined(separator: " ")) }
        guard let good = parts.value?.good else {
            return none(parts.gaps.joined(separator: " "))
        }
        let (left, overflow) = plan.subtractingReportingOverflow(good)
        guard !overflow, left > 0 else { return none("All planned parts are made.") }
        guard let now = running.map(\.range.end).max() else {
            return none("The job is not on a machine now.")
        }
        if let reason = paces.compactMap(\.reason).first { return none(reason) }
        guard let time = Pace.time(for: left, at: paces) else {
            return none("At this pace it takes longer than can be said.")
        }
        guard let end = JobProgress.lay(time, over: ahead, from: now) else {
            return none(
                ahead.contains { $0.end > now }
                    ? "The working time that is known ahead ends before the job does."
                    : "No working time is known ahead.")
        }
        // Parts that are missing from the count would end it sooner.
        return JobFigure(
            end, bound: parts.bound == .exact ? .exact : .open, coverage: coverage, gaps: parts.gaps
        )
    }

    /// The moment at which a length of working time has passed; nil when there is not enough of it.
    private static func lay(
        _ length: Elapsed, over ahead: [TimeRange], from now: Timestamp
    ) -> Timestamp? {
        var left = length
        var cursor = now
        for range in ahead.sorted(by: { $0.start < $1.start }) where range.end > cursor {
            cursor = max(cursor, range.start)
            let room = range.end - cursor
            if left <= room { return cursor + left }
            left = left - room
            cursor = range.end
        }
        return nil
    }
}

/// The pace of one running stretch, or why it has none.
private struct Pace {
    let times: JobTimes
    let good: Int64
    let reason: String?

    init(_ stretch: JobStretch, steps: ClockSteps) {
        times = JobTimes(stretch, steps: steps)
        good = stretch.parts?.good ?? 0
        let name = stretch.name
        if !Pace.isSilent(stretch) {
            if times.coverage < JobLimits.finishCoverage {
                reason = "\(name): " + Sentences.notEnoughSeen(coverage: times.coverage)
            } else if stretch.parts == nil {
                reason = "The parts of \(name) are not counted."
            } else if good < JobLimits.finishParts {
                reason =
                    "\(name): \(Plain.count(good, "good part", "good parts")) so far,"
                    + " too few to say."
            } else if times.busy <= .zero {
                reason = "\(name) was not seen at work on it."
            } else {
                reason = nil
            }
        } else {
            reason = "\(name) gives no signal now."
        }
    }

    /// Whether its last moment was not seen although it was meant to run.
    private static func isSilent(_ stretch: JobStretch) -> Bool {
        let now = stretch.range.end - Elapsed(nanoseconds: 1)
        guard stretch.working?.contains(where: { $0.contains(now) }) ?? true else { return false }
        let last = stretch.episodes.last { $0.range.contains(now) }
        return (last?.state ?? .unknown) == .unknown
    }

    /// How long the machines together need for more good parts; nil when it cannot be held.
    ///
    /// One machine is reckoned in whole nanoseconds, several by the sum of their rates.
    static func time(for left: Int64, at paces: [Pace]) -> Elapsed? {
        if let only = paces.first, paces.count == 1 {
            let product = Int128(only.times.busy.nanoseconds) * Int128(left)
            let (whole, rest) = product.quotientAndRemainder(dividingBy: Int128(only.good))
            return Int64(exactly: rest > 0 ? whole + 1 : whole).map(Elapsed.init(nanoseconds:))
        }
        let rate = paces.reduce(0.0) { $0 + Double($1.good) / $1.times.busy.seconds }
        let seconds = (Double(left) / rate).rounded(.up)
        guard rate > 0, seconds < 9e9, let whole = Int64(exactly: seconds) else { return nil }
        return .seconds(whole)
    }
}
