// Scrubbing: every stored byte is read and checked once in a while, slowly, beside other work.

import GRDB
public import Plant
import Synchronization

extension SampleStore {
    /// Bytes that scrubbing reads in a second.
    public static let scrubPace: Int64 = 5_000_000

    /// Reads and checks all chunks of all months, at most 5 MB a second, and sets damaged ones
    /// aside.
    ///
    /// `pause` waits; when it throws, scrubbing ends. A month file that fails SQLite's own quick
    /// check is noted as damaged and can be salvaged.
    public func scrub(
        pause: (Elapsed) async throws -> Void
    ) async throws -> VerifyReport {
        var report = VerifyReport()
        do {
            try await walk(&report, pause)
        } catch {
            try await settle()
            throw error
        }
        try await settle()
        return report
    }

    private func walk(
        _ report: inout VerifyReport, _ pause: (Elapsed) async throws -> Void
    ) async throws {
        let stage = EntropyStage(writes: false, reads: true)
        for month in core.shelf.months where core.shelf.damage(month) == nil {
            report.files.append(core.shelf.label(month))
            try core.scrubStructure(month, &report)
            var after: Int64 = -1
            while core.shelf.damage(month) == nil,
                let step = try core.scrubStep(month, after: after, stage, &report)
            {
                after = step.last
                try await pause(
                    Elapsed(
                        nanoseconds: Int64(step.bytes) * 1_000_000_000 / SampleStore.scrubPace))
            }
        }
    }

    /// Months whose file cannot be used, by their names relative to the data folder.
    public var damagedFiles: [String] { core.shelf.damagedMonths.map { core.shelf.label($0) } }

    /// Damaged month files that are kept beside what was saved from them.
    public func keptDamagedFiles() throws(StoreError) -> [String] {
        try core.shelf.keptDamaged().map { "history/" + $0 }
    }

    /// Saves what can be read of every month file that cannot be used.
    public func salvage() async throws(StoreError) -> [SalvageReport] {
        var reports: [SalvageReport] = []
        for month in core.shelf.damagedMonths {
            reports.append(
                try await run { writer throws(StoreError) in try writer.salvage(month) })
        }
        return reports
    }

    /// Has everything set aside that was found.
    private func settle() async throws(StoreError) {
        try await run { writer throws(StoreError) in writer.quarantineDamaged() }
    }
}

extension StoreCore {
    /// SQLite's own quick check of a month file.
    fileprivate func scrubStructure(
        _ month: MonthKey, _ report: inout VerifyReport
    ) throws(StoreError) {
        let verdict = try inMonth(month) { database in
            try database.first("PRAGMA quick_check(1)") { $0.text(0) } ?? ""
        }
        guard let verdict, verdict != "ok" else { return }
        shelf.note(month, damage: verdict)
        report.add(shelf.label(month), "the file", verdict)
    }

    /// Checks the next few chunks; nil at the end of the file.
    fileprivate func scrubStep(
        _ month: MonthKey, after: Int64, _ stage: EntropyStage, _ report: inout VerifyReport
    ) throws(StoreError) -> (last: Int64, bytes: Int)? {
        let registry = registry.withLock { $0 }
        guard let page = try inMonth(month, { try self.page($0, after: after, limit: 4) }),
            let last = page.last
        else { return nil }
        for row in page {
            guard let fault = check(row, shelf.label(month), registry, stage, &report) else {
                continue
            }
            damaged.withLock { found in
                if found.count < HistorianLimits.piecesPerRead {
                    _ = found.insert(DamagedChunk(month: month, id: row.id, reason: fault.what))
                }
            }
        }
        return (last.id, page.reduce(0) { $0 + $1.header.count + $1.payload.count })
    }
}
