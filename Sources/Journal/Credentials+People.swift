// People who may come in, with the hashes of what they know; all of it can be erased (decisions 20).

import GRDB
public import Plant

/// A person who may come in.
public struct Person: Hashable, Sendable {
    /// Their id, fixed for ever.
    public let id: Slug
    /// Their name, by which they sign in.
    public let name: String
    /// What they may do.
    public let role: Role
    /// The pass phrase's hash as a PHC string (S-11); nil before they chose one.
    public let passHash: String?
    /// When name, role or pass phrase last changed.
    public let changed: Timestamp
    /// The sealed seed of their second factor, nil without one (S-12).
    public let seed: String?
    /// How many recovery codes are left.
    public let recoveryCodes: Int
    /// Whether an invitation waits for them.
    public let isInvited: Bool
    /// When they were told that they may no longer come in; nil while they may.
    public let ended: Timestamp?
    /// The hash of the digits they type at a tablet (S-13); nil without them.
    public let pinHash: String?
    /// Wrong digits since the last right ones.
    public let pinFailures: Int64
    /// When digits were last tried.
    public let pinFailed: Timestamp

    /// Whether they chose digits for tablets.
    public var hasPin: Bool { pinHash != nil }
}

extension Credentials {
    /// Whether somebody with a pass phrase looks after the box.
    public func hasAdministrator() throws -> Bool {
        try file.read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM person
                        WHERE role = ? AND pass IS NOT NULL AND ended IS NULL)
                    """, arguments: [Role.administrator.rawValue]) ?? false
        }
    }

    /// Everybody, those who ended too, by name.
    public func people() throws -> [Person] { try people("TRUE", []) }

    /// A person by id, nil when there is none.
    public func person(_ id: Slug) throws -> Person? { try people("id = ?", [id.text]).first }

    /// A person who may come in by their name, whatever its capitals; nil when there is none.
    public func person(named name: String) throws -> Person? {
        let wanted = name.lowercased()
        return try people("ended IS NULL", []).first { $0.name.lowercased() == wanted }
    }

    /// Adds a person, or changes name and role of one.
    ///
    /// Their sessions end when the role changed (S-15). Throws `tooLarge` when there are too many;
    /// false and no change where somebody else who may come in has the name.
    @discardableResult
    public func setPerson(
        _ id: Slug, name: String, role: Role, at time: Timestamp
    ) async throws -> Bool {
        let wanted = name.lowercased()
        return try await file.write { db in
            let others = try String.fetchAll(
                db, sql: "SELECT name FROM person WHERE ended IS NULL AND id != ?",
                arguments: [id.text])
            guard !others.contains(where: { $0.lowercased() == wanted }) else { return false }
            let count =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM person WHERE ended IS NULL") ?? 0
            guard count < CredentialLimits.people else {
                throw JournalError.tooLarge(
                    what: "the list of people", size: count + 1, limit: CredentialLimits.people)
            }
            let before = try String.fetchOne(
                db, sql: "SELECT role FROM person WHERE id = ?", arguments: [id.text])
            try db.execute(
                sql: """
                    INSERT INTO person (id, name, role, changed) VALUES (?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET
                        name = excluded.name, role = excluded.role, changed = excluded.changed,
                        ended = NULL
                    """, arguments: [id.text, name, role.rawValue, time.nanoseconds])
            if before != role.rawValue {
                try db.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [id.text])
            }
            return true
        }
    }

    /// Sets a pass phrase; the invitation is used up, and sessions but one end.
    public func setPass(
        _ id: Slug, hash: String, at time: Timestamp, keeping session: String? = nil
    ) async throws {
        try await file.write { db in
            try db.execute(
                sql: """
                    UPDATE person SET pass = ?, changed = ?, invitation = NULL, tries = 0
                    WHERE id = ?
                    """, arguments: [hash, time.nanoseconds, id.text])
            try db.execute(
                sql: "DELETE FROM session WHERE person = ? AND hash IS NOT ?",
                arguments: [id.text, session])
        }
    }

    /// Ends a person: sessions, hashes and seed go.
    public func endPerson(_ id: Slug, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [id.text])
            try db.execute(
                sql: """
                    UPDATE person SET ended = ?, pass = NULL, seed = NULL, recovery = '',
                        pin = NULL, invitation = NULL WHERE id = ?
                    """, arguments: [time.nanoseconds, id.text])
        }
    }

    /// Keeps the hash of an invitation in place of any before.
    public func invite(_ id: Slug, hash: String, at time: Timestamp) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET invitation = ?, invited = ?, tries = 0 WHERE id = ?",
                arguments: [hash, time.nanoseconds, id.text])
        }
    }

    /// Whether an invitation is that of a person; a wrong one is counted, ten end it.
    public func tryInvitation(
        _ id: Slug, hash: String, at time: Timestamp
    ) async throws -> SetupAttempt {
        try await file.write { db in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT invitation, invited, tries FROM person
                        WHERE id = ? AND ended IS NULL AND invitation IS NOT NULL
                        """, arguments: [id.text])
            else { return .absent }
            let tries: Int64 = try row.value(2)
            let invited = Timestamp(nanoseconds: try row.value(1))
            guard tries < CredentialLimits.setupCodeTries,
                time < invited + CredentialLimits.invitationLife
            else { return .expired }
            guard try (row.value(0) as String) == hash else {
                try db.execute(
                    sql: "UPDATE person SET tries = tries + 1 WHERE id = ?", arguments: [id.text])
                return .wrong(left: CredentialLimits.setupCodeTries - tries - 1)
            }
            return .accepted
        }
    }

    /// Keeps the sealed seed of a second factor, or takes it away.
    public func setSeed(_ id: Slug, seed: String?) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET seed = ?, seed_step = 0 WHERE id = ?",
                arguments: [seed, id.text])
        }
    }

    /// Uses up a step of a person's second factor; false when it or a later one was used (S-12).
    public func useStep(_ id: Slug, step: Int64) async throws -> Bool {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET seed_step = ? WHERE id = ? AND seed_step < ?",
                arguments: [step, id.text, step])
            return db.changesCount > 0
        }
    }

    /// Keeps the hashes of recovery codes in place of those before.
    public func setRecovery(_ id: Slug, hashes: [String]) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET recovery = ? WHERE id = ?",
                arguments: [hashes.joined(separator: " "), id.text])
        }
    }

    /// Uses up a recovery code; false when it is none of those left.
    public func useRecovery(_ id: Slug, hash: String) async throws -> Bool {
        try await file.write { db in
            let text =
                try String.fetchOne(
                    db, sql: "SELECT recovery FROM person WHERE id = ?", arguments: [id.text])
                ?? ""
            var left = text.split(separator: " ").map(String.init)
            guard let place = left.firstIndex(of: hash) else { return false }
            left.remove(at: place)
            try db.execute(
                sql: "UPDATE person SET recovery = ? WHERE id = ?",
                arguments: [left.joined(separator: " "), id.text])
            return true
        }
    }

    /// Keeps the hash of digits for tablets, or takes it away; failures are forgotten.
    public func setPin(_ id: Slug, hash: String?) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET pin = ?, pin_failures = 0 WHERE id = ?",
                arguments: [hash, id.text])
        }
    }

    /// Counts a try of digits for the person and for the device.
    public func notePin(person: Slug, device: String, at time: Timestamp) async throws {
        try await file.write { db in
            for (table, id) in [("person", person.text), ("device", device)] {
                try db.execute(
                    sql: """
                        UPDATE \(table) SET pin_failures = pin_failures + 1, pin_failed = ?
                        WHERE id = ?
                        """, arguments: [time.nanoseconds, id])
            }
        }
    }

    /// Forgets wrong digits of a person and of a device.
    public func forgetPinFailures(person: Slug, device: String) async throws {
        try await file.write { db in
            for (table, id) in [("person", person.text), ("device", device)] {
                try db.execute(
                    sql: "UPDATE \(table) SET pin_failures = 0 WHERE id = ?", arguments: [id])
            }
        }
    }

    /// Takes the name of somebody who ended out of the list.
    public func forgetName(_ id: Slug) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE person SET name = '' WHERE id = ? AND ended IS NOT NULL",
                arguments: [id.text])
        }
        // The file itself holds the page of before until the write-ahead file is taken over.
        try file.takeOver()
    }

    private func people(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [Person] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, name, role, pass, changed, seed, recovery, invitation, ended,
                        pin, pin_failures, pin_failed
                    FROM person WHERE \(condition) ORDER BY lower(name), id
                    """, arguments: arguments
            ).compactMap { row in
                guard let id = Slug(try row.value(0) as String),
                    let role = Role(rawValue: try row.value(2) as String)
                else { return nil }
                return Person(
                    id: id, name: try row.value(1), role: role, passHash: try row.value(3),
                    changed: Timestamp(nanoseconds: try row.value(4)), seed: try row.value(5),
                    recoveryCodes: (try row.value(6) as String).split(separator: " ").count,
                    isInvited: (try row.value(7) as String?) != nil,
                    ended: try (row.value(8) as Int64?).map(Timestamp.init(nanoseconds:)),
                    pinHash: try row.value(9), pinFailures: try row.value(10),
                    pinFailed: Timestamp(nanoseconds: try row.value(11)))
            }
        }
    }
}
