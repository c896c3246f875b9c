// Verification: every file, every CRC, every value decoded; names what is wrong and where.

import GRDB
import Plant
import Synchronization

/// A chunk or head row read for checking.
struct CheckedRow {
    let id: Int64
    let group: UInt32
    let key: ChunkKey
    let header: [UInt8]
    let payload: [UInt8]
    let samples: Int64
}

extension StoreCore {
    /// Walks all files in pages, so that no read transaction lasts long.
    func verify(_ progress: (VerifyProgress) -> Void) throws(StoreError) -> VerifyReport {
        var report = VerifyReport()
        let months = shelf.months
        var total = try head.read { try $0.first("SELECT count(*) FROM head") { $0.integer(0) } }
        for month in months {
            let count = try inMonth(month) { database in
                try database.first(
                    "SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM quarantine)"
                ) { $0.integer(0) }
            }
            total = (total ?? 0) + ((count ?? 0) ?? 0)
        }
        let all = Int(total ?? 0)
        try verifyHead(&report) { checked in
            progress(VerifyProgress(file: HeadFile.name, checked: checked, total: all))
        }
        for month in months {
            try verify(month, &report) { checked in
                progress(VerifyProgress(file: shelf.label(month), checked: checked, total: all))
            }
        }
        return report
    }

    private func verifyHead(
        _ report: inout VerifyReport, _ progress: (Int) -> Void
    ) throws(StoreError) {
        report.files.append(HeadFile.name)
        try checkStructure(head, &report)
        try head.read { try HeadTally.demand($0) }
        let registry = registry.withLock { $0 }
        var after: Int64 = -1
        while true {
            let page = try head.read { database in
                var page: [(piece: HeadPiece, bytes: [UInt8])] = []
                let sql = """
                    SELECT id, shape, revision, first, last, rows, bytes FROM head
                    WHERE id > ? ORDER BY id LIMIT ?
                    """
                try database.each(
                    sql, [.integer(after), .number(HistorianLimits.piecesPerRead)]
                ) { row in
                    let piece = HeadPiece(
                        id: row.integer(0), group: row.uint32(1), revision: row.uint32(2),
                        first: row.integer(3), last: row.integer(4), rows: Int(row.integer(5)))
                    page.append((piece, row.blob(6)))
                }
                return page
            }
            guard let last = page.last else { break }
            after = last.piece.id
            for (piece, bytes) in page { check(piece, bytes, registry, &report) }
            progress(report.headRows + report.chunks)
        }
    }

    private func check(
        _ piece: HeadPiece, _ bytes: [UInt8], _ registry: Registry, _ report: inout VerifyReport
    ) {
        let place = "head row \(piece.id)"
        report.headRows += 1
        guard let group = registry.group(piece.group) else {
            return report.add(HeadFile.name, place, "group \(piece.group) is unknown")
        }
        do throws(ChunkFault) {
            let key = HeadKey(group: piece.group, revision: piece.revision, last: piece.last)
            let block = try HeadRow.block(bytes, shape: group.shape, key: key)
            guard block.times.first == piece.first, block.rows == piece.rows else {
                throw ChunkFault("its row in the table says otherwise")
            }
            report.samples += block.sampleCount
        } catch {
            report.add(HeadFile.name, place, error.what)
        }
    }

    private func verify(
        _ month: MonthKey, _ report: inout VerifyReport, _ progress: (Int) -> Void
    ) throws(StoreError) {
        let label = shelf.label(month)
        report.files.append(label)
        do {
            guard let file = try shelf.file(month) else { return }
            try checkStructure(file, &report)
            report.quarantined += try file.read { database in
                try database.first("SELECT count(*) FROM quarantine") { Int($0.integer(0)) } ?? 0
            }
            let registry = registry.withLock { $0 }
            let stage = EntropyStage(writes: false, reads: true)
            try verifyRollups(file, label, stage, &report)
            var after: Int64 = -1
            while true {
                let page = try file.read { database in
                    try self.page(
                        database, after: after, limit: HistorianLimits.piecesPerRead / 8)
                }
                guard let last = page.last else { break }
                after = last.id
                for row in page { _ = check(row, label, registry, stage, &report) }
                progress(report.headRows + report.chunks + report.quarantined)
            }
        } catch {
            guard case .damaged(_, let what) = error else { throw error }
            shelf.note(month, damage: what)
            report.add(label, "the file", what)
        }
    }

