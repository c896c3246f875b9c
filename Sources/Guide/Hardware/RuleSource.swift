// The rules of the United Kingdom that say who may do which work, with where they stand.

/// A rule and where it stands.
public struct RuleSource: Hashable, Sendable {
    /// What it is.
    public let name: String
    /// What it means here, in our words.
    public let says: String
    /// Where it was read, empty when it is named only.
    public let address: String
}

/// Rules that apply to connecting machines in the United Kingdom.
public enum WorkRules {
    /// All of them.
    public static let all: [RuleSource] = [
        RuleSource(
            name: "Electricity at Work Regulations 1989",
            says: "Regulation 14 is about work on or near live conductors, regulation 16 about"
                + " people who are competent. Work in a panel is done dead, by somebody who is.",
            address: "https://www.hse.gov.uk/foi/internalops/ocs/400-499/480_2.htm"),
        RuleSource(
            name: "HSG85, Electricity at work: safe working practices",
            says: "How work is made safe: identify, isolate, lock, prove dead.",
            address: "https://www.scribd.com/document/470066494/Electricity-at-work-pdf"),
        RuleSource(
            name: "BS 7671, the wiring regulations",
            says: "The standard for fixed wiring. New circuits and what is added to them are"
                + " inspected, tested and written down.",
            address: ""),
        RuleSource(
            name: "Provision and Use of Work Equipment Regulations 1998, regulation 33",
            says: "A power press is used after setting only when its guards were inspected and"
                + " tested, or were not disturbed.",
            address: "http://www.legislation.gov.uk/uksi/1998/2306/regulation/33/made"),
    ]

    /// What an electrician costs for one hour, and where that was read.
    public static let electricianHour = PoundRange(low: 40_00, high: 70_00)

    /// Where the price of an electrician was read.
    public static let electricianSource = PriceSource(
        title: "ServiceTasker, How much does an electrician cost?",
        address: "https://servicetasker.co.uk/cost-guides/how-much-does-an-electrician-cost",
        dated: "19 July 2025; most such figures are of work in homes", read: HardwareParts.read)
}
