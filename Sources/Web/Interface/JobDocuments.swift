// Jobs as documents, and putting one on the list from another program.

import Hummingbird
import Loop
import Plant
import Understand

/// Documents about jobs.
enum JobDocuments {
    /// `GET /api/v1/jobs`: jobs that are not finished, and those of the last four weeks.
    static func list(_ ask: Ask) async throws -> Response {
        let picture = try await ask.world.jobs()
        return Answer.json(
            .object([
                ("items", .list((picture.open + picture.closed).map(document))), ("next", .null),
            ]))
    }

    private static func document(_ job: JobSummary) -> JSONValue {
        func whole(_ value: Int64?) -> JSONValue { value.map { .whole($0) } ?? .null }
        return .object([
            ("job", .text(job.job)), ("product", .text(job.product)),
            ("machine", .text(orNull: job.planned?.machine?.text)),
            ("quantity", whole(job.quantity)), ("due", .text(orNull: job.planned?.due?.text)),
            ("note", .text(job.planned?.note ?? "")), ("good", whole(job.good)),
            ("running_on", .list(job.runningOn.map { .text($0.id.text) })),
            ("is_closed", .flag(job.isClosed)),
        ])
    }

    /// `POST /api/v1/jobs`: `{"job": "4711", "product": …, "quantity": …, "due": "2026-12-01"}`.
    static func plan(_ ask: Ask) async throws -> Response {
        let content = try await ask.json()
        func refused(_ field: String, _ says: String) -> Problem {
            Problem(
                .badRequest, "The job cannot be read.", errors: [.init(field: field, says: says)])
        }
        guard let name = content["job"]?.text else { throw refused("job", "a text") }
        var machine: Slug?
        if let text = content["machine"]?.text {
            guard let slug = Slug(text) else { throw refused("machine", "the id of a machine") }
            machine = slug
        }
        var due: CivilDate?
        if let text = content["due"]?.text {
            guard let date = CivilDate(text) else { throw refused("due", "a date: 2026-12-01") }
            due = date
        }
        let quantity = content["quantity"].flatMap { $0 == .none ? nil : $0 }
        if let quantity, quantity.whole == nil { throw refused("quantity", "a whole number") }
        let job = PlannedJob(
            job: name.split(whereSeparator: \.isWhitespace).joined(separator: " "),
            product: content["product"]?.text ?? "", machine: machine,
            quantity: quantity?.whole, due: due, note: content["note"]?.text ?? "")
        let stored = try await ask.world.say(.jobPlanned(job), id: nil, actor: ask.actor)
        return Answer.json(JournalDocuments.document(stored), status: .created)
    }
}
