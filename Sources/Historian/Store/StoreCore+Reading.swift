// Reading one signal: pieces from head and month files, the merged series, the newest sample.

import GRDB
import Plant
import Synchronization

extension StoreCore {
    /// Samples from one time through another, masked imports left out.
    func series(
        of signal: UInt32, from: Int64, through: Int64
    ) throws(StoreError) -> SampleSeries {
        guard let (kind, groups) = groups(of: signal) else { return .empty(.number) }
        let fragments = try fragments(
            of: signal, kind: kind, groups: groups, from: from, through: through)
        return FragmentMerge.series(fragments, kind: kind)
    }

    /// All pieces that touch a range, clipped to it.
    ///
    /// The head is read first: what moves to a month file meanwhile is then seen twice, never
    /// not at all, and the merge drops the repeat.
    func fragments(
        of signal: UInt32, kind: ValueKind, groups: [(group: Group, isMasked: Bool)],
        from: Int64, through: Int64
    ) throws(StoreError) -> [Fragment] {
        guard !groups.isEmpty, from <= through else { return [] }
        let inHead = try head.read { database in
            try headFragments(
                database, of: signal, groups: groups, from: from, through: through)
        }
        return inHead
            + (try monthFragments(
                of: signal, kind: kind, groups: groups, from: from, through: through))
    }

    /// Pieces in the head, seen by a connection.
    func headFragments(
        _ database: Database, of signal: UInt32, groups: [(group: Group, isMasked: Bool)],
        from: Int64, through: Int64
    ) throws -> [Fragment] {
        var result: [Fragment] = []
        for (group, isMasked) in groups {
            guard let index = group.index(of: signal) else { continue }
            var joined: [UInt32: Fragment] = [:]
            try HeadFile.rows(database, group: group.id, from: from, through: through) {
                piece, bytes in
                let fragment: Fragment
                do {
                    let key = HeadKey(
                        group: piece.group, revision: piece.revision, last: piece.last)
                    let (times, column) = try HeadRow.column(
                        bytes, shape: group.shape, key: key, index: index)
                    fragment = Fragment(
                        times: times, column: column, revision: piece.revision,
                        isMasked: isMasked)
                } catch {
                    result.append(
                        .marker(
                            at: max(piece.first, from), kind: group.shape.columns[index].kind,
                            revision: piece.revision))
                    return
                }
                guard let clipped = fragment.clipped(from: from, through: through) else { return }
                if let end = joined[piece.revision]?.times.last, end < clipped.times[0] {
                    joined[piece.revision]?.append(clipped)
                } else if let earlier = joined.updateValue(clipped, forKey: piece.revision) {
                    result.append(earlier)
                }
            }
            result += joined.values
        }
        return result
    }

    /// Pieces in month files; an unusable file shows as one bad sample at its beginning.
    func monthFragments(
        of signal: UInt32, kind: ValueKind, groups: [(group: Group, isMasked: Bool)],
        from: Int64, through: Int64
    ) throws(StoreError) -> [Fragment] {
        var result: [Fragment] = []
        for month in shelf.months(from: from, through: through) {
            let found = try inMonth(month) { database in
                var fragments: [Fragment] = []
                // A thinned signal has figures in this month and no samples.
                if try MonthFile.isThinned(database, signal) { return fragments }
                let stage = EntropyStage(writes: false, reads: true)
                for (group, isMasked) in groups {
                    let pieces = try MonthFile.pieces(
                        database, group: group.id, from: from, through: through)
                    for piece in pieces {
                        let fragment = try self.fragment(
                            database, month, piece, of: signal, kind: kind, isMasked: isMasked,
                            from: from, stage)
                        if let clipped = fragment?.clipped(from: from, through: through) {
                            fragments.append(clipped)
                        }
                    }
                }
                return fragments
            }
            if let found {
                result += found
            } else {
                result.append(.marker(at: max(month.start, from), kind: kind, revision: 0))
            }
        }
        return result
    }

