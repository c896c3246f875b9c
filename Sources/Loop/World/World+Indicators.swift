// Any figure of any page, made again from its key alone: a pure function of the two stores.

import Plant
import Understand

extension World {
    /// A figure with its working; blocks while it reads.
    public func figure(_ key: FigureKey) throws -> KeyedIndicator {
        let period = TimeRange(start: key.range.start, end: min(key.range.end, time))
        let readings = try readings(key.machine, key.range)
        return try figure(key, readings, period)
    }

    /// A figure from readings that were made already.
    func figure(
        _ key: FigureKey, _ readings: [MachineReading], _ period: TimeRange
    ) throws -> KeyedIndicator {
        let indicator: Indicator
        switch key.figure {
        case .runningShare:
            indicator = total(readings, period).wholly.indicator(.availability)
        case .availability: indicator = total(readings, period).indicator(.availability)
        case .effectiveness: indicator = total(readings, period).indicator(.effectiveness)
        case .qualityRatio: indicator = total(readings, period).indicator(.quality)
        case .oee: indicator = total(readings, period).indicator(.oee)
        case .timeLost: indicator = ranking(readings, period).lostTime
        case .lostMoney:
            let all = ranking(readings, period)
            indicator =
                key.reason.flatMap { all.line(LossSlug.key(of: $0)) }
                .map { FigureMaking.money(of: $0, all) } ?? FigureMaking.money(all, factory)
        case .unexplainedShare: indicator = ranking(readings, period).unexplainedShare
        case .reasonTime: indicator = reasonTime(key, readings, period)
        case .reasonsGiven: indicator = FigureMaking.reasonsGiven(ranking(readings, period))
        case .unseenTime: indicator = FigureMaking.unseen(readings, period)
        case .parts, .goodParts:
            indicator = FigureMaking.parts(readings, period, onlyGood: key.figure == .goodParts)
        case .betweenFailures, .repairTime:
            indicator = failures(key.figure, readings, period)
        case .energy, .energyCost, .idleEnergy, .idleCost:
            indicator = try energySums(readings, period).indicator(key.figure)
        }
        return KeyedIndicator(key: key, indicator: indicator, remark: "")
    }

    /// OEE elements of all readings together: sums first, ratios last.
    func total(_ readings: [MachineReading], _ period: TimeRange) -> OEE {
        guard let first = readings.first else {
            return OEE(time: TimeElements(), production: Production())
        }
        return readings.dropFirst().reduce(first.oee(period)) { $0 + $1.oee(period) }
    }

    /// Losses of all readings, biggest first.
    func ranking(
        _ readings: [MachineReading], _ period: TimeRange,
        previous: [MachineReading] = [], previousPeriod: TimeRange? = nil
    ) -> LossRanking {
        let factory = self.factory
        func sources(_ readings: [MachineReading]) -> [LossSource] {
            readings.map { reading in
                LossSource(
                    machine: reading.machine.id, name: reading.machine.name,
                    timeline: reading.timeline,
                    worth: HourWorth(factory: factory, machine: reading.machine.id),
                    signals: reading.signals, rules: reading.machine.stateRules)
            }
        }
        return LossRanking(
            sources: sources(readings), period: period, reasons: factory.reasons,
            previous: sources(previous), previousPeriod: previousPeriod,
            steps: readings.first?.steps ?? .none)
    }

    /// Mean time between failures, or to repair, of all readings together.
    private func failures(
        _ figure: Figure, _ readings: [MachineReading], _ period: TimeRange
    ) -> Indicator {
        let all = readings.map { $0.reliability(period) }.reduce(.none, +)
        let coverage = readings.reduce(TimeElements()) { $0 + $1.elements(period) }.coverage
        let signals = readings.flatMap(\.signals)
        return figure == .repairTime
            ? all.repairIndicator(coverage: coverage, signals: signals)
            : all.betweenFailuresIndicator(coverage: coverage, signals: signals)
    }

    private func reasonTime(
        _ key: FigureKey, _ readings: [MachineReading], _ period: TimeRange
    ) -> Indicator {
        let ranking = ranking(readings, period)
        let loss = LossSlug.key(of: key.reason ?? LossSlug.unexplained)
        if let line = ranking.line(loss) { return ranking.lostTime(of: line) }
        return Indicator(
            name: key.reason.flatMap { factory.reasons[$0]?.name } ?? "Lost time",
            value: .amount(0), unit: .seconds, coverage: ranking.coverage,
            definition: LossRanking.definition,
            working: Working(
                formula: "Nothing was lost for this reason in this time", rule: .sum, parts: [],
                signals: ranking.signals))
    }
}

