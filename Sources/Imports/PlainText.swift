// Brings names that people spell in many ways to one form: case, accents, blanks, plurals, short
// forms.

/// Names in their plain form.
enum PlainText {
    /// Words in lower case without accents, plural s and short forms.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        let folded = fold(text.prefix(4 * ImportsLimits.comparedCharacters).lowercased())
        for token in folded.split(separator: " ") {
            if let full = shortForms[trimmed(token)] {
                words += full
                continue
            }
            for part in token.split(whereSeparator: { !isWordByte($0) }) {
                let word = String(part)
                words += shortForms[word] ?? [singular(word)]
            }
        }
        return joined(words)
    }

    /// The plain form as one text; empty where there is no letter or digit.
    static func key(_ text: String) -> String { words(text).joined(separator: " ") }

    /// Lower case, no accents; all blanks are one space, apostrophes are gone.
    private static func fold(_ text: String) -> String {
        var folded = ""
        folded.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                if scalar == "'" { continue }
                folded.unicodeScalars.append(scalar.value <= 0x20 ? " " : scalar)
            } else if let plain = folds[scalar] {
                folded += plain
            } else if (0x300...0x36F).contains(scalar.value) || scalar == "\u{2019}" {
                continue
            } else {
                let isBlank = scalar.properties.isWhitespace || scalar.value == 0xFEFF
                folded.unicodeScalars.append(isBlank ? " " : scalar)
            }
        }
        return folded
    }

    private static func isWordByte(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    /// A token without signs at its ends.
    private static func trimmed(_ token: Substring) -> String {
        var rest = token.drop { !isWordByte($0) }
        while let last = rest.last, !isWordByte(last) { rest.removeLast() }
        return String(rest)
    }

    private static func singular(_ word: String) -> String {
        guard word.utf8.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"),
            !word.hasSuffix("us"), !word.hasSuffix("is")
        else { return word }
        return String(word.dropLast())
    }

    /// Words that people write in one or in two.
    private static func joined(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words {
            if let last = result.last, pairs.contains(last + " " + word) {
                result[result.count - 1] = last + word
            } else {
                result.append(word)
            }
        }
        return result
    }

    private static let pairs: Set<String> = [
        "set up", "change over", "break down", "down time", "run time", "start up",
    ]

    private static let folds: [Unicode.Scalar: String] = {
        let groups: [(String, String)] = [
            ("àáâãäåāăą", "a"), ("çćĉċč", "c"), ("ďđð", "d"), ("èéêëēĕėęě", "e"), ("ĝğġģ", "g"),
            ("ìíîïĩīĭįı", "i"), ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņň", "n"), ("òóôõöøōŏő", "o"),
            ("ŕŗř", "r"), ("śŝşšș", "s"), ("ţťŧț", "t"), ("ùúûüũūŭůűų", "u"), ("ýÿŷ", "y"),
            ("źżž", "z"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th"),
        ]
        var folds: [Unicode.Scalar: String] = [:]
        for (letters, plain) in groups {
            for scalar in letters.unicodeScalars { folds[scalar] = plain }
        }
        return folds
    }()

    private static let shortForms: [String: [String]] = {
        let groups: [(String, String)] = [
            ("matl mtl mat matrl", "material"), ("brkdwn brkdn bkdn b/d bd breakdn", "breakdown"),
            ("c/o chgover chngovr chover", "changeover"), ("maint mnt maintce mtce", "maintenance"),
            ("opr oper", "operator"), ("m/c mc mach mch", "machine"), ("w/o", "without"),
            ("wtg wait", "waiting"), ("adj adjust", "adjustment"), ("insp", "inspection"),
            ("hyd", "hydraulic"), ("elec elect", "electrical"), ("mech", "mechanical"),
            ("prog", "program"), ("qual", "quality"), ("chg", "change"), ("wkz", "werkzeug"),
            ("s/u stup", "setup"), ("pm", "planned maintenance"), ("qty", "quantity"),
            ("nr num", "number"), ("min mins", "minute"), ("hr hrs", "hour"),
            ("pcs pc", "piece"), ("sec secs", "second"),
        ]
        var forms: [String: [String]] = [:]
        for (short, full) in groups {
            for word in short.split(separator: " ") {
                forms[String(word)] = full.split(separator: " ").map(String.init)
            }
        }
        return forms
    }()
}

extension String {
    /// In quotes, cut where it is long.
    var quoted: String { "“" + (count > 40 ? prefix(40) + "…" : self[...]) + "”" }
}
