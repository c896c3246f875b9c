// States learnt from one measured level: off, idle, running, with no threshold typed.

public import Plant

/// What a level of a trace stands for.
public enum LearntRole: String, Hashable, Sendable {
    /// Switched off, or standing by at next to nothing.
    case off
    /// On and not working.
    case idle
    /// Working.
    case running
}

/// One level that was learnt.
public struct LearntLevel: Hashable, Sendable {
    /// What it stands for.
    public let role: LearntRole
    /// Its share of the time, its mean and spread in the signal's unit.
    public let level: MixtureLevel
}

/// Why a trace cannot be read yet, or should be looked at.
public enum LearningDoubt: String, Hashable, Sendable, CaseIterable {
    /// Less than an hour was seen, of which five minutes may be missing.
    case tooShort
    /// One level only: the machine never changed, or the sensor sits where nothing changes.
    case noContrast
    /// The value never moves, not even by its last digit.
    case stuck
    /// Mostly below zero: the clamp is the wrong way round.
    case reversed
    /// Next to nothing all the time: the sensor is off, or the machine never ran.
    case sensorOff
    /// Running and not running overlap: some of the time cannot be told apart.
    case overlapping
    /// Every level is more than half of the highest: it may never have stood still.
    case neverStill

    /// A sentence for a person, with what to do.
    public var sentence: String {
        switch self {
        case .tooShort:
            "Less than an hour has been seen. Leave it until the machine has run and stood still."
        case .noContrast:
            "No contrast seen: the machine did one thing only, or the sensor sits where nothing changes."
        case .stuck: "The value never moves. Check the sensor and its cable."
        case .reversed: "The values are below zero: turn the clamp round."
        case .sensorOff:
            "Next to nothing all the time: the sensor is off, or the machine never ran."
        case .neverStill:
            "The lowest level is more than half of the highest: the machine may never have stood still. Leave it until it has."
        case .overlapping:
            "Running and standing still look alike some of the time. Figures from it are indicative."
        }
    }
}

/// A machine's states as learnt from a trace.
///
/// Definition `learning/1`, after `domain/state-inference.md`, method 2: the time at each value is
/// fitted by up to four normal levels, chosen by BIC over the stretches that really differ. A
/// level is kept with a share of 2 %, two standard deviations from its neighbours. The levels
/// next to nothing are off; the widest step between the others, in proportion, divides idle from
/// running.
public struct LearntStates: Hashable, Sendable {
    /// Levels, the lowest first; several may be running.
    public let levels: [LearntLevel]
    /// Up to running and back.
    public let running: Threshold
    /// Up to idle and back to off; nil where no off was seen.
    public let idle: Threshold?
    /// How long running has to last before it counts.
    public let runningDwell: Elapsed
    /// How long not running has to last before it counts: half of the usual stop, at most a
    /// quarter of the usual cycle.
    public let stoppedDwell: Elapsed
    /// Share of the time that is told apart surely, 0 to 1.
    public let confidence: Double
    /// How long a trace was seen.
    public let seen: Elapsed
    /// What a person should know.
    public let doubts: [LearningDoubt]

    /// Confidence below which states are indicative and enter no OEE.
    public static let sure = 0.95

    /// Whether figures may rest on it.
    public var isSure: Bool { confidence >= LearntStates.sure && doubts.isEmpty }

    /// The rule for a signal with these thresholds.
    public func rule(for signal: SignalID, staleAfter: Elapsed = .seconds(30)) -> StateRule {
        StateRule(
            source: .level(signal, running: running, idle: idle), runningDwell: runningDwell,
            stoppedDwell: stoppedDwell, staleAfter: staleAfter)
    }
}

/// What learning gave: states, or why there are none yet.
public enum LearningOutcome: Hashable, Sendable {
    /// States.
    case learnt(LearntStates)
    /// None, and why; how long was seen.
    case notYet(LearningDoubt, seen: Elapsed)
}

