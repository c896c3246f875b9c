// What a host application says of itself in STATE messages.

/// The content of a STATE message.
///
/// Source: Sparkplug 3.0.0 clauses 4.2.1 and 6.4.25 (tck-id-payloads-state-birth-payload).
public struct SparkplugHostState: Hashable, Sendable {
    /// True when the host application is there.
    public var isOnline: Bool
    /// When it said so, milliseconds since 1970 in UTC.
    public var timestamp: UInt64

    /// A state at a time.
    public init(isOnline: Bool, timestamp: UInt64) {
        self.isOnline = isOnline
        self.timestamp = timestamp
    }

    /// Reads the JSON of a STATE message.
    public init(_ payload: [UInt8]) throws(FrameError) {
        let online = try Self.member("online", payload)
        let time = try Self.member("timestamp", payload)
        guard case .bool(let flag) = online else { throw Self.error("no member online") }
        guard case .number(let number) = time, let timestamp = UInt64(exactly: number),
            timestamp <= SparkplugLimits.latestMilliseconds
        else { throw Self.error("no member timestamp in milliseconds") }
        self.init(isOnline: flag, timestamp: timestamp)
    }

    /// The JSON of the state.
    public var encoded: [UInt8] {
        Array("{\"online\":\(isOnline),\"timestamp\":\(timestamp)}".utf8)
    }

    private static func member(
        _ name: String, _ payload: [UInt8]
    ) throws(FrameError) -> JSONScanner.Value? {
        do {
            return try JSONScanner.value(at: JSONPath(steps: [.name(name)]), in: payload)
        } catch {
            throw Self.error("not JSON: \(error)")
        }
    }

    private static func error(_ reason: String) -> FrameError {
        FrameError(doing: "reading a Sparkplug STATE message", problem: .invalid(reason))
    }
}
