// Counts how often the method is right where the truth is known.
public import Prove
import Understand

/// How often ranges held the truth and claims were false.
public struct Calibration: Sendable {
    /// Counts of one group of factories.
    public struct Tally: Sendable {
        /// Factories.
        public var count = 0
        /// 95 % ranges that held the truth.
        public var held95 = 0
        /// 90 % ranges that held the truth.
        public var held90 = 0
        /// 95 % ranges of the plain fit, without any correction, that held the truth.
        public var plainHeld = 0
        /// 95 % bootstrap ranges that held the truth.
        public var bootstrapHeld = 0
        /// 90 % ranges that lay wholly on the good side.
        public var claims = 0
        /// Sum of the half widths of the 95 % ranges, minutes.
        public var halfWidths = 0.0

        /// A share of the factories, 0 to 1.
        public func share(_ part: Int) -> Double { Double(part) / Double(Swift.max(1, count)) }
    }
    /// All factories.
    public var all = Tally()
    /// By the name of the group.
    public var groups: [String: Tally] = [:]
    /// No effect, time before chosen because it was bad: the method.
    public var chosen = Tally()
    /// The same machines with the plain comparison of two means.
    public var naive = Tally()

    /// Nothing counted yet.
    public init() {}

    /// Counts factories with seeds from `first` on.
    public init(first: UInt64, count: Int, hasBootstrap: Bool) {
        for seed in first..<first + UInt64(count) {
            add(SimulatedFactory(seed: seed), hasBootstrap: hasBootstrap)
            add(ChosenBadly(seed: seed))
        }
    }

    /// Adds what another one counted.
    public mutating func merge(_ other: Calibration) {
        Calibration.add(other.all, to: &all)
        Calibration.add(other.chosen, to: &chosen)
        Calibration.add(other.naive, to: &naive)
        for (name, tally) in other.groups {
            Calibration.add(tally, to: &groups[name, default: Tally()])
        }
    }

    private static func add(_ other: Tally, to tally: inout Tally) {
        tally.count += other.count
        tally.held95 += other.held95
        tally.held90 += other.held90
        tally.plainHeld += other.plainHeld
        tally.bootstrapHeld += other.bootstrapHeld
        tally.claims += other.claims
        tally.halfWidths += other.halfWidths
    }

    private mutating func add(_ factory: SimulatedFactory, hasBootstrap: Bool) {
        guard
            let model = SegmentedModel(
                before: factory.before, after: factory.after, terms: .full)
        else { return }
        var one = Tally()
        let range = model.interval(0.95)
        let proof = model.interval(0.9)
        one.count = 1
        one.held95 = range.contains(factory.truth) ? 1 : 0
        one.held90 = proof.contains(factory.truth) ? 1 : 0
        one.claims = proof.high < 0 ? 1 : 0
        one.halfWidths = range.width / 2
        one.plainHeld = plain(model).contains(factory.truth) ? 1 : 0
        if hasBootstrap {
            var draws = SeededDraws(seed: factory.seed)
            let drawn = BlockBootstrap(model, draws: &draws).interval(0.95)
            one.bootstrapHeld = drawn.contains(factory.truth) ? 1 : 0
        }
        let memory =
            factory.rho < 0.27
            ? "0 to 0.27" : factory.rho < 0.53 ? "0.27 to 0.53" : "0.53 to 0.8"
        let size =
            factory.shape == .none
            ? "no effect" : factory.truth > -8 ? "effect below 8 min" : "effect of 8 to 15 min"
        let names = [
            "effect: \(factory.shape.rawValue)", "likeness of neighbours: \(memory)",
            factory.hasControl ? "untouched machine: yes" : "untouched machine: no",
            "claims, \(size), \(factory.hasControl ? "with" : "without") untouched machine",
        ]
        Calibration.add(one, to: &all)
        for name in names { Calibration.add(one, to: &groups[name, default: Tally()]) }
    }

    private mutating func add(_ machine: ChosenBadly) {
        guard
            let model = SegmentedModel(
                before: machine.history, after: machine.after,
                terms: .full)
        else { return }
        var one = Tally()
        one.count = 1
        one.held95 = model.interval(0.95).contains(0) ? 1 : 0
        one.held90 = model.interval(0.9).contains(0) ? 1 : 0
        one.claims = model.interval(0.9).high < 0 ? 1 : 0
        Calibration.add(one, to: &chosen)
        var plain = Tally()
        plain.count = 1
        plain.claims = NaiveComparison(machine.chosen, machine.after).interval(0.9).high < 0 ? 1 : 0
        Calibration.add(plain, to: &naive)
    }

    private func plain(_ model: SegmentedModel) -> Interval {
        let fit = model.plain.fit
        var variance = 0.0
        for i in model.functional.indices {
            for j in model.functional.indices {
                variance += model.functional[i] * fit.inverse[i][j] * model.functional[j]
            }
        }
        let t = StudentT.quantile(0.975, freedom: Double(fit.freedom))
        let half = t * fit.deviation * variance.squareRoot()
        return Interval(model.plainEffect - half, model.plainEffect + half)
    }
}

/// The comparison most people make: mean after less mean before, as if all days were independent.
public struct NaiveComparison: Sendable {
    /// Difference of the means.
    public let difference: Double
    private let error: Double
    private let freedom: Double

    /// Compares two stretches.
    ///
    /// Source: B. Welch 1947.
    public init(_ before: [MeasuredPeriod], _ after: [MeasuredPeriod]) {
        let one = before.map(\.value)
        let two = after.map(\.value)
        difference = Spread.mean(two) - Spread.mean(one)
        let a = Spread.deviation(one) * Spread.deviation(one) / Double(one.count)
        let b = Spread.deviation(two) * Spread.deviation(two) / Double(two.count)
        error = (a + b).squareRoot()
        freedom =
            (a + b) * (a + b)
            / (a * a / Double(one.count - 1) + b * b / Double(two.count - 1))
    }

    /// The range that holds a share of `level` if days were independent.
    public func interval(_ level: Double) -> Interval {
        let half = StudentT.quantile((1 + level) / 2, freedom: freedom) * error
        return Interval(difference - half, difference + half)
    }
}
