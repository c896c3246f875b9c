// Times on the wall as instants, lengths of time, hours, and what is refused about them.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct TimeTests {
    @Test(
        "a time on the wall is none, one or two instants",
        arguments: [
            ("2026-11-13", 10, 0, ["2026-11-13T10:00:00Z"]),
            ("2026-07-01", 10, 0, ["2026-07-01T09:00:00Z"]),
            ("2026-03-29", 0, 59, ["2026-03-29T00:59:00Z"]), ("2026-03-29", 1, 0, []),
            ("2026-03-29", 1, 59, []), ("2026-03-29", 2, 0, ["2026-03-29T01:00:00Z"]),
            ("2026-10-25", 0, 59, ["2026-10-24T23:59:00Z"]),
            ("2026-10-25", 1, 0, ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"]),
            ("2026-10-25", 1, 59, ["2026-10-25T00:59:00Z", "2026-10-25T01:59:00Z"]),
            ("2026-10-25", 2, 0, ["2026-10-25T02:00:00Z"]),
        ])
    func instants(day: String, hour: Int, minute: Int, wanted: [String]) throws {
        let date = try #require(CivilDate(day))
        let time = try #require(LocalTime(hour: hour, minute: minute))
        #expect(WallTime.instants(date, time, london).map(\.rfc3339) == wanted)
    }

    @Test("a change of half an hour, and one by a whole day, are found too")
    func oddZones() throws {
        let lordHowe = ZoneRules(
            name: "Australia/Lord_Howe", firstOffsetSeconds: 39_600,
            changes: [.init(at: at("2026-04-04T15:00:00Z"), offsetSeconds: 37_800)])
        let date = try #require(CivilDate("2026-04-05"))
        let time = try #require(LocalTime(hour: 1, minute: 45))
        #expect(WallTime.instants(date, time, lordHowe).count == 2)
        let apia = ZoneRules(
            name: "Pacific/Apia", firstOffsetSeconds: -36_000,
            changes: [.init(at: at("2011-12-30T10:00:00Z"), offsetSeconds: 50_400)])
        let gone = try #require(CivilDate("2011-12-30"))
        #expect(WallTime.instants(gone, time, apia).isEmpty)
    }

    @Test("a cell that says its offset from UTC needs no zone")
    func offsets() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason\n"
                + "Lathe 1,2026-07-01T10:00:00+02:00,2026-07-01T08:30:00Z,Tooling\n"
                + "Lathe 1,2026-07-02T10:00:00+02:00,2026-07-02T08:30:00Z,Tooling\n")
        #expect(try bench.drafts()[0] == "lathe-1 idle 07-01T08:00 07-01T08:30")
    }

    @Test("the end before the start, equal ends, far years, the future and long rows are refused")
    func refusals() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 09:00,Tooling\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 10:00,Tooling\n"
                + "Lathe 1,0226-11-13 10:00,2026-11-13 11:00,Tooling\n"
                + "Lathe 1,2026-11-27 12:06,2026-11-27 13:00,Tooling\n"
                + "Lathe 1,2026-11-27 11:00,2026-11-27 13:00,Tooling\n"
                + "Lathe 1,2026-01-01 00:00,2026-03-01 00:00,Tooling\n"
                + "Lathe 1,,2026-03-01 00:00,Tooling\nLathe 1,2026-03-01 00:00,,Tooling\n")
        #expect(
            try bench.refusals() == [
                "2 End: The end is before the start.", "3 End: Start and end are the same.",
                "4 Start: The year 226 cannot be right.",
                "5 Start: 27 November 2026 12:06 has not come yet.",
                "6 End: 27 November 2026 13:00 has not come yet.",
                "7 End: This is over 31 days, too long for one row.",
                "8 Start: No start is given.", "9 End: No end is given.",
            ])
        let warnings = try bench.outcome().preview.warnings
        #expect(warnings.map(\.kind) == [.future, .order])
        #expect(warnings.map(\.count) == [2, 2])
    }

    @Test("a stop of 60 hours becomes corrections of at most a day that touch")
    func longStop() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason\nLathe 1,2026-11-13 18:00,2026-11-16 06:00,Breakdown\n")
        #expect(
            try bench.drafts() == [
                "lathe-1 idle 11-13T18:00 11-14T18:00", "lathe-1 idle 11-14T18:00 11-15T18:00",
                "lathe-1 idle 11-15T18:00 11-16T06:00", "lathe-1 because breakdown 11-13T18:00",
            ])
    }

    @Test("minutes that disagree by more than their rounding are said; start and end hold")
    func oddMinutes() throws {
        let bench = try Bench(
            "Machine,Start,End,Minutes,Reason\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 10:20,21,Tooling\n"
                + "Lathe 1,2026-11-13 11:00,2026-11-13 11:20,22,Tooling\n")
        let outcome = try bench.outcome()
        #expect(outcome.preview.warnings.map(\.rows) == [[3]])
        #expect(short(outcome.drafts[2].event) == "lathe-1 idle 11-13T11:00 11-13T11:20")
    }

    @Test("overlaps, days over 24 hours and touching stops are said")
    func comparisons() throws {
        let bench = try Bench(
            "Machine,Start,End,Reason\n"
                + "Lathe 1,2026-11-13 00:00,2026-11-13 20:00,Tooling\n"
                + "Lathe 1,2026-11-13 10:00,2026-11-13 16:00,Tooling\n"
                + "Lathe 2,2026-11-13 10:00,2026-11-13 11:00,Tooling\n"
                + "Lathe 2,2026-11-13 11:00,2026-11-13 12:00,Breakdown\n")
        let warnings = try bench.outcome().preview.warnings
        // Twenty hours and six are more than a day; row 5 begins where row 4 ends.
        #expect(warnings.map(\.kind) == [.overlap, .longDay, .adjacent])
        #expect(warnings.map(\.rows) == [[3], [3], [5]])
    }

    @Test("a day of 25 hours takes 25 hours, one of 23 does not")
    func longDays() throws {
        func kinds(_ day: String) throws -> [ImportWarning.Kind] {
            let text =
                "Machine,Start,End,Reason\nLathe 1,\(day) 03:00,\(day) 22:00,Tooling\n"
                + "Lathe 1,\(day) 04:00,\(day) 09:30,Tooling\n"
            return try Bench(text).outcome().preview.warnings.map(\.kind)
        }
        // 19 h and 5.5 h are 24.5 h.
        #expect(try kinds("2026-10-25") == [.overlap])
        #expect(try kinds("2026-10-24") == [.overlap, .longDay])
    }

    @Test(
        "lengths of time as people write them",
        arguments: [
            ("90", 5_400.0), ("1h20", 4_800), ("1 h 20 min", 4_800), ("0:45", 2_700),
            ("1:02:03", 3_723), ("45 min", 2_700), ("1,5h", 5_400), ("30s", 30), ("2h", 7_200),
            ("45'", 2_700), ("12.5", 750),
        ])
    func lengths(text: String, seconds: Double) {
        #expect(LengthText.seconds(text, unit: 60) == seconds)
    }

    @Test(
        "what is no length of time is none",
        arguments: [
            "", "soon", "1:75", "-5", "20 min 1 h", "1h 2h", "5 apples", "1.2.3", ":", "1:2:3:4",
        ])
    func noLengths(text: String) {
        #expect(LengthText.seconds(text, unit: 60) == nil)
        #expect(LengthText.seconds("90", unit: nil) == nil)
    }

    @Test("hours as people write them, and what is none")
    func hours() {
        #expect(HourText("6-7").map { [$0.from, $0.to] } == [21_600, 25_200])
        #expect(HourText("06:30 – 07:30").map { [$0.from, $0.to] } == [23_400, 27_000])
        #expect(HourText("23-24").map { [$0.from, $0.to] } == [82_800, 86_400])
        #expect(HourText("23:00-00:00").map { [$0.from, $0.to] } == [82_800, 86_400])
        for text in ["6-30", "25-26", "a-b", "6", "1-2-3", "", "06:00-18:00", "6:75-7"] {
            #expect(HourText(text) == nil)
        }
    }
}
