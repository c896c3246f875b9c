// Addresses for the command line and for integrators: the site as text, keys, checks, exports.

import Hummingbird
import Loop
import Plant

/// Routes that change or check the box as a whole.
enum ConsoleRoutes {
    private static let document = Route.Content(types: ["application/json"])
    private static let toml = Route.Content(types: ["application/toml"])

    /// All of them.
    static let all: [Route] = [
        Route(
            method: .get, path: "/api/v1/factory", need: .permission(.look),
            summary: "The whole site as factory.toml.", group: "Site", answer: toml,
            run: factory),
        Route(
            method: .post, path: "/api/v1/factory", need: .permission(.configure),
            summary: "Makes the site what the text says; with apply=0 only says what would change.",
            group: "Site",
            parameters: [
                .init(name: "apply", place: .query, says: "1 to do it, 0 to look."),
                .init(name: "name", place: .query, says: "The file's name, for messages."),
            ], body: toml, answer: document, problems: [.badRequest, .refused],
            run: applyFactory),
        Route(
            method: .post, path: "/api/v1/configuration", need: .permission(.configure),
            summary: "Says one configuration event, such as machine.added.", group: "Site",
            body: document, answer: document, status: .created,
            problems: [.badRequest, .refused], run: configure),
        Route(
            method: .post, path: "/api/v1/signals/{signal}/assign", need: .permission(.configure),
            summary: "Says which machine a signal belongs to, its stored history included.",
            group: "Signals",
            parameters: [
                .init(
                    name: "signal", place: .path, says: "Number of the signal.",
                    type: "integer", isRequired: true)
            ], body: document, answer: document, status: .created,
            problems: [.badRequest, .notFound, .refused], run: assign),
        Route(
            method: .post, path: "/api/v1/setup", need: .permission(.administer),
            summary: "Names the owner of the box and sets the pass phrase, from the box itself.",
            group: "Box", body: document, answer: document, problems: [.badRequest, .refused],
            run: setup),
        Route(
            method: .get, path: "/api/v1/tokens", need: .permission(.administer),
            summary: "Tokens of programs.", group: "Box", answer: document, run: tokens),
        Route(
            method: .post, path: "/api/v1/tokens", need: .permission(.administer),
            summary: "Makes a token; its text is given once.", group: "Box", body: document,
            answer: document, status: .created, problems: [.badRequest, .refused],
            run: makeToken),
        Route(
            method: .delete, path: "/api/v1/tokens/{token}", need: .permission(.administer),
            summary: "Ends a token.", group: "Box",
            parameters: [
                .init(
                    name: "token", place: .path, says: "Id of the token.", isRequired: true)
            ], status: .noContent, problems: [.notFound], run: endToken),
        Route(
            method: .post, path: "/api/v1/imports/{number}/undo", need: .permission(.configure),
            summary: "Takes an import back: its samples no longer count.", group: "Data in",
            parameters: [
                .init(
                    name: "number", place: .path, says: "Number of the import.",
                    type: "integer", isRequired: true)
            ], status: .noContent, problems: [.notFound], run: undoImport),
        Route(
            method: .post, path: "/api/v1/clock/believed", need: .permission(.administer),
            summary: "Says that the clock is right though something later is stored; samples that"
                + " were kept apart are moved.",
            group: "Box", answer: Route.Content(types: ["application/json"]), run: believeClock),
        Route(
            method: .post, path: "/api/v1/history/seal", need: .permission(.administer),
            summary: "Moves the newest samples into sealed chunks now, as the box does by itself"
                + " every hour.",
            group: "Box", answer: Route.Content(types: ["application/json"], schema: "Sealed"),
            run: seal),
        Route(
            method: .get, path: "/api/v1/history", need: .permission(.look),
            summary: "How much is stored: bytes, samples and chunks of each file.",
            group: "Box", answer: Route.Content(types: ["application/json"], schema: "History"),
            run: history),
        Route(
            method: .post, path: "/api/v1/history/compact", need: .permission(.administer),
            summary: "Seals what is new, merges small chunks and gives free space back; every"
                + " answer stays as it was.",
            group: "Box", answer: Route.Content(types: ["application/json"], schema: "History"),
            run: compact),
        Route(
            method: .post, path: "/api/v1/verify", need: .permission(.administer),
            summary: "Walks the hash chain and every checksum; a line of progress at a time.",
            group: "Box",
            parameters: [
                .init(
                    name: "rebuild", place: .query,
                    says: "1 to make everything derived again and compare it.", type: "integer")
            ], answer: Route.Content(types: ["application/x-ndjson"]), run: verify),
    ]

