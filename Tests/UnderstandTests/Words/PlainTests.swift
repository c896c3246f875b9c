// Numbers, lengths, money and dates in plain writing.
import Plant
import Testing

@testable import Understand

@Suite("Plain writing")
struct PlainTests {
    @Test(
        "lengths",
        arguments: [
            (Elapsed.zero, "0 min"), (.seconds(59), "under a minute"), (.minutes(1), "1 min"),
            (.minutes(24), "24 min"), (.seconds(1499), "24 min"), (.minutes(60), "1 h"),
            (.minutes(72), "1 h 12 min"), (.hours(23), "23 h"), (.hours(26), "26 h"),
            (.minutes(67 * 60 + 36), "67 h 36 min"), (.hours(1024), "1,024 h"),
            (Elapsed.zero - .minutes(5), "−5 min"),
        ])
    func durations(length: Elapsed, expected: String) {
        #expect(plain(Plain.duration(length)) == expected)
    }

    @Test(
        "how long something has been so",
        arguments: [
            (Elapsed.seconds(59), "under a minute"), (.minutes(72), "1 h 12 min"),
            (.minutes(26 * 60 + 5), "26 h"), (.hours(48), "2 days"), (.hours(80), "3 days"),
        ])
    func ages(length: Elapsed, expected: String) {
        #expect(plain(Plain.age(length)) == expected)
    }

    @Test("a unit stands after a no-break space")
    func noBreak() {
        #expect(Plain.duration(.minutes(72)) == "1\u{a0}h 12\u{a0}min")
        #expect(Plain.amount(312, places: 0, unit: "kWh") == "312\u{a0}kWh")
        #expect(Plain.hours(.minutes(234)) == "3.9\u{a0}h")
        #expect(Plain.amount(3, places: 1, unit: "") == "3.0")
    }

    @Test(
        "lengths in words",
        arguments: [
            (Elapsed.seconds(30), "less than a minute"), (.minutes(1), "1 minute"),
            (.minutes(40), "40 minutes"), (.minutes(119), "1 hour"), (.hours(2), "2 hours"),
            (.hours(72), "3 days"),
        ])
    func words(length: Elapsed, expected: String) {
        #expect(Plain.durationInWords(length) == expected)
    }

    @Test(
        "hours in words",
        arguments: [
            (Elapsed.minutes(444), "7.4 hours"), (.hours(1), "1 hour"), (.hours(2), "2 hours"),
            (.minutes(24), "24 minutes"),
        ])
    func hours(length: Elapsed, expected: String) {
        #expect(Plain.hoursInWords(length) == expected)
    }

    @Test(
        "whole numbers",
        arguments: [
            (Int64(0), "0"), (7, "7"), (2318, "2,318"), (-1_234_567, "−1,234,567"),
            (.min, "−9,223,372,036,854,775,808"),
        ])
    func numbers(value: Int64, expected: String) {
        #expect(Plain.number(value) == expected)
    }

    @Test(
        "decimals",
        arguments: [
            (1234.567, 1, "1,234.6"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-2.5, 0, "−3"),
            (99.999, 2, "100.00"), (.nan, 1, "not known"), (1e300, 0, "very many"),
        ])
    func decimals(value: Double, places: Int, expected: String) {
        #expect(Plain.decimal(value, places: places) == expected)
    }

    @Test("shares have no decimals, and a missed limit does not round up to itself")
    func shares() {
        #expect(Plain.percent(0.784) == "78%")
        #expect(Plain.percent(1.3) == "130%")
        #expect(Plain.percentSeen(0.8999) == "89%")
        #expect(Plain.percentSeen(0.29) == "29%")
    }

    @Test(
        "money: whole pounds from ten on, pence below",
        arguments: [
            (Int64(20_149), "£201"), (20_150, "£202"), (1000, "£10"), (999, "£9.99"), (42, "£0.42"),
            (-5700, "−£57"), (-42, "−£0.42"), (123_456_700, "£1,234,567"), (0, "£0.00"),
        ])
    func money(minor: Int64, expected: String) {
        #expect(Plain.money(Money(minor: minor, currency: .gbp)) == expected)
    }

    @Test("money of other currencies keeps its own minor units")
    func currencies() throws {
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        #expect(plain(Plain.money(Money(minor: 1234, currency: yen))) == "JPY 1,234")
        #expect(plain(Plain.money(Money(minor: 1234, currency: dinar))) == "KWD 1.234")
    }

    @Test(
        "rates",
        arguments: [
            ("38.00", "£38"), ("38.50", "£38.50"), ("0.27", "£0.27"), ("0.1234", "£0.1234"),
            ("1500", "£1,500"),
        ])
    func rates(text: String, expected: String) throws {
        #expect(Plain.rate(try #require(Rate(text, currency: .gbp))) == expected)
    }

    @Test("the clock and the date are local, on both sides of a clock change")
    func local() throws {
        let november = try #require(Timestamp(rfc3339: "2026-11-13T11:25:08Z"))
        #expect(Plain.clock(november, zone: london) == "11:25")
        #expect(Plain.clock(november, zone: london, seconds: true) == "11:25:08")
        #expect(Plain.date(november, zone: london) == "Fri 13 Nov")
        let july = try #require(Timestamp(rfc3339: "2026-07-01T23:30:00Z"))
        #expect(Plain.clock(july, zone: london) == "00:30")
        #expect(Plain.date(july, zone: london) == "Thu 2 Jul")
        #expect(Plain.clock(minutes(0, 480), zone: london) == "06:00 to 14:00")
    }

    @Test("ranges of dates say no more than needed")
    func dates() throws {
        func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }
        #expect(Plain.longDate(try date("2026-11-13")) == "13 November 2026")
        #expect(Plain.dates(try date("2026-11-09"), try date("2026-11-13")) == "9 to 13 November")
        #expect(
            Plain.dates(try date("2026-11-30"), try date("2026-12-04"))
                == "30 November to 4 December")
        #expect(
            Plain.dates(try date("2026-12-28"), try date("2027-01-03"))
                == "28 December 2026 to 3 January 2027")
        #expect(Plain.dates(try date("2026-11-13"), try date("2026-11-13")) == "13 November")
        #expect(Plain.week(try date("2026-11-13")) == "2026-46")
        #expect(Plain.week(try date("2027-01-01")) == "2026-53")
    }

    @Test(
        "names in the middle of a sentence",
        arguments: [
            ("Waiting for material", "waiting for material"), ("CNC program", "CNC program"),
            ("X", "X"), ("", ""), ("A tool broke", "a tool broke"),
        ])
    func midSentence(name: String, expected: String) {
        #expect(Plain.midSentence(name) == expected)
    }

    @Test("seconds for workings")
    func seconds() {
        #expect(plain(Plain.seconds(.seconds(45))) == "45 s")
        #expect(plain(Plain.seconds(.milliseconds(1500))) == "1.50 s")
        #expect(plain(Plain.seconds(.minutes(2))) == "2 min")
    }
}
