// Line protocol: the corpus of its makers, the rules of this project, and round trips.

import Foundation
import Testing
import Wire

/// Keeps everything that the parser finds as plain values.
struct CollectingSink: LineSink {
    var points: [LinePoint] = []
    var errors: [LineError] = []
    var keys: [String] = []
    var numbers: [Int] = []

    mutating func accept(_ line: borrowing LineRecord, in bytes: RawSpan) {
        let fields = line.fields
        var point = LinePoint(
            measurement: line.measurement.string(in: bytes), fields: [], time: line.time)
        for tag in line.tags {
            point.tags.append(.init(tag.key.string(in: bytes), tag.value.string(in: bytes)))
        }
        for field in fields {
            let value: LinePoint.Value =
                switch field.value {
                case .float(let number): .float(number)
                case .int(let number): .int(number)
                case .uint(let number): .uint(number)
                case .bool(let bool): .bool(bool)
                case .string(let text): .string(text.string(in: bytes))
                }
            point.fields.append(.init(field.key.string(in: bytes), value))
            var key: [UInt8] = []
            line.appendSeriesKey(of: field, in: bytes, to: &key)
            keys.append(String(decoding: key, as: UTF8.self))
        }
        points.append(point)
        numbers.append(line.number)
    }

    mutating func refuse(_ error: LineError) { errors.append(error) }

    static func parse(
        _ bytes: [UInt8], precision: LinePrecision = .nanoseconds, defaultTime: Int64 = 0,
        limits: LineLimits = LineLimits()
    ) -> CollectingSink {
        var sink = CollectingSink()
        var parser = LineProtocolParser(precision: precision, limits: limits)
        parser.parse(bytes, defaultTime: defaultTime, into: &sink)
        return sink
    }

    static func parse(_ text: String) -> CollectingSink { parse(Array(text.utf8)) }
}

