// One SQLite file: a single writing connection that also checkpoints, and readers that only read.

import GRDB
import Synchronization

/// A file of the store with its connections.
final class DatabaseFile: Sendable {
    /// What a file holds and how it is made.
    struct Schema: Sendable {
        /// Number that marks the file as ours, SQLite's `application_id`.
        let application: Int32
        /// Version of the tables, SQLite's `user_version`.
        let version: Int
        /// Bytes of a page.
        let pageSize: Int
        /// Statements that make the tables.
        let statements: [String]
        /// Whether a file of an older version only needs its version raised when it is opened;
        /// else its owner brings it up to date.
        var isRaisedOnOpen = true
    }

    private struct Connections {
        var writer: DatabaseQueue?
        var idle: [DatabaseQueue] = []
    }

    /// The folder it lies in.
    let folder: String
    /// Path of the file.
    let path: String
    /// Name in reports, relative to the data folder.
    let name: String
    private let connections: Mutex<Connections>

    /// Opens a file, making it first under a temporary name where it does not exist.
    init(folder: String, name: String, label: String, schema: Schema) throws(StoreError) {
        self.folder = folder
        path = folder + "/" + name
        self.name = label
        if !FileSystem.exists(path) {
            try DatabaseFile.make(path, in: folder, label: label, schema)
        }
        connections = Mutex(Connections())
        try openWriter()
        try checkVersion(schema)
    }

