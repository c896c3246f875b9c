// The worked examples E1 to E5 to four decimals, and every edge case of the time model.
import Plant
import Testing

@testable import Understand

/// Elements in minutes.
private func elements(
    calendar: Double = 1440, operation: Double, plannedDown: Double = 0, unknown: Double = 0,
    down: Double = 0, delay: Double = 0, setup: Double = 0, order: Double = 0
) -> TimeElements {
    func length(_ minutes: Double) -> Elapsed { Elapsed(nanoseconds: Int64(minutes * 60e9)) }
    var time = TimeElements()
    time.calendar = length(calendar)
    time.outside = length(calendar - operation)
    time.plannedDown = length(plannedDown)
    time.unknown = length(unknown)
    time.downTime = length(down)
    time.delayTime = length(delay)
    time.setupTime = length(setup)
    time.orderTime = length(order)
    time.productionTime = time.processing - time.setupTime
    return time
}

private func lot(
    _ product: String = "A", ideal: Double?, made: Int64, good: Int64, scrap: Int64 = 0,
    rework: Int64 = 0, isEstimate: Bool = false
) -> ProductLot {
    ProductLot(
        product: product, idealPerPart: ideal.map { Elapsed(nanoseconds: Int64($0 * 60e9)) },
        isEstimate: isEstimate,
        parts: PartTotals(made: made, good: good, scrap: scrap, rework: rework))
}

/// Four decimals.
private func four(_ value: Double?) -> Double? { value.map { ($0 * 10_000).rounded() / 10_000 } }

private let e1 = OEE(
    time: elements(operation: 480, plannedDown: 60, down: 20, delay: 47, setup: 30, order: 400),
    production: Production(lots: [lot(ideal: 1, made: 270, good: 255, scrap: 10, rework: 5)]))

@Suite("OEE and its relatives")
struct OEETests {
    @Test(
        "E1: one shift",
        arguments: [
            (TimeFigure.availability, 0.7690), (.effectiveness, 0.8359), (.quality, 0.9444),
            (.oee, 0.6071), (.nee, 0.6635), (.utilisationEfficiency, 0.8075),
            (.allocationEfficiency, 0.9524), (.setupRatio, 0.0850), (.technicalEfficiency, 0.8730),
            (.scrapRatio, 0.0370), (.reworkRatio, 0.0185), (.teep, 0.1771),
            (.allocationRatio, 1.0), (.productionProcessRatio, 0.8075),
        ])
    func oneShift(figure: TimeFigure, expected: Double) {
        #expect(four(e1.ratio(figure)) == expected)
        #expect(four(e1.indicator(figure).value.amount) == expected)
        #expect(e1.indicator(figure).certainty == .exact)
        #expect(e1.findings.isEmpty)
    }

    @Test("E1: the elements nest as the standard has them")
    func nesting() {
        #expect(e1.time.plannedBusy == .minutes(420))
        #expect(e1.time.busy == .minutes(400))
        #expect(e1.time.processing == .minutes(353))
        #expect(e1.time.productionTime == .minutes(323))
        #expect(e1.time.lost == .minutes(97))
        #expect(e1.partsPerHour == 270.0 / (400.0 / 60))
    }

    @Test("E1: the waterfall sums to planned busy time")
    func waterfall() throws {
        let fall = try #require(LossWaterfall(e1))
        #expect(fall.downTime == .minutes(20))
        #expect(fall.delayTime == .minutes(47))
        #expect(fall.setupTime == .minutes(30))
        #expect(fall.speed == .minutes(53))
        #expect(fall.quality == .minutes(15))
        #expect(fall.productive == .minutes(255))
        #expect(fall.total == .minutes(420))
        #expect(fall.total == e1.time.plannedBusy)
        let parts = fall.indicator.working.parts.reduce(0) { $0 + $1.value }
        #expect(parts == fall.indicator.value.amount)
    }

