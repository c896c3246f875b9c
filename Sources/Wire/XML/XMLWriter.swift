// Appends XML to bytes: tags, attributes and texts with what must be escaped.

/// Writes XML without line breaks; what is opened must be closed by its name.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    init(declaration: Bool = true) {
        if declaration { bytes += Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) }
    }

    /// Begins a tag; attributes may follow, then `closeTag` or `endEmpty`.
    mutating func begin(_ name: String) {
        bytes.append(0x3C)
        bytes += Array(name.utf8)
    }

    /// Adds an attribute; nothing when the value is nil.
    mutating func attribute(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        attribute(named: name.description, value)
    }

    /// Adds an attribute.
    mutating func attribute(named name: String, _ value: String) {
        bytes.append(0x20)
        bytes += Array(name.utf8)
        bytes.append(0x3D)
        bytes.append(0x22)
        escape(value, isAttribute: true)
        bytes.append(0x22)
    }

    mutating func closeTag() { bytes.append(0x3E) }

    mutating func endEmpty() { bytes += [0x2F, 0x3E] }

    mutating func text(_ text: String) { escape(text, isAttribute: false) }

    mutating func end(_ name: String) {
        bytes += [0x3C, 0x2F]
        bytes += Array(name.utf8)
        bytes.append(0x3E)
    }

    /// Begins an element without attributes.
    mutating func open(_ name: String) {
        begin(name)
        closeTag()
    }

    /// Writes an element with its text; nothing when the text is nil.
    mutating func element(_ name: String, _ content: String?) {
        guard let content else { return }
        open(name)
        text(content)
        end(name)
    }

    /// Writes an element with all it contains.
    mutating func element(_ element: XMLTree) {
        begin(element.name)
        for attribute in element.attributes {
            self.attribute(named: attribute.name, attribute.value)
        }
        if element.text.isEmpty && element.children.isEmpty {
            endEmpty()
            return
        }
        closeTag()
        text(element.text)
        for child in element.children { self.element(child) }
        end(element.name)
    }

    private mutating func escape(_ text: String, isAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: bytes += Array("&amp;".utf8)
            case 0x3C: bytes += Array("&lt;".utf8)
            case 0x3E: bytes += Array("&gt;".utf8)
            case 0x22 where isAttribute: bytes += Array("&quot;".utf8)
            case 0x09 where isAttribute: bytes += Array("&#9;".utf8)
            case 0x0A where isAttribute: bytes += Array("&#10;".utf8)
            case 0x0D: bytes += Array("&#13;".utf8)
            case 0x09, 0x0A: bytes.append(UInt8(scalar.value))
            // XML has no way to write these.
            case 0..<0x20, 0xFFFE, 0xFFFF: bytes += Array("\u{FFFD}".utf8)
            default: bytes += Array(String(scalar).utf8)
            }
        }
    }
}
