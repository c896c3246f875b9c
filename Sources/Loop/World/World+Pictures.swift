// The pages of a world as values: Now, Time, Machines, one machine, charts.

import Historian
public import Plant
import Understand

extension World {
    /// The page Now; blocks while it reads.
    public func nowPicture() throws -> NowPicture {
        let now = time
        let factory = self.factory
        let calendar = self.calendar
        let shift = calendar.shift(at: now)
        let range = stripRange(shift, now)
        let readings = try factory.activeMachines.map { try reading($0, range) }
        let machines = try readings.map { try machineNow($0, range, now) }
        let floor = FloorCount(
            readings.map { (name: $0.machine.name, timeline: $0.timeline) })
        let figures = readings.isEmpty ? [] : try nowFigures(readings, range, now)
        return NowPicture(
            site: factory.name, shift: shift, time: now, sentence: Sentences.now(floor),
            machines: machines.filter(\.needsPerson) + machines.filter { !$0.needsPerson },
            figures: figures)
    }

    /// One machine as it is now, nil when there is none of that id; blocks while it reads.
    public func machinePicture(_ id: Slug) throws -> MachineNow? {
        guard let machine = factory.machines[id] else { return nil }
        let now = time
        let range = stripRange(calendar.shift(at: now), now)
        return try machineNow(try reading(machine, range), range, now)
    }

    /// The first line of a machine's page.
    public func machineSentence(_ id: Slug) throws -> String {
        guard let machine = factory.machines[id] else { throw UnknownThing.machine(id) }
        let now = time
        let reading = try reading(machine, stripRange(calendar.shift(at: now), now))
        return Sentences.machine(machine.name, reading.timeline, reasons: factory.reasons)
    }

    /// The current shift, or the last eight hours outside shifts.
    func stripRange(_ shift: Shift?, _ now: Timestamp) -> TimeRange {
        shift?.range ?? TimeRange(start: now - .hours(8), end: now)
    }

    private func machineNow(
        _ reading: MachineReading, _ range: TimeRange, _ now: Timestamp
    ) throws -> MachineNow {
        let timeline = reading.timeline
        let machine = reading.machine
        let last = timeline.episodes.last
        let attention = Attention(timeline: timeline)
        let stop = timeline.stop(at: timeline.range.end)
        let seen = TimeRange(start: range.start, end: min(range.end, now))
        var parts: Indicator?
        if reading.parts != nil {
            parts = FigureMaking.parts([reading], seen, onlyGood: false)
        }
        let signals = machine.stateRules.last?.value.signals ?? []
        let lastValues = samples.lastValues()
        return MachineNow(
            machine: machine, state: last?.state ?? .unknown,
            since: timeline.currentSince.map {
                // A machine was not silent before it was there.
                last?.state == .unknown ? max($0, machine.addedAt) : $0
            },
            reason: (stop?.reason ?? last?.reason).flatMap { reading.reasons[$0] },
            detail: stop?.detail ?? last?.detail ?? "",
            job: timeline.annotations.jobs.last { $0.range.contains(now) },
            strip: timeline.slice(seen).episodes, stripRange: range, parts: parts,
            plannedParts: plannedParts(reading, range, now), needsPerson: attention != nil,
            isSeen: attention?.isSeen ?? false,
            lastSample: machine.stateRules.isEmpty
                ? timeline.annotations.told.last?.at
                : signals.compactMap { lastValues[$0]?.time }.max(),
            call: timeline.annotations.calls.last,
            isHelpComing: timeline.annotations.calls.last.map { call in
                timeline.annotations.seen.contains { $0 >= call.at }
            } ?? false)
    }

    /// The plan of the running job, in proportion to the working time that has passed.
    private func plannedParts(
        _ reading: MachineReading, _ range: TimeRange, _ now: Timestamp
    ) -> Int64? {
        guard let plan = reading.parts?.plannedParts(in: range) else { return nil }
        let working = calendar.workingTime(in: range)
        let whole = working.reduce(Elapsed.zero) { $0 + $1.elapsed }
        let until = TimeRange(start: range.start, end: min(range.end, now))
        let passed = working.compactMap { $0.intersection(until) }
            .reduce(Elapsed.zero) { $0 + $1.elapsed }
        guard whole > .zero else { return plan }
        return Int64((Double(plan) * passed.seconds / whole.seconds).rounded())
    }

