// The regression against figures that were published or worked out elsewhere.
import Plant
import Testing

@testable import Prove
@testable import Understand

/// Investment of the United States, 1963 to 1982, as in Greene and in the R package sandwich.
private let investment: [(gnp: Double, invest: Double, price: Double, interest: Double)] = [
    (596.7, 90.9, 0.7167, 3.23), (637.7, 97.4, 0.7277, 3.55), (691.1, 113.5, 0.7436, 4.04),
    (756.0, 125.7, 0.7676, 4.50), (799.6, 122.8, 0.7906, 4.19), (873.4, 133.3, 0.8254, 5.16),
    (944.0, 149.3, 0.8679, 5.87), (992.7, 144.2, 0.9145, 5.95), (1077.6, 166.4, 0.9601, 4.88),
    (1185.9, 195.0, 1.0, 4.50), (1326.4, 229.8, 1.0575, 6.44), (1434.2, 228.7, 1.1508, 7.83),
    (1549.2, 206.1, 1.2579, 6.25), (1718.0, 257.9, 1.3234, 5.50), (1918.3, 324.1, 1.4005, 5.46),
    (2163.9, 386.6, 1.5042, 7.46), (2417.8, 423.0, 1.6342, 10.28), (2631.7, 401.9, 1.7842, 11.77),
    (2954.1, 474.9, 1.9514, 13.42), (3073.0, 414.5, 2.0688, 11.02),
]

private func near(_ value: Double, _ wanted: Double, _ tolerance: Double) -> Bool {
    abs(value - wanted) <= tolerance
}

private let lostBefore: [Double] = [58, 59, 60, 61, 61, 60, 60, 61, 62, 63, 63, 62]
private let lostAfter: [Double] = [68, 69, 70, 71, 71, 70, 70, 71, 72, 73, 73, 72]

private func periods(_ values: [Double], from first: Int) -> [MeasuredPeriod] {
    values.enumerated().map { MeasuredPeriod(index: first + $0.offset, value: $0.element) }
}

