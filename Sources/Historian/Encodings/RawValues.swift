// The encoding that always fits: bytes of the values themselves, in planes, bits or texts.

import Plant

/// Values as they are: numbers in byte planes, flags in bits, texts behind their length.
enum RawValues {
    /// Appends 64-bit patterns in eight byte planes.
    static func encode(patterns: [UInt64], into output: inout [UInt8]) {
        Planes.put(patterns, width: 8, into: &output)
    }

    /// The `count` patterns of eight byte planes.
    static func patterns(
        _ reader: inout ByteReader, count: Int
    ) throws(ChunkFault) -> [UInt64] {
        try Planes.get(&reader, width: 8, count: count)
    }

    /// Appends flags, eight to a byte, the first in the lowest bit.
    static func encode(flags: [Bool], into output: inout [UInt8]) {
        var byte: UInt8 = 0
        for (index, flag) in flags.enumerated() {
            if flag { byte |= 1 << UInt8(index & 7) }
            if index & 7 == 7 {
                output.append(byte)
                byte = 0
            }
        }
        if flags.count & 7 != 0 { output.append(byte) }
    }

    /// The `count` flags of a row of bits.
    static func flags(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Bool] {
        let range = try reader.run((count + 7) / 8)
        var flags: [Bool] = []
        flags.reserveCapacity(count)
        for index in 0..<count {
            let byte = reader.bytes[range.lowerBound + index / 8]
            flags.append(byte >> UInt8(index & 7) & 1 == 1)
        }
        return flags
    }

    /// Appends texts, each behind its length in bytes.
    static func encode(texts: [String], into output: inout [UInt8]) {
        for text in texts {
            output.putVarint(UInt64(text.utf8.count))
            output.append(contentsOf: text.utf8)
        }
    }

    /// The `count` texts of a row of texts.
    static func texts(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(min(count, reader.remaining))
        for _ in 0..<count { texts.append(try text(&reader)) }
        return texts
    }

    /// One text behind its length.
    static func text(_ reader: inout ByteReader) throws(ChunkFault) -> String {
        let length = try reader.count("a text length", limit: HistorianLimits.textBytes)
        let range = try reader.run(length)
        guard let text = String(validating: reader.bytes[range], as: UTF8.self) else {
            throw ChunkFault("a text that is not UTF-8")
        }
        return text
    }
}
