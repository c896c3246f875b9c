// Walks through a part of a workbook with Foundation's XMLParser; the only file that knows it.

import Foundation
import FoundationXML

/// Takes what a part of a workbook holds, in order; names come without their prefixes.
protocol XMLVisitor {
    /// An element begins.
    mutating func begin(_ element: String, _ attributes: [String: String]) throws(SheetError)
    /// An element ends.
    mutating func end(_ element: String) throws(SheetError)
    /// Text, in any number of pieces.
    mutating func text(_ text: String) throws(SheetError)
}

/// One walk through one part.
final class XMLWalk<Visitor: XMLVisitor>: NSObject, XMLParserDelegate {
    private var visitor: Visitor
    private var depth = 0
    private var flaw: SheetError?
    private let file: String

    private init(_ visitor: Visitor, file: String) {
        (self.visitor, self.file) = (visitor, file)
    }

    /// Walks through a part and gives the visitor back.
    ///
    /// Only UTF-8 is taken, and a DOCTYPE is refused before the parser sees a byte, so there are no
    /// entities to expand and nothing outside the file to fetch.
    static func walk(
        _ bytes: [UInt8], part: String, file: String, _ visitor: Visitor
    ) throws(SheetError) -> Visitor {
        let broken = SheetError.damaged(file: file, what: "\(part) in it makes no sense")
        guard bytes.count >= 8, firstFlaw(bytes) == nil, !bytes.contains(0) else { throw broken }
        try checkProlog(bytes, part: part, file: file)
        let walk = XMLWalk(visitor, file: file)
        let isSound = unsafe bytes.withUnsafeBytes { buffer -> Bool in
            guard let base = buffer.baseAddress else { return false }
            // The parser reads from the stream within this closure only; it writes nowhere.
            let data = unsafe Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: buffer.count,
                deallocator: .none)
            // From a stream it is parsed in pieces; in one piece libxml2 stops at 10 MB.
            let parser = XMLParser(stream: InputStream(data: data))
            parser.shouldResolveExternalEntities = false
            parser.delegate = walk
            return parser.parse() && parser.parserError == nil
        }
        if let flaw = walk.flaw { throw flaw }
        guard isSound, walk.depth == 0 else { throw broken }
        return walk.visitor
    }

    private static func checkProlog(
        _ bytes: [UInt8], part: String, file: String
    ) throws(SheetError) {
        let words = [Array("DOCTYPE".utf8), Array("ENTITY".utf8)]
        for start in bytes.indices.dropLast(2)
        where bytes[start] == 0x3C && bytes[start + 1] == 0x21 {
            let rest = bytes[(start + 2)...]
            if words.contains(where: { rest.starts(with: $0) }) {
                throw .documentType(file: file, part: part)
            }
        }
        let head = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
        guard let declared = head.range(of: "encoding="), head.range(of: "<?xml") != nil else {
            return
        }
        let name = head[declared.upperBound...].dropFirst().prefix { $0 != "\"" && $0 != "'" }
        guard ["utf-8", "utf8", "us-ascii"].contains(name) else {
            throw .damaged(file: file, what: "\(part) in it is not in UTF-8")
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName qName: String?, attributes attributeDict: [String: String]
    ) {
        depth += 1
        step(parser) { walk throws(SheetError) in
            guard walk.depth <= SheetsLimits.xmlDepth else {
                throw .damaged(
                    file: walk.file,
                    what: "Its XML has over \(SheetsLimits.xmlDepth) elements inside one another")
            }
            try walk.visitor.begin(Self.local(elementName), attributeDict)
        }
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
        qualifiedName qName: String?
    ) {
        depth -= 1
        step(parser) { walk throws(SheetError) in
            try walk.visitor.end(Self.local(elementName))
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        step(parser) { walk throws(SheetError) in try walk.visitor.text(string) }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        let text = String(decoding: block, as: UTF8.self)
        step(parser) { walk throws(SheetError) in try walk.visitor.text(text) }
    }

    /// Does a step unless one has failed before; the first failure ends the walk.
    private func step(_ parser: XMLParser, _ body: (XMLWalk) throws(SheetError) -> Void) {
        guard flaw == nil else { return }
        do throws(SheetError) { try body(self) } catch {
            flaw = error
            parser.abortParsing()
        }
    }

    /// A name without its prefix.
    private static func local(_ name: String) -> String {
        guard let colon = name.utf8.firstIndex(of: 0x3A) else { return name }
        return String(name[name.utf8.index(after: colon)...])
    }
}
