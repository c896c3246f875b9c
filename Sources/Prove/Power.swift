// Have we measured enough, and if not, how much longer?
import Understand

/// Sample sizes with neighbours that are alike (benefit.md).
public enum Power {
    /// Independent observations that `count` neighbours with correlation `rho` are worth.
    public static func effectiveCount(_ count: Int, rho: Double) -> Double {
        Double(count) * (1 - rho) / (1 + rho)
    }

    /// Periods needed on each side to see a difference of means.
    ///
    /// `deviation` and `difference` in the unit of the measure, `level` the two-sided error and
    /// `power` the chance to see it, 0 to 1. Not rounded; infinite for a difference of 0.
    public static func countEachSide(
        deviation: Double, difference: Double, rho: Double, level: Double = 0.05,
        power: Double = 0.8
    ) -> Double {
        let sum = Normal.quantile(1 - level / 2) + Normal.quantile(power)
        let ratio = sum * deviation / difference
        return 2 * ratio * ratio * (1 + rho) / (1 - rho)
    }

    /// Smallest difference that would be seen, in the unit of the measure.
    public static func smallestSeen(error: Double, level: Double = 0.1, power: Double = 0.8)
        -> Double
    {
        (Normal.quantile(1 - level / 2) + Normal.quantile(power)) * error
    }
}

/// Whether what was measured is enough to settle a question.
public enum Enough: Hashable, Sendable {
    /// It is.
    case enough
    /// Measure so many weeks more.
    case weeksMore(Int)
    /// More weeks alone settle it no longer: compare with an untouched machine, or switch the
    /// change on and off.
    case notByWaiting

    /// Works out how many more periods after the change would show `difference`.
    ///
    /// The design of the model is continued by whole weeks at the likely ρ and spread; enough is
    /// when 80 of 100 such studies would exclude 0 with their 90 % range.
    public init(_ model: SegmentedModel, difference: Double, periodsPerWeek: Int) {
        let target =
            abs(difference) / (Normal.quantile(0.95) + Normal.quantile(0.8))
        let distribution = model.distribution
        func error(_ weeks: Int) -> Double {
            Enough.error(model, more: weeks * Swift.max(1, periodsPerWeek)) ?? .infinity
        }
        guard target > 0, distribution.deviation > 0 else {
            self = .notByWaiting
            return
        }
        if error(0) <= target {
            self = .enough
            return
        }
        var weeks = 1
        while weeks < ProveLimits.longestWait, error(weeks) > target {
            weeks += Swift.max(1, weeks / 6)
        }
        self = error(weeks) <= target ? .weeksMore(weeks) : .notByWaiting
    }

    /// Standard error of the average effect with more periods after the change.
    private static func error(_ model: SegmentedModel, more: Int) -> Double? {
        var rows = model.plain.rows
        guard var last = rows.design.last, let time = rows.times.last else { return nil }
        let terms = model.terms
        let fixed = (terms.hasTrend ? 1 : 0) + (terms.hasSlope ? 1 : 0) + 2
        for column in fixed..<last.count { last[column] = 0 }
        for step in 0..<more {
            if terms.hasTrend { last[1] += 1 }
            if terms.hasSlope { last[fixed - 1] += 1 }
            rows.times.append(time + step + 1)
            rows.design.append(last)
            rows.weights.append(1)
            rows.observed.append(0)
        }
        var functional = model.functional
        if terms.hasSlope {
            let after = rows.design.filter { $0[fixed - 2] == 1 }
            functional[fixed - 1] =
                after.reduce(0) { $0 + $1[fixed - 1] } / Double(Swift.max(1, after.count))
        }
        // Any observed values will do: only the shape of the design counts.
        for place in rows.observed.indices { rows.observed[place] = place % 2 == 0 ? 1 : -1 }
        guard let fit = AutoregressiveFit(rows, rho: model.distribution.rho) else { return nil }
        let form = Matrices.form(fit.fit.inverse, functional)
        return form > 0 ? model.distribution.deviation * form.squareRoot() : nil
    }
}
