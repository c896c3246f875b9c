// Mixtures, hidden states and cycles against the worked examples S2 to S7.

import Testing

@testable import Understand

private func near(
    _ found: Double, _ wanted: Double, _ tolerance: Double,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(abs(found - wanted) <= tolerance, "\(found), not \(wanted)", sourceLocation: location)
}

@Suite("Levels in a trace") struct MixtureTests {
    @Test("S2: Otsu's threshold")
    func otsu() throws {
        let found = try #require(
            LevelSplit.threshold(WeightedValues([0.1, 0.2, 0.1, 0.3, 2.0, 2.1, 2.2, 2.1, 2.0])))
        near(found.threshold, 1.15, 1e-12)
        near(found.variance, 0.8961, 1e-4)
    }

    @Test("S3: where two levels are equally likely")
    func crossing() {
        near(
            NormalMixture.boundary(
                MixtureLevel(weight: 0.4, mean: 2, deviation: 0.3),
                MixtureLevel(weight: 0.6, mean: 8, deviation: 1)), 3.4241, 1e-4)
    }

    @Test("S4: the fit and the choice between one level and two")
    func fit() throws {
        let data = WeightedValues([1.8, 1.9, 2.0, 2.1, 2.2, 7.0, 7.5, 8.0, 8.5, 9.0])
        let one = try #require(NormalMixture(data, count: 1))
        let two = try #require(NormalMixture(data, count: 2))
        near(one.criterion, 55.2410, 1e-4)
        near(two.criterion, 30.7288, 1e-4)
        near(two.levels[0].mean, 2, 1e-9)
        near(two.levels[1].mean, 8, 1e-9)
        near(two.levels[0].deviation, 0.1414, 1e-4)
        near(two.levels[1].deviation, 0.7071, 1e-4)
        near(two.levels[0].weight, 0.5, 1e-9)
    }

    @Test("a value counted five times is the value five times")
    func weights() throws {
        let plain = WeightedValues([1, 1, 1, 1, 1, 2, 7, 7, 8, 9])
        let weighted = WeightedValues([(8, 1), (7, 2), (1, 5), (9, 1), (2, 1), (.nan, 4), (3, 0)])
        let left = try #require(NormalMixture(plain, count: 2))
        let right = try #require(NormalMixture(weighted, count: 2))
        #expect(left == right)
    }

    @Test("nothing and a single value have no levels")
    func nothing() {
        #expect(NormalMixture(WeightedValues([Double]()), count: 1) == nil)
        #expect(NormalMixture(WeightedValues([3]), count: 2) == nil)
        #expect(LevelSplit.threshold(WeightedValues([3])) == nil)
    }
}

@Suite("Hidden states") struct HiddenStatesTests {
    @Test("S5: one odd sample does not change the state")
    func path() {
        let model = HiddenStates(
            levels: [
                MixtureLevel(weight: 0.5, mean: 2, deviation: 1),
                MixtureLevel(weight: 0.5, mean: 5, deviation: 1),
            ], stay: 0.9)
        let found = model.path([2.1, 1.8, 4.0, 2.2, 4.8, 5.3, 3.2, 5.1])
        #expect(found.states == [0, 0, 0, 0, 1, 1, 1, 1])
        near(found.logLikelihood, -14.7144, 1e-4)
        #expect(model.path([]).states.isEmpty)
    }
}

@Suite("Cycles in a trace") struct CycleTests {
    private let trace = (0..<10).flatMap { _ in
        [Double](repeating: 8, count: 7) + [Double](repeating: 2, count: 5)
    }

    @Test("S6: the period of an even trace")
    func period() throws {
        let found = CycleFinding.autocorrelation(trace, lags: 40)
        near(found[12], 0.9, 1e-9)
        near(found[24], 0.8, 1e-9)
        #expect(found.indices.dropFirst(3).max { found[$0] < found[$1] } == 12)
        let period = try #require(CycleFinding.period(trace, lags: 3...40))
        near(period.samples, 12, 0.05)
        near(period.strength, 0.9, 1e-9)
    }

    @Test("S7: a shape is found whatever its height")
    func template() {
        let values: [Double] = [2, 2, 8, 8, 8, 2, 2, 2, 9, 9, 9, 2, 2, 5, 2]
        let shape: [Double] = [2, 8, 8, 8, 2]
        let fits = CycleFinding.fits(values, template: shape)
        #expect(fits.indices.filter { fits[$0] > 0.9999 } == [1, 7])
        #expect(CycleFinding.occurrences(values, template: shape) == [1, 7])
    }

    @Test("a learnt shape finds the cycles that it was learnt from")
    func learnt() throws {
        let starts = stride(from: 0, to: 108, by: 12).map { $0 + 5 }
        let shape = try #require(CycleFinding.template(trace, starts: starts, length: 12))
        #expect(CycleFinding.occurrences(trace, template: shape).count == 9)
    }

    @Test("a flat trace has no cycles")
    func flat() {
        #expect(CycleFinding.autocorrelation([3, 3, 3], lags: 2).isEmpty)
        #expect(CycleFinding.period([Double](repeating: 3, count: 50), lags: 3...20) == nil)
        #expect(CycleFinding.fits([1, 1, 1], template: [1, 1]) == [0, 0])
        #expect(CycleFinding.template([1, 2], starts: [5], length: 2) == nil)
    }
}
