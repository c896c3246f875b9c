// The one function that puts the web room together for the executable and for tests.

public import Hummingbird
public import HummingbirdCore
public import Logging
import Messages
import NIOCore
import ServiceLifecycle

/// How the web room listens.
public struct WebListening: Sendable {
    /// Host or address.
    public let host: String
    /// Port; 0 lets the system choose.
    public let port: Int
    /// Whether the listener is TLS, so that cookies are `Secure`.
    public var isTLS: Bool { secure != nil }
    /// Makes the server where it is TLS, with the limits of plain connections; nil for plain HTTP.
    public let secure: (@Sendable (HTTP1Channel.Configuration) -> HTTPServerBuilder)?

    /// A listener.
    public init(
        host: String, port: Int,
        secure: (@Sendable (HTTP1Channel.Configuration) -> HTTPServerBuilder)? = nil
    ) {
        self.host = host
        self.port = port
        self.secure = secure
    }
}

/// Makes the application that serves pages and the interface.
///
/// Throws when a template is broken or missing; the error names it. `pause` waits on the
/// program's clock, `random` gives random bits.
public func makeApplication(
    door: any BoxDoor, listening: WebListening, limits: WebLimits = WebLimits(),
    logger: Logger, random: @escaping @Sendable () -> UInt64,
    pause: @escaping @Sendable (Duration) async throws -> Void,
    onListening: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let site = WebSite(
        box: door, pages: try PageLibrary(), assets: try AssetShelf(),
        messages: try BoxMessages.catalog(), limits: limits,
        isTLS: listening.isTLS, random: random, pause: pause)
    return application(
        site: site, listening: listening, logger: logger, onListening: onListening)
}

/// The application over parts that are made already.
func application(
    site: WebSite, listening: WebListening, logger: Logger,
    onListening: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let limits = site.limits
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
        maxHeaderFieldCount: limits.headerFields)
    let count = ConnectionCount()
    let connection = HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionGuard(count: count, limits: limits)],
        idleTimeout: .seconds(Int64(limits.idleSeconds)), httpDecoderConfiguration: decoder)
    return Application(
        router: RouteTable().router(site: site),
        server: listening.secure?(connection) ?? .http1(configuration: connection),
        configuration: .init(
            address: .hostname(listening.host, port: listening.port), serverName: nil,
            availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
        services: [site.live, site.watched, MorningMail(site: site, pause: site.pause)],
        onServerRunning: { channel in await onListening(channel.localAddress?.port) },
        logger: logger)
}
