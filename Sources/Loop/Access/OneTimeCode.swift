// Six digits from a phone: time-based one-time codes (RFC 6238) as a second factor (S-12).

import Crypto
import Plant

/// A second factor: a seed that a phone keeps, and the codes that follow from it and the time.
public struct OneTimeCode: Sendable, Hashable {
    /// 160 random bits.
    let seed: [UInt8]

    /// How long a code lasts, in seconds.
    static let period: Int64 = 30
    /// Digits of a code.
    static let digits = 6
    /// Steps either side of now that are taken, for clocks that differ.
    static let tolerance: Int64 = 1

    /// A second factor from its seed; nil for a seed of another length.
    public init?(seed: [UInt8]) {
        guard seed.count == 20 else { return nil }
        self.seed = seed
    }

    /// The seed as people type it into a phone: base 32 (RFC 4648) in groups of four.
    public var text: String {
        let letters = OneTimeCode.base32(seed)
        return stride(from: 0, to: letters.count, by: 4).map {
            String(letters[$0..<min($0 + 4, letters.count)])
        }.joined(separator: " ")
    }

    /// The address that a QR code carries for phones.
    public func address(name: String, box: String) -> String {
        "otpauth://totp/" + OneTimeCode.escaped(box) + ":" + OneTimeCode.escaped(name)
            + "?secret=" + String(OneTimeCode.base32(seed)) + "&issuer=" + OneTimeCode.escaped(box)
    }

    /// The code of a step: whole periods since 1970.
    func code(step: Int64) -> String {
        let counter = bigEndian(UInt64(bitPattern: step))
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(
                for: counter, using: SymmetricKey(data: seed)))
        let start = Int(mac[19] & 15)
        let number = mac[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let code = String((number & 0x7FFF_FFFF) % 1_000_000)
        return String(repeating: "0", count: OneTimeCode.digits - code.count) + code
    }

    /// The step that a typed code belongs to, near a time; nil for a wrong code.
    func step(of typed: String, at time: Timestamp) -> Int64? {
        let digits = typed.filter { $0 != " " }
        guard digits.count == OneTimeCode.digits, digits.allSatisfy(\.isASCII) else { return nil }
        let now = time.secondsSince1970 / OneTimeCode.period
        var found: Int64?
        for step in (now - OneTimeCode.tolerance)...(now + OneTimeCode.tolerance)
        where SecretText.isEqual(code(step: step), digits) {
            found = step
        }
        return found
    }

    private func bigEndian(_ word: UInt64) -> [UInt8] {
        stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    private static func base32(_ bytes: [UInt8]) -> [Character] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var letters: [Character] = []
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                letters.append(alphabet[Int(group >> bits & 31)])
            }
        }
        return letters
    }

    /// Percent-encodes all but letters, digits and `-._~`.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            if isPlain { return String(UnicodeScalar(byte)) }
            return "%" + SecretText.hexadecimal([byte]).uppercased()
        }.joined()
    }
}
