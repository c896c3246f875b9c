// One data folder come alive: its two stores, its observed states, its clock.

import Capture
public import Historian
public import Journal
public import Plant
import Synchronization
import Understand

/// A world: the firm's own data, or the made-up factory.
///
/// The two are never mixed (decisions 34).
public final class World: Sendable {
    /// Which of the two.
    public let kind: WorldKind
    /// Its data folder.
    public let folder: String
    /// What people and rules did.
    public let journal: JournalStore
    /// What machines measured.
    public let samples: SampleStore
    /// Health of its connections.
    public let health: ConnectionBoard
    /// What was dropped since start.
    public let drops: DropCounts
    let ledger: StateLedger
    let intake: Intake
    let turns = TurnTaking()
    /// The journal's entry up to which closed shifts were looked at again; nil before the first.
    let revisedUpTo = Mutex<Int64?>(nil)
    let feed: LiveFeed
    /// Line protocol into this world.
    let lines = Mutex<LineProtocolIntake?>(nil)
    let surroundings: Surroundings
    private let clock: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64
    private let zoneRules: @Sendable (String) -> ZoneRules?
    private let zones = Mutex<[String: ZoneRules]>([:])

    /// What a world needs from outside.
    public struct Surroundings: Sendable {
        /// The world's own time.
        public let clock: @Sendable () -> Timestamp
        /// Random bits for ids.
        public let random: @Sendable () -> UInt64
        /// Rules of a zone by name, nil when unknown.
        public let zoneRules: @Sendable (String) -> ZoneRules?
        /// Whether the disk has no room left for samples.
        public let isDiskFull: @Sendable () -> Bool

        /// Surroundings from functions.
        public init(
            clock: @escaping @Sendable () -> Timestamp,
            random: @escaping @Sendable () -> UInt64,
            zoneRules: @escaping @Sendable (String) -> ZoneRules?,
            isDiskFull: @escaping @Sendable () -> Bool = { false }
        ) {
            self.isDiskFull = isDiskFull
            self.clock = clock
            self.random = random
            self.zoneRules = zoneRules
        }
    }

    /// Opens the stores of a folder, making them if they are not there.
    public static func open(
        _ kind: WorldKind, folder: String, surroundings: Surroundings, feed: LiveFeed
    ) throws -> World {
        let journal = try JournalStore.open(
            folder: folder, clock: surroundings.clock, random: surroundings.random)
        let samples = try SampleStore.open(folder: folder, options: HistorianOptions())
        return World(kind, folder, journal, samples, surroundings, feed)
    }

    private init(
        _ kind: WorldKind, _ folder: String, _ journal: JournalStore, _ samples: SampleStore,
        _ surroundings: Surroundings, _ feed: LiveFeed
    ) {
        self.kind = kind
        self.folder = folder
        self.journal = journal
        self.samples = samples
        self.feed = feed
        self.surroundings = surroundings
        clock = surroundings.clock
        random = surroundings.random
        zoneRules = surroundings.zoneRules
        health = ConnectionBoard()
        drops = DropCounts()
        ledger = StateLedger()
        intake = Intake(
            samples: samples, ledger: ledger, drops: drops, isDiskFull: surroundings.isDiskFull
        ) { machines in
            for machine in machines.sorted() { feed.tell(.machine(machine)) }
        }
    }

    /// The world's own now.
    public var time: Timestamp { clock() }
    /// The configuration as it is.
    public var factory: Factory { journal.factory }
    /// Whether a machine has been confirmed.
    public var hasMachine: Bool { factory.machines.values.contains { !$0.isRetired } }

    /// Rules of the site's zone; UTC where the system does not know it.
    public var zone: ZoneRules {
        let name = factory.zone
        return zones.withLock { known in
            if let rules = known[name] { return rules }
            let rules = zoneRules(name) ?? .utc
            known[name] = rules
            return rules
        }
    }

