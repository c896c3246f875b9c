// What a fixed world says of quality, energy, split figures and odd things.

import Plant
import Understand
import Web

@testable import Loop

extension FixtureWorld {
    func qualityOverview(range: TimeRange, chart kind: ChartKind) async throws -> QualityOverview {
        let machines = factory.activeMachines.enumerated().map { index, machine in
            let scrap = Int64(40 / (index + 1))
            return MachineQuality(
                machine: machine, parts: PartTotals(made: 900, good: 900 - scrap, scrap: scrap),
                causes: index == 0 ? [(cause: "Bore", parts: 12)] : [])
        }
        let scrap = (0..<30).map { 8 + $0 * 7 % 5 + ($0 == 29 ? 30 : 0) }
        let chart =
            kind == .defects
            ? try ControlChart.defects(scrap, baseline: 9.9)
            : try ControlChart.shares(
                defective: scrap, of: scrap.map { _ in 450 }, baseline: 0.022)
        let signal = factory.signals.keys.min()
        var watched: [QualityPicture] = []
        if let signal, story != .empty,
            let picture = try await quality(
                signal, range: range, limits: DrawingLimits(lower: 9, upper: 14), kind: nil,
                subgroup: nil)
        {
            watched = [picture]
        }
        return QualityOverview(
            range: range,
            sentence: machines.isEmpty
                ? "No machine counts its parts yet."
                : "97% of the parts were good this week: 3,500 of 3,600.",
            machines: machines, shares: machines.isEmpty ? nil : chart,
            shifts: machines.isEmpty ? [] : (0..<30).map { "Early, day \($0)" },
            shareFindings: machines.isEmpty ? [] : chart.findings(), watched: watched,
            shareKind: kind)
    }

    func figureTable(
        range: TimeRange, by splits: [FigureSplit], machine: Slug?
    ) async throws -> FigureTable {
        let rows = FixtureDay.machines(story).map { machine in
            var time = TimeElements()
            time.calendar = .hours(8)
            time.productionTime = .hours(6)
            time.delayTime = .hours(2)
            return FigureTableRow(
                keys: splits.map { _ in machine.id.text }, names: splits.map { _ in machine.name },
                figures: OEE(
                    time: time,
                    production: Production(lots: [
                        ProductLot(
                            product: machine.job, idealPerPart: .seconds(60), isEstimate: false,
                            parts: PartTotals(made: 300, good: 290, scrap: 10))
                    ])), revised: 0)
        }
        return FigureTable(range: range, splits: splits, rows: rows, gaps: [])
    }

    func pieces(of signals: [SignalID], range: TimeRange) async throws -> [SourcePiece] {
        signals.map { signal in
            SourcePiece(
                signal: signal, file: "history/2026-11.db", group: 7, revision: 0,
                first: range.start, last: range.end, rows: 3_600, isDamaged: false)
        }
    }

    func lines(range: TimeRange) async throws -> [LinePicture] { [] }

    func cycles(
        of machine: Slug, signal: Slug?, range: TimeRange
    ) async throws -> CyclePicture {
        guard let found = factory.signals(of: machine).first else {
            throw LearningRefused.nothingMeasured
        }
        let start = range.start.nanoseconds
        let series = SampleSeries(
            times: (0..<1_200).map { start + Int64($0) * 1_000_000_000 },
            values: .numbers((0..<1_200).map { $0 % 30 < 20 ? 9 : 3 }))
        return CyclePicture(
            machine: machine, signal: found, range: range,
            cycles: CycleCount(
                series, running: [TimeRange(start: range.start, end: range.start + .minutes(20))]),
            parts: 40)
    }

    func odd(_ machine: Slug, range: TimeRange) async throws -> OddPicture {
        let signals = factory.signals(of: machine).filter { $0.kind == .number }
        var watch = OddWatch()
        var found: [OddPicture.Found] = []
        for row in 0..<2_000 {
            let value = 10 + Double(row * 7_919 % 200 - 100) / 100 + (row > 1_900 ? 3 : 0)
            let at = time - .minutes(Int64(2_000 - row) * 5)
            if let finding = watch.see(value, at: at) {
                found.append(OddPicture.Found(signal: signals.first, finding: finding))
            }
        }
        return OddPicture(
            machine: machine, range: range, learntFrom: range.start - .hours(500),
            findings: story == .typical ? found.reversed() : [], watched: signals)
    }

    func energy(range: TimeRange) async throws -> EnergyPicture {
        let machines = factory.activeMachines
        let rate = Rate(millionths: 270_000, currency: .gbp)
        let metered = machines.map { machine -> MachineEnergy in
            let whole = TimeRange(start: FixtureDay.start, end: time)
            let cells = episodes(FixtureDay.machines(story).first { $0.id == machine.id })
                .map { episode in
                    EnergyCell(
                        range: episode.range, state: episode.state, job: "4711",
                        price: PricedBand(band: "", rate: rate))
                }
            let steps = Int64(whole.elapsed.seconds / 60)
            let use = EnergyUse(
                .power(SignalID(1)),
                series: SampleSeries(
                    times: (0...steps).map { (whole.start + .minutes($0)).nanoseconds },
                    values: .numbers((0...steps).map { $0 % 7 == 0 ? 2.5 : 4 })),
                before: nil, cells: cells, range: whole, longestGap: .minutes(2))
            return MachineEnergy(
                machine: machine, use: use, good: 120,
                baseline: EnergyBaseline(
                    parts: [0, 120, 200, 260, 310, 340, 410, 480],
                    energy: [182, 301, 379, 441, 492, 520, 592, 660]))
        }
        return EnergyPicture(
            range: range,
            sentence: machines.isEmpty
                ? "No machine has a power meter yet."
                : "14% of the power was used with nothing running: £57.00 this week.",
            machines: metered, unmetered: [],
            figures: [Figure.energy, .energyCost, .idleEnergy, .idleCost].map { figure in
                let key = FigureKey(figure: figure, range: range)
                return KeyedIndicator(
                    key: key, indicator: FixtureFigures.indicator(key, world: self), remark: "")
            },
            tariff: Tariff(source: "the site's price", rate: rate),
            carbon: CarbonFactor.unitedKingdom.last, kilograms: 64.2,
            findings: story == .partly
                ? ["Lathe 1: " + MeterFinding.fell(times: 2).sentence] : [])
    }

    private func episodes(_ machine: FixtureMachine?) -> [StateEpisode] {
        machine.map { episodes($0) } ?? []
    }
}