    @Test("E2: the widely published calculator case")
    func calculator() {
        let figures = OEE(
            time: elements(operation: 480, plannedDown: 60, delay: 47),
            production: Production(lots: [
                lot(ideal: 1.0 / 60, made: 19_271, good: 18_848, scrap: 423)
            ]))
        #expect(four(figures.ratio(.availability)) == 0.8881)
        #expect(four(figures.ratio(.effectiveness)) == 0.8611)
        #expect(four(figures.ratio(.quality)) == 0.9780)
        #expect(four(figures.ratio(.oee)) == 0.7479)
    }

    @Test("E3: two products, quality weighted by time")
    func twoProducts() {
        let figures = OEE(
            time: elements(operation: 420, delay: 120),
            production: Production(lots: [
                lot("A", ideal: 0.5, made: 200, good: 190, scrap: 10),
                lot("B", ideal: 1.5, made: 100, good: 96, scrap: 4),
            ]))
        #expect(four(figures.ratio(.effectiveness)) == 0.8333)
        #expect(four(figures.ratio(.quality)) == 0.9560)
        #expect(four(figures.ratio(.oee)) == 0.5690)
        // Quality by pieces would break the identity.
        let byPieces = 286.0 / 300
        #expect(four(300.0 / 420 * (250.0 / 300) * byPieces) == 0.5675)
    }

    @Test("E4: a plant is the ratio of sums, not the mean of ratios")
    func aggregation() {
        let machines = [(420.0, 1.0, Int64(255)), (420, 0.5, 300), (240, 2, 90)].map { row in
            OEE(
                time: elements(operation: row.0),
                production: Production(lots: [
                    lot("\(row.1)", ideal: row.1, made: row.2, good: row.2)
                ]))
        }
        let plant = machines[0] + machines[1] + machines[2]
        #expect(four(plant.ratio(.oee)) == 0.5417)
        let mean = machines.compactMap { $0.ratio(.oee) }.reduce(0, +) / 3
        #expect(four(mean) == 0.5714)
    }

    @Test(
        "E5: a night shift across a clock change lasts what it lasts",
        arguments: [(3, 28, Int64(420)), (10, 24, 540), (11, 7, 480)])
    func clockChange(month: Int, day: Int, expected: Int64) throws {
        let valid = try #require(CivilDate(year: 2026, month: 1, day: 1))
        let date = try #require(CivilDate(year: 2026, month: month, day: day))
        let night = ShiftPattern(
            id: Slug("night"), name: "Night", days: Set(Weekday.allCases),
            hours: ClockSpan(from: 22 * 3600, to: 6 * 3600), breaks: [])
        let calendar = ShiftCalendar(
            zone: london,
            versions: [CalendarVersion(validFrom: valid, shifts: [night], daysOff: [])])
        // Noon to noon around the night: 23, 25 or 24 hours.
        let range = TimeRange(
            start: london.instant(of: date, secondsOfDay: 43_200),
            end: london.instant(of: date.adding(days: 1), secondsOfDay: 43_200))
        let line = MachineTimeline(
            range: range, observed: [ObservedEpisode(state: .running, range: range)],
            working: calendar.workingTime(in: range), annotations: Annotations())
        let time = TimeElements(timeline: line, period: range, reasons: [:])
        #expect(time.plannedBusy == .minutes(expected))
        #expect(time.productionTime == .minutes(expected))
        #expect(time.calendar == .minutes(expected + 16 * 60))
        #expect(time.unplannedProduction == .minutes(16 * 60))
    }

