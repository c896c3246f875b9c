// Logs of parts, lists of jobs, hour-by-hour sheets and measurements as people really keep them.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct UglyLogsTests {
    @Test("a log by day books parts from midnight to midnight where there are no shifts")
    func dayLog() throws {
        let bench = try Bench(
            "Date,Machine,Good,Scrap,Job\n13/11/2026,Lathe 1,120,3,J-7\n14/11/2026,Lathe 1,80,0,J-7\n"
        )
        #expect(bench.open == [])
        #expect(bench.plan.kind == .production)
        #expect(
            try bench.drafts() == [
                "lathe-1 job J-7  11-13T00:00", "lathe-1 parts 11-13T00:00 11-14T00:00 120/3/0",
                "lathe-1 parts 11-14T00:00 11-15T00:00 80/0/0", "lathe-1 job ends 11-15T00:00",
            ])
    }

    @Test("with shifts it is asked what a day is; a working day ends with its night shift")
    func workingDay() throws {
        var bench = try Bench(
            "Date,Machine,Good,Scrap\n13/11/2026,Lathe 1,120,3\n", site: madeSite())
        #expect(bench.open == ["From when until when is a day in this file?"])
        bench.plan.apply(.dayMeaning(.workingDay))
        #expect(try bench.drafts() == ["lathe-1 parts 11-13T06:00 11-14T06:00 120/3/0"])
        bench.plan.apply(.dayMeaning(.calendarDay))
        #expect(try bench.drafts() == ["lathe-1 parts 11-13T00:00 11-14T00:00 120/3/0"])
    }

    @Test("a column of shifts settles the time, across midnight and across the change of clocks")
    func shiftColumn() throws {
        let bench = try Bench(
            "Date,Shift,Machine,Good,Scrap\n13/11/2026,Late,Lathe 1,50,1\n"
                + "24/10/2026,Night,Lathe 1,40,0\n13/11/2026,Weekend,Lathe 1,1,0\n"
                + "13/11/2026,,Lathe 1,1,0\n", site: madeSite())
        #expect(bench.open == [])
        #expect(
            try bench.drafts() == [
                "lathe-1 parts 11-13T14:00 11-13T22:00 50/1/0",
                // 22:00 BST to 06:00 GMT: nine hours.
                "lathe-1 parts 10-24T21:00 10-25T06:00 40/0/0",
            ])
        #expect(
            try bench.refusals() == [
                "4 Shift: “Weekend” is not a shift of this site.", "5 Shift: No shift is given.",
            ])
    }

    @Test("counts as text, in workbook cells too, are numbers; words among them are refused")
    func textNumbers() throws {
        var sheet = BookSheet()
        sheet.rows = [["Date", "Machine", "Good", "Scrap"].map(BookCell.text)]
        for (index, good) in ["12", "1,250", "30", "14", "15", "dozen"].enumerated() {
            sheet.rows.append([
                .date("\(46_339 + index)"), .text("Lathe 1"), .text(good), .number("1"),
            ])
        }
        var bench = try Bench(bytes: SmallBook.bytes([sheet]), name: "a.xlsx")
        if !bench.table.open.isEmpty {
            bench = try Bench(
                bytes: SmallBook.bytes([sheet]), name: "a.xlsx",
                [.decimalMark(column: 2): .decimalMark(.point)])
        }
        #expect(bench.open == [])
        let outcome = try bench.outcome()
        #expect(outcome.preview.counts.new == 5)
        #expect(short(outcome.drafts[1].event).hasSuffix(" 1250/1/0"))
        #expect(outcome.preview.refused.map(\.row) == [7])
        #expect(outcome.preview.refused[0].column == "Good")
    }

    @Test("parts that cannot be are refused with the reason")
    func oddCounts() throws {
        let bench = try Bench(
            "Date,Machine,Good,Scrap,Rework\n13/11/2026,Lathe 1,-5,0,0\n"
                + "13/11/2026,Lathe 1,2.5,0,0\n13/11/2026,Lathe 1,99000000,0,0\n"
                + "13/11/2026,Lathe 1,,,\n13/11/2026,Lathe 1,7,,2\n")
        #expect(
            try bench.refusals() == [
                "2 Good: There cannot be fewer than no parts.",
                "3 Good: “2.5” is not a whole number.",
                "4 Good: This is over 10000000 parts, too many for one row.",
                "5 Good: No parts are given.",
            ])
        #expect(try bench.drafts() == ["lathe-1 parts 11-13T00:00 11-14T00:00 7/0/2"])
    }

    @Test("“Quantity” alone is parts made in a log and parts planned in a list of jobs")
    func quantity() throws {
        let log = try Bench("Date,Machine,Quantity,Scrap\n13/11/2026,Lathe 1,7,0\n")
        #expect(log.role("Quantity") == .good)
        let jobs = try Bench("Job,Product,Quantity,Due\nJ-1,Bracket,50,20/12/2026\n")
        #expect(jobs.role("Quantity") == .planned && jobs.plan.kind == .jobs)
        let unclear = try Bench("Job,Quantity\nJ-1,50\nJ-2,60\n")
        #expect(unclear.open.contains { $0.hasPrefix("What is “Quantity”?") })
    }

    @Test("a list of jobs gives planned jobs and no events; rows without a job are refused")
    func jobList() throws {
        let bench = try Bench(
            "Zlecenie;Wyrób;Ilość;Termin dostawy;Czas cyklu\nZ-1;Bracket;50;20.12.2026;12,5\n"
                + ";;;21.12.2026;\nZ-2;Plate;;;\n")
        #expect(bench.open == [])
        let outcome = try bench.outcome()
        #expect(outcome.drafts.isEmpty)
        #expect(outcome.jobs.map(\.job) == ["Z-1", "Z-2"])
        #expect(outcome.jobs[0].quantity == 50 && outcome.jobs[0].due == CivilDate("2026-12-20"))
        #expect(outcome.jobs[0].idealPerPart == .milliseconds(12_500))
        #expect(outcome.jobs[1].quantity == nil && outcome.jobs[1].due == nil)
        #expect(
            outcome.preview.rows[0].words == "Job Z-1, 50 parts, Bracket, due 20 December 2026.")
        #expect(try bench.refusals() == ["3 Zlecenie: No job is named."])
    }

    @Test("an hour-by-hour sheet: hours as text, one machine and one day for the whole file")
    func hourSheet() throws {
        var bench = try Bench(
            "Hour,Plan,Actual,Scrap,Lost minutes,Reason\n06:00-07:00,60,55,1,5,Tooling\n"
                + "07:00-08:00,60,60,0,0,\n22-23,60,50,0,,\n23-0,60,40,0,,\n")
        #expect(bench.role("Hour") == .hour && bench.role("Actual") == .good)
        #expect(bench.role("Plan") == .planned)
        #expect(
            bench.open == [
                "No column says the machine, and an hour-by-hour sheet needs it.",
                "No column says the day, and an hour-by-hour sheet needs it.",
            ])
        bench.plan.apply(.machine(Slug("lathe-2")))
        bench.plan.day = CivilDate("2026-11-13")
        let outcome = try bench.outcome()
        #expect(
            outcome.drafts.map { short($0.event) } == [
                "lathe-2 parts 11-13T06:00 11-13T07:00 55/1/0",
                "lathe-2 parts 11-13T07:00 11-13T08:00 60/0/0",
                "lathe-2 parts 11-13T22:00 11-13T23:00 50/0/0",
                "lathe-2 parts 11-13T23:00 11-14T00:00 40/0/0",
            ])
        #expect(outcome.notes.map(\.text) == ["5 min lost: Tooling"])
        #expect(outcome.preview.warnings.map(\.kind) == [.lostMinutes])
    }

    @Test("measurements become one batch for each signal; empty cells are no values")
    func measurements() throws {
        var bench = try Bench(
            "Time,Temperature,Pieces counted\n2026-11-13 10:00,21.5,3\n2026-11-13 10:01,,4\n"
                + "2026-11-13 10:02,22,5\n")
        #expect(bench.plan.settledKind == .measurements || !bench.open.isEmpty)
        let columns = bench.table.columns.map(\.index)
        bench.plan.apply(.roles([columns[1]: .measurement(nil), columns[2]: .measurement(nil)]))
        let questions = bench.plan.open(bench.table, guess: bench.guess, site: bench.site)
        #expect(questions.count == 2)
        #expect(questions[0].choices[0].text == "Temperature, Lathe 1")
        bench.plan.apply(questions[0].choices[0].change)
        bench.plan.apply(.roles([columns[2]: .measurement(.signal(SignalID(2)))]))
        let outcome = try bench.outcome()
        #expect(outcome.samples.count == 2)
        #expect(outcome.samples[0].columns[0].values == .numbers([21.5, 22]))
        #expect(
            outcome.samples[0].times == [
                at("2026-11-13T10:00:00Z").nanoseconds, at("2026-11-13T10:02:00Z").nanoseconds,
            ])
        #expect(outcome.samples[1].columns[0].values == .integers([3, 4, 5]))
        #expect(outcome.samples.allSatisfy { $0.origin == .importBatch(7) && $0.flaw == nil })
    }

    @Test("an integer signal takes no fraction, and the row says why")
    func fractionForInteger() throws {
        var bench = try Bench("Time,Value\n2026-11-13 10:00,3.5\n2026-11-13 10:01,4\n")
        bench.plan.roles = [0: .start, 1: .measurement(.signal(SignalID(2)))]
        bench.plan.kind = .measurements
        #expect(try bench.outcome().samples.map { $0.columns[0].values } == [.integers([4])])
        #expect(try bench.refusals().count == 1)
    }

    @Test("measured values by machine find the signal of each row's machine")
    func valuesByMachine() throws {
        var bench = try Bench(
            "Time,Machine,Value\n2026-11-13 10:00,Lathe 1,3.5\n2026-11-13 10:01,Lathe 2,4\n")
        bench.plan.roles = [
            0: .start, 1: .machine, 2: .measurement(.ofMachine(Slug("temperature"))),
        ]
        bench.plan.kind = .measurements
        #expect(try bench.outcome().samples.map(\.times.count) == [1])
        #expect(try bench.refusals() == ["3 Value: Lathe 2 has no such signal."])
    }

    @Test("jobs of rows with times are placed; rows of one job that follow are one run")
    func jobRuns() throws {
        let bench = try Bench(
            "Machine,Start,End,Good,Scrap,Job,Product\n"
                + "Lathe 1,2026-11-13 06:00,2026-11-13 08:00,10,0,A,Pin\n"
                + "Lathe 1,2026-11-13 08:00,2026-11-13 10:00,12,0,A,Pin\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 11:00,5,1,B,Nut\n")
        #expect(
            try bench.drafts() == [
                "lathe-1 job A Pin 11-13T06:00", "lathe-1 parts 11-13T06:00 11-13T08:00 10/0/0",
                "lathe-1 parts 11-13T08:00 11-13T10:00 12/0/0", "lathe-1 job B Nut 11-13T10:00",
                "lathe-1 parts 11-13T10:00 11-13T11:00 5/1/0", "lathe-1 job ends 11-13T11:00",
            ])
    }

    @Test("two jobs of one machine and day cannot be placed: parts are booked, and it is said")
    func unplacedJobs() throws {
        let bench = try Bench(
            "Date,Machine,Good,Scrap,Job\n13/11/2026,Lathe 1,10,0,A\n13/11/2026,Lathe 1,20,0,B\n")
        let outcome = try bench.outcome()
        #expect(outcome.drafts.map { short($0.event) }.allSatisfy { $0.contains("parts") })
        #expect(outcome.preview.warnings.map(\.kind) == [.jobs])
        #expect(outcome.preview.warnings[0].rows == [2, 3])
    }

    @Test("a log of jobs without counts gives starts, and ends where they are given")
    func jobLog() throws {
        let bench = try Bench(
            "Machine,Started,Job\nLathe 1,2026-11-13 06:00,A\nLathe 1,2026-11-13 09:00,B\n")
        #expect(bench.plan.kind == .production)
        #expect(
            try bench.drafts() == ["lathe-1 job A  11-13T06:00", "lathe-1 job B  11-13T09:00"])
    }
}
