// Names, notes and addresses stand beside the chain, which holds their salted hashes: they can be
// removed, and the chain still verifies (S-32).

import Crypto
import GRDB
public import Plant

/// What a personal text is about; it decides how long it is kept.
public enum PersonalPurpose: String, Hashable, Sendable, CaseIterable {
    /// Who came in and did something to the box.
    case security
    /// Who said what about the work.
    case work
}

/// A personal text as a third party needs it to verify an entry that refers to it.
public struct PersonalWord: Hashable, Sendable {
    /// What the entry holds in its place: lower-case hexadecimal.
    public let hash: String
    /// 16 random bytes in hexadecimal; nil once it was removed.
    public let salt: String?
    /// The text; nil once it was removed.
    public let text: String?
}

/// Which parts of an entry are personal, by its kind.
enum PersonalParts {
    /// Members of the content whose text a person wrote or is about a person; no other member is
    /// ever taken for a reference, whatever it looks like.
    static func members(of kind: String) -> [String] {
        switch kind {
        case "stop.reason": ["detail"]
        case "odd.explained", "job.planned", "document.attached", "stop.noted": ["note"]
        case "person.set": ["name"]
        case "access.noted": ["object", "address"]
        default: []
        }
    }

    static func purpose(of kind: String) -> PersonalPurpose {
        switch kind {
        case "person.set", "person.ended", "access.noted": .security
        default: .work
        }
    }
}

/// Reads and keeps the texts that entries refer to; lives as long as one transaction.
final class PersonalWords {
    /// What stands where a text was removed.
    static let removed = "removed by policy"
    /// For how long entries share one text, so that old ones can be removed without the new.
    static let sharing = Elapsed.hours(24 * 90)
    /// How exactly the last use of a text is noted.
    private static let noting = Elapsed.hours(24)
    private static let domain = Array("millwright-personal-1\n".utf8)
    /// The one member of an object that stands in an entry in place of a text.
    private static let member = "personal"

    private let db: Database
    private var known: [String: String] = [:]
    /// What was referred to in this transaction, by purpose and text.
    private var referred: [PersonalPurpose: [String: (hash: String, first: Timestamp)]] = [:]

    init(_ db: Database) { self.db = db }

    /// `SHA-256("millwright-personal-1\n" ‖ salt ‖ text)` in lower-case hexadecimal.
    static func hash(salt: [UInt8], text: String) -> String {
        var hash = SHA256()
        hash.update(data: domain)
        hash.update(data: salt)
        hash.update(data: Array(text.utf8))
        return hexText(Array(hash.finalize()))
    }

    /// A text, or what refers to one, with the text in its place.
    func restored(_ fact: Fact) throws -> Fact {
        guard case .object(let members) = fact, members.count == 1,
            let hash = members[PersonalWords.member]?.text
        else { return fact }
        return .text(try text(hash))
    }

