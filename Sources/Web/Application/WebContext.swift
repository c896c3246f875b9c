// What travels with one request: where it came from.

public import Hummingbird
import NIOCore

/// The context of a request.
public struct WebContext: RequestContext {
    /// Hummingbird's own part.
    public var coreContext: CoreRequestContextStorage
    /// Whether the connection comes from the box itself.
    public let isLoopback: Bool
    /// Address of the other side, empty where it is not known.
    let address: String

    /// A context from a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
        isLoopback = WebContext.isLoopback(source.channel.remoteAddress?.ipAddress)
    }

    /// Whether an address text is 127.0.0.0/8, ::1, or either mapped into the other family.
    static func isLoopback(_ address: String?) -> Bool {
        guard let address else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}
