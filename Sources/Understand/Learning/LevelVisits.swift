// How long a trace stays below a limit: dips inside a cycle told from real stops.

import Plant

/// The visits of a trace below one limit, with the dips of its own cycle filled in.
struct LevelVisits {
    /// The limit with its dead band.
    let limit: Threshold
    /// How long a visit has to last to be a stop.
    let dwell: Elapsed
    /// How long being above has to last to count.
    let risenDwell: Elapsed
    /// The time below the limit, dips left out.
    let low: [TimeRange]
    /// Its length.
    let lowTime: Elapsed

    /// Longest dip that may belong to a cycle: the least short-stop limit.
    private static let longestDip = UnderstandLimits.shortStop
    /// Dips of one kind that make a cycle.
    private static let leastDips = 20
    /// Dwell where no cycle dips.
    private static let usualDwell = Elapsed.seconds(10)

    /// The visits of a series; a value holds until the next one, at most `hold`.
    init(_ series: SampleSeries, limit: Threshold, hold: Elapsed) {
        self.limit = limit
        var lows: [TimeRange] = []
        var highs: [Int64] = []
        var isLow: Bool?
        var since: Int64 = 0
        var end: Int64 = 0
        func close(_ time: Int64) {
            guard let isLow, time > since else { return }
            if isLow {
                lows.append(
                    TimeRange(
                        start: Timestamp(nanoseconds: since), end: Timestamp(nanoseconds: time)))
            } else {
                highs.append(time - since)
            }
        }
        LevelVisits.each(series) { time, value in
            if let was = isLow, time <= end {
                let now = was ? value < limit.rise : value <= limit.fall
                if now != was {
                    close(time)
                    isLow = now
                    since = time
                }
            } else {
                close(end)
                isLow = value < limit.rise
                since = time
            }
            end = time + hold.nanoseconds
        }
        close(series.times.last ?? end)
        highs.sort()
        let dwell = LevelVisits.dwell(lows.map(\.elapsed), highs)
        self.dwell = dwell
        low = lows.filter { $0.elapsed >= dwell }
        lowTime = low.reduce(.zero) { $0 + $1.elapsed }
        let short = highs.isEmpty ? 0 : highs[highs.count / 10] / 2
        risenDwell = min(.seconds(5), max(.seconds(1), Elapsed(nanoseconds: short)))
    }

    /// Where a cycle ends and a stop begins, by the lengths of all visits and of all rises.
    ///
    /// At least twenty dips of much the same length, at much the same distance, are a cycle: a
    /// stop lasts twice as long as all but a twentieth of them. Without a cycle it is a short
    /// fixed time, at most half of the usual stop.
    private static func dwell(_ lengths: [Elapsed], _ highs: [Int64]) -> Elapsed {
        let dips = lengths.filter { $0 <= longestDip }.sorted()
        if dips.count >= leastDips {
            let first = dips[dips.count / 4]
            let third = dips[dips.count * 3 / 4]
            let isEven =
                !highs.isEmpty && highs[highs.count * 3 / 4] <= 4 * highs[highs.count / 4]
            if isEven, third.nanoseconds <= 3 * max(first.nanoseconds, 1_000_000_000) {
                let most = dips[dips.count * 19 / 20].nanoseconds
                return min(longestDip, max(usualDwell, Elapsed(nanoseconds: most * 2)))
            }
        }
        guard lengths.count >= 3 else { return usualDwell }
        let middle = lengths.sorted()[lengths.count / 2]
        return min(usualDwell, max(.seconds(2), Elapsed(nanoseconds: middle.nanoseconds / 2)))
    }

    /// The usable numbers of a series in order of time.
    static func each(_ series: SampleSeries, _ body: (Int64, Double) -> Void) {
        if case .numbers(let values) = series.values, series.quality.isEmpty {
            for index in values.indices where values[index].isFinite {
                body(series.times[index], values[index])
            }
            return
        }
        for index in series.times.indices {
            guard series.quality(at: index).isUsable, let value = series.values[index].asDouble,
                value.isFinite
            else { continue }
            body(series.times[index], value)
        }
    }
}

/// The layers of a trace between nested limits: the time that each adds to the one below it.
struct TraceLayers {
    /// Mean value of each layer, the lowest first; one more than there are limits.
    let means: [Double]
    /// Layers of a series between limits, the lowest first.
    init(_ series: SampleSeries, _ visits: [LevelVisits], hold: Elapsed) {
        var sums = [Double](repeating: 0, count: visits.count + 1)
        var lengths = sums
        var places = [Int](repeating: 0, count: visits.count)
        var last: (time: Int64, value: Double)?
        LevelVisits.each(series) { time, value in
            defer { last = (time, value) }
            guard let last else { return }
            let length = Double(min(time - last.time, hold.nanoseconds)) / 1e9
            let start = Timestamp(nanoseconds: last.time)
            var layer = visits.count
            for index in visits.indices.reversed() {
                while places[index] < visits[index].low.count,
                    visits[index].low[places[index]].end <= start
                { places[index] += 1 }
                if places[index] < visits[index].low.count,
                    visits[index].low[places[index]].start <= start
                {
                    layer = index
                }
            }
            sums[layer] += last.value * length
            lengths[layer] += length
        }
        means = zip(sums, lengths).map { $1 > 0 ? $0 / $1 : 0 }
    }
}
