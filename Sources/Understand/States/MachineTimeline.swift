// What was seen, what was planned and what people said, joined into one row of machine states.
public import Plant

/// One standstill of a machine: from the end of production to its return.
///
/// A break inside it does not end it; a time off of more than two hours does, and so does time
/// that was not seen.
public struct MachineStop: Hashable, Sendable {
    /// From when until when.
    public let range: TimeRange
    /// The part that counts as lost: `stopped` or `fault` inside planned time.
    public let lost: [TimeRange]
    /// `fault` when the machine reported one in it, else `stopped`, `setup` or `planned`.
    public let state: MachineState
    /// The latest reason given, nil while nobody has said.
    public let reason: Slug?
    /// What more was said; may be empty.
    public let detail: String
    /// Journal number of that reason, nil without one.
    public let entry: Int64?
    /// Whether it has not ended yet.
    public let isOpen: Bool

    /// Lost time by the stored clock.
    public var lostTime: Elapsed { lost.reduce(.zero) { $0 + $1.elapsed } }
}

/// The states of one machine over a stretch of time.
///
/// Definition `timeline/1`, first that holds (decisions 23):
/// - `unknown`: not seen;
/// - `fault`: the machine says so, inside planned time or not;
/// - `setup`: inside a setup mark, also while it turns (a trial run belongs to setup) unless good
///   parts are booked for a stretch inside the mark; or a stop whose reason means setup;
/// - `slow`, `running`: it produces, inside planned time or not;
/// - `planned`: not producing inside a planned mark, outside working time, or in a stop whose
///   reason means planned;
/// - `stopped`: everything else.
///
/// Where marks overlap the later entry wins. A reason belongs to the whole stop around its moment;
/// of several the later entry wins.
public struct MachineTimeline: Hashable, Sendable {
    /// The stretch that the episodes tile.
    public let range: TimeRange
    /// States without gap or overlap, in order of time.
    public let episodes: [StateEpisode]
    /// Standstills in order of time.
    public let stops: [MachineStop]
    /// Planned working time, in order of time.
    public let working: [TimeRange]
    /// What was said in it.
    public let annotations: Annotations

    /// The states of a stretch.
    ///
    /// `observed` and `working` are in order of time and need not be cut to `range`. Give a range
    /// that begins before the first stop of interest and take a ``slice(_:)`` of it: a reason is
    /// found by the whole stop. `isLive` says that the end of the range is the present.
    public init(
        range: TimeRange, observed: [ObservedEpisode], working: [TimeRange],
        annotations: Annotations, reasons: [Slug: StopReason] = [:], slow: [TimeRange] = [],
        isLive: Bool = false
    ) {
        let builder = TimelineBuilder(
            range: range, observed: observed, working: working, annotations: annotations,
            reasons: reasons, slow: slow, isLive: isLive)
        let (episodes, stops) = builder.build()
        self.init(
            range: range, episodes: episodes, stops: stops,
            working: working.compactMap { $0.intersection(range) }, annotations: annotations)
    }

    private init(
        range: TimeRange, episodes: [StateEpisode], stops: [MachineStop], working: [TimeRange],
        annotations: Annotations
    ) {
        self.range = range
        self.episodes = episodes
        self.stops = stops
        self.working = working
        self.annotations = annotations
    }

    /// The part of the timeline inside a range; stops keep their reason and lose what is outside.
    public func slice(_ part: TimeRange) -> MachineTimeline {
        guard let inside = part.intersection(range) else {
            return MachineTimeline(
                range: TimeRange(start: part.start, end: part.start), episodes: [], stops: [],
                working: [], annotations: annotations)
        }
        let cut = episodes.compactMap { episode -> StateEpisode? in
            guard let shared = episode.range.intersection(inside) else { return nil }
            var copy = episode
            copy.range = shared
            copy.isOpen = episode.isOpen && shared.end == episode.range.end
            return copy
        }
        let kept = stops.compactMap { stop -> MachineStop? in
            guard let shared = stop.range.intersection(inside) else { return nil }
            return MachineStop(
                range: shared, lost: stop.lost.compactMap { $0.intersection(inside) },
                state: stop.state, reason: stop.reason, detail: stop.detail, entry: stop.entry,
                isOpen: stop.isOpen && shared.end == stop.range.end)
        }
        return MachineTimeline(
            range: inside, episodes: cut, stops: kept,
            working: working.compactMap { $0.intersection(inside) }, annotations: annotations)
    }

    /// The episode around an instant, nil outside the range; the end belongs to the last one.
    public func episode(at time: Timestamp) -> StateEpisode? {
        if time == range.end { return episodes.last }
        var low = 0
        var high = episodes.count
        while low < high {
            let middle = (low + high) / 2
            if episodes[middle].range.end <= time { low = middle + 1 } else { high = middle }
        }
        guard low < episodes.count, episodes[low].range.contains(time) else { return nil }
        return episodes[low]
    }

    /// The stop around an instant, nil while it was producing or unseen.
    public func stop(at time: Timestamp) -> MachineStop? {
        if time == range.end { return stops.last { $0.range.end == time } }
        return stops.last { $0.range.contains(time) }
    }

    /// When the present run of producing, of standing or of anything else began.
    ///
    /// Running and running slow are one run; nil for an empty timeline.
    public var currentSince: Timestamp? {
        guard let last = episodes.last else { return nil }
        var since = last.range.start
        for episode in episodes.dropLast().reversed() {
            let isSame =
                episode.state == last.state
                || (episode.state.isProducing && last.state.isProducing)
            guard isSame else { break }
            since = episode.range.start
        }
        return since
    }

    /// Stretches in which it was set up, in order of time.
    public var setups: [TimeRange] {
        episodes.filter { $0.state == .setup }.map(\.range)
    }

    /// Stretches that were not seen, in order of time.
    public var unseen: [TimeRange] {
        episodes.filter { $0.state == .unknown }.map(\.range)
    }
}
