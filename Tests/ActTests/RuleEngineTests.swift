// The rule engine: the worked examples of alarms.md, waits, silence, hours, late data.

import Plant
import Testing

@testable import Act

private func rule(_ say: String, id: Slug = Slug("r")) throws -> Rule {
    try Rule(RuleText(id: id, name: "R", owner: .supervisor, say: say))
}

private func engine(_ says: String..., from start: Double = -10) throws -> RuleEngine {
    var rules: [Rule] = []
    for (index, say) in says.enumerated() {
        rules.append(try rule(say, id: Slug("r\(index)") ?? Slug("r")))
    }
    return try RuleEngine(rules: rules, plant: site, start: at(start))
}

private func oilBatch(
    _ values: [Double], every: Double = 1, from: Double = 0, quality: [Quality] = []
) -> RuleEvent {
    .values(
        SampleBatch(
            times: values.indices.map { at(from + Double($0) * every).nanoseconds },
            columns: [SignalColumn(signal: oilID, values: .numbers(values), quality: quality)]))
}

private func state(
    _ state: MachineState, _ seconds: Double, of machine: Slug = brake, known: Double? = nil,
    reason: Slug? = nil
) -> RuleEvent {
    .state(
        machine: machine, state, since: at(seconds), reason: reason, at: at(known ?? seconds))
}

/// `+2 -9` for a firing that began at 2 s and ended at 9 s.
private func text(_ firings: [Firing]) -> String {
    firings.map { firing in
        let seconds = (firing.at - at(0)).seconds
        let number = RulePrinter.number(seconds)
        return (firing.isBeginning ? "+" : "-") + number
    }.joined(separator: " ")
}

private func run(_ engine: inout RuleEngine, _ events: [RuleEvent], to end: Double) -> String {
    var firings: [Firing] = []
    for event in events { firings += engine.step(event) }
    firings += engine.step(.timePassed(to: at(end)))
    return text(firings)
}

@Suite("The rule engine")
struct RuleEngineTests {
    static let a1 = [78, 79, 80.2, 79.8, 80.1, 79.5, 81, 79.1, 78.9, 77.9, 80.5]

    @Test func `alarms A1: a dead band of 2 raises at 2, clears at 9, raises at 10`() throws {
        var banded = try engine(
            "When moulder-3/oil-temperature is above 80 with deadband 2, tell d")
        #expect(run(&banded, [oilBatch(Self.a1)], to: 20) == "+2 -9 +10")
        var plain = try engine("When moulder-3/oil-temperature is above 80, tell d")
        #expect(run(&plain, [oilBatch(Self.a1)], to: 20) == "+2 -3 +4 -5 +6 -7 +10")
        var low = try engine(
            "When moulder-3/oil-temperature is below -80 with deadband 2, tell d")
        #expect(run(&low, [oilBatch(Self.a1.map { -$0 })], to: 20) == "+2 -9 +10")
    }

    @Test func `alarms A2: on-delay 3 s and off-delay 2 s raise at 7 and clear at 12`() throws {
        var engine = try engine(
            "When moulder-3/oil-temperature is above 1 for more than 3 s, tell d,"
                + " over after 2 s")
        let samples: [Double] = [0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0]
        #expect(run(&engine, [oilBatch(samples)], to: 20) == "+7 -12")
    }

    @Test func `a wait ends at its due time, however late the time is told`() throws {
        var engine = try engine("When press-brake is stopped for more than 10 min, tell d")
        #expect(run(&engine, [state(.running, 0), state(.stopped, 60)], to: 660) == "")
        let firings = engine.step(.timePassed(to: at(5000)))
        #expect(text(firings) == "+660")
        #expect(firings[0].since == at(60))
        #expect(firings[0].raise.machine == brake)
    }

    @Test func `a state that is known late counts from when it began`() throws {
        var engine = try engine("When press-brake is stopped for more than 10 min, tell d")
        let events = [state(.running, 0), state(.stopped, 60, known: 90)]
        #expect(run(&engine, events, to: 661) == "+660")
        #expect(run(&engine, [state(.running, 700, known: 705)], to: 800) == "-705")
        // A wait shorter than the delay of the news fires when the news comes.
        var quick = try self.quick()
        #expect(run(&quick, events, to: 200) == "+90")
    }

    private func quick() throws -> RuleEngine {
        try engine("When press-brake is stopped for more than 5 s, tell d")
    }

