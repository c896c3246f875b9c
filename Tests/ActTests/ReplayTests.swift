// Replays: the same firings as live, what was known beside them, and a calmer setting.

import Plant
import Testing

@testable import Act

/// Stops of the press brake: start and length in minutes.
private let stops: [(Double, Double)] = [
    (60, 12), (120, 45), (200, 14), (300, 90), (420, 11), (500, 22),
]

private func events() -> [RuleEvent] {
    var events: [RuleEvent] = []
    func add(_ state: MachineState, _ minute: Double) {
        let time = at(minute * 60)
        events.append(.state(machine: brake, state, since: time, reason: nil, at: time))
    }
    add(.running, 0)
    for (start, length) in stops {
        add(.stopped, start)
        add(.running, start + length)
    }
    return events
}

private let range = TimeRange(start: at(0), end: at(36_000))

private func rule(_ say: String) throws -> Rule {
    try Rule(RuleText(id: Slug("r"), name: "R", owner: .supervisor, isOn: false, say: say))
}

@Suite("Replays")
struct ReplayTests {
    @Test func `a replay tells when, for how long, and what was then`() throws {
        let episodes = stops.map { start, length in
            StateEpisode(
                state: .stopped,
                range: TimeRange(start: at(start * 60), end: at((start + length) * 60)),
                reason: length > 40 ? Slug("tooling") : nil)
        }
        let job = JobRun(
            job: "4410", product: "Brackets", idealPerPart: nil, isEstimate: false,
            plannedParts: nil, range: TimeRange(start: at(0), end: at(200 * 60)), sequence: 1)
        let outcome = try RuleReplay.run(
            try rule("When press-brake is stopped for more than 10 min, tell d"), plant: site,
            events: events(), range: range,
            context: ReplayContext(episodes: [brake: episodes], jobs: [brake: [job]]))
        #expect(outcome.count == 6)
        #expect(
            outcome.firings.map { ($0.raise.at - at(0)).minutes }
                == stops.map { $0.0 + 10 })
        #expect(
            outcome.firings.map { $0.lasted(until: range.end).minutes }
                == stops.map { $0.1 - 10 })
        #expect(
            outcome.firings.map(\.reason)
                == [nil, Slug("tooling"), nil, Slug("tooling"), nil, nil])
        #expect(outcome.firings.map(\.job) == ["4410", "4410", nil, nil, nil, nil])
        #expect(outcome.firings.allSatisfy { $0.state == .stopped })
        // 01:10 to 05:10 lie before the early shift, 07:10 and 08:30 in it.
        #expect(
            outcome.firings.map(\.shift).suffix(2)
                == ["2026-11-09/early", "2026-11-09/early"])
        #expect(outcome.firings[0].shift == nil)
    }

    @Test func `a replay gives the ids of the live engine`() throws {
        var live = try rule("When press-brake is stopped for more than 10 min, tell d")
        let outcome = try RuleReplay.run(live, plant: site, events: events(), range: range)
        live.isOn = true
        var engine = try RuleEngine(rules: [live], plant: site, start: range.start)
        var ids: [RaiseID] = []
        for event in events() {
            ids += engine.step(event).filter(\.isBeginning).map(\.raise)
            if let time = event.at {
                ids += engine.step(.timePassed(to: time)).filter(\.isBeginning).map(\.raise)
            }
        }
        ids += engine.step(.timePassed(to: range.end)).filter(\.isBeginning).map(\.raise)
        #expect(ids == outcome.firings.map(\.raise))
    }

    @Test func `the calmer wait is the shortest that leaves out what was marked`() throws {
        let own = try rule("When press-brake is stopped for more than 10 min, tell d")
        func replay(_ rule: Rule) -> ReplayOutcome {
            do {
                return try RuleReplay.run(rule, plant: site, events: events(), range: range)
            } catch { return ReplayOutcome(range: range) }
        }
        let outcome = replay(own)
        // Marked are the stops of 12, 14 and 11 min: 15 min is the first wait at or above 14.
        let marked = Set([0, 2, 4].map { outcome.firings[$0].raise })
        let calmer = try #require(
            CalmerSetting.propose(for: own, outcome: outcome, marked: marked, replay: replay))
        #expect(calmer.change == .wait(.minutes(15)))
        #expect(calmer.kept == [1, 3, 5].map { outcome.firings[$0].raise })
        #expect(calmer.lost == [])
        #expect(calmer.removed == 3)
        #expect(calmer.count == 3)
        #expect(calmer.rule.text.say.contains("for more than 15 min"))
        // A marked stop of 45 min costs the one of 22 min too.
        let hard = try #require(
            CalmerSetting.propose(
                for: own, outcome: outcome, marked: [outcome.firings[1].raise], replay: replay))
        #expect(hard.change == .wait(.minutes(45)))
        #expect(hard.kept == [outcome.firings[3].raise])
        #expect(hard.lost.count == 4)
        #expect(
            CalmerSetting.propose(for: own, outcome: outcome, marked: [], replay: replay) == nil)
    }

    @Test func `a limit moves where that keeps more than a wait`() throws {
        // Two long humps up to 67, two short peaks to 80: the humps are marked.
        var values: [Double] = []
        for peak in [(67.0, 600), (80.0, 30), (67.0, 600), (80.0, 30)] {
            values += [Double](repeating: 60, count: 120)
            values += [Double](repeating: peak.0, count: peak.1)
        }
        values += [Double](repeating: 60, count: 60)
        let batch = SampleBatch(
            times: values.indices.map { at(Double($0)).nanoseconds },
            columns: [SignalColumn(signal: oilID, values: .numbers(values))])
        let own = try rule("When moulder-3/oil-temperature is above 65 for more than 10 s, tell d")
        let end = TimeRange(start: at(0), end: at(Double(values.count)))
        func replay(_ rule: Rule) -> ReplayOutcome {
            do {
                return try RuleReplay.run(rule, plant: site, events: [.values(batch)], range: end)
            } catch { return ReplayOutcome(range: end) }
        }
        let outcome = replay(own)
        #expect(outcome.count == 4)
        let marked = Set([0, 2].map { outcome.firings[$0].raise })
        let calmer = try #require(
            CalmerSetting.propose(for: own, outcome: outcome, marked: marked, replay: replay))
        guard case .limit(let limit) = calmer.change else {
            Issue.record("a wait was proposed: \(calmer.change)")
            return
        }
        // The smallest limit of two decimals above 67.
        #expect(limit > 67 && limit <= 67.02)
        #expect(calmer.kept.count == 2 && calmer.lost.isEmpty && calmer.count == 2)
    }

    @Test func `the ready-made rules are read, printed and run`() throws {
        let chosen = [
            ReadyMadeRules.overLimit(machine: moulder, signal: oil, limit: 65),
            ReadyMadeRules.drifting(machine: moulder, signal: oil, amount: 2.5),
            ReadyMadeRules.powerLeftOn(machine: brake, signal: power, limit: 2),
        ]
        let texts = ReadyMadeRules.all + chosen
        #expect(texts.count == 9)
        var rules: [Rule] = []
        for text in texts {
            var rule = try Rule(text)
            #expect(rule.text == text)
            #expect(!rule.isOn)
            rule.isOn = true
            rules.append(rule)
        }
        let engine = try RuleEngine(rules: rules, plant: site, start: at(0))
        #expect(engine.underWay.isEmpty)
    }
}
