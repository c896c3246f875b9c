// What goes into an OPC UA client and what comes out: the contract with the connector.

/// What happens to an OPC UA client.
public enum OPCUAClientEvent: Hashable, Sendable {
    /// Begin, or look again at a server whose certificate waits for a person.
    case start
    /// The connection is open.
    case connected
    /// Bytes came.
    case received([UInt8])
    /// The connection is closed or could not be opened.
    case closed
    /// The time of `deadline` has come.
    case tick
    /// A person has accepted the certificate with this SHA-256 fingerprint.
    case trust(fingerprint: [UInt8])
    /// A question of the application; `id` comes back in `answered`.
    case ask(OPCUAQuestion, id: UInt64)
    /// End in good order.
    case finish
}

/// What an application can ask beside its subscriptions.
public enum OPCUAQuestion: Hashable, Sendable {
    /// The nodes below a node, all of them up to a limit.
    case browse(OPCUANodeID)
    /// Attributes of nodes, in as many requests as the server's limits need.
    case read([OPCUAReadTarget])
    /// The nodes at the ends of paths.
    case findNodes([OPCUABrowsePath])
    /// Raw values of the past of one node; times are UTC nanoseconds since 1970.
    case history(OPCUANodeID, from: Int64, until: Int64)
}

/// The answer to a question.
public enum OPCUAClientAnswer: Hashable, Sendable {
    /// The nodes below a node; incomplete when there are more than the limit.
    case browsed([OPCUAReference], isComplete: Bool)
    /// The values in the order of the question.
    case read([OPCUADataValue])
    /// The results in the order of the question.
    case foundNodes([OPCUAPathResult])
    /// The values, oldest first; incomplete when there are more than the limit.
    case history([OPCUADataValue], isComplete: Bool)
    /// There is no answer.
    case failed(OPCUAProblem)
}

/// What an OPC UA client wants done, in this order.
public enum OPCUAClientAction: Hashable, Sendable {
    /// Open a TCP connection; answer with `connected` or `closed`.
    case connect
    /// Send these bytes.
    case send([UInt8])
    /// Close the connection; answer with `closed`.
    case close
    /// A session is open.
    case opened(OPCUAOpening)
    /// New values of monitored items, in the order of the server.
    case deliver([OPCUASample])
    /// Values were lost.
    case gap(OPCUAGap)
    /// The answer to a question.
    case answered(OPCUAClientAnswer, id: UInt64)
    /// The server's certificate is not trusted: a person has to look at it.
    ///
    /// The client waits for `trust`, or `start` to look again, and connects to nothing meanwhile.
    case needsTrust(OPCUACertificate)
    /// Something for a person to know.
    case problem(OPCUAProblem)
}

/// How a session is open.
public struct OPCUAOpening: Hashable, Sendable {
    /// The security policy.
    public var policy: OPCUASecurityPolicy
    /// How messages are protected.
    public var mode: OPCUASecurityMode
    /// The server's name for people.
    public var server: String
    /// The session of the connection before goes on.
    public var isResumed: Bool
}

/// A value of a monitored item.
public struct OPCUASample: Hashable, Sendable {
    /// The place of the item in the settings, counted over all subscriptions.
    public var item: Int
    /// The value.
    public var value: OPCUAReading
    /// The quality.
    public var status: OPCUAStatus
    /// When the source took the value, UTC nanoseconds since 1970; nil when not told.
    public var sourceTime: Int64?
    /// When the server got the value, UTC nanoseconds since 1970; nil when not told.
    public var serverTime: Int64?
}

/// Values that are missing.
public struct OPCUAGap: Hashable, Sendable {
    /// Why values are missing.
    public enum Reason: Hashable, Sendable {
        /// The subscription ended in our absence or by the server's decision.
        case subscriptionLost(OPCUAStatus)
        /// The server no longer has notifications that were missed.
        case notificationsLost(count: Int)
        /// The server's queue of one item was full.
        case queueOverflow
    }

    /// Why values are missing.
    public var reason: Reason
    /// The items concerned, by their place in the settings.
    public var items: Range<Int>
    /// The last moment of which is known that nothing was missing, UTC nanoseconds since 1970.
    public var from: Int64
    /// The first moment from which values come again, UTC nanoseconds since 1970.
    public var until: Int64
}

/// Something that does not go as it should.
public struct OPCUAProblem: Hashable, Sendable, CustomStringConvertible {
    /// What stopped, in words.
    public var words: String
    /// The server's status, if it gave one.
    public var status: OPCUAStatus?
    /// The item concerned, by its place in the settings; nil when it is not about one.
    public var item: Int?

    /// A problem in words.
    public init(_ words: String, status: OPCUAStatus? = nil, item: Int? = nil) {
        self.words = words
        self.status = status
        self.item = item
    }

    /// The words with the status.
    public var description: String { status.map { "\(words): \($0)" } ?? words }
}

/// A value as the application takes it.
public enum OPCUAReading: Hashable, Sendable {
    /// No value was sent.
    case missing
    /// True or false.
    case boolean(Bool)
    /// A whole number with sign, also an enumeration.
    case integer(Int64)
    /// A whole number without sign.
    case unsigned(UInt64)
    /// A number with a fraction.
    case real(Double)
    /// A text; of a localized text without its language.
    case text(String)
    /// A moment, UTC nanoseconds since 1970.
    case time(Int64)
    /// Bytes.
    case bytes([UInt8])
    /// An array.
    case array(OPCUAArray)
    /// Something whose meaning is not known here, and never guessed: the words say what.
    case unread(String)

    /// The reading of a value.
    public init(_ variant: OPCUAVariant?) {
        switch variant {
        case nil, .null?: self = .missing
        case .array(let array)?:
            self = array.type == 22 ? Self.structures(array) : .array(array)
        case .scalar(let scalar)?: self = Self.reading(scalar)
        }
    }

    private static func structures(_ array: OPCUAArray) -> OPCUAReading {
        guard case .structure(let object)? = array.elements?.first else { return .array(array) }
        return .unread("not read: an array of structures of type \(object.type)")
    }

    private static func reading(_ scalar: OPCUAScalar) -> OPCUAReading {
        switch scalar {
        case .boolean(let value): .boolean(value)
        case .sbyte(let value): .integer(Int64(value))
        case .int16(let value): .integer(Int64(value))
        case .int32(let value): .integer(Int64(value))
        case .int64(let value): .integer(value)
        case .byte(let value): .unsigned(UInt64(value))
        case .uint16(let value): .unsigned(UInt64(value))
        case .uint32(let value): .unsigned(UInt64(value))
        case .uint64(let value): .unsigned(value)
        case .float(let value): .real(Double(value))
        case .double(let value): .real(value)
        case .string(let value): value.map { .text($0) } ?? .missing
        case .localizedText(let value): value.text.map { .text($0) } ?? .missing
        case .xml(let value): value.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .missing
        case .dateTime(let value): value.nanoseconds.map { .time($0) } ?? .missing
        case .byteString(let value): value.map { .bytes($0) } ?? .missing
        case .guid(let value): .text(value.description)
        case .nodeID(let value): .text(value.description)
        case .expandedNodeID(let value): .text(value.description)
        case .status(let value): .text(value.description)
        case .qualifiedName(let value): value.name.map { .text($0) } ?? .missing
        case .structure(let object): .unread("not read: a structure of type \(object.type)")
        case .dataValue: .unread("not read: a value with its own status and times")
        case .variant: .unread("not read: a value within a value")
        case .diagnostics: .unread("not read: diagnostics")
        }
    }
}
