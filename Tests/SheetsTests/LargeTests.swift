// A hundred thousand rows of ten columns, as text and as a workbook.

import Foundation
import Testing

@testable import Sheets

@Suite(.tags(.large), .serialized) struct LargeTests {
    static let rowCount = 100_000

    /// Ten columns: number, date with time, machine, reason, minutes, weight, share, money, yes, note.
    static func text() -> [UInt8] {
        var text = "Job,Start,Machine,Reason,Minutes,Weight,Share,Cost,Planned,Note\n"
        text.reserveCapacity(12_000_000)
        for row in 0..<rowCount {
            let day = row % 28 + 1
            text += "\(100_000 + row),\(day)/04/2026 \(row % 12 + 10):\(row % 50 + 10),"
            text += "Press \(row % 9),Waiting for material,\(row % 120),\(row % 1_000).25 kg,"
            text +=
                "\(row % 100)%,£\(row % 500).50,\(row % 2 == 0 ? "yes" : "no"),\"note, \(row)\"\n"
        }
        return Array(text.utf8)
    }

    /// The parts of a workbook with as many cells: three texts, a date, six numbers a row.
    static func parts() throws -> LooseParts {
        let zip = try ZipParts(try fixture("shop.xlsx"), file: "large")
        var parts: [String: [UInt8]] = [:]
        for part in zip.names where part.hasPrefix("xl/") {
            parts[part] = try zip.bytes(of: part, limit: 1 << 20)
        }
        var sheet = "<worksheet><sheetData><row r=\"1\">"
        for column in "ABCDEFGHIJ" {
            sheet += "<c r=\"\(column)1\" t=\"inlineStr\"><is><t>Head \(column)</t></is></c>"
        }
        sheet += "</row>"
        for row in 2...(rowCount + 1) {
            sheet += "<row r=\"\(row)\">"
            for column in "ABC" { sheet += "<c r=\"\(column)\(row)\" t=\"s\"><v>1</v></c>" }
            sheet += "<c r=\"D\(row)\" s=\"2\"><v>\(46_000 + row % 300).25</v></c>"
            for column in "EFGHIJ" { sheet += "<c r=\"\(column)\(row)\"><v>\(row).5</v></c>" }
            sheet += "</row>"
        }
        parts["xl/worksheets/sheet1.xml"] = Array((sheet + "</sheetData></worksheet>").utf8)
        return LooseParts(parts: parts)
    }

    @Test("a text of 100,000 rows is read whole")
    func readsLargeText() throws {
        let bytes = Self.text()
        let report = Stopwatch("CSV, \(bytes.count >> 10) KiB")
        let sheet = try Workbook.open(bytes: bytes, name: "large.csv").sheet(0)
        report.lap("opened")
        let found = try sheet.guess()
        report.lap("guessed")
        #expect(found.open.isEmpty)
        #expect(
            found.columns.map(\.kind) == [
                .whole, .dateTime, .text, .text, .duration, .decimal, .decimal, .decimal, .truth,
                .text,
            ])
        var sound = 0
        for row in try TableReading(found) where row.isSound { sound += 1 }
        report.lap("read")
        #expect(sound == Self.rowCount)
    }

    @Test("a workbook of 100,000 rows is read whole")
    func readsLargeWorkbook() throws {
        let parts = try Self.parts()
        let report = Stopwatch(
            "XLSX parts, \((parts.parts["xl/worksheets/sheet1.xml"]?.count ?? 0) >> 10) KiB")
        let book = try XLSXBook(parts, file: "large")
        let read = try book.grid(0)
        report.lap("opened")
        let found = TableGuess(
            read.grid, decisions: Decisions(), questions: [], remarks: read.remarks)
        report.lap("guessed")
        #expect(found.open.isEmpty)
        #expect(found.columns[3].kind == .dateTime && found.columns[9].kind == .decimal)
        var sound = 0
        for row in try TableReading(found) where row.isSound { sound += 1 }
        report.lap("read")
        #expect(sound == Self.rowCount)
    }

    @Test("a file given in SHEETS_FILE is read whole", .enabled(if: Stopwatch.file != nil))
    func readsGivenFile() throws {
        let path = try #require(Stopwatch.file)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let report = Stopwatch(path)
        let sheet = try Workbook.open(bytes: bytes, name: path).sheet(0)
        report.lap("opened")
        var decisions = Decisions()
        var found = try sheet.guess()
        report.lap("guessed")
        for question in found.open {
            print(question.text)
            decisions[question.id] = question.choices.first?.answer
        }
        if !found.open.isEmpty { found = try sheet.guess(decisions) }
        for column in found.columns { print(column.name, column.kind, column.why) }
        var sound = 0
        for row in try TableReading(found) where row.isSound { sound += 1 }
        report.lap("read \(sound) sound of \(found.rowCount)")
    }
}

/// Prints how long steps take where SHEETS_SPEED is set; a test never depends on it.
final class Stopwatch {
    static let file = ProcessInfo.processInfo.environment["SHEETS_FILE"]
    private let isOn = ProcessInfo.processInfo.environment["SHEETS_SPEED"] != nil
    private let name: String
    private var last = ContinuousClock.now
    private var lastWork = clock()

    init(_ name: String) { self.name = name }

    func lap(_ step: String) {
        let (now, work) = (ContinuousClock.now, clock())
        let seconds = Double(work - lastWork) / Double(CLOCKS_PER_SEC)
        if isOn {
            print("\(name): \(step) after \(last.duration(to: now)), processor \(seconds) s")
        }
        (last, lastWork) = (now, work)
    }
}
