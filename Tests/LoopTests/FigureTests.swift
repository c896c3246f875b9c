// Figures of a morning that can be worked out by hand; each opens into parts that make it again.

import Journal
import Plant
import Testing
import Understand

@testable import Loop

struct FigureTests {
    let test: TestWorld

    init() async throws { test = try await TestWorld.morning() }

    /// Planned time: 06:00 to 11:25:08 less a break of 15 minutes.
    private let planned: Double = 18_608
    /// The stop from 08:00 to 08:20.
    private let lost: Double = 1200

    private func startJob(ideal seconds: Int64 = 60) async throws {
        try await test.world.say(
            .jobStarted(
                machine: Workshop.lathe, at: friday(6), job: "4711", product: "Valve body",
                idealPerPart: .seconds(seconds), isEstimate: false, plannedParts: 400),
            actor: "Sam")
    }

    /// Time lost for one reason, in seconds.
    private func line(_ reason: Slug) throws -> Double? {
        let key = FigureKey(
            figure: .reasonTime, machine: Workshop.lathe, reason: reason, range: test.soFar)
        let keyed = try test.world.figure(key)
        return keyed.indicator.value.amount
    }

    @Test func `running share, lost time and its cost are what the hand gets`() async throws {
        let share = try test.figure(.runningShare)
        #expect(share.value.amount == (planned - lost) / planned)
        #expect(share.coverage == 1)
        #expect(try test.figure(.timeLost).value.amount == lost)
        // Twenty minutes at £38.00 are £12.666…
        #expect(try test.figure(.lostMoney).value.amount == 1267)
        #expect(try test.figure(.unseenTime).value.amount == 0)
        let given = try test.figure(.reasonsGiven)
        #expect(given.value.amount == 0)
        #expect(given.working.parts.first?.value == 1)
    }

    @Test func `parts and OEE are what the hand gets`() async throws {
        try await startJob()
        let running = planned - lost
        let parts = (running / 60).rounded(.down)
        #expect(try test.figure(.parts).value.amount == parts)
        #expect(try test.figure(.goodParts).value.amount == parts)
        let oee = try #require(try test.figure(.oee).value.amount)
        // The part that was seen when the break began is output outside planned time.
        let inTime = parts - 1
        #expect(isNear(oee, inTime * 60 / planned))
        try await test.world.say(
            .countBooked(
                machine: Workshop.lathe, range: range(friday(7), friday(8)), good: -10, scrap: 10,
                rework: 0, cause: "too short"), actor: "Sam")
        #expect(try test.figure(.parts).value.amount == parts)
        #expect(try test.figure(.goodParts).value.amount == parts - 10)
        let quality = try #require(try test.figure(.qualityRatio).value.amount)
        #expect(isNear(quality, (inTime - 10) / inTime))
    }

    @Test func `a reason moves lost time to its own line`() async throws {
        #expect(try line(LossSlug.unexplained) == lost)
        #expect(try line(Slug("tooling")) == 0)
        try await test.world.say(
            .stopReason(
                machine: Workshop.lathe, at: friday(8, 3), reason: Slug("tooling"),
                detail: "insert"), actor: "Sam")
        #expect(try line(LossSlug.unexplained) == 0)
        #expect(try line(Slug("tooling")) == lost)
        #expect(try test.figure(.timeLost).value.amount == lost)
        #expect(try test.figure(.reasonsGiven).value.amount == 1)
        let picture = try test.world.timePicture(range: test.soFar, machine: nil)
        #expect(picture.losses.first?.reason == Slug("tooling"))
        #expect(picture.losses.contains { $0.isUnexplained })
        #expect(picture.biggestUnexplained == nil)
    }

