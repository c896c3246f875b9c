// csv-spectrum: every file of the collection is read as its answer says.

import Foundation
import Testing

@testable import Sheets

@Suite struct SpectrumTests {
    /// The collection, beside the project or where the environment says.
    static let folder: URL = {
        let data =
            ProcessInfo.processInfo.environment["MILLWRIGHT_REFERENCE_DATA"].map {
                URL(fileURLWithPath: $0)
            }
            ?? URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("shared/data")
        return data.appendingPathComponent("csv-spectrum")
    }()

    static let needed: ConditionTrait = .enabled(
        if: FileManager.default.fileExists(atPath: folder.path), "skipped: no reference data")

    /// location_coordinates.csv has an answer with another telephone number: WireTests has it.
    @Test(
        "every file of the spectrum opens as a sheet with the cells of its answer", needed,
        arguments: [
            "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
            "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
        ])
    func spectrum(_ name: String) throws {
        let csv = Self.folder.appendingPathComponent("csvs/\(name).csv")
        let json = Self.folder.appendingPathComponent("json/\(name).json")
        // The copy of newlines_crlf.csv has lost its carriage returns, its answer has not.
        let answer = try String(contentsOf: json, encoding: .utf8)
            .replacingOccurrences(of: #"\r\n"#, with: #"\n"#)
        let expected = try JSONDecoder().decode([[String: String]].self, from: Data(answer.utf8))
        let sheet = try Workbook.open(
            bytes: Array(try Data(contentsOf: csv)), name: "\(name).csv"
        ).sheet(0)
        func text(_ row: Int, _ column: Int) -> String {
            sheet.cellText(row: row, column: column) ?? ""
        }
        let head = (0..<sheet.columnCount).map { text(0, $0) }
        let found = (1..<sheet.rowCount).map { row in
            Dictionary(
                uniqueKeysWithValues: head.enumerated().map { ($0.element, text(row, $0.offset)) })
        }
        #expect(found == expected)
    }
}
