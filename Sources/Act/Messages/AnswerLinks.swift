// Links with which a person answers a message once, without signing in.

public import Plant

/// A secret of 256 bits, made and digested outside; only its digest is kept here.
public struct AnswerToken: Hashable, Sendable, BitwiseCopyable {
    /// The digest's four quarters.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// A token from its digest.
    public init(_ words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// Whether two digests are the same; takes the same time wherever they differ.
    public static func == (left: AnswerToken, right: AnswerToken) -> Bool {
        let first = (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
        let second = (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3)
        return first | second == 0
    }

    /// Mixes in the digest.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// A link that answers once.
public struct AnswerLink: Hashable, Sendable {
    /// Its secret.
    public let token: AnswerToken
    /// Which raise it answers.
    public let raise: RaiseID
    /// Who got it.
    public let person: Slug
    /// What it says.
    public let answer: MessageAnswer
    /// When it stops working.
    public let ends: Timestamp

    /// A link from its parts.
    public init(
        token: AnswerToken, raise: RaiseID, person: Slug, answer: MessageAnswer, ends: Timestamp
    ) {
        self.token = token
        self.raise = raise
        self.person = person
        self.answer = answer
        self.ends = ends
    }
}

/// Why a link does not answer.
public enum AnswerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such link, or it was used.
    case unknown
    /// Too old.
    case ended

    /// What to read.
    public var description: String {
        switch self {
        case .unknown: "This link was used already, or was never sent. Look at the alarms page."
        case .ended: "This link is too old. Look at the alarms page."
        }
    }
}

/// Links that wait for their answer.
public struct AnswerLinks: Hashable, Sendable {
    private var links: [AnswerToken: AnswerLink] = [:]

    /// No links.
    public init() {}

    /// Links that wait.
    public var count: Int { links.count }

    /// Makes links for one message; false when there are too many, and then none is made.
    public mutating func add(_ new: [AnswerLink], at: Timestamp) -> Bool {
        if links.count + new.count > ActLimits.answerLinks {
            links = links.filter { $0.value.ends > at }
        }
        guard links.count + new.count <= ActLimits.answerLinks else { return false }
        for link in new { links[link.token] = link }
        return true
    }

    /// Takes an answer; both links of a message to this person are used up by it.
    ///
    /// Throws ``AnswerRefusal``.
    public mutating func use(
        _ token: AnswerToken, at: Timestamp
    ) throws(AnswerRefusal) -> AnswerLink {
        guard let link = links[token] else { throw .unknown }
        links = links.filter { $0.value.raise != link.raise || $0.value.person != link.person }
        guard at < link.ends else { throw .ended }
        return link
    }

    /// Takes the links of a raise away.
    public mutating func remove(_ raise: RaiseID) {
        links = links.filter { $0.value.raise != raise }
    }
}
