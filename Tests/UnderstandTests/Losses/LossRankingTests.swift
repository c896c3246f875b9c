// Ranked losses: every lost second in one line, money by the two-rate rule.
import Plant
import Testing

@testable import Understand

private func pounds(_ text: String) -> Dated<Rate> {
    Dated(
        from: .distantPast, value: Rate(text, currency: .gbp) ?? Rate(millionths: 0, currency: .gbp)
    )
}

private func source(
    _ name: StaticString, _ observed: [ObservedEpisode], _ annotations: Annotations = Annotations(),
    worth: HourWorth = HourWorth(), range: TimeRange = minutes(0, 480)
) -> LossSource {
    LossSource(
        machine: Slug(name), name: name.description,
        timeline: MachineTimeline(
            range: range, observed: observed, working: [minutes(0, 240), minutes(255, 480)],
            annotations: annotations, reasons: siteReasons),
        worth: worth, signals: [SignalID(1)])
}

private func press(_ worth: HourWorth = HourWorth(), shift: Double = 0) -> LossSource {
    source(
        "press",
        [
            seen(.running, 0, 60), seen(.idle, 60, 120 + shift), seen(.running, 120 + shift, 200),
            seen(.idle, 200, 201), seen(.running, 201, 300), seen(.idle, 300, 330),
            seen(.running, 330, 400), seen(.fault, 400, 410), seen(.running, 410, 480),
        ],
        Annotations(reasons: [reason(Slug("material"), at: 70, sequence: 12)]), worth: worth)
}

private func lathe(_ worth: HourWorth = HourWorth()) -> LossSource {
    source(
        "lathe",
        [
            seen(.running, 0, 230), seen(.idle, 230, 270), seen(.running, 270, 420),
            seen(.idle, 420, 440), seen(.running, 440, 480),
        ],
        Annotations(reasons: [
            reason(Slug("tooling"), at: 231, sequence: 13),
            reason(Slug("change"), at: 425, sequence: 14),
        ]), worth: worth)
}

private func rank(_ sources: [LossSource], previous: [LossSource] = []) -> LossRanking {
    LossRanking(
        sources: sources, period: minutes(0, 480), reasons: siteReasons, previous: previous,
        previousPeriod: previous.isEmpty ? nil : minutes(0, 480))
}