    @Test func `the parts of every figure make the whole (ux D6)`() async throws {
        try await startJob(ideal: 50)
        try await test.world.say(
            .countBooked(
                machine: Workshop.lathe, range: range(friday(7), friday(8)), good: -10, scrap: 10,
                rework: 0, cause: "too short"), actor: "Sam")
        var opened = 0
        let ranges = [test.soFar, range(friday(7), friday(9)), range(friday(8, 5), friday(8, 10))]
        for (key, indicator) in try test.everyFigure(ranges) {
            guard let amount = indicator.value.amount else { continue }
            #expect(!indicator.working.formula.isEmpty)
            guard let again = recomputed(indicator.working) else { continue }
            opened += 1
            #expect(isNear(again, amount), "\(key.figure) \(key.range): \(again), not \(amount)")
        }
        #expect(opened > 50)
    }

    @Test func `every figure of the pages is the figure under its own address`() async throws {
        try await startJob()
        let now = try test.world.nowPicture()
        let time = try test.world.timePicture(range: test.soFar, machine: nil)
        var shown = now.figures + time.losses.map(\.time) + [time.total, time.money] + time.oee
        shown += time.strips.map(\.runningShare)
        #expect(shown.count > 10)
        for figure in shown {
            let opened = try test.world.figure(figure.key).indicator
            #expect(opened == figure.indicator, "\(figure.key.figure)")
        }
        let machine = try #require(now.machines.first)
        #expect(machine.parts == (try test.figure(.parts)))
    }

    @Test func `figures of parts of a range add up to those of the range`() throws {
        let cuts = [friday(6), friday(7, 13, 7), friday(8, 4, 44), friday(10, 5), test.clock.now]
        for figure in [Figure.timeLost, .parts, .energy, .unseenTime] {
            let whole = try #require(try test.figure(figure).value.amount)
            var sum = 0.0
            for (from, to) in zip(cuts, cuts.dropFirst()) {
                sum += try test.figure(figure, over: range(from, to)).value.amount ?? .nan
            }
            #expect(isNear(sum, whole), "\(figure): \(sum), not \(whole)")
        }
    }

    @Test func `time that was not seen is neither running nor stopped`() async throws {
        let gap = range(friday(9), friday(9, 20))
        let test = try await TestWorld.morning(without: [gap])
        // Unknown from the last sample plus one period to the first after the gap.
        let unseen = try #require(try test.figure(.unseenTime).value.amount)
        #expect(abs(unseen - 1200) <= 10)
        #expect(try test.figure(.timeLost).value.amount == lost)
        let share = try test.figure(.runningShare)
        let amount = try #require(share.value.amount)
        #expect(isNear(amount, (planned - lost - unseen) / (planned - unseen)))
        #expect(isNear(share.coverage, 1 - unseen / planned))
        let states = try test.world.episodes(
            Workshop.lathe, range: range(friday(9, 1), friday(9, 19)))
        #expect(states.map(\.state) == [.unknown])
        let picture = try test.world.timePicture(range: test.soFar, machine: nil)
        #expect(picture.gaps.first?.contains("20\u{a0}min") == true, "\(picture.gaps)")
        // Growth over the gap belongs to no instant and is told, not counted.
        let parts = try test.figure(.parts)
        #expect(parts.working.gaps.count == 1)
        #expect(parts.value.amount.map { $0 < 290 && $0 > 260 } == true)
    }

    @Test func `below nine tenths seen, shares and money are withheld with the reason (R-40)`()
        async throws
    {
        let test = try await TestWorld.morning(without: [range(friday(9), friday(9, 40))])
        for figure in [Figure.runningShare, .lostMoney, .oee, .availability] {
            let indicator = try test.figure(figure)
            #expect(indicator.coverage < 0.9)
            switch indicator.value {
            case .withheld(let words), .undefined(let words): #expect(!words.isEmpty)
            case .amount(let amount): Issue.record("\(figure) says \(amount)")
            }
        }
        guard case .withheld = try test.figure(.runningShare).value else {
            Issue.record("the running share is not withheld")
            return
        }
        // Single figures are shown with their coverage.
        #expect(try test.figure(.timeLost).value.amount == lost)
        #expect(try test.figure(.timeLost).coverage < 0.9)
    }

