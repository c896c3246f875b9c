// The encoding of values that stay the same for long: how often, then what.

/// Flags, states and qualities as runs: (length, value) pairs of varints.
enum RunLength {
    /// Number of runs of equal values.
    static func runs(_ values: [Int64]) -> Int {
        guard var previous = values.first else { return 0 }
        var runs = 1
        for value in values where value != previous {
            runs &+= 1
            previous = value
        }
        return runs
    }

    /// Appends the values; lengths add up to their count.
    static func encode(_ values: [Int64], into output: inout [UInt8]) {
        var index = 0
        while index < values.count {
            let value = values[index]
            var end = index + 1
            while end < values.count, values[end] == value { end &+= 1 }
            output.putVarint(UInt64(end - index))
            output.putSignedVarint(value)
            index = end
        }
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Int64] {
        var values: [Int64] = []
        values.reserveCapacity(count)
        while values.count < count {
            let length = try reader.count("a run", limit: count - values.count)
            guard length > 0 else { throw ChunkFault("an empty run") }
            values.append(contentsOf: repeatElement(try reader.signedVarint(), count: length))
        }
        return values
    }
}