@Suite("Ranked losses")
struct LossRankingTests {
    @Test("lines are ranked, every lost second is in exactly one of them")
    func lines() {
        let ranking = rank([press(), lathe()])
        #expect(
            ranking.lines.map(\.name) == [
                "Waiting for material", "No reason given", "Tooling", "Changing over",
                "Fault shown by the machine", "Short stops",
            ])
        #expect(
            ranking.lines.map(\.time.minutes) == [60, 30, 25, 20, 10, 1])
        #expect(ranking.lines.map(\.count) == [1, 1, 1, 1, 1, 1])
        #expect(ranking.lost == .minutes(146))
        #expect(ranking.lost == ranking.elements.lost)
        let shares = ranking.lines.compactMap(\.share).reduce(0, +)
        #expect(abs(shares - 1) < 1e-12)
        #expect(ranking.reasonsGiven == 2)
        #expect(ranking.reasonsAsked == 4)
        #expect(ranking.reasons.value == .amount(0.5))
    }

    @Test("the workings sum to their wholes")
    func workings() {
        let ranking = rank([press(), lathe()])
        let total = ranking.lostTime.working.parts.reduce(0) { $0 + $1.value }
        #expect(ranking.lostTime.value == .amount(total))
        for line in ranking.lines {
            let indicator = ranking.lostTime(of: line)
            #expect(indicator.value == .amount(indicator.working.parts.reduce(0) { $0 + $1.value }))
            #expect(ranking.share(of: line).value.amount == line.share)
        }
        #expect(ranking.line(.reason(Slug("material")))?.entries == [12])
        #expect(ranking.lostTime.working.signals == [SignalID(1)])
        #expect(ranking.lostTime.definition == "losses/1+short-stop/1")
    }

    @Test("unexplained time is listed even when there is none")
    func alwaysListed() {
        let ranking = rank([lathe()])
        #expect(ranking.line(.unexplained)?.time == .zero)
        #expect(ranking.line(.unexplained)?.count == 0)
        #expect(ranking.unexplained == .zero)
        #expect(ranking.biggestUnexplained == nil)
    }

    @Test("the biggest stop without a reason is named")
    func biggest() throws {
        let biggest = try #require(rank([lathe(), press()]).biggestUnexplained)
        #expect(biggest.name == "press")
        #expect(biggest.stop.range == minutes(300, 330))
        #expect(biggest.time == .minutes(30))
    }

    @Test(
        "the short-stop limit is the larger of five ideal part times and 120 s",
        arguments: [
            (nil, Elapsed.seconds(120)), (Elapsed.seconds(10), .seconds(120)),
            (.minutes(1), .minutes(5)),
        ])
    func shortStops(ideal: Elapsed?, limit: Elapsed) {
        let rule = ShortStopRule(idealPerPart: ideal)
        #expect(rule.limit == limit)
        #expect(!rule.isShort(limit))
        #expect(rule.isShort(Elapsed(nanoseconds: limit.nanoseconds - 1)))
    }

    @Test("moving the short-stop limit moves time between lines and never changes OEE")
    func limitMoves() {
        let observed = [seen(.running, 0, 60), seen(.idle, 60, 64), seen(.running, 64, 480)]
        let quick = source(
            "a", observed, Annotations(jobs: [job("A", ideal: .seconds(5), 0, 480)]))
        let heavy = source(
            "a", observed, Annotations(jobs: [job("A", ideal: .minutes(2), 0, 480)]))
        #expect(rank([quick]).line(.unexplained)?.time == .minutes(4))
        #expect(rank([heavy]).line(.shortStops)?.time == .minutes(4))
        #expect(rank([quick]).elements.delayTime == rank([heavy]).elements.delayTime)
    }

    @Test(
        "money: the constraint sells its hour, the others only avoid cost, each sum names its rate")
    func money() {
        let sold = [pounds("60")]
        let avoided = [pounds("24")]
        let ranking = rank([
            press(HourWorth(sold: sold, avoided: avoided, isConstraint: true)),
            lathe(HourWorth(sold: sold, avoided: avoided)),
        ])
        let material = ranking.line(.reason(Slug("material")))
        #expect(material?.money.map(\.basis) == [.sold])
        #expect(material?.money.map(\.amount.text) == ["60.00"])
        #expect(material?.money.map(\.words) == ["£60 at £60 an hour that could be sold"])
        let tooling = ranking.line(.reason(Slug("tooling")))
        #expect(tooling?.money.map(\.amount.text) == ["10.00"])
        #expect(tooling?.money.map(\.words) == ["£10 at £24 an hour of avoidable cost"])
        #expect(ranking.money.map(\.amount.text) == ["101.00", "18.00"])
        for basis in MoneyBasis.allCases {
            let cost = ranking.cost(basis)
            #expect(cost.value == .amount(cost.working.parts.reduce(0) { $0 + $1.value }))
        }
    }

    @Test(
        "a constraint without a sold rate falls back to avoided cost; without any there are hours only"
    )
    func noRates() {
        let constraint = rank([press(HourWorth(avoided: [pounds("24")], isConstraint: true))])
        #expect(constraint.money.map(\.basis) == [.avoided])
        let soldOnly = rank([press(HourWorth(sold: [pounds("60")]))])
        #expect(soldOnly.money.isEmpty)
        let silent = rank([press()])
        #expect(silent.money.isEmpty)
        #expect(silent.line(.reason(Slug("material")))?.unpriced == .minutes(60))
        #expect(
            silent.cost(.avoided).value
                == .undefined("nobody has said what an hour is worth"))
    }

    @Test("the rate in force when the stop began is the one that counts")
    func datedRates() {
        let rates = [
            pounds("24"),
            Dated(from: minute(200), value: Rate(millionths: 48_000_000, currency: .gbp)),
        ]
        let ranking = rank([press(HourWorth(avoided: rates))])
        #expect(ranking.line(.reason(Slug("material")))?.money.first?.amount.text == "24.00")
        #expect(ranking.line(.unexplained)?.money.first?.amount.text == "24.00")
        #expect(ranking.line(.unexplained)?.money.first?.words.contains("£48") == true)
    }

    @Test("the period before stands beside each line")
    func comparison() {
        let ranking = rank([press()], previous: [press(shift: 20)])
        #expect(ranking.line(.reason(Slug("material")))?.previous == .minutes(80))
        #expect(ranking.previousLost == ranking.lost + .minutes(20))
        #expect(rank([press()]).line(.unexplained)?.previous == nil)
    }

    @Test("with too little seen the hours stay, shares and money are withheld (R-40)")
    func withheld() {
        let half = source(
            "half", [seen(.running, 0, 100), seen(.idle, 100, 200)],
            worth: HourWorth(avoided: [pounds("24")]))
        let ranking = rank([half])
        #expect(ranking.isWithheld)
        #expect(ranking.lost == .minutes(100))
        #expect(ranking.lines.allSatisfy { $0.share == nil && $0.money.isEmpty })
        #expect(
            ranking.cost(.avoided).value == .withheld("Not enough seen to say (43%)."))
        #expect(ranking.lostTime.working.gaps.map(plain).first?.hasPrefix("4 h 25 min") == true)
        #expect(
            ranking.lostTime.certainty
                == .range(
                    6000, 21_900,
                    "if the time that was not seen was all running or all lost"))
    }

    @Test("setting up by a mark is its own line, one setup across a break")
    func setupMark() {
        let marks = [PeriodMark(kind: .setup, range: minutes(200, 300), reason: nil, sequence: 3)]
        let ranking = rank([
            source(
                "mill",
                [seen(.running, 0, 200), seen(.idle, 200, 280), seen(.running, 280, 480)],
                Annotations(marks: marks))
        ])
        #expect(ranking.line(.setup)?.time == .minutes(85))
        #expect(ranking.line(.setup)?.count == 1)
        #expect(ranking.lost == ranking.elements.lost)
    }

    @Test("time outside planned time is no loss")
    func planned() {
        let ranking = rank([
            source(
                "saw", [seen(.running, 0, 240), seen(.idle, 240, 255), seen(.running, 255, 480)])
        ])
        #expect(ranking.lost == .zero)
        #expect(ranking.share(of: ranking.lines[0]).value == .undefined("nothing lost"))
    }
}
