// Qualities of a column as runs; nothing at all where every sample is good.

import Plant

/// Qualities as (length varint, code byte) pairs.
enum QualityRuns {
    /// Appends runs, or nothing when all are good.
    static func encode(_ quality: [Quality], into output: inout [UInt8]) {
        guard quality.contains(where: { $0 != .good }) else { return }
        var index = 0
        while index < quality.count {
            var end = index + 1
            while end < quality.count, quality[end] == quality[index] { end &+= 1 }
            output.putVarint(UInt64(end - index))
            output.append(quality[index].code)
            index = end
        }
    }

    /// The qualities of `count` rows, empty when all are good.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Quality] {
        if reader.remaining == 0 { return [] }
        var quality: [Quality] = []
        quality.reserveCapacity(count)
        while quality.count < count {
            let length = try reader.count("a run", limit: count - quality.count)
            guard length > 0 else { throw ChunkFault("an empty run of qualities") }
            let code = Quality(code: try reader.byte())
            quality.append(contentsOf: repeatElement(code, count: length))
        }
        try reader.demandEnd()
        return quality
    }
}
