// Random tables: nothing traps, and every row ends as stored, same, joined, ignored or refused.

import Plant
import Sheets
import Testing

@testable import Imports

@Suite(.tags(.large)) struct FuzzTests {
    static let heads = [
        "Machine", "Start", "End", "Date", "End date", "Hour", "Shift", "Minutes", "Status",
        "Reason",
        "Note", "Good", "Scrap", "Rework", "Scrap cause", "Job", "Product", "Planned", "Cycle time",
        "Due date", "Value", "Colour", "Zeit", "Menge", "",
    ]
    static let cells = [
        "", "", "Lathe 1", "Lathe 2 ", "Press 4", "Robot", "2026-11-13 10:00",
        "2026-11-13 23:59:59",
        "13/11/2026", "03/04/2026", "29/03/2026 01:30", "25/10/2026 01:30", "9999-12-31 23:59",
        "0001-01-01 00:00", "1678-01-01", "06:00", "24:00", "23:59", "06:00-07:00", "22-6", "Night",
        "Early", "5", "90", "1h20", "0:45", "-1", "1e308", "9223372036854775807", "0.5", "1,234.5",
        "99999999999999999999", "nan", "inf", "Tooling", "no matl", "=1+1", "Total", "Running",
        "Störung", "J-1", "\u{0}", "\u{202E}x", "🙂", "2026-11-13T10:00:00+14:00", "1:99",
        "99999:59",
        "12.5%", "£5", "true",
    ]

    static let existing = ImportExisting(
        rows: [stamp().key(row: 2)],
        seenStops: [
            Slug("press-4"): [
                TimeRange(start: at("2026-11-13T09:50:00Z"), end: at("2026-11-13T10:30:00Z")),
                TimeRange(start: at("2026-03-29T00:50:00Z"), end: at("2026-03-29T10:30:00Z")),
            ]
        ],
        events: [
            .countBooked(
                machine: Slug("lathe-1"),
                range: TimeRange(
                    start: at("2026-11-13T00:00:00Z"), end: at("2026-11-14T00:00:00Z")),
                good: 5, scrap: 5, rework: 0, cause: "")
        ])

    /// Answers every question with one of its choices, or with what a page would offer.
    static func answer(_ bench: inout Bench, _ dice: inout Dice) throws {
        for _ in 0..<12 {
            let open = bench.plan.open(bench.table, guess: bench.guess, site: bench.site)
            guard let question = open.first else { return }
            if let choice = question.choices.randomElement(using: &dice) {
                bench.plan.apply(choice.change)
            } else if case .missing(.day) = question.id {
                bench.plan.day = CivilDate("2026-11-13")
            } else {
                // A kind that needs less.
                bench.plan.kind = TableKind.allCases.randomElement(using: &dice)
            }
        }
    }

    @Test("20,000 random tables never trap, and the counts are the rows", arguments: 0..<4)
    func randomTables(part: Int) throws {
        let sites = [madeSite(), madeSite(hasShifts: false)]
        var dice = Dice(state: UInt64(part) &+ 1_000)
        var (read, results) = (0, RowCounts())
        for round in 0..<5_000 {
            let width = Int.random(in: 1...8, using: &dice)
            let heads = (0..<width).map { _ in Self.heads.randomElement(using: &dice) ?? "" }
            // Most columns keep to a few values, as real ones do.
            let few = (0..<width).map { _ in
                (0..<3).map { _ in Self.cells.randomElement(using: &dice) ?? "" }
            }
            var text = heads.joined(separator: ";") + "\n"
            for _ in 0..<Int.random(in: 0...12, using: &dice) {
                text +=
                    few.map { values in
                        let isOdd = Int.random(in: 0..<8, using: &dice) == 0
                        return (isOdd ? Self.cells : values).randomElement(using: &dice) ?? ""
                    }.joined(separator: ";") + "\n"
            }
            guard
                let outcome = try Self.run(text, site: sites[round % 2], &dice)
            else { continue }
            read += 1
            results.new += outcome.preview.counts.new
            results.same += outcome.preview.counts.same
            results.joined += outcome.preview.counts.joined
            results.ignored += outcome.preview.counts.ignored
            results.refused += outcome.preview.counts.refused
        }
        // The tables are not all refused at the door: the numbers below are far under what is seen.
        #expect(read > 1_000, "seed \(part)")
        #expect(results.new > 300 && results.refused > 300 && results.ignored > 50, "\(results)")
    }

    /// One table through everything; nil where the file itself or a question without an answer
    /// stops it.
    static func run(_ text: String, site: ImportSite, _ dice: inout Dice) throws -> ImportOutcome? {
        guard let sheet = try? Workbook.open(bytes: Array(text.utf8), name: "a.csv").sheet(0) else {
            return nil
        }
        var decisions = Decisions()
        for _ in 0..<6 {
            guard let open = try? sheet.guess(decisions).open, !open.isEmpty else { break }
            for question in open {
                decisions[question.id] = question.choices.randomElement(using: &dice)?.answer
            }
        }
        guard var bench = try? Bench(bytes: Array(text.utf8), decisions.answers, site: site),
            bench.table.open.isEmpty
        else { return nil }
        try answer(&bench, &dice)
        if bench.plan.settledKind == .measurements {
            for (column, role) in bench.plan.roles where role == .measurement(nil) {
                bench.plan.roles[column] = .measurement(.signal(SignalID(UInt32(column % 3))))
            }
        }
        if Bool.random(using: &dice) { bench.plan.repeated = .first }
        if Bool.random(using: &dice) { bench.plan.unseenStops = .correct }
        let survey = try ImportSurvey(bench.table, plan: bench.plan, site: site)
        for question in survey.open(bench.plan, site: site) where Bool.random(using: &dice) {
            if let choice = question.choices.randomElement(using: &dice) {
                bench.plan.apply(choice.change)
            }
        }
        guard bench.plan.open(bench.table, guess: bench.guess, site: site).isEmpty else {
            return nil
        }
        let outcome = try bench.outcome(existing)
        check(outcome, text)
        // A mapping of any plan reads back to the same.
        let mapping = ImportMapping(bench.table, plan: bench.plan)
        let again = try ImportMapping(text: mapping.text, zone: { _ in london })
        #expect(again == mapping)
        return outcome
    }

    /// What holds for every outcome.
    static func check(_ outcome: ImportOutcome, _ text: String) {
        let counts = outcome.preview.counts
        #expect(outcome.preview.refused.count == counts.refused, "\(text)")
        #expect(Set(outcome.drafts.map(\.id)).count == outcome.drafts.count, "\(text)")
        #expect(outcome.samples.allSatisfy { $0.flaw == nil }, "\(text)")
        for draft in outcome.drafts {
            switch draft.event {
            case .stateCorrected(_, let range, _):
                #expect(!range.isEmpty && range.elapsed <= .hours(24), "\(text)")
            case .countBooked(_, let range, let good, let scrap, let rework, _):
                #expect(!range.isEmpty && min(good, scrap, rework) >= 0, "\(text)")
            case .periodMarked(_, let range, _, _): #expect(!range.isEmpty, "\(text)")
            default: break
            }
            let back = try? FactoryEvent(kind: draft.event.kind, facts: draft.event.facts)
            #expect(back == draft.event, "\(text)")
        }
    }
}
