// Everything a connector may touch of the world, passed in: clocks, dialer, secrets, reports.

public import Logging
public import Plant
public import Wire

/// Clocks as functions, so that tests run in virtual time.
public struct CaptureClock: Sendable {
    /// Wall time, UTC.
    public let wall: @Sendable () -> Timestamp
    /// Time since some fixed moment; never jumps.
    public let monotonic: @Sendable () -> Elapsed
    /// Waits; throws when cancelled.
    public let sleep: @Sendable (Elapsed) async throws -> Void

    /// Clocks from functions.
    public init(
        wall: @escaping @Sendable () -> Timestamp,
        monotonic: @escaping @Sendable () -> Elapsed,
        sleep: @escaping @Sendable (Elapsed) async throws -> Void
    ) {
        self.wall = wall
        self.monotonic = monotonic
        self.sleep = sleep
    }
}

/// A pass phrase or key that never prints itself.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The bytes, for the protocol that needs them.
    public let bytes: [UInt8]

    /// A secret from its bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Three dots.
    public var description: String { "•••" }
    /// Three dots.
    public var debugDescription: String { "•••" }
}

/// What a connector tells its supervisor while it runs.
public enum ConnectorReport: Hashable, Sendable {
    /// The session works on the level of the protocol: first answer, subscription accepted.
    case established
    /// A group was read, at this time.
    case polled(group: Int, at: Timestamp)
    /// A request of a group failed, with the reason; the session goes on.
    case requestFailed(group: Int, String)
    /// Polls that could not be made in their time.
    case pollsLost(Int)
    /// Messages or values that arrived.
    case received(Int)
    /// Something that a person should know once, e.g. a signal that the device refuses.
    case problem(String)
    /// A counter went back.
    case counter(CounterMark)
    /// Samples were dropped because the box could not keep up.
    case dropped(stage: String, reason: String, count: Int)
}

/// Everything a connector may touch of the world.
public struct ConnectorIO: Sendable {
    /// Clocks.
    public let clock: CaptureClock
    /// Opens connections.
    public let dialer: Dialer
    /// Opens serial ports.
    public let serial: SerialOpener
    /// For details at debug level; normal operation is silent.
    public let logger: Logger
    /// A number from 0 up to but not including 1, for jitter and client ids.
    public let jitter: @Sendable () -> Double
    /// The secret that a reference names.
    public let secret: @Sendable (String) async throws(ConnectorError) -> Secret
    /// The certificate of this box for OPC UA with what its key can do; made on first use.
    public let opcua: @Sendable () async throws(ConnectorError) -> any OPCUACryptography
    /// Numbers for series that nobody configured.
    public let registry: any SignalRegistry
    /// How far a source was stored with its samples; nil for an unknown one.
    public let cursor: @Sendable (String) async throws(ConnectorError) -> String?
    /// Hears that bytes of a connection begin or end being read.
    public let watch: @Sendable (Slug, Bool) -> Void
    /// Hears what happens in the session.
    public let report: @Sendable (ConnectorReport) -> Void

    /// The world of a connector.
    public init(
        clock: CaptureClock, dialer: Dialer, serial: SerialOpener = .system, logger: Logger,
        jitter: @escaping @Sendable () -> Double,
        secret: @escaping @Sendable (String) async throws(ConnectorError) -> Secret,
        opcua:
            @escaping @Sendable () async throws(ConnectorError) -> any OPCUACryptography =
            ConnectorIO.noCertificate,
        registry: any SignalRegistry,
        cursor: @escaping @Sendable (String) async throws(ConnectorError) -> String? = {
            (_) async throws(ConnectorError) in nil
        },
        watch: @escaping @Sendable (Slug, Bool) -> Void = { _, _ in },
        report: @escaping @Sendable (ConnectorReport) -> Void = { _ in }
    ) {
        self.clock = clock
        self.dialer = dialer
        self.serial = serial
        self.logger = logger
        self.jitter = jitter
        self.secret = secret
        self.opcua = opcua
        self.registry = registry
        self.cursor = cursor
        self.watch = watch
        self.report = report
    }

    /// The same world with other openers and another listener.
    func with(
        dialer: Dialer, serial: SerialOpener,
        report: @escaping @Sendable (ConnectorReport) -> Void
    ) -> ConnectorIO {
        ConnectorIO(
            clock: clock, dialer: dialer, serial: serial, logger: logger, jitter: jitter,
            secret: secret, opcua: opcua, registry: registry, cursor: cursor, watch: watch,
            report: report)
    }

    /// The same world for a trial: nothing of earlier sessions, another registry and listener.
    func with(
        registry: any SignalRegistry, report: @escaping @Sendable (ConnectorReport) -> Void
    ) -> ConnectorIO {
        ConnectorIO(
            clock: clock, dialer: dialer, serial: serial, logger: logger, jitter: jitter,
            secret: secret, opcua: opcua, registry: registry, report: report)
    }

    /// Where the program has no certificate for OPC UA.
    public static let noCertificate:
        @Sendable () async throws(ConnectorError) -> any OPCUACryptography = {
            () async throws(ConnectorError) in
            throw .misconfigured(
                field: "security", reason: "this program has no certificate for OPC UA")
        }

    /// The same world for one connection, saying when bytes that came are being read.
    ///
    /// Whoever waits, for the other side or for the next poll, reads nothing.
    func watching(
        _ id: Slug, report: @escaping @Sendable (ConnectorReport) -> Void
    ) -> ConnectorIO {
        let watch = watch
        let sleep = clock.sleep
        return ConnectorIO(
            clock: CaptureClock(
                wall: clock.wall, monotonic: clock.monotonic,
                sleep: { length in
                    watch(id, false)
                    try await sleep(length)
                }), dialer: dialer.watched { watch(id, $0) },
            serial: serial.watched { watch(id, $0) }, logger: logger, jitter: jitter,
            secret: secret, opcua: opcua, registry: registry, cursor: cursor, watch: watch,
            report: report)
    }

    /// Waits, and says whether the task may go on: false when it was cancelled.
    func slept(_ elapsed: Elapsed) async -> Bool {
        guard elapsed > .zero else { return !Task.isCancelled }
        do {
            try await clock.sleep(elapsed)
            return !Task.isCancelled
        } catch {
            return false  // Cancelled: the caller returns.
        }
    }
}
