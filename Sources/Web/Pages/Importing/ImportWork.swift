// Opening, recalling, previewing and storing a table, whoever brings it: a person or the watch folder.

import Imports
import Loop
import Plant
import Sheets

/// The steps of an import that need the world.
struct ImportWork {
    let world: any WorldDoor
    private let zone: ZoneRules

    init(_ world: any WorldDoor) {
        self.world = world
        zone = world.calendar.zone
    }

    var site: ImportSite { ImportSite(world.factory, zone: zone) }

    /// Where a file stands.
    func steps(_ file: WaitingFile) throws -> ImportSteps {
        try ImportSteps(file, site: site, zone: zone)
    }

    /// A file of a name that was just brought.
    ///
    /// Throws ``RefusedSaying`` when it is no table.
    func open(_ bytes: [UInt8], name: String, actor: String) async throws -> WaitingFile {
        try await made(bytes, name: name, actor: actor) { () throws(SheetError) in
            try Sheets.Workbook.open(bytes: bytes, name: name)
        }
    }

    /// Cells that were pasted.
    func pasted(_ text: String, actor: String) async throws -> WaitingFile {
        try await made(Array(text.utf8), name: "Pasted cells", actor: actor) {
            () throws(SheetError) in try Sheets.Workbook.pasted(text)
        }
    }

    private func made(
        _ bytes: [UInt8], name: String, actor: String,
        _ book: () throws(SheetError) -> Sheets.Workbook
    ) async throws -> WaitingFile {
        var file: WaitingFile
        do throws(SheetError) {
            file = WaitingFile(
                name: name, sha256: FileDigest.sha256(bytes), bytes: bytes.count, book: try book(),
                actor: actor, brought: world.time)
        } catch {
            throw ImportSteps.refusal(error.words)
        }
        try await recall(&file)
        return file
    }

    /// Takes up how files with the same headings were brought in before.
    private func recall(_ file: inout WaitingFile) async throws {
        let shown = file.book.sheets.enumerated().filter { !$0.element.isHidden }
        guard shown.count == 1, let number = shown.first?.offset else { return }
        let signature: String
        do throws(SheetError) {
            signature = Imports.ImportMapping.signature(
                of: try file.book.sheet(number).guess())
        } catch {
            throw ImportSteps.refusal(error.words)
        }
        guard let text = try await world.mapping(for: signature) else { return }
        do throws(ImportError) {
            let mapping = try Imports.ImportMapping(
                text: text, zone: { $0 == zone.name ? zone : nil })
            file.decisions = mapping.decisions
            file.plan = mapping.plan
            file.isKnown = true
        } catch {
            // A mapping that no longer reads is as good as none: the questions are asked again.
            file.isKnown = false
        }
    }

    /// What would be stored; the span is found first, then compared with what is there.
    func preview(
        _ file: WaitingFile, _ steps: ImportSteps, number: UInt32 = 0
    ) async throws -> Imports.ImportOutcome? {
        let now = world.time
        let site = site
        guard
            let first = try steps.outcome(
                file, site: site, number: number, now: now, existing: ImportExisting())
        else { return nil }
        let span = first.preview.span
        let stored = try await world.surroundings(
            file: file.name, sha256: file.sha256, range: span.range, machines: span.machines)
        let existing = ImportExisting(
            rows: Set(
                stored.rows.map { RowKey(fileHash: file.sha256, sheet: "", row: $0) }),
            seenStops: stored.stops, events: stored.events)
        return try steps.outcome(
            file, site: site, number: number, now: now, existing: existing)
    }

    /// Stores what the preview shows, all or nothing; nil where nothing was decided yet.
    func store(
        _ file: WaitingFile, _ steps: ImportSteps, actor: String,
        progress: @Sendable (Double) -> Void
    ) async throws -> (number: UInt32, refusedCSV: String)? {
        let number = try await world.beginTable(
            file: file.name, sha256: file.sha256, actor: actor)
        do {
            guard let outcome = try await preview(file, steps, number: number) else { return nil }
            let counts = outcome.preview.counts
            try await world.storeTable(
                number, drafts: outcome.drafts, samples: outcome.samples,
                jobs: outcome.jobs.compactMap(ImportWork.job),
                taken: Int64(counts.new + counts.joined), refused: Int64(counts.refused),
                actor: actor, progress: progress)
            if let table = steps.table, let plan = steps.plan {
                let mapping = Imports.ImportMapping(table, plan: plan)
                try await world.keep(mapping: mapping.text, for: mapping.signature)
            }
            return (number, outcome.refusedCSV)
        } catch let refused as RefusedSaying {
            // What was stored before the refusal is taken back.
            _ = try await world.takeBack(import: number, actor: actor)
            throw refused
        }
    }

    private static func job(_ row: JobRow) -> PlannedJob? {
        row.job.isEmpty
            ? nil
            : PlannedJob(
                job: row.job, product: row.product, machine: row.machine,
                quantity: row.quantity.flatMap { $0 > 0 ? $0 : nil }, due: row.due)
    }
}
