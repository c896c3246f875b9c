// Which encoding a column gets, and the one door through which columns are encoded and decoded.

import Plant

/// The type byte of an encoded column; the highest bit marks the entropy stage on top.
enum ColumnEncoding: UInt8, CaseIterable {
    /// The values themselves.
    case raw = 1
    /// One value for all rows.
    case constant = 2
    /// Changes of the step between rows.
    case deltaOfDelta = 3
    /// Residuals in bit fields or byte planes.
    case packedIntegers = 4
    /// Decimals as whole numbers.
    case scaledDecimal = 5
    /// Runs of equal values.
    case runLength = 6
    /// Different texts once, then runs of their numbers.
    case textDictionary = 7
    /// Doubles that are 32-bit floats.
    case singlePrecision = 8
    /// Times as residuals from steady steps.
    case timeSteps = 9
    /// Counts of a converter, scaled.
    case steppedValues = 10

    /// Set in the type byte when the entropy stage is on top.
    static let entropyMark: UInt8 = 0x80
}

/// An encoded column: its type byte and its bytes.
struct EncodedColumn {
    /// The type byte with the mark of the entropy stage.
    let code: UInt8
    /// The encoded bytes.
    let bytes: [UInt8]
}

/// Encodes and decodes whole columns; pure but for the working memory of the entropy stage.
enum ColumnCodec {
    /// Below this many rows byte planes are not tried.
    private static let rowsForPlanes = 48

    /// The smallest encoding found for a column that is not empty.
    static func encode(_ values: ColumnValues, _ stage: EntropyStage) -> EncodedColumn {
        if ConstantValue.fits(values) {
            var bytes: [UInt8] = []
            ConstantValue.encode(values, into: &bytes)
            return EncodedColumn(code: ColumnEncoding.constant.rawValue, bytes: bytes)
        }
        switch values {
        case .numbers(let numbers): return encode(numbers: numbers, stage)
        case .integers(let integers): return encode(integers: integers, stage)
        case .flags(let flags): return encode(flags: flags, stage)
        case .texts(let texts): return encode(texts: texts, stage)
        }
    }

    /// The encoding of times and of arrival offsets.
    static func encode(times: [Int64], _ stage: EntropyStage) -> EncodedColumn {
        var changes: [UInt8] = []
        DeltaOfDelta.encode(times, into: &changes)
        let plain = finish(.deltaOfDelta, changes, stage)
        var steps: [UInt8] = []
        guard times.count >= rowsForPlanes, TimeSteps.encode(times, into: &steps) else {
            return plain
        }
        let packed = finish(.timeSteps, steps, stage)
        return packed.bytes.count < plain.bytes.count ? packed : plain
    }

    /// The values of an encoded column; throws on anything that was not written by `encode`.
    static func decode(
        _ reader: ByteReader, code: UInt8, kind: ValueKind, count: Int, _ stage: EntropyStage
    ) throws(ChunkFault) -> ColumnValues {
        guard count >= 1, count <= HistorianLimits.rowsAccepted else {
            throw ChunkFault("\(count) rows")
        }
        var reader = reader
        if code & ColumnEncoding.entropyMark != 0 {
            reader = ByteReader(
                try stage.unpacked(&reader, limit: HistorianLimits.columnBytesAccepted))
        }
        guard let encoding = ColumnEncoding(rawValue: code & ~ColumnEncoding.entropyMark) else {
            throw ChunkFault("encoding \(code & 0x7F) is not known")
        }
        let values = try decode(&reader, encoding, kind, count)
        try reader.demandEnd()
        return values
    }

