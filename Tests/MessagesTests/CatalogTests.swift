// Loading of files, falling back to English, and the counting of gaps.

import Testing

@testable import Messages

@Suite struct CatalogTests {
    @Test("keys, messages and comments are told apart, whatever the line ends")
    func lines() throws {
        let text = "\u{FEFF}# A comment = none\r\n\r\n  a.b   =  One = two  \r\na.c=#3\n\ta.d = x"
        let catalog = try Workbench.catalog(text)
        #expect(catalog.keys == ["a.b", "a.c", "a.d"])
        #expect(catalog.text("a.b", in: .english) == "One = two")
        #expect(catalog.text("a.c", in: .english) == "#3")
        #expect(catalog.text("a.d", in: .english) == "x")
    }

    @Test(
        "a line that is no message is refused with file, line, key and remedy",
        arguments: [
            ("a.b = x\njust words", 2, nil, "the line has no ="),
            ("word = x", 1, nil, "word is no key"), ("A.b = x", 1, nil, "A.b is no key"),
            ("a..b = x", 1, nil, "a..b is no key"), ("a.b c = x", 1, nil, "a.b c is no key"),
            ("= x", 1, nil, " is no key"), ("\n\na.b =", 3, "a.b", "the message has no text"),
            ("a.b = x\ty", 1, "a.b", "the message has a tab or another"),
            ("a.b = x\na.b = y", 2, "a.b", "the key stands already in en.txt, line 1"),
            ("a.b = {x", 1, "a.b", "the { at character 1 is not closed"),
            ("a.b = {n, plural, one {x}}", 1, "a.b", "the block of {n} has no branch other"),
        ] as [(String, Int, String?, String)])
    func badLines(_ text: String, _ line: Int, _ key: String?, _ says: String) throws {
        let flaws = Workbench.flaws(text)
        let flaw = try #require(flaws.first)
        #expect(flaws.count == 1)
        #expect(flaw.file == "en.txt" && flaw.line == line && flaw.key == key)
        #expect(flaw.says.hasPrefix(says), "\(flaw)")
        #expect(flaw.remedy.hasSuffix("."))
    }

