// Hexadecimal and base 64 text of bytes, as node names and thumbprints are written.

/// Hexadecimal digits of identifiers and codes.
enum OPCUAHexadecimal {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The value of a digit; nil for other characters.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    /// Bytes as capital digits, two for each byte.
    static func text(_ bytes: [UInt8]) -> String {
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Base 64 (RFC 4648, 4) of opaque node names.
enum OPCUABase64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let isFilled = place <= group.count
                let index = Int(bits >> UInt32(18 - 6 * place) & 63)
                text.append(isFilled ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil when it is not base 64 with all its fill characters.
    static func bytes(_ text: Substring) -> [UInt8]? {
        let characters = Array(text.utf8)
        let fill = characters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard characters.count % 4 == 0, fill <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        for (index, character) in characters.dropLast(fill).enumerated() {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 {
                for place in 0..<3 {
                    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place)))
                }
                bits = 0
            }
        }
        if fill > 0 {
            bits <<= UInt32(6 * fill)
            for place in 0..<3 - fill {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place)))
            }
        }
        return bytes
    }
}
