// An energy baseline: what the energy of a period should be, from what was made in it.

/// A line of energy over output: a base load and so much for each part.
///
/// Source: ISO 50006 through `domain/energy.md`; E = a + b · N for each shift or day.
public struct EnergyBaseline: Hashable, Sendable {
    /// Energy of a period without output, in kWh.
    public let base: Double
    /// Energy for each further part, in kWh.
    public let perPart: Double
    /// Share of the variance that the line explains, 0 to 1.
    public let determination: Double
    /// Standard deviation of the residuals by the mean energy, divisor n − 2.
    public let variation: Double
    /// Standard deviation of the residuals in kWh.
    public let deviation: Double
    /// Periods that it rests on.
    public let count: Int

    /// Periods that a baseline needs.
    public static let leastPeriods = 8

    /// How far to trust it.
    public enum Fit: String, Hashable, Sendable {
        /// Fewer periods than a baseline needs.
        case tooShort
        /// The output explains less than three quarters of the energy.
        case weak
        /// It can be compared with.
        case good
    }

    /// What the fit allows.
    public var fit: Fit {
        if count < EnergyBaseline.leastPeriods { return .tooShort }
        return determination >= 0.75 && variation <= 0.25 ? .good : .weak
    }

    /// A baseline from output and energy of periods; nil of fewer than three, or where the output
    /// never changes.
    public init?(parts: [Double], energy: [Double]) {
        guard parts.count >= 3,
            let line = LeastSquares(design: parts.map { [1, $0] }, observed: energy)
        else { return nil }
        base = line.coefficients[0]
        perPart = line.coefficients[1]
        determination = line.determination
        deviation = line.deviation
        variation = line.deviation / Spread.mean(energy)
        count = parts.count
    }

    /// Energy that a period with such an output should have taken, in kWh.
    public func expected(parts: Double) -> Double { base + perPart * parts }

    /// Expected minus actual for each period, and their running sum negated: a falling sum is a
    /// saving.
    public func savings(
        parts: [Double], energy: [Double]
    ) -> (savings: [Double], cumulative: [Double]) {
        let savings = zip(parts, energy).map { expected(parts: $0) - $1 }
        var sum = 0.0
        let cumulative = savings.map { saving -> Double in
            sum -= saving
            return sum
        }
        return (savings, cumulative)
    }
}

/// Electrical quantities of a three-phase supply.
public enum ThreePhase {
    /// Active power in kW of a balanced load; voltage between lines in V, current in A.
    public static func power(volts: Double, amperes: Double, factor: Double) -> Double {
        (3.0).squareRoot() * volts * amperes * factor / 1_000
    }

    /// Apparent power in kVA and power factor of active kW and reactive kvar.
    public static func apparent(
        active: Double, reactive: Double
    ) -> (apparent: Double, factor: Double) {
        let apparent = (active * active + reactive * reactive).squareRoot()
        return (apparent, apparent > 0 ? active / apparent : .nan)
    }

    /// Reactive energy beyond the allowance of a power factor, at least 0.
    public static func excess(
        active: Double, reactive: Double, allowance: Double = 0.95
    ) -> Double {
        let tangent = (1 - allowance * allowance).squareRoot() / allowance
        return max(0, reactive - tangent * active)
    }
}

/// A change of emissions in its two parts.
public struct EmissionChange: Hashable, Sendable {
    /// From using less or more, in kg.
    public let operational: Double
    /// From a cleaner or dirtier grid, in kg.
    public let grid: Double
    /// Both.
    public var total: Double { operational + grid }

    /// From energies in kWh and factors in kg for each kWh, before and after.
    public init(before: Double, after: Double, factorBefore: Double, factorAfter: Double) {
        operational = (after - before) * factorBefore
        grid = after * (factorAfter - factorBefore)
    }
}
