// Functions over the samples of a window, as Prometheus defines them.

/// A function over a window.
enum PromWindow: String {
    case rate, increase, delta
    case avg = "avg_over_time"
    case min = "min_over_time"
    case max = "max_over_time"
    case sum = "sum_over_time"
    case count = "count_over_time"
    case last = "last_over_time"
    case quantile = "quantile_over_time"

    /// The value of a window that is not empty, nil where there are too few samples.
    ///
    /// Times are in milliseconds, oldest first; the window is from `from` through `through`.
    func value(
        times: ArraySlice<Int64>, values: ArraySlice<Double>, from: Int64, through: Int64,
        share: Double
    ) -> Double? {
        switch self {
        case .rate, .increase, .delta:
            guard let change = change(times, values, from, through) else { return nil }
            return self == .rate ? change / (Double(through - from) / 1_000) : change
        case .avg: return PromWindow.mean(values)
        case .min: return values.min()
        case .max: return values.max()
        case .sum: return values.reduce(0, +)
        case .count: return Double(values.count)
        case .last: return values.last
        case .quantile: return PromWindow.quantile(share, values)
        }
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// The value below which a share of the values lies, between neighbours in proportion.
    static func quantile(_ share: Double, _ values: ArraySlice<Double>) -> Double? {
        guard !values.isEmpty, !share.isNaN else { return nil }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        let sorted = values.sorted()
        let rank = share * Double(sorted.count - 1)
        let low = Int(rank)
        let high = Swift.min(low + 1, sorted.count - 1)
        let weight = rank - Double(low)
        return sorted[low] * (1 - weight) + sorted[high] * weight
    }

    /// The change over a window, carried on to its ends as Prometheus does.
    ///
    /// Counters that fall have begun again at 0. Half a usual distance is added where a window
    /// goes on much further than the samples; a counter is not carried below 0. Source:
    /// Prometheus, `extrapolatedRate`.
    private func change(
        _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>, _ from: Int64, _ through: Int64
    ) -> Double? {
        guard times.count >= 2, let firstTime = times.first, let lastTime = times.last,
            let first = values.first, let last = values.last
        else { return nil }
        let isCounter = self != .delta
        var result = last - first
        if isCounter {
            var before = first
            for value in values.dropFirst() {
                if value < before { result += before }
                before = value
            }
        }
        let sampled = Double(lastTime - firstTime) / 1_000
        guard sampled > 0 else { return nil }
        let usual = sampled / Double(times.count - 1)
        let threshold = usual * 1.1
        var toStart = Double(firstTime - from) / 1_000
        var toEnd = Double(through - lastTime) / 1_000
        if toStart >= threshold { toStart = usual / 2 }
        if isCounter, result > 0, first >= 0 {
            toStart = Swift.min(toStart, sampled * (first / result))
        }
        if toEnd >= threshold { toEnd = usual / 2 }
        return result * (sampled + toStart + toEnd) / sampled
    }
}
