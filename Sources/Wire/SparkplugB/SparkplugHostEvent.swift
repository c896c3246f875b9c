// What goes into a Sparkplug host application and what comes out: the contract with the connector.

/// What happens to a host application.
public enum SparkplugHostEvent: Hashable, Sendable {
    /// The MQTT session is open; it was opened with the will of ``SparkplugHost/will(wall:)``.
    case connected
    /// A message came.
    case received(MQTTMessage)
    /// The MQTT session is lost or closed.
    case disconnected
    /// The time of `deadline` has come.
    case tick
    /// End in good order.
    case stop
}

/// What a host application wants done, in this order.
public enum SparkplugHostAction: Hashable, Sendable {
    /// Ask the server for these topics.
    case subscribe([MQTTSubscription])
    /// Send a message: a STATE message or a rebirth request, nothing else.
    case publish(MQTTMessage)
    /// A node, or one of its devices, has told all its metrics.
    case born(SparkplugSource, [SparkplugMetricType])
    /// A value.
    case deliver(SparkplugReading)
    /// From this time on nothing is known of the metrics of a source, until the next value.
    case gap(SparkplugGap)
    /// A message, or a part of it, was not used.
    case refused(topic: String, SparkplugRefusal)
    /// Close the MQTT session with DISCONNECT.
    case disconnect
}

/// Where metrics come from: an edge node itself or one of its devices.
public struct SparkplugSource: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The edge node.
    public var node: SparkplugNode
    /// The device; nil for the metrics of the node itself.
    public var device: String?

    /// A source from its parts.
    public init(_ node: SparkplugNode, device: String? = nil) {
        self.node = node
        self.device = device
    }

    /// Orders by node, then device, the node itself first.
    public static func < (left: SparkplugSource, right: SparkplugSource) -> Bool {
        if left.node != right.node { return left.node < right.node }
        guard let device = right.device else { return false }
        return left.device.map { $0 < device } ?? true
    }

    /// Group, node and device: "Plant/Edge1/Press".
    public var description: String { node.description + (device.map { "/\($0)" } ?? "") }
}

/// A metric as its BIRTH describes it.
public struct SparkplugMetricType: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The data type; nil when the BIRTH names none that the specification knows.
    public var type: SparkplugDataType?
    /// The property engUnit; nil when absent.
    public var unit: String?

    /// A metric from its parts.
    public init(name: String, type: SparkplugDataType?, unit: String?) {
        self.name = name
        self.type = type
        self.unit = unit
    }
}

/// One value of one metric.
public struct SparkplugReading: Hashable, Sendable {
    /// How far the value can be trusted.
    ///
    /// Source: Sparkplug 3.0.0 clause 6.4.9, property Quality.
    public enum Quality: Hashable, Sendable {
        /// The sender says nothing else.
        case good
        /// The sender says bad (0), or the value does not fit its data type.
        case bad
        /// The sender says stale (500).
        case stale
    }

    /// Node and device.
    public var source: SparkplugSource
    /// Name of the metric.
    public var metric: String
    /// The value; null when the metric is null or the value does not fit its data type.
    public var value: SparkplugValue
    /// When the value was taken, milliseconds since 1970 in UTC.
    public var milliseconds: UInt64
    /// True when the time is the arrival here, since the message has none that is usable.
    public var isArrivalTime: Bool
    /// True for a value of the past, which must not replace the present one.
    public var isHistorical: Bool
    /// True for a value that is not meant to be kept.
    public var isTransient: Bool
    /// How far it can be trusted.
    public var quality: Quality
}

/// The beginning of a time of which nothing is known.
public struct SparkplugGap: Hashable, Sendable {
    /// Why.
    public enum Reason: Hashable, Sendable {
        /// The edge node is gone (NDEATH); all its devices are gone with it.
        case nodeDeath
        /// The device is gone (DDEATH).
        case deviceDeath
        /// Messages are missing; values may have been among them.
        case missingMessages
        /// The device was not in the BIRTHs that followed a new NBIRTH.
        case notReborn
        /// The connection of this host to the server is lost.
        case connectionLost
    }

    /// Node and device.
    public var source: SparkplugSource
    /// Why.
    public var reason: Reason
    /// Since when, milliseconds since 1970 in UTC.
    public var milliseconds: UInt64
}

/// Why a message, or a part of it, was not used.
public enum SparkplugRefusal: Hashable, Sendable {
    /// The topic or the payload is malformed.
    case malformed(FrameError)
    /// There was no BIRTH of the node or the device; a rebirth is asked for.
    case notBorn
    /// A sequence number that is missing, over 255 or of the past.
    case sequence(UInt64?)
    /// The BIRTH does not have this metric, or may have changed the meaning of its alias.
    case metric(name: String?, alias: UInt64?)
    /// A death of an earlier connection of the node.
    case oldDeath(bdSeq: UInt64?)
    /// A limit of the settings is reached; the text names it.
    case limit(String)
    /// Another program uses the id of this host.
    case hostTwice
}

/// How a host application behaves.
public struct SparkplugHostSettings: Hashable, Sendable {
    /// The id of this host, unique on the server.
    public var host: String
    /// How long a missing message may be late, nanoseconds.
    ///
    /// Source: tck-id-operational-behavior-host-reordering-param.
    public var reorderNanoseconds: Int64
    /// The shortest time between two rebirth requests to one node, nanoseconds.
    ///
    /// Each request without a birth doubles it, up to 32 times.
    public var rebirthNanoseconds: Int64
    /// The shortest time between rebirth requests to any two nodes, nanoseconds.
    public var rebirthSpacingNanoseconds: Int64
    /// How long the devices of a node may take to be born again, nanoseconds.
    public var birthNanoseconds: Int64
    /// Messages of a node that may wait for a missing one, 1 to 127.
    public var window: Int
    /// Nodes kept in mind.
    public var nodes: Int
    /// Devices of one node.
    public var devices: Int
    /// Metrics of all nodes and devices.
    public var metrics: Int

    /// Two seconds for late messages, one rebirth request a minute and node.
    public init(
        host: String, reorderNanoseconds: Int64 = 2_000_000_000,
        rebirthNanoseconds: Int64 = 60_000_000_000,
        rebirthSpacingNanoseconds: Int64 = 100_000_000,
        birthNanoseconds: Int64 = 30_000_000_000, window: Int = 32, nodes: Int = 200,
        devices: Int = 500, metrics: Int = 100_000
    ) {
        self.host = host
        self.reorderNanoseconds = max(0, reorderNanoseconds)
        self.rebirthNanoseconds = max(1_000_000_000, rebirthNanoseconds)
        self.rebirthSpacingNanoseconds = max(0, rebirthSpacingNanoseconds)
        self.birthNanoseconds = max(0, birthNanoseconds)
        self.window = min(max(1, window), 127)
        self.nodes = max(1, nodes)
        self.devices = max(1, devices)
        self.metrics = max(1, metrics)
    }
}
