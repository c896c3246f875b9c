// CSV cells, texts made fit for a column, decimals, and sums split to the penny.

import Plant
import Testing

@testable import Accounts

@Suite("Cells of a file") struct SeparatedTextTests {
    @Test(
        "formulas are disarmed, plain numbers are left alone",
        arguments: [
            ("=1+1", "'=1+1"), ("+44 1142", "'+44 1142"), ("-Rods", "'-Rods"), ("@x", "'@x"),
            ("\tx", "\"'\tx\""), ("\rx", "\"'\rx\""), ("-12.50", "-12.50"), ("+7", "+7"),
            ("-", "'-"), ("-1e5", "'-1e5"), ("-nan", "'-nan"), ("-.5", "'-.5"), ("-5.", "'-5."),
            ("--5", "'--5"), ("4410", "4410"), ("", ""), ("a=1", "a=1"),
        ])
    func formulas(raw: String, cell: String) {
        #expect(SeparatedText.cell(raw) == cell)
    }

    @Test(
        "commas, quotes, line ends and outer spaces are quoted",
        arguments: [
            ("a,b", "\"a,b\""), ("6\" bar", "\"6\"\" bar\""), ("a\r\nb", "\"a\r\nb\""),
            (" a", "\" a\""), ("a ", "\"a \""), ("=A1,\"x\"", "\"'=A1,\"\"x\"\"\""),
        ])
    func quoting(raw: String, cell: String) {
        #expect(SeparatedText.cell(raw) == cell)
    }

    @Test("what is written is read again, whatever it holds")
    func roundTrip() {
        let ugly = [
            "O'Brien & Söhne", "\"", "\"\"", ",", "a\"b,c", "\u{1F529} bolt", "e\u{301}", "x\ny",
            "5% \\ ; | `", "日本", "",
        ]
        #expect(parsed(SeparatedText.text([ugly, ugly.reversed()])) == [ugly, ugly.reversed()])
        #expect(SeparatedText.text([["a", "b"]]) == "a,b\r\n")
    }
}

@Suite("Texts for a column") struct FieldTextTests {
    @Test("line breaks become one space, and it is said")
    func controls() {
        let field = FieldText(" a\r\n\tb\u{2028}c\u{7} ", longest: 50)
        #expect(field.text == "a b c")
        #expect(field.changes == ["Line breaks and other control characters become spaces."])
    }

    @Test("a text is cut between letters, never inside one, and it is said")
    func cutting() {
        #expect(FieldText("abcdef", longest: 6).changes.isEmpty)
        #expect(FieldText("abcdefg", longest: 6).text == "abcdef")
        // Each letter is two scalars: two fit in five.
        let accents = FieldText("e\u{301}e\u{301}e\u{301}", longest: 5)
        #expect(accents.text == "e\u{301}e\u{301}")
        #expect(accents.changes.count == 1)
        #expect(FieldText("abcde fgh", longest: 6).text == "abcde")
        #expect(FieldText("=abcdef", longest: 6).text == "'=abcd")
    }

    @Test(
        "plain ASCII keeps what can be kept",
        arguments: [
            ("Müller Gehäuse Ø10 ×2", "Mueller Gehaeuse O10 x2"), ("Łódź – £5", "Lodz - GBP 5"),
            ("e\u{301}", "e"), ("日本", "??"), ("“ok”", "\"ok\""), ("20 °C", "20  deg C"),
        ])
    func ascii(raw: String, plain: String) {
        let field = FieldText(raw, longest: 100, isPlain: true)
        #expect(field.text == plain)
        #expect(field.text.utf8.allSatisfy { $0 < 0x80 })
        #expect(field.changes.count == 1)
    }
}

@Suite("Sums to the penny") struct ApportionmentTests {
    @Test("a pound in three is 34, 33 and 33 pence")
    func thirds() {
        #expect(
            Apportionment.split(pence(100), by: [1, 1, 1]) == [pence(34), pence(33), pence(33)])
        #expect(
            Apportionment.split(pence(-100), by: [1, 1, 1])
                == [pence(-34), pence(-33), pence(-33)])
    }

    @Test("the largest remainder gets the odd penny")
    func largest() {
        // £1.01 by 50, 30, 20: 50.5, 30.3 and 20.2 pence.
        #expect(
            Apportionment.split(pence(101), by: [50, 30, 20])
                == [pence(51), pence(30), pence(20)])
        #expect(Apportionment.split(pence(7), by: [0, 5]) == [pence(0), pence(7)])
    }

    @Test("weights that say nothing split nothing")
    func nothing() {
        #expect(Apportionment.split(pence(100), by: []) == nil)
        #expect(Apportionment.split(pence(100), by: [0, 0]) == nil)
        #expect(Apportionment.split(pence(100), by: [1, -1]) == nil)
        #expect(Apportionment.split(pence(100), by: [.max, .max]) == nil)
        #expect(Apportionment.split(pence(.min), by: [.max]) == [pence(.min)])
    }

    @Test("any split sums to its total")
    func sums() {
        for total in stride(from: Int64(-997), through: 997, by: 83) {
            for count in 1...9 {
                let weights = (0..<count).map { Int64($0 * $0 % 7 + 1) }
                let parts = Apportionment.split(pence(total), by: weights) ?? []
                #expect(parts.reduce(0) { $0 + $1.minor } == total)
            }
        }
    }

    @Test("rounding to hundredths keeps the rounded sum")
    func hundredths() {
        // 1.004 + 1.004 + 1.004 = 3.012 is 3.01: one of them must be 1.01.
        #expect(Apportionment.rounded([1_004, 1_004, 1_004], to: 10) == [1_010, 1_000, 1_000])
        // −0.015 and 0.015 round to even: −0.02 and 0.02.
        #expect(Apportionment.rounded([-15], to: 10) == [-20])
        #expect(Apportionment.rounded([15], to: 10) == [20])
        #expect(Apportionment.rounded([25], to: 10) == [20])
        #expect(Apportionment.rounded([-25], to: 10) == [-20])
        // −1.508 is −1.51: rounded down they are −1.01, −1.01 and 0.50, one penny too low.
        #expect(Apportionment.rounded([-1_004, -1_004, 500], to: 10) == [-1_000, -1_010, 500])
        #expect(Apportionment.rounded([1, 2], to: 1) == [1, 2])
        #expect(Apportionment.rounded([1], to: 0) == nil)
        #expect(Apportionment.rounded([.max], to: 10) == nil)
    }

    @Test(
        "decimals are rounded half-even and have their zeros",
        arguments: [
            (Int64(5_400), 2, "1.50"), (1, 4, "0.0003"), (18, 2, "0.00"), (54, 2, "0.02"),
            (-5_400, 2, "-1.50"), (-1, 2, "0.00"), (36_000_000, 0, "10000"),
        ])
    func hours(seconds: Int64, places: Int, text: String) {
        #expect(DecimalText.hours(.seconds(seconds), places: places) == text)
    }

    @Test("money has its currency's decimals, at most two")
    func money() throws {
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        #expect(DecimalText.money(-705, .gbp) == "-7.05")
        #expect(DecimalText.money(1_234, yen) == "1234")
        #expect(DecimalText.money(1_230, dinar) == "1.23")
        #expect(DecimalText.dayFirst(friday) == "13/11/2026")
    }
}
