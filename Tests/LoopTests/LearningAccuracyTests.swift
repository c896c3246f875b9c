// States learnt from a trace alone against the known truth of the made-up factory.

import Demonstrator
import Plant
import Testing
import Understand

/// One machine's trace of the made-up factory, and what really happened.
private struct KnownTrace {
    let series: SampleSeries
    let truth: [ObservedEpisode]
    let range: TimeRange

    init(_ script: FactoryScript, _ machine: Slug, _ signal: Slug, days: Int64) throws {
        let end = script.now
        range = TimeRange(start: end - .hours(24 * days), end: end)
        let number = try #require(script.signal(machine, signal))
        var times: [Int64] = []
        var values: [Double] = []
        let start = range.start.nanoseconds
        script.history(of: machine) { batch in
            guard let column = batch.columns.first(where: { $0.signal == number }),
                case .numbers(let numbers) = column.values
            else { return }
            for (time, value) in zip(batch.times, numbers) where time >= start {
                times.append(time)
                values.append(value)
            }
        }
        series = SampleSeries(times: times, values: .numbers(values), quality: [])
        truth = KnownTrace.withoutDips(
            try #require(script.truth(in: range).machine(machine)).observed)
    }

    /// What really happened, where a dip of at most 30 s between two runs belongs to the cycle:
    /// a saw that feeds its bar between two cuts is at work.
    private static func withoutDips(_ episodes: [ObservedEpisode]) -> [ObservedEpisode] {
        var kept: [ObservedEpisode] = []
        for (index, episode) in episodes.enumerated() {
            let isDip =
                episode.state == .idle && episode.range.elapsed <= .seconds(30)
                && index > 0 && episodes[index - 1].state == .running
                && index + 1 < episodes.count && episodes[index + 1].state == .running
            kept.append(
                ObservedEpisode(state: isDip ? .running : episode.state, range: episode.range))
        }
        return kept
    }

    func part(_ from: Timestamp, _ to: Timestamp) -> SampleSeries {
        let rows = series.times.indices.filter {
            series.times[$0] >= from.nanoseconds && series.times[$0] < to.nanoseconds
        }
        guard case .numbers(let numbers) = series.values else { return series }
        return SampleSeries(
            times: rows.map { series.times[$0] }, values: .numbers(rows.map { numbers[$0] }),
            quality: [])
    }

    /// Share of the seen time in which learnt states tell running from not running as it was.
    func accuracy(_ learnt: LearntStates) -> Double {
        let signal = SignalID(1)
        let found = ObservedStates.episodes(
            rule: learnt.rule(for: signal), series: [signal: series], range: range)
        var right = 0.0
        var all = 0.0
        for episode in found where episode.state != .unknown {
            for known in truth where known.state != .unknown {
                guard let shared = episode.range.intersection(known.range) else { continue }
                all += shared.elapsed.seconds
                if (episode.state == .running) == (known.state == .running) {
                    right += shared.elapsed.seconds
                }
            }
        }
        return all > 0 ? right / all : 0
    }
}

@Suite("Learning on a known factory") struct LearningAccuracyTests {
    private static let script = FactoryScript(
        seed: 42, now: friday(18), zone: london)

    @Test(
        "a trace alone tells running from not running, or says that it cannot",
        arguments: [
            (Slug("lathe-2"), Slug("motor-current")), (Slug("mill-1"), Slug("spindle-current")),
            (Slug("press-brake"), Slug("motor-current")), (Slug("moulder-3"), Slug("power")),
            (Slug("mill-2"), Slug("power")), (Slug("saw"), Slug("power")),
        ] as [(Slug, Slug)])
    func shift(_ machine: Slug, _ signal: Slug) throws {
        let trace = try KnownTrace(Self.script, machine, signal, days: 5)
        for (hours, least) in [(1, 0.9), (8, 0.95), (24, 0.95)] as [(Int64, Double)] {
            let part = trace.part(friday(14) - .hours(hours), friday(14))
            switch StateLearning.learn(part, hold: .seconds(30)) {
            case .learnt(let learnt):
                guard learnt.isSure else {
                    // An hour without a stop: its levels are all those of running.
                    #expect(hours == 1 && learnt.doubts == [.neverStill], "\(learnt)")
                    continue
                }
                let accuracy = trace.accuracy(learnt)
                #expect(accuracy >= least, "\(machine) after \(hours) h: \(learnt)")
                #expect(learnt.confidence > 0.95 && learnt.confidence <= 1)
            case .notYet(let doubt, _):
                // An hour in which the machine did one thing only has no contrast.
                #expect(hours == 1 && doubt == .noContrast, "\(machine): \(doubt)")
            }
        }
    }