@Suite struct RegressionTests {
    @Test func `benefit B1: Newey and West as published by sandwich`() throws {
        var design: [[Double]] = []
        var observed: [Double] = []
        for (row, before) in zip(investment.dropFirst(), investment) {
            let inflation = 100 * (row.price - before.price) / before.price
            design.append([1, row.gnp / row.price, row.interest - inflation])
            observed.append(row.invest / row.price)
        }
        let fit = try #require(
            SeriesFit(SeriesRows(times: Array(0..<19), design: design, observed: observed)))
        #expect(near(fit.coefficients[0], -12.5336, 5e-5))
        #expect(near(fit.coefficients[1], 0.16914, 5e-6))
        #expect(near(fit.coefficients[2], -1.0014, 5e-5))
        #expect(near(fit.durbinWatson, 1.3215, 5e-5))
        let covariance = fit.neweyWest(lag: 4, corrected: false)
        #expect(near(covariance[0][0], 359.4171, 5e-5))
        #expect(near(covariance[1][1], 0.00028059, 5e-9))
        #expect(near(covariance[2][2], 11.17147, 5e-6))
        #expect(near(covariance[0][0].squareRoot(), 18.958, 5e-4))
        #expect(near(covariance[1][1].squareRoot(), 0.016751, 5e-7))
        #expect(near(covariance[2][2].squareRoot(), 3.3424, 5e-5))
    }

    @Test func `benefit B2: the step is half of what the plain means say`() throws {
        let model = try #require(
            SegmentedModel(
                before: periods(lostBefore, from: 1), after: periods(lostAfter, from: 13),
                terms: .full))
        let wanted = [58.424242, 0.370629, 5.552448, 0]
        for (value, wanted) in zip(model.plain.coefficients, wanted) {
            #expect(near(value, wanted, 5e-7))
        }
        #expect(near(model.plain.fit.standardErrors[2], 0.636998, 5e-7))
        #expect(near(model.plain.durbinWatson, 1.0873, 5e-5))
        let raw = model.plain.neweyWest(lag: 3, corrected: false)
        let corrected = model.plain.neweyWest(lag: 3, corrected: true)
        #expect(near(raw[2][2].squareRoot(), 0.443861, 5e-7))
        #expect(near(corrected[2][2].squareRoot(), 0.486225, 5e-7))
    }

    @Test func `benefit B2: means only`() throws {
        let model = try #require(
            SegmentedModel(
                before: periods(lostBefore, from: 1), after: periods(lostAfter, from: 13),
                terms: SegmentedTerms(hasTrend: false, hasSlope: false)))
        #expect(near(model.plainEffect, 10, 1e-12))
        #expect(near(model.plain.fit.standardErrors[1], 0.623610, 5e-7))
        let raw = model.plain.neweyWest(lag: 3, corrected: false)
        #expect(near(raw[1][1].squareRoot(), 0.956217, 5e-7))
    }

    @Test(arguments: [(24, 2), (52, 3), (100, 4), (365, 5)])
    func `the lag follows the rule`(count: Int, lag: Int) {
        #expect(SeriesFit.lag(count: count) == lag)
    }

    /// Norris, NIST Statistical Reference Datasets (public domain): y, x.
    @Test func `NIST Norris to eleven digits`() throws {
        let data: [(Double, Double)] = [
            (0.1, 0.2), (338.8, 337.4), (118.1, 118.2), (888.0, 884.6), (9.2, 10.1),
            (228.1, 226.5), (668.5, 666.3), (998.5, 996.3), (449.1, 448.6), (778.9, 777.0),
            (559.2, 558.2), (0.3, 0.4), (0.1, 0.6), (778.1, 775.5), (668.8, 666.9),
            (339.3, 338.0), (448.9, 447.5), (10.8, 11.6), (557.7, 556.0), (228.3, 228.1),
            (998.0, 995.8), (888.8, 887.6), (119.6, 120.2), (0.3, 0.3), (0.6, 0.3),
            (557.6, 556.8), (339.3, 339.1), (888.0, 887.2), (998.5, 999.0), (778.9, 779.0),
            (10.2, 11.1), (117.6, 118.3), (228.9, 229.2), (668.4, 669.1), (449.2, 448.9),
            (0.2, 0.5),
        ]
        let fit = try #require(
            SeriesFit(
                SeriesRows(
                    times: Array(data.indices), design: data.map { [1, $0.1] },
                    observed: data.map(\.0))))
        #expect(near(fit.coefficients[0], -0.262323073774029, 1e-11))
        #expect(near(fit.coefficients[1], 1.00211681802045, 1e-12))
        #expect(near(fit.fit.deviation, 0.884796396144373, 1e-12))
    }

    @Test func `whole weights count as repeated rows`() throws {
        let design: [[Double]] = [[1, 1], [1, 2], [1, 4], [1, 7]]
        let observed: [Double] = [2, 3, 3, 9]
        let weighted = try #require(
            SeriesFit(
                SeriesRows(
                    times: [0, 1, 2, 3], design: design, observed: observed, weights: [1, 2, 1, 3]
                )))
        let places = [0, 1, 1, 2, 3, 3, 3]
        let repeated = try #require(
            LeastSquares(design: places.map { design[$0] }, observed: places.map { observed[$0] }))
        for (one, other) in zip(weighted.coefficients, repeated.coefficients) {
            #expect(near(one, other, 1e-12))
        }
    }

    @Test func `columns that depend on each other are refused`() {
        let rows = SeriesRows(
            times: [0, 1, 2, 3], design: [[1, 2], [1, 2], [1, 2], [1, 2]], observed: [1, 2, 3, 4])
        #expect(SeriesFit(rows) == nil)
        let repeated = SeriesRows(times: [1, 1], design: [[1], [1]], observed: [1, 2])
        #expect(SeriesFit(repeated) == nil)
    }

    @Test func `a gap of two periods remembers rho squared`() throws {
        // With ρ known, the variance of a mean of two values two periods apart is (1 + ρ²)/2.
        let rows = SeriesRows(
            times: [0, 2, 1_000], design: [[1], [1], [1]], observed: [1, -1, 0.5])
        let fit = try #require(AutoregressiveFit(rows, rho: 0.6))
        // Information: 2/(1 + ρ²) from the pair and 1 from the far one.
        let information = 2 / (1 + 0.36) + 1
        #expect(near(1 / fit.fit.inverse[0][0], information, 1e-12))
    }

    @Test(arguments: [
        (0.975, 1.0, 12.706204736432095), (0.975, 10.0, 2.2281388519649385),
        (0.95, 20.0, 1.7247182429207857), (0.995, 5.0, 4.032142983557536),
        (0.025, 30.0, -2.0422724563012373),
    ])
    func `Student's t as tabled`(p: Double, freedom: Double, wanted: Double) {
        let value = StudentT.quantile(p, freedom: freedom)
        #expect(near(value, wanted, 1e-9))
        #expect(near(StudentT.below(value, freedom: freedom), p, 1e-12))
    }

    @Test func `a rising likeness widens the range`() throws {
        var draws = SeededDraws(seed: 3)
        var error = 0.0
        let values = (0..<80).map { _ in
            error = 0.8 * error + 0.6 * draws.normal()
            return error
        }
        let model = try #require(
            SegmentedModel(
                before: periods(Array(values[..<40]), from: 0),
                after: periods(Array(values[40...]), from: 40), terms: .full))
        #expect(model.isAutoregressive)
        #expect(model.distribution.rho > 0.4)
        let plain = 2 * 2 * model.plain.fit.standardErrors[2]
        #expect(model.interval(0.95).width > plain)
        #expect(model.effectiveCount < 40)
        #expect(model.interval(0.9).width < model.interval(0.95).width)
    }
}

