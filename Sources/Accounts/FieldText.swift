// One text made fit for a column: controls, letters, formulas, length; each change is said.
import Plant

/// A text that fits a column, with what had to be changed.
struct FieldText {
    private(set) var text: String
    /// What was changed, as sentences; empty when nothing was.
    private(set) var changes: [String] = []

    /// The text for a column.
    ///
    /// `longest` counts Unicode scalars, the apostrophe of a disarmed formula among them; a
    /// letter is never cut in two. `isPlain` leaves ASCII alone.
    init(_ raw: String, longest: Int, isPlain: Bool = false) {
        text = FieldText.withoutControls(raw)
        if text != raw { changes.append("Line breaks and other control characters become spaces.") }
        if isPlain {
            let plain = FieldText.plain(text)
            if plain != text {
                text = plain
                changes.append("Letters beyond plain ASCII are replaced: \(plain).")
            }
        }
        if SeparatedText.isFormula(text) {
            text = SeparatedText.disarmed(text)
            changes.append("It begins like a formula: an apostrophe is put before it.")
        }
        let length = text.unicodeScalars.count
        if length > longest {
            text = FieldText.cut(text, longest)
            changes.append("\(length) characters are cut to \(longest): \(text).")
        }
    }

    private static func withoutControls(_ raw: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) -> Bool in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029
        }
        var result = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars {
            if isControl(scalar) {
                if result.last != " " { result.append(" ") }
            } else {
                result.append(scalar)
            }
        }
        return trimmed(String(result))
    }

    private static func cut(_ text: String, _ longest: Int) -> String {
        var result = ""
        var length = 0
        for character in text {
            length += character.unicodeScalars.count
            guard length <= longest else { break }
            result.append(character)
        }
        return trimmed(result)
    }

    /// Without spaces at its ends.
    static func trimmed(_ text: String) -> String {
        var part = text[...]
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }

    /// ASCII only: known letters by their plain form, all others by a question mark.
    private static func plain(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                result.unicodeScalars.append(scalar)
            } else if !(0x300...0x36F).contains(scalar.value) {
                result += letters[scalar] ?? "?"
            }
        }
        return result
    }

    private static let letters: [Unicode.Scalar: String] = {
        let groups: [(String, String)] = [
            ("àáâãåā", "a"), ("ä", "ae"), ("ÀÁÂÃÅ", "A"), ("Ä", "Ae"), ("æ", "ae"), ("Æ", "Ae"),
            ("çćč", "c"), ("ÇĆČ", "C"), ("ďđ", "d"), ("Đ", "D"), ("èéêëēęě", "e"), ("ÈÉÊËĘ", "E"),
            ("ìíîïī", "i"), ("ÌÍÎÏ", "I"), ("ł", "l"), ("Ł", "L"), ("ñńň", "n"), ("ÑŃ", "N"),
            ("òóôõøō", "o"), ("ö", "oe"), ("ÒÓÔÕØ", "O"), ("Ö", "Oe"), ("řŕ", "r"), ("śšş", "s"),
            ("ŚŠ", "S"), ("ß", "ss"), ("ťţ", "t"), ("ùúûūů", "u"), ("ü", "ue"), ("ÙÚÛ", "U"),
            ("Ü", "Ue"), ("ýÿ", "y"), ("Ý", "Y"), ("źżž", "z"), ("ŹŻŽ", "Z"), ("–—−‐‑", "-"),
            ("‘’‚", "'"), ("“”„", "\""), ("\u{a0}\u{202f}", " "), ("£", "GBP "), ("€", "EUR "),
            ("°", " deg "), ("µμ", "u"), ("²", "2"), ("³", "3"), ("×", "x"), ("·", "-"),
            ("…", "..."), ("½", "1/2"), ("¼", "1/4"),
        ]
        var table: [Unicode.Scalar: String] = [:]
        for (letters, plain) in groups {
            for scalar in letters.unicodeScalars { table[scalar] = plain }
        }
        return table
    }()
}
