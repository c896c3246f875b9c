// Lists of stops as people really keep them: the drafts they give, or the question they raise.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct UglyStopsTests {
    @Test("a plain list of stops gives a correction and a reason for each row")
    func plainList() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason,Note\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 10:20,No material,steel late\n"
                + "Lathe 2,2026-11-13 11:05,2026-11-13 12:00,Tooling,\n")
        #expect(bench.open == [])
        #expect(bench.plan.kind == .stops)
        #expect(
            try bench.drafts() == [
                "lathe-1 idle 11-13T10:00 11-13T10:20",
                "lathe-1 because no-material 11-13T10:00 steel late",
                "lathe-2 idle 11-13T11:05 11-13T12:00",
                "lathe-2 because tooling 11-13T11:05",
            ])
        let rows = try bench.outcome().preview.rows
        #expect(
            rows.map(\.words) == [
                "Lathe 1 stood, 13 November 2026 10:00 to 10:20: No material (steel late).",
                "Lathe 2 stood, 13 November 2026 11:05 to 12:00: Tooling.",
            ])
    }

    @Test("titles, a joined group heading and two lines of headings are seen through")
    func mergedHeads() throws {
        var sheet = BookSheet()
        sheet.rows = [
            [.text("Stops of November")],
            [.text("Where"), .text("When"), .none, .text("Why")],
            [.text("Machine"), .text("Start"), .text("End"), .text("Reason")],
            // 46,339 is 13 November 2026; 10:00 is 0.416666…
            [
                .text("Lathe 1"), .dateTime("46339.4166666667"), .dateTime("46339.4305555556"),
                .text("Breakdown"),
            ],
            [
                .text("Lathe 2"), .dateTime("46339.5"), .dateTime("46339.5625"),
                .text("Breakdown"),
            ],
        ]
        sheet.joined = ["B2:C2"]
        let bench = try Bench(bytes: SmallBook.bytes([sheet]), name: "a.xlsx")
        #expect(bench.table.columns.map(\.name)[1...2] == ["When Start", "When End"])
        #expect(bench.open == [])
        #expect(
            try bench.drafts() == [
                "lathe-1 idle 11-13T10:00 11-13T10:20", "lathe-1 because breakdown 11-13T10:00",
                "lathe-2 idle 11-13T12:00 11-13T13:30", "lathe-2 because breakdown 11-13T12:00",
            ])
    }

    @Test("dates that fit both orders are asked about before anything is read")
    func twoDateOrders() throws {
        let text =
            "Machine,Start,End,Reason\nLathe 1,03/04/2026 10:00,03/04/2026 10:20,Tooling\n"
        let bench = try Bench(text)
        #expect(bench.open.count == 2)
        #expect(bench.open[0].contains("3 April 2026 or 4 March 2026?"))
        #expect(throws: ImportError.self) { try bench.outcome() }
        let monthFirst = try Bench(
            text,
            [
                .dateOrder(column: 1): .dateOrder(.monthFirst),
                .dateOrder(column: 2): .dateOrder(.monthFirst),
            ])
        #expect(try monthFirst.drafts()[0] == "lathe-1 idle 03-04T10:00 03-04T10:20")
        // 3 April is in summer time: an hour less in UTC.
        let dayFirst = try Bench(
            text,
            [
                .dateOrder(column: 1): .dateOrder(.dayFirst),
                .dateOrder(column: 2): .dateOrder(.dayFirst),
            ])
        #expect(try dayFirst.drafts()[0] == "lathe-1 idle 04-03T09:00 04-03T09:20")
    }

    @Test("Windows-1252 letters are read, and a German list is understood")
    func windows1252() throws {
        let text = "Maschine;Beginn;Ende;Grund;Bemerkung\r\n"
        let row = "Lathe 1;13.11.2026 10:00;13.11.2026 10:20;Breakdown;gro"
        var bytes = Array((text + row).utf8)
        bytes += [0xDF, 0x65, 0x20, 0x53, 0x74, 0xF6, 0x72, 0x75, 0x6E, 0x67, 0x0D, 0x0A]
        var bench = try Bench(bytes: bytes)
        if !bench.table.open.isEmpty {
            bench = try Bench(bytes: bytes, [.encoding: .encoding(.windows1252)])
        }
        #expect(bench.open == [])
        #expect(
            try bench.drafts() == [
                "lathe-1 idle 11-13T10:00 11-13T10:20",
                "lathe-1 because breakdown 11-13T10:00 große Störung",
            ])
    }

    @Test("UTF-16 with tabs, as spreadsheets save Unicode text")
    func utf16() throws {
        let text =
            "Maszyna\tPoczątek\tKoniec\tPrzyczyna\r\n"
            + "Lathe 2\t2026-11-13 08:00\t2026-11-13 08:30\tTooling\r\n"
        var bytes: [UInt8] = [0xFF, 0xFE]
        for unit in text.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        let bench = try Bench(bytes: bytes, name: "a.txt")
        #expect(bench.open == [])
        #expect(
            try bench.drafts() == [
                "lathe-2 idle 11-13T08:00 11-13T08:30", "lathe-2 because tooling 11-13T08:00",
            ])
    }

    @Test("subtotals in the middle and totals at the end are left out, and counted")
    func totalsRows() throws {
        let text =
            "Machine,Start,Minutes,Reason\n"
            + "Lathe 1,2026-11-13 10:00,20,Tooling\n"
            + "Total Lathe 1,,20,\n"
            + "Lathe 2,2026-11-13 11:00,30,Tooling\n"
            + "Lathe 2,2026-11-13 13:00,15,Tooling\n"
            + "Total,,85,\n"
        let open = try Bench(text)
        #expect(open.open.contains { $0.contains("holds totals") })
        let bench = try Bench(text, [.closingRow(6): .leaveOut(true)])
        #expect(bench.open == [])
        let outcome = try bench.outcome()
        #expect(outcome.preview.counts.new == 3 && outcome.preview.counts.ignored == 2)
        #expect(outcome.drafts.count == 6)
        let warning = try #require(outcome.preview.warnings.first { $0.kind == .totals })
        #expect(warning.count == 2 && warning.rows == [3])
        #expect(warning.text == "2 rows with totals are left out.")
        // A total that is brought in by mistake is known by its own words.
        let kept = try Bench(text, [.closingRow(6): .leaveOut(false)])
        #expect(try kept.outcome().preview.counts.ignored == 2)
    }

    @Test("the hidden sheet is a sheet of its own and is said to be hidden")
    func hiddenSheet() throws {
        let head = ["Machine", "Start", "Minutes", "Reason"].map(BookCell.text)
        let row: [BookCell] = [
            .text("Lathe 1"), .dateTime("46339.5"), .number("45"), .text("Tooling"),
        ]
        let shown = BookSheet(name: "Stops", rows: [head, row])
        let hidden = BookSheet(name: "Old", isHidden: true, rows: [head, row, row])
        let bytes = SmallBook.bytes([hidden, shown])
        let book = try Workbook.open(bytes: bytes, name: "a.xlsx")
        #expect(book.sheets.map(\.isHidden) == [true, false])
        let bench = try Bench(bytes: bytes, name: "a.xlsx", sheet: 1)
        #expect(try bench.drafts()[0] == "lathe-1 idle 11-13T12:00 11-13T12:45")
        #expect(try bench.drafts().count == 2)
    }

    @Test("decimal commas in minutes: 12,5 is twelve and a half")
    func decimalCommas() throws {
        let bench = try Bench(
            "Maschine;Beginn;Dauer (min);Grund\nLathe 1;13.11.2026 10:00;12,5;Tooling\n"
                + "Lathe 2;13.11.2026 10:00;7,25;Tooling\n")
        #expect(bench.open == [])
        #expect(bench.role("Dauer (min)") == .minutes)
        let drafts = try bench.drafts()
        #expect(drafts[0] == "lathe-1 idle 11-13T10:00 11-13T10:12:30")
        #expect(drafts[2] == "lathe-2 idle 11-13T10:00 11-13T10:07:15")
    }

    @Test("minutes as 1h20, 0:45 and 90 in one column")
    func mixedMinutes() throws {
        let text =
            "Machine,Start,Minutes,Reason\nLathe 1,2026-11-13 10:00,1h20,Tooling\n"
            + "Lathe 1,2026-11-13 12:00,0:45,Tooling\nLathe 1,2026-11-13 14:00,90,Tooling\n"
        #expect(try Bench(text).open == ["“0:45” in “Minutes”: 0 h 45 min or 0 min 45 s?"])
        let bench = try Bench(text, [.clock(column: 2): .clock(.hoursMinutes)])
        #expect(bench.open == [])
        #expect(
            try bench.drafts().filter { $0.contains("idle") } == [
                "lathe-1 idle 11-13T10:00 11-13T11:20", "lathe-1 idle 11-13T12:00 11-13T12:45",
                "lathe-1 idle 11-13T14:00 11-13T15:30",
            ])
    }

    @Test("start and end in date and time cells of their own")
    func separateCells() throws {
        let bench = try Bench(
            "Machine,Start date,Start time,End date,End time,Reason\n"
                + "Lathe 1,13/11/2026,22:30,14/11/2026,01:15,Breakdown\n"
                + "Lathe 1,15/11/2026,10:00,15/11/2026,10:05,Tooling\n")
        #expect(bench.open == [])
        #expect(bench.role("Start date") == .day && bench.role("End date") == .endDay)
        #expect(bench.role("Start time") == .start && bench.role("End time") == .end)
        #expect(
            try bench.drafts().filter { $0.contains("idle") } == [
                "lathe-1 idle 11-13T22:30 11-14T01:15", "lathe-1 idle 11-15T10:00 11-15T10:05",
            ])
    }

    @Test("a night shift: the end is on the next day, and it is said how often")
    func nightShift() throws {
        let bench = try Bench(
            "Machine,Day,From,To,Reason\nLathe 1,13/11/2026,23:50,00:20,Tooling\n"
                + "Lathe 1,14/11/2026,09:00,09:30,Tooling\n")
        #expect(bench.open == [])
        let outcome = try bench.outcome()
        #expect(short(outcome.drafts[0].event) == "lathe-1 idle 11-13T23:50 11-14T00:20")
        #expect(outcome.preview.warnings.map(\.kind) == [.midnight])
        #expect(outcome.preview.warnings[0].rows == [2])
    }

    @Test("with night shifts it is asked whose day a time after midnight is")
    func nightShiftDay() throws {
        let text = "Machine,Day,From,To,Reason\nLathe 1,13/11/2026,02:00,02:30,Tooling\n"
        var bench = try Bench(text, site: madeSite())
        let question = try #require(
            bench.plan.open(bench.table, guess: bench.guess, site: bench.site).first)
        #expect(question.id == .dayMeaning && question.choices.count == 2)
        bench.plan.apply(.dayMeaning(.calendarDay))
        #expect(try bench.drafts()[0] == "lathe-1 idle 11-13T02:00 11-13T02:30")
        bench.plan.apply(.dayMeaning(.workingDay))
        #expect(try bench.drafts()[0] == "lathe-1 idle 11-14T02:00 11-14T02:30")
    }

    @Test("clocks forward: 01:30 on 29 March 2026 was never shown, and the row is refused")
    func springClock() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason\nLathe 1,2026-03-29 01:30,2026-03-29 02:10,Tooling\n"
                + "Lathe 1,2026-03-29 00:50,2026-03-29 02:10,Tooling\n")
        #expect(
            try bench.refusals() == [
                "2 Start: No clock showed 01:30 on 29 March 2026: clocks go forward then."
            ])
        // 00:50 GMT to 02:10 BST is 20 minutes.
        #expect(try bench.drafts()[0] == "lathe-1 idle 03-29T00:50 03-29T01:10")
    }

    @Test("clocks back: 01:30 on 25 October 2026 came twice; asked, or told by the minutes")
    func autumnClock() throws {
        var bench = try Bench(
            "Machine,Start,End,Minutes,Reason\n"
                + "Lathe 1,2026-10-25 01:10,2026-10-25 01:30,,Tooling\n"
                + "Lathe 1,2026-10-25 00:30,2026-10-25 01:30,120,Tooling\n"
                + "Lathe 1,2026-10-25 01:50,2026-10-25 01:10,20,Tooling\n")
        let outcome = try bench.outcome()
        #expect(outcome.preview.counts.refused == 1)
        #expect(outcome.preview.refused[0].reason.hasPrefix("Clocks showed 01:10 on 25 October"))
        #expect(outcome.preview.questions.map(\.id) == [.repeated])
        // 00:30 BST is 23:30 UTC; two hours later is 01:30 UTC, the second 01:30.
        #expect(short(outcome.drafts[0].event) == "lathe-1 idle 10-24T23:30 10-25T01:30")
        // 01:50 BST to 01:10 GMT is 20 minutes: only one way fits.
        #expect(short(outcome.drafts[2].event) == "lathe-1 idle 10-25T00:50 10-25T01:10")
        bench.plan.apply(.repeated(.second))
        #expect(try bench.drafts()[0] == "lathe-1 idle 10-25T01:10 10-25T01:30")
        bench.plan.apply(.repeated(.first))
        #expect(try bench.drafts()[0] == "lathe-1 idle 10-25T00:10 10-25T00:30")
    }

    @Test("machine names with trailing blanks, other case and short forms are the same machine")
    func blankNames() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason\n\"Lathe 1  \",2026-11-13 10:00,5,Tooling\n"
                + "LATHE 1,2026-11-13 11:00,5,Tooling\nlathe-1,2026-11-13 12:00,5,Tooling\n"
                + "Lathe\u{A0}1,2026-11-13 13:00,5,Tooling\n")
        #expect(try bench.nameQuestions().isEmpty)
        let outcome = try bench.outcome()
        #expect(outcome.preview.counts.new == 4)
        #expect(outcome.preview.span.machines == [Slug("lathe-1")])
    }

    @Test("an empty reason leaves a stop without one")
    func emptyReason() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason,Note\nLathe 1,2026-11-13 10:00,5,,\n"
                + "Lathe 1,2026-11-13 11:00,5,Tooling,\nLathe 1,2026-11-13 12:00,5,,odd noise\n")
        let outcome = try bench.outcome()
        #expect(
            outcome.drafts.map { short($0.event) } == [
                "lathe-1 idle 11-13T10:00 11-13T10:05", "lathe-1 idle 11-13T11:00 11-13T11:05",
                "lathe-1 because tooling 11-13T11:00", "lathe-1 idle 11-13T12:00 11-13T12:05",
            ])
        #expect(outcome.notes.map(\.text) == ["odd noise"])
        #expect(outcome.preview.rows[0].words.hasSuffix("no reason given."))
    }

    @Test("a reason in two spellings is one question, and one answer holds for both")
    func twoSpellings() throws {
        var bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 1,2026-11-13 10:00,5,Bar jam\n"
                + "Lathe 1,2026-11-13 11:00,5,bar  JAMS\nLathe 1,2026-11-13 12:00,5,Bar jam\n")
        #expect(try bench.outcome().preview.counts.refused == 3)
        let questions = try bench.nameQuestions()
        #expect(questions.count == 1)
        #expect(
            questions[0].text == "“Bar jam” in 3 rows is not a reason of this site. What is it?")
        let added = try #require(questions[0].choices.first { $0.text.contains("other stop") })
        bench.plan.apply(added.change)
        #expect(
            try bench.drafts().filter { !$0.contains("idle") } == [
                "new reason bar-jam stoppage", "lathe-1 because bar-jam 11-13T10:00",
                "lathe-1 because bar-jam 11-13T11:00", "lathe-1 because bar-jam 11-13T12:00",
            ])
    }

    @Test("short forms are taken, near ones are suggested, unknown ones can stay a note")
    func reasonForms() throws {
        var bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 1,2026-11-13 10:00,5,no matl\n"
                + "Lathe 1,2026-11-13 11:00,5,brkdwn\nLathe 1,2026-11-13 12:00,5,c/o\n"
                + "Lathe 1,2026-11-13 13:00,5,Breakdwon!\nLathe 1,2026-11-13 14:00,5,worn inserts\n"
                + "Lathe 1,2026-11-13 15:00,5,fire drill\n")
        let questions = try bench.nameQuestions()
        #expect(
            questions.map(\.id) == [
                .reason("breakdwon"), .reason("fire drill"), .reason("worn insert"),
            ])
        #expect(questions[0].choices[0].text == "Breakdown")
        #expect(questions[2].choices[0].text == "Tooling: Worn insert")
        for question in [questions[0], questions[2]] {
            bench.plan.apply(question.choices[0].change)
        }
        bench.plan.apply(.reason("fire drill", .noteOnly))
        let outcome = try bench.outcome()
        #expect(
            outcome.drafts.map { short($0.event) }.filter { !$0.contains("idle") } == [
                "lathe-1 because no-material 11-13T10:00",
                "lathe-1 because breakdown 11-13T11:00",
                "lathe-1 setup 11-13T12:00 11-13T12:05 changeover",
                "lathe-1 because breakdown 11-13T13:00",
                "lathe-1 because tooling 11-13T14:00 Worn insert",
            ])
        #expect(outcome.notes.map(\.text) == ["fire drill"])
    }

    @Test("the same file twice stores nothing the second time")
    func sameFileTwice() throws {
        let bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 1,2026-11-13 10:00,5,Tooling\n"
                + "Lathe 2,2026-11-13 11:00,5,Tooling\n")
        let first = try bench.outcome()
        #expect(first.preview.counts.new == 2)
        // The host knows the rows by the ids of the events it stored.
        let rows = first.drafts.compactMap { $0.id.importRow }
        #expect(rows == [2, 2, 3, 3] && first.drafts.allSatisfy { $0.id.importNumber == 7 })
        let keys = Set(rows.map { stamp().key(row: $0) })
        let again = try bench.outcome(ImportExisting(rows: keys), stamp: stamp(number: 8))
        #expect(again.preview.counts.same == 2 && again.drafts.isEmpty)
        // Another file with the same rows is known by what it says.
        let events = ImportExisting(events: first.drafts.map(\.event))
        let other = try bench.outcome(events, stamp: stamp(number: 8, hash: "cd34"))
        #expect(other.preview.counts.same == 2 && other.drafts.isEmpty)
        // And a repeat of the import itself gives the same ids.
        #expect(try bench.outcome().drafts == first.drafts)
    }
}
