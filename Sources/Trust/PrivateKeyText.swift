// A private key as text that does not show itself by accident.

/// A private key in PEM form, hidden wherever it is printed.
///
/// It is not `Encodable`, and its description, debug description and mirror give three dots, so it
/// cannot reach a log, a page or a support bundle unless ``revealed`` is called by name.
public struct PrivateKeyText: Sendable, Equatable {
    /// The PEM text itself (PKCS #8), for the sealed store and for the TLS listener only.
    public let revealed: String

    init(_ pem: String) {
        revealed = pem
    }
}

extension PrivateKeyText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three dots.
    ///
    /// The key is only given out by ``revealed``.
    public var description: String { "•••" }

    /// Three dots, in a debugger too.
    ///
    /// The key is only given out by ``revealed``.
    public var debugDescription: String { "•••" }

    /// A mirror without children.
    ///
    /// `dump` and string interpolation of enclosing values walk mirrors.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
