// Subscriptions, monitored items and notifications: what stands in the messages about them.

/// What is asked of CreateSubscription.
///
/// Source: OPC 10000-4, service CreateSubscription.
public struct OPCUASubscriptionParameters: Hashable, Sendable {
    /// Time between notifications, milliseconds.
    public var publishingMilliseconds: Double
    /// Intervals without a Publish request after which the subscription ends.
    public var lifetimeCount: UInt32
    /// Intervals without changes after which a sign of life is sent.
    public var keepAliveCount: UInt32
    /// Values in one notification, 0 for any.
    public var maximumNotifications: UInt32
    /// 0 is the lowest.
    public var priority: UInt8

    /// Parameters from their values.
    public init(
        publishingMilliseconds: Double, lifetimeCount: UInt32, keepAliveCount: UInt32,
        maximumNotifications: UInt32, priority: UInt8 = 0
    ) {
        self.publishingMilliseconds = publishingMilliseconds
        self.lifetimeCount = lifetimeCount
        self.keepAliveCount = keepAliveCount
        self.maximumNotifications = maximumNotifications
        self.priority = priority
    }
}

/// What CreateSubscription gives.
public struct OPCUASubscriptionResponse: Hashable, Sendable {
    /// The subscription's number in the server.
    public var id: UInt32
    /// Time between notifications, milliseconds.
    public var publishingMilliseconds: Double
    /// Intervals without a Publish request after which the subscription ends.
    public var lifetimeCount: UInt32
    /// Intervals without changes after which a sign of life is sent.
    public var keepAliveCount: UInt32
}

/// Which changes of a number are too small to be sent.
///
/// Source: OPC 10000-4, DataChangeFilter.
public enum OPCUADeadband: Hashable, Sendable {
    /// Every change is sent.
    case none
    /// Changes up to this amount are not sent, in the unit of the value.
    case absolute(Double)
    /// Changes up to this part of the range of the value are not sent, 0 to 100.
    case percent(Double)
}

/// What is asked for one monitored item.
///
/// Source: OPC 10000-4, service CreateMonitoredItems.
public struct OPCUAMonitoredItem: Hashable, Sendable {
    /// What is watched.
    public var target: OPCUAReadTarget
    /// Comes back with every value.
    public var handle: UInt32
    /// Time between looks of the server, milliseconds.
    public var samplingMilliseconds: Double
    /// Which changes are too small.
    public var deadband: OPCUADeadband
    /// Values that the server keeps between notifications; the oldest gives way.
    public var queueSize: UInt32

    /// An item from its parts.
    public init(
        _ target: OPCUAReadTarget, handle: UInt32, samplingMilliseconds: Double,
        deadband: OPCUADeadband = .none, queueSize: UInt32
    ) {
        self.target = target
        self.handle = handle
        self.samplingMilliseconds = samplingMilliseconds
        self.deadband = deadband
        self.queueSize = queueSize
    }
}

/// What became of one monitored item.
public struct OPCUAMonitoredItemResult: Hashable, Sendable {
    /// The outcome.
    public var status: OPCUAStatus
    /// The item's number in the server.
    public var id: UInt32
    /// Time between looks of the server, milliseconds.
    public var samplingMilliseconds: Double
    /// Values that the server keeps.
    public var queueSize: UInt32
}

/// Names a notification that has come.
public struct OPCUAAcknowledgement: Hashable, Sendable {
    /// The subscription's number in the server.
    public var subscription: UInt32
    /// The number of the notification.
    public var sequence: UInt32

    /// An acknowledgement of one notification.
    public init(subscription: UInt32, sequence: UInt32) {
        self.subscription = subscription
        self.sequence = sequence
    }
}

/// One part of a notification.
public enum OPCUANotificationPart: Hashable, Sendable {
    /// Values with the handles of their items.
    case changes([OPCUAChange])
    /// The subscription has another state, mostly its end.
    case status(OPCUAStatus)
    /// Events or something of a vendor, not looked into.
    case other(OPCUANodeID)
}

/// A new value of one monitored item.
public struct OPCUAChange: Hashable, Sendable {
    /// The handle that the client gave.
    public var handle: UInt32
    /// The value.
    public var value: OPCUADataValue

    /// A change from its parts.
    public init(handle: UInt32, value: OPCUADataValue) {
        self.handle = handle
        self.value = value
    }
}

/// What a subscription has to tell.
///
/// Source: OPC 10000-4, NotificationMessage.
public struct OPCUANotification: Hashable, Sendable {
    /// Counts notifications from 1; of a sign of life the number that comes next.
    public var sequence: UInt32
    /// When it was sent first.
    public var time: OPCUADateTime
    /// Nothing in a sign of life.
    public var parts: [OPCUANotificationPart]

