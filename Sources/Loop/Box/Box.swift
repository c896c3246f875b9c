// The running box: its two worlds, who may enter, what it tells about itself.

import Capture
import Journal
import Logging
import NIOPosix
public import Plant
import Synchronization

/// The running program, from opening its data folder to closing it.
public final class Box: Sendable {
    /// Settings of the process.
    public let settings: Settings
    /// The firm's own world; empty until its first machine.
    public let real: World
    /// The authorisation point.
    public let access: Access
    /// When the box started.
    public let started: Timestamp
    let environment: BoxEnvironment
    let feed: LiveFeed
    /// Room on the disk.
    public let space: SpaceWatch
    /// Whether the program ended badly so often that it only shows, backs up and restores.
    public let isSafeMode: Bool
    /// Connections that are left out, because the program ended badly while reading them.
    public let suspects: Set<Slug>
    /// The memory of the process.
    public let memory: MemoryWatch
    /// Whether it serves one command only.
    private let isCommand: Bool
    /// Backups of the firm's own world.
    public let backups: BackupKeeper
    private let lock: DataLock
    private let stage: DemonstratorStage?
    private let readers: NIOThreadPool
    private let realRunner: WorldRunner
    private let demonstratorRunner: WorldRunner?
    /// Where a machine is tried before it is connected.
    public let bench: TrialBench
    /// Searches of the network.
    public let desk: ScanDesk

    /// Opens the data folder; makes the made-up factory where it is to be shown.
    ///
    /// `isCommand` opens without the made-up factory and without connections, for one command.
    public static func open(
        _ settings: Settings, environment: BoxEnvironment, isCommand: Bool = false,
        progress: @Sendable (String) -> Void = { _ in }
    ) async throws -> Box {
        let lock = try DataLock(
            folder: settings.data, isNetworkAllowed: settings.isNetworkFileSystemAllowed)
        for folder in ["/secrets", "/secrets/connections", "/secrets/opc-ua"] {
            guard DataLock.makeFolder(settings.data + folder) else {
                throw DataFolderRefused.unusable(
                    folder: settings.data + folder, reason: "it cannot be made")
            }
        }
        let restored = try Restoring.complete(data: settings.data)
        let feed = LiveFeed()
        let space = SpaceWatch(folder: settings.data) { environment.diskSpace(settings.data) }
        let real = try World.open(
            .real, folder: settings.data,
            surroundings: World.Surroundings(
                clock: environment.wall, random: environment.random,
                zoneRules: environment.zoneRules, isDiskFull: { space.level == .scarce }),
            feed: feed)
        try await real.finishTakingBack()
        if !isCommand { try await look(at: environment, in: real, progress: progress) }
        if let restored { try await takeUp(restored, in: real, progress: progress) }
        if !isCommand {
            try checkListening(settings, isOwned: real.journal.credentials.hasAdministrator())
        }
        try real.refreshStates()
        let badEnds =
            isCommand ? 0 : try RestartRecord.begin(settings.data, now: environment.wall())
        let isSafeMode = badEnds >= RestartRecord.limit
        let suspects =
            isCommand ? [] : try RestartRecord.suspects(settings.data, badEnds: badEnds)
        for suspect in suspects.sorted() {
            progress("\(suspect.text) is left out: the program ended badly while reading it.")
        }
        if isSafeMode {
            progress(
                "Safe mode: the program ended badly \(badEnds) times in ten minutes. No machine is read."
            )
        }
        var stage: DemonstratorStage?
        let isWanted =
            settings.demonstrator == .on || (settings.demonstrator == .auto && !real.hasMachine)
        if isWanted, !isCommand, !isSafeMode {
            let folder = settings.data + "/demonstrator"
            guard DataLock.makeFolder(folder) else {
                throw DataFolderRefused.unusable(folder: folder, reason: "it cannot be made")
            }
            stage = try await DemonstratorStage.open(
                folder: folder, settings: settings, environment: environment, feed: feed,
                space: space, progress: progress)
        }
        let seal = try SecretSeal.load(
            folder: settings.data, supplied: environment.credentials)
        let box = Box(
            settings, environment, feed, space, lock, real, stage, seal,
            Doubts(isSafeMode: isSafeMode, suspects: suspects, isCommand: isCommand))
        try PrivateFile.write(box.access.localKey, to: settings.data + "/secrets/local-key")
        return box
    }

