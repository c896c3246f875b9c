// Baselines, savings and carbon against the worked examples G1 to G8.

import Testing

@testable import Understand

private func near(
    _ found: Double, _ wanted: Double, _ tolerance: Double,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(abs(found - wanted) <= tolerance, "\(found), not \(wanted)", sourceLocation: location)
}

@Suite("Energy baseline") struct EnergyBaselineTests {
    private let parts: [Double] = [0, 120, 200, 260, 310, 340, 410, 480]
    private let energy: [Double] = [182, 301, 379, 441, 492, 520, 592, 660]

    @Test("G1: base load and energy for each part")
    func baseline() throws {
        let found = try #require(EnergyBaseline(parts: parts, energy: energy))
        near(found.base, 181.2405, 1e-4)
        near(found.perPart, 0.998621, 1e-6)
        near(found.determination, 0.999950, 1e-6)
        near(found.variation, 0.002677, 1e-6)
        #expect(found.fit == .good)
    }

    @Test("G2: savings against the baseline, and their running sum")
    func savings() throws {
        let baseline = try #require(EnergyBaseline(parts: parts, energy: energy))
        let found = baseline.savings(parts: [300, 350, 280], energy: [455, 498, 430])
        for (saving, wanted) in zip(found.savings, [25.8267, 32.7578, 30.8543]) {
            near(saving, wanted, 1e-4)
        }
        for (sum, wanted) in zip(found.cumulative, [-25.83, -58.58, -89.44]) {
            near(sum, wanted, 0.006)
        }
        near(found.savings.reduce(0, +), 89.4388, 1e-4)
    }

    @Test("G3: energy for each part falls with volume though nothing was saved")
    func specific() throws {
        let baseline = try #require(EnergyBaseline(parts: parts, energy: energy))
        near(baseline.expected(parts: 120) / 120, 2.5083, 1e-3)
        near(baseline.expected(parts: 480) / 480, 1.3750, 2e-3)
    }

    @Test("too little or no change makes no baseline")
    func refused() throws {
        #expect(EnergyBaseline(parts: [1, 2], energy: [1, 2]) == nil)
        #expect(EnergyBaseline(parts: [5, 5, 5, 5], energy: [1, 2, 3, 4]) == nil)
        let short = try #require(EnergyBaseline(parts: [1, 2, 3], energy: [1, 2, 3.1]))
        #expect(short.fit == .tooShort)
        let loose = try #require(
            EnergyBaseline(
                parts: [1, 2, 3, 4, 5, 6, 7, 8], energy: [9, 1, 8, 2, 9, 1, 8, 2]))
        #expect(loose.fit == .weak)
    }

    @Test("G4, G5: power of three phases and what the power factor costs")
    func phases() {
        let found = ThreePhase.apparent(active: 100, reactive: 75)
        near(found.apparent, 125, 1e-9)
        near(found.factor, 0.8, 1e-12)
        near(ThreePhase.excess(active: 100, reactive: 75), 42.13, 0.005)
        #expect(ThreePhase.excess(active: 100, reactive: 10) == 0)
        near(ThreePhase.power(volts: 400, amperes: 20, factor: 0.85), 11.778, 1e-3)
    }

    @Test("G8: less energy and a cleaner grid are told apart")
    func carbon() {
        let change = EmissionChange(
            before: 100_000, after: 95_000, factorBefore: 0.20705, factorAfter: 0.177)
        near(change.operational, -1_035.25, 1e-6)
        near(change.grid, -2_854.75, 1e-6)
        near(change.total, -3_890, 1e-6)
    }
}
