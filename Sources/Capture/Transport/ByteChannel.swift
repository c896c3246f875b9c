// A connection as connectors see it: bytes out, bytes in, each wait limited.

public import Plant

/// An open connection that carries bytes.
///
/// One task uses it at a time. When that task is cancelled the connection closes at once and
/// the call throws ``ConnectorError/cancelled``.
public protocol ByteChannel: Sendable {
    /// Sends all bytes; returns when the system has taken them.
    func send(_ bytes: [UInt8]) async throws(ConnectorError)

    /// The bytes that have arrived, at least one, at most 64 KiB.
    ///
    /// Throws `timedOut` when nothing arrives in time, `closed` when the other side is gone.
    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8]

    /// Closes the connection; a second call does nothing.
    func close() async
}

/// Where to connect: host name or address, and port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// Host name, IPv4 or IPv6 address.
    public let host: String
    /// Port, 1 to 65,535.
    public let port: Int

    /// An endpoint from its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// An endpoint from `host:port`, `host`, `[v6]:port` or `[v6]`; nil for anything else.
    public init?(_ text: String, defaultPort: Int) {
        var host = Substring(text)
        var port = defaultPort
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
            guard !host.contains(":") else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253, (1...65_535).contains(port),
            // No space, slash, or user before an @.
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x40 })
        else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// `host:port`, IPv6 in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Opens connections; the real one is ``NIODialer``, tests pass one in memory.
public struct Dialer: Sendable {
    /// Opens a connection within a time.
    public let connect:
        @Sendable (Endpoint, Elapsed) async throws(ConnectorError) -> any ByteChannel

    /// A dialer from a function.
    public init(
        connect:
            @escaping @Sendable (Endpoint, Elapsed) async throws(ConnectorError)
            -> any ByteChannel
    ) {
        self.connect = connect
    }
}

extension Dialer {
    /// The same, saying when bytes that came are being read, and when the reader waits again.
    func watched(_ watch: @escaping @Sendable (Bool) -> Void) -> Dialer {
        Dialer { (endpoint, limit) async throws(ConnectorError) in
            WatchedChannel(inner: try await self.connect(endpoint, limit), watch: watch)
        }
    }
}

extension SerialOpener {
    /// The same, saying when bytes that came are being read, and when the reader waits again.
    func watched(_ watch: @escaping @Sendable (Bool) -> Void) -> SerialOpener {
        SerialOpener { (settings) async throws(ConnectorError) in
            WatchedChannel(inner: try await self.open(settings), watch: watch)
        }
    }
}

/// A connection that says when what came from it is being read.
private struct WatchedChannel: ByteChannel {
    let inner: any ByteChannel
    let watch: @Sendable (Bool) -> Void

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        watch(false)
        try await inner.send(bytes)
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        watch(false)
        let bytes = try await inner.receive(within: limit)
        watch(true)
        return bytes
    }

    func close() async {
        watch(false)
        await inner.close()
    }
}
