// Control charts: what is plotted, its limits, and why some charts cannot be drawn.

/// A kind of control chart.
public enum ChartKind: String, Hashable, Sendable, CaseIterable {
    /// Single values.
    case individuals = "i"
    /// Differences of neighbouring single values.
    case movingRange = "mr"
    /// Means of subgroups, limits from their ranges.
    case meanByRange = "xbar-r"
    /// Means of subgroups, limits from their standard deviations.
    case meanByDeviation = "xbar-s"
    /// Ranges of subgroups.
    case range = "r"
    /// Standard deviations of subgroups.
    case deviation = "s"
    /// Share of defective parts.
    case share = "p"
    /// Number of defective parts of a constant number.
    case number = "np"
    /// Number of defects on a constant amount.
    case defects = "c"
    /// Defects for each unit.
    case defectsPerUnit = "u"
    /// Exponentially weighted mean.
    case weightedMean = "ewma"
    /// Cumulative sum of what lies beyond the target: above it, or below it as a negative number.
    case cumulativeSum = "cusum"

    /// Whether a point stands for several values.
    public var isOfSubgroups: Bool {
        switch self {
        case .meanByRange, .meanByDeviation, .range, .deviation: true
        default: false
        }
    }

    /// Whether it shows a location, on which the rules about runs have their full meaning.
    public var isLocation: Bool {
        switch self {
        case .individuals, .meanByRange, .meanByDeviation: true
        default: false
        }
    }
}

/// A point of a chart with the limits that hold for it.
public struct ChartPoint: Hashable, Sendable {
    /// What is plotted.
    public let value: Double
    /// Centre line.
    public let centre: Double
    /// Lower limit at three standard deviations, 0 where the value cannot be below.
    public let lower: Double
    /// Upper limit.
    public let upper: Double
    /// Standard deviation of what is plotted.
    public let sigma: Double
    /// Whether a run ends before this point: a gap, another product, another baseline.
    public let isFirst: Bool

    /// Distance from the centre in standard deviations, 0 where there is no spread.
    public var distance: Double { sigma > 0 ? (value - centre) / sigma : 0 }
    /// Whether it lies beyond a limit; a point on the limit does not.
    public var isOut: Bool { value > upper || value < lower }
}

/// Why a chart cannot be drawn.
public enum ChartRefusal: Error, Hashable, Sendable {
    /// Fewer points than the chart needs.
    case tooFew(needed: Int, found: Int)
    /// All values are the same: the gauge is too coarse, or the sensor is stuck.
    case noSpread
    /// Subgroups of a size without constants, or of different sizes.
    case badSize
    /// Points of sizes that differ by more than a quarter on a chart for a constant size.
    case unequalSizes
    /// A value that is not finite, or a count outside of its range.
    case badValue(index: Int)

    /// A sentence for a person.
    public var sentence: String {
        switch self {
        case .tooFew(let needed, let found):
            needed - found == 1 && found == 0
                ? "Nothing was measured in this time."
                : "Only \(found) of at least \(needed) values that a chart needs are there."
        case .noSpread:
            "Every value is the same: the gauge is too coarse for a chart, or it is stuck."
        case .badSize: "Subgroups must have the same size, 2 to 25."
        case .unequalSizes:
            "The number of parts differs by more than a quarter from shift to shift: this chart needs"
                + " about the same number each time. The chart of shares does not."
        case .badValue(let index): "Value \(index + 1) is not one that this chart can show."
        }
    }
}

/// A chart with its points and the limits that its baseline gave.
public struct ControlChart: Hashable, Sendable {
    /// What kind it is.
    public let kind: ChartKind
    /// Its points, oldest first.
    public let points: [ChartPoint]

    /// Mean of the baseline.
    public var centre: Double { points.first?.centre ?? .nan }

    init(_ kind: ChartKind, _ points: [ChartPoint]) {
        self.kind = kind
        self.points = points
    }
}

/// What a series of single values gave while nothing was wrong; frozen, then used for new ones.
public struct IndividualsBaseline: Hashable, Sendable {
    /// Mean.
    public let mean: Double
    /// Mean of the moving ranges.
    public let meanRange: Double

