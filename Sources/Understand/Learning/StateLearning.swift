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
    /// What people said does not fit the trace.
    case contradicted

    /// A sentence for a person, with what to do.
    public var sentence: String {
        switch self {
        case .tooShort:
            "Less than an hour has been seen. Leave it until the machine has run and stood still."
        case .noContrast:
            "No contrast seen: the machine did one thing only, or went through the same cycle all the time, or the sensor sits where nothing changes."
        case .stuck: "The value never moves. Check the sensor and its cable."
        case .reversed: "The values are below zero: turn the clamp round."
        case .sensorOff:
            "Next to nothing all the time: the sensor is off, or the machine never ran."
        case .neverStill:
            "The lowest level is more than half of the highest: the machine may never have stood still. Leave it until it has."
        case .contradicted:
            "What people said of its states does not fit this trace: look at the sensor, or take a correction back."
        case .overlapping:
            "Running and standing still look alike some of the time. Figures from it are indicative."
        }
    }
}

/// A machine's states as learnt from a trace.
///
/// Definition `learning/2`, after `domain/state-inference.md`, method 2: the time at each value is
/// fitted by up to six normal levels of the logarithm, chosen by BIC over the stretches that
/// really differ. Every limit between two levels divides the trace into being below and above it,
/// where dips that come with every cycle count as above. Limits that divide it alike are one. The
/// level next to nothing is off; among the other limits the widest step, in proportion, divides
/// idle from running.
public struct LearntStates: Hashable, Sendable {
    /// One level for each role that was seen, the lowest first.
    public let levels: [LearntLevel]
    /// Up to running and back.
    public let running: Threshold
    /// Up to idle and back to off; nil where no off was seen.
    public let idle: Threshold?
    /// How long running has to last before it counts.
    public let runningDwell: Elapsed
    /// How long not running has to last before it counts: longer than the dips of its cycle.
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
    ///
    /// `fault` is a light or bit that says a fault, `link` the state of the connection.
    public func rule(
        for signal: SignalID, staleAfter: Elapsed = .seconds(30), fault: SignalID? = nil,
        link: SignalID? = nil
    ) -> StateRule {
        // What a person should look at first is never as good as sure.
        let known = isSure ? confidence : min(confidence, LearntStates.sure - 1e-6)
        return StateRule(
            source: .level(signal, running: running, idle: idle), fault: fault,
            runningDwell: runningDwell, stoppedDwell: stoppedDwell, staleAfter: staleAfter,
            link: link, confidence: Int((known * 1e6).rounded(.down)))
    }