    /// Compares the clock with what is stored, and takes up a move that was cut off.
    private static func look(
        at environment: BoxEnvironment, in world: World, progress: (String) -> Void
    ) async throws {
        try await world.finishClockMove()
        guard !environment.clock.settle(newest: try world.newestStored(), built: environment.built)
        else { return }
        progress(
            "The clock says \(environment.clock.systemTime.rfc3339.prefix(16)), before what is stored"
                + " already. Samples are kept apart until it is set.")
        try await world.doubtClock()
    }

    /// After a restore: a new incarnation, nobody signed in, what was ended stays ended.
    private static func takeUp(
        _ restored: (made: String, aside: String), in world: World,
        progress: (String) -> Void
    ) async throws {
        progress(
            "Restored the backup of \(restored.made). The data before lies in \(restored.aside).")
        try await world.journal.beginIncarnation()
        var outcome = "done"
        do {
            let count = try await world.journal.credentials.closeDoors(
                endedIn: Restoring.hasJournal(restored.aside) ? restored.aside : nil)
            if count > 0 { outcome = "\(count) keys, devices or people that had ended stay ended" }
        } catch let error as JournalError {
            outcome = "what had ended since could not be read: \(error)"
            progress("Look at the page People and devices: \(outcome)")
        }
        try await world.say(
            .accessNoted(
                AccessNote(
                    act: "restored", object: "the backup of " + restored.made, outcome: outcome)),
            actor: "box")
    }

    /// Refuses any address but loopback until there is an owner; plain HTTP has to be allowed (S-03).
    private static func checkListening(
        _ settings: Settings, isOwned: Bool
    ) throws(ListeningRefused) {
        guard !settings.listen.isLoopback else { return }
        guard isOwned else { throw ListeningRefused(address: settings.listen.text, isOwned: false) }
        guard settings.https != .off || settings.isInsecureHTTPAllowed else {
            throw ListeningRefused(address: settings.listen.text, isOwned: true)
        }
    }

    /// What the starts before say about this one.
    private struct Doubts {
        let isSafeMode: Bool
        let suspects: Set<Slug>
        let isCommand: Bool
    }

    private init(
        _ settings: Settings, _ environment: BoxEnvironment, _ feed: LiveFeed,
        _ space: SpaceWatch, _ lock: DataLock, _ real: World, _ stage: DemonstratorStage?,
        _ seal: SecretSeal, _ doubts: Doubts
    ) {
        isSafeMode = doubts.isSafeMode
        suspects = doubts.suspects
        isCommand = doubts.isCommand
        memory = MemoryWatch(mebibytes: settings.memoryBudget)
        let marks = doubts.isCommand ? nil : ActivityMarks(folder: settings.data)
        self.space = space
        self.settings = settings
        self.environment = environment
        self.feed = feed
        self.lock = lock
        self.real = real
        self.stage = stage
        started = environment.wall()
        readers = NIOThreadPool(numberOfThreads: 2)
        readers.start()
        let isAlwaysMadeUp = settings.demonstrator == .on
        let hasStage = stage != nil
        access = Access(
            real: real.journal,
            shown: { hasStage && (isAlwaysMadeUp || !real.hasMachine) ? .demonstrator : .real },
            isLoopbackIngestOpen: settings.isLoopbackIngestOpen, wall: environment.wall,
            cost: environment.scryptCost, seal: seal,
            say: { event, actor in try await real.say(event, actor: actor) })
        backups = BackupKeeper(
            settings: settings, world: real, environment: environment,
            acts: { act, object, outcome, actor in
                try await real.say(
                    .accessNoted(AccessNote(act: act, object: object, outcome: outcome)),
                    actor: actor)
            })
        realRunner = WorldRunner(
            world: real,
            io: Box.io(environment, world: real, data: settings.data, speed: 1) { id, isActive in
                marks?.set(id, isActive: isActive)
            },
            settings: settings, space: space, logger: environment.logger, isSafeMode: isSafeMode,
            suspects: suspects,
            corrections: { [clock = environment.clock] in clock.corrections })
        desk = Box.desk(environment, real, data: settings.data, realRunner.supervisor)
        bench = TrialBench(
            supervisor: realRunner.supervisor,
            connections: { Array(real.factory.connections.values) },
            monotonic: environment.monotonic,
            sleep: environment.sleep)
        demonstratorRunner = stage.map { stage in
            WorldRunner(
                world: stage.world,
                io: Box.io(
                    environment, world: stage.world, data: settings.data, speed: settings.speed),
                settings: settings, space: space, logger: environment.logger)
        }
    }

