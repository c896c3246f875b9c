// Plan against actual and the cost of a job: per machine and in all, every figure with its gaps.
public import Plant

/// How the machines of a job stand to one another.
public enum JobFlow: Hashable, Sendable {
    /// Each makes parts of its own; they add up.
    case sideBySide
    /// A part goes from one to the next; what is good counts on the last one.
    case oneAfterAnother(last: Slug)
}

/// Time, parts, money and progress of a job on one machine or in all.
public struct JobAccount: Hashable, Sendable {
    /// Where the time went.
    public let times: JobTimes
    /// Good, scrap and rework.
    public let parts: JobFigure<PartTotals>
    /// Energy in kWh.
    public let energy: JobFigure<Double>
    /// Hours seen running, stopped and being set up, at the machine's rate of the moment.
    public let hoursCost: JobFigure<Money>
    /// What the energy cost.
    public let energyCost: JobFigure<Money>
    /// Material of every part made.
    public let materialCost: JobFigure<Money>
    /// What went into scrap: its material and its share of the running time.
    ///
    /// It stands inside hours and material already and is not added to the total.
    public let scrapCost: JobFigure<Money>
    /// Hours, energy and material together.
    public let totalCost: JobFigure<Money>
    /// Total over good parts, rounded half-even once; nil without a good part.
    public let costPerGoodPart: JobFigure<Money>
    /// Planned time per part × parts made, good or not.
    public let expected: JobFigure<Elapsed>
    /// Running time less expected time: positive when it took longer.
    public let difference: JobFigure<Elapsed>
    /// Parts planned.
    public let planned: JobFigure<Int64>
    /// Good over planned parts, 0 to 1 and more.
    public let done: JobFigure<Double>
    /// When it will be done at the pace of the running stretch.
    public let finish: JobFigure<Timestamp>
}

/// Money of a scope.
private struct Amounts {
    let hours: JobFigure<Money>
    let energy: JobFigure<Money>
    let material: JobFigure<Money>
    let scrap: JobFigure<Money>
}

/// One machine's part of a job.
public struct JobLine: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// Its name.
    public let name: String
    /// Its figures.
    public let account: JobAccount
}

