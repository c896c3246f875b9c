// Money: costs, payback, present value, worth of an hour and use by contract.
import Plant
import Testing

@testable import Prove
@testable import Understand

private func near(_ value: Double, _ wanted: Double, _ tolerance: Double) -> Bool {
    abs(value - wanted) <= tolerance
}

@Suite struct CashFlowTests {
    @Test func `benefit B5: internal rates as spreadsheets document them`() throws {
        let four: [Double] = [-70_000, 12_000, 15_000, 18_000, 21_000]
        guard case .one(let low) = CashFlow.internalRate(four),
            case .one(let high) = CashFlow.internalRate(four + [26_000])
        else {
            Issue.record("one rate each")
            return
        }
        #expect(near(low, -0.0212, 5e-5))
        #expect(near(high, 0.0866, 5e-5))
        let value = CashFlow.presentValue([-10_000, 3_000, 4_200, 6_800], rate: 0.1, first: 1)
        #expect(near(value, 1_188.44, 0.005))
    }

    @Test func `no rate and several rates are said as such`() throws {
        #expect(CashFlow.internalRate([100, 200]) == .none)
        #expect(CashFlow.internalRate([100, -50, 100]) == .none)
        // (x - 1.1)(x - 1.3) = x² - 2.4 x + 1.43 with x = 1 + r.
        guard case .several(let rates) = CashFlow.internalRate([-1, 2.4, -1.43]) else {
            Issue.record("two rates")
            return
        }
        #expect(rates.count == 2)
        #expect(near(rates[0], 0.1, 1e-9) && near(rates[1], 0.3, 1e-9))
    }

    @Test func `benefit B6: the pilot`() throws {
        let cost: Double = 1_800 + 2_400 + 12 * 3 * 28 + 6 * 95 + 600
        #expect(cost == 6_378)
        let net: Double = 11_000 - 1_300
        let months = try #require(CashFlow.paybackMonths(cost: cost, netPerYear: net))
        #expect(near(months, 7.890, 5e-4))
        let discounted = try #require(
            CashFlow.discountedPaybackMonths(cost: cost, netPerYear: net, rate: 0.08))
        #expect(near(discounted, 8.124, 5e-4))
        let flows = [-cost, net, net, net + 400]
        let value = try #require(
            Money(major: CashFlow.presentValue(flows, rate: 0.08), currency: .gbp))
        #expect(value.text == "18937.37")
        guard case .one(let rate) = CashFlow.internalRate(flows) else {
            Issue.record("one rate")
            return
        }
        #expect(near(rate, 1.4198, 5e-5))
    }

    @Test func `what never pays has no payback`() {
        #expect(CashFlow.paybackMonths(cost: 100, netPerYear: 0) == nil)
        #expect(CashFlow.discountedPaybackMonths(cost: 1e6, netPerYear: 1, rate: 0.08) == nil)
        #expect(CashFlow.paybackMonths(cost: 0, netPerYear: -5) == 0)
    }

    @Test func `benefit B7: the exact distribution and the draws agree`() throws {
        let gross = try #require(Triangle(low: 6_000, mode: 11_000, high: 14_000))
        #expect(near(gross.mean - 0, 10_333.333333, 1e-5))
        #expect(near(gross.variance, 2_722_222.2, 0.05))
        // Within 12 months: gross − 1,300 ≥ 6,378.
        #expect(near(1 - gross.below(7_678), 0.9296, 5e-5))
        func months(_ share: Double) -> Double { 6_378 / ((gross.quantile(share) - 1_300) / 12) }
        #expect(near(months(0.95), 6.595, 5e-4))
        #expect(near(months(0.5), 8.344, 5e-4))
        #expect(near(months(0.05), 12.518, 5e-4))
        let inputs = PaybackInputs(
            cost: try #require(Triangle(6_378)), running: try #require(Triangle(1_300)),
            worth: try #require(Triangle(1)), benefit: gross, residual: 400, rate: 0.08)
        var draws = SeededDraws(seed: 2_026)
        let study = PaybackStudy(inputs, draws: &draws)
        #expect(near(study.withinLimit, 0.9296, 0.01))
        #expect(near(study.weeks(at: 0.05) * 12 / 52, 6.595, 0.05))
        #expect(near(study.weeks(at: 0.5) * 12 / 52, 8.344, 0.05))
        #expect(near(study.weeks(at: 0.95) * 12 / 52, 12.518, 0.15))
        #expect(study.tornado.first?.name == "benefit")
        #expect(near(study.tornado[0].swing, 8_000, 1e-9))
        #expect(study.tornado.last?.swing == 0)
        var again = SeededDraws(seed: 2_026)
        #expect(PaybackStudy(inputs, draws: &again) == study)
    }

    @Test func `benefit B8: a point of OEE`() throws {
        let parts = Worth.extraParts(gain: 0.01, busyMinutes: 420 * 480, partMinutes: 1)
        #expect(near(parts, 2_016, 1e-9))
        let margin = try #require(Rate("6.50", currency: .gbp))
        #expect(Worth.money(parts, at: margin)?.text == "13104.00")
        let hours = Worth.hoursFreed(
            goodParts: 122_400, partMinutes: 1, before: 0.60714, after: 0.61714)
        #expect(near(hours, 54.44, 0.005))
        // The document's £1,306.67 is 54.4444 hours, from OEE 0.607142857 on.
        let exact = Worth.hoursFreed(
            goodParts: 122_400, partMinutes: 1, before: 0.607142857, after: 0.617142857)
        let wage = try #require(Rate("24.00", currency: .gbp))
        #expect(Worth.money(exact, at: wage)?.text == "1306.67")
    }

    @Test func `benefit V5: the annuity of a machine`() {
        let yearly = CashFlow.annuity(price: 40_000, residual: 8_000, rate: 0.08, years: 5)
        #expect(near(yearly, 8_654.61, 0.005))
        // The document divides the rounded annuity.
        #expect(near((yearly + 2_400) / 1_800, 6.1415, 1e-4))
    }
}

