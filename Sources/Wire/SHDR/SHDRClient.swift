// The agent's side of a connection to an adapter: events in, actions out, no socket, no clock.

/// What happens to a connection to an adapter.
public enum SHDRClientEvent: Hashable, Sendable {
    /// The connection is open.
    case connected
    /// Bytes came.
    case received([UInt8])
    /// The connection is closed, by whomever.
    case disconnected
    /// The time of `deadline` has come.
    case tick
}

/// What a client of an adapter wants done, in this order.
public enum SHDRClientAction: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// Observations of one line.
    case line(SHDRLine)
    /// Something about an asset.
    case asset(SHDRAsset, time: SHDRTime)
    /// The adapter tells something of itself, for example its `device` or `serialNumber`.
    case command(key: String, value: String)
    /// A line that cannot be read; the stream goes on.
    case problem(FrameError)
    /// All data items of this adapter are unavailable from now on.
    case unavailable
    /// Close the connection: nothing came for so many nanoseconds.
    case close(silentNanoseconds: Int64)
}

/// Reads an adapter over any number of connections.
///
/// It sends `* PING` at once. An adapter that answers with `* PONG 10000` is asked every ten
/// seconds, and is lost when nothing comes for twice that time. One that does not answer is lost
/// after `legacyNanoseconds` of silence. Times are of one monotonic clock, in nanoseconds.
public struct SHDRClient: Sendable {
    /// Longest silence of an adapter without heartbeat, nanoseconds; ten minutes.
    public let legacyNanoseconds: Int64
    /// The device for keys without one, as the adapter told it; nil when it did not.
    public var device: String? { parser.device }
    /// The adapter's heartbeat in nanoseconds; nil when it has none.
    public private(set) var heartbeat: Int64?

    private var parser: SHDRParser
    private var deframer = SHDRDeframer()
    private var isConnected = false
    private var lastReceived: Int64 = 0
    private var lastPing: Int64 = 0
    private var actions: [SHDRClientAction] = []

    /// A client that knows data items by a lookup.
    public init(
        version: Int = 1, legacyNanoseconds: Int64 = 600_000_000_000,
        lookup: @escaping SHDRParser.Lookup
    ) {
        self.legacyNanoseconds = max(1, legacyNanoseconds)
        parser = SHDRParser(version: version, lookup: lookup)
    }

    /// Takes one event at a monotonic time in nanoseconds and tells what to do.
    public mutating func step(_ event: SHDRClientEvent, now: Int64) -> [SHDRClientAction] {
        switch event {
        case .connected:
            lose()
            isConnected = true
            lastReceived = now
            ping(now)
        case .received(let bytes):
            guard isConnected else { break }
            lastReceived = now
            deframer.append(bytes)
            read()
        case .disconnected: lose()
        case .tick: break
        }
        checkTimes(now)
        defer { actions.removeAll() }
        return actions
    }

    /// The time at which `tick` is due; nil without a connection.
    public var deadline: Int64? {
        guard isConnected else { return nil }
        guard let heartbeat else { return lastReceived + legacyNanoseconds }
        return min(lastPing + heartbeat, lastReceived + 2 * heartbeat)
    }

    private mutating func checkTimes(_ now: Int64) {
        guard isConnected else { return }
        let silence = now - lastReceived
        if silence >= heartbeat.map({ 2 * $0 }) ?? legacyNanoseconds {
            lose()
            actions.append(.close(silentNanoseconds: silence))
        } else if let heartbeat, now >= lastPing + heartbeat {
            ping(now)
        }
    }

    private mutating func ping(_ now: Int64) {
        lastPing = now
        actions.append(.send(Array("* PING\n".utf8)))
    }

    private mutating func lose() {
        if isConnected { actions.append(.unavailable) }
        isConnected = false
        heartbeat = nil
        deframer.reset()
    }

    private mutating func read() {
        while true {
            do {
                guard let line = try deframer.next() else { return }
                take(try parser.parse(line))
            } catch { actions.append(.problem(error)) }
        }
    }

    private mutating func take(_ message: SHDRMessage) {
        switch message {
        case .observations(let line): actions.append(.line(line))
        case .asset(let asset, let time): actions.append(.asset(asset, time: time))
        case .pong(let milliseconds):
            if let milliseconds { heartbeat = Int64(milliseconds) * 1_000_000 }
        case .ping: break
        case .command(let key, let value):
            switch key.lowercased() {
            case "device": parser.device = value.isEmpty ? nil : value
            case "shdrversion": parser.version = MTConnectNumber.whole(value) == 2 ? 2 : 1
            default: break
            }
            actions.append(.command(key: key, value: value))
        }
    }
}
