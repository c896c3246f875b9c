// What time, parts and energy are worth, by whether the machine holds the works back.
public import Plant

/// The two ways in which won time turns into money (decisions 30).
public enum WorthBasis: String, Hashable, Sendable, CaseIterable {
    /// The machine is the constraint and the owner said that the time can be sold.
    case sold
    /// Only costs that are not paid any more count.
    case avoided
    /// Nobody said: hours without money.
    case unanswered
}

/// Values of small improvements (benefit.md).
public enum Worth {
    /// Extra good parts a year from a gain in OEE at the constraint.
    ///
    /// `gain` as a share (0.01 for a point), `busyMinutes` planned busy time a year, `partMinutes`
    /// the planned run time of a part, above 0.
    public static func extraParts(
        gain: Double, busyMinutes: Double, partMinutes: Double
    ) -> Double { gain * busyMinutes / partMinutes }

    /// Hours a year freed off the constraint: G · PRI · (1/OEE₀ − 1/OEE₁).
    ///
    /// `goodParts` a year, `partMinutes` a part, `before` and `after` OEE as shares above 0.
    public static func hoursFreed(
        goodParts: Double, partMinutes: Double, before: Double, after: Double
    ) -> Double { goodParts * partMinutes * (1 / before - 1 / after) / 60 }

    /// What an amount is worth at a rate, rounded half-even once; nil when it cannot be held.
    public static func money(_ amount: Double, at rate: Rate) -> Money? {
        Money(major: amount * Double(rate.millionths) / 1e6, currency: rate.currency)
    }

    /// What an hour of stop costs at the constraint: units an hour times contribution a unit.
    public static func constraintHour(unitsPerHour: Double, contribution: Rate) -> Money? {
        money(unitsPerHour, at: contribution)
    }

    /// What avoided scrap saves: material and processing already spent less what is recovered.
    ///
    /// At the constraint the lost contribution is added.
    public static func scrap(
        parts: Double, material: Rate, processing: Rate, recovery: Rate, contribution: Rate?
    ) -> Money? {
        let rates = [material, processing, recovery] + (contribution.map { [$0] } ?? [])
        guard rates.allSatisfy({ $0.currency == material.currency }) else { return nil }
        let millionths =
            Double(material.millionths) + Double(processing.millionths)
            - Double(recovery.millionths) + Double(contribution?.millionths ?? 0)
        return Money(major: parts * millionths / 1e6, currency: material.currency)
    }
}