/// Figures that are made from readings without a home in the analytics.
enum FigureMaking {
    /// What the lost time cost, one sum for each rate (decisions 30).
    static func money(_ ranking: LossRanking, _ factory: Factory) -> Indicator {
        let sums = ranking.money
        let unpriced = ranking.lines.reduce(Elapsed.zero) { $0 + $1.unpriced }
        var gaps: [String] = []
        if unpriced > .zero, !sums.isEmpty {
            gaps.append("\(Plain.duration(unpriced)) have no rate and are left out.")
        }
        let value: IndicatorValue
        if ranking.isWithheld {
            value = .withheld(Sentences.notEnoughSeen(coverage: ranking.coverage))
        } else if sums.isEmpty {
            value =
                ranking.lost > .zero
                ? .undefined("Nobody has said what an hour is worth.")
                : .amount(0)
        } else {
            value = .amount(Double(sums.reduce(0) { $0 + $1.amount.minor }))
        }
        return Indicator(
            name: "Cost of lost time", value: value, unit: .minorMoney,
            coverage: ranking.coverage, definition: LossRanking.definition,
            working: Working(
                formula: "Lost hours of each loss times what an hour is worth", rule: .sum,
                parts: ranking.lines.flatMap { line in
                    line.money.map { money in
                        WorkingPart(
                            name: line.name, value: Double(money.amount.minor), unit: .minorMoney,
                            note: Plain.duration(money.time) + ", " + money.basis.words)
                    }
                }, signals: ranking.signals, gaps: gaps))
    }

    /// Stops with a reason out of those that ask for one.
    static func reasonsGiven(_ ranking: LossRanking) -> Indicator {
        Indicator(
            name: "Reasons given", value: .amount(Double(ranking.reasonsGiven)), unit: .count,
            coverage: ranking.coverage, definition: "reasons.given/1",
            working: Working(
                formula: "Stops longer than the short-stop limit that have a reason",
                rule: .difference,
                parts: [
                    WorkingPart(
                        name: "Stops that ask for a reason", value: Double(ranking.reasonsAsked),
                        unit: .count),
                    WorkingPart(
                        name: "Without one",
                        value: Double(ranking.reasonsAsked - ranking.reasonsGiven), unit: .count),
                ], signals: ranking.signals))
    }

    /// Planned time that was not seen.
    static func unseen(_ readings: [MachineReading], _ period: TimeRange) -> Indicator {
        let elements = readings.map { ($0, $0.elements(period)) }
        let sum = elements.reduce(Elapsed.zero) { $0 + $1.1.unknown }
        return Indicator(
            name: "Not seen", value: .amount(sum.seconds), unit: .seconds,
            coverage: elements.reduce(TimeElements()) { $0 + $1.1 }.coverage,
            definition: "unseen/1",
            working: Working(
                formula: "Planned time without a signal", rule: .sum,
                parts: elements.map { reading, time in
                    WorkingPart(
                        name: reading.machine.name, value: time.unknown.seconds, unit: .seconds)
                }, signals: readings.flatMap(\.signals)))
    }

    /// Parts made, in and outside planned time.
    static func parts(
        _ readings: [MachineReading], _ period: TimeRange, onlyGood: Bool
    ) -> Indicator {
        var lines: [WorkingPart] = []
        var gaps: [String] = []
        var entries: [Int64] = []
        var signals: [SignalID] = []
        var elements = TimeElements()
        for reading in readings {
            guard let ledger = reading.parts else { continue }
            elements = elements + reading.elements(period)
            let totals = ledger.totals(in: period)
            let count = onlyGood ? totals.good : totals.made
            lines.append(
                WorkingPart(
                    name: reading.machine.name, value: Double(count), unit: .parts,
                    note: onlyGood ? "\(totals.made) made, \(totals.scrap) scrap" : ""))
            signals += reading.signals
            entries += ledger.bookings.filter { period.contains($0.range.start) }.map(\.sequence)
            let lost = ledger.counted.unallocated(in: period)
            if lost > 0 {
                gaps.append(
                    "\(reading.machine.name): \(lost) parts were made while it was not seen; "
                        + "they are left out.")
            }
        }
        let value: IndicatorValue =
            lines.isEmpty
            ? .undefined("No machine counts its parts.")
            : .amount(lines.reduce(0) { $0 + $1.value })
        return Indicator(
            name: onlyGood ? "Good parts" : "Parts made", value: value, unit: .parts,
            coverage: elements.coverage, definition: "parts/1",
            working: Working(
                formula: onlyGood
                    ? "Counted parts less scrap, with what was booked by hand"
                    : "What each machine's counter counted, with what was booked by hand",
                rule: .sum, parts: lines, signals: signals, entries: entries, gaps: gaps))
    }
}