    @Test("a compressor that never stands still is not taken for one that does")
    func compressor() throws {
        let trace = try KnownTrace(
            Self.script, Slug("compressor"), Slug("motor-current"), days: 2)
        // It loads and unloads all day: that is its cycle, and there is no stop to learn from.
        guard case .notYet(let doubt, _) = StateLearning.learn(trace.series, hold: .seconds(30))
        else {
            Issue.record("something was learnt")
            return
        }
        #expect(doubt == .noContrast)
    }
}

@Suite("What a trace cannot tell") struct LearningDoubtTests {
    private func learn(
        _ seconds: Int, quality: Quality = .good, _ value: (Int) -> Double
    ) -> LearningOutcome {
        let start = friday(6).nanoseconds
        return StateLearning.learn(
            SampleSeries(
                times: (0..<seconds).map { start + Int64($0) * 1_000_000_000 },
                values: .numbers((0..<seconds).map(value)),
                quality: quality == .good ? [] : [Quality](repeating: quality, count: seconds)),
            hold: .seconds(30))
    }

    private func doubt(_ outcome: LearningOutcome) -> LearningDoubt? {
        if case .notYet(let doubt, _) = outcome { return doubt }
        return nil
    }

    /// A noise that every run has: −1 to 1.
    private func noise(_ row: Int) -> Double {
        Double((row * 7_919 + row / 13 * 31) % 200 - 100) / 100
    }

    @Test("a short trace, a stuck one, a reversed clamp, a sensor that is off, one level")
    func doubts() {
        #expect(doubt(learn(1_800) { $0 < 900 ? 1 : 9 }) == .tooShort)
        #expect(doubt(learn(7_200) { _ in 4.2 }) == .stuck)
        #expect(
            doubt(learn(7_200) { -8 + (($0 / 900) % 2 == 0 ? 0 : 6) + noise($0) / 4 }) == .reversed)
        #expect(doubt(learn(7_200) { $0 % 2 == 0 ? 0 : 0.01 }) == .sensorOff)
        #expect(doubt(learn(7_200) { 9 + noise($0) }) == .noContrast)
        #expect(doubt(learn(7_200, quality: .badComm) { $0 < 3_600 ? 1 : 9 }) == .tooShort)
        for doubt in LearningDoubt.allCases { #expect(doubt.sentence.hasSuffix(".")) }
    }

    @Test("off, idle and running are three levels")
    func three() throws {
        let outcome = learn(14_400) { row in
            switch row / 1_200 % 3 {
            case 0: 0.02 + abs(noise(row)) / 100
            case 1: 2 + noise(row) / 10
            default: 9 + noise(row)
            }
        }
        guard case .learnt(let learnt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(learnt.levels.map(\.role) == [.off, .idle, .running])
        let idle = try #require(learnt.idle)
        #expect(idle.fall > 0.03 && idle.rise < 1.8)
        #expect(learnt.running.fall > 2.1 && learnt.running.rise < 8)
        #expect(learnt.isSure)
    }

    @Test("levels that overlap are never sure")
    func overlap() {
        let outcome = learn(14_400) { row in
            (row / 1_200 % 2 == 0 ? 6 : 8.6) + noise(row) + noise(row * 3 + 1) + noise(row * 5 + 2)
        }
        switch outcome {
        case .learnt(let learnt): #expect(learnt.doubts.contains(.overlapping))
        case .notYet(let doubt, _): #expect(doubt == .noContrast)
        }
    }
}
