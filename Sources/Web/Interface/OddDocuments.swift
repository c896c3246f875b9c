// Something odd on a machine, as a document.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about something odd.
enum OddDocuments {
    /// How far it looks back without being asked.
    static let reach = Elapsed.hours(24 * 7)

    /// `GET /api/v1/machines/{machine}/odd`.
    static func odd(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        guard ask.world.factory.machines[machine] != nil else {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        let now = ask.world.time
        let range = try ask.range(fallback: TimeRange(start: now - reach, end: now))
        let picture = try await ask.world.odd(machine, range: range)
        return Answer.json(
            .object([
                ("machine", .text(machine.text)), ("from", .time(range.start)),
                ("to", .time(range.end)), ("learnt_from", .time(picture.learntFrom)),
                ("definition", .text(OddWatch.definition)),
                ("watched", .list(picture.watched.map { .whole(Int64($0.id.number)) })),
                (
                    "findings",
                    .list(
                        picture.findings.map { found in
                            .object([
                                (
                                    "signal",
                                    found.signal.map { .whole(Int64($0.id.number)) } ?? .null
                                ),
                                ("at", .time(found.finding.at)),
                                ("kind", .text(found.finding.kind.rawValue)),
                                ("score", .number(found.finding.score)),
                                ("value", .number(found.finding.value)),
                                ("usual", .number(found.finding.usual)),
                                (
                                    "sentence",
                                    .text(
                                        OddWords.sentence(found, clock: ask.clock, today: now))
                                ),
                            ])
                        })
                ),
            ]))
    }
}
