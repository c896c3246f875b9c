// The same events give the same firings, however they are cut into batches and ticks.

import Plant
import Testing

@testable import Act

/// Events of three machines over some hours, in order of time.
private func story(_ dice: inout Dice, hours: Int) -> [(time: Timestamp, event: RuleEvent)] {
    var events: [(time: Timestamp, event: RuleEvent)] = []
    let machines = [brake, lathe, moulder]
    for machine in machines {
        var time = 0.0
        while time < Double(hours) * 3600 {
            time += Double(dice.whole(1...900)) / (dice.chance(20) ? 7 : 1)
            let known = at(time + Double(dice.whole(0...30)))
            let reason = dice.chance(20) ? Slug("tooling") : nil
            events.append(
                (
                    known,
                    .state(
                        machine: machine, dice.pick(MachineState.allCases), since: at(time),
                        reason: reason, at: known)
                ))
            if dice.chance(30) {
                let told = at(time + Double(dice.whole(0...400)))
                events.append((told, .reason(machine: machine, Slug("tooling"), at: told)))
            }
            if dice.chance(30) {
                let counted = at(time + Double(dice.whole(0...60)))
                events.append(
                    (
                        counted,
                        .counts(
                            machine: machine, good: Int64(dice.whole(0...9)),
                            scrap: Int64(dice.whole(0...2)), at: counted)
                    ))
                events.append(
                    (
                        counted,
                        .energy(
                            machine: machine, joules: Int64(dice.whole(0...900_000)), at: counted)
                    ))
            }
            if dice.chance(10) {
                events.append((known, .link(machine: machine, isUp: dice.chance(60), at: known)))
            }
        }
    }
    return events
}

/// Values of two signals of one connection and of one of another.
private func samples(_ dice: inout Dice, hours: Int) -> [SampleBatch] {
    var batches: [SampleBatch] = []
    for ids in [[oilID, powerID], [brakePowerID]] {
        var levels = ids.map { _ in 60.0 }
        var time = 0.0
        while time < Double(hours) * 3600 {
            time += dice.chance(2) ? Double(dice.whole(1...600)) : Double(dice.whole(1...10))
            var columns: [SignalColumn] = []
            for index in ids.indices {
                levels[index] += Double.random(in: -1...1, using: &dice)
                columns.append(
                    SignalColumn(
                        signal: ids[index], values: .numbers([levels[index]]),
                        quality: dice.chance(2) ? [.badComm] : []))
            }
            batches.append(SampleBatch(times: [at(time).nanoseconds], columns: columns))
        }
    }
    return batches
}

private func rules() throws -> [Rule] {
    let says = [
        "When any machine is stopped for more than 90 s during any shift, tell d",
        "When any machine is stopped without a reason for more than 2 min, tell d, over after 10 s",
        "When moulder-3/oil-temperature is above 61 with deadband 0.5 for more than 20 s, tell d",
        "When its/power rises by more than 2 in 1 min or its/power drifts by more than 1 in 5 min,"
            + " tell d",
        "When moulder-3/power gives no signal for more than 30 s and press-brake is running, tell d",
        "When any machine makes fewer than 5 good parts in 10 min, but only if any machine is"
            + " running, tell d",
        "When any machine makes more than 10 % scrap in 20 min or any machine uses more than 1 kWh"
            + " in 10 min, tell d",
        "When (press-brake is stopped or lathe-2 gives no signal) for more than 1 min"
            + " between 00:20 and 02:05, tell d",
    ]
    var rules: [Rule] = []
    for (index, say) in says.enumerated() {
        rules.append(
            try Rule(
                RuleText(
                    id: Slug("rule-\(index)") ?? Slug("r"), name: "R", owner: .supervisor,
                    say: say)))
    }
    return rules
}

/// Joins rows of one connection into batches of random length.
private func cut(_ batches: [SampleBatch], _ dice: inout Dice, most: Int) -> [SampleBatch] {
    var result: [SampleBatch] = []
    for batch in batches {
        guard let last = result.last, last.times.count < dice.whole(1...most),
            last.columns.map(\.signal) == batch.columns.map(\.signal)
        else {
            result.append(batch)
            continue
        }
        var joined = last
        joined.times += batch.times
        for index in joined.columns.indices {
            let column = batch.columns[index]
            let before = last.columns[index]
            guard case .numbers(let values) = before.values, case .numbers(let more) = column.values
            else { continue }
            let missing = [Quality](repeating: .good, count: last.times.count)
            joined.columns[index] = SignalColumn(
                signal: column.signal, values: .numbers(values + more),
                quality: (before.quality.isEmpty ? missing : before.quality)
                    + (column.quality.isEmpty ? [.good] : column.quality))
        }
        result[result.count - 1] = joined
    }
    return result
}

