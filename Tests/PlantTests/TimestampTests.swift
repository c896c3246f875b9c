// Points of time and their text.

import Plant
import Testing

@Suite struct TimestampTests {
    @Test(
        "a time is written with 0, 3, 6 or 9 decimals as needed",
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (1_500_000_000, "1970-01-01T00:00:01.500Z"),
            (1_000_001_000, "1970-01-01T00:00:01.000001Z"),
            (1_000_000_001, "1970-01-01T00:00:01.000000001Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_399_000_000_000, "2000-02-28T23:59:59Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (Int64.max, "2262-04-11T23:47:16.854775807Z"),
            (Int64.min, "1677-09-21T00:12:43.145224192Z"),
        ] as [(Int64, String)])
    func textOfTime(nanoseconds: Int64, text: String) throws {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
    }

    @Test("any time reads back from its text")
    func roundTrip() {
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<2000 {
            let time = Timestamp(nanoseconds: Int64.random(in: .min ... .max, using: &numbers))
            #expect(Timestamp(rfc3339: time.rfc3339) == time, "seed 11, \(time.nanoseconds)")
        }
    }

    @Test(
        "offsets, lower case and a space are read",
        arguments: [
            "2026-03-29T02:30:00+01:00", "2026-03-29t01:30:00z", "2026-03-29 01:30:00Z",
            "2026-03-28T20:30:00-05:00", "2026-03-29T01:30:00.000000000Z",
        ])
    func otherForms(text: String) {
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: 1_774_747_800))
    }

    @Test(
        "what is not RFC 3339, or cannot be held, is refused",
        arguments: [
            "", "2026-03-29", "2026-03-29T01:30:00", "2026-02-29T01:30:00Z",
            "2026-03-29T24:00:00Z", "2026-03-29T01:60:00Z", "2026-03-29T01:30:60Z",
            "2026-03-29T01:30:00.Z", "2026-03-29T01:30:00.1234567890Z",
            "2026-03-29T01:30:00+1:00", "2026-03-29T01:30:00+01:00x", "2026-03-29T01:30:00Zx",
            "2263-01-01T00:00:00Z", "1677-09-21T00:12:43.145224191Z",
            "2262-04-11T23:47:16.854775808Z", "٢٠٢٦-03-29T01:30:00Z", "2026-03-29T01:30:00Z\u{0}",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("arithmetic stops at the ends instead of wrapping")
    func ends() {
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(Timestamp.distantPast - .seconds(1) == .distantPast)
        #expect(Timestamp.distantPast + .seconds(-1) == .distantPast)
        #expect((Timestamp.distantFuture - Timestamp.distantPast).nanoseconds == .max)
        #expect((Timestamp.distantPast - Timestamp.distantFuture).nanoseconds == .min)
        #expect(Timestamp(seconds: .max) == .distantFuture)
        #expect(Timestamp(milliseconds: .min) == .distantPast)
        #expect(Elapsed.hours(.max).nanoseconds == .max)
        #expect(Elapsed.minutes(-.max).nanoseconds == .min)
        #expect((Elapsed.hours(.max) + .seconds(1)).nanoseconds == .max)
        #expect((Elapsed.hours(-.max) - .seconds(1)).nanoseconds == .min)
        #expect((Elapsed.zero - Elapsed(nanoseconds: .min)).nanoseconds == .max)
    }

    @Test("whole seconds and milliseconds round down before 1970")
    func roundsDown() {
        #expect(Timestamp(nanoseconds: -1).secondsSince1970 == -1)
        #expect(Timestamp(nanoseconds: -1).millisecondsSince1970 == -1)
        #expect(Timestamp(nanoseconds: 1_999_999_999).secondsSince1970 == 1)
    }

    @Test("holes are cut out of a range in any order, overlapping or outside")
    func subtracting() {
        func range(_ start: Int64, _ end: Int64) -> TimeRange {
            TimeRange(start: Timestamp(seconds: start), end: Timestamp(seconds: end))
        }
        let rest = range(0, 100).subtracting([
            range(50, 60), range(-10, 5), range(55, 70), range(20, 30), range(99, 200),
            range(40, 40),
        ])
        #expect(rest == [range(5, 20), range(30, 50), range(70, 99)])
        #expect(range(0, 10).subtracting([range(-1, 11)]) == [])
        #expect(range(5, 5).subtracting([]) == [])
        #expect(range(9, 3).isEmpty)
    }
}
