// The key that opens backups: 160 random bits, written on paper as nine groups of four characters.

/// The key of a box's backups.
///
/// It is uniformly random, so that it needs no slow derivation. It prints as `•••`; only `text`
/// gives it away.
public struct BackupKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Bytes of a key.
    public static let byteCount = 20

    /// What is derived from.
    let bytes: [UInt8]

    /// A new key from random bytes.
    ///
    /// `random` gives as many unguessable bytes as it is asked for.
    public static func make(random: (Int) -> [UInt8]) -> BackupKey {
        let bytes = random(byteCount)
        precondition(bytes.count == byteCount, "the source of random bytes gave another number")
        return BackupKey(bytes: bytes)
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The key as people typed it from paper.
    ///
    /// Case, spaces and hyphens do not matter; O counts as 0, I and L as 1.
    public init(text: String) throws(BackupTrouble) {
        let groups = try BackupKey.groups(text)
        let values = groups.joined().compactMap { BackupKey.alphabet.firstIndex(of: $0) }
        let symbols = stride(from: 0, to: values.count - 1, by: 2).map {
            UInt16(values[$0] << 5 | values[$0 + 1])
        }
        let verdict = CheckGroup.verdict(symbols)
        guard verdict.isRight else {
            throw .mistypedKey(verdict.suspect.map { .group($0 / 2 + 1) } ?? .somewhere)
        }
        var bytes: [UInt8] = []
        var pending = 0
        var bits = 0
        for value in values.prefix(32) {
            pending = (pending << 5 | value) & 0xFFF
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
        }
        self.bytes = bytes
    }

    /// The key for the recovery sheet: nine groups of four characters, the last one for checking.
    public var text: String {
        var symbols: [UInt16] = []
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = (pending << 8 | UInt32(byte)) & 0xF_FFFF
            bits += 8
            guard bits >= 10 else { continue }
            bits -= 10
            symbols.append(UInt16(truncatingIfNeeded: pending >> bits & 0x3FF))
        }
        let letters = CheckGroup.completed(symbols).flatMap {
            [BackupKey.alphabet[Int($0 >> 5)], BackupKey.alphabet[Int($0 & 31)]]
        }
        return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<$0 + 4]) }
            .joined(separator: "-")
    }

    /// Never the key itself.
    public var description: String { "•••" }

    /// Shows nothing of the key to whoever lists its members.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Crockford's base 32: no I, L, O and U.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private static let groupCount = 9
    private static let groupLength = 4

    /// Nine groups of four characters of the alphabet.
    private static func groups(_ text: String) throws(BackupTrouble) -> [[Character]] {
        guard text.utf8.count <= BackupLimits.typedKeyBytes else {
            throw .mistypedKey(.length(found: text.count))
        }
        var typed: [[Character]] = [[]]
        for character in text {
            switch character {
            case "-", "\u{2010}"..."\u{2015}", "\u{2212}", "_", ".":
                typed.append([])
            case _ where character.isWhitespace:
                typed.append([])
            default:
                typed[typed.count - 1].append(plain(character))
            }
        }
        typed.removeAll { $0.isEmpty }
        let letters = Array(typed.joined())
        if typed.count == groupCount, let odd = typed.firstIndex(where: { $0.count != groupLength })
        {
            throw .mistypedKey(.groupLength(odd + 1, found: typed[odd].count))
        }
        if let odd = letters.firstIndex(where: { !alphabet.contains($0) }) {
            throw .mistypedKey(.letter(letters[odd], group: odd / groupLength + 1))
        }
        guard letters.count == groupCount * groupLength else {
            throw .mistypedKey(.length(found: letters.count))
        }
        return stride(from: 0, to: letters.count, by: groupLength).map {
            Array(letters[$0..<$0 + groupLength])
        }
    }

    /// A character as the alphabet has it.
    private static func plain(_ character: Character) -> Character {
        switch character {
        case "O", "o": return "0"
        case "I", "i", "L", "l": return "1"
        default:
            guard let value = character.asciiValue, value >= 0x61, value <= 0x7A else {
                return character
            }
            return Character(Unicode.Scalar(value - 0x20))
        }
    }
}

/// What is wrong with a key that somebody typed.
public enum KeyTypo: Sendable, Hashable {
    /// Not as many characters as a key has.
    case length(found: Int)
    /// A group, counted from 1, has not four characters.
    case groupLength(Int, found: Int)
    /// A character that occurs in no key, in a group counted from 1.
    case letter(Character, group: Int)
    /// The check group disagrees, and one wrong group, counted from 1, would explain it.
    case group(Int)
    /// The check group disagrees, and more than one place may be wrong.
    case somewhere

    /// What is wrong, as a sentence.
    var sentence: String {
        switch self {
        case .length(let found):
            "A key has 36 letters and digits in nine groups of four; \(found) were typed."
        case .groupLength(let group, let found):
            "Group \(group) has \(found) characters; every group has four."
        case .letter(let letter, let group):
            "Group \(group) has “\(letter)”, which occurs in no key."
        case .group(let group):
            "The check group does not fit; group \(group) looks wrong."
        case .somewhere:
            "The check group does not fit; something is wrong in more than one place."
        }
    }
}
