// How the characters are coded: said with its reason, asked where two codings fit.

import Foundation
import Testing

@testable import Sheets

@Suite struct EncodingTests {
    static func latin(_ text: String) -> [UInt8] {
        Array(text.data(using: .windowsCP1252) ?? Data())
    }

    static func utf16(_ text: String, isLittle: Bool, hasMark: Bool) -> [UInt8] {
        var units = Array(text.utf16)
        if hasMark { units.insert(0xFEFF, at: 0) }
        return units.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return isLittle ? [low, high] : [high, low]
        }
    }

    static let text = "Maschine;Grund\nPresse 1;Störung für 5 €\nPresse 2;Größe geändert\n"

    @Test(
        "the same table comes out of every coding that the bytes leave no doubt about",
        arguments: [
            (Array(text.utf8), TextEncoding.utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
            (utf16(text, isLittle: true, hasMark: true), .utf16LittleEndian),
            (utf16(text, isLittle: false, hasMark: true), .utf16BigEndian),
            (utf16(text, isLittle: true, hasMark: false), .utf16LittleEndian),
            (utf16(text, isLittle: false, hasMark: false), .utf16BigEndian),
            (latin(text), .windows1252),
        ])
    func readsCoding(_ bytes: [UInt8], _ encoding: TextEncoding) throws {
        let sheet = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0)
        #expect(sheet.encoding?.encoding == encoding)
        #expect(sheet.encoding?.question == nil)
        #expect(sheet.encoding?.why.isEmpty == false)
        #expect(sheet.cellText(row: 1, column: 1) == "Störung für 5 €")
        #expect(sheet.cellText(row: 2, column: 1) == "Größe geändert")
    }

    @Test("pounds, degrees and cubic metres are Western European without asking")
    func readsPounds() throws {
        let bytes = Self.latin("Job,Cost (£),Temp,Gas\n1,£12.50,20 °C,5 m³\n2,£3.00,21 °C,6 m³\n")
        let sheet = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0)
        #expect(sheet.encoding?.question == nil)
        #expect(sheet.cellText(row: 1, column: 1) == "£12.50")
    }

    @Test("Polish words are Central European without asking")
    func readsPolish() throws {
        let text = "Maszyna;Powód\nPrasa;brak części, zużyte łożysko\nTokarka;książka źle\n"
        let bytes = Array(text.data(using: .windowsCP1250) ?? Data())
        let sheet = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0)
        #expect(sheet.encoding?.encoding == .windows1250)
        #expect(sheet.encoding?.question == nil)
        #expect(sheet.cellText(row: 2, column: 1) == "książka źle")
    }

    @Test("where Western and Central European both fit, both readings are shown")
    func asksWhichEurope() throws {
        let bytes = Self.latin("Machine,Note\nPresse,arrêt\nTour,prêt\n")
        let found = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0).guess()
        let question = try #require(found.open.first { $0.id == .encoding })
        #expect(question.choices.contains { $0.text.contains("“arrêt”") })
        #expect(question.choices.contains { $0.text.contains("“arręt”") })
        #expect(throws: SheetError.self) { try TableReading(found) }
        let decisions = Decisions(answers: [.encoding: .encoding(.windows1250)])
        let second = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0).guess(decisions)
        #expect(try rows(second).first == ["Presse", "arręt"])
    }

    @Test("UTF-8 with damage is a question with both readings, never a silent replacement")
    func asksAboutDamage() throws {
        let bytes = Array("Name,Qty\nMüller,1\n".utf8) + Self.latin("Jürgen,2\n")
        let found = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0).guess()
        let question = try #require(found.open.first { $0.id == .encoding })
        #expect(question.choices.map(\.answer) == [.encoding(.mixed), .encoding(.windows1252)])
        #expect(question.choices[0].text.contains("“Jürgen”"))
        #expect(question.choices[1].text.contains("MÃ¼ller"))
        let decisions = Decisions(answers: [.encoding: .encoding(.mixed)])
        let second = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0).guess(decisions)
        #expect(try rows(second) == [["Müller", "1"], ["Jürgen", "2"]])
    }

    @Test("bytes that no coding has are asked about, and stay what they are")
    func asksAboutUnusedBytes() throws {
        let bytes = Array("Name,Qty\nab".utf8) + [0x81, 0x98] + Array("cd,1\n".utf8)
        let found = try Workbook.open(bytes: bytes, name: "a.csv").sheet(0).guess()
        #expect(found.open.first?.id == .encoding)
    }

    @Test("a cut UTF-16 file says where it is cut")
    func refusesCutUTF16() {
        let bytes = Array(Self.utf16("a,b\n1,2\n", isLittle: true, hasMark: true).dropLast())
        #expect(throws: SheetError.undecodable(file: "a", offset: 16, encoding: .utf16LittleEndian))
        {
            try Workbook.open(bytes: bytes, name: "a").sheet(0)
        }
    }

    @Test("a byte-order mark in the middle is no part of its cell, and is told")
    func notesMarkInTheMiddle() throws {
        let found = try guess("Machine,Qty\nPress,1\n\u{FEFF}Lathe,2\n")
        #expect(try rows(found) == [["Press", "1"], ["Lathe", "2"]])
        #expect(found.remarks.contains { $0.contains("line 3") })
    }
}
