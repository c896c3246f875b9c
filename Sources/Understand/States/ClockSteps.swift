// Real elapsed time from stored times: jumps of the wall clock neither add nor remove any.
public import Plant

/// A jump of the wall clock.
public struct ClockStep: Hashable, Sendable, BitwiseCopyable {
    /// First wall time after the jump.
    public let at: Timestamp
    /// How far it jumped; negative when it was put back.
    public let by: Elapsed

    /// A jump.
    public init(at: Timestamp, by: Elapsed) {
        self.at = at
        self.by = by
    }
}

/// The stored jumps, as a measure of real elapsed time (decisions 22).
///
/// Elapsed time is the difference of stored times minus the steps between. A jump forward leaves
/// wall times that never were: they last no time. A jump back makes wall times happen twice: they
/// last twice as long, as far as they were seen before. Lengths of neighbouring ranges therefore
/// always add up.
public struct ClockSteps: Hashable, Sendable {
    /// Jumps in order of time.
    public let steps: [ClockStep]
    /// The first wall time that was seen at all; a jump back to before it repeats nothing there.
    private let since: Timestamp

    /// The jumps, which are sorted here, and the first wall time that was seen.
    public init(_ steps: [ClockStep] = [], since: Timestamp = .distantPast) {
        self.since = since
        self.steps = steps.filter { $0.by != .zero }.sorted { $0.at < $1.at }
    }

    /// No jump at all.
    public static let none = ClockSteps()

    /// Real elapsed time of a stored range; never negative.
    public func elapsed(_ range: TimeRange) -> Elapsed {
        var length = range.elapsed
        for step in steps {
            guard let shared = affected(step)?.intersection(range) else { continue }
            length = step.by > .zero ? length - shared.elapsed : length + shared.elapsed
        }
        return max(.zero, length)
    }

    /// Real elapsed time from one stored instant to a later one.
    public func elapsed(from start: Timestamp, to end: Timestamp) -> Elapsed {
        elapsed(TimeRange(start: start, end: end))
    }

    /// Whether the clock was put back over a moment that it has not reached again.
    public func isSetBack(at now: Timestamp) -> Bool {
        steps.contains { $0.by < .zero && $0.at <= now && now < $0.at - $0.by }
    }

    /// Whether a jump touches the range, so that its figures are to be flagged.
    public func touch(_ range: TimeRange) -> Bool {
        steps.contains { affected($0)?.overlaps(range) ?? false }
    }

    /// Wall times that never were (forward) or were twice (back).
    private func affected(_ step: ClockStep) -> TimeRange? {
        guard step.by < .zero else {
            return TimeRange(start: step.at - step.by, end: step.at)
        }
        let start = max(step.at, since)
        return start < step.at - step.by ? TimeRange(start: start, end: step.at - step.by) : nil
    }
}
