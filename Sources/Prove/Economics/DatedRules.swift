// Tax and grant rules as dated data: a summary with its source, never advice.
public import Plant

/// One rule with the days on which it holds.
public struct DatedRule: Hashable, Sendable {
    /// What kind of rule.
    public enum Kind: String, Hashable, Sendable {
        /// A share of the cost that lowers the taxable profit in the first year.
        case firstYearAllowance = "first-year-allowance"
        /// A share of the rest that lowers it each year.
        case writingDownAllowance = "writing-down-allowance"
        /// A rate of tax.
        case tax
        /// A grant.
        case grant
    }
    /// Kind.
    public let kind: Kind
    /// Country or region.
    public let region: String
    /// Name.
    public let name: String
    /// Rate in thousandths.
    public let thousandths: Int
    /// Highest amount, major units; nil where there is none.
    public let ceiling: Int64?
    /// First day on which it holds; nil where it is older than this table.
    public let from: CivilDate?
    /// Last day; nil where none is known.
    public let through: CivilDate?
    /// Where it stands.
    public let source: String
    /// When it was read; nil where nobody recorded it, so read it again before use.
    public let checkedOn: CivilDate?

    /// Whether the rule holds on a day.
    public func holds(on date: CivilDate) -> Bool {
        (from.map { $0 <= date } ?? true) && (through.map { date <= $0 } ?? true)
    }

    /// What is known of the United Kingdom.
    public static let unitedKingdom: [DatedRule] = [
        rule(
            .firstYearAllowance, "Annual Investment Allowance", 1_000, ceiling: 1_000_000,
            source: "gov.uk, annual investment allowance"),
        rule(
            .firstYearAllowance, "Full expensing, companies, new main-rate plant", 1_000,
            source: "gov.uk, full expensing"),
        rule(
            .firstYearAllowance, "First-year allowance, companies, new special-rate plant", 500,
            source: "gov.uk, full expensing"),
        rule(
            .firstYearAllowance, "First-year allowance, main-rate, leasing and unincorporated",
            400, from: (2026, 1, 1), source: "gov.uk, new first-year allowance, 26 November 2025"),
        rule(
            .writingDownAllowance, "Main pool, companies", 180, through: (2026, 3, 31),
            source: "gov.uk, new first-year allowance, 26 November 2025"),
        rule(
            .writingDownAllowance, "Main pool, companies", 140, from: (2026, 4, 1),
            source: "gov.uk, new first-year allowance, 26 November 2025"),
        rule(.writingDownAllowance, "Special rate pool", 60, source: "gov.uk, capital allowances"),
        rule(.tax, "Corporation tax, main rate", 250, source: "gov.uk, corporation tax rates"),
        rule(
            .tax, "Corporation tax, profit to £50,000", 190, ceiling: 50_000,
            source: "gov.uk, corporation tax rates"),
        rule(
            .grant, "Made Smarter Adoption, match commonly", 500, ceiling: 20_000,
            source: "regional Made Smarter reports; terms vary by region and year"),
    ].compactMap { $0 }

    private static func rule(
        _ kind: Kind, _ name: String, _ thousandths: Int, ceiling: Int64? = nil,
        from: (Int, Int, Int)? = nil, through: (Int, Int, Int)? = nil, source: String
    ) -> DatedRule? {
        DatedRule(
            kind: kind, region: "United Kingdom", name: name, thousandths: thousandths,
            ceiling: ceiling,
            from: from.flatMap { CivilDate(year: $0.0, month: $0.1, day: $0.2) },
            through: through.flatMap { CivilDate(year: $0.0, month: $0.1, day: $0.2) },
            source: source, checkedOn: nil)
    }

    /// Tax saved by an allowance on a cost, rounded half-even once; nil when it cannot be held.
    ///
    /// `taxThousandths` is the rate that the profit would bear. Tax moves cash and is a layer on
    /// top of the figures before tax, never a part of them.
    public func taxSaved(on cost: Money, taxThousandths: Int) -> Money? {
        guard (0...1_000).contains(taxThousandths) else { return nil }
        let limit = ceiling.map { Int128($0) * Int128(cost.currency.minorUnits) }
        let counted = limit.map { Swift.min($0, Int128(cost.minor)) } ?? Int128(cost.minor)
        return Money(
            counted * Int128(thousandths) * Int128(taxThousandths), dividedBy: 1_000_000,
            currency: cost.currency)
    }
}
