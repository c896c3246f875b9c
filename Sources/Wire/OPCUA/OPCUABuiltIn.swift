// The built-in types of OPC UA that are more than a number or a text.

/// A moment as OPC UA counts it: steps of 100 ns since 1601-01-01 UTC.
///
/// Source: OPC 10000-6, 5.2.2.5.
public struct OPCUADateTime: Hashable, Sendable {
    /// Steps of 100 ns; 0 and below mean "not known", the largest number "beyond all times".
    public var ticks: Int64

    /// A moment from its steps.
    public init(ticks: Int64) { self.ticks = ticks }

    /// A moment from UTC nanoseconds since 1970, rounded down to 100 ns.
    public init(nanoseconds: Int64) {
        let steps = nanoseconds >= 0 ? nanoseconds / 100 : (nanoseconds - 99) / 100
        ticks = steps + Self.epoch
    }

    /// UTC nanoseconds since 1970; nil when not known or outside the years 1678 to 2262.
    public var nanoseconds: Int64? {
        guard ticks > 0, ticks < Int64.max else { return nil }
        let product = (ticks - Self.epoch).multipliedReportingOverflow(by: 100)
        return product.overflow ? nil : product.partialValue
    }

    /// Not known.
    public static let unknown = OPCUADateTime(ticks: 0)

    /// Steps from 1601 to 1970.
    private static let epoch: Int64 = 116_444_736_000_000_000
}

/// A name with the namespace that it belongs to.
public struct OPCUAQualifiedName: Hashable, Sendable {
    /// Index in the server's table of namespaces.
    public var namespace: UInt16
    /// The name, nil when null.
    public var name: String?

    /// A name in a namespace.
    public init(_ namespace: UInt16, _ name: String?) {
        self.namespace = namespace
        self.name = name
    }
}

/// A text for people with its language.
public struct OPCUALocalizedText: Hashable, Sendable {
    /// The language as `en` or `de-AT`, nil when not given.
    public var locale: String?
    /// The text, nil when not given.
    public var text: String?

    /// A text with its language.
    public init(_ text: String?, locale: String? = nil) {
        self.text = text
        self.locale = locale
    }
}

/// A structure that is kept as it came.
///
/// Source: OPC 10000-6, 5.2.2.15.
public struct OPCUAExtensionObject: Hashable, Sendable {
    /// How the content is encoded.
    public enum Body: Hashable, Sendable {
        /// No content.
        case none
        /// Binary.
        case bytes([UInt8])
        /// XML text in UTF-8.
        case xml([UInt8])
    }

    /// The node of the structure's encoding.
    public var type: OPCUANodeID
    /// The content, not looked into.
    public var body: Body

    /// A structure from its type and content.
    public init(_ type: OPCUANodeID, _ body: Body) {
        self.type = type
        self.body = body
    }

    /// No structure.
    public static let null = OPCUAExtensionObject(.null, .none)
}

/// What a server tells about a failure beyond its status.
///
/// Source: OPC 10000-6, 5.2.2.12. The numbers point into the table of texts of the answer.
public indirect enum OPCUADiagnostics: Hashable, Sendable {
    /// Nothing is told.
    case none
    /// Something is told.
    case some(OPCUADiagnosticFields, inner: OPCUADiagnostics)
}

/// The fields of one level of diagnostics.
public struct OPCUADiagnosticFields: Hashable, Sendable {
    /// Place of the symbolic name.
    public var symbol: Int32?
    /// Place of the namespace of the symbolic name.
    public var namespace: Int32?
    /// Place of the language.
    public var locale: Int32?
    /// Place of the text.
    public var text: Int32?
    /// A text of the vendor.
    public var additional: String?
    /// The status of the layer below.
    public var innerStatus: OPCUAStatus?

    /// Fields with nothing set.
    public init() {}
}

extension OPCUAReader {
    /// A moment.
    public mutating func dateTime() throws(FrameError) -> OPCUADateTime {
        OPCUADateTime(ticks: try int64())
    }

    /// A status.
    public mutating func status() throws(FrameError) -> OPCUAStatus {
        OPCUAStatus(try uint32())
    }

