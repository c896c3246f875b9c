// Pass phrases: what is accepted, and how they are kept (S-10, S-11).

import Crypto
import CryptoExtras
import Plant

/// The cost of scrypt; tests lower it.
public struct ScryptCost: Sendable, Hashable {
    /// N, a power of two.
    public let rounds: Int
    /// r.
    public let blockSize: Int
    /// p.
    public let parallelism: Int

    /// A cost.
    public init(rounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// The cost on a box: N = 2^15, r = 8, p = 3 (S-11).
    public static let box = ScryptCost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    /// A cost for tests only.
    public static let test = ScryptCost(rounds: 1 << 4, blockSize: 8, parallelism: 1)
}

/// A kept pass phrase: salt and scrypt output as a PHC string.
public struct PassPhraseHash: Sendable, Hashable {
    /// `$scrypt$ln=15,r=8,p=3$salt$hash`, base64 without padding.
    public let text: String

    /// A hash as it was kept.
    public init(text: String) {
        self.text = text
    }

    /// Hashes a pass phrase with a 16-byte salt.
    public init(_ passPhrase: String, salt: [UInt8], cost: ScryptCost) throws {
        let key = try PassPhraseHash.derive(passPhrase, salt: salt, cost: cost)
        let log = cost.rounds.trailingZeroBitCount
        text =
            "$scrypt$ln=\(log),r=\(cost.blockSize),p=\(cost.parallelism)$"
            + Base64Text.encode(salt) + "$" + Base64Text.encode(key)
    }

    /// Whether a pass phrase is the kept one; takes the same time either way.
    public func matches(_ passPhrase: String) throws -> Bool {
        let parts = text.split(separator: "$").map(String.init)
        guard parts.count == 4, parts[0] == "scrypt",
            let cost = PassPhraseHash.cost(parts[1]),
            let salt = Base64Text.decode(parts[2]), let kept = Base64Text.decode(parts[3])
        else { return false }
        let key = try PassPhraseHash.derive(passPhrase, salt: salt, cost: cost)
        guard key.count == kept.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(key, kept) { difference |= left ^ right }
        return difference == 0
    }

    private static func cost(_ text: String) -> ScryptCost? {
        var values: [Substring: Int] = [:]
        for field in text.split(separator: ",") {
            let pair = field.split(separator: "=")
            guard pair.count == 2, let value = Int(pair[1]) else { return nil }
            values[pair[0]] = value
        }
        guard let log = values["ln"], (1...20).contains(log), let blockSize = values["r"],
            (1...32).contains(blockSize), let parallelism = values["p"],
            (1...16).contains(parallelism)
        else { return nil }
        return ScryptCost(rounds: 1 << log, blockSize: blockSize, parallelism: parallelism)
    }

    private static func derive(
        _ passPhrase: String, salt: [UInt8], cost: ScryptCost
    ) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(passPhrase.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return unsafe key.withUnsafeBytes { unsafe Array($0) }
    }
}

/// Which pass phrases are accepted.
public enum PassPhraseRule {
    /// What is wrong with a pass phrase, nil when it is accepted (S-10).
    public static func flaw(
        _ passPhrase: String, name: String, site: String
    ) -> (says: String, remedy: String)? {
        let remedy = "Use three or four words that do not belong together."
        guard LoopLimits.passPhraseLength.contains(passPhrase.count) else {
            return passPhrase.count < LoopLimits.passPhraseLength.lowerBound
                ? ("The pass phrase is shorter than 12 characters.", remedy)
                : ("The pass phrase is longer than 128 characters.", "Use a shorter one.")
        }
        let lowered = passPhrase.lowercased()
        for word in ["millwright", name.lowercased(), site.lowercased()]
        where word.count >= 4 && lowered.contains(word) {
            return ("The pass phrase contains “\(word)”, which is easy to guess.", remedy)
        }
        let letters = Set(lowered)
        guard letters.count >= 5, !isCommon(lowered), !CommonWords.isWord(lowered) else {
            return ("The pass phrase is one that many people use.", remedy)
        }
        return nil
    }

    /// Whether it is a usual word stretched by digits and repeats.
    private static func isCommon(_ text: String) -> Bool {
        let stems = [
            "password", "passwort", "qwerty", "qwertz", "azerty", "letmein", "welcome", "admin",
            "iloveyou", "football", "liverpool", "arsenal", "monkey", "dragon", "sunshine",
            "princess", "changeme", "secret", "factory", "machine", "abc123", "123456",
        ]
        var rest = text.filter { $0.isLetter || $0.isNumber }
        for stem in stems {
            while let range = rest.firstRange(of: stem) { rest.removeSubrange(range) }
        }
        return Set(rest.filter(\.isLetter)).count < 3
    }
}

/// Base64 without padding, standard alphabet.
enum Base64Text {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...].prefix(3)
            var group: UInt32 = 0
            for (position, byte) in rest.enumerated() {
                group |= UInt32(byte) << (16 - 8 * UInt32(position))
            }
            for position in 0...rest.count {
                text.append(alphabet[Int(group >> (18 - 6 * UInt32(position)) & 63)])
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for letter in text.utf8 where letter != 0x3D {
            guard let value = alphabet.firstIndex(of: letter) else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        return bytes
    }
}