    private static func decode(
        _ reader: inout ByteReader, _ encoding: ColumnEncoding, _ kind: ValueKind, _ count: Int
    ) throws(ChunkFault) -> ColumnValues {
        switch (encoding, kind) {
        case (.constant, _):
            return try ConstantValue.decode(&reader, kind: kind, count: count)
        case (.raw, .number):
            return .numbers(
                try RawValues.patterns(&reader, count: count).map { Double(bitPattern: $0) })
        case (.raw, .integer):
            return .integers(
                try RawValues.patterns(&reader, count: count).map { Int64(bitPattern: $0) })
        case (.raw, .flag):
            return .flags(try RawValues.flags(&reader, count: count))
        case (.raw, .text):
            return .texts(try RawValues.texts(&reader, count: count))
        case (.deltaOfDelta, .integer):
            return .integers(try DeltaOfDelta.decode(&reader, count: count))
        case (.timeSteps, .integer):
            return .integers(try TimeSteps.decode(&reader, count: count))
        case (.steppedValues, .number):
            return .numbers(try SteppedValues.decode(&reader, count: count))
        case (.packedIntegers, .integer):
            return .integers(try PackedIntegers.decode(&reader, count: count))
        case (.runLength, .integer):
            return .integers(try RunLength.decode(&reader, count: count))
        case (.runLength, .flag):
            let numbers = try RunLength.decode(&reader, count: count)
            guard numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw ChunkFault("a flag that is neither 0 nor 1")
            }
            return .flags(numbers.map { $0 == 1 })
        case (.scaledDecimal, .number):
            return .numbers(try ScaledDecimal.decode(&reader, count: count))
        case (.singlePrecision, .number):
            return .numbers(try SinglePrecision.decode(&reader, count: count))
        case (.textDictionary, .text):
            return .texts(try TextDictionary.decode(&reader, count: count))
        default:
            throw ChunkFault("encoding \(encoding.rawValue) for a \(kind.word)")
        }
    }

    private static func encode(numbers: [Double], _ stage: EntropyStage) -> EncodedColumn {
        if let fit = ScaledDecimal.fit(numbers) {
            // Only values with many decimals can be counts of a converter in disguise.
            if fit.scale.exponent >= 4, !fit.scale.isSingle,
                let stepped = SteppedValues.fit(numbers, decimals: fit.scale.exponent)
            {
                return smallest(.steppedValues, rows: numbers.count, stage) { layout, output in
                    SteppedValues.encode(stepped, layout: layout, into: &output)
                }
            }
            return smallest(.scaledDecimal, rows: numbers.count, stage) { layout, output in
                ScaledDecimal.encode(fit, layout: layout, into: &output)
            }
        }
        if let stepped = SteppedValues.fit(numbers, decimals: nil) {
            return smallest(.steppedValues, rows: numbers.count, stage) { layout, output in
                SteppedValues.encode(stepped, layout: layout, into: &output)
            }
        }
        var bytes: [UInt8] = []
        if SinglePrecision.fits(numbers) {
            SinglePrecision.encode(numbers, into: &bytes)
            return finish(.singlePrecision, bytes, stage)
        }
        RawValues.encode(patterns: numbers.map(\.bitPattern), into: &bytes)
        return finish(.raw, bytes, stage)
    }

    private static func encode(integers: [Int64], _ stage: EntropyStage) -> EncodedColumn {
        if RunLength.runs(integers) * 8 <= integers.count {
            var bytes: [UInt8] = []
            RunLength.encode(integers, into: &bytes)
            return finish(.runLength, bytes, stage)
        }
        return smallest(.packedIntegers, rows: integers.count, stage) { layout, output in
            PackedIntegers.encode(integers, layout: layout, into: &output)
        }
    }

    private static func encode(flags: [Bool], _ stage: EntropyStage) -> EncodedColumn {
        let numbers = flags.map { $0 ? Int64(1) : 0 }
        var bytes: [UInt8] = []
        if RunLength.runs(numbers) * 16 <= flags.count {
            RunLength.encode(numbers, into: &bytes)
            return finish(.runLength, bytes, stage)
        }
        RawValues.encode(flags: flags, into: &bytes)
        return finish(.raw, bytes, stage)
    }

    private static func encode(texts: [String], _ stage: EntropyStage) -> EncodedColumn {
        var bytes: [UInt8] = []
        if let dictionary = TextDictionary.numbers(texts) {
            TextDictionary.encode(
                texts: dictionary.texts, numbers: dictionary.numbers, into: &bytes)
            return finish(.textDictionary, bytes, stage)
        }
        RawValues.encode(texts: texts, into: &bytes)
        return finish(.raw, bytes, stage)
    }

    /// Byte planes under the entropy stage, or bit fields where those are smaller.
    private static func smallest(
        _ encoding: ColumnEncoding, rows: Int, _ stage: EntropyStage,
        _ encode: (PackedIntegers.Layout, inout [UInt8]) -> Void
    ) -> EncodedColumn {
        var fields: [UInt8] = []
        encode(.bits, &fields)
        guard rows >= rowsForPlanes else {
            return EncodedColumn(code: encoding.rawValue, bytes: fields)
        }
        var planes: [UInt8] = []
        encode(.planes, &planes)
        guard let packed = stage.packed(planes), packed.count < fields.count else {
            return EncodedColumn(code: encoding.rawValue, bytes: fields)
        }
        return EncodedColumn(code: encoding.rawValue | ColumnEncoding.entropyMark, bytes: packed)
    }

    private static func finish(
        _ encoding: ColumnEncoding, _ bytes: [UInt8], _ stage: EntropyStage
    ) -> EncodedColumn {
        guard let packed = stage.packed(bytes) else {
            return EncodedColumn(code: encoding.rawValue, bytes: bytes)
        }
        return EncodedColumn(code: encoding.rawValue | ColumnEncoding.entropyMark, bytes: packed)
    }
}
