// A signal as a control chart: what its values say about the process behind it.

import Historian
public import Plant
public import Understand

/// A control chart of a signal with what it says.
public struct QualityPicture: Sendable, Hashable {
    /// Which signal.
    public let signal: Signal
    /// The stretch that was looked at.
    public let range: TimeRange
    /// Time of each point.
    public let times: [Timestamp]
    /// The chart, nil where it cannot be drawn.
    public let chart: ControlChart?
    /// Why it cannot be drawn.
    public let refusal: ChartRefusal?
    /// How many points the limits rest on.
    public let baselineCount: Int
    /// Which chart it is.
    public let kind: ChartKind
    /// Values in a point: 1 for single values.
    public let subgroup: Int
    /// From when on the values behind the limits were taken, nil for the oldest shown.
    public let baselineFrom: Timestamp?
    /// Values in the stretch of which these points were taken.
    public let valueCount: Int
    /// The drawing limits asked with, nil for none.
    public let limits: DrawingLimits?
    /// How well it holds them, nil without limits or with fewer than 25 values.
    public let capability: Capability?
    /// What it says, the most urgent first.
    public let findings: [QualityFinding]

    /// Whether no point lies beyond the limits of the process.
    public var isSteady: Bool { chart?.points.allSatisfy { !$0.isOut } ?? true }

    /// A picture.
    public init(
        signal: Signal, range: TimeRange, times: [Timestamp], chart: ControlChart?,
        refusal: ChartRefusal?, baselineCount: Int, valueCount: Int, limits: DrawingLimits?,
        capability: Capability?, findings: [QualityFinding], kind: ChartKind = .individuals,
        subgroup: Int = 1, baselineFrom: Timestamp? = nil
    ) {
        self.kind = kind
        self.subgroup = subgroup
        self.baselineFrom = baselineFrom
        self.signal = signal
        self.range = range
        self.times = times
        self.chart = chart
        self.refusal = refusal
        self.baselineCount = baselineCount
        self.valueCount = valueCount
        self.limits = limits
        self.capability = capability
        self.findings = findings
    }
}

extension World {
    /// Points on one chart; a signal with more values gives evenly spaced ones.
    static let chartPoints = 150
    /// Points that limits rest on: a phase I of 25, as the textbooks have it.
    static let baselinePoints = 25

    /// Frozen limits rest on values of at most so long after their start.
    private static let baselineReach = Elapsed.hours(24 * 28)

    /// A control chart of a signal's values, nil for a number that no signal has.
    ///
    /// The limits rest on the first 25 points from the frozen start on, else on the oldest 25 of
    /// the stretch, or on all where there are fewer; no run reaches across a gap. Without limits
    /// or a kind those of the characteristic hold. Blocks while it reads.
    public func qualityPicture(
        of id: SignalID, range: TimeRange, limits asked: DrawingLimits?, kind: ChartKind? = nil,
        subgroup: Int? = nil
    ) throws -> QualityPicture? {
        guard let signal = factory.signals[id] else { return nil }
        let watched = factory.characteristics[id]
        let limits =
            asked ?? watched.flatMap { DrawingLimits(lower: $0.lower, upper: $0.upper) }
        let size = max(1, min(25, subgroup ?? watched?.subgroup ?? 1))
        let kind = kind ?? (size > 10 ? .meanByDeviation : size > 1 ? .meanByRange : .individuals)
        let values = try ChartValues(
            samples.series(of: id, in: range), kind: kind,
            size: kind.isOfSubgroups ? max(2, size) : 1)
        var baseline = values.first(World.baselinePoints)
        var frozen: Timestamp?
        if let from = watched?.baselineFrom {
            let reach = TimeRange(start: from, end: min(from + World.baselineReach, time))
            let old = try ChartValues(
                samples.series(of: id, in: reach), kind: kind, size: values.size, keepAll: true)
            if old.points.count > 1 {
                baseline = old.first(World.baselinePoints)
                frozen = from
            }
        }
        var chart: ControlChart?
        var refusal: ChartRefusal?
        var capability: Capability?
        do throws(ChartRefusal) {
            let drawn = try values.chart(kind, baseline)
            chart = drawn.chart
            if let limits {
                capability = Capability(
                    values.points.flatMap(\.self), limits: limits, within: drawn.sigma)
            }
        } catch {
            refusal = error
        }
        if capability?.trust == Capability.Trust.none { capability = nil }
        let isLocation = kind.isLocation || kind == .weightedMean
        return QualityPicture(
            signal: signal, range: range, times: values.times(of: kind), chart: chart,
            refusal: refusal,
            baselineCount: baseline.points.count, valueCount: values.valueCount, limits: limits,
            capability: capability,
            findings: chart?.findings(limits: isLocation ? limits : nil) ?? [], kind: kind,
            subgroup: values.size, baselineFrom: frozen)
    }
}

