// The steps of an assessment.
import Plant
import Understand

extension Assessment {
    /// An amount of the ledger in major units, 0 where it cannot be held.
    static func major(_ study: Study, _ amount: (AdoptionLedger) -> Int64?) -> Double {
        Double(amount(study.money.costs) ?? 0)
            / Double(study.money.costs.currency.minorUnits)
    }

    static func effect(_ study: Study, _ windows: StudyWindows) -> EffectFigures? {
        let before = StudyWindows.periods(windows.before)
        let after = StudyWindows.periods(windows.after)
        guard let model = SegmentedModel(before: before, after: after, terms: study.terms) else {
            return nil
        }
        let sign: Double = study.measure.isLessBetter ? -1 : 1
        var draws = SeededDraws(seed: study.seed)
        let bootstrap = BlockBootstrap(
            model, leastBlock: Swift.min(study.measure.periodsPerWeek, before.count / 4),
            draws: &draws)
        var breakDraws = SeededDraws(seed: study.seed ^ 0xB4EA)
        return EffectFigures(
            model: model, benefit: sign * model.effect,
            range95: model.interval(0.95).scaled(by: sign),
            range90: model.interval(0.9).scaled(by: sign),
            range70: model.interval(0.7).scaled(by: sign),
            bootstrap95: bootstrap.interval(0.95).scaled(by: sign),
            naive: sign
                * (Spread.mean(windows.after.map(\.value))
                    - Spread.mean(windows.before.map(\.value))),
            breakSearch: BreakSearch(
                before + after, hasTrend: study.terms.hasTrend, draws: &breakDraws),
            gains: gains(model, windows, sign: sign))
    }

    /// Measured less expected without the change, period by period.
    private static func gains(
        _ model: SegmentedModel, _ windows: StudyWindows, sign: Double
    ) -> [PeriodGain] {
        let rows = model.plain.rows
        let step = model.terms.hasTrend ? 2 : 1
        let changed = model.terms.hasSlope ? [step, step + 1] : [step]
        return windows.after.indices.map { place in
            let row = windows.before.count + place
            var without = rows.design[row]
            for column in changed { without[column] = 0 }
            let expected = Matrices.dot(without, model.plain.coefficients)
            return PeriodGain(
                date: windows.after[place].date, units: sign * (rows.observed[row] - expected))
        }
    }

    static func synthetic(
        _ windows: StudyWindows
    ) -> (control: SyntheticControl, placeboShare: Double)? {
        let points = windows.before + windows.after
        guard let first = points.first, first.untouched.count >= 2 else { return nil }
        let untouched = first.untouched.indices.map { machine in
            points.map { $0.untouched[machine] }
        }
        let treated = points.map(\.value)
        guard
            let control = SyntheticControl(
                treated: treated, untouched: untouched, before: windows.before.count),
            let share = SyntheticControl.placeboShare(
                treated: treated, untouched: untouched, before: windows.before.count)
        else { return nil }
        return (control, share)
    }

    static func enough(
        _ study: Study, _ windows: StudyWindows, _ effect: EffectFigures?,
        _ worthwhile: Worthwhile, _ rule: VerdictRule
    ) -> Enough {
        guard windows.before.count >= rule.leastPoints else { return .notByWaiting }
        let missing = rule.leastPoints - windows.after.count
        if missing > 0 {
            let perWeek = study.measure.periodsPerWeek
            return .weeksMore((missing + perWeek - 1) / perWeek)
        }
        guard let effect else { return .notByWaiting }
        return Enough(
            effect.model, difference: worthwhile.perPeriod,
            periodsPerWeek: study.measure.periodsPerWeek)
    }

    static func payback(
        _ study: Study, _ effect: EffectFigures, scale: Double
    ) -> PaybackStudy? {
        let money = study.money
        let units = Double(money.costs.currency.minorUnits)
        guard money.basis != .unanswered, let worth = money.worth,
            let once = money.costs.once, let yearly = money.costs.yearly,
            let cost = Triangle(
                low: Double(once.low) / units, mode: Double(once.mode) / units,
                high: Double(once.high) / units),
            let running = Triangle(
                low: Double(yearly.low) / units, mode: Double(yearly.mode) / units,
                high: Double(yearly.high) / units),
            let benefit = Triangle(
                low: Swift.min(effect.range90.low, effect.benefit) * scale,
                mode: effect.benefit * scale,
                high: Swift.max(effect.range90.high, effect.benefit) * scale)
        else { return nil }
        let inputs = PaybackInputs(
            cost: cost, running: running, worth: worth, benefit: benefit,
            residual: Double(money.residual) / units, rate: money.rate, years: money.years,
            limitWeeks: money.limitWeeks)
        let sign: Double = study.measure.isLessBetter ? -1 : 1
        var draws = SeededDraws(seed: study.seed ^ 0x3043)
        return PaybackStudy(inputs, draws: &draws) { sign * scale * effect.model.draw(&$0) }
    }

    /// Range of net benefit a year: by formula where worth and running cost are known.
    static func net(
        _ study: Study, _ range: Interval, _ payback: PaybackStudy?, _ scale: Double,
        _ level: Double
    ) -> Interval {
        guard let payback, let worth = study.money.worth,
            let yearly = study.money.costs.yearly
        else { return range.scaled(by: scale) }
        if worth.isKnown, yearly.low == yearly.high {
            let running = Double(yearly.mode) / Double(study.money.costs.currency.minorUnits)
            return range.scaled(by: scale * worth.mode, plus: -running)
        }
        return Interval(
            Percentile.of(payback.net, (1 - level) / 2),
            Percentile.of(payback.net, (1 + level) / 2))
    }

    static func dates(_ study: Study, _ payback: PaybackStudy?) -> [CivilDate?] {
        guard let payback else { return [] }
        return [0.05, 0.5, 0.95].map { share in
            let weeks = payback.weeks(at: share)
            guard weeks.isFinite, weeks < 5_200 else { return nil }
            return study.change.adding(days: Int((weeks * 7).rounded(.up)))
        }
    }
}
