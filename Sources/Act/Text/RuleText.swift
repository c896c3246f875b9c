// The text form of a rule: two sentences and what stands beside them in the file.

public import Plant

/// A rule as it stands in `factory.toml`.
public struct RuleText: Hashable, Sendable {
    /// The key `id`.
    public var id: Slug
    /// The key `name`.
    public var name: String
    /// The key `owner`: the role that looks after it.
    public var owner: Role
    /// The key `on`.
    public var isOn: Bool
    /// The key `say`: when, and what then.
    public var say: String
    /// The key `else`: what if nobody answers; empty when nothing.
    public var otherwise: String

    /// A rule's text.
    public init(
        id: Slug, name: String, owner: Role, isOn: Bool = true, say: String,
        otherwise: String = ""
    ) {
        self.id = id
        self.name = name
        self.owner = owner
        self.isOn = isOn
        self.say = say
        self.otherwise = otherwise
    }

    /// Words that no machine in a rule may have as its id.
    static let reserved: Set<String> = ["its"]
}

/// The names that a rule's text may use; nil where any name will do.
public struct RuleNames: Hashable, Sendable {
    /// Machines and the signals of each.
    public var machines: [Slug: [Slug]]?
    /// Ids of shift patterns.
    public var shifts: [Slug]?
    /// Ids of people.
    public var people: [Slug]?
    /// Ids of boards.
    public var boards: [Slug]?
    /// Names of addresses to post to.
    public var posts: [Slug]?
    /// Names of topics to publish to.
    public var topics: [Slug]?
    /// Names of envelopes for writing.
    public var writes: [Slug]?

    /// Names; what is left out is not looked at.
    public init(
        machines: [Slug: [Slug]]? = nil, shifts: [Slug]? = nil, people: [Slug]? = nil,
        boards: [Slug]? = nil, posts: [Slug]? = nil, topics: [Slug]? = nil, writes: [Slug]? = nil
    ) {
        self.machines = machines
        self.shifts = shifts
        self.people = people
        self.boards = boards
        self.posts = posts
        self.topics = topics
        self.writes = writes
    }

    /// Any name will do.
    public static let any = RuleNames()
}

/// Why a text is not a rule: where, what was found, what belongs there.
public struct RuleTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key of the sentence: `say` or `else`.
    public let key: String
    /// Character at which it stops fitting, counted from 1.
    public let column: Int
    /// What stands there; empty at the end.
    public let found: String
    /// What belongs there.
    public let expected: String
    /// The nearest right word, nil when none is near.
    public let nearest: String?
    /// A right example.
    public let example: String

    /// Place, fault, nearest word and example in one line.
    public var description: String {
        let what = found.isEmpty ? "the sentence ends" : "\"\(found)\""
        let hint = nearest.map { " Did you mean \"\($0)\"?" } ?? ""
        let show = example.isEmpty ? "" : " For example: \(example)"
        return "\(key), column \(column): \(what), expected \(expected).\(hint)\(show)"
    }
}

/// Why a rule cannot be made from its text.
public enum RuleTextFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The words do not fit.
    case text(RuleTextError)
    /// The words fit, but the rule is too large or means nothing.
    case rule(RuleFlaw)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .text(let error): error.description
        case .rule(let flaw): flaw.description
        }
    }
}

extension Rule {
    /// A rule from its text; names that are not in `names` are refused.
    ///
    /// Throws ``RuleTextFault`` with place, cause and the nearest right word.
    public init(_ text: RuleText, names: RuleNames = .any) throws(RuleTextFault) {
        do {
            var reader = try RuleReader(text.say, key: "say", names: names)
            self = try reader.rule(id: text.id, name: text.name, owner: text.owner)
            isOn = text.isOn
            if text.otherwise.contains(where: { !$0.isWhitespace }) {
                var rest = try RuleReader(text.otherwise, key: "else", names: names)
                escalations = try rest.escalations()
            }
        } catch {
            throw .text(error)
        }
        do { try check() } catch { throw .rule(error) }
    }

    /// The rule as text; reading it gives the same rule.
    public var text: RuleText {
        RuleText(
            id: id, name: name, owner: owner, isOn: isOn, say: RulePrinter.say(self),
            otherwise: RulePrinter.otherwise(self))
    }
}
