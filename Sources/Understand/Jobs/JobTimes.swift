// Where the time of a job went on a machine: lengths that add up to all of it.
public import Plant

/// Time a job stood for one reason.
public struct StoppedTime: Hashable, Sendable {
    /// The reason; `fault` or `unexplained` where nobody has said.
    public let key: LossKey
    /// How long, real elapsed time.
    public let time: Elapsed
}

/// Lengths of time of a job; `elapsed` is the sum of running, stopped, set-up, planned and unseen.
public struct JobTimes: Hashable, Sendable {
    /// From start to end, as far as the job owned the machine.
    public private(set) var elapsed = Elapsed.zero
    /// Producing, slowly or at speed (APT).
    public private(set) var running = Elapsed.zero
    /// The part of `running` below the expected rate.
    public private(set) var slow = Elapsed.zero
    /// Being set up (AUST).
    public private(set) var setup = Elapsed.zero
    /// Not running and not meant to: planned stops, and what was not seen outside working time.
    public private(set) var planned = Elapsed.zero
    /// Working time that was not seen: neither running nor stopped.
    public private(set) var unseen = Elapsed.zero
    /// Standing although meant to run, longest first.
    public private(set) var stopped: [StoppedTime] = []
    /// Seen share of the time in which it was meant to run or did, 0 to 1; 1 for no such time.
    public private(set) var coverage = 1.0
    /// Whether less was seen than the states say, so that they may be wrong.
    public private(set) var isDoubted = false

    /// No time.
    init() {}

    /// The times of a stretch.
    init(_ stretch: JobStretch, steps: ClockSteps) {
        elapsed = steps.elapsed(stretch.range)
        var stops: [LossKey: Elapsed] = [:]
        for episode in stretch.episodes {
            guard let inside = episode.range.intersection(stretch.range) else { continue }
            let length = steps.elapsed(inside)
            switch episode.state {
            case .running: running += length
            case .slow:
                running += length
                slow += length
            case .setup: setup += length
            case .planned, .unknown: break
            case .stopped, .fault:
                let unsaid: LossKey = episode.state == .fault ? .fault : .unexplained
                stops[episode.reason.map { .reason($0) } ?? unsaid, default: .zero] += length
            }
        }
        stopped = JobTimes.ranked(stops)
        let silent = stretch.range.subtracting(
            stretch.episodes.filter { $0.state != .unknown }.map(\.range))
        for gap in silent {
            let off = stretch.working.map { gap.subtracting($0) } ?? []
            unseen += off.reduce(steps.elapsed(gap)) { $0 - steps.elapsed($1) }
        }
        planned = elapsed - busy - unseen
        let share = meant > .zero ? busy.seconds / meant.seconds : 1
        coverage = min(stretch.coverage ?? 1, share)
        isDoubted = coverage < share - JobLimits.leastDoubt
    }

    /// All time it stood although it was meant to run.
    public var stoppedTime: Elapsed { stopped.reduce(.zero) { $0 + $1.time } }
    /// Time that the job held the machine and was seen: running, stopped and being set up.
    public var busy: Elapsed { running + setup + stoppedTime }

    /// Time in which it was meant to run or did, seen or not.
    public var meant: Elapsed { busy + unseen }

    /// How long it stood for a reason.
    public func stopped(for key: LossKey) -> Elapsed {
        stopped.first { $0.key == key }?.time ?? .zero
    }

    /// The times of two stretches or machines together.
    static func + (left: JobTimes, right: JobTimes) -> JobTimes {
        var sum = left
        sum.elapsed += right.elapsed
        sum.running += right.running
        sum.slow += right.slow
        sum.setup += right.setup
        sum.planned += right.planned
        sum.unseen += right.unseen
        var stops: [LossKey: Elapsed] = [:]
        for stop in left.stopped + right.stopped { stops[stop.key, default: .zero] += stop.time }
        sum.stopped = ranked(stops)
        sum.isDoubted = left.isDoubted || right.isDoubted
        let all = left.meant.seconds + right.meant.seconds
        sum.coverage =
            all > 0
            ? (left.coverage * left.meant.seconds + right.coverage * right.meant.seconds) / all
            : min(left.coverage, right.coverage)
        return sum
    }

    private static func ranked(_ stops: [LossKey: Elapsed]) -> [StoppedTime] {
        stops.filter { $0.value > .zero }.map { StoppedTime(key: $0.key, time: $0.value) }
            .sorted { $0.time != $1.time ? $0.time > $1.time : $0.key.code < $1.key.code }
    }
}
