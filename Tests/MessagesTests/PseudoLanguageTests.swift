// The pseudo-language shows untranslated and cut text, and keeps slots and plurals.

import Testing

@testable import Messages

@Suite struct PseudoLanguageTests {
    @Test(
        "text is accented, in brackets, and 40 % longer",
        arguments: [
            // 7 letters become 10: one more after 3, 5 and 7 (2 × 7 / 5 = 2.8, rounded up).
            ("Stopped", "⟦Šţööƥƥƥéđđ⟧"),
            // 2 letters owe 4/5 of a letter, so one more.
            ("OK", "⟦ÖĶĶ⟧"), ("{a}", "⟦{a}⟧"), ("{a}: {b}", "⟦{a}: {b}⟧"), ("1,234", "⟦1,234⟧"),
        ] as [(String, String)])
    func text(_ english: String, _ expected: String) throws {
        let pattern = PseudoLanguage.pattern(try PatternReader.read(english, .english))
        #expect(pattern.source() == expected)
    }

    @Test("plural and select blocks keep their structure, and still choose")
    func blocks() throws {
        let catalog = try Workbench.catalog(
            "a.b = {n, plural, =0 {none} one {# part of {m}} other {# parts of {m}}} made")
        let none = catalog.text("a.b", in: .pseudo, ["n": 0, "m": "B2"])
        let one = catalog.text("a.b", in: .pseudo, ["n": 1, "m": "B2"])
        let many = catalog.text("a.b", in: .pseudo, ["n": 1234, "m": "B2"])
        #expect(none.hasPrefix("⟦ñ") && none.hasSuffix("⟧"))
        #expect(one.hasPrefix("⟦1 ") && one.contains(" B2 "))
        #expect(many.hasPrefix("⟦1,234 ") && many.contains(" B2 "))
        #expect(one != many)
        #expect(catalog.gaps.all.isEmpty)
    }

    @Test("quoted braces stay quoted in the source form")
    func quoted() throws {
        let pattern = PseudoLanguage.pattern(try PatternReader.read("a '{'b'}' it''s", .english))
        let source = pattern.source()
        #expect(source.contains("'{'") && source.contains("'}'") && source.contains("''"))
        #expect(try PatternReader.read(source, .pseudo) == pattern)
    }

    @Test("every message of the box is longer in it, by two fifths or more where it has letters")
    func box() throws {
        let catalog = try BoxMessages.catalog()
        for key in catalog.keys {
            let english = catalog.text(key, in: .english, Samples.slots)
            let pseudo = catalog.text(key, in: .pseudo, Samples.slots)
            #expect(pseudo.hasPrefix("⟦") && pseudo.hasSuffix("⟧"), "\(key)")
            #expect(pseudo.count >= english.count + 2, "\(key)")
            let isPlain = catalog.slots(of: key, in: .english)?.isEmpty == true
            let hasLetters = english.utf8.contains { $0 > 64 && $0 < 123 }
            if isPlain && hasLetters {
                #expect(5 * (pseudo.count - 2) >= 7 * english.count, "\(key)")
                #expect(!pseudo.utf8.contains { $0 > 64 && $0 < 123 }, "\(key): \(pseudo)")
            }
        }
    }
}
