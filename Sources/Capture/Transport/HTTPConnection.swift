// Requests to one web server over one connection at a time, kept open between requests.

import Plant
import Wire

/// One request and its answer, then the next; no redirect is followed.
struct HTTPConnection {
    let endpoint: Endpoint
    private let bodyLimit: Int?
    private let io: ConnectorIO
    private var channel: (any ByteChannel)?
    private var reader = HTTPResponseReader()
    private var request: [UInt8] = []
    /// True while the request went over a connection that had carried another one, and nothing of
    /// the answer came: the server may have closed it in between.
    private var mayBeStale = false

    /// `bodyLimit` is in bytes; nil for answers without end.
    init(to endpoint: Endpoint, bodyLimit: Int?, io: ConnectorIO) {
        self.endpoint = endpoint
        self.bodyLimit = bodyLimit
        self.io = io
    }

    /// The value of the header Host.
    var host: String {
        guard endpoint.port == 80 else { return endpoint.description }
        return endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
    }

    /// Connects unless there is a connection.
    mutating func open() async throws(ConnectorError) {
        guard channel == nil else {
            mayBeStale = true
            return
        }
        channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        reader = HTTPResponseReader(bodyLimit: bodyLimit)
        mayBeStale = false
    }

    /// Sends a request.
    mutating func send(
        _ target: String, fields: [HTTPRequest.Field] = []
    ) async throws(ConnectorError) {
        do {
            request = try HTTPRequest(target: target, host: host, fields: fields).encoded()
        } catch { throw .malformed(error) }
        try await open()
        do throws(ConnectorError) {
            try await channel?.send(request)
        } catch {
            guard case .closed = error, mayBeStale else { throw error }
            try await again()
        }
    }

    /// The same request over a new connection.
    private mutating func again() async throws(ConnectorError) {
        await close()
        try await open()
        try await channel?.send(request)
    }

    /// The next part of the answer.
    ///
    /// Throws `timedOut` when none comes in time, which leaves the connection as it is. After
    /// another error it is closed.
    mutating func next(within limit: Elapsed) async throws(ConnectorError) -> HTTPResponseEvent {
        let end = io.clock.monotonic() + limit
        while true {
            if let event = try await parsed() { return event }
            guard let channel else { throw .closed(doing: "reading from \(endpoint)") }
            do throws(ConnectorError) {
                let rest = end - io.clock.monotonic()
                guard rest > .zero else {
                    throw ConnectorError.timedOut(doing: "reading from \(endpoint)", after: limit)
                }
                reader.append(try await channel.receive(within: rest))
                mayBeStale = false
            } catch {
                guard case .closed = error else { throw error }
                if mayBeStale, reader.isIdle {
                    try await again()
                } else if let event = try await ended() {
                    return event
                }
            }
        }
    }

    private mutating func parsed() async throws(ConnectorError) -> HTTPResponseEvent? {
        do throws(FrameError) {
            guard let event = try reader.next() else { return nil }
            if case .end(false) = event { await close() }
            return event
        } catch {
            await close()
            throw .malformed(error)
        }
    }

    /// The other side has closed the connection: the end of the answer, or an error.
    private mutating func ended() async throws(ConnectorError) -> HTTPResponseEvent? {
        await close()
        do throws(FrameError) {
            if let event = try reader.closed() { return event }
        } catch {
            throw .closed(doing: "reading an answer of \(endpoint) that is cut off")
        }
        throw .closed(doing: "waiting for an answer of \(endpoint)")
    }

    /// Closes the connection, if there is one.
    mutating func close() async {
        await channel?.close()
        channel = nil
    }
}

/// Addresses of web servers as people write them.
enum HTTPAddress {
    /// The settings with an address without `http://`; an encrypted one is refused.
    static func plain(
        _ settings: [String: String], path: String
    ) throws(ConfigurationError) -> [String: String] {
        guard var address = settings["address"] else { return settings }
        if address.lowercased().hasPrefix("https://") {
            throw ConfigurationError(
                path: "\(path).address",
                reason: "an address with https is encrypted, which this connector cannot read",
                remedy: "Let the device answer without encryption inside the shop's own network, "
                    + "and write its address with http.")
        }
        if address.lowercased().hasPrefix("http://") { address.removeFirst(7) }
        if address.hasSuffix("/") { address.removeLast() }
        var plain = settings
        plain["address"] = address
        return plain
    }
}
