// Whether a machine needs a person now, and whether somebody is already on it.
public import Plant

/// Why a machine needs a person.
public struct Attention: Hashable, Sendable {
    /// What is wrong.
    public enum Cause: String, Hashable, Sendable {
        /// The machine shows a fault.
        case fault
        /// It has stood longer than a short stop, and nobody has said why.
        case unexplainedStop
    }

    /// What is wrong.
    public let cause: Cause
    /// Since when.
    public let since: Timestamp
    /// Whether a person has said "I am on it" since then.
    ///
    /// It changes the sentence, not the colour.
    public let isSeen: Bool

    /// What a machine needs at the end of its timeline; nil when nobody is needed.
    ///
    /// Its short-stop limit is that of the job on it. Outside planned time a stop needs nobody.
    public init?(timeline: MachineTimeline) {
        guard let episode = timeline.episodes.last, let since = timeline.currentSince else {
            return nil
        }
        let now = timeline.range.end
        switch episode.state {
        case .fault: cause = .fault
        case .stopped:
            let stop = timeline.stop(at: now)
            guard episode.reason == nil else { return nil }
            let rule = ShortStopRule(
                jobs: timeline.annotations.jobs, at: stop?.range.start ?? since)
            let lost = stop?.lostTime ?? (now - since)
            guard lost >= rule.limit else { return nil }
            cause = .unexplainedStop
        default: return nil
        }
        self.since = since
        isSeen = timeline.annotations.seen.contains { $0 >= since && $0 <= now }
    }
}
