// How far a job is, alone and on several machines, and how it is cut out of a timeline.

import Plant
import Testing

@testable import Understand

@Suite("Progress of a job") struct JobProgressTests {
    private func running(
        _ episodes: [StateEpisode] = [did(.running, 0, 60)], good: Int64 = 60,
        planned: Int64? = 100, unplaced: Int64 = 0, end: Double = 60
    ) -> JobStretch {
        jobStretch(
            episodes, 0, end, job: jobRun(0, 10_000, planned: planned), isRunning: true,
            parts: PartTotals(made: good, good: good), unplaced: unplaced)
    }

    private func finish(
        _ stretch: JobStretch, ahead: [TimeRange] = [minutes(0, 10_000)]
    ) throws -> JobFigure<Timestamp> {
        try JobLedger([stretch], currency: .gbp, ahead: ahead).total.finish
    }

    @Test("parts made should have taken their planned time, and the difference is to running time")
    func expected() throws {
        let found = try jobAccount(jobStretch())
        #expect(found.expected.value == .minutes(50))
        #expect(found.difference.value == .minutes(20))
        #expect(found.difference.bound == .exact)
    }

    @Test("without a time per part there is no difference")
    func noIdeal() throws {
        let found = try jobAccount(jobStretch(job: jobRun(0, 120, ideal: nil)))
        #expect(found.expected.reason == "The time per part of Brackets is not known.")
        #expect(found.difference.value == nil)
        let guessed = try jobAccount(jobStretch(job: jobRun(0, 120, isEstimate: true)))
        #expect(guessed.difference.value == .minutes(20))
        #expect(guessed.difference.gaps == ["The time per part of Brackets is an estimate."])
    }

