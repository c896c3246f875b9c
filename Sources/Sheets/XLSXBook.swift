// A workbook of Excel's: its list of sheets, their formats and their shared texts.

/// A workbook whose sheets are read one at a time.
struct XLSXBook: Sendable {
    /// Its sheets in order.
    let entries: [SheetEntry]

    private let file: String
    private let parts: any PartSource
    private let paths: [String]
    private let is1904: Bool
    private let kinds: [RawKind]
    private let strings: SharedStrings

    /// Reads everything but the sheets.
    init(_ parts: any PartSource, file: String) throws(SheetError) {
        self.parts = parts
        self.file = file
        guard let path = Self.workbookPath(parts) else {
            throw .otherKind(file: file, kind: Self.archiveKind(parts.names))
        }
        var left = SheetsLimits.unpackedBytes
        let list = try Self.walk(parts, path, &left, WorkbookVisitor(file: file))
        guard let list else { throw .damaged(file: file, what: "The list of sheets is missing") }
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        let relations = try Self.walk(
            parts, "\(folder)/_rels/\(path.split(separator: "/").last ?? "").rels", &left,
            RelationVisitor(folder: folder))
        var entries: [SheetEntry] = []
        var paths: [String] = []
        for sheet in list.sheets {
            guard let target = relations?.sheets[sheet.relation] else { continue }
            entries.append(SheetEntry(name: sheet.name, isHidden: sheet.isHidden))
            paths.append(target)
        }
        guard !entries.isEmpty else {
            throw .damaged(file: file, what: "There is no sheet with cells in it")
        }
        let styles = try Self.walk(
            parts, relations?.styles ?? "xl/styles.xml", &left, StyleVisitor(file: file))
        let texts = try Self.walk(
            parts, relations?.strings ?? "xl/sharedStrings.xml", &left,
            SharedStringVisitor(file: file))
        self.entries = entries
        self.paths = paths
        is1904 = list.is1904
        kinds = styles?.kinds ?? []
        strings = texts?.strings ?? SharedStrings()
    }

    /// The cells of a sheet, and what there is to know about them.
    func grid(_ number: Int) throws(SheetError) -> (grid: Grid, remarks: [String]) {
        // What the texts took is no longer there for the sheet.
        var left = max(0, SheetsLimits.unpackedBytes - strings.bytes.count)
        let visitor = SheetVisitor(file: file, kinds: kinds, strings: strings, is1904: is1904)
        guard let read = try Self.walk(parts, paths[number], &left, visitor) else {
            throw .damaged(file: file, what: "The sheet “\(entries[number].name)” is missing")
        }
        var remarks: [String] = []
        let hidden = read.hiddenRows
        if hidden > 0 {
            remarks.append(
                hidden == 1
                    ? "One row is hidden in the spreadsheet; it is read like the others."
                    : "\(hidden) rows are hidden in the spreadsheet; they are read like the others."
            )
        }
        return (read.finished, remarks)
    }

    /// Unpacks a part and walks through it; nil where there is none.
    private static func walk<Visitor: XMLVisitor>(
        _ parts: any PartSource, _ path: String, _ left: inout Int, _ visitor: Visitor
    ) throws(SheetError) -> Visitor? {
        guard let bytes = try parts.bytes(of: path, limit: left) else { return nil }
        left -= bytes.count
        return try XMLWalk.walk(bytes, part: path, file: parts.file, visitor)
    }

    private static func workbookPath(_ parts: any PartSource) -> String? {
        parts.names.first { $0.lowercased() == "xl/workbook.xml" }
            ?? parts.names.first { $0.lowercased().hasSuffix("/workbook.xml") }
    }

    /// What an archive without a list of sheets is.
    private static func archiveKind(_ names: [String]) -> String {
        let names = Set(names.map { $0.lowercased() })
        if names.contains("xl/workbook.bin") { return "a binary workbook (.xlsb)" }
        if names.contains("content.xml"), names.contains("mimetype") {
            return "an OpenDocument file, such as .ods"
        }
        if names.contains(where: { $0.hasPrefix("word/") }) { return "a Word document" }
        if names.contains(where: { $0.hasPrefix("ppt/") }) { return "a presentation" }
        if names.contains(where: { $0.hasSuffix(".iwa") }) { return "a Numbers file" }
        return "a zip archive without a workbook"
    }
}

/// Reads the list of sheets.
private struct WorkbookVisitor: XMLVisitor {
    let file: String
    private(set) var sheets: [(name: String, relation: String, isHidden: Bool)] = []
    private(set) var is1904 = false

    init(file: String) { self.file = file }

    mutating func begin(_ element: String, _ attributes: [String: String]) throws(SheetError) {
        if element == "workbookPr" {
            is1904 = attributes["date1904"] == "1" || attributes["date1904"] == "true"
        }
        guard element == "sheet" else { return }
        guard sheets.count < SheetsLimits.sheets else {
            throw .tooLarge(file: file, what: "It has over \(SheetsLimits.sheets) sheets")
        }
        let relation = attributes.first { $0.key.hasSuffix(":id") }?.value
        let state = attributes["state"]
        sheets.append(
            (attributes["name"] ?? "", relation ?? "", state == "hidden" || state == "veryHidden"))
    }

    mutating func end(_ element: String) {}
    mutating func text(_ text: String) {}
}

/// Reads where the sheets, formats and texts are.
private struct RelationVisitor: XMLVisitor {
    let folder: String
    private(set) var sheets: [String: String] = [:]
    private(set) var styles: String?
    private(set) var strings: String?

    init(folder: String) { self.folder = folder }

    mutating func begin(_ element: String, _ attributes: [String: String]) {
        guard element == "Relationship", let id = attributes["Id"], let type = attributes["Type"],
            let target = attributes["Target"]
        else { return }
        // Names of members only: nothing here is ever a path of the disk.
        var parts = target.hasPrefix("/") ? [] : folder.split(separator: "/")
        for part in target.split(separator: "/") where part != "." {
            if part != ".." { parts.append(part) } else if !parts.isEmpty { parts.removeLast() }
        }
        let path = parts.joined(separator: "/")
        if type.hasSuffix("/worksheet") { sheets[id] = path }
        if type.hasSuffix("/styles") { styles = path }
        if type.hasSuffix("/sharedStrings") { strings = path }
    }

    mutating func end(_ element: String) {}
    mutating func text(_ text: String) {}
}
