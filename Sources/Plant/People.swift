// Who works with the box: roles of people, and what is noted about who came in and what they did.

/// What a person may do (S-18); programs have scopes of their own.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Reads.
    case viewer
    /// Says what happened.
    case floor = "operator"
    /// Also puts right what was said or seen.
    case supervisor
    /// Also changes the site.
    case engineer
    /// Also changes the box and who may come in.
    case administrator
    /// Reads, and reads who did what.
    case auditor
}

/// An act that concerns the safety of the box or of what it stores (S-30).
public struct AccessNote: Hashable, Sendable {
    /// What was done, such as `signed-in` or `token-made`; lower-case letters and hyphens.
    public let act: String
    /// To what: a person, a token, a device, a file; may be empty.
    public let object: String
    /// From which address; empty from the box itself.
    public let address: String
    /// How it went, such as `done`, `refused` or why not.
    public let outcome: String

    /// A note.
    public init(act: String, object: String = "", address: String = "", outcome: String = "done") {
        self.act = act
        self.object = object
        self.address = address
        self.outcome = outcome
    }
}