    @Test("the error of a flaw is one line that names everything")
    func flawText() throws {
        let flaw = try #require(
            Workbench.flaws("a.b = Since {time}", [.polish: "\na.b = Od {czas}"]).first)
        #expect(
            flaw.description
                == "pl.txt, line 2, a.b: the slot {czas} is not in the English message."
                + " Its slots are {time}.")
    }

    @Test("a translation is checked against its English message")
    func against() {
        let english = "a.b = Since {time}\na.c = Plain\na.d = {w, select, x {X} other {O}}"
        let says = Workbench.flaws(
            english,
            [
                .polish: "a.b = Od {time}, {n}\na.c = {x}\na.d = {w, select, y {Y} other {O}}",
                .romanian: "a.b = {n, plural, one {x} many {y} other {z}}\na.x = Nimic",
            ]
        ).map { "\($0.file):\($0.line ?? 0) \($0.says)" }
        #expect(
            says == [
                "pl.txt:1 the slot {n} is not in the English message",
                "pl.txt:2 the slot {x} is not in the English message",
                "pl.txt:3 {w} has a branch y that the English message does not know",
                "ro.txt:1 Romanian has no plural category many, so its branch is never shown",
                "ro.txt:2 English has no sound message of this key",
            ])
    }

    @Test("a key that comes twice is found across the files of a language")
    func twoFiles() {
        let flaws = #expect(throws: MessageFlaws.self) {
            try MessageCatalog([
                Workbench.file(.english, "a.b = x"),
                MessageFile(name: "more.txt", language: .english, bytes: Array("a.b = y".utf8)),
            ])
        }
        #expect(flaws?.flaws.map(\.file) == ["more.txt"])
    }

    @Test("without English, and with a file for the pseudo-language, nothing loads")
    func wrongFiles() {
        let flaws = #expect(throws: MessageFlaws.self) {
            try MessageCatalog([Workbench.file(.pseudo, "a.b = x")])
        }
        #expect(flaws?.flaws.map(\.file) == ["en.txt", "en-XA.txt"])
    }

    @Test("bytes that are not UTF-8 are refused with their line")
    func encoding() {
        let bytes = Array("a.b = x\na.c = ".utf8) + [0xE9, 0x21]
        let flaws = #expect(throws: MessageFlaws.self) {
            try MessageCatalog([MessageFile(name: "en.txt", language: .english, bytes: bytes)])
        }
        #expect(flaws?.flaws.map(\.line) == [2])
        #expect(flaws?.flaws.first?.says == "the message is not UTF-8")
    }

    @Test("what is over a limit is refused with the limit")
    func limits() {
        let long = String(repeating: "x", count: MessageLimits.messageBytes)
        #expect(Workbench.flaws("a.b = \(long)").isEmpty)
        #expect(
            Workbench.flaws("a.b = \(long)x").first?.says
                == "the message has 2001 bytes; 2000 is the limit")
        let many = (0...MessageLimits.messages).map { "a.b\($0) = x" }.joined(separator: "\n")
        #expect(Workbench.flaws(many).map(\.line) == [5001])
        let huge = String(repeating: "# comment\n", count: 100_001)
        #expect(Workbench.flaws(huge).first?.says.hasPrefix("it has 1000010 bytes") == true)
        let key = "a." + String(repeating: "b", count: MessageLimits.keyBytes)
        #expect(Workbench.flaws("\(key) = x").first?.says.hasSuffix("is no key") == true)
    }

    @Test("at most a hundred flaws are listed, and the rest is counted")
    func manyFlaws() {
        let text = String(repeating: "no sign\n", count: 130)
        let flaws = #expect(throws: MessageFlaws.self) { try Workbench.catalog(text) }
        #expect(flaws?.flaws.count == 100 && flaws?.others == 30)
        #expect(flaws?.description.hasSuffix("There are 30 more of them.") == true)
    }

    @Test("a missing translation is said in English, with English plurals, and counted")
    func fallback() throws {
        let catalog = try Workbench.catalog(
            "a.b = Stopped\na.n = {n, plural, one {# entry} other {# entries}}",
            [.polish: "a.b = Stoi"])
        #expect(catalog.text("a.b", in: .polish) == "Stoi")
        #expect(catalog.text("a.n", in: .polish, ["n": 1234]) == "1,234 entries")
        #expect(catalog.text("a.n", in: .polish, ["n": 1]) == "1 entry")
        #expect(catalog.text("a.b", in: .romanian) == "Stopped")
        #expect(
            catalog.gaps.all == [
                MessageGap(kind: .translation, language: .polish, key: "a.n", count: 2),
                MessageGap(kind: .translation, language: .romanian, key: "a.b", count: 1),
            ])
        #expect(catalog.missing(in: .polish) == ["a.n"])
        #expect(catalog.missing(in: .romanian) == ["a.b", "a.n"])
        #expect(catalog.missing(in: .english).isEmpty && catalog.missing(in: .pseudo).isEmpty)
    }

    @Test("an unknown key shows itself, a slot without a value a question mark; both count")
    func gaps() throws {
        let catalog = try Workbench.catalog("a.b = {x} and {x} at {rate}")
        #expect(catalog.text("a.z", in: .english) == "a.z")
        let copy = catalog
        #expect(
            copy.text("a.b", in: .english, ["rate": .decimal(.nan, places: 1)])
                == "? and ? at ?")
        #expect(
            catalog.gaps.all == [
                MessageGap(kind: .slot("rate"), language: .english, key: "a.b", count: 1),
                MessageGap(kind: .slot("x"), language: .english, key: "a.b", count: 1),
                MessageGap(kind: .key, language: .english, key: "a.z", count: 1),
            ])
        #expect(catalog.gaps.others == 0)
    }

    @Test("the counter does not grow without end")
    func boundedGaps() throws {
        let catalog = try Workbench.catalog("a.b = x")
        for index in 0..<1500 { _ = catalog.text("a.k\(index)", in: .english) }
        _ = catalog.text("a.k0", in: .english)
        #expect(catalog.gaps.all.count == MessageLimits.countedGaps)
        #expect(catalog.gaps.all.first?.count == 2)
        #expect(catalog.gaps.others == 500)
    }

    @Test("the counter counts from many tasks at once")
    func concurrentGaps() async throws {
        let catalog = try Workbench.catalog("a.b = x")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 { _ = catalog.text("a.b", in: .polish) }
                }
            }
        }
        #expect(catalog.gaps.all.map(\.count) == [800])
    }

    @Test("slots can be set, replaced and taken out")
    func slots() {
        var slots: MessageSlots = ["a": 1, "b": "x"]
        slots["a"] = .whole(2)
        slots["b"] = nil
        #expect(slots["a"] == .whole(2) && slots["b"] == nil && slots["c"] == nil)
        var twice: MessageSlots = ["a": 1, "a": 2]
        #expect(twice["a"] == .whole(1))
        twice["a"] = nil
        #expect(twice["a"] == nil)
    }

    @Test(
        "languages are found by the tags of browsers",
        arguments: [
            ("pl", MessageLanguage.polish), ("PL-pl", .polish), ("ro-MD", .romanian),
            ("pa-Guru-IN", .punjabi), ("en-GB", .english), ("en-xa", .pseudo), ("de", nil),
            ("", nil), ("-", nil), ("pll", nil),
        ] as [(String, MessageLanguage?)])
    func tags(_ tag: String, _ language: MessageLanguage?) {
        #expect(MessageLanguage(tag: tag) == language)
    }
}
