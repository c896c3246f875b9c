// The encoding of a column whose values are all the same: the value once.

import Plant

/// One value for all rows.
enum ConstantValue {
    /// Whether all values have the same bits.
    static func fits(_ values: ColumnValues) -> Bool {
        switch values {
        case .numbers(let numbers):
            guard let first = numbers.first?.bitPattern else { return false }
            return numbers.allSatisfy { $0.bitPattern == first }
        case .integers(let integers):
            return integers.first.map { first in integers.allSatisfy { $0 == first } } ?? false
        case .flags(let flags):
            return flags.first.map { first in flags.allSatisfy { $0 == first } } ?? false
        case .texts(let texts):
            guard let first = texts.first else { return false }
            return texts.allSatisfy { $0.utf8.elementsEqual(first.utf8) }
        }
    }

    /// Appends the first value; `values` is not empty.
    static func encode(_ values: ColumnValues, into output: inout [UInt8]) {
        switch values {
        case .numbers(let numbers): output.put(numbers[0])
        case .integers(let integers): output.put(integers[0])
        case .flags(let flags): output.append(flags[0] ? 1 : 0)
        case .texts(let texts): RawValues.encode(texts: [texts[0]], into: &output)
        }
    }

    /// The value, `count` times.
    static func decode(
        _ reader: inout ByteReader, kind: ValueKind, count: Int
    ) throws(ChunkFault) -> ColumnValues {
        switch kind {
        case .number: return .numbers([Double](repeating: try reader.double(), count: count))
        case .integer: return .integers([Int64](repeating: try reader.int64(), count: count))
        case .flag:
            let byte = try reader.byte()
            guard byte <= 1 else { throw ChunkFault("a flag of \(byte)") }
            return .flags([Bool](repeating: byte == 1, count: count))
        case .text:
            return .texts([String](repeating: try RawValues.text(&reader), count: count))
        }
    }
}
