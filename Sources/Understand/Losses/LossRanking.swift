// Where the time went: losses of many machines, biggest first, in hours and pounds.
public import Plant

/// Losses by reason over machines and a period, definition `losses/1`.
///
/// Lost time is planned time that was seen and in which the machine stood, had a fault or was set
/// up; the lines sum to it. Planned stops and unseen time are no losses and are stated apart.
public struct LossRanking: Hashable, Sendable {
    /// Name and version of the definition, with that of the short-stop limit.
    public static let definition = "losses/1+" + ShortStopRule.definition

    /// Lines, longest first; unexplained time is always among them, also with nothing in it.
    public let lines: [RankedLoss]
    /// All lost time.
    public let lost: Elapsed
    /// All lost time of the period before, nil when there is none to compare with.
    public let previousLost: Elapsed?
    /// Time elements of all machines together.
    public let elements: TimeElements
    /// The longest stop without a reason that is no short stop.
    public let biggestUnexplained: UnexplainedStop?
    /// Stops that have a reason.
    public let reasonsGiven: Int
    /// Stops that have a reason or need one: all but short stops without a reason.
    public let reasonsAsked: Int
    /// Signals that the states come from.
    public let signals: [SignalID]

    /// Ranks the losses of a period.
    ///
    /// Each timeline covers `period`; `previous` covers `previousPeriod`, and is left out when
    /// there is nothing to compare with.
    public init(
        sources: [LossSource], period: TimeRange, reasons: [Slug: StopReason],
        previous: [LossSource] = [], previousPeriod: TimeRange? = nil, steps: ClockSteps = .none
    ) {
        var tally = LossTally(period: period, reasons: reasons, steps: steps)
        for source in sources { tally.add(source) }
        var before: LossTally?
        if let previousPeriod, !previous.isEmpty {
            var earlier = LossTally(period: previousPeriod, reasons: reasons, steps: steps)
            for source in previous { earlier.add(source) }
            before = earlier
        }
        lost = tally.lost
        previousLost = before?.lost
        elements = tally.elements
        biggestUnexplained = tally.biggestUnexplained
        reasonsGiven = tally.reasonsGiven
        reasonsAsked = tally.reasonsAsked
        var seen: [SignalID] = []
        for signal in sources.flatMap(\.signals) where !seen.contains(signal) {
            seen.append(signal)
        }
        signals = seen
        lines = LossRanking.lines(tally, before, reasons)
    }

    /// Seen share of planned time.
    public var coverage: Double { elements.coverage }

    /// Whether too little was seen for shares and money.
    public var isWithheld: Bool {
        elements.plannedBusy > .zero && coverage < UnderstandLimits.leastCoverage
    }

    /// The line of a key, nil when nothing was lost to it.
    public func line(_ key: LossKey) -> RankedLoss? { lines.first { $0.key == key } }

    /// Time that nobody has explained, short stops left out.
    public var unexplained: Elapsed { line(.unexplained)?.time ?? .zero }

    /// What all lines cost, one sum for each rate, as the sum of what the lines say.
    public var money: [LossMoney] {
        MoneyBasis.allCases.compactMap { basis in
            let parts = lines.flatMap(\.money).filter { $0.basis == basis }
            guard let first = parts.first else { return nil }
            var rates: [Rate] = []
            for rate in parts.flatMap(\.rates) where !rates.contains(rate) { rates.append(rate) }
            return LossMoney(
                basis: basis,
                amount: Money(
                    minor: parts.reduce(0) { $0 + $1.amount.minor },
                    currency: first.amount.currency),
                time: parts.reduce(.zero) { $0 + $1.time }, rates: rates)
        }
    }

    /// All lost time, with the lines as its working.
    public var lostTime: Indicator {
        Indicator(
            name: "Lost time", value: .amount(lost.seconds), unit: .seconds, coverage: coverage,
            certainty: certainty, definition: LossRanking.definition,
            working: Working(
                formula: "Planned time that was seen and in which a machine stood or was set up",
                rule: .sum,
                parts: lines.map { line in
                    WorkingPart(
                        name: line.name, value: line.time.seconds, unit: .seconds,
                        note: Plain.count(Int64(line.count), "stop", "stops"))
                }, signals: signals, entries: entries, gaps: gaps))
    }

    /// The time of one line, with its machines as its working.
    public func lostTime(of line: RankedLoss) -> Indicator {
        Indicator(
            name: line.name, value: .amount(line.time.seconds), unit: .seconds, coverage: coverage,
            definition: LossRanking.definition,
            working: Working(
                formula: "Lost time with this reason, machine by machine", rule: .sum,
                parts: line.machines.map { machine in
                    WorkingPart(
                        name: machine.name, value: machine.time.seconds, unit: .seconds,
                        note: Plain.count(Int64(machine.count), "stop", "stops"))
                }, signals: signals, entries: line.entries, gaps: gaps))
    }

    /// The share of the lost time that nobody has explained, short stops left out.
    public var unexplainedShare: Indicator {
        let line = line(.unexplained)
        return share(
            LossKey.unexplained.name([:]), line?.time ?? .zero, entries: line?.entries ?? [])
    }

    /// The share of one line in all lost time.
    public func share(of line: RankedLoss) -> Indicator {
        share(line.name, line.time, entries: line.entries)
    }

