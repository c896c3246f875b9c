// Every figure of a frozen study, worked out again to the same digits each time.
public import Plant
import Understand

/// How much weight the answer bears.
public enum Confidence: String, Hashable, Sendable {
    /// Proved, and no doubt beyond season and likeness.
    case high
    /// Proved or likely.
    case medium
    /// Anything else.
    case low
}

/// What was won in one period after the change.
public struct PeriodGain: Hashable, Sendable {
    /// First day of the period.
    public let date: CivilDate
    /// Won units: expected without the change less measured, turned so that more is better.
    public let units: Double
}

/// What the model says about the effect, in the unit of the measure and period.
public struct EffectFigures: Hashable, Sendable {
    /// The model.
    public let model: SegmentedModel
    /// Average benefit in a period; above 0 is better, whatever the measure.
    public let benefit: Double
    /// Its 95 % range, the wider of two methods.
    public let range95: Interval
    /// Its 90 % range.
    public let range90: Interval
    /// Its 70 % range.
    public let range70: Interval
    /// Its 95 % range from residuals drawn again in blocks.
    public let bootstrap95: Interval
    /// Difference of the plain means, turned the same way: for comparison only.
    public let naive: Double
    /// Where a break is found by itself; nil where too few points are there.
    public let breakSearch: BreakSearch?
    /// Gains of the periods after the change, oldest first.
    public let gains: [PeriodGain]
}

/// The assessment of a study.
public struct Assessment: Sendable {
    /// The points that counted.
    public let windows: StudyWindows
    /// Effect; nil where too few points are there or the columns cannot be told apart.
    public let effect: EffectFigures?
    /// Money; nil where the worth of a unit was not answered or there is no effect.
    public let payback: PaybackStudy?
    /// Net benefit a year, 90 % range: minor units' major, or units without money.
    public let netPerYear: Interval?
    /// Net benefit a year, most likely.
    public let netMiddle: Double?
    /// Whether ``netPerYear`` is money.
    public let isMoney: Bool
    /// Dates by which the money is back at 5, 50 and 95 % of the draws; nil for never.
    public let paybackDates: [CivilDate?]
    /// What more weeks would do.
    public let enough: Enough
    /// The verdict.
    public let verdict: Verdict
    /// Confidence.
    public let confidence: Confidence
    /// What could make this wrong.
    public let doubts: [Doubt]
    /// Weights that make up a machine like this one from untouched ones, and the share of
    /// machines with an effect as large; nil with fewer than two.
    public let synthetic: (control: SyntheticControl, placeboShare: Double)?

    /// Works everything out; the same study gives the same bits.
    public init(of study: Study, rule: VerdictRule = .standard) {
        let windows = StudyWindows(study)
        self.windows = windows
        let effect =
            windows.before.count >= rule.leastPoints && windows.after.count >= rule.leastPoints
            ? Assessment.effect(study, windows) : nil
        self.effect = effect
        synthetic = Assessment.synthetic(windows)
        let scale = Double(study.measure.periodsPerWeek * study.money.weeksPerYear)
        let worthwhile = Worthwhile(study, windows, scale: scale)
        isMoney = worthwhile.isMoney
        enough = Assessment.enough(study, windows, effect, worthwhile, rule)
        let money = effect.flatMap { Assessment.payback(study, $0, scale: scale) }
        payback = money
        let doubts = Doubts.list(study, windows, effect)
        self.doubts = doubts
        guard let effect else {
            netPerYear = nil
            netMiddle = nil
            paybackDates = []
            verdict = Assessment.tooFew(windows, enough)
            confidence = .low
            return
        }
        let proof = Assessment.net(study, effect.range90, money, scale, 0.9)
        netPerYear = proof
        let running = worthwhile.isMoney ? Assessment.major(study, \.yearly?.mode) : 0
        netMiddle = effect.benefit * scale * worthwhile.unit - running
        paybackDates = Assessment.dates(study, money)
        let found = rule.verdict(
            VerdictRule.Evidence(
                proof: proof, likely: Assessment.net(study, effect.range70, money, scale, 0.7),
                worthwhile: worthwhile.perYear, coverage: windows.coverage,
                points: Swift.min(windows.before.count, windows.after.count),
                isConfounded: doubts.contains(where: \.isDisqualifying), enough: enough))
        verdict = found
        confidence = Assessment.confidence(found, doubts)
    }

    private static func tooFew(_ windows: StudyWindows, _ enough: Enough) -> Verdict {
        if case .weeksMore(let weeks) = enough { return .cannotTell(weeksMore: weeks) }
        return .cannotTell(weeksMore: nil)
    }

    private static func confidence(_ verdict: Verdict, _ doubts: [Doubt]) -> Confidence {
        let grave = doubts.contains { $0.kind != .season && $0.kind != .alike }
        switch verdict {
        case .proved: return grave ? .medium : .high
        case .likely: return .medium
        default: return .low
        }
    }
}

/// The smallest benefit that would matter.
struct Worthwhile {
    /// A year, in money or units.
    let perYear: Double
    /// A period, in units of the measure.
    let perPeriod: Double
    /// Worth of a unit; 1 without money.
    let unit: Double
    let isMoney: Bool

    /// What pays the cost back within the owner's limit; without cost, 5 % of the level before.
    init(_ study: Study, _ windows: StudyWindows, scale: Double) {
        let level = abs(Spread.mean(windows.before.map(\.value)))
        let twentieth = level.isFinite ? level / 20 : 0
        guard study.money.basis != .unanswered, let worth = study.money.worth, worth.mode > 0 else {
            isMoney = false
            unit = 1
            perPeriod = twentieth
            perYear = twentieth * scale
            return
        }
        isMoney = true
        unit = worth.mode
        let cost = Assessment.major(study, \.once?.mode)
        let running = Assessment.major(study, \.yearly?.mode)
        let wanted =
            cost > 0
            ? cost * 52 / Double(study.money.limitWeeks) : twentieth * scale * worth.mode
        perYear = wanted
        perPeriod = (wanted + running) / worth.mode / scale
    }
}
