// The live side: a Modbus TCP gateway on loopback and lines that are sent once a second.

import NIOCore
public import NIOPosix
public import Plant
import Synchronization

/// The made-up machines on real protocols, at the injected clock's time.
///
/// `start()` opens the gateway, `run(post:)` keeps everything alive until it is cancelled.
public final class LiveFactory: Sendable {
    /// What the machines do.
    public let script: FactoryScript
    private let clock: @Sendable () -> Timestamp
    private let threads: MultiThreadedEventLoopGroup
    private let port: Int
    private let pause: @Sendable (Elapsed) async throws -> Void
    private let state = Mutex(Contents())

    private struct Contents {
        var server: (any Channel)?
        var clients: [ObjectIdentifier: any Channel] = [:]
        var refusedPosts = 0
        var droppedSeconds: Int64 = 0
    }

    /// A live side.
    ///
    /// `clock` gives the script's time, which may run faster than the wall's; `port` 0 lets the
    /// system choose; `pause` waits and throws when cancelled, and is replaced in tests.
    public init(
        script: FactoryScript, clock: @escaping @Sendable () -> Timestamp,
        threads: MultiThreadedEventLoopGroup = .singleton, port: Int = 0,
        pause: @escaping @Sendable (Elapsed) async throws -> Void = LiveFactory.wait
    ) {
        self.script = script
        self.clock = clock
        self.threads = threads
        self.port = port
        self.pause = pause
    }

    /// Waits in real time; throws `CancellationError` when the task is cancelled.
    public static func wait(_ elapsed: Elapsed) async throws {
        try await Task.sleep(for: .nanoseconds(elapsed.nanoseconds))
    }

    /// Posts that failed so far; their lines are sent again.
    public var refusedPosts: Int { state.withLock { $0.refusedPosts } }

    /// Seconds of lines given up because they could not be sent for too long.
    public var droppedSeconds: Int64 { state.withLock { $0.droppedSeconds } }

    /// Opens the gateway on loopback and gives its address such as `127.0.0.1:5020`.
    ///
    /// A second call gives the same address. Throws when the port is taken.
    public func start() async throws -> String {
        if let server = state.withLock({ $0.server }) { return LiveFactory.address(of: server) }
        let server = try await ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: 16)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard self.admit(channel) else { throw ChannelError.alreadyClosed }
                    try channel.pipeline.syncOperations.addHandler(
                        ModbusGateway(script: self.script, clock: self.clock))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.server = server }
        return LiveFactory.address(of: server)
    }

    /// Serves and sends until the task is cancelled; then closes the gateway and returns.
    ///
    /// `post` sends line protocol to the box's own write address. Lines whose post failed are
    /// sent again with the next ones.
    public func run(post: @Sendable ([UInt8]) async throws -> Void) async throws {
        _ = try await start()
        do {
            try await sendLines(post)
        } catch is CancellationError {
            // Cancellation is how it ends.
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func sendLines(_ post: @Sendable ([UInt8]) async throws -> Void) async throws {
        // The lines that fell due while history was being stored are sent too; after a longer
        // absence the continuation has them.
        let started = clock()
        let isFresh = started - script.now <= .seconds(DemonstratorLimits.unsentSeconds)
        var since = isFresh ? script.now : started
        while true {
            try await pause(.seconds(1))
            let until = clock()
            let oldest = until - .seconds(DemonstratorLimits.unsentSeconds)
            if since < oldest {
                let dropped = oldest.secondsFromAbove - since.secondsFromAbove
                state.withLock { $0.droppedSeconds += dropped }
                since = oldest
            }
            let lines = try script.linesDue(since: since, until: until)
            guard !lines.isEmpty else { continue }
            do {
                try await post(lines)
                since = until
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // The box may be busy or starting: the same lines are due again in a second.
                state.withLock { $0.refusedPosts += 1 }
            }
        }
    }

    private func close() async {
        let channels = state.withLock { contents in
            let all = [contents.server].compactMap(\.self) + contents.clients.values
            contents.server = nil
            contents.clients = [:]
            return all
        }
        for channel in channels {
            do { try await channel.close() } catch {
                // Already closed by the other side.
                continue
            }
        }
    }

    private func admit(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { contents in
            guard contents.clients.count < DemonstratorLimits.modbusConnections else {
                return false
            }
            contents.clients[key] = channel
            return true
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { _ in
            _ = self.state.withLock { $0.clients.removeValue(forKey: key) }
        }
        return true
    }

    private static func address(of channel: any Channel) -> String {
        "127.0.0.1:" + String(channel.localAddress?.port ?? 0)
    }
}
