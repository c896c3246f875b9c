// CSV: the spectrum of files, any splitting, separators, character codings and limits.

import Foundation
import Testing
import Wire

@Suite("CSV")
struct CSVTests {
    static func rows(_ bytes: [UInt8], separator: UInt8 = 0x2C) throws -> [CSVReader.Row] {
        var reader = CSVReader(separator: separator)
        var rows = try reader.read(bytes)
        if let last = try reader.finish() { rows.append(last) }
        return rows
    }

    @Test(
        "every file of the spectrum is read as it should be", ReferenceFiles.needed,
        arguments: [
            "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json",
            "newlines", "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
        ])
    func spectrum(_ name: String) throws {
        let bytes = try ReferenceFiles.bytes("csv-spectrum/csvs/\(name).csv")
        // The copy of newlines_crlf.csv has lost its carriage returns, its answer has not.
        let answer = String(
            decoding: try ReferenceFiles.bytes("csv-spectrum/json/\(name).json"), as: UTF8.self
        ).replacingOccurrences(of: #"\r\n"#, with: #"\n"#)
        let expected = try JSONDecoder().decode([[String: String]].self, from: Data(answer.utf8))
        let rows = try Self.rows(bytes)
        let header = try #require(rows.first).texts
        let found = rows.dropFirst().map { row in
            Dictionary(uniqueKeysWithValues: zip(header, row.texts))
        }
        #expect(found == expected)
        #expect(CSVDialect.detect(bytes) == CSVDialect(encoding: .utf8, separator: 0x2C))
    }

    @Test("quotes in the middle of a cell are content", ReferenceFiles.needed)
    func coordinates() throws {
        // Its answer in the spectrum has another telephone number, so it is compared here.
        let rows = try Self.rows(
            try ReferenceFiles.bytes("csv-spectrum/csvs/location_coordinates.csv"))
        #expect(rows.count == 2)
        #expect(rows[1].texts[1] == "37\u{FFFD}36'37.8\"N 121\u{FFFD}2'17.9\"W")
    }

    @Test("any splitting of a file gives the same rows")
    func splitting() throws {
        let bytes = Array("a,\"b\"\"c\",\r\n1,\"x\r\ny\",\n\"\"\r,\r\rlast".utf8)
        let whole = try Self.rows(bytes)
        #expect(
            whole.map(\.texts) == [
                ["a", "b\"c", ""], ["1", "x\r\ny", ""], [""], ["", ""], ["last"],
            ])
        #expect(whole.map(\.number) == [1, 2, 3, 4, 5])
        for cut in 0...bytes.count {
            var reader = CSVReader()
            var rows = try reader.read(Array(bytes[..<cut]))
            rows += try reader.read(Array(bytes[cut...]))
            if let last = try reader.finish() { rows.append(last) }
            #expect(rows == whole)
        }
    }

    @Test(
        "the separator is found",
        arguments: [
            ("t;v\n1;2,5\n2;3,5\n", UInt8(0x3B)), ("a\tb\n1\t2\n", 0x09), ("a|b\n1|2\n", 0x7C),
            ("a,b\n1,2\n", 0x2C), ("alone\n1\n2\n", 0x2C), ("a;b", 0x3B),
            ("\"x;y\",b\n\"1;2\",3\n", 0x2C),
        ])
    func separators(_ text: String, _ separator: UInt8) {
        #expect(CSVDialect.detect(Array(text.utf8)).separator == separator)
    }

    @Test("characters are turned into UTF-8 from every coding, in any pieces")
    func encodings() {
        let text = "Kühlung €;😀\n"
        let utf16 = Array(text.utf16)
        let little = utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let cases: [([UInt8], CSVDialect.Encoding, String)] = [
            ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8, text), (Array(text.utf8), .utf8, text),
            ([0xFF, 0xFE] + little, .utf16LittleEndian, text),
            ([0xFE, 0xFF] + big, .utf16BigEndian, text),
            (Array("K".utf8) + [0xFC, 0x68, 0x80], .windows1252, "Küh€"),
        ]
        for (bytes, encoding, expected) in cases {
            #expect(CSVText.encoding(of: bytes) == encoding)
            for size in [1, 2, 3, 100] {
                var decoder = CSVText(encoding)
                var output: [UInt8] = []
                for start in stride(from: 0, to: bytes.count, by: size) {
                    output += decoder.decode(Array(bytes[start..<min(start + size, bytes.count)]))
                }
                output += decoder.finish()
                #expect(String(decoding: output, as: UTF8.self) == expected)
            }
        }
        let plain = Array("a;b\r\n1;2\r\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(
            CSVDialect.detect(plain)
                == CSVDialect(encoding: .utf16LittleEndian, separator: 0x3B))
    }

    @Test("faults are named by row and byte, and nothing is read behind them")
    func faults() throws {
        var reader = CSVReader()
        #expect(throws: CSVReader.Fault(reason: .textAfterQuote, row: 2, offset: 7)) {
            try reader.read(Array("a,b\n\"x\"y\n".utf8))
        }
        #expect(throws: CSVReader.Fault.self) { try reader.read(Array("c\n".utf8)) }
        #expect(throws: CSVReader.Fault(reason: .quoteUnclosed, row: 1, offset: 3)) {
            try Self.rows(Array("\"ab".utf8))
        }
        let long = [UInt8](repeating: 0x61, count: CSVReader.rowLimit)
        #expect(try Self.rows(long + [0x0A]).count == 1)
        #expect(
            throws: CSVReader.Fault(
                reason: .rowTooLong(limit: CSVReader.rowLimit), row: 1, offset: CSVReader.rowLimit)
        ) { try Self.rows(long + [0x61]) }
    }
}