    @Test func `what changes at the moment when a wait ends counts first`() throws {
        var engine = try engine("When press-brake is stopped for more than 10 s, tell d")
        #expect(run(&engine, [state(.stopped, 0), state(.running, 10)], to: 50) == "")
        #expect(
            run(&engine, [state(.stopped, 60), state(.running, 70.000000001)], to: 99)
                == "+70 -70.000000001")
    }

    @Test func `what is not seen neither ends a firing nor counts towards one`() throws {
        var engine = try engine("When press-brake is stopped for more than 10 s, tell d")
        let gap = [state(.stopped, 0), state(.unknown, 20), state(.stopped, 30)]
        #expect(run(&engine, gap, to: 100) == "+10")
        #expect(run(&engine, [state(.unknown, 110), state(.running, 120)], to: 130) == "-120")
        let early = [state(.stopped, 200), state(.unknown, 205), state(.stopped, 207)]
        #expect(run(&engine, early, to: 300) == "+217")
    }

    @Test func `a bad value freezes a limit`() throws {
        var engine = try engine("When moulder-3/oil-temperature is above 80, tell d")
        let quality: [Quality] = [.good, .badComm, .badComm, .good]
        #expect(run(&engine, [oilBatch([81, 0, 0, 82], quality: quality)], to: 9) == "+0")
        #expect(run(&engine, [oilBatch([.nan, .infinity, -.infinity], from: 10)], to: 15) == "")
        #expect(run(&engine, [oilBatch([79], from: 20)], to: 25) == "-20")
    }

    @Test func `a reason ends a stop without one, also when it is told late`() throws {
        var engine = try engine(
            "When any machine is stopped without a reason for more than 10 s, tell d")
        #expect(
            run(&engine, [state(.stopped, 0), state(.stopped, 5, of: lathe)], to: 20) == "+10 +15")
        let reason = RuleEvent.reason(machine: brake, Slug("tooling"), at: at(25))
        #expect(run(&engine, [reason], to: 30) == "-25")
        #expect(engine.underWay.map(\.machine) == [lathe])
        let late = RuleEvent.reason(machine: lathe, Slug("tooling"), at: at(21))
        #expect(run(&engine, [late], to: 40) == "-30")
        #expect(engine.drops.lateChanges == 1)
        #expect(run(&engine, [state(.running, 50), state(.stopped, 60)], to: 90) == "+70")
    }

    @Test func `silence of a signal and of a machine`() throws {
        var engine = try engine(
            "When moulder-3/oil-temperature gives no signal for more than 5 s, tell d",
            "When press-brake gives no signal for more than 5 min, tell d", from: 0)
        #expect(run(&engine, [oilBatch([1, 1, 1], every: 5)], to: 15) == "")
        #expect(run(&engine, [oilBatch([1], from: 15.5)], to: 20) == "+15 -15.5")
        #expect(run(&engine, [state(.unknown, 20)], to: 321) == "+20.5 +320")
        #expect(
            run(
                &engine,
                [
                    .link(machine: brake, isUp: false, at: at(330)),
                    state(.running, 340), .link(machine: brake, isUp: true, at: at(350)),
                ], to: 360)
                == "-350")
    }

    @Test func `a rate is the change over the window, not between two samples`() throws {
        var engine = try engine(
            "When moulder-3/oil-temperature rises by more than 5 in 32 s, tell d")
        // 0.1 a second is 3.2 in 32 s; 0.2 a second is 6.4 in 32 s. The change at 100 s shows
        // when (x − x₃₂)/32 passes 5/32: 3.2 + 0.1·k > 5 for k = 19, measured over 32 s.
        let slow = (0..<100).map { Double($0) * 0.1 }
        let fast = (0..<100).map { 10 + Double($0) * 0.2 }
        #expect(run(&engine, [oilBatch(slow), oilBatch(fast, from: 100)], to: 200) == "+119")
        #expect(run(&engine, [oilBatch([29.8, 29.8], every: 40, from: 201)], to: 400) == "-241")
        // One spike between two equal values is no trend downwards.
        var falls = try self.engine1(
            "When moulder-3/oil-temperature falls by more than 5 in 32 s, tell d")
        #expect(run(&falls, [oilBatch([Double](repeating: 1, count: 80))], to: 90) == "")
    }

    private func engine1(_ say: String) throws -> RuleEngine { try engine(say) }

    @Test func `a drift is a step between the means of two windows`() throws {
        var engine = try engine(
            "When moulder-3/oil-temperature drifts by more than 1 in 32 s, tell d", from: 0)
        // 64 samples at 10, then 12: after k seconds the newer mean is 10 + 2k/32, so the
        // difference passes 1 after the 17th, at the edge at 81 s. From 96 s on the older window
        // fills with 12 too: 2 − 2j/32 is no more than 1 from j = 16, at 112 s.
        let values = (0..<200).map { $0 < 64 ? 10.0 : 12.0 }
        #expect(run(&engine, [oilBatch(values)], to: 190) == "+81 -112")
        #expect(run(&engine, [], to: 100_000) == "")
    }

    @Test func `sums over a window: scrap, share, too few parts, energy`() throws {
        func count(_ good: Int64, _ scrap: Int64, _ seconds: Double) -> RuleEvent {
            .counts(machine: brake, good: good, scrap: scrap, at: at(seconds))
        }
        var scrap = try engine("When press-brake makes more than 3 scrap in 32 s, tell d", from: 0)
        // The four of 0 to 9 s pass 3 at 9 s; the first leaves its window of 32 cells at 32 s.
        let four = [count(0, 1, 0), count(0, 1, 3), count(0, 1, 6), count(0, 1, 9)]
        #expect(run(&scrap, four, to: 100) == "+9 -32")
        var share = try self.engine1("When press-brake makes more than 5 % scrap in 8 h, tell d")
        // 2 of 19 parts are too few to say; 2 of 20 are 10 %; 2 of 40 are 5 %, not more.
        #expect(run(&share, [count(17, 2, 1), count(1, 0, 5), count(20, 0, 9)], to: 50) == "+5 -9")
        var few = try engine("When press-brake makes fewer than 10 parts in 32 s, tell d", from: 0)
        #expect(run(&few, [state(.running, 0), count(4, 0, 5)], to: 60) == "+32")
        #expect(run(&few, [count(9, 1, 70)], to: 80) == "-70")
        var unseen = try engine(
            "When press-brake makes fewer than 10 parts in 32 s, tell d", from: 0)
        #expect(run(&unseen, [count(4, 0, 5)], to: 60) == "")
        var energy = try engine("When press-brake uses more than 2 kWh in 1 h, tell d", from: 0)
        let used = [1.5, 0.5, 0.1].enumerated().map { index, kWh in
            RuleEvent.energy(
                machine: brake, joules: Int64(kWh * 3_600_000), at: at(Double(index) * 60))
        }
        #expect(run(&energy, used, to: 1000) == "+120")
    }

    @Test func `a wait counts only in the hours of the rule, and its end closes the firing`() throws
    {
        var engine = try engine(
            "When press-brake is stopped for more than 10 min during any shift, tell d", from: 0)
        // Stopped all Monday from 05:00: 06:10 is ten minutes into the early shift; the late
        // shift joins it; at 22:00 the hours end.
        let firings = run(&engine, [state(.stopped, 5 * 3600)], to: 23 * 3600)
        #expect(firings == "+22200 -79200")
        #expect(run(&engine, [], to: 31 * 3600) == "+\(86_400 + 22_200)")
        // Nobody works on Saturday: Friday ends at 22:00, Monday begins at 06:10.
        let week = run(&engine, [], to: Double(8 * 86_400))
        #expect(
            week.hasSuffix(
                "-\(4 * 86_400 + 79_200) +\(7 * 86_400 + 22_200) -\(7 * 86_400 + 79_200)"))
    }

    @Test func `hours across midnight belong to the day on which they begin`() throws {
        var engine = try engine(
            "When press-brake is stopped on Mon between 22:00 and 06:00, tell d", from: 0)
        #expect(run(&engine, [state(.stopped, 0)], to: Double(6 * 86_400)) == "+79200 -108000")
    }

    @Test func `joins: either part may take over, all parts must hold`() throws {
        var either = try engine(
            "When (press-brake is stopped or lathe-2 is stopped) for more than 10 s, tell d")
        let relay = [
            state(.running, 0), state(.running, 0, of: lathe), state(.stopped, 5),
            state(.stopped, 10, of: lathe), state(.running, 12), state(.running, 20, of: lathe),
        ]
        #expect(run(&either, relay, to: 60) == "+15 -20")
        var both = try self.engine1(
            "When press-brake is stopped for more than 10 s, but only if lathe-2 is running, tell d"
        )
        #expect(run(&both, relay, to: 60) == "")
        #expect(run(&both, [state(.stopped, 100)], to: 150) == "+110")
        #expect(run(&both, [state(.stopped, 160, of: lathe)], to: 200) == "-160")
    }

    @Test func `backup and certificate`() throws {
        var engine = try engine(
            "When the box has no backup for 1 day, tell d",
            "When the box has a certificate ending in 2 days, tell d", from: 0)
        let day = 86_400.0
        let news: [RuleEvent] = [
            .backupMade(at: at(0.5 * day)), .certificate(ends: at(4 * day), at: at(1)),
        ]
        #expect(run(&engine, news, to: 3 * day) == "+\(129_600) +\(172_800)")
        let renewed: [RuleEvent] = [
            .backupMade(at: at(3 * day)), .certificate(ends: at(90 * day), at: at(3 * day)),
        ]
        #expect(run(&engine, renewed, to: 3.5 * day) == "-259200 -259200")
    }

    @Test func `late and unfit events are counted, not lost silently`() throws {
        var engine = try engine(
            "When moulder-3/oil-temperature is above 80, tell d",
            "When press-brake is stopped, tell d")
        _ = engine.step(.timePassed(to: at(100)))
        #expect(run(&engine, [oilBatch([90, 70], every: 60, from: 50)], to: 200) == "")
        #expect(engine.drops.lateSamples == 1)
        // A stop told late holds from the time that had passed; an older state changes nothing.
        #expect(run(&engine, [state(.stopped, 150)], to: 300) == "+200")
        #expect(run(&engine, [state(.running, 120)], to: 400) == "")
        #expect(engine.drops.olderStates == 1)
        #expect(engine.drops.lateChanges == 1)
        _ = engine.step(.counts(machine: brake, good: 1, scrap: 0, at: at(1)))
        #expect(engine.drops.lateAmounts == 1)
        _ = engine.step(state(.stopped, 500, of: Slug("nobody")))
        #expect(engine.drops.strangers == 1)
        let short = SampleBatch(
            times: [at(500).nanoseconds, at(501).nanoseconds],
            columns: [SignalColumn(signal: oilID, values: .numbers([1]))])
        _ = engine.step(.values(short))
        #expect(engine.drops.refusedSamples == 2)
        _ = engine.step(
            .state(
                machine: brake, .running, since: .distantFuture, reason: nil, at: .distantFuture))
        #expect(engine.drops.refusedEvents == 1)
        let far = SampleBatch(
            times: [.max, .min], columns: [SignalColumn(signal: oilID, values: .numbers([99, 99]))])
        _ = engine.step(.values(far))
        #expect(engine.step(.timePassed(to: .distantFuture)).count == 0)
    }

    @Test func `a rule that does not fit the site is refused by name`() throws {
        func flaw(_ says: [String]) -> String {
            do {
                var rules: [Rule] = []
                for say in says { rules.append(try rule(say)) }
                _ = try RuleEngine(rules: rules, plant: site, start: at(0))
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(flaw(["When mill is stopped, tell d"]).contains("the machine mill, which is not"))
        #expect(flaw(["When lathe-2/heat is above 1, tell d"]).contains("the signal heat"))
        #expect(flaw(["When its/heat is above 1, tell d"]).contains("fits no machine"))
        let twice = "When lathe-2 is stopped, tell d"
        #expect(flaw([twice, twice]).contains("used twice"))
    }

    @Test func `any machine means each for itself, and only those that have the signal`() throws {
        var engine = try engine("When any machine is planned and its/power is above 2, tell d")
        let values = SampleBatch(
            times: [at(10).nanoseconds],
            columns: [
                SignalColumn(signal: powerID, values: .integers([3])),
                SignalColumn(signal: brakePowerID, values: .integers([3])),
            ])
        var firings = engine.step(.values(values))
        for event in [state(.planned, 0), state(.running, 0, of: moulder)] {
            firings += engine.step(event)
        }
        firings += engine.step(.timePassed(to: at(20)))
        #expect(firings.map(\.raise.machine) == [brake])
        #expect(firings[0].evidence.map(\.value) == [nil, 3])
        #expect(firings[0].since == at(10))
    }
}