    @Test func `a machine that does not exist has no figures`() {
        #expect(throws: UnknownThing.machine(Slug("saw"))) {
            try test.figure(.parts, Slug("saw"))
        }
        #expect(UnknownThing.machine(Slug("saw")).words == "There is no machine `saw`.")
    }

    @Test func `without a shift nothing is planned and nothing is lost`() throws {
        let sunday = range(
            friday(6) - .hours(24 * 5), friday(14) - .hours(24 * 5))
        #expect(try test.figure(.timeLost, over: sunday).value.amount == 0)
        guard case .undefined = try test.figure(.runningShare, over: sunday).value else {
            Issue.record("a share of no time")
            return
        }
    }

    @Test func `a jump of the clock neither adds nor removes time, and is told (R-33)`()
        async throws
    {
        let before = try #require(try test.figure(.timeLost).value.amount)
        // The clock was put forward by five minutes inside the stop.
        try await test.world.say(
            .clockStep(at: friday(8, 15), by: .minutes(5)), actor: "box")
        let after = try #require(try test.figure(.timeLost).value.amount)
        #expect(after == before - 300)
        let share = try #require(try test.figure(.runningShare).value.amount)
        #expect(isNear(share, (planned - lost) / (planned - 300)))
        let told = try test.figure(.oee).working.gaps + test.figure(.availability).working.gaps
        #expect(told.contains { $0.contains("clock") }, "\(told)")
    }

    @Test func `without shifts the time with a job on is planned, and the figure says so`()
        async throws
    {
        try await test.world.say(
            .calendarSet(
                CalendarVersion(
                    validFrom: CivilDate("2000-01-01") ?? CivilDate(dayNumber: 0), shifts: [],
                    daysOff: [])), actor: "Sam")
        var figures = try #require(
            try test.world.figureTable(range: test.soFar, by: [.machine], machine: Workshop.lathe)
                .rows.first
        ).figures
        #expect(figures.time.plannedBusy == .zero)
        try await test.world.say(
            .jobStarted(
                machine: Workshop.lathe, at: friday(7, 30), job: "4711", product: "Valve body",
                idealPerPart: .seconds(60), isEstimate: false, plannedParts: 400),
            actor: "Sam")
        try await test.world.say(
            .jobEnded(machine: Workshop.lathe, at: friday(9)), actor: "Sam")
        figures = try #require(
            try test.world.figureTable(range: test.soFar, by: [.machine], machine: Workshop.lathe)
                .rows.first
        ).figures
        // 07:30 to 09:00 with a stop from 08:00 to 08:20 in it.
        #expect(figures.time.plannedBusy == .minutes(90))
        #expect(figures.time.productionTime == .minutes(70))
        #expect(figures.gaps.contains { $0.hasPrefix("No shifts are set") })
    }

    @Test func `failures of four weeks come as a figure with their number`() throws {
        let figure = try test.figure(.betweenFailures)
        #expect(figure.value == .undefined("not enough failures (0)"))
        #expect(figure.working.signals.isEmpty == false)
        #expect(try test.figure(.repairTime).definition == Reliability.definition)
    }
}

struct EnergyTests {
    private func power(_ rows: [(Int64, Double)]) -> SampleSeries {
        SampleSeries(
            times: rows.map { friday(8).nanoseconds + $0.0 * 1_000_000_000 },
            values: .numbers(rows.map(\.1)))
    }

    private func total(
        _ rule: EnergyRule, _ rows: [(Int64, Double)], before: (Int64, Double)? = nil,
        _ from: Int64 = 0, _ to: Int64 = 3600
    ) -> (kilowattHours: Double, seen: Elapsed) {
        total(
            rule, power(rows),
            before: before.map {
                LastValue(
                    time: friday(8) + .seconds($0.0), value: .number($0.1), quality: .good)
            }, range(friday(8) + .seconds(from), friday(8) + .seconds(to)))
    }

    private func total(
        _ rule: EnergyRule, _ series: SampleSeries, before: LastValue?, _ range: TimeRange
    ) -> (kilowattHours: Double, seen: Elapsed) {
        let use = EnergyUse(
            rule, series: series, before: before,
            cells: [EnergyCell(range: range, state: .running, job: "", price: nil)],
            range: range, longestGap: .minutes(2))
        return (use.total, use.placed.seen)
    }

