// People, devices and the record of acts, for the command line and for programs.

import Hummingbird
import Loop
import Plant

/// Routes about who may come in.
enum PeopleRoutes {
    private static let document = Route.Content(types: ["application/json"])
    private static let person = Route.Parameter(
        name: "person", place: .path, says: "Id of the person.", isRequired: true)

    /// All of them.
    static let all: [Route] = [
        Route(
            method: .get, path: "/api/v1/people", need: .permission(.administer),
            summary: "People who may come in.", group: "People", answer: document, run: list),
        Route(
            method: .post, path: "/api/v1/people", need: .permission(.administer),
            summary: "Adds a person; the code to choose a pass phrase is given once.",
            group: "People", body: document, answer: document, status: .created,
            problems: [.badRequest, .refused], run: add),
        Route(
            method: .post, path: "/api/v1/people/{person}/code", need: .permission(.administer),
            summary: "A fresh code for a person who lost the pass phrase.", group: "People",
            parameters: [person], answer: document, status: .created,
            problems: [.notFound, .refused], run: invite),
        Route(
            method: .post, path: "/api/v1/people/{person}/role", need: .permission(.administer),
            summary: "Gives a person another role; their sessions end.", group: "People",
            parameters: [person], body: document, status: .noContent,
            problems: [.badRequest, .notFound, .refused], run: setRole),
        Route(
            method: .delete, path: "/api/v1/people/{person}", need: .permission(.administer),
            summary: "Ends a person; their sessions end.", group: "People",
            parameters: [person], status: .noContent, problems: [.notFound, .refused], run: end),
        Route(
            method: .get, path: "/api/v1/devices", need: .permission(.administer),
            summary: "Paired tablets and boards.", group: "People", answer: document,
            run: devices),
        Route(
            method: .delete, path: "/api/v1/devices/{device}", need: .permission(.administer),
            summary: "Withdraws a device.", group: "People",
            parameters: [
                .init(name: "device", place: .path, says: "Id of the device.", isRequired: true)
            ], status: .noContent, problems: [.notFound], run: endDevice),
        Route(
            method: .get, path: "/api/v1/audit", need: .permission(.audit),
            summary: "Who came in and what was done to the box, newest first.",
            group: "People",
            parameters: [
                .init(name: "limit", place: .query, says: "How many, 1 to 1000.", type: "integer"),
                .init(
                    name: "cursor", place: .query, says: "`next` of the answer before.",
                    type: "integer"),
            ], answer: document, problems: [.badRequest], run: AuditPage.document),
        Route(
            method: .get, path: "/api/v1/journal/chain", need: .permission(.audit),
            summary: "Every entry as it is stored with its hash, for a third party to verify.",
            group: "People", answer: Route.Content(types: ["application/x-ndjson"]),
            needsProof: true, run: AuditPage.chain),
    ]

    private static func role(_ content: Fact) throws -> Role {
        guard let role = content["role"]?.text.flatMap(Role.init(rawValue:)) else {
            throw Problem(
                .badRequest, "role is none that is known.",
                errors: [
                    .init(
                        field: "role",
                        says: "one of: " + Role.allCases.map(\.rawValue).joined(separator: ", "))
                ])
        }
        return role
    }

    private static func list(_ ask: Ask) async throws -> Response {
        let items = try await ask.people().people().map { person in
            JSONValue.object([
                ("id", .text(person.id.text)), ("name", .text(person.name)),
                ("role", .text(person.role.rawValue)),
                ("has_pass_phrase", .flag(person.hasPassPhrase)),
                ("has_second_factor", .flag(person.hasFactor)),
                ("is_invited", .flag(person.isInvited)),
            ])
        }
        return Answer.json(.object([("items", .list(items)), ("next", .null)]))
    }

    private static func add(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        let code = try await ask.people().addPerson(
            name: content["name"]?.text ?? "", role: try role(content), actor: ask.actor)
        return Answer.json(.object([("code", .text(code))]), status: .created)
    }

    private static func invite(_ ask: Ask) async throws -> Response {
        let code = try await ask.people().invite(try ask.slug("person"), actor: ask.actor)
        return Answer.json(.object([("code", .text(code))]), status: .created)
    }

    private static func setRole(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        try await ask.people().setRole(
            try ask.slug("person"), role: try role(content), actor: ask.actor)
        return Answer.empty(.noContent)
    }

    private static func end(_ ask: Ask) async throws -> Response {
        try await ask.people().endPerson(try ask.slug("person"), actor: ask.actor)
        return Answer.empty(.noContent)
    }

    private static func devices(_ ask: Ask) async throws -> Response {
        let items = try await ask.people().devices().map { device in
            JSONValue.object([
                ("id", .text(device.id)), ("name", .text(device.name)),
                ("kind", .text(device.kind)), ("machine", .text(orNull: device.machine?.text)),
                ("created", .time(device.created)), ("used", .time(device.used)),
            ])
        }
        return Answer.json(.object([("items", .list(items)), ("next", .null)]))
    }

    private static func endDevice(_ ask: Ask) async throws -> Response {
        let id = ask.context?.parameters.get("device") ?? ""
        guard try await ask.people().endDevice(id, actor: ask.actor) else {
            throw Problem(.notFound, "There is no device of that id that holds.")
        }
        return Answer.empty(.noContent)
    }
}
