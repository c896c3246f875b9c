// Job costs as files for accountants and ERP systems: what would be refused first, then the file.

import Accounts
import Hummingbird
import Loop
import Plant
import Understand

/// What the template of the page shows.
struct AccountsModel: Sendable {
    /// A choice.
    struct Choice: Sendable {
        let value: String
        let name: String
        let isHere: Bool
    }

    /// A field of the settings.
    struct Field: Sendable {
        let name: String
        let label: String
        let value: String
    }

    /// Something found.
    struct Finding: Sendable {
        let weight: String
        let says: String
    }

    /// A file that can be taken.
    struct File: Sendable {
        let name: String
        let address: String
        let words: String
    }

    let frame: PageFrame
    let targets: [Choice]
    let from: String
    let to: String
    let fields: [Field]
    let findings: [Finding]
    let hasFindings: Bool
    let files: [File]
    let trouble: String?
    let notes: [String]
    let columns: [String]
    let source: String
    let rows: String
}

/// `/jobs/accounts`.
enum AccountsPage {
    /// Days of one file at most.
    private static let longest = 62
    private static let findingsShown = 30

    /// Settings of all targets with the words of their fields.
    private static let fields: [(name: String, label: String)] = [
        ("job_costs", "Account for job costs (work in progress)"),
        ("machine_hours", "Account credited with machine hours"),
        ("energy", "Account credited with energy"),
        ("material", "Account credited with material"), ("scrap", "Account for scrap"),
        ("tax", "Tax rate or code, such as No VAT or T9"),
        ("narration", "What the journal is called"), ("department", "Sage department"),
        ("company", "Company in ERPNext"), ("activity", "Activity type in ERPNext"),
        ("analytic", "Analytic account in Odoo"),
    ]

    /// What the address asks for.
    private struct Asked {
        let map: OutwardMap
        let range: TimeRange
        let settings: AccountsSettings
        let from: CivilDate
        let to: CivilDate
    }

    private static func asked(_ ask: Ask) throws -> Asked {
        let today = ask.clock.zone.local(ask.world.time).date
        func date(_ name: String, _ usual: CivilDate) throws -> CivilDate {
            guard let text = ask.query.filled(name) else { return usual }
            guard let date = CivilDate(text) else {
                throw Problem(.badRequest, "“\(text)” is no date. Write it as 2026-11-13.")
            }
            return date
        }
        let from = try date("from", today.monday.adding(days: -7))
        let to = try date("to", today.monday.adding(days: -1))
        guard from <= to, to.dayNumber - from.dayNumber < longest else {
            throw Problem(.badRequest, "A file is about 1 to \(longest) days, in order.")
        }
        let query = ask.query
        return Asked(
            map: query.filled("for").flatMap(OutwardMap.init(rawValue:)) ?? .xero,
            range: TimeRange(
                start: ask.clock.zone.midnight(from),
                end: ask.clock.zone.midnight(to.adding(days: 1))),
            settings: AccountsSettings(
                nominal: NominalCodes(
                    jobCosts: query.filled("job_costs"),
                    machineHours: query.filled("machine_hours"), energy: query.filled("energy"),
                    material: query.filled("material"), scrap: query.filled("scrap")),
                taxCode: query.filled("tax"), narration: query.filled("narration"),
                department: query.filled("department"),
                currency: ask.world.factory.currency, company: query.filled("company"),
                activityType: query.filled("activity"),
                analyticAccount: query.filled("analytic")), from: from, to: to)
    }

    private static func rows(_ asked: Asked, _ ask: Ask) async throws -> [JobCostRow] {
        try await ask.world.jobDays(range: asked.range).map { day in
            let account = day.account
            return JobCostRow(
                job: day.job, product: day.product, machine: day.machine.name, day: day.day,
                hours: account.times.busy, good: account.parts.value?.good ?? 0,
                scrap: account.parts.value?.scrap ?? 0,
                kilowattHours: account.energy.value, hoursCost: account.hoursCost.value,
                energyCost: account.energyCost.value, materialCost: account.materialCost.value,
                scrapCost: account.scrapCost.value,
                isAtLeast: account.totalCost.isAtLeast || account.totalCost.value == nil,
                currency: ask.world.factory.currency)
        }
    }