@Suite("One stream, any cut", .tags(.large))
struct RuleEngineProperties {
    @Test(arguments: 0..<12)
    func `batches and ticks of any size give the same firings`(_ seed: Int) throws {
        var dice = Dice(seed: 1_000 + UInt64(seed))
        let hours = 8
        let events = story(&dice, hours: hours)
        let rows = samples(&dice, hours: hours)
        let end = at(Double(hours) * 3600 + 4_000)

        var whole = try RuleEngine(rules: try rules(), plant: site, start: at(0))
        for row in rows { _ = whole.step(.values(row)) }
        for entry in events { _ = whole.step(entry.event) }
        let expected = whole.step(.timePassed(to: end))
        #expect(expected.count > 50, "seed \(seed) tells nothing")

        for most in [1, 7, 200] {
            // Everything in order of its last row, with ticks before, between and after.
            var stream: [(time: Int64, place: Int, event: RuleEvent)] = []
            for (place, entry) in events.enumerated() {
                stream.append((entry.time.nanoseconds, place, entry.event))
            }
            for (place, batch) in cut(rows, &dice, most: most).enumerated() {
                stream.append((batch.times[0], place, .values(batch)))
            }
            stream.sort { ($0.time, $0.place) < ($1.time, $1.place) }
            var engine = try RuleEngine(rules: try rules(), plant: site, start: at(0))
            var firings: [Firing] = []
            var ticked = at(0).nanoseconds
            for entry in stream {
                while dice.chance(50), ticked < entry.time {
                    ticked = Int64.random(in: ticked...entry.time, using: &dice)
                    firings += engine.step(.timePassed(to: Timestamp(nanoseconds: ticked)))
                }
                firings += engine.step(entry.event)
            }
            firings += engine.step(.timePassed(to: end))
            #expect(firings == expected, "seed \(seed), batches of up to \(most)")
            #expect(engine.drops == RuleDrops())
            #expect(engine.mostSteps <= ActLimits.stepsPerEvaluation)
        }
    }

    @Test(arguments: 0..<30)
    func `random rules keep their bounds and alternate between beginning and end`(
        _ seed: Int
    ) throws {
        var dice = Dice(seed: 5_000 + UInt64(seed))
        var rules: [Rule] = []
        var tries = 0
        while rules.count < 8, tries < 20_000 {
            tries += 1
            var rule = dice.rule()
            rule.isOn = true
            let named = Rule(
                id: Slug("rule-\(rules.count)") ?? Slug("r"), name: "R", owner: .supervisor,
                condition: rule.condition, onlyIf: rule.onlyIf, window: rule.window,
                actions: rule.actions)
            do { _ = try RuleEngine(rules: [named], plant: site, start: at(0)) } catch { continue }
            rules.append(named)
        }
        var engine = try RuleEngine(rules: rules, plant: site, start: at(0))
        var firings: [Firing] = []
        for row in samples(&dice, hours: 3) { firings += engine.step(.values(row)) }
        for entry in story(&dice, hours: 3) { firings += engine.step(entry.event) }
        firings += engine.step(.timePassed(to: at(20_000)))
        var open: [String: RaiseID] = [:]
        var last = Timestamp.distantPast
        for firing in firings {
            #expect(firing.at >= last)
            last = firing.at
            let key = "\(firing.raise.rule)/\(firing.raise.machine?.text ?? "")"
            if firing.isBeginning {
                #expect(open[key] == nil)
                #expect(firing.raise.at == firing.at)
                open[key] = firing.raise
            } else {
                #expect(open[key] == firing.raise)
                open[key] = nil
            }
        }
        #expect(Set(engine.underWay) == Set(open.values))
        let most = rules.map(\.stepBound).max() ?? 0
        #expect(engine.mostSteps <= most && most <= ActLimits.stepsPerEvaluation)
    }
}
