// When a machine runs, but below the rate that its job expects.
public import Plant

/// Running below the expected rate, definition `slow/1`.
///
/// A run is cut into windows of ten ideal part times, at least five minutes, counted from the
/// start of the run or of the job. A window with less than 0.85 of the parts that its length
/// allows at the ideal time is slow. The rest of a run, too short to judge, is as the window
/// before it; a run shorter than one window is not judged.
public struct SlowRule: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "slow/1"

    /// Planned time per part.
    public let idealPerPart: Elapsed

    /// A rule for a job's ideal time; nil when there is none to compare with.
    public init?(idealPerPart: Elapsed?) {
        guard let idealPerPart, idealPerPart > .zero else { return nil }
        self.idealPerPart = idealPerPart
    }

    /// Length of one window.
    public var window: Elapsed {
        let (parts, overflow) = idealPerPart.nanoseconds.multipliedReportingOverflow(
            by: UnderstandLimits.slowWindowParts)
        return max(
            UnderstandLimits.slowWindow, Elapsed(nanoseconds: overflow ? .max : parts))
    }

    /// Whether a window of a length with so many parts is slow.
    public func isSlow(parts: Int64, in length: Elapsed) -> Bool {
        Double(parts) * idealPerPart.seconds < UnderstandLimits.slowShare * length.seconds
    }

    /// The slow stretches of one run.
    public func slowStretches(run: TimeRange, counts: CountIncrements) -> [TimeRange] {
        var stretches: [TimeRange] = []
        var start = run.start
        var wasSlow = false
        while start + window <= run.end {
            let part = TimeRange(start: start, end: start + window)
            wasSlow = isSlow(parts: counts.total(in: part), in: part.elapsed)
            if wasSlow { SlowRule.append(part, to: &stretches) }
            start = part.end
        }
        if wasSlow, start < run.end {
            SlowRule.append(TimeRange(start: start, end: run.end), to: &stretches)
        }
        return stretches
    }

    /// The slow stretches of a machine: its observed runs, judged by the job on it at the time.
    public static func slowStretches(
        observed: [ObservedEpisode], jobs: [JobRun], counts: CountIncrements
    ) -> [TimeRange] {
        var stretches: [TimeRange] = []
        let runs = observed.filter { $0.state == .running }.map(\.range)
        let starts = runs.map(\.start.nanoseconds)
        for job in jobs {
            guard let rule = SlowRule(idealPerPart: job.idealPerPart) else { continue }
            // The run before the first that starts inside the job may reach into it.
            let first = ObservedStates.firstIndex(
                starts, notBefore: job.range.start.nanoseconds)
            for index in max(0, first - 1)..<runs.count {
                guard runs[index].start < job.range.end else { break }
                guard let run = runs[index].intersection(job.range) else { continue }
                stretches += rule.slowStretches(run: run, counts: counts)
            }
        }
        return stretches.sorted { $0.start < $1.start }
    }

    private static func append(_ part: TimeRange, to stretches: inout [TimeRange]) {
        if let last = stretches.last, last.end == part.start {
            stretches[stretches.count - 1].end = part.end
        } else {
            stretches.append(part)
        }
    }
}