    /// Where somebody searches the network for machines of the firm.
    private static func desk(
        _ environment: BoxEnvironment, _ real: World, data: String,
        _ supervisor: ConnectorSupervisor
    ) -> ScanDesk {
        let io = Box.io(environment, world: real, data: data, speed: 1)
        return ScanDesk(
            world: ScanWorld(
                clock: io.clock, dialer: io.dialer, jitter: io.jitter, logger: environment.logger),
            isSilenced: { supervisor.isSilenced },
            note: { range, outcome, actor in
                try await real.say(
                    .accessNoted(AccessNote(act: "scanned", object: range, outcome: outcome)),
                    actor: actor)
            })
    }

    /// The world that pages show: the firm's own from its first machine on.
    public var shown: World {
        guard let stage, settings.demonstrator == .on || !real.hasMachine else { return real }
        return stage.world
    }

    /// What reads the firm's own machines.
    var realSupervisor: ConnectorSupervisor { realRunner.supervisor }

    /// A world by its kind, nil when it is not there.
    public func world(_ kind: WorldKind) -> World? {
        kind == .real ? real : stage?.world
    }

    /// What changes, for open pages.
    public func messages() -> AsyncStream<LiveMessage> { feed.messages() }

    /// Whether the box can record now (`/readyz`).
    public var isReady: Bool { shown.health.recordingProblem == nil }

