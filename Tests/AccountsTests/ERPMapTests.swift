// Timesheets for ERPNext, analytic lines for Odoo, what all maps have, and ten thousand rows.

import Plant
import Testing

@testable import Accounts

@Suite("ERPNext timesheets") struct ERPNextMapTests {
    @Test("the sample has the labels of the data import, and no byte-order mark")
    func sample() throws {
        let file = try #require(OutwardMap.erpNext.sample().first)
        let rows = parsed(file.text)
        #expect(
            rows[0] == [
                "Series", "Company", "Project", "Note", "Activity Type (Time Sheets)",
                "From Time (Time Sheets)", "Hrs (Time Sheets)", "Completed Qty (Time Sheets)",
            ])
        #expect(
            rows[2] == [
                "TS-.YYYY.-", "Sample Works Ltd", "Brackets 2026",
                "Job 4410, Press brake, Brackets, 1.58 h, 204 good, 6.20 kWh", "Machining",
                "2026-11-13 00:00:00", "1.5833", "204",
            ])
        #expect(rows.count == 4)
        #expect(rows[3][2] == "")
        #expect(file.bytes.first == UInt8(ascii: "S"))
        #expect(file.total == nil && file.balance == nil)
    }

    @Test("a company and an activity type are needed, a currency is not")
    func required() {
        #expect(
            refusals(.erpNext, [costRow()], AccountsSettings()) == [
                "Say the company: ERPNext refuses a timesheet without it.",
                "Say the activity type: ERPNext refuses a timesheet without it.",
            ])
        var settings = fullSettings
        settings.currency = nil
        #expect(refusals(.erpNext, [costRow(hoursCost: nil)], settings).isEmpty)
    }

    @Test("a row without time is left out, one of more than a day is noted")
    func hours() throws {
        let rows = [costRow(hours: .zero), costRow(hours: .hours(26))]
        let found = OutwardMap.erpNext.dryRun(rows, settings: fullSettings)
        #expect(found.map(\.weight) == [.note, .leftOut])
        #expect(found.map(\.row) == [2, 1])
        let file = try #require(OutwardMap.erpNext.files(rows, settings: fullSettings).first)
        #expect(file.lines == 1)
    }
}

@Suite("Odoo analytic lines") struct OdooMapTests {
    @Test("costs are negative, hours and kWh are quantities, and UTF-8 is marked")
    func sample() throws {
        let file = try #require(OutwardMap.odoo.sample().first)
        let rows = parsed(file.text)
        #expect(rows[0] == ["date", "name", "account_id", "unit_amount", "amount"])
        #expect(
            rows[1] == [
                "2026-11-13",
                "Machine hours: Job 4410, Lathe 1, Brackets, 3.50 h, 212 good, 8 scrap, 21.40 kWh",
                "Brackets 2026", "3.5000", "-133.00",
            ])
        #expect(
            rows[1...3].map { [$0[3], $0[4]] } == [
                ["3.5000", "-133.00"], ["21.40", "-5.78"], ["", "-88.00"],
            ])
        #expect(rows[7][2] == "Production")
        // £226.78 + £72.92 + £225.71.
        #expect(file.total == pence(52_541))
        #expect(Array(file.bytes.prefix(4)) == [0xEF, 0xBB, 0xBF, UInt8(ascii: "d")])
    }

    @Test("a job without an analytic account is refused, by its row")
    func account() {
        var settings = fullSettings
        settings.analyticAccount = nil
        let found = OutwardMap.odoo.dryRun([costRow(), costRow("4411")], settings: settings)
            .filter { $0.weight == .refused }
        #expect(found.map(\.row) == [2])
        #expect(
            found.first?.says
                == "Say which analytic account the job 4411 belongs to: Odoo refuses a line without"
                + " one.")
    }

    @Test("an unknown cost stays empty, thousandths stay thousandths")
    func unknown() throws {
        let rows = [costRow(hoursCost: nil, energyCost: -250)]
        let file = try #require(OutwardMap.odoo.files(rows, settings: fullSettings).first)
        #expect(parsed(file.text)[1...].map { $0[4] } == ["", "2.50"])
        #expect(OutwardMap.odoo.dryRun(rows, settings: fullSettings).count == 1)
        let dinar = try #require(Currency("KWD"))
        var settings = fullSettings
        settings.currency = dinar
        let exact = try #require(
            OutwardMap.odoo.files([costRow(hoursCost: 1_004, in: dinar)], settings: settings)
                .first)
        #expect(parsed(exact.text)[1][4] == "-1.004")
    }

    @Test("a row of nothing is left out")
    func nothing() {
        let found = OutwardMap.odoo.dryRun(
            [costRow(hours: .zero, hoursCost: nil)], settings: fullSettings)
        #expect(found.map(\.weight) == [.leftOut])
    }
}

