// An XML element with its children, for parts whose content is not known beforehand.

/// An element of an XML document with all it contains; namespaces are left out.
public struct XMLTree: Hashable, Sendable {
    /// An attribute with its value.
    public struct Attribute: Hashable, Sendable {
        /// The name without its prefix.
        public var name: String
        /// The value with references replaced.
        public var value: String

        /// An attribute with its value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name without its prefix.
    public var name: String
    /// The attributes in the order of the document.
    public var attributes: [Attribute]
    /// The element's own text, without that of its children, trimmed.
    public var text: String
    /// The child elements in the order of the document.
    public var children: [XMLTree]
    /// Where its tag begins in the document, bytes from 0; not compared.
    let place: XMLPlace

    /// An element from its parts.
    public init(
        _ name: String, attributes: [Attribute] = [], text: String = "",
        children: [XMLTree] = []
    ) {
        self.name = name
        self.attributes = attributes
        self.text = text
        self.children = children
        place = XMLPlace(0)
    }

    fileprivate init(_ name: String, _ attributes: [Attribute], offset: Int) {
        self.name = name
        self.attributes = attributes
        text = ""
        children = []
        place = XMLPlace(offset)
    }

    /// The value of an attribute; nil when the element has none.
    public subscript(attribute name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }

    /// The first child with a name; nil when there is none.
    public func child(_ name: String) -> XMLTree? { children.first { $0.name == name } }

    /// A whole document or fragment with one root.
    ///
    /// Throws for all that is not well-formed, for a DOCTYPE and over `XMLLimits`.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> XMLTree {
        try unsafe decode(bytes.span.bytes, doing: "reading XML")
    }

    static func decode(_ bytes: RawSpan, doing: String) throws(FrameError) -> XMLTree {
        var reader = XMLReader(doing: doing)
        guard case .start = try reader.next(bytes) else {
            throw reader.fault("the document has no root element")
        }
        let root = try read(&reader, bytes)
        guard case .finish = try reader.next(bytes) else {
            throw reader.fault("something behind the root element")
        }
        return root
    }

    /// The element whose start was just read, up to its end.
    static func read(
        _ reader: inout XMLReader, _ bytes: RawSpan
    ) throws(FrameError) -> XMLTree {
        let element = try start(reader, bytes)
        var open = [element]
        var texts: [[UInt8]] = [[]]
        while true {
            switch try reader.next(bytes) {
            case .start:
                open.append(try start(reader, bytes))
                texts.append([])
            case .text:
                guard texts[texts.count - 1].count + reader.content.count <= XMLLimits.textBytes
                else {
                    throw reader.fault("a text of more than \(XMLLimits.textBytes) bytes")
                }
                texts[texts.count - 1] += reader.content
            case .end:
                guard var ended = open.popLast(), let text = texts.popLast() else {
                    throw reader.fault("an end without its start")
                }
                ended.text = XMLText.trimmed(text)
                if open.isEmpty { return ended }
                open[open.count - 1].children.append(ended)
            case .finish: throw reader.fault("the document ends in the middle")
            }
        }
    }

    private static func start(
        _ reader: XMLReader, _ bytes: RawSpan
    ) throws(FrameError) -> XMLTree {
        var attributes: [Attribute] = []
        attributes.reserveCapacity(reader.attributes.count)
        for attribute in reader.attributes {
            let value = try reader.text(attribute, bytes)
            attributes.append(Attribute(bytes.text(attribute.name), value))
        }
        return XMLTree(
            reader.nameText(bytes), attributes, offset: reader.tokenOffset)
    }
}

/// A place in a document that takes no part in comparisons.
struct XMLPlace: Hashable, Sendable {
    let bytes: Int
    init(_ bytes: Int) { self.bytes = bytes }
    static func == (_: XMLPlace, _: XMLPlace) -> Bool { true }
    func hash(into _: inout Hasher) {}
}

/// Texts of XML without the space around them.
enum XMLText {
    static func trimmed(_ bytes: [UInt8]) -> String {
        var range = bytes.indices
        while let first = range.first, XMLReader.isSpace(bytes[first]) { range.removeFirst() }
        while let last = range.last, XMLReader.isSpace(bytes[last]) { range.removeLast() }
        return String(decoding: bytes[range], as: UTF8.self)
    }
}
