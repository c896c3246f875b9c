// Adds up the lost time of one period: every second to exactly one line.
import Plant

/// One line while it is being added up.
struct LossAccount {
    var time = Elapsed.zero
    var count = 0
    var money = MoneySum()
    var entries: [Int64] = []
    private var machines: [Slug: MachineLoss] = [:]

    mutating func add(_ part: TimeRange, _ length: Elapsed, of source: LossSource) {
        time += length
        money.add(length, at: part.start, worth: source.worth)
        let old = machines[source.machine]
        machines[source.machine] = MachineLoss(
            machine: source.machine, name: source.name, time: (old?.time ?? .zero) + length,
            count: old?.count ?? 0)
    }

    mutating func countStop(of source: LossSource, entry: Int64?) {
        count += 1
        if let entry { entries.append(entry) }
        let old = machines[source.machine]
        machines[source.machine] = MachineLoss(
            machine: source.machine, name: source.name, time: old?.time ?? .zero,
            count: (old?.count ?? 0) + 1)
    }

    var ranked: [MachineLoss] {
        machines.values.sorted {
            $0.time != $1.time ? $0.time > $1.time : $0.machine < $1.machine
        }
    }
}

/// The lost time of one period over all machines.
struct LossTally {
    let period: TimeRange
    let reasons: [Slug: StopReason]
    let steps: ClockSteps
    private(set) var accounts: [LossKey: LossAccount] = [:]
    private(set) var elements = TimeElements()
    private(set) var biggestUnexplained: UnexplainedStop?
    private(set) var reasonsGiven = 0
    private(set) var reasonsAsked = 0

    init(period: TimeRange, reasons: [Slug: StopReason], steps: ClockSteps) {
        self.period = period
        self.reasons = reasons
        self.steps = steps
    }

    var lost: Elapsed { accounts.values.reduce(.zero) { $0 + $1.time } }

    mutating func add(_ source: LossSource) {
        elements =
            elements
            + TimeElements(
                timeline: source.timeline, period: period, reasons: reasons, steps: steps,
                rules: source.rules)
        for stop in source.timeline.stops where stop.range.overlaps(period) {
            add(stop, of: source)
        }
        addSetups(of: source)
    }

    private mutating func add(_ stop: MachineStop, of source: LossSource) {
        let parts = stop.lost.compactMap { $0.intersection(period) }
        guard !parts.isEmpty else { return }
        let length = parts.reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
        // Short or not is a matter of the whole stop, not of the part inside the period.
        let whole = stop.lost.reduce(Elapsed.zero) { $0 + steps.elapsed($1) }
        let rule = ShortStopRule(jobs: source.timeline.annotations.jobs, at: stop.range.start)
        let key: LossKey
        if let reason = stop.reason {
            key = .reason(reason)
            reasonsGiven += 1
            reasonsAsked += 1
        } else if rule.isShort(whole) {
            key = .shortStops
        } else {
            key = stop.state == .fault ? .fault : .unexplained
            reasonsAsked += 1
        }
        var account = accounts[key] ?? LossAccount()
        for part in parts { account.add(part, steps.elapsed(part), of: source) }
        account.countStop(of: source, entry: stop.entry)
        accounts[key] = account
        guard key == .unexplained || key == .fault else { return }
        if biggestUnexplained.map({ $0.time < length }) ?? true {
            biggestUnexplained = UnexplainedStop(
                machine: source.machine, name: source.name, stop: stop, time: length)
        }
    }

    private mutating func addSetups(of source: LossSource) {
        var lastEnd: Timestamp?
        var lastKey: LossKey?
        for episode in source.timeline.episodes where episode.state == .setup {
            guard let inside = episode.range.intersection(period) else { continue }
            let parts = source.timeline.working.compactMap { $0.intersection(inside) }
            guard !parts.isEmpty else { continue }
            let key = episode.reason.map { LossKey.reason($0) } ?? .setup
            var account = accounts[key] ?? LossAccount()
            for part in parts { account.add(part, steps.elapsed(part), of: source) }
            // A setup goes on across breaks and trial runs.
            let isSame =
                key == lastKey
                && lastEnd.map { inside.start - $0 <= UnderstandLimits.longestBreak } ?? false
            if !isSame {
                account.countStop(of: source, entry: nil)
            }
            accounts[key] = account
            lastEnd = inside.end
            lastKey = key
        }
    }
}
