// CRC-32C (Castagnoli), the check of every stored block.

/// CRC-32C, polynomial 0x1EDC6F41 reflected, as in RFC 3720 section 12.1.
///
/// Worked example: the nine bytes `123456789` give 0xE3069283.
enum Checksum {
    /// Eight tables of 256 entries for eight bytes a step.
    private static let tables: [UInt32] = makeTables()

    /// The check of `bytes[range]`.
    static func crc32c(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        unsafe crc32c(bytes.span.bytes.extracting(range))
    }

    /// The check of all bytes, continued from an earlier check.
    static func crc32c(_ bytes: RawSpan, after earlier: UInt32 = 0) -> UInt32 {
        let table = tables.span
        var crc = ~earlier
        var position = 0
        let wholeEnd = bytes.byteCount & ~7
        while position < wholeEnd {
            let word =
                unsafe UInt64(
                    littleEndian: bytes.unsafeLoadUnaligned(
                        fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
            let low = table[1792 + Int(word & 0xFF)] ^ table[1536 + Int(word >> 8 & 0xFF)]
            let middle = table[1280 + Int(word >> 16 & 0xFF)] ^ table[1024 + Int(word >> 24 & 0xFF)]
            let upper = table[768 + Int(word >> 32 & 0xFF)] ^ table[512 + Int(word >> 40 & 0xFF)]
            let top = table[256 + Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
            crc = low ^ middle ^ upper ^ top
            position &+= 8
        }
        while position < bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8
            position &+= 1
        }
        return ~crc
    }

    private static func makeTables() -> [UInt32] {
        var tables = [UInt32](repeating: 0, count: 2048)
        for index in 0..<256 {
            var crc = UInt32(index)
            for _ in 0..<8 {
                crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
            }
            tables[index] = crc
        }
        for index in 256..<2048 {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 0xFF)] ^ previous >> 8
        }
        return tables
    }
}
