// A calmer setting of a rule, from the firings that a person calls false.

public import Plant

/// What a calmer rule does otherwise.
public enum CalmerChange: Hashable, Sendable {
    /// It waits for so long.
    case wait(Elapsed)
    /// Its limit is moved.
    case limit(Double)
}

/// A calmer setting and what it would have done.
public struct CalmerSetting: Hashable, Sendable {
    /// The rule with the setting.
    public let rule: Rule
    /// What is changed.
    public let change: CalmerChange
    /// False firings that it leaves out: all that were marked.
    public let removed: Int
    /// Other firings that it keeps.
    public let kept: [RaiseID]
    /// Other firings that it loses.
    public let lost: [RaiseID]
    /// Firings of the whole stretch with it.
    public let count: Int
}

extension CalmerSetting {
    /// Waits that people can say, shortest first.
    static let waits: [Elapsed] =
        [5, 10, 15, 20, 30, 45].map { Elapsed.seconds($0) }
        + [1, 2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 45].map { Elapsed.minutes($0) }
        + [60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 1440].map {
            Elapsed.minutes($0)
        }

    /// Replays tried for one proposal at most.
    static let tries = 24

    /// Proposes the setting that leaves out every marked firing and keeps most of the others.
    ///
    /// The written rule: the shortest wait of the list, and for a rule with one limit the nearest
    /// limit, with which a replay fires in none of the marked stretches. Of the two the one that
    /// keeps more of the others; when both keep as many, the wait. nil when nothing is marked or
    /// neither helps. `replay` runs a rule over the same stretch.
    public static func propose(
        for rule: Rule, outcome: ReplayOutcome, marked: Set<RaiseID>,
        replay: (Rule) -> ReplayOutcome
    ) -> CalmerSetting? {
        let wrong = outcome.firings.filter { marked.contains($0.raise) }
        guard !wrong.isEmpty else { return nil }
        let waiting = calmerWait(rule, outcome, wrong, replay)
        let limited = calmerLimit(rule, outcome, wrong, replay)
        guard let waiting, let limited else { return waiting ?? limited }
        return limited.kept.count > waiting.kept.count ? limited : waiting
    }

    private static func calmerWait(
        _ rule: Rule, _ outcome: ReplayOutcome, _ wrong: [ReplayFiring],
        _ replay: (Rule) -> ReplayOutcome
    ) -> CalmerSetting? {
        let end = outcome.range.end
        // A stretch no longer than the wait never fires; the time to be over is not part of it.
        let longest = wrong.map { $0.stretch(until: end).elapsed - rule.overAfter }.max() ?? .zero
        var tried = 0
        for wait in waits where wait >= longest {
            guard tried < tries else { break }
            tried += 1
            guard let condition = rule.condition.waiting(wait) else { return nil }
            var calmer = rule
            calmer.condition = condition
            let found = judge(calmer, .wait(wait), outcome, wrong, replay(calmer))
            if let found { return found }
        }
        return nil
    }

    private static func calmerLimit(
        _ rule: Rule, _ outcome: ReplayOutcome, _ wrong: [ReplayFiring],
        _ replay: (Rule) -> ReplayOutcome
    ) -> CalmerSetting? {
        let limits = rule.condition.tests.compactMap { test -> (LimitSide, Double)? in
            if case .limit(_, let side, let limit, _) = test { (side, limit) } else { nil }
        }
        guard limits.count == 1, let (side, limit) = limits.first else { return nil }
        let sign = side == .above ? 1.0 : -1.0
        func attempt(_ distance: Double) -> CalmerSetting? {
            let moved = rounded(limit + sign * distance, side)
            guard moved.isFinite, abs(moved) <= ActLimits.largestNumber else { return nil }
            var calmer = rule
            calmer.condition = rule.condition.limited(moved)
            return judge(calmer, .limit(moved), outcome, wrong, replay(calmer))
        }
        var low = 0.0
        var high = max(abs(limit), 1) / 64
        var best: CalmerSetting?
        var tried = 0
        while best == nil, tried < tries / 3 {
            tried += 1
            best = attempt(high)
            if best == nil {
                low = high
                high *= 2
            }
        }
        while best != nil, tried < tries {
            tried += 1
            let middle = (low + high) / 2
            if let found = attempt(middle) {
                best = found
                high = middle
            } else {
                low = middle
            }
        }
        return best
    }

    /// A limit that people can say: two decimals, away from the values.
    private static func rounded(_ value: Double, _ side: LimitSide) -> Double {
        (value * 100).rounded(side == .above ? .up : .down) / 100
    }

    /// The setting, nil when it still fires in a marked stretch.
    private static func judge(
        _ rule: Rule, _ change: CalmerChange, _ outcome: ReplayOutcome, _ wrong: [ReplayFiring],
        _ calmer: ReplayOutcome
    ) -> CalmerSetting? {
        let end = outcome.range.end
        func fires(_ old: ReplayFiring) -> Bool {
            calmer.firings.contains { new in
                new.raise.machine == old.raise.machine
                    && new.stretch(until: end).overlaps(old.stretch(until: end))
            }
        }
        guard !wrong.contains(where: fires) else { return nil }
        let ids = Set(wrong.map(\.raise))
        let others = outcome.firings.filter { !ids.contains($0.raise) }
        return CalmerSetting(
            rule: rule, change: change, removed: wrong.count,
            kept: others.filter(fires).map(\.raise),
            lost: others.filter { !fires($0) }.map(\.raise), count: calmer.count)
    }
}

extension Condition {
    /// The same with another wait; nil where a wait makes no sense.
    func waiting(_ wait: Elapsed) -> Condition? {
        switch self {
        case .held(let inner, _): .held(inner, wait)
        case .test(.silence(let signal, _)): .test(.silence(signal, wait))
        case .test(.backupAge), .test(.certificateEnds): nil
        default: .held(self, wait)
        }
    }

    /// The same with its limit moved.
    func limited(_ limit: Double) -> Condition {
        switch self {
        case .test(.limit(let signal, let side, _, let deadband)):
            .test(.limit(signal, side, limit, deadband: deadband))
        case .test: self
        case .all(let parts): .all(parts.map { $0.limited(limit) })
        case .any(let parts): .any(parts.map { $0.limited(limit) })
        case .held(let inner, let length): .held(inner.limited(limit), length)
        }
    }
}
