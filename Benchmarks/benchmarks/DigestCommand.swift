// A digest of everything that analytics give on made-up input: the same bits on every machine.

import ArgumentParser
import LabelledTraces
import Plant
import Understand

/// What recomputation gives, one line for each kind of figure.
struct Digest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A digest of learnt states, figures, charts and scores, to compare machines.",
        discussion: """
            The input is made from a seed. Each line is a name and 16 hexadecimal digits over the \
            bits of every number: two machines that print the same lines compute the same figures \
            to the last bit.
            """)

    func run() async throws {
        let traces = LabelledTrace.all(seed: 42)
        for index in stride(from: 0, to: traces.count, by: 5) {
            try await digest(traces[index], index)
        }
        charts(traces[0])
        scores(traces[1])
        distributions()
    }

    private func digest(_ trace: LabelledTrace, _ index: Int) async throws {
        let morning = trace.range.start + .hours(8)
        let learnt = StateLearning.learn(
            trace.learning(until: morning), hold: .minutes(5))
        var bits = BitDigest()
        bits.add("\(learnt)")
        bits.print("learnt \(index)")
    }

    private func charts(_ trace: LabelledTrace) {
        guard case .numbers(let all) = trace.series.values else { return }
        let values = stride(from: 0, to: all.count, by: 97).map { all[$0] }
        var bits = BitDigest()
        do throws(ChartRefusal) {
            let usual = try IndividualsBaseline(Array(values.prefix(25)))
            let charts = [
                try ControlChart.individuals(values, baseline: usual),
                try ControlChart.weightedMean(values, target: usual.mean, sigma: usual.sigma),
                try ControlChart.cumulativeSum(values, target: usual.mean, sigma: usual.sigma),
            ]
            for point in charts.flatMap(\.points) {
                bits.add(point.value)
                bits.add(point.lower)
                bits.add(point.upper)
            }
        } catch {
            bits.add("\(error)")
        }
        if let limits = DrawingLimits(lower: -1, upper: 100) {
            bits.add("\(Capability(values, limits: limits, within: 1.5) as Any)")
        }
        bits.print("charts")
    }

    private func scores(_ trace: LabelledTrace) {
        guard case .numbers(let all) = trace.series.values else { return }
        var watch = OddWatch()
        var bits = BitDigest()
        for index in stride(from: 0, to: all.count, by: 10) {
            let found = watch.see(
                all[index], at: Timestamp(nanoseconds: trace.series.times[index]))
            bits.add("\(found as Any)")
        }
        bits.print("odd")
    }

    private func distributions() {
        var bits = BitDigest()
        for step in 1..<1000 {
            let share = Double(step) / 1000
            bits.add(Normal.quantile(share))
            bits.add(Normal.below(share * 6 - 3))
            bits.add(ChiSquared.quantile(share, freedom: Double(step % 60 + 1)))
        }
        bits.print("distributions")
    }
}

/// FNV-1a over 64 bits: not against malice, only to tell one bit from another.
private struct BitDigest {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ value: Double) { add(value.bitPattern) }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
    }

    private mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            state = (state ^ (word >> shift & 0xFF)) &* 0x0000_0100_0000_01B3
        }
    }

    func print(_ name: String) {
        let digits = String(state, radix: 16)
        Swift.print(name, String(repeating: "0", count: 16 - digits.count) + digits)
    }
}
