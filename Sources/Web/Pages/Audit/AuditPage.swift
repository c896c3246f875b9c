// Who did what: acts that concern the safety of the box, and changes of the site, newest first.

import Hummingbird
import Loop
import Plant

/// What the template of the audit shows.
struct AuditModel: Sendable {
    /// An entry.
    struct Row: Sendable {
        let number: String
        let time: String
        let who: String
        let words: String
    }

    let frame: PageFrame
    let choices: [TimeModel.Choice]
    let rows: [Row]
    let hasRows: Bool
    let more: String?
}

/// `GET /audit`.
enum AuditPage {
    /// Entries on a page.
    private static let rows = 100
    /// Kinds that say who came in or did something to the box.
    static let accessKinds: Set<String> = ["access.noted", "person.set", "person.ended"]

    static func answer(_ ask: Ask) async throws -> Response {
        let isAll = ask.query["all"] == "1"
        let before = Int64(try ask.whole(query: "before", fallback: 0, within: 0...Int.max))
        let entries = try await ask.world.events(
            after: before, limit: rows + 1, kinds: isAll ? nil : accessKinds, newestFirst: true)
        let clock = ask.clock
        let now = ask.world.time
        let shown = entries.prefix(rows)
        let names = try await Self.names(ask)
        let model = AuditModel(
            frame: ask.frame(
                title: "Who did what", ask: "Who did what?",
                sentence: shown.first.map {
                    "The newest entry is from \(clock.moment($0.recorded, today: now))."
                } ?? "Nothing is written down yet.",
                cells: [ask.siteCell]),
            choices: [
                .init(name: "Doors and keys", address: "/audit", isHere: !isAll),
                .init(name: "Everything", address: "/audit?all=1", isHere: isAll),
            ],
            rows: shown.map { entry in
                .init(
                    number: String(entry.sequence), time: clock.moment(entry.recorded, today: now),
                    who: entry.actor,
                    words: words(entry.event, names, ask))
            }, hasRows: !shown.isEmpty,
            more: entries.count > rows
                ? shown.last.map { "/audit?before=\($0.sequence)" + (isAll ? "&all=1" : "") } : nil)
        return try ask.page(model, template: "audit")
    }

    /// Names of people by their ids, of those who left too.
    private static func names(_ ask: Ask) async throws -> [Slug: String] {
        guard let door = ask.site.box.people else { return [:] }
        let people = try await door.people().map { ($0.id, $0.name) }
        let former = try await door.former().map { ($0.id, $0.name) }
        return Dictionary(people + former) { first, _ in first }
    }

    private static func words(
        _ event: FactoryEvent, _ names: [Slug: String], _ ask: Ask
    ) -> String {
        if case .personEnded(let id) = event {
            return "\(names[id] ?? "Somebody whose name was removed") may no longer come in."
        }
        return EventWords.sentence(
            event, factory: ask.world.factory, clock: ask.clock, today: ask.world.time)
    }

    /// `GET /api/v1/audit`: the newest acts as a document.
    static func document(_ ask: Ask) async throws -> Response {
        let limit = try ask.whole(
            query: "limit", fallback: ask.site.limits.listDefault,
            within: 1...ask.site.limits.listMaximum)
        let before = Int64(try ask.whole(query: "cursor", fallback: 0, within: 0...Int.max))
        let entries = try await ask.world.events(
            after: before, limit: limit, kinds: accessKinds, newestFirst: true)
        return Answer.json(
            .object([
                ("items", .list(entries.map(JournalDocuments.document))),
                (
                    "next",
                    .text(
                        orNull: entries.count < limit
                            ? nil : entries.last.map { String($0.sequence) })
                ),
            ]))
    }

    /// `GET /api/v1/journal/chain`: every entry as it is stored, a line each, with its hash.
    static func chain(_ ask: Ask) async throws -> Response {
        let world = ask.world
        try await ask.site.box.people?.noteAuditTaken(actor: ask.actor, from: ask.origin)
        let body = ResponseBody { writer in
            var after: Int64 = 0
            var end = (count: Int64(0), hash: String(repeating: "0", count: 64))
            while true {
                let entries = try await world.chain(after: after, limit: chainRows)
                guard let last = entries.last else { break }
                var bytes: [UInt8] = []
                for entry in entries {
                    var members: [(String, JSONValue)] = [
                        ("seq", .whole(entry.sequence)), ("hash", .text(entry.hash)),
                        ("entry", .text(entry.entry)),
                    ]
                    if !entry.words.isEmpty {
                        members.append(
                            (
                                "words",
                                .object(
                                    entry.words.map {
                                        ($0.hash, .list([.text($0.salt), .text($0.text)]))
                                    })
                            ))
                    }
                    bytes += JSONValue.object(members).bytes + [0x0A]
                    end = (entry.sequence, entry.hash)
                }
                try await writer.write(ByteBuffer(bytes: bytes))
                after = last.sequence
            }
            let mark = JSONValue.object([("end", .whole(end.count)), ("hash", .text(end.hash))])
            try await writer.write(ByteBuffer(bytes: mark.bytes + [0x0A]))
            try await writer.finish(nil)
        }
        var response = Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
        response.headers[.contentDisposition] =
            "attachment; filename=\"millwright-journal.ndjson\""
        return response
    }

    /// Entries that are read at once.
    private static let chainRows = 500
}
