// Writes a message with its values: picks branches, formats numbers, notes what is missing.

/// The writing of one message.
struct MessageWriting {
    /// Stands for a value that is missing or cannot be shown.
    static let unknown = "?"

    private let language: MessageLanguage
    private let slots: MessageSlots
    private(set) var text = ""
    /// Slots that had no value that could be shown, in the order they were met.
    private(set) var gaps: [String] = []

    init(_ language: MessageLanguage, _ slots: MessageSlots) {
        self.language = language
        self.slots = slots
    }

    /// Appends a message or a branch.
    mutating func write(_ pattern: MessagePattern) {
        for part in pattern.parts {
            switch part {
            case .literal(let literal): text += literal
            case .slot(let name, _): write(slot: name)
            case .plural(let name, let branches):
                if let branch = choose(branches, slots[name]) { write(branch.pattern) }
            case .select(let name, let branches):
                if let branch = choose(branches, slots[name]) { write(branch.pattern) }
            }
        }
    }

    private mutating func write(slot name: String) {
        switch slots[name] {
        case .text(let value): text += value
        case .whole(let value): text += language.number(value)
        case .decimal(let value, let places):
            guard let number = language.number(value, places: places) else { fallthrough }
            text += number
        case nil:
            text += MessageWriting.unknown
            if !gaps.contains(name) { gaps.append(name) }
        }
    }

    /// The branch for a value: its exact number first, then its category, then `other`.
    private func choose(_ branches: [PluralBranch], _ value: MessageValue?) -> PluralBranch? {
        var exact: Int64?
        var category = PluralCategory.other
        switch value {
        case .whole(let whole):
            exact = whole
            category = language.pluralCategory(whole)
        case .decimal(let decimal, let places):
            exact = Int64(exactly: decimal)
            category = language.pluralCategory(decimal, places: places) ?? .other
        case .text, nil: break
        }
        if let exact, let branch = branches.first(where: { $0.selector == .exact(exact) }) {
            return branch
        }
        return branches.first { $0.selector == .category(category) }
            ?? branches.first { $0.selector == .category(.other) }
    }

    /// The branch for a text; `other` for numbers and for words that have no branch.
    private func choose(_ branches: [SelectBranch], _ value: MessageValue?) -> SelectBranch? {
        let other = branches.first { $0.word == "other" }
        guard case .text(let word) = value else { return other }
        return branches.first { $0.word == word } ?? other
    }
}
