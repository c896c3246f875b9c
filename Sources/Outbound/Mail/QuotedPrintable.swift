// Text of any letters in short lines of ASCII (RFC 2045, 6.7).

/// The quoted-printable encoding of text.
enum QuotedPrintable {
    /// Characters of one line at most, the soft break included.
    private static let longest = 76

    /// The encoded text; line breaks of any kind become CRLF, the last line has none.
    static func encoded(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        var length = 0
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D || byte == 0x0A {
                if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
                result += [0x0D, 0x0A]
                length = 0
                index += 1
                continue
            }
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0x0A
            let isAtEnd = next == 0x0A || next == 0x0D
            let isSpace = byte == 0x20 || byte == 0x09
            let isPlain = byte >= 0x21 && byte <= 0x7E && byte != 0x3D
            // Spaces at the end of a line are lost on the way; a dot there ends a message.
            let isKept = (isPlain && !(byte == 0x2E && length == 0)) || (isSpace && !isAtEnd)
            let width = isKept ? 1 : 3
            if length + width > longest - 1 {
                result += [0x3D, 0x0D, 0x0A]
                length = 0
                continue
            }
            if isKept { result.append(byte) } else { result += Array(("=" + hexPair(byte)).utf8) }
            length += width
            index += 1
        }
        return result
    }
}