    /// The level of a role, nil where it was not seen.
    public func level(_ role: LearntRole) -> MixtureLevel? {
        levels.first { $0.role == role }?.level
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
    private static let mostLevels = 6
    /// Least share of the time of a level, and of a state.
    private static let leastShare = (level: 0.005, state: 0.02)
    /// Gain of BIC that a further level needs.
    private static let leastGain = 10.0
    /// Values that the fit distinguishes.
    private static let bins = 600
    /// Share of the highest level up to which a level is next to nothing.
    private static let nothing = 0.04

    /// Learns from a series; a value holds until the next one, at most `hold`.
    ///
    /// Where a person said what the machine did, the limit that agrees best with it is taken.
    public static func learn(
        _ series: SampleSeries, hold: Elapsed, labels: [StateCorrection] = []
    ) -> LearningOutcome {
        let trace = Trace(series, hold: hold)
        guard trace.seen >= leastSeen else { return .notYet(.tooShort, seen: trace.seen) }
        let values = trace.values
        guard let least = values.values.first, let most = values.values.last, most > least else {
            return .notYet(.stuck, seen: trace.seen)
        }
        if values.quantile(0.9) < 0, abs(least) > abs(most) {
            return .notYet(.reversed, seen: trace.seen)
        }
        let scale = LogScale(
            offset: max(values.quantile(0.999) * 0.01, trace.resolution), least: min(0, least))
        if let mixture = fit(trace, scale), mixture.levels.count > 1,
            let states = states(mixture, scale, trace, series, hold, labels)
        {
            return .learnt(states)
        }
        let isNothing = values.quantile(0.99) <= trace.resolution * 3
        return .notYet(isNothing ? .sensorOff : .noContrast, seen: trace.seen)
    }

    /// The best mixture whose levels really stand apart, on the scale of the logarithm.
    private static func fit(_ trace: Trace, _ scale: LogScale) -> NormalMixture? {
        let data = trace.binned(bins, scale)
        // A reading is rounded: its own spread is at least that of its last digit.
        let least = max(scale.width(trace.resolution, at: trace.values.quantile(0.999)), 0.01)
        var best: NormalMixture?
        for count in 1...mostLevels {
            guard let next = NormalMixture(data, count: count, least: least) else { break }
            guard let present = best else {
                best = next
                continue
            }
            let stands =
                next.levels.allSatisfy { $0.weight >= leastShare.level }
                && zip(next.levels, next.levels.dropFirst()).allSatisfy { low, high in
                    high.mean - low.mean >= 2 * max(low.deviation, high.deviation)
                }
            if stands, present.criterion - next.criterion >= leastGain { best = next }
        }
        return best
    }

    private static func states(
        _ mixture: NormalMixture, _ scale: LogScale, _ trace: Trace, _ series: SampleSeries,
        _ hold: Elapsed, _ labels: [StateCorrection]
    ) -> LearntStates? {
        let levels = mixture.levels
        let visits = (1..<levels.count).map { index in
            LevelVisits(
                series, limit: scale.threshold(levels[index - 1], levels[index]), hold: hold)
        }
        // Limits that divide the time alike are one; the lowest that is sure stands for them.
        let least = leastShare.state * trace.seen.seconds
        var kept: [Int] = []
        var anchor = -Double.infinity
        for index in visits.indices {
            let low = visits[index].lowTime.seconds
            guard low >= least, trace.seen.seconds - low >= least else { continue }
            if let last = kept.last, low - anchor < least {
                let present = separation(levels, last)
                if present < 4, separation(levels, index) > present {
                    kept[kept.count - 1] = index
                }
            } else {
                kept.append(index)
                anchor = low
            }
        }
        guard !kept.isEmpty else { return nil }
        let said = agreeing(visits, kept, labels)
        let layers = TraceLayers(series, kept.map { visits[$0] }, hold: hold)
        let hasOff = layers.means[0] <= nothing * layers.means[kept.count]
        var running = 0
        let firstOn = hasOff && kept.count > 1 ? 1 : 0
        var widest = -Double.infinity
        for place in firstOn..<kept.count {
            let step = layers.means[place + 1] / max(layers.means[place], 1e-12)
            if step > widest { (widest, running) = (step, place) }
        }
        let limit = said.map(\.limit) ?? kept[running]
        running = kept.firstIndex(of: limit) ?? running
        let roles = levels.indices.map { index -> LearntRole in
            if index > limit { return .running }
            return index <= kept[0] && hasOff ? .off : .idle
        }
        return result(
            roles, mixture, scale, trace,
            Limits(
                // Below the one limit of a machine that is on or off there is no idling.
                running: visits[limit], idle: hasOff ? visits[kept[0]].limit : nil,
                isContradicted: said.map { $0.agreement < LearntStates.sure } ?? false,
                isNeverStill: !hasOff
                    && layers.means[running] > 0.5 * layers.means[running + 1]))
    }

    /// Of the limits that divide the trace, the one that agrees best with what people said, and in
    /// what share of that time; nil where nothing was said.
    private static func agreeing(
        _ visits: [LevelVisits], _ kept: [Int], _ labels: [StateCorrection]
    ) -> (limit: Int, agreement: Double)? {
        let said = labels.filter { $0.state != .unknown && $0.state != .fault }
        let all = said.reduce(0.0) { $0 + $1.range.elapsed.seconds }
        guard all > 0 else { return nil }
        let scores = kept.map { index in
            said.reduce(0.0) { sum, label in
                let low = visits[index].low.compactMap { $0.intersection(label.range) }
                    .reduce(Elapsed.zero) { $0 + $1.elapsed }
                let right = label.state == .running ? label.range.elapsed - low : low
                return sum + right.seconds
            }
        }
        guard let best = scores.indices.max(by: { (scores[$0], $1) < (scores[$1], $0) }) else {
            return nil
        }
        return (kept[best], scores[best] / all)
    }

    /// How many standard deviations lie between the levels beside a limit.
    private static func separation(_ levels: [MixtureLevel], _ index: Int) -> Double {
        (levels[index + 1].mean - levels[index].mean)
            / (levels[index].deviation + levels[index + 1].deviation)
    }

    /// The limits that were chosen.
    private struct Limits {
        let running: LevelVisits
        let idle: Threshold?
        let isContradicted: Bool
        let isNeverStill: Bool
    }

    private static func result(
        _ roles: [LearntRole], _ mixture: NormalMixture, _ scale: LogScale, _ trace: Trace,
        _ limits: Limits
    ) -> LearntStates {
        let confidence = trace.share { value in
            let shares = mixture.shares(scale.mark(value))
            var byRole: [LearntRole: Double] = [:]
            for (role, share) in zip(roles, shares) { byRole[role, default: 0] += share }
            return byRole.values.max() ?? 0
        }
        var doubts: [LearningDoubt] = []
        if limits.isNeverStill { doubts.append(.neverStill) }
        if limits.isContradicted { doubts.append(.contradicted) }
        if confidence < LearntStates.sure { doubts.append(.overlapping) }
        return LearntStates(
            levels: trace.levels(mixture, scale, roles),
            running: limits.running.limit, idle: limits.idle,
            runningDwell: limits.running.risenDwell, stoppedDwell: limits.running.dwell,
            confidence: confidence, seen: trace.seen, doubts: doubts)
    }
}

/// The scale on which levels are compared: noise in proportion has one width everywhere.
private struct LogScale {
    /// What is added before the logarithm: small values are compared as they are.
    let offset: Double
    /// The least value, where it is below zero.
    let least: Double

