// Workbooks: types by format, joined cells, hidden sheets, other calendars, and hostile ones.

import Testing

@testable import Sheets

@Suite struct WorkbookTests {
    @Test("lists all sheets and marks the hidden one")
    func listsSheets() throws {
        let book = try Workbook.open(bytes: try fixture("shop.xlsx"), name: "shop.xlsx")
        #expect(book.kind == .xlsx)
        #expect(book.sheets.map(\.name) == ["Stops", "Lists", "Nothing"])
        #expect(book.sheets.map(\.isHidden) == [false, true, false])
        #expect(throws: SheetError.noSheet(file: "shop.xlsx", number: 3, count: 3)) {
            try book.sheet(3)
        }
        let empty = try book.sheet(2).guess()
        #expect(empty.columns.isEmpty && empty.rowCount == 0)
        #expect(try rows(empty).isEmpty)
    }

    @Test("formats say what numbers are; joined heads, totals and clocks are seen")
    func readsShop() throws {
        let first = try guess(fixture: "shop.xlsx")
        #expect(first.titles == ["Stops of the press shop"])
        #expect(first.headRows == [3, 4])
        #expect(
            first.columns.map(\.name) == [
                "Machine", "When Day", "When Started", "When Start", "How much Lost",
                "How much Share",
                "Cost", "Planned",
            ])
        #expect(
            first.columns.map(\.kind) == [
                .text, .date, .dateTime, .time, .duration, .decimal, .decimal, .truth,
            ])
        #expect(first.open.map(\.id) == [.closingRow(11)])
        let decisions = Decisions(answers: [.closingRow(11): .leaveOut(true)])
        let read = try rows(try guess(fixture: "shop.xlsx", decisions))
        #expect(read.count == 6)
        #expect(
            read[0] == [
                "Press 1", "2026-04-03", "2026-04-03 06:30", "06:30", "108000 s", "0.125", "10.5",
                "yes",
            ])
    }

    @Test("days count from 1904 where the workbook says so")
    func reads1904() throws {
        let found = try guess(fixture: "mac1904.xlsx")
        #expect(
            try rows(found) == [
                ["4711", "2026-04-03"], ["4712", "2026-04-04"], ["4713", "2026-04-05"],
            ])
    }

    @Test("joined cells are a question; faults, text numbers and odd days keep their words")
    func readsOdd() throws {
        let first = try guess(fixture: "odd.xlsx")
        #expect(first.remarks.contains { $0.contains("One row is hidden") })
        let question = try #require(first.open.first { $0.id == .joinedCells })
        #expect(
            question.text
                == "Rows 2 to 4 are joined and say “Press” once. Does it hold for all of them?")
        var decisions = Decisions()
        for question in first.open {
            decisions[question.id] = question.choices.first?.answer
        }
        let read = Array(try TableReading(try guess(fixture: "odd.xlsx", decisions)))
        #expect(read.map { short($0.cells[0]) } == ["Press", "Press", "Press", "Lathe"])
        #expect(read.map { short($0.cells[2]) } == ["1234.5", "2000.25", "12.5", "× n/a"])
        #expect(
            read.map { short($0.cells[4]) } == ["× 60", "2026-04-03", "2026-04-03", "2026-04-04"])
        guard case .misfit(_, let reason) = read[0].cells[3] else {
            Issue.record("a formula without a result has no value")
            return
        }
        #expect(reason.contains("no stored result"))
    }

    @Test("parts that small writers leave out are not needed")
    func readsBareParts() throws {
        let sheet = try Workbook.open(bytes: try fixture("parts.xlsx"), name: "p.xlsx").sheet(0)
        #expect(sheet.cellText(row: 1, column: 0) == "A\rB")
        #expect(sheet.cellText(row: 1, column: 1) == "1E-2")
        #expect(sheet.cellText(row: 2, column: 0) == "2026-04-03T06:30:00")
        #expect(sheet.cellText(row: 2, column: 2) == "yes")
        #expect(sheet.rowCount == 3)
    }

    @Test("a part that unpacks to far more than its size is refused with the reason")
    func refusesBomb() throws {
        let bytes = try fixture("bomb.xlsx")
        let error = #expect(throws: SheetError.self) {
            try Workbook.open(bytes: bytes, name: "bomb.xlsx").sheet(0)
        }
        guard case .overpacked(_, let part, let ratio)? = error else {
            Issue.record("not refused as a bomb: \(String(describing: error))")
            return
        }
        #expect(part == "xl/worksheets/sheet1.xml" && ratio > 100)
        #expect(error?.words.why.contains("Spreadsheets stay under 100 times") == true)
    }

    @Test("a DOCTYPE is refused before anything is parsed")
    func refusesDocumentType() throws {
        let bytes = try fixture("doctype.xlsx")
        #expect(throws: SheetError.documentType(file: "d.xlsx", part: "xl/worksheets/sheet1.xml")) {
            try Workbook.open(bytes: bytes, name: "d.xlsx").sheet(0)
        }
    }

    @Test("a directory of too many members is refused before it is read")
    func refusesManyMembers() throws {
        var bytes = try fixture("parts.xlsx")
        let end = bytes.count - 22
        for place in [8, 10] { (bytes[end + place], bytes[end + place + 1]) = (0xE9, 0x03) }
        #expect(throws: SheetError.tooLarge(file: "m.xlsx", what: "It has over 1000 parts")) {
            try Workbook.open(bytes: bytes, name: "m.xlsx")
        }
    }

    @Test("XML that goes too deep is refused")
    func refusesDepth() throws {
        let deep = String(repeating: "<x>", count: 100) + String(repeating: "</x>", count: 100)
        #expect(throws: SheetError.self) { try Self.loose("<sheetData/>" + deep) }
    }

    @Test(
        "rows, columns and references outside a sheet are refused, not followed",
        arguments: [
            "<row r=\"1048577\"/>", "<row r=\"99999999999999999999\"/>", "<row r=\"-1\"/>",
            "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>",
            "<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>",
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99999999999</v></c></row>",
            "<c r=\"A1\"><v>1</v></c>",
        ])
    func refusesPlaces(_ cells: String) throws {
        #expect(throws: SheetError.self) { try Self.loose("<sheetData>\(cells)</sheetData>") }
    }

    @Test("joined areas as large as a sheet cost nothing")
    func ignoresHugeJoins() throws {
        let cells =
            "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row></sheetData>"
        let merges =
            "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/><mergeCell ref=\"B2:A1\"/><mergeCell ref=\"A\"/></mergeCells>"
        let grid = try Self.loose(cells + merges)
        let found = TableGuess(grid, decisions: Decisions(), questions: [], remarks: [])
        #expect(found.rowCount == 1)
    }

    /// The grid of a sheet whose XML is given.
    static func loose(_ xml: String) throws -> Grid {
        let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        var parts: [String: [UInt8]] = [:]
        let names = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
        let zip = try ZipParts(try fixture("parts.xlsx"), file: "p")
        for name in names { parts[name] = try zip.bytes(of: name, limit: 100_000) }
        parts["xl/worksheets/sheet1.xml"] = Array(
            "<worksheet xmlns=\"\(space)\">\(xml)</worksheet>".utf8)
        return try XLSXBook(LooseParts(parts: parts), file: "p").grid(0).grid
    }

    @Test(
        "other kinds of files are refused by what they are, with what to do",
        arguments: [
            (Array("%PDF-1.7".utf8), "a PDF"), ([0x89, 0x50, 0x4E, 0x47, 0x0D], "a picture"),
            (Array("<html><table>".utf8), "a web page, whatever its name says"),
            (Array("<?xml version=\"1.0\"?><Workbook/>".utf8), "an XML file"),
            ([0x1F, 0x8B, 8, 0], "a packed file (.gz)"),
            ([1, 0, 2, 0, 0, 0, 7], "no text and no workbook"),
        ] as [([UInt8], String)])
    func refusesOtherKinds(_ bytes: [UInt8], _ kind: String) {
        let error = #expect(throws: SheetError.self) {
            try Workbook.open(bytes: bytes, name: "x.xls")
        }
        #expect(error == .otherKind(file: "x.xls", kind: kind))
        #expect(error?.words.remedy == "Save it as .xlsx or CSV and choose that file.")
    }

    @Test("old and locked workbooks are told apart")
    func refusesOldAndLocked() throws {
        let magic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        func container(_ name: String) -> [UInt8] {
            var bytes = magic + [UInt8](repeating: 0, count: 2_000)
            for (index, byte) in name.utf8.enumerated() { bytes[1_024 + index * 2] = byte }
            return bytes
        }
        #expect(throws: SheetError.locked(file: "a")) {
            try Workbook.open(bytes: container("EncryptedPackage"), name: "a")
        }
        #expect(throws: SheetError.otherKind(file: "a", kind: "an old Excel file (.xls)")) {
            try Workbook.open(bytes: container("Workbook"), name: "a")
        }
        let bytes = try fixture("other.ods")
        #expect(throws: SheetError.otherKind(file: "a", kind: "an OpenDocument file, such as .ods"))
        {
            try Workbook.open(bytes: bytes, name: "a")
        }
        #expect(throws: SheetError.empty(file: "a")) { try Workbook.open(bytes: [], name: "a") }
    }
}
