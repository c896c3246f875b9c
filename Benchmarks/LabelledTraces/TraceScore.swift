// How far found states agree with the truth, by time, and what a single fixed limit would reach.
public import Plant

/// Agreement of found states with the truth.
public enum TraceScore {
    /// The share of a stretch in which found states are the true ones, 0 to 1.
    ///
    /// Both lists are in order of time; where nothing was found counts as wrong.
    public static func agreement(
        _ found: [ObservedEpisode], truth: [ObservedEpisode], over range: TimeRange
    ) -> Double {
        var right = Elapsed.zero
        var index = 0
        for known in truth {
            while index < found.count, found[index].range.end <= known.range.start { index += 1 }
            var place = index
            while place < found.count, found[place].range.start < known.range.end {
                if found[place].state == known.state,
                    let shared = found[place].range.intersection(known.range)?
                        .intersection(range)
                {
                    right += shared.elapsed
                }
                place += 1
            }
        }
        return right.seconds / range.elapsed.seconds
    }

    /// The best agreement that one limit reaches, chosen with the truth at hand: above it the
    /// machine runs, below it is in the one other state that fits best.
    public static func bestFixedLimit(_ trace: LabelledTrace, over range: TimeRange) -> Double {
        guard case .numbers(let values) = trace.series.values else { return 0 }
        var rows: [(value: Double, state: ObservedState)] = []
        var place = 0
        for (time, value) in zip(trace.series.times, values) {
            let instant = Timestamp(nanoseconds: time)
            guard range.contains(instant) else { continue }
            while trace.truth[place].range.end <= instant { place += 1 }
            rows.append((value, trace.truth[place].state))
        }
        rows.sort { $0.value < $1.value }
        let total = rows.count
        var runningAbove = rows.count { $0.state == .running }
        var below: [ObservedState: Int] = [:]
        var best = runningAbove
        var index = 0
        while index < total {
            let value = rows[index].value
            while index < total, rows[index].value == value {
                if rows[index].state == .running {
                    runningAbove -= 1
                } else {
                    below[rows[index].state, default: 0] += 1
                }
                index += 1
            }
            best = max(best, runningAbove + (below.values.max() ?? 0))
        }
        return Double(best) / Double(max(1, total))
    }
}