    /// Standard deviation within, from the mean moving range.
    public var sigma: Double { meanRange / IndividualsBaseline.d2 }

    /// d2 of two values, 2/√π.
    private static let d2 = 2 / Double.pi.squareRoot()

    /// A baseline from values; `breaks` are positions before which no range is formed.
    public init(_ values: [Double], breaks: Set<Int> = []) throws(ChartRefusal) {
        try demandFinite(values)
        let ranges = values.indices.dropFirst().filter { !breaks.contains($0) }
            .map { abs(values[$0] - values[$0 - 1]) }
        guard !ranges.isEmpty else { throw .tooFew(needed: 2, found: 1) }
        mean = Spread.mean(values)
        meanRange = Spread.mean(ranges)
        guard meanRange > 0 else { throw .noSpread }
    }

    /// A baseline that was frozen before.
    public init(mean: Double, meanRange: Double) {
        self.mean = mean
        self.meanRange = meanRange
    }
}

extension ControlChart {
    /// A chart of single values; limits are mean ± 2.660 mean moving ranges.
    public static func individuals(
        _ values: [Double], baseline: IndividualsBaseline, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        try demandFinite(values)
        let sigma = baseline.sigma
        return ControlChart(
            .individuals,
            values.enumerated().map { index, value in
                ChartPoint(
                    value: value, centre: baseline.mean, lower: baseline.mean - 3 * sigma,
                    upper: baseline.mean + 3 * sigma, sigma: sigma,
                    isFirst: index == 0 || breaks.contains(index))
            })
    }

    /// A chart of the differences of neighbours; none is formed across a break.
    public static func movingRange(
        _ values: [Double], baseline: IndividualsBaseline, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        try demandFinite(values)
        guard let constants = ChartConstants.of(2) else { throw .badSize }
        let sigma = constants.d3 * baseline.sigma
        var points: [ChartPoint] = []
        for index in values.indices.dropFirst() where !breaks.contains(index) {
            points.append(
                ChartPoint(
                    value: abs(values[index] - values[index - 1]), centre: baseline.meanRange,
                    lower: 0, upper: baseline.meanRange * constants.d4Limit, sigma: sigma,
                    isFirst: points.isEmpty || breaks.contains(index - 1)))
        }
        return ControlChart(.movingRange, points)
    }
}

/// What subgroups gave while nothing was wrong.
public struct SubgroupBaseline: Hashable, Sendable {
    /// Constants of the subgroups' size.
    public let constants: ChartConstants
    /// Mean of the means.
    public let mean: Double
    /// Mean of the ranges.
    public let meanRange: Double
    /// Mean of the standard deviations.
    public let meanDeviation: Double
    /// Number of subgroups.
    public let count: Int

    /// A baseline from subgroups of one size, 2 to 25.
    public init(_ subgroups: [[Double]]) throws(ChartRefusal) {
        guard let first = subgroups.first else { throw .tooFew(needed: 2, found: 0) }
        guard let constants = ChartConstants.of(first.count),
            subgroups.allSatisfy({ $0.count == first.count })
        else { throw .badSize }
        for subgroup in subgroups { try demandFinite(subgroup) }
        self.constants = constants
        mean = Spread.mean(subgroups.map(Spread.mean))
        meanRange = Spread.mean(subgroups.map(Spread.range))
        meanDeviation = Spread.mean(subgroups.map(Spread.deviation))
        count = subgroups.count
        guard meanRange > 0 else { throw .noSpread }
    }

    /// Standard deviation within subgroups by their ranges.
    public var sigmaByRange: Double { meanRange / constants.d2 }
    /// Standard deviation within subgroups by their standard deviations.
    public var sigmaByDeviation: Double { meanDeviation / constants.c4 }
}

