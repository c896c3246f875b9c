// The SHA-256 fingerprint of a certificate, grouped for reading aloud and comparing.

import Crypto

/// The SHA-256 digest of a certificate's DER bytes.
///
/// Two people compare it over the phone or against a printed label: the groups are short enough to
/// say in one breath, and ``matches(_:)`` takes what was typed in any of the usual spellings.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes of the digest.
    public let bytes: [UInt8]

    init(ofDER der: [UInt8]) {
        bytes = Array(SHA256.hash(data: der))
    }

    /// The digest as 16 groups of four capital hexadecimal digits.
    ///
    /// A page shows four groups a line.
    public var groups: [String] {
        stride(from: 0, to: bytes.count, by: 2).map { hexadecimal(bytes[$0..<$0 + 2]) }
    }

    /// The groups with spaces between them, as printed and read aloud.
    ///
    /// For example `9F86 D081 884C 7D65 …`.
    public var description: String { groups.joined(separator: " ") }

    /// The spelling that browsers and `openssl x509 -fingerprint` show.
    ///
    /// For example `9F:86:D0:81:…`.
    public var colonSeparated: String {
        bytes.map { hexadecimal([$0]) }.joined(separator: ":")
    }

    /// Tells whether a text spells this fingerprint, whatever its case, spaces, colons or dashes.
    ///
    /// - Parameter text: What a person typed or a QR code held.
    /// - Returns: True only if all 64 digits are there and equal.
    public func matches(_ text: String) -> Bool {
        guard text.utf8.count <= TrustLimits.textBytes else { return false }
        let separators = Set(" :-\t\n\r".utf8)
        let digits = text.uppercased().utf8.filter { !separators.contains($0) }
        return Array(digits) == Array(hexadecimal(bytes).utf8)
    }
}

/// Bytes as capital hexadecimal digits, two for each byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0x0F)])
    }
    return text
}
