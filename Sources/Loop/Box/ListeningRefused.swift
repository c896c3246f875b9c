// Why the box does not open itself to the network.

/// The address is open to the network, and something that this needs is missing (S-03).
public struct ListeningRefused: Error, Sendable, Hashable {
    /// The address as configured.
    public let address: String
    /// Whether the box has an owner, so that only the explicit setting is missing.
    public let isOwned: Bool

    /// Why, in words.
    public var why: String {
        isOwned
            ? "Pages would cross the network unencrypted."
            : "This box has no owner with a pass phrase yet, and that address is open to the network."
    }

    /// What to do.
    public var remedy: String {
        isOwned
            ? "Leave https.mode out so that the box makes its own certificate, or set insecure_http"
                + " = true in millwright.toml if you accept that."
            : "Name the owner first: millwright setup --name NAME --pass-phrase-file FILE"
    }
}
