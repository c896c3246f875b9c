// About this box: version, room on the disk, what was lost, what to do.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of About shows.
struct AboutModel: Sendable {
    /// A row.
    struct Row: Sendable {
        let name: String
        let value: String
    }

    let frame: PageFrame
    let rows: [Row]
    let warnings: [String]
    let hasWarnings: Bool
    let dropped: [Row]
    let hasDropped: Bool
    let hasOwner: Bool
}

/// `GET /about`.
enum AboutPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let facts = try await ask.site.box.facts()
        let clock = ask.clock
        let now = ask.world.time
        let isReady = ask.site.box.isReady
        let sentence =
            facts.warnings.isEmpty
            ? "Millwright \(facts.version) is recording. Nothing needs you here."
            : "Millwright \(facts.version): " + Plain.word(facts.warnings.count)
                + (facts.warnings.count == 1 ? " thing needs" : " things need") + " a person."
        let model = AboutModel(
            frame: ask.frame(
                title: "About this box", ask: "Is this box well?", sentence: sentence,
                cells: [
                    ask.siteCell, .init(label: "Version", value: facts.version),
                    .init(label: "Recording", value: isReady ? "Yes" : "No"),
                ]),
            rows: rows(facts, clock: clock, now: now), warnings: facts.warnings,
            hasWarnings: !facts.warnings.isEmpty,
            dropped: facts.dropped.sorted { $0.key < $1.key }.map {
                .init(name: $0.key, value: Plain.number(Int64($0.value)))
            },
            hasDropped: !facts.dropped.isEmpty, hasOwner: facts.hasOwner)
        return try ask.page(model, template: "about")
    }

    private static func rows(
        _ facts: BoxFacts, clock: LocalClock, now: Timestamp
    ) -> [AboutModel.Row] {
        let window = Plain.seconds(facts.durabilityWindow)
        return [
            .init(name: "Started", value: clock.moment(facts.started, today: now)),
            .init(
                name: "Shows",
                value: facts.world == .demonstrator
                    ? "The demonstrator factory, made-up data" : "Your own factory"),
            .init(name: "Samples stored", value: Plain.number(Int64(facts.samples))),
            .init(name: "Journal entries", value: Plain.number(facts.entries)),
            .init(name: "Used on the disk", value: Measure.size(bytes: facts.bytes)),
            .init(name: "Free on the disk", value: Measure.size(bytes: facts.freeBytes)),
            .init(
                name: "A power cut can cost",
                value: "at most \(window) of polled samples, and nothing that people entered"),
            .init(name: "Sent to the internet", value: "Nothing"),
            .init(name: "Owner with a pass phrase", value: facts.hasOwner ? "Yes" : "Not yet"),
            .init(name: "SQLite", value: facts.sqlite),
        ]
    }
}
