// The page Jobs: what is on the list, what runs, what is finished; putting one on the list.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Jobs shows.
struct JobsModel: Sendable {
    /// A job.
    struct Row: Sendable {
        let name: String
        let address: String
        let product: String
        let place: String
        let parts: String
        let due: String
        let isLate: Bool
        let note: String
    }

    /// A choice of a select.
    struct Choice: Sendable {
        let value: String
        let name: String
    }

    let frame: PageFrame
    let open: [Row]
    let hasOpen: Bool
    let closed: [Row]
    let moreClosed: String?
    let hasClosed: Bool
    let machines: [Choice]
    let products: [Choice]
    let flaw: String?
    let job: String
    let product: String
    let quantity: String
    let due: String
    let note: String
}

/// `/jobs`.
enum JobsPage {
    /// Finished jobs on the page.
    private static let closedShown = 25

    static func answer(_ ask: Ask) async throws -> Response { try await page(ask) }

    private static func page(
        _ ask: Ask, form: FormFields? = nil, refused: RefusedSaying? = nil
    ) async throws -> Response {
        let picture = try await ask.world.jobs()
        let running = picture.open.filter { !$0.runningOn.isEmpty }.count
        let late = picture.open.filter { isLate($0, ask) }.count
        let model = JobsModel(
            frame: ask.frame(
                title: "Jobs", ask: "What is to be made?",
                sentence: sentence(picture.open.count, running, late), cells: [ask.siteCell]),
            open: picture.open.map { row($0, ask) }, hasOpen: !picture.open.isEmpty,
            closed: picture.closed.prefix(closedShown).map { row($0, ask) },
            moreClosed: picture.closed.count > closedShown
                ? "The latest \(closedShown) of \(picture.closed.count)." : nil,
            hasClosed: !picture.closed.isEmpty,
            machines: ask.world.factory.activeMachines.map {
                .init(value: $0.id.text, name: $0.name)
            },
            products: ask.world.factory.products(at: ask.world.time).map {
                .init(value: $0.name, name: $0.name)
            },
            flaw: refused.map { $0.says + " " + $0.remedy }, job: form?["job"] ?? "",
            product: form?["product"] ?? "", quantity: form?["quantity"] ?? "",
            due: form?["due"] ?? "", note: form?["note"] ?? "")
        return try ask.page(
            model, template: "jobs", status: refused == nil ? .ok : .unprocessableContent)
    }

    private static func sentence(_ open: Int, _ running: Int, _ late: Int) -> String {
        guard open > 0 else { return "No job is on the list." }
        let jobs = Plain.capitalised(Plain.count(Int64(open), "job is", "jobs are"))
        let now = running == 0 ? "none runs now" : "\(running) now running"
        return "\(jobs) open, \(now)" + (late > 0 ? ", \(late) late." : ".")
    }

    private static func isLate(_ job: JobSummary, _ ask: Ask) -> Bool {
        guard let due = job.planned?.due, !job.isClosed else { return false }
        return due < ask.clock.zone.local(ask.world.time).date
    }

    static func row(_ job: JobSummary, _ ask: Ask) -> JobsModel.Row {
        let quantity = job.quantity.map { Plain.number($0) }
        let parts =
            job.good.map { good in
                Plain.number(good) + (quantity.map { " of " + $0 } ?? "")
            } ?? quantity.map { $0 + " to make" } ?? ""
        let meant = job.planned?.machine.flatMap { ask.world.factory.machines[$0]?.name }
        let place =
            job.runningOn.isEmpty
            ? meant.map { "for " + $0 } ?? job.machines.map(\.name).joined(separator: ", ")
            : "on " + job.runningOn.map(\.name).joined(separator: ", ")
        return .init(
            name: job.job, address: JobAddress.page(job.job), product: job.product, place: place,
            parts: parts, due: job.planned?.due.map { Plain.date($0) } ?? "",
            isLate: isLate(job, ask), note: job.planned?.note ?? "")
    }

    /// `POST /jobs`: puts a job on the list or changes it there.
    static func plan(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let planned = try job(form)
            let factory = ask.world.factory
            if form["change"] == nil, factory.plannedJobs[planned.job] != nil,
                !factory.closedJobs.contains(planned.job)
            {
                throw RefusedSaying(
                    field: "job", says: "Job \(planned.job) is on the list already.",
                    remedy: "Open it and change it there.")
            }
            _ = try await ask.world.say(.jobPlanned(planned), id: nil, actor: ask.actor)
            return Answer.go(to: form.filled("back") ?? JobAddress.page(planned.job))
        } catch let refused as RefusedSaying {
            return try await page(ask, form: form, refused: refused)
        }
    }

    /// A whole number, with thousands parted by commas or blanks or not; nil for anything else:
    /// a comma before one or two digits is no thousand.
    private static func wholeNumber(_ text: String) -> Int64? {
        let parts = text.split(omittingEmptySubsequences: false) { ", \u{A0}\u{202F}".contains($0) }
        guard parts.dropFirst().allSatisfy({ $0.count == 3 }), parts.allSatisfy({ !$0.isEmpty }),
            parts.count == 1 || parts[0].count <= 3
        else { return nil }
        return Int64(parts.joined())
    }

    static func job(_ form: FormFields) throws -> PlannedJob {
        var quantity: Int64?
        if let text = form.filled("quantity") {
            guard let whole = wholeNumber(text) else {
                throw RefusedSaying(
                    field: "quantity", says: "“\(text)” is no number of parts.",
                    remedy: "Write it in digits, or leave it empty.")
            }
            quantity = whole
        }
        var due: CivilDate?
        if let text = form.filled("due") {
            guard let date = CivilDate(text) else {
                throw RefusedSaying(
                    field: "due", says: "“\(text)” is no date.", remedy: "Write it as 2026-11-13.")
            }
            due = date
        }
        let name = (form["job"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return PlannedJob(
            job: name, product: form["product"] ?? "",
            machine: form.filled("machine").flatMap { Slug($0) }, quantity: quantity, due: due,
            note: form["note"] ?? "")
    }
}
