// What goes into a Sparkplug edge node and what comes out: the contract with the connector.

/// A metric that an edge node or a device publishes.
public struct SparkplugEdgeMetric: Hashable, Sendable {
    /// The name, with `/` between folders.
    public var name: String
    /// The data type.
    public var type: SparkplugDataType
    /// The unit, sent as property engUnit.
    public var unit: String?

    /// A metric from its parts.
    public init(name: String, type: SparkplugDataType, unit: String? = nil) {
        self.name = name
        self.type = type
        self.unit = unit
    }
}

/// A value of a metric at a time.
public struct SparkplugEdgeValue: Hashable, Sendable {
    /// Name of the metric.
    public var metric: String
    /// The value; null when there is none.
    public var value: SparkplugValue
    /// When it was taken, milliseconds since 1970 in UTC.
    public var milliseconds: UInt64

    /// A value from its parts.
    public init(_ metric: String, _ value: SparkplugValue, milliseconds: UInt64) {
        self.metric = metric
        self.value = value
        self.milliseconds = milliseconds
    }
}

/// What happens to an edge node.
public enum SparkplugEdgeEvent: Hashable, Sendable {
    /// The MQTT session is open; it was opened with the will of ``SparkplugEdge/will(wall:)``.
    case connected
    /// A message came.
    case received(MQTTMessage)
    /// The MQTT session is lost or closed.
    case disconnected
    /// The time of `deadline` has come.
    case tick
    /// The node itself (nil) or a device has these metrics from now on.
    case define(device: String?, [SparkplugEdgeMetric])
    /// Values of the node itself (nil) or of a device, oldest first.
    case values(device: String?, [SparkplugEdgeValue])
    /// A machine no longer answers.
    case silent(device: String)
    /// End in good order.
    case stop
}

/// What an edge node wants done, in this order.
public enum SparkplugEdgeAction: Hashable, Sendable {
    /// Ask the server for these topics.
    case subscribe([MQTTSubscription])
    /// Send a message.
    case publish(MQTTMessage)
    /// Close the MQTT session with DISCONNECT: after `stop`, or since the primary host is gone.
    ///
    /// In the latter case connect to the next server, or to the same one again. Under MQTT 5 the
    /// DISCONNECT must ask for the will, which repeats the NDEATH that is published before it
    /// (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50).
    case disconnect
    /// An event or a message, or a part of it, was not used.
    case refused(SparkplugEdgeRefusal)
    /// So many stored values, the oldest, were thrown away.
    case dropped(Int)
}

/// Why an edge node did not use something.
public enum SparkplugEdgeRefusal: Hashable, Sendable {
    /// The message is malformed.
    case malformed(FrameError)
    /// A command other than the rebirth request: machines are never written to.
    case command(String)
    /// The device or the metric was not defined.
    case undefined(device: String?, metric: String?)
    /// The value does not fit the metric's data type.
    case type(device: String?, metric: String)
}

/// How an edge node behaves.
public struct SparkplugEdgeSettings: Hashable, Sendable {
    /// Group and name.
    public var node: SparkplugNode
    /// The host without which nothing is published; nil to publish always.
    public var primaryHost: String?
    /// True when there is another server to go to while the primary host is offline here.
    public var hasOtherServers: Bool
    /// Values kept while nothing may be published.
    public var storedValues: Int
    /// Values in one message of stored values.
    public var batch: Int
    /// A device without values for so long is dead, nanoseconds; 0 for never.
    public var silenceNanoseconds: Int64

    /// An edge node that keeps 10,000 values and takes no silence for death.
    public init(
        node: SparkplugNode, primaryHost: String? = nil, hasOtherServers: Bool = false,
        storedValues: Int = 10_000, batch: Int = 500, silenceNanoseconds: Int64 = 0
    ) {
        self.node = node
        self.primaryHost = primaryHost
        self.hasOtherServers = hasOtherServers
        self.storedValues = max(0, storedValues)
        self.batch = min(max(1, batch), SparkplugLimits.metrics)
        self.silenceNanoseconds = max(0, silenceNanoseconds)
    }
}
