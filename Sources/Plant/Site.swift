// The things of a factory as the configuration describes them: site, areas, machines, signals.

/// Where a signal's values come from.
public struct SignalSource: Hashable, Sendable {
    /// The connection it is read over; `line-protocol` and `import` are built in.
    public let connection: Slug
    /// The address in the connection's own grammar: `input:30012`, or a topic and JSON path.
    public let address: String
    /// How to read it: type, order, scale, offset, every, min, max … as texts.
    public let options: [String: String]

    /// A source.
    public init(connection: Slug, address: String, options: [String: String] = [:]) {
        self.connection = connection
        self.address = address
        self.options = options
    }
}

/// A signal: one thing that is measured.
public struct Signal: Hashable, Sendable {
    /// Its dense number, for ever.
    public let id: SignalID
    /// Name as people say it.
    public var name: String
    /// The kind of its values, for ever.
    public let kind: ValueKind
    /// UCUM code such as `A`, `kW`, `Cel`, `bar`, or empty.
    public var unit: String
    /// Where its values come from.
    public var source: SignalSource
    /// The machine it belongs to, nil while unassigned.
    public var machine: Slug?
    /// Its id within the machine, nil while unassigned.
    public var slug: Slug?
    /// From when it belongs to the machine.
    public var assignedFrom: Timestamp?
    /// Whether it is no longer read; its history stays.
    public var isRetired: Bool

    /// A signal that belongs to no machine yet.
    public init(id: SignalID, name: String, kind: ValueKind, unit: String, source: SignalSource) {
        self.id = id
        self.name = name
        self.kind = kind
        self.unit = unit
        self.source = source
        isRetired = false
    }
}

/// A connection to a controller, broker or gateway; machines share it.
public struct Connection: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// The connector's name in the catalog such as `modbus-tcp`.
    public let kind: String
    /// Settings as texts: address, unit, timeout …; secrets are references.
    public let settings: [String: String]

    /// A connection.
    public init(id: Slug, kind: String, settings: [String: String]) {
        self.id = id
        self.kind = kind
        self.settings = settings
    }
}

/// Two limits with a dead band between them: up at one, down at the other.
public struct Threshold: Hashable, Sendable, BitwiseCopyable {
    /// At or above this the higher state begins.
    public let rise: Double
    /// At or below this it ends.
    public let fall: Double

    /// A boundary; `fall` above `rise` is lowered to it.
    public init(rise: Double, fall: Double) {
        self.rise = rise
        self.fall = min(rise, fall)
    }
}

/// How a machine's state is seen.
public enum StateSource: Hashable, Sendable {
    /// A signal that says the state; values as text map to states, others are unknown.
    case explicit(SignalID, meanings: [String: ObservedState])
    /// A measured level: off, idle, running by two boundaries; without `idle` there is no off.
    case level(SignalID, running: Threshold, idle: Threshold?)
}

/// The whole rule for a machine's observed state.
public struct StateRule: Hashable, Sendable {
    /// What is looked at.
    public let source: StateSource
    /// A signal that is true, or not zero, while the machine has a fault.
    public let fault: SignalID?
    /// How long running must last before it counts; 5 s by default.
    public let runningDwell: Elapsed
    /// How long not running must last before it counts; 30 s by default.
    public let stoppedDwell: Elapsed
    /// The longest silence that still counts as seen.
    public let staleAfter: Elapsed
    /// For sources that send on change: the connection's own state signal, a flag; while it is
    /// true a value holds however old it is (decisions 10).
    public let link: SignalID?
    /// How surely a learnt rule tells the states apart, in millionths.
    ///
    /// nil where a machine says its state or a person set the limits. Below 950,000 its states are
    /// indicative.
    public let confidence: Int?

    /// A rule.
    public init(
        source: StateSource, fault: SignalID? = nil, runningDwell: Elapsed = .seconds(5),
        stoppedDwell: Elapsed = .seconds(30), staleAfter: Elapsed = .seconds(30),
        link: SignalID? = nil, confidence: Int? = nil
    ) {
        self.confidence = confidence
        self.link = link
        self.source = source
        self.fault = fault
        self.runningDwell = runningDwell
        self.stoppedDwell = stoppedDwell
        self.staleAfter = staleAfter
    }

    /// Whether its states may not feed OEE: a learnt rule that tells them apart less surely.
    public var isIndicative: Bool { confidence.map { $0 < 950_000 } ?? false }

    /// All signals that enter.
    public var signals: [SignalID] {
        switch source {
        case .explicit(let signal, _), .level(let signal, _, _):
            [signal] + [fault, link].compactMap(\.self)
        }
    }
}

/// How parts are counted.
public struct CountRule: Hashable, Sendable {
    /// Counter of all parts made, good and bad; only ever goes up.
    public let total: SignalID
    /// Counter of scrap, nil when scrap is only booked by hand.
    public let scrap: SignalID?
    /// Width of the counters in bits, 16, 32 or 64: where they roll over.
    public let bits: Int

    /// A rule.
    public init(total: SignalID, scrap: SignalID?, bits: Int = 32) {
        self.total = total
        self.scrap = scrap
        self.bits = bits
    }
}

/// How energy is measured.
public enum EnergyRule: Hashable, Sendable {
    /// A signal in kW.
    case power(SignalID)
    /// A counter in kWh.
    case register(SignalID)

    /// The signal that enters.
    public var signal: SignalID {
        switch self {
        case .power(let signal), .register(let signal): signal
        }
    }
}

/// A rule and the time from which it holds.
public struct Dated<Value: Hashable & Sendable>: Hashable, Sendable {
    /// First instant.
    public let from: Timestamp
    /// What holds from then on.
    public let value: Value

    /// A dated value.
    public init(from: Timestamp, value: Value) {
        self.from = from
        self.value = value
    }
}

/// A machine.
public struct Machine: Hashable, Sendable {
    /// Stable id, printed in addresses.
    public let id: Slug
    /// Name as people say it.
    public var name: String
    /// The area it stands in, nil when none was given.
    public var area: Slug?
    /// State rules in order of time; the one in force is the last whose `from` has come.
    public var stateRules: [Dated<StateRule>] = []
    /// How parts are counted, nil when they are not.
    public var counts: CountRule?
    /// How energy is measured, nil when it is not.
    public var energy: EnergyRule?
    /// Whether it is no longer used; its history stays.
    public var isRetired = false
    /// When it was added.
    public let addedAt: Timestamp

    /// A machine.
    public init(id: Slug, name: String, area: Slug?, addedAt: Timestamp) {
        self.id = id
        self.name = name
        self.area = area
        self.addedAt = addedAt
    }
}

/// What a rate is for.
public enum RateKind: String, Hashable, Sendable, CaseIterable {
    /// What a machine hour earns when it can be sold.
    case hourSold = "hour-sold"
    /// What a lost machine hour costs in overtime and the like.
    case hourAvoided = "hour-avoided"
    /// What an hour of a machine with whoever runs it costs the firm: for the cost of jobs.
    case hourCost = "hour-cost"
    /// One kilowatt hour.
    case kilowattHour = "kwh"
}