/// Plan against actual and the cost of a job, definition `job-ledger/1`.
///
/// Time elements are those of `domain/oee.md` (APT running, AUST setting up, ADOT and ADET
/// stopped, AOET elapsed); money follows `domain/benefit.md` and decisions 29. Money of the total
/// is the sum of the rounded lines, so that the rows of a page add up to the penny.
public struct JobLedger: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "job-ledger/1"

    /// The job as people write it.
    public let job: String
    /// What was made, in order of first appearance.
    public let products: [String]
    /// The currency that all amounts are in.
    public let currency: Currency
    /// From the first start to the last end, or to the present.
    public let range: TimeRange
    /// The machines in order of their first stretch.
    public let lines: [JobLine]
    /// All machines together.
    public let total: JobAccount

    /// The ledger of one job.
    ///
    /// - Parameters:
    ///   - stretches: All stretches of the job in any order; those of one machine share no time.
    ///   - currency: The site's currency; amounts in another one are left out and said.
    ///   - plannedParts: Parts ordered; nil to take what the starts of the job agree on.
    ///   - flow: How several machines stand to one another; nil leaves their parts apart.
    ///   - ahead: Planned working time from the present on, for the estimated finish.
    ///   - steps: Jumps of the wall clock.
    /// - Throws: `JobFlaw` where the stretches contradict themselves.
    public init(
        _ stretches: [JobStretch], currency: Currency, plannedParts: Int64? = nil,
        flow: JobFlow? = nil, ahead: [TimeRange] = [], steps: ClockSteps = .none
    ) throws(JobFlaw) {
        let ordered = stretches.sorted {
            ($0.range.start, $0.machine, $0.job.sequence)
                < ($1.range.start, $1.machine, $1.job.sequence)
        }
        try JobLedger.check(ordered)
        guard let first = ordered.first else { throw .noStretch }
        job = first.job.job
        products = ordered.map(\.job.product).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
        self.currency = currency
        range = TimeRange(
            start: first.range.start, end: ordered.map(\.range.end).max() ?? first.range.end)
        let machines = ordered.map(\.machine).reduce(into: [Slug]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let plan = plannedParts.map { JobLedger.plan($0) }
        lines = machines.map { machine in
            let own = ordered.filter { $0.machine == machine }
            return JobLine(
                machine: machine, name: own.last?.name ?? machine.text,
                account: JobLedger.account(
                    own, currency, machines.count == 1 ? plan : nil, ahead, steps))
        }
        if lines.count == 1, let only = lines.first {
            total = only.account
        } else {
            total = JobLedger.total(of: lines, ordered, currency, plan, flow, ahead, steps)
        }
    }

    private static func plan(_ parts: Int64) -> JobFigure<Int64> {
        parts > 0
            ? JobFigure(parts, coverage: 1)
            : JobFigure(missing: "The number of planned parts is not above zero.", coverage: 1)
    }

    /// The figures of one machine.
    private static func account(
        _ stretches: [JobStretch], _ currency: Currency, _ plan: JobFigure<Int64>?,
        _ ahead: [TimeRange], _ steps: ClockSteps
    ) -> JobAccount {
        let times = stretches.map { JobTimes($0, steps: steps) }
            .reduce(JobTimes(), +)
        let costs = JobCosts(
            stretches: stretches, times: times, currency: currency, steps: steps)
        let known = stretches.compactMap(\.parts)
        let parts =
            known.isEmpty
            ? JobFigure<PartTotals>(missing: costs.partGaps, coverage: times.coverage)
            : JobFigure(
                known.reduce(PartTotals(), +), bound: costs.partGaps.isEmpty ? .exact : .atLeast,
                coverage: times.coverage, gaps: costs.partGaps)
        let progress = JobProgress(stretches: stretches, times: times, steps: steps)
        return account(
            times: times, parts: parts, energy: costs.energy,
            amounts: Amounts(
                hours: costs.hours, energy: costs.energyCost, material: costs.material,
                scrap: costs.scrap),
            progress: progress, plan: plan, ahead: ahead)
    }

    /// The figures of all machines: money as the sum of the lines, parts by the flow.
    private static func total(
        of lines: [JobLine], _ stretches: [JobStretch], _ currency: Currency,
        _ plan: JobFigure<Int64>?, _ flow: JobFlow?, _ ahead: [TimeRange], _ steps: ClockSteps
    ) -> JobAccount {
        let accounts = lines.map(\.account)
        let times = accounts.map(\.times).reduce(JobTimes(), +)
        func sum(_ amount: KeyPath<JobAccount, JobFigure<Money>>) -> JobFigure<Money> {
            .sum(
                accounts.map { $0[keyPath: amount] },
                coverage: mean(accounts, of: { $0[keyPath: amount].coverage }))
        }
        let energy = JobFigure<Double>.join(
            accounts.map(\.energy), coverage: mean(accounts, of: \.energy.coverage)
        ) { $0 + $1 }
        var scope = stretches
        if case .oneAfterAnother(let last) = flow {
            scope = stretches.filter { $0.machine == last }
        } else if flow == nil {
            scope = []
        }
        let whole = JobProgress(stretches: stretches, times: times, steps: steps)
        return account(
            times: times, parts: parts(of: lines, flow, coverage: times.coverage), energy: energy,
            amounts: Amounts(
                hours: sum(\.hoursCost), energy: sum(\.energyCost), material: sum(\.materialCost),
                scrap: sum(\.scrapCost)),
            progress: whole, plan: plan, ahead: ahead,
            pace: JobProgress(stretches: scope, times: times, steps: steps))
    }

    /// Puts the figures of a scope together.
    private static func account(
        times: JobTimes, parts: JobFigure<PartTotals>, energy: JobFigure<Double>,
        amounts: Amounts, progress: JobProgress, plan: JobFigure<Int64>?,
        ahead: [TimeRange], pace: JobProgress? = nil
    ) -> JobAccount {
        let added = [amounts.hours, amounts.energy, amounts.material]
        let total = JobFigure<Money>.sum(added, coverage: added.map(\.coverage).min() ?? 0)
        let expected = progress.expected
        let planned = plan ?? progress.planned
        return JobAccount(
            times: times, parts: parts, energy: energy, hoursCost: amounts.hours,
            energyCost: amounts.energy, materialCost: amounts.material, scrapCost: amounts.scrap,
            totalCost: total, costPerGoodPart: perGoodPart(total, parts), expected: expected,
            difference: progress.difference(to: expected), planned: planned,
            done: JobProgress.done(parts: parts, planned: planned),
            finish: (pace ?? progress).finish(parts: parts, planned: planned, ahead: ahead))
    }

    /// Parts of several machines together.
    ///
    /// One after another: good and rework of the last machine, scrap of all of them, made as their
    /// sum.
    private static func parts(
        of lines: [JobLine], _ flow: JobFlow?, coverage: Double
    ) -> JobFigure<PartTotals> {
        switch flow {
        case nil:
            return JobFigure(
                missing: "The job ran on \(lines.count) machines. Say whether each makes parts of"
                    + " its own or a part goes from one to the next.", coverage: coverage)
        case .sideBySide:
            return .join(lines.map(\.account.parts), coverage: coverage) { $0 + $1 }
        case .oneAfterAnother(let last):
            let pieces = lines.map { line -> JobFigure<PartTotals> in
                guard let parts = line.account.parts.value, line.machine != last else {
                    return line.account.parts
                }
                return JobFigure(
                    PartTotals(made: parts.scrap, scrap: parts.scrap),
                    bound: line.account.parts.bound, coverage: line.account.parts.coverage,
                    gaps: line.account.parts.gaps)
            }
            return .join(pieces, coverage: coverage) { $0 + $1 }
        }
    }

    /// Total over good parts.
    private static func perGoodPart(
        _ total: JobFigure<Money>, _ parts: JobFigure<PartTotals>
    ) -> JobFigure<Money> {
        let coverage = min(total.coverage, parts.coverage)
        guard let money = total.value else {
            return JobFigure(missing: total.gaps, coverage: coverage)
        }
        guard let good = parts.value?.good else {
            return JobFigure(missing: parts.gaps, coverage: coverage)
        }
        guard good > 0,
            let each = Money(
                Int128(money.minor), dividedBy: Int128(good), currency: money.currency)
        else { return JobFigure(missing: "No good part is made yet.", coverage: coverage) }
        // Parts that are missing would make each one cheaper, money that is missing dearer.
        return JobFigure(
            each, bound: parts.bound == .exact ? total.bound : .open, coverage: coverage,
            gaps: parts.gaps + total.gaps.filter { !parts.gaps.contains($0) })
    }

    /// The mean of a coverage over machines, weighted by their time.
    private static func mean(_ accounts: [JobAccount], of part: (JobAccount) -> Double) -> Double {
        let all = accounts.reduce(0) { $0 + $1.times.elapsed.seconds }
        guard all > 0 else { return accounts.map(part).min() ?? 0 }
        return accounts.reduce(0) { $0 + part($1) * $1.times.elapsed.seconds } / all
    }
}

