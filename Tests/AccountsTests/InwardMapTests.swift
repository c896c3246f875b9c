// Work orders out of ERPNext and Odoo: what is clear, what is asked, what is refused.

import Plant
import Testing

@testable import Accounts

private func date(_ text: String) -> CivilDate? { CivilDate(text) }

private let head = [
    "ID", "Item To Manufacture", "Qty To Manufacture", "Expected Delivery Date", "Status",
    "Workstation (Operations)",
]

private func read(
    _ rows: [String]..., order: DateOrder? = nil
) throws -> PlanReading {
    try InwardMap.erpNext.read(
        [head] + rows, settings: AccountsSettings(dateOrder: order))
}

@Suite("Work orders") struct InwardMapTests {
    @Test("ERPNext: the sample gives two jobs, one of them with two machines to ask about")
    func erpNext() throws {
        let found = try InwardMap.erpNext.read(InwardMap.erpNext.sample)
        #expect(
            found.jobs == [
                OrderedJob(
                    job: "MFG-WO-2026-00042", product: "Covers", quantity: 90,
                    due: date("2026-12-11"), machineHint: "Press brake")
            ])
        #expect(found.questions.map(\.row) == [2])
        #expect(
            found.questions.first?.asks
                == "MFG-WO-2026-00041 names 2 machines: Lathe 1, Press brake. Which one is it"
                + " planned for?")
        #expect(found.questions.first?.choices.map(\.machineHint) == ["Lathe 1", "Press brake"])
        #expect(found.refused.isEmpty)
    }

    @Test("Odoo: deadlines, and the scheduled end where there is none")
    func odoo() throws {
        let found = try InwardMap.odoo.read(InwardMap.odoo.sample)
        #expect(found.jobs.map(\.job) == ["WH/MO/00041", "WH/MO/00042", "WH/MO/00043"])
        #expect(found.jobs.map(\.quantity) == [500, 90, 40])
        #expect(
            found.jobs.map(\.due) == ["2026-12-04", "2026-12-11", "2026-12-14"].map(date))
        #expect(found.jobs.map(\.machineHint) == ["Lathe 1", "Press brake", nil])
    }

    @Test(
        "headings are found by label or field name, in any order, case and with a mark before them")
    func headings() throws {
        let found = try InwardMap.odoo.read([
            ["\u{FEFF}PRODUCT_QTY", "  reference* ", "colour", "product_id/name"],
            ["12", "WH/MO/1", "red", "Covers"],
        ])
        #expect(found.jobs == [OrderedJob(job: "WH/MO/1", product: "Covers", quantity: 12)])
    }

    @Test("files that cannot be read say what is missing")
    func unreadable() {
        func error(_ table: [[String]]) -> AccountsError? {
            do {
                _ = try InwardMap.erpNext.read(table)
                return nil
            } catch {
                return error
            }
        }
        #expect(error([]) == .noHead)
        #expect(error([["", " "]]) == .noHead)
        #expect(
            error([["ID", "Colour"]])
                == .missingColumns(["Item To Manufacture", "Qty To Manufacture"]))
        #expect(
            error([["ID", "Colour"]])?.words
                == "The file has no column Item To Manufacture, Qty To Manufacture. Export it with"
                + " this column.")
        let row = ["1"]
        #expect(
            error([head] + [[String]](repeating: row, count: 50_001)) == .tooManyRows(50_001))
        #expect(error([[String](repeating: "ID", count: 501)]) == .tooManyColumns(501))
    }

    @Test("orders that are over, or name too little, are refused with their row")
    func refused() throws {
        let found = try read(
            ["1", "A", "5", "", "Completed"], ["2", "", "5"], ["3", "A", ""], ["4", "A", "-5"],
            ["5", "A", "0"], ["6", "A", "2.5"], ["7", "A", "lots"], ["8", "A", "9999999999"],
            ["9\u{1}", "A", "1"], [String(repeating: "x", count: 141), "A", "1"],
            ["", "A", "3"], [], ["", "", ""])
        #expect(found.jobs.isEmpty && found.questions.isEmpty)
        #expect(
            found.refused.map(\.says) == [
                "1 is over: its state is Completed.", "2 names no product.", "3 has no quantity.",
                "The quantity -5 is below zero.", "The quantity is nothing.",
                "The quantity 2.5 is not a whole number of parts.",
                "The quantity lots is no number.", "The quantity 9999999999 is too large.",
                "A name has line breaks or other control characters in it.",
                "A name has more than 140 characters.",
            ])
        #expect(found.refused.map(\.row) == Array(2...11))
    }

    @Test("a row without a job before any order is refused")
    func orphan() throws {
        let found = try read(["", "", "", "", "", "Lathe 1"], ["1", "A", "5"], ["", "B", "3"])
        #expect(found.refused.map(\.row) == [2, 4])
        #expect(found.jobs.map(\.job) == ["1"])
    }

    @Test("day and month that could be either are asked about, unless the site says")
    func dates() throws {
        let asked = try read(["1", "A", "5", "03/04/2027"])
        #expect(asked.questions.map(\.asks) == ["03/04/2027: is it 3 April or 4 March?"])
        #expect(
            asked.questions.first?.choices.map(\.due) == ["2027-04-03", "2027-03-04"].map(date))
        #expect(
            try read(["1", "A", "5", "03/04/2027"], order: .monthFirst).jobs.map(\.due)
                == [date("2027-03-04")])
        #expect(
            try read(["1", "A", "5", "03-04-2027"], order: .dayFirst).jobs.map(\.due)
                == [date("2027-04-03")])
    }

    @Test(
        "dates in all their forms",
        arguments: [
            ("2026-11-27", "2026-11-27"), ("2026-11-27 23:59:59", "2026-11-27"),
            ("2026-11-27T08:00:00Z", "2026-11-27"), ("27/11/2026", "2026-11-27"),
            ("11/27/2026", "2026-11-27"), ("27-11-2026", "2026-11-27"), ("3.4.2026", "2026-04-03"),
            ("04/04/2026", "2026-04-04"), ("2024-02-29", "2024-02-29"),
        ])
    func clearDates(text: String, day: String) throws {
        #expect(try read(["1", "A", "5", text]).jobs.map(\.due) == [date(day)])
    }

    @Test(
        "a date that cannot be read is asked about, not dropped",
        arguments: [
            "27/11/26", "2026-02-30", "soon", "31/31/2026", "2026-11", "1/2/3/4", "0/0/2026",
        ])
    func wrongDates(text: String) throws {
        let found = try read(["1", "A", "5", text])
        #expect(
            found.questions.map(\.asks)
                == ["The date \(text) cannot be read. Take the job without a day?"])
        #expect(found.questions.first?.choices == [OrderedJob(job: "1", product: "A", quantity: 5)])
    }

    @Test(
        "quantities in all their forms",
        arguments: [
            ("120", Int64(120)), ("120.0", 120), ("120.000000", 120), ("1,200.00", 1_200),
            ("1.200,00", 1_200), ("120,0", 120), ("1,200,000", 1_200_000), ("0500", 500),
            ("1000000000", 1_000_000_000),
        ])
    func quantities(text: String, value: Int64) {
        #expect(PlanCell<Int64>.quantity(text) == .clear(value))
    }

    @Test("a mark before three digits may be either, and is asked about")
    func unclearQuantities() throws {
        #expect(
            PlanCell<Int64>.quantity("1,200")
                == .unclear([1_200], asks: "Is the quantity 1,200 1200 parts?"))
        #expect(
            PlanCell<Int64>.quantity("5.000")
                == .unclear([5_000, 5], asks: "Is the quantity 5.000 5000 parts or 5?"))
        let found = try read(["1", "A", "5.000", "03/04/2027"])
        #expect(found.questions.first?.choices.count == 4)
        for text in ["1,20,0", "1.2.3", "1,2345.00", ",5", "5,", "1e3", "½", "+5"] {
            guard case .wrong = PlanCell<Int64>.quantity(text) else {
                Issue.record("\(text) was taken.")
                continue
            }
        }
        #expect(PlanCell<Int64>.quantity("  ") == .empty)
    }

    @Test("drafts and repeated orders are asked about")
    func asked() throws {
        let found = try read(
            ["1", "A", "5", "", "Draft"], ["2", "B", "6"], ["2", "B", "7"])
        #expect(found.jobs.map(\.quantity) == [6])
        #expect(
            found.questions.map(\.asks)
                == ["1 is still a draft. Take it in?", "2 stands in the rows 3 and 4."])
        #expect(found.questions.map { $0.choices.map(\.quantity) } == [[5], [7]])
    }

    @Test("operations of a refused order are no news, and more than twenty machines are said")
    func machines() throws {
        let quiet = try read(
            ["1", "A", "5", "", "Closed"], ["", "", "", "", "", "Lathe 1"])
        #expect(quiet.refused.count == 1)
        var table = [head, ["1", "A", "5"]]
        for number in 1...25 { table.append(["", "", "", "", "", "M\(number)"]) }
        let many = try InwardMap.erpNext.read(table)
        #expect(many.questions.first?.asks.hasPrefix("1 names more than 20 machines: M1,") == true)
        #expect(many.questions.first?.choices.count == 20)
    }

    @Test("ten thousand orders take less than two seconds")
    func speed() throws {
        var table = [head]
        for number in 1...10_000 {
            table.append(["WO-\(number)", "Covers", "\(number)", "2027-01-15", "Not Started", ""])
        }
        var found: PlanReading?
        let time = try ContinuousClock().measure { found = try InwardMap.erpNext.read(table) }
        #expect(time < .seconds(2))
        #expect(found?.jobs.count == 10_000)
    }

    @Test("both pages say where their columns stand", arguments: InwardMap.allCases)
    func pages(map: InwardMap) {
        #expect(map.page.direction == .inward)
        #expect(map.page.columns.allSatisfy { $0.owner == .other })
        #expect(!map.page.source.isEmpty)
        #expect(map.sample.allSatisfy { $0.count == map.page.head.count })
    }
}
