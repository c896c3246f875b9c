// When to connect, wait, mark a gap and speak: the decisions of supervision as a pure step.

public import Plant

/// What happened to one connection.
public enum SupervisorEvent: Hashable, Sendable {
    /// Supervision begins.
    case begin
    /// A connection attempt starts.
    case attempt
    /// The connector said something.
    case report(ConnectorReport)
    /// The session ended with an error; `jitter` is from 0 up to but not including 1.
    case ended(ConnectorError, jitter: Double)
    /// Time has passed.
    case tick
    /// Supervision ends: the program stops, the configuration changed or the stop switch is on.
    case stopped
}

/// What is to be done about it.
public enum SupervisorEffect: Hashable, Sendable {
    /// Connect after a wait.
    case connect(after: Elapsed)
    /// Do not connect before the configuration changes.
    case hold
    /// Say once that the connection is lost.
    case sayLost(ConnectorError)
    /// Say once that it is back, after so long.
    case sayRecovered(after: Elapsed)
    /// Store the state of the link (decisions 10).
    case link(isUp: Bool, at: Timestamp)
    /// Store one `bad/comm` marker for a group.
    case mark(group: Int, at: Timestamp)
}

/// The decisions of supervision for one connection.
///
/// A value: the same events at the same times give the same effects.
public struct SupervisorPolicy: Sendable {
    private struct Group: Sendable {
        let period: Elapsed?
        var failures = 0
        var lastGood: Timestamp?
        var lastGoodAt: Elapsed
        var isMarked = false
    }

    private var groups: [Group]
    private var failuresInRow = 0
    private var lastAttempt: Elapsed?
    private var lostAt: Elapsed?
    private var startedWall = Timestamp(nanoseconds: 0)
    private var linkIsUp: Bool?
    /// The counts and words for the page of machines.
    public private(set) var status: ConnectionStatus

    /// The policy of a connection that reads these groups.
    public init(groups: [PollGroup], status: ConnectionStatus) {
        self.groups = groups.map { Group(period: $0.period, lastGoodAt: .zero) }
        self.status = status
    }

    /// Takes one event at a monotonic and a wall time; returns what is to be done, in order.
    public mutating func step(
        _ event: SupervisorEvent, now: Elapsed, wall: Timestamp
    ) -> [SupervisorEffect] {
        switch event {
        case .begin:
            startedWall = wall
            for index in groups.indices { groups[index].lastGoodAt = now }
            status.move(to: .starting, words: "Starting", at: wall)
            return [.connect(after: .zero)]
        case .attempt:
            lastAttempt = now
            status.attempts += 1
            status.nextAttempt = nil
            return []
        case .report(let report): return take(report, now, wall)
        case .ended(let error, let jitter): return end(error, jitter, now, wall)
        case .tick: return dueMarkers(now)
        case .stopped:
            status.move(to: .stopped, words: "Not connected: switched off", at: wall)
            status.nextAttempt = nil
            return setLink(false, wall)
        }
    }

    private mutating func take(
        _ report: ConnectorReport, _ now: Elapsed, _ wall: Timestamp
    ) -> [SupervisorEffect] {
        switch report {
        case .established: return succeed(now, wall)
        case .polled(let group, let time):
            status.polls += 1
            if groups.indices.contains(group) {
                groups[group].failures = 0
                groups[group].lastGood = time
                groups[group].lastGoodAt = now
                groups[group].isMarked = false
            }
            return succeed(now, wall)
        case .received(let count):
            status.received += Int64(count)
            return succeed(now, wall)
        case .requestFailed(let group, let reason):
            status.failedRequests += 1
            status.problem = reason
            if groups.indices.contains(group) { groups[group].failures += 1 }
            return dueMarkers(now)
        case .pollsLost(let count): status.lostPolls += Int64(count)
        case .problem(let sentence): status.problem = sentence
        case .dropped(_, _, let count): status.droppedSamples += Int64(count)
        case .counter: break
        }
        return []
    }

    /// A success resets the back-off and ends a loss.
    private mutating func succeed(_ now: Elapsed, _ wall: Timestamp) -> [SupervisorEffect] {
        failuresInRow = 0
        status.lastSuccess = wall
        guard status.phase != .connected else { return [] }
        status.move(to: .connected, words: "Connected", at: wall)
        status.remedy = nil
        status.problem = nil
        var effects: [SupervisorEffect] = []
        if let lost = lostAt {
            effects.append(.sayRecovered(after: now - lost))
            lostAt = nil
        }
        return effects + setLink(true, wall)
    }

    private mutating func end(
        _ error: ConnectorError, _ jitter: Double, _ now: Elapsed, _ wall: Timestamp
    ) -> [SupervisorEffect] {
        var effects: [SupervisorEffect] = []
        if lostAt == nil {
            lostAt = now
            effects.append(.sayLost(error))
        }
        for index in groups.indices { groups[index].failures += 1 }
        status.remedy = error.remedy
        status.problem = error.what
        effects += setLink(false, wall)
        if error.retryAdvice == .afterChange {
            // Nothing more will fail, so the markers need not wait for three failures.
            for index in groups.indices {
                groups[index].failures = max(
                    groups[index].failures, CaptureLimits.failuresUntilLost)
            }
            status.move(to: .misconfigured, words: "Cannot work: \(error.what)", at: wall)
            status.nextAttempt = nil
            return effects + dueMarkers(now) + [.hold]
        }
        let wait = backOff(jitter, rarely: error.retryAdvice == .rarely, now)
        failuresInRow += 1
        status.move(to: .retrying, words: "No connection: \(error.what)", at: wall)
        status.nextAttempt = wall + wait
        return effects + dueMarkers(now) + [.connect(after: wait)]
    }

    /// 1 s doubling to 60 s with full jitter, never more than one attempt a second.
    private func backOff(_ jitter: Double, rarely: Bool, _ now: Elapsed) -> Elapsed {
        let first = CaptureLimits.firstBackOff.nanoseconds
        let longest = CaptureLimits.longestBackOff.nanoseconds
        let cap = rarely ? longest : min(longest, first << Int64(min(failuresInRow, 10)))
        let drawn = Elapsed(nanoseconds: Int64(Double(cap) * min(max(jitter, 0), 1)))
        guard let lastAttempt else { return drawn }
        let earliest = lastAttempt + CaptureLimits.attemptSpacing - now
        return max(drawn, max(earliest, .zero))
    }

    private mutating func setLink(_ isUp: Bool, _ wall: Timestamp) -> [SupervisorEffect] {
        guard linkIsUp != isUp else { return [] }
        linkIsUp = isUp
        return [.link(isUp: isUp, at: wall)]
    }

    /// One marker after 3 failed requests or 2 periods, whichever is longer.
    private mutating func dueMarkers(_ now: Elapsed) -> [SupervisorEffect] {
        var effects: [SupervisorEffect] = []
        for index in groups.indices {
            let group = groups[index]
            guard let period = group.period, !group.isMarked,
                group.failures >= CaptureLimits.failuresUntilLost,
                now - group.lastGoodAt >= period.times(CaptureLimits.periodsUntilLost)
            else { continue }
            groups[index].isMarked = true
            let time = group.lastGood.map { $0 + period } ?? startedWall
            effects.append(.mark(group: index, at: time))
        }
        return effects
    }
}
