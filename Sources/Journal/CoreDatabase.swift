// Opens `core.db` by the rules of: one connection writes, the others only read.

import GRDB
import Glibc
import Synchronization

/// The file and its connections; after a failed flush it must be opened anew.
final class CoreDatabase: Sendable {
    private enum State {
        case open(DatabasePool)
        case failed(DatabasePool, detail: String)
        case closed
    }

    /// Where the file lies.
    let path: String
    private let steps: [SchemaStep]
    private let state: Mutex<State>

    /// Opens the file in a folder that exists, makes it if need be, brings it to the newest form.
    ///
    /// Throws `cannotOpen`, `newerVersion` or `storage`.
    init(folder: String, steps: [SchemaStep]) throws {
        path = folder + "/core.db"
        self.steps = steps
        state = Mutex(.open(try CoreDatabase.pool(path: path, folder: folder, steps: steps)))
    }

    /// Reads in one snapshot on a connection that cannot write.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        let pool = try current()
        do {
            return try pool.read(body)
        } catch let error as DatabaseError {
            throw JournalError(error)
        } catch is RowDecodingError {
            throw JournalError.unreadableRow
        }
    }

    /// Copies the file as it is at this moment; writing goes on.
    func snapshot(to path: String) throws {
        let pool = try current()
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            try copy.close()
        } catch let error as DatabaseError {
            throw JournalError(error)
        }
    }

    /// Writes in one transaction, flushed when it returns; blocks until then.
    func write<T>(_ body: (Database) throws -> T) throws -> T {
        let pool = try current()
        do {
            return try pool.write(body)
        } catch let error as DatabaseError {
            throw JournalError(error)
        } catch is RowDecodingError {
            throw JournalError.unreadableRow
        }
    }

    /// Writes in one transaction on the writer's own thread, flushed when it returns.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> T
    ) async throws -> T {
        let pool = try current()
        do {
            return try await pool.write(body)
        } catch let error as DatabaseError {
            throw JournalError(error)
        } catch is RowDecodingError {
            throw JournalError.unreadableRow
        }
    }

    /// Runs work on the writer's own thread, later, outside of a transaction.
    func schedule(_ work: @escaping @Sendable (Database) -> Void) throws {
        try current().asyncWriteWithoutTransaction(work)
    }

    /// Runs work on the writing connection outside of a transaction; blocks until it is done.
    func withWriter<T>(_ work: (Database) throws -> T) throws -> T {
        try current().writeWithoutTransaction(work)
    }

    /// Brings everything that was written into the one file.
    func takeOver() throws {
        _ = try current().writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    }

    /// Gives pages that connections keep at hand back, soon.
    func releaseMemory() {
        if case .open(let pool) = state.withLock({ $0 }) { pool.releaseMemoryEventually() }
    }

    /// Whether a flush failed and `reopen` has to come first.
    var hasFailed: Bool {
        state.withLock { if case .failed = $0 { true } else { false } }
    }

    /// Refuses everything from now on until the file is opened anew.
    func fail(detail: String) {
        state.withLock { state in
            if case .open(let pool) = state { state = .failed(pool, detail: detail) }
        }
    }

    /// Closes the failed connections and opens new ones.
    func reopen(folder: String) throws {
        let failed = state.withLock { state -> DatabasePool? in
            guard case .failed(let pool, _) = state else { return nil }
            return pool
        }
        guard let failed else { return }
        try failed.close()
        let pool = try CoreDatabase.pool(path: path, folder: folder, steps: steps)
        state.withLock { $0 = .open(pool) }
    }

    /// Closes the file; nothing can be read or written afterwards.
    func close() throws {
        let pool = state.withLock { state -> DatabasePool? in
            defer { state = .closed }
            switch state {
            case .open(let pool), .failed(let pool, _): return pool
            case .closed: return nil
            }
        }
        // After a clean stop everything stands in the one file; a stop that is not clean leaves the
        // write-ahead file, which the next start takes over.
        _ = try pool?.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
        try pool?.close()
    }

    private func current() throws(JournalError) -> DatabasePool {
        let state = state.withLock { $0 }
        switch state {
        case .open(let pool): return pool
        case .failed(_, let detail): throw .flushFailed(detail: detail)
        case .closed: throw .storage(detail: "the journal is closed")
        }
    }

    private static func pool(
        path: String, folder: String, steps: [SchemaStep]
    ) throws -> DatabasePool {
        try makeFile(path, in: folder)
        var configuration = Configuration()
        configuration.label = "core.db"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(JournalLimits.lockWaitSeconds)
        configuration.maximumReaderCount = JournalLimits.readers
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { db in
            let isReader = db.configuration.readonly
            try db.execute(
                sql: """
                    PRAGMA mmap_size = 0;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA cache_size = -\(JournalLimits.cacheKibibytes);
                    PRAGMA recursive_triggers = ON;
                    """)
            if isReader {
                try db.execute(sql: "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
            }
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                // Turning the write-ahead file on sets `synchronous` to NORMAL, which loses
                // acknowledged entries in a power cut: set it afterwards.
                try db.execute(
                    sql: """
                        PRAGMA synchronous = FULL;
                        PRAGMA secure_delete = ON;
                        PRAGMA journal_size_limit = \(JournalLimits.writeAheadBytes);
                        """)
                try Schema.prepare(db, steps: steps)
            }
            return pool
        } catch let error as DatabaseError {
            throw JournalError.cannotOpen(
                path: path, detail: error.message ?? error.resultCode.description)
        }
    }

    /// Makes an empty file that only its owner reads, and flushes the folder.
    private static func makeFile(_ path: String, in folder: String) throws {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        Glibc.close(file)
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(folder) }
        defer { Glibc.close(directory) }
        guard fsync(directory) == 0 else { throw failure(folder) }
    }

    private static func failure(_ path: String) -> JournalError {
        let code = errno
        let text = unsafe strerror(code).map { unsafe String(cString: $0) }
        return .cannotOpen(path: path, detail: text ?? "error \(code)")
    }
}

extension Row {
    /// A column's value; a damaged file gives an error here and not a trap.
    func value<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value {
        try decode(Value.self, atIndex: column)
    }

    /// The same for plain values, read from the statement without a detour.
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ column: Int
    ) throws -> Value {
        try decode(Value.self, atIndex: column)
    }
}

extension JournalError {
    /// A row holds what its table cannot hold: the file is damaged.
    static let unreadableRow = JournalError.storage(
        detail: "a stored row is not what was written; run `millwright verify`")

    /// An error of the file as one of the journal's.
    init(_ error: DatabaseError) {
        let detail = error.message ?? error.resultCode.description
        let isFull = error.resultCode == .SQLITE_FULL
        self = isFull ? .diskFull(detail: detail) : .storage(detail: detail)
    }
}
