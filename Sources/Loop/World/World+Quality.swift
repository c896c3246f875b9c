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
    /// How many of the oldest points the limits rest on.
    public let baselineCount: Int
    /// Values in the stretch of which these points were taken.
    public let valueCount: Int
    /// The drawing limits asked with, nil for none.
    public let limits: DrawingLimits?
    /// How well it holds them, nil without limits or with fewer than 25 values.
    public let capability: Capability?
    /// What it says, the most urgent first.
    public let findings: [QualityFinding]

    /// A picture.
    public init(
        signal: Signal, range: TimeRange, times: [Timestamp], chart: ControlChart?,
        refusal: ChartRefusal?, baselineCount: Int, valueCount: Int, limits: DrawingLimits?,
        capability: Capability?, findings: [QualityFinding]
    ) {
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

    /// A control chart of a signal's values, nil for a number that no signal has.
    ///
    /// The limits rest on the oldest 25 points of the stretch, or on all where there are fewer;
    /// no run reaches across a gap. Blocks while it reads.
    public func qualityPicture(
        of id: SignalID, range: TimeRange, limits: DrawingLimits?
    ) throws -> QualityPicture? {
        guard let signal = factory.signals[id] else { return nil }
        let series = try samples.series(of: id, in: range)
        let usable = World.measurements(series)
        let step = max(1, (usable.count + World.chartPoints - 1) / World.chartPoints)
        // Counted from the newest, which is always shown.
        let kept = stride(from: usable.count - 1, through: 0, by: -step).reversed()
        let rows = kept.map { usable[$0] }
        let times = rows.map { Timestamp(nanoseconds: series.times[$0]) }
        let values = rows.compactMap { series.values[$0].asDouble }
        let breaks = World.breaks(series, rows)
        let baselineCount = min(World.baselinePoints, values.count)
        var chart: ControlChart?
        var refusal: ChartRefusal?
        var capability: Capability?
        do throws(ChartRefusal) {
            let baseline = try IndividualsBaseline(
                Array(values.prefix(baselineCount)), breaks: breaks)
            chart = try .individuals(values, baseline: baseline, breaks: breaks)
            if let limits {
                capability = Capability(values, limits: limits, within: baseline.sigma)
            }
        } catch {
            refusal = error
        }
        if capability?.trust == Capability.Trust.none { capability = nil }
        return QualityPicture(
            signal: signal, range: range, times: times, chart: chart, refusal: refusal,
            baselineCount: baselineCount, valueCount: usable.count, limits: limits,
            capability: capability, findings: chart?.findings(limits: limits) ?? [])
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
