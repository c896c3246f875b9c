// Text lines from scales, gauges and old controls: lines, patterns, numbers, quality.

import Testing
import Wire

@Suite("Serial text")
struct SerialTextTests {
    static let number = #"(?<value>[-+]? *[0-9.,]+)"#

    static func reader(
        _ pattern: String, _ decimal: SerialTextSettings.Decimal = .either
    ) throws -> SerialTextReader {
        SerialTextReader(SerialTextSettings(pattern: try SerialPattern(pattern), decimal: decimal))
    }

    static func one(_ pattern: String, _ line: String) throws -> SerialResult {
        try reader(pattern).result(Array(line.utf8))
    }

    struct Case: Sendable {
        let device: String
        let pattern: String
        let line: String
        let value: Double?
        let unit: String?
        let quality: SerialReading.Quality
    }

    static let sics = #"^S (?<status>[SDI+-]) *(?<value>-? *[0-9.]+)? *(?<unit>\S+)?$"#
    static let header = #"^(?<status>ST|US|OL),[A-Z]+,(?<value>[-+]? *[0-9.]+) *(?<unit>[a-z]+)$"#

    static let cases = [
        Case(
            device: "MT-SICS", pattern: sics, line: "S S     100.00 g", value: 100, unit: "g",
            quality: .good),
        Case(
            device: "MT-SICS", pattern: sics, line: "S D      -3.25 kg", value: -3.25, unit: "kg",
            quality: .doubtful),
        Case(device: "MT-SICS", pattern: sics, line: "S +", value: nil, unit: nil, quality: .bad),
        Case(device: "MT-SICS", pattern: sics, line: "S I", value: nil, unit: nil, quality: .bad),
        Case(
            device: "header", pattern: header, line: "ST,GS,+00012.3kg", value: 12.3, unit: "kg",
            quality: .good),
        Case(
            device: "header", pattern: header, line: "US,GS,-   12.3 kg", value: -12.3,
            unit: "kg", quality: .doubtful),
        Case(
            device: "header", pattern: header, line: "OL,GS,+99999.9kg", value: 99_999.9,
            unit: "kg", quality: .bad),
        Case(
            device: "sign apart", pattern: #"(?<sign>[+-])\s*(?<value>[\d.,]+)\s*(?<unit>\w*)"#,
            line: "N  -    12,30 kg", value: -12.3, unit: "kg", quality: .good),
        Case(
            device: "sign behind", pattern: #"(?<value>[\d.]+[+-]?)"#, line: "0012.5-",
            value: -12.5, unit: nil, quality: .good),
        Case(
            device: "caliper", pattern: #"^01A(?<value>[+-]\d+\.\d+)$"#, line: "01A+00012.345",
            value: 12.345, unit: nil, quality: .good),
        Case(
            device: "no status group", pattern: number + #" *g$"#, line: "SD    1.5 g",
            value: 1.5, unit: nil, quality: .doubtful),
        Case(
            device: "no status group", pattern: number + #" *g$"#, line: "S S -  1.5 g",
            value: -1.5, unit: nil, quality: .good),
        Case(
            device: "old control", pattern: #"PARTS=(?<value>\d+)"#, line: "%% N100 PARTS=0042 %%",
            value: 42, unit: nil, quality: .good),
        Case(
            device: "degrees", pattern: #"(?<value>[\d.]+)(?<unit>°C)"#, line: "T=21.5°C",
            value: 21.5, unit: "°C", quality: .good),
    ]

    @Test("lines of many devices give value, unit and quality", arguments: cases)
    func devices(_ line: Case) throws {
        let expected = SerialReading(value: line.value, unit: line.unit, quality: line.quality)
        let found = try Self.one(line.pattern, line.line)
        guard case .reading(let reading) = found else {
            Issue.record("\(line.device): \(found)")
            return
        }
        #expect(reading.value == expected.value && reading.quality == expected.quality)
        #expect(reading.unit ?? "" == expected.unit ?? "")
    }

