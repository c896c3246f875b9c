// All messages in all languages: says a message in the reader's language.

/// The messages of the box.
///
/// A value that can be copied freely; copies share the counter of gaps.
public struct MessageCatalog: Sendable {
    /// A message.
    struct Entry: Hashable, Sendable {
        let source: String
        let pattern: MessagePattern
    }

    /// What could not be said as it should.
    public let gaps = MessageGaps()

    private let english: [String: Entry]
    private let translations: [MessageLanguage: [String: Entry]]

    /// Reads and checks files; a language may have several, English at least one.
    ///
    /// Throws every flaw that was found: broken braces, an unknown slot or key, a block without
    /// `other`, a plural category that the language lacks, a key that comes twice.
    public init(_ files: [MessageFile]) throws(MessageFlaws) {
        var check = CatalogCheck()
        english = check.read(files, .english, against: nil)
        var translations: [MessageLanguage: [String: Entry]] = [:]
        for language in MessageLanguage.written where language != .english {
            translations[language] = check.read(files, language, against: english)
        }
        self.translations = translations
        try check.finish(files)
    }

    /// A message in a language, its slots filled.
    ///
    /// Never fails: a message that the language lacks is said in English, one that is nowhere is
    /// shown as its key, a slot without a value as "?". Each of these is counted in ``gaps``.
    public func text(
        _ key: String, in language: MessageLanguage, _ slots: MessageSlots = [:]
    ) -> String {
        guard let (entry, spoken) = find(key, language) else {
            gaps.count(.key, language, key)
            return key
        }
        let pattern = language == .pseudo ? PseudoLanguage.pattern(entry.pattern) : entry.pattern
        if pattern.parts.count == 1, case .literal(let text) = pattern.parts[0] { return text }
        var writing = MessageWriting(spoken, slots)
        writing.write(pattern)
        for slot in writing.gaps { gaps.count(.slot(slot), language, key) }
        return writing.text
    }

    /// All keys in the order of their bytes.
    public var keys: [String] { english.keys.sorted() }

    /// The keys that a language lacks and says in English, in the order of their bytes.
    public func missing(in language: MessageLanguage) -> [String] {
        guard let table = translations[language] else { return [] }
        return english.keys.filter { table[$0] == nil }.sorted()
    }

    /// The slots of a message in a language, in the order of their bytes.
    ///
    /// Nil when the language lacks the message.
    public func slots(of key: String, in language: MessageLanguage) -> [String]? {
        entry(key, language)?.pattern.slots.sorted()
    }

    /// The source of a message in a language; nil when the language lacks it.
    public func source(of key: String, in language: MessageLanguage) -> String? {
        guard let entry = entry(key, language) else { return nil }
        return language == .pseudo
            ? PseudoLanguage.pattern(entry.pattern).source() : entry.source
    }

    /// The message in exactly this language.
    func entry(_ key: String, _ language: MessageLanguage) -> Entry? {
        language == .english || language == .pseudo
            ? english[key] : translations[language]?[key]
    }

    /// The message and the language it is in: the asked one, or English, which is counted.
    private func find(
        _ key: String, _ language: MessageLanguage
    ) -> (entry: Entry, spoken: MessageLanguage)? {
        if let entry = entry(key, language) { return (entry, language) }
        guard let entry = english[key] else { return nil }
        gaps.count(.translation, language, key)
        return (entry, .english)
    }
}
