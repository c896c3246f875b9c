// Batch and stream are one: any split gives the same states, which tile the time; and it is fast.
import Plant
import Testing

@testable import Understand

private let power = SignalID(1)
private let alarm = SignalID(2)
private let link = SignalID(3)
private let spoken = SignalID(4)

/// A made-up life of a machine: runs, dips, gaps, faults, link losses, bad samples.
private struct Life {
    var series: [SignalID: SampleSeries]
    var rules: [Dated<StateRule>]
    var before: [SignalID: LastValue]
    var end: Double

    init(seed: UInt64) {
        var random = Seeded(seed)
        var times: [Int64] = []
        var levels: [Double] = []
        var quality: [Quality] = []
        var texts: [String] = []
        var second = 0.0
        var level = 2.0
        for _ in 0..<400 {
            let chance = Int.random(in: 0..<100, using: &random)
            second += chance < 4 ? Double.random(in: 5..<90, using: &random) : 1
            if Int.random(in: 0..<6, using: &random) == 0 {
                level = [0.1, 0.7, 2, 4, 8, .nan].randomElement(using: &random) ?? 2
            }
            times.append(at(second).nanoseconds)
            levels.append(level)
            quality.append(chance == 50 ? .badComm : chance == 51 ? .uncertainStale : .good)
            texts.append(level > 3 ? "RUN" : level > 0.5 ? "IDLE" : "?")
        }
        end = second + Double.random(in: 0..<60, using: &random)
        func switches(_ count: Int) -> SampleSeries {
            var turns: Set<Int64> = []
            for _ in 0..<count {
                // Half of them at the very instant of a level sample.
                let isSame = Bool.random(using: &random)
                turns.insert(
                    isSame
                        ? times.randomElement(using: &random) ?? 0
                        : at(Double.random(in: 0..<second, using: &random)).nanoseconds)
            }
            let sorted = turns.sorted()
            return SampleSeries(
                times: sorted, values: .flags(sorted.map { _ in Bool.random(using: &random) }))
        }
        series = [
            power: SampleSeries(times: times, values: .numbers(levels), quality: quality),
            alarm: switches(12), link: switches(Int.random(in: 0..<8, using: &random)),
            spoken: SampleSeries(times: times, values: .texts(texts), quality: quality),
        ]
        let dwell = Elapsed.seconds(Int64.random(in: 0..<8, using: &random))
        let level1 = StateRule(
            source: .level(
                power, running: Threshold(rise: 5, fall: 3), idle: Threshold(rise: 1, fall: 0.5)),
            fault: Bool.random(using: &random) ? alarm : nil, runningDwell: dwell,
            stoppedDwell: Elapsed.seconds(Int64.random(in: 0..<12, using: &random)),
            staleAfter: .seconds(20), link: Bool.random(using: &random) ? link : nil)
        let said = StateRule(
            source: .explicit(spoken, meanings: ["RUN": .running, "IDLE": .idle]), fault: alarm)
        let take1 = Double.random(in: -10..<second, using: &random)
        rules = [
            Dated(from: seed % 3 == 0 ? at(take1) : .distantPast, value: level1),
            Dated(from: at(take1 + Double.random(in: 0..<200, using: &random)), value: said),
        ]
        before =
            Bool.random(using: &random)
            ? [power: LastValue(time: at(-3), value: .number(8), quality: .good)] : [:]
    }

    /// All samples in order of time; at one instant link, fault, then level.
    var stream: [(Int64, Int, SignalID, Scalar, Quality)] {
        var all: [(Int64, Int, SignalID, Scalar, Quality)] = []
        for (signal, own) in series {
            let rank = signal == link ? 0 : signal == alarm ? 1 : 2
            for index in own.times.indices {
                all.append(
                    (own.times[index], rank, signal, own.values[index], own.quality(at: index)))
            }
        }
        return all.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    }

    func streamed(splitBy seed: UInt64) -> [ObservedEpisode] {
        var random = Seeded(seed)
        var engine = StateEngine(rules: rules)
        var changes = engine.carryIn(before)
        for (time, _, signal, value, quality) in stream {
            // Time passes at arbitrary moments between the samples.
            if Int.random(in: 0..<4, using: &random) == 0 {
                let early = Int64.random(in: 0..<3_000_000_000, using: &random)
                changes += engine.advance(to: Timestamp(nanoseconds: time - early))
            }
            changes += engine.step(
                time: Timestamp(nanoseconds: time), signal: signal, value: value, quality: quality)
        }
        changes += engine.advance(to: at(end))
        #expect(engine.lateCount == 0)
        return ObservedStates.episodes(changes: changes, range: span(0, end))
    }
}

