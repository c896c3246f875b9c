// Cycles counted in traces whose number is known.

import Plant
import Testing

@testable import Understand

@Suite("Cycles counted in a trace") struct CycleCountTests {
    /// A trace of one value a second: runs of cycles with pauses between them.
    private func trace(
        cycles: [Int], length: Int, jitter: Int, seed: UInt64
    ) -> (series: SampleSeries, running: [TimeRange]) {
        var random = Seeded(seed)
        var values: [Double] = []
        var running: [TimeRange] = []
        for count in cycles {
            let start = values.count
            for _ in 0..<count {
                let own =
                    length + (jitter > 0 ? Int.random(in: -jitter...jitter, using: &random) : 0)
                for second in 0..<own {
                    let share = Double(second) / Double(own)
                    let level = share < 0.15 ? 3.0 : share < 0.6 ? 9 : share < 0.8 ? 6 : 4
                    values.append(level + Double.random(in: -0.2...0.2, using: &random))
                }
            }
            running.append(span(Double(start), Double(values.count)))
            for _ in 0..<120 { values.append(1 + Double.random(in: -0.1...0.1, using: &random)) }
        }
        return (
            SampleSeries(
                times: values.indices.map { at(Double($0)).nanoseconds },
                values: .numbers(values)), running
        )
    }

    @Test(
        "the number of cycles is met within two and 3 %, and the period within 2 %",
        arguments: [(20, 0), (40, 0), (40, 2), (90, 4)] as [(Int, Int)])
    func known(_ length: Int, _ jitter: Int) throws {
        let cycles = [25, 40, 12]
        let (series, running) = trace(cycles: cycles, length: length, jitter: jitter, seed: 7)
        let found = try #require(CycleCount(series, running: running))
        #expect(abs(found.period.seconds - Double(length)) <= 0.02 * Double(length) + 0.5)
        #expect(!found.differs(from: 77), "\(found)")
        #expect(found.confidence > 0.8)
    }

    @Test("no cycle is made up: noise, one level, too few samples, no run")
    func none() {
        var random = Seeded(3)
        let noise = SampleSeries(
            times: (0..<2_000).map { at(Double($0)).nanoseconds },
            values: .numbers((0..<2_000).map { _ in Double.random(in: 5...6, using: &random) }))
        #expect(CycleCount(noise, running: [span(0, 2_000)]) == nil)
        let flat = SampleSeries(
            times: noise.times, values: .numbers([Double](repeating: 5, count: 2_000)))
        #expect(CycleCount(flat, running: [span(0, 2_000)]) == nil)
        let (series, _) = trace(cycles: [30], length: 40, jitter: 0, seed: 1)
        #expect(CycleCount(series, running: []) == nil)
        #expect(CycleCount(.empty(.number), running: [span(0, 10)]) == nil)
        // Cycles of six samples are too short to be told apart.
        let (short, running) = trace(cycles: [60], length: 6, jitter: 0, seed: 1)
        let found = CycleCount(short, running: running)
        #expect(found == nil || found.map { $0.differs(from: 60) } == true)
    }

    @Test("a gap in the samples does not become a cycle")
    func gap() throws {
        let (whole, running) = trace(cycles: [40], length: 40, jitter: 0, seed: 5)
        guard case .numbers(let values) = whole.values else { return }
        let kept = whole.times.indices.filter { !(800..<1_000).contains($0) }
        let series = SampleSeries(
            times: kept.map { whole.times[$0] }, values: .numbers(kept.map { values[$0] }))
        let found = try #require(CycleCount(series, running: running))
        #expect(found.count <= 36)
        #expect(found.differs(from: 40))
    }
}
