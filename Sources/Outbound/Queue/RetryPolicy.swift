// When a message that did not go out is tried again: a function of what is known, nothing else.

public import Plant

/// When to try again.
public struct RetryPolicy: Hashable, Sendable {
    /// The wait after the first try; it doubles with every further one.
    public var firstWait: Elapsed
    /// The wait does not grow beyond this, unless the server asks for more.
    public var longestWait: Elapsed
    /// Nothing is tried for longer than this.
    public var longestTrying: Elapsed

    /// A policy from its parts.
    public init(
        firstWait: Elapsed = OutboundLimits.firstWait,
        longestWait: Elapsed = OutboundLimits.longestWait,
        longestTrying: Elapsed = OutboundLimits.longestTrying
    ) {
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.longestTrying = longestTrying
    }

    /// When to try again; nil to give up.
    ///
    /// `attempt` counts from 1. `since` is when the message was first to go, on the same
    /// monotonic clock as `now`. The wait is moved by up to a fifth either way, from the seed
    /// and the attempt alone, so that many boxes do not come back together; never below what
    /// the server asked for.
    public func next(
        after attempt: Int, _ problem: DeliveryProblem, since: Elapsed, now: Elapsed, seed: UInt64
    ) -> Elapsed? {
        guard case .backOff(let asked) = problem.advice else { return nil }
        var wait = firstWait
        for _ in 1..<max(2, min(attempt, 64)) where attempt > 1 && wait < longestWait {
            wait += wait
        }
        wait = min(wait, longestWait)
        let share = RetryPolicy.share(seed, UInt64(max(0, attempt)))
        let moved = Elapsed(nanoseconds: Int64(Double(wait.nanoseconds) * (0.8 + 0.4 * share)))
        let time = now + max(moved, asked)
        return time - since > longestTrying ? nil : time
    }

    /// A number from 0 up to but not including 1: the finaliser of SplitMix64.
    ///
    /// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
    /// 2014.
    private static func share(_ seed: UInt64, _ step: UInt64) -> Double {
        // Wrapping arithmetic is the definition of the hash.
        var bits = seed &+ step &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    }
}
