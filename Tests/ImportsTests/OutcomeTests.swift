// Ids, refused rows as a file, limits, and the preview.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct OutcomeTests {
    @Test("ids hold the import, the row and the part, and are UUIDs of version 7")
    func ids() {
        let maker = EventIDMaker(stamp(number: 4_000_000_000))
        let id = maker.id(row: 16_777_215, part: 4_095)
        #expect(id.text.dropFirst(14).first == "7")
        #expect("89ab".contains(id.text[id.text.index(id.text.startIndex, offsetBy: 19)]))
        #expect(id.importNumber == 4_000_000_000 && id.importRow == 16_777_215)
        #expect(maker.id(row: 1, part: 0) != maker.id(row: 0, part: 1))
        #expect(
            maker.id(row: 1, part: 0)
                == EventIDMaker(stamp(number: 4_000_000_000)).id(row: 1, part: 0))
        #expect(maker.id(row: 1, part: 0) != EventIDMaker(stamp(number: 8)).id(row: 1, part: 0))
    }

    @Test("keys of rows differ by file, sheet and row")
    func keys() {
        let keys: Set<RowKey> = [
            RowKey(fileHash: "a", sheet: "s", row: 1), RowKey(fileHash: "b", sheet: "s", row: 1),
            RowKey(fileHash: "a", sheet: "t", row: 1), RowKey(fileHash: "a", sheet: "s", row: 2),
        ]
        #expect(keys.count == 4)
        #expect(
            keys.contains(
                ImportStamp(number: 9, fileHash: "a", sheet: "s", now: at("x")).key(row: 2)))
    }

    @Test("refused rows are a file that can be put right: all cells, the column and the reason")
    func refusedFile() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 9,2026-11-13 10:00,5,\"a, \"\"b\"\"\"\n"
                + "Lathe 1,2026-11-13 10:00,1:30,Tooling\nLathe 1,2026-11-13 10:00,90,=1+1\n",
            [.clock(column: 2): .clock(.hoursMinutes)])
        let csv = try bench.outcome().refusedCSV
        let lines = csv.split(separator: "\r\n").map(String.init)
        #expect(
            lines[0] == "\u{FEFF}Row in file,Machine,Start,Minutes,Reason,Column,Why it was refused"
        )
        #expect(lines[1].hasPrefix("2,Lathe 9,2026-11-13 10:00,0:05:00,\"a, \"\"b\"\"\",Machine,"))
        #expect(lines[2].hasPrefix("4,Lathe 1,2026-11-13 10:00,1:30:00,'=1+1,Reason,"))
        #expect(csv.hasSuffix("\r\n"))
    }

    @Test(
        "cells that a spreadsheet would run get an apostrophe, numbers do not",
        arguments: [
            ("=1+1", "'=1+1"), ("+44 20", "'+44 20"), ("-5", "-5"), ("+1.5", "+1.5"), ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "\"'\t=1\""), ("-2+3", "'-2+3"), ("a", "a"),
            ("", ""),
            ("a,b", "\"a,b\""), ("=\"x\"", "\"'=\"\"x\"\"\""), ("line\nbreak", "\"line\nbreak\""),
            ("＝1", "'＝1"), ("--5", "'--5"),
        ])
    func formulas(text: String, cell: String) {
        #expect(RefusedRows.cell(text) == cell)
    }

    @Test("kept refused rows are limited, counted ones are not, and the file says so")
    func manyRefused() throws {
        var text = "Date,Machine,Good,Scrap\n"
        for _ in 0..<10_050 { text += "13/11/2026,Robot,1,0\n" }
        let outcome = try Bench(text).outcome()
        #expect(outcome.preview.counts.refused == 10_050)
        #expect(outcome.preview.refused.count == 10_000)
        #expect(outcome.refusedCSV.hasSuffix(",50 more rows were refused.\r\n"))
        #expect(outcome.preview.rows.count == 20)
    }

    @Test("texts that are too long are refused with their length")
    func longTexts() throws {
        let note = String(repeating: "n", count: 501)
        let job = String(repeating: "j", count: 121)
        let stops = try Bench(
            "Machine,Start,Minutes,Reason,Note\nLathe 1,2026-11-13 10:00,5,Tooling,\(note)\n")
        #expect(try stops.refusals() == ["2 Note: This text has 501 characters; 500 are possible."])
        let jobs = try Bench("Job,Quantity,Due\n\(job),1,20/12/2026\n")
        #expect(try jobs.refusals() == ["2 Job: This text has 121 characters; 120 are possible."])
    }

    @Test("the preview shows the first rows of the file in order, whatever becomes of them")
    func preview() throws {
        var text = "Machine,Start,Minutes,Reason\n"
        for row in 0..<30 {
            text +=
                "\(row % 3 == 1 ? "Robot" : "Lathe 1"),2026-11-\(two(row % 25 + 1)) 10:00,5,Tooling\n"
        }
        let rows = try Bench(text).outcome().preview.rows
        #expect(rows.map(\.row) == Array(2...21))
        #expect(rows[0].result == .stored && !rows[0].words.isEmpty)
        #expect(
            rows[1].result
                == .refused(column: "Machine", reason: "“Robot” is not a machine of this site."))
    }

    @Test("errors say what happened, why, and what to do")
    func errors() {
        let errors: [ImportError] = [
            .sheet(.empty(file: "a")), .unanswered([]), .tooLarge(what: "x"), .cancelled,
            .mapping(what: "x"), .newerMapping(version: 2, known: 1),
        ]
        for error in errors {
            let words = error.words
            for text in [words.says, words.why, words.remedy] {
                #expect(text.hasSuffix(".") || text.hasSuffix(": "))
                #expect(!text.contains("!") && !text.contains("lease"))
            }
        }
    }

    @Test("rows with more cells than the first are said; a cell that does not fit refuses its row")
    func shapes() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 1,2026-11-13 10:00,5,Tooling\n"
                + "Lathe 1,2026-11-13 11:00,5,Tooling,extra\nLathe 1,yesterday,5,Tooling\n"
                + "Lathe 1,2026-11-13 13:00,5,Tooling\nLathe 1,2026-11-13 14:00,5,Tooling\n"
                + "Lathe 1,2026-11-13 15:00,5,Tooling\n")
        var planned = bench
        for question in bench.guess.questions {
            planned.plan.apply(question.choices.last?.change ?? .kind(.stops))
        }
        let outcome = try planned.outcome()
        #expect(outcome.preview.counts.new == 5 && outcome.preview.counts.refused == 1)
        #expect(outcome.preview.refused[0].column == "Start")
        #expect(outcome.preview.warnings.contains { $0.kind == .shape && $0.rows.contains(3) })
    }
}