    /// `GET /jobs/accounts`: what would be in the file, and what would be refused.
    static func answer(_ ask: Ask) async throws -> Response {
        let asked = try asked(ask)
        let rows = try await rows(asked, ask)
        let findings = asked.map.dryRun(rows, settings: asked.settings)
        var files: [AccountsModel.File] = []
        var trouble: String?
        do throws(AccountsError) {
            let made = try asked.map.files(rows, settings: asked.settings)
            let query = ask.request.uri.query.map { "?" + $0 } ?? ""
            files = made.enumerated().map { index, file in
                .init(
                    name: file.name, address: "/jobs/accounts/\(index + 1)" + query,
                    words: Plain.count(Int64(file.lines), "line", "lines")
                        + (file.total.map { ", " + Plain.money($0) } ?? ""))
            }
        } catch {
            trouble = error.words
        }
        let page = asked.map.page
        let names = Dictionary(
            uniqueKeysWithValues: OutwardMap.allCases.map { ($0, $0.page.name) })
        return try ask.page(
            AccountsModel(
                frame: ask.frame(
                    title: "Job costs for the books", ask: "What goes to the accountant?",
                    sentence: (rows.isEmpty
                        ? "No job costs"
                        : Plain.capitalised(
                            Plain.count(
                                Int64(rows.count), "line of job costs", "lines of job costs")))
                        + " from \(Plain.date(asked.from)) to \(Plain.date(asked.to)).",
                    cells: [ask.siteCell]),
                targets: OutwardMap.allCases.map {
                    .init(
                        value: $0.rawValue, name: names[$0] ?? $0.rawValue,
                        isHere: $0 == asked.map)
                }, from: asked.from.text, to: asked.to.text,
                fields: fields.map {
                    .init(name: $0.name, label: $0.label, value: ask.query[$0.name] ?? "")
                },
                findings: grouped(findings), hasFindings: !findings.isEmpty, files: files,
                trouble: trouble,
                notes: page.notes,
                columns: page.columns.map { $0.heading + ": " + $0.owner.words },
                source: page.source, rows: Plain.number(Int64(rows.count))),
            template: "accounts")
    }

    /// Findings that say the same stand once, with how often.
    private static func grouped(_ findings: [MapFinding]) -> [AccountsModel.Finding] {
        var order: [MapFinding] = []
        var counts: [String: Int] = [:]
        for finding in findings {
            let key = finding.weight.rawValue + finding.says
            counts[key, default: 0] += 1
            if counts[key] == 1 { order.append(finding) }
        }
        return order.prefix(findingsShown).map { finding in
            let count = counts[finding.weight.rawValue + finding.says] ?? 1
            return .init(
                weight: finding.weight.rawValue,
                says: count == 1
                    ? finding.says
                    : finding.says + " (" + Plain.count(Int64(count), "line", "lines") + ")")
        }
    }

    /// `GET /jobs/accounts/{file}`: the file of that number.
    static func file(_ ask: Ask) async throws -> Response {
        let asked = try asked(ask)
        let rows = try await rows(asked, ask)
        let number = Int(ask.context?.parameters.get("file") ?? "") ?? 0
        let files: [AccountsFile]
        do throws(AccountsError) {
            files = try asked.map.files(rows, settings: asked.settings)
        } catch {
            throw Problem(.refused, error.words)
        }
        guard files.indices.contains(number - 1) else {
            throw Problem(.notFound, "There is no such file.")
        }
        let file = files[number - 1]
        var response = Answer.bytes(file.bytes, type: "text/csv; charset=utf-8")
        response.headers[.contentDisposition] = "attachment; filename=\"\(file.name)\""
        return response
    }
}
