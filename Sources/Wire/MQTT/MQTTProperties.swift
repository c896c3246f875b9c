// Properties of MQTT 5: their numbers, forms, and which packet may carry them.

/// One property of an MQTT 5 packet.
public struct MQTTProperty: Hashable, Sendable {
    /// What the property is about, with its number on the wire (MQTT 5.0 clause 2.2.2.2).
    public enum ID: UInt8, Hashable, CaseIterable, Sendable {
        /// PUBLISH, will: 1 when the payload is UTF-8 text.
        case payloadFormat = 0x01
        /// PUBLISH, will: lifetime in seconds.
        case messageExpiry = 0x02
        /// PUBLISH, will: content type.
        case contentType = 0x03
        /// PUBLISH, will: where to answer.
        case responseTopic = 0x08
        /// PUBLISH, will: mark of the request.
        case correlation = 0x09
        /// PUBLISH, SUBSCRIBE: number of the subscription.
        case subscriptionIdentifier = 0x0B
        /// CONNECT, CONNACK, DISCONNECT: how long the session outlives the connection, seconds.
        case sessionExpiry = 0x11
        /// CONNACK: the client id that the server chose.
        case assignedClientID = 0x12
        /// CONNACK: keep-alive that the server demands, seconds.
        case serverKeepAlive = 0x13
        /// CONNECT, CONNACK, AUTH: method of authentication.
        case authenticationMethod = 0x15
        /// CONNECT, CONNACK, AUTH: data of authentication.
        case authenticationData = 0x16
        /// CONNECT: 1 asks for reasons in answers.
        case requestProblemInformation = 0x17
        /// Will: delay in seconds.
        case willDelay = 0x18
        /// CONNECT: 1 asks for a response topic.
        case requestResponseInformation = 0x19
        /// CONNACK: base of response topics.
        case responseInformation = 0x1A
        /// CONNACK, DISCONNECT: another server.
        case serverReference = 0x1C
        /// Answers: the reason in words.
        case reasonString = 0x1F
        /// CONNECT, CONNACK: messages of QoS 1 and 2 that may wait for an answer.
        case receiveMaximum = 0x21
        /// CONNECT, CONNACK: highest topic alias.
        case topicAliasMaximum = 0x22
        /// PUBLISH: short form of the topic.
        case topicAlias = 0x23
        /// CONNACK: highest QoS.
        case maximumQoS = 0x24
        /// CONNACK: 0 when messages are not retained.
        case retainAvailable = 0x25
        /// Everywhere: a name and a text, may repeat.
        case userProperty = 0x26
        /// CONNECT, CONNACK: largest packet in bytes.
        case maximumPacketSize = 0x27
        /// CONNACK: 0 without wildcards.
        case wildcardAvailable = 0x28
        /// CONNACK: 0 without subscription identifiers.
        case subscriptionIdentifierAvailable = 0x29
        /// CONNACK: 0 without shared subscriptions.
        case sharedSubscriptionAvailable = 0x2A
    }

    /// The content of a property.
    public enum Value: Hashable, Sendable {
        /// A number of one, two or four bytes or of variable length, as the property requires.
        case number(UInt32)
        /// A text.
        case text(String)
        /// Bytes.
        case bytes([UInt8])
        /// A name and a text.
        case pair(String, String)
    }

    /// What the property is about.
    public var id: ID
    /// Its content.
    public var value: Value

    /// A property; a content that does not fit `id` is refused when encoding.
    public init(_ id: ID, _ value: Value) {
        self.id = id
        self.value = value
    }

    /// The form of a property on the wire.
    enum Form { case byte, two, four, variable, text, bytes, pair }
}

