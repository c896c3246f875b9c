// States learnt from traces whose truth is known, beside the best limit chosen with hindsight.

import LabelledTraces
import Plant
import Testing
import Understand

@Suite("States learnt from labelled traces") struct LabelledTraceTests {
    /// What four hours of learning gave for one trace.
    private struct Result {
        let trace: LabelledTrace
        let outcome: LearningOutcome
        let agreement: Double
        let fixed: Double

        init(_ trace: LabelledTrace) {
            self.trace = trace
            let from = trace.range.start + .hours(4)
            let rest = TimeRange(start: from, end: trace.range.end)
            outcome = StateLearning.learn(trace.learning(until: from), hold: .seconds(30))
            fixed = TraceScore.bestFixedLimit(trace, over: rest)
            if case .learnt(let states) = outcome {
                let signal = SignalID(1)
                let found = ObservedStates.episodes(
                    rule: states.rule(for: signal), series: [signal: trace.series],
                    range: trace.range)
                agreement = TraceScore.agreement(found, truth: trace.truth, over: rest)
            } else {
                agreement = 0
            }
        }

        var isSure: Bool {
            if case .learnt(let states) = outcome { return states.isSure }
            return false
        }
    }

    @Test(
        "after four hours 97 % of the time is right, and a fixed limit is beaten",
        arguments: [UInt64(42), 7])
    func agreement(_ seed: UInt64) {
        let results = LabelledTrace.all(seed: seed).map(Result.init)
        let clear = results.filter { !$0.trace.isAmbiguous }
        #expect(clear.count >= 30)
        for result in clear {
            #expect(result.agreement >= 0.97, "\(result.trace.name): \(result.agreement)")
            #expect(result.isSure, "\(result.trace.name)")
        }
        #expect(clear.count { $0.agreement > $0.fixed } >= 25)
        for result in results where result.trace.isAmbiguous {
            #expect(!result.isSure, "\(result.trace.name): \(result.outcome)")
        }
    }

    @Test("the score and the best fixed limit by hand")
    func score() {
        let start = Timestamp(seconds: 0)
        func episode(_ state: ObservedState, _ from: Int64, _ to: Int64) -> ObservedEpisode {
            ObservedEpisode(
                state: state,
                range: TimeRange(start: start + .seconds(from), end: start + .seconds(to)))
        }
        let truth = [episode(.off, 0, 4), episode(.idle, 4, 6), episode(.running, 6, 10)]
        let found = [episode(.off, 0, 5), episode(.running, 5, 10)]
        let range = TimeRange(start: start, end: start + .seconds(10))
        #expect(TraceScore.agreement(found, truth: truth, over: range) == 0.8)
        #expect(TraceScore.agreement([], truth: truth, over: range) == 0)
        let trace = LabelledTrace(
            name: "by hand",
            series: SampleSeries(
                times: (0..<10).map { $0 * 1_000_000_000 },
                values: .numbers([0, 0, 0, 0, 2, 2, 9, 1, 9, 9])), truth: truth, range: range,
            isAmbiguous: false)
        // Above 2 it runs: three of four; below it is off: four of seven. 8 of 10 with a limit
        // between 0 and 1, where idle counts as running: 4 off and 4 running.
        #expect(TraceScore.bestFixedLimit(trace, over: range) == 0.8)
    }

    @Test("the traces are the same for one seed, and others for another")
    func seeds() {
        let first = LabelledTrace.all(seed: 1)[0].series
        #expect(first == LabelledTrace.all(seed: 1)[0].series)
        #expect(first != LabelledTrace.all(seed: 2)[0].series)
        #expect(first.count == 86_400)
    }
}