    private let byPower = EnergyRule.power(SignalID(1))
    private let byRegister = EnergyRule.register(SignalID(1))

    @Test func `power counts by the trapezoid`() {
        let steady = total(byPower, (0...60).map { (Int64($0 * 60), 6.0) })
        #expect(isNear(steady.kilowattHours, 6))
        #expect(steady.seen == .hours(1))
        let rising = total(byPower, [(0, 0), (60, 12)])
        #expect(isNear(rising.kilowattHours, 6.0 / 60))
    }

    @Test func `power is not made up over a gap`() {
        let broken = total(byPower, [(0, 6), (60, 6), (600, 6), (660, 6)])
        #expect(isNear(broken.kilowattHours, 2 * 6.0 / 60))
        #expect(broken.seen == .minutes(2))
    }

    @Test func `a stretch over the edge of a range is cut there, and nothing is lost or doubled`() {
        let rows: [(Int64, Double)] = (0...30).map { (Int64($0) * 10, Double($0 % 7) + 0.5) }
        let whole = total(byPower, rows, 0, 300)
        for cut in [3, 10, 95, 150, 299] as [Int64] {
            let inside = rows.filter { $0.0 >= cut }
            let before = rows.last { $0.0 < cut }
            let left = total(byPower, rows, 0, cut)
            let right = total(byPower, inside, before: before, cut, 300)
            #expect(isNear(left.kilowattHours + right.kilowattHours, whole.kilowattHours))
            #expect(left.seen + right.seen == whole.seen)
        }
    }

    @Test func `a register counts by its differences and starts anew from zero`() {
        let counted = total(byRegister, [(0, 100), (60, 101.5), (120, 0.25), (180, 1)])
        #expect(isNear(counted.kilowattHours, 1.5 + 0.25 + 0.75))
        let gap = total(byRegister, [(0, 100), (600, 110)])
        #expect(gap.kilowattHours == 10)
        #expect(gap.seen == .zero)
    }

    @Test func `a reading without use or meaning is left out`() {
        var series = power([(0, 6), (60, .nan), (120, 6), (180, 6)])
        series.quality = [.good, .badValue, .good, .good]
        let counted = total(byPower, series, before: nil, range(friday(8), friday(9)))
        #expect(isNear(counted.kilowattHours, 6.0 / 60))
        #expect(counted.seen == .minutes(1))
    }

    @Test func `a morning's energy is what the hand gets, with its coverage and price`()
        async throws
    {
        let test = try await TestWorld.morning()
        let energy = try test.figure(.energy)
        // 3 kW while running, 1 kW else; at each of the three changes a ramp of ten seconds from the
        // sample before. Up to the last sample at 11:25:00.
        let running = (2.0 + 100.0 / 60 + 70.0 / 60) * 3
        let idle = (20.0 + 15) / 60
        let ramps = (2 - 2) * 10.0 / 3600
        let amount = try #require(energy.value.amount)
        #expect(abs(amount - (running + idle + ramps)) < 0.01)
        #expect(energy.coverage > 0.999)
        let now = try test.world.nowPicture()
        let shown = try #require(now.figures.first { $0.key.figure == .energy })
        #expect(shown.remark.hasPrefix("about £3.7"))
        let broken = try await TestWorld.morning(without: [range(friday(7), friday(7, 30))])
        let less = try broken.figure(.energy)
        #expect(less.coverage < 0.92)
        #expect(isNear(try #require(less.value.amount), amount - 3 * 1810.0 / 3600, within: 1e-3))
        #expect(less.working.gaps.count == 1)
    }

    @Test func `without a meter there is no figure but words`() async throws {
        let test = try TestWorld()
        try await test.world.say(
            .machineAdded(id: Workshop.lathe, name: "Lathe", area: nil), actor: "Sam")
        #expect(
            try test.figure(.energy).value == .undefined("No machine has a power meter."))
        #expect(try test.figure(.parts).value == .undefined("No machine counts its parts."))
    }
}
