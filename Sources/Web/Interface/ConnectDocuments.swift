// Connecting a machine for programs and for the command line: the same draft as on the page.

import Hummingbird
import Loop
import Plant
import Understand

/// `/api/v1/connect`.
enum ConnectDocuments {
    /// `GET /api/v1/connect`: drafts that are not finished.
    static func list(_ ask: Ask) async throws -> Response {
        let drafts = try await ConnectPage.door(ask).drafts()
        return Answer.json(
            .object([("items", .list(drafts.map { document($0, TrialStanding(), at: ask) }))]))
    }

    /// `POST /api/v1/connect`: begins; a device that tells what it has is asked.
    static func begin(_ ask: Ask) async throws -> Response {
        let door = try ConnectPage.door(ask)
        let content = try await ask.json()
        var unit = ""
        if let given = content["unit"], given != .none {
            guard let number = given.whole else { throw unreadable("unit", "a whole number") }
            unit = String(number)
        }
        let draft = try await ConnectForms.draft(
            door, what: content["what"]?.text ?? "", address: content["address"]?.text ?? "",
            unit: unit, at: ask.world.time
        ) { content["placeholders"]?[$0]?.text }
        try await door.keep(draft)
        return Answer.json(document(draft, TrialStanding(), at: ask), status: .created)
    }

    /// `GET /api/v1/connect/{draft}`: with live values; reading begins with the first look.
    static func show(_ ask: Ask) async throws -> Response {
        let draft = try await ConnectPage.draft(ask)
        let standing = try await ConnectPage.door(ask).look(draft)
        return Answer.json(document(draft, standing, at: ask))
    }

    /// `POST /api/v1/connect/{draft}`: names it, chooses signals, mends them, says how it runs.
    static func change(_ ask: Ask) async throws -> Response {
        var draft = try await ConnectPage.draft(ask)
        let door = try ConnectPage.door(ask)
        let content = try await ask.json()
        if let name = content["name"]?.text {
            draft = try ConnectForms.named(
                draft, name, area: content["area"]?.text ?? draft.area, in: ask.world.factory)
        }
        if let add = content["add"], add.object != nil {
            guard let read = add["read"]?.text, !read.isEmpty else {
                throw unreadable("add.read", "the address of a signal")
            }
            try draft.add(
                name: add["name"]?.text ?? read, read: read, type: add["type"]?.text,
                unit: add["unit"]?.text ?? "")
        }
        if let chosen = content["choose"] {
            guard let ids = chosen.list?.compactMap(\.text) else {
                throw unreadable("choose", "a list of ids of signals")
            }
            for id in ids where !draft.signals.contains(where: { $0.slug.text == id }) {
                throw unreadable("choose", "ids of its signals; “\(id)” is none")
            }
            for index in draft.signals.indices {
                draft.signals[index].isChosen = ids.contains(draft.signals[index].slug.text)
            }
            draft.isChosen = true
        }
        try mend(&draft, content)
        if let running = content["running"] {
            let (standing, _) = try await ConnectPage.look(door, draft)
            draft.state = ConnectForms.state(
                signal: running["signal"]?.text, above: running["above"]?.text, draft, standing)
        }
        try await door.keep(draft)
        return Answer.json(document(draft, try await door.look(draft), at: ask))
    }

    /// One option of signals, by id: `scale`, `order`, `unit`.
    private static func mend(_ draft: inout ConnectDraft, _ content: Fact) throws {
        for name in ["scale", "order", "unit"] {
            for (id, value) in content[name]?.object ?? [:] {
                guard let index = draft.signals.firstIndex(where: { $0.slug.text == id }),
                    let text = value.text
                else { throw unreadable(name, "texts by the ids of its signals") }
                if name == "unit" {
                    draft.signals[index].unit = text
                } else {
                    draft.signals[index].options[name] = text
                }
            }
        }
    }

    /// `POST /api/v1/connect/{draft}/confirm`: "Yes, this is right".
    static func confirm(_ ask: Ask) async throws -> Response {
        var draft = try await ConnectPage.draft(ask)
        let door = try ConnectPage.door(ask)
        let (standing, _) = try await ConnectPage.look(door, draft)
        if draft.state == nil { draft.state = draft.suggestedState(standing.traces) }
        let words = try await door.confirm(draft, actor: ask.actor)
        return Answer.json(
            .object([
                ("machine", .text(draft.machine?.text ?? "")),
                ("said", .list(words.map { .text($0) })),
            ]), status: .created)
    }

    /// `DELETE /api/v1/connect/{draft}`.
    static func remove(_ ask: Ask) async throws -> Response {
        let draft = try await ConnectPage.draft(ask)
        try await ConnectPage.door(ask).remove(draft.id)
        return Answer.json(.object([("removed", .text(draft.id))]))
    }

    private static func unreadable(_ field: String, _ says: String) -> Problem {
        Problem(
            .badRequest, "The connection cannot be read.",
            errors: [.init(field: field, says: says)])
    }

    /// A draft with what was seen of it.
    private static func document(
        _ draft: ConnectDraft, _ standing: TrialStanding, at ask: Ask
    ) -> JSONValue {
        let seen = ConnectLooking(draft: draft, standing: standing, now: ask.world.time)
        let rows = TrialWords.rows(draft, standing, chosenOnly: false)
        return .object([
            ("id", .text(draft.id)), ("begun", .time(draft.begun)),
            ("step", .text(draft.step.rawValue)), ("connection", .text(draft.kind)),
            ("address", .text(draft.place)), ("profile", .text(draft.profile)),
            ("found", .text(draft.found)), ("machine", .text(orNull: draft.machine?.text)),
            ("name", .text(draft.machineName)), ("area", .text(draft.area)),
            ("is_up", .flag(standing.isUp)),
            ("says", .text(TrialWords.standing(standing, place: draft.place))),
            ("state", .text(TrialWords.state(seen.observed).code)),
            (
                "running",
                seen.state.map { state in
                    .object([
                        ("signal", .text(state.signal.text)),
                        ("above", state.above.map(JSONValue.number) ?? .null),
                    ])
                } ?? .null
            ),
            (
                "signals",
                .list(
                    zip(draft.signals, rows).map { signal, row in
                        let last = standing.traces[signal.slug]?.last
                        return .object([
                            ("id", .text(row.id)), ("name", .text(row.title)),
                            ("read", .text(row.read)), ("unit", .text(signal.unit)),
                            ("means", .text(signal.means)), ("is_chosen", .flag(row.isChosen)),
                            ("value", .text(orNull: last.map { $0.value.asText })),
                            ("time", .time(last?.time)), ("shown", .text(row.value)),
                            ("says", .text(row.seen)),
                        ])
                    })
            ),
        ])
    }
}
