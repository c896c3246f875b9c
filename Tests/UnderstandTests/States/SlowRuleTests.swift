// Running below the expected rate, window by window.
import Plant
import Testing

@testable import Understand

/// One part at each of the minutes.
private func parts(_ minutesOfParts: [Double]) -> CountIncrements {
    var counts = CountIncrements()
    for moment in minutesOfParts { counts.add(1, at: minute(moment).nanoseconds) }
    return counts
}

@Suite("Running slow")
struct SlowRuleTests {
    @Test(
        "the window is ten ideal part times, at least five minutes",
        arguments: [(Elapsed.seconds(6), Elapsed.minutes(5)), (.minutes(1), .minutes(10))])
    func window(ideal: Elapsed, expected: Elapsed) {
        #expect(SlowRule(idealPerPart: ideal)?.window == expected)
    }

    @Test("without an ideal time nothing is slow")
    func noIdeal() {
        #expect(SlowRule(idealPerPart: nil) == nil)
        #expect(SlowRule(idealPerPart: .zero) == nil)
    }

    @Test(
        "below 0.85 of the ideal rate is slow, at it is not",
        arguments: [(17, false), (16, true), (20, false), (0, true)])
    func limit(count: Int64, expected: Bool) throws {
        let rule = try #require(SlowRule(idealPerPart: .minutes(1)))
        #expect(rule.isSlow(parts: count, in: .minutes(20)) == expected)
    }

    @Test("the rest of a run is as the window before it; a short run is not judged")
    func stretches() throws {
        // One part a minute for ten minutes, then one in two minutes.
        let quick: [Double] = (0..<10).map { index in Double(index) + 0.5 }
        let slow: [Double] = (0..<8).map { index in 10.5 + Double(index) * 2 }
        let counts = parts(quick + slow)
        let rule = try #require(SlowRule(idealPerPart: .minutes(1)))
        #expect(rule.slowStretches(run: minutes(0, 25), counts: counts) == [minutes(10, 25)])
        #expect(rule.slowStretches(run: minutes(0, 9), counts: parts([])) == [])
        // What happens later never changes a window that is over.
        #expect(rule.slowStretches(run: minutes(0, 20), counts: counts) == [minutes(10, 20)])
    }

    @Test("each job is judged by its own ideal time")
    func jobs() {
        let counts = parts((0..<40).map { Double($0) + 0.5 })
        let jobs = [job("A", ideal: .minutes(1), 0, 20), job("B", ideal: .seconds(30), 20, 40)]
        let slow = SlowRule.slowStretches(
            observed: [seen(.running, 0, 40)], jobs: jobs, counts: counts)
        #expect(slow == [minutes(20, 40)])
    }
}
