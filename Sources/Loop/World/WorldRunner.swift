// A world's life: connections, commits, the passing of time, sealing, closing of shifts.

public import Capture
import Historian
import Journal
import Logging
public import Plant
import Synchronization

/// Runs one world until cancelled.
final class WorldRunner: Sendable {
    let world: World
    let supervisor: ConnectorSupervisor
    private let io: ConnectorIO
    private let window: Elapsed
    private let kept: KeptTimes
    private let isSafeMode: Bool
    /// Connections that are left out after bad ends.
    private let suspects: Set<Slug>
    /// How often the clock was corrected in a way that is no step.
    private let corrections: @Sendable () -> Int
    private let space: SpaceWatch
    private let logger: Logger
    private let monotonic: @Sendable () -> Elapsed
    private let applied = Mutex<[ConnectionPlan]>([])

    init(
        world: World, io: ConnectorIO, settings: Settings, space: SpaceWatch, logger: Logger,
        isSafeMode: Bool = false, suspects: Set<Slug> = [],
        corrections: @escaping @Sendable () -> Int = { 0 }
    ) {
        self.corrections = corrections
        self.suspects = suspects
        self.isSafeMode = isSafeMode
        self.world = world
        self.io = io
        self.space = space
        window = settings.durabilityWindow
        kept = KeptTimes(settings)
        self.logger = logger
        monotonic = io.clock.monotonic
        supervisor = ConnectorSupervisor(io: io, sink: world.intake) { [world, logger] notice in
            switch notice {
            case .lost(let connection, let error):
                logger.warning("\(connection): \(error)")
            case .recovered(let connection, let after):
                logger.info("\(connection): back after \(Int(after.seconds)) s")
            case .changed(let status): world.health.set(status)
            case .counter: break
            case .dropped(_, let stage, let reason, let count):
                _ = world.drops.add(stage: stage, reason: reason, count: count)
            }
        }
    }

