// How much is stored, and from when to when.

import GRDB
import Plant
import Synchronization

/// What the tables of a month file say.
private struct MonthUsage {
    var samples = 0
    var pieces = 0
    var first: Timestamp?
    var thinned = 0
    var quarantined = 0
}

extension StoreCore {
    /// Bytes, samples and pieces of each file.
    func usage() throws(StoreError) -> StoreUsage {
        var usage = StoreUsage()
        let columns = registry.withLock { registry in
            Dictionary(
                uniqueKeysWithValues: registry.all.map { ($0.id, $0.shape.columns.count) })
        }
        let inHead = try head.read { database in
            var totals = (samples: 0, pieces: 0)
            let sql = "SELECT shape, sum(rows), count(*) FROM head GROUP BY shape"
            try database.each(sql) { row in
                let rows = min(max(0, Int(row.integer(1))), HistorianLimits.headRowsBelieved)
                totals.samples += rows * (columns[row.uint32(0)] ?? 0)
                totals.pieces += Int(row.integer(2))
            }
            return totals
        }
        usage.files.append(
            .init(
                name: HeadFile.name, bytes: bytes(folder + "/" + HeadFile.name),
                samples: inHead.samples, pieces: inHead.pieces, thinned: 0, first: nil,
                quarantined: 0))
        for month in shelf.months { usage.files.append(try self.usage(of: month)) }
        return usage
    }

    /// Bytes, samples and pieces of a month file; zero where it cannot be read.
    private func usage(of month: MonthKey) throws(StoreError) -> StoreUsage.File {
        let found = try inMonth(month) { database -> MonthUsage in
            var found = MonthUsage()
            try database.each("SELECT sum(samples), count(*), min(first) FROM chunk") { row in
                found.samples = self.believed(row.integer(0))
                found.pieces = Int(row.integer(1))
                if !row.isNull(2) { found.first = Timestamp(nanoseconds: row.integer(2)) }
            }
            if try MonthFile.hasFigures(database) {
                try database.each("SELECT sum(samples) FROM rollup WHERE step = 60") { row in
                    found.thinned = self.believed(row.integer(0))
                }
            }
            try database.each("SELECT count(*) FROM quarantine") { row in
                found.quarantined = Int(row.integer(0))
            }
            return found
        }
        var known = found ?? MonthUsage()
        // A file that cannot be used at all is one damaged piece of unknown content.
        if found == nil { known.quarantined = 1 }
        return StoreUsage.File(
            name: shelf.label(month), bytes: bytes(shelf.folder + "/" + month.fileName),
            samples: known.samples, pieces: known.pieces, thinned: known.thinned,
            first: known.first, quarantined: known.quarantined)
    }

    /// A stored sum as far as it is believed: a damaged one must not trap when added.
    private func believed(_ sum: Int64) -> Int {
        min(max(0, Int(sum)), HistorianLimits.headRowsBelieved)
    }

    /// From the first to the last stored sample of a signal, masked imports left out.
    func extent(of signal: UInt32) throws(StoreError) -> TimeRange? {
        guard let (_, groups) = groups(of: signal), !groups.isEmpty else { return nil }
        let ids = groups.map(\.group.id)
        var ends = try head.read { database in try Self.ends(database, Self.headEnds, ids) }
        let months = shelf.months
        for month in months {
            if let first = ends?.first, first < month.start { break }
            guard let found = try inMonth(month, { try Self.ends($0, Self.chunkEnds, ids) }),
                let found
            else { continue }
            ends = (min(ends?.first ?? .max, found.first), max(ends?.last ?? .min, found.last))
            break
        }
        for month in months.reversed() {
            if let last = ends?.last, last >= month.end { break }
            guard let found = try inMonth(month, { try Self.ends($0, Self.chunkEnds, ids) }),
                let found
            else { continue }
            ends = (min(ends?.first ?? .max, found.first), max(ends?.last ?? .min, found.last))
            break
        }
        if let figures = try thinnedEnds(of: signal) {
            ends = (min(ends?.first ?? .max, figures.first), max(ends?.last ?? .min, figures.last))
        }
        guard let ends else { return nil }
        return TimeRange(
            start: Timestamp(nanoseconds: ends.first),
            end: Timestamp(nanoseconds: ends.last == .max ? .max : ends.last + 1))
    }

    /// The first and the last sample that thinning took, from the figures that are left.
    private func thinnedEnds(
        of signal: UInt32
    ) throws(StoreError) -> (first: Int64, last: Int64)? {
        let stage = EntropyStage(writes: false, reads: true)
        func cells(_ month: MonthKey) throws(StoreError) -> [RollupCell] {
            let found = try inMonth(month) { database -> Rollup? in
                guard try MonthFile.isThinned(database, signal) else { return nil }
                return try rollup(database, of: signal, .minute, stage)
            }
            return (found ?? nil)?.cells ?? []
        }
        let months = try thinnedMonths(of: signal, from: .min, through: .max)
        guard let earliest = months.first, let latest = months.last,
            let first = try cells(earliest).first, let last = try cells(latest).last
        else { return nil }
        return (first.first, last.last)
    }

    /// Months in which a signal has figures instead of samples, in order.
    func thinnedMonths(
        of signal: UInt32, from: Int64, through: Int64
    ) throws(StoreError) -> [MonthKey] {
        var found: [MonthKey] = []
        for month in shelf.months(from: from, through: through)
        where try inMonth(month, { try MonthFile.isThinned($0, signal) }) ?? false {
            found.append(month)
        }
        return found
    }

    private static let headEnds = "SELECT min(first), max(last) FROM head WHERE shape = ?"
    private static let chunkEnds = "SELECT min(first), max(last) FROM chunk WHERE shape = ?"

    private static func ends(
        _ database: Database, _ sql: String, _ groups: [UInt32]
    ) throws -> (first: Int64, last: Int64)? {
        var ends: (first: Int64, last: Int64)?
        for group in groups {
            try database.each(sql, [.number(group)]) { row in
                guard !row.isNull(0) else { return }
                ends = (
                    min(ends?.first ?? .max, row.integer(0)),
                    max(ends?.last ?? .min, row.integer(1))
                )
            }
        }
        return ends
    }

    private func bytes(_ path: String) -> Int {
        FileSystem.size(path) + FileSystem.size(path + "-wal")
    }
}
