// Every encoding gives back bit for bit what it was given.

import Plant
import Testing

@testable import Historian

/// A column to encode, and the encoding that is expected for it.
struct ColumnCase: Sendable, CustomTestStringConvertible {
    let name: String
    let encoding: ColumnEncoding
    let values: ColumnValues

    var testDescription: String { name }
}

private func numbers(_ count: Int, _ make: (Int) -> Double) -> ColumnValues {
    .numbers((0..<count).map(make))
}

private let noise: [Int64] = {
    var random = Seeded(1)
    return (0..<3_000).map { _ in Int64.random(in: -40...40, using: &random) }
}()
private let patterns: [UInt64] = {
    var random = Seeded(2)
    return (0..<500).map { _ in random.next() }
}()
private let walk = noise.reduce(into: [Int64(21_500)]) { $0.append($0[$0.count - 1] + $1) }

private func numberCases() -> [ColumnCase] {
    [
        ColumnCase(
            name: "hundredths", encoding: .scaledDecimal,
            values: .numbers(walk.map { Double($0) / 100 })),
        ColumnCase(
            name: "tenths through a 32-bit float", encoding: .scaledDecimal,
            values: .numbers(walk.map { Double(Float($0) / 10) })),
        ColumnCase(
            name: "decimals with minus zero, NaN payload and infinity between",
            encoding: .scaledDecimal,
            values: numbers(600) { row in
                switch row {
                case 100: -0.0
                case 200: Double(bitPattern: 0x7FF8_0000_DEAD_BEEF)
                case 300: -.infinity
                case 400: Double(bitPattern: 0x7FF0_0000_0000_0001)
                default: Double(row) / 10
                }
            }),
        ColumnCase(
            name: "32-bit floats of no short decimal", encoding: .singlePrecision,
            values: numbers(300) { Double(Float(1) / Float($0 + 3)) }),
        ColumnCase(
            name: "any bit pattern", encoding: .raw,
            values: .numbers(patterns.map { Double(bitPattern: $0) })),
        ColumnCase(
            name: "subnormal and extreme doubles", encoding: .raw,
            values: numbers(40) { row in
                [Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi, -.pi, -0.0][row % 5]
                    * (row < 20 ? 1 : 3)
            }),
        ColumnCase(name: "one number", encoding: .constant, values: .numbers([.nan])),
        ColumnCase(
            name: "minus zero only", encoding: .constant,
            values: .numbers([Double](repeating: -0.0, count: 9))),
    ]
}

private func otherCases() -> [ColumnCase] {
    [
        ColumnCase(name: "walk of integers", encoding: .packedIntegers, values: .integers(walk)),
        ColumnCase(
            name: "a counter", encoding: .packedIntegers,
            values: .integers((0..<2_000).map { Int64($0) * 7 + 1_000_000 })),
        ColumnCase(
            name: "extreme integers", encoding: .packedIntegers,
            values: .integers([.max, .min, 0, -1, .max, .min, 1, .min, .min + 1])),
        ColumnCase(
            name: "few changes", encoding: .runLength,
            values: .integers((0..<900).map { Int64($0 / 300) - 1 })),
        ColumnCase(
            name: "flags with few changes", encoding: .runLength,
            values: .flags((0..<700).map { $0 / 100 % 2 == 0 })),
        ColumnCase(
            name: "flags that flicker", encoding: .raw,
            values: .flags((0..<701).map { noise[$0] > 0 })),
        ColumnCase(
            name: "states as text", encoding: .textDictionary,
            values: .texts((0..<800).map { ["läuft", "steht", "", "Störung"][$0 / 37 % 4] })),
        ColumnCase(
            name: "equal looking texts of different bytes", encoding: .textDictionary,
            values: .texts(["\u{E9}", "e\u{301}", "\u{E9}", "e\u{301}", "e"])),
        ColumnCase(
            name: "texts that are all different", encoding: .raw,
            values: .texts((0..<90).map { "program \($0) \(patterns[$0])" })),
    ]
}

@Suite struct EncodingTests {
    private let stage = EntropyStage(writes: true, reads: true)

    @Test(arguments: numberCases() + otherCases())
    func `a column comes back bit for bit from the expected encoding`(_ column: ColumnCase) throws {
        let encoded = ColumnCodec.encode(column.values, stage)
        #expect(encoded.code & 0x7F == column.encoding.rawValue)
        let decoded = try ColumnCodec.decode(
            ByteReader(encoded.bytes), code: encoded.code, kind: column.values.kind,
            count: column.values.count, stage)
        #expect(bits(decoded) == bits(column.values))
    }

    @Test(arguments: 1...30)
    func `random columns of every kind and length come back bit for bit`(_ seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<12 {
            let values = randomColumn(&random)
            let encoded = ColumnCodec.encode(values, stage)
            let decoded = try ColumnCodec.decode(
                ByteReader(encoded.bytes), code: encoded.code, kind: values.kind,
                count: values.count, stage)
            #expect(bits(decoded) == bits(values))
        }
    }

    @Test(arguments: 1...20)
    func `times come back from steps of any unit, gaps and the ends of time`(
        _ seed: UInt64
    ) throws {
        var random = Seeded(seed)
        let units: [Int64] = [1, 1_000, 1_000_000, second]
        let unit = units.randomElement(using: &random) ?? 1
        var time = morning
        var times: [Int64] = seed % 5 == 0 ? [.min] : []
        for _ in 0..<Int.random(in: 1...400, using: &random) {
            times.append(time)
            time += unit * Int64.random(in: 1...3, using: &random)
            if Int.random(in: 0..<50, using: &random) == 0 { time += 86_400 * second }
        }
        if seed % 4 == 0 { times.append(.max) }
        let encoded = ColumnCodec.encode(times: times, stage)
        let decoded = try ColumnCodec.decode(
            ByteReader(encoded.bytes), code: encoded.code, kind: .integer, count: times.count,
            stage)
        #expect(decoded == .integers(times))
    }

