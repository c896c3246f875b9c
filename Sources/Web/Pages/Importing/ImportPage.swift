// "Bring in a spreadsheet": what we see, what each column is, what will happen, done (ux 21).

import Foundation
import Hummingbird
import Imports
import Loop
import Plant
import Sheets
import Understand

/// What the template of the page shows.
struct ImportModel: Sendable {
    /// One answer.
    struct Choice: Sendable {
        let value: String
        let text: String
    }

    /// One question.
    struct Asked: Sendable {
        let name: String
        let text: String
        let choices: [Choice]
    }

    /// A column.
    struct Column: Sendable {
        let number: String
        let name: String
        let examples: String
        let roles: [Role]
    }

    /// A role that a column may have.
    struct Role: Sendable {
        let code: String
        let words: String
        let isHere: Bool
    }

    /// A row as it will be stored.
    struct Row: Sendable {
        let row: String
        let words: String
        let result: String
    }

    /// A file of the watch folder that waits.
    struct InboxRow: Sendable {
        let name: String
        let why: String
    }

    /// An import that was done.
    struct Done: Sendable {
        let number: String
        let file: String
        let when: String
        let words: String
        let isUndone: Bool
        let canUndo: Bool
    }

    let frame: PageFrame
    let trouble: String?
    let isStart: Bool
    let address: String
    let file: String
    let seen: [String]
    let questions: [Asked]
    let hasQuestions: Bool
    let mayLeave: Bool
    let columns: [Column]
    let hasColumns: Bool
    let counts: [String]
    let rows: [Row]
    let hasRows: Bool
    let refused: [Row]
    let hasRefused: Bool
    let warnings: [String]
    /// What is said where rows lie before the first working time; nil where none do.
    let beforeShifts: String?
    let canStore: Bool
    let storeWords: String
    let script: String
    /// How far storing it is; nil while it is not stored.
    let storing: String?
    let progress: String
    let stored: String?
    /// Number of the import once it is stored, to take it back; nil before.
    let number: String?
    let refusedAddress: String?
    let done: [Done]
    let hasDone: Bool
    /// Files of the watch folder that wait for a person.
    let inbox: [InboxRow]
}

/// `/import`.
enum ImportPage {
    /// Days in which an import can be taken back on the page.
    static let undoDays = 30.0
    private static let refusedShown = 20
    private static let importsShown = 20

    static func answer(_ ask: Ask) async throws -> Response { try await start(ask) }

    private static func start(
        _ ask: Ask, refused: RefusedSaying? = nil
    ) async throws -> Response {
        let now = ask.world.time
        let done = try await ask.world.imports().prefix(importsShown).map { facts in
            ImportModel.Done(
                number: String(facts.number), file: facts.file,
                when: ask.clock.moment(facts.started, today: now),
                words: facts.taken.map {
                    Plain.count($0, "row taken", "rows taken") + ", "
                        + Plain.number(facts.refused ?? 0) + " refused"
                } ?? "not finished", isUndone: facts.isUndone,
                canUndo: !facts.isUndone
                    && (now - facts.started).hours < undoDays * 24)
        }
        return try ask.page(
            model(
                ask, sentence: "Bring in what you have on paper or in a sheet, 1 file at a time.",
                done: Array(done), trouble: refused.map { $0.says + " " + $0.remedy }),
            template: "import", status: refused == nil ? .ok : .unprocessableContent)
    }

