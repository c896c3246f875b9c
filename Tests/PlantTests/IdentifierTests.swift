// Names that never change.

import Plant
import Testing

@Suite struct IdentifierTests {
    @Test(
        "a slug is made from a name once",
        arguments: [
            ("Lathe 1", "lathe-1"), ("  Säge & Bohrer #2 ", "sage-bohrer-2"), ("CNC--4", "cnc-4"),
            ("旋盤", "machine"), ("", "machine"), ("---", "machine"), ("A", "a"),
            ("\u{1F3ED}Press\u{0}7", "press-7"),
            (String(repeating: "ab ", count: 40), "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a"),
        ])
    func madeFromName(name: String, slug: String) {
        let made = Slug(name: name, fallback: "machine")
        #expect(made.text == slug)
        #expect(Slug(made.text) == made)
    }

    @Test(
        "Latin letters lose their marks, and letters of other scripts are left out",
        arguments: [
            ("Łukasz Wiśniewski", "lukasz-wisniewski"), ("Zażółć gęślą jaźń", "zazolc-gesla-jazn"),
            ("Ștefan Țepeș", "stefan-tepes"), ("Şantier Ţigle", "santier-tigle"),
            ("Mașină de găurit", "masina-de-gaurit"), ("Große Fräse Süd", "grosse-frase-sud"),
            ("Tŷ Gŵyl", "ty-gwyl"), ("Ærø Smøla", "aero-smola"), ("Đurđević", "durdevic"),
            ("Fra\u{308}se", "frase"), ("ÀÉÎÕÜ ÿ", "aeiou-y"), ("2 × 3", "2-3"),
            ("ਗੁਰਪ੍ਰੀਤ", "machine"),
            (String(repeating: "ß", count: 30), String(repeating: "s", count: 40)),
        ])
    func transliterated(name: String, slug: String) {
        #expect(Slug(name: name, fallback: "machine").text == slug)
    }

    @Test(
        "a name in a file gives the id that it always gave",
        arguments: [
            ("Säge & Bohrer #2", "s-ge-bohrer-2"), ("Łódź", "d"), ("Lathe 1", "lathe-1"),
            ("ਗੁਰਪ੍ਰੀਤ", "machine"),
        ])
    func nameInFile(name: String, slug: String) {
        #expect(Slug(nameInFile: name, fallback: "machine").text == slug)
    }

    @Test(
        "what is not a slug is refused",
        arguments: ["", "Lathe", "lathe 1", "lathe_1", "läthe", String(repeating: "a", count: 41)])
    func refused(text: String) {
        #expect(Slug(text) == nil)
    }

    @Test("an event id has version 7, carries its time and reads back in either case")
    func eventID() throws {
        let id = EventID(
            time: Timestamp(milliseconds: 0x017F_22E2_79B0), random: (.max, .max))
        #expect(id.text == "017f22e2-79b0-7fff-bfff-ffffffffffff")
        #expect(EventID(id.text) == id)
        #expect(EventID(id.text.uppercased()) == id)
        #expect(
            EventID(time: Timestamp(nanoseconds: -1), random: (0, 0)).text.hasPrefix(
                "00000000-0000-7000-8000-"))
    }

    @Test(
        "what is not an event id is refused",
        arguments: [
            "", "017f22e2-79b0-7fff-bfff-fffffffffff", "017f22e279b07fffbfffffffffffffff",
            "017f22e2-79b0-7fff-bfff-fffffffffffg", "017f22e2-79b0-7fff-bfff-ffffffffffff0",
            "017f22e2079b0-7fff-bfff-ffffffffffff",
        ])
    func refusedID(text: String) {
        #expect(EventID(text) == nil)
    }

    @Test("any event id reads back from its text")
    func roundTrip() {
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<500 {
            let id = EventID(
                high: numbers.next() >> UInt64.random(in: 0..<64, using: &numbers),
                low: numbers.next())
            #expect(EventID(id.text) == id)
        }
    }
}
