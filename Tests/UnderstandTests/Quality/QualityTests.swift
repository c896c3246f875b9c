// Control charts, rules and capability against the worked examples Q1 to Q13.

import Testing

@testable import Understand

private func near(
    _ found: Double, _ wanted: Double, _ tolerance: Double = 0.0005,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(abs(found - wanted) <= tolerance, "\(found), not \(wanted)", sourceLocation: location)
}

/// Handbooks print limits with d2 = 1.128 instead of 1.12838: 0.00034 of the reach, and rounding.
private let printed = 0.0004

private let towels = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
private let rings: [[Double]] = [
    [30, 2, 19, -8, 8], [-5, -8, 1, 11, 4], [-12, 24, 21, 5, 2], [2, -4, -7, 15, 9],
    [-8, 7, 15, -11, 14], [9, -6, -3, -15, -7], [-5, 6, -6, 0, 5], [-15, 3, -7, 15, -12],
    [8, -5, 9, 5, 4], [-2, 0, -10, 7, -5], [-6, -2, -6, -5, -10], [4, 0, 7, 0, -4],
    [-17, 2, -2, -3, 12], [6, -33, -6, 0, -16], [12, 14, -2, -1, 7], [0, -16, 5, -2, -4],
    [-6, 12, -14, 5, 7], [6, 10, 18, 3, 0], [-16, 2, 3, 5, -3], [0, 10, 13, 20, 3],
    [-12, 1, 9, 5, -4], [4, -1, -10, 6, 9], [10, -11, -10, 9, 14], [15, 8, -7, 0, 10],
    [-18, -16, -5, 17, 13],
].map { $0.map { 74 + $0 / 1_000 } }

