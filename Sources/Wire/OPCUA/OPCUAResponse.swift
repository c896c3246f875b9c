// The answers that this client understands.

/// An answer of a server.
///
/// Source: OPC 10000-4, 5; numbers of the encodings OPC 10000-6, A.3.
public enum OPCUAResponse: Hashable, Sendable {
    /// The service failed as a whole.
    case fault
    /// The endpoints that there are.
    case endpoints([OPCUAEndpoint])
    /// The secure channel's token.
    case secureChannel(
        channel: UInt32, token: UInt32, lifetimeMilliseconds: UInt32, nonce: [UInt8]?)
    /// A session.
    case session(OPCUASessionResponse)
    /// The session is active; the nonce is for the next activation.
    case activated(nonce: [UInt8]?)
    /// The session has ended.
    case sessionClosed
    /// References, of Browse and BrowseNext.
    case browsed([OPCUABrowseResult])
    /// Nodes found by their paths.
    case translated([OPCUAPathResult])
    /// Values in the order asked for.
    case read([OPCUADataValue])
    /// Values of the past.
    case history([OPCUAHistoryResult])
    /// A subscription.
    case subscription(OPCUASubscriptionResponse)
    /// What became of the items.
    case monitoredItems([OPCUAMonitoredItemResult])
    /// A notification.
    case published(OPCUAPublished)
    /// A notification sent again.
    case republished(OPCUANotification)
    /// What became of moved subscriptions.
    case transferred([OPCUATransferResult])
    /// What became of ended subscriptions.
    case subscriptionsDeleted([OPCUAStatus])
    /// An answer of a service that this client never asks for; its number.
    case other(UInt32)
}

/// An answer with its header.
public struct OPCUAAnswer: Hashable, Sendable {
    /// When the server answered.
    public var time: OPCUADateTime
    /// The handle of the request.
    public var handle: UInt32
    /// The outcome of the service.
    public var status: OPCUAStatus
    /// The content.
    public var response: OPCUAResponse

    /// Reads an answer.
    ///
    /// - Throws: ``FrameError`` for bytes that are cut or do not follow the standard.
    public static func decode(_ body: [UInt8]) throws(FrameError) -> OPCUAAnswer {
        var reader = OPCUAReader(body, doing: "reading an answer")
        let type = try reader.nodeID()
        guard type.namespace == 0, case .numeric(let number) = type.identifier else {
            throw reader.error(.invalid("an answer of an unknown type"))
        }
        let time = try reader.dateTime()
        let handle = try reader.uint32()
        let status = try reader.status()
        _ = try reader.diagnostics()
        _ = try reader.array(of: 4) { (reader) throws(FrameError) in try reader.string() }
        _ = try reader.extensionObject()
        var response = OPCUAResponse.fault
        // A service that failed may be answered with its own type and nothing of use behind.
        if number != 397, !status.isBad { response = try reader.response(number) }
        return OPCUAAnswer(time: time, handle: handle, status: status, response: response)
    }
}

extension OPCUAReader {
    fileprivate mutating func response(_ number: UInt32) throws(FrameError) -> OPCUAResponse {
        switch number {
        case 431: return .endpoints(try endpoints())
        case 449: return try secureChannel()
        case 464: return .session(try session())
        case 470: return .activated(nonce: try activation())
        case 476: return .sessionClosed
        case 530, 536: return .browsed(try browseResults())
        case 557: return .translated(try pathResults())
        case 634:
            return .read(
                try array(of: 1) { (reader) throws(FrameError) in try reader.dataValue() })
        case 667: return .history(try historyResults())
        case 754: return .monitoredItems(try monitoredItemResults())
        case 790: return .subscription(try subscriptionResponse())
        case 829: return .published(try published())
        case 835: return .republished(try notification())
        case 844: return .transferred(try transferResults())
        case 850:
            return .subscriptionsDeleted(
                try array(of: 4) { (reader) throws(FrameError) in try reader.status() })
        default: return .other(number)
        }
    }

    private mutating func secureChannel() throws(FrameError) -> OPCUAResponse {
        _ = try uint32()  // Version of the protocol.
        let channel = try uint32()
        let token = try uint32()
        _ = try dateTime()
        let lifetime = try uint32()
        return .secureChannel(
            channel: channel, token: token, lifetimeMilliseconds: lifetime,
            nonce: try byteString(atMost: OPCUALimits.transportTextBytes))
    }
}
