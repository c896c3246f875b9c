// Times of polls and changes, and counts of converters: bit for bit, and as small as they can be.

import Plant
import Testing

@testable import Historian

/// A converter whose values are stored.
struct Converter: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let encoding: ColumnEncoding
    let value: @Sendable (Double) -> Double
}

private let converters = [
    Converter(testDescription: "PLC, six decimals", encoding: .steppedValues) {
        ($0 * 25 / 27_648 * 1e6).rounded() / 1e6
    },
    Converter(testDescription: "PLC, five decimals", encoding: .steppedValues) {
        ($0 * 250 / 27_648 * 1e5).rounded() / 1e5
    },
    Converter(testDescription: "PLC as a 32-bit float", encoding: .steppedValues) {
        Double(Float($0 * 25 / 27_648))
    },
    Converter(testDescription: "12 bits as a double", encoding: .steppedValues) {
        $0 * 10 / 4_095
    },
    Converter(testDescription: "16 bits, an odd span", encoding: .steppedValues) {
        $0 * 62.5 / 65_535
    },
    Converter(testDescription: "no step at all", encoding: .raw) { ($0 + 0.5).squareRoot() },
]

@Suite struct SteppedEncodingTests {
    private let stage = EntropyStage(writes: true, reads: true)

    private func roundTrip(_ values: ColumnValues) throws -> EncodedColumn {
        let encoded = ColumnCodec.encode(values, stage)
        let decoded = try ColumnCodec.decode(
            ByteReader(encoded.bytes), code: encoded.code, kind: values.kind, count: values.count,
            stage)
        #expect(bits(decoded) == bits(values))
        return encoded
    }

    @Test(arguments: converters)
    func `counts of a converter are found and come back bit for bit`(
        _ converter: Converter
    ) throws {
        var random = Seeded(5)
        var count = 4_000.0
        var values = (0..<4_000).map { _ in
            count = max(
                -3_000, min(27_648, count + Double(Int64.random(in: -90...90, using: &random))))
            return converter.value(count)
        }
        // What does not fit stands apart.
        values[17] = -0.0
        values[99] = .nan
        values[100] = .infinity
        values[2_000] = 0.123456789
        let encoded = try roundTrip(.numbers(values))
        #expect(encoded.code & 0x7F == converter.encoding.rawValue)
        if converter.encoding == .steppedValues {
            // A walk of ±90 counts has 7.5 bits; with its exceptions it stays near a byte.
            #expect(encoded.bytes.count < 4_700)
        }
    }

    @Test func `counts far from zero and close together are found`() throws {
        var random = Seeded(6)
        let values = (0..<3_000).map { row -> Double in
            if row < 200 { return 0 }
            let count = Double(6_857 + Int64.random(in: -30...30, using: &random))
            return (count * 250 / 27_648 * 1e5).rounded() / 1e5
        }
        let encoded = try roundTrip(.numbers(values))
        #expect(encoded.code & 0x7F == ColumnEncoding.steppedValues.rawValue)
    }

    @Test func `broken counts are refused, never trapped on`() throws {
        let values = (0..<600).map { (row: Int) -> Double in
            let count = Double(row * 37 % 5_000)
            return (count * 25 / 27_648 * 1e6).rounded() / 1e6
        }
        let fit = try #require(SteppedValues.fit(values, decimals: 6))
        var bytes: [UInt8] = []
        SteppedValues.encode(fit, layout: .bits, into: &bytes)
        var random = Seeded(9)
        for _ in 0..<2_000 {
            var broken = bytes
            let place = Int.random(in: 0..<broken.count, using: &random)
            broken[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            var reader = ByteReader(
                Array(broken.prefix(Int.random(in: 0...bytes.count, using: &random))))
            do throws(ChunkFault) {
                let decoded = try SteppedValues.decode(&reader, count: 600)
                #expect(decoded.count == 600)
            } catch {
                // Refused.
                #expect(!error.what.isEmpty)
            }
        }
    }

    @Test(arguments: [1, 1_000, 1_000_000] as [Int64])
    func `polls with jitter, late polls and gaps come back, at the size of their jitter`(
        _ unit: Int64
    ) throws {
        var random = Seeded(UInt64(unit))
        var ideal: Int64 = 0
        var times: [Int64] = []
        for row in 0..<8_000 {
            ideal += 1_000
            if row == 5_000 { ideal += 3_600_000 }
            let late: Int64 = row % 2_000 == 7 ? 250 : 0
            times.append(morning + (ideal + late + Int64.random(in: -4...4, using: &random)) * unit)
        }
        let encoded = ColumnCodec.encode(times: times, stage)
        let decoded = try ColumnCodec.decode(
            ByteReader(encoded.bytes), code: encoded.code, kind: .integer, count: times.count, stage
        )
        #expect(decoded == .integers(times))
        #expect(encoded.code & 0x7F == ColumnEncoding.timeSteps.rawValue)
        // Nine equally likely distances are 3.2 bits.
        #expect(encoded.bytes.count < 8_000 / 2)
    }

    @Test func `changes at irregular times take what their lengths need`() throws {
        var random = Seeded(3)
        var time = morning
        var times: [Int64] = []
        for _ in 0..<2_000 {
            times.append(time)
            times.append(time + 1_000_000)
            time += Int64.random(in: 2...400_000, using: &random) * 1_000_000
        }
        let encoded = ColumnCodec.encode(times: times, stage)
        let decoded = try ColumnCodec.decode(
            ByteReader(encoded.bytes), code: encoded.code, kind: .integer, count: times.count, stage
        )
        #expect(decoded == .integers(times))
        // 18.6 bits for each pair, and what it costs to tell long from short.
        #expect(encoded.bytes.count < 6_500)
    }

    @Test(arguments: [1, 4])
    func `broken times are refused or wrong, never trapped on`(_ form: UInt8) throws {
        let times = (0..<500).map { row -> Int64 in
            let place = form == 4 ? row / 2 * 2 : row
            return morning + Int64(place) * second + Int64(place * 7 % 5) * 1_000_000
                + Int64(row - place) * 1_000_000
        }
        var bytes: [UInt8] = []
        #expect(TimeSteps.encode(times, into: &bytes))
        #expect(form != 4 || bytes[1] == 4)
        var random = Seeded(4)
        for _ in 0..<2_000 {
            var broken = bytes
            let place = Int.random(in: 0..<min(30, broken.count), using: &random)
            broken[place] = UInt8.random(in: 0...255, using: &random)
            var reader = ByteReader(broken)
            do throws(ChunkFault) {
                let decoded = try TimeSteps.decode(&reader, count: 500)
                #expect(decoded.count == 500)
            } catch {
                // Refused.
                #expect(!error.what.isEmpty)
            }
        }
        #expect(!TimeSteps.encode([.min, .max], into: &bytes))
        #expect(!TimeSteps.encode([5], into: &bytes))
    }
}
