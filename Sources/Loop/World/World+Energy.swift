// The page Energy: what was used, by whom, in which state, at which price, and how far to trust it.

import Historian
public import Plant
public import Understand

/// One machine's energy.
public struct MachineEnergy: Sendable, Hashable {
    /// The machine.
    public let machine: Machine
    /// Where it went.
    public let use: EnergyUse
    /// Good parts in the stretch, nil where they are not counted.
    public let good: Int64?
    /// Base load and energy for each part by shift over the last weeks; nil where there is none.
    public let baseline: EnergyBaseline?

    /// A machine's energy.
    public init(machine: Machine, use: EnergyUse, good: Int64?, baseline: EnergyBaseline?) {
        self.machine = machine
        self.use = use
        self.good = good
        self.baseline = baseline
    }
}

/// The page Energy.
public struct EnergyPicture: Sendable, Hashable {
    /// The stretch of time, cut at now.
    public let range: TimeRange
    /// The first line.
    public let sentence: String
    /// Machines with a meter, the largest use first.
    public let machines: [MachineEnergy]
    /// Machines without a meter.
    public let unmetered: [Machine]
    /// Figures: all energy, its cost, idle share, idle energy and its cost, carbon.
    public let figures: [KeyedIndicator]
    /// The tariff in use at the end of the stretch, nil where nobody has said.
    public let tariff: Tariff?
    /// The carbon factor, nil before the first known year.
    public let carbon: CarbonFactor?
    /// What the stretch weighed in kg CO2e, nil without a factor.
    public let kilograms: Double?
    /// What should be looked at, as sentences.
    public let findings: [String]

    /// A page.
    public init(
        range: TimeRange, sentence: String, machines: [MachineEnergy], unmetered: [Machine],
        figures: [KeyedIndicator], tariff: Tariff?, carbon: CarbonFactor?, kilograms: Double?,
        findings: [String]
    ) {
        self.range = range
        self.sentence = sentence
        self.machines = machines
        self.unmetered = unmetered
        self.figures = figures
        self.tariff = tariff
        self.carbon = carbon
        self.kilograms = kilograms
        self.findings = findings
    }
}

extension World {
    /// Shifts of the baseline reach back so far.
    private static let baselineReach = Elapsed.hours(24 * 28)

    /// The page Energy; blocks while it reads.
    public func energyPicture(range: TimeRange) throws -> EnergyPicture {
        let now = time
        let period = TimeRange(start: range.start, end: max(range.start, min(range.end, now)))
        let factory = self.factory
        var machines: [MachineEnergy] = []
        for machine in factory.activeMachines where machine.energy != nil {
            let reading = try reading(machine, range)
            guard let use = try energyUse(reading, period) else { continue }
            machines.append(
                MachineEnergy(
                    machine: machine, use: use,
                    good: reading.parts.map { $0.totals(in: period).good },
                    baseline: try baseline(machine, until: period.end)))
        }
        machines.sort { ($1.use.total, $0.machine.id) < ($0.use.total, $1.machine.id) }
        let year = zone.local(TimeRange.middle(period)).date.year
        let carbon = factory.carbonFactor(year: year)
        let sums = EnergySums(machines.map { ($0.machine, $0.use) }, period)
        let figures = [Figure.energy, .energyCost, .idleEnergy, .idleCost].map { figure in
            KeyedIndicator(
                key: FigureKey(figure: figure, range: period), indicator: sums.indicator(figure),
                remark: "")
        }
        return EnergyPicture(
            range: period, sentence: sums.sentence(PeriodWords.words(period, now, zone)),
            machines: machines,
            unmetered: factory.activeMachines.filter { $0.energy == nil }, figures: figures,
            tariff: factory.tariff(at: period.end), carbon: carbon,
            kilograms: carbon.map { $0.kilogramsPerKilowattHour * sums.total },
            findings: machines.flatMap { machine in
                machine.use.findings.map { "\(machine.machine.name): \($0.sentence)" }
            })
    }