    @Test("OEE is Σ PRI·GQ / PBT and the product of its three parts", arguments: UInt64(1)...50)
    func identity(seed: UInt64) throws {
        var random = Seeded(seed)
        func some(_ range: Range<Double>) -> Double { Double.random(in: range, using: &random) }
        let lots = (0..<Int.random(in: 1...4, using: &random)).map { index in
            let good = Int64.random(in: 0..<200, using: &random)
            let scrap = Int64.random(in: 0..<20, using: &random)
            return lot(
                "\(index)", ideal: some(0.1..<2), made: good + scrap, good: good, scrap: scrap)
        }
        let figures = OEE(
            time: elements(
                operation: 480, plannedDown: some(0..<60), unknown: some(0..<30),
                down: some(0..<50), delay: some(0..<50), setup: some(0..<50)),
            production: Production(lots: lots))
        guard figures.parts.made > 0 else { return }
        let product = try #require(
            figures.ratio(.availability).flatMap { availability in
                figures.ratio(.effectiveness).flatMap { speed in
                    figures.ratio(.quality).map { availability * speed * $0 }
                }
            })
        let oee = try #require(figures.ratio(.oee))
        let good = try #require(figures.production.idealTimeGood)
        #expect(abs(product - oee) < 1e-12, "seed \(seed)")
        #expect(abs(good.seconds / figures.time.seenPlannedBusy.seconds - oee) < 1e-12)
        let fall = try #require(LossWaterfall(figures))
        #expect(fall.total == figures.time.plannedBusy)
    }

    @Test("the parts of every working make its figure", arguments: TimeFigure.allCases)
    func workings(figure: TimeFigure) throws {
        let indicator = e1.indicator(figure)
        let parts = indicator.working.parts.map(\.value)
        let whole: Double
        switch indicator.working.rule {
        case .ratio: whole = parts[0] / parts[1]
        case .product: whole = parts.reduce(1, *)
        case .sum: whole = parts.reduce(0, +)
        case .difference, .reading: whole = .nan
        }
        let amount = try #require(indicator.value.amount)
        #expect(abs(whole - amount) < 1e-12)
        #expect(!indicator.working.formula.isEmpty)
        #expect(!indicator.definition.isEmpty)
    }
}

@Suite("OEE at its edges")
struct OEEEdgeTests {
    @Test("no planned time: undefined, neither 0 nor 1")
    func nothingPlanned() {
        let figures = OEE(time: elements(operation: 0), production: Production())
        #expect(figures.indicator(.oee).value == .undefined("nothing planned"))
        #expect(figures.indicator(.availability).value == .undefined("nothing planned"))
        #expect(figures.ratio(.teep) == nil)
        #expect(figures.interval == nil)
    }

    @Test("parts without running: a fault of the data, said so")
    func partsWithoutRunning() {
        let figures = OEE(
            time: elements(operation: 420, delay: 420),
            production: Production(lots: [lot(ideal: 1, made: 12, good: 12)]))
        #expect(figures.findings.contains(.partsWithoutRunning(12)))
        #expect(figures.ratio(.oee) == nil)
        #expect(figures.ratio(.effectiveness) == nil)
        #expect(figures.ratio(.availability) == 0)
    }

    @Test("no parts: quality undefined, OEE 0")
    func noParts() {
        let figures = OEE(time: elements(operation: 420, delay: 20), production: Production())
        #expect(figures.indicator(.quality).value == .undefined("no parts counted"))
        #expect(figures.indicator(.scrapRatio).value == .undefined("no parts counted"))
        #expect(figures.indicator(.oee).value == .amount(0))
        #expect(figures.ratio(.effectiveness) == 0)
    }

    @Test("faster than ideal: a finding, never a cap")
    func fasterThanIdeal() throws {
        let figures = OEE(
            time: elements(operation: 100),
            production: Production(lots: [lot(ideal: 1, made: 130, good: 130)]))
        #expect(figures.ratio(.effectiveness) == 1.3)
        #expect(figures.indicator(.oee).value == .amount(1.3))
        #expect(figures.findings == [.fasterThanIdeal(ratio: 1.3), .moreThanPlanned(ratio: 1.3)])
        #expect(figures.gaps.contains { $0.contains("130%") })
        let fall = try #require(LossWaterfall(figures))
        #expect(fall.speed == Elapsed.zero - .minutes(30))
        #expect(fall.total == .minutes(100))
    }