    @Test func `each encoding by itself gives back what it was given and nothing is left over`()
        throws
    {
        func check<Value>(
            _ encode: (inout [UInt8]) -> Void,
            _ decode: (inout ByteReader) throws -> Value, _ isSame: (Value) -> Bool
        ) throws {
            var bytes: [UInt8] = []
            encode(&bytes)
            var reader = ByteReader(bytes)
            #expect(isSame(try decode(&reader)))
            #expect(reader.remaining == 0)
        }
        let steps: [Int64] = [5, 15, 25, 36, 36]
        try check(
            { DeltaOfDelta.encode(steps, into: &$0) },
            { try DeltaOfDelta.decode(&$0, count: 5) }, { $0 == steps })
        try check(
            { RunLength.encode(steps, into: &$0) },
            { try RunLength.decode(&$0, count: 5) }, { $0 == steps })
        let patterns: [UInt64] = [0, .max, 1 << 63]
        try check(
            { RawValues.encode(patterns: patterns, into: &$0) },
            { try RawValues.patterns(&$0, count: 3) }, { $0 == patterns })
        try check(
            { ConstantValue.encode(.texts(["ä", "ä", "ä", "ä"]), into: &$0) },
            { try ConstantValue.decode(&$0, kind: .text, count: 4) },
            { $0 == .texts(["ä", "ä", "ä", "ä"]) })
        let floats = [1.5, Double(Float(0.1)), -0.0, .infinity]
        #expect(SinglePrecision.fits(floats) && !SinglePrecision.fits([0.1]))
        try check(
            { SinglePrecision.encode(floats, into: &$0) },
            { try SinglePrecision.decode(&$0, count: 4) },
            { bits(.numbers($0)) == bits(.numbers(floats)) })
        let decimals = (0..<40).map { Double($0 * 7 - 90) / 100 }
        let fit = try #require(ScaledDecimal.fit(decimals))
        #expect(fit.scale == ScaledDecimal.Scale(exponent: 2, isSingle: false))
        try check(
            { ScaledDecimal.encode(fit, layout: .bits, into: &$0) },
            { try ScaledDecimal.decode(&$0, count: 40) }, { $0 == decimals })
        let words = ["run", "run", "stop", "run"]
        let dictionary = try #require(TextDictionary.numbers(words))
        #expect(dictionary.texts == ["run", "stop"] && dictionary.numbers == [0, 0, 1, 0])
        try check(
            {
                TextDictionary.encode(
                    texts: dictionary.texts, numbers: dictionary.numbers, into: &$0)
            }, { try TextDictionary.decode(&$0, count: 4) }, { $0 == words })
    }

    @Test func `a second of even steps costs next to nothing`() {
        let times = (0..<7_200).map { morning + Int64($0) * second }
        #expect(ColumnCodec.encode(times: times, stage).bytes.count < 64)
    }

    @Test func `bit fields hold every width from 0 to 64`() throws {
        for width in 0...64 {
            let top: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
            let values = [0, Int64(bitPattern: top), 0, Int64(bitPattern: top >> 1), 0]
            for layout in [PackedIntegers.Layout.bits, .planes] {
                var bytes: [UInt8] = []
                PackedIntegers.encode(values, layout: layout, into: &bytes)
                var reader = ByteReader(bytes)
                #expect(try PackedIntegers.decode(&reader, count: 5) == values)
                #expect(reader.remaining == 0)
            }
        }
    }

    @Test func `CRC-32C gives the check value of its standard`() {
        #expect(Checksum.crc32c(Array("123456789".utf8), 0..<9) == 0xE306_9283)
        #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32), 0..<32) == 0x8A91_36AA)
    }

    @Test func `qualities come back in runs and cost nothing when all are good`() throws {
        var bytes: [UInt8] = []
        QualityRuns.encode([.good, .good], into: &bytes)
        #expect(bytes.isEmpty)
        let quality: [Quality] = [.good, .badComm, .badComm, .uncertainClock, .good]
        QualityRuns.encode(quality, into: &bytes)
        var reader = ByteReader(bytes)
        #expect(try QualityRuns.decode(&reader, count: 5) == quality)
    }

    private func randomColumn(_ random: inout Seeded) -> ColumnValues {
        let count = Int.random(in: 1...300, using: &random)
        let spread = Int64(1) << Int64.random(in: 0...62, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            return .integers(
                (0..<count).map { _ in Int64.random(in: -spread...spread, using: &random) })
        case 1:
            return .flags((0..<count).map { _ in Bool.random(using: &random) })
        case 2:
            let scale = Double(Int64.random(in: 1...1_000, using: &random))
            return .numbers(
                (0..<count).map { _ in
                    Double(Int64.random(in: -spread...spread, using: &random)) / scale
                })
        case 3:
            return .numbers((0..<count).map { _ in Double(bitPattern: random.next()) })
        default:
            let words = (0..<5).map { "w\($0)-\(random.next() % 1_000)" }
            return .texts((0..<count).map { _ in words.randomElement(using: &random) ?? "" })
        }
    }
}
