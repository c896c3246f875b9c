// Names that never change: slugs for things people address, dense numbers for signals.

/// An id of a site, area, machine, reason or shift: `[a-z0-9-]{1,40}`, fixed for ever (decisions 3).
public struct Slug: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The letters, digits and hyphens.
    public let text: String

    /// A slug, or nil when the text is not one.
    public init?(_ text: String) {
        guard (1...40).contains(text.utf8.count), text.utf8.allSatisfy(Slug.isAllowed) else {
            return nil
        }
        self.text = text
    }

    /// A slug made from a name once: lower case, Latin letters without their marks, runs of
    /// anything else become one hyphen.
    ///
    /// A name without a single Latin letter or digit gives `fallback`.
    public init(name: String, fallback: Slug) {
        let text = Slug.text(of: name, plain: Slug.plainLetters)
        self.text = text.isEmpty ? fallback.text : text
    }

    /// A slug made from a name in a file that gives no id: letters with marks become hyphens.
    ///
    /// Such a file is read again and again, so this rule stays as it was from the first version on:
    /// the same name is the same thing for ever.
    public init(nameInFile name: String, fallback: Slug) {
        let text = Slug.text(of: name, plain: { _ in nil })
        self.text = text.isEmpty ? fallback.text : text
    }

    private static func text(
        of name: String, plain: (Unicode.Scalar) -> String?
    ) -> String {
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars {
            if let letters = plain(scalar) {
                for byte in letters.utf8 where bytes.count < 40 { bytes.append(byte) }
                continue
            }
            var byte: UInt8 = 0x2D
            if scalar.isASCII, let ascii = UInt8(exactly: scalar.value) {
                byte = ascii >= 0x41 && ascii <= 0x5A ? ascii + 0x20 : ascii
            }
            if !Slug.isAllowed(byte) { byte = 0x2D }
            if byte == 0x2D, bytes.isEmpty || bytes.last == 0x2D { continue }
            if bytes.count < 40 { bytes.append(byte) }
        }
        while bytes.last == 0x2D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A slug known to be well formed when the program was written.
    ///
    /// Traps on anything else: a programmer's error, never a person's.
    public init(_ literal: StaticString) {
        let text = literal.description
        precondition(
            (1...40).contains(text.utf8.count) && text.utf8.allSatisfy(Slug.isAllowed),
            "a literal slug has letters a to z, digits and hyphens")
        self.text = text
    }

    /// The letters, digits and hyphens.
    public var description: String { text }

    /// Orders by text.
    public static func < (left: Slug, right: Slug) -> Bool { left.text < right.text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D
    }
}

/// The dense number of a signal, given once by the event `signal.added` (decisions 4).
public struct SignalID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// 1 and up; 0 is never given.
    public let number: UInt32

    /// An id from its number.
    public init(_ number: UInt32) {
        self.number = number
    }

    /// Orders by number.
    public static func < (left: SignalID, right: SignalID) -> Bool { left.number < right.number }
}

/// A 128-bit id made where an event is born: a UUID of version 7 (decisions 14).
///
/// Its time is never read; order is the journal's own sequence number.
public struct EventID: Hashable, Sendable, BitwiseCopyable {
    /// First eight bytes, big-endian.
    public let high: UInt64
    /// Last eight bytes, big-endian.
    public let low: UInt64

    /// An id from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 7 id from a time and random bits (RFC 9562, section 5.7).
    public init(time: Timestamp, random: (UInt64, UInt64)) {
        let milliseconds = UInt64(bitPattern: max(0, time.millisecondsSince1970))
        high = milliseconds << 16 | 0x7000 | (random.0 & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// The number of the import whose row gave this id, nil for events that were born here.
    ///
    /// Ids of imported rows hold the number in place of a time: no clock of ours shows 1970.
    public var importNumber: UInt32? { UInt32(exactly: high >> 16) }

    /// The row whose event has this id, 0 for what the import itself adds; nil for events that
    /// were born here.
    public var importRow: Int? { importNumber == nil ? nil : Int(low >> 38 & 0xFF_FFFF) }

    /// An id from the 8-4-4-4-12 form in either case, nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == 0x2D else { return nil }
                continue
            }
            let nibble: UInt8
            switch byte {
            case 0x30...0x39: nibble = byte - 0x30
            case 0x61...0x66: nibble = byte - 0x57
            case 0x41...0x46: nibble = byte - 0x37
            default: return nil
            }
            if index < 18 {
                halves.0 = halves.0 << 4 | UInt64(nibble)
            } else {
                halves.1 = halves.1 << 4 | UInt64(nibble)
            }
        }
        self.init(high: halves.0, low: halves.1)
    }

    /// The 8-4-4-4-12 form in lower case.
    public var text: String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        var parts = [hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4)]
        parts += [hex(low >> 48, 4), hex(low & 0xFFFF_FFFF_FFFF, 12)]
        return parts.joined(separator: "-")
    }
}
