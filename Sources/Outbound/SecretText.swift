// A pass phrase, key or secret address that never prints itself.

/// A text that prints as three dots; only ``revealed`` gives it away.
public struct SecretText: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// The text, for the protocol that needs it.
    public let revealed: String

    /// A secret from its text.
    public init(_ text: String) {
        revealed = text
    }

    /// Three dots.
    public var description: String { "•••" }
    /// Three dots.
    public var debugDescription: String { "•••" }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
