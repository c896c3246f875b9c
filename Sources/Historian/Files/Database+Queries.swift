// SQL with whole numbers, bytes and texts, straight on SQLite's statements.

import GRDB
import GRDBSQLite

/// A value bound to a statement.
enum SQLValue {
    /// A 64-bit integer.
    case integer(Int64)
    /// Bytes.
    case blob([UInt8])
    /// A text.
    case text(String)
    /// Nothing.
    case null

    /// An integer of another width.
    static func number(_ value: some BinaryInteger) -> SQLValue { .integer(Int64(value)) }
}

/// The current row of a query.
@safe struct QueryRow {
    fileprivate let statement: OpaquePointer

    /// A 64-bit integer, 0 for nothing.
    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

    /// An integer that must fit 32 bits; 0xFFFFFFFF stands for one that does not.
    func uint32(_ column: Int32) -> UInt32 { UInt32(exactly: integer(column)) ?? .max }

    /// Whether there is nothing.
    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    /// Bytes, empty for nothing.
    func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A text, empty for nothing.
    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(statement, column) else { return "" }
        return unsafe String(cString: start)
    }
}

extension Database {
    /// Runs a query and hands each row to `body`, which must not run the same query.
    func each(
        _ sql: String, _ values: [SQLValue] = [], _ body: (QueryRow) throws -> Void
    ) throws {
        try eachWhile(sql, values) { row in
            try body(row)
            return true
        }
    }

    /// Runs a query and hands each row to `body` until that returns false.
    func eachWhile(
        _ sql: String, _ values: [SQLValue] = [], _ body: (QueryRow) throws -> Bool
    ) throws {
        let statement = unsafe try bound(sql, values)
        defer { _ = unsafe sqlite3_reset(statement) }
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code, sql) }
            if try !body(unsafe QueryRow(statement: statement)) { return }
        }
    }

    /// The first row of a query, mapped; nil without rows.
    func first<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ map: (QueryRow) throws -> Value
    ) throws -> Value? {
        let statement = unsafe try bound(sql, values)
        defer { _ = unsafe sqlite3_reset(statement) }
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_DONE { return nil }
        guard code == SQLITE_ROW else { throw failure(code, sql) }
        return try map(unsafe QueryRow(statement: statement))
    }

    /// Runs a statement that changes something.
    func change(_ sql: String, _ values: [SQLValue] = []) throws {
        try each(sql, values) { _ in }
    }

    private func bound(_ sql: String, _ values: [SQLValue]) throws -> OpaquePointer {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        unsafe sqlite3_reset(statement)
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code: Int32
            switch value {
            case .integer(let number):
                code = unsafe sqlite3_bind_int64(statement, position, number)
            case .blob(let bytes) where bytes.isEmpty:
                code = unsafe sqlite3_bind_zeroblob(statement, position, 0)
            case .blob(let bytes):
                code = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe sqlite3_bind_blob64(
                        statement, position, buffer.baseAddress, UInt64(buffer.count), copied)
                }
            case .text(let text):
                code = unsafe sqlite3_bind_text(statement, position, text, -1, copied)
            case .null:
                code = unsafe sqlite3_bind_null(statement, position)
            }
            guard code == SQLITE_OK else { throw failure(code, sql) }
        }
        return unsafe statement
    }

    /// SQLITE_TRANSIENT: SQLite copies what it is given.
    private var copied: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func failure(_ code: Int32, _ sql: String) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage, sql: sql)
    }
}
