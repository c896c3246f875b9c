// A message as it was understood: literal text, slots, plural and select blocks.

/// One piece of a message.
enum MessagePart: Hashable, Sendable {
    /// Text as it is shown.
    case literal(String)
    /// `{name}`, or `#` inside a plural block on that slot.
    case slot(String, isHash: Bool)
    /// `{name, plural, …}`.
    case plural(String, [PluralBranch])
    /// `{name, select, …}`.
    case select(String, [SelectBranch])
}

/// A branch of a plural block.
struct PluralBranch: Hashable, Sendable {
    /// When a branch is taken.
    enum Selector: Hashable, Sendable {
        /// The value is this number, whatever its category.
        case exact(Int64)
        /// The value as shown is of this category.
        case category(PluralCategory)

        /// As it stands in a message file.
        var source: String {
            switch self {
            case .exact(let value): "=\(value)"
            case .category(let category): category.rawValue
            }
        }
    }

    let selector: Selector
    let pattern: MessagePattern
}

/// A branch of a select block.
struct SelectBranch: Hashable, Sendable {
    /// The word that takes this branch; `other` takes the rest.
    let word: String
    let pattern: MessagePattern
}

/// A whole message, or the inside of a branch.
struct MessagePattern: Hashable, Sendable {
    var parts: [MessagePart]

    /// The names of all slots, in every branch.
    var slots: Set<String> {
        var names: Set<String> = []
        for part in parts {
            switch part {
            case .literal: break
            case .slot(let name, _): names.insert(name)
            case .plural(let name, let branches):
                names.insert(name)
                for branch in branches { names.formUnion(branch.pattern.slots) }
            case .select(let name, let branches):
                names.insert(name)
                for branch in branches { names.formUnion(branch.pattern.slots) }
            }
        }
        return names
    }

    /// The words each slot is selected by, in every branch; empty for most messages.
    var selections: [String: Set<String>] {
        var words: [String: Set<String>] = [:]
        for part in parts {
            var inside: [MessagePattern] = []
            switch part {
            case .literal, .slot: continue
            case .plural(_, let branches): inside = branches.map(\.pattern)
            case .select(let name, let branches):
                words[name, default: []].formUnion(branches.map(\.word))
                inside = branches.map(\.pattern)
            }
            for pattern in inside {
                words.merge(pattern.selections) { $0.union($1) }
            }
        }
        return words
    }

    /// The message in its source form, quoted where quoting is needed; `#` where a plural block
    /// stands round it.
    func source(isInPlural: Bool = false) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += MessagePattern.quoted(literal, isInPlural)
            case .slot(let name, let isHash): text += isHash ? "#" : "{\(name)}"
            case .plural(let name, let branches):
                let inside = branches.map {
                    "\($0.selector.source) {\($0.pattern.source(isInPlural: true))}"
                }
                text += "{\(name), plural, \(inside.joined(separator: " "))}"
            case .select(let name, let branches):
                let inside = branches.map { "\($0.word) {\($0.pattern.source())}" }
                text += "{\(name), select, \(inside.joined(separator: " "))}"
            }
        }
        return text
    }

    private static func quoted(_ literal: String, _ isInPlural: Bool) -> String {
        var text = ""
        for character in literal {
            switch character {
            case "'": text += "''"
            case "{", "}": text += "'\(character)'"
            case "#" where isInPlural: text += "'#'"
            default: text.append(character)
            }
        }
        return text
    }
}