extension JobLedger {
    /// Refuses what contradicts itself; `stretches` are in order of time.
    private static func check(_ stretches: [JobStretch]) throws(JobFlaw) {
        guard stretches.count <= JobLimits.stretches else { throw .tooMany(stretches.count) }
        var ends: [Slug: Timestamp] = [:]
        for stretch in stretches {
            if let first = stretches.first, first.job.job != stretch.job.job {
                throw .severalJobs(first.job.job, stretch.job.job)
            }
            if let end = ends[stretch.machine], end > stretch.range.start {
                throw .overlap(stretch.machine)
            }
            ends[stretch.machine] = stretch.range.end
            try check(stretch)
        }
    }

    private static func check(_ stretch: JobStretch) throws(JobFlaw) {
        let machine = stretch.machine
        guard stretch.episodes.count <= JobLimits.episodes else {
            throw .tooMany(stretch.episodes.count)
        }
        for (episode, next) in zip(stretch.episodes, stretch.episodes.dropFirst())
        where episode.range.end > next.range.start {
            throw .statesOverlap(machine)
        }
        let shares = [stretch.coverage, stretch.energy?.coverage].compactMap(\.self)
        guard shares.allSatisfy({ (0...1).contains($0) }) else { throw .notAShare(machine) }
        if let energy = stretch.energy {
            guard energy.kilowattHours.isFinite, energy.unpriced.isFinite, energy.unpriced >= 0
            else { throw .notEnergy(machine) }
        }
        guard stretch.hourRates.allSatisfy({ $0.value.millionths >= 0 }),
            stretch.materialPerPart?.minor ?? 0 >= 0, stretch.unplacedParts >= 0
        else { throw .belowZero(machine) }
    }
}
