// The accepted corner cases of comma-separated text.

import Testing

@testable import Sheets

@Suite struct SeparatedTests {
    /// A case: the text, and the cells of all its rows, headings too.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var cells: [[String]]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "comma in quotes", text: "first,address,zip\nAnn,\"1 Mill Rd, Leeds\",LS1\n",
            cells: [["first", "address", "zip"], ["Ann", "1 Mill Rd, Leeds", "LS1"]]),
        Case(
            name: "empty cells", text: "a,b,c\n1,\"\",\"\"\n2,3,4\n",
            cells: [["a", "b", "c"], ["1", "", ""], ["2", "3", "4"]]),
        Case(
            name: "empty cells with CR LF", text: "a,b,c\r\n1,\"\",\"\"\r\n2,3,4\r\n",
            cells: [["a", "b", "c"], ["1", "", ""], ["2", "3", "4"]]),
        Case(
            name: "escaped quotes", text: "a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n",
            cells: [["a", "b"], ["1", "ha \"ha\" ha"], ["3", "4"]]),
        Case(
            name: "JSON in a cell",
            text: "key,val\n1,\"{\"\"kind\"\": \"\"point\"\", \"\"at\"\": [1, 2]}\"\n",
            cells: [["key", "val"], ["1", "{\"kind\": \"point\", \"at\": [1, 2]}"]]),
        Case(
            name: "line ends in quotes", text: "a,b,c\n1,2,3\n\"Once upon\na time\",5,6\n7,8,9\n",
            cells: [
                ["a", "b", "c"], ["1", "2", "3"], ["Once upon\na time", "5", "6"], ["7", "8", "9"],
            ]),
        Case(
            name: "CR LF in quotes", text: "a,b,c\r\n1,2,3\r\n\"Once upon\r\na time\",5,6\r\n",
            cells: [["a", "b", "c"], ["1", "2", "3"], ["Once upon\r\na time", "5", "6"]]),
        Case(
            name: "quotes and line ends", text: "a,b\n1,\"ha\n\"\"ha\"\"\nha\"\n3,4\n",
            cells: [["a", "b"], ["1", "ha\n\"ha\"\nha"], ["3", "4"]]),
        Case(name: "simple", text: "a,b,c\n1,2,3\n", cells: [["a", "b", "c"], ["1", "2", "3"]]),
        Case(
            name: "simple with CR LF", text: "a,b,c\r\n1,2,3\r\n",
            cells: [["a", "b", "c"], ["1", "2", "3"]]),
        Case(
            name: "UTF-8", text: "a,b,c\n1,2,3\n4,5,ʤ\n",
            cells: [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "ʤ"]]),
        Case(
            name: "coordinates",
            text: "place,lat,long\n\"Leeds, UK\",53.7997,-1.5492\n\"York, UK\",53.959,-1.0815\n",
            cells: [
                ["place", "lat", "long"], ["Leeds, UK", "53.7997", "-1.5492"],
                ["York, UK", "53.959", "-1.0815"],
            ]),
        Case(
            name: "old Mac line ends", text: "a,b\r1,2\r3,4\r",
            cells: [["a", "b"], ["1", "2"], ["3", "4"]]),
        Case(name: "no line end at the end", text: "a,b\n1,2", cells: [["a", "b"], ["1", "2"]]),
        Case(
            name: "a quote in the middle", text: "a,b\n5\" pipe,2\n",
            cells: [["a", "b"], ["5\" pipe", "2"]]),
    ]

    @Test("reads every accepted corner case cell by cell", arguments: cases)
    func readsCornerCase(_ example: Case) throws {
        let sheet = try Workbook.open(bytes: Array(example.text.utf8), name: "a.csv").sheet(0)
        #expect(sheet.rowCount == example.cells.count)
        for (row, cells) in example.cells.enumerated() {
            for (column, cell) in cells.enumerated() {
                #expect((sheet.cellText(row: row, column: column) ?? "") == cell)
            }
        }
    }

    @Test(
        "finds the separator by what it splits into",
        arguments: [
            ("Job;Weight\n4711;1,5\n4712;2,5\n", UInt8(ascii: ";")),
            ("1,5;2,5\n3,5;4,5\n", UInt8(ascii: ";")),
            ("Job\tNote\n1\tone, two\n2\tthree, four\n", 9),
            ("Job|Qty\n1|2\n3|4\n", UInt8(ascii: "|")),
            ("sep=;\nJob;Qty\n1;2\n", UInt8(ascii: ";")),
            ("Job,Note\n1,a; b\n2,c; d\n", UInt8(ascii: ",")),
        ])
    func findsSeparator(_ text: String, _ separator: UInt8) throws {
        let sheet = try Workbook.open(bytes: Array(text.utf8), name: "a.csv").sheet(0)
        #expect(sheet.dialect?.separator == separator)
        #expect(try sheet.guess().questions.allSatisfy { $0.id != .separator })
    }

    @Test("asks where two separators split equally well")
    func asksForSeparator() throws {
        let open = try guess("ab;cd|ef\ngh;ij|kl\n").open
        #expect(open.contains { $0.id == .separator && $0.choices.count == 2 })
    }

    @Test("lines of one decimal number each are not silently cut in two")
    func asksForOneColumn() throws {
        let text = "1,5\n2,5\n3,25\n"
        let question = try #require(try guess(text).open.first { $0.id == .separator })
        let one = try guess(text, Decisions(answers: [question.id: .separator(0)]))
        #expect(try rows(one) == [["1.5"], ["2.5"], ["3.25"]])
    }

    @Test("single quotes hold cells together where they stand around them")
    func readsSingleQuotes() throws {
        let sheet = try Workbook.open(bytes: Array("'a','b, c'\n'd','e, f'\n".utf8), name: "a.csv")
            .sheet(0)
        #expect(sheet.cellText(row: 1, column: 1) == "e, f")
    }

    @Test("a quote that is never closed is a question, then a letter")
    func asksForOpenQuote() throws {
        let text = "Part,Qty\n\"5 inch,3\npipe,4\n"
        let first = try guess(text)
        #expect(first.open.map(\.id) == [.quotes])
        #expect(throws: SheetError.self) { try TableReading(first) }
        let second = try guess(text, Decisions(answers: [.quotes: .quotes(areLetters: true)]))
        #expect(try rows(second) == [["\"5 inch", "3"], ["pipe", "4"]])
    }

    @Test("rows keep the line in which they begin")
    func keepsLines() throws {
        let found = try guess("Note,Qty\n\n\"two\nlines\",1\n\nlast,2\n")
        #expect(try TableReading(found).map(\.number) == [3, 6])
    }

    @Test("text behind a closing quote stays and is marked")
    func marksTextBehindQuote() throws {
        let found = try guess("Note,Qty\n\"a\"b,1\nc,2\n")
        let read = Array(try TableReading(found))
        #expect(read[0].cells.map(short) == ["ab", "1"])
        #expect(read[0].remark != nil && read[1].remark == nil)
        #expect(found.remarks.count == 1)
    }
}
