// What lost time costs: two rates, one named for each sum, and hours alone where none is given.
public import Plant

/// Which rate a sum of money rests on (decisions 30).
public enum MoneyBasis: String, Hashable, Sendable, CaseIterable {
    /// The hour can be sold and this machine limits the factory.
    case sold
    /// What a lost hour makes people pay: overtime, agency and the like.
    case avoided

    /// The rate in words.
    public var words: String {
        switch self {
        case .sold: "an hour that could be sold"
        case .avoided: "an hour of avoidable cost"
        }
    }
}

/// What an hour of one machine is worth.
public struct HourWorth: Hashable, Sendable {
    /// What a sold hour earns, oldest first; counts only for the constraint.
    public let sold: [Dated<Rate>]
    /// What a lost hour costs, oldest first.
    public let avoided: [Dated<Rate>]
    /// Whether this machine limits the whole factory.
    public let isConstraint: Bool

    /// The worth; nothing is known by default.
    public init(
        sold: [Dated<Rate>] = [], avoided: [Dated<Rate>] = [], isConstraint: Bool = false
    ) {
        self.sold = sold.sorted { $0.from < $1.from }
        self.avoided = avoided.sorted { $0.from < $1.from }
        self.isConstraint = isConstraint
    }

    /// The worth of a machine's hour by the site's answers.
    public init(factory: Factory, machine: Slug) {
        self.init(
            sold: factory.rates[.hourSold] ?? [], avoided: factory.rates[.hourAvoided] ?? [],
            isConstraint: factory.constraint == machine)
    }

    /// The rate in force at a time, nil when nobody has said: hours without money.
    public func rate(at time: Timestamp) -> (basis: MoneyBasis, rate: Rate)? {
        if isConstraint, let rate = sold.last(where: { $0.from <= time })?.value {
            return (.sold, rate)
        }
        return avoided.last { $0.from <= time }.map { (.avoided, $0.value) }
    }
}

/// Money of one line and one rate.
public struct LossMoney: Hashable, Sendable {
    /// Which rate it rests on.
    public let basis: MoneyBasis
    /// How much, rounded half-even once.
    public let amount: Money
    /// The lengths of time behind it.
    public let time: Elapsed
    /// The rates that entered, oldest first.
    public let rates: [Rate]

    /// The sum with its rate.
    ///
    /// For example "£281 at £38 an hour of avoidable cost".
    public var words: String {
        let rateWords = rates.map { Plain.rate($0) }.joined(separator: " and ")
        return "\(Plain.money(amount)) at \(rateWords) \(basis.words)"
    }
}

/// Adds up lost time in money without rounding until the end (decisions 29).
struct MoneySum {
    private struct Account {
        /// Σ millionths × nanoseconds.
        var product: Int128 = 0
        var time = Elapsed.zero
        var rates: [Rate] = []
    }

    private var accounts: [MoneyBasis: Account] = [:]
    private var currency: Currency?
    /// Time that nobody has given a rate for.
    private(set) var unpriced = Elapsed.zero

    mutating func add(_ time: Elapsed, at start: Timestamp, worth: HourWorth) {
        guard let (basis, rate) = worth.rate(at: start),
            currency == nil || currency == rate.currency
        else {
            unpriced += time
            return
        }
        currency = rate.currency
        var account = accounts[basis] ?? Account()
        account.product += Int128(rate.millionths) * Int128(time.nanoseconds)
        account.time += time
        if !account.rates.contains(rate) { account.rates.append(rate) }
        accounts[basis] = account
    }

    /// The sums, sold before avoided.
    func money() -> [LossMoney] {
        MoneyBasis.allCases.compactMap { basis in
            // millionths × ns → minor units: × units / (10⁶ × 3.6 × 10¹²).
            guard let account = accounts[basis], let currency,
                let amount = Money(
                    account.product * Int128(currency.minorUnits),
                    dividedBy: 3_600_000_000_000_000_000, currency: currency)
            else { return nil }
            return LossMoney(
                basis: basis, amount: amount, time: account.time, rates: account.rates)
        }
    }
}