    @Test("good over planned parts is what is done; unequal plans are not added up")
    func done() throws {
        let found = try jobAccount(jobStretch(job: jobRun(0, 120, planned: 160)))
        #expect(found.done.value == 0.25)
        let again = try JobLedger(
            [
                jobStretch(job: jobRun(0, 120, planned: 160)),
                jobStretch(
                    [did(.running, 200, 260)], 200, 260,
                    job: jobRun(200, 260, planned: 160, sequence: 2)),
            ], currency: .gbp
        ).total
        #expect(again.planned.value == 160)
        #expect(again.done.value == 0.5)
        let unequal = try JobLedger(
            [
                jobStretch(job: jobRun(0, 120, planned: 160)),
                jobStretch(
                    [did(.running, 200, 260)], 200, 260,
                    job: jobRun(200, 260, planned: 90, sequence: 2)),
            ], currency: .gbp
        ).total
        #expect(
            unequal.planned.reason
                == "The starts of this job say different numbers of parts: 90, 160.")
        #expect(unequal.done.value == nil)
    }

    @Test("an ordered number goes before what the starts say, and nothing ordered is no plan")
    func ordered() throws {
        let ledger = try JobLedger(
            [jobStretch(job: jobRun(0, 120, planned: 160))], currency: .gbp, plannedParts: 80)
        #expect(ledger.total.done.value == 0.5)
        let none = try JobLedger([jobStretch()], currency: .gbp, plannedParts: 0)
        #expect(none.total.planned.reason == "The number of planned parts is not above zero.")
    }

    @Test("the finish lies at the pace of the running stretch over the working time ahead")
    func finishTime() throws {
        // 60 parts in 60 minutes, 40 to go.
        #expect(try finish(running()).value == minute(100))
        // The shift ends at 80 and goes on at 500: 20 minutes are left then.
        let shifts = [minutes(500, 900), minutes(0, 80)]
        #expect(try finish(running(), ahead: shifts).value == minute(520))
    }

    @Test("stops slow the pace, planned stops do not")
    func pace() throws {
        // 30 good in 60 minutes of which 15 stood and 30 were a break: 1.5 min a part, 70 to go.
        let found = try finish(
            running(
                [
                    did(.running, 0, 30), did(.stopped, 30, 45), did(.planned, 45, 75),
                    did(.running, 75, 90),
                ], good: 30, end: 90))
        // 60 min busy / 30 = 2 min a part, 70 to go.
        #expect(found.value == minute(90 + 140))
    }

    @Test("no date comes from silence, from a few parts, or from little that was seen")
    func noFinish() throws {
        #expect(
            try finish(running([did(.running, 0, 50), did(.unknown, 50, 60)])).reason
                == "Lathe 1 gives no signal now.")
        #expect(
            try finish(running([did(.running, 0, 50)])).reason == "Lathe 1 gives no signal now.")
        #expect(
            try finish(running(good: 2)).reason
                == "Lathe 1: 2 good parts so far, too few to say.")
        #expect(try finish(running(good: 3)).value != nil)
        // 47 of 60 minutes are 78 %, 48 are 80 %.
        #expect(
            try finish(running([did(.running, 0, 34), did(.running, 47, 60)])).reason
                == "Lathe 1: Not enough seen to say (78%).")
        #expect(try finish(running([did(.running, 0, 34), did(.running, 46, 60)])).value != nil)
        #expect(
            try finish(running(planned: nil)).reason
                == "Nobody has said how many parts are planned.")
        #expect(try finish(running(good: 100)).reason == "All planned parts are made.")
        #expect(
            try finish(jobStretch(job: jobRun(0, 120, planned: 100))).reason
                == "The job is not on a machine now.")
        #expect(try finish(running(), ahead: []).reason == "No working time is known ahead.")
        #expect(
            try finish(running(), ahead: [minutes(0, 99)]).reason
                == "The working time that is known ahead ends before the job does.")
    }

    @Test("a machine that is off after its shift still has a finish")
    func afterShift() throws {
        let found = try finish(
            jobStretch(
                [did(.running, 0, 60)], 0, 90, job: jobRun(0, 10_000, planned: 100),
                isRunning: true, parts: PartTotals(made: 60, good: 60), working: [minutes(0, 60)]),
            ahead: [minutes(500, 900)])
        #expect(found.value == minute(540))
        let inShift = try finish(
            jobStretch(
                [did(.running, 0, 60)], 0, 62, job: jobRun(0, 10_000, planned: 100),
                isRunning: true, parts: PartTotals(made: 60, good: 60), working: [minutes(0, 70)]))
        #expect(inShift.reason == "Lathe 1 gives no signal now.")
    }

    @Test("parts counted over gaps leave the finish open")
    func openFinish() throws {
        let found = try finish(running(unplaced: 5))
        #expect(found.value == minute(100))
        #expect(found.bound == .open)
    }
}

@Suite("A job on several machines") struct JobMachinesTests {
    private func two(_ flow: JobFlow?, planned: Int64? = nil) throws -> JobLedger {
        try JobLedger(
            [
                jobStretch(
                    [did(.running, 130, 190)], 130, 190, machine: brake, name: "Press brake",
                    parts: PartTotals(made: 40, good: 37, scrap: 3),
                    energy: JobEnergy(kilowattHours: 3, cost: sterling(81)),
                    rates: [rateFrom(-1, 2_999)], material: sterling(0)),
                jobStretch(),
            ], currency: .gbp, plannedParts: planned, flow: flow)
    }

    @Test("lines stand in order of their first stretch, and the total is the sum of what they say")
    func lines() throws {
        let found = try two(nil)
        #expect(found.lines.map(\.machine) == [latheOne, brake])
        #expect(found.products == ["Brackets"])
        #expect(found.range == minutes(0, 190))
        // £66 + £29.99, £3.24 + 81 p, £75 + £0.
        #expect(found.total.hoursCost.value == sterling(9_599))
        #expect(found.total.energyCost.value == sterling(405))
        #expect(found.total.totalCost.value == sterling(17_504))
        let lines = found.lines.compactMap(\.account.totalCost.value?.minor).reduce(0, +)
        #expect(found.total.totalCost.value?.minor == lines)
        #expect(found.total.times.elapsed == .minutes(180))
    }

