// What the command line asks of the running box.

import Capture
import Foundation
import Journal
import Loop
import Plant
import Understand
import Web
import Wire

/// The console of the running box.
struct RunningConsole: ConsoleDoor {
    let box: Box

    func factoryText(of world: WorldKind) -> String {
        (box.world(world) ?? box.real).factoryText()
    }

    func apply(
        factoryText: String, file: String, isApplied: Bool, actor: String
    ) async throws -> [String] {
        do {
            return try await box.real.apply(
                factoryText: factoryText, file: file, apply: isApplied, actor: actor)
        } catch let flaw as FileFlaw {
            throw FlawInText(
                line: flaw.line, column: flaw.column, place: flaw.place, says: flaw.says,
                remedy: flaw.remedy)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func configure(_ event: FactoryEvent, actor: String) async throws -> StoredEvent {
        do {
            return try await box.real.say(event, actor: actor)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func setOwner(name: String, passPhrase: String) async throws -> [String] {
        do {
            let entrance = try await box.access.claim(
                code: nil, name: name, passPhrase: passPhrase, site: box.real.factory.name)
            try await box.access.signOut(entrance.session)
            return entrance.recoveryCodes
        } catch let refusal as AccessRefused {
            throw RefusedSaying(
                field: refusal.field, says: refusal.says, remedy: refusal.remedy)
        }
    }

    func tokens() async throws -> [TokenFacts] {
        try box.access.tokens().map {
            TokenFacts(
                id: $0.id, name: $0.name, scopes: $0.scopes, created: $0.created, used: $0.used,
                revoked: $0.revoked)
        }
    }

    func makeToken(
        name: String, scopes: Set<String>, actor: String
    ) async throws -> (id: String, text: String) {
        do {
            return try await box.access.makeToken(name: name, scopes: scopes, actor: actor)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func endToken(_ id: String, actor: String) async throws -> Bool {
        try await box.access.endToken(id, actor: actor)
    }

    func believeClock(actor: String) async throws -> Bool {
        try await box.believeClock(actor: actor)
    }

    func undoImport(_ number: UInt32, actor: String) async throws -> Bool {
        try await box.real.takeBack(import: number, actor: actor)
    }

    func seal(_ world: WorldKind) async throws -> (chunks: Int, samples: Int, bytes: Int) {
        try await (box.world(world) ?? box.real).seal()
    }

    func history(_ world: WorldKind) async throws -> HistoryFacts {
        let asked = box.world(world) ?? box.real
        return try await box.read { try asked.historyFacts() }
    }

    func compact(_ world: WorldKind) async throws -> HistoryFacts {
        try await (box.world(world) ?? box.real).compact()
    }

    func verify(
        _ world: WorldKind, rebuild: Bool, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> WalkReport {
        let walked = box.world(world) ?? box.real
        let found = try await box.read {
            try walked.verification(rebuild: rebuild, progress: progress)
        }
        return WalkReport(
            entries: found.entries, chunks: found.chunks, findings: found.findings)
    }
}
