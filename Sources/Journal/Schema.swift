// The tables of `core.db` that are not projections, as an ordered list of steps.

import GRDB

/// One step from a form of the file to the next, run in a transaction of its own.
struct SchemaStep: Sendable {
    /// The form that the file has after it.
    let version: Int64
    /// The oldest form a program must know to read the file after it.
    let oldestReader: Int64
    let sql: String
}

/// The form of the file, recorded in the table `meta`.
enum Schema {
    static let steps = [
        SchemaStep(version: 1, oldestReader: 1, sql: chainTables + credentialTables),
        SchemaStep(version: 2, oldestReader: 2, sql: peopleTables),
        SchemaStep(version: 3, oldestReader: 3, sql: personalTables),
    ]

    /// Brings a file to the newest form; refuses one that is newer still.
    static func prepare(_ db: Database, steps: [SchemaStep]) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT
                """)
        let found = try number(db, "schema_version") ?? 0
        let supported = steps.last?.version ?? 0
        guard found <= supported else {
            throw JournalError.newerVersion(
                found: found, oldestReader: try number(db, "oldest_reader") ?? found,
                supported: supported)
        }
        for step in steps where step.version > found {
            try db.inTransaction(.immediate) {
                try db.execute(sql: step.sql)
                try setNumber(db, "schema_version", step.version)
                try setNumber(db, "oldest_reader", step.oldestReader)
                return .commit
            }
        }
    }

    static func number(_ db: Database, _ name: String) throws -> Int64? {
        let text = try String.fetchOne(
            db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
        return text.flatMap { Int64($0) }
    }

    static func setNumber(_ db: Database, _ name: String, _ value: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO meta (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, arguments: [name, String(value)])
    }

    /// Entries are only ever added, one after the other: the file itself refuses anything else.
    ///
    /// The id is its two halves; `entry` is the text that was hashed, `hash` is hexadecimal.
    private static let chainTables = """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            id_high INTEGER NOT NULL,
            id_low INTEGER NOT NULL,
            recorded INTEGER NOT NULL,
            kind TEXT NOT NULL,
            entry TEXT NOT NULL,
            hash TEXT NOT NULL CHECK (length(hash) = 64),
            UNIQUE (id_high, id_low)
        ) STRICT;
        CREATE INDEX event_kind ON event (kind);
        CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'a stored entry never changes'); END;
        CREATE TRIGGER event_never_goes BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'a stored entry never goes'); END;
        CREATE TRIGGER event_comes_next BEFORE INSERT ON event
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
            OR EXISTS (
                SELECT 1 FROM event WHERE id_high = NEW.id_high AND id_low = NEW.id_low)
        BEGIN SELECT RAISE(ABORT, 'an entry comes after the last and has an id of its own'); END;
        """

    /// Secrets as hashes beside the chain, so that they can be erased (decisions 20).
    private static let credentialTables = """
        CREATE TABLE owner (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            name TEXT NOT NULL,
            pass TEXT NOT NULL,
            changed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE session (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            created INTEGER NOT NULL,
            used INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE token (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
            scopes TEXT NOT NULL,
            created INTEGER NOT NULL,
            used INTEGER,
            revoked INTEGER
        ) STRICT;
        CREATE TABLE setup_code (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            hash TEXT NOT NULL CHECK (length(hash) = 64),
            created INTEGER NOT NULL,
            tries INTEGER NOT NULL
        ) STRICT;
        """

    /// People with roles in place of the one owner; sessions of before end.
    private static let peopleTables = """
        CREATE TABLE person (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            pass TEXT,
            changed INTEGER NOT NULL,
            seed TEXT,
            seed_step INTEGER NOT NULL DEFAULT 0,
            recovery TEXT NOT NULL DEFAULT '',
            invitation TEXT,
            invited INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            ended INTEGER
        ) STRICT;
        INSERT INTO person (id, name, role, pass, changed)
            SELECT 'owner', name, 'administrator', pass, changed FROM owner;
        DROP TABLE owner;
        DROP TABLE session;
        CREATE TABLE session (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            person TEXT NOT NULL REFERENCES person (id),
            created INTEGER NOT NULL,
            used INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            proved INTEGER NOT NULL,
            is_strong INTEGER NOT NULL,
            agent TEXT NOT NULL
        ) STRICT;
        CREATE TABLE device (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            machine TEXT,
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
            created INTEGER NOT NULL,
            used INTEGER,
            ended INTEGER
        ) STRICT;
        """

    /// Personal texts beside the chain (S-32), and numbers to type at a tablet (S-13).
    private static let personalTables = """
        CREATE TABLE personal (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            salt TEXT,
            text TEXT,
            purpose TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            erased INTEGER
        ) STRICT;
        CREATE INDEX personal_text ON personal (text, purpose, first);
        ALTER TABLE person ADD COLUMN pin TEXT;
        ALTER TABLE person ADD COLUMN pin_failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE person ADD COLUMN pin_failed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE device ADD COLUMN pin_failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE device ADD COLUMN pin_failed INTEGER NOT NULL DEFAULT 0;
        """
}