    /// A notification from its parts.
    public init(sequence: UInt32, time: OPCUADateTime, parts: [OPCUANotificationPart]) {
        self.sequence = sequence
        self.time = time
        self.parts = parts
    }
}

/// What Publish gives.
public struct OPCUAPublished: Hashable, Sendable {
    /// The subscription's number in the server.
    public var subscription: UInt32
    /// Notifications that the server still keeps.
    public var available: [UInt32]
    /// More is ready already.
    public var hasMore: Bool
    /// The notification.
    public var notification: OPCUANotification
}

/// What became of one moved subscription.
public struct OPCUATransferResult: Hashable, Sendable {
    /// The outcome.
    public var status: OPCUAStatus
    /// Notifications that the server still keeps.
    public var available: [UInt32]
}

extension OPCUAWriter {
    mutating func subscription(_ parameters: OPCUASubscriptionParameters) {
        double(parameters.publishingMilliseconds)
        uint32(parameters.lifetimeCount)
        uint32(parameters.keepAliveCount)
        uint32(parameters.maximumNotifications)
        boolean(true)
        byte(parameters.priority)
    }

    mutating func monitoredItem(_ item: OPCUAMonitoredItem) {
        readTarget(item.target)
        int32(2)  // Values are reported, not only sampled.
        uint32(item.handle)
        double(item.samplingMilliseconds)
        extensionObject(item.deadband.filter)
        uint32(item.queueSize)
        boolean(true)
    }
}

extension OPCUADeadband {
    /// The filter of a monitored item: changes of status or value, beyond the deadband.
    fileprivate var filter: OPCUAExtensionObject {
        let kind: UInt32
        let amount: Double
        switch self {
        case .none: return .null
        case .absolute(let value): (kind, amount) = (1, value)
        case .percent(let value): (kind, amount) = (2, value)
        }
        var content = OPCUAWriter()
        content.int32(1)
        content.uint32(kind)
        content.double(amount)
        return OPCUAExtensionObject(OPCUANodeID(standard: 724), .bytes(content.bytes))
    }
}

extension OPCUAReader {
    mutating func subscriptionResponse() throws(FrameError) -> OPCUASubscriptionResponse {
        OPCUASubscriptionResponse(
            id: try uint32(), publishingMilliseconds: try double(), lifetimeCount: try uint32(),
            keepAliveCount: try uint32())
    }

    mutating func monitoredItemResults() throws(FrameError) -> [OPCUAMonitoredItemResult] {
        try array(of: 23) { (reader) throws(FrameError) in
            let result = OPCUAMonitoredItemResult(
                status: try reader.status(), id: try reader.uint32(),
                samplingMilliseconds: try reader.double(), queueSize: try reader.uint32())
            _ = try reader.extensionObject()
            return result
        }
    }

    mutating func published() throws(FrameError) -> OPCUAPublished {
        let subscription = try uint32()
        let available = try array(of: 4) { (reader) throws(FrameError) in try reader.uint32() }
        let hasMore = try boolean()
        let notification = try notification()
        _ = try array(of: 4) { (reader) throws(FrameError) in try reader.status() }
        try skipDiagnostics()
        return OPCUAPublished(
            subscription: subscription, available: available, hasMore: hasMore,
            notification: notification)
    }

    mutating func notification() throws(FrameError) -> OPCUANotification {
        let sequence = try uint32()
        let time = try dateTime()
        return OPCUANotification(
            sequence: sequence, time: time,
            parts: try array(of: 3) { (reader) throws(FrameError) in
                try reader.notificationPart()
            })
    }

    private mutating func notificationPart() throws(FrameError) -> OPCUANotificationPart {
        let object = try extensionObject()
        guard object.type.namespace == 0, case .bytes(let bytes) = object.body else {
            return .other(object.type)
        }
        var inner = OPCUAReader(bytes, doing: "reading a notification")
        switch object.type.identifier {
        case .numeric(811):
            let changes = try inner.array(of: 5) { (reader) throws(FrameError) in
                OPCUAChange(handle: try reader.uint32(), value: try reader.dataValue())
            }
            return .changes(changes)
        case .numeric(820): return .status(try inner.status())
        default: return .other(object.type)
        }
    }

    mutating func transferResults() throws(FrameError) -> [OPCUATransferResult] {
        try array(of: 8) { (reader) throws(FrameError) in
            OPCUATransferResult(
                status: try reader.status(),
                available: try reader.array(of: 4) { (reader) throws(FrameError) in
                    try reader.uint32()
                })
        }
    }
}