    /// Runs a transaction on the writing connection; flushed when it returns.
    ///
    /// Only the writer thread may call this, which keeps the one writer of R-11.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        guard let writer = connections.withLock({ $0.writer }) else { throw .closed }
        do {
            return try writer.write(body)
        } catch {
            throw storeError(error, file: name)
        }
    }

    /// Runs a read transaction on an idle or a new reading connection.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        let idle = try connections.withLock { state throws(StoreError) -> DatabaseQueue? in
            guard state.writer != nil else { throw .closed }
            return state.idle.popLast()
        }
        do {
            let reader = try idle ?? openReader()
            defer { giveBack(reader) }
            return try reader.read(body)
        } catch {
            throw storeError(error, file: name)
        }
    }

    /// Gives free space back to the disk where it is a good part of the file.
    ///
    /// Only what is still used is written again, which takes room meanwhile: without that room
    /// nothing happens. Only the writer thread may call this.
    func reclaim(_ bound: HistorianLimits.Free) throws(StoreError) {
        guard let writer = connections.withLock({ $0.writer }) else { throw .closed }
        do {
            try writer.inDatabase { database in
                let pages = try database.first("PRAGMA page_count") { $0.integer(0) } ?? 0
                let free = try database.first("PRAGMA freelist_count") { $0.integer(0) } ?? 0
                let size = try database.first("PRAGMA page_size") { $0.integer(0) } ?? 0
                // The copy and its log stand beside the file until it is done.
                let needed = (pages - free) * size * 3
                if free > bound.pages,
                    Double(free) > Double(pages) * bound.share,
                    FileSystem.freeBytes(self.folder).map({ $0 > needed }) ?? true
                {
                    try database.change("VACUUM")
                }
                try database.each("PRAGMA wal_checkpoint(TRUNCATE)") { _ in }
            }
        } catch {
            throw storeError(error, file: name)
        }
    }

    /// Closes and opens the writing connection and checks the file, after a failed flush.
    func reopen() throws(StoreError) {
        close()
        try openWriter()
        let verdict = try read { database in
            try database.first("PRAGMA quick_check(1)") { $0.text(0) } ?? ""
        }
        guard verdict == "ok" else { throw .damaged(file: name, what: verdict) }
    }

    /// Closes all connections; the writing one checkpoints as the last to leave.
    func close() {
        let (writer, idle) = connections.withLock { state in
            defer { state = Connections() }
            return (state.writer, state.idle)
        }
        for reader in idle { shut(reader) }
        if let writer { shut(writer) }
    }

    /// Settings of the writing connection and of one reader, read back, for tests.
    func settings(_ pragma: String) throws(StoreError) -> (writer: String, reader: String) {
        guard let writer = connections.withLock({ $0.writer }) else { throw .closed }
        let sql = "PRAGMA " + pragma
        do {
            let written = try writer.read { try $0.first(sql) { $0.text(0) } ?? "" }
            return (written, try read { try $0.first(sql) { $0.text(0) } ?? "" })
        } catch {
            throw storeError(error, file: name)
        }
    }

    private func shut(_ queue: DatabaseQueue) {
        do {
            try queue.close()
        } catch {
            // A busy connection closes when its last statement is released.
            queue.interrupt()
        }
    }

    private func giveBack(_ reader: DatabaseQueue) {
        let isKept = connections.withLock { state in
            guard state.writer != nil, state.idle.count < HistorianLimits.idleReaders else {
                return false
            }
            state.idle.append(reader)
            return true
        }
        if !isKept { shut(reader) }
    }

    private func openWriter() throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.busyMode = .timeout(5)
            configuration.label = "historian writer"
            let writer = try DatabaseQueue(path: path, configuration: configuration)
            try writer.inDatabase { database in
                // GRDB sets NORMAL when it turns the log on; R-01 wants FULL.
                for pragma in DatabaseFile.sharedPragmas + DatabaseFile.writerPragmas {
                    try database.execute(sql: "PRAGMA " + pragma)
                }
            }
            connections.withLock { $0.writer = writer }
        } catch {
            throw storeError(error, file: name)
        }
    }

    private func openReader() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.label = "historian reader"
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        try reader.inDatabase { database in
            for pragma in DatabaseFile.sharedPragmas + DatabaseFile.readerPragmas {
                try database.execute(sql: "PRAGMA " + pragma)
            }
        }
        return reader
    }

    private static let sharedPragmas = [
        "synchronous=FULL", "mmap_size=0", "trusted_schema=OFF", "cell_size_check=ON",
        "temp_store=MEMORY", "cache_size=-1024",
    ]
    private static let writerPragmas = [
        "journal_size_limit=67108864", "wal_autocheckpoint=1000", "secure_delete=OFF",
    ]
    private static let readerPragmas = ["query_only=ON", "wal_autocheckpoint=0"]

    private func checkVersion(_ schema: Schema) throws(StoreError) {
        let found = try read { database in
            (
                try database.first("PRAGMA application_id") { $0.integer(0) } ?? 0,
                try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
            )
        }
        guard found.0 == Int64(schema.application) else {
            close()
            throw .unavailable(file: name, what: "it is not a file of this store")
        }
        guard found.1 <= Int64(schema.version) else {
            close()
            throw .newerFormat(file: name, version: Int(found.1), supported: schema.version)
        }
        // From here on this program writes: one that does not know how must refuse.
        if schema.isRaisedOnOpen, found.1 < Int64(schema.version) { try mark(schema.version) }
    }

    private func mark(_ version: Int) throws(StoreError) {
        guard let writer = connections.withLock({ $0.writer }) else { throw .closed }
        do {
            try writer.inDatabase { try $0.execute(sql: "PRAGMA user_version=\(version)") }
        } catch {
            throw storeError(error, file: name)
        }
    }

    private static func make(
        _ path: String, in folder: String, label: String, _ schema: Schema
    ) throws(StoreError) {
        let temporary = path + ".new"
        try FileSystem.remove(temporary)
        do {
            let queue = try DatabaseQueue(path: temporary)
            try queue.inDatabase { database in
                try database.execute(sql: "PRAGMA page_size=\(schema.pageSize)")
                try database.execute(sql: "PRAGMA synchronous=FULL")
                try database.execute(sql: "PRAGMA application_id=\(schema.application)")
                try database.execute(sql: "PRAGMA user_version=\(schema.version)")
            }
            try queue.write { database in
                for statement in schema.statements { try database.execute(sql: statement) }
            }
            try queue.close()
        } catch {
            throw storeError(error, file: label)
        }
        try FileSystem.publish(temporary, as: path, in: folder)
    }
}

/// The store's own error for anything that SQLite or GRDB throws.
func storeError(_ error: any Error, file: String) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let failure = error as? DatabaseError else {
        return .unavailable(file: file, what: "\(error)")
    }
    let what = failure.message ?? "code \(failure.extendedResultCode.rawValue)"
    switch failure.resultCode {
    case .SQLITE_FULL: return .full(file: file)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(file: file, what: what)
    case .SQLITE_IOERR: return .flushFailed(file: file, what: what)
    default: return .unavailable(file: file, what: what)
    }
}
