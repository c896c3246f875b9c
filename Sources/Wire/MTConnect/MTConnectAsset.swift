// Assets: things that come and go at a machine, like cutting tools.

/// A thing that comes and goes at a machine, for example a cutting tool.
public struct MTConnectAsset: Hashable, Sendable {
    /// The identifier of this one thing.
    public var id: String
    /// What it is, for example `CuttingTool`, `File` or `RawMaterial`.
    public var type: String
    /// When it last changed, nanoseconds since 1970; nil when it is not told.
    public var timestamp: Int64?
    /// The device at which it is.
    public var deviceUUID: String?
    /// True when it is no longer at the machine.
    public var isRemoved: Bool
    /// All that the document tells about it.
    public var content: XMLTree

    /// An asset from its parts; the attributes in `content` are those of the other parameters.
    public init(
        id: String, type: String, timestamp: Int64? = nil, deviceUUID: String? = nil,
        isRemoved: Bool = false, content: XMLTree? = nil
    ) {
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.deviceUUID = deviceUUID
        self.isRemoved = isRemoved
        self.content = content ?? XMLTree(type)
    }

    /// An asset that stands alone, as adapters send it.
    ///
    /// Throws for what is not well-formed and for assets without identifier.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectAsset {
        try MTConnectAsset(XMLTree.decode(bytes), doing: "reading an asset")
    }

    init(_ element: XMLTree, doing: String) throws(FrameError) {
        guard let id = element[attribute: "assetId"], !id.isEmpty else {
            throw FrameError(
                doing: doing, problem: .invalid("\(element.name) without assetId"),
                offset: element.place.bytes)
        }
        self.init(
            id: id, type: element.name,
            timestamp: element[attribute: "timestamp"].flatMap(RFC3339.nanoseconds),
            deviceUUID: element[attribute: "deviceUuid"],
            isRemoved: ["true", "1"].contains(element[attribute: "removed"]), content: element)
    }
}

/// The answer to a request for assets.
public struct MTConnectAssets: Hashable, Sendable {
    /// Who sent it.
    public var header: MTConnectHeader
    /// The assets in the order of the document.
    public var assets: [MTConnectAsset]

    /// An answer from its parts.
    public init(header: MTConnectHeader, assets: [MTConnectAsset]) {
        self.header = header
        self.assets = assets
    }

    private static let doing = "reading MTConnectAssets"

    /// The assets of an MTConnectAssets document of any version.
    ///
    /// Throws for what is not well-formed and for assets without identifier.
    /// Source: MTConnect Part 4.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectAssets {
        let root = try unsafe XMLTree.decode(bytes.span.bytes, doing: doing)
        return try MTConnectAssets(root)
    }

    init(_ root: XMLTree) throws(FrameError) {
        guard root.name == "MTConnectAssets", let header = root.child("Header") else {
            throw FrameError(
                doing: Self.doing,
                problem: .invalid("the root is \(root.name) or has no header"),
                offset: root.place.bytes)
        }
        self.header = try MTConnectHeader(header, doing: Self.doing)
        assets = []
        for list in root.children where list.name == "Assets" {
            for element in list.children {
                assets.append(try MTConnectAsset(element, doing: Self.doing))
            }
        }
    }
}
