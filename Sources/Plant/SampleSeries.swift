// Stored samples of one signal, read back in order of time.

/// Samples of one signal, oldest first, one for each instant.
public struct SampleSeries: Hashable, Sendable {
    /// Nanoseconds since 1970, strictly increasing.
    public var times: [Int64]
    /// One value for each time.
    public var values: ColumnValues
    /// One quality for each time, or empty when all are good.
    public var quality: [Quality]

    /// A series.
    public init(times: [Int64], values: ColumnValues, quality: [Quality] = []) {
        self.times = times
        self.values = values
        self.quality = quality
    }

    /// An empty series of a kind.
    public static func empty(_ kind: ValueKind) -> SampleSeries {
        SampleSeries(times: [], values: .empty(kind))
    }

    /// Number of samples.
    public var count: Int { times.count }

    /// The quality at a position.
    public func quality(at index: Int) -> Quality { quality.isEmpty ? .good : quality[index] }
}

/// The newest sample of a signal.
public struct LastValue: Hashable, Sendable {
    /// When it was measured.
    public let time: Timestamp
    /// What was measured.
    public let value: Scalar
    /// How far to trust it.
    public let quality: Quality

    /// A newest sample.
    public init(time: Timestamp, value: Scalar, quality: Quality) {
        self.time = time
        self.value = value
        self.quality = quality
    }
}

/// What a chart draws in one column of pixels.
public struct Bucket: Hashable, Sendable, BitwiseCopyable {
    /// The stretch of time.
    public let range: TimeRange
    /// Usable samples in it; 0 means a gap.
    public let count: Int
    /// Smallest value.
    public let minimum: Double
    /// Largest value.
    public let maximum: Double
    /// Mean of the samples.
    public let mean: Double
    /// First value.
    public let first: Double
    /// Last value.
    public let last: Double

    /// A bucket; the figures are meaningless when `count` is 0.
    public init(
        range: TimeRange, count: Int, minimum: Double, maximum: Double, mean: Double,
        first: Double, last: Double
    ) {
        self.range = range
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.first = first
        self.last = last
    }
}
