// Finds the machine, reason or shift that a text of a file means: the same, or near enough to ask.

public import Plant

/// Something of the site that a text may mean.
public struct NameSuggestion: Hashable, Sendable {
    /// Its id.
    public let id: Slug
    /// Its name.
    public let name: String
    /// The detail of a reason that the text names; empty for none.
    public let detail: String
    /// Likeness, 0 to 1; 1 is the same but for spelling.
    public let score: Double
}

/// A text of a file with all its spellings, and what it may mean.
public struct NameMatch: Hashable, Sendable {
    /// The plain form that all spellings share; the key of choices.
    public let key: String
    /// Spellings in the file, the most frequent first.
    public let spellings: [String]
    /// Rows that have it.
    public let rows: Int
    /// What it means without any doubt: one name of the site, the same but for spelling.
    public let exact: Slug?
    /// What it could mean, the nearest first; each is to be confirmed.
    public let suggestions: [NameSuggestion]
}

/// Names of the site by their plain form.
public struct NameIndex: Sendable {
    private struct Entry: Sendable {
        let id: Slug
        let name: String
        let detail: String
        let key: String
    }

    private var entries: [Entry] = []
    private var owners: [String: Set<Slug>] = [:]

    /// An index of names, each with its finer choices.
    public init(_ names: [(id: Slug, name: String, details: [String])]) {
        for (id, name, details) in names {
            for text in [name, id.text] {
                let key = PlainText.key(text)
                guard !key.isEmpty else { continue }
                if owners[key]?.contains(id) != true {
                    entries.append(Entry(id: id, name: name, detail: "", key: key))
                }
                owners[key, default: []].insert(id)
            }
            for detail in details {
                entries.append(
                    Entry(id: id, name: name, detail: detail, key: PlainText.key(detail)))
            }
        }
    }

    /// The one name that is the same but for spelling; nil where none or several are.
    func exact(_ key: String) -> Slug? {
        guard let found = owners[key], found.count == 1 else { return nil }
        return found.first
    }

    /// Names that are near, the nearest first, one for each id.
    func suggestions(_ key: String) -> [NameSuggestion] {
        var best: [Slug: NameSuggestion] = [:]
        for entry in entries {
            let raw = NearText.score(key, entry.key)
            let score = entry.detail.isEmpty ? raw : min(raw, 0.95)
            guard score >= 0.5, score > best[entry.id]?.score ?? 0 else { continue }
            best[entry.id] = NameSuggestion(
                id: entry.id, name: entry.name, detail: entry.detail, score: score)
        }
        let sorted = best.values.sorted { ($1.score, $0.id.text) < ($0.score, $1.id.text) }
        return Array(sorted.prefix(ImportsLimits.suggestions))
    }

    /// Texts of a file with their counts, gathered by plain form; the most frequent first.
    public func matches(_ texts: [String: Int]) -> [NameMatch] {
        var groups: [String: [(text: String, count: Int)]] = [:]
        for (text, count) in texts {
            let key = PlainText.key(text)
            groups[key.isEmpty ? text : key, default: []].append((text, count))
        }
        let matches = groups.map { key, spellings in
            let exact = exact(key)
            return NameMatch(
                key: key,
                spellings: spellings.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
                    .map(\.text),
                rows: spellings.reduce(0) { $0 + $1.count }, exact: exact,
                suggestions: exact == nil ? suggestions(key) : [])
        }
        return matches.sorted { ($1.rows, $0.key) < ($0.rows, $1.key) }
    }

    /// The key under which choices about a text are kept.
    public static func key(_ text: String) -> String {
        let key = PlainText.key(text)
        return key.isEmpty ? text : key
    }
}
