// Cycles counted in a trace while a machine runs, and how far they agree with the parts booked.

public import Plant

/// Cycles of a machine in a stretch of its trace, definition `cycles/1`.
///
/// The period is the first peak of the autocorrelation of the longest run; the shape of a cycle is
/// the median of the cycles of that run; a cycle is counted where the shape fits with a
/// correlation of at least 0.8. Ten samples a cycle are needed. Source:
/// `domain/state-inference.md`, cycle detection.
public struct CycleCount: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "cycles/1"

    /// Length of one cycle.
    public let period: Elapsed
    /// Height of the autocorrelation's peak, 0.5 to 1.
    public let strength: Double
    /// Cycles that were counted.
    public let count: Int
    /// Share of the running time that the counted cycles fill, times how well they fit, 0 to 1.
    public let confidence: Double
    /// Running time that was looked at.
    public let running: Elapsed

    /// Samples that a cycle needs, and those of a run that are looked at for its period.
    private static let samples = (least: 10, most: 4_096)
    /// Cycles that a run needs before a period is believed.
    private static let leastCycles = 4

    /// Counts cycles in the runs of a trace; nil where no period shows.
    ///
    /// `running` are the runs in order of time. Samples are taken as evenly spaced as they mostly
    /// are; runs with gaps of more than twice that are cut there.
    public init?(_ series: SampleSeries, running: [TimeRange]) {
        let runs = CycleCount.runs(series, running)
        guard let step = CycleCount.usualStep(series),
            let longest = runs.max(by: { $0.count < $1.count })
        else { return nil }
        let part = Array(longest.prefix(CycleCount.samples.most))
        let most = part.count / CycleCount.leastCycles
        guard most > CycleCount.samples.least,
            let period = CycleFinding.period(part, lags: CycleCount.samples.least...most)
        else { return nil }
        let length = Int(period.samples.rounded())
        guard let shape = CycleCount.shape(part, length: length) else { return nil }
        var count = 0
        var fits = 0.0
        var seconds = 0.0
        for run in runs {
            seconds += Double(run.count) * step.seconds
            let found = CycleFinding.occurrences(run, template: shape)
            let all = CycleFinding.fits(run, template: shape)
            count += found.count
            fits += found.reduce(0) { $0 + all[$1] }
        }
        self.period = Elapsed(nanoseconds: Int64(period.samples * Double(step.nanoseconds)))
        strength = period.strength
        self.count = count
        self.running = Elapsed(nanoseconds: Int64(seconds * 1e9))
        let filled = Double(count) * period.samples * step.seconds / max(seconds, 1e-9)
        confidence =
            count > 0 ? min(filled, 1 / max(filled, 1e-9)) * fits / Double(count) : 0
    }

    /// The shape of a cycle: the median of those that fit the first whole one well.
    private static func shape(_ values: [Double], length: Int) -> [Double]? {
        guard length >= 2, values.count >= 2 * length else { return nil }
        // A run begins with a cycle, so that none is cut at either end of it.
        let first = Array(values[..<length])
        let alike = CycleFinding.occurrences(values, template: first, atLeast: 0.7)
        return CycleFinding.template(values, starts: alike, length: length) ?? first
    }

    /// The distance that samples mostly have; nil of fewer than two.
    private static func usualStep(_ series: SampleSeries) -> Elapsed? {
        let steps = zip(series.times.dropFirst(), series.times).map { $0 - $1 }.sorted()
        guard let middle = steps.dropFirst(steps.count / 2).first, middle > 0 else { return nil }
        return Elapsed(nanoseconds: middle)
    }

    /// The values of each run, cut where samples are missing.
    private static func runs(_ series: SampleSeries, _ running: [TimeRange]) -> [[Double]] {
        guard let step = usualStep(series)?.nanoseconds else { return [] }
        var runs: [[Double]] = []
        var place = 0
        var run: [Double] = []
        var last = Int64.min
        func close() {
            if run.count >= samples.least { runs.append(run) }
            run = []
        }
        LevelVisits.each(series) { time, value in
            let moment = Timestamp(nanoseconds: time)
            while place < running.count, running[place].end <= moment {
                place += 1
                close()
            }
            guard place < running.count, running[place].start <= moment else { return }
            if last > .min, time &- last > 2 * step { close() }
            run.append(value)
            last = time
        }
        close()
        return runs
    }

    /// Whether the counted cycles differ from the parts of the same time by more than two and by
    /// more than 3 %.
    public func differs(from parts: Int64) -> Bool {
        abs(Double(count) - Double(parts)) > max(2, 0.03 * Double(max(parts, 1)))
    }
}
