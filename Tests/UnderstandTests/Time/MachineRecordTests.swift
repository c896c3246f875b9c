// From stored samples to figures in one step: the way every page takes.
import Plant
import Testing

@testable import Understand

private let power = SignalID(1)
private let counter = SignalID(2)
private let scrap = SignalID(3)

/// A shift of 480 minutes at one sample every ten seconds: 300 minutes running at one part a
/// minute, then standing, with an hour of silence in the middle when `hasGap`.
private func record(hasGap: Bool = false, isLive: Bool = false) -> MachineRecord {
    var times: [Int64] = []
    var levels: [Double] = []
    var counts: [Int64] = []
    for step in 0..<2880 {
        let now = Double(step) / 6
        if hasGap, now >= 100, now < 160 { continue }
        times.append(minute(now).nanoseconds)
        levels.append(now < 300 ? 8 : 2)
        counts.append(1000 + Int64(min(now, 300)))
    }
    var machine = Machine(id: Slug("lathe-1"), name: "Lathe 1", area: nil, addedAt: origin)
    machine.stateRules = [
        Dated(
            from: .distantPast,
            value: StateRule(
                source: .level(power, running: Threshold(rise: 5, fall: 3), idle: nil)))
    ]
    machine.counts = CountRule(total: counter, scrap: scrap)
    return MachineRecord(
        machine: machine,
        series: [
            power: SampleSeries(times: times, values: .numbers(levels)),
            counter: SampleSeries(times: times, values: .integers(counts)),
            scrap: SampleSeries(
                times: [minute(0).nanoseconds, minute(50).nanoseconds], values: .integers([0, 6])),
        ],
        range: minutes(0, 480), working: [minutes(0, 480)],
        annotations: Annotations(
            reasons: [reason(Slug("material"), at: 310)],
            jobs: [job("Valve body", ideal: .minutes(1), 0, 600)]),
        reasons: siteReasons, isLive: isLive)
}

@Suite("From samples to figures")
struct MachineRecordTests {
    @Test("a shift that was seen all through")
    func shift() {
        let figures = record().figures(in: minutes(0, 480))
        #expect(figures.time.productionTime == .minutes(300))
        #expect(figures.time.downTime == .minutes(180))
        #expect(figures.time.slowTime == .zero)
        #expect(figures.parts == PartTotals(made: 300, good: 294, scrap: 6))
        #expect(figures.ratio(.oee) == 294.0 / 480)
        #expect(figures.indicator(.oee).working.signals == [power, counter, scrap])
        #expect(figures.findings.isEmpty)
        #expect(figures.time.coverage == 1)
    }

    @Test("an hour of silence is a gap: parts over it are unallocated, combined figures withheld")
    func gap() {
        let figures = record(hasGap: true).figures(in: minutes(0, 480))
        let silence = Elapsed.minutes(60)
        #expect(figures.time.unknown == silence)
        #expect(figures.time.productionTime == .minutes(240))
        #expect(figures.parts.made == 239)
        #expect(figures.production.unallocated == 61)
        #expect(figures.indicator(.oee).value == .withheld("Not enough seen to say (87%)."))
        #expect(figures.findings == [.unallocatedParts(61)])
    }

    @Test("the same input gives the same figures; halves add up to the whole")
    func pure() {
        let first = record(hasGap: true)
        #expect(first == record(hasGap: true))
        let whole = first.figures(in: minutes(0, 480))
        let halves = first.figures(in: minutes(0, 213)) + first.figures(in: minutes(213, 480))
        #expect(halves.time == whole.time)
        #expect(halves.production.totals == whole.production.totals)
        #expect(halves.ratio(.oee) == whole.ratio(.oee))
    }

    @Test("its losses rank, its failures count, its state is a sentence")
    func uses() {
        let live = record(isLive: true)
        let ranking = LossRanking(
            sources: [live.lossSource(worth: HourWorth())], period: minutes(0, 480),
            reasons: siteReasons)
        #expect(
            Sentences.time(ranking, period: "this shift")
                == "All lost time was waiting for material: 3 hours this shift.")
        #expect(live.reliability(in: minutes(0, 480)).failures == 0)
        #expect(
            plain(Sentences.machine("Lathe 1", live.timeline, reasons: siteReasons))
                == "Lathe 1 has been stopped for 3 h: waiting for material.")
    }
}