    func run() async {
        await closeOpenLinks()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.commitLoop() }
            group.addTask { await self.timeLoop() }
            // In safe mode no machine is read, and nothing is done to the stores.
            guard !self.isSafeMode else { return }
            group.addTask { await self.supervisor.run() }
            group.addTask { await self.upkeepLoop() }
            group.addTask { await self.scrubLoop() }
        }
    }

    /// Ends links that an unclean stop left open, at the last sign of life of their connection.
    private func closeOpenLinks() async {
        let last = world.samples.lastValues()
        let signals = world.factory.signals.values
        for link in signals where link.source.connection == BuiltInConnection.link {
            guard let open = last[link.id], case .flag(true) = open.value else { continue }
            let seen =
                signals.filter { $0.source.connection.text == link.source.address }
                .compactMap { last[$0.id]?.time }.max() ?? open.time
            let end = max(seen, open.time) + .milliseconds(1)
            await world.intake.accept([
                SampleBatch(
                    times: [end.nanoseconds],
                    columns: [SignalColumn(signal: link.id, values: .flags([false]))])
            ])
        }
    }

    /// Commits polled samples once a window; says once when that fails and once when it works again.
    ///
    /// Only what was written and read back ends a failure.
    private func commitLoop() async {
        var isFailing = false
        while await slept(window) {
            do {
                try await world.intake.commit()
                if space.level == .scarce {
                    throw DiskTrouble.nearlyFull(space.space)
                }
                guard isFailing else { continue }
                try await world.intake.probe(world.time)
                logger.info("recording again")
                isFailing = false
                world.health.setRecording(nil)
            } catch {
                if !isFailing { logger.error("not recording: \(error)") }
                isFailing = true
                let words = StoreTrouble.words(error)
                world.health.setRecording(
                    words.map { $0.why + " " + $0.remedy } ?? "\(error)")
            }
        }
    }

    /// Once a second: connections as configured, silence and dwells noticed, clock steps stored,
    /// pages told that time went on.
    private func timeLoop() async {
        var lastCorrections = corrections()
        var lastWall = io.clock.wall()
        var lastMonotonic = monotonic()
        while await slept(.seconds(1)) {
            if !isSafeMode { applyConnections() }
            let now = world.time
            let changed = world.ledger.look(at: now)
            for machine in changed.sorted() { world.feed.tell(.machine(machine)) }
            do {
                try world.refreshStates()
                guard corrections() == lastCorrections else {
                    lastCorrections = corrections()
                    lastWall = io.clock.wall()
                    lastMonotonic = monotonic()
                    continue
                }
                let wall = io.clock.wall()
                guard corrections() == lastCorrections else { continue }
                let expected = lastWall + (monotonic() - lastMonotonic)
                let step = wall - expected
                if abs(step.nanoseconds) > 500_000_000, world.kind == .real {
                    try await world.say(.clockStep(at: wall, by: step), actor: "box")
                    logger.warning("the clock jumped by \(step.seconds) s")
                    // An engine takes no samples of its own past: states are read again.
                    world.ledger.markStale(Set(world.factory.signals.keys))
                }
                lastWall = wall
                lastMonotonic = monotonic()
            } catch {
                logger.error("reading states: \(error)")
            }
            world.feed.tell(.tick(now))
        }
    }

    private func upkeepLoop() async {
        var upkeep = Upkeep(world: world, space: space, kept: kept, logger: logger)
        // Soon after a start: what broke while the box was off is found and saved at once.
        guard await slept(.seconds(5)) else { return }
        await upkeep.salvageDamaged()
        while await slept(.minutes(1)) { await upkeep.turn() }
    }

    /// Once a week: reads every stored byte again, slowly.
    ///
    /// When it last ended is kept with the samples, so that restarts do not put it off.
    private func scrubLoop() async {
        while await slept(.minutes(10)) {
            do {
                let last = try world.samples.cursor(of: LoopLimits.scrubMark)
                    .flatMap { Timestamp(rfc3339: $0) }
                if let last, world.time - last < LoopLimits.scrubPause, last <= world.time {
                    continue
                }
                let report = try await world.samples.scrub { [io] in try await io.clock.sleep($0) }
                for fault in report.faults {
                    logger.error("stored bytes are damaged: \(fault.file), \(fault.place)")
                }
                let mark = SourceCursor(
                    source: LoopLimits.scrubMark, position: world.time.rfc3339)
                _ = try await world.samples.append([], cursors: [mark])
            } catch is CancellationError {
                return  // The box stops.
            } catch {
                logger.error("scrub: \(error)")
            }
        }
    }

    /// Hands the supervisor what the journal says now; does nothing when nothing changed.
    private func applyConnections() {
        let factory = world.factory
        let connections = factory.connections.values.filter { !suspects.contains($0.id) }
            .sorted { $0.id < $1.id }
        let plans = connections.map { (connection: Connection) -> ConnectionPlan in
            ConnectionPlan(
                connection: connection,
                signals: factory.signals.values
                    .filter {
                        // What a broker brings by itself is not configured: it must not make
                        // the connection start again.
                        $0.source.connection == connection.id && !$0.isRetired && $0.machine != nil
                    }
                    .sorted { $0.id < $1.id },
                link: factory.signal(
                    connection: BuiltInConnection.link, address: connection.id.text)?.id)
        }
        let isNew = applied.withLock { applied in
            guard applied != plans else { return false }
            applied = plans
            return true
        }
        if isNew { supervisor.apply(plans) }
        world.health.replace(supervisor.statuses())
    }

    private func slept(_ elapsed: Elapsed) async -> Bool {
        do {
            try await io.clock.sleep(elapsed)
            return !Task.isCancelled
        } catch {
            return false  // Cancelled: the loop ends.
        }
    }
}

/// How connections do, and whether the world records; read by pages.
public final class ConnectionBoard: Sendable {
    private struct State {
        var statuses: [Slug: ConnectionStatus] = [:]
        var recordingProblem: String?
    }

    private let state = Mutex(State())

    init() {}

    func replace(_ statuses: [ConnectionStatus]) {
        state.withLock { state in
            state.statuses = Dictionary(
                statuses.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        }
    }

    func set(_ status: ConnectionStatus) {
        state.withLock { $0.statuses[status.id] = status }
    }

    func setRecording(_ problem: String?) {
        state.withLock { $0.recordingProblem = problem }
    }

    /// Statuses of connections by id.
    public var statuses: [Slug: ConnectionStatus] { state.withLock { $0.statuses } }
    /// Why nothing is recorded, nil when all is well.
    public var recordingProblem: String? { state.withLock { $0.recordingProblem } }
}