@Suite("All maps") struct OutwardMapTests {
    @Test(
        "every map names its columns, owners and source, and its sample fits",
        arguments: OutwardMap.allCases)
    func pages(map: OutwardMap) throws {
        let page = map.page
        #expect(page.direction == .outward)
        #expect(Set(page.head).count == page.head.count)
        #expect(page.columns.allSatisfy { !$0.meaning.isEmpty })
        #expect(Set(page.columns.map(\.owner)) == [.millwright, .other])
        #expect(!page.source.isEmpty && !page.notes.isEmpty)
        #expect(OutwardMap.sampleRows.count == 3)
        for file in try map.sample() {
            let rows = parsed(file.text)
            #expect(rows[0] == page.head)
            #expect(rows.allSatisfy { $0.count == page.head.count })
            #expect(rows.count == file.lines + 1)
            for row in rows.dropFirst() {
                for (column, field) in zip(page.columns, row) {
                    #expect(!column.isRequired || !field.isEmpty)
                    #expect(field.unicodeScalars.count <= column.longest ?? .max)
                }
            }
        }
    }

    @Test("every line of every map is safe to open", arguments: OutwardMap.allCases)
    func safe(map: OutwardMap) throws {
        let armed = costRow(
            "@SUM(1)", machine: "-cmd|' /C calc'!A0", product: "=1+1", energyCost: 4,
            materialCost: -3, scrapCost: 2)
        var settings = fullSettings
        settings.narration = "=3+3"
        for file in try map.files([armed], settings: settings) {
            for field in parsed(file.text).dropFirst().joined() {
                #expect(!SeparatedText.isFormula(field), "\(field)")
            }
        }
    }

    @Test("a name that must match one on the other side is not changed but refused")
    func matching() {
        var settings = fullSettings
        settings.projects = ["4410": "=2+2"]
        for map in [OutwardMap.xero, .erpNext, .odoo] {
            let found = map.dryRun([costRow()], settings: settings)
                .filter { $0.weight == .refused }
            #expect(found.map(\.row) == [1])
            #expect(
                found.first?.says
                    == "=2+2 must match a name on the other side. It begins like a formula: an"
                    + " apostrophe is put before it.")
        }
        settings = fullSettings
        settings.taxCode = String(repeating: "x", count: 101)
        #expect(refusals(.xero, [costRow()], settings).count == 1)
    }

    @Test("more rows than one export takes are refused", arguments: OutwardMap.allCases)
    func tooMany(map: OutwardMap) {
        let rows = [JobCostRow](repeating: costRow(), count: AccountsLimits.rows + 1)
        #expect(
            refusals(map, rows) == ["50001 rows are more than one export takes (50000)."])
    }

    @Test("findings end at their limit, and say so")
    func manyFindings() {
        let rows = [JobCostRow](repeating: costRow(""), count: AccountsLimits.findings + 10)
        let found = OutwardMap.xero.dryRun(rows, settings: fullSettings)
        #expect(found.count == AccountsLimits.findings)
        #expect(found.last?.says == "There are more findings than are listed here.")
    }

    @Test("ten thousand rows take less than two seconds", arguments: OutwardMap.allCases)
    func speed(map: OutwardMap) throws {
        let rows = (0..<10_000).map { index in
            costRow(
                "\(index)", day: friday.adding(days: index / 400), energy: 1.5,
                hoursCost: Int64(index), energyCost: 41, materialCost: 300, scrapCost: 7)
        }
        var files: [AccountsFile] = []
        let time = try ContinuousClock().measure {
            files = try map.files(rows, settings: fullSettings)
        }
        #expect(time < .seconds(2))
        #expect(files.reduce(0) { $0 + $1.lines } >= 10_000 - 1)
        for balance in files.compactMap(\.balance) { #expect(balance == pence(0)) }
        if map == .xero || map == .sage50 {
            // Σ 0…9,999 + 10,000 × (41 + 300 + 7).
            #expect(files.reduce(0) { $0 + ($1.total?.minor ?? 0) } == 49_995_000 + 3_480_000)
        }
    }
}
