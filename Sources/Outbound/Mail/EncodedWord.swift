// Header text with any letters, as encoded words (RFC 2047).

/// Text of a header field, folded and encoded where it must be.
enum EncodedWord {
    /// Characters of one encoded word at most (RFC 2047, 2).
    private static let longest = 75
    private static let opening = "=?utf-8?q?"
    private static let closing = "?="

    /// The text for a field whose name and colon take `used` characters of the first line.
    ///
    /// Plain ASCII that fits one line stays as it is. The text has no control characters.
    static func folded(_ text: String, used: Int) -> String {
        let isPlain =
            text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?")
            && !text.hasPrefix(" ") && !text.hasSuffix(" ") && used + text.utf8.count <= 76
        return isPlain ? text : encoded(text, used: used)
    }

    /// A name before an address: a phrase of atoms, quoted or encoded.
    static func phrase(_ text: String, used: Int) -> String {
        let isAtoms = text.utf8.allSatisfy { byte in
            byte == 0x20 || isSafe(byte)
        }
        if isAtoms, used + text.utf8.count <= 60, !text.hasPrefix(" "), !text.hasSuffix(" ") {
            return text
        }
        return encoded(text, used: used)
    }

    private static func encoded(_ text: String, used: Int) -> String {
        var result = opening
        // A word never ends inside a letter (RFC 2047, 5), so letters are the unit.
        var length = min(used, 40) + opening.utf8.count
        for scalar in text.unicodeScalars {
            let piece = UTF8.encode(scalar).map { Array($0).map(letters).joined() } ?? ""
            if length + piece.utf8.count + closing.utf8.count > longest {
                result += closing + "\r\n " + opening
                length = 1 + opening.utf8.count
            }
            result += piece
            length += piece.utf8.count
        }
        return result + closing
    }

    private static func letters(_ byte: UInt8) -> String {
        if byte == 0x20 { return "_" }
        return isSafe(byte) ? String(UnicodeScalar(byte)) : "=" + hexPair(byte)
    }

    /// RFC 2047, 5 (3): what may stand in a phrase without encoding.
    private static func isSafe(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
            || (byte >= 0x30 && byte <= 0x39) || byte == 0x21 || byte == 0x2A || byte == 0x2B
            || byte == 0x2D || byte == 0x2F
    }
}

/// Two hexadecimal digits in capitals.
func hexPair(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16, uppercase: true)
    return text.utf8.count == 1 ? "0" + text : text
}
