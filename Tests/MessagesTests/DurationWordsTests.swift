// Lengths of time in every language, with the house's examples.

import Testing

@testable import Messages

@Suite struct DurationWordsTests {
    static func words(_ language: MessageLanguage) throws -> DurationWords {
        DurationWords(try BoxMessages.catalog(), language)
    }

    @Test(
        "lengths are rounded down and never become days",
        arguments: [
            (MessageLanguage.english, Int64(0), "0\u{a0}min"), (.english, 59, "under a minute"),
            (.english, 60, "1\u{a0}min"), (.english, 24 * 60 + 59, "24\u{a0}min"),
            (.english, 3600, "1\u{a0}h"), (.english, 72 * 60, "1\u{a0}h 12\u{a0}min"),
            // 67 h 36 min are 243,360 s.
            (.english, 243_360, "67\u{a0}h 36\u{a0}min"),
            (.english, -72 * 60, "−1\u{a0}h 12\u{a0}min"),
            (.english, -5, "under a minute"), (.polish, 72 * 60, "1\u{a0}h 12\u{a0}min"),
            (.romanian, 59, "sub un minut"), (.polish, 59, "mniej niż minutę"),
            (.punjabi, 72 * 60, "1\u{a0}ਘੰਟਾ 12\u{a0}ਮਿੰਟ"), (.punjabi, 7200, "2\u{a0}ਘੰਟੇ"),
        ] as [(MessageLanguage, Int64, String)])
    func duration(_ language: MessageLanguage, _ seconds: Int64, _ expected: String) throws {
        #expect(try DurationWordsTests.words(language).duration(seconds: seconds) == expected)
    }

    @Test(
        "ages become hours after a day and days after two",
        arguments: [
            (MessageLanguage.english, Int64(72 * 60), "1\u{a0}h 12\u{a0}min"),
            (.english, 86_399, "23\u{a0}h 59\u{a0}min"), (.english, 26 * 3600 + 1800, "26\u{a0}h"),
            (.english, 48 * 3600, "2\u{a0}days"), (.polish, 48 * 3600, "2\u{a0}dni"),
            (.polish, 22 * 86_400, "22\u{a0}dni"), (.romanian, 3 * 86_400, "3\u{a0}zile"),
            (.romanian, 20 * 86_400, "20\u{a0}de zile"), (.punjabi, 5 * 86_400, "5\u{a0}ਦਿਨ"),
        ] as [(MessageLanguage, Int64, String)])
    func age(_ language: MessageLanguage, _ seconds: Int64, _ expected: String) throws {
        #expect(try DurationWordsTests.words(language).age(seconds: seconds) == expected)
    }

    @Test(
        "full words have each language's plurals",
        arguments: [
            (MessageLanguage.english, Int64(60), "1\u{a0}minute"),
            (.english, 7200, "2\u{a0}hours"), (.english, 3 * 86_400, "3\u{a0}days"),
            (.polish, 60, "1\u{a0}minuta"), (.polish, 180, "3\u{a0}minuty"),
            (.polish, 300, "5\u{a0}minut"), (.polish, 22 * 3600, "22\u{a0}godziny"),
            (.romanian, 60, "1\u{a0}minut"), (.romanian, 19 * 60, "19\u{a0}minute"),
            (.romanian, 20 * 60, "20\u{a0}de minute"), (.romanian, 3600, "1\u{a0}oră"),
            (.punjabi, 3600, "1\u{a0}ਘੰਟਾ"), (.punjabi, 7200, "2\u{a0}ਘੰਟੇ"),
            (.english, -10, "under a minute"),
        ] as [(MessageLanguage, Int64, String)])
    func inWords(_ language: MessageLanguage, _ seconds: Int64, _ expected: String) throws {
        #expect(try DurationWordsTests.words(language).inWords(seconds: seconds) == expected)
    }

    @Test("the first minute is shown in seconds while it goes on")
    func live() throws {
        let words = try DurationWordsTests.words(.polish)
        #expect(words.live(seconds: 0) == "0\u{a0}s")
        #expect(words.live(seconds: 45) == "45\u{a0}s")
        #expect(words.live(seconds: 60) == "1\u{a0}min")
        #expect(words.live(seconds: -1) == "mniej niż minutę")
    }

    @Test("the ends of the range do not trap")
    func ends() throws {
        let words = try DurationWordsTests.words(.english)
        #expect(words.duration(seconds: .min).hasPrefix("−"))
        #expect(words.age(seconds: .max) == "106,751,991,167,300\u{a0}days")
        #expect(words.live(seconds: .min).hasPrefix("−") && !words.inWords(seconds: .max).isEmpty)
    }
}
