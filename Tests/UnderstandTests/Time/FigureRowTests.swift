// Figures split by job, machines that do not count, the six big losses, lines.

import Plant
import Testing

@testable import Understand

@Suite("Figures split and put together") struct FigureRowTests {
    /// A shift of 420 min: 20 waiting, 47 delay of which 12 are short stops, 30 setting up,
    /// 323 running; E1 of the domain.
    private var shift: TimeElements {
        var time = TimeElements()
        time.calendar = .minutes(480)
        time.plannedDown = .minutes(60)
        time.downTime = .minutes(20)
        time.delayTime = .minutes(47)
        time.breakdownTime = .minutes(25)
        time.shortStopTime = .minutes(12)
        time.setupTime = .minutes(30)
        time.productionTime = .minutes(323)
        return time
    }

    private func made(_ product: String, _ ideal: Elapsed?, _ parts: PartTotals, startUp: Int64 = 0)
        -> Production
    {
        Production(lots: [
            ProductLot(
                product: product, idealPerPart: ideal, isEstimate: false, parts: parts,
                startUpRejects: startUp)
        ])
    }

    @Test("E1: the six big losses and waiting are the planned time without good parts")
    func sixLosses() {
        let figures = OEE(
            time: shift,
            production: made(
                "A", .minutes(1), PartTotals(made: 270, good: 255, scrap: 10, rework: 5),
                startUp: 4))
        let losses = BigLoss.six(figures)
        #expect(losses.map(\.name).count == 7)
        let expected: [Elapsed?] = [35, 30, 12, 53, 4, 11, 20].map { Elapsed.minutes($0) }
        #expect(losses.map(\.time) == expected)
        let sum = losses.compactMap(\.time).reduce(Elapsed.zero) { $0 + $1 }
        #expect(sum == .minutes(420 - 255))
    }