    private static func model(
        _ ask: Ask, sentence: String, done: [ImportModel.Done] = [], trouble: String? = nil,
        id: String? = nil, file: WaitingFile? = nil, steps: ImportSteps? = nil,
        questions: [ImportModel.Asked] = [], outcome: Imports.ImportOutcome? = nil
    ) -> ImportModel {
        let address = id.map { "/import/" + $0 } ?? "/import"
        let preview = outcome?.preview
        var mayLeave = false
        if case .names = steps?.next { mayLeave = true }
        let storable = preview.map { $0.counts.new + $0.counts.joined } ?? 0
        let isStoring = file?.isStoring ?? false
        let canStore = storable > 0 && !isStoring && (questions.isEmpty || mayLeave)
        let refused = (preview?.refused.prefix(refusedShown) ?? []).map(refusedRow)
        let hasRefusedFile = file.map { !$0.refusedCSV.isEmpty } ?? false
        return ImportModel(
            frame: ask.frame(
                title: "Bring in a spreadsheet", ask: "What do you have already?",
                sentence: sentence, cells: [ask.siteCell]),
            trouble: trouble, isStart: id == nil, address: address, file: file?.name ?? "",
            seen: seen(file, steps), questions: questions, hasQuestions: !questions.isEmpty,
            mayLeave: mayLeave, columns: columns(steps),
            hasColumns: steps?.guess != nil && file?.number == nil && file?.isStoring != true,
            counts: preview.map { words($0.counts) } ?? [],
            rows: preview.map { $0.rows.map(row) } ?? [],
            hasRows: preview.map { !$0.rows.isEmpty } ?? false, refused: refused,
            hasRefused: !refused.isEmpty, warnings: preview.map { $0.warnings.map(\.text) } ?? [],
            beforeShifts: preview.flatMap { beforeShifts($0.span.range, ask) },
            canStore: canStore,
            storeWords: "Store " + Plain.count(Int64(storable), "row", "rows"),
            script: ask.site.assets.address("import.js"),
            storing: isStoring ? file.map(progressWords) : nil,
            progress: String(file?.progress ?? 0),
            stored: file?.number.map { "Import \($0) is stored." },
            number: file?.number.map { String($0) },
            refusedAddress: hasRefusedFile ? address + "/refused.csv" : nil, done: done,
            hasDone: !done.isEmpty,
            inbox: id == nil
                ? ask.site.watched.waiting.map { .init(name: $0.file.name, why: $0.why) } : [])
    }

    /// Stops outside of working time are stored and count in no figure: better said before.
    private static func beforeShifts(_ span: TimeRange?, _ ask: Ask) -> String? {
        guard let span else { return nil }
        let zone = ask.clock.zone
        guard let first = ask.world.factory.calendarVersions.map(\.validFrom).min() else {
            return "No working time is set: what the file says is stored, and lost time stays"
                + " empty until shifts are set."
        }
        guard span.start < zone.midnight(first) else { return nil }
        return "Working time is set from \(Plain.date(first)) \(first.year) on: rows of before are"
            + " stored, and count as lost time only once shifts are set from their day on."
    }

    private static func refusedRow(_ row: RefusedRow) -> ImportModel.Row {
        .init(
            row: String(row.row), words: row.column.map { $0 + ": " } ?? "", result: row.reason)
    }

    private static func seen(_ file: WaitingFile?, _ steps: ImportSteps?) -> [String] {
        guard let table = steps?.table else { return [] }
        let known =
            file?.isKnown == true
            ? ["Read as the last file with these headings."]
                + (file?.number == nil ? ["Change it below where it differs."] : []) : []
        return known + [
            Plain.capitalised(Plain.count(Int64(table.rowCount), "row", "rows")) + ", "
                + Plain.count(Int64(table.columns.count), "column", "columns") + "."
        ] + (table.headWhy.isEmpty ? [] : [table.headWhy]) + table.remarks
    }

    private static func columns(_ steps: ImportSteps?) -> [ImportModel.Column] {
        guard let guess = steps?.guess, let plan = steps?.plan else { return [] }
        return guess.columns.map { column in
            let role = plan.roles[column.column]
            return .init(
                number: String(column.column), name: column.name,
                examples: column.examples.prefix(3).joined(separator: ", "),
                roles: [.init(code: "", words: "not decided", isHere: role == nil)]
                    + ColumnRole.all.map {
                        .init(code: $0.code, words: $0.words, isHere: $0 == role)
                    })
        }
    }

    private static func words(_ counts: RowCounts) -> [String] {
        [
            Plain.count(Int64(counts.new), "row is new", "rows are new"),
            Plain.count(Int64(counts.joined), "joins what is stored", "join what is stored"),
            Plain.count(Int64(counts.same), "is stored already", "are stored already"),
            Plain.count(Int64(counts.ignored), "is passed over", "are passed over"),
            Plain.count(Int64(counts.refused), "is refused", "are refused"),
        ].map(Plain.capitalised)
    }