    private static func door(_ ask: Ask) throws -> any ConsoleDoor {
        guard let door = ask.site.box.console else {
            throw Problem(.notFound, "This box has no console.")
        }
        return door
    }

    private static func factory(_ ask: Ask) async throws -> Response {
        let text = try door(ask).factoryText(of: ask.world.kind)
        return Answer.bytes(Array(text.utf8), type: "application/toml")
    }

    private static func applyFactory(_ ask: Ask) async throws -> Response {
        let bytes = try await ask.body(limit: ask.site.limits.bodyBytes)
        let isApplied = ask.query["apply"] == "1"
        do {
            let changes = try await door(ask).apply(
                factoryText: String(decoding: bytes, as: UTF8.self),
                file: ask.query.filled("name") ?? "factory.toml", isApplied: isApplied,
                actor: ask.actor)
            return Answer.json(
                .object([
                    ("applied", .flag(isApplied)), ("changes", .list(changes.map { .text($0) })),
                ]))
        } catch let flaw as FlawInText {
            var problem = Problem(
                .badRequest, flaw.place + ": " + flaw.says,
                errors: [.init(field: flaw.place, says: flaw.remedy)])
            problem.more = [
                ("line", .whole(Int64(flaw.line))), ("column", .whole(Int64(flaw.column))),
                ("remedy", .text(flaw.remedy)),
            ]
            throw problem
        }
    }

    private static func configure(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let event: FactoryEvent
        let kind = content["kind"]?.text ?? ""
        guard FactoryEvent.configuringKinds.contains(kind) else {
            throw Problem(
                .badRequest, "“\(kind)” is no kind of configuration event.",
                errors: [
                    .init(
                        field: "kind",
                        says: "one of: "
                            + FactoryEvent.configuringKinds.sorted().joined(separator: ", "))
                ])
        }
        do {
            event = try FactoryEvent(
                kind: kind, facts: content["facts"] ?? .none)
        } catch {
            throw Problem(
                .badRequest, "This is no configuration event: \(error).",
                errors: [.init(field: "facts", says: "a kind and its facts; see docs/api.md")])
        }
        let stored = try await door(ask).configure(event, actor: ask.actor)
        return Answer.json(JournalDocuments.document(stored), status: .created)
    }

    private static func assign(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        guard let number = ask.context?.parameters.get("signal").flatMap({ UInt32($0) }),
            ask.world.factory.signals[SignalID(number)] != nil
        else { throw Problem(.notFound, "There is no such signal.") }
        guard let machine = content["machine"]?.text.flatMap({ Slug($0) }),
            let slug = content["signal"]?.text.flatMap({ Slug($0) })
        else {
            throw Problem(
                .badRequest, "The machine and an id for the signal are needed.",
                errors: [.init(field: "machine", says: "ids such as lathe-1 and motor-current")])
        }
        let stored = try await door(ask).configure(
            .signalAssigned(
                id: SignalID(number), machine: machine, slug: slug, from: Timestamp(seconds: 0)),
            actor: ask.actor)
        return Answer.json(JournalDocuments.document(stored), status: .created)
    }

    private static func setup(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        guard let name = content["name"]?.text, let phrase = content["pass_phrase"]?.text else {
            throw Problem(
                .badRequest, "A name and a pass phrase are needed.",
                errors: [.init(field: "name", says: "your own name")])
        }
        // The way back in for a lost pass phrase is for whoever stands at the box: no session and no
        // token of a program may set another's.
        guard ask.actor == "console", !ask.isSignedIn, ask.context?.isLoopback == true else {
            throw Problem(
                .notAllowed, "This is done at the box itself: millwright setup --name NAME.")
        }
        let codes = try await door(ask).setOwner(name: name, passPhrase: phrase)
        return Answer.json(
            .object([
                ("owner", .text(name)), ("recovery_codes", .list(codes.map { .text($0) })),
            ]))
    }