    @Test(
        "numbers have a point or a comma, groups of three, and nothing else",
        arguments: [
            ("12.5", 12.5, 12.5, nil), ("12,5", 12.5, nil, 12.5),
            ("1,234.5", 1_234.5, 1_234.5, nil),
            ("1.234,5", 1_234.5, nil, 1_234.5), ("1.234.567", 1_234_567, nil, 1_234_567),
            ("1,234", 1.234, 1_234, 1.234), ("1,23,4", nil, nil, nil), ("-.5", -0.5, -0.5, nil),
            ("5.", 5, 5, nil), (".", nil, nil, nil), ("-", nil, nil, nil), ("1 2", 12, 12, 12),
            ("--5", nil, nil, nil), ("-5-", nil, nil, nil), ("0x10", nil, nil, nil),
            ("1e5", nil, nil, nil), ("", nil, nil, nil),
            ("123456789012345678901234567890123", nil, nil, nil), ("12,345,67", nil, nil, nil),
        ] as [(String, Double?, Double?, Double?)])
    func numbers(_ text: String, _ either: Double?, _ point: Double?, _ comma: Double?) throws {
        for (decimal, expected) in [
            (SerialTextSettings.Decimal.either, either), (.point, point), (.comma, comma),
        ] {
            let reader = try Self.reader("^(?<value>.*)$", decimal)
            let result = reader.result(Array(text.utf8))
            if let expected {
                #expect(
                    result
                        == .reading(SerialReading(value: expected, unit: nil, quality: .good)),
                    "\(text) with \(decimal)")
            } else {
                #expect(result == .notNumber(text), "\(text) with \(decimal)")
            }
        }
    }

    @Test("CR, LF, CR LF and STX ETX end lines, however the stream is cut")
    func lines() throws {
        let stream = Array("1\r2\n3\r\n\r\n\u{2}4\u{3}junk\u{2}5\u{3}\u{2}6\r\n\u{3}7".utf8)
        for size in 1...stream.count {
            var reader = try Self.reader("(?<value>[0-9])")
            var values: [Double] = []
            var rest = stream[...]
            while !rest.isEmpty {
                for case .reading(let reading) in reader.read(Array(rest.prefix(size))) {
                    values.append(try #require(reading.value))
                }
                rest = rest.dropFirst(size)
            }
            #expect(values == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test("a line without an end takes no more than its limit, and the next one is read")
    func longLine() throws {
        var reader = try Self.reader("(?<value>[0-9]+)")
        var results: [SerialResult] = []
        for _ in 0..<100 { results += reader.read([UInt8](repeating: 0x41, count: 100)) }
        #expect(results == [.tooLong])
        results = reader.read(Array("\n12\n".utf8))
        #expect(results == [.reading(SerialReading(value: 12, unit: nil, quality: .good))])
        let whole = [UInt8](repeating: 0x31, count: SerialLimits.lineBytes)
        #expect(reader.read(whole + [10]).count == 1)
    }

    @Test("seven bits with parity are read when asked for")
    func parity() throws {
        var settings = SerialTextSettings(pattern: try SerialPattern("(?<value>[0-9]+)"))
        settings.sevenBits = true
        var reader = SerialTextReader(settings)
        #expect(
            reader.read([0xB1, 0xB2, 0x8D])
                == [.reading(SerialReading(value: 12, unit: nil, quality: .good))])
    }

    @Test(
        "a pattern matches as in Perl: the first way that fits counts",
        arguments: [
            ("(?<value>a+)", "xaaab", "aaa"), ("(?<value>a+?)", "xaaab", "a"),
            ("(?<value>a|ab)(?:c|bcd)", "abcd", "a"), ("x(?<value>[^,]*),", "x12,34,", "12"),
            ("(?<value>.*)x", "axbxc", "axb"), ("(?<value>.*?)x", "axbxc", "a"),
            ("^(?<value>b)", "ab", nil), ("(?<value>b)$", "ab", "b"),
            ("(?<value>a{2,3})", "aaaa", "aaa"),
            ("(?<value>(?:ab){2})", "ababab", "abab"), ("(?<value>\\x41\\.)", "A.", "A."),
            ("(?P<value>[\\d.]+)", "v=1.5", "1.5"), ("(?<value>[]a-]+)", "x]a-", "]a-"),
            ("(?<value>(a*)*)b", "aaab", "aaa"), ("(?<value>)", "abc", ""),
            ("(?<value>ä+)", "xää", "ää"),
            ("(?<value>\\W\\S\\D)", "a,bc", ",bc"), ("(?:(?<value>a)|b)+", "ab", "a"),
            ("(?<value>a)?b", "b", nil),
        ] as [(String, String, String?)])
    func patterns(_ pattern: String, _ line: String, _ value: String?) throws {
        let bytes = Array(line.utf8)
        let range = try SerialPattern(pattern).match(bytes)?.range(.value)
        #expect(range.map { String(decoding: bytes[$0], as: UTF8.self) } == value)
    }

    @Test(
        "what is no pattern is refused with its place",
        arguments: [
            "", "abc", "(?<value>a", "(?<value>a))", "(?<value>[a", "*(?<value>a)", "(?<value>a**)",
            "(?<other>a)(?<value>b)", "(?<value>a)(?<value>b)", "(?=a)(?<value>b)", "(?<value>\\b)",
            "(?<value>\\1)", "(?<value>a)\\", "(?<value>a{3,2})", "(?<value>a{1000})",
            "(?<value>[z-a])",
            "(?<value>a{100})(?:b{100}){100}", "(?<value>a++)", "(?<value>a{x})", "(?<value>\\xZZ)",
            "(?<value>[ä])", String(repeating: "(", count: 400) + "(?<value>a)",
            "(?<value>)" + String(repeating: "(?:", count: 15)
                + String(repeating: "){100}", count: 15),
            String(repeating: "a", count: 501) + "(?<value>)",
        ])
    func badPatterns(_ text: String) {
        #expect {
            try SerialPattern(text)
        } throws: {
            "\($0)".hasPrefix("pattern \"\(text)\": at byte ")
        }
    }

    @Test(
        "patterns that bring others to a stop are quick on the longest line",
        .timeLimit(.minutes(1)))
    func evil() throws {
        let line = [UInt8](repeating: 0x61, count: SerialLimits.lineBytes)
        for pattern in [
            "(?<value>(a+)+)$x", "(?<value>(a|aa)+)b", "^(?<value>(a|a)*)*b", "(?<value>(.*)*)*c",
            "(?<value>(?:a?){100}a{100})b", "(?<value>a*a*a*a*a*a*a*a*)b",
        ] {
            #expect(try SerialPattern(pattern).match(line) == nil)
        }
    }
}