@Suite("Control charts") struct ControlChartTests {
    @Test("constants agree with the published table")
    func constants() throws {
        let table: [(Int, Double, Double, Double, Double, Double, Double, Double, Double, Double)] =
            [
                (2, 1.128, 0.8525, 0.7979, 1.880, 2.659, 0, 3.267, 0, 3.267),
                (5, 2.326, 0.8641, 0.9400, 0.577, 1.427, 0, 2.089, 0, 2.115),
                (7, 2.704, 0.8332, 0.9594, 0.419, 1.182, 0.118, 1.882, 0.076, 1.924),
                (10, 3.078, 0.7971, 0.9727, 0.308, 0.975, 0.284, 1.716, 0.223, 1.777),
                (15, 3.472, 0.7562, 0.9823, 0.223, 0.789, 0.428, 1.572, 0.347, 1.653),
                (25, 3.931, 0.7085, 0.9896, 0.153, 0.606, 0.565, 1.435, 0.459, 1.541),
            ]
        for row in table {
            let found = try #require(ChartConstants.of(row.0))
            let values = [
                found.d2, found.d3, found.c4, found.a2, found.a3, found.b3, found.b4,
                found.d3Limit, found.d4Limit,
            ]
            let wanted = [row.1, row.2, row.3, row.4, row.5, row.6, row.7, row.8, row.9]
            for (value, wanted) in zip(values, wanted) { near(value, wanted, 0.0011) }
        }
        near(try #require(ChartConstants.of(2)).d2, 2 / Double.pi.squareRoot(), 1e-9)
        #expect(ChartConstants.of(1) == nil && ChartConstants.of(26) == nil)
    }

    @Test("Q1: individuals and moving ranges of the NIST handbook")
    func individuals() throws {
        let baseline = try IndividualsBaseline(towels)
        near(baseline.mean, 50.81)
        near(baseline.meanRange, 1.8778)
        let chart = try ControlChart.individuals(towels, baseline: baseline)
        near(chart.points[0].upper, 55.8041, printed * 4.9941)
        near(chart.points[0].lower, 45.8159, printed * 4.9941)
        let ranges = try ControlChart.movingRange(towels, baseline: baseline)
        near(ranges.points[0].upper, 6.1347)
        #expect(ranges.points.count == 9)
        #expect(chart.signals([.beyondLimit]).isEmpty)
    }

    @Test("Q2: viscosity, one point out, and the limits without it")
    func viscosity() throws {
        var values = [
            34.05, 34.40, 33.59, 35.96, 34.70, 33.51, 33.79, 34.04, 34.52, 33.75, 33.27, 33.71,
            34.03, 34.58, 34.02, 33.97, 34.05, 34.04, 33.73, 34.05,
        ]
        let first = try IndividualsBaseline(values)
        near(first.mean, 34.088)
        near(first.sigma, 0.50765)
        let chart = try ControlChart.individuals(values, baseline: first)
        near(chart.points[0].lower, 32.565, printed * 1.523)
        near(chart.points[0].upper, 35.611, printed * 1.523)
        #expect(chart.signals([.beyondLimit]).map(\.index) == [3])
        #expect(chart.signals([.beyondLimit])[0].isAbove == true)
        values.remove(at: 3)
        let second = try IndividualsBaseline(values)
        near(second.mean, 33.98947)
        near(second.sigma, 0.41174)
    }

    @Test("Q3: piston rings by range and by standard deviation")
    func pistonRings() throws {
        let baseline = try SubgroupBaseline(rings)
        near(baseline.mean, 74.001176, 1e-6)
        near(baseline.meanRange, 0.02276, 1e-6)
        near(baseline.sigmaByRange, 0.009785, 1e-6)
        near(baseline.meanDeviation, 0.0092400, 1e-6)
        let byRange = try ControlChart.subgroups(rings, kind: .meanByRange, baseline: baseline)
        near(byRange.points[0].lower, 73.98805, 1e-5)
        near(byRange.points[0].upper, 74.01430, 1e-5)
        let ranges = try ControlChart.subgroups(rings, kind: .range, baseline: baseline)
        near(ranges.points[0].upper, 0.04813, 1e-5)
        #expect(ranges.points[0].lower == 0)
        let byDeviation = try ControlChart.subgroups(
            rings, kind: .meanByDeviation, baseline: baseline)
        near(byDeviation.points[0].lower, 73.98799, 1e-5)
        near(byDeviation.points[0].upper, 74.01436, 1e-5)
        let deviations = try ControlChart.subgroups(rings, kind: .deviation, baseline: baseline)
        near(deviations.points[0].upper, 0.019302, 1e-6)
    }

    @Test("Q5: share and number of rejects, orange juice")
    func orangeJuice() throws {
        let rejects = [
            12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24,
            15, 9, 12, 7, 13, 9, 6,
        ]
        let shares = try ControlChart.shares(
            defective: rejects, of: [Int](repeating: 50, count: rejects.count))
        near(shares.centre, 0.23133, 1e-5)
        near(shares.points[0].lower, 0.05243, 1e-5)
        near(shares.points[0].upper, 0.41024, 1e-5)
        #expect(shares.signals([.beyondLimit]).map { $0.index + 1 } == [15, 23])
        let numbers = try ControlChart.numbers(defective: rejects, ofEach: 50)
        near(numbers.points[0].lower, 2.6214, 1e-4)
        near(numbers.points[0].upper, 20.5120, 1e-4)
        let rest = rejects.indices.filter { $0 != 14 && $0 != 22 }.map { rejects[$0] }
        let without = try ControlChart.shares(
            defective: rest, of: [Int](repeating: 50, count: rest.count))
        near(without.centre, 0.2150, 1e-4)
        near(without.points[0].lower, 0.04070, 1e-5)
        near(without.points[0].upper, 0.38930, 1e-5)
    }

    @Test("Q6, Q7: defects; a point on the limit is no signal")
    func defects() throws {
        let boards = [
            21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24,
            16, 19, 17, 15,
        ]
        let chart = try ControlChart.defects(boards)
        near(chart.centre, 19.8462, 1e-4)
        near(chart.points[0].lower, 6.4814, 1e-4)
        near(chart.points[0].upper, 33.2109, 1e-4)
        #expect(chart.signals([.beyondLimit]).map { $0.index + 1 } == [6, 20])
        let wafers = [
            16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11,
            19, 16, 31, 13,
        ]
        let found = try ControlChart.defects(wafers)
        near(found.centre, 16, 1e-12)
        #expect(found.points[0].lower == 4 && found.points[0].upper == 28)
        #expect(found.signals([.beyondLimit]).map { $0.index + 1 } == [24])
    }

    @Test("Q8: defects for each unit")
    func perUnit() throws {
        let counts = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
        let chart = try ControlChart.defectsPerUnit(
            counts, units: [Double](repeating: 5, count: counts.count))
        near(chart.centre, 1.93, 1e-12)
        near(chart.points[0].lower, 0.06613, 1e-5)
        near(chart.points[0].upper, 3.79387, 1e-5)
    }

    @Test("Q9: exponentially weighted means")
    func weighted() throws {
        let values = [
            52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3,
            47.8, 51.2, 52.6, 52.4, 53.6, 52.1,
        ]
        let chart = try ControlChart.weightedMean(values, target: 50, sigma: 2.0539, weight: 0.3)
        let wanted = [
            50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36,
            49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
        ]
        for (point, wanted) in zip(chart.points, wanted) { near(point.value, wanted, 0.006) }
        near(chart.points[19].lower, 47.4115, 0.002)
        near(chart.points[19].upper, 52.5885, 0.002)
        #expect(chart.signals([.beyondLimit]).isEmpty)
        let baseline = try SubgroupBaseline(rings)
        let sigma = baseline.sigmaByRange / (5.0).squareRoot()
        let means = try ControlChart.weightedMean(
            rings.map(Spread.mean), target: baseline.mean, sigma: sigma, weight: 0.2)
        for (index, low, high) in [
            (0, 73.99855, 74.00380), (1, 73.99781, 74.00454), (24, 73.99680, 74.00555),
        ] {
            near(means.points[index].lower, low, 1e-5)
            near(means.points[index].upper, high, 1e-5)
        }
    }

    @Test("Q10, Q11: cumulative sums")
    func cumulative() throws {
        let nist = [
            324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225,
            324.600, 324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775,
            326.875, 328.350,
        ]
        let sums = try CumulativeSum(nist, target: 325, allowance: 0.3175, limit: 4.1959)
        near(sums.above[12], 3.0075, 1e-4)
        near(sums.above[13], 4.94, 1e-4)
        near(sums.above[19], 19.035, 1e-3)
        #expect(sums.signals.first == 13)
        near(sums.below.max() ?? 0, 0.7150, 1e-4)
        let book = [
            102.0, 94.8, 98.3, 98.4, 102.0, 98.5, 99.0, 97.7, 100.0, 98.1, 101.3, 98.7, 101.1,
            98.4, 97.0, 96.7, 100.3, 101.4, 97.2, 101.0,
        ]
        let calm = try CumulativeSum(book, target: 99, allowance: 1, limit: 10)
        near(calm.above.max() ?? 0, 2.0, 1e-9)
        near(calm.below.max() ?? 0, 3.2, 1e-9)
        #expect(calm.signals.isEmpty)
        let baseline = try IndividualsBaseline(book)
        near(baseline.mean, 99.095, 1e-9)
        near(baseline.meanRange, 2.5895, 1e-4)
        let chart = try ControlChart.individuals(book, baseline: baseline)
        near(chart.points[0].lower, 92.208, printed * 6.887)
        near(chart.points[0].upper, 105.982, printed * 6.887)
    }

    @Test("Q12: jet engine diameters")
    func jetEngines() throws {
        let values = [
            78.4, 80.1, 84.4, 79.1, 80.4, 83.5, 73.8, 83.5, 75.0, 76.8, 70.5, 80.3, 82.4, 79.4,
            86.4, 90.5, 77.7, 82.5, 79.9, 83.2,
        ]
        let baseline = try IndividualsBaseline(values)
        near(baseline.mean, 80.39)
        near(baseline.meanRange, 5.3263, 1e-4)
        let chart = try ControlChart.individuals(values, baseline: baseline)
        near(chart.points[0].lower, 66.229, printed * 14.161)
        near(chart.points[0].upper, 94.551, printed * 14.161)
    }

    @Test("what cannot be charted is refused with a sentence")
    func refusals() throws {
        #expect(throws: ChartRefusal.noSpread) { try IndividualsBaseline([4, 4, 4]) }
        #expect(throws: ChartRefusal.tooFew(needed: 2, found: 1)) { try IndividualsBaseline([4]) }
        #expect(throws: ChartRefusal.badValue(index: 1)) { try IndividualsBaseline([4, .nan]) }
        #expect(throws: ChartRefusal.badSize) { try SubgroupBaseline([[1, 2], [1, 2, 3]]) }
        #expect(throws: ChartRefusal.badValue(index: 0)) {
            try ControlChart.shares(defective: [6], of: [5])
        }
        #expect(ChartRefusal.noSpread.sentence.contains("too coarse"))
    }

