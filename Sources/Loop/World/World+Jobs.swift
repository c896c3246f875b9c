// Jobs as values: the list, one job with its cost and its record.

import Journal
public import Plant
public import Understand

/// A job on the list.
public struct JobSummary: Sendable, Hashable {
    /// Its number or name.
    public let job: String
    /// What is made; may be empty.
    public let product: String
    /// What was said about it on the list, nil where it began without.
    public let planned: PlannedJob?
    /// Machines it is on now.
    public let runningOn: [Machine]
    /// Machines it has been on.
    public let machines: [Machine]
    /// Good parts so far, nil where they are not counted or it has not begun.
    public let good: Int64?
    /// Parts to be made, nil when not said.
    public let quantity: Int64?
    /// Whether it is finished.
    public let isClosed: Bool
}

/// The page Jobs.
public struct JobsPicture: Sendable, Hashable {
    /// Jobs that are not finished: running ones first, then by due date.
    public let open: [JobSummary]
    /// Jobs of the last weeks that are finished, the latest first.
    public let closed: [JobSummary]

    /// A page.
    public init(open: [JobSummary], closed: [JobSummary]) {
        self.open = open
        self.closed = closed
    }
}

/// One job with everything that is known of it.
public struct JobPicture: Sendable, Hashable {
    /// Its summary.
    public let summary: JobSummary
    /// Where and when it ran, cut at now.
    public let runs: [MachineJob]
    /// Plan against actual and cost; nil before it began.
    public let ledger: JobLedger?
    /// Why there is no ledger, nil where there is one.
    public let flaw: String?
    /// Check lists that are asked of it.
    public let lists: [CheckList]
    /// Answered steps, oldest first.
    public let checks: [StoredCheck]
    /// Documents, oldest first.
    public let documents: [StoredDocument]
    /// What people said while it ran, oldest first.
    public let said: [StoredEvent]
}

extension World {
    /// How far back finished jobs are listed.
    private static let recent = Elapsed.hours(24 * 28)

    /// The page Jobs; blocks while it reads.
    public func jobsPicture() throws -> JobsPicture {
        let factory = self.factory
        let now = time
        let began = try journal.jobs(
            in: TimeRange(start: now - World.recent, end: now + .hours(24)),
            limit: LoopLimits.jobsListed)
        var open: [JobSummary] = []
        var closed: [JobSummary] = []
        var seen: Set<String> = []
        for job in factory.openJobs.map(\.job) + began where seen.insert(job).inserted {
            guard open.count + closed.count < LoopLimits.jobsListed else { break }
            let summary = try summary(job, factory, now)
            if summary.isClosed { closed.append(summary) } else { open.append(summary) }
        }
        // A job that nobody put on the list is over when nothing runs it.
        let isOver = { (job: JobSummary) in job.planned == nil && job.runningOn.isEmpty }
        return JobsPicture(
            open: open.filter { !$0.runningOn.isEmpty }
                + open.filter { $0.runningOn.isEmpty && !isOver($0) },
            closed: closed + open.filter(isOver))
    }

    private func summary(
        _ job: String, _ factory: Factory, _ now: Timestamp
    ) throws -> JobSummary {
        let runs = try journal.runs(of: job)
        let planned = factory.plannedJobs[job]
        var good: Int64?
        for run in runs {
            guard let machine = factory.machines[run.machine] else { continue }
            let range = TimeRange(
                start: run.run.range.start,
                end: max(run.run.range.start, min(now, run.run.range.end)))
            guard range.elapsed <= LoopLimits.longestJobRun,
                let parts = try reading(machine, range).parts
            else { continue }
            good = (good ?? 0) + parts.totals(in: range).good
        }
        func machines(_ ids: [Slug]) -> [Machine] {
            var known: Set<Slug> = []
            return ids.filter { known.insert($0).inserted }.compactMap { factory.machines[$0] }
        }
        return JobSummary(
            job: job, product: planned?.product ?? runs.last?.run.product ?? "", planned: planned,
            runningOn: machines(
                runs.filter { $0.run.range.start <= now && $0.run.range.end > now }.map(\.machine)),
            machines: machines(runs.map(\.machine)), good: good,
            quantity: planned?.quantity ?? runs.compactMap(\.run.plannedParts).last,
            isClosed: factory.closedJobs.contains(job))
    }

