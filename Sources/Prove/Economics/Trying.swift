// Is it worth trying? What can be said before any money is spent.
import Plant

/// One possible next step, cheap ones among them.
public struct NextStep: Hashable, Sendable {
    /// What is done.
    public let name: String
    /// What it costs at least, minor units.
    public let low: Int64
    /// What it costs at most, minor units.
    public let high: Int64
    /// Weeks it takes.
    public let weeks: Int
    /// Smallest share of the loss, won back, that it would show: above 0, to 1.
    public let shows: Double

    /// A step; nil unless 0 ≤ low ≤ high, weeks ≥ 0 and `shows` lies above 0.
    public init?(name: String, low: Int64, high: Int64, weeks: Int, shows: Double) {
        guard 0 <= low, low <= high, weeks >= 0, shows > 0, shows <= 1 else { return nil }
        self.name = name
        self.low = low
        self.high = high
        self.weeks = weeks
        self.shows = shows
    }
}

/// The answer before spending.
public struct WorthTrying: Hashable, Sendable {
    /// What the loss costs a year, low end; minor units.
    public let lossLow: Int64
    /// What the loss costs a year, high end.
    public let lossHigh: Int64
    /// What may be spent if a share of the loss is won back within the limit: low end.
    public let budgetLow: Int64
    /// The same, high end.
    public let budgetHigh: Int64
    /// The cheapest step that settles it; nil where none does for less than it could win.
    public let cheapest: NextStep?
    /// What is said to the owner.
    public let answer: Answer

    /// What is said to the owner.
    public enum Answer: String, Hashable, Sendable {
        /// Even the low end pays the cheapest step that tells.
        case yes
        /// It depends; try the cheapest step first.
        case tryFirst = "try-first"
        /// Even the high end does not pay the cheapest step.
        case no
    }

    /// Weighs a loss against the steps that could tell.
    ///
    /// `loss` in minor units a year; `share` of it that a change may win back, 0 to 1, low and
    /// high; `limitWeeks` within which it has to pay. nil where numbers lie outside.
    public init?(
        lossLow: Int64, lossHigh: Int64, share: Interval, steps: [NextStep],
        limitWeeks: Int = ProveLimits.limitWeeks
    ) {
        guard 0 <= lossLow, lossLow <= lossHigh, share.low >= 0, share.high <= 1,
            (1...1_040).contains(limitWeeks),
            let low = WorthTrying.budget(lossLow, share.low, limitWeeks),
            let high = WorthTrying.budget(lossHigh, share.high, limitWeeks)
        else { return nil }
        self.lossLow = lossLow
        self.lossHigh = lossHigh
        budgetLow = low
        budgetHigh = high
        let able = steps.filter { $0.shows <= share.high && $0.low <= high }
        cheapest = able.min { ($0.high, $0.weeks, $0.name) < ($1.high, $1.weeks, $1.name) }
        if let cheapest {
            answer = cheapest.high <= low ? .yes : .tryFirst
        } else {
            answer = .no
        }
    }

    private static func budget(_ loss: Int64, _ share: Double, _ weeks: Int) -> Int64? {
        // Shares to millionths, so that the sum is exact and rounded half-even once.
        let millionths = Int128((share * 1e6).rounded())
        let product = Int128(loss) * millionths * Int128(weeks)
        return Money(product, dividedBy: 52_000_000, currency: .gbp)?.minor
    }
}