    @Test("without a time per part only what was seen is a loss")
    func unknownIdeal() {
        let figures = OEE(
            time: shift, production: made("A", nil, PartTotals(made: 10, good: 10)))
        #expect(
            BigLoss.six(figures).filter { $0.time == nil }.map(\.factor) == [
                "performance", "quality",
            ])
        let uncounted = OEE(time: shift, production: Production(), isCounted: false)
        #expect(BigLoss.six(uncounted).filter { $0.time == nil }.count == 2)
    }

    @Test("a machine that does not count its parts has no OEE, and is left out of a sum")
    func uncounted() {
        let silent = OEE(time: shift, production: Production(), isCounted: false)
        #expect(silent.ratio(.oee) == nil)
        #expect(silent.undefinedReason(.oee) == "its parts are not counted")
        #expect(silent.indicator(.oee).value == .undefined("its parts are not counted"))
        #expect(silent.ratio(.availability) == 323.0 / 420)

        let counting = OEE(
            time: shift,
            production: made("A", .minutes(1), PartTotals(made: 270, good: 255, scrap: 15)))
        let both = counting + silent
        #expect(both.ratio(.oee) == counting.ratio(.oee))
        #expect(both.ratio(.availability) == 323.0 / 420)
        let shown = both.indicator(.oee)
        #expect(shown.working.gaps.contains { $0.contains("do not count their parts") })
        #expect((silent + silent).ratio(.oee) == nil)
        // Nothing is planned where nothing is there at all.
        #expect(
            OEE(time: TimeElements(), production: Production()).undefinedReason(.oee)
                == "nothing planned")
    }

    @Test("states that were learnt too unsurely feed no combined figure")
    func indicative() {
        var time = shift
        time.indicative = .minutes(5)
        let figures = OEE(
            time: time, production: made("A", .minutes(1), PartTotals(made: 270, good: 255)))
        #expect(figures.indicator(.oee).value == .withheld(Sentences.indicative))
        #expect(figures.indicator(.availability).value.amount == nil)
        #expect(figures.indicator(.quality).value.amount != nil)
    }

    @Test("how surely states were learnt widens the range of figures about time, not of OEE")
    func learntDoubt() throws {
        func rule(_ confidence: Int?, from: Timestamp) -> Dated<StateRule> {
            Dated(
                from: from,
                value: StateRule(
                    source: .level(SignalID(1), running: Threshold(rise: 5, fall: 3), idle: nil),
                    confidence: confidence))
        }
        let timeline = MachineTimeline(
            range: minutes(0, 100), observed: [seen(.running, 0, 80), seen(.idle, 80, 100)],
            working: [minutes(0, 100)], annotations: Annotations())
        func elements(_ rules: [Dated<StateRule>]) -> TimeElements {
            TimeElements(
                timeline: timeline, period: minutes(0, 100), reasons: [:], rules: rules)
        }
        // 98 % sure for the first half, told by the machine itself in the second.
        let time = elements([rule(980_000, from: .distantPast), rule(nil, from: minute(50))])
        #expect(time.doubtful == .minutes(1))
        #expect(time.indicative == .zero)
        let figures = OEE(
            time: time, production: made("A", .minutes(1), PartTotals(made: 60, good: 60)))
        guard case .range(let low, let high, let words) = figures.indicator(.availability).certainty
        else {
            Issue.record("no range")
            return
        }
        #expect(abs(low - 0.79) < 1e-12 && abs(high - 0.81) < 1e-12)
        #expect(words.contains("looks alike"))
        #expect(figures.indicator(.oee).certainty == .exact)
        #expect(elements([rule(nil, from: .distantPast)]).doubtful == .zero)
        #expect(elements([rule(900_000, from: .distantPast)]).indicative == .minutes(100))
        let ranking = LossRanking(
            sources: [
                LossSource(
                    machine: Slug("m"), name: "M", timeline: timeline,
                    rules: [rule(980_000, from: .distantPast)])
            ], period: minutes(0, 100), reasons: [:])
        #expect(
            ranking.lostTime.certainty
                == .range(
                    18 * 60, 22 * 60, "if what looks alike in the trace was all taken wrongly"))
    }

    @Test("rows of jobs sum to the whole, and a later job owns the time it shares")
    func rows() {
        let jobs = [
            job("A", ideal: .seconds(30), 0, 60), job("B", ideal: .seconds(90), 40, 100),
        ]
        let rows = FigureRow.rows(in: minutes(-20, 120), jobs: jobs) { range in
            var time = TimeElements()
            time.calendar = range.elapsed
            return OEE(time: time, production: Production())
        }
        #expect(rows.map(\.job) == ["", "A", "B"])
        #expect(rows.map(\.figures.time.calendar) == [.minutes(40), .minutes(40), .minutes(60)])
        #expect(
            FigureRow.rows(in: minutes(5, 5), jobs: jobs) { _ in
                OEE(time: TimeElements(), production: Production())
            }.isEmpty)
    }

    @Test("time elements added and taken away again are the same")
    func subtraction() {
        #expect((shift + shift) - shift == shift)
    }

    @Test("the OEE of a line is that of its bottleneck at the line's output")
    func line() throws {
        // The saw needs 30 s, the lathe 90 s a part; 200 good parts left the mill.
        let machines: [(id: Slug, figures: OEE)] = [
            (
                Slug("saw"),
                OEE(
                    time: shift,
                    production: made("A", .seconds(30), PartTotals(made: 300, good: 290)))
            ),
            (
                Slug("lathe"),
                OEE(
                    time: shift,
                    production: made("A", .seconds(90), PartTotals(made: 230, good: 220)))
            ),
            (
                Slug("mill"),
                OEE(
                    time: shift,
                    production: made("A", .seconds(45), PartTotals(made: 210, good: 200)))
            ),
        ]
        let line = ProductionLine(
            id: Slug("l"), name: "L", machines: [Slug("saw"), Slug("lathe"), Slug("mill")])
        let figures = try #require(LineFigures(line, machines: machines))
        #expect(figures.bottleneck == Slug("lathe"))
        #expect(!figures.isNamed)
        #expect(figures.oee.value.amount == 200.0 * 90 / (420 * 60))
        let named = ProductionLine(
            id: Slug("l"), name: "L", machines: [Slug("saw"), Slug("lathe"), Slug("mill")],
            bottleneck: Slug("saw"))
        #expect(LineFigures(named, machines: machines)?.oee.value.amount == 200.0 * 30 / (420 * 60))
        #expect(LineFigures(line, machines: []) == nil)
        // Never the product of the machines' figures.
        let product = machines.compactMap { $0.figures.ratio(.oee) }.reduce(1, *)
        #expect(figures.oee.value.amount != product)
    }

    @Test("a correction lies over what was observed, the later one over the earlier")
    func corrections() {
        let observed = [seen(.off, 0, 10), seen(.running, 10, 30), seen(.idle, 30, 40)]
        func correct(_ from: Double, _ to: Double, _ state: ObservedState, _ sequence: Int64)
            -> StateCorrection
        {
            StateCorrection(range: minutes(from, to), state: state, sequence: sequence)
        }
        #expect(ObservedStates.corrected(observed, by: []) == observed)
        #expect(
            ObservedStates.corrected(observed, by: [correct(5, 12, .idle, 1)]) == [
                seen(.off, 0, 5), seen(.idle, 5, 12), seen(.running, 12, 30), seen(.idle, 30, 40),
            ])
        #expect(
            ObservedStates.corrected(
                observed, by: [correct(20, 50, .running, 2), correct(25, 35, .off, 1)]) == [
                    seen(.off, 0, 10), seen(.running, 10, 40),
                ])
        #expect(
            ObservedStates.corrected(observed, by: [correct(-30, 90, .fault, 1)])
                == [seen(.fault, 0, 40)])
        #expect(ObservedStates.corrected(observed, by: [correct(50, 60, .off, 1)]) == observed)
        // Taken back, and time that was not seen stays so.
        #expect(
            ObservedStates.corrected(
                observed, by: [correct(5, 35, .off, 1), correct(0, 40, .unknown, 2)]) == observed)
        let gap = [seen(.running, 0, 10), seen(.unknown, 10, 20), seen(.idle, 20, 40)]
        #expect(
            ObservedStates.corrected(gap, by: [correct(5, 30, .running, 1)]) == [
                seen(.running, 0, 10), seen(.unknown, 10, 20), seen(.running, 20, 30),
                seen(.idle, 30, 40),
            ])
    }
}
