// Spreadsheets as people really have them: the right types, or a plain question.

import Testing

@testable import Sheets

@Suite struct UglySpreadsheetTests {
    @Test("one date over the twelfth settles the column, and the reason names it")
    func settlesDateOrder() throws {
        let found = try guess("Machine,Day,Qty\nA,03/04/2026,1\nB,25/04/2026,2\n")
        #expect(found.open.isEmpty)
        #expect(found.columns[1].kind == .date)
        #expect(
            found.columns[1].why.contains("“25/04/2026” in line 3 can only have the day first."))
        #expect(try rows(found) == [["A", "2026-04-03", "1"], ["B", "2026-04-25", "2"]])
    }

    @Test("dates that fit both orders are asked with a real example, and not read before")
    func asksForDateOrder() throws {
        let text = "Machine,Day,Qty\nA,03/04/2026,1\nB,05/04/2026,2\n"
        let found = try guess(text)
        let question = try #require(found.open.first)
        #expect(found.open.count == 1)
        #expect(question.text == "“03/04/2026” in “Day”: 3 April 2026 or 4 March 2026?")
        #expect(throws: SheetError.unanswered([question])) { try TableReading(found) }
        let answers: [(DateOrder, String)] = [
            (.dayFirst, "2026-04-03"), (.monthFirst, "2026-03-04"),
        ]
        for (order, date) in answers {
            let decided = try guess(text, Decisions(answers: [question.id: .dateOrder(order)]))
            #expect(try rows(decided)[0][1] == date)
        }
        let wrong = try guess(text, Decisions(answers: [question.id: .decimalMark(.comma)]))
        #expect(wrong.open == [question])
    }

    @Test("another column of the same sheet settles the order")
    func borrowsDateOrder() throws {
        let found = try guess("Start,End,Qty\n03/04/2026,25/04/2026,1\n05/04/2026,26/04/2026,2\n")
        #expect(found.open.isEmpty)
        #expect(found.columns[0].why.contains("“End” in the same sheet has the day first."))
    }

    @Test("one answer about day and month settles each column with the same doubt")
    func sharesDateOrder() throws {
        let text = "Start,End,Qty\n03/04/2026,04/04/2026,1\n05/04/2026,06/04/2026,2\n"
        let open = try guess(text).open
        #expect(open.map(\.id) == [.dateOrder(column: 0), .dateOrder(column: 1)])
        for question in open {
            let answers = Decisions(answers: [question.id: .dateOrder(.dayFirst)])
            let decided = try guess(text, answers)
            #expect(decided.open.isEmpty)
            #expect(try rows(decided)[0].prefix(2) == ["2026-04-03", "2026-04-04"])
        }
        let differing = Decisions(answers: [
            .dateOrder(column: 0): .dateOrder(.dayFirst),
            .dateOrder(column: 1): .dateOrder(.monthFirst),
        ])
        #expect(try rows(try guess(text, differing))[0].prefix(2) == ["2026-04-03", "2026-04-04"])
    }

    @Test("both orders in one column are asked with one example of each")
    func asksForMixedOrders() throws {
        let text = "Day,Qty\n25/04/2026,1\n04/26/2026,2\n27/04/2026,3\n"
        let question = try #require(try guess(text).open.first)
        #expect(question.text.contains("“25/04/2026” in line 2 and “04/26/2026” in line 3"))
        let decided = try guess(text, Decisions(answers: [question.id: .dateOrder(.dayFirst)]))
        let read = Array(try TableReading(decided))
        #expect(
            read[1].cells[0]
                == .misfit(
                    text: "04/26/2026", reason: "“04/26/2026” is no date with the day first."))
        #expect(read.count == 3)
    }

    @Test("1,234 is asked with both readings; another number in the column settles it")
    func asksForDecimals() throws {
        let open = try guess("Job;Weight\nA;1,234\nB;2,500\n").open
        #expect(open.map(\.text) == ["“1,234” in “Weight”: 1234 or 1.234?"])
        let comma = try guess("Job;Weight\nA;1,234\nB;0,5\n")
        #expect(comma.open.isEmpty)
        #expect(try rows(comma) == [["A", "1.234"], ["B", "0.5"]])
        let point = try guess("Job;Weight\nA;1,234\nB;2,500.5\n")
        #expect(try rows(point) == [["A", "1234"], ["B", "2500.5"]])
        let neighbour = try guess("Job;Weight;Price\nA;1,234;9,99\nB;2,500;8,50\n")
        #expect(neighbour.columns[1].why.contains("“Price” in the same sheet has a decimal comma."))
    }

    @Test("German decimals, thousands and units are numbers with their unit")
    func readsGermanNumbers() throws {
        let found = try guess(
            "Auftrag;Gewicht;Preis;Ausschuss\n4711;1 234,5 kg;12,50 €;2,5 %\n4712;0,75 kg;1.200,00 €;10 %\n"
        )
        #expect(found.open.isEmpty)
        #expect(found.columns.map(\.unit) == [nil, "kg", "€", "%"])
        #expect(
            try rows(found) == [
                ["4711", "1234.5", "12.5", "0.025"], ["4712", "0.75", "1200", "0.1"],
            ])
    }

    @Test("pounds, brackets and minus signs behind are money; another currency does not fit")
    func readsMoney() throws {
        let found = try guess(
            "Job,Cost\nA,\"£1,234.50\"\nB,(£5.00)\nC,7.25-\nD,€3.10\nE,£1\nF,£2\n")
        let read = Array(try TableReading(found))
        #expect(read.map { short($0.cells[1]) } == ["1234.5", "-5", "-7.25", "× €3.10", "1", "2"])
        #expect(
            read[3].cells[1]
                == .misfit(
                    text: "€3.10", reason: "The unit is €, the column has £."))
        guard case .value(.number(let number)) = read[0].cells[1] else { return }
        #expect(number.text == "£1,234.50")
    }

    @Test("numbers that would lose digits stay text")
    func keepsZeros() throws {
        let found = try guess("Part,Card\n00123,1234567890123456\n04711,6543210987654321\n")
        #expect(found.columns.map(\.kind) == [.text, .text])
        #expect(found.columns[0].why.contains("“00123” in line 2 would lose digits"))
        #expect(try rows(found)[0] == ["00123", "1234567890123456"])
    }

    @Test("a missing value is never zero: it keeps its row and says why")
    func keepsMissing() throws {
        let found = try guess("Machine,Qty\nA,1\nB,n/a\nC,\nD,about 4\nE,5\nF,6\nG,7\nH,8\n")
        let read = Array(try TableReading(found))
        #expect(
            read.map { short($0.cells[1]) } == ["1", "× n/a", "", "× about 4", "5", "6", "7", "8"])
        #expect(read[3].cells[1] == .misfit(text: "about 4", reason: "“about 4” is not a number."))
        #expect(!read[3].isSound && read[0].isSound)
    }

    @Test("title lines above the table are not read")
    func skipsTitles() throws {
        let found = try guess(
            "Stops of the press shop\nPrinted 3 April 2026\n\nMachine,Minutes,Reason\nA,12,Jam\nB,7,Setup\n"
        )
        #expect(found.titles == ["Stops of the press shop", "Printed 3 April 2026"])
        #expect(found.headRows == [4])
        #expect(try rows(found) == [["A", "720 s", "Jam"], ["B", "420 s", "Setup"]])
    }

    @Test("two lines of headings become one name each")
    func joinsTwoHeads() throws {
        let groups = try guess(
            ",Monday,,Tuesday,\nMachine,Good,Bad,Good,Bad\nA,1,2,3,4\nB,5,6,7,8\n")
        #expect(
            groups.columns.map(\.name) == [
                "Machine", "Monday Good", "Monday Bad", "Tuesday Good", "Tuesday Bad",
            ])
        let units = try guess("Machine,Weight,Length\nname,kg,mm\nA,1.5,2\nB,2.5,3\n")
        #expect(units.columns.map(\.name) == ["Machine name", "Weight kg", "Length mm"])
        #expect(units.headRows == [1, 2])
    }

    @Test("empty and repeated headings get names of their own")
    func namesColumns() throws {
        let found = try guess("Qty,,Qty,Qty 2,Qty\n1,2,3,4,5\n6,7,8,9,10\n")
        #expect(found.columns.map(\.name) == ["Qty", "Column 2", "Qty 2", "Qty 2 2", "Qty 3"])
    }

    @Test("a first row of values is no heading; a table of words only is a question")
    func asksForHeadings() throws {
        let values = try guess("1,2,3\n4,5,6\n")
        #expect(values.headRows.isEmpty && values.rowCount == 2 && values.open.isEmpty)
        let words = try guess("apple,pear\nplum,fig\n")
        #expect(words.open.map(\.id) == [.headings])
        let yes = try guess(
            "apple,pear\nplum,fig\n", Decisions(answers: [.headings: .headings(true)]))
        #expect(try rows(yes) == [["plum", "fig"]])
        let no = try guess(
            "apple,pear\nplum,fig\n", Decisions(answers: [.headings: .headings(false)]))
        #expect(try rows(no).count == 2)
    }

    @Test("a row of totals is a question, by its word or by its sum")
    func asksForTotals() throws {
        let named = "Machine,Qty\nA,1\nB,2\nTotal,3\n"
        let question = try #require(try guess(named).open.first)
        #expect(question.text == "Line 4 holds totals: “Total”, “3”. Leave it out?")
        #expect(
            try rows(try guess(named, Decisions(answers: [question.id: .leaveOut(true)]))).count
                == 2)
        #expect(
            try rows(try guess(named, Decisions(answers: [question.id: .leaveOut(false)]))).count
                == 3)
        let summed = try guess("Machine,Qty,Cost\nA,1,1.5\nB,2,2.5\nC,3,3.5\n,6,7.5\n")
        #expect(summed.open.first?.text.contains("the sum of all rows above it in “Qty”") == true)
        let innocent = try guess("Machine,Qty\nA,1\nB,2\nC,3\nD,6\n")
        #expect(innocent.open.isEmpty)
    }

    @Test("ragged rows and semicolons at the end lose nothing")
    func readsRagged() throws {
        let found = try guess("Job;Qty;Note;\n1;2;a;\n3;4\n5;6;b;extra\n")
        #expect(found.columns.map(\.name) == ["Job", "Qty", "Note", "Column 4"])
        let read = Array(try TableReading(found))
        #expect(
            read.map { $0.cells.map(short) } == [
                ["1", "2", "a", ""], ["3", "4", "", ""], ["5", "6", "b", "extra"],
            ])
        #expect(read[1].remark == "The row has 2 cells, the first row of the table has 4.")
    }

    @Test("empty columns and rows are left out and told")
    func leavesEmptyOut() throws {
        let found = try guess("Job,,Qty,,\n1,,2,,\n,,,,\n3,,4,,\n")
        #expect(found.columns.map(\.name) == ["Job", "Qty"])
        #expect(found.remarks.contains("3 empty columns are left out."))
        #expect(try TableReading(found).map(\.number) == [2, 4])
    }

    @Test("cells pasted from Excel are split at tabs")
    func readsPasted() throws {
        let found = try Workbook.pasted("Machine\tWeight\nA\t1,5\nB\t2,5\n").sheet(0).guess()
        #expect(found.open.isEmpty)
        #expect(try rows(found) == [["A", "1.5"], ["B", "2.5"]])
    }

    @Test("1:30 is asked: clock, hours or minutes; the heading or another cell settles it")
    func asksForClocks() throws {
        let text = "Job,Value\nA,1:30\nB,2:15\n"
        let question = try #require(try guess(text).open.first)
        #expect(question.text == "“1:30” in “Value”: 01:30 on the clock, 1 h 30 min or 1 min 30 s?")
        let answers: [(ClockMeaning, String)] = [
            (.timeOfDay, "01:30"), (.hoursMinutes, "5400 s"), (.minutesSeconds, "90 s"),
        ]
        for (meaning, cell) in answers {
            let decided = try guess(text, Decisions(answers: [question.id: .clock(meaning)]))
            #expect(try rows(decided)[0][1] == cell)
        }
        #expect(try rows(try guess("Job,Start\nA,6:30\nB,14:15\n"))[0][1] == "06:30")
        #expect(try rows(try guess("Job,Time (h:mm)\nA,1:30\nB,2:15\n"))[0][1] == "5400 s")
        #expect(try rows(try guess("Job,Clock in\nA,6:30 am\nB,2:15 pm\n"))[1][1] == "14:15")
        let long = try guess("Job,Value\nA,1:30\nB,26:15\n")
        #expect(
            long.open.first?.choices.map(\.answer) == [
                .clock(.hoursMinutes), .clock(.minutesSeconds),
            ])
    }

    @Test("lengths of time with units, and numbers under a heading that names one")
    func readsLengths() throws {
        let found = try guess(
            "Job,Lost,Hours,Downtime (min)\nA,90 min,1.5,12\nB,1 h 30 min,0.25,7\n")
        #expect(found.open.isEmpty)
        #expect(
            try rows(found) == [
                ["A", "5400 s", "5400 s", "720 s"], ["B", "5400 s", "900 s", "420 s"],
            ])
    }

    @Test("yes and no in several languages; a lone letter is no answer")
    func readsTruths() throws {
        let found = try guess("Job,Planned,Geplant,Letter\n1,yes,ja,n\n2,No,Nein,n\n")
        #expect(found.columns.map(\.kind) == [.whole, .truth, .truth, .text])
        #expect(try rows(found) == [["1", "yes", "yes", "n"], ["2", "no", "no", "n"]])
    }

    @Test("numbers that may be dates are asked, unless the heading says it")
    func asksForDateNumbers() throws {
        let serial = try guess("Job,Date\nA,46115\nB,46116\n")
        #expect(serial.open.first?.text == "“46115” in “Date”: the date 3 April 2026, or a number?")
        let answer: [Question.Subject: Answer] = [.dateNumbers(column: 1): .areDates(true)]
        #expect(
            try rows(try guess("Job,Date\nA,46115\nB,46116\n", Decisions(answers: answer)))[0][1]
                == "2026-04-03")
        #expect(try guess("Job,Batch\nA,20260403\nB,20260404\n").open.count == 1)
        #expect(try rows(try guess("Job,Datum\nA,20260403\nB,20260404\n"))[0][1] == "2026-04-03")
        #expect(try guess("Job,Order\nA,46115\nB,46116\n").open.isEmpty)
    }

    @Test("a person knows better: kind and headings can be chosen")
    func takesDecisions() throws {
        var decisions = Decisions()
        decisions.kinds[1] = .text
        decisions.headRows = []
        let found = try guess("Job,Qty\nA,1\n", decisions)
        #expect(try rows(found) == [["Job", "Qty"], ["A", "1"]])
    }

    @Test("decisions for the next file keep all but the rows left out at the end")
    func keepsLastingDecisions() {
        var decisions = Decisions(answers: [.closingRow(4): .leaveOut(true)])
        decisions[.dateOrder(column: 1)] = .dateOrder(.dayFirst)
        #expect(decisions.lasting.answers == [.dateOrder(column: 1): .dateOrder(.dayFirst)])
    }

    @Test("an answer that the file contradicts is not used")
    func prefersEvidence() throws {
        let decisions = Decisions(answers: [.dateOrder(column: 0): .dateOrder(.monthFirst)])
        let found = try guess("Day,Qty\n03/04/2026,1\n25/04/2026,2\n", decisions)
        #expect(try rows(found)[0][0] == "2026-04-03")
    }

    @Test("a note below the table is a question")
    func asksForNote() throws {
        let found = try guess("Machine,Qty,Reason\nA,1,Jam\nB,2,Setup\nPrinted by the office,,\n")
        #expect(found.open.map(\.id) == [.closingRow(4)])
    }

    @Test("a column of clocks keeps a clock that no wall shows")
    func keepsOddClock() throws {
        let found = try guess("Job,Start\nA,06:30\nB,24:00\nC,7:15\nD,8:00\nE,9:00\n")
        let question = try #require(found.open.first)
        #expect(question.id == .clock(column: 1) && question.choices.count == 2)
    }

    @Test("a per cent sign that is missing is not guessed")
    func keepsShares() throws {
        let found = try guess("Job,Scrap\nA,5%\nB,7%\nC,9\n")
        let read = Array(try TableReading(found))
        #expect(read[2].cells[1] == .misfit(text: "9", reason: "“9” has no % sign."))
    }

    @Test(
        "files without a cell are told apart from tables",
        arguments: ["\n\n", "  \n", ",,,\n,,\n", "\u{FEFF}"])
    func refusesEmpty(_ text: String) throws {
        #expect(throws: SheetError.empty(file: "a.csv")) {
            let found = try guess(text)
            if found.columns.isEmpty { throw SheetError.empty(file: "a.csv") }
        }
    }

    @Test("a date with a time and one without do not mix silently")
    func keepsTimes() throws {
        let found = try guess(
            "Job,At\nA,2026-04-03 06:30\nB,2026-04-04\nC,2026-04-05T07:00:00+02:00\n")
        let read = Array(try TableReading(found))
        #expect(
            read.map { short($0.cells[1]) } == [
                "2026-04-03 06:30", "× 2026-04-04", "2026-04-05 07:00",
            ])
        guard case .value(.dateTime(let last)) = read[2].cells[1] else { return }
        #expect(last.utcOffset == 7_200)
    }
}