/// The values behind the points of a chart.
private struct ChartValues {
    /// Values in a point.
    let size: Int
    /// Values of each point.
    let points: [[Double]]
    /// Time of each point: that of its last value.
    let times: [Timestamp]
    /// Points before which the process was not seen.
    let breaks: Set<Int>
    /// Values in the stretch of which the points were taken.
    let valueCount: Int

    /// Single values evenly spaced, or subgroups of values that follow one another.
    init(_ series: SampleSeries, kind: ChartKind, size: Int, keepAll: Bool = false) {
        self.size = size
        let usable = ChartValues.measurements(series)
        valueCount = usable.count
        let most = World.chartPoints
        var rows: [[Int]]
        if size > 1 {
            rows = stride(from: 0, to: usable.count - size + 1, by: size).map {
                Array(usable[$0..<$0 + size])
            }
            if !keepAll, rows.count > most { rows = Array(rows.suffix(most)) }
        } else {
            let step = keepAll ? 1 : max(1, (usable.count + most - 1) / most)
            // Counted from the newest, which is always shown.
            let kept = stride(from: usable.count - 1, through: 0, by: -step).reversed()
            rows = kept.map { [usable[$0]] }
        }
        points = rows.map { $0.compactMap { series.values[$0].asDouble } }
        times = rows.map { Timestamp(nanoseconds: series.times[$0[$0.count - 1]]) }
        breaks = ChartValues.breaks(series, rows.map { $0[0] })
    }

    private init(_ whole: ChartValues, first count: Int) {
        size = whole.size
        points = Array(whole.points.prefix(count))
        times = Array(whole.times.prefix(count))
        breaks = whole.breaks.filter { $0 < count }
        valueCount = whole.valueCount
    }

    /// The time of each point that a chart draws: a moving range begins with the second value.
    func times(of kind: ChartKind) -> [Timestamp] {
        guard kind == .movingRange else { return times }
        return times.indices.dropFirst().filter { !breaks.contains($0) }.map { times[$0] }
    }

    /// The oldest points.
    func first(_ count: Int) -> ChartValues { ChartValues(self, first: count) }

    /// A chart of these points with limits from others, and the standard deviation of one value.
    func chart(
        _ kind: ChartKind, _ baseline: ChartValues
    ) throws(ChartRefusal) -> (chart: ControlChart, sigma: Double) {
        if kind.isOfSubgroups {
            let usual = try SubgroupBaseline(baseline.points)
            let sigma =
                kind == .meanByDeviation || kind == .deviation
                ? usual.sigmaByDeviation : usual.sigmaByRange
            return (
                try .subgroups(points, kind: kind, baseline: usual, breaks: breaks), sigma
            )
        }
        let single = points.compactMap(\.first)
        let usual = try IndividualsBaseline(
            baseline.points.compactMap(\.first), breaks: baseline.breaks)
        switch kind {
        case .movingRange:
            return (try .movingRange(single, baseline: usual, breaks: breaks), usual.sigma)
        case .weightedMean:
            return (
                try .weightedMean(
                    single, target: usual.mean, sigma: usual.sigma, breaks: breaks), usual.sigma
            )
        case .cumulativeSum:
            return (
                try .cumulativeSum(single, target: usual.mean, sigma: usual.sigma), usual.sigma
            )
        default:
            return (try .individuals(single, baseline: usual, breaks: breaks), usual.sigma)
        }
    }

    /// Rows that are measurements of their own.
    ///
    /// A signal that mostly repeats its value shows one measurement until the next: each run of
    /// equal values counts once, where it begins.
    private static func measurements(_ series: SampleSeries) -> [Int] {
        let usable = series.times.indices.filter { row in
            series.quality(at: row).isUsable && (series.values[row].asDouble?.isFinite ?? false)
        }
        let changes = usable.indices.filter { place in
            place == 0 || series.values[usable[place]] != series.values[usable[place - 1]]
        }
        guard changes.count > 1, changes.count * 2 < usable.count else { return usable }
        return changes.map { usable[$0] }
    }

    /// Positions among the rows before which nothing was stored for ten minutes and for five
    /// times as long as usual.
    private static func breaks(_ series: SampleSeries, _ rows: [Int]) -> Set<Int> {
        let distances = zip(series.times.dropFirst(), series.times).map { $0 - $1 }
        guard let usual = distances.sorted().dropFirst(distances.count / 2).first else { return [] }
        let least = max(usual * 5, Elapsed.minutes(10).nanoseconds)
        var gaps = distances.indices.filter { distances[$0] > least }.map { $0 + 1 }[...]
        var breaks: Set<Int> = []
        for (place, row) in rows.enumerated() {
            while let gap = gaps.first, gap <= row {
                if place > 0 { breaks.insert(place) }
                gaps = gaps.dropFirst()
            }
        }
        return breaks
    }
}
