// The live reading of states: dwell and dating back, silence, link, fault, rules that take over.
import Plant
import Testing

@testable import Understand

private let power = SignalID(1)
private let alarm = SignalID(2)
private let link = SignalID(3)

private let s1Levels = [
    0.1, 0.2, 0.1, 2.1, 2.0, 2.2, 7.9, 8.1, 2.6, 8.0, 8.2, 2.1, 2.0, 2.2, 2.1, 0.2, 0.1,
]

private func levelRule(
    dwell: Elapsed, stale: Elapsed = .seconds(30), fault: SignalID? = nil, link: SignalID? = nil
) -> StateRule {
    StateRule(
        source: .level(
            power, running: Threshold(rise: 5, fall: 3), idle: Threshold(rise: 1, fall: 0.5)),
        fault: fault, runningDwell: dwell, stoppedDwell: dwell, staleAfter: stale, link: link)
}

private func series(_ values: [Double], every: Double = 1, from start: Double = 0) -> SampleSeries {
    SampleSeries(
        times: values.indices.map { at(start + Double($0) * every).nanoseconds },
        values: .numbers(values))
}

/// `off3 idle4` for states that hold one second each.
private func runs(_ states: [ObservedState]) -> String {
    var result: [(ObservedState, Int)] = []
    for state in states {
        if let last = result.last, last.0 == state {
            result[result.count - 1].1 += 1
        } else {
            result.append((state, 1))
        }
    }
    return result.map { "\($0.0.code)\($0.1)" }.joined(separator: " ")
}

private func text(_ episodes: [ObservedEpisode]) -> String {
    episodes.map { episode in
        "\(episode.state.code) \((episode.range.start - origin).nanoseconds / 1_000_000_000)"
            + "-\((episode.range.end - origin).nanoseconds / 1_000_000_000)"
    }.joined(separator: ", ")
}

@Suite("States from signals")
struct StateEngineTests {
    @Test(
        "state S1, as it is known while it happens",
        arguments: [
            (1, "off3 idle3 running2 idle1 running2 idle4 off2"),
            (2, "off4 idle3 running5 idle4 off1"),
        ])
    func causal(dwell: Int64, expected: String) {
        var engine = StateEngine(rule: levelRule(dwell: .seconds(dwell)))
        var states: [ObservedState] = []
        for (index, level) in s1Levels.enumerated() {
            _ = engine.step(
                time: at(Double(index)), signal: power, value: .number(level), quality: .good)
            // Each sample holds for its second; what is known at the end of it counts.
            _ = engine.advance(to: at(Double(index + 1)))
            states.append(engine.current.state)
        }
        #expect(runs(states) == expected)
    }

