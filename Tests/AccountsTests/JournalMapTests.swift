// Journals for Xero and Sage 50: columns, balance, limits, ugly names, what is refused.

import Plant
import Testing

@testable import Accounts

@Suite("Xero journals") struct XeroMapTests {
    @Test("the sample is Xero's template, line by line")
    func sample() throws {
        let files = try OutwardMap.xero.sample()
        let rows = parsed(files[0].text)
        #expect(files.count == 1)
        #expect(files[0].name == "xero-journal.csv")
        #expect(
            rows[0] == [
                "*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount",
                "TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2",
            ])
        #expect(
            rows[1] == [
                "Job costs", "13/11/2026",
                "Job 4410, Lathe 1, Brackets, 3.50 h, 212 good, 8 scrap, 21.40 kWh", "1002", "T9",
                "226.78", "Project", "Brackets 2026", "", "",
            ])
        // £133.00 + £5.78 + £88.00; scrap £7.64 to and fro; £71.25 + £1.67.
        #expect(
            rows[1...7].map { [$0[3], $0[5]] } == [
                ["1002", "226.78"], ["5010", "7.64"], ["1002", "-7.64"], ["1002", "72.92"],
                ["7350", "-204.25"], ["7200", "-7.45"], ["1001", "-88.00"],
            ])
        #expect(
            rows[8...].map { [$0[1], $0[3], $0[5]] } == [
                ["16/11/2026", "1002", "225.71"], ["16/11/2026", "5010", "4.22"],
                ["16/11/2026", "1002", "-4.22"], ["16/11/2026", "7350", "-190.00"],
                ["16/11/2026", "7200", "-8.11"], ["16/11/2026", "1001", "-27.60"],
            ])
        // £307.34 and £229.93.
        #expect(files[0].total == pence(53_727))
        #expect(files[0].balance == pence(0))
        #expect(files[0].lines == 13)
        #expect(files[0].bytes.first == UInt8(ascii: "*"))
        #expect(files[0].text.hasSuffix("\r\n"))
        #expect(OutwardMap.xero.dryRun(OutwardMap.sampleRows, settings: fullSettings).isEmpty)
    }

    @Test("what Xero needs and nobody said is refused, by name")
    func required() {
        let bare = AccountsSettings()
        #expect(
            refusals(.xero, [costRow()], bare) == [
                "Say a narration: Xero refuses a journal without it.",
                "Say a tax rate: Xero refuses a journal without it.",
                "Say which currency the books are kept in: the file carries none.",
            ])
        var settings = fullSettings
        settings.nominal = NominalCodes()
        #expect(
            refusals(.xero, [costRow(energyCost: 1, scrapCost: 2)], settings) == [
                "Say which account job costs are posted to.",
                "Say which account machine hours are posted to.",
                "Say which account energy costs are posted to.",
                "Say which account scrap costs are posted to.",
            ])
        settings.nominal = NominalCodes(jobCosts: "12345678901", machineHours: "=1")
        #expect(refusals(.xero, [costRow()], settings).count == 2)
    }

    @Test("files throws what the dry run refuses, and writes nothing")
    func throwing() {
        #expect(throws: AccountsError.self) {
            try OutwardMap.xero.files([costRow()], settings: AccountsSettings())
        }
        do {
            _ = try OutwardMap.xero.files([costRow("")], settings: fullSettings)
            Issue.record("An empty job was taken.")
        } catch {
            #expect(error.words == "The row names no job.")
        }
    }

    @Test("a correction is a credit of job costs")
    func negative() throws {
        let files = try OutwardMap.xero.files(
            [costRow(good: -4, hoursCost: -1_250)], settings: fullSettings)
        let rows = parsed(files[0].text)
        #expect(rows[1...].map { [$0[3], $0[5]] } == [["1002", "-12.50"], ["7350", "12.50"]])
        #expect(files[0].balance == pence(0))
        #expect(
            OutwardMap.xero.dryRun([costRow(good: -4)], settings: fullSettings).map(\.says)
                .contains("Parts are taken away: this is a correction."))
    }

    @Test("a day that 300 lines cannot hold becomes several journals that each balance")
    func splitting() throws {
        let rows = (1...650).map { costRow("\($0)", hoursCost: Int64($0)) }
        let files = try OutwardMap.xero.files(rows, settings: fullSettings)
        #expect(files.count == 3)
        #expect(files.allSatisfy { $0.lines <= 300 && $0.balance == pence(0) })
        #expect(files.map(\.name).last == "xero-journal-3.csv")
        // 1 + 2 + … + 650.
        #expect(files.reduce(0) { $0 + ($1.total?.minor ?? 0) } == 211_575)
        #expect(parsed(files[1].text)[1][0] == "Job costs (part 2)")
        for file in files {
            let sum = parsed(file.text).dropFirst().compactMap { hundredths($0[5]) }.reduce(0, +)
            #expect(sum == 0)
        }
    }

    @Test("journals of several days share a file while they fit, in order of days")
    func packing() throws {
        let rows = [3, 1, 2].map { costRow(day: friday.adding(days: $0)) }
        let file = try #require(OutwardMap.xero.files(rows, settings: fullSettings).first)
        #expect(
            parsed(file.text).dropFirst().map { $0[1] } == [
                "14/11/2026", "14/11/2026", "15/11/2026", "15/11/2026", "16/11/2026",
                "16/11/2026",
            ])
    }

    @Test("rows without a cost are left out, with a part of one are noted")
    func missing() throws {
        let rows = [costRow(hoursCost: nil), costRow(energyCost: 99, isAtLeast: true)]
        let found = OutwardMap.xero.dryRun(rows, settings: fullSettings)
        #expect(
            found == [
                MapFinding(
                    row: 2, column: "amounts", weight: .note,
                    says: "A part is missing from the amounts: they really are this much or more."
                ),
                MapFinding(
                    row: 1, column: "amounts", weight: .leftOut,
                    says: "No cost of this row is known. It does not enter the journal."),
                MapFinding(
                    row: 2, column: "amounts", weight: .note,
                    says: "Not known and left out: material."),
            ])
        let files = try OutwardMap.xero.files(rows, settings: fullSettings)
        #expect(files[0].total == pence(5_799))
        #expect(try OutwardMap.xero.files([rows[0]], settings: fullSettings).isEmpty)
        #expect(try OutwardMap.xero.files([], settings: fullSettings).isEmpty)
    }

    @Test("two currencies in one set of books are refused, row by row")
    func currencies() throws {
        let euro = try #require(Currency("EUR"))
        var mixed = costRow()
        mixed.energyCost = pence(5, euro)
        #expect(
            refusals(.xero, [costRow(in: euro), mixed]) == [
                "The row is in EUR, the books are kept in GBP.",
                "An amount is in EUR, the row in GBP.",
            ])
    }

    @Test("yen have no pence, and thousandths of a dinar are rounded without losing any")
    func otherCurrencies() throws {
        let yen = try #require(Currency("JPY"))
        var settings = fullSettings
        settings.currency = yen
        let file = try #require(
            OutwardMap.xero.files([costRow(hoursCost: 5_700, in: yen)], settings: settings).first)
        #expect(parsed(file.text)[1...].map { $0[5] } == ["5700", "-5700"])
        let dinar = try #require(Currency("KWD"))
        settings.currency = dinar
        // 3 × 1.004 = 3.012: 1.01, 1.00, 1.00 against 3.01.
        let rows = (1...3).map { costRow("\($0)", hoursCost: 1_004, in: dinar) }
        let files = try OutwardMap.xero.files(rows, settings: settings)
        #expect(parsed(files[0].text)[1...].map { $0[5] } == ["1.01", "1.00", "1.00", "-3.01"])
        #expect(files[0].balance == pence(0, dinar))
    }

    @Test("ugly names arrive whole or are said to be changed")
    func ugly() throws {
        let row = costRow("=HYPERLINK(\"x\")", machine: "Dreh\nbank, 6\"", product: "@Größe")
        let found = OutwardMap.xero.dryRun([row], settings: fullSettings)
        #expect(found.contains { $0.weight == .cut && $0.row == 1 && $0.column == "Description" })
        let file = try #require(OutwardMap.xero.files([row], settings: fullSettings).first)
        #expect(
            parsed(file.text)[1][2]
                == "Job =HYPERLINK(\"x\"), Dreh bank, 6\", @Größe, 1.50 h, 40 good")
        var settings = fullSettings
        settings.narration = "+Costs"
        let armed = try #require(OutwardMap.xero.files([row], settings: settings).first)
        #expect(parsed(armed.text)[1][0] == "'+Costs")
    }

    @Test("amounts that cannot be added are refused, and nothing traps")
    func tooLarge() {
        let huge = costRow(hoursCost: .max, energyCost: .max)
        #expect(refusals(.xero, [huge]) == ["The amounts are too large to be added up."])
        #expect(!refusals(.sage50, [costRow(hoursCost: .min)]).isEmpty)
        #expect(refusals(.xero, [costRow(hours: .hours(-1))]) == ["The hours are below zero."])
        var odd = costRow()
        odd.day = CivilDate(dayNumber: 4_000_000)
        #expect(refusals(.xero, [odd]) == ["The year 12921 cannot be written."])
        #expect(
            refusals(.xero, [costRow(energy: .nan)])
                == ["The energy is not a number that can be written."])
    }

    @Test("projects without a category are left out and said")
    func tracking() throws {
        var settings = fullSettings
        settings.projectCategory = nil
        let file = try #require(OutwardMap.xero.files([costRow()], settings: settings).first)
        #expect(parsed(file.text)[1][6...7] == ["", ""])
        #expect(
            OutwardMap.xero.dryRun([costRow()], settings: settings).first?.weight == .leftOut)
    }
}

