// What goes into an MQTT session and what comes out: the contract with the connector.

/// Names one delivered message until the session hears that it is stored.
public struct MQTTDeliveryToken: Hashable, Sendable {
    /// Counts deliveries of one session value, from 1.
    public let number: UInt64

    init(_ number: UInt64) { self.number = number }
}

/// What happens to an MQTT session.
public enum MQTTSessionEvent: Hashable, Sendable {
    /// The transport is open: the session sends CONNECT.
    case connected
    /// Bytes came.
    case received([UInt8])
    /// The transport is closed, by whomever.
    case disconnected
    /// The time of `deadline` has come.
    case tick
    /// The message of this delivery is safely stored: it may be acknowledged now.
    ///
    /// Acknowledgements leave in the order of arrival (MQTT 4.6.0-2), so one may wait for an
    /// earlier message. Repeated or unknown tokens do nothing.
    case stored(MQTTDeliveryToken)
    /// Ask for topics, now and after every reconnection.
    case subscribe([MQTTSubscription])
    /// Give topics up.
    case unsubscribe([String])
    /// Send a message with QoS 0 or 1; `id` comes back in `published` or `publishRefused`.
    case publish(MQTTMessage, id: UInt64)
    /// End in good order; the will is sent only if asked for (MQTT 5).
    case disconnect(sendWill: Bool)
}

/// What an MQTT session wants done, in this order.
public enum MQTTSessionEffect: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// The session is open; the acknowledgement tells what the server offers.
    case ready(MQTTConnectAcknowledgement)
    /// A message for the application. QoS 1 and 2 wait for `stored` with the token.
    case deliver(MQTTMessage, MQTTDeliveryToken)
    /// The server's answer to filters.
    case subscribed([MQTTSubscriptionResult])
    /// The server has taken the message (QoS 1), or it has been handed to the transport (QoS 0).
    case published(id: UInt64)
    /// The message will not be sent.
    case publishRefused(id: UInt64, MQTTPublishRefusal)
    /// Read no more from the transport until `resumeReading`: too many messages wait for `stored`.
    case pauseReading
    /// Read again.
    case resumeReading
    /// Close the transport. The session waits for `disconnected`, then for `connected`.
    case close(MQTTSessionEnd)
}

/// What a server made of one subscription.
public struct MQTTSubscriptionResult: Hashable, Sendable {
    /// The filter.
    public var filter: String
    /// The granted QoS, nil when refused.
    public var granted: MQTTQoS?
    /// The server's code with its meaning.
    public var reason: MQTTReason
}

/// Why a message was not sent.
public enum MQTTPublishRefusal: Hashable, Sendable {
    /// QoS 0 without a connection.
    case notConnected
    /// As many messages wait as the limit allows.
    case queueFull(limit: Int)
    /// The message cannot be sent: topic, size or QoS.
    case invalid(FrameError)
    /// The server refused it.
    case rejected(MQTTReason)
}

/// Why a session closes its transport.
public enum MQTTSessionEnd: Hashable, Sendable {
    /// The server refused the connection.
    case refused(MQTTReason)
    /// The server ended the session (MQTT 5).
    case serverDisconnected(MQTTReason)
    /// Bytes that are not MQTT.
    case malformed(FrameError)
    /// A packet that is not allowed at this point.
    case violation(String)
    /// No answer in time; the text names what was awaited.
    case timedOut(awaiting: String)
    /// The application asked for the end.
    case finished
}

/// How a session connects and what it wants.
public struct MQTTSessionSettings: Hashable, Sendable {
    /// The version to speak.
    public var version: MQTTVersion
    /// The client's name at the broker; the persistent session belongs to it.
    public var clientID: String
    /// True to begin without what the broker kept; false keeps messages during our absence.
    public var cleanStart: Bool
    /// MQTT 5: how long the broker keeps the session after the connection ends, seconds.
    public var sessionExpirySeconds: UInt32
    /// Longest silence in seconds, 0 for no pings.
    public var keepAliveSeconds: UInt16
    /// User name for the broker.
    public var username: String?
    /// Password for the broker.
    public var password: [UInt8]?
    /// What the broker says when we vanish.
    public var will: MQTTWill?
    /// The topics to ask for after connecting.
    public var subscriptions: [MQTTSubscription]
    /// Sizes and times.
    public var limits: MQTTSessionLimits

    /// A persistent session of seven days with pings every 30 seconds.
    public init(
        version: MQTTVersion = .v311, clientID: String, cleanStart: Bool = false,
        sessionExpirySeconds: UInt32 = 604_800, keepAliveSeconds: UInt16 = 30,
        username: String? = nil, password: [UInt8]? = nil, will: MQTTWill? = nil,
        subscriptions: [MQTTSubscription] = [], limits: MQTTSessionLimits = MQTTSessionLimits()
    ) {
        self.version = version
        self.clientID = clientID
        self.cleanStart = cleanStart
        self.sessionExpirySeconds = sessionExpirySeconds
        self.keepAliveSeconds = keepAliveSeconds
        self.username = username
        self.password = password
        self.will = will
        self.subscriptions = subscriptions
        self.limits = limits
    }
}

/// The limits of an MQTT session.
public struct MQTTSessionLimits: Hashable, Sendable {
    /// Bytes of the largest packet taken.
    public var packetBytes: Int
    /// Messages of QoS 1 and 2 that may wait for `stored`, and messages sent that may wait for
    /// an answer.
    public var inFlight: Int
    /// Messages of QoS 1 that may wait to be sent.
    public var outboundQueue: Int
    /// Time for an answer, nanoseconds.
    public var answerNanoseconds: Int64

    /// The limits of the reliability rules unless told otherwise.
    public init(
        packetBytes: Int = 1 << 20, inFlight: Int = 64, outboundQueue: Int = 1_000,
        answerNanoseconds: Int64 = 10_000_000_000
    ) {
        self.packetBytes = packetBytes
        self.inFlight = min(max(1, inFlight), 10_000)
        self.outboundQueue = max(0, outboundQueue)
        self.answerNanoseconds = answerNanoseconds
    }
}