extension ControlChart {
    /// A chart of subgroups: means by range or deviation, ranges, or deviations.
    public static func subgroups(
        _ subgroups: [[Double]], kind: ChartKind, baseline: SubgroupBaseline,
        breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        let constants = baseline.constants
        guard subgroups.allSatisfy({ $0.count == constants.size }) else { throw .badSize }
        for subgroup in subgroups { try demandFinite(subgroup) }
        let root = Double(constants.size).squareRoot()
        let (centre, lower, upper, sigma): (Double, Double, Double, Double)
        let plotted: ([Double]) -> Double
        switch kind {
        case .meanByRange:
            let reach = constants.a2 * baseline.meanRange
            (centre, lower, upper) = (baseline.mean, baseline.mean - reach, baseline.mean + reach)
            sigma = baseline.sigmaByRange / root
            plotted = Spread.mean
        case .meanByDeviation:
            let reach = constants.a3 * baseline.meanDeviation
            (centre, lower, upper) = (baseline.mean, baseline.mean - reach, baseline.mean + reach)
            sigma = baseline.sigmaByDeviation / root
            plotted = Spread.mean
        case .range:
            centre = baseline.meanRange
            (lower, upper) = (constants.d3Limit * centre, constants.d4Limit * centre)
            sigma = constants.d3 * baseline.sigmaByRange
            plotted = Spread.range
        case .deviation:
            centre = baseline.meanDeviation
            (lower, upper) = (constants.b3 * centre, constants.b4 * centre)
            sigma =
                baseline.sigmaByDeviation * (1 - constants.c4 * constants.c4).squareRoot()
            plotted = Spread.deviation
        default: throw .badSize
        }
        return ControlChart(
            kind,
            subgroups.enumerated().map { index, subgroup in
                ChartPoint(
                    value: plotted(subgroup), centre: centre, lower: lower, upper: upper,
                    sigma: sigma, isFirst: index == 0 || breaks.contains(index))
            })
    }

    /// A chart of shares of defective parts; limits go by each point's own number of parts.
    ///
    /// `baseline` is the mean share, worked out from the points where it is nil.
    public static func shares(
        defective: [Int], of sizes: [Int], baseline: Double? = nil, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        try demandCounts(defective, sizes)
        let share = baseline ?? Double(defective.reduce(0, +)) / Double(sizes.reduce(0, +))
        return ControlChart(
            .share,
            defective.indices.map { index in
                let sigma = (share * (1 - share) / Double(sizes[index])).squareRoot()
                return ChartPoint(
                    value: Double(defective[index]) / Double(sizes[index]), centre: share,
                    lower: max(0, share - 3 * sigma), upper: min(1, share + 3 * sigma),
                    sigma: sigma, isFirst: index == 0 || breaks.contains(index))
            })
    }

    /// A chart of numbers of defective parts of a constant number.
    public static func numbers(
        defective: [Int], ofEach size: Int, baseline: Double? = nil, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        let shares = try shares(
            defective: defective, of: [Int](repeating: size, count: defective.count),
            baseline: baseline, breaks: breaks)
        let n = Double(size)
        return ControlChart(
            .number,
            shares.points.map { point in
                ChartPoint(
                    value: point.value * n, centre: point.centre * n, lower: point.lower * n,
                    upper: point.upper * n, sigma: point.sigma * n, isFirst: point.isFirst)
            })
    }

    /// A chart of numbers of defects on a constant amount.
    public static func defects(
        _ counts: [Int], baseline: Double? = nil, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        let chart = try defectsPerUnit(
            counts, units: [Double](repeating: 1, count: counts.count), baseline: baseline,
            breaks: breaks)
        return ControlChart(.defects, chart.points)
    }

    /// A chart of defects for each unit; limits go by each point's own number of units.
    public static func defectsPerUnit(
        _ counts: [Int], units: [Double], baseline: Double? = nil, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        guard counts.count == units.count, !counts.isEmpty else {
            throw .tooFew(needed: max(1, units.count), found: counts.count)
        }
        for index in counts.indices
        where counts[index] < 0 || !(units[index] > 0) || !units[index].isFinite {
            throw .badValue(index: index)
        }
        let rate = baseline ?? Double(counts.reduce(0, +)) / units.reduce(0, +)
        return ControlChart(
            .defectsPerUnit,
            counts.indices.map { index in
                let sigma = (rate / units[index]).squareRoot()
                return ChartPoint(
                    value: Double(counts[index]) / units[index], centre: rate,
                    lower: max(0, rate - 3 * sigma), upper: rate + 3 * sigma, sigma: sigma,
                    isFirst: index == 0 || breaks.contains(index))
            })
    }

