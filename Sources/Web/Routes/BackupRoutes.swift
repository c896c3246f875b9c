// Backups for the command line and for programs.

import Hummingbird
import Loop
import Plant

/// Routes about backups.
enum BackupRoutes {
    private static let document = Route.Content(types: ["application/json"])

    /// All of them.
    static let all: [Route] = [
        Route(
            method: .get, path: "/api/v1/backups", need: .permission(.administer),
            summary: "Backups, the newest first, and how it stands with them.", group: "Backup",
            answer: document, run: list),
        Route(
            method: .post, path: "/api/v1/backups", need: .permission(.administer),
            summary: "Makes a backup now.", group: "Backup", body: document, answer: document,
            status: .created, problems: [.badRequest, .refused], run: make),
        Route(
            method: .post, path: "/api/v1/backups/verify", need: .permission(.administer),
            summary: "Restores a backup into a scratch place, walks it and compares.",
            group: "Backup", body: document, answer: document,
            problems: [.badRequest, .refused], run: prove),
        Route(
            method: .post, path: "/api/v1/backups/key", need: .permission(.administer),
            summary: "The key that opens backups on any box.", group: "Backup",
            answer: document, run: key),
        Route(
            method: .post, path: "/api/v1/backups/restore", need: .permission(.administer),
            summary: "Lays a restore ready; it takes effect when the box starts again.",
            group: "Backup", body: document, answer: document,
            problems: [.badRequest, .refused], run: restore),
    ]

    private static func door(_ ask: Ask) throws -> any BackupDoor {
        guard let door = ask.site.box.backups else {
            throw Problem(.notFound, "This box has no backups.")
        }
        return door
    }

    private static func facts(_ facts: BackupFacts) -> JSONValue {
        .object([
            ("path", .text(facts.path)), ("made", .time(facts.made)), ("site", .text(facts.site)),
            ("program", .text(facts.program)), ("bytes", .whole(Int64(facts.bytes))),
            ("content_bytes", .whole(Int64(facts.content))),
            ("files", .whole(Int64(facts.files))),
        ])
    }

    private static func list(_ ask: Ask) async throws -> Response {
        let door = try door(ask)
        let standing = try await door.standing()
        return Answer.json(
            .object([
                ("items", .list(try await door.list().map(facts))),
                ("last_proved", .time(standing.proved)),
                ("second_place", .text(orNull: standing.second)),
                ("warnings", .list(standing.warnings.map { .text($0) })), ("next", .null),
            ]))
    }

    private static func make(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let made = try await door(ask).make(
            to: content["to"]?.text.flatMap { $0.isEmpty ? nil : $0 }, actor: ask.actor)
        return Answer.json(facts(made), status: .created)
    }

    private static func prove(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let proof = try await door(ask).prove(
            content["path"]?.text, key: content["key"]?.text, actor: ask.actor)
        return Answer.json(
            .object([
                ("path", .text(proof.path)), ("files", .whole(Int64(proof.files))),
                ("entries", .whole(proof.entries)), ("chunks", .whole(Int64(proof.chunks))),
                ("compared_day", .text(orNull: proof.comparedDay)),
            ]))
    }

    private static func key(_ ask: Ask) async throws -> Response {
        Answer.json(.object([("key", .text(try await door(ask).key(actor: ask.actor)))]))
    }

    private static func restore(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let ready = try await door(ask).prepareRestore(
            content["path"]?.text ?? "", key: content["key"]?.text ?? "", actor: ask.actor)
        return Answer.json(
            .object([
                ("backup", facts(ready.facts)), ("kept_aside", .text(ready.keptAside)),
            ]))
    }
}