    private static func row(_ row: PreviewRow) -> ImportModel.Row {
        let result =
            switch row.result {
            case .stored: "new"
            case .same: "stored already"
            case .joined: "joins what is stored"
            case .ignored(let why):
                why == .totals ? "totals, passed over" : why == .empty ? "empty" : "left out"
            case .refused(let column, let reason):
                "refused: " + (column.map { $0 + ": " } ?? "") + reason
            }
        return .init(row: String(row.row), words: row.words, result: result)
    }

    /// `POST /import`: a file, or cells that were pasted.
    static func bring(_ ask: Ask) async throws -> Response {
        do {
            let form = try await ask.upload(limit: ask.site.limits.importBytes)
            let work = ImportWork(ask.world)
            let file: WaitingFile
            if let upload = form.file, upload.bytes.isEmpty, !upload.name.isEmpty {
                throw RefusedSaying(
                    field: "file", says: "The file is empty.",
                    remedy: "Check that it is the right file, and choose it again.")
            }
            if let upload = form.file, !upload.bytes.isEmpty {
                file = try await work.open(
                    upload.bytes, name: String(upload.name.suffix(120)), actor: ask.actor)
            } else {
                let cells = form.fields["cells"] ?? ""
                guard cells.contains(where: { !$0.isWhitespace }) else {
                    throw RefusedSaying(
                        field: "cells", says: "Nothing was chosen or pasted.",
                        remedy: "Choose a file, or paste the cells with their headings.")
                }
                file = try await work.pasted(cells, actor: ask.actor)
            }
            return try take(file, ask)
        } catch let refused as RefusedSaying {
            return try await start(ask, refused: refused)
        } catch let problem as Problem where problem.kind == .tooLarge {
            return try await start(ask, refused: ImportPage.tooLarge(ask.site.limits.importBytes))
        }
    }