    /// Runs a reading that may block on threads made for it, never on the pool of tasks.
    public func read<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await readers.runIfActive { try body() }
    }

    /// Switches all traffic to machines off, at once.
    public func silence() {
        realRunner.supervisor.silence()
        demonstratorRunner?.supervisor.silence()
    }

    /// Runs both worlds until cancelled.
    ///
    /// `post` sends the made-up factory's lines to the box's own address as any program would,
    /// with the token that it is given.
    public func run(
        post: @escaping @Sendable (_ lines: [UInt8], _ token: String) async throws -> Void
    ) async throws {
        try await noteBoot()
        defer { backups.stop() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.watchSpace() }
            self.takeUpSilence()
            group.addTask { await self.realRunner.run() }
            group.addTask { await self.backUp() }
            group.addTask { await self.watchClock() }
            group.addTask { await self.watchMemory() }
            if !self.isSafeMode {
                group.addTask { await self.bench.run() }
                group.addTask { await self.desk.run() }
            }
            guard let stage = self.stage, let runner = self.demonstratorRunner else { return }
            let token = self.access.demonstratorToken
            group.addTask {
                await self.perform(stage, runner) { lines in try await post(lines, token) }
            }
        }
    }

    /// Plays the made-up factory for as long as it is shown; then its machines fall silent.
    private func perform(
        _ stage: DemonstratorStage, _ runner: WorldRunner,
        post: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            group.addTask {
                do {
                    try await stage.run(post: post)
                } catch is CancellationError {
                    return
                } catch {
                    self.environment.logger.error("demonstrator: \(error)")
                }
            }
            group.addTask {
                do {
                    while self.shown.kind == .demonstrator {
                        try await self.environment.sleep(.seconds(2))
                    }
                } catch {
                    return  // Cancelled: the box stops.
                }
            }
            // The first that ends is the watcher, or a factory that cannot go on.
            await group.next()
            group.cancelAll()
        }
    }

    /// Makes a backup when the newest is old enough, and proves one a week; tells what fails.
    private func backUp() async {
        guard let hours = settings.backupHours, !isSafeMode else { return }
        let logger = environment.logger
        while true {
            do {
                try await environment.sleep(.minutes(10))
                let now = environment.wall()
                let newest = backups.list().first
                // Without a machine there is nothing that could be lost.
                guard real.hasMachine, space.level < .short else { continue }
                if newest.map({ now - $0.made >= .hours(Int64(hours)) }) ?? true {
                    let made = try await backups.make(actor: "box")
                    logger.info("backup: \(made.path), \(made.bytes) bytes")
                }
                let proved = try backups.lastProved()
                if proved.map({ now - $0 >= .hours(24 * 7) }) ?? true {
                    let proof = try await backups.prove(nil, actor: "box")
                    logger.info("backup proved: \(proof.path)")
                }
            } catch is CancellationError {
                return  // The box stops.
            } catch let refused as BackupRefused {
                logger.error("backup: \(refused.says) \(refused.why) \(refused.remedy)")
            } catch {
                logger.error("backup: \(error)")
            }
        }
    }

    /// Waits for the clock to be set, where it was not believed at the start.
    private func watchClock() async {
        while !environment.clock.isTrusted {
            do {
                try await environment.sleep(.seconds(1))
                if let correction = environment.clock.look() { try await follow(correction) }
            } catch is CancellationError {
                return  // The box stops.
            } catch {
                environment.logger.error("clock: \(error)")
            }
        }
    }

    private func follow(_ correction: BoxClock.Correction) async throws {
        environment.logger.warning(
            "the clock was set; it had been off by \(correction.offset.seconds) s")
        try await real.believeClock(correction)
    }

    /// A person says that the clock is right, although something later is stored; false
    /// where it is believed already.
    public func believeClock(actor: String) async throws -> Bool {
        guard let correction = environment.clock.believe() else { return false }
        try await real.say(
            .accessNoted(
                AccessNote(act: "clock-believed", object: "\(correction.offset.seconds) s")),
            actor: actor)
        try await follow(correction)
        return true
    }

    /// Looks at the disk once a second, and says when a level is reached or left.
    private func watchSpace() async {
        let logger = environment.logger
        while true {
            let (before, now) = space.look()
            if before != now {
                logger.log(level: now > before ? .warning : .info, "disk space is \(now)")
            }
            do {
                try await environment.sleep(.seconds(1))
            } catch {
                return  // Cancelled: the box stops.
            }
        }
    }

    /// Looks at the memory every few seconds; what is kept at hand goes before recording does.
    private func watchMemory() async {
        let logger = environment.logger
        while true {
            let (before, now) = memory.look()
            if before != now {
                logger.log(level: now > before ? .warning : .info, "memory is \(now)")
            }
            if now == .over {
                real.journal.releaseMemory()
                stage?.world.journal.releaseMemory()
                MemoryUse.giveBack()
            }
            do {
                try await environment.sleep(.seconds(5))
            } catch {
                return  // Cancelled: the box stops.
            }
        }
    }

    private func noteBoot() async throws {
        let id = SecretText.hexadecimal(SecretText.random(8))
        try await real.say(
            .boot(id: id, wall: environment.wall(), monotonic: environment.monotonic()),
            actor: "box")
    }

    /// A fresh setup code, also left in a private file; nil when the box has an owner (S-02).
    public func offerSetupCode() async throws -> String? {
        let path = settings.data + "/secrets/setup-code"
        guard let code = try await access.newSetupCode() else {
            PrivateFile.remove(path)
            return nil
        }
        try PrivateFile.write(code, to: path)
        return code
    }

    /// Commits what waits and closes everything; the folder's lock goes with the box.
    public func close() async throws {
        feed.finish()
        try await stage?.world.close()
        try await real.close()
        try await readers.shutdownGracefully()
        if !isCommand { RestartRecord.end(settings.data) }
    }

    private static func io(
        _ environment: BoxEnvironment, world: World, data: String, speed: Double,
        watch: @escaping @Sendable (Slug, Bool) -> Void = { _, _ in }
    ) -> ConnectorIO {
        let sleep = environment.sleep
        let clock = CaptureClock(
            wall: { world.time }, monotonic: environment.monotonic,
            sleep: { elapsed in
                try await sleep(
                    Elapsed(nanoseconds: Int64(Double(elapsed.nanoseconds) / speed)))
            })
        let random = environment.random
        let opcua = OPCUAKeeper(folder: data + "/secrets/opc-ua", now: { world.time })
        return ConnectorIO(
            clock: clock, dialer: NIODialer.dialer(on: environment.threads),
            logger: environment.logger, jitter: { Double(random() >> 11) / 9_007_199_254_740_992 },
            secret: { reference async throws(ConnectorError) in
                try SecretFile.read(reference, folder: data + "/secrets/connections")
            },
            opcua: { () async throws(ConnectorError) in try opcua.application() },
            registry: world,
            cursor: { source async throws(ConnectorError) in try world.cursor(of: source) },
            watch: watch)
    }
}
