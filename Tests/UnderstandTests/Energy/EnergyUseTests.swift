// Energy by state, job and price; meters that cannot be right; prices and factors as dated data.

import Plant
import Testing

@testable import Understand

@Suite("Where the energy went") struct EnergyUseTests {
    private let day = Rate(millionths: 270_000, currency: .gbp)
    private let night = Rate(millionths: 142_000, currency: .gbp)

    private func cell(
        _ from: Double, _ to: Double, _ state: MachineState, job: String = "",
        at rate: Rate? = nil, band: String = ""
    ) -> EnergyCell {
        EnergyCell(
            range: minutes(from, to), state: state, job: job,
            price: rate.map { PricedBand(band: band, rate: $0) })
    }

    private func power(_ minutes: Int, _ value: (Int) -> Double) -> SampleSeries {
        SampleSeries(
            times: (0...minutes).map { minute(Double($0)).nanoseconds },
            values: .numbers((0...minutes).map(value)))
    }

    private func use(
        _ series: SampleSeries, _ cells: [EnergyCell], by rule: EnergyRule = .power(SignalID(1)),
        _ from: Double = 0, _ to: Double = 120
    ) -> EnergyUse {
        EnergyUse(
            rule, series: series, before: nil, cells: cells, range: minutes(from, to),
            longestGap: .minutes(2))
    }

    @Test("power is split where state, job and price change, and the parts are the whole")
    func split() {
        let found = use(
            power(120) { _ in 6 },
            [
                cell(0, 30, .running, job: "A", at: day),
                cell(30, 45.5, .stopped, job: "A", at: day),
                cell(45.5, 90, .running, job: "B", at: night, band: "night"),
                cell(90, 120, .planned, at: night, band: "night"),
            ])
        #expect(abs(found.total - 12) < 1e-9)
        #expect(abs((found.byState[.running]?.kilowattHours ?? 0) - 7.45) < 1e-9)
        #expect(abs(found.idle.kilowattHours - 4.55) < 1e-9)
        #expect(found.idle.seen == .seconds(45 * 60 + 30))
        #expect(abs((found.byJob["A"]?.kilowattHours ?? 0) - 4.55) < 1e-9)
        #expect(found.coverage == 1)
        let states = found.byState.values.reduce(0) { $0 + $1.kilowattHours }
        let jobs = found.byJob.values.reduce(0) { $0 + $1.kilowattHours }
        #expect(abs(states - found.total) < 1e-9 && abs(jobs - found.total) < 1e-9)
        // 4.55 kWh at 27 p and 7.45 kWh at 14.2 p: £1.2285 + £1.0579.
        #expect(found.placed.cost == Money(minor: 229, currency: .gbp))
        // Idle: 1.55 kWh at 27 p, 3 kWh at 14.2 p: £0.4185 + £0.426, never at a mean price.
        #expect(found.idle.cost == Money(minor: 84, currency: .gbp))
        #expect(found.perPart(48) == found.total / 48)
        #expect(found.perPart(0) == nil)
        // Six kilowatts to the last digit while it stood and ran: somebody should look.
        #expect(found.findings == [.stuck(.minutes(120))])
    }

