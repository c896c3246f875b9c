// What may be said of a change, in one of six words (decisions 31).

/// What the numbers allow to say.
public enum Verdict: Hashable, Sendable {
    /// The 90 % range of yearly net benefit lies above 0 and enough was seen.
    case proved
    /// More likely than not by a good margin, short of proof.
    case likely
    /// The range holds gains and losses that would both matter.
    case unclear
    /// Whatever there is, is smaller than what would matter.
    case noBenefitSeen
    /// The 90 % range lies below 0.
    case worse
    /// Too little measured; weeks more, nil where waiting alone does not settle it.
    case cannotTell(weeksMore: Int?)

    /// The code in events, files and interfaces.
    public var code: String {
        switch self {
        case .proved: "proved"
        case .likely: "likely"
        case .unclear: "unclear"
        case .noBenefitSeen: "no-benefit-seen"
        case .worse: "worse"
        case .cannotTell: "cannot-tell"
        }
    }

    /// The verdict in words for the owner.
    public var words: String {
        switch self {
        case .proved: "Proved"
        case .likely: "Likely, not proved"
        case .unclear: "Unclear"
        case .noBenefitSeen: "No benefit seen"
        case .worse: "It got worse"
        case .cannotTell(nil): "Cannot tell yet, and more weeks alone will not settle it"
        case .cannotTell(.some(1)): "Cannot tell yet, about 1 week more"
        case .cannotTell(.some(let weeks)): "Cannot tell yet, about \(weeks) weeks more"
        }
    }
}

/// The rule behind the verdict, as data that the page shows.
public struct VerdictRule: Hashable, Sendable {
    /// Range that has to lie above 0 for "proved" and below for "worse".
    public let proofLevel: Double
    /// Range that has to lie above 0 for "likely".
    public let likelyLevel: Double
    /// Seen share of the period needed for "proved".
    public let coverage: Double
    /// Usable points needed on each side.
    public let leastPoints: Int

    /// A rule.
    public init(proofLevel: Double, likelyLevel: Double, coverage: Double, leastPoints: Int) {
        self.proofLevel = proofLevel
        self.likelyLevel = likelyLevel
        self.coverage = coverage
        self.leastPoints = leastPoints
    }

    /// The rule of decisions 31; "likely" is a 70 % range above 0, a chance of 85 %.
    public static let standard = VerdictRule(
        proofLevel: 0.9, likelyLevel: 0.7, coverage: ProveLimits.coverage,
        leastPoints: ProveLimits.leastPoints)

    /// What the rule is given.
    public struct Evidence: Hashable, Sendable {
        /// Range of net benefit at the proof level.
        public let proof: Interval
        /// Range of net benefit at the likely level.
        public let likely: Interval
        /// Smallest net benefit that would matter, above 0.
        public let worthwhile: Double
        /// Seen share of the period, 0 to 1.
        public let coverage: Double
        /// Usable points on the smaller side.
        public let points: Int
        /// Whether a doubt stands that no number removes, such as a change at the same time.
        public let isConfounded: Bool
        /// What more weeks would do.
        public let enough: Enough

        /// Evidence.
        public init(
            proof: Interval, likely: Interval, worthwhile: Double, coverage: Double, points: Int,
            isConfounded: Bool, enough: Enough
        ) {
            self.proof = proof
            self.likely = likely
            self.worthwhile = worthwhile
            self.coverage = coverage
            self.points = points
            self.isConfounded = isConfounded
            self.enough = enough
        }
    }

    /// The verdict, first that holds.
    ///
    /// With a doubt that no number removes a gain is "unclear" at best; a loss is never softened.
    public func verdict(_ evidence: Evidence) -> Verdict {
        guard evidence.points >= leastPoints else {
            if case .weeksMore(let weeks) = evidence.enough {
                return .cannotTell(weeksMore: weeks)
            }
            return .cannotTell(weeksMore: nil)
        }
        if evidence.proof.high < 0 { return .worse }
        if evidence.isConfounded, evidence.likely.low > 0 { return .unclear }
        if evidence.proof.low > 0, evidence.coverage >= coverage { return .proved }
        if evidence.likely.low > 0 { return .likely }
        if evidence.proof.high < evidence.worthwhile { return .noBenefitSeen }
        switch evidence.enough {
        case .weeksMore(let weeks): return .cannotTell(weeksMore: weeks)
        case .enough, .notByWaiting: return .unclear
        }
    }
}

/// One thing that could make the answer wrong.
public struct Doubt: Hashable, Sendable {
    /// What kind of doubt.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Another change too near to be told apart.
        case overlap
        /// The time before was chosen because it was bad.
        case chosenBaseline = "chosen-baseline"
        /// Nobody said how the time before was chosen.
        case unknownBaseline = "unknown-baseline"
        /// The measure was fixed only after the change.
        case lateRegistration = "late-registration"
        /// Too little of the time was seen.
        case coverage
        /// Few points.
        case thin
        /// Neighbouring periods are alike.
        case alike
        /// Less than a year and no season column.
        case season
        /// A break was found, but not at the change.
        case breakElsewhere = "break-elsewhere"
        /// Untouched machines moved differently before the change.
        case trendBefore = "trend-before"
        /// Cost lines nobody answered.
        case costs
        /// Nobody said what the unit is worth.
        case worth
        /// The range drawn from the residuals is wider.
        case bootstrap
    }
    /// Kind.
    public let kind: Kind
    /// A sentence or two for the owner.
    public let words: String
    /// Whether it keeps a gain from being called more than unclear.
    public let isDisqualifying: Bool

    /// A doubt.
    public init(_ kind: Kind, _ words: String, isDisqualifying: Bool = false) {
        self.kind = kind
        self.words = words
        self.isDisqualifying = isDisqualifying
    }
}