    @Test("no range is formed across a gap, and no run reaches across one")
    func breaks() throws {
        let values: [Double] = [1, 2, 1, 2, 101, 102, 101, 102]
        let joined = try IndividualsBaseline(values)
        let parted = try IndividualsBaseline(values, breaks: [4])
        near(parted.meanRange, 1, 1e-12)
        #expect(joined.meanRange > 14)
        let flat = IndividualsBaseline(mean: 0, meanRange: 2 / Double.pi.squareRoot())
        let high = [Double](repeating: 0.5, count: 12)
        #expect(
            try ControlChart.individuals(high, baseline: flat).signals([.nineOnOneSide])
                .map(\.index) == [8, 9, 10, 11])
        #expect(
            try ControlChart.individuals(high, baseline: flat, breaks: [6])
                .signals([.nineOnOneSide]).isEmpty)
    }
}

@Suite("Run rules") struct RunRuleTests {
    private func signals(_ values: [Double], _ rule: RunRule) throws -> [Int] {
        let unit = IndividualsBaseline(mean: 0, meanRange: 2 / Double.pi.squareRoot())
        return try ControlChart.individuals(values, baseline: unit).signals([rule])
            .map { $0.index + 1 }
    }

    @Test(
        "Q13: each rule at the point that completes it",
        arguments: [
            ([Double](repeating: 0.5, count: 9), RunRule.nineOnOneSide, [9]),
            ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], .sixSteady, [6]),
            ([2.1, 0.2, 2.2], .twoOfThree, [3]),
            ([2.1, 0.2, -2.2], .twoOfThree, []),
            ([0, 2.1, 2.2, 0.1], .twoOfThree, [3]),
            ([1.2, 1.1, 0.1, 1.3, 1.4], .fourOfFive, [5]),
            ([1.5, -1.5, 1.5, -1.5, 1.5, -1.5, 1.5, -1.5], .eightFar, [8]),
            ((0..<15).map { $0 % 2 == 0 ? 0.5 : -0.5 }, .fifteenNear, [15]),
            ((0..<14).map { $0 % 2 == 0 ? 0.5 : -0.5 }, .fourteenAlternating, [14]),
            ([3, -3, 3.01], .beyondLimit, [3]),
            ([0.1, 0.2, 0.2, 0.3, 0.4, 0.5], .sixSteady, []),
            ([1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5], .eightFar, []),
            ([Double](repeating: -0.1, count: 8), .eightOnOneSide, [8]),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0], .nineOnOneSide, []),
        ] as [([Double], RunRule, [Int])])
    func worked(_ values: [Double], _ rule: RunRule, _ wanted: [Int]) throws {
        #expect(try signals(values, rule) == wanted)
    }
}