    func mark(_ value: Double) -> Double { PortableMath.log(max(value - least, 0) + offset) }
    func value(_ mark: Double) -> Double { PortableMath.exp(mark) - offset + least }

    /// The standard deviation that rounding to a digit leaves at a value.
    func width(_ digit: Double, at value: Double) -> Double {
        digit / (12.0).squareRoot() / (max(value - least, 0) + offset)
    }

    /// The crossing of two levels with one standard deviation of the nearer spread on each side.
    func threshold(_ low: MixtureLevel, _ high: MixtureLevel) -> Threshold {
        let boundary = NormalMixture.boundary(low, high)
        let margin = min(
            max(low.deviation, (high.mean - low.mean) * 0.02),
            min(boundary - low.mean, high.mean - boundary) / 2)
        return Threshold(rise: value(boundary + margin), fall: value(boundary - margin))
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

    /// The values in a limited number of bins of a scale, weights in independent looks.
    func binned(_ count: Int, _ scale: LogScale) -> WeightedValues {
        guard let first = values.values.first, let last = values.values.last else { return values }
        let share = looks / values.total
        let least = scale.mark(first)
        let most = scale.mark(last)
        var sums = [(value: Double, weight: Double)](repeating: (0, 0), count: count)
        for (value, weight) in zip(values.values, values.weights) {
            let mark = scale.mark(value)
            let place = min(count - 1, Int((mark - least) / (most - least) * Double(count)))
            sums[place].value += mark * weight
            sums[place].weight += weight
        }
        return WeightedValues(
            sums.filter { $0.weight > 0 }.map { ($0.value / $0.weight, $0.weight * share) })
    }

    /// One level for each role that occurs, in the unit of the values.
    func levels(
        _ mixture: NormalMixture, _ scale: LogScale, _ roles: [LearntRole]
    ) -> [LearntLevel] {
        let all: [LearntRole] = [.off, .idle, .running]
        var weights = [Double](repeating: 0, count: all.count)
        var sums = weights
        var squares = weights
        for (value, weight) in zip(values.values, values.weights) {
            for (role, share) in zip(roles, mixture.shares(scale.mark(value))) {
                let place = all.firstIndex(of: role) ?? 0
                weights[place] += share * weight
                sums[place] += share * weight * value
                squares[place] += share * weight * value * value
            }
        }
        return all.indices.filter { roles.contains(all[$0]) }.map { place in
            let mean = weights[place] > 0 ? sums[place] / weights[place] : 0
            let spread = weights[place] > 0 ? squares[place] / weights[place] - mean * mean : 0
            return LearntLevel(
                role: all[place],
                level: MixtureLevel(
                    weight: weights[place] / values.total, mean: mean,
                    deviation: max(0, spread).squareRoot()))
        }
    }

    /// The mean of something over the time.
    func share(_ body: (Double) -> Double) -> Double {
        let sum = zip(values.values, values.weights).reduce(0) { $0 + body($1.0) * $1.1 }
        return sum / values.total
    }
}
