// The words of pages: banned ones, reading age, and the plain writing of numbers (ux 14, 15).

import Foundation
import Hummingbird
import Plant
import Testing

@testable import Web

@Suite("Words of pages")
struct WordsTests {
    static let banned = [
        "utilisation", "availability", "oee", "downtime", "classification", "reason code",
        "loss category", "changeover", "smed", "micro-stoppage", "pareto", "cycle time", "takt",
        "statistical control", "nelson", "control limits", "cpk", "data point", "register",
        "node", "entity", "asset", "device", "equipment", "work unit", "driver", "adapter",
        "connector", "protocol converter", "instance", "gateway", "server", "notification",
        "trigger", "automation", "federate", "publish", "sync", "baseline", "counterfactual",
        "roi", "npv", "break-even", "actuation", "set-point", "authenticate", "credentials",
        "please", "successfully", "oops", "simply",
    ]

    @Test(
        "main pages use no banned word", arguments: PageCase.main + ["/m/lathe-1"],
        [FixtureStory.typical, .normal, .empty, .partly])
    func bannedWords(path: String, story: FixtureStory) async throws {
        var html = try await WebHarness(story).page(path)
        // The terms of the standard may stand under "more"; addresses belong to the site.
        html = html.replacingOccurrences(
            of: "<details class=\"more.*?</details>", with: "", options: [.regularExpression])
        html = html.replacingOccurrences(of: "gateway-1", with: "")
        let words = " " + HTMLReading.words(html).lowercased() + " "
        for word in Self.banned {
            let pattern = "[^a-z]" + NSRegularExpression.escapedPattern(for: word) + "[^a-z]"
            let hit = words.range(of: pattern, options: .regularExpression)
            #expect(hit == nil, "\(word) on \(path)")
        }
        #expect(!words.contains("!"), "no exclamation marks on \(path)")
    }

    @Test(
        "sentences of pages can be read at twelve",
        arguments: PageCase.main + [
            "/welcome", "/about", "/setup", "/how/time-lost", "/m/lathe-1",
        ])
    func readingAge(path: String) async throws {
        let html = try await WebHarness(.typical).page(path)
        let main = try #require(HTMLReading.inside("main", of: html))
        let sentences = HTMLReading.words(main).split { ".?".contains($0) }.map(String.init)
            .filter { $0.split { !$0.isLetter }.count >= 4 }
        let grade = ReadingAge.grade(sentences)
        // Flesch-Kincaid grade plus five is the age in years.
        #expect(grade + 5 <= 12, "grade \(grade) on \(path)")
    }

