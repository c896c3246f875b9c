// The made-up factory is the same every time, complete, and true to its own rules.

import Demonstrator
import Plant
import Testing

struct FactoryScriptTests {
    @Test func `the same seed, now and zone give the same bits of history and truth`() {
        var sums: [Checksum] = []
        for _ in 0..<2 {
            let script = FactoryScript(
                seed: 99, now: instant("2026-10-27T02:10:00.250Z"), zone: london)
            var sum = Checksum()
            var rows = 0
            script.eachBatch { batch in
                sum.add(batch)
                rows += batch.times.count
            }
            #expect(rows > 8 * 42 * 8640)
            sum.add(script.truth(in: script.historyRange).json)
            sums.append(sum)
        }
        #expect(sums[0] == sums[1])
    }

    @Test func `another seed tells another story`() {
        let range = TimeRange(start: friday.now - .hours(8), end: friday.now)
        let other = FactoryScript(seed: 8, now: friday.now, zone: london)
        #expect(other.truth(in: range).json != friday.truth(in: range).json)
    }

    @Test func `asking in another order gives the same answer`() {
        let one = FactoryScript(seed: 3, now: friday.now, zone: london)
        let two = FactoryScript(seed: 3, now: friday.now, zone: london)
        let late = TimeRange(start: one.now + .hours(30), end: one.now + .hours(31))
        let early = TimeRange(start: one.now - .hours(900), end: one.now - .hours(899))
        let lateFirst = (one.truth(in: late), one.truth(in: early))
        let earlyFirst = (two.truth(in: early), two.truth(in: late))
        #expect(lateFirst.0 == earlyFirst.1)
        #expect(lateFirst.1 == earlyFirst.0)
    }

    @Test func `the truth of every machine tiles six weeks without gap or overlap`() {
        let truth = friday.truth(in: friday.historyRange)
        #expect(truth.machines.count == 8)
        for machine in truth.machines {
            var cursor = truth.range.start
            for episode in machine.episodes {
                #expect(episode.range.start == cursor)
                #expect(episode.range.end > episode.range.start)
                cursor = episode.range.end
            }
            #expect(cursor == truth.range.end)
            var seen = truth.range.start
            for episode in machine.observed {
                #expect(episode.range.start == seen)
                seen = episode.range.end
            }
            #expect(seen == truth.range.end)
        }
    }

    @Test func `parts, scrap and energy of two halves add up to the whole`() {
        let middle = friday.now - .hours(500)
        let whole = friday.truth(in: friday.historyRange)
        let first = friday.truth(in: TimeRange(start: friday.historyStart, end: middle))
        let second = friday.truth(in: TimeRange(start: middle, end: friday.now))
        for (index, machine) in whole.machines.enumerated() {
            let halves = (first.machines[index], second.machines[index])
            #expect(halves.0.parts + halves.1.parts == machine.parts)
            #expect(halves.0.wattHours + halves.1.wattHours == machine.wattHours)
            #expect(machine.parts == 0 || machine.parts > 1000)
            #expect(machine.scrap >= 0 && machine.scrap < machine.parts / 10 + 1)
        }
    }

    @Test func `kitting the material saves the hours a week that the truth states`() {
        for seed: UInt64 in 1...4 {
            let script = FactoryScript(seed: seed, now: friday.now, zone: london)
            let improvement = script.truth(
                in: TimeRange(start: script.historyStart, end: script.historyStart)
            ).improvement
            func hoursPerWeek(_ range: TimeRange) -> Double {
                let machine = script.truth(in: range).machine(improvement.machine)
                let lost = machine?.stops.filter { $0.reason == improvement.reason } ?? []
                return lost.reduce(0) { $0 + $1.range.elapsed.hours } / (range.elapsed.hours / 168)
            }
            let before = hoursPerWeek(
                TimeRange(start: script.historyStart, end: improvement.from))
            let after = hoursPerWeek(TimeRange(start: improvement.from, end: script.now))
            #expect(abs(before - Double(improvement.secondsPerWeekBefore) / 3600) < 0.5)
            #expect(abs(after - Double(improvement.secondsPerWeekAfter) / 3600) < 0.7)
            #expect(abs(before - after - improvement.hoursPerWeek) < 0.8)
        }
    }

    @Test func `nine of ten long stops of the past have a reason, and they come in time`() {
        let end = friday.now - .hours(2)
        let truth = friday.truth(in: TimeRange(start: friday.historyStart, end: end))
        let long = truth.machines.flatMap(\.stops).filter { $0.range.elapsed > .seconds(120) }
        let told = long.filter { $0.told != nil }
        #expect(long.count > 500)
        #expect((0.87...0.93).contains(Double(told.count) / Double(long.count)))
        for stop in told {
            let delay = (stop.told ?? .distantPast) - stop.range.start
            #expect((60.0...600.0).contains(delay.seconds))
        }
        let reasons = Set(long.compactMap(\.reason))
        #expect(reasons.count >= 7)
    }

    @Test func `one machine was not seen for a whole local day`() {
        let truth = friday.truth(in: friday.historyRange)
        let silent = truth.machines.filter { !$0.unseen.isEmpty }
        #expect(silent.map(\.machine) == [Slug("lathe-2")])
        #expect(silent.first?.unseen.count == 1)
        let day = silent.first?.unseen.first
        #expect(day.map { london.day(containing: $0.start) } == day)
        var inside = 0
        friday.history(of: Slug("lathe-2")) { batch in
            for time in batch.times where day?.contains(Timestamp(nanoseconds: time)) == true {
                inside += 1
            }
        }
        #expect(inside == 0)
    }

    @Test func `the bore drifts towards its limit and stays inside the drawing`() {
        let signal = friday.signal(Slug("lathe-1"), Slug("bore-diameter"))
        let drift = friday.truth(in: friday.historyRange).drift
        var early: [Double] = []
        var late: [Double] = []
        friday.history(of: Slug("lathe-1")) { batch in
            let values = batch.columns.first { $0.signal == signal }?.values.numbers ?? []
            for row in stride(from: 0, to: values.count, by: 11) {
                let micrometres = values[row] * 1000
                let limits = Double(drift.lowerLimit)...Double(drift.upperLimit)
                if !limits.contains(micrometres) { Issue.record("\(micrometres) is outside") }
                let time = Timestamp(nanoseconds: batch.times[row])
                if time < drift.range.start { early.append(micrometres) }
                if time > drift.range.end - .hours(12) { late.append(micrometres) }
            }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        #expect(abs(mean(early) - 25_008) < 0.3)
        #expect(abs(mean(late) - mean(early) - Double(drift.micrometres)) < 1)
    }

    @Test func `the truth exports as canonical text that reads back`() throws {
        let range = TimeRange(start: friday.now - .hours(1), end: friday.now)
        let bytes = friday.truth(in: range).json
        #expect(try Fact(json: bytes).canonicalBytes == bytes)
    }
}