    private static func tokens(_ ask: Ask) async throws -> Response {
        let items = try await door(ask).tokens().map { token in
            JSONValue.object([
                ("id", .text(token.id)), ("name", .text(token.name)),
                ("scopes", .list(token.scopes.sorted().map { .text($0) })),
                ("created", .time(token.created)), ("used", .time(token.used)),
                ("revoked", .time(token.revoked)),
            ])
        }
        return Answer.json(.object([("items", .list(items)), ("next", .null)]))
    }

    private static func makeToken(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let scopes = Set((content["scopes"]?.list ?? []).compactMap(\.text))
        let made = try await door(ask).makeToken(
            name: content["name"]?.text ?? "", scopes: scopes, actor: ask.actor)
        return Answer.json(
            .object([("id", .text(made.id)), ("token", .text(made.text))]), status: .created)
    }

    private static func endToken(_ ask: Ask) async throws -> Response {
        guard
            try await door(ask).endToken(
                ask.context?.parameters.get("token") ?? "", actor: ask.actor)
        else {
            throw Problem(.notFound, "There is no token of that id that holds.")
        }
        return Answer.empty(.noContent)
    }

    private static func believeClock(_ ask: Ask) async throws -> Response {
        let wasDoubted = try await door(ask).believeClock(actor: ask.actor)
        return Answer.json(.object([("was_doubted", .flag(wasDoubted))]))
    }

    private static func undoImport(_ ask: Ask) async throws -> Response {
        guard let number = ask.context?.parameters.get("number").flatMap({ UInt32($0) }),
            try await door(ask).undoImport(number, actor: ask.actor)
        else { throw Problem(.notFound, "There is no import of that number that counts.") }
        return Answer.empty(.noContent)
    }

    private static func seal(_ ask: Ask) async throws -> Response {
        let done = try await door(ask).seal(ask.world.kind)
        return Answer.json(
            .object([
                ("chunks", .whole(Int64(done.chunks))), ("samples", .whole(Int64(done.samples))),
                ("bytes", .whole(Int64(done.bytes))),
            ]))
    }

    private static func history(_ ask: Ask) async throws -> Response {
        Answer.json(document(try await door(ask).history(ask.world.kind)))
    }

    private static func compact(_ ask: Ask) async throws -> Response {
        let facts = try await door(ask).compact(ask.world.kind)
        return Answer.json(
            document(
                facts,
                more: [
                    ("merged", .whole(Int64(facts.merged))),
                    ("bytes_before", .whole(Int64(facts.bytesBefore))),
                ]))
    }

    private static func document(
        _ facts: HistoryFacts, more: [(String, JSONValue)] = []
    ) -> JSONValue {
        .object(
            [
                ("bytes", .whole(Int64(facts.bytes))), ("samples", .whole(Int64(facts.samples))),
                (
                    "files",
                    .list(
                        facts.files.map { file in
                            .object([
                                ("name", .text(file.name)), ("bytes", .whole(Int64(file.bytes))),
                                ("samples", .whole(Int64(file.samples))),
                                ("chunks", .whole(Int64(file.pieces))),
                                ("thinned", .whole(Int64(file.thinned))),
                                ("damaged", .whole(Int64(file.damaged))),
                            ])
                        })
                ),
            ] + more)
    }

    private static func verify(_ ask: Ask) async throws -> Response {
        let door = try door(ask)
        let kind = ask.world.kind
        let rebuild = ask.query["rebuild"] == "1"
        let (lines, continuation) = AsyncStream.makeStream(
            of: JSONValue.self, bufferingPolicy: .bufferingNewest(WebLimits.progressLines))
        let body = ResponseBody { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    let found = try await door.verify(kind, rebuild: rebuild) { done, total in
                        continuation.yield(
                            .object([
                                ("done", .whole(Int64(done))), ("total", .whole(Int64(total))),
                            ]))
                    }
                    continuation.yield(
                        .object([
                            ("sound", .flag(found.findings.isEmpty)),
                            ("entries", .whole(found.entries)),
                            ("chunks", .whole(Int64(found.chunks))),
                            ("findings", .list(found.findings.map { .text($0) })),
                        ]))
                }
                for await line in lines {
                    try await writer.write(ByteBuffer(bytes: line.bytes + [0x0A]))
                }
                try await group.waitForAll()
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }
}