@Suite("Line protocol")
struct LineProtocolTests {
    @Test(
        "every case of the decoding corpus is refused or equal, as the corpus says",
        ReferenceFiles.needed)
    func decodingCorpus() throws {
        let corpus = try LineCorpus.load()
        for (name, entry) in corpus.decode.sorted(by: { $0.key < $1.key }) {
            let sink = CollectingSink.parse(
                try entry.input.text.bytes(),
                precision: try #require(
                    LinePrecision(name: String(entry.input.precision.dropFirst()))),
                defaultTime: entry.input.defaultTime)
            if entry.output.error != nil {
                #expect(!sink.errors.isEmpty, "case \(name) must be refused")
            } else {
                #expect(sink.errors.isEmpty, "case \(name)")
                let expected = try (entry.output.result ?? []).map { try $0.point() }
                #expect(sink.points == expected, "case \(name)")
            }
        }
        #expect(corpus.decode.count == 3297)
        #expect(corpus.decode.values.count { $0.output.error != nil } == 3105)
    }

    @Test("every case of the encoding corpus gives its text", ReferenceFiles.needed)
    func encodingCorpus() throws {
        let corpus = try LineCorpus.load()
        for (name, entry) in corpus.encode.sorted(by: { $0.key < $1.key }) {
            let point = try entry.input.point.point()
            var bytes: [UInt8] = []
            if let expected = entry.output.result {
                try LineProtocolEncoder.append(
                    point,
                    precision: try #require(
                        LinePrecision(name: String(entry.input.precision.dropFirst()))),
                    to: &bytes)
                #expect(bytes == (try expected.bytes()) + [0x0A], "case \(name)")
            } else {
                #expect(throws: LineProtocolEncoder.Fault.self, "case \(name)") {
                    try LineProtocolEncoder.append(point, to: &bytes)
                }
            }
        }
        #expect(corpus.encode.count == 61)
    }

    @Test("the line of the protocol page gives its typed fields")
    func protocolPage() {
        let sink = CollectingSink.parse(#"m\ x,t\,a=v\=1 f="a\"b\\c",i=10i,u=3u,b=t 1"#)
        #expect(
            sink.points == [
                LinePoint(
                    measurement: "m x", tags: [.init("t,a", "v=1")],
                    fields: [
                        .init("f", .string(#"a"b\c"#)), .init("i", .int(10)), .init("u", .uint(3)),
                        .init("b", .bool(true)),
                    ], time: 1)
            ])
    }

    @Test("good lines go on behind bad ones, which are named by line and byte")
    func badLines() {
        let sink = CollectingSink.parse("a f=1 1\nb f=NaN 2\n# c\nd f=2 3\n\ne f=\"x\ng f=3\n")
        #expect(sink.points.map(\.measurement) == ["a", "d", "g"])
        #expect(sink.numbers == [1, 4, 7])
        #expect(sink.errors.map(\.line) == [2, 6])
        #expect(sink.errors.map(\.column) == [5, 5])
        #expect(sink.errors.map(\.reason) == [.notFinite, .stringUnterminated])
        #expect(sink.errors[0].description == "line 2, byte 5: the number is not finite")
    }

    @Test(
        "a value that is not finite or not a number is refused",
        arguments: [
            ("NaN", LineError.Reason.notFinite), ("nan", .notFinite), ("Inf", .notFinite),
            ("-inf", .notFinite), ("+Inf", .notFinite), ("1e400", .notFinite),
            ("-1e999", .notFinite), ("1e", .numberInvalid), ("1.2.3", .numberInvalid),
            ("0x10", .numberInvalid), ("-", .numberInvalid), (".", .numberInvalid),
            ("1_0", .numberInvalid), ("9223372036854775808i", .outOfRange),
            ("18446744073709551616u", .outOfRange), ("-1u", .numberInvalid),
            ("tru", .boolInvalid), ("abc", .valueUnknown), ("'x'", .valueUnknown),
        ])
    func refusedValues(_ text: String, _ reason: LineError.Reason) {
        let sink = CollectingSink.parse("m f=\(text) 5")
        #expect(sink.points.isEmpty)
        #expect(sink.errors.map(\.reason) == [reason])
    }

    @Test("series keys are the same for every order of tags and every needless escape")
    func seriesKeys() {
        let sink = CollectingSink.parse(
            "m,b=2,a=1 f=1\nm,a=1,b=2 f=2,g=3\nm\\ x,k\\=1=v\\,w f=1")
        #expect(
            sink.keys == ["m,a=1,b=2 f", "m,a=1,b=2 f", "m,a=1,b=2 g", #"m\ x,k\=1=v\,w f"#])
    }

    @Test(
        "times are scaled from their precision and refused when they leave 64 bits",
        arguments: [
            (LinePrecision.seconds, "5", Int64?.some(5_000_000_000)),
            (.milliseconds, "-5", -5_000_000), (.microseconds, "7", 7_000),
            (.nanoseconds, "9223372036854775807", .max),
            (.nanoseconds, "-9223372036854775808", .min),
            (.seconds, "9223372037", nil), (.nanoseconds, "9223372036854775808", nil),
        ])
    func times(_ precision: LinePrecision, _ text: String, _ expected: Int64?) {
        let sink = CollectingSink.parse(Array("m f=1 \(text)".utf8), precision: precision)
        #expect(sink.points.first?.time == expected)
        #expect(sink.errors.isEmpty == (expected != nil))
    }

    @Test("a default time is rounded down to the precision, before 1970 too")
    func defaultTimes() {
        let line = Array("m f=1".utf8)
        #expect(
            CollectingSink.parse(line, precision: .seconds, defaultTime: 1_999_999_999).points[0]
                .time == 1_000_000_000)
        #expect(
            CollectingSink.parse(line, precision: .seconds, defaultTime: -1).points[0].time
                == -1_000_000_000)
        #expect(
            CollectingSink.parse(line, precision: .seconds, defaultTime: .min).points[0].time
                == .min)
    }

    @Test("sizes over their limits are refused and the next line is taken")
    func limits() {
        let limits = LineLimits(lineBytes: 40, stringBytes: 8, tags: 2, fields: 2)
        let long = String(repeating: "x", count: 40)
        let text = """
            m f=1,g=2,h=3
            m,a=1,b=2,c=3 f=1
            m f="123456789"
            \(long) f=1
            good f=1
            """
        let sink = CollectingSink.parse(Array(text.utf8), limits: limits)
        #expect(sink.points.map(\.measurement) == ["good"])
        #expect(
            sink.errors.map(\.reason) == [
                .tooMany(.fieldKey, limit: 2), .tooMany(.tagKey, limit: 2),
                .tooLong(.fieldValue, limit: 8), .lineTooLong(limit: 40),
            ])
        #expect(sink.errors.map(\.line) == [1, 2, 3, 4])
    }

    @Test("decimal numbers are rounded as the standard library rounds them")
    func decimalNumbers() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let text: String
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: text = String(Double(bitPattern: generator.next()))
            case 1: text = String(Double.random(in: -1000...1000, using: &generator))
            case 4:
                var digits = String(
                    UInt64.random(in: 0..<10_000_000_000_000_000_000, using: &generator))
                digits.insert(
                    ".",
                    at: digits.index(
                        digits.startIndex,
                        offsetBy: Int.random(in: 0...digits.count, using: &generator)))
                text = digits
            case 2:
                let digits = Int.random(in: 0..<1_000_000_000, using: &generator)
                text = "\(digits)e\(Int.random(in: -30...30, using: &generator))"
            default:
                text =
                    "\(Int.random(in: 0..<100_000, using: &generator))."
                    + "\(UInt64.random(in: 0..<1 << 60, using: &generator))"
            }
            guard let expected = Double(text), expected.isFinite else { continue }
            let sink = CollectingSink.parse("m f=\(text)")
            #expect(sink.points.first?.fields.first?.value == .float(expected), "\(text)")
        }
    }

    @Test(
        "halfway cases are rounded to even",
        arguments: [
            ("9007199254740993", 9_007_199_254_740_992.0),
            ("9007199254740995", 9_007_199_254_740_996),
            ("4503599627370496.5", 4_503_599_627_370_496),
            ("4503599627370497.5", 4_503_599_627_370_498),
            ("4503599627370496.501", 4_503_599_627_370_497), ("9999999999999999999", 1e19),
            ("0.9999999999999999999", 1), ("-9007199254740993.0", -9_007_199_254_740_992),
        ])
    func halfway(_ text: String, _ expected: Double) {
        let sink = CollectingSink.parse("m f=\(text)")
        #expect(sink.points.first?.fields.first?.value == .float(expected))
    }

    @Test("what the encoder writes, the parser reads back as it was")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 11)
        let letters = Array("ab ,=\\\"#'éß\u{1F600}0")
        func word(_ length: ClosedRange<Int>) -> String {
            String(
                (0..<Int.random(in: length, using: &generator)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &generator)]
                })
        }
        var written = 0
        for _ in 0..<3_000 {
            var point = LinePoint(
                measurement: word(1...6), fields: [],
                time: Int64(truncatingIfNeeded: generator.next()))
            let keys = Set((0..<Int.random(in: 0..<4, using: &generator)).map { _ in word(1...4) })
            point.tags = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .map { .init($0, word(1...4)) }
            for _ in 0..<Int.random(in: 1..<4, using: &generator) {
                let value: LinePoint.Value =
                    switch Int.random(in: 0..<5, using: &generator) {
                    case 0: .int(Int64(truncatingIfNeeded: generator.next()))
                    case 1: .uint(generator.next())
                    case 2: .bool(Bool.random(using: &generator))
                    case 3: .string(word(0...8) + "\n\\")
                    default: .float(Double.random(in: -1e9...1e9, using: &generator))
                    }
                point.fields.append(.init(word(1...4), value))
            }
            var bytes: [UInt8] = []
            do { try LineProtocolEncoder.append(point, to: &bytes) } catch { continue }
            let sink = CollectingSink.parse(bytes)
            #expect(sink.errors.isEmpty)
            #expect(sink.points == [point])
            written += 1
        }
        #expect(written > 1_000)
    }
}
