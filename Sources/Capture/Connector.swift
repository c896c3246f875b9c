// The one shape of every source: what a connector declares, checks, probes and runs.

public import Plant

/// Signals that are read at one instant (decisions 9).
public struct PollGroup: Hashable, Sendable {
    /// The signals and their kinds.
    public let signals: [RegisteredSignal]
    /// Time between two reads, nil for sources that send by themselves.
    public let period: Elapsed?

    /// A group.
    public init(signals: [RegisteredSignal], period: Elapsed?) {
        self.signals = signals
        self.period = period
    }
}

/// What a probe found for one signal.
public struct ProbeFinding: Hashable, Sendable {
    /// The address as configured.
    public let address: String
    /// The value as text, nil when there was none.
    public let value: String?
    /// What is wrong, nil when a value came.
    public let problem: String?

    /// A finding.
    public init(address: String, value: String?, problem: String?) {
        self.address = address
        self.value = value
        self.problem = problem
    }
}

/// A value that a device offers, for whoever chooses what to read.
public struct ProbeOffer: Hashable, Sendable {
    /// What to write as `read`.
    public let address: String
    /// Its name for people, with those of the things it is part of.
    public let name: String
    /// The device's own word for its type, such as `Double`.
    public let type: String
    /// The kind of signal that it can be, nil when it cannot be read.
    public let kind: ValueKind?

    /// An offer.
    public init(address: String, name: String, type: String, kind: ValueKind?) {
        self.address = address
        self.name = name
        self.type = type
        self.kind = kind
    }
}

/// What a probe found.
public struct ProbeReport: Hashable, Sendable {
    /// What answered, in one sentence.
    public let summary: String
    /// One finding for each signal.
    public let findings: [ProbeFinding]
    /// What the device offers, as far as it tells; empty where it cannot be asked.
    public let offers: [ProbeOffer]

    /// A report.
    public init(summary: String, findings: [ProbeFinding], offers: [ProbeOffer] = []) {
        self.summary = summary
        self.findings = findings
        self.offers = offers
    }
}

/// A source of samples: one controller, gateway or broker.
///
/// A connector opens one session and reads until it ends. It never retries, never logs a lost
/// connection and knows no store: the ``ConnectorSupervisor`` does that.
public protocol Connector: Sendable {
    /// Stable name used in configuration files and addresses, e.g. `modbus-tcp`.
    static var kind: String { get }

    /// All settings of a connection and options of a signal, each declared once.
    static var schema: ConfigurationSchema { get }

    /// The kind of values that an address and its options give.
    static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind

    /// Precomputes requests. Does no I/O. Throws when the configuration cannot work.
    init(connection: Connection, signals: [Signal]) throws(ConfigurationError)

    /// What must not be connected to twice at once, e.g. `192.168.1.47:502`; nil when it may.
    var controller: String? { get }

    /// The groups that are read, for the markers of gaps.
    var groups: [PollGroup] { get }

    /// Connects once, reads one value of each signal, reports what it found.
    func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport

    /// Reads until cancelled (returns) or until the session breaks (throws).
    func run(_ io: ConnectorIO, into sink: some SampleSink) async throws(ConnectorError)
}
