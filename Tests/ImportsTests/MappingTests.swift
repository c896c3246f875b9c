// Saved mappings: the same both ways, known again by the headings, strict about what they hold.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite struct MappingTests {
    private static let head = "Machine,Start,Minutes,Reason\n"

    /// The only zone that the tests know.
    private func zone(_ name: String) -> ZoneRules? { name == "Europe/London" ? london : nil }

    private func bench(_ rows: String = "Lathe 1,2026-11-13 10:00,5,fire drill\n") throws -> Bench {
        try Bench(Self.head + rows)
    }

    /// A mapping with every kind of choice in it.
    private func full() throws -> ImportMapping {
        var bench = try Bench(
            Self.head + "Lathe 1,03/04/2026 10:00,5,Tooling\n",
            [.dateOrder(column: 1): .dateOrder(.dayFirst)])
        bench.plan.machine = Slug("lathe-2")
        bench.plan.day = CivilDate("2026-11-13")
        bench.plan.durationUnit = .hours
        bench.plan.dayMeaning = .workingDay
        bench.plan.repeated = .second
        bench.plan.unseenStops = .correct
        bench.plan.roles[7] = .measurement(.signal(SignalID(12)))
        bench.plan.roles[8] = .measurement(.ofMachine(Slug("load")))
        bench.plan.roles[9] = .measurement(nil)
        bench.plan.reasons = [
            "fire drill": .noteOnly, "jam": .reason(Slug("tooling"), detail: "Worn insert"),
            "\"quote\"\n": .addNew(name: "New “reason”", loss: .waiting),
        ]
        bench.plan.machines = [
            "robot": .leaveOut, "l3": .addNew(name: "Lathe 3"), "l1": .machine(Slug("lathe-1")),
        ]
        bench.plan.shifts = ["nachtschicht": Slug("night")]
        bench.plan.states = ["warm": .running]
        return ImportMapping(bench.table, plan: bench.plan)
    }

    @Test("a mapping reads back to the same, but for the day of one file")
    func roundTrip() throws {
        let mapping = try full()
        let read = try ImportMapping(text: mapping.text, zone: zone)
        #expect(read == mapping)
        #expect(read.text == mapping.text)
        #expect(read.plan.day == nil && read.plan.reasons.count == 3)
        #expect(read.decisions[.dateOrder(column: 1)] == .dateOrder(.dayFirst))
    }

    @Test("every decision about a sheet that lasts reads back to the same")
    func decisions() throws {
        var decisions = Decisions(answers: [
            .encoding: .encoding(.windows1250), .separator: .separator(0x3B),
            .quotes: .quotes(areLetters: true), .headings: .headings(false),
            .joinedCells: .fillJoined(true), .dateOrder(column: 1): .dateOrder(.monthFirst),
            .decimalMark(column: 2): .decimalMark(.comma),
            .clock(column: 2): .clock(.minutesSeconds),
            .dateNumbers(column: 3): .areDates(true),
        ])
        decisions.headRows = [2, 3]
        decisions.kinds = [4: .duration, 5: .text]
        let mapping = ImportMapping(
            signature: "0 a", plan: ImportPlan(zone: london), decisions: decisions)
        #expect(try ImportMapping(text: mapping.text, zone: zone).decisions == decisions)
    }

    @Test("the next file with the same headings is known, and its names need no answer again")
    func nextFile() throws {
        var first = try bench()
        first.plan.apply(.reason("fire drill", .noteOnly))
        let saved = ImportMapping(first.table, plan: first.plan).text
        let mapping = try ImportMapping(text: saved, zone: zone)
        var next = try bench(
            "Lathe 2,2026-12-01 10:00,7,Fire Drills\nLathe 1,2026-11-13 10:00,5,x\n")
        #expect(mapping.fits(next.table))
        next.plan = mapping.plan
        #expect(try next.nameQuestions().map(\.id) == [.reason("x")])
        #expect(
            !mapping.fits(try Bench("Machine,Start,End,Reason\na,2026-11-13 10:00,b,c\n").table))
        #expect(
            mapping.fits(try Bench("MACHINE ,start,minutes,Reason\na,2026-11-13 10:00,1,c\n").table)
        )
    }

    @Test("a later version is refused by its number")
    func newer() throws {
        let text = try full().text.replacing("\"version\":1", with: "\"version\":2")
        #expect(throws: ImportError.newerMapping(version: 2, known: 1)) {
            try ImportMapping(text: text, zone: zone)
        }
        let words = ImportError.newerMapping(version: 2, known: 1).words
        #expect(words.why == "It has version 2; this box knows versions up to 1.")
    }

    @Test(
        "what a mapping does not know is named with its place",
        arguments: [
            (
                "\"signature\":", "\"colour\":\"red\",\"signature\":",
                "colour is not known to this version"
            ),
            ("\"column\":0", "\"column\":0,\"x\":1", "roles[0].x is not known to this version"),
            (
                "\"role\":\"machine\"", "\"role\":\"robot\"",
                "roles[0].role is not a known role, and is “robot”"
            ),
            ("\"role\":\"start\"", "\"role\":\"machine\"", "roles[1].role is not given once"),
            ("\"column\":1,\"role\"", "\"column\":0,\"role\"", "roles[1].column is not named once"),
            ("Europe/London", "Mars/Olympus", "The time zone “Mars/Olympus” is not known"),
            (
                "\"kind\":\"stops\"", "\"kind\":\"songs\"",
                "kind is not one of stops, production, jobs, hours, measurements"
            ),
            ("\"version\":1", "\"version\":0", "There is no version 0"),
            ("\"version\":1", "\"version\":1.5", "is not a whole number"),
            ("millwright.import-mapping", "other", "It is no import mapping"),
            ("\"signal\":12", "\"signal\":-1", "roles[4].signal is not the number of a signal"),
            (
                "\"machine\":\"lathe-2\"", "\"machine\":\"A B\"",
                "machine is not an id of a to z, digits and hyphens"
            ),
        ])
    func strict(old: String, new: String, says: String) throws {
        let text = try full().text
        #expect(text.contains(old))
        let changed = text.replacing(old, with: new, maxReplacements: 1)
        do {
            _ = try ImportMapping(text: changed, zone: zone)
            Issue.record("it was read")
        } catch {
            #expect(error.words.why.contains(says), "\(error.words.why)")
        }
    }

    @Test("text that is cut or changed anywhere is read or refused, and never traps")
    func damaged() throws {
        let bytes = Array(try full().text.utf8)
        var dice = Dice(state: 11)
        var refused = 0
        for round in 0..<2_000 {
            var copy = bytes
            if round < bytes.count / 2 {
                copy.removeLast(Int.random(in: 1...bytes.count, using: &dice))
            } else {
                for _ in 0..<3 {
                    let place = Int.random(in: 0..<copy.count, using: &dice)
                    copy[place] = UInt8.random(in: 0...255, using: &dice)
                }
            }
            do {
                _ = try ImportMapping(text: String(decoding: copy, as: UTF8.self), zone: zone)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000 && refused <= 2_000)
        #expect(throws: ImportError.mapping(what: "It has over 1 MB")) {
            try ImportMapping(text: String(repeating: " ", count: 1_048_577), zone: zone)
        }
    }
}