    /// Good parts of a job so far on every machine, nil where they are not counted.
    func goodParts(of job: String) throws -> Int64? {
        try summary(job, factory, time).good
    }

    /// One job, nil when nobody has heard of it; blocks while it reads.
    public func jobPicture(_ job: String) throws -> JobPicture? {
        let factory = self.factory
        let now = time
        let runs = try journal.runs(of: job)
        guard factory.plannedJobs[job] != nil || !runs.isEmpty else { return nil }
        let summary = try summary(job, factory, now)
        let found = try self.found(runs, job: job, factory, now)
        var ledger: JobLedger?
        var flaw: String?
        let steps = try clockSteps()
        do throws(JobFlaw) {
            ledger = try JobLedger(
                found.stretches, currency: factory.currency, plannedParts: summary.quantity,
                flow: summary.machines.count == 1 ? .sideBySide : nil, ahead: ahead(now),
                steps: steps)
        } catch {
            flaw = error.words
        }
        return JobPicture(
            summary: summary,
            runs: runs.map { machine in
                MachineJob(machine: machine.machine, run: machine.run)
            }, ledger: ledger, flaw: flaw,
            lists: factory.checkLists.values.filter { $0.isAsked(of: summary.product) }
                .sorted { ($0.name, $0.id.text) < ($1.name, $1.id.text) },
            checks: try journal.checks(of: job), documents: try journal.documents(of: job),
            said: (found.said + (try listEntries(of: job))).sorted { $0.sequence < $1.sequence })
    }

    /// Entries that put a job on the list, changed it there or took it off; the latest ones.
    private func listEntries(of job: String) throws -> [StoredEvent] {
        try journal.events(
            limit: LoopLimits.listEntries, kinds: ["job.planned", "job.closed"],
            newestFirst: true
        ).filter { stored in
            switch stored.event {
            case .jobPlanned(let planned): planned.job == job
            case .jobClosed(let closed, _): closed == job
            default: false
            }
        }
    }

    /// Planned working time of the next days, for the estimated finish.
    private func ahead(_ now: Timestamp) -> [TimeRange] {
        calendar.workingTime(in: TimeRange(start: now, end: now + .hours(24 * 60)))
    }

    /// The stretches of a job and what was said in them; a run that cannot be read is left out.
    private func found(
        _ runs: [MachineJob], job: String, _ factory: Factory, _ now: Timestamp
    ) throws -> (stretches: [JobStretch], said: [StoredEvent]) {
        var stretches: [JobStretch] = []
        var sequences: [Int64] = []
        var machines: Set<Slug> = []
        for run in runs where machines.insert(run.machine).inserted {
            guard let machine = factory.machines[run.machine] else { continue }
            let own = runs.filter { $0.machine == run.machine }.map(\.run.range)
            guard let start = own.map(\.start).min(), let last = own.map(\.end).max(), start < now
            else { continue }
            let range = TimeRange(start: start, end: min(now, last))
            guard range.elapsed <= LoopLimits.longestJobRun else { continue }
            let reading = try reading(machine, range)
            let product = factory.product(named: run.run.product, at: start)
            let timeline = reading.timeline.slice(range)
            let found = try self.stretches(
                of: job, product: product, reading, timeline, factory, isLive: last > now)
            stretches += found
            let said = reading.timeline.annotations
            for stretch in found {
                sequences += said.reasons.filter { stretch.range.contains($0.at) }.map(\.sequence)
                // A booking for a single moment belongs to the stretch that contains the moment.
                sequences += said.bookings.filter {
                    stretch.range.overlaps($0.range) || stretch.range.contains($0.range.start)
                }.map(\.sequence)
                sequences += said.corrections.filter { stretch.range.overlaps($0.range) }
                    .map(\.sequence)
                sequences += said.calls.filter { stretch.range.contains($0.at) }.map(\.sequence)
                sequences += said.notes.filter { stretch.range.contains($0.at) }.map(\.sequence)
                sequences.append(stretch.job.sequence)
            }
        }
        let numbers = Array(Set(sequences).sorted().suffix(LoopLimits.entriesOfJob))
        return (stretches, try journal.events(numbered: numbers))
    }
}

