// Questions about several signals at once: patterns, cells, figures, time in state, raw rows.

import Foundation
import HTTPTypes
import HummingbirdTesting
import Plant
import Synchronization
import Testing

@testable import Web

@Suite struct RangeTests {
    private static func json(_ response: TestResponse) throws -> [String: Any] {
        try InterfaceTests.json(response)
    }

    private static func values(_ list: Any?) -> [Double?] {
        (list as? [Any] ?? []).map { $0 as? Double }
    }

    private static let span = "from=2026-11-13T06:00:00Z&to=2026-11-13T10:00:00Z"

    @Test(
        "a star stands for any characters, everything else for itself",
        arguments: [
            ("mill-1/current", "mill-1/current", true), ("mill-1/*", "mill-1/current", true),
            ("mill-1/*", "mill-10/current", false), ("*", "", true), ("*/a*b*c", "x/a1b2c", true),
            ("*/a*b*c", "x/acb", false), ("ab*ba", "aba", false), ("a**b", "ab", true),
            ("", "", true), ("", "x", false), ("mc,machine=m0* *", "mc,machine=m01 load", true),
        ])
    func patterns(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(SignalPattern(pattern).matches(name) == fits)
    }

    @Test(
        "lengths of time are read with their unit",
        arguments: [
            ("90s", 90_000), ("5m", 300_000), ("8h", 28_800_000), ("2d", 172_800_000),
            ("500ms", 500), ("60000", 60_000), ("", nil), ("h", nil), ("5x", nil), ("-5m", nil),
            ("99999999999999999999h", nil), ("9223372036854775807d", nil), ("1.5h", nil),
        ] as [(String, Int64?)])
    func lengths(_ text: String, _ milliseconds: Int64?) {
        #expect(Elapsed(interfaceText: text) == milliseconds.map { .milliseconds($0) })
    }

    @Test("range answers in columns, with null where nothing was measured")
    func range() async throws {
        let answer = try Self.json(
            try await WebHarness().ask(
                "/api/v1/range?signal=1&\(Self.span)&points=4&figures=min,avg,twa,seen_s&hold=10s"))
        let signals = try #require(answer["signals"] as? [[String: Any]])
        #expect(signals.count == 1)
        #expect(answer["hold"] as? Int == 10)
        #expect((answer["starts_ms"] as? [Int])?.count == 4)
        #expect(Self.values(signals[0]["min"]) == [1, nil, 1, 1])
        #expect(Self.values(signals[0]["twa"]) == [5, nil, 5, 5])
        #expect(Self.values(signals[0]["seen_s"]) == [4.5, 0, 4.5, 4.5])
        #expect(signals[0]["max"] == nil)
    }

