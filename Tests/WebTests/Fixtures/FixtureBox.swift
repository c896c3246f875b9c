// A box around fixture worlds, with an authorisation point that tests can set.

import Plant
import Synchronization
import Web

@testable import Loop

/// A fixed box.
final class FixtureBox: BoxDoor, Sendable {
    /// Who may do what.
    enum Rule: Sendable {
        /// Everybody may do everything.
        case open
        /// Nobody is signed in.
        case closed
        /// Signed in, but may not.
        case forbidden
        /// No owner yet.
        case setup
        /// Only with the token `mw_secret`.
        case token
    }

    let world: FixtureWorld
    let rule: Rule
    let readiness: Bool
    let hosts: Set<String>
    let messageSource: AsyncStream<LiveMessage>
    let sender: AsyncStream<LiveMessage>.Continuation

    init(
        _ story: FixtureStory = .typical, kind: WorldKind = .demonstrator, rule: Rule = .open,
        isReady: Bool = true, hosts: Set<String> = ["localhost", "127.0.0.1"]
    ) {
        world = FixtureWorld(story, kind: kind)
        self.rule = rule
        readiness = isReady
        self.hosts = hosts
        (messageSource, sender) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    var shownWorld: any WorldDoor { world }
    func world(_ kind: WorldKind) -> (any WorldDoor)? { kind == world.kind ? world : nil }
    var isReady: Bool { readiness }
    var connecting: (any ConnectDoor)? { FixtureConnect() }
    var allowedHosts: Set<String> { hosts }
    func messages() -> AsyncStream<LiveMessage> { messageSource }

    func facts() async throws -> BoxFacts {
        BoxFacts(
            version: "0.1.0", world: world.kind, started: FixtureDay.now - .seconds(38),
            samples: 25_312_440, bytes: 412_000_000, freeBytes: 88_000_000_000, entries: 1204,
            dropped: ["intake/queue-full": 0], durabilityWindow: .seconds(1), sqlite: "3.40.1",
            hasOwner: rule != .setup,
            warnings: world.story == .partly ? ["No backup for 3 days."] : [])
    }

    func metrics() async -> [BoxMetric] {
        [
            BoxMetric(
                name: "samples_stored_total", help: "Samples stored since the start.",
                kind: .counter, labels: [:], value: 1234),
            BoxMetric(
                name: "dropped_total", help: "Samples dropped.", kind: .counter,
                labels: ["stage": "intake", "reason": "say \"full\""], value: 0),
            BoxMetric(
                name: "dropped_total", help: "Samples dropped.", kind: .counter,
                labels: ["stage": "head", "reason": "late"], value: 2),
            BoxMetric(
                name: "disk_free_bytes", help: "Free bytes.", kind: .gauge, labels: [:],
                value: 8.8e10),
        ]
    }

    func decide(_ visitor: Visitor, _ action: WebAction) async throws -> Verdict {
        switch rule {
        case .open: return .allowed(actor: "visitor", world: world.kind)
        case .closed:
            return .refused(
                mayHelpToSignIn: true, says: "Nobody is signed in.", remedy: "Sign in first.")
        case .forbidden:
            return .refused(
                mayHelpToSignIn: false, says: "Only a production manager can do that.",
                remedy: "Ask Sarah.")
        case .setup: return .setupFirst
        case .token:
            return visitor.bearer == "mw_secret"
                ? .allowed(actor: "telegraf", world: world.kind)
                : .refused(
                    mayHelpToSignIn: true, says: "This token is not known here.",
                    remedy: "Make one with: millwright token create.")
        }
    }

    func claim(
        code: String, name: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance {
        guard code == "ABCD-EFGH-JKMN" else {
            throw EntranceRefused(
                field: "code", says: "This is not the setup code.",
                remedy: "It stands where the box was started.")
        }
        return Entrance(
            session: "session-1", name: name, recoveryCodes: ["AAAA-BBBB", "CCCC-DDDD"])
    }

    func signIn(
        name: String, passPhrase: String, code: String, device: String?,
        from origin: AccessOrigin
    ) async throws -> Entrance {
        guard passPhrase == "correct horse battery" else {
            throw EntranceRefused(
                field: "pass_phrase", says: "The name or the pass phrase is not right.",
                remedy: "Try again.")
        }
        return Entrance(session: "session-2", name: name)
    }

    var people: (any PeopleDoor)? { FixturePeople() }
    var backups: (any BackupDoor)? { FixtureBackups() }

    func signOut(session: String) async throws {}
}
