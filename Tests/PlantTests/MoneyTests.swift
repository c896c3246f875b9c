// Money comes out the same everywhere (decisions 29).

import Plant
import Testing

@Suite struct MoneyTests {
    @Test(
        "a cost is rounded once, halves to the even penny",
        arguments: [
            // £1.80 an hour is 0.05 p a second: 10 s = 0.5 p, 30 s = 1.5 p, 50 s = 2.5 p.
            ("1.80", 10, 0), ("1.80", 30, 2), ("1.80", 50, 2), ("1.80", 70, 4),
            ("1.80", 11, 1), ("1.80", 49, 2), ("1.80", 51, 3),
            ("38.00", 3600, 3800), ("38.00", 60, 63), ("38.00", 90, 95),
            ("0.000001", 3600, 0), ("999999999.999999", 3600, 100_000_000_000),
            ("1.80", -10, 0), ("1.80", -30, -2), ("1.80", -11, -1), ("1.80", 0, 0),
        ] as [(String, Int64, Int64)])
    func halfEven(rate: String, seconds: Int64, pence: Int64) throws {
        let rate = try #require(Rate(rate, currency: .gbp))
        #expect(rate.cost(of: .seconds(seconds)) == Money(minor: pence, currency: .gbp))
    }

    @Test("a cost that cannot be held is nil, not a wrong amount")
    func tooMuch() {
        let rate = Rate(millionths: .max, currency: .gbp)
        #expect(rate.cost(of: Elapsed(nanoseconds: .max)) == nil)
        #expect(rate.cost(of: Elapsed(nanoseconds: .min)) == nil)
    }

    @Test(
        "currencies have the minor units of ISO 4217",
        arguments: [
            ("JPY", 1234, "1234"), ("GBP", -5, "-0.05"), ("KWD", 1002, "1.002"),
            ("EUR", 100, "1.00"),
        ])
    func minorUnits(code: String, minor: Int64, text: String) throws {
        let currency = try #require(Currency(code))
        #expect(Money(minor: minor, currency: currency).text == text)
    }

    @Test("the smallest amount has a text")
    func smallest() {
        #expect(Money(minor: .min, currency: .gbp).text == "-92233720368547758.08")
        #expect(Rate(millionths: .min, currency: .gbp).text == "-9223372036854.775808")
    }

    @Test("yen an hour are not multiplied by a hundred")
    func yen() throws {
        let yen = try #require(Currency("JPY"))
        let rate = try #require(Rate("4000", currency: yen))
        #expect(rate.cost(of: .minutes(90))?.minor == 6000)
    }

    @Test(
        "a rate's text reads back",
        arguments: [
            ("38", "38.00"), ("38.0", "38.00"), ("0.1534", "0.1534"), ("0.000001", "0.000001"),
            ("0", "0.00"),
        ])
    func rateText(text: String, written: String) throws {
        let rate = try #require(Rate(text, currency: .gbp))
        #expect(rate.text == written)
        #expect(Rate(written, currency: .gbp) == rate)
    }

    @Test(
        "what is no rate is refused",
        arguments: [
            "", ".", "1.", ".5", "-1", "+1", "1,5", "1.1234567", "1000000000", "1e3", " 1", "1.2.3",
            "0x10",
        ])
    func refused(text: String) {
        #expect(Rate(text, currency: .gbp) == nil)
    }

    @Test("different currencies are never added, nor sums that cannot be held")
    func adding() throws {
        let pound = Money(minor: 100, currency: .gbp)
        #expect(pound.adding(Money(minor: 23, currency: .gbp))?.text == "1.23")
        let euro = try #require(Currency("EUR"))
        #expect(pound.adding(Money(minor: 1, currency: euro)) == nil)
        #expect(pound.adding(Money(minor: .max, currency: .gbp)) == nil)
        #expect(Currency("gbp") == nil)
        #expect(Currency("GB") == nil)
    }
}
