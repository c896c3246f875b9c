// Thousands of damaged files: each is read or refused, none traps and none hangs.

import Testing

@testable import Sheets

@Suite(.tags(.large)) struct FuzzTests {
    /// Opens a file, answers every question with one of its choices, and reads all rows.
    static func digest(_ bytes: [UInt8], _ dice: inout Dice) -> Int {
        do throws(SheetError) {
            let book = try Workbook.open(bytes: bytes, name: "fuzz")
            return try read(book, &dice)
        } catch {
            return error.words.says.utf8.count
        }
    }

    private static func read(_ book: Workbook, _ dice: inout Dice) throws(SheetError) -> Int {
        var size = 0
        for number in book.sheets.indices.prefix(2) {
            size += try read(try book.sheet(number), &dice)
        }
        return size
    }

    static func read(_ sheet: Sheet, _ dice: inout Dice) throws(SheetError) -> Int {
        var decisions = Decisions()
        var found = try sheet.guess(decisions)
        for _ in 0..<4 where !found.open.isEmpty {
            for question in found.open {
                decisions[question.id] = question.choices.randomElement(using: &dice)?.answer
            }
            found = try sheet.guess(decisions)
        }
        for column in found.columns where dice.next() % 4 == 0 {
            decisions.kinds[column.index] = ColumnKind.allCases.randomElement(using: &dice)
        }
        found = try sheet.guess(decisions)
        for _ in 0..<2 {
            for question in found.open {
                decisions[question.id] = question.choices.randomElement(using: &dice)?.answer
            }
            found = try sheet.guess(decisions)
        }
        guard found.open.isEmpty else { return 0 }
        var cells = 0
        for row in try TableReading(found) { cells += row.cells.count }
        #expect(cells % max(1, found.columns.count) == 0)
        return cells
    }

    /// Bytes changed, cut, doubled, or replaced by something that matters to a reader.
    static func mutated(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        let spice: [[UInt8]] = [
            [0x22], [0x22, 0x22], [0x2C], [0x3B], [0x0A], [0x0D], [0x00], [0xFF, 0xFE],
            [0xEF, 0xBB, 0xBF],
            [0xC3], [0xE2, 0x80], Array("99999999999999999999".utf8), Array("-".utf8),
            Array("(".utf8),
            Array("1e308".utf8), Array("31/12/9999".utf8), Array("99999:59".utf8),
            Array("_xD800_".utf8),
            Array("<".utf8), Array("&#x0;".utf8), Array("r=\"XFD1048576\"".utf8), Array("%".utf8),
        ]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &dice) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            let end = min(bytes.count, place + Int.random(in: 1...20, using: &dice))
            switch dice.next() % 6 {
            case 0: bytes[place] ^= UInt8(1 << (dice.next() % 8))
            case 1: bytes[place] = UInt8(dice.next() & 0xFF)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.insert(contentsOf: spice.randomElement(using: &dice) ?? [], at: place)
            default:
                bytes.replaceSubrange(place..<end, with: spice.randomElement(using: &dice) ?? [])
            }
        }
        if dice.next() % 16 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &dice)) }
        return bytes
    }

    static let texts = [
        "Machine,Start,Minutes,Reason\nPress 1,03/04/2026 06:30,12,\"Jam, twice\"\nLathe,25/04/2026 07:00,7,\"Set\nup\"\nTotal,,19,\n",
        "Auftrag;Gewicht;Preis;Ausschuss\n4711;1 234,5 kg;12,50 €;2,5 %\n4712;0,75 kg;1.200,00 €;10 %\n",
        "a\tb\tc\n1:30\t(5.00)\tyes\n26:15\t£1,234\tno\n",
        "Day,At\n3. März 2026,2:30 pm\nFri 3 Apr 2026,14:30:15.5\n",
        "Job,Date,Batch\n007,46115,20260403\n008,46116,20260404\n",
    ]

    @Test("two thousand damaged texts are read or refused", arguments: 0..<20)
    func survivesTexts(_ round: Int) {
        var dice = Dice(state: UInt64(round) &+ 1)
        for _ in 0..<100 {
            let text = Self.texts.randomElement(using: &dice) ?? ""
            var bytes = Array(text.utf8)
            if dice.next() % 8 == 0 {
                bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            }
            _ = Self.digest(Self.mutated(bytes, &dice), &dice)
        }
    }

    @Test("five hundred damaged archives are read or refused", arguments: 0..<5)
    func survivesArchives(_ round: Int) throws {
        var dice = Dice(state: UInt64(round) &+ 100)
        let files = try ["shop.xlsx", "odd.xlsx", "parts.xlsx", "mac1904.xlsx"].map(fixture)
        for _ in 0..<100 {
            let file = files.randomElement(using: &dice) ?? []
            _ = Self.digest(Self.mutated(file, &dice), &dice)
        }
    }

    @Test("fifteen hundred workbooks with damaged parts are read or refused", arguments: 0..<15)
    func survivesParts(_ round: Int) throws {
        var dice = Dice(state: UInt64(round) &+ 200)
        var books: [[String: [UInt8]]] = []
        for name in ["shop.xlsx", "odd.xlsx", "parts.xlsx"] {
            let zip = try ZipParts(try fixture(name), file: name)
            var parts: [String: [UInt8]] = [:]
            for part in zip.names where part.hasPrefix("xl/") {
                parts[part] = try zip.bytes(of: part, limit: 1 << 20)
            }
            books.append(parts)
        }
        for _ in 0..<100 {
            var parts = books.randomElement(using: &dice) ?? [:]
            // Sorted, so that a seed always damages the same part.
            let names = parts.keys.sorted().filter { !$0.contains("theme") }
            let name = names.randomElement(using: &dice) ?? ""
            parts[name] = Self.mutated(parts[name] ?? [], &dice)
            do throws(SheetError) {
                let book = try XLSXBook(LooseParts(parts: parts), file: "fuzz")
                for number in book.entries.indices.prefix(2) {
                    let read = try book.grid(number)
                    let sheet = Sheet(
                        entry: book.entries[number], grid: read.grid, remarks: read.remarks,
                        file: "fuzz")
                    _ = try Self.read(sheet, &dice)
                }
            } catch {
                #expect(!error.words.remedy.isEmpty)
            }
        }
    }

    @Test("cells of every byte pattern are read as every kind without a trap")
    func survivesCells() {
        var dice = Dice(state: 7)
        let alphabet = Array("0123456789.,:-/ '()%+eE€£ainpmhTZ\u{202F}’".utf8)
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 1...24, using: &dice)).map { _ in
                alphabet.randomElement(using: &dice) ?? 0
            }
            let shape = CellShape.text(bytes, bytes.indices)
            #expect(shape.rawValue != 0)
        }
    }
}
