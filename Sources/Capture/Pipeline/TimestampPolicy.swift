// Which time a sample gets: its source's, or its arrival's (decisions 8).

public import Plant

/// What a streamed source's time is worth at its arrival.
public struct StampedTime: Hashable, Sendable {
    /// The time to store.
    public let time: Timestamp
    /// Arrival minus stored time; zero where the two are the same.
    public let lateness: Elapsed
    /// Good, or `uncertain/clock` when the source's time cannot be right.
    public let quality: Quality
}

/// The one place that decides between source and arrival time.
public enum TimestampPolicy {
    /// The time of a polled or streamed sample: the source's where it has one and it lies within
    /// 24 h behind and 5 min ahead of arrival, else the arrival's with `uncertain/clock`.
    public static func stamp(source: Timestamp?, arrival: Timestamp) -> StampedTime {
        guard let source else {
            return StampedTime(time: arrival, lateness: .zero, quality: .good)
        }
        guard source >= arrival - CaptureLimits.pastTolerance,
            source <= arrival + CaptureLimits.futureTolerance
        else { return StampedTime(time: arrival, lateness: .zero, quality: .uncertainClock) }
        return StampedTime(time: source, lateness: arrival - source, quality: .good)
    }

    /// Whether HTTP and file intake refuse a time: more than 5 min ahead of arrival.
    public static func isTooEarly(_ time: Timestamp, arrival: Timestamp) -> Bool {
        time > arrival + CaptureLimits.futureTolerance
    }
}
