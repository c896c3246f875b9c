// When the money comes back, as a range, and how likely within the owner's limit.
import Understand

/// What goes into a payback: amounts in major units of one currency.
public struct PaybackInputs: Hashable, Sendable {
    /// Cost once, grants taken off.
    public let cost: Triangle
    /// Cost a year.
    public let running: Triangle
    /// Value of one unit of the yearly benefit; 1 where the benefit is money already.
    public let worth: Triangle
    /// Yearly benefit in units as estimated.
    public let benefit: Triangle
    /// Value at the end of the horizon.
    public let residual: Double
    /// Discount rate, a share a year.
    public let rate: Double
    /// Horizon, years.
    public let years: Int
    /// The owner's limit, weeks.
    public let limitWeeks: Int

    /// Inputs.
    public init(
        cost: Triangle, running: Triangle, worth: Triangle, benefit: Triangle, residual: Double,
        rate: Double, years: Int = ProveLimits.horizonYears,
        limitWeeks: Int = ProveLimits.limitWeeks
    ) {
        self.cost = cost
        self.running = running
        self.worth = worth
        self.benefit = benefit
        self.residual = residual
        self.rate = rate
        self.years = years
        self.limitWeeks = limitWeeks
    }
}

/// One bar of the tornado: payback with one input at its ends, the others as likely.
public struct TornadoBar: Hashable, Sendable {
    /// The input.
    public let name: String
    /// Net benefit a year with the input at the end that is worse.
    public let worse: Double
    /// Net benefit a year, the one-off cost spread over the horizon, at the better end.
    public let better: Double
    /// Better less worse.
    public var swing: Double { better - worse }
}

/// Payback worked out many times over the ranges of what goes in.
public struct PaybackStudy: Hashable, Sendable {
    /// Payback in weeks of each draw, rising; infinite where it never comes.
    public let weeks: [Double]
    /// Net benefit a year of each draw, rising.
    public let net: [Double]
    /// Share of draws within the owner's limit, 0 to 1.
    public let withinLimit: Double
    /// The most likely case in months; nil where it never pays.
    public let simpleMonths: Double?
    /// The most likely case, discounted.
    public let discountedMonths: Double?
    /// Net present value of the most likely case.
    public let presentValue: Double
    /// Internal rate of return of the most likely case.
    public let internalRate: InternalRate
    /// What moves the answer most, largest first.
    public let tornado: [TornadoBar]

    /// Draws the inputs.
    ///
    /// `measured` gives one draw of the yearly benefit in units where it was measured; without it
    /// the estimate is drawn. One number of the stream is used for each input and draw, in the
    /// order benefit, worth, running, cost.
    public init(
        _ inputs: PaybackInputs, count: Int = ProveLimits.draws, draws: inout SeededDraws,
        measured: ((inout SeededDraws) -> Double)? = nil
    ) {
        var weeks: [Double] = []
        var net: [Double] = []
        var within = 0
        for _ in 0..<count {
            let benefit = measured?(&draws) ?? inputs.benefit.quantile(draws.share())
            let worth = inputs.worth.quantile(draws.share())
            let yearly = benefit * worth - inputs.running.quantile(draws.share())
            let cost = inputs.cost.quantile(draws.share())
            let months = CashFlow.paybackMonths(cost: cost, netPerYear: yearly)
            let inWeeks = months.map { $0 * 52 / 12 } ?? .infinity
            if inWeeks <= Double(inputs.limitWeeks) { within += 1 }
            weeks.append(inWeeks)
            net.append(yearly)
        }
        self.weeks = weeks.sorted()
        self.net = net.sorted()
        withinLimit = count > 0 ? Double(within) / Double(count) : .nan
        let cost = inputs.cost.mode
        let yearly = inputs.benefit.mode * inputs.worth.mode - inputs.running.mode
        simpleMonths = CashFlow.paybackMonths(cost: cost, netPerYear: yearly)
        discountedMonths = CashFlow.discountedPaybackMonths(
            cost: cost, netPerYear: yearly, rate: inputs.rate)
        var flows = [-cost] + [Double](repeating: yearly, count: Swift.max(1, inputs.years))
        flows[flows.count - 1] += inputs.residual
        presentValue = CashFlow.presentValue(flows, rate: inputs.rate)
        internalRate = CashFlow.internalRate(flows)
        tornado = PaybackStudy.tornado(inputs)
    }

    /// Payback in weeks at a share of the draws; infinite where it does not come.
    public func weeks(at share: Double) -> Double {
        let place = Swift.max(0, Swift.min(1, share)) * Double(weeks.count - 1)
        let index = Int(place)
        guard index + 1 < weeks.count, weeks[index + 1].isFinite else {
            return weeks.isEmpty ? .nan : weeks[Swift.min(index + 1, weeks.count - 1)]
        }
        return weeks[index] + (place - Double(index)) * (weeks[index + 1] - weeks[index])
    }

    private static func tornado(_ inputs: PaybackInputs) -> [TornadoBar] {
        let years = Double(Swift.max(1, inputs.years))
        func value(
            benefit: Double? = nil, worth: Double? = nil, running: Double? = nil,
            cost: Double? = nil
        ) -> Double {
            (benefit ?? inputs.benefit.mode) * (worth ?? inputs.worth.mode)
                - (running ?? inputs.running.mode) - (cost ?? inputs.cost.mode) / years
        }
        func bar(_ name: String, _ one: Double, _ other: Double) -> TornadoBar {
            TornadoBar(name: name, worse: Swift.min(one, other), better: Swift.max(one, other))
        }
        return [
            bar(
                "benefit", value(benefit: inputs.benefit.low), value(benefit: inputs.benefit.high)),
            bar("worth", value(worth: inputs.worth.low), value(worth: inputs.worth.high)),
            bar(
                "running", value(running: inputs.running.low), value(running: inputs.running.high)),
            bar("cost", value(cost: inputs.cost.low), value(cost: inputs.cost.high)),
        ].enumerated().sorted {
            ($0.element.swing, -$0.offset) > ($1.element.swing, -$1.offset)
        }.map(\.element)
    }
}