@Suite("Batch and stream")
struct StateEngineBatchTests {
    @Test("any split of the stream gives the states of the batch", arguments: UInt64(1)...60)
    func splits(seed: UInt64) {
        let life = Life(seed: seed)
        let batch = ObservedStates.episodes(
            rules: life.rules, series: life.series, range: span(0, life.end), before: life.before)
        for split in 0..<3 {
            let streamed = life.streamed(splitBy: seed * 7 + UInt64(split))
            let first = zip(streamed, batch).first { $0 != $1 }
            #expect(first == nil && streamed.count == batch.count, "seed \(seed)")
        }
    }

    @Test("states tile the range without gap or overlap", arguments: UInt64(100)...130)
    func tiles(seed: UInt64) {
        let life = Life(seed: seed)
        let range = span(-20, life.end + 40)
        let episodes = ObservedStates.episodes(
            rules: life.rules, series: life.series, range: range, before: life.before)
        #expect(episodes.first?.range.start == range.start)
        #expect(episodes.last?.range.end == range.end)
        for (left, right) in zip(episodes, episodes.dropFirst()) {
            #expect(left.range.end == right.range.start)
            #expect(left.state != right.state)
        }
        #expect(episodes.allSatisfy { !$0.range.isEmpty })
        let sum = episodes.reduce(Elapsed.zero) { $0 + $1.range.elapsed }
        #expect(sum == range.elapsed)
    }

    @Test("a part of the range is the same part of the whole", arguments: UInt64(200)...220)
    func parts(seed: UInt64) {
        let life = Life(seed: seed)
        let whole = ObservedStates.episodes(
            rules: life.rules, series: life.series, range: span(0, life.end), before: life.before)
        let part = TimeRange(start: at(life.end / 4), end: at(life.end / 2))
        let own = ObservedStates.episodes(
            rules: life.rules, series: life.series, range: part, before: life.before)
        let cut = whole.compactMap { episode in
            episode.range.intersection(part).map {
                ObservedEpisode(state: episode.state, range: $0)
            }
        }
        #expect(zip(own, cut).allSatisfy { $0 == $1 } && own.count == cut.count, "seed \(seed)")
    }

    @Test("a whole batch of a group goes through in one call")
    func group() {
        let rule = StateRule(
            source: .level(power, running: Threshold(rise: 5, fall: 3), idle: nil), fault: alarm,
            runningDwell: .zero, stoppedDwell: .zero)
        var engine = StateEngine(rule: rule)
        let batch = SampleBatch(
            times: [at(2).nanoseconds, at(1).nanoseconds, at(3).nanoseconds],
            columns: [
                SignalColumn(signal: power, values: .numbers([8, 1, 8])),
                SignalColumn(signal: alarm, values: .flags([false, false, true])),
                SignalColumn(signal: SignalID(77), values: .numbers([0, 0, 0])),
            ])
        #expect(engine.step(batch).map(\.state) == [.idle, .running, .fault])
        #expect(engine.lateCount == 0)
    }

    @Test("six weeks at once tile their range")
    func sixWeeks() {
        // 363,000 samples every 10 s: six weeks.
        let count = 363_000
        var times = [Int64](repeating: 0, count: count)
        var levels = [Double](repeating: 0, count: count)
        var random = Seeded(11)
        var level = 8.0
        for index in 0..<count {
            if random.next() % 40 == 0 { level = level > 5 ? 2.0 : 8.0 }
            times[index] = origin.nanoseconds + Int64(index) * 10_000_000_000
            levels[index] = level
        }
        let data = [power: SampleSeries(times: times, values: .numbers(levels))]
        let rule = StateRule(
            source: .level(
                power, running: Threshold(rise: 5, fall: 3), idle: Threshold(rise: 1, fall: 0.5)))
        let range = TimeRange(start: origin, end: at(Double(count) * 10))
        let episodes = ObservedStates.episodes(rule: rule, series: data, range: range)
        #expect(episodes.count > 5000)
        #expect(episodes.first?.range.start == range.start)
        #expect(episodes.last?.range.end == range.end)
        let breaks = zip(episodes, episodes.dropFirst()).filter { $0.range.end != $1.range.start }
        #expect(breaks.isEmpty)
    }
}
