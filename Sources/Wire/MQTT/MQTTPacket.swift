// The control packets of MQTT 3.1.1 and 5 as values.

/// The version of the protocol on a connection.
public enum MQTTVersion: UInt8, Hashable, CaseIterable, Sendable {
    /// MQTT 3.1.1 (OASIS standard, 29 October 2014), protocol level 4.
    case v311 = 4
    /// MQTT 5.0 (OASIS standard, 7 March 2019), protocol level 5.
    case v5 = 5
}

/// How surely a message arrives.
public enum MQTTQoS: UInt8, Hashable, Comparable, CaseIterable, Sendable {
    /// 0: sent once, not acknowledged.
    case atMostOnce = 0
    /// 1: repeated until acknowledged, may arrive twice.
    case atLeastOnce = 1
    /// 2: arrives once.
    case exactlyOnce = 2

    /// Orders by sureness.
    public static func < (left: MQTTQoS, right: MQTTQoS) -> Bool { left.rawValue < right.rawValue }
}

/// A message with its topic, as an application sees it.
public struct MQTTMessage: Hashable, Sendable {
    /// The topic, without wildcards.
    public var topic: String
    /// The content.
    public var payload: [UInt8]
    /// How surely it is to arrive.
    public var qos: MQTTQoS
    /// Sent, the broker is to keep it; received, it was kept, so its time is unknown.
    public var isRetained: Bool
    /// Properties of MQTT 5, empty in 3.1.1.
    public var properties: MQTTProperties

    /// A message with its topic and content.
    public init(
        topic: String, payload: [UInt8], qos: MQTTQoS = .atMostOnce, isRetained: Bool = false,
        properties: MQTTProperties = []
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.isRetained = isRetained
        self.properties = properties
    }
}

/// The message that a broker sends when its client vanishes.
public struct MQTTWill: Hashable, Sendable {
    /// Topic, content, QoS and retain flag; the properties are those of the will.
    public var message: MQTTMessage

    /// A will with its message.
    public init(_ message: MQTTMessage) { self.message = message }
}

/// A topic filter with its options.
public struct MQTTSubscription: Hashable, Sendable {
    /// The topic filter, with `+` and `#` as wildcards.
    public var filter: String
    /// The highest QoS in which messages come.
    public var qos: MQTTQoS
    /// MQTT 5: the client's own messages do not come back.
    public var excludesOwn: Bool
    /// MQTT 5: the retain flag is passed on as published.
    public var keepsRetainFlag: Bool
    /// MQTT 5: 0 sends retained messages, 1 only for a new subscription, 2 never.
    public var retainHandling: UInt8

    /// A subscription; the last three options are ignored in 3.1.1.
    public init(
        filter: String, qos: MQTTQoS, excludesOwn: Bool = false, keepsRetainFlag: Bool = false,
        retainHandling: UInt8 = 0
    ) {
        self.filter = filter
        self.qos = qos
        self.excludesOwn = excludesOwn
        self.keepsRetainFlag = keepsRetainFlag
        self.retainHandling = retainHandling
    }
}

/// One control packet.
///
/// Source: MQTT 3.1.1 and MQTT 5.0, chapter 3 of each. Properties and reason codes exist in 5
/// only; encoding for 3.1.1 leaves them out.
public enum MQTTPacket: Hashable, Sendable {
    /// The client opens a session.
    case connect(MQTTConnect)
    /// The server's answer to connect.
    case connectAcknowledgement(MQTTConnectAcknowledgement)
    /// A message, either way.
    case publish(MQTTPublish)
    /// QoS 1: the message is taken over.
    case publishAcknowledged(MQTTAcknowledgement)
    /// QoS 2, first answer: received.
    case publishReceived(MQTTAcknowledgement)
    /// QoS 2, second part: release.
    case publishRelease(MQTTAcknowledgement)
    /// QoS 2, last part: complete.
    case publishComplete(MQTTAcknowledgement)
    /// The client asks for topics.
    case subscribe(MQTTSubscribe)
    /// The server's answer, one code a filter: granted QoS or failure from 0x80 on.
    case subscribeAcknowledgement(MQTTSubscribeAcknowledgement)
    /// The client gives topics up.
    case unsubscribe(MQTTUnsubscribe)
    /// The server's answer; codes exist in 5 only.
    case unsubscribeAcknowledgement(MQTTSubscribeAcknowledgement)
    /// The client asks whether the server is there.
    case pingRequest
    /// The server is there.
    case pingResponse
    /// The end, from the client, in 5 also from the server.
    case disconnect(MQTTReasonOnly)
    /// A step of extended authentication, in 5 only.
    case authenticate(MQTTReasonOnly)
}

