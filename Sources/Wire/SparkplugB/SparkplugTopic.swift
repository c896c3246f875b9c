// The topics of Sparkplug: what they name and how they are built.

/// What a message with a payload says.
///
/// Source: Sparkplug 3.0.0 clause 4.1.
public enum SparkplugMessageType: String, Hashable, CaseIterable, Sendable {
    /// An edge node is there, with all its metrics.
    case nodeBirth = "NBIRTH"
    /// An edge node is gone, with all its devices.
    case nodeDeath = "NDEATH"
    /// Values of an edge node.
    case nodeData = "NDATA"
    /// A command to an edge node.
    case nodeCommand = "NCMD"
    /// A device is there, with all its metrics.
    case deviceBirth = "DBIRTH"
    /// A device is gone.
    case deviceDeath = "DDEATH"
    /// Values of a device.
    case deviceData = "DDATA"
    /// A command to a device.
    case deviceCommand = "DCMD"

    /// True for messages whose topic names a device.
    public var isOfDevice: Bool { rawValue.utf8.first == 0x44 }
}

/// An edge node: its group and its name within the group.
public struct SparkplugNode: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The group.
    public var group: String
    /// The edge node.
    public var name: String

    /// An edge node from valid ids (tck-id-topic-structure-namespace-unique-edge-node-descriptor).
    ///
    /// Throws when an id is empty, too long or holds `+`, `/`, `#` or U+0000.
    public init(group: String, name: String) throws(FrameError) {
        try SparkplugTopic.check(group, "group id")
        try SparkplugTopic.check(name, "edge node id")
        self.group = group
        self.name = name
    }

    /// Orders by group, then name.
    public static func < (left: SparkplugNode, right: SparkplugNode) -> Bool {
        (left.group, left.name) < (right.group, right.name)
    }

    /// Group and name: "Plant/Edge1".
    public var description: String { "\(group)/\(name)" }
}

/// A topic of the namespace spBv1.0.
public enum SparkplugTopic: Hashable, Sendable {
    /// A message of an edge node or of one of its devices.
    case message(SparkplugMessageType, SparkplugNode, device: String?)
    /// The state of a host application.
    case state(host: String)

    /// The first level of every topic (tck-id-topic-structure-namespace-a).
    public static let namespace = "spBv1.0"

    /// Reads a topic.
    ///
    /// Throws when it is not one of the forms of clause 4.1: `spBv1.0/group/TYPE/node`,
    /// `spBv1.0/group/TYPE/node/device` and `spBv1.0/STATE/host`.
    public init(_ text: String) throws(FrameError) {
        let levels = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard levels.first == Self.namespace, levels.count >= 3 else {
            throw Self.error("the topic does not begin with spBv1.0 and two more levels")
        }
        if levels[1] == "STATE", levels.count == 3 {
            self = try Self.state(of: levels[2])
            return
        }
        guard levels.count >= 4, let type = SparkplugMessageType(rawValue: levels[2]) else {
            throw Self.error("no message type at the third level")
        }
        guard levels.count == (type.isOfDevice ? 5 : 4) else {
            throw Self.error("\(levels.count) levels do not fit \(type.rawValue)")
        }
        let node = try SparkplugNode(group: levels[1], name: levels[3])
        if type.isOfDevice { try Self.check(levels[4], "device id") }
        self = .message(type, node, device: type.isOfDevice ? levels[4] : nil)
    }

    /// The topic of a host's state; throws when the id is not valid.
    public static func state(of host: String) throws(FrameError) -> SparkplugTopic {
        try check(host, "host id")
        return .state(host: host)
    }

    /// The topic as text.
    public var text: String {
        switch self {
        case .message(let type, let node, let device):
            "\(Self.namespace)/\(node.group)/\(type.rawValue)/\(node.name)"
                + (device.map { "/\($0)" } ?? "")
        case .state(let host): "\(Self.namespace)/STATE/\(host)"
        }
    }

    /// Ids are UTF-8 without the characters that topics reserve (tck-id-intro-group-id-chars).
    static func check(_ id: String, _ what: String) throws(FrameError) {
        let count = id.utf8.count
        guard (1...SparkplugLimits.idBytes).contains(count) else {
            throw error("\(what) of \(count) bytes, 1 to \(SparkplugLimits.idBytes) allowed")
        }
        guard id.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2F && $0 != 0x23 && $0 != 0 }) else {
            throw error("\(what) with +, /, # or U+0000")
        }
    }

    private static func error(_ reason: String) -> FrameError {
        FrameError(doing: "reading a Sparkplug topic", problem: .invalid(reason))
    }
}
