// Payback, present value and internal rate of return of a row of payments.
import Understand

/// The internal rate of return, which may not exist or not be one.
public enum InternalRate: Hashable, Sendable {
    /// No rate makes the present value 0.
    case none
    /// One rate, as a share a year.
    case one(Double)
    /// Several rates, rising; none of them is an answer.
    case several([Double])
}

/// Figures of payments at yearly distances, the first of them now; costs are negative.
public enum CashFlow {
    /// Net present value: Σ CF_t / (1 + r)^t with t = 0 now.
    ///
    /// `rate` is a share a year above −1, `first` the t of the first payment (a spreadsheet's NPV
    /// begins with 1).
    public static func presentValue(_ flows: [Double], rate: Double, first: Int = 0) -> Double {
        let step = 1 / (1 + rate)
        var factor = PortableMath.power(step, first)
        return flows.reduce(0) { sum, flow in
            defer { factor *= step }
            return sum + flow * factor
        }
    }

    /// Every rate from −99 % to 100,000 % a year at which the present value changes sign.
    public static func internalRate(_ flows: [Double]) -> InternalRate {
        guard flows.contains(where: { $0 > 0 }), flows.contains(where: { $0 < 0 }) else {
            return .none
        }
        func value(_ logarithm: Double) -> Double {
            presentValue(flows, rate: PortableMath.exp(logarithm) - 1)
        }
        let start = PortableMath.log(0.01)
        let step = (PortableMath.log(1_001) - start) / 2_000
        var roots: [Double] = []
        for place in 0..<2_000 {
            var low = start + step * Double(place)
            var high = low + step
            let isRising = value(low) < 0
            guard isRising != (value(high) < 0) else { continue }
            for _ in 0..<100 {
                let middle = (low + high) / 2
                if (value(middle) < 0) == isRising { low = middle } else { high = middle }
            }
            roots.append(PortableMath.exp((low + high) / 2) - 1)
        }
        guard let first = roots.first else { return .none }
        return roots.count == 1 ? .one(first) : .several(roots)
    }

    /// Months until the cost has come back; nil when it never does.
    ///
    /// `cost` and the yearly net benefit (after running costs) in the same unit.
    public static func paybackMonths(cost: Double, netPerYear: Double) -> Double? {
        if cost <= 0 { return 0 }
        return netPerYear > 0 ? cost / (netPerYear / 12) : nil
    }

    /// Months until the discounted benefits have paid the cost; nil when they never do.
    ///
    /// Benefits come at the end of each month, discounted by (1 + r)^(1/12) − 1, linear within the
    /// month.
    public static func discountedPaybackMonths(
        cost: Double, netPerYear: Double, rate: Double
    ) -> Double? {
        if cost <= 0 { return 0 }
        guard netPerYear > 0, rate > -1 else { return nil }
        let step = PortableMath.exp(-PortableMath.log(1 + rate) / 12)
        var factor = 1.0
        var rest = cost
        for month in 0..<1_200 {
            factor *= step
            let flow = netPerYear / 12 * factor
            if flow >= rest { return Double(month) + rest / flow }
            rest -= flow
        }
        return nil
    }

    /// Yearly payment that pays a price less its value at the end: an annuity.
    ///
    /// (P − RV/(1+i)^n) · i / (1 − (1+i)^−n); `rate` above 0, `years` at least 1.
    public static func annuity(
        price: Double, residual: Double, rate: Double, years: Int
    ) -> Double {
        let factor = PortableMath.power(1 + rate, years)
        return (price - residual / factor) * rate / (1 - 1 / factor)
    }
}
