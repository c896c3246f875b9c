// Counters: resets, rollovers by width, gaps; jobs, bookings, lots.
import Plant
import Testing

@testable import Understand

private func counter(_ values: [Int64], every: Double = 60) -> SampleSeries {
    SampleSeries(
        times: values.indices.map { at(Double($0) * every).nanoseconds }, values: .integers(values))
}

@Suite("Counting parts")
struct CountReadingTests {
    @Test(
        "growth between two readings is never negative (R-39)",
        arguments: [
            (Int64(10), Int64(14), 32, Int64(4), CounterTurn.ordinary),
            (65_534, 3, 16, 5, .rollover),
            (4_294_967_295, 0, 32, 1, .rollover),
            (40_000, 3, 16, 3, .reset),
            (4_000, 0, 32, 0, .reset),
            // A 16-bit counter that a device delivers as a signed number.
            (32_767, -32_768, 16, 1, .ordinary),
            (-2, 1, 16, 3, .rollover),
            (.max, .min, 64, 1, .ordinary),
            (-1, 4, 64, 5, .rollover),
            // A counter that was set to some number makes no parts.
            (7, 4_000_000_000, 32, 0, .reset),
            (-5, .max, 64, 0, .reset),
        ])
    func growth(old: Int64, new: Int64, bits: Int, parts: Int64, turn: CounterTurn) {
        let growth = CountReading.growth(from: old, to: new, bits: bits)
        #expect(growth.parts == parts)
        #expect(growth.turn == turn)
    }

    @Test(
        "growth adds up to the parts made, through resets and rollovers", arguments: UInt64(1)...20)
    func total(seed: UInt64) {
        var random = Seeded(seed)
        var made: Int64 = 0
        var shown: Int64 = Int64.random(in: 0..<65_536, using: &random)
        var values = [shown]
        for _ in 0..<500 {
            let parts = Int64.random(in: 0..<40, using: &random)
            shown = (shown + parts) % 65_536
            made += parts
            values.append(shown)
        }
        let counts = CountReading.increments(counter(values), bits: 16)
        #expect(counts.total == made, "seed \(seed)")
        #expect(counts.resets == 0)
    }

    @Test("parts belong to the range in which their reading was seen")
    func ranges() {
        let counts = CountReading.increments(counter([100, 101, 103, 103, 110]), bits: 32)
        #expect(counts.total(in: span(0, 61)) == 1)
        #expect(counts.total(in: span(60, 120)) == 1)
        #expect(counts.total(in: span(120, 241)) == 9)
        #expect(counts.total == 10)
    }

    @Test("the value from before the series is the start of the first growth")
    func before() {
        let last = LastValue(time: at(-60), value: .integer(97), quality: .good)
        let counts = CountReading.increments(counter([100, 101]), before: last, bits: 32)
        #expect(counts.total(in: span(0, 1)) == 3)
    }

    @Test("growth over a gap is unallocated and left out")
    func gaps() {
        let data = counter([0, 5, 10, 40, 45])
        let counts = CountReading.increments(data, bits: 32, unseen: [span(121, 170)])
        #expect(counts.total == 15)
        #expect(counts.unallocated.map(\.parts) == [30])
        #expect(counts.unallocated.first?.range == span(120, 180))
        #expect(counts.unallocated(in: span(0, 240)) == 30)
        #expect(counts.unallocated(in: span(0, 180)) == 0)
    }

    @Test("a reading that cannot be used makes a gap")
    func badReading() {
        var data = counter([0, 5, 0, 40, 45])
        data.quality = [.good, .good, .badComm, .good, .good]
        let counts = CountReading.increments(data, bits: 32)
        #expect(counts.total == 10)
        #expect(counts.unallocated.map(\.parts) == [35])
        #expect(counts.resets == 0)
    }

    @Test("a silence longer than allowed makes a gap only where a limit is given")
    func silence() {
        let data = counter([0, 5, 10], every: 600)
        #expect(CountReading.increments(data, bits: 32).total == 10)
        #expect(CountReading.increments(data, bits: 32, silence: .minutes(5)).total == 0)
    }

    @Test("counters may be delivered as decimal numbers")
    func numbers() {
        let data = SampleSeries(
            times: [0, 1, 2].map { at($0).nanoseconds }, values: .numbers([1, .nan, 4]))
        let counts = CountReading.increments(data, bits: 32)
        #expect(counts.total == 0)
        #expect(counts.unallocated.map(\.parts) == [3])
    }
}

