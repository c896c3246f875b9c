// All parts of one machine: counters, bookings and jobs, ready to be added up over any range.
public import Plant

/// Parts of one kind or all.
public struct PartTotals: Hashable, Sendable, BitwiseCopyable {
    /// Produced quantity PQ: good, scrap and rework.
    public var made: Int64
    /// Good quantity GQ, first time right.
    public var good: Int64
    /// Scrap quantity SQ.
    public var scrap: Int64
    /// Rework quantity RQ.
    public var rework: Int64

    /// Totals; none by default.
    public init(made: Int64 = 0, good: Int64 = 0, scrap: Int64 = 0, rework: Int64 = 0) {
        self.made = made
        self.good = good
        self.scrap = scrap
        self.rework = rework
    }

    /// The sum, part by part; held at the ends of what can be stored.
    public static func + (left: PartTotals, right: PartTotals) -> PartTotals {
        PartTotals(
            made: held(left.made, right.made), good: held(left.good, right.good),
            scrap: held(left.scrap, right.scrap), rework: held(left.rework, right.rework))
    }

    private static func held(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right > 0 ? .max : .min) : sum
    }
}

/// What was counted and booked on one machine.
///
/// Growth of a counter belongs to the instant at which it was seen, and so to the job and the
/// shift that own that instant. A booking belongs to the period and the job that contain its
/// start.
public struct PartLedger: Hashable, Sendable {
    /// All parts by time.
    public let counted: CountIncrements
    /// Scrap by time, empty when it is only booked.
    public let scrapped: CountIncrements
    /// Bookings in order of time.
    public let bookings: [CountBooking]
    /// Jobs in order of time.
    public let jobs: [JobRun]

    /// What was counted and booked.
    public init(
        counted: CountIncrements = CountIncrements(), scrapped: CountIncrements = CountIncrements(),
        bookings: [CountBooking] = [], jobs: [JobRun] = []
    ) {
        self.counted = counted
        self.scrapped = scrapped
        self.bookings = bookings
        self.jobs = jobs.sorted { ($0.range.start, $0.sequence) < ($1.range.start, $1.sequence) }
    }

    /// A ledger from a machine's counter samples and what was said.
    ///
    /// `unseen` are the stretches in which the machine was not seen.
    public init(
        rule: CountRule, series: [SignalID: SampleSeries], before: [SignalID: LastValue] = [:],
        unseen: [TimeRange], annotations: Annotations
    ) {
        func read(_ signal: SignalID) -> CountIncrements {
            CountReading.increments(
                series[signal] ?? .empty(.integer), before: before[signal], bits: rule.bits,
                unseen: unseen)
        }
        self.init(
            counted: read(rule.total), scrapped: rule.scrap.map(read) ?? CountIncrements(),
            bookings: annotations.bookings, jobs: annotations.jobs)
    }

    /// Parts of a range: what was counted and is neither scrap nor rework is good.
    public func totals(in range: TimeRange) -> PartTotals {
        let made = counted.total(in: range)
        let scrap = scrapped.total(in: range)
        var totals = PartTotals(made: made, good: made - scrap, scrap: scrap)
        for booking in bookings where range.contains(booking.range.start) {
            for parts in [
                PartTotals(made: booking.good, good: booking.good),
                PartTotals(made: booking.scrap, scrap: booking.scrap),
                PartTotals(made: booking.rework, rework: booking.rework),
            ] {
                totals = totals + parts
            }
        }
        return totals
    }

    /// The job at an instant, nil between jobs.
    public func job(at time: Timestamp) -> JobRun? { jobs.last { $0.range.contains(time) } }

    /// Planned parts of the jobs that run in a range, each counted once.
    ///
    /// Nil when none said how many, and when one began before the range: what of its plan was meant
    /// for the range nobody has said.
    public func plannedParts(in range: TimeRange) -> Int64? {
        var plans: [String: Int64] = [:]
        for job in jobs where job.range.overlaps(range) {
            guard let plan = job.plannedParts else { continue }
            guard job.range.start >= range.start else { return nil }
            plans[job.job] = plan
        }
        guard !plans.isEmpty else { return nil }
        var sum: Int64 = 0
        for plan in plans.values {
            let (next, overflow) = sum.addingReportingOverflow(plan)
            guard !overflow else { return nil }
            sum = next
        }
        return sum
    }

    /// The production of a period: one lot for each product and time per part, split at every
    /// change of job, in the order of their first appearance.
    ///
    /// Parts inside `planned` time enter the lots; parts outside of it are `unplanned` output.
    /// Scrap and rework in `setup` are start-up rejects.
    public func production(
        in range: TimeRange, planned: [TimeRange], setup: [TimeRange] = []
    ) -> Production {
        var production = Production()
        let outside = range.subtracting(planned)
        let spans = jobSpans(in: range)
        for span in spans {
            for part in planned {
                guard let shared = part.intersection(span.range) else { continue }
                var rejects: Int64 = 0
                for stretch in setup {
                    guard let inside = stretch.intersection(shared) else { continue }
                    let parts = totals(in: inside)
                    rejects += parts.scrap + parts.rework
                }
                production.add(totals(in: shared), of: span.job, startUpRejects: rejects)
            }
            for part in outside {
                guard let shared = part.intersection(span.range) else { continue }
                production.unplanned = production.unplanned + totals(in: shared)
            }
        }
        production.unallocated = counted.unallocated(in: range)
        production.entries = Array(
            bookings.filter { range.contains($0.range.start) }.map(\.sequence)
                .prefix(UnderstandLimits.workingEntries))
        return production
    }

    /// The range cut at every start and end of a job; where jobs overlap the later one owns.
    private func jobSpans(in range: TimeRange) -> [(range: TimeRange, job: JobRun?)] {
        var cuts = [range.start, range.end]
        for job in jobs {
            if range.contains(job.range.start) { cuts.append(job.range.start) }
            if range.contains(job.range.end) { cuts.append(job.range.end) }
        }
        cuts.sort()
        var spans: [(range: TimeRange, job: JobRun?)] = []
        for index in 1..<cuts.count where cuts[index - 1] < cuts[index] {
            spans.append(
                (TimeRange(start: cuts[index - 1], end: cuts[index]), job(at: cuts[index - 1])))
        }
        return spans
    }
}
