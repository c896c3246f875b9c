// Single cells: what is read from them under which meaning, and why others do not fit.

import Plant
import Testing

@testable import Sheets

@Suite struct ValueTests {
    @Test(
        "reads numbers as people write them",
        arguments: [
            ("1234", 1_234.0, 1_234.0), ("1,234.5", 1_234.5, nil), ("1.234,5", nil, 1_234.5),
            ("1,234", 1_234, 1.234), ("1.234", 1.234, 1_234), ("0,123", nil, 0.123),
            ("1 234,5", nil, 1_234.5), ("1\u{A0}234,5", nil, 1_234.5),
            ("1\u{202F}234.5", 1_234.5, nil), ("1'234.50", 1_234.5, nil),
            ("1’234.50", 1_234.5, nil),
            ("(1,234.50)", -1_234.5, nil), ("-5", -5, -5), ("−5", -5, -5), ("5-", -5, -5),
            ("£1,234.50", 1_234.5, nil), ("-£5", -5, -5), ("12,50 €", nil, 12.5),
            ("EUR 12", 12, 12),
            ("12.5%", 0.125, nil), ("12 %", 0.12, 0.12), ("1 234,5 kg", nil, 1_234.5),
            ("1.2E+3", 1_200, nil), ("1E-2", 0.01, 0.01), (".5", 0.5, nil), ("+7", 7, 7),
            ("1,234,567", 1_234_567, nil), ("0.1", 0.1, nil), ("123 zł", 123, 123),
            ("12345678901234567890", 12_345_678_901_234_567_168, 12_345_678_901_234_567_168),
        ] as [(String, Double?, Double?)])
    func readsNumber(_ text: String, _ point: Double?, _ comma: Double?) throws {
        let bytes = Array(text.utf8)
        let number = try #require(NumberText(bytes, bytes.indices))
        #expect(number.value(bytes, .point) == point)
        #expect(number.value(bytes, .comma) == comma)
    }

    @Test(
        "leaves alone what is no number",
        arguments: [
            "12A", "M8", "1,23,4", "12 34", "1..2", "--5", "(5", "5)", "", "1e999999", "kg",
            "5 foo",
            "1,2345", "€", "1.2.3", "5 5 5", "+", "1-2",
        ])
    func leavesOthers(_ text: String) {
        let bytes = Array(text.utf8)
        let number = NumberText(bytes, bytes.indices)
        #expect(number?.value(bytes, .point) == nil)
    }

    @Test(
        "reads dates in five languages and two orders",
        arguments: [
            ("2026-04-03", "2026-04-03", "2026-04-03"), ("2026/4/3", "2026-04-03", "2026-04-03"),
            ("03/04/2026", "2026-04-03", "2026-03-04"), ("25/04/2026", "2026-04-25", nil),
            ("04/25/26", nil, "2026-04-25"), ("3.4.2026", "2026-04-03", "2026-03-04"),
            ("3-4-69", "1969-04-03", "1969-03-04"), ("3 April 2026", "2026-04-03", "2026-04-03"),
            ("3. März 2026", "2026-03-03", "2026-03-03"),
            ("Fri 3 Apr 2026", "2026-04-03", "2026-04-03"),
            ("April 3, 2026", "2026-04-03", "2026-04-03"), ("3-Apr-26", "2026-04-03", "2026-04-03"),
            ("1er avril 2026", "2026-04-01", "2026-04-01"),
            ("3rd April 2026", "2026-04-03", "2026-04-03"), ("1er", nil, nil),
            ("3 avril 2026", "2026-04-03", "2026-04-03"),
            ("3 kwietnia 2026", "2026-04-03", "2026-04-03"),
            ("3 aprilie 2026", "2026-04-03", "2026-04-03"),
            ("Mo 3.3.2026", "2026-03-03", "2026-03-03"), ("29/02/2025", nil, nil),
            ("31/04/2026", nil, nil),
            ("2026-13-01", nil, nil), ("3/4/202", nil, nil),
            ("mardi 3 mars 2026", "2026-03-03", "2026-03-03"),
        ])
    func readsDate(_ text: String, _ day: String?, _ month: String?) {
        let bytes = Array(text.utf8)
        let date = DateText(bytes, bytes.indices)
        #expect(date?.date(.dayFirst)?.text == day)
        #expect(date?.date(.monthFirst)?.text == month)
    }

