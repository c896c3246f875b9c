// Everything that taking up a change costs, line by line; "nobody said" is not zero.
public import Plant

/// The lines of the checklist (benefit.md).
public enum CostLine: String, Hashable, Sendable, CaseIterable {
    /// Hardware and sensors.
    case hardware
    /// Network and cabling.
    case network
    /// Installation and electrician.
    case installation
    /// Hours of integration.
    case integration
    /// Software licence, once.
    case licence
    /// Software subscription, a year.
    case subscription
    /// Server and backups.
    case server
    /// Training hours at the loaded wage.
    case training
    /// Production lost during the change.
    case lostProduction = "lost-production"
    /// Dip while people learn.
    case learningDip = "learning-dip"
    /// Process redesign and moving away from paper.
    case redesign
    /// Project management.
    case projectManagement = "project-management"
    /// Security measures.
    case cyber
    /// Support, a year.
    case support
    /// Calibration, a year.
    case calibration
    /// Energy of the system itself, a year.
    case energy
    /// Leaving again and taking the data along.
    case exit
    /// Contingency, by default 10 to 20 % of the rest.
    case contingency

    /// Whether the amount comes again every year.
    public var isYearly: Bool {
        switch self {
        case .subscription, .support, .calibration, .energy: true
        default: false
        }
    }

    /// The question the owner is asked.
    public var question: String {
        switch self {
        case .hardware: "Hardware and sensors"
        case .network: "Network and cabling"
        case .installation: "Installation and electrician"
        case .integration: "Hours to connect it with what you have"
        case .licence: "Software licence, paid once"
        case .subscription: "Software subscription, a year"
        case .server: "Server and backups"
        case .training: "Training hours times what an hour costs you"
        case .lostProduction: "Production lost while it was put in"
        case .learningDip: "Slower work while people learn"
        case .redesign: "Changing how you work, moving away from paper"
        case .projectManagement: "Looking after the project"
        case .cyber: "Security measures"
        case .support: "Support, a year"
        case .calibration: "Calibration, a year"
        case .energy: "Energy the system itself uses, a year"
        case .exit: "Getting out again and taking your data along"
        case .contingency: "Something for the unexpected (10 to 20 % is usual)"
        }
    }
}

/// An amount with the range it may lie in, in minor units of the ledger's currency.
public struct AmountRange: Hashable, Sendable {
    /// Least.
    public let low: Int64
    /// Most likely.
    public let mode: Int64
    /// Most.
    public let high: Int64

    /// An amount; nil unless low ≤ mode ≤ high and all are at least 0.
    public init?(low: Int64, mode: Int64, high: Int64) {
        guard 0 <= low, low <= mode, mode <= high else { return nil }
        self.low = low
        self.mode = mode
        self.high = high
    }

    /// An amount that is known; nil below 0.
    public init?(_ amount: Int64) { self.init(low: amount, mode: amount, high: amount) }
}

/// A grant that was offered, as a dated record: terms vary by region and year.
public struct GrantOffer: Hashable, Sendable {
    /// Who gives it.
    public let scheme: String
    /// Minor units, at least 0.
    public let amount: Int64
    /// Where the terms stand.
    public let source: String
    /// When they were read.
    public let checkedOn: CivilDate

    /// An offer; nil below 0.
    public init?(scheme: String, amount: Int64, source: String, checkedOn: CivilDate) {
        guard amount >= 0 else { return nil }
        self.scheme = scheme
        self.amount = amount
        self.source = source
        self.checkedOn = checkedOn
    }
}

/// The cost of adoption.
public struct AdoptionLedger: Hashable, Sendable {
    /// Currency of every line.
    public let currency: Currency
    /// The lines that somebody answered; an answer of 0 is an answer.
    public let answers: [CostLine: AmountRange]
    /// Grants that were offered, taken off.
    public let grants: [GrantOffer]

    /// A ledger.
    public init(
        currency: Currency, answers: [CostLine: AmountRange], grants: [GrantOffer] = []
    ) {
        self.currency = currency
        self.answers = answers
        self.grants = grants
    }

    /// Lines nobody answered, in the order of the checklist.
    public var unanswered: [CostLine] { CostLine.allCases.filter { answers[$0] == nil } }

    /// What is paid once, grants taken off; nil when a sum cannot be held.
    ///
    /// The grants never take more than the costs.
    public var once: AmountRange? { sum(isYearly: false, less: grants.map(\.amount)) }

    /// What is paid every year; nil when a sum cannot be held.
    public var yearly: AmountRange? { sum(isYearly: true, less: []) }

    private func sum(isYearly: Bool, less: [Int64]) -> AmountRange? {
        let lines = answers.filter { $0.key.isYearly == isYearly }.map(\.value)
        func total(_ part: (AmountRange) -> Int64) -> Int64? {
            var sum = Int128(0)
            for line in lines { sum += Int128(part(line)) }
            for amount in less { sum -= Int128(amount) }
            return Int64(exactly: Swift.max(0, sum))
        }
        guard let low = total(\.low), let mode = total(\.mode), let high = total(\.high) else {
            return nil
        }
        return AmountRange(low: low, mode: mode, high: high)
    }
}

extension Money {
    /// An amount of the major unit, rounded half-even once; nil when it cannot be held.
    public init?(major: Double, currency: Currency) {
        let minor = (major * Double(currency.minorUnits)).rounded(.toNearestOrEven)
        guard minor.isFinite, abs(minor) < 9e18 else { return nil }
        self.init(minor: Int64(minor), currency: currency)
    }
}