/// Learns states from a trace.
public enum StateLearning {
    /// Time that has to be seen.
    public static let leastSeen = Elapsed.minutes(55)
    /// Levels at most.
    private static let mostLevels = 4
    /// Least share of a level.
    private static let leastShare = 0.02
    /// Gain of BIC that a further level needs.
    private static let leastGain = 10.0
    /// Values that the fit distinguishes.
    private static let bins = 600

    /// Learns from a series; a value holds until the next one, at most `hold`.
    public static func learn(_ series: SampleSeries, hold: Elapsed) -> LearningOutcome {
        let trace = Trace(series, hold: hold)
        guard trace.seen >= leastSeen else { return .notYet(.tooShort, seen: trace.seen) }
        let values = trace.values
        guard let least = values.values.first, let most = values.values.last, most > least else {
            return .notYet(.stuck, seen: trace.seen)
        }
        if values.quantile(0.9) < 0, abs(least) > abs(most) {
            return .notYet(.reversed, seen: trace.seen)
        }
        guard let mixture = fit(trace), mixture.levels.count > 1 else {
            let isNothing = values.quantile(0.99) <= trace.resolution * 3
            return .notYet(isNothing ? .sensorOff : .noContrast, seen: trace.seen)
        }
        return .learnt(states(mixture, trace, series))
    }

    /// The best mixture whose levels really stand apart.
    private static func fit(_ trace: Trace) -> NormalMixture? {
        let data = trace.binned(bins)
        let least = max(trace.resolution, (data.values.last ?? 0) * 1e-4)
        var best: NormalMixture?
        for count in 1...mostLevels {
            guard let next = NormalMixture(data, count: count, least: least) else { break }
            guard let present = best else {
                best = next
                continue
            }
            let stands =
                next.levels.allSatisfy { $0.weight >= leastShare }
                && zip(next.levels, next.levels.dropFirst()).allSatisfy { low, high in
                    high.mean - low.mean >= 2 * max(low.deviation, high.deviation)
                }
            if stands, present.criterion - next.criterion >= leastGain { best = next }
        }
        return best
    }

    private static func states(
        _ mixture: NormalMixture, _ trace: Trace, _ series: SampleSeries
    ) -> LearntStates {
        let levels = mixture.levels
        let highest = levels[levels.count - 1].mean
        // Standing by at a fiftieth of the highest level counts as off, if anything is above it
        // that could be idle; with two levels only, what is next to nothing is off.
        let offCount = levels.prefix { $0.mean <= max(highest * 0.02, trace.resolution * 2) }.count
        let upper = Array(levels[offCount...])
        var idleCount = 0
        if upper.count > 1 {
            let steps = zip(upper, upper.dropFirst()).map { $1.mean / max($0.mean, 1e-12) }
            idleCount = (steps.indices.max { steps[$0] < steps[$1] } ?? 0) + 1
        }
        let roles =
            [LearntRole](repeating: .off, count: offCount)
            + [LearntRole](repeating: .idle, count: idleCount)
            + [LearntRole](repeating: .running, count: levels.count - offCount - idleCount)
        let firstRunning = offCount + idleCount
        let running = threshold(levels[firstRunning - 1], levels[firstRunning])
        let idle =
            offCount > 0 && idleCount > 0
            ? threshold(levels[offCount - 1], levels[offCount]) : nil
        let confidence = trace.share { value in
            let shares = mixture.shares(value)
            var byRole: [LearntRole: Double] = [:]
            for (role, share) in zip(roles, shares) { byRole[role, default: 0] += share }
            return byRole.values.max() ?? 0
        }
        var doubts: [LearningDoubt] = []
        if offCount == 0, levels[firstRunning - 1].mean > 0.5 * levels[firstRunning].mean {
            doubts.append(.neverStill)
        }
        if confidence < LearntStates.sure { doubts.append(.overlapping) }
        let (cycle, stop) = rhythm(series, running)
        return LearntStates(
            levels: zip(roles, levels).map { LearntLevel(role: $0, level: $1) },
            running: running, idle: idle,
            runningDwell: min(
                .seconds(5), max(.seconds(1), Elapsed(nanoseconds: cycle.nanoseconds / 8))),
            stoppedDwell: min(
                .seconds(30),
                max(
                    .seconds(2),
                    Elapsed(nanoseconds: min(cycle.nanoseconds / 4, stop.nanoseconds / 2)))
            ),
            confidence: confidence, seen: trace.seen, doubts: doubts)
    }