    /// The text of a hash, or words that say that it was removed.
    ///
    /// Throws `storage` when it is missing or is not what was hashed.
    private func text(_ hash: String) throws -> String {
        if let text = known[hash] { return text }
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT salt, text, erased FROM personal WHERE hash = ?"),
                arguments: [hash])
        else {
            throw JournalError.storage(detail: "a text that stands beside the entry is missing")
        }
        let text: String
        if try row.value(2) as Int64? != nil {
            text = PersonalWords.removed
        } else {
            guard let salt = try (row.value(0) as String?).flatMap(hexBytes),
                let stored: String = try row.value(1),
                PersonalWords.hash(salt: salt, text: stored) == hash
            else {
                throw JournalError.storage(
                    detail: "a text that stands beside the entry is not the one that was stored")
            }
            text = stored
        }
        if known.count >= JournalLimits.wordsKnown { known.removeAll() }
        known[hash] = text
        return text
    }

    /// What stands in an entry in place of a text; the text is kept beside the chain.
    func reference(
        to text: String, _ purpose: PersonalPurpose, at time: Timestamp, salt: () -> [UInt8]
    ) throws -> Fact {
        if let (hash, first) = referred[purpose]?[text], first <= time,
            time - first < PersonalWords.noting
        {
            return PersonalWords.fact(hash)
        }
        let hash = try storedReference(to: text, purpose, at: time, salt: salt)
        if referred[purpose, default: [:]].count >= JournalLimits.wordsKnown {
            referred[purpose] = [:]
        }
        referred[purpose, default: [:]][text] = (hash, time)
        return PersonalWords.fact(hash)
    }

    private func storedReference(
        to text: String, _ purpose: PersonalPurpose, at time: Timestamp, salt: () -> [UInt8]
    ) throws -> String {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT hash, first, last FROM personal
                    WHERE text = ? AND purpose = ? ORDER BY first DESC LIMIT 1
                    """), arguments: [text, purpose.rawValue])
        if let row {
            let hash: String = try row.value(0)
            let first = Timestamp(nanoseconds: try row.value(1))
            let last = Timestamp(nanoseconds: try row.value(2))
            if time - first < PersonalWords.sharing {
                if time - last > PersonalWords.noting {
                    try db.execute(
                        sql: "UPDATE personal SET last = ? WHERE hash = ?",
                        arguments: [time.nanoseconds, hash])
                }
                return hash
            }
        }
        let salt = salt()
        let hash = PersonalWords.hash(salt: salt, text: text)
        try db.cachedStatement(
            sql: """
                INSERT INTO personal (hash, salt, text, purpose, first, last)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                hash, hexText(salt), text, purpose.rawValue, time.nanoseconds, time.nanoseconds,
            ])
        return hash
    }

    private static func fact(_ hash: String) -> Fact { .object([member: .text(hash)]) }

    /// Hashes that the stored form of an entry refers to.
    static func hashes(in entry: String) -> [String] {
        let mark = "{\"\(member)\":\""
        var found: [String] = []
        var rest = entry[...]
        while let place = rest.firstRange(of: mark) {
            rest = rest[place.upperBound...]
            found.append(String(rest.prefix(64)))
        }
        return found.filter { hexBytes($0)?.count == 32 }
    }
}

extension JournalStore {
    /// Hashes of the personal texts that the stored form of an entry refers to.
    public static func personalHashes(in entry: String) -> [String] {
        PersonalWords.hashes(in: entry)
    }

    /// Texts that entries refer to, for whoever verifies them elsewhere.
    public func personalWords(of entries: [String]) throws -> [PersonalWord] {
        let hashes = Set(entries.flatMap(PersonalWords.hashes)).sorted()
        return try file.read { db in
            try hashes.compactMap { hash in
                try Row.fetchOne(
                    db, sql: "SELECT salt, text FROM personal WHERE hash = ?", arguments: [hash]
                ).map { row in
                    PersonalWord(hash: hash, salt: try row.value(0), text: try row.value(1))
                }
            }
        }
    }

    /// Removes texts of a purpose that no entry since a moment refers to; says how many.
    public func forget(_ purpose: PersonalPurpose, unusedSince time: Timestamp) throws -> Int {
        try forget("purpose = ? AND last < ?", [purpose.rawValue, time.nanoseconds])
    }

    /// Removes a text wherever it was said, such as the name of somebody who left.
    public func forget(text: String) throws -> Int { try forget("text = ?", [text]) }

    /// The texts go from the file for good; what is derived from them is derived again.
    private func forget(_ condition: String, _ arguments: StatementArguments) throws -> Int {
        let time = clock().nanoseconds
        let count = try file.withWriter { db in
            var count = 0
            try db.inTransaction(.immediate) {
                try db.execute(
                    sql: """
                        UPDATE personal SET salt = NULL, text = NULL, erased = ?
                        WHERE erased IS NULL AND \(condition)
                        """, arguments: [time] + arguments)
                count = db.changesCount
                return .commit
            }
            // The write-ahead file holds the pages of before until it is taken over.
            if count > 0 { _ = try db.checkpoint(.truncate) }
            return count
        }
        if count > 0 { _ = try rebuildProjections() }
        return count
    }
}
