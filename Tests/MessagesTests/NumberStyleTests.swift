// Numbers in each language's writing, with the worked examples of the house.

import Testing

@testable import Messages

@Suite struct NumberStyleTests {
    @Test(
        "whole numbers are grouped in each language's way",
        arguments: [
            (MessageLanguage.english, Int64(999), "999"), (.english, 1000, "1,000"),
            (.english, -1_234_567, "−1,234,567"), (.polish, 1234, "1\u{a0}234"),
            (.romanian, 1_234_567, "1.234.567"), (.punjabi, 1000, "1,000"),
            (.punjabi, 12_34_567, "12,34,567"), (.punjabi, 99_999, "99,999"),
            (.punjabi, 1_00_000, "1,00,000"), (.pseudo, 1234, "1,234"),
            (.english, .max, "9,223,372,036,854,775,807"),
            (.punjabi, .min, "−92,23,37,20,36,85,47,75,808"),
        ] as [(MessageLanguage, Int64, String)])
    func whole(_ language: MessageLanguage, _ value: Int64, _ expected: String) {
        #expect(language.number(value) == expected)
    }

    @Test(
        "numbers with decimals have each language's sign",
        arguments: [
            (MessageLanguage.english, 1234.5, 1, "1,234.5"),
            (.polish, 1234.5, 1, "1\u{a0}234,5"), (.romanian, 1234.5, 1, "1.234,5"),
            (.punjabi, 123_456.5, 1, "1,23,456.5"), (.english, 0.05, 1, "0.1"),
            (.english, 0.049, 1, "0.0"), (.english, 9.995, 2, "10.00"),
            (.english, 0.000_05, 4, "0.0001"), (.english, -0.5, 0, "−1"),
            (.english, 123_456_789.125, 2, "123,456,789.13"),
            (.english, 999_999_999_999_999.9, 0, "1,000,000,000,000,000"),
            (.english, 0.1, 9, "0.100000000"),
        ] as [(MessageLanguage, Double, Int, String)])
    func decimal(_ language: MessageLanguage, _ value: Double, _ places: Int, _ expected: String) {
        #expect(language.number(value, places: places) == expected)
    }

    @Test("what cannot be shown is nil, never a made-up number")
    func unshowable() {
        for value in [Double.nan, .infinity, -.infinity, 1e15, -1e300] {
            #expect(MessageLanguage.english.number(value, places: 1) == nil)
        }
    }

    @Test("places outside 0 to 9 are taken as the nearest of them")
    func places() {
        #expect(MessageLanguage.english.number(1.25, places: -5) == "1")
        #expect(MessageLanguage.english.number(1.25, places: .max) == "1.250000000")
        #expect(MessageLanguage.english.number(1.25, places: .min) == "1")
    }
}
