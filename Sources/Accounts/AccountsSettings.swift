// What the books or the ERP system must be told once: codes, narration, projects.
public import Plant

/// Accounts of the ledger that a journal of job costs posts to, by their codes.
public struct NominalCodes: Hashable, Sendable {
    /// Debited with what a job cost, such as work in progress.
    public var jobCosts: String?
    /// Credited with machine hours, such as production overhead absorbed.
    public var machineHours: String?
    /// Credited with energy.
    public var energy: String?
    /// Credited with material, such as stock.
    public var material: String?
    /// Debited with what went into scrap, which job costs are credited with.
    public var scrap: String?

    /// Codes; none are known by default.
    public init(
        jobCosts: String? = nil, machineHours: String? = nil, energy: String? = nil,
        material: String? = nil, scrap: String? = nil
    ) {
        self.jobCosts = jobCosts
        self.machineHours = machineHours
        self.energy = energy
        self.material = material
        self.scrap = scrap
    }

    /// The account that a kind of cost is credited to.
    func credited(_ kind: CostKind) -> String? {
        switch kind {
        case .hours: machineHours
        case .energy: energy
        case .material: material
        }
    }
}

/// Which part of a date such as 03/04/2026 is the day.
public enum DateOrder: String, Hashable, Sendable {
    /// 3 April.
    case dayFirst
    /// 4 March.
    case monthFirst
}

/// What a map needs to know; what a format requires and is not said is refused by the dry run.
public struct AccountsSettings: Hashable, Sendable {
    /// Accounts of the ledger.
    public var nominal: NominalCodes
    /// The tax rate's name (Xero, such as `No VAT`) or code (Sage, such as `T9`).
    public var taxCode: String?
    /// What a journal is called.
    public var narration: String?
    /// Project codes by job: Xero tracking options, ERPNext projects, Odoo analytic accounts.
    public var projects: [String: String]
    /// The Xero tracking category that project codes belong to.
    public var projectCategory: String?
    /// The Sage department, 0 to 999.
    public var department: String?
    /// The currency that the books are kept in; files carry no currency of their own.
    public var currency: Currency?
    /// The company's name in ERPNext.
    public var company: String?
    /// The activity type of machine hours in ERPNext.
    public var activityType: String?
    /// The Odoo analytic account of jobs without a project code.
    public var analyticAccount: String?
    /// How dates in files that are read are written, nil to ask where it is not clear.
    public var dateOrder: DateOrder?

    /// Settings; nothing is known by default.
    public init(
        nominal: NominalCodes = NominalCodes(), taxCode: String? = nil, narration: String? = nil,
        projects: [String: String] = [:], projectCategory: String? = nil,
        department: String? = nil, currency: Currency? = nil, company: String? = nil,
        activityType: String? = nil, analyticAccount: String? = nil, dateOrder: DateOrder? = nil
    ) {
        self.nominal = nominal
        self.taxCode = taxCode
        self.narration = narration
        self.projects = projects
        self.projectCategory = projectCategory
        self.department = department
        self.currency = currency
        self.company = company
        self.activityType = activityType
        self.analyticAccount = analyticAccount
        self.dateOrder = dateOrder
    }
}
