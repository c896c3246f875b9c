// Drops what is derived, derives it again from the entries, and compares bit for bit.

import Crypto
import GRDB
import Plant
import Synchronization

/// What came of deriving everything again.
public struct RebuildReport: Hashable, Sendable {
    /// One projection before and after.
    public struct Table: Hashable, Sendable {
        /// Its name such as `p_job`.
        public let name: String
        /// Rows after.
        public let rows: Int
        /// SHA-256 over all its rows before, in hexadecimal.
        public let before: String
        /// The same after.
        public let after: String

        /// Whether nothing changed.
        public var isIdentical: Bool { before == after }
    }

    /// Entries that were read.
    public let entries: Int64
    /// All projections by name.
    public let tables: [Table]
    /// Whether the configuration in memory came out the same.
    public let isFactoryIdentical: Bool

    /// Whether everything came out bit for bit the same.
    public var isIdentical: Bool { isFactoryIdentical && tables.allSatisfy(\.isIdentical) }
}

extension JournalStore {
    /// Drops the projections and rebuilds them from the entries, in one transaction.
    ///
    /// The rebuilt ones stay, whatever was there before. Appending waits meanwhile.
    public func rebuildProjections() throws -> RebuildReport {
        try file.write { db in
            let before = try Projections.tables.map { try TableDigest(db, table: $0) }
            let entries = try Projections.remake(through: .max, in: db)
            try Schema.setNumber(db, "projections", Projections.version)
            let after = try Projections.tables.map { try TableDigest(db, table: $0) }
            let rebuilt = try JournalStore.factory(db, through: .max)
            let isSame = live.withLock { live in
                defer { live.factory = rebuilt }
                return live.factory == rebuilt
            }
            return RebuildReport(
                entries: entries,
                tables: zip(before, after).map { old, new in
                    RebuildReport.Table(
                        name: new.table, rows: new.rows, before: old.text, after: new.text)
                }, isFactoryIdentical: isSame)
        }
    }
}

/// A digest of all rows of a table, which differs when any value or kind of value does.
private struct TableDigest {
    let table: String
    private(set) var rows = 0
    private(set) var text = ""

    init(_ db: Database, table: String) throws {
        self.table = table
        guard try db.tableExists(table) else { return }
        let columns = try db.columns(in: table).map(\.name)
        let order = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        var hash = SHA256()
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT \(order) FROM \(table) ORDER BY \(order)")
        while let row = try cursor.next() {
            rows += 1
            var line: [UInt8] = []
            for (_, value) in row { TableDigest.write(value, into: &line) }
            hash.update(data: line)
        }
        text = hexText(Array(hash.finalize()))
    }

    private static func write(_ value: DatabaseValue, into line: inout [UInt8]) {
        let fact: Fact
        switch value.storage {
        case .null: fact = .none
        case .int64(let number): fact = .whole(number)
        case .string(let text): fact = .text(text)
        case .double(let number): fact = .list([.text(String(number.bitPattern))])
        case .blob: fact = .list([])  // No projection has any.
        }
        line.append(contentsOf: fact.canonicalBytes)
        line.append(0x0A)
    }
}