    /// Runs a read in a month file; nil when the file is damaged, which is noted.
    func inMonth<Value>(
        _ month: MonthKey, _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value? {
        do throws(StoreError) {
            guard let file = try shelf.file(month) else { return nil }
            do throws(StoreError) {
                return try file.read(body)
            } catch StoreError.closed {
                // It was the longest unused file and has just been closed: open it again.
                return try shelf.file(month)?.read(body)
            }
        } catch {
            guard case .damaged(_, let what) = error else { throw error }
            shelf.note(month, damage: what)
            return nil
        }
    }

    /// The samples of a signal in a chunk, a marker where they are damaged, nil without them.
    func fragment(
        _ database: Database, _ month: MonthKey, _ piece: ChunkPiece, of signal: UInt32,
        kind: ValueKind, isMasked: Bool, from: Int64, _ stage: EntropyStage
    ) throws -> Fragment? {
        let payload = try MonthFile.payload(database, piece)
        do throws(ChunkFault) {
            let reader = try ChunkReader(header: piece.header)
            guard reader.key == piece.key else {
                throw ChunkFault("its row in the table says otherwise")
            }
            guard let entry = reader.entry(of: signal), let payload else { return nil }
            let times = try reader.times(payload, stage)
            let column = try reader.column(entry, payload, stage)
            return Fragment(
                times: times, column: column, revision: piece.key.revision, isMasked: isMasked)
        } catch {
            report(month, piece, error)
            return .marker(
                at: max(piece.key.first, from), kind: kind, revision: piece.key.revision)
        }
    }

    /// Leaves a damaged chunk for the writer to set aside.
    func report(_ month: MonthKey, _ piece: ChunkPiece, _ fault: ChunkFault) {
        guard !piece.isQuarantined else { return }
        let chunk = DamagedChunk(month: month, id: piece.id, reason: fault.what)
        let isNew = damaged.withLock { damaged in
            damaged.count < HistorianLimits.piecesPerRead && damaged.insert(chunk).inserted
        }
        if isNew { onDamage.withLock { $0 }?() }
    }

    /// The newest sample at or before a time, masked imports left out.
    func newest(of signal: UInt32, through: Int64) throws(StoreError) -> LiveEntry? {
        guard let (kind, groups) = groups(of: signal), !groups.isEmpty else { return nil }
        var best = try head.read { database in
            try self.newestInHead(database, of: signal, groups: groups, through: through)
        }
        for month in shelf.months(from: .min, through: through).reversed() {
            if let best, best.time >= month.end { break }
            let start = best.map { max($0.time, month.start) } ?? month.start
            let found = try inMonth(month) { database in
                try self.newestInMonth(
                    database, month, of: signal, kind: kind, groups: groups, from: start,
                    through: through)
            }
            let entry =
                found
                ?? LiveEntry(
                    time: month.start, value: ColumnValues.placeholder(kind),
                    quality: .badDamaged, revision: 0, importNumber: 0)
            if let entry, best.map({ entry.supersedes($0) }) ?? true { best = entry }
        }
        return best
    }

    private func newestInHead(
        _ database: Database, of signal: UInt32, groups: [(group: Group, isMasked: Bool)],
        through: Int64
    ) throws -> LiveEntry? {
        var best: LiveEntry?
        let sql = """
            SELECT revision, last, bytes FROM head WHERE shape = ? AND first <= ?
            ORDER BY last DESC
            """
        for (group, _) in groups {
            guard let index = group.index(of: signal) else { continue }
            var isDone = false
            try database.eachWhile(sql, [.number(group.id), .integer(through)]) { row in
                if let best, row.integer(1) < best.time { isDone = true }
                if isDone { return false }
                let (times, column): ([Int64], BlockColumn)
                let key = HeadKey(
                    group: group.id, revision: row.uint32(0), last: row.integer(1))
                do {
                    (times, column) = try HeadRow.column(
                        row.blob(2), shape: group.shape, key: key, index: index)
                } catch {
                    return true
                }
                let entry = Fragment(times: times, column: column, revision: row.uint32(0))
                    .newest(through: through, importNumber: group.shape.origin.importNumber)
                if let entry, best.map({ entry.supersedes($0) }) ?? true { best = entry }
                return true
            }
        }
        return best
    }

    private func newestInMonth(
        _ database: Database, _ month: MonthKey, of signal: UInt32, kind: ValueKind,
        groups: [(group: Group, isMasked: Bool)], from: Int64, through: Int64
    ) throws -> LiveEntry? {
        let stage = EntropyStage(writes: false, reads: true)
        if try MonthFile.isThinned(database, signal) {
            return try newestInRollup(
                database, of: signal, kind: kind, through: through, month, stage)
        }
        var best: LiveEntry?
        for (group, _) in groups {
            var page = 4
            search: while true {
                let pieces = try MonthFile.pieces(
                    database, group: group.id, from: max(from, best?.time ?? .min),
                    through: through, newestFirst: true, limit: page
                ).sorted { $0.key.last > $1.key.last }
                for piece in pieces {
                    if let best, piece.key.last < best.time { break search }
                    let fragment = try fragment(
                        database, month, piece, of: signal, kind: kind, isMasked: false,
                        from: .min, stage)
                    let entry = fragment?.newest(
                        through: through, importNumber: group.shape.origin.importNumber)
                    if let entry, best.map({ entry.supersedes($0) }) ?? true { best = entry }
                }
                if pieces.count < page { break }
                page *= 8
            }
        }
        return best
    }
}

extension StoreCore {
    /// What thinning left of a signal in a month file, nil where it is damaged or not there.
    func rollup(
        _ database: Database, of signal: UInt32, _ step: Rollup.Step, _ stage: EntropyStage
    ) throws -> Rollup? {
        guard let found = try MonthFile.rollup(database, signal: signal, step: step) else {
            return nil
        }
        do throws(ChunkFault) {
            return try Rollup.read(
                header: found.header, payload: found.payload, signal: signal, step: step, stage)
        } catch {
            // Verification names it; the query shows a gap.
            return nil
        }
    }

    /// The last sample of the last minute that ends by a time: thinned, it is known to the minute.
    private func newestInRollup(
        _ database: Database, of signal: UInt32, kind: ValueKind, through: Int64,
        _ month: MonthKey, _ stage: EntropyStage
    ) throws -> LiveEntry? {
        guard let rollup = try rollup(database, of: signal, .minute, stage) else {
            return LiveEntry(
                time: month.start, value: ColumnValues.placeholder(kind), quality: .badDamaged,
                revision: 0, importNumber: 0)
        }
        guard let cell = rollup.cells.last(where: { $0.last <= through }) else { return nil }
        let value = cell.summary.last
        return LiveEntry(
            time: cell.last,
            value: kind == .integer ? .integer(Int64(exactly: value) ?? 0) : .number(value),
            quality: .good, revision: 0, importNumber: 0)
    }
}

extension Fragment {
    /// The last sample at or before a time.
    func newest(through: Int64, importNumber: UInt32) -> LiveEntry? {
        let end = through == .max ? times.count : times.position(atLeast: through + 1)
        guard end > 0 else { return nil }
        return LiveEntry(
            time: times[end - 1], value: column.values[end - 1],
            quality: column.quality.isEmpty ? .good : column.quality[end - 1],
            revision: revision, importNumber: importNumber)
    }
}
