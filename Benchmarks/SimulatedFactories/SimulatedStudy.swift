// Whole studies from a seed: for the tests, for the time they take and as an example of the form.
import Plant
public import Prove

/// Studies of a made-up press brake whose stops lost less after a fence was moved.
public enum SimulatedStudy {
    /// A year of two shifts on five days: 520 points, an untouched machine, mix as a column.
    public static func year(seed: UInt64) throws(ProveError) -> Study {
        try study(seed: seed, weeks: 52, perDay: 2, effect: -12)
    }

    /// Thirty weeks of one shift on five days.
    public static func season(seed: UInt64) throws(ProveError) -> Study {
        try study(seed: seed, weeks: 30, perDay: 1, effect: -12)
    }

    private static func study(
        seed: UInt64, weeks: Int, perDay: Int, effect: Double
    ) throws(ProveError) -> Study {
        var draws = SeededDraws(seed: seed)
        let days = weeks * 5
        let count = days * perDay
        let own = SimulatedFactory.errors(count, rho: 0.4, deviation: 6, draws: &draws)
        let shared = SimulatedFactory.errors(count, rho: 0.6, deviation: 8, draws: &draws)
        let other = SimulatedFactory.errors(count, rho: 0.2, deviation: 3, draws: &draws)
        let monday = CivilDate(dayNumber: 20_458)
        let change = monday.adding(days: weeks / 2 * 7)
        var points: [StudyPoint] = []
        for place in 0..<count {
            let day = place / perDay
            let date = monday.adding(days: day / 5 * 7 + day % 5)
            let mix = thousandths(draws.share())
            let seen = draws.share() < 0.9 ? 1 : thousandths(0.7 + 0.3 * draws.share())
            let isMissing = draws.share() < 0.03
            guard !isMissing else { continue }
            let gain = date >= change ? effect : 0
            points.append(
                StudyPoint(
                    index: place, date: date,
                    value: thousandths(60 + 10 * mix + own[place] + shared[place] + gain),
                    coverage: seen, columns: [mix],
                    untouched: [thousandths(40 + shared[place] + other[place])]))
        }
        return try Study(
            name: "Fence moved closer to the press brake", machine: Slug("press-brake"),
            measure: StudyMeasure(
                name: "lost minutes", unit: "min", isLessBetter: true, periodsPerWeek: 5 * perDay),
            change: change, registered: change.adding(days: -7), choice: .fixedBeforehand,
            exclusions: [
                StudyExclusion(
                    from: change, through: change.adding(days: 6), reason: "learning")
            ],
            columns: ["mix"], untouched: ["turret-punch"], points: points, money: money(),
            seed: seed)
    }

    private static func money() -> StudyMoney {
        var answers: [CostLine: AmountRange] = [:]
        for line in CostLine.allCases { answers[line] = AmountRange(0) }
        answers[.hardware] = AmountRange(90_000)
        answers[.integration] = AmountRange(low: 30_000, mode: 40_000, high: 60_000)
        answers[.training] = AmountRange(25_200)
        answers[.support] = AmountRange(12_000)
        return StudyMoney(
            costs: AdoptionLedger(currency: .gbp, answers: answers), basis: .avoided,
            worth: Triangle(low: 0.3, mode: 0.4, high: 0.5), residual: 10_000)
    }

    private static func thousandths(_ value: Double) -> Double {
        (value * 1_000).rounded() / 1_000
    }
}
