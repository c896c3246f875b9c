// Where the time of a job went and what it cost, against sums worked out by hand.

import Plant
import Testing

@testable import Understand

@Suite("Time of a job") struct JobTimesTests {
    @Test("every minute is in one line, and the lines are the whole")
    func times() throws {
        let times = try jobAccount(jobStretch()).times
        #expect(times.elapsed == .minutes(120))
        #expect(times.running == .minutes(70))
        #expect(times.slow == .minutes(10))
        #expect(times.setup == .minutes(20))
        #expect(times.planned == .minutes(10))
        #expect(times.unseen == .zero)
        #expect(times.stopped(for: .reason(Slug("material"))) == .minutes(15))
        #expect(times.stopped(for: .unexplained) == .minutes(5))
        #expect(times.stopped.map(\.time) == [.minutes(15), .minutes(5)])
        #expect(
            times.running + times.setup + times.planned + times.stoppedTime + times.unseen
                == times.elapsed)
        #expect(times.coverage == 1)
    }

    @Test(
        "time without an episode and unknown time are both unseen, and a fault is a line of its own"
    )
    func unseen() throws {
        let times = try jobAccount(
            jobStretch([did(.unknown, 0, 10), did(.running, 10, 60), did(.fault, 60, 80)])
        ).times
        #expect(times.unseen == .minutes(50))
        #expect(times.stopped(for: .fault) == .minutes(20))
        // 70 of 120 minutes.
        #expect(abs(times.coverage - 70.0 / 120) < 1e-12)
    }

    @Test("the smaller of the given and the seen share holds")
    func givenCoverage() throws {
        #expect(try jobAccount(jobStretch(coverage: 0.5)).times.coverage == 0.5)
        let half = [did(.running, 0, 60)]
        #expect(try jobAccount(jobStretch(half, coverage: 0.9)).times.coverage == 0.5)
    }

    @Test("a machine that is off outside working time is not missed there")
    func offAtNight() throws {
        let found = try jobAccount(
            jobStretch(
                [did(.running, 0, 30), did(.unknown, 30, 100), did(.running, 100, 120)],
                working: [minutes(0, 40), minutes(30, 40), minutes(95, 200)]))
        // Unseen: 30 to 40 and 95 to 100; off: 40 to 95.
        #expect(found.times.unseen == .minutes(15))
        #expect(found.times.planned == .minutes(55))
        // 50 of 65 minutes.
        #expect(abs(found.times.coverage - 50.0 / 65) < 1e-12)
        let quiet = try jobAccount(
            jobStretch([did(.running, 0, 40)], working: [minutes(0, 40)]))
        #expect(quiet.hoursCost.bound == .exact)
        #expect(quiet.times.coverage == 1)
    }

    @Test("where less was seen than the states say, amounts stay open")
    func doubted() throws {
        let found = try jobAccount(jobStretch(coverage: 0.5))
        #expect(found.hoursCost.value == sterling(6_600))
        #expect(found.hoursCost.bound == .open)
        #expect(
            found.hoursCost.gaps == ["Only 50% of Lathe 1 was seen: its states may be wrong."])
        #expect(found.scrapCost.bound == .open)
        #expect(found.difference.bound == .open)
        #expect(found.totalCost.words == "about £144")
    }

    @Test("a clock that was put back an hour makes the stretch an hour longer")
    func clockStep() throws {
        let steps = ClockSteps([ClockStep(at: minute(60), by: .hours(-1))])
        let times = try JobLedger(
            [jobStretch([did(.running, 0, 120)])], currency: .gbp, steps: steps
        ).total.times
        #expect(times.elapsed == .minutes(180))
        #expect(times.running == .minutes(180))
    }
}

@Suite("Cost of a job") struct JobCostTests {
    @Test("hours, energy and material add up, and each good part bears its share")
    func costs() throws {
        let found = try jobAccount(jobStretch())
        // 110 minutes but the planned ten at £36: 110 / 60 × £36.
        #expect(found.hoursCost.value == sterling(6_600))
        #expect(found.energyCost.value == sterling(324))
        // 50 parts made at £1.50.
        #expect(found.materialCost.value == sterling(7_500))
        #expect(found.totalCost.value == sterling(14_424))
        #expect(found.totalCost.bound == .exact)
        // £144.24 / 40 = £3.606.
        #expect(found.costPerGoodPart.value == sterling(361))
        #expect(found.energy.value == 12)
    }

