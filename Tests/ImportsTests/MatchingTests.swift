// Names in their plain form, how near two are, and what a text means at a site.

import Plant
import Testing

@testable import Imports

@Suite struct MatchingTests {
    @Test(
        "spellings of one name have one plain form",
        arguments: [
            ("No material", "no  MATERIALS"), ("No material", "no matl"),
            ("No material", "No Mat'l"),
            ("Change over", "c/o"), ("Changeover", "change-over"), ("Setup", "set-up"),
            ("Breakdown", "BRKDWN."), ("Störung", "storung"), ("Łódź", "lodz"),
            ("Mașină", "masina"), ("Machine 4", "M/C 4"), ("Press 4", "press\u{A0}4 "),
            ("Größe", "grosse"), ("é", "e\u{301}"),
        ])
    func plainForm(left: String, right: String) {
        #expect(PlainText.key(left) == PlainText.key(right))
        #expect(!PlainText.key(left).isEmpty)
    }

    @Test("names that mean different things keep different plain forms")
    func differentForms() {
        #expect(PlainText.key("Lathe 1") != PlainText.key("Lathe 11"))
        #expect(PlainText.key("Press") != PlainText.key("Pres"))
        #expect(PlainText.key("Axis") == "axis" && PlainText.key("gas") == "gas")
        #expect(PlainText.key("!?") == "")
    }

    @Test("letters that differ are counted by hand")
    func distance() {
        func count(_ a: String, _ b: String) -> Int {
            NearText.distance(Array(a.unicodeScalars), Array(b.unicodeScalars))
        }
        #expect(count("kitten", "sitting") == 3)
        #expect(count("breakdown", "breakdwon") == 1)
        #expect(count("", "abc") == 3 && count("abc", "abc") == 0)
    }

    @Test("likeness is 1 for the same only, and words in another order are near")
    func score() {
        #expect(NearText.score("tooling", "tooling") == 1)
        // One of nine letters differs: 1 − 1/9 = 0.89.
        #expect(NearText.score("breakdown", "breakdwon") == 0.89)
        // The same two words turned round: 0.95 of 1.
        #expect(NearText.score("material missing", "missing material") == 0.95)
        // One of two words each: 0.95 · 2 · 1 / 4 = 0.475, against letters.
        #expect(NearText.score("no operator", "fire drill") < 0.4)
        #expect(NearText.score("", "a") == 0)
    }

    @Test("an exact name is taken, a near one suggested, an unknown one left open")
    func matches() throws {
        let index = NameIndex([
            (Slug("a"), "No material", ["Pallet missing"]), (Slug("b"), "Breakdown", []),
        ])
        let found = index.matches(["no matl": 3, "break down": 2, "Breakdwon": 1, "xyzzy": 1])
        #expect(found.map(\.exact) == [Slug("a"), Slug("b"), nil, nil])
        #expect(found[2].suggestions.map(\.id) == [Slug("b")])
        #expect(found[3].suggestions.isEmpty)
        let pallet = try #require(index.matches(["pallets missing": 1]).first)
        #expect(pallet.exact == nil && pallet.suggestions[0].detail == "Pallet missing")
        #expect(pallet.suggestions[0].score == 0.95)
    }

    @Test("two names of the site with one plain form are no exact match")
    func ambiguous() throws {
        let index = NameIndex([(Slug("a"), "Setup", []), (Slug("b"), "Set-up", [])])
        let match = try #require(index.matches(["set up": 1]).first)
        #expect(match.exact == nil && match.suggestions.count == 2)
    }

    @Test("spellings are gathered, the most frequent first")
    func spellings() {
        let found = NameIndex([]).matches(["Jam": 1, "JAM": 5, "jam ": 2, "Fire": 3])
        #expect(found.map(\.rows) == [8, 3])
        #expect(found[0].spellings == ["JAM", "jam ", "Jam"])
    }

    @Test("a new machine and a new reason get free ids, once, before the rows")
    func newNames() throws {
        var bench = try Bench(
            "Machine,Start,Minutes,Reason\nLathe 3,2026-11-13 10:00,5,Bar jam\n"
                + "Robot,2026-11-13 10:00,5,Tooling\n")
        let questions = try bench.nameQuestions()
        #expect(
            questions.map(\.id) == [.machine("lathe 3"), .machine("robot"), .reason("bar jam")])
        #expect(questions[0].text.hasSuffix("Is it “Lathe 1”?"))
        #expect(questions[1].choices.last?.text == "Leave its rows out")
        bench.plan.apply(.machineName("lathe 3", .addNew(name: "Lathe 3")))
        bench.plan.apply(.machineName("robot", .leaveOut))
        bench.plan.apply(.reason("bar jam", .addNew(name: "Tooling!", loss: .stoppage)))
        let outcome = try bench.outcome()
        #expect(outcome.preview.counts.new == 1 && outcome.preview.counts.ignored == 1)
        // “Tooling!” is Tooling but for spelling, so nothing is added twice.
        #expect(
            outcome.drafts.map { short($0.event) } == [
                "new machine lathe-3 Lathe 3", "lathe-3 idle 11-13T10:00 11-13T10:05",
                "lathe-3 because tooling 11-13T10:00",
            ])
        #expect(outcome.drafts[0].id.importRow == 0)
    }

    @Test("too many different reasons are notes, and it is asked")
    func manyReasons() throws {
        var text = "Machine,Start,Minutes,Reason\n"
        for row in 0..<501 {
            text += "Lathe 1,2026-11-13 \(two(row % 24)):\(two(row % 60)),1,reason\(row)x\n"
        }
        let bench = try Bench(text)
        let questions = try bench.nameQuestions()
        #expect(questions.map(\.id) == [.manyReasons(3)])
        #expect(questions[0].text.contains("over 500 different texts"))
    }
}