    /// A chart of exponentially weighted means.
    ///
    /// `sigma` is the standard deviation of one value, `weight` λ of the newest (0 to 1],
    /// `reach` L. Limits widen over the first points; a break begins anew at the target.
    public static func weightedMean(
        _ values: [Double], target: Double, sigma: Double, weight: Double = 0.2,
        reach: Double = 3, breaks: Set<Int> = []
    ) throws(ChartRefusal) -> ControlChart {
        try demandFinite(values)
        guard sigma > 0, weight > 0, weight <= 1 else { throw .noSpread }
        var points: [ChartPoint] = []
        var mean = target
        var age = 0
        for (index, value) in values.enumerated() {
            if breaks.contains(index) { (mean, age) = (target, 0) }
            age += 1
            mean = weight * value + (1 - weight) * mean
            let part = 1 - PortableMath.power(1 - weight, 2 * age)
            let own = sigma * (weight / (2 - weight) * part).squareRoot()
            points.append(
                ChartPoint(
                    value: mean, centre: target, lower: target - reach * own,
                    upper: target + reach * own, sigma: own * reach / 3,
                    isFirst: age == 1))
        }
        return ControlChart(.weightedMean, points)
    }

    /// A chart of cumulative sums: the larger of the two sums, that below as a negative number.
    ///
    /// `sigma` is the standard deviation of one value; allowance K = 0.5 σ, limit H = 5 σ.
    public static func cumulativeSum(
        _ values: [Double], target: Double, sigma: Double
    ) throws(ChartRefusal) -> ControlChart {
        guard sigma > 0 else { throw .noSpread }
        let sums = try CumulativeSum(
            values, target: target, allowance: 0.5 * sigma, limit: 5 * sigma)
        return ControlChart(
            .cumulativeSum,
            values.indices.map { index in
                let isAbove = sums.above[index] >= sums.below[index]
                return ChartPoint(
                    value: isAbove ? sums.above[index] : -sums.below[index], centre: 0,
                    lower: -sums.limit, upper: sums.limit, sigma: sums.limit / 3,
                    isFirst: index == 0)
            })
    }

    private static func demandCounts(_ counts: [Int], _ sizes: [Int]) throws(ChartRefusal) {
        guard counts.count == sizes.count, !counts.isEmpty else {
            throw .tooFew(needed: max(1, sizes.count), found: counts.count)
        }
        for index in counts.indices
        where sizes[index] <= 0 || counts[index] < 0 || counts[index] > sizes[index] {
            throw .badValue(index: index)
        }
    }
}

/// A cumulative sum of what lies above and below a target.
///
/// Source: tabular CUSUM of `domain/spc.md`.
public struct CumulativeSum: Hashable, Sendable {
    /// Sum above at each value.
    public let above: [Double]
    /// Sum below at each value.
    public let below: [Double]
    /// What a sum must exceed to signal.
    public let limit: Double

    /// Sums over values; `allowance` K and `limit` H are in units of the values.
    public init(
        _ values: [Double], target: Double, allowance: Double, limit: Double
    ) throws(ChartRefusal) {
        try demandFinite(values)
        var sums = (above: 0.0, below: 0.0)
        var above: [Double] = []
        var below: [Double] = []
        for value in values {
            sums.above = max(0, sums.above + value - target - allowance)
            sums.below = max(0, sums.below + target - allowance - value)
            above.append(sums.above)
            below.append(sums.below)
        }
        self.above = above
        self.below = below
        self.limit = limit
    }

    /// Positions at which a sum is beyond the limit.
    public var signals: [Int] { above.indices.filter { above[$0] > limit || below[$0] > limit } }
}

private func demandFinite(_ values: [Double]) throws(ChartRefusal) {
    guard !values.isEmpty else { throw .tooFew(needed: 1, found: 0) }
    for (index, value) in values.enumerated() where !value.isFinite {
        throw .badValue(index: index)
    }
}