    /// The middle time from one rise to running to the next, and from a fall to the next rise;
    /// long where there are few.
    private static func rhythm(
        _ series: SampleSeries, _ running: Threshold
    ) -> (cycle: Elapsed, stop: Elapsed) {
        var rises: [Int64] = []
        var stops: [Int64] = []
        var fell: Int64?
        var isRunning = false
        for row in series.times.indices {
            guard series.quality(at: row).isUsable, let value = series.values[row].asDouble else {
                continue
            }
            if !isRunning, value >= running.rise {
                isRunning = true
                rises.append(series.times[row])
                if let fell { stops.append(series.times[row] - fell) }
            } else if isRunning, value <= running.fall {
                isRunning = false
                fell = series.times[row]
            }
        }
        func middle(_ lengths: [Int64]) -> Elapsed {
            guard lengths.count >= 3 else { return .minutes(10) }
            return Elapsed(nanoseconds: lengths.sorted()[lengths.count / 2])
        }
        return (middle(zip(rises.dropFirst(), rises).map { $0 - $1 }), middle(stops))
    }

    /// The crossing of two levels with one standard deviation of the nearer spread on each side.
    private static func threshold(_ low: MixtureLevel, _ high: MixtureLevel) -> Threshold {
        let boundary = NormalMixture.boundary(low, high)
        let margin = min(
            max(low.deviation, (high.mean - low.mean) * 0.02),
            min(boundary - low.mean, high.mean - boundary) / 2)
        return Threshold(rise: boundary + margin, fall: boundary - margin)
    }
}

/// The time that a series spent at each value.
private struct Trace {
    let values: WeightedValues
    let seen: Elapsed
    /// The smallest difference of two values that follow one another and differ.
    let resolution: Double
    /// How many independent looks the trace is worth: stretches between changes of level.
    private let looks: Double

    init(_ series: SampleSeries, hold: Elapsed) {
        var pairs: [(value: Double, weight: Double)] = []
        var seen: Int64 = 0
        var resolution = Double.infinity
        var before: Double?
        for row in series.times.indices {
            guard series.quality(at: row).isUsable, let value = series.values[row].asDouble,
                value.isFinite
            else {
                before = nil
                continue
            }
            if let before, value != before { resolution = min(resolution, abs(value - before)) }
            before = value
            guard row + 1 < series.times.count else { break }
            let length = min(series.times[row + 1] - series.times[row], hold.nanoseconds)
            seen += length
            pairs.append((value, Double(length) / 1e9))
        }
        values = WeightedValues(pairs)
        self.seen = Elapsed(nanoseconds: seen)
        self.resolution = resolution.isFinite ? resolution : 0
        // Neighbouring samples say the same: half a minute counts as one look.
        looks = Double(seen) / 1e9 / 30
    }

    /// The values in a limited number of bins, weights in independent looks.
    func binned(_ count: Int) -> WeightedValues {
        guard let least = values.values.first, let most = values.values.last else { return values }
        let scale = looks / values.total
        guard values.values.count > count, most > least else {
            return WeightedValues(zip(values.values, values.weights).map { ($0, $1 * scale) })
        }
        var sums = [(value: Double, weight: Double)](repeating: (0, 0), count: count)
        for (value, weight) in zip(values.values, values.weights) {
            let place = min(count - 1, Int((value - least) / (most - least) * Double(count)))
            sums[place].value += value * weight
            sums[place].weight += weight
        }
        return WeightedValues(
            sums.filter { $0.weight > 0 }.map { ($0.value / $0.weight, $0.weight * scale) })
    }

    /// The mean of something over the time.
    func share(_ body: (Double) -> Double) -> Double {
        let sum = zip(values.values, values.weights).reduce(0) { $0 + body($1.0) * $1.1 }
        return sum / values.total
    }
}
