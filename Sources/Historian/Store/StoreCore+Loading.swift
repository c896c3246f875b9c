// What is read into memory when a store opens, and again after a failed flush.

import GRDB
import Plant
import Synchronization

/// What only the writer has to know.
struct WriterMemory: Sendable {
    /// No stored sample of a signal is later than this, masked ones included.
    var frontiers: [UInt32: Int64] = [:]
    /// Rows and samples of each group in the head.
    var headLoad: [UInt32: HeadLoad] = [:]
}

/// How much of a group is in the head.
struct HeadLoad: Hashable, Sendable {
    /// Rows.
    var rows = 0
    /// Samples.
    var samples = 0
}

extension StoreCore {
    /// Fills groups, masks and newest samples, and gives the writer its part.
    func load() throws(StoreError) -> WriterMemory {
        var memory = WriterMemory()
        var registry = Registry()
        var entries = LiveEntries()
        let (signals, newest) = try head.read { database in
            try HeadTally.demand(database)
            for (id, shape) in try HeadFile.shapes(database) {
                guard registry.add(Group(id: id, shape: shape)) else {
                    throw StoreError.damaged(file: HeadFile.name, what: "group \(id) twice")
                }
            }
            try database.each("SELECT import FROM mask") { registry.masked.insert($0.uint32(0)) }
            let signals = try HeadFile.signals(database)
            let sql = "SELECT shape, sum(rows), max(last) FROM head GROUP BY shape"
            try database.each(sql) { row in
                guard let group = registry.group(row.uint32(0)) else { return }
                // A damaged number of rows must not trap: it only decides when to seal.
                let rows = min(max(0, Int(row.integer(1))), HistorianLimits.headRowsBelieved)
                memory.headLoad[group.id] = HeadLoad(
                    rows: rows, samples: rows * group.shape.columns.count)
                for column in group.shape.columns {
                    memory.frontiers[column.signal] = max(
                        memory.frontiers[column.signal] ?? .min, row.integer(2))
                }
            }
            return (signals, try newestHeadRows(database, registry))
        }
        for (signal, stored) in signals {
            registry.add(signal: signal, kind: stored.kind)
            memory.frontiers[signal] = max(memory.frontiers[signal] ?? .min, stored.frontier)
        }
        for (signal, entry) in newest where !registry.masked.contains(entry.importNumber) {
            entries.offer(signal, entry)
        }
        self.registry.withLock { $0 = registry }
        for (signal, stored) in signals.sorted(by: { $0.key < $1.key }) {
            if let entry = try storedNewest(signal, stored, head: entries[signal], registry) {
                entries.offer(signal, entry)
            }
        }
        live.withLock { $0 = entries }
        return memory
    }

    /// The newest sample of a signal in month files, looked up only where memory is not enough.
    private func storedNewest(
        _ signal: UInt32, _ stored: StoredSignal, head: LiveEntry?, _ registry: Registry
    ) throws(StoreError) -> LiveEntry? {
        if let head, head.time > stored.frontier { return nil }
        if let last = stored.last, last.time >= stored.frontier,
            last.importNumber == 0 || !registry.masked.contains(last.importNumber)
        {
            return last
        }
        return stored.frontier == .min ? nil : try newest(of: signal, through: .max)
    }

    /// The last rows of each group and revision in the head.
    private func newestHeadRows(
        _ database: Database, _ registry: Registry
    ) throws -> [(UInt32, LiveEntry)] {
        var ids: [Int64] = []
        let sql = "SELECT id, max(last) FROM head GROUP BY shape, revision"
        try database.each(sql) { ids.append($0.integer(0)) }
        var newest: [(UInt32, LiveEntry)] = []
        for id in ids {
            let found = try database.first(
                "SELECT shape, revision, last, bytes FROM head WHERE id = ?", [.integer(id)]
            ) { row in
                (
                    HeadKey(group: row.uint32(0), revision: row.uint32(1), last: row.integer(2)),
                    row.blob(3)
                )
            }
            guard let (key, bytes) = found, let group = registry.group(key.group) else {
                continue
            }
            let block: RowBlock
            do {
                block = try HeadRow.block(bytes, shape: group.shape, key: key)
            } catch {
                // A damaged head row shows as a gap; verification names it.
                continue
            }
            for (column, values) in zip(group.shape.columns, block.columns) {
                let entry = LiveEntry(
                    times: block.times, column: values, revision: key.revision,
                    importNumber: group.shape.origin.importNumber)
                if let entry { newest.append((column.signal, entry)) }
            }
        }
        return newest
    }
}