extension MQTTProperty.ID {
    var form: MQTTProperty.Form {
        switch self {
        case .payloadFormat, .requestProblemInformation, .requestResponseInformation, .maximumQoS,
            .retainAvailable, .wildcardAvailable, .subscriptionIdentifierAvailable,
            .sharedSubscriptionAvailable:
            .byte
        case .serverKeepAlive, .receiveMaximum, .topicAliasMaximum, .topicAlias: .two
        case .messageExpiry, .sessionExpiry, .willDelay, .maximumPacketSize: .four
        case .subscriptionIdentifier: .variable
        case .contentType, .responseTopic, .assignedClientID, .authenticationMethod,
            .responseInformation, .serverReference, .reasonString:
            .text
        case .correlation, .authenticationData: .bytes
        case .userProperty: .pair
        }
    }

    /// True for flags, which must be 0 or 1 (maximum QoS included: 0 or 1).
    var isFlag: Bool { form == .byte }

    /// True when zero is a protocol error.
    var mustNotBeZero: Bool {
        switch self {
        case .receiveMaximum, .maximumPacketSize, .topicAlias, .subscriptionIdentifier: true
        default: false
        }
    }
}

/// The properties of one packet, in the order of the wire.
public struct MQTTProperties: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The properties.
    public var items: [MQTTProperty]

    /// Properties in order.
    public init(_ items: [MQTTProperty]) { self.items = items }

    /// Properties in order.
    public init(arrayLiteral items: MQTTProperty...) { self.items = items }

    /// True when there are none.
    public var isEmpty: Bool { items.isEmpty }

    /// The number of a property, nil when it is absent.
    public func number(_ id: MQTTProperty.ID) -> UInt32? {
        for item in items where item.id == id {
            if case .number(let number) = item.value { return number }
        }
        return nil
    }

    /// The text of a property, nil when it is absent.
    public func text(_ id: MQTTProperty.ID) -> String? {
        for item in items where item.id == id {
            if case .text(let text) = item.value { return text }
        }
        return nil
    }

    /// Names and texts of the user properties, in order.
    public var userProperties: [(name: String, text: String)] {
        items.compactMap { item in
            if case .pair(let name, let text) = item.value { (name, text) } else { nil }
        }
    }
}

/// The places where properties stand; each allows a set of its own.
enum MQTTPropertyPlace {
    case connect, will, connectAcknowledgement, publish, acknowledgement, subscribe
    case subscribeAcknowledgement, unsubscribe, disconnect, authenticate

    /// True when the property may stand here (MQTT 5.0 table 2-4).
    func allows(_ id: MQTTProperty.ID) -> Bool {
        switch (self, id) {
        case (_, .userProperty): true
        case (.connect, .sessionExpiry), (.connect, .authenticationMethod),
            (.connect, .authenticationData), (.connect, .requestProblemInformation),
            (.connect, .requestResponseInformation), (.connect, .receiveMaximum),
            (.connect, .topicAliasMaximum), (.connect, .maximumPacketSize):
            true
        case (.will, .payloadFormat), (.will, .messageExpiry), (.will, .contentType),
            (.will, .responseTopic), (.will, .correlation), (.will, .willDelay):
            true
        case (.publish, .payloadFormat), (.publish, .messageExpiry), (.publish, .contentType),
            (.publish, .responseTopic), (.publish, .correlation),
            (.publish, .subscriptionIdentifier), (.publish, .topicAlias):
            true
        case (.connectAcknowledgement, _): Self.answersConnect.contains(id)
        case (.subscribe, .subscriptionIdentifier): true
        case (.acknowledgement, .reasonString), (.subscribeAcknowledgement, .reasonString): true
        case (.disconnect, .sessionExpiry), (.disconnect, .serverReference),
            (.disconnect, .reasonString):
            true
        case (.authenticate, .authenticationMethod), (.authenticate, .authenticationData),
            (.authenticate, .reasonString):
            true
        default: false
        }
    }

    private static let answersConnect: Set<MQTTProperty.ID> = [
        .sessionExpiry, .assignedClientID, .serverKeepAlive, .authenticationMethod,
        .authenticationData, .responseInformation, .serverReference, .reasonString,
        .receiveMaximum, .topicAliasMaximum, .maximumQoS, .retainAvailable, .maximumPacketSize,
        .wildcardAvailable, .subscriptionIdentifierAvailable, .sharedSubscriptionAvailable,
    ]
}
