// What energy costs and what it weighs on the climate, as dated data with its source.

/// A stretch of the week with a price of its own.
public struct TariffBand: Hashable, Sendable {
    /// What the supplier calls it, such as `night`.
    public let name: String
    /// Days on which it begins.
    public let days: Set<Weekday>
    /// From when until when on the wall clock.
    public let hours: ClockSpan
    /// Price of one kWh in it.
    public let rate: Rate

    /// A band.
    public init(name: String, days: Set<Weekday>, hours: ClockSpan, rate: Rate) {
        self.name = name
        self.days = days
        self.hours = hours
        self.rate = rate
    }
}

/// What a site pays for electricity.
public struct Tariff: Hashable, Sendable {
    /// Where the prices stand, such as a contract or a bill with its date.
    public let source: String
    /// Price of one kWh outside of all bands.
    public let rate: Rate
    /// What is paid for each day whatever is used, nil when nothing is.
    public let standing: Rate?
    /// Bands; where two overlap the earlier one holds.
    public let bands: [TariffBand]

    /// A tariff.
    public init(source: String, rate: Rate, standing: Rate? = nil, bands: [TariffBand] = []) {
        self.source = source
        self.rate = rate
        self.standing = standing
        self.bands = bands
    }

    /// The price of one kWh at a moment, and the band's name; empty outside of all bands.
    public func price(at time: Timestamp, zone: ZoneRules) -> (band: String, rate: Rate) {
        let local = zone.local(time)
        for band in bands {
            let today =
                band.days.contains(local.date.weekday) && local.secondsOfDay >= band.hours.from
                && local.secondsOfDay < band.hours.to
            let yesterday =
                band.days.contains(local.date.adding(days: -1).weekday)
                && local.secondsOfDay + 86_400 < band.hours.to
            if today || yesterday { return (band.name, band.rate) }
        }
        return ("", rate)
    }
}

/// What one kWh of electricity weighs.
public struct CarbonFactor: Hashable, Sendable {
    /// The calendar year that it is published for.
    public let year: Int
    /// Millionths of a kg of CO2e for one kWh.
    public let millionths: Int64
    /// Where it stands.
    public let source: String

    /// A factor.
    public init(year: Int, millionths: Int64, source: String) {
        self.year = year
        self.millionths = millionths
        self.source = source
    }

    /// kg CO2e for one kWh.
    public var kilogramsPerKilowattHour: Double { Double(millionths) / 1e6 }

    /// Factors of the United Kingdom that are known to this version: electricity generated,
    /// location-based, Scope 2, without transmission losses.
    public static let unitedKingdom: [CarbonFactor] = [
        CarbonFactor(
            year: 2020, millionths: 233_140,
            source: "UK government conversion factors for company reporting, 2020"),
        CarbonFactor(
            year: 2024, millionths: 207_050,
            source: "UK government conversion factors for company reporting, 2024"),
        CarbonFactor(
            year: 2025, millionths: 177_000,
            source: "UK government conversion factors for company reporting, 2025"),
    ]
}

/// Machines that pass parts on to one another.
public struct ProductionLine: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// Name as people say it.
    public let name: String
    /// Machines in the order of the work, the last one making the finished part.
    public let machines: [Slug]
    /// The machine that limits it, nil to find it by the longest time per part.
    public let bottleneck: Slug?

    /// A line.
    public init(id: Slug, name: String, machines: [Slug], bottleneck: Slug? = nil) {
        self.id = id
        self.name = name
        self.machines = machines
        self.bottleneck = bottleneck
    }
}
