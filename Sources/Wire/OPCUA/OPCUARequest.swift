// All requests that this client can send: it can look and listen, and nothing else.

/// The header of every request.
///
/// Source: OPC 10000-4, RequestHeader.
public struct OPCUARequestHeader: Hashable, Sendable {
    /// Names the session, null before there is one.
    public var authentication: OPCUANodeID
    /// When the request is sent.
    public var time: OPCUADateTime
    /// Comes back in the answer.
    public var handle: UInt32
    /// How long the client waits, milliseconds; 0 for ever.
    public var timeoutMilliseconds: UInt32

    /// A header from its parts.
    public init(
        authentication: OPCUANodeID = .null, time: OPCUADateTime, handle: UInt32,
        timeoutMilliseconds: UInt32
    ) {
        self.authentication = authentication
        self.time = time
        self.handle = handle
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}

/// A request to a server.
///
/// This client is read-only by construction: there is no case for Write, Call, HistoryUpdate,
/// AddNodes or any other service that changes something in a machine, so nothing in the program can
/// send one. What is created (sessions, subscriptions, monitored items) concerns the reading alone.
/// Source: OPC 10000-4, 5; numbers of the encodings OPC 10000-6, A.3.
public enum OPCUARequest: Hashable, Sendable {
    /// Asks which endpoints there are.
    case getEndpoints(url: String)
    /// Opens or renews the secure channel.
    case openSecureChannel(
        renews: Bool, OPCUASecurityMode, nonce: [UInt8]?, lifetimeMilliseconds: UInt32)
    /// Ends the secure channel.
    case closeSecureChannel
    /// Makes a session.
    case createSession(OPCUASessionRequest)
    /// Binds a session to a user and a channel.
    case activateSession(OPCUAActivation)
    /// Ends a session.
    case closeSession(deletesSubscriptions: Bool)
    /// Follows references from nodes.
    case browse([OPCUABrowseDescription], most: UInt32)
    /// Goes on where an answer was full, or releases what the server keeps for it.
    case browseNext([[UInt8]], releases: Bool)
    /// Finds nodes by the names on the way to them.
    case translateBrowsePaths([OPCUABrowsePath])
    /// Reads attributes.
    case read([OPCUAReadTarget], maximumAge: Double)
    /// Reads values of the past.
    case historyRead(OPCUAHistoryRead)
    /// Makes a subscription.
    case createSubscription(OPCUASubscriptionParameters)
    /// Adds items to a subscription.
    case createMonitoredItems(subscription: UInt32, [OPCUAMonitoredItem])
    /// Waits for notifications and acknowledges earlier ones.
    case publish([OPCUAAcknowledgement])
    /// Asks for a notification again.
    case republish(subscription: UInt32, sequence: UInt32)
    /// Moves subscriptions of an earlier session to this one.
    case transferSubscriptions([UInt32], sendsInitialValues: Bool)
    /// Ends subscriptions.
    case deleteSubscriptions([UInt32])

    /// The number of the request's encoding.
    public var typeNumber: UInt32 {
        switch self {
        case .getEndpoints: 428
        case .openSecureChannel: 446
        case .closeSecureChannel: 452
        case .createSession: 461
        case .activateSession: 467
        case .closeSession: 473
        case .browse: 527
        case .browseNext: 533
        case .translateBrowsePaths: 554
        case .read: 631
        case .historyRead: 664
        case .createMonitoredItems: 751
        case .createSubscription: 787
        case .publish: 826
        case .republish: 832
        case .transferSubscriptions: 841
        case .deleteSubscriptions: 847
        }
    }

    /// The name of the service in the standard.
    public var name: String {
        switch self {
        case .getEndpoints: "GetEndpoints"
        case .openSecureChannel: "OpenSecureChannel"
        case .closeSecureChannel: "CloseSecureChannel"
        case .createSession: "CreateSession"
        case .activateSession: "ActivateSession"
        case .closeSession: "CloseSession"
        case .browse: "Browse"
        case .browseNext: "BrowseNext"
        case .translateBrowsePaths: "TranslateBrowsePathsToNodeIds"
        case .read: "Read"
        case .historyRead: "HistoryRead"
        case .createMonitoredItems: "CreateMonitoredItems"
        case .createSubscription: "CreateSubscription"
        case .publish: "Publish"
        case .republish: "Republish"
        case .transferSubscriptions: "TransferSubscriptions"
        case .deleteSubscriptions: "DeleteSubscriptions"
        }
    }

    /// The bytes of the request, ready for the secure channel.
    public func encoded(_ header: OPCUARequestHeader) -> [UInt8] {
        var writer = OPCUAWriter()
        writer.nodeID(OPCUANodeID(standard: typeNumber))
        writer.nodeID(header.authentication)
        writer.dateTime(header.time)
        writer.uint32(header.handle)
        writer.uint32(0)  // No diagnostics are asked for.
        writer.string(nil)
        writer.uint32(header.timeoutMilliseconds)
        writer.extensionObject(.null)
        writer.content(of: self)
        return writer.bytes
    }
}

extension OPCUAWriter {
    fileprivate mutating func content(of request: OPCUARequest) {
        switch request {
        case .getEndpoints(let url):
            string(url)
            array([String]()) { $0.string($1) }
            array([String]()) { $0.string($1) }
        case .openSecureChannel(let renews, let mode, let nonce, let lifetime):
            uint32(0)
            int32(renews ? 1 : 0)
            int32(mode.rawValue)
            byteString(nonce)
            uint32(lifetime)
        case .closeSecureChannel: break
        case .createSession(let session): self.session(session)
        case .activateSession(let activation): self.activation(activation)
        case .closeSession(let deletes): boolean(deletes)
        case .browse(let nodes, let most): browse(nodes, most: most)
        case .browseNext(let points, let releases):
            boolean(releases)
            array(points) { $0.byteString($1) }
        case .translateBrowsePaths(let paths): array(paths) { $0.browsePath($1) }
        case .read(let targets, let age):
            double(age)
            int32(2)  // Source and server times.
            array(targets) { $0.readTarget($1) }
        case .historyRead(let request): historyRead(request)
        case .createSubscription(let parameters): subscription(parameters)
        case .createMonitoredItems(let subscription, let items):
            uint32(subscription)
            int32(2)
            array(items) { $0.monitoredItem($1) }
        case .publish(let acknowledgements):
            array(acknowledgements) {
                $0.uint32($1.subscription)
                $0.uint32($1.sequence)
            }
        case .republish(let subscription, let sequence):
            uint32(subscription)
            uint32(sequence)
        case .transferSubscriptions(let ids, let sends):
            array(ids) { $0.uint32($1) }
            boolean(sends)
        case .deleteSubscriptions(let ids): array(ids) { $0.uint32($1) }
        }
    }
}