    @Test("time per part not known: undefined with the product's name")
    func idealUnknown() {
        let figures = OEE(
            time: elements(operation: 420),
            production: Production(lots: [
                lot("A", ideal: 1, made: 5, good: 5), lot("Bracket", ideal: nil, made: 5, good: 5),
            ]))
        let words = "the time per part of Bracket is not known"
        #expect(figures.indicator(.oee).value == .undefined(words))
        #expect(figures.indicator(.effectiveness).value == .undefined(words))
        #expect(figures.indicator(.availability).value == .amount(1))
        #expect(figures.indicator(.scrapRatio).value == .amount(0))
        #expect(LossWaterfall(figures) == nil)
        #expect(
            figures.gaps.contains(
                "The time per part of Bracket is not known. Enter it with the job."))
    }

    @Test("an estimated time per part is marked")
    func estimated() {
        let figures = OEE(
            time: elements(operation: 420),
            production: Production(lots: [
                lot("Bracket", ideal: 1, made: 5, good: 5, isEstimate: true)
            ]))
        #expect(figures.gaps == ["The time per part of Bracket is estimated."])
    }

    @Test("the ideal time is estimated from at least 30 cycles, near their fast end")
    func estimate() {
        let cycles = (1...31).map { Elapsed.seconds(Int64($0)) }
        #expect(IdealTime.estimate(cycleTimes: cycles.shuffledBySeed(3)) == .seconds(4))
        #expect(IdealTime.estimate(cycleTimes: Array(cycles.prefix(29))) == nil)
        #expect(IdealTime.perPart(cycle: .seconds(40), goodCavities: 4) == .seconds(10))
        #expect(IdealTime.perPart(cycle: .seconds(40), goodCavities: 0) == nil)
    }

    @Test("below 0.9 seen combined figures are withheld with the reason, single ones marked (R-40)")
    func withheld() {
        let figures = OEE(
            time: elements(operation: 100, unknown: 16, delay: 4),
            production: Production(lots: [lot(ideal: 1, made: 60, good: 57, scrap: 3)]))
        for figure in TimeFigure.allCases where figure.isCombined {
            #expect(
                figures.indicator(figure).value == .withheld("Not enough seen to say (84%)."))
        }
        #expect(figures.indicator(.effectiveness).value == .amount(0.75))
        #expect(figures.indicator(.scrapRatio).value == .amount(0.05))
        #expect(figures.indicator(.scrapRatio).coverage == 0.84)
        #expect(
            figures.indicator(.scrapRatio).working.gaps.map(plain)
                == ["16 min of planned time was not seen. Figures leave this out."])
    }

    @Test("the interval goes from all lost to all running")
    func interval() {
        let figures = OEE(
            time: elements(operation: 100, unknown: 5, delay: 5),
            production: Production(lots: [lot(ideal: 1, made: 60, good: 57, scrap: 3)]))
        #expect(figures.indicator(.oee).value == .amount(0.6))
        let words = "if the time that was not seen was all lost or all running"
        #expect(figures.indicator(.oee).certainty == .range(0.57, 0.62, words))
        #expect(figures.indicator(.availability).certainty == .range(0.90, 0.95, words))
        let parts = LossWaterfall(figures)?.indicator.working.parts.map(\.name)
        #expect(parts?.last == "Not seen")
    }

    @Test("nothing seen at all: withheld, and the interval says how little that is")
    func nothingSeen() {
        let figures = OEE(time: elements(operation: 100, unknown: 100), production: Production())
        #expect(figures.indicator(.oee).value == .withheld("Not enough seen to say (0%)."))
        #expect(figures.interval?.allLost == 0)
        #expect(figures.interval?.allRunning == 1)
    }

    @Test("exactly 0.9 is enough; just below it is not, and the words do not round up")
    func limit() {
        let enough = OEE(time: elements(operation: 1000, unknown: 100), production: Production())
        #expect(enough.indicator(.oee).value == .amount(0))
        let short = OEE(time: elements(operation: 1000, unknown: 101), production: Production())
        #expect(short.indicator(.oee).value == .withheld("Not enough seen to say (89%)."))
    }

    @Test("no data is not stopped: unknown is in no loss")
    func unknownIsNoLoss() {
        let line = MachineTimeline(
            range: minutes(0, 100), observed: [seen(.running, 0, 50)], working: [minutes(0, 100)],
            annotations: Annotations())
        let time = TimeElements(timeline: line, period: minutes(0, 100), reasons: [:])
        #expect(time.unknown == .minutes(50))
        #expect(time.lost == .zero)
        #expect(time.coverage == 0.5)
    }

    @Test("unplanned output and parts over gaps are reported and in no ratio")
    func reportedApart() {
        var production = Production(
            lots: [lot(ideal: 1, made: 50, good: 50)], unallocated: 4)
        production.unplanned = PartTotals(made: 1, good: 1)
        let figures = OEE(time: elements(operation: 100), production: production)
        #expect(figures.ratio(.oee) == 0.5)
        #expect(figures.findings == [.unplannedOutput(1), .unallocatedParts(4)])
        #expect(
            figures.gaps == [
                "1 part was made outside planned time. Figures leave this out.",
                "4 parts were counted while nothing was seen. Figures leave this out.",
            ])
    }

    @Test("waiting is ADOT, everything else and nothing said is ADET")
    func lossKinds() {
        let observed = [
            seen(.running, 0, 10), seen(.idle, 10, 20), seen(.running, 20, 30),
            seen(.idle, 30, 45), seen(.running, 45, 50), seen(.fault, 50, 55),
            seen(.running, 55, 60), seen(.idle, 60, 67), seen(.running, 67, 70),
        ]
        let annotations = Annotations(reasons: [
            reason(Slug("material"), at: 12), reason(Slug("tooling"), at: 32),
            reason(Slug("change"), at: 61),
        ])
        let line = MachineTimeline(
            range: minutes(0, 70), observed: observed, working: [minutes(0, 70)],
            annotations: annotations, reasons: siteReasons)
        let time = TimeElements(timeline: line, period: minutes(0, 70), reasons: siteReasons)
        #expect(time.downTime == .minutes(10))
        #expect(time.delayTime == .minutes(20))
        #expect(time.setupTime == .minutes(7))
        #expect(time.productionTime == .minutes(33))
    }

    @Test("scrap booked the next day changes the figures of the day it belongs to")
    func lateCorrection() {
        var counted = CountIncrements()
        counted.add(60, at: minute(30).nanoseconds)
        let jobs = [job("A", ideal: .minutes(1), 0, 100)]
        func figures(_ bookings: [CountBooking]) -> OEE {
            let ledger = PartLedger(counted: counted, bookings: bookings, jobs: jobs)
            return OEE(
                time: elements(operation: 100),
                production: ledger.production(in: minutes(0, 100), planned: [minutes(0, 100)]))
        }
        #expect(figures([]).ratio(.oee) == 0.6)
        let late = CountBooking(
            range: minutes(0, 100), good: -6, scrap: 6, rework: 0, cause: "porosity", sequence: 44)
        let revised = figures([late])
        #expect(revised.ratio(.oee) == 0.54)
        #expect(revised.ratio(.quality) == 0.9)
        #expect(revised.indicator(.oee).working.entries == [44])
    }

    @Test("taking away more than was counted is a finding")
    func negative() {
        let figures = OEE(
            time: elements(operation: 100),
            production: Production(lots: [lot(ideal: 1, made: 1, good: -2, scrap: 3)]))
        #expect(figures.findings == [.negativeParts])
    }
}

extension Array {
    fileprivate func shuffledBySeed(_ seed: UInt64) -> [Element] {
        var random = Seeded(seed)
        return shuffled(using: &random)
    }
}