    @Test(
        "reads dates with times and zones",
        arguments: [
            ("2026-04-03T14:30:00Z", "14:30", 0), ("2026-04-03T14:30:00+02:00", "14:30", 7_200),
            ("2026-04-03 14:30:15.25", "14:30:15.25", nil), ("3.4.2026, 14:30 Uhr", "14:30", nil),
            ("03/04/2026 2:30 pm", "14:30", nil), ("03/04/2026 12:05 AM", "00:05", nil),
            ("2026-04-03T14:30-0530", "14:30", -19_800),
        ] as [(String, String, Int?)])
    func readsDateTime(_ text: String, _ time: String, _ offset: Int?) throws {
        let bytes = Array(text.utf8)
        let date = try #require(DateText(bytes, bytes.indices))
        #expect(date.clock?.time?.text == time)
        #expect(date.utcOffset == offset)
    }

    @Test(
        "reads lengths of time with their units",
        arguments: [
            ("90 min", 5_400.0), ("1 h 30 min", 5_400), ("1h30", 5_400), ("1h 30m", 5_400),
            ("7,5 h", 27_000), ("7.5 hours", 27_000), ("45 s", 45), ("2 days", 172_800),
            ("1 Std. 15 Min.", 4_500), ("-15 min", -900), ("90", nil), ("5 m", nil),
            ("1,500 min", nil),
            ("min", nil), ("1 min 1 h", nil),
        ] as [(String, Double?)])
    func readsLength(_ text: String, _ seconds: Double?) {
        let bytes = Array(text.utf8)
        #expect(DurationText.seconds(bytes, bytes.indices) == seconds)
    }

    @Test(
        "counts days as Excel does, the day that never was included",
        arguments: [
            (1.0, false, "1900-01-01 00:00"), (59, false, "1900-02-28 00:00"), (60, false, nil),
            (61, false, "1900-03-01 00:00"), (46_115.25, false, "2026-04-03 06:00"),
            (0, true, "1904-01-01 00:00"), (44_653, true, "2026-04-03 00:00"), (-1, false, nil),
            (2_958_465.999_999_999, false, nil), (3e300, false, nil), (.nan, false, nil),
            (46_115.999_999_999_9, false, "2026-04-04 00:00"),
            (2_958_465, false, "9999-12-31 00:00"),
        ] as [(Double, Bool, String?)])
    func countsDays(_ serial: Double, _ is1904: Bool, _ text: String?) {
        #expect(ExcelSerial.dateTime(serial, is1904: is1904)?.text == text)
    }

    @Test("day numbers and dates are each other's inverse")
    func invertsDayNumbers() {
        for number in stride(from: -719_162, through: 2_932_896, by: 997) {
            #expect(CivilDate(inSheet: number)?.dayNumber == number)
        }
        #expect(CivilDate(inSheet: -719_163) == nil && CivilDate(inSheet: 2_932_897) == nil)
    }

    @Test(
        "tells from a format what a number is",
        arguments: [
            ("General", RawKind.number), ("0.00", .number), ("0.0%", .percent),
            ("dd/mm/yyyy", .date),
            ("d mmm yy", .date), ("mmmm", .date), ("hh:mm", .time), ("h:mm AM/PM", .time),
            ("dd/mm/yyyy hh:mm", .dateTime), ("[h]:mm", .elapsed), ("mm:ss", .elapsed),
            ("[Red]0.00", .number), ("#,##0 \"days\"", .number), ("0.00E+00", .number),
            ("[$-409]d. mmmm yyyy;@", .date), ("yyyy\\-mm\\-dd\\ hh:mm:ss", .dateTime),
            ("@", .number),
            ("_-* #,##0.00_-", .number), ("[", .number), ("\"", .number), ("\\", .number),
        ])
    func readsFormat(_ code: String, _ kind: RawKind) { #expect(NumberFormat.kind(code) == kind) }
}