@Suite struct BootstrapAndBreakTests {
    @Test func `the bootstrap repeats with its seed and only with it`() throws {
        let model = try #require(
            SegmentedModel(
                before: periods(lostBefore, from: 1), after: periods(lostAfter, from: 13),
                terms: .full))
        var one = SeededDraws(seed: 9)
        var two = SeededDraws(seed: 9)
        var three = SeededDraws(seed: 10)
        let first = BlockBootstrap(model, draws: &one)
        #expect(first == BlockBootstrap(model, draws: &two))
        #expect(first != BlockBootstrap(model, draws: &three))
        #expect(first.block == 3)
        #expect(first.effects.count == 2_000)
        #expect(first.interval(0.95).contains(model.plainEffect))
    }

    @Test func `a planted break is found where it is, and none in noise`() throws {
        var draws = SeededDraws(seed: 21)
        let noise = (0..<100).map { _ in draws.normal() }
        let calm = try #require(
            BreakSearch(periods(noise, from: 0), hasTrend: true, draws: &draws))
        #expect(!calm.isFound)
        let broken = noise.enumerated().map { $0.element + ($0.offset >= 60 ? 4 : 0) }
        let found = try #require(
            BreakSearch(periods(broken, from: 0), hasTrend: false, draws: &draws))
        #expect(found.isFound)
        #expect(abs(found.index - 60) <= 2)
        // Andrews' asymptotic value for one parameter at 15 % trimming is near 8.7.
        #expect(found.critical > 6.5 && found.critical < 12)
        var few = SeededDraws(seed: 1)
        #expect(BreakSearch(periods([1, 2, 3], from: 0), hasTrend: true, draws: &few) == nil)
    }

    @Test func `percentiles between neighbours`() {
        #expect(Percentile.of([1, 2, 3, 4], 0.5) == 2.5)
        #expect(Percentile.of([1, 2, 3, 4], 1) == 4)
        #expect(Percentile.of([], 0.5).isNaN)
    }
}

@Suite struct ComparisonTests {
    @Test func `benefit B3: fast food`() {
        let effect = DifferenceInDifferences.effect(
            treatedBefore: 20.44, treatedAfter: 21.03, untouchedBefore: 23.33,
            untouchedAfter: 21.17)
        #expect(near(effect, 2.75, 1e-9))
    }

    @Test func `benefit B4: effective size and periods needed`() {
        #expect(near(Power.effectiveCount(60, rho: 0.5), 20, 1e-12))
        let each = Power.countEachSide(deviation: 6, difference: 5, rho: 0.4)
        #expect(near(each, 52.7, 0.05))
        #expect(each.rounded(.up) == 53)
    }

    @Test func `a synthetic control finds the machine it was made of`() throws {
        var draws = SeededDraws(seed: 5)
        let first = (0..<40).map { _ in 50 + 5 * draws.normal() }
        let second = (0..<40).map { _ in 30 + 5 * draws.normal() }
        let third = (0..<40).map { _ in 70 + 5 * draws.normal() }
        let treated = (0..<40).map {
            0.7 * first[$0] + 0.3 * second[$0] - ($0 >= 25 ? 6.0 : 0)
        }
        let control = try #require(
            SyntheticControl(treated: treated, untouched: [first, second, third], before: 25))
        #expect(near(control.weights[0], 0.7, 0.01))
        #expect(near(control.weights[1], 0.3, 0.01))
        #expect(near(control.weights.reduce(0, +), 1, 1e-9))
        #expect(control.weights.allSatisfy { $0 >= 0 })
        #expect(near(control.effect, -6, 0.1))
        let share = try #require(
            SyntheticControl.placeboShare(
                treated: treated, untouched: [first, second, third], before: 25))
        #expect(near(share, 0.25, 1e-12))
        #expect(SyntheticControl(treated: [1, 2], untouched: [], before: 1) == nil)
    }

    @Test func `Holm's adjustment`() {
        let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
        let wanted = [0.03, 0.06, 0.06, 0.02]
        for (one, other) in zip(adjusted, wanted) { #expect(near(one, other, 1e-12)) }
    }

    @Test func `seasons and shifts as columns`() throws {
        let date = try #require(CivilDate("2026-01-01"))
        let rows = Columns.season([date, date.adding(days: 91)])
        #expect(near(rows[0][0], 0, 1e-12) && near(rows[0][1], 1, 1e-12))
        // sin(2π · 91/365.25) of the C library.
        #expect(near(rows[1][0], 0.9999855506507186, 1e-12))
        let shifts = Columns.indicators(["early", "late", "early", "night"])
        #expect(shifts.names == ["late", "night"])
        #expect(shifts.rows == [[0, 0], [1, 0], [0, 0], [0, 1]])
    }
}
