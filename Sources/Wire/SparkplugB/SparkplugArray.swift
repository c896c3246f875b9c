// The array types of Sparkplug: numbers packed little-endian, bits with a count, texts.

/// The elements of an array metric.
///
/// Source: Sparkplug 3.0.0 clause 6.4.17.
public enum SparkplugArray: Hashable, Sendable {
    /// Int8Array to Int64Array.
    case integers([Int64])
    /// UInt8Array to UInt64Array.
    case unsigned([UInt64])
    /// FloatArray and DoubleArray; elements may be infinite or not numbers.
    case floats([Double])
    /// BooleanArray: a 32-bit count, then bits, the highest of each byte first.
    case booleans([Bool])
    /// StringArray: texts ended by a zero byte.
    case texts([String])
    /// DateTimeArray, milliseconds since 1970 in UTC.
    case times([UInt64])

    /// Reads the bytes of an array of a type.
    ///
    /// Throws when the length does not fit the type or there are more than
    /// ``SparkplugLimits/arrayElements`` elements.
    public init(_ type: SparkplugDataType, bytes: [UInt8]) throws(FrameError) {
        switch type {
        case .booleanArray: self = .booleans(try Self.booleans(bytes))
        case .stringArray: self = .texts(try Self.texts(bytes))
        default: self = try Self.numbers(type, bytes)
        }
    }

    /// The bytes of the array in a type, nil when the elements do not fit it.
    public func encoded(as type: SparkplugDataType) -> [UInt8]? {
        let size = type.elementBytes
        switch (self, type) {
        case (.integers(let numbers), .int8Array), (.integers(let numbers), .int16Array),
            (.integers(let numbers), .int32Array), (.integers(let numbers), .int64Array):
            let unused = 64 - 8 * size
            guard numbers.allSatisfy({ ($0 << unused) >> unused == $0 }) else { return nil }
            return Self.packed(numbers.map { UInt64(bitPattern: $0) }, size)
        case (.unsigned(let numbers), .uint8Array), (.unsigned(let numbers), .uint16Array),
            (.unsigned(let numbers), .uint32Array), (.unsigned(let numbers), .uint64Array):
            let unused = 64 - 8 * size
            guard numbers.allSatisfy({ ($0 << unused) >> unused == $0 }) else { return nil }
            return Self.packed(numbers, size)
        case (.floats(let numbers), .floatArray):
            return Self.packed(numbers.map { UInt64(Float($0).bitPattern) }, size)
        case (.floats(let numbers), .doubleArray):
            return Self.packed(numbers.map(\.bitPattern), size)
        case (.times(let times), .dateTimeArray): return Self.packed(times, size)
        case (.booleans(let flags), .booleanArray): return Self.packed(flags)
        case (.texts(let texts), .stringArray):
            guard !texts.contains(where: { $0.utf8.contains(0) }) else { return nil }
            return texts.flatMap { Array($0.utf8) + [0] }
        default: return nil
        }
    }

    private static func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: "reading a Sparkplug array", problem: problem)
    }

    private static func checkCount(_ count: Int) throws(FrameError) {
        guard count <= SparkplugLimits.arrayElements else {
            throw error(.invalid("more than \(SparkplugLimits.arrayElements) elements"))
        }
    }

    private static func numbers(
        _ type: SparkplugDataType, _ bytes: [UInt8]
    ) throws(FrameError) -> SparkplugArray {
        let size = type.elementBytes
        guard size > 0 else { throw error(.invalid("\(type) is not an array of numbers")) }
        let count = bytes.count / size
        guard bytes.count == count * size else {
            throw error(.length(found: bytes.count, expected: (count + 1) * size))
        }
        try checkCount(count)
        let raw = (0..<count).map { index -> UInt64 in
            var number: UInt64 = 0
            for place in 0..<size {
                number |= UInt64(bytes[index * size + place]) << UInt64(8 * place)
            }
            return number
        }
        let unused = 64 - 8 * size
        switch type {
        case .floatArray:
            return .floats(raw.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) })
        case .doubleArray: return .floats(raw.map(Double.init(bitPattern:)))
        case .dateTimeArray: return .times(raw)
        case .int8Array, .int16Array, .int32Array, .int64Array:
            return .integers(raw.map { Int64(bitPattern: $0 << unused) >> unused })
        default: return .unsigned(raw)
        }
    }

    private static func booleans(_ bytes: [UInt8]) throws(FrameError) -> [Bool] {
        guard bytes.count >= 4 else { throw error(.tooShort(found: bytes.count, minimum: 4)) }
        let count = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        try checkCount(count)
        guard bytes.count == 4 + (count + 7) / 8 else {
            throw error(.length(found: bytes.count, expected: 4 + (count + 7) / 8))
        }
        return (0..<count).map { bytes[4 + $0 / 8] & (0x80 >> UInt8($0 % 8)) != 0 }
    }

    private static func texts(_ bytes: [UInt8]) throws(FrameError) -> [String] {
        guard bytes.last == 0 || bytes.isEmpty else {
            throw error(.invalid("a text without its zero byte"))
        }
        try checkCount(bytes.count { $0 == 0 })
        return bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
            .prefix(bytes.isEmpty ? 0 : .max).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func packed(_ numbers: [UInt64], _ size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * size)
        for number in numbers {
            for place in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
        }
        return bytes
    }

    private static func packed(_ flags: [Bool]) -> [UInt8] {
        var bytes = packed([UInt64(flags.count)], 4)
        bytes += [UInt8](repeating: 0, count: (flags.count + 7) / 8)
        for (index, flag) in flags.enumerated() where flag {
            bytes[4 + index / 8] |= 0x80 >> UInt8(index % 8)
        }
        return bytes
    }
}
