// Latin letters with marks as the plain letters that an id is made of.

extension Slug {
    /// The plain lower-case letters of a Latin letter with a mark, empty for a combining mark that
    /// stands after its letter; nil for everything else.
    ///
    /// Covers the letters of Unicode's blocks Latin-1 Supplement and Latin Extended-A, and those of
    /// Romanian with a comma below. A mark is left out: no language's own spelling is assumed.
    static func plainLetters(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x0300...0x036F: ""
        case 0x00C0...0x00FF: latin1(scalar.value)
        case 0x0100...0x017F: extendedA(scalar.value)
        case 0x0218...0x0219: "s"
        case 0x021A...0x021B: "t"
        case 0x1E9E: "ss"
        default: nil
        }
    }

    /// Latin-1 Supplement: a capital and its small letter are 32 apart, but for ß and ÿ.
    private static func latin1(_ value: UInt32) -> String? {
        switch value {
        case 0xDF: return "ss"
        case 0xFF: return "y"
        default: break
        }
        return switch value | 0x20 {
        case 0xE0...0xE5: "a"
        case 0xE6: "ae"
        case 0xE7: "c"
        case 0xE8...0xEB: "e"
        case 0xEC...0xEF: "i"
        case 0xF0: "d"
        case 0xF1: "n"
        case 0xF2...0xF6, 0xF8: "o"
        case 0xF9...0xFC: "u"
        case 0xFD: "y"
        case 0xFE: "th"
        default: nil
        }
    }

    /// Latin Extended-A, which stands in the order of the alphabet.
    private static func extendedA(_ value: UInt32) -> String? {
        switch value {
        case 0x0100...0x0105: "a"
        case 0x0106...0x010D: "c"
        case 0x010E...0x0111: "d"
        case 0x0112...0x011B: "e"
        case 0x011C...0x0123: "g"
        case 0x0124...0x0127: "h"
        case 0x0128...0x0131: "i"
        case 0x0132...0x0133: "ij"
        case 0x0134...0x0135: "j"
        case 0x0136...0x0138: "k"
        case 0x0139...0x0142: "l"
        case 0x0143...0x014B: "n"
        case 0x014C...0x0151: "o"
        case 0x0152...0x0153: "oe"
        case 0x0154...0x0159: "r"
        case 0x015A...0x0161, 0x017F: "s"
        case 0x0162...0x0167: "t"
        case 0x0168...0x0173: "u"
        case 0x0174...0x0175: "w"
        case 0x0176...0x0178: "y"
        case 0x0179...0x017E: "z"
        default: nil
        }
    }
}
