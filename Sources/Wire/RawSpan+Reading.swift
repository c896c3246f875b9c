// Reading big-endian numbers from a span of bytes, every read checked against its bounds.

extension RawSpan {
    /// The byte at an offset; traps outside the span, so callers check lengths first.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The big-endian 16-bit number at an offset.
    @inline(__always)
    func uint16(_ offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 32-bit number at an offset.
    @inline(__always)
    func uint32(_ offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// A copy of the bytes in a range.
    func array(_ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for offset in range { copy.append(byte(offset)) }
        return copy
    }
}

extension [UInt8] {
    /// Appends a 16-bit number, high byte first.
    @inline(__always)
    mutating func append(bigEndian number: UInt16) {
        append(UInt8(truncatingIfNeeded: number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }

    /// Appends a 32-bit number, high byte first.
    @inline(__always)
    mutating func append(bigEndian number: UInt32) {
        append(bigEndian: UInt16(truncatingIfNeeded: number >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: number))
    }

    /// Appends all bytes of a span.
    mutating func append(contentsOf span: RawSpan) {
        reserveCapacity(count + span.byteCount)
        for offset in 0..<span.byteCount { append(span.byte(offset)) }
    }
}
