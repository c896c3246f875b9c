// The rule of the Numenta Anomaly Benchmark: what a series of anomaly scores is worth.

/// One file of the benchmark: its times, its values and the windows in which it is anomalous.
public struct AnomalyFile: Sendable {
    /// Its name.
    public let name: String
    /// Seconds since 1970, as they stand: they may step back.
    public let times: [Int64]
    /// Values.
    public let values: [Double]
    /// First and last row of each window.
    public let windows: [ClosedRange<Int>]

    /// A file; windows are given in seconds since 1970.
    public init(name: String, times: [Int64], values: [Double], windows: [ClosedRange<Int64>]) {
        self.name = name
        self.times = times
        self.values = values
        self.windows = windows.compactMap { window in
            let rows = times.indices.filter { window.contains(times[$0]) }
            guard let first = rows.first, let last = rows.last else { return nil }
            return first...last
        }
    }

    /// Rows at the start that are not scored.
    public var probation: Int { min(values.count * 15 / 100, 750) }
}

/// Weights of the standard profile: one for a window, 0.11 for a row outside.
public enum AnomalyScore {
    private static let missed = 1.0
    private static let outside = 0.11

    /// What detections in one file gave.
    public struct Result: Hashable, Sendable {
        /// Points: from minus the windows to the windows.
        public let raw: Double
        /// Windows that were found.
        public let found: Int
        /// Detections outside of all windows.
        public let wrong: Int
    }

    /// The score of one file: rows whose score reaches a threshold are detections.
    public static func score(
        _ file: AnomalyFile, _ scores: [Double], threshold: Double, exponential: (Double) -> Double
    ) -> Result {
        func sigmoid(_ place: Double) -> Double {
            place > 3 ? -1 : 2 / (1 + exponential(5 * place)) - 1
        }
        let most = sigmoid(-1)
        var best: [Int: Double] = [:]
        var wrong = 0
        var raw = 0.0
        for row in file.probation..<file.values.count where scores[row] >= threshold {
            if let number = file.windows.firstIndex(where: { $0.contains(row) }) {
                let window = file.windows[number]
                let place =
                    -Double(window.upperBound - row + 1)
                    / Double(window.upperBound - window.lowerBound + 1)
                best[number] = max(best[number] ?? -.infinity, sigmoid(place) / most)
            } else {
                wrong += 1
                if let before = file.windows.last(where: { $0.upperBound < row }) {
                    let width = Double(before.upperBound - before.lowerBound)
                    raw += outside * sigmoid(Double(row - before.upperBound) / width)
                } else {
                    raw -= outside
                }
            }
        }
        raw += best.values.sorted().reduce(0, +)
        raw -= missed * Double(file.windows.count - best.count)
        return Result(raw: raw, found: best.count, wrong: wrong)
    }

    /// Of 100: nothing found is 0, everything at once and nothing else is 100.
    public static func corpus(_ raw: Double, windows: Int) -> Double {
        100 * (raw + Double(windows)) / (2 * Double(windows))
    }
}