@Suite struct LedgerTests {
    @Test func `zero is an answer, silence is not`() throws {
        let zero = try #require(AmountRange(0))
        let hardware = try #require(AmountRange(low: 100, mode: 200, high: 400))
        let support = try #require(AmountRange(50))
        let checked = try #require(CivilDate("2026-05-01"))
        let grant = try #require(
            GrantOffer(
                scheme: "regional", amount: 150, source: "offer letter", checkedOn: checked))
        let ledger = AdoptionLedger(
            currency: .gbp, answers: [.exit: zero, .hardware: hardware, .support: support],
            grants: [grant])
        #expect(ledger.unanswered.count == CostLine.allCases.count - 3)
        #expect(!ledger.unanswered.contains(.exit))
        #expect(ledger.once == AmountRange(low: 0, mode: 50, high: 250))
        #expect(ledger.yearly == support)
        #expect(AmountRange(low: 3, mode: 2, high: 4) == nil)
        #expect(AmountRange(-1) == nil)
    }

    @Test func `every line has a question of its own`() {
        #expect(Set(CostLine.allCases.map(\.question)).count == CostLine.allCases.count)
    }

    @Test func `dated rules hold on their days only`() throws {
        let march = try #require(CivilDate("2026-03-31"))
        let april = try #require(CivilDate("2026-04-01"))
        func pool(_ date: CivilDate) -> [Int] {
            let rules = DatedRule.unitedKingdom.filter { $0.holds(on: date) }
            return rules.filter { $0.name == "Main pool, companies" }.map(\.thousandths)
        }
        #expect(pool(march) == [180])
        #expect(pool(april) == [140])
        #expect(DatedRule.unitedKingdom.count == 10)
        let aia = try #require(
            DatedRule.unitedKingdom.first { $0.name == "Annual Investment Allowance" })
        let cost = Money(minor: 200_000_000, currency: .gbp)
        // A million counts, a quarter of it is tax.
        #expect(aia.taxSaved(on: cost, taxThousandths: 250)?.text == "250000.00")
    }

    @Test func `the cheapest step that tells comes first`() throws {
        let look = try #require(
            NextStep(name: "watch a week", low: 0, high: 5_000, weeks: 1, shows: 0.5))
        let sensor = try #require(
            NextStep(name: "one sensor", low: 20_000, high: 40_000, weeks: 4, shows: 0.1))
        let trying = try #require(
            WorthTrying(
                lossLow: 400_000, lossHigh: 900_000, share: Interval(0.05, 0.3),
                steps: [look, sensor]))
        // Watching shows halves only; no change wins back more than 30 %.
        #expect(trying.cheapest == sensor)
        #expect(trying.budgetLow == 20_000 && trying.budgetHigh == 270_000)
        #expect(trying.answer == .tryFirst)
        let small = try #require(
            WorthTrying(
                lossLow: 100, lossHigh: 1_000, share: Interval(0.05, 0.3), steps: [sensor]))
        #expect(small.answer == .no && small.cheapest == nil)
        #expect(
            WorthTrying(lossLow: 5, lossHigh: 1, share: Interval(0, 1), steps: []) == nil)
    }
}