/// What a job had of one machine and day.
public struct JobDay: Sendable, Hashable {
    /// The job.
    public let job: String
    /// What was made; may be empty.
    public let product: String
    /// The machine.
    public let machine: Machine
    /// The local day.
    public let day: CivilDate
    /// Time, parts and money.
    public let account: JobAccount
}

extension World {
    /// What every job had of every machine and day of a range, cut at now; blocks while it reads.
    public func jobDays(range: TimeRange) throws -> [JobDay] {
        let factory = self.factory
        let now = time
        let period = TimeRange(start: range.start, end: max(range.start, min(range.end, now)))
        guard !period.isEmpty else { return [] }
        let steps = try clockSteps()
        var days: [JobDay] = []
        for machine in factory.activeMachines {
            let reading = try reading(machine, period)
            var date = zone.local(period.start).date
            while zone.midnight(date) < period.end {
                let day = TimeRange(
                    start: zone.midnight(date), end: zone.midnight(date.adding(days: 1)))
                if let part = day.intersection(period) {
                    days += try jobDays(
                        reading, part, date, factory, steps, isLive: part.end >= now)
                }
                date = date.adding(days: 1)
            }
        }
        return days.sorted {
            ($0.day, $0.job, $0.machine.id) < ($1.day, $1.job, $1.machine.id)
        }
    }

    /// The stretches of a job in a timeline with what the machine used in each.
    private func stretches(
        of job: String, product: Product?, _ reading: MachineReading, _ timeline: MachineTimeline,
        _ factory: Factory, isLive: Bool
    ) throws -> [JobStretch] {
        let machine = reading.machine
        // Energy is read first: the stretches are made without asking the stores.
        var energy: [TimeRange: JobEnergy] = [:]
        for stretch in JobStretch.stretches(
            of: job, machine: machine.id, name: machine.name, timeline: timeline, ledger: nil)
        {
            energy[stretch.range] = try energyUse(reading, stretch.range).map { JobEnergy($0) }
        }
        return JobStretch.stretches(
            of: job, machine: machine.id, name: machine.name, timeline: timeline,
            ledger: reading.parts, isLive: isLive, hourRates: factory.rates[.hourCost] ?? [],
            materialPerPart: product?.materialMoney, energy: { energy[$0] })
    }

    private func jobDays(
        _ reading: MachineReading, _ part: TimeRange, _ date: CivilDate, _ factory: Factory,
        _ steps: ClockSteps, isLive: Bool
    ) throws -> [JobDay] {
        let machine = reading.machine
        let timeline = reading.timeline.slice(part)
        let jobs = timeline.annotations.jobs.filter {
            !$0.job.isEmpty && $0.range.overlaps(part)
        }
        var days: [JobDay] = []
        var known: Set<String> = []
        for job in jobs where known.insert(job.job).inserted {
            let stretches = try self.stretches(
                of: job.job, product: factory.product(named: job.product, at: job.range.start),
                reading, timeline, factory, isLive: isLive)
            guard !stretches.isEmpty else { continue }
            let ledger = try JobLedger(stretches, currency: factory.currency, steps: steps)
            days.append(
                JobDay(
                    job: job.job, product: job.product, machine: machine, day: date,
                    account: ledger.total))
        }
        return days
    }
}
