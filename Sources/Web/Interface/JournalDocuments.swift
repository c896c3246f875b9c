// Stored events as documents, and the storing of one event.

import Hummingbird
import Plant

/// Documents about the journal.
enum JournalDocuments {
    /// `GET /api/v1/journal`.
    static func list(_ ask: Ask) async throws -> Response {
        let limit = try ask.whole(
            query: "limit", fallback: ask.site.limits.listDefault,
            within: 1...ask.site.limits.listMaximum)
        let isOldestFirst = ask.query["order"] == "asc"
        var after: Int64 = 0
        if let cursor = ask.query.filled("cursor") {
            guard let value = Int64(cursor), value >= 0 else {
                throw Problem(
                    .badRequest, "cursor is not one of ours.",
                    errors: [.init(field: "cursor", says: "the next of the answer before")])
            }
            after = value
        }
        let kinds = ask.query.filled("kinds").map {
            Set($0.split(separator: ",").map(String.init))
        }
        let from = try ask.time(query: "from")
        let read = try await ask.world.events(
            after: after, limit: limit, kinds: kinds, newestFirst: !isOldestFirst)
        // Who came in is read at /api/v1/audit, by those who may.
        let events = read.filter { event in
            from.map { event.recorded >= $0 } ?? true
                && !AuditPage.accessKinds.contains(event.event.kind)
        }
        // Newest first, nothing that comes after an entry from before `from` is of that time.
        let isBeforeFrom = from.map { from in (read.last?.recorded).map { $0 < from } ?? false }
        let isDone = read.count < limit || (!isOldestFirst && isBeforeFrom == true)
        let next = isDone ? nil : read.last.map { String($0.sequence) }
        return Answer.json(
            .object([
                ("items", .list(events.map(document))),
                ("next", .text(orNull: next)),
            ]))
    }

    /// A stored event.
    static func document(_ event: StoredEvent) -> JSONValue {
        .object([
            ("sequence", .whole(event.sequence)), ("id", .text(event.id.text)),
            ("recorded", .time(event.recorded)), ("actor", .text(event.actor)),
            ("kind", .text(event.event.kind)), ("facts", JSONValue(event.event.facts)),
        ])
    }

    /// `POST /api/v1/journal`: `{"id": …, "kind": "stop.reason", "facts": {…}}`.
    static func add(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        guard let kind = content["kind"]?.text else {
            throw Problem(
                .badRequest, "The event has no kind.",
                errors: [.init(field: "kind", says: "a kind such as stop.reason")])
        }
        guard JournalDocuments.saidByPeople.contains(kind) else {
            throw Problem(
                .refused, "Events of the kind \(kind) are not taken here.",
                errors: [
                    .init(
                        field: "kind",
                        says: "one of "
                            + JournalDocuments.saidByPeople.sorted().joined(separator: ", "))
                ])
        }
        let event: FactoryEvent
        do {
            event = try FactoryEvent(kind: kind, facts: content["facts"] ?? .none)
        } catch {
            throw Problem(
                .badRequest, "The facts do not make an event of the kind \(kind).",
                errors: [.init(field: "facts." + error.field, says: "expected " + error.expected)])
        }
        if let machine = event.facts["machine"]?.text {
            try await Gate.allow(ask, .enter, machine: machine)
        }
        var id: EventID?
        if let text = content["id"]?.text {
            // Ids that hold the number of an import are made by imports alone.
            guard let known = EventID(text), known.importNumber == nil else {
                throw Problem(
                    .badRequest, "The id is no UUID.",
                    errors: [.init(field: "id", says: "a UUID of version 7")])
            }
            id = known
        }
        let stored = try await ask.world.say(event, id: id, actor: ask.actor)
        return Answer.json(document(stored), status: .created)
    }

    /// Kinds that the scope `enter` may say; settings have their own ways in.
    static let saidByPeople: Set<String> = [
        "stop.reason", "problem.seen", "job.started", "job.ended", "count.booked",
        "period.marked", "state.corrected", "odd.explained", "help.called", "stop.cut",
        "stop.noted", "job.closed", "state.told", "check.answered",
    ]
}

extension JSONValue {
    /// The content of an event as a document; names in order of their bytes.
    init(_ fact: Fact) {
        switch fact {
        case .text(let text): self = .text(text)
        case .whole(let value): self = .whole(value)
        case .flag(let flag): self = .flag(flag)
        case .list(let values): self = .list(values.map(JSONValue.init))
        case .object(let members):
            self = .object(
                members.sorted { Array($0.key.utf8).lexicographicallyPrecedes($1.key.utf8) }
                    .map { ($0.key, JSONValue($0.value)) })
        case .none: self = .null
        }
    }
}
