// How an OPC UA client connects and what it wants.

/// How an OPC UA client connects and what it wants.
public struct OPCUAClientSettings: Hashable, Sendable {
    /// The address as `opc.tcp://192.168.1.60:4840`.
    public var url: String
    /// The lasting name of this application; with a certificate it is the one that stands there.
    public var applicationURI: String
    /// The name of this application for people.
    public var applicationName: String
    /// The security wanted.
    public var security: OPCUASecurityChoice
    /// Who we are to the server.
    public var identity: OPCUAIdentity
    /// SHA-256 fingerprints of the server certificates that a person has accepted.
    public var trusted: Set<[UInt8]>
    /// What is watched.
    public var subscriptions: [OPCUASubscriptionSettings]
    /// How long things take.
    public var times: OPCUAClientTimes

    /// The best security that is offered and nobody in particular, unless told otherwise.
    public init(
        url: String, applicationURI: String, applicationName: String,
        security: OPCUASecurityChoice = .best, identity: OPCUAIdentity = .anonymous,
        trusted: Set<[UInt8]> = [], subscriptions: [OPCUASubscriptionSettings] = [],
        times: OPCUAClientTimes = OPCUAClientTimes()
    ) {
        self.url = url
        self.applicationURI = applicationURI
        self.applicationName = applicationName
        self.security = security
        self.identity = identity
        self.trusted = trusted
        self.subscriptions = subscriptions
        self.times = times
    }
}

/// Which security is wanted.
public enum OPCUASecurityChoice: Hashable, Sendable {
    /// The best that is offered; never none, which a person must choose by name.
    case best
    /// This and no other.
    case exactly(OPCUASecurityPolicy, OPCUASecurityMode)
}

/// Who the client is to a server; the password is never shown.
public enum OPCUAIdentity: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Nobody in particular.
    case anonymous
    /// A name with its password in UTF-8.
    case userName(String, password: [UInt8])

    /// The identity without its password.
    public var description: String {
        switch self {
        case .anonymous: "anonymous"
        case .userName(let name, _): "\(name) •••"
        }
    }

    /// The identity without its password.
    public var customMirror: Mirror { Mirror(self, children: [("identity", description)]) }
}

/// One subscription with its items.
public struct OPCUASubscriptionSettings: Hashable, Sendable {
    /// Time between notifications, milliseconds.
    public var publishingMilliseconds: Double
    /// What is watched.
    public var items: [OPCUAItem]

    /// Notifications every second, unless told otherwise.
    public init(publishingMilliseconds: Double = 1_000, items: [OPCUAItem]) {
        self.publishingMilliseconds = publishingMilliseconds
        self.items = items
    }
}

/// A value that is watched.
public struct OPCUAItem: Hashable, Sendable {
    /// The node; with the URI of its namespace it is found also after the table has changed.
    public var node: OPCUAExpandedNodeID
    /// Time between looks of the server, milliseconds; −1 for the publishing interval.
    public var samplingMilliseconds: Double
    /// Which changes are too small to be sent.
    public var deadband: OPCUADeadband
    /// Values that the server keeps between notifications, at least 2; the oldest gives way.
    public var queueSize: UInt32

    /// An item with a queue of ten values, unless told otherwise.
    public init(
        _ node: OPCUAExpandedNodeID, samplingMilliseconds: Double = -1,
        deadband: OPCUADeadband = .none, queueSize: UInt32 = 10
    ) {
        self.node = node
        self.samplingMilliseconds = samplingMilliseconds
        self.deadband = deadband
        self.queueSize = max(2, queueSize)
    }
}

/// How long things take, in milliseconds.
public struct OPCUAClientTimes: Hashable, Sendable {
    /// The longest wait for an answer.
    public var answerMilliseconds: Int64
    /// The life of a token of the secure channel, as asked for.
    public var channelMilliseconds: UInt32
    /// How long the server keeps a session without requests, as asked for.
    public var sessionMilliseconds: Double
    /// The time between signs of life of a subscription without changes, as asked for.
    public var keepAliveMilliseconds: Double
    /// How long the server keeps a subscription in our absence, as asked for.
    public var lifetimeMilliseconds: Double
    /// The first pause before connecting again; it doubles.
    public var firstRetryMilliseconds: Int64
    /// The longest pause before connecting again.
    public var lastRetryMilliseconds: Int64

    /// Times that suit a workshop, unless told otherwise.
    public init(
        answerMilliseconds: Int64 = 10_000, channelMilliseconds: UInt32 = 3_600_000,
        sessionMilliseconds: Double = 120_000, keepAliveMilliseconds: Double = 5_000,
        lifetimeMilliseconds: Double = 600_000, firstRetryMilliseconds: Int64 = 1_000,
        lastRetryMilliseconds: Int64 = 30_000
    ) {
        self.answerMilliseconds = answerMilliseconds
        self.channelMilliseconds = channelMilliseconds
        self.sessionMilliseconds = sessionMilliseconds
        self.keepAliveMilliseconds = keepAliveMilliseconds
        self.lifetimeMilliseconds = lifetimeMilliseconds
        self.firstRetryMilliseconds = max(1, firstRetryMilliseconds)
        self.lastRetryMilliseconds = max(1, lastRetryMilliseconds)
    }

    /// Nanoseconds, or as many as fit.
    static func nanoseconds(milliseconds: Int64) -> Int64 {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (milliseconds < 0 ? .min : .max) : product
    }
}