    @Test("how parts add up is not guessed")
    func flows() throws {
        let unsaid = try two(nil)
        #expect(
            unsaid.total.parts.reason
                == "The job ran on 2 machines. Say whether each makes parts of its own or a part"
                + " goes from one to the next.")
        #expect(unsaid.total.costPerGoodPart.value == nil)
        #expect(unsaid.lines[0].account.costPerGoodPart.value != nil)
        let beside = try two(.sideBySide, planned: 154)
        #expect(beside.total.parts.value == PartTotals(made: 90, good: 77, scrap: 11, rework: 2))
        #expect(beside.total.done.value == 0.5)
        let chain = try two(.oneAfterAnother(last: brake))
        #expect(chain.total.parts.value == PartTotals(made: 48, good: 37, scrap: 11))
        // £175.04 / 37 = £4.7308.
        #expect(chain.total.costPerGoodPart.value == sterling(473))
        let early = try two(.oneAfterAnother(last: Slug("paint")))
        #expect(early.total.parts.value?.good == 0)
        #expect(early.total.costPerGoodPart.reason == "No good part is made yet.")
    }

    @Test("one machine without energy makes the total at least")
    func partlyMeasured() throws {
        let found = try JobLedger(
            [
                jobStretch(),
                jobStretch(
                    [did(.running, 0, 60)], 0, 60, machine: brake, name: "Press brake",
                    energy: nil),
            ], currency: .gbp, flow: .sideBySide
        ).total
        #expect(found.energyCost.value == sterling(324))
        #expect(found.energyCost.isAtLeast)
        #expect(found.energyCost.gaps == ["The energy of Press brake is not measured."])
        // 120 of 180 minutes.
        #expect(abs(found.energyCost.coverage - 2.0 / 3) < 1e-12)
    }

    @Test("machines side by side end it sooner: rates add up")
    func together() throws {
        func going(_ machine: Slug, _ good: Int64) -> JobStretch {
            jobStretch(
                [did(.running, 0, 60)], 0, 60, machine: machine, name: machine.text,
                job: jobRun(0, 10_000, planned: 150), isRunning: true,
                parts: PartTotals(made: good, good: good))
        }
        let found = try JobLedger(
            [going(latheOne, 60), going(brake, 30)], currency: .gbp, flow: .sideBySide,
            ahead: [minutes(0, 10_000)])
        // 90 of 150 made, 1.5 a minute, 60 to go.
        #expect(found.total.finish.value == minute(100))
        let alone = found.lines.first { $0.machine == latheOne }
        #expect(alone?.account.finish.value == minute(60 + 90))
    }

    @Test("stretches that contradict themselves are refused")
    func flaws() {
        func flaw(_ stretches: [JobStretch]) -> JobFlaw? {
            do {
                _ = try JobLedger(stretches, currency: .gbp)
                return nil
            } catch {
                return error
            }
        }
        #expect(flaw([]) == .noStretch)
        #expect(
            flaw([jobStretch(), jobStretch([], 200, 300, job: jobRun(200, 300, job: "4411"))])
                == .severalJobs("4410", "4411"))
        #expect(flaw([jobStretch(), jobStretch([], 100, 300)]) == .overlap(latheOne))
        #expect(
            flaw([jobStretch([did(.running, 0, 50), did(.setup, 40, 60)])])
                == .statesOverlap(latheOne))
        #expect(flaw([jobStretch(coverage: 1.1)]) == .notAShare(latheOne))
        #expect(flaw([jobStretch(coverage: .nan)]) == .notAShare(latheOne))
        #expect(
            flaw([jobStretch(energy: JobEnergy(kilowattHours: .infinity, cost: nil))])
                == .notEnergy(latheOne))
        #expect(flaw([jobStretch(rates: [rateFrom(0, -1)])]) == .belowZero(latheOne))
        #expect(flaw([jobStretch(material: sterling(-1))]) == .belowZero(latheOne))
    }
}

