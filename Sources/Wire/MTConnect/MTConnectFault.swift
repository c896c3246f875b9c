// The errors that agents answer with, and the document that carries them.

/// The standard's codes of errors.
public enum MTConnectFaultCode: Hashable, Sendable {
    /// The asset is not known.
    case assetNotFound
    /// The agent failed.
    case internalError
    /// Something in the request is not recognised.
    case invalidRequest
    /// The address is wrong.
    case invalidURI
    /// The path cannot be understood.
    case invalidPath
    /// The device is not known.
    case noDevice
    /// A number is outside of what is allowed or buffered.
    case outOfRange
    /// A value in the request cannot be understood.
    case queryError
    /// More is asked for than the agent can give at once.
    case tooMany
    /// The caller may not ask.
    case unauthorized
    /// The request is understood, but not offered.
    case unsupported
    /// A code that is not known here.
    case other(String)

    private static let names: [(MTConnectFaultCode, String)] = [
        (.assetNotFound, "ASSET_NOT_FOUND"), (.internalError, "INTERNAL_ERROR"),
        (.invalidRequest, "INVALID_REQUEST"), (.invalidURI, "INVALID_URI"),
        (.invalidPath, "INVALID_XPATH"), (.noDevice, "NO_DEVICE"),
        (.outOfRange, "OUT_OF_RANGE"), (.queryError, "QUERY_ERROR"), (.tooMany, "TOO_MANY"),
        (.unauthorized, "UNAUTHORIZED"), (.unsupported, "UNSUPPORTED"),
    ]

    /// The code of its name in a document.
    public init(_ name: String) {
        self = Self.names.first { $0.1 == name }?.0 ?? .other(name)
    }

    /// The name in a document.
    public var name: String {
        if case .other(let name) = self { return name }
        return Self.names.first { $0.0 == self }?.1 ?? ""
    }
}

/// One error that an agent answers with.
public struct MTConnectFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as the standard's code.
    public var code: MTConnectFaultCode
    /// What is wrong, in words.
    public var text: String

    /// An error from its parts.
    public init(_ code: MTConnectFaultCode, _ text: String) {
        self.code = code
        self.text = text
    }

    /// Code and words in one line.
    public var description: String { "\(code.name): \(text)" }
}

/// An answer that tells what is wrong.
public struct MTConnectFaults: Hashable, Sendable {
    /// Who sent it; nil when the document has no header.
    public var header: MTConnectHeader?
    /// The errors in the order of the document.
    public var faults: [MTConnectFault]

    /// An answer from its parts.
    public init(header: MTConnectHeader?, faults: [MTConnectFault]) {
        self.header = header
        self.faults = faults
    }

    private static let doing = "reading MTConnectError"

    /// The errors of an MTConnectError document of any version.
    ///
    /// Until version 1.1 there was one error below the root, then a list of them; since version 2.6
    /// each has an element of its own kind. Source: MTConnect Part 1.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectFaults {
        let root = try unsafe XMLTree.decode(bytes.span.bytes, doing: doing)
        return try MTConnectFaults(root)
    }

    init(_ root: XMLTree) throws(FrameError) {
        guard root.name == "MTConnectError" else {
            throw FrameError(
                doing: Self.doing, problem: .invalid("the root is \(root.name)"),
                offset: root.place.bytes)
        }
        faults = []
        for child in root.children {
            switch child.name {
            case "Header": header = try MTConnectHeader(child, doing: Self.doing)
            case "Errors": faults += child.children.map(Self.fault)
            default: faults.append(Self.fault(child))
            }
        }
    }

    private static func fault(_ element: XMLTree) -> MTConnectFault {
        let text = element.child("ErrorMessage")?.text ?? element.text
        return MTConnectFault(
            MTConnectFaultCode(element[attribute: "errorCode"] ?? element.name), text)
    }
}

/// A document of MTConnect, told apart by its root.
public enum MTConnectDocument: Hashable, Sendable {
    /// The answer to a probe.
    case devices(MTConnectDevices)
    /// The answer to current and sample.
    case streams(MTConnectStreams)
    /// The answer to a request for assets.
    case assets(MTConnectAssets)
    /// The answer to a request that cannot be met.
    case faults(MTConnectFaults)

    /// Reads any of the four documents; throws for everything else.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectDocument {
        let doing = "reading an MTConnect document"
        let span = unsafe bytes.span.bytes
        var reader = XMLReader(doing: doing)
        guard case .start = try reader.next(span) else {
            throw reader.fault("the document has no root element")
        }
        let root = reader.nameText(span)
        switch root {
        case "MTConnectStreams": return .streams(try MTConnectStreams.decode(span))
        case "MTConnectDevices": return .devices(try MTConnectDevices.decode(bytes))
        case "MTConnectAssets": return .assets(try MTConnectAssets.decode(bytes))
        case "MTConnectError": return .faults(try MTConnectFaults.decode(bytes))
        default:
            throw reader.fault("the root \(root) is not one of MTConnect", at: reader.tokenOffset)
        }
    }
}