    @Test("first lines can be read at twelve", arguments: PageCase.main, FixtureStory.allCases)
    func firstLines(path: String, story: FixtureStory) async throws {
        guard story != .longNames else { return }
        let html = try await WebHarness(story).page(path)
        let line = HTMLReading.words(try #require(HTMLReading.inside("h1", of: html)))
        let sentences = line.split { ".?:".contains($0) }.map(String.init)
        #expect(ReadingAge.grade(sentences) + 5 <= 12, "\(line)")
    }

    @Test(
        "measured values have as many digits as help",
        arguments: [
            (4.2, "4.2"), (0, "0"), (1234.6, "1,234.6"), (12.34, "12.34"), (0.12345, "0.123"),
            (-3.0, "−3"), (19.25, "19.25"), (100, "100"), (25.019000000000002, "25.019"),
            (6.139999866485596, "6.14"), (12.345678, "12.3"), (42868.590000000004, "42,869"),
        ])
    func measured(value: Double, text: String) {
        #expect(Measure.value(value) == text)
    }

    @Test(
        "decimals follow the spread of the values",
        arguments: [
            ([25.004, 25.02, 25.019000000000002], 3), ([2, 74.4], 1), ([0, 1955], 0),
            ([29.5, 30.7], 1), ([76608.21, 76620.33], 1), ([0.17, 3.4299999], 2), ([25.004], 3),
            ([6.139999866485596, 6.139999866485596], 2), ([0, 0], 0), ([], 0),
            ([0.000123456, 0.000987654], 6), ([1.23456, 9.87654], 2),
        ])
    func decimals(values: [Double], places: Int) {
        #expect(Measure.places(values) == places)
    }

    @Test(
        "units are written as people write them",
        arguments: [
            ("Cel", "°C"), ("{rpm}", "rpm"), ("1/min", "per min"), ("/min", "per min"),
            ("{rev}/min", "rev/min"), ("m3/min", "m³/min"), ("m/s2", "m/s²"), ("kW.h", "kWh"),
            ("N.m", "N·m"), ("um", "µm"), ("[psi]", "psi"), ("%", "%"), ("1", ""), ("", ""),
            ("mm/s", "mm/s"), ("{units}", "units"),
        ])
    func units(code: String, name: String) {
        #expect(Measure.unit(code) == name)
    }

    @Test("changes of a text are its first sample and each other one, with what was not seen")
    func textChanges() {
        let series = SampleSeries(
            times: [1, 2, 3, 4, 5], values: .texts(["run", "run", "idle", "idle", "run"]),
            quality: [.good, .good, .good, .badComm, .good])
        let changes = TextModel.changes(series)
        #expect(changes.map(\.words) == ["run", "idle", "not seen", "run"])
        #expect(changes.map(\.time.nanoseconds) == [1, 3, 4, 5])
    }

    @Test(
        "ranges are as short as they can be",
        arguments: [
            ("2026-11-13T06:00:00Z", "2026-11-13T11:25:08Z", "06:00 to 11:25"),
            ("2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z", "Thu 12 Nov"),
            ("2026-11-09T00:00:00Z", "2026-11-14T00:00:00Z", "9 to 13 November"),
            ("2026-11-12T06:00:00Z", "2026-11-12T14:00:00Z", "Thu 12 Nov, 06:00 to 14:00"),
        ])
    func ranges(from: String, to: String, text: String) throws {
        let clock = LocalClock(zone: .utc)
        let range = TimeRange(
            start: try #require(Timestamp(rfc3339: from)), end: try #require(Timestamp(rfc3339: to))
        )
        #expect(clock.range(range, today: FixtureDay.now) == text)
    }

    @Test("periods have 23 and 25 hours where the clocks change")
    func clockChange() throws {
        // Europe/London 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
        let spring = try #require(Timestamp(rfc3339: "2026-03-29T01:00:00Z"))
        let autumn = try #require(Timestamp(rfc3339: "2026-10-25T01:00:00Z"))
        let zone = ZoneRules(
            name: "Europe/London", firstOffsetSeconds: 0,
            changes: [
                .init(at: spring, offsetSeconds: 3600), .init(at: autumn, offsetSeconds: 0),
            ])
        let calendar = ShiftCalendar(zone: zone)
        let afterSpring = RangeChoice.yesterday.range(
            at: spring + .hours(30), calendar: calendar)
        #expect(afterSpring.elapsed == .hours(23))
        let afterAutumn = RangeChoice.yesterday.range(
            at: autumn + .hours(30), calendar: calendar)
        #expect(afterAutumn.elapsed == .hours(25))
    }
}

/// The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word − 15.59.
enum ReadingAge {
    static func grade(_ sentences: [String]) -> Double {
        let words = sentences.flatMap {
            $0.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
        }
        guard !words.isEmpty, !sentences.isEmpty else { return 0 }
        let syllables = words.reduce(0) { $0 + self.syllables($1) }
        return 0.39 * Double(words.count) / Double(sentences.count)
            + 11.8 * Double(syllables) / Double(words.count) - 15.59
    }

    static func syllables(_ word: String) -> Int {
        let letters = Array(word.lowercased())
        var count = 0
        var wasVowel = false
        for letter in letters {
            let isVowel = "aeiouy".contains(letter)
            if isVowel, !wasVowel { count += 1 }
            wasVowel = isVowel
        }
        if letters.count > 2, letters.last == "e", !word.hasSuffix("le") { count -= 1 }
        return max(1, count)
    }
}
