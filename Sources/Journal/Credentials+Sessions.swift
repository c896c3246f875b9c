// Signed-in browsers and paired devices, as hashes of what they carry.

import GRDB
public import Plant

/// A signed-in browser.
public struct Session: Hashable, Sendable {
    /// SHA-256 of its token in lower-case hexadecimal.
    public let hash: String
    /// Who is signed in.
    public let person: Slug
    /// When it began.
    public let created: Timestamp
    /// When it was last used, as far as it was noted.
    public let used: Timestamp
    /// When it ends, whatever happens (S-15).
    public let expires: Timestamp
    /// When the pass phrase was last given in it (S-17).
    public let proved: Timestamp
    /// Whether a second factor was given (S-12).
    public let isStrong: Bool
    /// What the browser says it is.
    public let agent: String

    /// A session.
    public init(
        hash: String, person: Slug, created: Timestamp, used: Timestamp, expires: Timestamp,
        proved: Timestamp, isStrong: Bool, agent: String
    ) {
        self.hash = hash
        self.person = person
        self.created = created
        self.used = used
        self.expires = expires
        self.proved = proved
        self.isStrong = isStrong
        self.agent = agent
    }
}

/// What a paired device is for.
public enum DeviceKind: String, Hashable, Sendable, CaseIterable {
    /// A tablet at a machine: reads and says what happened.
    case tablet
    /// A board on the wall: reads.
    case board
}

/// A device that may come in without anybody signing in.
public struct PairedDevice: Hashable, Sendable {
    /// Its id.
    public let id: String
    /// What it is called.
    public let name: String
    /// What it is for.
    public let kind: DeviceKind
    /// The one machine about which it may say something; nil for all.
    public let machine: Slug?
    /// SHA-256 of its pass in lower-case hexadecimal.
    public let hash: String
    /// When it was paired.
    public let created: Timestamp
    /// When it was last used, nil when never noted.
    public let used: Timestamp?
    /// When it was withdrawn, nil while it holds.
    public let ended: Timestamp?
    /// Wrong digits of supervisors since the last right ones.
    public let pinFailures: Int64
    /// When digits were last tried.
    public let pinFailed: Timestamp

    /// A device.
    public init(
        id: String, name: String, kind: DeviceKind, machine: Slug?, hash: String,
        created: Timestamp, used: Timestamp? = nil, ended: Timestamp? = nil,
        pinFailures: Int64 = 0, pinFailed: Timestamp = Timestamp(nanoseconds: 0)
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.machine = machine
        self.hash = hash
        self.created = created
        self.used = used
        self.ended = ended
        self.pinFailures = pinFailures
        self.pinFailed = pinFailed
    }
}

extension Credentials {
    private static let sessionColumns =
        "hash, person, created, used, expires, proved, is_strong, agent"