    /// Rules of a zone by name, nil when the system does not know it.
    func zoneRules(named name: String) -> ZoneRules? { zoneRules(name) }

    /// Working time of the site.
    public var calendar: ShiftCalendar { factory.calendar(zone: zone) }

    /// An id for an event born here.
    public func newEventID() -> EventID {
        EventID(time: clock(), random: (random(), random()))
    }

    /// Says one thing: checked, stored, flushed when it returns (class D1).
    ///
    /// A repeat of an id has no second effect and gives the first answer.
    @discardableResult
    public func say(
        _ event: FactoryEvent, id: EventID? = nil, actor: String
    ) async throws -> StoredEvent {
        let stored = try await say([event], ids: id.map { [$0] } ?? [], actor: actor)
        guard let first = stored.first else {
            throw RefusedEvent(
                field: "", says: "The entry was not stored.", remedy: "Try again.")
        }
        return first
    }

    /// Says several things in one transaction.
    public func say(
        _ events: [FactoryEvent], ids: [EventID] = [], actor: String
    ) async throws -> [StoredEvent] {
        try await turns.take { [self] in
            try await sayInTurn(events, ids: ids, actor: actor)
        }
    }

    /// Says several things while holding the turn already.
    func sayInTurn(
        _ events: [FactoryEvent], ids: [EventID] = [], actor: String
    ) async throws -> [StoredEvent] {
        var drafts: [EventDraft] = []
        var factory = self.factory
        let now = time
        let held = try journal.held(ids)
        for (index, event) in events.enumerated() {
            let isRepeat = index < ids.count && held.contains(ids[index])
            if !isRepeat { try EventCheck.check(event, factory, now: now) }
            factory.apply(event, recorded: now)
            let id = index < ids.count ? ids[index] : newEventID()
            drafts.append(EventDraft(id: id, actor: actor, event: event))
        }
        let stored = try await journal.append(drafts)
        try refreshStates()
        tell(of: events)
        return stored
    }

    private func tell(of events: [FactoryEvent]) {
        for machine in Set(events.compactMap(\.machine)).sorted() { feed.tell(.machine(machine)) }
        let hasNew = events.contains { if case .machineAdded = $0 { true } else { false } }
        if hasNew { feed.tell(.world(kind)) }
    }

    /// Reads states again where rules or stored samples changed.
    func refreshStates() throws {
        let factory = self.factory
        let rules = factory.machines.mapValues(\.stateRules)
        let now = time
        let stale = ledger.stale(rules)
        // What was stored before the clock was put back lies in its future: it is not told as now.
        let ahead: Elapsed =
            try !stale.isEmpty && clockSteps().isSetBack(at: now) ? .zero : .hours(24)
        for machine in stale {
            let own = rules[machine] ?? []
            let from = now - LoopLimits.episodeReach
            let range = TimeRange(start: from, end: now + ahead)
            // Looked up first: what is committed meanwhile is in both, and counts once.
            let unsettled = intake.unsettled
            var read = try stateSeries(own, range)
            for signal in read.series.keys {
                read.series[signal]?.take(unsettled, of: signal, in: range)
            }
            ledger.start(
                machine, rules: own, series: read.series, before: read.before, from: from)
        }
    }

    /// Stored samples of the signals of state rules, and the last ones from before.
    func stateSeries(
        _ rules: [Dated<StateRule>], _ range: TimeRange
    ) throws -> (series: [SignalID: SampleSeries], before: [SignalID: LastValue]) {
        var series: [SignalID: SampleSeries] = [:]
        var before: [SignalID: LastValue] = [:]
        for signal in Set(rules.flatMap(\.value.signals)) {
            series[signal] = try samples.series(of: signal, in: range)
            before[signal] = try samples.last(of: signal, before: range.start)
        }
        return (series, before)
    }

    /// Commits what waits and closes both stores.
    public func close() async throws {
        try await intake.commit()
        await samples.close()
        try journal.close()
    }
}
