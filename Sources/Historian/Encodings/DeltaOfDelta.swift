// The encoding of times: changes of the step between rows, counted in the largest common unit.

/// Times and other steadily growing numbers as varints of the change of their step.
///
/// Layout: unit (power of ten of nanoseconds, 0 to 9), first value, then for each later row the
/// change of the step in units as a signed varint.
enum DeltaOfDelta {
    private static let powers: [Int64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// Appends the values; `values` is not empty.
    static func encode(_ values: [Int64], into output: inout [UInt8]) {
        let unit = commonUnit(values)
        let divisor = powers[unit]
        output.append(UInt8(unit))
        output.put(values[0])
        output.reserveCapacity(output.count + values.count)
        var step: Int64 = 0
        for index in 1..<values.count {
            let next = unitSteps(values[index], values[index - 1], divisor)
            output.putSignedVarint(next &- step)
            step = next
        }
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Int64] {
        let unit = Int(try reader.byte())
        guard unit < powers.count, count >= 1 else { throw ChunkFault("a time unit of \(unit)") }
        let divisor = powers[unit]
        let first = try reader.int64()
        try reader.demand(count - 1)
        return try reader.eachVarint(count - 1, after: first) { changes, value, step in
            step = step &+ unzigzag(changes)
            value = value &+ step &* divisor
        }
    }

    /// Steps in whole units; unit 1 also covers differences that do not fit 64 bits, by wrapping.
    private static func unitSteps(_ later: Int64, _ earlier: Int64, _ divisor: Int64) -> Int64 {
        divisor == 1 ? later &- earlier : (later - earlier) / divisor
    }

    /// The largest power of ten that divides every step, nil where the whole range of the values
    /// leaves 62 bits.
    static func commonUnit(ofNarrow values: [Int64]) -> Int? {
        guard let least = values.min(), let most = values.max() else { return nil }
        let (range, isOver) = most.subtractingReportingOverflow(least)
        return isOver || range >= 1 << 62 ? nil : commonUnit(values)
    }

    /// The largest power of ten that divides every step.
    private static func commonUnit(_ values: [Int64]) -> Int {
        var unit = powers.count - 1
        for index in 1..<values.count {
            let (step, overflow) = values[index].subtractingReportingOverflow(values[index - 1])
            if overflow { return 0 }
            while unit > 0, step % powers[unit] != 0 { unit -= 1 }
            if unit == 0 { return 0 }
        }
        return unit
    }
}
