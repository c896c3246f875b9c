// What a machine's trace would make of its states, as a document.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about learning.
enum LearningDocuments {
    /// `GET /api/v1/machines/{machine}/learning`.
    static func propose(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug("machine")
        var signal: Slug?
        if let text = ask.query.filled("signal") {
            guard let slug = Slug(text) else {
                throw Problem(
                    .badRequest, "The signal's id is not one.",
                    errors: [.init(field: "signal", says: "such as motor-current")])
            }
            signal = slug
        }
        let isAsked = ask.query.filled("from") != nil || ask.query.filled("to") != nil
        let range = isAsked ? try ask.range(fallback: nil) : nil
        do {
            return Answer.json(
                document(
                    try await ask.world.learning(of: machine, signal: signal, range: range)))
        } catch let refusal as LearningRefused {
            throw problem(refusal)
        }
    }

    /// `GET /api/v1/machines/{machine}/cycles`.
    static func cycles(_ ask: Ask) async throws -> Response {
        let now = ask.world.time
        let range = try ask.range(fallback: TimeRange(start: now - .hours(8), end: now))
        do {
            let picture = try await ask.world.cycles(
                of: try ask.slug("machine"), signal: try ask.slug(query: "signal"), range: range)
            let cycles = picture.cycles
            return Answer.json(
                .object([
                    ("machine", .text(picture.machine.text)),
                    ("signal", .text(orNull: picture.signal.slug?.text)),
                    ("from", .time(picture.range.start)), ("to", .time(picture.range.end)),
                    ("period_s", cycles.map { .number($0.period.seconds) } ?? .null),
                    ("strength", cycles.map { .number($0.strength) } ?? .null),
                    ("cycles", cycles.map { .whole(Int64($0.count)) } ?? .null),
                    ("confidence", cycles.map { .number($0.confidence) } ?? .null),
                    ("running_s", cycles.map { .number($0.running.seconds) } ?? .null),
                    ("parts", picture.parts.map { .whole($0) } ?? .null),
                    ("definition", .text(CycleCount.definition)),
                    ("sentence", .text(picture.sentence)),
                ]))
        } catch let refusal as LearningRefused {
            throw problem(refusal)
        }
    }

    private static func problem(_ refusal: LearningRefused) -> Problem {
        switch refusal {
        case .noMachine(let id):
            Problem(.notFound, "There is no machine with the id \(id.text).")
        case .noSignal(let slug):
            Problem(.notFound, "The machine has no signal with the id \(slug.text).")
        case .notMeasured(let slug):
            Problem(
                .badRequest, "\(slug.text) is not a measured number.",
                errors: [.init(field: "signal", says: "a power, a current, a vibration")])
        case .nothingMeasured:
            Problem(
                .badRequest, "The machine has no measured signal to learn from.",
                errors: [.init(field: "signal", says: "assign a power or a current first")])
        }
    }

    private static func document(_ picture: LearningPicture) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("machine", .text(picture.machine.text)),
            ("signal", .text(orNull: picture.signal.slug?.text)),
            ("unit", .text(picture.signal.unit)), ("from", .time(picture.range.start)),
            ("to", .time(picture.range.end)),
            ("drift", picture.drift.map { .text($0.sentence) } ?? .null),
        ]
        switch picture.outcome {
        case .notYet(let doubt, let seen):
            members += [
                ("outcome", .text("not-yet")), ("seen_s", .number(seen.seconds)),
                ("doubts", .list([document(doubt)])),
            ]
        case .learnt(let states):
            members += [
                ("outcome", .text("learnt")), ("seen_s", .number(states.seen.seconds)),
                ("confidence", .number(states.confidence)), ("is_sure", .flag(states.isSure)),
                ("doubts", .list(states.doubts.map(document))),
                (
                    "levels",
                    .list(
                        states.levels.map { level in
                            .object([
                                ("role", .text(level.role.rawValue)),
                                ("mean", .number(level.level.mean)),
                                ("deviation", .number(level.level.deviation)),
                                ("share", .number(level.level.weight)),
                            ])
                        })
                ),
                ("running", document(states.running)),
                ("idle", states.idle.map(document) ?? .null),
                ("running_dwell_s", .number(states.runningDwell.seconds)),
                ("stopped_dwell_s", .number(states.stoppedDwell.seconds)),
            ]
        }
        members.append(
            (
                "event",
                picture.event.map { event in
                    .object([("kind", .text(event.kind)), ("facts", JSONValue(event.facts))])
                } ?? .null
            ))
        return .object(members)
    }

    private static func document(_ doubt: LearningDoubt) -> JSONValue {
        .object([("code", .text(doubt.rawValue)), ("says", .text(doubt.sentence))])
    }

    private static func document(_ threshold: Threshold) -> JSONValue {
        .object([("rise", .number(threshold.rise)), ("fall", .number(threshold.fall))])
    }
}