/// The content of CONNECT.
public struct MQTTConnect: Hashable, Sendable {
    /// The version that the client speaks.
    public var version: MQTTVersion
    /// The client's name; the session belongs to it.
    public var clientID: String
    /// True to throw an older session away.
    public var cleanStart: Bool
    /// Longest silence of the client in seconds, 0 for no limit.
    public var keepAliveSeconds: UInt16
    /// User name for the broker.
    public var username: String?
    /// Password for the broker.
    public var password: [UInt8]?
    /// What the broker says when the client vanishes.
    public var will: MQTTWill?
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// A request to open a session.
    public init(
        version: MQTTVersion, clientID: String, cleanStart: Bool, keepAliveSeconds: UInt16,
        username: String? = nil, password: [UInt8]? = nil, will: MQTTWill? = nil,
        properties: MQTTProperties = []
    ) {
        self.version = version
        self.clientID = clientID
        self.cleanStart = cleanStart
        self.keepAliveSeconds = keepAliveSeconds
        self.username = username
        self.password = password
        self.will = will
        self.properties = properties
    }
}

/// The content of CONNACK.
public struct MQTTConnectAcknowledgement: Hashable, Sendable {
    /// True when the server kept the session of before.
    public var sessionPresent: Bool
    /// 0 accepted; else see `MQTTReason`.
    public var code: UInt8
    /// What the server offers and limits, in 5.
    public var properties: MQTTProperties

    /// An answer to CONNECT.
    public init(sessionPresent: Bool, code: UInt8, properties: MQTTProperties = []) {
        self.sessionPresent = sessionPresent
        self.code = code
        self.properties = properties
    }
}

/// The content of PUBLISH.
public struct MQTTPublish: Hashable, Sendable {
    /// Topic, content and flags.
    public var message: MQTTMessage
    /// Number of the exchange, 0 for QoS 0.
    public var packetID: UInt16
    /// True when it was sent before.
    public var isDuplicate: Bool

    /// A message on its way.
    public init(_ message: MQTTMessage, packetID: UInt16 = 0, isDuplicate: Bool = false) {
        self.message = message
        self.packetID = packetID
        self.isDuplicate = isDuplicate
    }
}

/// The content of PUBACK, PUBREC, PUBREL and PUBCOMP.
public struct MQTTAcknowledgement: Hashable, Sendable {
    /// Number of the exchange.
    public var packetID: UInt16
    /// 0 success, failure from 0x80 on; always 0 in 3.1.1.
    public var reason: UInt8
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// An answer within an exchange.
    public init(packetID: UInt16, reason: UInt8 = 0, properties: MQTTProperties = []) {
        self.packetID = packetID
        self.reason = reason
        self.properties = properties
    }
}

/// The content of SUBSCRIBE.
public struct MQTTSubscribe: Hashable, Sendable {
    /// Number of the exchange.
    public var packetID: UInt16
    /// The filters, at least one.
    public var subscriptions: [MQTTSubscription]
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// A request for topics.
    public init(
        packetID: UInt16, subscriptions: [MQTTSubscription], properties: MQTTProperties = []
    ) {
        self.packetID = packetID
        self.subscriptions = subscriptions
        self.properties = properties
    }
}

/// The content of SUBACK and UNSUBACK.
public struct MQTTSubscribeAcknowledgement: Hashable, Sendable {
    /// Number of the exchange.
    public var packetID: UInt16
    /// One code for each filter; none in an UNSUBACK of 3.1.1.
    public var codes: [UInt8]
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// An answer to filters.
    public init(packetID: UInt16, codes: [UInt8], properties: MQTTProperties = []) {
        self.packetID = packetID
        self.codes = codes
        self.properties = properties
    }
}

/// The content of UNSUBSCRIBE.
public struct MQTTUnsubscribe: Hashable, Sendable {
    /// Number of the exchange.
    public var packetID: UInt16
    /// The filters, at least one.
    public var filters: [String]
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// A request to end subscriptions.
    public init(packetID: UInt16, filters: [String], properties: MQTTProperties = []) {
        self.packetID = packetID
        self.filters = filters
        self.properties = properties
    }
}

/// The content of DISCONNECT and AUTH.
public struct MQTTReasonOnly: Hashable, Sendable {
    /// The reason code, see `MQTTReason`; always 0 in 3.1.1.
    public var reason: UInt8
    /// Properties of MQTT 5.
    public var properties: MQTTProperties

    /// A reason.
    public init(reason: UInt8 = 0, properties: MQTTProperties = []) {
        self.reason = reason
        self.properties = properties
    }
}