    /// The sums of all machines' energy, for figures that are opened; blocks while it reads.
    func energySums(_ readings: [MachineReading], _ period: TimeRange) throws -> EnergySums {
        EnergySums(
            try readings.compactMap { reading in
                try energyUse(reading, period).map { (reading.machine, $0) }
            }, period)
    }

    /// Where a machine's energy went; nil without a meter.
    func energyUse(_ reading: MachineReading, _ period: TimeRange) throws -> EnergyUse? {
        guard let rule = reading.machine.energy else { return nil }
        let factory = self.factory
        let zone = self.zone
        let cells = EnergyCell.cells(of: reading.timeline, in: period) { time in
            factory.tariff(at: time).map { tariff in
                let price = tariff.price(at: time, zone: zone)
                return PricedBand(band: price.band, rate: price.rate)
            }
        }
        return try energyUse(rule, cells, period)
    }

    private func energyUse(
        _ rule: EnergyRule, _ cells: [EnergyCell], _ period: TimeRange
    ) throws -> EnergyUse {
        let gap = LoopLimits.longestPowerGap
        return EnergyUse(
            rule,
            series: try samples.series(
                of: rule.signal, in: TimeRange(start: period.start, end: period.end + gap)),
            before: try samples.last(of: rule.signal, before: period.start), cells: cells,
            range: period, longestGap: gap)
    }

    /// Energy over good parts by shift, of the last weeks; nil where parts are not counted.
    private func baseline(_ machine: Machine, until end: Timestamp) throws -> EnergyBaseline? {
        guard let rule = machine.energy, machine.counts != nil else { return nil }
        let range = TimeRange(start: end - World.baselineReach, end: end)
        let shifts = calendar.shifts(in: range).filter {
            $0.range.start >= range.start && $0.range.end <= end
        }
        guard shifts.count >= EnergyBaseline.leastPeriods, let first = shifts.first else {
            return nil
        }
        let hull = TimeRange(start: first.range.start, end: end)
        let ledger = try reading(machine, hull).parts
        var cells: [EnergyCell] = []
        for shift in shifts where cells.last.map({ $0.range.end <= shift.range.start }) ?? true {
            cells.append(
                EnergyCell(range: shift.range, state: .running, job: shift.id, price: nil))
        }
        let use = try energyUse(rule, cells, hull)
        var parts: [Double] = []
        var energy: [Double] = []
        for cell in cells {
            guard let amount = use.byJob[cell.job],
                amount.seen.seconds >= 0.99 * cell.range.elapsed.seconds
            else { continue }
            parts.append(Double(ledger?.totals(in: cell.range).good ?? 0))
            energy.append(amount.kilowattHours)
        }
        return EnergyBaseline(parts: parts, energy: energy)
    }
}

extension TimeRange {
    /// The instant half way.
    fileprivate static func middle(_ range: TimeRange) -> Timestamp {
        range.start + Elapsed(nanoseconds: range.elapsed.nanoseconds / 2)
    }
}

/// The energy of several machines added up, as figures that open.
struct EnergySums {
    private let uses: [(machine: Machine, use: EnergyUse)]
    private let period: TimeRange

    init(_ uses: [(machine: Machine, use: EnergyUse)], _ period: TimeRange) {
        self.uses = uses
        self.period = period
    }

    var total: Double { uses.reduce(0) { $0 + $1.use.total } }

    private var idle: EnergyAmount {
        uses.reduce(EnergyAmount()) { $0 + $1.use.idle }
    }

    private var coverage: Double {
        let asked = period.elapsed.seconds * Double(uses.count)
        guard asked > 0 else { return 0 }
        return min(1, uses.reduce(0) { $0 + $1.use.placed.seen.seconds } / asked)
    }

    /// The first line: the idle share and what it cost.
    func sentence(_ words: String) -> String {
        guard !uses.isEmpty else { return "No machine has a power meter yet." }
        guard total > 0 else { return "No power was measured \(words)." }
        let share = idle.kilowattHours / total
        let cost = idle.cost.map { ": \(Plain.money($0)) \(words)." } ?? " \(words)."
        return "\(Plain.percent(share)) of the power was used with nothing running\(cost)"
    }

