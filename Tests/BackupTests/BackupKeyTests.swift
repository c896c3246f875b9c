// The written key: reading back what was printed, and noticing what was typed wrong.

import Testing

@testable import Backup

@Suite struct BackupKeyTests {
    @Test func `a key reads back from its text`() throws {
        for seed in 0..<200 {
            let key = BackupKey.make { Seeded.bytes($0, seed: UInt64(seed)) }
            #expect(try BackupKey(text: key.text) == key)
            #expect(key.text.split(separator: "-").map(\.count) == Array(repeating: 4, count: 9))
        }
    }

    @Test func `the text is the one of the format page`() {
        #expect(sampleKey.text == "0410-6105-0R3G-G28A-1C60-T3GF-208H-44RM-QMGN")
    }

    @Test func `case, spaces, hyphens and look-alikes do not matter`() throws {
        let text = sampleKey.text
        let looks = text.replacing("0", with: "O").replacing("1", with: "l")
        for typed in [
            text.lowercased(), text.replacing("-", with: " "), text.replacing("-", with: ""),
            " " + text.replacing("-", with: " - ") + "\n", looks, looks.lowercased(),
            text.replacing("1", with: "I"), text.replacing("-", with: "\u{2013}"),
        ] {
            #expect(try BackupKey(text: typed) == sampleKey, "\(typed)")
        }
    }

    @Test func `one wrong character is noticed, and its group is named`() throws {
        let letters = Array(sampleKey.text.filter { $0 != "-" })
        for place in letters.indices {
            for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" where letter != letters[place] {
                var typed = letters
                typed[place] = letter
                let found = trouble { _ = try BackupKey(text: String(typed)) }
                #expect(found == .mistypedKey(.group(place / 4 + 1)))
            }
        }
    }

    @Test func `two characters exchanged are noticed`() throws {
        let letters = Array(sampleKey.text.filter { $0 != "-" })
        for first in letters.indices {
            for second in letters.indices where letters[first] != letters[second] {
                var typed = letters
                typed.swapAt(first, second)
                #expect(trouble { _ = try BackupKey(text: String(typed)) } != nil)
            }
        }
    }

    @Test func `any two wrong pairs are noticed`() throws {
        var dice = Seeded(11)
        let letters = Array(sampleKey.text.filter { $0 != "-" })
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        for _ in 0..<3000 {
            var typed = letters
            for _ in 0..<2 {
                let pair = Int.random(in: 0..<18, using: &dice) * 2
                typed[pair] = alphabet.randomElement(using: &dice) ?? "0"
                typed[pair + 1] = alphabet.randomElement(using: &dice) ?? "0"
            }
            if typed == letters { continue }
            #expect(trouble { _ = try BackupKey(text: String(typed)) } != nil)
        }
    }

    @Test(arguments: [
        ("", KeyTypo.length(found: 0)),
        ("0410-6105-0R3G-G28A-1C60-T3GF-208H-44RM", .length(found: 32)),
        ("0410-6105-0R3G-G28A-1C6-T3GF-208H-44RM-QMGN", .groupLength(5, found: 3)),
        ("0410-6105-0R3GG-G28A-1C60-T3GF-208H-44RM-QMGN", .groupLength(3, found: 5)),
        ("0410-6105-0R3G-G28A-1C60-T3GF-208H-44UM-QMGN", .letter("U", group: 8)),
        ("0410-6105-0R3G-G28A-1C60-T3GF-208H-44ÄM-QMGN", .letter("Ä", group: 8)),
        ("0410-6105-0R3G-G28A-1C60-T3GF-208H-AAAA-QMGN", .somewhere),
        (String(repeating: "0", count: 500), .length(found: 500)),
    ])
    func `what is wrong is said`(_ text: String, _ typo: KeyTypo) {
        #expect(trouble { _ = try BackupKey(text: text) } == .mistypedKey(typo))
    }

    @Test func `the key is not in its description or its members`() {
        #expect("\(sampleKey)" == "•••")
        #expect(String(reflecting: sampleKey) == "•••")
        var listing = ""
        dump(sampleKey, to: &listing)
        #expect(!listing.contains("20"))
    }
}
