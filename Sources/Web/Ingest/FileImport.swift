// A CSV file by HTTP: the mapping in the query, the file as the body.

import Hummingbird
import Plant

/// `POST /api/v1/import`.
enum FileImport {
    static func answer(_ ask: Ask) async throws -> Response {
        let type = ask.request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("text/csv") || type.hasPrefix("application/octet-stream") else {
            throw Problem(.wrongKind, "A file to import is sent as text/csv.")
        }
        let mapping = ask.query.filled("mapping") ?? ""
        let bytes = try await ask.body(limit: ask.site.limits.bodyBytes)
        let isDryRun = ask.query["dry_run"] == "1"
        let outcome = try await ask.world.importFile(
            bytes, name: ask.query.filled("name") ?? "import.csv", mapping: mapping,
            isDryRun: isDryRun, actor: ask.actor)
        return Answer.json(
            .object([
                ("import", outcome.number.map { .whole(Int64($0)) } ?? .null),
                ("dry_run", .flag(isDryRun)), ("taken", .whole(Int64(outcome.taken))),
                ("refused", .whole(Int64(outcome.refusedCount))),
                ("samples", .whole(Int64(outcome.samples))),
                ("refused_rows", .text(outcome.refusedCSV)),
                ("notes", .list(outcome.notes.map { .text($0) })),
                (
                    "errors",
                    .list(
                        outcome.refused.prefix(ask.site.limits.refusedLines).map { line in
                            .object([
                                ("field", .text("row \(line.line)")), ("says", .text(line.says)),
                            ])
                        })
                ),
            ]), status: isDryRun ? .ok : .created)
    }
}
