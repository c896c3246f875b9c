// The calendar on the wall.

import Plant
import Testing

@Suite struct CivilDateTests {
    @Test("every day from 1677 to 2262 has one number, one weekday after the other")
    func everyDay() throws {
        var date = try day("1677-09-21")
        var weekday = date.weekday
        #expect(weekday == .tuesday)
        var wrong: [String] = []
        for number in date.dayNumber...(try day("2262-04-11")).dayNumber {
            let isRight =
                date.dayNumber == number && CivilDate(dayNumber: number) == date
                && date.weekday == weekday
                && CivilDate(year: date.year, month: date.month, day: date.day) == date
            if !isRight { wrong.append(date.text) }
            weekday = Weekday(rawValue: weekday.rawValue % 7 + 1) ?? .monday
            let next = date.adding(days: 1)
            if next <= date { wrong.append(date.text) }
            date = next
        }
        #expect(wrong == [])
    }

    @Test(
        "ISO weeks at the turn of years",
        arguments: [
            ("2026-01-01", 2026, 1), ("2025-12-29", 2026, 1), ("2025-12-28", 2025, 52),
            ("2026-12-31", 2026, 53), ("2027-01-03", 2026, 53), ("2027-01-04", 2027, 1),
            ("2021-01-03", 2020, 53), ("2024-12-30", 2025, 1), ("2023-01-01", 2022, 52),
            ("2000-02-29", 2000, 9), ("2026-03-29", 2026, 13),
        ])
    func isoWeek(text: String, year: Int, week: Int) throws {
        let date = try day(text)
        #expect(date.isoWeek == (year, week))
        #expect(date.monday.isoWeek == (year, week))
        #expect(date.monday.weekday == .monday)
    }

    @Test(
        "days that do not exist are refused",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-3",
            "20260403", "2026-04-0x", "", "2026-04-03 ",
        ])
    func refused(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("leap days exist where the Gregorian calendar has them")
    func leapDays() throws {
        #expect(try day("2024-02-29").dayOfYear == 60)
        #expect(try day("2000-02-29").adding(days: 1).text == "2000-03-01")
        #expect(try day("2024-12-31").dayOfYear == 366)
        #expect(try day("2026-12-31").dayOfYear == 365)
    }

    @Test("short names of days read back")
    func shortNames() {
        for weekday in Weekday.allCases {
            #expect(Weekday(shortName: weekday.shortName) == weekday)
        }
        #expect(Weekday(shortName: "mon") == nil)
    }
}
