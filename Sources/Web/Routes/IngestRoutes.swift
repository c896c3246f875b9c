// Addresses to which programs send samples and files.

import Hummingbird

/// Routes that take data in.
enum IngestRoutes {
    private static let lines = Route.Content(
        types: ["text/plain", "application/octet-stream"])
    private static let precision = Route.Parameter(
        name: "precision", place: .query,
        says: "Unit of the times: ns, us, ms or s; ns when left out.")
    private static let problems: [ProblemKind] = [
        .badRequest, .partlyRefused, .signInFirst, .tooLarge, .tooMany, .diskFull,
    ]

    /// Line protocol, import, and what clients of line protocol ask first.
    static let all: [Route] = [
        Route(
            method: .post, path: "/api/v2/write", need: .permission(.write),
            summary: "Stores line protocol; 204 comes when it is on the disk. Good lines are"
                + " stored even when others are refused.",
            group: "Data in",
            parameters: [
                precision,
                .init(name: "bucket", place: .query, says: "Read by other programs, not here."),
                .init(name: "org", place: .query, says: "Read by other programs, not here."),
            ], body: lines, status: .noContent, problems: problems, run: LineWrite.answer),
        Route(
            method: .post, path: "/write", need: .permission(.write),
            summary: "The same for clients of version 1.", group: "Data in",
            parameters: [
                precision,
                .init(name: "db", place: .query, says: "Read by other programs, not here."),
            ], body: lines, status: .noContent, problems: problems, run: LineWrite.answer),
        Route(
            method: .get, path: "/ping", need: .nothing,
            summary: "Says that line protocol is spoken here.", group: "Data in",
            status: .noContent, run: LineWrite.ping),
        Route(
            method: .get, path: "/health", need: .nothing,
            summary: "Whether samples can be stored, as line-protocol clients ask it.",
            group: "Data in",
            answer: Route.Content(types: ["application/json"], schema: "Health"),
            run: LineWrite.health),
        Route(
            method: .post, path: "/api/v1/import", need: .permission(.configure),
            summary: "Reads a CSV file by a mapping; with dry_run=1 nothing is stored.",
            group: "Data in",
            parameters: [
                .init(
                    name: "mapping", place: .query,
                    says: "What each column is, as JSON; see docs/api.md.", isRequired: true),
                .init(name: "name", place: .query, says: "The file's name, for the journal."),
                .init(
                    name: "dry_run", place: .query, says: "1 to see what would happen.",
                    type: "integer"),
            ], body: Route.Content(types: ["text/csv"]),
            answer: Route.Content(types: ["application/json"], schema: "Import"),
            problems: [.badRequest, .refused, .tooLarge, .wrongKind, .notAllowed],
            run: FileImport.answer),
    ]
}
