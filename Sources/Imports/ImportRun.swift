// Runs an import over a table: reads its rows, compares them with what is stored, makes drafts.
//
// The dry run and the real one are the same; only the host stores anything.

import Plant
public import Sheets

/// An import of one table under one plan.
public struct ImportRun: Sendable {
    private let table: TableGuess
    private let plan: ImportPlan
    private let kind: TableKind
    private let site: ImportSite
    private let stamp: ImportStamp

    /// An import that can begin.
    ///
    /// Throws the questions that are open about the table as a whole. Questions about single names
    /// may stay open: their rows are refused.
    public init(
        table: TableGuess, guess: RoleGuess, plan: ImportPlan, site: ImportSite, stamp: ImportStamp
    ) throws(ImportError) {
        let open = plan.open(table, guess: guess, site: site)
        guard open.isEmpty, let kind = plan.settledKind else { throw .unanswered(open) }
        self.table = table
        self.plan = plan
        self.kind = kind
        self.site = site
        self.stamp = stamp
    }

    /// What comes of it.
    ///
    /// `existing` is asked once for what is stored in the span of the rows. `progress` is told the
    /// share of the work done, 0 to 1, at least each 0.5%, and stops the work with false; then it
    /// throws `cancelled`. Throws what keeps the file from being read, too.
    public func outcome(
        existing: (ImportSpan) -> ImportExisting = { _ in ImportExisting() },
        progress: (Double) -> Bool = { _ in true }
    ) throws(ImportError) -> ImportOutcome {
        var pass = try read(progress)
        let span = Self.span(pass.items)
        let reader = pass.reader
        var stored = existing(span)
        RowChecks.check(pass.items, zone: plan.zone, &pass.warnings)
        let jobs = JobRuns(pass.items, now: stamp.now)
        pass.warnings.add(.jobs, jobs.unplaced)
        var writer = DraftWriter(stamp: stamp, plan: plan, site: site, names: pass.reader.names)
        let file = stamp.key(row: 0).file
        let step = max(1, pass.items.count / ImportsLimits.progressSteps)
        for (place, item) in pass.items.enumerated() {
            if place % step == 0 {
                let share = Double(place) / Double(max(1, pass.items.count))
                guard progress(Self.readShare + (1 - Self.readShare) * share) else {
                    throw .cancelled
                }
            }
            let made = RowEvents.of(
                item, jobs: jobs.events[place] ?? [], plan: plan, site: site, existing: &stored,
                key: RowKey(file: file, row: item.row), name: { reader.names.name($0) })
            if made.isBeside { pass.warnings.add(.booked, item.row) }
            if case .refused(let column, let reason) = made.result {
                pass.refuse(item.row, RowRefusal(column, reason), cells: nil)
                continue
            }
            writer.add(item, made)
            pass.settle(item, made.result, writer)
        }
        pass.fillCells(from: try table.reading())
        guard progress(1) else { throw .cancelled }
        return finish(pass, writer, span)
    }

    /// The share of the work that reading the rows is.
    private static let readShare = 0.7

    private func read(_ progress: (Double) -> Bool) throws(ImportError) -> ImportPass {
        let reading = try table.reading()
        var pass = ImportPass(
            reader: RowReader(table, plan: plan, kind: kind, site: site, stamp: stamp))
        let total = max(1, table.rowCount)
        let step = max(1, total / ImportsLimits.progressSteps)
        var count = 0
        for row in reading {
            if count % step == 0, !progress(Self.readShare * min(1, Double(count) / Double(total)))
            {
                throw .cancelled
            }
            count += 1
            pass.take(row)
        }
        // Rows that the sheet leaves out by decision are totals or notes.
        pass.leaveOut(table.rowCount - count)
        return pass
    }

    private static func span(_ items: [RowItem]) -> ImportSpan {
        var range: TimeRange?
        var machines: Set<Slug> = []
        for item in items {
            if let machine = item.machine { machines.insert(machine) }
            if case .planned = item.content { continue }
            let start = min(range?.start ?? item.range.start, item.range.start)
            let end = max(range?.end ?? item.range.end, item.range.end)
            range = TimeRange(start: start, end: end)
        }
        return ImportSpan(range: range, machines: machines)
    }

    private func finish(
        _ pass: ImportPass, _ writer: DraftWriter, _ span: ImportSpan
    ) -> ImportOutcome {
        var warnings = pass.warnings
        warnings.join(pass.reader.warnings)
        let refused = pass.refused.sorted { $0.row < $1.row }
        let preview = ImportPreview(
            rows: pass.preview.sorted { $0.row < $1.row }, counts: pass.counts,
            refused: refused, warnings: warnings.all,
            questions: warnings.has(.clock) ? [Self.repeatedQuestion] : [], span: span)
        return ImportOutcome(
            preview: preview, drafts: writer.finished, samples: writer.samples,
            jobs: writer.jobs, notes: writer.notes,
            refusedCSV: RefusedRows.csv(
                refused, cells: pass.refusedCells, columns: table.columns.map(\.name),
                all: pass.counts.refused))
    }

    private static let repeatedQuestion = ImportQuestion(
        .repeated,
        "Some rows are about the hour that clocks show twice when they go back. Which is meant?",
        [
            .init("The first, before the change", .repeated(.first)),
            .init("The second, after the change", .repeated(.second)),
        ])
}
