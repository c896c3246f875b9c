// The hours of a person's day in which only what presses gets through.

/// Quiet hours, in minutes of the site's day.
public struct QuietHours: Hashable, Sendable {
    /// First minute of quiet, 0 to 1,439.
    public let from: Int
    /// First minute after it, 0 to 1,439; smaller than `from` when midnight lies between.
    public let to: Int

    /// Quiet hours; nil when a minute is not of the day.
    ///
    /// Equal minutes mean no quiet at all.
    public init?(from: Int, to: Int) {
        guard (0..<1_440).contains(from), (0..<1_440).contains(to) else { return nil }
        self.from = from
        self.to = to
    }

    /// Whether a minute of the day is quiet.
    public func contains(minuteOfDay minute: Int) -> Bool {
        from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
    }
}
