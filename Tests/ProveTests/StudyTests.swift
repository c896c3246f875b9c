// Frozen studies: their text, their verdicts, their doubts and a second program's figures.
import Foundation
import Plant
import SimulatedFactories
import Testing

@testable import Prove
@testable import Understand

private let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

private func close(_ value: Double, _ wanted: Double, _ relative: Double) -> Bool {
    abs(value - wanted) <= relative * Swift.max(1, abs(wanted))
}

@Suite struct StudyTextTests {
    @Test func `the text gives the study again, and the study the text`() throws {
        let study = try SimulatedStudy.season(seed: 11)
        let bytes = study.canonicalBytes
        #expect(try Study(bytes: bytes) == study)
        #expect(try Study(bytes: bytes).canonicalBytes == bytes)
        let stored = try [UInt8](
            Data(contentsOf: fixtures.appending(path: "press-brake.study.json")))
        #expect(stored == bytes + [0x0A])
    }

    @Test(arguments: [
        (#""form":"study/1""#, #""form":"study/2""#, "form"),
        (#""method":"segmented/1""#, #""method":"magic""#, "method"),
        (#""better":"less""#, #""better":"odd""#, "measure.better"),
        (#""coverage":"1""#, #""coverage":"1.5""#, "points[0].coverage"),
        (#""coverage":"1""#, #""coverage":"nan""#, "points[0].coverage"),
        (#""coverage":"1""#, #""coverage":1"#, "points[0].coverage"),
        (#""index":0"#, #""index":-9223372036854775808"#, "points[0].index"),
        (#""seed":"11""#, #""seed":"-1""#, "seed"),
        (#""hardware":[90000,"#, #""hardware":[-1,"#, "money.costs.hardware"),
        (#""hardware":"#, #""hardwear":"#, "money.costs.hardwear"),
        (#""limit_weeks":52"#, #""limit_weeks":0"#, "money.limit_weeks"),
        (#""periods_per_week":5"#, #""periods_per_week":0"#, "measure.periods_per_week"),
        (#""columns":["mix"]"#, #""columns":[]"#, "points[0]"),
        (#""change":"2026-04-20""#, #""change":"2026-04-31""#, "change"),
    ])
    func `a wrong member is named`(old: String, new: String, place: String) throws {
        let text = String(
            decoding: try SimulatedStudy.season(seed: 11).canonicalBytes, as: UTF8.self)
        let range = try #require(text.range(of: old), "\(old) stands in the text")
        let broken = text.replacingCharacters(in: range, with: new)
        let error = #expect(throws: ProveError.self) { try Study(bytes: Array(broken.utf8)) }
        #expect(error?.place == place)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `a cut text is refused at its byte`() throws {
        let bytes = try SimulatedStudy.season(seed: 11).canonicalBytes
        for length in stride(from: 0, to: bytes.count - 1, by: 997) {
            #expect(throws: ProveError.self) { try Study(bytes: Array(bytes[..<length])) }
        }
    }

    @Test func `points out of order are refused`() throws {
        var study = try SimulatedStudy.season(seed: 11)
        study.points.swapAt(3, 4)
        let error = #expect(throws: ProveError.self) { try study.check() }
        #expect(error?.place == "points[4]")
    }

    @Test(arguments: [0.1, 1.0 / 3, 1e-7, 123_456_789.125, -2.5, 0, 1e12])
    func `decimal texts keep every bit`(value: Double) {
        #expect(DecimalText.number(DecimalText.of(value)) == value)
        #expect(DecimalText.number("inf") == nil)
        #expect(DecimalText.number("0x10") == nil)
    }
}

@Suite struct AssessmentTests {
    /// Figures that `Benchmarks/recompute_study.py` gave.
    private struct Recomputed: Decodable {
        struct Money: Decodable {
            let cost_once: Double
            let net_per_year: Double
            let present_value: Double
            let payback_months: Double
        }
        let before: Int
        let after: Int
        let coverage: Double
        let coefficients: [Double]
        let plain_effect: Double
        let lag: Int
        let newey_west_error: Double
        let durbin_watson: Double
        let prais_winsten_rho: Double
        let benefit: Double
        let range95: [Double]
        let range90: [Double]
        let bootstrap95: [Double]
        let money: Money
    }

    @Test func `a second program gives the same figures`() throws {
        let study = try SimulatedStudy.season(seed: 11)
        let second = try JSONDecoder().decode(
            Recomputed.self,
            from: Data(contentsOf: fixtures.appending(path: "press-brake.recomputed.json")))
        let assessment = Assessment(of: study)
        let effect = try #require(assessment.effect)
        #expect(effect.model.counts.before == second.before)
        #expect(effect.model.counts.after == second.after)
        #expect(close(assessment.windows.coverage, second.coverage, 1e-12))
        for (one, other) in zip(effect.model.plain.coefficients, second.coefficients) {
            #expect(close(one, other, 1e-9))
        }
        #expect(effect.model.lag == second.lag)
        let pairs = [
            (effect.model.plainEffect, second.plain_effect),
            (effect.model.neweyWestError, second.newey_west_error),
            (effect.model.plain.durbinWatson, second.durbin_watson),
            (effect.benefit, second.benefit),
            (effect.range95.low, second.range95[0]), (effect.range95.high, second.range95[1]),
            (effect.range90.low, second.range90[0]), (effect.range90.high, second.range90[1]),
            (effect.bootstrap95.low, second.bootstrap95[0]),
            (effect.bootstrap95.high, second.bootstrap95[1]),
            (assessment.netMiddle ?? .nan, second.money.net_per_year),
            (assessment.payback?.presentValue ?? .nan, second.money.present_value),
            (assessment.payback?.simpleMonths ?? .nan, second.money.payback_months),
        ]
        for (one, other) in pairs { #expect(close(one, other, 1e-8), "\(one) \(other)") }
        #expect(close(effect.model.praisWinsten.rho, second.prais_winsten_rho, 1e-8))
    }

    @Test func `the same study gives the same bits`() throws {
        let study = try SimulatedStudy.season(seed: 11)
        let one = Assessment(of: study)
        let two = Assessment(of: try Study(bytes: study.canonicalBytes))
        #expect(one.effect == two.effect)
        #expect(one.payback == two.payback)
        #expect(one.verdict == two.verdict)
        #expect(one.doubts == two.doubts)
    }

    @Test func `a planted gain is proved and its dates lie in order`() throws {
        let assessment = Assessment(of: try SimulatedStudy.year(seed: 11))
        let effect = try #require(assessment.effect)
        #expect(effect.range95.contains(12))
        #expect(assessment.verdict == .proved)
        #expect(assessment.isMoney)
        let dates = assessment.paybackDates.compactMap { $0 }
        #expect(dates.count == 3)
        #expect(dates == dates.sorted())
        #expect(effect.gains.count == assessment.windows.after.count)
        #expect(assessment.windows.leftOut["learning"] ?? 0 > 0)
    }

    @Test func `another change at the same time keeps it unclear`() throws {
        var study = try SimulatedStudy.year(seed: 11)
        study.others = [OtherChange(date: study.change.adding(days: 9), name: "A new operator")]
        let assessment = Assessment(of: study)
        #expect(assessment.verdict == .unclear)
        #expect(assessment.doubts.first?.kind == .overlap)
        study.others = [OtherChange(date: study.change.adding(days: 90), name: "A new operator")]
        #expect(Assessment(of: study).verdict == .proved)
    }

    @Test func `a time before that nobody explained proves nothing`() throws {
        var study = try SimulatedStudy.year(seed: 11)
        study.choice = .unknown
        #expect(Assessment(of: study).verdict == .unclear)
        study.choice = .becauseBad(
            from: study.change.adding(days: -28), through: study.change.adding(days: -1))
        let guarded = Assessment(of: study)
        #expect(guarded.windows.leftOut["chosen because bad"] ?? 0 > 30)
        #expect(guarded.doubts.contains { $0.kind == .chosenBaseline })
    }

    @Test func `the same numbers turned round are worse`() throws {
        var study = try SimulatedStudy.year(seed: 11)
        study.measure = StudyMeasure(
            name: "good minutes", unit: "min", isLessBetter: false, periodsPerWeek: 10)
        let assessment = Assessment(of: study)
        #expect(assessment.verdict == .worse)
        #expect(assessment.payback?.simpleMonths == nil)
    }

    @Test func `too few points ask for weeks`() throws {
        var study = try SimulatedStudy.season(seed: 11)
        let change = study.change
        study.points = study.points.filter { $0.date < change.adding(days: 10) }
        let assessment = Assessment(of: study)
        guard case .cannotTell(.some(let weeks)) = assessment.verdict else {
            Issue.record("a number of weeks")
            return
        }
        #expect((2...3).contains(weeks))
        #expect(assessment.effect == nil)
        study.points = Array(study.points.prefix(5))
        #expect(Assessment(of: study).verdict == .cannotTell(weeksMore: nil))
        study.points = []
        #expect(Assessment(of: study).verdict == .cannotTell(weeksMore: nil))
    }

    @Test func `without a worth there are units and no money`() throws {
        var study = try SimulatedStudy.year(seed: 11)
        study.money = StudyMoney(
            costs: study.money.costs, basis: .unanswered, worth: nil)
        let assessment = Assessment(of: study)
        #expect(!assessment.isMoney)
        #expect(assessment.payback == nil && assessment.paybackDates.isEmpty)
        #expect(assessment.doubts.contains { $0.kind == .worth })
        #expect(assessment.verdict == .proved)
    }

    @Test func `thin coverage keeps it from being proved`() throws {
        var study = try SimulatedStudy.year(seed: 11)
        study.points = study.points.map {
            StudyPoint(
                index: $0.index, date: $0.date, value: $0.value, coverage: $0.coverage * 0.8,
                columns: $0.columns, untouched: $0.untouched)
        }
        let assessment = Assessment(of: study)
        #expect(assessment.windows.coverage < 0.9)
        #expect(assessment.verdict == .likely)
    }
}

@Suite struct VerdictTests {
    private func evidence(
        _ proof: Interval, _ likely: Interval, enough: Enough = .enough
    ) -> VerdictRule.Evidence {
        VerdictRule.Evidence(
            proof: proof, likely: likely, worthwhile: 100, coverage: 1, points: 30,
            isConfounded: false, enough: enough)
    }

    @Test func `each word has its case`() {
        let rule = VerdictRule.standard
        #expect(rule.verdict(evidence(Interval(1, 500), Interval(50, 400))) == .proved)
        #expect(rule.verdict(evidence(Interval(-1, 500), Interval(50, 400))) == .likely)
        #expect(rule.verdict(evidence(Interval(-300, 500), Interval(-9, 400))) == .unclear)
        #expect(rule.verdict(evidence(Interval(-300, 90), Interval(-200, 50))) == .noBenefitSeen)
        #expect(rule.verdict(evidence(Interval(-300, -1), Interval(-200, -50))) == .worse)
        #expect(
            rule.verdict(
                evidence(Interval(-300, 500), Interval(-9, 400), enough: .weeksMore(6)))
                == .cannotTell(weeksMore: 6))
        #expect(Verdict.cannotTell(weeksMore: 1).words == "Cannot tell yet, about 1 week more")
    }
}

@Suite struct CalibrationTests {
    @Test func `a hundred factories with a known effect`() {
        let counted = Calibration(first: 1, count: 100, hasBootstrap: false)
        #expect(counted.all.count == 100)
        // 95 of 100 expected; fewer than 89 would come by chance once in a hundred.
        #expect(counted.all.held95 >= 89)
        #expect(counted.all.held90 >= 83)
        #expect(counted.chosen.claims < 5)
        #expect(counted.naive.claims > 20)
        #expect(counted.all.plainHeld < counted.all.held95)
    }
}
