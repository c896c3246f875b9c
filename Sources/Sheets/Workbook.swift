// Opens a file or pasted cells: says what it is and gives its sheets.

/// A sheet in the list of a workbook.
public struct SheetEntry: Hashable, Sendable {
    /// The name on its tab; the file's name for a text file.
    public let name: String
    /// Whether it is hidden in the spreadsheet program.
    public let isHidden: Bool
}

/// A file with one or more sheets.
public struct Workbook: Sendable {
    /// What a file is.
    public enum Kind: String, Hashable, Sendable {
        /// Lines with separators between cells.
        case separated = "CSV"
        /// Cells that were copied and pasted.
        case pasted
        /// A workbook of Excel's.
        case xlsx = "XLSX"
    }

    private enum Content: Sendable {
        case text([UInt8])
        case book(XLSXBook)
    }

    /// The file's name.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// Its sheets in order, the hidden ones too.
    public let sheets: [SheetEntry]

    private let content: Content

    /// Opens a file by its bytes; the name serves for messages and as a hint.
    public static func open(bytes: [UInt8], name: String) throws(SheetError) -> Workbook {
        guard bytes.count <= SheetsLimits.fileBytes else {
            throw .tooLarge(
                file: name, what: "It has over \(SheetsLimits.fileBytes >> 20) MB")
        }
        guard !bytes.isEmpty else { throw .empty(file: name) }
        switch FileKind(bytes) {
        case .other(let kind): throw .otherKind(file: name, kind: kind)
        case .locked: throw .locked(file: name)
        case .archive:
            let book = try XLSXBook(ZipParts(bytes, file: name), file: name)
            return Workbook(name: name, kind: .xlsx, sheets: book.entries, content: .book(book))
        case .text: return try text(bytes, name: name, kind: .separated)
        }
    }

    /// Takes cells that were copied from a spreadsheet and pasted.
    public static func pasted(_ text: String, name: String = "Pasted cells") throws(SheetError)
        -> Workbook
    {
        let bytes = Array(text.utf8)
        guard bytes.count <= SheetsLimits.fileBytes else {
            throw .tooLarge(
                file: name, what: "It has over \(SheetsLimits.fileBytes >> 20) MB")
        }
        return try self.text(bytes, name: name, kind: .pasted)
    }

    private static func text(
        _ bytes: [UInt8], name: String, kind: Kind
    ) throws(SheetError) -> Workbook {
        guard EncodingFinding(bytes) != nil else {
            throw .otherKind(file: name, kind: "no text and no workbook")
        }
        let entry = SheetEntry(name: name, isHidden: false)
        return Workbook(name: name, kind: kind, sheets: [entry], content: .text(bytes))
    }

    /// A sheet by its number in the list, from 0.
    public func sheet(_ number: Int) throws(SheetError) -> Sheet {
        guard sheets.indices.contains(number) else {
            throw .noSheet(file: name, number: number, count: sheets.count)
        }
        switch content {
        case .text(let bytes):
            let source = TextSource(bytes: bytes, file: name, isPasted: kind == .pasted)
            return try Sheet(entry: sheets[number], text: source)
        case .book(let book):
            let read = try book.grid(number)
            return Sheet(
                entry: sheets[number], grid: read.grid, remarks: read.remarks, file: name)
        }
    }
}