    /// Checks the figures of thinned signals: both lengths there, whole, and of the same samples.
    private func verifyRollups(
        _ file: DatabaseFile, _ label: String, _ stage: EntropyStage,
        _ report: inout VerifyReport
    ) throws(StoreError) {
        let signals = try file.read { try MonthFile.thinned($0) }
        for signal in signals.sorted() {
            let faults = try file.read { database -> [String] in
                var counts: [Int] = []
                for step in Rollup.Step.allCases {
                    guard let found = try MonthFile.rollup(database, signal: signal, step: step)
                    else { return ["its figures of \(step.rawValue) s are missing"] }
                    do throws(ChunkFault) {
                        let rollup = try Rollup.read(
                            header: found.header, payload: found.payload, signal: signal,
                            step: step, stage)
                        counts.append(rollup.cells.reduce(0) { $0 + $1.summary.count })
                    } catch {
                        return ["its figures of \(step.rawValue) s: \(error.what)"]
                    }
                }
                return Set(counts).count == 1 ? [] : ["its figures count \(counts) samples"]
            }
            report.thinned += 1
            for fault in faults { report.add(label, "thinned signal \(signal)", fault) }
        }
    }

    /// The next chunks of a month file after a row id.
    func page(_ database: Database, after: Int64, limit: Int) throws -> [CheckedRow] {
        let sql = """
            SELECT id, shape, first, revision, last, rows, header, payload, samples FROM chunk
            WHERE id > ? ORDER BY id LIMIT ?
            """
        var page: [CheckedRow] = []
        try database.each(sql, [.integer(after), .number(limit)]) { row in
            let key = ChunkKey(
                group: row.uint32(1), revision: row.uint32(3), first: row.integer(2),
                last: row.integer(4), rows: Int(row.integer(5)))
            page.append(
                CheckedRow(
                    id: row.integer(0), group: key.group, key: key, header: row.blob(6),
                    payload: row.blob(7), samples: row.integer(8)))
        }
        return page
    }

    /// Checks a chunk; what is wrong with its own bytes, nil where they are whole.
    func check(
        _ row: CheckedRow, _ label: String, _ registry: Registry, _ stage: EntropyStage,
        _ report: inout VerifyReport
    ) -> ChunkFault? {
        report.chunks += 1
        do throws(ChunkFault) {
            let reader = try ChunkReader(header: row.header)
            guard reader.key == row.key else {
                throw ChunkFault("its row in the table says otherwise")
            }
            let block = try reader.block(row.payload, stage)
            for (entry, column) in zip(reader.entries, block.columns) {
                let summary = ColumnSummary.of(column.values, column.quality)
                guard entry.summary == summary else {
                    throw ChunkFault("the summary of signal \(entry.signal) is wrong")
                }
            }
            report.samples += block.sampleCount
            guard row.samples == Int64(block.sampleCount) else {
                throw ChunkFault("its row in the table counts \(row.samples) samples")
            }
            guard let group = registry.group(row.group) else {
                report.add(label, row.key.description, "its group is unknown to the head")
                return nil
            }
            if group.shape != reader.shape {
                report.add(label, row.key.description, "its columns are not those of its group")
            }
            return nil
        } catch {
            report.add(label, row.key.description, error.what)
            return error
        }
    }

    private func checkStructure(
        _ file: DatabaseFile, _ report: inout VerifyReport
    ) throws(StoreError) {
        let verdicts = try file.read { database in
            var verdicts: [String] = []
            // The quick check leaves out whether the indexes say what the tables say.
            try database.each("PRAGMA integrity_check(10)") { verdicts.append($0.text(0)) }
            return verdicts
        }
        for verdict in verdicts where verdict != "ok" {
            report.add(file.name, "the file", verdict)
        }
    }
}