    /// A qualified name.
    public mutating func qualifiedName() throws(FrameError) -> OPCUAQualifiedName {
        let namespace = try uint16()
        return OPCUAQualifiedName(namespace, try string())
    }

    /// A text with its language.
    public mutating func localizedText() throws(FrameError) -> OPCUALocalizedText {
        let mask = try byte()
        let locale = mask & 1 != 0 ? try string() : nil
        return OPCUALocalizedText(mask & 2 != 0 ? try string() : nil, locale: locale)
    }

    /// A structure, kept as it is.
    public mutating func extensionObject() throws(FrameError) -> OPCUAExtensionObject {
        let type = try nodeID()
        let form = try byte()
        switch form {
        case 0: return OPCUAExtensionObject(type, .none)
        case 1: return OPCUAExtensionObject(type, .bytes(try byteString() ?? []))
        case 2: return OPCUAExtensionObject(type, .xml(try byteString() ?? []))
        default:
            throw error(.value(field: "form of a structure", found: Int(form), expected: "0 to 2"))
        }
    }

    /// Diagnostics with those of the layers below.
    public mutating func diagnostics() throws(FrameError) -> OPCUADiagnostics {
        let mask = try byte()
        if mask == 0 { return .none }
        var fields = OPCUADiagnosticFields()
        if mask & 0x01 != 0 { fields.symbol = try int32() }
        if mask & 0x02 != 0 { fields.namespace = try int32() }
        if mask & 0x08 != 0 { fields.locale = try int32() }
        if mask & 0x04 != 0 { fields.text = try int32() }
        if mask & 0x10 != 0 { fields.additional = try string() }
        if mask & 0x20 != 0 { fields.innerStatus = try status() }
        var inner = OPCUADiagnostics.none
        if mask & 0x40 != 0 {
            inner = try nested { (reader) throws(FrameError) in try reader.diagnostics() }
        }
        // Levels that tell nothing are left out, so that one meaning has one form.
        let isEmpty = fields == OPCUADiagnosticFields() && inner == .none
        return isEmpty ? .none : .some(fields, inner: inner)
    }

    /// An array of diagnostics, read and dropped.
    mutating func skipDiagnostics() throws(FrameError) {
        for _ in 0..<(try count(of: 1) ?? 0) { _ = try diagnostics() }
    }
}

extension OPCUAWriter {
    /// Appends a moment.
    public mutating func dateTime(_ moment: OPCUADateTime) { int64(moment.ticks) }

    /// Appends a status.
    public mutating func status(_ status: OPCUAStatus) { uint32(status.code) }

    /// Appends a qualified name.
    public mutating func qualifiedName(_ name: OPCUAQualifiedName) {
        uint16(name.namespace)
        string(name.name)
    }

    /// Appends a text with its language.
    public mutating func localizedText(_ text: OPCUALocalizedText) {
        byte((text.locale == nil ? 0 : 1) | (text.text == nil ? 0 : 2))
        if let locale = text.locale { string(locale) }
        if let content = text.text { string(content) }
    }

    /// Appends a structure.
    public mutating func extensionObject(_ object: OPCUAExtensionObject) {
        nodeID(object.type)
        switch object.body {
        case .none: byte(0)
        case .bytes(let content):
            byte(1)
            byteString(content)
        case .xml(let content):
            byte(2)
            byteString(content)
        }
    }

    /// Appends diagnostics with those of the layers below.
    public mutating func diagnostics(_ diagnostics: OPCUADiagnostics) {
        guard case .some(let fields, let inner) = diagnostics else {
            byte(0)
            return
        }
        var mask: UInt8 = 0
        if fields.symbol != nil { mask |= 0x01 }
        if fields.namespace != nil { mask |= 0x02 }
        if fields.text != nil { mask |= 0x04 }
        if fields.locale != nil { mask |= 0x08 }
        if fields.additional != nil { mask |= 0x10 }
        if fields.innerStatus != nil { mask |= 0x20 }
        if inner != .none { mask |= 0x40 }
        byte(mask)
        for number in [fields.symbol, fields.namespace, fields.locale, fields.text] {
            if let number { int32(number) }
        }
        if let additional = fields.additional { string(additional) }
        if let status = fields.innerStatus { self.status(status) }
        if inner != .none { self.diagnostics(inner) }
    }
}