    @Test("scrap costs its material and its share of the running time, and is not added again")
    func scrap() throws {
        let found = try jobAccount(jobStretch())
        // 8 × £1.50 = £12; 70 min at £36 = £42, of which 8 / 50 = £6.72.
        #expect(found.scrapCost.value == sterling(1_872))
        #expect(
            found.totalCost.value
                == found.hoursCost.value?.adding(sterling(324 + 7_500)))
    }

    @Test("a rate that changes in the middle of an episode counts from its moment")
    func changingRate() throws {
        let found = try jobAccount(
            jobStretch([did(.running, 0, 120)], rates: [rateFrom(-10, 3_600), rateFrom(50, 6_000)]))
        // 50 min at £36 = £30; 70 min at £60 = £70.
        #expect(found.hoursCost.value == sterling(10_000))
    }

    @Test("rounding happens once: three thirds of a penny are a penny")
    func rounding() throws {
        // 40 s at £0.30 an hour are a third of a penny.
        let pieces = (0..<3).map { did(.running, Double($0) * 10, Double($0) * 10 + 2.0 / 3) }
        let found = try jobAccount(jobStretch(pieces, 0, 21, rates: [rateFrom(-10, 30)]))
        #expect(found.hoursCost.value == sterling(1))
        #expect(found.hoursCost.isAtLeast)
    }

    @Test("without a rate there is no cost of hours, and the total is at least the rest")
    func noRate() throws {
        let found = try jobAccount(jobStretch(rates: []))
        #expect(found.hoursCost.value == nil)
        #expect(found.hoursCost.reason == "Nobody has said what an hour of Lathe 1 costs.")
        #expect(found.totalCost.value == sterling(7_824))
        #expect(found.totalCost.isAtLeast)
        #expect(found.totalCost.words == "at least £78")
        // The material of the scrap alone.
        #expect(found.scrapCost.value == sterling(1_200))
        #expect(found.scrapCost.isAtLeast)
    }

    @Test("time before the first rate makes the hours at least")
    func lateRate() throws {
        let found = try jobAccount(
            jobStretch([did(.running, 0, 120)], rates: [rateFrom(60, 6_000)]))
        #expect(found.hoursCost.value == sterling(6_000))
        #expect(found.hoursCost.isAtLeast)
        #expect(
            found.hoursCost.gaps.map(plain)
                == ["Nobody has said what an hour of Lathe 1 costs for 1 h."])
    }

    @Test("a rate in another currency is no rate, and says so")
    func foreignRate() throws {
        let euros = Dated(
            from: minute(-1),
            value: Rate(millionths: 40_000_000, currency: try #require(Currency("EUR"))))
        let found = try jobAccount(jobStretch(rates: [euros]))
        #expect(found.hoursCost.reason == "The hour of Lathe 1 is priced in EUR, not in GBP.")
    }

    @Test("unseen time makes the hours at least, and no seen time gives no amount")
    func unseen() throws {
        let found = try jobAccount(jobStretch([did(.running, 0, 100)]))
        #expect(found.hoursCost.value == sterling(6_000))
        #expect(found.hoursCost.isAtLeast)
        #expect(
            found.hoursCost.gaps.map(plain)
                == ["Lathe 1: 20 min not seen. Figures leave this out."])
        let nothing = try jobAccount(jobStretch([]))
        #expect(nothing.hoursCost.value == nil)
        #expect(nothing.times.coverage == 0)
    }

    @Test("energy that is not measured, not priced or not wholly seen is said")
    func energy() throws {
        let none = try jobAccount(jobStretch(energy: nil))
        #expect(none.energyCost.reason == "The energy of Lathe 1 is not measured.")
        #expect(none.energy.value == nil)
        let free = try jobAccount(jobStretch(energy: JobEnergy(kilowattHours: 12, cost: nil)))
        #expect(
            free.energyCost.reason == "Nobody has said what all of the energy of Lathe 1 costs.")
        #expect(free.energy.value == 12)
        let part = try jobAccount(
            jobStretch(energy: JobEnergy(kilowattHours: 12, cost: sterling(100), coverage: 0.75)))
        #expect(part.energyCost.isAtLeast)
        #expect(part.energyCost.coverage == 0.75)
        #expect(part.totalCost.coverage == 0.75)
        let crumbs = JobEnergy(kilowattHours: 12, cost: sterling(100), unpriced: 1e-12)
        #expect(try jobAccount(jobStretch(energy: crumbs)).energyCost.bound == .exact)
    }

    @Test("material that nobody priced leaves the total at least, and no parts leave it out")
    func material() throws {
        let found = try jobAccount(jobStretch(material: nil))
        #expect(
            found.materialCost.reason
                == "Nobody has said what the material of a part on Lathe 1 costs.")
        #expect(found.totalCost.value == sterling(6_924))
        #expect(found.totalCost.isAtLeast)
        // The running time of the scrap alone: £6.72.
        #expect(found.scrapCost.value == sterling(672))
        #expect(found.scrapCost.isAtLeast)
        let uncounted = try jobAccount(jobStretch(parts: nil))
        #expect(uncounted.materialCost.reason == "The parts of Lathe 1 are not counted.")
        #expect(uncounted.scrapCost.value == nil)
        #expect(uncounted.costPerGoodPart.reason == "The parts of Lathe 1 are not counted.")
        #expect(uncounted.totalCost.value == sterling(6_924))
    }

    @Test("running time in which nobody counted is not charged to scrap")
    func partlyCounted() throws {
        let found = try jobAccount(
            jobStretch(), jobStretch([did(.running, 200, 260)], 200, 260, parts: nil))
        // £18.72 as before, though an hour more ran.
        #expect(found.hoursCost.value == sterling(10_200))
        #expect(found.scrapCost.value == sterling(1_872))
        #expect(found.scrapCost.isAtLeast)
        #expect(found.costPerGoodPart.bound == .open)
    }

    @Test("no scrap costs nothing even where nobody knows a rate")
    func noScrap() throws {
        let found = try jobAccount(
            jobStretch(parts: PartTotals(made: 40, good: 40), rates: [], material: nil))
        #expect(found.scrapCost.value == sterling(0))
        #expect(found.scrapCost.bound == .exact)
    }

    @Test("without a good part there is no cost of one")
    func noGoodPart() throws {
        let found = try jobAccount(jobStretch(parts: PartTotals(made: 2, scrap: 2)))
        #expect(found.costPerGoodPart.reason == "No good part is made yet.")
    }

    @Test("more scrap than parts is a finding, not a cost")
    func contradictory() throws {
        let found = try jobAccount(jobStretch(parts: PartTotals(made: 2, good: -3, scrap: 5)))
        #expect(found.scrapCost.isAtLeast)
        #expect(
            found.scrapCost.gaps
                == ["More parts of Lathe 1 were scrapped than made. Check the bookings."])
    }

    @Test("parts counted over gaps leave the cost of a good part open")
    func unplaced() throws {
        let found = try jobAccount(jobStretch(unplaced: 12))
        #expect(found.parts.isAtLeast)
        #expect(found.costPerGoodPart.value == sterling(361))
        #expect(found.costPerGoodPart.bound == .open)
        #expect(found.scrapCost.bound == .open)
        #expect(
            found.parts.gaps
                == ["12 parts were counted while nothing was seen. Figures leave this out."])
        #expect(found.costPerGoodPart.words == "about £3.61")
    }

    @Test("amounts beyond what can be held are no amounts, and nothing traps")
    func tooLarge() throws {
        let dear = Dated(from: .distantPast, value: Rate(millionths: .max, currency: .gbp))
        let long = [
            StateEpisode(
                state: .running, range: TimeRange(start: .distantPast, end: .distantFuture))
        ]
        let found = try JobLedger(
            [
                JobStretch(
                    machine: latheOne, name: "Lathe 1", job: jobRun(0, 1, ideal: .hours(1_000_000)),
                    range: TimeRange(start: .distantPast, end: .distantFuture), episodes: long,
                    parts: PartTotals(made: .max, good: .max - 5, scrap: 5), unplacedParts: .max,
                    hourRates: [dear], materialPerPart: sterling(.max))
            ], currency: .gbp
        ).total
        #expect(found.hoursCost.value == nil)
        #expect(found.materialCost.value == nil)
        #expect(found.expected.value == nil)
        #expect(found.totalCost.value == nil)
    }

    @Test("a yen has no pence")
    func yen() throws {
        let yen = try #require(Currency("JPY"))
        let found = try JobLedger(
            [
                jobStretch(
                    [did(.running, 0, 50)], 0, 50, parts: PartTotals(made: 3, good: 3),
                    energy: JobEnergy(kilowattHours: 1, cost: Money(minor: 31, currency: yen)),
                    rates: [
                        Dated(
                            from: minute(-1), value: Rate(millionths: 4_000_000_000, currency: yen))
                    ], material: Money(minor: 100, currency: yen))
            ], currency: yen
        ).total
        // 50 / 60 × ¥4,000 = ¥3,333.3; + ¥31 + ¥300; / 3 = ¥1,221.3.
        #expect(found.hoursCost.value?.minor == 3_333)
        #expect(found.totalCost.value?.minor == 3_664)
        #expect(found.costPerGoodPart.value?.minor == 1_221)
    }
}
