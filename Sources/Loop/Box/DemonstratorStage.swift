// The made-up factory as a world: its history stored, its machines live on real protocols.

import Capture
import Demonstrator
import Historian
import Journal
import Logging
import Plant
import Synchronization

/// Sets the demonstrator's stage and keeps it alive.
final class DemonstratorStage: Sendable {
    let world: World
    let script: FactoryScript
    private let live: LiveFactory
    private let clock: ScriptClock
    private let logger: Logger
    private let environment: BoxEnvironment

    /// Time of the script: real time, or faster from the start of the program on.
    struct ScriptClock: Sendable {
        let start: Timestamp
        let speed: Double
        let wall: @Sendable () -> Timestamp

        var now: Timestamp {
            guard speed != 1 else { return wall() }
            let real = (wall() - start).nanoseconds
            return start + Elapsed(nanoseconds: Int64(Double(real) * speed))
        }
    }

    /// Opens or makes the demonstrator's folder; says how far it has come.
    static func open(
        folder: String, settings: Settings, environment: BoxEnvironment, feed: LiveFeed,
        space: SpaceWatch, progress: @Sendable (String) -> Void
    ) async throws -> DemonstratorStage {
        let wall = environment.wall()
        let clock = ScriptClock(start: wall, speed: settings.speed, wall: environment.wall)
        let surroundings = World.Surroundings(
            clock: { clock.now }, random: environment.random, zoneRules: environment.zoneRules,
            isDiskFull: { space.level == .scarce })
        var world = try World.open(
            .demonstrator, folder: folder, surroundings: surroundings, feed: feed)
        var origin = try await storedOrigin(of: world)
        if let known = origin,
            known.seed != settings.seed || wall - known.time > DemonstratorStage.longestSleep
                || wall < known.time
        {
            progress("The made-up factory is out of date and is made anew.")
            try await world.close()
            try DemonstratorStage.clear(folder)
            world = try World.open(
                .demonstrator, folder: folder, surroundings: surroundings, feed: feed)
            origin = nil
        }
        let zone = environment.zoneRules("Europe/London") ?? .utc
        let script = FactoryScript(
            seed: settings.seed, now: origin?.time ?? wall, zone: zone)
        let stage = try DemonstratorStage(
            world: world, script: script, clock: clock, environment: environment)
        try await stage.fill(isNew: origin == nil, progress: progress)
        return stage
    }

    /// How long the box may have been off before the made-up factory is made anew.
    private static let longestSleep = Elapsed.hours(72)

    private init(
        world: World, script: FactoryScript, clock: ScriptClock, environment: BoxEnvironment
    ) throws {
        self.world = world
        self.script = script
        self.clock = clock
        self.environment = environment
        logger = environment.logger
        live = LiveFactory(
            script: script, clock: { clock.now }, threads: environment.threads)
    }

    private static func storedOrigin(
        of world: World
    ) async throws -> (time: Timestamp, seed: UInt64)? {
        let events = try world.journal.events(
            after: 0, limit: 1, kinds: ["demonstrator.made"], newestFirst: true)
        guard case .other(_, let facts)? = events.first?.event,
            let text = facts["now"]?.text, let time = Timestamp(rfc3339: text),
            let digits = facts["seed"]?.text, let seed = UInt64(digits)
        else { return nil }
        return (time, seed)
    }

    /// Stores the history, or the time that passed while the box was off.
    private func fill(isNew: Bool, progress: @Sendable (String) -> Void) async throws {
        if isNew {
            progress("Making six weeks of history. About 10 seconds, once.")
            try await storeHistory()
            try await storeHappenings(TimeRange(start: .distantPast, end: script.now))
            let origin = Fact.object([
                "now": .text(script.now.rfc3339), "seed": .text(String(script.seed)),
            ])
            _ = try await world.journal.append([
                EventDraft(
                    id: world.newEventID(), actor: "demonstrator",
                    event: .other(kind: "demonstrator.made", facts: origin))
            ])
            try await fillGap(since: script.now)
        } else {
            try await fillGap(since: lastStored ?? script.now)
            try await storeHappenings(TimeRange(start: try lastHappening(), end: clock.now))
        }
        try world.refreshStates()
    }

    /// Stores what would have been sampled since a time.
    private func fillGap(since: Timestamp) async throws {
        try await script.continuation(in: TimeRange(start: since, end: clock.now)) { batches in
            _ = try await self.world.samples.append(batches, cursors: [])
        }
    }

    private var lastStored: Timestamp? {
        world.samples.lastValues().values.map(\.time).max()
    }

    private func lastHappening() throws -> Timestamp {
        let events = try world.journal.events(
            after: 0, limit: LoopLimits.recentEntries, kinds: nil, newestFirst: true)
        return events.first { $0.actor == "demonstrator" }?.recorded ?? script.now
    }

    private func storeHistory() async throws {
        var drafts: [EventDraft] = []
        for event in script.configuration() {
            drafts.append(EventDraft(id: world.newEventID(), actor: "demonstrator", event: event))
        }
        _ = try await world.journal.append(
            drafts, recorded: Array(repeating: script.historyStart, count: drafts.count))
        try await script.history { batches in
            try await self.world.samples.store(history: batches)
        }
    }

    private func storeHappenings(_ range: TimeRange) async throws {
        let happenings = script.happenings(in: range)
        guard !happenings.isEmpty else { return }
        _ = try await world.journal.append(
            happenings.map {
                EventDraft(id: world.newEventID(), actor: "demonstrator", event: $0.event)
            },
            recorded: happenings.map(\.recorded))
        for happening in happenings {
            if let machine = happening.event.machine { world.feed.tell(.machine(machine)) }
        }
    }

    /// Keeps the factory alive: Modbus servers, lines sent over HTTP, what people say.
    ///
    /// `post` sends line protocol to the box as any program would.
    func run(post: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let ports = try await live.start()
        try await pointConnections(at: ports)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.live.run(post: post) }
            group.addTask { await self.tellHappenings() }
        }
    }

    /// The Modbus servers listen on ports that the system chose: the connections follow.
    private func pointConnections(at address: String) async throws {
        for connection in world.factory.connections.values.sorted(by: { $0.id < $1.id })
        where connection.kind == "modbus-tcp" && connection.settings["address"] != address {
            var settings = connection.settings
            settings["address"] = address
            let moved = Connection(id: connection.id, kind: connection.kind, settings: settings)
            try await world.say(.connectionSet(moved), actor: "demonstrator")
        }
    }

    private func tellHappenings() async {
        var told = clock.now
        while !Task.isCancelled {
            do {
                try await environment.sleep(.seconds(1))
                let now = clock.now
                try await storeHappenings(TimeRange(start: told, end: now))
                told = now
            } catch is CancellationError {
                return
            } catch {
                logger.error("demonstrator: \(error)")
            }
        }
    }

    private static func clear(_ folder: String) throws(DataFolderRefused) {
        try FolderRemoval.remove(folder)
    }
}
