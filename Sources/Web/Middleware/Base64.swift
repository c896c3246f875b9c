// Base64 as basic authorisation needs it (RFC 4648, section 4).

/// Decoding of base64 texts.
enum Base64 {
    /// The bytes as UTF-8 text, nil when the text is not base64.
    static func text(_ source: String) -> String? {
        var bits: UInt32 = 0
        var count = 0
        var bytes: [UInt8] = []
        for byte in source.utf8 {
            if byte == 0x3D { break }
            let value: UInt8
            switch byte {
            case 0x41...0x5A: value = byte - 0x41
            case 0x61...0x7A: value = byte - 0x61 + 26
            case 0x30...0x39: value = byte - 0x30 + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            default: return nil
            }
            bits = (bits & 0xFF_FFFF) << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
