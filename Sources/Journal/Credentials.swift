// Who may come in: pass phrases, sessions, tokens and the setup code, as hashes that can be erased.

import GRDB
public import Plant

/// A program's key.
public struct AccessToken: Hashable, Sendable {
    /// Its id, which may be shown.
    public let id: String
    /// What it is for, in words.
    public let name: String
    /// SHA-256 of the token in lower-case hexadecimal.
    public let hash: String
    /// What it may do, such as `read` or `enter` (decisions 37).
    public let scopes: Set<String>
    /// When it was made.
    public let created: Timestamp
    /// When it was last used, nil when never noted.
    public let used: Timestamp?
    /// When it was revoked, nil while it holds.
    public let revoked: Timestamp?

    /// A key.
    public init(
        id: String, name: String, hash: String, scopes: Set<String>, created: Timestamp,
        used: Timestamp? = nil, revoked: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.hash = hash
        self.scopes = scopes
        self.created = created
        self.used = used
        self.revoked = revoked
    }
}

/// What came of entering a setup code.
public enum SetupAttempt: Hashable, Sendable {
    /// It was right and is used up.
    case accepted
    /// It was wrong; so many tries are left.
    case wrong(left: Int64)
    /// It is too old or was tried too often.
    case expired
    /// There is none.
    case absent
}

/// How long and how often things may be tried.
public enum CredentialLimits {
    /// Life of a setup code (S-02).
    public static let setupCodeLife = Elapsed.hours(24)
    /// Wrong tries that end a setup code (S-02).
    public static let setupCodeTries: Int64 = 10
    /// Keys that are not revoked; more are refused.
    public static let tokens = 1000
    /// Sessions that are not over; the oldest goes when one more begins.
    public static let sessions = 1000
    /// People who may come in; more are refused.
    public static let people = 500
    /// Devices that may come in; more are refused.
    public static let devices = 500
    /// Life of an invitation.
    public static let invitationLife = Elapsed.hours(24 * 7)
}

/// Hashes of secrets in `core.db`; every change is flushed when its call returns.
public struct Credentials: Sendable {
    let file: CoreDatabase

