// A hundred thousand rows of eight columns, from a workbook to finished drafts.

import Glibc
import Plant
import Sheets
import Testing

@testable import Imports

@Suite(.tags(.large), .serialized) struct LargeTests {
    static let rowCount = 100_000

    /// Stops of 48 machines: eight columns, each row with its own time.
    static func book() -> [UInt8] {
        let reasons = ["No material", "no matl", "Tooling", "Breakdown", "Planned maintenance", ""]
        var sheet = BookSheet()
        sheet.rows = [
            ["Machine", "Start", "End", "Minutes", "Reason", "Note", "Order", "Operator"]
                .map(BookCell.text)
        ]
        for row in 0..<rowCount {
            // 2025-01-01 is day 45,658; a stop each 6 minutes, 3 minutes long.
            let start = 45_658.0 + Double(row) / 240
            sheet.rows.append([
                .text("Lathe \(row % 2 + 1)"), .dateTime("\(start)"),
                .dateTime("\(start + 3.0 / 1_440)"), .number("3"),
                .text(reasons[row % reasons.count]), .text("note \(row % 50)"),
                .number("\(row)"), .text("A. Smith"),
            ])
        }
        return SmallBook.bytes([sheet])
    }

    @Test("100,000 rows of a workbook become a preview and drafts, and progress is told")
    func largeWorkbook() throws {
        let bytes = Self.book()
        let clock = ContinuousClock()
        let start = clock.now
        let sheet = try Workbook.open(bytes: bytes, name: "large.xlsx").sheet(0)
        let opened = clock.now
        let site = madeSite(hasShifts: false)
        let table = try sheet.guess()
        let guessed = clock.now
        let guess = RoleGuess(table, site: site)
        var plan = ImportPlan(guess, zone: london)
        for question in plan.open(table, guess: guess, site: site) {
            if case .column = question.id, let last = question.choices.last {
                plan.apply(last.change)
            }
        }
        let survey = try ImportSurvey(table, plan: plan, site: site)
        #expect(survey.open(plan, site: site).isEmpty)
        let surveyed = clock.now
        let run = try ImportRun(table: table, guess: guess, plan: plan, site: site, stamp: stamp())
        var shares: [Double] = []
        let outcome = try run.outcome(progress: { share in
            shares.append(share)
            return true
        })
        let done = clock.now
        // A row each 6 minutes: ten in the hour that 30 March skips, ten in the one that 26 October
        // shows twice.
        #expect(outcome.preview.counts.refused == 20)
        #expect(outcome.preview.counts.new == Self.rowCount - 20)
        #expect(outcome.preview.counts.sum == Self.rowCount)
        let gaps = zip(shares, shares.dropFirst()).map { $1 - $0 }
        #expect((gaps.max() ?? 1) <= 0.005 && (gaps.min() ?? -1) >= 0)
        #expect(shares.last == 1)
        // Each stored row has a correction; five of six have a reason or a mark too.
        let refused = Set(outcome.preview.refused.map(\.row))
        let named = (0..<Self.rowCount).count { $0 % 6 != 5 && !refused.contains($0 + 2) }
        #expect(outcome.drafts.count == Self.rowCount - 20 + named)
        #expect(Set(outcome.drafts.map(\.id)).count == outcome.drafts.count)
        if unsafe getenv("IMPORTS_SPEED") != nil {
            print(
                "opened \(start.duration(to: opened)), guessed \(opened.duration(to: guessed)),",
                "surveyed \(guessed.duration(to: surveyed)), run \(surveyed.duration(to: done))")
        }
    }

    @Test("an import stops when it is told to, and says so")
    func cancels() throws {
        var text = "Machine,Start,End,Reason\n"
        for row in 0..<2_000 {
            text += "Lathe 1,2026-01-\(two(row % 27 + 1)) \(two(row % 24)):00,"
            text += "2026-01-\(two(row % 27 + 1)) \(two(row % 24)):30,Tooling\n"
        }
        let bench = try Bench(text)
        let run = try ImportRun(
            table: bench.table, guess: bench.guess, plan: bench.plan, site: bench.site,
            stamp: stamp())
        var calls = 0
        #expect(throws: ImportError.cancelled) {
            try run.outcome(progress: { share in
                calls += 1
                return share < 0.3
            })
        }
        #expect(calls > 50 && calls < 300)
        #expect(throws: ImportError.cancelled) { try run.outcome(progress: { $0 < 0.9 }) }
    }
}
