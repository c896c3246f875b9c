// Browsing, paths and reading: what stands in the requests and answers about them.

/// What to follow from one node.
///
/// Source: OPC 10000-4, service Browse.
public struct OPCUABrowseDescription: Hashable, Sendable {
    /// Where to begin.
    public var node: OPCUANodeID
    /// 0 forward, 1 backward, 2 both.
    public var direction: Int32
    /// The type of references to follow.
    public var referenceType: OPCUANodeID
    /// Whether types below that one count.
    public var includesSubtypes: Bool
    /// Classes of nodes wanted, 0 for all.
    public var nodeClassMask: UInt32
    /// Fields of the result wanted.
    public var resultMask: UInt32

    /// Forward along hierarchical references, to nodes of all classes, with all fields.
    public init(
        node: OPCUANodeID, direction: Int32 = 0,
        referenceType: OPCUANodeID = OPCUANodeID(standard: 33), includesSubtypes: Bool = true,
        nodeClassMask: UInt32 = 0, resultMask: UInt32 = 63
    ) {
        self.node = node
        self.direction = direction
        self.referenceType = referenceType
        self.includesSubtypes = includesSubtypes
        self.nodeClassMask = nodeClassMask
        self.resultMask = resultMask
    }
}

/// What a node is.
///
/// Source: OPC 10000-3, NodeClass.
public enum OPCUANodeClass: Int32, Hashable, Sendable {
    /// Not told.
    case unspecified = 0
    /// A thing with parts.
    case object = 1
    /// A value.
    case variable = 2
    /// Something that can be called; this client never does.
    case method = 4
    /// A kind of objects.
    case objectType = 8
    /// A kind of variables.
    case variableType = 16
    /// A kind of references.
    case referenceType = 32
    /// A kind of values.
    case dataType = 64
    /// A part of the server's nodes.
    case view = 128
}

/// A node found by browsing.
public struct OPCUAReference: Hashable, Sendable {
    /// The kind of reference that leads to it.
    public var referenceType: OPCUANodeID
    /// The reference begins at the node that was browsed.
    public var isForward: Bool
    /// The node found.
    public var node: OPCUAExpandedNodeID
    /// Its name for programs.
    public var browseName: OPCUAQualifiedName
    /// Its name for people.
    public var displayName: OPCUALocalizedText
    /// What it is; nil for a number that the standard does not have.
    public var nodeClass: OPCUANodeClass?
    /// The type of an object or a variable.
    public var typeDefinition: OPCUAExpandedNodeID
}

/// The references of one node.
public struct OPCUABrowseResult: Hashable, Sendable {
    /// The outcome.
    public var status: OPCUAStatus
    /// Where to go on, empty when all is there.
    public var continuationPoint: [UInt8]
    /// The references.
    public var references: [OPCUAReference]
}

/// A way to a node by the names of its steps.
///
/// Source: OPC 10000-4, service TranslateBrowsePathsToNodeIds.
public struct OPCUABrowsePath: Hashable, Sendable {
    /// Where it begins.
    public var start: OPCUANodeID
    /// The browse names of the steps, each along hierarchical references.
    public var names: [OPCUAQualifiedName]

    /// A path from its parts.
    public init(start: OPCUANodeID = .objects, names: [OPCUAQualifiedName]) {
        self.start = start
        self.names = names
    }
}

/// What was found at the end of a path.
public struct OPCUAPathResult: Hashable, Sendable {
    /// The outcome.
    public var status: OPCUAStatus
    /// The nodes at its end that are in this server.
    public var nodes: [OPCUANodeID]
}

/// One attribute of one node.
///
/// Source: OPC 10000-4, ReadValueId.
public struct OPCUAReadTarget: Hashable, Sendable {
    /// The node.
    public var node: OPCUANodeID
    /// The number of the attribute, 13 for the value.
    public var attribute: UInt32
    /// The part of an array, as `0:9`; nil for all of it.
    public var indexRange: String?

    /// The value of a node, unless told otherwise.
    public init(_ node: OPCUANodeID, attribute: UInt32 = 13, indexRange: String? = nil) {
        self.node = node
        self.attribute = attribute
        self.indexRange = indexRange
    }
}

/// A reading of raw values of the past.
///
/// Source: OPC 10000-11, ReadRawModifiedDetails; OPC 10000-4, service HistoryRead.
public struct OPCUAHistoryRead: Hashable, Sendable {
    /// The first moment.
    public var from: OPCUADateTime
    /// The moment at which to stop.
    public var until: OPCUADateTime
    /// Values of one node in one answer.
    public var most: UInt32
    /// Only releases what the server keeps for the continuation points.
    public var releases: Bool
    /// The node.
    public var node: OPCUANodeID
    /// Where to go on, nil at the beginning.
    public var continuationPoint: [UInt8]?