@Suite("A job out of a timeline") struct JobStretchTests {
    @Test("a later job owns the time where two overlap, and the last stretch is the running one")
    func ownership() throws {
        let far = 1_000_000.0
        let jobs = [
            jobRun(0, far, planned: 100), jobRun(60, 90, sequence: 2, job: "4411"),
        ]
        let timeline = MachineTimeline(
            range: minutes(0, 120), observed: [seen(.running, 0, 120)],
            working: [minutes(0, 120)], annotations: Annotations(jobs: jobs), isLive: true)
        var counted = CountIncrements()
        for minutes in stride(from: 1.0, through: 119, by: 2) {
            counted.add(1, at: minute(minutes).nanoseconds)
        }
        let found = JobStretch.stretches(
            of: "4410", machine: latheOne, name: "Lathe 1", timeline: timeline,
            ledger: PartLedger(counted: counted, jobs: jobs), isLive: true,
            hourRates: [rateFrom(-1, 3_600)], materialPerPart: sterling(10))
        #expect(found.map(\.range) == [minutes(0, 60), minutes(90, 120)])
        #expect(found.map(\.isRunning) == [false, true])
        #expect(found.map(\.parts?.good) == [30, 15])
        let ledger = try JobLedger(found, currency: .gbp, ahead: [minutes(0, 500)])
        #expect(ledger.total.times.running == .minutes(90))
        #expect(ledger.total.hoursCost.value == sterling(5_400))
        // 15 parts in 30 minutes, 55 to go.
        #expect(ledger.total.finish.value == minute(120 + 110))
    }

    @Test("the energy of a meter comes with its price and what has none")
    func meter() throws {
        let day = PricedBand(band: "", rate: Rate(millionths: 270_000, currency: .gbp))
        let range = minutes(0, 60)
        let use = EnergyUse(
            .power(SignalID(1)),
            series: SampleSeries(
                times: (0...60).map { minute(Double($0)).nanoseconds },
                values: .numbers([Double](repeating: 6, count: 61))),
            before: nil,
            cells: [
                EnergyCell(range: minutes(0, 30), state: .running, job: "4410", price: day),
                EnergyCell(range: minutes(30, 60), state: .running, job: "4410", price: nil),
            ], range: range, longestGap: .minutes(2))
        let energy = JobEnergy(use)
        // 3 kWh at 27 p, 3 kWh without a price.
        #expect(energy.cost == sterling(81))
        #expect(abs(energy.unpriced - 3) < 1e-9)
        let found = try jobAccount(jobStretch(energy: energy))
        #expect(found.energyCost.value == sterling(81))
        #expect(found.energyCost.isAtLeast)
        #expect(abs((found.energy.value ?? 0) - 6) < 1e-9)
    }

    @Test("indicators carry the figures, their workings and what is missing")
    func indicators() throws {
        let whole = try JobLedger([jobStretch(job: jobRun(0, 120, planned: 80))], currency: .gbp)
        #expect(whole.cost.value == .amount(14_424))
        #expect(whole.cost.working.parts.map(\.value) == [6_600, 324, 7_500])
        #expect(whole.cost.working.parts.reduce(0) { $0 + $1.value } == 14_424)
        #expect(whole.costPerGoodPart.value == .amount(361))
        #expect(whole.done.value == .amount(0.5))
        #expect(whole.overrun.value == .amount(1_200))
        #expect(whole.cost.definition == "job-ledger/1")
        #expect(JobLedger.cost(of: whole.lines[0]).name == "What the job cost on Lathe 1")
        let part = try JobLedger([jobStretch(rates: [])], currency: .gbp)
        #expect(
            part.cost.working.gaps.first == "A part is missing: it really is this much or more.")
        #expect(part.done.value == .undefined("Nobody has said how many parts are planned."))
    }
}
