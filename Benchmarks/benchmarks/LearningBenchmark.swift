// States learnt from labelled traces: agreement with the truth, beside the best fixed limit.

import ArgumentParser
import LabelledTraces
import Plant
import Understand

/// How well states are learnt from a trace alone.
struct Learning: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "States learnt from labelled traces, beside the best fixed limit.",
        discussion: """
            One line a trace: agreement with the truth by time after 1, 4 and 8 hours of \
            learning, each scored over the rest of the day; the agreement of the best single \
            limit that somebody who knew the truth could have chosen; that of a hidden Markov \
            model with the learnt levels (Viterbi); the learnt confidence; what it took. The \
            last lines add them up, and measure the learning of a week.
            """)

    @Option(help: "Seed of the traces.")
    var seed: UInt64 = 42

    func run() async throws {
        var sure: [TraceFigures] = []
        var unsure: [TraceFigures] = []
        for trace in LabelledTrace.all(seed: seed) {
            let figures = try await TraceFigures(trace)
            report(trace.name, figures.columns)
            if trace.isAmbiguous { unsure.append(figures) } else { sure.append(figures) }
        }
        report(
            "labelled traces",
            [
                ("traces", Double(sure.count)),
                ("at_least_97_percent", Double(sure.count { $0.afterFour >= 0.97 })),
                ("better_than_fixed", Double(sure.count { $0.afterFour > $0.fixed })),
                ("better_than_hidden", Double(sure.count { $0.afterFour > $0.hidden })),
                ("hidden_better", Double(sure.count { $0.hidden > $0.afterFour })),
                ("mean_hidden", TraceFigures.mean(sure.map(\.hidden))),
                ("least", sure.map(\.afterFour).min() ?? .nan),
                ("mean_after_1h", TraceFigures.mean(sure.map(\.afterOne))),
                ("mean_after_4h", TraceFigures.mean(sure.map(\.afterFour))),
                ("mean_after_8h", TraceFigures.mean(sure.map(\.afterEight))),
                ("sure", Double(sure.count(where: \.isSure))),
            ])
        report(
            "ambiguous traces",
            [
                ("traces", Double(unsure.count)),
                ("not_sure", Double(unsure.count { !$0.isSure })),
            ])
        try await week()
    }

    /// What learning from seven days of one value a second takes.
    private func week() async throws {
        let day = LabelledTrace.all(seed: seed)[1].series
        guard case .numbers(let values) = day.values else { return }
        var times: [Int64] = []
        var all: [Double] = []
        for number in 0..<Int64(7) {
            times += day.times.map { $0 + number * 86_400_000_000_000 }
            all += values
        }
        let series = SampleSeries(times: times, values: .numbers(all))
        let cost = try await Meter.measure {
            guard case .learnt = StateLearning.learn(series, hold: .seconds(30)) else {
                throw ValidationError("Nothing was learnt from the week.")
            }
        }
        report(
            "a week of one value a second",
            [("samples", Double(series.count)), ("wall_s", cost.wallSeconds)])
    }
}

/// What one trace gave.
struct TraceFigures {
    let afterOne: Double
    let afterFour: Double
    let afterEight: Double
    let fixed: Double
    let hidden: Double
    let confidence: Double
    let isSure: Bool
    let seconds: Double

    init(_ trace: LabelledTrace) async throws {
        func agreement(hours: Int64) -> (agreement: Double, outcome: LearningOutcome) {
            let from = trace.range.start + .hours(hours)
            let outcome = StateLearning.learn(trace.learning(until: from), hold: .seconds(30))
            let rest = TimeRange(start: from, end: trace.range.end)
            guard case .learnt(let states) = outcome else { return (0, outcome) }
            let signal = SignalID(1)
            let found = ObservedStates.episodes(
                rule: states.rule(for: signal), series: [signal: trace.series],
                range: trace.range)
            return (TraceScore.agreement(found, truth: trace.truth, over: rest), outcome)
        }
        var four: (agreement: Double, outcome: LearningOutcome)?
        let cost = try await Meter.measure { four = agreement(hours: 4) }
        seconds = cost.processorSeconds
        afterOne = agreement(hours: 1).agreement
        afterFour = four?.agreement ?? 0
        afterEight = agreement(hours: 8).agreement
        fixed = TraceScore.bestFixedLimit(
            trace, over: TimeRange(start: trace.range.start + .hours(4), end: trace.range.end))
        let rest = TimeRange(start: trace.range.start + .hours(4), end: trace.range.end)
        if case .learnt(let states) = four?.outcome {
            hidden = TraceScore.agreement(
                TraceFigures.path(states, trace), truth: trace.truth, over: rest)
            confidence = states.confidence
            isSure = states.isSure
        } else {
            hidden = 0
            confidence = 0
            isSure = false
        }
    }

    /// The most likely states of the day by a hidden Markov model with the learnt levels, each
    /// kept for a minute on average.
    private static func path(
        _ learnt: LearntStates, _ trace: LabelledTrace
    ) -> [ObservedEpisode] {
        guard case .numbers(let values) = trace.series.values else { return [] }
        let model = HiddenStates(
            levels: learnt.levels.map {
                MixtureLevel(
                    weight: max($0.level.weight, 1e-6), mean: $0.level.mean,
                    deviation: max($0.level.deviation, 0.01))
            }, stay: 1 - 1 / 60)
        let states = learnt.levels.map { level -> ObservedState in
            switch level.role {
            case .off: .off
            case .idle: .idle
            case .running: .running
            }
        }
        let changes = zip(trace.series.times, model.path(values).states).map { time, state in
            let time = Timestamp(nanoseconds: time)
            return StateChange(state: states[state], from: time, known: time)
        }
        return ObservedStates.episodes(changes: changes, range: trace.range)
    }

    var columns: [(String, Double)] {
        [
            ("after_1h", afterOne), ("after_4h", afterFour), ("after_8h", afterEight),
            ("best_fixed", fixed), ("hidden", hidden), ("confidence", confidence),
            ("sure", isSure ? 1 : 0),
            ("processor_s", seconds),
        ]
    }

    static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(1, values.count))
    }
}
