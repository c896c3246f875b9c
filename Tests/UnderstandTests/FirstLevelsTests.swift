// A first mark between standing and working, from minutes of a signal.

import Testing

@testable import Understand

@Suite("First levels")
struct FirstLevelsTests {
    /// A motor that stands at 1.9 A and cuts at 6.1 A: the middle is 4.0.
    @Test("the mark lies halfway between two levels, as a number that a person would choose")
    func halfway() throws {
        var values: [Double] = []
        for index in 0..<60 {
            let level = index / 10 % 2 == 0 ? 1.9 : 6.1
            values.append(level + Double(index % 3 - 1) * 0.05)
        }
        let levels = try #require(FirstLevels(values))
        #expect(abs(levels.low - 1.9) < 0.05)
        #expect(abs(levels.high - 6.1) < 0.05)
        #expect(levels.threshold == 4.0)
    }

    private static let silent: [[Double]] = [
        [Double](repeating: 3.3, count: 100), [1, 9, 1, 9, 1, 9], [],
        [Double](repeating: 5, count: 99) + [50], (0..<60).map { $0 % 2 == 0 ? 100 : 105 },
        (0..<200).map { Double(($0 * 7919) % 97) },
    ]

    @Test(
        "one level, too few values, noise and nothing at all give no mark",
        arguments: FirstLevelsTests.silent)
    func nothing(values: [Double]) {
        #expect(FirstLevels(values) == nil)
    }

    @Test("values that are no number are left out")
    func notFinite() throws {
        let values = [Double](repeating: 2, count: 10) + [Double](repeating: 8, count: 10)
        let levels = try #require(FirstLevels(values + [.nan, .infinity, -.infinity]))
        #expect(levels.threshold == 5)
    }

    @Test(
        "the mark has no more digits than it needs",
        arguments: [
            (1234.567, 61.0, 1230.0), (0.01234, 0.0006, 0.0123), (4.0367, 0.21, 4.0), (7, 0, 7),
        ])
    func rounding(value: Double, step: Double, expected: Double) {
        #expect(abs(FirstLevels.rounded(value, step: step) - expected) < 1e-9)
    }
}
