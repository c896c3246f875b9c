// Reads XML of machines token by token, strictly and within limits, without DOCTYPE.

/// The sizes that a document may have.
public enum XMLLimits {
    /// Bytes of a document, 16 MiB.
    public static let documentBytes = 16 << 20
    /// Elements inside each other.
    public static let depth = 64
    /// Elements of a document.
    public static let elements = 500_000
    /// Attributes of one element.
    public static let attributes = 64
    /// Bytes of a name.
    public static let nameBytes = 256
    /// Bytes of one attribute's value or of the text between two tags, 1 MiB.
    public static let textBytes = 1 << 20
}

/// An attribute as it lies in the document; namespace declarations are left out.
struct XMLAttribute {
    /// The name behind the prefix.
    let name: Range<Int>
    /// The value between its quotes, references not yet replaced.
    let value: Range<Int>
}

/// A pull reader of the XML that agents write.
///
/// Well-formed documents in UTF-8 only. Namespaces are ignored: names are those behind the prefix.
/// Comments and processing instructions are skipped. A DOCTYPE is refused, so there are no
/// entities but the five of XML. Source: XML 1.0, fifth edition; limits R-52.
struct XMLReader {
    /// What the reader found.
    enum Token {
        case start, end, text, finish
    }

    /// What is read, as the start of an error's sentence.
    let doing: String
    /// Where the next token begins.
    private(set) var offset = 0
    /// Where the last token begins.
    private(set) var tokenOffset = 0
    /// The local name of the last start or end.
    private(set) var name = 0..<0
    /// The attributes of the last start.
    private(set) var attributes: [XMLAttribute] = []
    /// The bytes of the last text, references replaced.
    private(set) var content: [UInt8] = []
    /// Elements that are open.
    var depth: Int { open.count }

    /// The full names of the open elements.
    private var open: [Range<Int>] = []
    private var fullNames: [Range<Int>] = []
    private var elements = 0
    private var isEmptyElement = false
    private var isBegun = false

    init(doing: String) { self.doing = doing }

    /// An error at a place of the document.
    func fault(_ text: String, at place: Int? = nil) -> FrameError {
        FrameError(doing: doing, problem: .invalid(text), offset: place ?? offset)
    }

    /// The next token; `finish` only behind a whole document.
    mutating func next(_ bytes: RawSpan) throws(FrameError) -> Token {
        if !isBegun { try begin(bytes) }
        tokenOffset = offset
        if isEmptyElement {
            isEmptyElement = false
            open.removeLast()
            return .end
        }
        while offset < bytes.byteCount {
            tokenOffset = offset
            guard bytes.byte(offset) == 0x3C else {
                if try text(bytes) { return .text }
                continue
            }
            guard offset + 1 < bytes.byteCount else { break }
            switch bytes.byte(offset + 1) {
            case 0x2F:
                try endTag(bytes)
                return .end
            case 0x3F:
                if starts(bytes, "<?xml "), offset > 0 {
                    throw fault("an XML declaration inside the document")
                }
                try skip(bytes, from: offset + 2, to: "?>", "processing instruction")
            case 0x21:
                if starts(bytes, "<!--") {
                    try skip(bytes, from: offset + 4, to: "--", "comment")
                    guard starts(bytes, ">") else { throw fault("\"--\" inside a comment") }
                    offset += 1
                } else if starts(bytes, "<![CDATA[") {
                    try characterData(bytes)
                    return .text
                } else if starts(bytes, "<!DOCTYPE") {
                    throw fault("a DOCTYPE is not allowed")
                } else {
                    throw fault("a declaration is not allowed")
                }
            default:
                try startTag(bytes)
                return .start
            }
        }
        guard elements > 0 else { throw fault("the document ends without an element") }
        guard open.isEmpty, offset == bytes.byteCount else {
            throw fault("the document ends in the middle")
        }
        return .finish
    }

    /// The text of an attribute that was found.
    func text(_ attribute: XMLAttribute, _ bytes: RawSpan) throws(FrameError) -> String {
        var value: [UInt8] = []
        try append(bytes, attribute.value, isAttribute: true, to: &value)
        return String(decoding: value, as: UTF8.self)
    }