@Suite struct UsageTests {
    private func terms(minimum: Int64 = 45_000, target: Int64? = nil) throws -> UsageTerms {
        UsageTerms(
            rate: try #require(Rate("3.20", currency: .gbp)),
            rateAbove: try #require(Rate("3.60", currency: .gbp)), included: 150_000,
            minimum: minimum, target: target)
    }

    @Test func `servitisation V1: hours above and below what is included`() throws {
        let statement = try UsageStatement(try terms(), use: 173_400)
        #expect(statement.total.text == "564.24")
        #expect(statement.lines.map(\.amount.text) == ["480.00", "84.24"])
        let low = try UsageStatement(try terms(), use: 120_000)
        #expect(low.total.text == "450.00")
        #expect(low.lines.map(\.amount.text) == ["384.00", "66.00"])
    }

    @Test func `servitisation V2 and V3: registers bridge gaps and a new meter`() throws {
        func reading(_ hour: Int64, _ value: Int64, _ meter: String) -> RegisterReading {
            RegisterReading(
                time: Timestamp(seconds: hour * 3_600), thousandths: value, meter: meter)
        }
        let plain = try RegisterUse([
            reading(0, 12_480_000, "a"), reading(700, 12_653_400, "a"),
        ])
        #expect(plain.thousandths == 173_400)
        let change = MeterChange(
            time: Timestamp(seconds: 400 * 3_600), oldFinal: 12_611_000, newStart: 0)
        let readings = [reading(0, 12_480_000, "a"), reading(700, 37_200, "b")]
        let bridged = try RegisterUse(readings, changes: [change])
        #expect(bridged.thousandths == 168_200 && bridged.changes == 1)
        #expect(throws: UsageError.fellWithoutChange(place: 1)) { try RegisterUse(readings) }
        #expect(throws: UsageError.notInOrder(place: 1)) {
            try RegisterUse([reading(5, 1, "a"), reading(5, 2, "a")])
        }
        #expect(throws: UsageError.tooFewReadings) { try RegisterUse([reading(0, 1, "a")]) }
    }

    @Test func `servitisation V4: availability and its credit`() throws {
        let time = try #require(
            AgreedTime(agreed: 480 * 3_600, down: 22 * 3_600, excluded: 8 * 3_600))
        #expect(time.availability == 970_338)
        let statement = try UsageStatement(
            try terms(target: 980_000), use: 173_400, time: time)
        #expect(statement.lines.last?.amount.text == "-11.28")
        #expect(statement.total.text == "552.96")
        #expect(AgreedTime(agreed: 10, down: 11, excluded: 0) == nil)
    }

    @Test func `lost counts are estimated, flagged and held to the ceiling`() throws {
        let estimate = GapEstimate.thousandths(
            hourly: [900, 800, 1_000, 700], elapsed: .hours(10))
        #expect(estimate == 8_500)
        let statement = try UsageStatement(try terms(), use: 173_400, estimated: 8_500)
        // 8.5 h at £3.60 is £30.60; the ceiling is 5 % of £564.24, £28.21.
        #expect(statement.lines.last?.amount.text == "28.21")
        #expect(statement.lines.last?.text.hasPrefix("estimated 8.5") == true)
        #expect(GapEstimate.thousandths(hourly: [], elapsed: .hours(1)) == nil)
    }
}