@Suite("Parts of a machine")
struct PartLedgerTests {
    private func booking(
        _ from: Double, _ to: Double, good: Int64 = 0, scrap: Int64 = 0, rework: Int64 = 0
    ) -> CountBooking {
        CountBooking(
            range: minutes(from, to), good: good, scrap: scrap, rework: rework, cause: "",
            sequence: 7)
    }

    @Test("good parts are those counted less scrap; bookings add and take away")
    func totals() {
        let ledger = PartLedger(
            counted: CountReading.increments(counter([0, 10, 20, 30]), bits: 32),
            scrapped: CountReading.increments(counter([0, 1, 1, 2]), bits: 32),
            bookings: [booking(1, 2, good: -3, scrap: 3), booking(2, 3, good: -1, rework: 1)])
        #expect(
            ledger.totals(in: minutes(0, 4)) == PartTotals(made: 30, good: 24, scrap: 5, rework: 1))
        #expect(ledger.totals(in: minutes(0, 2)) == PartTotals(made: 10, good: 6, scrap: 4))
    }

    @Test("lots are split at the change of job, whatever the period")
    func lots() {
        let ledger = PartLedger(
            counted: CountReading.increments(counter([0, 10, 20, 30, 40]), bits: 32),
            jobs: [job("A", ideal: .seconds(6), 0, 2), job("B", ideal: .seconds(12), 2, 60)])
        let production = ledger.production(in: minutes(0, 5), planned: [minutes(0, 5)])
        #expect(production.lots.map(\.product) == ["A", "B"])
        #expect(production.lots.map(\.parts.made) == [10, 30])
        #expect(production.idealTimeMade == .seconds(60 + 360))
        let halves =
            ledger.production(in: minutes(0, 3), planned: [minutes(0, 5)])
            + ledger.production(in: minutes(3, 5), planned: [minutes(0, 5)])
        #expect(halves.totals == production.totals)
        #expect(halves.idealTimeGood == production.idealTimeGood)
    }

    @Test("parts made outside planned time are unplanned output")
    func unplanned() {
        let ledger = PartLedger(
            counted: CountReading.increments(counter([0, 10, 20, 30, 40]), bits: 32),
            jobs: [job("A", ideal: .seconds(6), 0, 60)])
        let production = ledger.production(in: minutes(0, 5), planned: [minutes(0, 2.5)])
        #expect(production.totals.made == 20)
        #expect(production.unplanned.made == 20)
    }

    @Test("absurd bookings are held at the ends of what can be stored and never trap")
    func absurd() {
        let ledger = PartLedger(bookings: [
            booking(0, 1, good: .max, scrap: .max, rework: 1), booking(0, 1, good: 5),
        ])
        #expect(ledger.totals(in: minutes(0, 2)).good == .max)
        let figures = OEE(
            time: TimeElements(),
            production: ledger.production(in: minutes(0, 2), planned: [minutes(0, 2)]))
        #expect(figures.ratio(.oee) == nil)
    }

    @Test("planned parts are those of the jobs in the range")
    func plan() {
        let jobs = [
            job("A", ideal: nil, 0, 10, planned: 50), job("B", ideal: nil, 10, 20),
            job("C", ideal: nil, 20, 30, planned: 7),
        ]
        let ledger = PartLedger(jobs: jobs)
        #expect(ledger.plannedParts(in: minutes(0, 30)) == 57)
        #expect(ledger.plannedParts(in: minutes(12, 18)) == nil)
        // Of a job that began before nobody has said what was meant for the range.
        #expect(ledger.plannedParts(in: minutes(5, 30)) == nil)
        // A job that was paused has one plan.
        let paused = PartLedger(jobs: [
            job("A", ideal: nil, 0, 4, planned: 50), job("A", ideal: nil, 6, 9, planned: 50),
        ])
        #expect(paused.plannedParts(in: minutes(0, 30)) == 50)
        let most = PartLedger(jobs: [
            job("A", ideal: nil, 0, 4, planned: .max), job("B", ideal: nil, 6, 9, planned: 1),
        ])
        #expect(most.plannedParts(in: minutes(0, 30)) == nil)
        #expect(ledger.job(at: minute(15))?.product == "B")
        #expect(ledger.job(at: minute(30)) == nil)
    }
}
