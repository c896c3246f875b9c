// What a job cost on one machine and day: the neutral row that every map starts from.
public import Plant

/// Time, parts and money of one job on one machine and day.
public struct JobCostRow: Hashable, Sendable {
    /// The job as people write it; not empty.
    public var job: String
    /// What was made; may be empty.
    public var product: String
    /// The machine's name as the other side knows it.
    public var machine: String
    /// The local day.
    public var day: CivilDate
    /// Time charged, not below zero.
    public var hours: Elapsed
    /// Good parts; negative for a correction.
    public var good: Int64
    /// Scrapped parts; negative for a correction.
    public var scrap: Int64
    /// Energy in kWh, nil when it is not measured.
    public var kilowattHours: Double?
    /// Cost of the hours, nil when it is not known; negative for a correction.
    public var hoursCost: Money?
    /// Cost of the energy, nil when it is not known.
    public var energyCost: Money?
    /// Cost of the material of all parts made, nil when it is not known.
    public var materialCost: Money?
    /// What of these went into scrap, nil when it is not known; never added to them.
    public var scrapCost: Money?
    /// Whether a part is missing from the amounts, so that they really are this much or more.
    public var isAtLeast: Bool
    /// The currency of all amounts.
    public var currency: Currency

    /// A row.
    public init(
        job: String, product: String, machine: String, day: CivilDate, hours: Elapsed,
        good: Int64, scrap: Int64, kilowattHours: Double? = nil, hoursCost: Money? = nil,
        energyCost: Money? = nil, materialCost: Money? = nil, scrapCost: Money? = nil,
        isAtLeast: Bool = false, currency: Currency
    ) {
        self.job = job
        self.product = product
        self.machine = machine
        self.day = day
        self.hours = hours
        self.good = good
        self.scrap = scrap
        self.kilowattHours = kilowattHours
        self.hoursCost = hoursCost
        self.energyCost = energyCost
        self.materialCost = materialCost
        self.scrapCost = scrapCost
        self.isAtLeast = isAtLeast
        self.currency = currency
    }

    /// The amounts that a journal adds up, with their names; scrap stands inside them.
    var costs: [(kind: CostKind, name: String, amount: Money?)] {
        [
            (.hours, "machine hours", hoursCost), (.energy, "energy", energyCost),
            (.material, "material", materialCost),
        ]
    }
}

/// What an amount is for.
enum CostKind: Int, Hashable, Sendable, CaseIterable {
    case hours
    case energy
    case material
}
