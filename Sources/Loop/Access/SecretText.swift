// Texts that open doors: setup codes, tokens, session keys; made from the system's randomness.

import Crypto

/// Makes and hashes secret texts.
public enum SecretText {
    /// A setup code: 12 characters of Crockford's base 32, 60 bits (S-02).
    public static func setupCode() -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var generator = SystemRandomNumberGenerator()
        let letters = (0..<12).map { _ in
            alphabet[Int(generator.next(upperBound: UInt64(32)))]
        }
        return String(letters[0..<4]) + "-" + String(letters[4..<8]) + "-" + String(letters[8..<12])
    }

    /// A token for programs: `mw_` and 160 random bits in hexadecimal.
    public static func token() -> String { "mw_" + hexadecimal(random(20)) }

    /// A session key: 256 random bits in hexadecimal.
    public static func sessionKey() -> String { hexadecimal(random(32)) }

    /// Random bytes from the system.
    public static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// SHA-256 in hexadecimal: what is kept of a token or session key.
    public static func digest(_ text: String) -> String {
        hexadecimal(Array(SHA256.hash(data: Array(text.utf8))))
    }

    /// A setup code as people may type it: case, hyphens, and look-alikes do not matter.
    public static func normalised(setupCode text: String) -> String {
        String(
            text.uppercased().compactMap { letter -> Character? in
                switch letter {
                case "O": "0"
                case "I", "L": "1"
                case "-", " ": nil
                default: letter
                }
            })
    }

    /// Whether two secrets are the same, in a time that does not tell where they differ.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