    /// The text of the attribute with a name; nil when the last start has none.
    func text(_ name: StaticString, _ bytes: RawSpan) throws(FrameError) -> String? {
        for attribute in attributes where bytes.spells(attribute.name, name) {
            return try text(attribute, bytes)
        }
        return nil
    }

    /// The local name of the last start or end as text.
    func nameText(_ bytes: RawSpan) -> String { bytes.text(name) }
}

extension XMLReader {
    /// Checks size and encoding once for the whole document.
    private mutating func begin(_ bytes: RawSpan) throws(FrameError) {
        isBegun = true
        guard bytes.byteCount <= XMLLimits.documentBytes else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: bytes.byteCount, limit: XMLLimits.documentBytes))
        }
        guard UTF8Check.isValid(bytes, 0..<bytes.byteCount) else {
            throw fault("the document is not UTF-8")
        }
        if bytes.byteCount >= 3, bytes.byte(0) == 0xEF, bytes.byte(1) == 0xBB {
            offset = 3
        }
        guard starts(bytes, "<?xml"), offset + 5 < bytes.byteCount,
            Self.isSpace(bytes.byte(offset + 5))
        else { return }
        let start = offset
        try skip(bytes, from: offset + 5, to: "?>", "XML declaration")
        let declaration = bytes.text(start..<offset).lowercased()
        if let place = declaration.firstRange(of: "encoding")?.upperBound {
            let rest = declaration[place...]
            guard rest.contains("utf-8") || rest.contains("ascii") else {
                throw fault("another encoding than UTF-8", at: start)
            }
        }
    }

    private mutating func startTag(_ bytes: RawSpan) throws(FrameError) {
        guard !open.isEmpty || elements == 0 else { throw fault("a second root element") }
        guard open.count < XMLLimits.depth else {
            throw fault("more than \(XMLLimits.depth) nested elements")
        }
        elements += 1
        guard elements <= XMLLimits.elements else {
            throw fault("more than \(XMLLimits.elements) elements")
        }
        offset += 1
        let full = try fullName(bytes)
        let local = localName(full, bytes)
        attributes.removeAll(keepingCapacity: true)
        fullNames.removeAll(keepingCapacity: true)
        while true {
            let isSpaced = skipSpace(bytes)
            guard offset < bytes.byteCount else { throw fault("the document ends in a tag") }
            switch bytes.byte(offset) {
            case 0x3E:
                offset += 1
                open.append(full)
                name = local
                return
            case 0x2F:
                guard starts(bytes, "/>") else { throw fault("\"/\" inside a tag") }
                offset += 2
                open.append(full)
                name = local
                isEmptyElement = true
                return
            default:
                guard isSpaced else { throw fault("a space is missing before an attribute") }
                try attribute(bytes)
            }
        }
    }

    private mutating func attribute(_ bytes: RawSpan) throws(FrameError) {
        let start = offset
        let full = try fullName(bytes)
        guard fullNames.count < XMLLimits.attributes else {
            throw fault("more than \(XMLLimits.attributes) attributes", at: start)
        }
        for other in fullNames where bytes.isEqual(other, full) {
            throw fault("the attribute \(bytes.text(full)) twice", at: start)
        }
        fullNames.append(full)
        skipSpace(bytes)
        guard starts(bytes, "=") else { throw fault("\"=\" is missing behind an attribute") }
        offset += 1
        skipSpace(bytes)
        guard offset < bytes.byteCount else { throw fault("the document ends in a tag") }
        let quote = bytes.byte(offset)
        guard quote == 0x22 || quote == 0x27 else { throw fault("a value without quotes") }
        offset += 1
        let valueStart = offset
        while offset < bytes.byteCount, bytes.byte(offset) != quote {
            guard bytes.byte(offset) != 0x3C else { throw fault("\"<\" inside a value") }
            offset += 1
        }
        guard offset < bytes.byteCount else { throw fault("the document ends in a value") }
        let value = valueStart..<offset
        offset += 1
        guard value.count <= XMLLimits.textBytes else {
            throw fault("a value of more than \(XMLLimits.textBytes) bytes", at: start)
        }
        let local = localName(full, bytes)
        let prefix = full.lowerBound..<max(full.lowerBound, local.lowerBound - 1)
        if bytes.spells(full, "xmlns") || bytes.spells(prefix, "xmlns") { return }
        attributes.append(XMLAttribute(name: local, value: value))
    }

    private mutating func endTag(_ bytes: RawSpan) throws(FrameError) {
        let start = offset
        offset += 2
        let full = try fullName(bytes)
        skipSpace(bytes)
        guard starts(bytes, ">") else { throw fault("an end tag without \">\"") }
        guard let last = open.last else {
            throw fault("the end of \(bytes.text(full)) without its start", at: start)
        }
        guard bytes.isEqual(last, full) else {
            throw fault(
                "the end of \(bytes.text(full)) where \(bytes.text(last)) is open", at: start)
        }
        offset += 1
        open.removeLast()
        name = localName(full, bytes)
    }

    /// Takes text up to the next tag; false when it is the space outside of the root.
    private mutating func text(_ bytes: RawSpan) throws(FrameError) -> Bool {
        let start = offset
        while offset < bytes.byteCount, bytes.byte(offset) != 0x3C { offset += 1 }
        if open.isEmpty {
            for place in start..<offset where !Self.isSpace(bytes.byte(place)) {
                throw fault("text outside of the root element", at: place)
            }
            return false
        }
        content.removeAll(keepingCapacity: true)
        try append(bytes, start..<offset, isAttribute: false, to: &content)
        return true
    }

    private mutating func characterData(_ bytes: RawSpan) throws(FrameError) {
        guard !open.isEmpty else { throw fault("text outside of the root element") }
        let start = offset + 9
        try skip(bytes, from: start, to: "]]>", "CDATA section")
        content.removeAll(keepingCapacity: true)
        guard offset - start <= XMLLimits.textBytes else {
            throw fault("a text of more than \(XMLLimits.textBytes) bytes", at: start)
        }
        for place in start..<offset - 3 {
            let byte = bytes.byte(place)
            guard byte >= 0x20 || Self.isSpace(byte) else {
                throw fault("the control character \(byte)", at: place)
            }
            guard byte != 0xEF || !Self.isNoCharacter(bytes, place) else {
                throw fault("a code that is no character", at: place)
            }
            content.append(byte)
        }
    }

    private mutating func skip(
        _ bytes: RawSpan, from start: Int, to end: StaticString, _ what: String
    ) throws(FrameError) {
        let opening = offset
        offset = start
        while offset < bytes.byteCount {
            if starts(bytes, end) {
                offset += end.utf8CodeUnitCount
                return
            }
            offset += 1
        }
        throw fault("a \(what) without its end", at: opening)
    }

    /// Takes a name with its prefix.
    private mutating func fullName(_ bytes: RawSpan) throws(FrameError) -> Range<Int> {
        let start = offset
        while offset < bytes.byteCount, Self.isNameByte(bytes.byte(offset)) { offset += 1 }
        guard offset < bytes.byteCount else { throw fault("the document ends in a name") }
        let isStart =
            offset > start && bytes.byte(start) != 0x2D && bytes.byte(start) != 0x2E
            && !(0x30...0x39).contains(bytes.byte(start))
        guard isStart else { throw fault("a name is expected", at: start) }
        guard offset - start <= XMLLimits.nameBytes else {
            throw fault("a name of more than \(XMLLimits.nameBytes) bytes", at: start)
        }
        return start..<offset
    }

    private func localName(_ full: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
        for place in full where bytes.byte(place) == 0x3A { return place + 1..<full.upperBound }
        return full
    }

    @discardableResult
    private mutating func skipSpace(_ bytes: RawSpan) -> Bool {
        let start = offset
        while offset < bytes.byteCount, Self.isSpace(bytes.byte(offset)) { offset += 1 }
        return offset > start
    }

    private func starts(_ bytes: RawSpan, _ word: StaticString) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        return end <= bytes.byteCount && bytes.spells(offset..<end, word)
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x80...: true
        default: false
        }
    }
}