@Suite("Capability") struct CapabilityTests {
    @Test("Q4: piston rings")
    func pistonRings() throws {
        let limits = try #require(DrawingLimits(lower: 73.95, upper: 74.05))
        let baseline = try SubgroupBaseline(rings)
        let found = try #require(
            Capability(
                rings.flatMap { $0 }, limits: limits, within: baseline.sigmaByRange))
        let cp = try #require(found.cp)
        near(cp.value, 1.7032, 1e-4)
        near(cp.low, 1.4914, 1e-4)
        near(cp.high, 1.9148, 1e-4)
        near(try #require(found.cpl), 1.7433, 1e-4)
        near(try #require(found.cpu), 1.6632, 1e-4)
        near(found.cpk.value, 1.6632, 1e-4)
        near(found.cpk.low, 1.4481, 1e-4)
        near(found.cpk.high, 1.8783, 1e-4)
        near(try #require(found.pp).value, 1.6551, 1e-4)
        near(found.ppk.value, 1.6162, 1e-4)
        #expect(found.trust == .enough)
    }

    @Test("one limit has no Cp; few values are not to be trusted")
    func oneSided() throws {
        let limits = try #require(DrawingLimits(lower: nil, upper: 20))
        let values = (0..<30).map { 16 + Double($0 % 5 - 2) }
        let found = try #require(Capability(values, limits: limits, within: 2))
        #expect(found.cp == nil && found.pp == nil && found.cpl == nil)
        near(found.cpk.value, 0.6667, 1e-4)
        #expect(found.trust == .weak)
        let few = try #require(Capability(Array(values.prefix(10)), limits: limits, within: 2))
        #expect(few.trust == .none)
        #expect(DrawingLimits(lower: 3, upper: 2) == nil)
        #expect(DrawingLimits(lower: nil, upper: nil) == nil)
    }

    @Test("quantiles come back through their distribution")
    func distributions() {
        near(Normal.quantile(0.975), 1.959963984540054, 1e-12)
        near(Normal.below(-1.2815515655446004), 0.1, 1e-12)
        near(ChiSquared.quantile(0.95, freedom: 10), 18.307038053275146, 1e-9)
        near(ChiSquared.quantile(0.025, freedom: 124), 95.06970, 1e-3)
        for p in [0.0001, 0.01, 0.3, 0.5, 0.9, 0.9999] {
            near(Normal.below(Normal.quantile(p)), p, 1e-13)
            for freedom in [1.0, 2.5, 30, 400] {
                near(
                    ChiSquared.below(ChiSquared.quantile(p, freedom: freedom), freedom: freedom),
                    p, 1e-10)
            }
        }
    }
}

@Suite("Findings on charts") struct QualityFindingTests {
    private let unit = IndividualsBaseline(mean: 10, meanRange: 2 / Double.pi.squareRoot())

    @Test("a drift inside the drawing limits is said as such")
    func drift() throws {
        let limits = try #require(DrawingLimits(lower: 5, upper: 15))
        let values = [10, 9.9, 10.1, 10.2, 10.5, 10.9, 11.4]
        let chart = try ControlChart.individuals(values, baseline: unit)
        #expect(
            chart.findings(rules: [.sixSteady], limits: limits).map(\.sentence)
                == ["Drifting up. Still inside the drawing limits."])
    }

    @Test("what is outside the drawing comes first")
    func outside() throws {
        let limits = try #require(DrawingLimits(lower: 8, upper: 12))
        let chart = try ControlChart.individuals([10, 10, 14], baseline: unit)
        let found = chart.findings(limits: limits)
        #expect(found.first?.sentence == "The newest value is outside the drawing limits.")
        #expect(found.first?.weight == .act)
        #expect(found.contains { $0.sentence == "The newest value is unusually high." })
    }

    @Test("nothing unusual says nothing")
    func calm() throws {
        let chart = try ControlChart.individuals([10, 10.4, 9.7, 10.1], baseline: unit)
        #expect(chart.findings().isEmpty)
    }
}