    @Test(
        "state S1, dated back to the first sample of each run",
        arguments: [
            (1, "off 0-3, idle 3-6, running 6-8, idle 8-9, running 9-11, idle 11-15, off 15-17"),
            (2, "off 0-3, idle 3-6, running 6-11, idle 11-15, off 15-17"),
        ])
    func datedBack(dwell: Int64, expected: String) {
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(dwell)), series: [power: series(s1Levels)],
            range: span(0, 17))
        #expect(text(episodes) == expected)
    }

    @Test("a change carries both its first sample and the moment it could be said")
    func changeTimes() {
        var engine = StateEngine(rule: levelRule(dwell: .seconds(5)))
        var changes: [StateChange] = []
        for second in 0..<20 {
            changes += engine.step(
                time: at(Double(second)), signal: power, value: .number(second < 10 ? 2 : 8),
                quality: .good)
        }
        #expect(
            changes == [
                StateChange(state: .idle, from: at(0), known: at(0)),
                StateChange(state: .running, from: at(10), known: at(15)),
            ])
    }

    @Test("a short dip through idle to off still ends the run at its first sample")
    func powerDown() {
        let levels = [8.0, 8, 8, 8, 8, 8, 2, 0.1, 2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(3)), series: [power: series(levels)],
            range: span(0, 15))
        #expect(text(episodes) == "running 0-6, idle 6-9, off 9-15")
    }

    @Test("a silence is unknown from the last good sample plus one period (R-38)")
    func silence() {
        let data = SampleSeries(
            times: [0, 1, 2, 3, 63, 64, 65].map { at($0).nanoseconds },
            values: .numbers([8, 8, 8, 8, 8, 8, 8]))
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)), series: [power: data], range: span(-5, 120))
        #expect(
            text(episodes)
                == "unknown -5-0, running 0-4, unknown 4-63, running 63-66, unknown 66-120")
    }

    @Test(
        "a gap as long as the limit still counts as seen, a longer one does not",
        arguments: [(30.0, "running 0-50"), (30.5, "running 0-11, unknown 11-40, running 40-50")])
    func silenceLimit(gap: Double, expected: String) {
        let data = SampleSeries(
            times: [0, 10 - 0.5, 10, 10 + gap, 50].map { at($0).nanoseconds },
            values: .numbers([8, 8, 8, 8, 8]))
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)), series: [power: data], range: span(0, 50),
            period: .seconds(1))
        #expect(text(episodes) == expected)
    }

    @Test("with a known period three of them may pass even when that is longer than the limit")
    func slowPolling() {
        let data = series([8, 8, 8, 8], every: 60)
        let polled = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)), series: [power: data], range: span(0, 500),
            period: .seconds(60))
        #expect(text(polled) == "running 0-240, unknown 240-500")
    }

    @Test("silence becomes unknown while time passes, without any sample")
    func silenceLive() {
        var engine = StateEngine(rule: levelRule(dwell: .seconds(2)), period: .seconds(1))
        _ = engine.step(time: at(0), signal: power, value: .number(8), quality: .good)
        #expect(engine.advance(to: at(30)).isEmpty)
        #expect(engine.current.state == .running)
        #expect(
            engine.advance(to: at(31)) == [
                StateChange(state: .unknown, from: at(1), known: at(31))
            ])
    }

    @Test(
        "a value that cannot be used ends what was seen at once",
        arguments: [
            (8.0, Quality.badComm), (8.0, .badValue), (8.0, .badDamaged), (8.0, .uncertainStale),
            (.nan, .good), (.infinity, .good),
        ])
    func unusable(value: Double, quality: Quality) {
        var data = series([8, 8, 8, 8, value, 8, 8])
        data.quality = [.good, .good, .good, .good, quality, .good, .good]
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)), series: [power: data], range: span(0, 7))
        #expect(text(episodes) == "running 0-4, unknown 4-5, running 5-7")
    }

    @Test("a sample with a doubtful clock still counts")
    func doubtfulClock() {
        var data = series([8, 8, 8])
        data.quality = [.good, .uncertainClock, .good]
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .zero), series: [power: data], range: span(0, 3))
        #expect(text(episodes) == "running 0-3")
    }

    @Test("the value known before the range is carried in")
    func carriedIn() {
        let before = [power: LastValue(time: at(-4), value: .number(8), quality: .good)]
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)),
            series: [power: series([2, 2, 2, 2], from: 6)], range: span(0, 10), before: before)
        #expect(text(episodes) == "running 0-6, idle 6-10")
    }

    @Test("a value from before that is too old is not seen")
    func carriedInStale() {
        let before = [power: LastValue(time: at(-600), value: .number(8), quality: .good)]
        let episodes = ObservedStates.episodes(
            rule: levelRule(dwell: .seconds(2)), series: [:], range: span(0, 10), before: before)
        #expect(text(episodes) == "unknown 0-10")
    }

    @Test("the machine's fault overrides the level and ends at once")
    func fault() {
        let rule = levelRule(dwell: .seconds(2), fault: alarm)
        let flags = SampleSeries(
            times: [0, 5, 9].map { at($0).nanoseconds }, values: .flags([false, true, false]))
        let levels = series([8, 8, 8, 8, 2, 2, 2, 2, 2, 2, 8, 8, 8, 8])
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: levels, alarm: flags], range: span(0, 14))
        #expect(text(episodes) == "running 0-5, fault 5-9, idle 9-10, running 10-14")
    }

    @Test("a machine that is not seen is unknown even while its fault signal is on")
    func faultUnseen() {
        let rule = levelRule(dwell: .seconds(2), fault: alarm)
        let flags = SampleSeries(
            times: [0, 50].map { at($0).nanoseconds }, values: .integers([0, 7]))
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: series([8, 8]), alarm: flags], range: span(0, 60))
        #expect(text(episodes) == "running 0-2, unknown 2-60")
    }

    @Test("while the link is up a value holds however old it is")
    func linkHolds() {
        let rule = levelRule(dwell: .seconds(2), link: link)
        let up = SampleSeries(
            times: [0, 5000, 5100].map { at($0).nanoseconds }, values: .flags([true, false, true]))
        let levels = SampleSeries(
            times: [1, 1000, 5200].map { at($0).nanoseconds }, values: .numbers([8, 2, 8]))
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: levels, link: up], range: span(0, 6000))
        #expect(
            text(episodes)
                == "unknown 0-1, running 1-1000, idle 1000-5000, unknown 5000-5200,"
                + " running 5200-6000")
    }

    @Test("a value that comes while the link is said to be down counts when it is up again")
    func linkLate() {
        let rule = levelRule(dwell: .seconds(2), link: link)
        let up = SampleSeries(
            times: [0, 100, 205].map { at($0).nanoseconds }, values: .flags([true, false, true]))
        let levels = SampleSeries(
            times: [1, 203].map { at($0).nanoseconds }, values: .numbers([8, 8]))
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: levels, link: up], range: span(0, 300))
        #expect(text(episodes) == "unknown 0-1, running 1-100, unknown 100-205, running 205-300")
    }

    @Test("states that the machine says itself count at once; words without meaning are unknown")
    func said() {
        let rule = StateRule(
            source: .explicit(
                power, meanings: ["ACTIVE": .running, "READY": .idle, "FAULT": .fault]))
        let data = SampleSeries(
            times: [0, 1, 2, 3, 4, 5].map { at($0).nanoseconds },
            values: .texts(["READY", "ACTIVE", "READY", "FAULT", "PROGRAM_STOPPED", "ACTIVE"]))
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: data], range: span(0, 6))
        #expect(
            text(episodes)
                == "idle 0-1, running 1-2, idle 2-3, fault 3-4, unknown 4-5, running 5-6")
    }

    @Test(
        "numbers and switches may carry a meaning too",
        arguments: [
            ColumnValues.integers([1, 1, 3]), .numbers([1, 1, 3]),
        ])
    func saidByNumber(values: ColumnValues) {
        let rule = StateRule(source: .explicit(power, meanings: ["1": .idle, "3": .running]))
        let data = SampleSeries(times: [0, 1, 2].map { at($0).nanoseconds }, values: values)
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: data], range: span(0, 3))
        #expect(text(episodes) == "idle 0-2, running 2-3")
    }

    @Test("a rule takes over from its first instant on, with the value that is there")
    func ruleChange() {
        let strict = StateRule(
            source: .level(power, running: Threshold(rise: 9, fall: 8.5), idle: nil),
            runningDwell: .zero, stoppedDwell: .zero)
        let rules = [
            Dated(from: at(2), value: levelRule(dwell: .zero)), Dated(from: at(5), value: strict),
        ]
        let episodes = ObservedStates.episodes(
            rules: rules, series: [power: series([8, 8, 8, 8, 8, 8, 8, 9, 9])], range: span(0, 9))
        #expect(text(episodes) == "unknown 0-2, running 2-5, idle 5-7, running 7-9")
    }

    @Test("without a lower boundary there is no off")
    func noOff() {
        let rule = StateRule(
            source: .level(power, running: Threshold(rise: 5, fall: 3), idle: nil),
            runningDwell: .zero, stoppedDwell: .zero)
        let episodes = ObservedStates.episodes(
            rule: rule, series: [power: series([0, 8, 0])], range: span(0, 3))
        #expect(text(episodes) == "idle 0-1, running 1-2, idle 2-3")
    }

    @Test("a sample that comes too late changes nothing and is counted")
    func late() {
        var engine = StateEngine(rule: levelRule(dwell: .zero))
        _ = engine.step(time: at(10), signal: power, value: .number(8), quality: .good)
        let changes = engine.step(time: at(9), signal: power, value: .number(2), quality: .good)
        #expect(changes.isEmpty)
        #expect(engine.lateCount == 1)
        #expect(engine.current.state == .running)
    }

    @Test("signals of other machines pass by")
    func others() {
        var engine = StateEngine(rule: levelRule(dwell: .zero))
        let changes = engine.step(
            time: at(1), signal: SignalID(99), value: .number(8), quality: .good)
        #expect(changes.isEmpty)
        #expect(engine.current.state == .unknown)
    }
}
