// The languages the box speaks: their names, plural categories and ways to write numbers.

/// A language of the message files, or the pseudo-language made from English.
public enum MessageLanguage: String, Hashable, Sendable, CaseIterable {
    /// English, the language every message exists in.
    case english = "en"
    /// Polish.
    case polish = "pl"
    /// Romanian.
    case romanian = "ro"
    /// Punjabi in Gurmukhi script.
    case punjabi = "pa"
    /// English with accents, 40 % longer and in brackets, to find untranslated and cut text.
    case pseudo = "en-XA"

    /// The languages that have message files, English first.
    public static let written: [MessageLanguage] = [.english, .polish, .romanian, .punjabi]

    /// The BCP 47 tag, for the `lang` attribute and for scripts: `pl`.
    public var tag: String { rawValue }

    /// A language from its tag as browsers send it, `pl-PL` or `pl`.
    ///
    /// Nil for a language that has no messages. Letters may be of either case.
    public init?(tag: String) {
        let asked = tag.lowercased()
        if asked == MessageLanguage.pseudo.rawValue.lowercased() {
            self = .pseudo
            return
        }
        let primary = asked.prefix { $0 != "-" }
        guard let language = MessageLanguage.written.first(where: { $0.rawValue == primary })
        else { return nil }
        self = language
    }

    /// The language's name in itself, for the switch on the tablet.
    public var ownName: String {
        switch self {
        case .english: "English"
        case .polish: "Polski"
        case .romanian: "Română"
        case .punjabi: "ਪੰਜਾਬੀ"
        case .pseudo: "⟦Éñǧłíšħ⟧"
        }
    }

    /// The language's name in English, for the errors of loading.
    public var englishName: String {
        switch self {
        case .english: "English"
        case .polish: "Polish"
        case .romanian: "Romanian"
        case .punjabi: "Punjabi"
        case .pseudo: "the pseudo-language"
        }
    }

    /// How this language writes numbers.
    var numbers: NumberStyle {
        switch self {
        case .english, .pseudo: NumberStyle(group: ",", decimalSign: ".", isIndian: false)
        case .polish: NumberStyle(group: "\u{a0}", decimalSign: ",", isIndian: false)
        case .romanian: NumberStyle(group: ".", decimalSign: ",", isIndian: false)
        case .punjabi: NumberStyle(group: ",", decimalSign: ".", isIndian: true)
        }
    }
}
