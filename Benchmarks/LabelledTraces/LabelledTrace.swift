// Traces whose truth is known: what a sensor showed of a machine, and what the machine really did.
public import Plant

/// One day of one sensor at one machine, with what the machine really did.
public struct LabelledTrace: Sendable {
    /// Machine and circumstances, such as `lathe, current, noisy`.
    public let name: String
    /// One value a second.
    public let series: SampleSeries
    /// The truth, tiling ``range``: off, idle or running.
    public let truth: [ObservedEpisode]
    /// The day.
    public let range: TimeRange
    /// Whether nobody could tell the states apart from this sensor.
    public let isAmbiguous: Bool

    /// A trace.
    public init(
        name: String, series: SampleSeries, truth: [ObservedEpisode], range: TimeRange,
        isAmbiguous: Bool
    ) {
        self.name = name
        self.series = series
        self.truth = truth
        self.range = range
        self.isAmbiguous = isAmbiguous
    }

    /// All traces, the same for one seed: four or more of each of ten kinds of machine, and those
    /// that are ambiguous on purpose.
    public static func all(seed: UInt64) -> [LabelledTrace] {
        TraceModel.all.enumerated().map { index, model in
            var random = TraceRandom(seed: seed &+ UInt64(index) &* 7919)
            return model.trace(&random)
        }
    }

    /// The samples before a time.
    public func learning(until time: Timestamp) -> SampleSeries {
        let count = series.times.firstIndex { $0 >= time.nanoseconds } ?? series.count
        guard case .numbers(let values) = series.values else { return series }
        return SampleSeries(
            times: Array(series.times[..<count]), values: .numbers(Array(values[..<count])))
    }
}

/// Random numbers that are the same on every machine: no library function enters.
struct TraceRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    mutating func share() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// Between two numbers.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * share() }

    /// Close to a standard normal: the sum of twelve shares less six.
    mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += share() }
        return sum
    }
}