    func indicator(_ figure: Figure) -> Indicator {
        switch figure {
        case .energyCost:
            return money(
                "Cost of the power used", "What each machine used times the price then",
                "energy.cost/1", uses.map { ($0.machine, $0.use.placed) })
        case .idleEnergy:
            let parts = uses.map { ($0.machine.name, $0.use.idle) }
            return energy(
                "Power used with nothing running",
                "What each machine used while it was stopped, had a fault or a planned stop",
                "energy.idle/1",
                parts.map { name, amount in
                    WorkingPart(
                        name: name, value: amount.kilowattHours, unit: .kilowattHours,
                        note: "in \(Plain.duration(amount.seen))")
                })
        case .idleCost:
            return money(
                "Cost of power used with nothing running",
                "What each machine used with nothing running times the price then",
                "energy.idle-cost/1", uses.map { ($0.machine, $0.use.idle) })
        default:
            return energy(
                "Energy used", "What each machine's meter counted in this time, added up",
                EnergyUse.definition,
                uses.map { machine, use in
                    WorkingPart(
                        name: machine.name, value: use.total, unit: .kilowattHours,
                        note: use.unplaced > 0
                            ? "of it \(Plain.decimal(use.unplaced, places: 1)) kWh over gaps" : "")
                })
        }
    }

    private func energy(
        _ name: String, _ formula: String, _ definition: String, _ parts: [WorkingPart]
    ) -> Indicator {
        Indicator(
            name: name,
            value: parts.isEmpty
                ? .undefined("No machine has a power meter.")
                : .amount(parts.reduce(0) { $0 + $1.value }), unit: .kilowattHours,
            coverage: coverage, definition: definition,
            working: Working(
                formula: formula, rule: .sum, parts: parts, signals: signals, gaps: gaps))
    }

    private func money(
        _ name: String, _ formula: String, _ definition: String,
        _ amounts: [(machine: Machine, amount: EnergyAmount)]
    ) -> Indicator {
        var gaps = gaps
        let unpriced = amounts.reduce(0) { $0 + $1.amount.unpriced }
        let parts = amounts.compactMap { machine, amount -> WorkingPart? in
            amount.cost.map { cost in
                WorkingPart(
                    name: machine.name, value: Double(cost.minor), unit: .minorMoney,
                    note: EnergySums.prices(amount))
            }
        }
        let value: IndicatorValue
        if amounts.isEmpty {
            value = .undefined("No machine has a power meter.")
        } else if parts.isEmpty {
            value = .undefined("Nobody has said what a kWh costs.")
        } else {
            value = .amount(parts.reduce(0) { $0 + $1.value })
            if unpriced > 0.05 {
                gaps.append("\(Plain.decimal(unpriced, places: 1)) kWh have no price.")
            }
        }
        return Indicator(
            name: name, value: value, unit: .minorMoney, coverage: coverage,
            definition: definition,
            working: Working(
                formula: formula, rule: .sum, parts: parts, signals: signals, gaps: gaps))
    }

    /// `212.0 kWh at £0.27, 40.1 kWh at £0.142 (night)`.
    private static func prices(_ amount: EnergyAmount) -> String {
        amount.atPrice.sorted {
            ($0.key.band, $0.key.rate.millionths) < ($1.key.band, $1.key.rate.millionths)
        }
        .map { price, energy in
            "\(Plain.decimal(energy, places: 1)) kWh at \(Plain.rate(price.rate))"
                + (price.band.isEmpty ? "" : " (\(price.band))")
        }.joined(separator: ", ")
    }

    private var signals: [SignalID] { uses.compactMap(\.machine.energy?.signal) }

    private var gaps: [String] {
        coverage < 0.995
            ? ["Meters were seen \(Plain.percentSeen(coverage)) of the time."] : []
    }
}