    /// `POST /import/inbox`: a file of the watch folder that waits for a person.
    static func openInbox(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            guard let name = form["name"], let found = ask.site.watched.file(name) else {
                throw RefusedSaying(
                    field: "name", says: "This file waits no longer.", remedy: "Look again.")
            }
            let bytes = try await ask.site.box.inboxBytes(
                of: found, limit: ask.site.limits.importBytes)
            var file = try await ImportWork(ask.world).open(bytes, name: name, actor: ask.actor)
            file.inbox = found
            return try take(file, ask)
        } catch let refused as RefusedSaying {
            return try await start(ask, refused: refused)
        }
    }

    private static func take(_ file: WaitingFile, _ ask: Ask) throws -> Response {
        let id = ask.site.formToken().lowercased()
        guard ask.site.imports.take(file, id: id) else {
            throw RefusedSaying(
                field: "file", says: "Several files wait to be brought in.",
                remedy: "Finish one of them, or try again in half an hour.")
        }
        return Answer.go(to: "/import/" + id)
    }

    /// What is said about a file that is too large.
    static func tooLarge(_ limit: Int) -> RefusedSaying {
        RefusedSaying(
            field: "file", says: "The file is larger than \(limit / 1_048_576) MB.",
            remedy: "Nothing was stored. Make it smaller, or part it in two.")
    }

    private static func waiting(_ ask: Ask) throws -> (id: String, file: WaitingFile) {
        let id = ask.context?.parameters.get("file") ?? ""
        guard let file = ask.site.imports.file(id, of: ask.actor) else {
            throw Problem(.notFound, "This file waits no longer. Bring it in again.")
        }
        return (id, file)
    }

    /// `GET /import/{file}`: the next question, or what will happen.
    static func step(_ ask: Ask) async throws -> Response {
        let (id, file) = try waiting(ask)
        return try await page(ask, id, file)
    }

    private static func page(
        _ ask: Ask, _ id: String, _ file: WaitingFile, refused: RefusedSaying? = nil
    ) async throws -> Response {
        do {
            let work = ImportWork(ask.world)
            let steps = try work.steps(file)
            var outcome: Imports.ImportOutcome?
            switch steps.next {
            case .sheet, .reading, .columns: break
            case .names, nil:
                if file.number == nil, !file.isStoring {
                    outcome = try await work.preview(file, steps)
                }
            }
            let questions = asked(steps.next)
            let sentence = sentence(file, questions.count)
            return try ask.page(
                model(
                    ask, sentence: sentence, trouble: refused.map { $0.says + " " + $0.remedy },
                    id: id, file: file, steps: steps, questions: questions, outcome: outcome),
                template: "import", status: refused == nil ? .ok : .unprocessableContent)
        } catch let refused as RefusedSaying {
            ask.site.imports.drop(id)
            return try await start(ask, refused: refused)
        }
    }

    private static func sentence(_ file: WaitingFile, _ questions: Int) -> String {
        if file.number != nil { return "\(file.name) is in." }
        if file.isStoring { return "\(file.name) is being stored. Wait, then look again." }
        if questions == 0 { return "\(file.name): this is what it says." }
        return "\(file.name): " + Plain.count(Int64(questions), "question", "questions") + " first."
    }

    /// `POST /import/{file}`: answers, or what a column is.
    static func decide(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        var (id, file) = try waiting(ask)
        do {
            let steps = try ImportWork(ask.world).steps(file)
            if form["what"] == "columns" {
                var plan = steps.plan
                var roles: [Int: ColumnRole] = [:]
                for column in steps.guess?.columns ?? [] {
                    let code = form["c\(column.column)"] ?? ""
                    roles[column.column] = ColumnRole(code: code)
                }
                plan?.roles = roles
                file.plan = plan
            } else {
                guard apply(form, steps, &file) > 0 else {
                    throw RefusedSaying(
                        field: "q0", says: "Nothing is chosen yet.", remedy: missing(steps.next))
                }
            }
            ask.site.imports.keep(file, id: id)
            return Answer.go(to: "/import/" + id)
        } catch let refused as RefusedSaying {
            return try await page(ask, id, file, refused: refused)
        }
    }

    /// `POST /import/{file}/store`.
    static func store(_ ask: Ask) async throws -> Response {
        _ = try await ask.form()
        var (id, file) = try waiting(ask)
        guard ask.site.imports.beginStoring(id) else { return Answer.go(to: "/import/" + id) }
        file.isStoring = false
        defer { ask.site.imports.keep(file, id: id) }
        do {
            let work = ImportWork(ask.world)
            let done = try await work.store(file, work.steps(file), actor: ask.actor) { [id] in
                ask.site.imports.note($0, of: id)
            }
            guard let done else { return Answer.go(to: "/import/" + id) }
            file.number = done.number
            file.refusedCSV = done.refusedCSV
            if let inbox = file.inbox { _ = await ask.site.box.settle(inbox, as: done.number) }
            return Answer.go(to: "/import/" + id)
        } catch let refused as RefusedSaying {
            return try await page(ask, id, file, refused: refused)
        }
    }

    /// `GET /import/{file}/progress`: how far storing it is, for the page's script.
    static func progress(_ ask: Ask) async throws -> Response {
        let (_, file) = try waiting(ask)
        return Answer.json(
            .object([
                ("is_storing", .flag(file.isStoring)), ("progress", .number(file.progress)),
                ("words", .text(progressWords(file))),
            ]))
    }

    private static func progressWords(_ file: WaitingFile) -> String {
        "\(Plain.number(Int64((file.progress * 100).rounded(.down)))) % is stored."
    }

    /// `GET /import/{file}/refused.csv`: refused rows with the reason of each.
    static func refused(_ ask: Ask) async throws -> Response {
        let (_, file) = try waiting(ask)
        guard !file.refusedCSV.isEmpty else {
            throw Problem(.notFound, "No row of this file was refused.")
        }
        var response = Answer.bytes(Array(file.refusedCSV.utf8), type: "text/csv; charset=utf-8")
        response.headers[.contentDisposition] = "attachment; filename=\"refused.csv\""
        return response
    }

    /// `POST /import/undo`: takes an import back as one.
    static func undo(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            guard let number = form["number"].flatMap({ UInt32($0) }),
                try await ask.world.takeBack(import: number, actor: ask.actor)
            else {
                throw RefusedSaying(
                    field: "number", says: "No import of that number counts.",
                    remedy: "Look at the list again.")
            }
            return Answer.go(to: "/import")
        } catch let refused as RefusedSaying {
            return try await start(ask, refused: refused)
        }
    }
}
