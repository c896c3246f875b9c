// The plural rules against the sample numbers that CLDR prints beside each rule.

import Testing

@testable import Messages

@Suite struct PluralRulesTests {
    /// Numbers of a sample list such as `0, 2~16, 100`; a tilde is a range.
    static func wholes(_ samples: String) -> [Int64] {
        samples.split(separator: ", ").flatMap { item -> [Int64] in
            let ends = item.split(separator: "~").compactMap { Int64($0) }
            return ends.count == 2 ? Array(ends[0]...ends[1]) : ends
        }
    }

    /// Numbers of a sample list such as `0.0~1.5, 10.0` with their places.
    static func decimals(_ samples: String) -> [(Double, Int)] {
        samples.split(separator: ", ").flatMap { item -> [(Double, Int)] in
            let places = item.split(separator: "~")[0].split(separator: ".")[1].count
            var scale = 1.0
            for _ in 0..<places { scale *= 10 }
            let ends = item.split(separator: "~").compactMap { Double($0) }
                .map { Int(($0 * scale).rounded()) }
            return Array(ends[0]...ends[ends.count - 1]).map { (Double($0) / scale, places) }
        }
    }

    @Test(
        "whole numbers have the category that CLDR's samples give",
        arguments: [
            (MessageLanguage.english, PluralCategory.one, "1"),
            (.english, .other, "0, 2~16, 100, 1000, 10000, 100000, 1000000"),
            (.punjabi, .one, "0, 1"),
            (.punjabi, .other, "2~17, 100, 1000, 10000, 100000, 1000000"),
            (.polish, .one, "1"),
            (.polish, .few, "2~4, 22~24, 32~34, 42~44, 52~54, 62, 102, 1002"),
            (.polish, .many, "0, 5~19, 100, 1000, 10000, 100000, 1000000"),
            (.romanian, .one, "1"), (.romanian, .few, "0, 2~16, 101, 1001"),
            (.romanian, .other, "20~35, 100, 1000, 10000, 100000, 1000000"),
        ] as [(MessageLanguage, PluralCategory, String)])
    func wholeSamples(
        _ language: MessageLanguage, _ category: PluralCategory, _ samples: String
    ) {
        let numbers = PluralRulesTests.wholes(samples)
        #expect(!numbers.isEmpty)
        for number in numbers {
            #expect(language.pluralCategory(number) == category, "\(language) \(number)")
        }
    }

    @Test(
        "numbers with decimals have the category that CLDR's samples give",
        arguments: [
            (
                MessageLanguage.english, PluralCategory.other,
                "0.0~1.5, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0"
            ),
            (.punjabi, .one, "0.0, 1.0, 0.00, 1.00, 0.000, 1.000, 0.0000, 1.0000"),
            (.punjabi, .other, "0.1~0.9, 1.1~1.7, 10.0, 100.0, 1000.0, 10000.0, 1000000.0"),
            (.polish, .other, "0.0~1.5, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0"),
            (.romanian, .few, "0.0~1.5, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0"),
        ] as [(MessageLanguage, PluralCategory, String)])
    func decimalSamples(
        _ language: MessageLanguage, _ category: PluralCategory, _ samples: String
    ) {
        let numbers = PluralRulesTests.decimals(samples)
        #expect(!numbers.isEmpty)
        for (number, places) in numbers {
            #expect(
                language.pluralCategory(number, places: places) == category,
                "\(language) \(number) with \(places)")
        }
    }

    @Test("negative numbers have the category of their size, to the ends of the range")
    func negative() {
        #expect(MessageLanguage.polish.pluralCategory(-1) == .one)
        #expect(MessageLanguage.polish.pluralCategory(-22) == .few)
        // 2^63 ends in 08, which is many in Polish and few in Romanian.
        #expect(MessageLanguage.polish.pluralCategory(.min) == .many)
        #expect(MessageLanguage.romanian.pluralCategory(.min) == .few)
    }

    @Test("a number that cannot be shown has no category")
    func unshowable() {
        #expect(MessageLanguage.english.pluralCategory(.nan, places: 0) == nil)
        #expect(MessageLanguage.english.pluralCategory(.infinity, places: 2) == nil)
        #expect(MessageLanguage.english.pluralCategory(1e15, places: 0) == nil)
    }

    @Test("each language's rules give only the categories it says it has, and all of them")
    func categories() {
        for language in MessageLanguage.allCases {
            var met = Set((0...200).map { language.pluralCategory($0) })
            if let category = language.pluralCategory(1.5, places: 1) { met.insert(category) }
            #expect(met == Set(language.pluralCategories), "\(language)")
            #expect(language.pluralCategories.last == .other)
        }
    }
}
