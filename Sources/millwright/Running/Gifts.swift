// What the running box gives to other systems: agents of both worlds, and what is published.

import Capture
import Foundation
import Loop
import NIOPosix
import Plant
import Share
import Synchronization
import Web

/// What the running box gives to other systems.
final class Gifts: GivingDoor {
    /// When the state of a machine was last looked at, and what was seen.
    private struct Looked {
        var standing: GivenStanding
        var at: Elapsed
    }

    private struct State {
        var publishers: [Publisher] = []
        /// Grows with each change of the settings.
        var version = 0
        var changed: [WorldKind: Set<Slug>] = [:]
        var looked: [WorldKind: [Slug: Looked]] = [:]
    }

    private let box: Box
    private let settings: Settings
    private let state = Mutex(State())
    private let desks: [WorldKind: AgentDesk]

    init(box: Box, settings: Settings) {
        self.box = box
        self.settings = settings
        var desks: [WorldKind: AgentDesk] = [:]
        for kind in [WorldKind.real, .demonstrator] {
            desks[kind] = AgentDesk(
                wall: { box.world(kind)?.time ?? SystemClocks.wall() },
                now: SystemClocks.sinceBoot)
        }
        self.desks = desks
    }

    private var file: GivingFile { GivingFile(data: box.settings.data) }

    var isMTConnectOpen: Bool { settings.isMTConnectOpen }

    func settings() async throws -> GivingSettings? { try await box.read { self.file.settings() } }

    func keep(_ settings: GivingSettings, actor: String) async throws {
        if settings.isOn { try settings.check() }
        try await box.access.noteGiving(actor: actor)
        try await box.read { try self.file.keep(settings) }
        state.withLock { $0.version += 1 }
    }

    func attempt(_ settings: GivingSettings) async throws {
        try await GivingTrial.run(
            settings, clock: Self.clock,
            dialer: try SecureDialing.dialer(settings, on: MultiThreadedEventLoopGroup.singleton))
    }

    var standings: [GivingStanding] {
        state.withLock { $0.publishers }.map(\.standing)
    }

    func examples(_ settings: GivingSettings) async throws -> [GivenTopic] {
        let site = try await box.read { [box] in
            try box.real.givenSite(chosen: settings.machines)
        }
        let picture = try await picture(of: .real, site, isFresh: true)
        let topics = TopicTree(site, level: settings.site).topics(of: picture)
        // The state of each machine first, then what is measured.
        let states = topics.filter { $0.name.hasSuffix("/state") }
        let others = topics.filter { !$0.name.hasSuffix("/state") }
        let half = ShareLimits.examples / 2
        return Array((states.prefix(half) + others).prefix(ShareLimits.examples))
    }

    func agent(of kind: WorldKind) async throws -> AgentDesk? {
        guard let desk = desks[kind], let world = box.world(kind) else { return nil }
        if !desk.isAwake {
            let site = try await box.read { try world.givenSite() }
            desk.take(try await picture(of: kind, site, isFresh: true), of: site)
        }
        return desk
    }

    static let clock = CaptureClock(
        wall: SystemClocks.wall, monotonic: SystemClocks.sinceBoot,
        sleep: { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) })

    /// Grows with each change of the settings.
    var version: Int { state.withLock { $0.version } }

    /// Notes that a machine changed, so that its state is looked at soon.
    func note(_ message: LiveMessage) {
        guard case .machine(let machine) = message else { return }
        state.withLock { state in
            for kind in [WorldKind.real, .demonstrator] {
                state.changed[kind, default: []].insert(machine)
            }
        }
    }

    /// The publishers of the settings as they are, empty where nothing is published.
    func publishers() async throws -> [Publisher] {
        state.withLock { $0.publishers = [] }
        guard let settings = try await settings(), settings.isOn else { return [] }
        let site = try await box.read { [box] in
            try box.real.givenSite(chosen: settings.machines)
        }
        let births = try await box.read { self.file.birthDeath() }
        let surroundings = PublisherSurroundings(
            clock: Self.clock,
            dialer: try SecureDialing.dialer(
                settings, on: MultiThreadedEventLoopGroup.singleton),
            jitter: { Double.random(in: 0..<1) },
            keep: { [box] number in
                // A disk that cannot be written costs a number that comes twice, nothing more.
                do { try await box.read { try self.file.keep(birthDeath: number) } } catch {
                    return
                }
            })
        let publishers = try settings.forms.map { form in
            try Publisher(
                settings, form, site: site, birthDeath: births, surroundings: surroundings)
        }
        state.withLock { $0.publishers = publishers }
        return publishers
    }

    /// Looks at the machines and tells everybody who wants to know; nothing where nobody does.
    func look(_ publishers: [Publisher]) async throws {
        for (kind, desk) in desks where desk.rest() {
            guard let world = box.world(kind) else { continue }
            let site = try await box.read { try world.givenSite() }
            desk.take(try await picture(of: kind, site), of: site)
        }
        guard let settings = publishers.first?.settings else { return }
        let site = try await box.read { [box] in
            try box.real.givenSite(chosen: settings.machines)
        }
        let picture = try await picture(of: .real, site)
        for publisher in publishers { publisher.take(picture, of: site) }
    }

    /// What the machines of a site do.
    ///
    /// A state is read again where its machine changed, and now and then: it changes by the clock
    /// too. `isFresh` reads them all.
    private func picture(
        of kind: WorldKind, _ site: GivenSite, isFresh: Bool = false
    ) async throws -> GivenPicture {
        guard let world = box.world(kind) else {
            return GivenPicture(time: SystemClocks.wall(), standings: [:], values: [:])
        }
        let now = SystemClocks.sinceBoot()
        let due = state.withLock { state in
            let changed = state.changed[kind] ?? []
            return site.machines.map(\.id).filter { machine in
                guard !isFresh, let looked = state.looked[kind]?[machine] else { return true }
                let age = now - looked.at
                return age >= ShareLimits.stateRenewal
                    || (changed.contains(machine) && age >= ShareLimits.stateLook)
            }
        }
        let found = try await box.read {
            try due.map { machine in (machine, try world.givenStanding(of: machine)) }
        }
        return state.withLock { state in
            for (machine, standing) in found {
                state.looked[kind, default: [:]][machine] = standing.map {
                    Looked(standing: $0, at: now)
                }
                state.changed[kind]?.remove(machine)
            }
            let standings = (state.looked[kind] ?? [:]).mapValues(\.standing)
            return GivenPicture(
                time: world.time, standings: standings, values: world.newestValues())
        }
    }

    /// What changes in the box.
    func messages() -> AsyncStream<LiveMessage> { box.messages() }
}
