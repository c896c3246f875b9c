// What goes into an MTConnect client and what comes out: the contract with the connector.

/// Where to go on after a restart; stored together with the observations before it.
public struct MTConnectCursor: Hashable, Sendable {
    /// The run of the agent to which the number belongs.
    public var instanceID: UInt64
    /// The sequence number of the first observation that is not stored yet.
    public var next: UInt64

    /// A cursor from its parts.
    public init(instanceID: UInt64, next: UInt64) {
        self.instanceID = instanceID
        self.next = next
    }
}

/// Names one request until its answer has ended.
public struct MTConnectRequestID: Hashable, Sendable {
    /// Counts the requests of one client value, from 1.
    public let number: UInt64
}

/// A request to be sent with GET.
public struct MTConnectClientRequest: Hashable, Sendable {
    /// Names the request in the events that answer it.
    public var id: MTConnectRequestID
    /// The path, percent-encoded: "/Mazak01/sample".
    public var path: String
    /// The query, percent-encoded, without "?"; empty when there is none.
    public var query: String

    /// Path and query as the request line needs them.
    public var target: String { query.isEmpty ? path : path + "?" + query }
}

/// What happens to an MTConnect client.
public enum MTConnectClientEvent: Hashable, Sendable {
    /// Begin, or begin again after `stop`.
    case start
    /// The head of an answer came.
    case opened(MTConnectRequestID, status: Int, contentType: String)
    /// Bytes of the body of an answer came.
    case received(MTConnectRequestID, [UInt8])
    /// An answer has ended in good order.
    case closed(MTConnectRequestID)
    /// A request failed or its answer broke off; the text tells why.
    case failed(MTConnectRequestID, reason: String)
    /// The time of `deadline` has come.
    case tick
    /// End; requests that are open are cancelled.
    case stop
}

/// What an MTConnect client wants done, in this order.
public enum MTConnectClientAction: Hashable, Sendable {
    /// Send this request on a connection of its own.
    case request(MTConnectClientRequest)
    /// Close the connection of this request; events of it are no longer of interest.
    case cancel(MTConnectRequestID)
    /// The model of the devices; it replaces an earlier one.
    case devices(MTConnectDevices)
    /// Observations that were not delivered before.
    case deliver(MTConnectDelivery)
    /// Observations are lost; to be stored with the delivery that follows.
    ///
    /// After a restart with the cursor from before it, the same gap is told again.
    case gap(MTConnectGap)
    /// Assets that the agent has told anew.
    case assets([MTConnectAsset])
    /// Something is wrong; the client goes on by itself.
    case trouble(MTConnectTrouble)
    /// Nothing to do before this time of `step`'s clock, nanoseconds; then `tick`.
    case wait(until: Int64)
}

/// Observations in the order of their sequence numbers, and where to go on behind them.
public struct MTConnectDelivery: Hashable, Sendable {
    /// What is new.
    public var observations: [MTConnectObservation]
    /// The whole current state, older observations too, when the client has asked for it; it is for
    /// those who follow states, like `MTConnectConditions`, not for storing.
    public var snapshot: [MTConnectObservation]?
    /// To be stored with the observations.
    public var cursor: MTConnectCursor

    /// A delivery from its parts.
    public init(
        observations: [MTConnectObservation], snapshot: [MTConnectObservation]?,
        cursor: MTConnectCursor
    ) {
        self.observations = observations
        self.snapshot = snapshot
        self.cursor = cursor
    }
}

/// A range of sequence numbers of which observations are lost.
public struct MTConnectGap: Hashable, Sendable {
    /// Why observations are lost.
    public enum Reason: Hashable, Sendable {
        /// The agent's buffer went on faster than they were read.
        case bufferOverrun
        /// The agent was started anew; what it had not told is lost.
        case instanceChanged(from: UInt64, to: UInt64)
        /// The agent counts from an earlier number without a new instance.
        case sequenceWentBack
        /// The agent's documents cannot be read.
        case unreadable
    }

    /// The run of the agent to which the numbers belong.
    public var instanceID: UInt64
    /// The first number lost.
    public var from: UInt64
    /// The last number lost; nil when nobody knows.
    public var to: UInt64?
    /// How many observations of the range are lost; nil when nobody knows.
    ///
    /// Those that the current state still told are not counted. With a device or a path asked for,
    /// it is the upper bound: numbers of other devices are in the range too.
    public var missed: UInt64?
    /// Why.
    public var reason: Reason

    /// A gap from its parts.
    public init(
        instanceID: UInt64, from: UInt64, to: UInt64?, missed: UInt64?, reason: Reason
    ) {
        self.instanceID = instanceID
        self.from = from
        self.to = to
        self.missed = missed
        self.reason = reason
    }
}

/// What is wrong for a while.
public enum MTConnectTrouble: Hashable, Sendable {
    /// The agent answered with errors.
    case faults([MTConnectFault])
    /// An answer cannot be read.
    case malformed(FrameError)
    /// Nothing came for so many nanoseconds.
    case silent(Int64)
    /// The stream ended or the request failed; the text tells why.
    case failed(String)
    /// The agent does not stream; it is asked again and again instead.
    case pollingInstead
    /// So many assets were not asked for, because too many waited.
    case assetsSkipped(Int)
}

/// How a client reads an agent.
public struct MTConnectClientSettings: Hashable, Sendable {
    /// The name or uuid of the device to read; nil for all of the agent.
    public var device: String?
    /// A path expression that limits what is read; nil for all.
    public var path: String?
    /// Shortest time between two parts of a stream, or between two requests, milliseconds.
    public var intervalMilliseconds: Int
    /// Longest silence of a stream that is in order, milliseconds.
    public var heartbeatMilliseconds: Int
    /// Observations in one document.
    public var count: Int
    /// False to ask again and again instead of streaming.
    public var isStreaming: Bool
    /// True to ask for assets that changed.
    public var readsAssets: Bool
    /// Time for an answer, nanoseconds.
    public var answerNanoseconds: Int64
    /// First pause after a failure, nanoseconds; it doubles with each failure that follows.
    public var retryNanoseconds: Int64
    /// Longest pause after a failure, nanoseconds.
    public var longestRetryNanoseconds: Int64

    /// Streaming with parts at least half a second apart and a heartbeat of ten seconds.
    public init(
        device: String? = nil, path: String? = nil, intervalMilliseconds: Int = 500,
        heartbeatMilliseconds: Int = 10_000, count: Int = 1_000, isStreaming: Bool = true,
        readsAssets: Bool = true, answerNanoseconds: Int64 = 30_000_000_000,
        retryNanoseconds: Int64 = 1_000_000_000,
        longestRetryNanoseconds: Int64 = 60_000_000_000
    ) {
        self.device = device
        self.path = path
        self.intervalMilliseconds = min(max(0, intervalMilliseconds), 86_400_000)
        self.heartbeatMilliseconds = min(max(10, heartbeatMilliseconds), 86_400_000)
        self.count = min(max(1, count), MTConnectLimits.observations)
        self.isStreaming = isStreaming
        self.readsAssets = readsAssets
        self.answerNanoseconds = min(max(1, answerNanoseconds), 3_600_000_000_000)
        self.retryNanoseconds = min(max(1, retryNanoseconds), 3_600_000_000_000)
        self.longestRetryNanoseconds = min(
            max(self.retryNanoseconds, longestRetryNanoseconds), 86_400_000_000_000)
    }
}