    /// Begins a session; sessions that are over go, and the oldest when there are too many.
    public func addSession(_ session: Session) async throws {
        try await file.write { db in
            try db.execute(
                sql: "DELETE FROM session WHERE expires <= ?",
                arguments: [session.created.nanoseconds])
            try db.execute(
                sql: """
                    DELETE FROM session WHERE hash IN
                        (SELECT hash FROM session ORDER BY used DESC LIMIT -1 OFFSET ?)
                    """, arguments: [CredentialLimits.sessions - 1])
            try db.execute(
                sql: """
                    INSERT INTO session (\(Credentials.sessionColumns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    session.hash, session.person.text, session.created.nanoseconds,
                    session.used.nanoseconds, session.expires.nanoseconds,
                    session.proved.nanoseconds, session.isStrong, session.agent,
                ])
        }
    }

    /// The session with a hash, nil when there is none; whether it is over is the caller's rule.
    public func session(hash: String) throws -> Session? {
        try sessions("hash = ?", [hash]).first
    }

    /// Sessions of a person, newest first.
    public func sessions(of person: Slug) throws -> [Session] {
        try sessions("person = ?", [person.text])
    }

    /// Notes that a session was used; a flush each time, so note it rarely.
    public func touchSession(hash: String, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE session SET used = ? WHERE hash = ?",
                arguments: [time.nanoseconds, hash])
        }
    }

    /// Notes that the pass phrase was given again, and perhaps a second factor.
    public func proveSession(hash: String, at time: Timestamp, isStrong: Bool) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE session SET proved = ?, is_strong = max(is_strong, ?) WHERE hash = ?",
                arguments: [time.nanoseconds, isStrong, hash])
        }
    }

    /// Ends a session.
    public func removeSession(hash: String) async throws {
        try await file.write { db in
            try db.execute(sql: "DELETE FROM session WHERE hash = ?", arguments: [hash])
        }
    }

    /// Ends the sessions of a person, all but one where it is named; says how many.
    public func removeSessions(of person: Slug, keeping hash: String? = nil) async throws -> Int {
        try await file.write { db in
            try db.execute(
                sql: "DELETE FROM session WHERE person = ? AND hash IS NOT ?",
                arguments: [person.text, hash])
            return db.changesCount
        }
    }

    /// Keeps a device; throws `tooLarge` when there are too many.
    public func addDevice(_ device: PairedDevice) async throws {
        try await file.write { db in
            let count =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM device WHERE ended IS NULL") ?? 0
            guard count < CredentialLimits.devices else {
                throw JournalError.tooLarge(
                    what: "the list of devices", size: count + 1, limit: CredentialLimits.devices)
            }
            try db.execute(
                sql: """
                    INSERT INTO device (id, name, kind, machine, hash, created)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    device.id, device.name, device.kind.rawValue, device.machine?.text,
                    device.hash, device.created.nanoseconds,
                ])
        }
    }

    /// All devices, withdrawn ones too, oldest first.
    public func devices() throws -> [PairedDevice] { try devices("TRUE", []) }

    /// The device that carries a pass, nil when there is none or it was withdrawn.
    public func device(hash: String) throws -> PairedDevice? {
        try devices("hash = ? AND ended IS NULL", [hash]).first
    }

    /// Notes that a device was used; a flush each time, so note it rarely.
    public func touchDevice(id: String, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE device SET used = ? WHERE id = ?",
                arguments: [time.nanoseconds, id])
        }
    }

    /// Withdraws a device; says whether there was one that held.
    public func endDevice(id: String, at time: Timestamp) async throws -> Bool {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE device SET ended = ? WHERE id = ? AND ended IS NULL",
                arguments: [time.nanoseconds, id])
            return db.changesCount > 0
        }
    }

    private func sessions(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [Session] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Credentials.sessionColumns) FROM session
                    WHERE \(condition) ORDER BY created DESC, hash
                    """, arguments: arguments
            ).compactMap { row in
                guard let person = Slug(try row.value(1) as String) else { return nil }
                return Session(
                    hash: try row.value(0), person: person,
                    created: Timestamp(nanoseconds: try row.value(2)),
                    used: Timestamp(nanoseconds: try row.value(3)),
                    expires: Timestamp(nanoseconds: try row.value(4)),
                    proved: Timestamp(nanoseconds: try row.value(5)),
                    isStrong: try (row.value(6) as Int64) != 0, agent: try row.value(7))
            }
        }
    }

    private func devices(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [PairedDevice] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, kind, machine, hash, created, used, ended, pin_failures,
                        pin_failed FROM device
                    WHERE \(condition) ORDER BY created, id
                    """, arguments: arguments
            ).compactMap { row in
                guard let kind = DeviceKind(rawValue: try row.value(2) as String) else {
                    return nil
                }
                return PairedDevice(
                    id: try row.value(0), name: try row.value(1), kind: kind,
                    machine: try (row.value(3) as String?).flatMap { Slug($0) },
                    hash: try row.value(4), created: Timestamp(nanoseconds: try row.value(5)),
                    used: try (row.value(6) as Int64?).map(Timestamp.init(nanoseconds:)),
                    ended: try (row.value(7) as Int64?).map(Timestamp.init(nanoseconds:)),
                    pinFailures: try row.value(8),
                    pinFailed: Timestamp(nanoseconds: try row.value(9)))
            }
        }
    }
}
