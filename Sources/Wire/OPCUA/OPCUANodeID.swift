// Names of nodes in a server: their bytes and their text form.

/// A globally unique identifier of 16 bytes, in the order of its text form.
public struct OPCUAGuid: Hashable, Sendable, CustomStringConvertible {
    /// The 16 bytes as they are read in the text.
    public var bytes: [UInt8]

    /// An identifier from 16 bytes; other lengths are cut or filled with zeros.
    public init(_ bytes: [UInt8]) {
        self.bytes = Array(bytes.prefix(16)) + Array(repeating: 0, count: max(0, 16 - bytes.count))
    }

    /// An identifier from its text of 32 digits with dashes; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = parts.joined().utf8.compactMap { OPCUAHexadecimal.value($0) }
        guard digits.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// The text with dashes and capital digits.
    public var description: String {
        let text = OPCUAHexadecimal.text(bytes)
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }

    /// Places of the text's bytes on the wire: three little-endian numbers, then eight bytes.
    static let wireOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
}

/// The name of a node within one server.
///
/// Source: OPC 10000-3, NodeId; text form OPC 10000-6, 5.3.1.10.
public struct OPCUANodeID: Hashable, Sendable, CustomStringConvertible {
    /// What stands behind the namespace.
    public enum Identifier: Hashable, Sendable {
        /// `i=`
        case numeric(UInt32)
        /// `s=`
        case string(String)
        /// `g=`
        case guid(OPCUAGuid)
        /// `b=`
        case opaque([UInt8])
    }

    /// Index in the server's table of namespaces; 0 is the standard's own.
    public var namespace: UInt16
    /// The name in that namespace.
    public var identifier: Identifier

    /// A name from its parts.
    public init(_ namespace: UInt16, _ identifier: Identifier) {
        self.namespace = namespace
        self.identifier = identifier
    }

    /// A node of the standard.
    public init(standard number: UInt32) { self.init(0, .numeric(number)) }

    /// No node.
    public static let null = OPCUANodeID(standard: 0)
    /// The Objects folder, where browsing begins.
    public static let objects = OPCUANodeID(standard: 85)

    /// A name from a text as `ns=2;s=Press.Speed` or `i=2258`; nil when it is none.
    public init?(_ text: String) {
        var rest = text[...]
        var namespace: UInt16 = 0
        if rest.hasPrefix("ns=") {
            guard let end = rest.firstIndex(of: ";") else { return nil }
            let digits = rest[rest.index(rest.startIndex, offsetBy: 3)..<end]
            guard let number = UInt16(digits) else { return nil }
            namespace = number
            rest = rest[rest.index(after: end)...]
        }
        guard let identifier = Identifier(rest) else { return nil }
        self.init(namespace, identifier)
    }

    /// The text form.
    public var description: String {
        namespace == 0 ? identifier.text : "ns=\(namespace);\(identifier.text)"
    }
}

extension OPCUANodeID.Identifier {
    init?(_ text: Substring) {
        let value = text.dropFirst(2)
        switch text.prefix(2) {
        case "i=":
            guard let number = UInt32(value) else { return nil }
            self = .numeric(number)
        case "s=": self = .string(String(value))
        case "g=":
            guard let guid = OPCUAGuid(String(value)) else { return nil }
            self = .guid(guid)
        case "b=":
            guard let bytes = OPCUABase64.bytes(value) else { return nil }
            self = .opaque(bytes)
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .numeric(let number): "i=\(number)"
        case .string(let name): "s=\(name)"
        case .guid(let guid): "g=\(guid)"
        case .opaque(let bytes): "b=\(OPCUABase64.text(bytes))"
        }
    }
}

/// The name of a node that may stand in another server or be bound to a namespace by its URI.
///
/// Source: OPC 10000-4, ExpandedNodeId.
public struct OPCUAExpandedNodeID: Hashable, Sendable, CustomStringConvertible {
    /// The name; its namespace index counts only without a URI.
    public var node: OPCUANodeID
    /// The namespace by its lasting name, nil when the index counts.
    public var namespaceURI: String?
    /// Index in the table of servers; 0 is this server.
    public var server: UInt32

    /// A name from its parts.
    public init(_ node: OPCUANodeID, namespaceURI: String? = nil, server: UInt32 = 0) {
        self.node = node
        self.namespaceURI = namespaceURI
        self.server = server
    }

