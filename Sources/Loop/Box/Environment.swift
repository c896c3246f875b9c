// Everything non-deterministic that the box may touch, passed in by the executable.

import Capture
public import Logging
public import NIOPosix
public import Plant

/// Clocks, randomness, zones and logs of the process.
public struct BoxEnvironment: Sendable {
    /// Wall time, UTC.
    public let wall: @Sendable () -> Timestamp
    /// Time since the system started; never jumps.
    public let monotonic: @Sendable () -> Elapsed
    /// Waits; throws when cancelled.
    public let sleep: @Sendable (Elapsed) async throws -> Void
    /// Random bits.
    public let random: @Sendable () -> UInt64
    /// Rules of a zone by name.
    public let zoneRules: @Sendable (String) -> ZoneRules?
    /// Threads of network input and output.
    public let threads: MultiThreadedEventLoopGroup
    /// Where the box says what it does.
    public let logger: Logger
    /// Cost of a kept pass phrase.
    public let scryptCost: ScryptCost
    /// Version of the program.
    public let version: String
    /// Folder in which the system supplies secrets (systemd credentials), nil where it does not.
    public let credentials: String?
    /// When the process started.
    public let started: Timestamp
    /// Runs what may block on threads made for it.
    let blockers: NIOThreadPool
    /// Room on the disk of a folder, nil where it cannot be asked.
    public let diskSpace: @Sendable (String) -> DiskSpace?
    /// The clock behind ``wall``.
    public let clock: BoxClock
    /// Whether a time server keeps the clock right.
    let synchronisation: @Sendable () -> ClockSynchronisation
    /// When the program was built, nil when it is not known; no clock can be right before it.
    let built: Timestamp?

    /// An environment from functions; `system` is what the system says the time is.
    public init(
        wall system: @escaping @Sendable () -> Timestamp,
        monotonic: @escaping @Sendable () -> Elapsed,
        sleep: @escaping @Sendable (Elapsed) async throws -> Void,
        random: @escaping @Sendable () -> UInt64,
        zoneRules: @escaping @Sendable (String) -> ZoneRules?,
        threads: MultiThreadedEventLoopGroup, logger: Logger, scryptCost: ScryptCost,
        version: String, built: Timestamp? = nil, credentials: String? = nil,
        synchronisation: @escaping @Sendable () -> ClockSynchronisation = { .system },
        diskSpace: @escaping @Sendable (String) -> DiskSpace? = { DiskSpace.of($0) }
    ) {
        self.credentials = credentials
        let clock = BoxClock(
            system: system, monotonic: monotonic, synchronisation: synchronisation)
        self.clock = clock
        self.built = built
        self.synchronisation = synchronisation
        wall = { clock.now }
        started = system()
        blockers = NIOThreadPool(numberOfThreads: 1)
        blockers.start()
        self.diskSpace = diskSpace
        self.monotonic = monotonic
        self.sleep = sleep
        self.random = random
        self.zoneRules = zoneRules
        self.threads = threads
        self.logger = logger
        self.scryptCost = scryptCost
        self.version = version
    }

    /// Runs a long reading that blocks, away from everything that people wait for.
    func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await blockers.runIfActive { try body() }
    }
}