    /// A reading of one node.
    public init(
        _ node: OPCUANodeID, from: OPCUADateTime, until: OPCUADateTime, most: UInt32,
        continuationPoint: [UInt8]? = nil, releases: Bool = false
    ) {
        self.node = node
        self.continuationPoint = continuationPoint
        self.from = from
        self.until = until
        self.most = most
        self.releases = releases
    }
}

/// Values of the past of one node.
public struct OPCUAHistoryResult: Hashable, Sendable {
    /// The outcome.
    public var status: OPCUAStatus
    /// Where to go on, empty when all is there.
    public var continuationPoint: [UInt8]
    /// The values, oldest first.
    public var values: [OPCUADataValue]
}

extension OPCUAWriter {
    mutating func browse(_ nodes: [OPCUABrowseDescription], most: UInt32) {
        nodeID(.null)
        dateTime(.unknown)
        uint32(0)
        uint32(most)
        array(nodes) {
            $0.nodeID($1.node)
            $0.int32($1.direction)
            $0.nodeID($1.referenceType)
            $0.boolean($1.includesSubtypes)
            $0.uint32($1.nodeClassMask)
            $0.uint32($1.resultMask)
        }
    }

    mutating func browsePath(_ path: OPCUABrowsePath) {
        nodeID(path.start)
        array(path.names) {
            $0.nodeID(OPCUANodeID(standard: 33))
            $0.boolean(false)
            $0.boolean(true)
            $0.qualifiedName($1)
        }
    }

    mutating func readTarget(_ target: OPCUAReadTarget) {
        nodeID(target.node)
        uint32(target.attribute)
        string(target.indexRange)
        qualifiedName(OPCUAQualifiedName(0, nil))
    }

    mutating func historyRead(_ request: OPCUAHistoryRead) {
        var details = OPCUAWriter()
        details.boolean(false)
        details.dateTime(request.from)
        details.dateTime(request.until)
        details.uint32(request.most)
        details.boolean(false)
        extensionObject(OPCUAExtensionObject(OPCUANodeID(standard: 649), .bytes(details.bytes)))
        int32(2)
        boolean(request.releases)
        array([request]) {
            $0.nodeID($1.node)
            $0.string(nil)
            $0.qualifiedName(OPCUAQualifiedName(0, nil))
            $0.byteString($1.continuationPoint)
        }
    }
}

extension OPCUAReader {
    mutating func browseResults() throws(FrameError) -> [OPCUABrowseResult] {
        try array(of: 12) { (reader) throws(FrameError) in
            let status = try reader.status()
            let point = try reader.byteString() ?? []
            return OPCUABrowseResult(
                status: status, continuationPoint: point,
                references: try reader.array(of: 19) { (reader) throws(FrameError) in
                    try reader.reference()
                })
        }
    }

    private mutating func reference() throws(FrameError) -> OPCUAReference {
        let referenceType = try nodeID()
        let isForward = try boolean()
        let node = try expandedNodeID()
        let browseName = try qualifiedName()
        let displayName = try localizedText()
        let nodeClass = OPCUANodeClass(rawValue: try int32())
        return OPCUAReference(
            referenceType: referenceType, isForward: isForward, node: node,
            browseName: browseName, displayName: displayName, nodeClass: nodeClass,
            typeDefinition: try expandedNodeID())
    }

    mutating func pathResults() throws(FrameError) -> [OPCUAPathResult] {
        try array(of: 8) { (reader) throws(FrameError) in
            let status = try reader.status()
            let targets = try reader.array(of: 6) {
                (reader) throws(FrameError) -> OPCUANodeID? in
                let target = try reader.expandedNodeID()
                // Only a path that was followed to its end gives this number.
                let isWhole = try reader.uint32() == UInt32.max
                return isWhole && target.server == 0 && target.namespaceURI == nil
                    ? target.node : nil
            }
            return OPCUAPathResult(status: status, nodes: targets.compactMap(\.self))
        }
    }

    mutating func historyResults() throws(FrameError) -> [OPCUAHistoryResult] {
        try array(of: 11) { (reader) throws(FrameError) in
            let status = try reader.status()
            let point = try reader.byteString() ?? []
            let content = try reader.extensionObject()
            var values: [OPCUADataValue] = []
            if case .bytes(let bytes) = content.body, content.type == OPCUANodeID(standard: 658) {
                var inner = OPCUAReader(bytes, doing: "reading values of the past")
                values = try inner.array(of: 1) { (reader) throws(FrameError) in
                    try reader.dataValue()
                }
            }
            return OPCUAHistoryResult(status: status, continuationPoint: point, values: values)
        }
    }
}