    /// A name from a text as `nsu=urn:press;s=Speed`, `ns=2;s=Speed` or `i=85`; nil for others.
    ///
    /// The URI ends at the first semicolon that an identifier follows.
    public init?(_ text: String) {
        guard text.hasPrefix("nsu=") else {
            guard let node = OPCUANodeID(text) else { return nil }
            self.init(node)
            return
        }
        let rest = text.dropFirst(4)
        for place in rest.indices where rest[place] == ";" {
            let behind = rest[rest.index(after: place)...]
            if place > rest.startIndex, let identifier = OPCUANodeID.Identifier(behind) {
                self.init(OPCUANodeID(0, identifier), namespaceURI: String(rest[..<place]))
                return
            }
        }
        return nil
    }

    /// The text form.
    public var description: String {
        let place = server == 0 ? "" : "svr=\(server);"
        guard let namespaceURI else { return place + node.description }
        return "\(place)nsu=\(namespaceURI);\(node.identifier.text)"
    }

    /// The name with its index in a server's table; nil when the URI is not in it.
    public func resolved(in namespaces: [String]) -> OPCUANodeID? {
        guard server == 0 else { return nil }
        guard let namespaceURI else { return node }
        guard let place = namespaces.firstIndex(of: namespaceURI),
            let index = UInt16(exactly: place)
        else { return nil }
        return OPCUANodeID(index, node.identifier)
    }
}

extension OPCUAReader {
    /// A globally unique identifier.
    public mutating func guid() throws(FrameError) -> OPCUAGuid {
        try require(16)
        var content: [UInt8] = []
        for _ in 0..<16 { content.append(try byte()) }
        return OPCUAGuid(OPCUAGuid.wireOrder.map { content[$0] })
    }

    /// The name of a node.
    public mutating func nodeID() throws(FrameError) -> OPCUANodeID {
        try nodeID(form: try byte())
    }

    /// The name of a node in any namespace and server.
    public mutating func expandedNodeID() throws(FrameError) -> OPCUAExpandedNodeID {
        let form = try byte()
        var name = OPCUAExpandedNodeID(try nodeID(form: form & 0x3F))
        if form & 0x80 != 0 { name.namespaceURI = try string() }
        if form & 0x40 != 0 { name.server = try uint32() }
        return name
    }

    private mutating func nodeID(form: UInt8) throws(FrameError) -> OPCUANodeID {
        switch form {
        case 0: return OPCUANodeID(0, .numeric(UInt32(try byte())))
        case 1:
            let namespace = UInt16(try byte())
            return OPCUANodeID(namespace, .numeric(UInt32(try uint16())))
        case 2:
            let namespace = try uint16()
            return OPCUANodeID(namespace, .numeric(try uint32()))
        case 3:
            let namespace = try uint16()
            return OPCUANodeID(namespace, .string(try string() ?? ""))
        case 4:
            let namespace = try uint16()
            return OPCUANodeID(namespace, .guid(try guid()))
        case 5:
            let namespace = try uint16()
            return OPCUANodeID(namespace, .opaque(try byteString() ?? []))
        default:
            throw error(
                .value(field: "form of a node's name", found: Int(form), expected: "0 to 5"))
        }
    }
}

extension OPCUAWriter {
    /// Appends a globally unique identifier.
    public mutating func guid(_ guid: OPCUAGuid) {
        for place in OPCUAGuid.wireOrder { byte(guid.bytes[place]) }
    }

    /// Appends the name of a node in its shortest form.
    public mutating func nodeID(_ node: OPCUANodeID) { nodeID(node, flags: 0) }

    /// Appends the name of a node in any namespace and server.
    public mutating func expandedNodeID(_ name: OPCUAExpandedNodeID) {
        let flags: UInt8 = (name.namespaceURI == nil ? 0 : 0x80) | (name.server == 0 ? 0 : 0x40)
        nodeID(name.node, flags: flags)
        if let uri = name.namespaceURI { string(uri) }
        if name.server != 0 { uint32(name.server) }
    }

    private mutating func nodeID(_ node: OPCUANodeID, flags: UInt8) {
        switch node.identifier {
        case .numeric(let number):
            if node.namespace == 0, let small = UInt8(exactly: number) {
                byte(flags)
                byte(small)
            } else if let space = UInt8(exactly: node.namespace),
                let short = UInt16(exactly: number)
            {
                byte(flags | 1)
                byte(space)
                uint16(short)
            } else {
                byte(flags | 2)
                uint16(node.namespace)
                uint32(number)
            }
        case .string(let name):
            byte(flags | 3)
            uint16(node.namespace)
            string(name)
        case .guid(let value):
            byte(flags | 4)
            uint16(node.namespace)
            guid(value)
        case .opaque(let content):
            byte(flags | 5)
            uint16(node.namespace)
            byteString(content)
        }
    }
}
