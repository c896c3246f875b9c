// One job: plan against actual, what it cost, documents, checks, what was said; start and finish.

import Hummingbird
import Loop
import Plant
import Understand

/// What the templates of a job show.
struct JobModel: Sendable {
    /// A figure with its doubts.
    struct Figure: Sendable {
        let name: String
        let value: String
        let isKnown: Bool
        let doubt: String
    }

    /// A machine's part.
    struct Line: Sendable {
        let machine: String
        let address: String
        let running: String
        let setup: String
        let stopped: String
        let unseen: String
        let parts: String
        let cost: String
    }

    /// A run.
    struct Run: Sendable {
        let machine: String
        let from: String
        let to: String
    }

    /// A document.
    struct Document: Sendable {
        let name: String
        let address: String
        let note: String
        let facts: String
        let number: String
        let sha256: String
    }

    /// A step of a check list.
    struct Step: Sendable {
        let id: String
        let says: String
        let isChoice: Bool
        let isValue: Bool
        let isText: Bool
        let limits: String
        let isRequired: Bool
        let last: String
    }

    /// A check list.
    struct List: Sendable {
        let id: String
        let name: String
        let words: String
        let steps: [Step]
    }

    /// Something that was said.
    struct Entry: Sendable {
        let when: String
        let who: String
        let what: String
        let number: String
    }

    /// A machine that can be chosen.
    struct Choice: Sendable {
        let value: String
        let name: String
        let isHere: Bool
    }

    let frame: PageFrame
    let paper: String
    let job: String
    let address: String
    let product: String
    let quantity: String
    let due: String
    let note: String?
    let plainQuantity: String
    let plainDue: String
    let isClosed: Bool
    /// What stands against the first part; nil for nothing.
    let firstOff: String?
    /// Machines on which the job is or was; checks are answered there.
    let checkedAt: [Choice]
    let hasBegun: Bool
    let isRunning: Bool
    let runningOn: [Choice]
    let machines: [Choice]
    let figures: [Figure]
    let hasFigures: Bool
    let flaw: String?
    let lines: [Line]
    let runs: [Run]
    let hasRuns: Bool
    let gaps: [String]
    let hasGaps: Bool
    let documents: [Document]
    let hasDocuments: Bool
    let lists: [List]
    let hasLists: Bool
    let answers: [Entry]
    let hasAnswers: Bool
    let said: [Entry]
    let hasSaid: Bool
    let drawing: SVGMarkup?
    let codeAddress: String
    let site: String
    let printed: String
    let trouble: String?
}

/// `/j/{job}`.
enum JobPage {
    static func answer(_ ask: Ask) async throws -> Response { try await page(ask, "job") }

    /// `GET /j/{job}/card`: the card that goes with the parts.
    static func card(_ ask: Ask) async throws -> Response { try await page(ask, "job_card") }

    /// `GET /j/{job}/record`: the record of who did what when.
    static func record(_ ask: Ask) async throws -> Response { try await page(ask, "job_record") }