@Suite("Sage 50 journals") struct SageMapTests {
    @Test("the sample is the audit trail import, columns A to O")
    func sample() throws {
        let file = try #require(OutwardMap.sage50.sample().first)
        let rows = parsed(file.text)
        #expect(
            rows[0] == [
                "Type", "Account Reference", "Nominal A/C Ref", "Department Code", "Date",
                "Reference", "Details", "Net Amount", "Tax Code", "Tax Amount", "Exchange Rate",
                "Extra Reference", "User Name", "Project Refn", "Cost Code Refn",
            ])
        #expect(
            rows[1] == [
                "JD", "", "1002", "", "13/11/2026", "4410",
                "Brackets, 3.50 h, 212 good, 8 scrap, 21.40 kWh", "226.78", "T9", "0.00", "",
                "Lathe 1", "", "", "",
            ])
        #expect(rows[3][0] == "JC" && rows[3][2] == "1002" && rows[3][7] == "7.64")
        let debits = rows.filter { $0[0] == "JD" }.compactMap { hundredths($0[7]) }.reduce(0, +)
        let credits = rows.filter { $0[0] == "JC" }.compactMap { hundredths($0[7]) }.reduce(0, +)
        #expect(debits == 53_727 && credits == 53_727)
        #expect(file.balance == pence(0))
        #expect(!file.hasByteOrderMark)
        let found = OutwardMap.sage50.dryRun(OutwardMap.sampleRows, settings: fullSettings)
        #expect(
            found.map(\.says)
                == ["Sage drops project references from journals, so none are written."])
    }

    @Test("a negative amount changes sides, since Sage takes no sign")
    func negative() throws {
        let file = try #require(
            OutwardMap.sage50.files([costRow(hoursCost: -1_250)], settings: fullSettings).first)
        #expect(
            parsed(file.text)[1...].map { [$0[0], $0[2], $0[7]] }
                == [["JC", "1002", "12.50"], ["JD", "7350", "12.50"]])
    }

    @Test(
        "tax codes and departments have their form",
        arguments: [
            ("T9", "0", 0), ("T99", "999", 0), ("T100", "", 1), ("9", "", 1), ("t9", "", 1),
            ("", "", 1), ("T9", "1000", 1), ("T9", "-1", 1), ("T9", "x", 1), ("T", "", 1),
            ("T9", "99999999999999999999", 1),
        ])
    func codes(tax: String, department: String, refused: Int) {
        var settings = fullSettings
        settings.taxCode = tax
        settings.department = department
        #expect(refusals(.sage50, [costRow()], settings).count == refused)
    }

    @Test("nominal codes have eight characters, amounts eight digits before the point")
    func limits() {
        var settings = fullSettings
        settings.nominal.machineHours = "123456789"
        #expect(refusals(.sage50, [costRow()], settings).count == 1)
        #expect(refusals(.sage50, [costRow(hoursCost: 9_999_999_999)]).isEmpty)
        // Once as a debit, once as a credit.
        #expect(
            refusals(.sage50, [costRow(hoursCost: 10_000_000_000)])
                == [
                    "100000000.00 has more than eight digits.",
                    "100000000.00 has more than eight digits.",
                ])
    }

    @Test("references of 30, details of 60, ASCII alone; each cut names its column")
    func texts() throws {
        let row = costRow(
            String(repeating: "9", count: 31), machine: "Fräse",
            product: String(repeating: "ab", count: 40))
        let found = OutwardMap.sage50.dryRun([row], settings: fullSettings)
            .filter { $0.weight == .cut }
        #expect(found.map(\.column) == ["Reference", "Details", "Extra Reference"])
        let file = try #require(OutwardMap.sage50.files([row], settings: fullSettings).first)
        let line = parsed(file.text)[1]
        #expect(line[5].count == 30 && line[6].count == 60 && line[11] == "Fraese")
        #expect(file.text.utf8.allSatisfy { $0 < 0x80 })
    }
}