    @Test("G6: 1.8 kW idle for 4,000 h at £0.25 is £1,800, and 1,274.4 kg by the set of 2025")
    func idleYear() throws {
        var amount = EnergyAmount()
        amount.add(
            1.8 * 4000, .hours(4000),
            PricedBand(band: "", rate: Rate(millionths: 250_000, currency: .gbp)))
        #expect(amount.cost == Money(minor: 180_000, currency: .gbp))
        let factor = try #require(CarbonFactor.unitedKingdom.first { $0.year == 2025 })
        #expect(
            abs(amount.kilowattHours * factor.kilogramsPerKilowattHour - 1_274.4) < 1e-9)
    }

    @Test("G7: 100,000 kWh are 20,705 kg by the set of 2024 and 17,700 kg by that of 2025")
    func carbon() {
        let factory = Factory()
        let weights = [2024, 2025].map {
            (factory.carbonFactor(year: $0)?.kilogramsPerKilowattHour ?? 0) * 100_000
        }
        #expect(abs(weights[0] - 20_705) < 1e-6 && abs(weights[1] - 17_700) < 1e-6)
        // A year without a set of its own has the newest one before it, never a guess.
        #expect(factory.carbonFactor(year: 2026)?.year == 2025)
        #expect(factory.carbonFactor(year: 2019) == nil)
        var own = factory
        own.apply(
            .carbonFactorSet(
                CarbonFactor(year: 2026, millionths: 131_000, source: "Official file")),
            recorded: origin)
        #expect(own.carbonFactor(year: 2026)?.millionths == 131_000)
    }

    @Test("a register counts over gaps too, but to no state; its falls are said")
    func register() {
        let rule = EnergyRule.register(SignalID(1))
        let series = SampleSeries(
            times: [0, 1, 2, 30, 31, 32].map { minute($0).nanoseconds },
            values: .numbers([100, 100.5, 101, 111, 0.25, 0.75]))
        let found = use(series, [cell(0, 120, .running)], by: rule)
        #expect(abs(found.placed.kilowattHours - 1.75) < 1e-9)
        #expect(abs(found.unplaced - 10) < 1e-9)
        #expect(abs(found.total - 11.75) < 1e-9)
        #expect(found.findings.contains(.fell(times: 1)))
        #expect(found.findings.contains { if case .missing = $0 { true } else { false } })
        #expect(found.placed.cost == nil)
        #expect(found.placed.unpriced == found.placed.kilowattHours)
    }

    @Test("a reversed clamp, a stuck meter and a wrong ratio are found; a quiet night is not")
    func findings() {
        let reversed = use(power(120) { _ in -3 }, [cell(0, 120, .running)])
        #expect(reversed.findings == [.negative(samples: 120)])
        let cells = [cell(0, 60, .running), cell(60, 120, .stopped)]
        let stuck = use(power(120) { _ in 4 }, cells)
        #expect(stuck.findings == [.stuck(.minutes(120))])
        #expect(use(power(120) { _ in 4 }, [cell(0, 120, .planned)]).findings.isEmpty)
        let register = SampleSeries(
            times: (0...120).map { minute(Double($0)).nanoseconds },
            values: .numbers((0...120).map { Double($0) * 0.1 + ($0 >= 60 ? 90 : 0) }))
        let jump = use(register, [cell(0, 120, .running)], by: .register(SignalID(1)))
        guard case .jump(let kilowatts, let at) = jump.findings.first else {
            Issue.record("no jump in \(jump.findings)")
            return
        }
        // 90.1 kWh within a minute, where 0.1 is usual.
        #expect(abs(kilowatts - 5_406) < 1e-6 && at == minute(60))
        for finding in reversed.findings + stuck.findings + jump.findings {
            #expect(finding.sentence.hasSuffix("."))
        }
    }

    @Test("cells are cut at every change of state, job and price")
    func cells() {
        let timeline = MachineTimeline(
            range: minutes(0, 120), observed: [seen(.running, 0, 50), seen(.idle, 50, 120)],
            working: [minutes(0, 120)],
            annotations: Annotations(jobs: [
                job("A", ideal: nil, 0, 20), job("B", ideal: nil, 20, 300),
            ]))
        let cells = EnergyCell.cells(of: timeline, in: minutes(10, 110)) { time in
            PricedBand(band: time < minute(90) ? "" : "night", rate: day)
        }
        #expect(
            cells.map(\.range) == [
                minutes(10, 20), minutes(20, 50), minutes(50, 90), minutes(90, 110),
            ])
        #expect(cells.map(\.state) == [.running, .running, .stopped, .stopped])
        #expect(cells.map(\.job) == ["A", "B", "B", "B"])
        #expect(cells.map { $0.price?.band } == ["", "", "", "night"])
    }

    @Test("a tariff's band holds over midnight, on the wall clock")
    func tariff() {
        let tariff = Tariff(
            source: "Contract", rate: day,
            bands: [
                TariffBand(
                    name: "night", days: Set(Weekday.allCases.filter { $0 != .saturday }),
                    hours: ClockSpan(from: 23 * 3600, to: 7 * 3600), rate: night)
            ])
        func band(_ text: String) -> String {
            Timestamp(rfc3339: text).map { tariff.price(at: $0, zone: london).band } ?? "?"
        }
        // Monday 9 November 2026, winter time.
        #expect(band("2026-11-09T22:59:59Z").isEmpty)
        #expect(band("2026-11-09T23:00:00Z") == "night")
        #expect(band("2026-11-10T06:59:59Z") == "night")
        #expect(band("2026-11-10T07:00:00Z").isEmpty)
        // It does not begin on Saturday, so Sunday's early morning is not night.
        #expect(band("2026-11-15T03:00:00Z").isEmpty)
        // Summer time: 23:00 on the wall is 22:00 UTC.
        #expect(band("2026-06-08T22:00:00Z") == "night")
    }
}