    private func nowFigures(
        _ readings: [MachineReading], _ range: TimeRange, _ now: Timestamp
    ) throws -> [KeyedIndicator] {
        let period = TimeRange(start: range.start, end: min(range.end, now))
        func keyed(_ figure: Figure, _ remark: String) throws -> KeyedIndicator {
            let made = try self.figure(
                FigureKey(figure: figure, range: period), readings, period)
            return KeyedIndicator(key: made.key, indicator: made.indicator, remark: remark)
        }
        let ranking = ranking(readings, period)
        let missing = ranking.reasonsAsked - ranking.reasonsGiven
        let rate = ranking.money.first?.rates.first
        // Both figures from one reading of the meters: this page is asked for most.
        let sums = try energySums(readings, period)
        let energy = KeyedIndicator(
            key: FigureKey(figure: .energy, range: period), indicator: sums.indicator(.energy),
            remark: "")
        var powerRemark = ""
        let cost = sums.indicator(.energyCost).value.amount
        if let cost, let currency = factory.tariff(at: now)?.rate.currency {
            let money = Money(minor: Int64(cost.rounded()), currency: currency)
            powerRemark = "about \(Plain.money(money))"
        }
        return [
            try keyed(.runningShare, "of planned time that was seen"),
            try keyed(.timeLost, biggestLoss(ranking)),
            try keyed(.lostMoney, rate.map { "at \(Plain.rate($0)) a machine hour" } ?? ""),
            try keyed(
                .reasonsGiven,
                missing == 0
                    ? "of \(ranking.reasonsAsked)"
                    : "of \(ranking.reasonsAsked); \(missing) waiting for a reason"),
            KeyedIndicator(
                key: energy.key, indicator: energy.indicator, remark: powerRemark),
        ]
    }

    private func biggestLoss(_ ranking: LossRanking) -> String {
        let machines = ranking.lines.flatMap(\.machines)
        var sums: [String: Elapsed] = [:]
        for loss in machines { sums[loss.name, default: .zero] += loss.time }
        let biggest = sums.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return biggest.map { "\(Plain.duration($0.value)) on \($0.key)" } ?? ""
    }

    /// The page Time; blocks while it reads.
    public func timePicture(range: TimeRange, machine: Slug?) throws -> TimePicture {
        let now = time
        let period = TimeRange(start: range.start, end: min(range.end, now))
        let previous = PeriodWords.before(period, zone)
        let readings = try readings(machine, range)
        let earlier = try self.readings(machine, previous)
        let ranking = ranking(
            readings, period, previous: earlier, previousPeriod: previous)
        func keyed(_ figure: Figure, _ slug: Slug? = nil) -> FigureKey {
            FigureKey(figure: figure, machine: machine, reason: slug, range: period)
        }
        let losses = ranking.lines.map { line in
            let slug = LossSlug.slug(of: line.key)
            return LossLine(
                reason: factory.reasons[slug]?.id, name: line.name,
                isUnexplained: line.key == .unexplained, stops: line.count,
                time: KeyedIndicator(
                    key: keyed(.reasonTime, slug), indicator: ranking.lostTime(of: line),
                    remark: ""),
                previousSeconds: line.previous?.seconds ?? 0,
                money: line.money.isEmpty ? nil : FigureMaking.money(of: line, ranking))
        }
        let total = total(readings, period)
        return TimePicture(
            range: period, previous: previous, machine: machine,
            sentence: Sentences.time(ranking, period: PeriodWords.words(period, now, zone)),
            losses: losses,
            total: KeyedIndicator(
                key: keyed(.timeLost), indicator: ranking.lostTime, remark: ""),
            money: KeyedIndicator(
                key: keyed(.lostMoney), indicator: FigureMaking.money(ranking, factory),
                remark: ranking.money.map(\.words).joined(separator: "; ")),
            strips: readings.map { strip($0, period) },
            oee: [
                KeyedIndicator(key: keyed(.oee), indicator: total.indicator(.oee), remark: ""),
                KeyedIndicator(
                    key: keyed(.availability), indicator: total.indicator(.availability),
                    remark: ""),
                KeyedIndicator(
                    key: keyed(.effectiveness), indicator: total.indicator(.effectiveness),
                    remark: ""),
                KeyedIndicator(
                    key: keyed(.qualityRatio), indicator: total.indicator(.quality), remark: ""),
            ],
            unexplainedShare: KeyedIndicator(
                key: keyed(.unexplainedShare),
                indicator: ranking.unexplainedShare, remark: ""),
            bigLosses: BigLoss.six(total), changeovers: changeoverWords(readings, period),
            moneyRules: moneyRules(machine, ranking),
            biggestUnexplained: ranking.biggestUnexplained.flatMap { found in
                factory.machines[found.machine].map {
                    LongestUnexplained(machine: $0, range: found.stop.range)
                }
            },
            gaps: readings.compactMap { reading in
                Sentences.notSeen(reading.machine.name, reading.elements(period).unknown)
            } + total.findings.map(\.sentence))
    }

