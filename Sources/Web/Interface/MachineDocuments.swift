// Machines, their states and the reasons for stops, as documents.

import Hummingbird
import Loop
import Plant

/// Documents about machines.
enum MachineDocuments {
    /// `GET /api/v1/machines`.
    static func list(_ ask: Ask) async throws -> Response {
        let picture = try await ask.world.now()
        let machines = picture.machines.sorted { $0.machine.id < $1.machine.id }
        let page = try ListPage(ask)
        return Answer.json(
            page.document(machines, key: { $0.machine.id.text }, item: document))
    }

    /// `GET /api/v1/machines/{machine}`.
    static func one(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard let now = try await ask.world.machineNow(id) else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        return Answer.json(document(now))
    }

    /// A machine as it is now.
    static func document(_ now: MachineNow) -> JSONValue {
        .object([
            ("id", .text(now.machine.id.text)), ("name", .text(now.machine.name)),
            ("area", .text(orNull: now.machine.area?.text)), ("state", .text(now.state.code)),
            ("since", .time(now.since)), ("reason", .text(orNull: now.reason?.id.text)),
            ("detail", .text(now.detail)), ("needs_person", .flag(now.needsPerson)),
            ("is_seen", .flag(now.isSeen)), ("last_sample", .time(now.lastSample)),
            ("job", now.job.map(job) ?? .null),
            ("parts", now.parts.map(FigureDocuments.short) ?? .null),
            ("planned_parts", now.plannedParts.map { .whole($0) } ?? .null),
        ])
    }

    private static func job(_ job: JobRun) -> JSONValue {
        .object([
            ("job", .text(job.job)), ("product", .text(job.product)),
            ("ideal_per_part_s", job.idealPerPart.map { .number($0.seconds) } ?? .null),
            ("is_estimate", .flag(job.isEstimate)), ("from", .time(job.range.start)),
            ("to", .time(job.range.end)),
        ])
    }

    /// `GET /api/v1/machines/{machine}/states`.
    static func states(_ ask: Ask) async throws -> Response {
        let id = try ask.slug("machine")
        guard ask.world.factory.machines[id] != nil else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        let range = try ask.range(
            fallback: RangeChoice.today.range(
                at: ask.world.time, calendar: ask.world.calendar))
        let episodes = try await ask.world.strip(id, range: range)
        if RowFormat(ask) == .csv {
            return CSVText.answer(stateRows(episodes, ask: ask), name: id.text + "-states.csv")
        }
        return Answer.json(
            .object([
                ("machine", .text(id.text)), ("from", .time(range.start)),
                ("to", .time(range.end)), ("items", .list(episodes.map(episode))),
            ]))
    }

    /// An episode.
    static func episode(_ episode: StateEpisode) -> JSONValue {
        .object([
            ("state", .text(episode.state.code)), ("from", .time(episode.range.start)),
            ("to", .time(episode.range.end)),
            ("duration_s", .number(episode.range.elapsed.seconds)),
            ("reason", .text(orNull: episode.reason?.text)), ("detail", .text(episode.detail)),
            ("is_open", .flag(episode.isOpen)),
        ])
    }

    private static func stateRows(_ episodes: [StateEpisode], ask: Ask) -> [[CSVText.Cell]] {
        let clock = ask.clock
        let heads = [
            "from_utc", "from_local", "to_utc", "to_local", "state", "duration_s", "reason",
            "detail",
        ]
        return [heads.map { .text($0) }]
            + episodes.map { episode in
                [
                    .plain(episode.range.start.rfc3339),
                    .plain(clock.spreadsheet(episode.range.start)),
                    .plain(episode.range.end.rfc3339),
                    .plain(clock.spreadsheet(episode.range.end)), .text(episode.state.code),
                    .number(episode.range.elapsed.seconds),
                    .text(
                        episode.reason.map { ask.world.factory.reasons[$0]?.name ?? $0.text } ?? ""),
                    .text(episode.detail),
                ]
            }
    }

    /// `GET /api/v1/reasons`.
    static func reasons(_ ask: Ask) async throws -> Response {
        let factory = ask.world.factory
        let items = factory.reasons.values.sorted { $0.id < $1.id }.map { reason in
            JSONValue.object([
                ("id", .text(reason.id.text)), ("name", .text(reason.name)),
                ("loss", .text(reason.loss.rawValue)),
                ("details", .list(reason.details.map { .text($0) })),
                ("is_retired", .flag(factory.retiredReasons.contains(reason.id))),
            ])
        }
        return Answer.json(.object([("items", .list(items)), ("next", .null)]))
    }
}