    private func share(_ name: String, _ time: Elapsed, entries: [Int64]) -> Indicator {
        let value: IndicatorValue
        if isWithheld {
            value = .withheld(Sentences.notEnoughSeen(coverage: coverage))
        } else if lost > .zero {
            value = .amount(time.seconds / lost.seconds)
        } else {
            value = .undefined("nothing lost")
        }
        return Indicator(
            name: "Share of lost time: " + name, value: value, unit: .ratio,
            coverage: coverage, definition: LossRanking.definition,
            working: Working(
                formula: "Time of this line divided by all lost time", rule: .ratio,
                parts: [
                    WorkingPart(name: name, value: time.seconds, unit: .seconds),
                    WorkingPart(name: "All lost time", value: lost.seconds, unit: .seconds),
                ], signals: signals, entries: entries, gaps: gaps))
    }

    /// What the lost time cost at one rate, with the lines as its working.
    ///
    /// Undefined while nobody has said what an hour is worth.
    public func cost(_ basis: MoneyBasis) -> Indicator {
        let sum = money.first { $0.basis == basis }
        let value: IndicatorValue
        if isWithheld {
            value = .withheld(Sentences.notEnoughSeen(coverage: coverage))
        } else if let sum {
            value = .amount(Double(sum.amount.minor))
        } else {
            value = .undefined("nobody has said what an hour is worth")
        }
        var gaps = gaps
        let unpriced = lines.reduce(Elapsed.zero) { $0 + $1.unpriced }
        if unpriced > .zero, sum != nil {
            gaps.append("\(Plain.duration(unpriced)) have no rate and are left out of the money.")
        }
        let parts = lines.flatMap { line in
            line.money.filter { $0.basis == basis }.map { money in
                WorkingPart(
                    name: line.name, value: Double(money.amount.minor), unit: .minorMoney,
                    note: "\(Plain.hours(money.time)), \(money.words)")
            }
        }
        return Indicator(
            name: "What that cost", value: value, unit: .minorMoney, coverage: coverage,
            definition: "loss-money-\(basis.rawValue)/1",
            working: Working(
                formula: "Lost hours × \(basis.words), rounded once for each line", rule: .sum,
                parts: parts, signals: signals, entries: entries, gaps: gaps))
    }

    /// How many of the stops that need a reason have one.
    public var reasons: Indicator {
        Indicator(
            name: "Reasons given",
            value: reasonsAsked > 0
                ? .amount(Double(reasonsGiven) / Double(reasonsAsked))
                : .undefined("no stop needed a reason"),
            unit: .ratio, coverage: coverage, definition: LossRanking.definition,
            working: Working(
                formula:
                    "Stops with a reason, divided by all stops but short ones without a reason",
                rule: .ratio,
                parts: [
                    WorkingPart(name: "With a reason", value: Double(reasonsGiven), unit: .count),
                    WorkingPart(name: "Stops", value: Double(reasonsAsked), unit: .count),
                ], signals: signals, entries: entries, gaps: gaps))
    }

    /// What is missing from these figures, as sentences.
    public var gaps: [String] {
        var gaps: [String] = []
        if elements.unknown > .zero {
            gaps.append(
                "\(Plain.duration(elements.unknown)) of planned time was not seen."
                    + " Figures leave this out.")
        }
        if elements.hasClockStep { gaps.append(Finding.clockStep.sentence) }
        return gaps
    }

    private var entries: [Int64] {
        Array(lines.flatMap(\.entries).sorted().prefix(UnderstandLimits.workingEntries))
    }

    private var certainty: Certainty {
        guard elements.unknown > .zero || elements.doubtful > .zero else { return .exact }
        return .range(
            max(.zero, lost - elements.doubtful).seconds,
            min(elements.plannedBusy, lost + elements.unknown + elements.doubtful).seconds,
            elements.doubtWords("all running or all lost"))
    }

    private static func lines(
        _ tally: LossTally, _ before: LossTally?, _ reasons: [Slug: StopReason]
    ) -> [RankedLoss] {
        var keys = Set(tally.accounts.keys)
        keys.insert(.unexplained)
        if let before { keys.formUnion(before.accounts.keys) }
        let isWithheld =
            tally.elements.plannedBusy > .zero
            && tally.elements.coverage < UnderstandLimits.leastCoverage
        return keys.map { key in
            let account = tally.accounts[key] ?? LossAccount()
            return RankedLoss(
                key: key, name: key.name(reasons), time: account.time,
                share: isWithheld || tally.lost <= .zero
                    ? nil : account.time.seconds / tally.lost.seconds,
                count: account.count, machines: account.ranked,
                money: isWithheld ? [] : account.money.money(), unpriced: account.money.unpriced,
                previous: before.map { $0.accounts[key]?.time ?? .zero },
                entries: Array(account.entries.sorted().prefix(UnderstandLimits.workingEntries)))
        }.sorted { left, right in
            left.time != right.time
                ? left.time > right.time : (left.name, left.key.code) < (right.name, right.key.code)
        }
    }
}

extension LossKey {
    /// The line's name, with the site's own words for reasons.
    func name(_ reasons: [Slug: StopReason]) -> String {
        switch self {
        case .reason(let slug): reasons[slug]?.name ?? slug.text
        case .unexplained: "No reason given"
        case .shortStops: "Short stops"
        case .fault: "Fault shown by the machine"
        case .setup: "Setting up"
        }
    }
}
