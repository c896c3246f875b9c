// Reading and writing little-endian numbers and varints, every length checked first.

/// A position in stored bytes that cannot leave its window.
struct ByteReader {
    /// All bytes; the window may be a part of them.
    let bytes: [UInt8]
    /// Next byte to read.
    private(set) var position: Int
    /// First byte after the window.
    let end: Int

    /// A reader over all bytes.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    /// A reader over a part; the range must lie inside.
    init(_ bytes: [UInt8], _ range: Range<Int>) throws(ChunkFault) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw ChunkFault("a part ends at \(range.upperBound) of \(bytes.count) bytes")
        }
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Bytes left in the window.
    var remaining: Int { end - position }

    /// Throws unless `count` more bytes are there.
    func demand(_ count: Int) throws(ChunkFault) {
        guard count >= 0, count <= remaining else {
            throw ChunkFault("\(count) bytes wanted, \(remaining) left at byte \(position)")
        }
    }

    /// Throws unless everything was read.
    func demandEnd() throws(ChunkFault) {
        guard remaining == 0 else { throw ChunkFault("\(remaining) bytes too many") }
    }

    /// One byte.
    mutating func byte() throws(ChunkFault) -> UInt8 {
        try demand(1)
        defer { position += 1 }
        return bytes[position]
    }

    /// Two bytes, little-endian.
    mutating func uint16() throws(ChunkFault) -> UInt16 {
        UInt16(truncatingIfNeeded: try number(2))
    }

    /// Four bytes, little-endian.
    mutating func uint32() throws(ChunkFault) -> UInt32 {
        UInt32(truncatingIfNeeded: try number(4))
    }

    /// Eight bytes, little-endian.
    mutating func uint64() throws(ChunkFault) -> UInt64 { try number(8) }

    /// Eight bytes, little-endian, two's complement.
    mutating func int64() throws(ChunkFault) -> Int64 { Int64(bitPattern: try number(8)) }

    /// Eight bytes as IEEE 754.
    mutating func double() throws(ChunkFault) -> Double { Double(bitPattern: try number(8)) }

    /// A length of at most `limit`, four bytes.
    mutating func length(_ what: String, limit: Int) throws(ChunkFault) -> Int {
        let value = Int(try uint32())
        guard value <= limit else { throw ChunkFault("\(what) \(value) is over \(limit)") }
        return value
    }

    /// A LEB128 number of at most ten bytes.
    mutating func varint() throws(ChunkFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position &+= 1
            if shift == 63, byte > 1 { throw ChunkFault("a number over 64 bits") }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
            if shift > 63 { throw ChunkFault("a number over 64 bits") }
        }
        throw ChunkFault("a number without its end at byte \(position)")
    }

    /// A LEB128 number that counts something, at most `limit`.
    mutating func count(_ what: String, limit: Int) throws(ChunkFault) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw ChunkFault("\(what) \(value) is over \(limit)") }
        return Int(value)
    }

    /// A signed LEB128 number in zigzag form.
    mutating func signedVarint() throws(ChunkFault) -> Int64 { unzigzag(try varint()) }

    /// Runs `body` over `count` LEB128 numbers; it carries a value, kept for each, and a step.
    ///
    /// Gives `first` and the values after it.
    @inline(__always)
    mutating func eachVarint(
        _ count: Int, after first: Int64, _ body: (UInt64, inout Int64, inout Int64) -> Void
    ) throws(ChunkFault) -> [Int64] {
        var value = first
        var step: Int64 = 0
        var values: [Int64] = [first]
        values.reserveCapacity(count + 1)
        let all = bytes
        let window = all.span
        for _ in 0..<count {
            guard position < end else { throw ChunkFault("a number ends at byte \(position)") }
            let byte = window[position]
            if byte < 0x80 {
                position &+= 1
                body(UInt64(byte), &value, &step)
            } else {
                body(try varint(), &value, &step)
            }
            values.append(value)
        }
        return values
    }

    /// A run of bytes as the range they occupy.
    mutating func run(_ count: Int) throws(ChunkFault) -> Range<Int> {
        try demand(count)
        defer { position += count }
        return position..<position + count
    }

    private mutating func number(_ width: Int) throws(ChunkFault) -> UInt64 {
        try demand(width)
        var value: UInt64 = 0
        for index in 0..<width {
            value |= UInt64(bytes[position &+ index]) &<< UInt64(8 &* index)
        }
        position += width
        return value
    }
}

/// Small signed numbers of either sign as small unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3.
func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
}

/// The inverse of `zigzag`.
func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
}

extension [UInt8] {
    /// Appends a whole number, little-endian.
    mutating func put<Number: FixedWidthInteger>(_ value: Number) {
        let bits = UInt64(truncatingIfNeeded: value)
        for index in 0..<Number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: bits &>> UInt64(8 &* index)))
        }
    }

    /// Appends a double's bits, little-endian.
    mutating func put(_ value: Double) { put(value.bitPattern) }

    /// Appends a LEB128 number.
    mutating func putVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a signed LEB128 number in zigzag form.
    mutating func putSignedVarint(_ value: Int64) { putVarint(zigzag(value)) }

    /// Overwrites four bytes, little-endian.
    mutating func replace(at offset: Int, with value: UInt32) {
        for index in 0..<4 {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }
}