    @Test("steps are cut by the range and begin at whole multiples")
    func steps() async throws {
        let answer = try Self.json(
            try await WebHarness().ask(
                "/api/v1/range?signal=*&\(Self.span)&every=3h&offset=1h&figures=sum"))
        let starts = try #require(answer["starts_ms"] as? [Int])
        let first = try #require(Timestamp(rfc3339: "2026-11-13T06:00:00Z"))
        #expect(
            starts.map { Int64($0) - first.millisecondsSince1970 }
                == [0, 3_600_000])
        let signals = try #require(answer["signals"] as? [[String: Any]])
        #expect(signals.count > 1)
    }

    @Test("time in state names each value and the seconds in which none held")
    func stateTime() async throws {
        let harness = WebHarness()
        let answer = try Self.json(
            try await harness.ask("/api/v1/state-time?signal=1&\(Self.span)&points=2"))
        let signal = try #require((answer["signals"] as? [[String: Any]])?.first)
        let seconds = try #require(signal["seconds"] as? [String: [Double]])
        #expect(seconds == ["3": [1.5, 1.5], "off": [0.25, 0.25]])
        #expect(signal["unseen_s"] as? [Double] == [7198.25, 7198.25])
        #expect(answer["hold"] as? Int == 300)
        let one = try Self.json(
            try await harness.ask(
                "/api/v1/state-time?signal=1&\(Self.span)&state=off&hold=next"))
        #expect(one["hold"] as? String == "next")
        let only = try #require((one["signals"] as? [[String: Any]])?.first)
        #expect((only["seconds"] as? [String: [Double]])?.keys.sorted() == ["off"])
    }

    @Test("the site's shifts are cells with their ids")
    func shifts() async throws {
        let answer = try Self.json(
            try await WebHarness().ask(
                "/api/v1/range?signal=1&from=2026-11-12T00:00:00Z&to=2026-11-14T00:00:00Z"
                    + "&by=shift&figures=sum"))
        let shifts = try #require(answer["shifts"] as? [String])
        #expect(!shifts.isEmpty)
        #expect(shifts.allSatisfy { $0.hasPrefix("2026-11-1") })
        #expect((answer["starts_ms"] as? [Int])?.count == shifts.count)
    }

    @Test("last answers for every signal, missing for one that never spoke")
    func last() async throws {
        let answer = try Self.json(try await WebHarness().ask("/api/v1/last?signal=*"))
        let signals = try #require(answer["signals"] as? [[String: Any]])
        #expect(signals.count > 1)
        let words = signals.compactMap { $0["quality"] as? String }
        #expect(words.contains("good"))
        let names = Set(signals.flatMap(\.keys))
        #expect(names == ["signal", "name", "unit", "time", "value", "quality"])
    }

    @Test("where only figures are kept, range and raw answers say so")
    func thinned() async throws {
        let harness = WebHarness()
        let start = FixtureDay.start
        harness.box.world.thinnedPart.withLock {
            $0 = TimeRange(start: start - .hours(24), end: start + .seconds(2))
        }
        let answer = try Self.json(
            try await harness.ask("/api/v1/range?signal=1&\(Self.span)&points=4"))
        let signals = try #require(answer["signals"] as? [[String: Any]])
        #expect(
            signals[0]["thinned"] as? [String: String]
                == ["from": start.rfc3339, "to": (start + .seconds(2)).rfc3339])
        let raw = try await harness.ask("/api/v1/raw?signal=1&\(Self.span)")
        #expect(
            raw.headers.first { $0.name.canonicalName == "millwright-thinned" }?.value
                == "1=\(start.rfc3339)/\((start + .seconds(2)).rfc3339)")
        let other = try await harness.ask("/api/v1/raw?signal=2&\(Self.span)")
        #expect(!other.headers.contains { $0.name.canonicalName == "millwright-thinned" })
    }

    @Test("raw rows leave bad and non-finite values empty")
    func raw() async throws {
        let harness = WebHarness()
        let csv = try await harness.ask("/api/v1/raw?signal=1&\(Self.span)&times=ms")
        let rows = csv.text.split(separator: "\r\n")
        #expect(rows.first == "signal,time,value,quality")
        #expect(rows.count == 6)
        #expect(rows[1].hasSuffix(",4.25,good"))
        #expect(rows[2].hasSuffix(",,missing"))
        #expect(rows[4].hasSuffix(",,missing"))
        let short = try await harness.ask(
            "/api/v1/raw?signal=1&\(Self.span)&times=ms&fields=time,value")
        #expect(short.text.split(separator: "\r\n")[1].hasSuffix("000,4.25"))
        let lines = try await harness.ask("/api/v1/raw?signal=1&\(Self.span)&format=ndjson")
        let first = try #require(lines.text.split(separator: "\n").first)
        let row = try #require(
            try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        #expect(row["value"] as? Double == 4.25)
        #expect(row["time"] as? String == "2026-11-13T06:00:00Z")
    }

    @Test(
        "what cannot be answered says which field and what would do",
        arguments: [
            ("range?\(span)", 400, "signal"), ("range?signal=1", 400, "from"),
            ("range?signal=nowhere/*&\(span)", 404, "signal"),
            ("range?signal=1&\(span)&figures=median", 400, "figures"),
            ("range?signal=1&\(span)&points=0", 400, "every"),
            ("range?signal=1&\(span)&points=x", 400, "every"),
            ("range?signal=1&\(span)&every=1ms", 400, "every"),
            ("range?signal=1&\(span)&every=soon", 400, "every"),
            ("range?signal=1&\(span)&by=moon", 400, "by"),
            ("range?signal=1&\(span)&figures=twa&hold=long", 400, "hold"),
            ("state-time?signal=1&\(span)&hold=-1s", 400, "hold"),
            ("raw?signal=1&\(span)&format=xml", 400, "format"),
            ("raw?signal=1&\(span)&times=unix", 400, "times"),
            ("raw?signal=1&\(span)&fields=time,weight", 400, "fields"),
        ] as [(String, Int, String)])
    func refused(_ path: String, _ status: Int, _ field: String) async throws {
        let answer = try await WebHarness().ask("/api/v1/" + path)
        #expect(answer.status.code == status)
        let errors = try Self.json(answer)["errors"] as? [[String: Any]]
        let named = errors?.first?["field"] as? String
        #expect(named == field)
    }

    @Test(
        "numbers are written as JSON has them",
        arguments: [
            0, -0.0, 1, -1, 0.5, 12.25, -0.0001, 99999999.9999, 1e12, 1e300, 0.1 + 0.2, 1 / 3,
            123456.78901, -7.125, 5e-300,
        ] as [Double])
    func digits(_ value: Double) {
        var quick: [UInt8] = []
        Digits.write(value, into: &quick)
        #expect(Double(String(decoding: quick, as: UTF8.self)) == value)
        var plain: [UInt8] = []
        JSONText.write(value, into: &plain)
        #expect(quick == plain || Double(String(decoding: plain, as: UTF8.self)) == value)
    }

    @Test("times are written as everywhere else")
    func times() throws {
        var clock = TimeBytes()
        for text in [
            "2026-11-13T06:00:00Z", "2026-11-13T06:00:00.5Z", "2026-11-13T06:00:00.001002Z",
            "2026-11-13T06:00:00.000000003Z", "1969-12-31T23:59:59.25Z", "2026-11-13T06:00:01Z",
        ] {
            let time = try #require(Timestamp(rfc3339: text))
            var out: [UInt8] = []
            clock.write(time.nanoseconds, into: &out)
            #expect(String(decoding: out, as: UTF8.self) == time.rfc3339)
        }
    }
}