    /// Which rule each pound of the ranking goes by (`domain/benefit.md`, money).
    private func moneyRules(_ machine: Slug?, _ ranking: LossRanking) -> [String] {
        guard ranking.lost > .zero else { return [] }
        let rates = ranking.money
        guard !rates.isEmpty else {
            return ["No pounds are shown: nobody has said what an hour is worth."]
        }
        let isSoldToo = rates.contains { $0.basis == .sold }
        return rates.map { money in
            let worth = money.rates.map { Plain.rate($0) }.joined(separator: " and ")
            switch money.basis {
            case .sold:
                let name = factory.constraint.flatMap { factory.machines[$0]?.name } ?? "it"
                return "\(name) limits the factory: a lost hour there is worth what it would have"
                    + " sold, \(worth)."
            case .avoided:
                let place = isSoldToo ? "Elsewhere a" : "A"
                return "\(place) lost hour is worth only what it costs in overtime and the like,"
                    + " \(worth): freed time sells nothing by itself."
            }
        }
    }

    /// How many changes of product there were, and how long the middle one took.
    private func changeoverWords(
        _ readings: [MachineReading], _ period: TimeRange
    ) -> String? {
        let lengths = readings.flatMap { reading -> [Elapsed] in
            guard let ledger = reading.parts else { return [] }
            return Changeover.all(
                in: period, ledger: ledger, working: reading.timeline.working,
                steps: reading.steps
            ).map(\.length)
        }.sorted()
        guard !lengths.isEmpty else { return nil }
        let middle = Plain.duration(lengths[lengths.count / 2])
        let longest = Plain.duration(lengths[lengths.count - 1])
        return lengths.count == 1
            ? "One change of product took \(middle) from good part to good part."
            : "\(Plain.number(Int64(lengths.count))) changes of product, half of them within"
                + " \(middle) from good part to good part, the longest \(longest)."
    }

    private func strip(_ reading: MachineReading, _ period: TimeRange) -> MachineStrip {
        let key = FigureKey(figure: .runningShare, machine: reading.machine.id, range: period)
        return MachineStrip(
            machine: reading.machine, episodes: reading.timeline.slice(period).episodes,
            runningShare: KeyedIndicator(
                key: key, indicator: reading.oee(period).wholly.indicator(.availability), remark: ""
            ))
    }

    /// States of a machine in a range; blocks while it reads.
    public func episodes(_ machine: Slug, range: TimeRange) throws -> [StateEpisode] {
        guard let found = factory.machines[machine] else { throw UnknownThing.machine(machine) }
        let seen = TimeRange(start: range.start, end: min(range.end, time))
        return try reading(found, range).timeline.slice(seen).episodes
    }

    /// A chart of a signal with at most `points` columns; blocks while it reads.
    public func chartPicture(
        _ id: SignalID, range: TimeRange, points: Int
    ) throws -> SignalChart {
        guard let signal = factory.signals[id] else { throw UnknownThing.signal(id) }
        let buckets = try samples.buckets(of: id, in: range, count: points)
        let seen = TimeRange(start: range.start, end: min(range.end, time))
        let covered = buckets.filter { $0.count > 0 }.compactMap { $0.range.intersection(seen) }
            .reduce(Elapsed.zero) { $0 + $1.elapsed }
        let coverage = seen.isEmpty ? 0 : min(1, covered.seconds / seen.elapsed.seconds)
        return SignalChart(signal: signal, range: range, buckets: buckets, coverage: coverage)
    }
}

extension World {
    /// Figures of several signals over cells, from what is stored.
    public func figures(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold?
    ) throws -> [[CellFigures]] {
        try samples.figures(of: signals, over: cells, hold: hold)
    }

    /// The stretch of a range of which only figures of minutes and hours are kept, nil for none.
    public func thinned(_ signal: SignalID, _ range: TimeRange) throws -> TimeRange? {
        try samples.thinned(signal, in: range)
    }

    /// Time that several signals spent at each value, over cells, from what is stored.
    public func stateTime(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold
    ) throws -> [StateTime] {
        try samples.stateTime(of: signals, over: cells, hold: hold)
    }
}

extension FigureMaking {
    /// Money of one line of a ranking.
    static func money(of line: RankedLoss, _ ranking: LossRanking) -> Indicator {
        Indicator(
            name: line.name, value: .amount(Double(line.money.reduce(0) { $0 + $1.amount.minor })),
            unit: .minorMoney, coverage: ranking.coverage, definition: LossRanking.definition,
            working: Working(
                formula: "Lost hours times what an hour is worth", rule: .sum,
                parts: line.money.map {
                    WorkingPart(
                        name: $0.basis.words, value: Double($0.amount.minor), unit: .minorMoney,
                        note: $0.words)
                }))
    }
}
