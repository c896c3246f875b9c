// A whole site as factory.toml describes it: names, not numbers.

public import Plant

/// A signal as written: it has a name within its machine, not yet a number.
public struct DescribedSignal: Sendable, Hashable {
    /// Id within the machine.
    public var slug: Slug
    /// Name as people say it.
    public var name: String
    /// Kind of its values.
    public var kind: ValueKind
    /// UCUM code or empty.
    public var unit: String
    /// Where it is read.
    public var source: SignalSource
}

/// A state rule as written, with signal ids instead of numbers.
public struct DescribedState: Sendable, Hashable {
    /// The signal looked at.
    public var signal: Slug
    /// Boundary between idle and running; nil for explicit states.
    public var running: Threshold?
    /// Boundary between off and idle.
    public var idle: Threshold?
    /// Values and what they mean; empty for levels.
    public var meanings: [String: ObservedState]
    /// A signal that is true during a fault.
    public var fault: Slug?
    /// Dwell of running.
    public var runningDwell: Elapsed
    /// Dwell of not running.
    public var stoppedDwell: Elapsed
    /// The longest silence that still counts as seen.
    public var staleAfter: Elapsed
    /// Whether the source sends on change, so that a value holds while its connection is up.
    public var holds: Bool
}

/// A machine as written.
public struct DescribedMachine: Sendable, Hashable {
    /// Stable id.
    public var id: Slug
    /// Name.
    public var name: String
    /// Area.
    public var area: Slug?
    /// Signals in order.
    public var signals: [DescribedSignal]
    /// How its state is seen.
    public var state: DescribedState?
    /// Counters: all parts, scrap, bits.
    public var counts: (total: Slug, scrap: Slug?, bits: Int)?
    /// Energy: power signal or register signal.
    public var energy: (signal: Slug, isRegister: Bool)?

    /// Compares everything.
    public static func == (left: DescribedMachine, right: DescribedMachine) -> Bool {
        left.id == right.id && left.name == right.name && left.area == right.area
            && left.signals == right.signals && left.state == right.state
            && left.counts?.total == right.counts?.total
            && left.counts?.scrap == right.counts?.scrap
            && left.counts?.bits == right.counts?.bits
            && left.energy?.signal == right.energy?.signal
            && left.energy?.isRegister == right.energy?.isRegister
    }

    /// Feeds what identifies it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(name)
    }
}

/// A whole site as written.
public struct FactoryDescription: Sendable, Hashable {
    /// Site name; nil leaves it as it is.
    public var name: String?
    /// Zone; nil leaves it as it is.
    public var zone: String?
    /// Currency; nil leaves it as it is.
    public var currency: Currency?
    /// Rates by kind.
    public var rates: [RateKind: Rate] = [:]
    /// The machine that limits the factory.
    public var constraint: Slug?
    /// Areas.
    public var areas: [Slug: String] = [:]
    /// Connections.
    public var connections: [Connection] = []
    /// Reasons.
    public var reasons: [StopReason] = []
    /// Working time, nil leaves it as it is.
    public var calendar: CalendarVersion?
    /// Machines in order.
    public var machines: [DescribedMachine] = []
    /// Lines by id.
    public var lines: [ProductionLine] = []
    /// What electricity costs, nil leaves it as it is.
    public var tariff: Tariff?
    /// Carbon factors of the site's own.
    public var carbonFactors: [CarbonFactor] = []

    /// An empty description.
    public init() {}
}