    /// Keeps a key; throws `tooLarge` when there are too many.
    public func addToken(_ token: AccessToken) async throws {
        try await file.write { db in
            let count =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM token WHERE revoked IS NULL") ?? 0
            guard count < CredentialLimits.tokens else {
                throw JournalError.tooLarge(
                    what: "the list of keys", size: count + 1, limit: CredentialLimits.tokens)
            }
            try db.execute(
                sql: """
                    INSERT INTO token (id, name, hash, scopes, created, used, revoked)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    token.id, token.name, token.hash,
                    token.scopes.sorted().joined(separator: " "), token.created.nanoseconds,
                    token.used?.nanoseconds, token.revoked?.nanoseconds,
                ])
        }
    }

    /// The key with a hash, nil when there is none or it was revoked.
    public func token(hash: String) throws -> AccessToken? {
        try tokens("hash = ? AND revoked IS NULL", [hash]).first
    }

    /// All keys, revoked ones too, oldest first.
    public func tokens() throws -> [AccessToken] { try tokens("TRUE", []) }

    /// Ends a key; says whether there was one that held.
    public func revokeToken(id: String, at time: Timestamp) async throws -> Bool {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE token SET revoked = ? WHERE id = ? AND revoked IS NULL",
                arguments: [time.nanoseconds, id])
            return db.changesCount > 0
        }
    }

    /// Notes that a key was used; a flush each time, so note it rarely.
    public func touchToken(id: String, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE token SET used = ? WHERE id = ?",
                arguments: [time.nanoseconds, id])
        }
    }

    /// Puts a new setup code in place of any before; its tries begin at none (S-02).
    public func setSetupCode(hash: String, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(
                sql: """
                    INSERT INTO setup_code (one, hash, created, tries) VALUES (1, ?, ?, 0)
                    ON CONFLICT (one) DO UPDATE SET
                        hash = excluded.hash, created = excluded.created, tries = 0
                    """, arguments: [hash, time.nanoseconds])
        }
    }

    /// Whether a setup code stands that could still be entered.
    public func hasSetupCode(at time: Timestamp) throws -> Bool {
        try file.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT created FROM setup_code WHERE tries < ?",
                arguments: [CredentialLimits.setupCodeTries]
            ).map { Credentials.isAlive(created: $0, at: time) } ?? false
        }
    }

    /// Tries a setup code by its hash: a right one is used up, a wrong one is counted (S-02).
    public func trySetupCode(hash: String, at time: Timestamp) async throws -> SetupAttempt {
        try await file.write { db in
            guard
                let row = try Row.fetchOne(db, sql: "SELECT hash, created, tries FROM setup_code")
            else { return .absent }
            let tries: Int64 = try row.value(2)
            guard tries < CredentialLimits.setupCodeTries,
                Credentials.isAlive(created: try row.value(1), at: time)
            else { return .expired }
            // Hashes are compared, so the time it takes tells nothing about the code.
            guard try (row.value(0) as String) == hash else {
                try db.execute(sql: "UPDATE setup_code SET tries = tries + 1")
                return .wrong(left: CredentialLimits.setupCodeTries - tries - 1)
            }
            try db.execute(sql: "DELETE FROM setup_code")
            return .accepted
        }
    }

    /// After a restore: nobody is signed in, and what was ended since the backup stays ended.
    ///
    /// `later` is the folder of the data that was laid aside; says what was ended again.
    public func closeDoors(endedIn later: String?) async throws -> Int {
        try await file.write { db in try db.execute(sql: "DELETE FROM session") }
        guard let later else { return 0 }
        return try await takeEnds(from: later + "/core.db")
    }

    /// What had ended in a table.
    private struct Ends: Sendable {
        let table: String
        /// The column that says when.
        let mark: String
        var rows: [(id: String, at: Int64)] = []
    }

    /// What had ended in another file of this box.
    private static func ends(in path: String) throws -> [Ends] {
        var configuration = Configuration()
        configuration.readonly = true
        let tables = [
            Ends(table: "token", mark: "revoked"), Ends(table: "device", mark: "ended"),
            Ends(table: "person", mark: "ended"),
        ]
        do {
            let old = try DatabaseQueue(path: path, configuration: configuration)
            let found = try old.read { db in
                try tables.map { ends in
                    var ends = ends
                    ends.rows = try Row.fetchAll(
                        db,
                        sql: """
                            SELECT id, \(ends.mark) FROM \(ends.table)
                            WHERE \(ends.mark) IS NOT NULL
                            """
                    ).map { (try $0.value(0), try $0.value(1)) }
                    return ends
                }
            }
            try old.close()
            return found
        } catch let error as DatabaseError {
            // The data laid aside may be what was damaged: then there is nothing to take over.
            throw JournalError(error)
        }
    }

    /// Hashes of texts that were removed in another file of this box, and people whose names were.
    private static func removed(in path: String) throws -> (words: [String], people: [String]) {
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let old = try DatabaseQueue(path: path, configuration: configuration)
            let found = try old.read { db in
                guard try db.tableExists("personal") else { return ([String](), [String]()) }
                return (
                    try String.fetchAll(
                        db, sql: "SELECT hash FROM personal WHERE erased IS NOT NULL"),
                    try String.fetchAll(
                        db, sql: "SELECT id FROM person WHERE ended IS NOT NULL AND name = ''")
                )
            }
            try old.close()
            return found
        } catch let error as DatabaseError {
            throw JournalError(error)
        }
    }

    /// What was forgotten since the backup stays forgotten (S-32).
    private func takeRemoved(from path: String) async throws {
        let (words, people) = try Credentials.removed(in: path)
        guard !words.isEmpty || !people.isEmpty else { return }
        try await file.write { db in
            for hash in words {
                try db.execute(
                    sql: """
                        UPDATE personal SET salt = NULL, text = NULL, erased = last
                        WHERE hash = ? AND erased IS NULL
                        """, arguments: [hash])
            }
            for id in people {
                try db.execute(sql: "UPDATE person SET name = '' WHERE id = ?", arguments: [id])
            }
        }
        try file.takeOver()
    }

    /// Takes over which keys, devices and people had ended in another file of this box.
    private func takeEnds(from path: String) async throws -> Int {
        try await takeRemoved(from: path)
        let ends = try Credentials.ends(in: path)
        return try await file.write { db in
            var count = 0
            for ends in ends {
                let goes =
                    ends.table == "person"
                    ? ", pass = NULL, seed = NULL, pin = NULL, recovery = '', invitation = NULL"
                    : ""
                for row in ends.rows {
                    try db.execute(
                        sql: """
                            UPDATE \(ends.table) SET \(ends.mark) = ?\(goes)
                            WHERE id = ? AND \(ends.mark) IS NULL
                            """, arguments: [row.at, row.id])
                    count += db.changesCount
                }
            }
            return count
        }
    }

    static func isAlive(created: Int64, at time: Timestamp) -> Bool {
        time < Timestamp(nanoseconds: created) + CredentialLimits.setupCodeLife
    }

    private func tokens(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [AccessToken] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, hash, scopes, created, used, revoked FROM token
                    WHERE \(condition) ORDER BY created, id
                    """, arguments: arguments
            ).map { row in
                AccessToken(
                    id: try row.value(0), name: try row.value(1), hash: try row.value(2),
                    scopes: Set(
                        try (row.value(3) as String).split(separator: " ").map(String.init)),
                    created: Timestamp(nanoseconds: try row.value(4)),
                    used: try (row.value(5) as Int64?).map(Timestamp.init(nanoseconds:)),
                    revoked: try (row.value(6) as Int64?).map(Timestamp.init(nanoseconds:)))
            }
        }
    }
}
