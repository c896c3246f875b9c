// Factories with an effect that is known because it was put in: what the method is tried on.
public import Prove

/// The shape of the effect that was put in.
public enum EffectShape: String, Hashable, Sendable, CaseIterable {
    /// Nothing happens.
    case none
    /// All of it from the first period on.
    case step
    /// It grows evenly to twice the mean.
    case ramp
    /// Nothing for the first third, then all of it.
    case delayed

    /// Share of the mean effect so many days after the change; the ramp ends at twice the mean.
    func share(after since: Double, of days: Double) -> Double {
        switch self {
        case .none: 0
        case .step: 1
        case .ramp: 2 * since / days
        case .delayed: since < days / 3 ? 0 : 1
        }
    }
}

/// One simulated machine: lost minutes in each working day, before and after a change.
public struct SimulatedFactory: Sendable {
    /// Seed.
    public let seed: UInt64
    /// Shape of the effect.
    public let shape: EffectShape
    /// Correlation of neighbouring days.
    public let rho: Double
    /// Whether an untouched machine shares the swings of the whole works.
    public let hasControl: Bool
    /// Mean effect over the days after the change that were kept, minutes; negative is better.
    public let truth: Double
    /// Days before the change that were kept.
    public let before: [MeasuredPeriod]
    /// Days after the change that were kept.
    public let after: [MeasuredPeriod]

    /// A factory from its seed.
    ///
    /// Standard deviation of a day is 10 minutes. Correlation is uniform from 0 to 0.8, days before
    /// 60 to 160, days after 40 to 130, missing days 0 to 15 %, trend and mix by chance; the shape
    /// and the untouched machine go by the seed's remainder.
    public init(seed: UInt64) {
        self.seed = seed
        shape = EffectShape.allCases[Int(seed % 4)]
        hasControl = seed / 4 % 2 == 1
        var draws = SeededDraws(seed: seed &* 0x9E37_79B9 &+ 17)
        rho = 0.8 * draws.share()
        let counts = (60 + draws.place(below: 101), 45 + draws.place(below: 86))
        let missing = 0.15 * draws.share()
        let trend = draws.share() < 0.5 ? 0 : 0.1 * (draws.share() - 0.5)
        let mixEffect = 15 * (draws.share() - 0.5)
        let mixShift = draws.share() < 0.5 ? 0 : 0.3 * (draws.share() - 0.5)
        let size = shape == .none ? 0 : -(2 + 13 * draws.share())
        let days = counts.0 + counts.1
        let learning = 5
        let own = SimulatedFactory.errors(days, rho: rho, deviation: 10, draws: &draws)
        let shared = SimulatedFactory.errors(days, rho: rho, deviation: 8, draws: &draws)
        let other = SimulatedFactory.errors(days, rho: rho, deviation: 5, draws: &draws)
        var before: [MeasuredPeriod] = []
        var after: [MeasuredPeriod] = []
        var effects: [(Double, Double)] = []
        for day in 0..<days {
            let isAfter = day >= counts.0
            let mix = 0.5 + 0.2 * (draws.share() - 0.5) + (isAfter ? mixShift : 0)
            let seen = draws.share() < 0.8 ? 1 : 0.6 + 0.4 * draws.share()
            let isMissing = draws.share() < missing
            let share = shape.share(after: Double(day - counts.0), of: Double(counts.1))
            let effect = isAfter ? size * share : 0
            var value = 60 + trend * Double(day) + mixEffect * mix + effect
            // A day seen in part is known less well: its spread grows with 1/√coverage.
            value += own[day] / seen.squareRoot() + shared[day]
            if hasControl { value -= 60 + shared[day] + other[day] }
            guard !isMissing, !(isAfter && day < counts.0 + learning) else { continue }
            let period = MeasuredPeriod(index: day, value: value, coverage: seen, columns: [mix])
            if isAfter {
                after.append(period)
                effects.append((effect, seen))
            } else {
                before.append(period)
            }
        }
        self.before = before
        self.after = after
        let weight = effects.reduce(0) { $0 + $1.1 }
        truth = effects.reduce(0) { $0 + $1.0 * $1.1 } / weight
    }

    /// First-order autoregressive errors with a given standard deviation.
    public static func errors(
        _ count: Int, rho: Double, deviation: Double, draws: inout SeededDraws
    ) -> [Double] {
        var error = draws.normal()
        let fresh = (1 - rho * rho).squareRoot()
        return (0..<count).map { _ in
            error = rho * error + fresh * draws.normal()
            return error * deviation
        }
    }
}

/// A machine on which nothing was changed, picked in its worst four weeks.
public struct ChosenBadly: Sendable {
    /// Days before the bad stretch.
    public let history: [MeasuredPeriod]
    /// The bad stretch itself.
    public let chosen: [MeasuredPeriod]
    /// Days after it.
    public let after: [MeasuredPeriod]

    /// A machine from its seed: the worst of 60 stretches of 20 days, then 60 days more.
    public init(seed: UInt64) {
        var draws = SeededDraws(seed: seed &* 0x51_7CC1 &+ 5)
        let rho = 0.8 * draws.share()
        let errors = SimulatedFactory.errors(240, rho: rho, deviation: 10, draws: &draws)
        let all = errors.enumerated().map {
            MeasuredPeriod(index: $0.offset, value: 60 + $0.element)
        }
        var start = 80
        var worst = -Double.infinity
        for place in 80..<140 {
            let sum = errors[place..<place + 20].reduce(0, +)
            if sum > worst {
                worst = sum
                start = place
            }
        }
        history = Array(all[0..<start])
        chosen = Array(all[start..<start + 20])
        after = Array(all[start + 20 + 5..<start + 20 + 60])
    }
}
