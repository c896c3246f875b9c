// E-mail as pages ask for it.

public import Loop
public import Plant

/// An e-mail that the box writes.
public struct Letter: Sendable, Hashable {
    /// The same for every try of one letter.
    public let id: String
    /// Its subject.
    public let subject: String
    /// Its text.
    public let text: String
    /// The same with markup, nil for none.
    public let markup: String?

    /// A letter.
    public init(id: String, subject: String, text: String, markup: String?) {
        self.id = id
        self.subject = subject
        self.text = text
        self.markup = markup
    }
}

/// What became of a letter.
public enum LetterFate: Sendable, Hashable {
    /// The server took it.
    case taken
    /// It did not go out: what was wrong, and whether another try may help.
    case refused(says: String, mayTryAgain: Bool)
    /// All of it was sent and the answer was lost: it is not sent again.
    case unknown(says: String)
}

/// E-mail of the running box; methods refuse with ``RefusedSaying``.
public protocol MailDoor: Sendable {
    /// How it is sent, nil while nobody has said.
    func account() async throws -> MailAccount?
    /// Keeps how it is sent.
    func keep(_ account: MailAccount, actor: String) async throws
    /// Sends a letter by an account.
    func send(_ letter: Letter, by account: MailAccount) async -> LetterFate
    /// The day of the last morning e-mail.
    func sentOn() async throws -> CivilDate?
    /// Notes that the morning e-mail of a day goes out.
    func note(sentOn date: CivilDate) async throws
}