    private static func page(
        _ ask: Ask, _ template: String, refused: RefusedSaying? = nil,
        form: FormFields? = nil
    ) async throws -> Response {
        let job = try JobAddress.job(ask)
        guard let picture = try await ask.world.job(job) else {
            throw Problem(.notFound, "There is no job “\(job)”.")
        }
        return try ask.page(
            JobView(picture, ask).model(trouble: refused.map { $0.says + " " + $0.remedy }),
            template: template, status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    private static func trying(
        _ ask: Ask, _ body: (String, FormFields) async throws -> Void
    ) async throws -> Response {
        let job = try JobAddress.job(ask)
        let form = try await ask.form()
        guard try await ask.world.job(job) != nil else {
            throw Problem(.notFound, "There is no job “\(job)”.")
        }
        do {
            try await body(job, form)
            return Answer.go(to: form.filled("back") ?? JobAddress.page(job))
        } catch let refused as RefusedSaying {
            return try await page(ask, "job", refused: refused, form: form)
        }
    }

    private static func machine(_ form: FormFields, _ ask: Ask) async throws -> Slug {
        guard let machine = form["machine"].flatMap({ Slug($0) }) else {
            throw RefusedSaying(
                field: "machine", says: "No machine was chosen.", remedy: "Choose one.")
        }
        try await Gate.allow(ask, .enter, machine: machine.text)
        return machine
    }

    /// `POST /j/{job}/start`: on a machine, with the product's time per part as it holds now.
    static func start(_ ask: Ask) async throws -> Response {
        try await trying(ask) { job, form in
            let machine = try await machine(form, ask)
            let running = try await ask.world.job(job)?.summary.runningOn ?? []
            if let here = running.first(where: { $0.id == machine }) {
                throw RefusedSaying(
                    field: "machine", says: "Job \(job) is on \(here.name) already.",
                    remedy: "Look at the page again.")
            }
            _ = try await ask.world.say(
                started(job, machine, ask.world.time, ask.world.factory), id: nil,
                actor: ask.actor)
        }
    }

    /// The start of a job with what the list and the product say of it.
    static func started(
        _ job: String, _ machine: Slug, _ at: Timestamp, _ factory: Factory
    ) -> FactoryEvent {
        let planned = factory.plannedJobs[job]
        let name = planned?.product ?? ""
        let product = factory.product(named: name, at: at)
        return .jobStarted(
            machine: machine, at: at, job: job, product: product?.name ?? name,
            idealPerPart: product?.idealPerPart, isEstimate: product?.isEstimate ?? false,
            plannedParts: planned?.quantity)
    }

    /// `POST /j/{job}/pause`: the machine is free; the job stays on the list.
    static func pause(_ ask: Ask) async throws -> Response {
        try await trying(ask) { _, form in
            let machine = try await machine(form, ask)
            _ = try await ask.world.say(
                .jobEnded(machine: machine, at: ask.world.time), id: nil, actor: ask.actor)
        }
    }

    /// `POST /j/{job}/finish`: the job ends on every machine and leaves the list.
    static func finish(_ ask: Ask) async throws -> Response {
        try await trying(ask) { job, _ in
            for machine in try await ask.world.job(job)?.summary.runningOn ?? [] {
                _ = try await ask.world.say(
                    .jobEnded(machine: machine.id, at: ask.world.time), id: nil, actor: ask.actor)
            }
            _ = try await ask.world.say(
                .jobClosed(job: job, isClosed: true), id: nil, actor: ask.actor)
        }
    }

    /// `POST /j/{job}/open`: it comes back to the list.
    static func open(_ ask: Ask) async throws -> Response {
        try await trying(ask) { job, _ in
            _ = try await ask.world.say(
                .jobClosed(job: job, isClosed: false), id: nil, actor: ask.actor)
        }
    }

    /// `POST /j/{job}/checks`: the answers of one list.
    static func check(_ ask: Ask) async throws -> Response {
        try await trying(ask) { job, form in
            let factory = ask.world.factory
            guard let id = form["list"].flatMap({ Slug($0) }), let list = factory.checkLists[id]
            else {
                throw RefusedSaying(
                    field: "list", says: "There is no such check list.",
                    remedy: "Open the job again.")
            }
            let summary = try await ask.world.job(job)?.summary
            guard let summary, !summary.machines.isEmpty else {
                throw RefusedSaying(
                    field: "machine", says: "Job \(job) has been on no machine yet.",
                    remedy: "Start it on its machine, then answer the list; nothing was stored.")
            }
            let machine = try await machine(form, ask)
            guard summary.machines.contains(where: { $0.id == machine }) else {
                let names = summary.machines.map(\.name).joined(separator: " or ")
                throw RefusedSaying(
                    field: "machine", says: "Job \(job) has not been on this machine.",
                    remedy: "Choose \(names), or start the job here first; nothing was stored.")
            }
            let missing = list.steps.filter { step in
                step.isRequired && (form[step.id.text] ?? "").isEmpty
            }
            if let first = missing.first {
                throw RefusedSaying(
                    field: first.id.text, says: "“\(first.says)” has no answer.",
                    remedy: "Answer every step that must be; nothing was stored yet.")
            }
            for step in list.steps {
                guard let text = form.filled(step.id.text) else { continue }
                let answer = step.kind == .value ? text.replacing(",", with: ".") : text
                if step.kind == .value, Double(answer) == nil {
                    throw RefusedSaying(
                        field: step.id.text, says: "“\(text)” is no number.",
                        remedy: "Write it as 24.98; what stood before it is stored.")
                }
                _ = try await ask.world.say(
                    .checkAnswered(
                        CheckAnswer(
                            job: job, machine: machine, list: id, step: step.id,
                            asked: list.name + ": " + step.says
                                + (step.unit.isEmpty ? "" : ", " + step.unit), answer: answer,
                            isGood: step.isGood(answer), at: ask.world.time)),
                    id: nil, actor: ask.actor)
            }
        }
    }

    /// `POST /j/{job}/documents`: a file with its note.
    static func attach(_ ask: Ask) async throws -> Response {
        let job = try JobAddress.job(ask)
        do {
            let form = try await ask.upload(limit: LoopLimits.documentBytes + 64 * 1024)
            guard let file = form.file, !file.name.isEmpty else {
                throw RefusedSaying(
                    field: "file", says: "No file was chosen.", remedy: "Choose one.")
            }
            try await ask.world.attach(
                file.bytes, name: String(file.name.suffix(200)), type: file.type,
                note: form.filled("note") ?? "", to: job, actor: ask.actor)
            return Answer.go(to: JobAddress.page(job))
        } catch let refused as RefusedSaying {
            return try await page(ask, "job", refused: refused)
        } catch let problem as Problem where problem.kind == .tooLarge {
            return try await page(
                ask, "job", refused: ImportPage.tooLarge(LoopLimits.documentBytes))
        }
    }

    /// `GET /j/{job}/documents/{hash}`: the bytes, to be kept and not run here.
    static func document(_ ask: Ask) async throws -> Response {
        let job = try JobAddress.job(ask)
        let hash = ask.context?.parameters.get("hash") ?? ""
        guard let found = try await ask.world.document(hash, of: job) else {
            throw Problem(.notFound, "The job has no such document.")
        }
        guard let bytes = found.bytes else {
            throw Problem(
                .notFound,
                "The document “\(found.document.name)” is lost or damaged on the disk. A backup of"
                    + " before may hold it.")
        }
        var response = Answer.bytes(bytes, type: "application/octet-stream")
        let name = String(
            found.document.name.map { $0.isLetter || $0.isNumber || ".-_ ".contains($0) ? $0 : "_" }
        )
        response.headers[.contentDisposition] =
            "attachment; filename=\"document\"; filename*=UTF-8''" + JobAddress.escaped(name)
        return response
    }
}
