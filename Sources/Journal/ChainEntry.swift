// The stored form of one event and its place in the hash chain (decisions 15, S-31).

import Crypto
import GRDB
import Plant

/// One entry of the chain: its bytes are what is stored and what is hashed.
struct ChainEntry {
    let sequence: Int64
    /// UTF-8 of one JSON object: `actor`, `facts`, `id`, `kind`, `recorded`, `seq`.
    let bytes: [UInt8]

    private static let domain = Array("millwright-journal-1\n".utf8)
    /// What stands before the first entry.
    static let origin = [UInt8](repeating: 0, count: 32)

    /// `h[n] = SHA-256("millwright-journal-1\n" ‖ h[n−1] ‖ bytes)`.
    func hash(after previous: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: ChainEntry.domain)
        hash.update(data: previous)
        hash.update(data: bytes)
        return Array(hash.finalize())
    }
}

/// The newest entry of the chain: its number and its hash.
struct ChainHead: Sendable {
    var sequence: Int64 = 0
    var hash = ChainEntry.origin
}

/// An event in its stored form except for what the journal gives it: time and number.
struct EncodedDraft: Sendable {
    let draft: EventDraft
    let kind: String
    private let facts: Fact

    /// Throws `tooLarge` or `unreadable` for what could not be stored or read back; only the
    /// journal itself says how it began.
    init(_ draft: EventDraft, isOrigin: Bool = false) throws(JournalError) {
        self.draft = draft
        kind = draft.event.kind
        try EncodedDraft.check(
            "the actor's name", draft.actor.utf8.count, JournalLimits.actorBytes)
        try EncodedDraft.check("the kind's name", kind.utf8.count, JournalLimits.kindBytes)
        facts = draft.event.facts
        try EncodedDraft.check(
            "the event's content",
            opening(actor: .text(draft.actor), facts: facts).count, JournalLimits.contentBytes)
        if !isOrigin { try EncodedDraft.checkFreeContent(draft.event, facts) }
    }

    /// The entry up to and with its kind.
    private func opening(actor: Fact, facts: Fact) -> [UInt8] {
        var bytes = Fact.object([
            "actor": actor, "facts": facts, "id": .text(draft.id.text), "kind": .text(kind),
        ]).canonicalBytes
        bytes.removeLast()
        return bytes
    }

    private static func check(_ what: String, _ size: Int, _ limit: Int) throws(JournalError) {
        guard size <= limit else { throw .tooLarge(what: what, size: size, limit: limit) }
    }

    /// Content of the caller's own making must read back as it is: depth, names, kinds.
    private static func checkFreeContent(
        _ event: FactoryEvent, _ facts: Fact
    ) throws(JournalError) {
        switch event {
        case .other(let kind, _) where kind.isEmpty:
            throw .unreadable(kind: kind, detail: "a kind needs a name")
        case .other(let kind, _)
        where kind == JournalOrigin.kind || kind == JournalOrigin.continued:
            throw .unreadable(kind: kind, detail: "only the journal itself says this")
        case .other(let kind, _) where FactoryEvent.knownKinds.contains(kind):
            throw .unreadable(kind: kind, detail: "this kind has a form of its own")
        case .other, .shiftClosed:
            do throws(FactError) {
                // One level is taken by the entry around the content.
                _ = try Fact(json: Fact.list([facts]).canonicalBytes)
            } catch {
                throw .unreadable(kind: event.kind, detail: "expected \(error.expected)")
            }
        default: break
        }
    }

    /// The stored form; personal texts are kept beside the chain and referred to (S-32).
    func entry(
        sequence: Int64, recorded: Timestamp, keep: (String, PersonalPurpose) throws -> Fact
    ) rethrows -> ChainEntry {
        let purpose = PersonalParts.purpose(of: kind)
        let actor =
            ActorName.isOwn(draft.actor)
            ? Fact.text(draft.actor) : try keep(draft.actor, purpose)
        var facts = facts
        if case .object(var members) = facts {
            for name in PersonalParts.members(of: kind) {
                if let text = members[name]?.text, !text.isEmpty {
                    members[name] = try keep(text, purpose)
                }
            }
            facts = .object(members)
        }
        var bytes = opening(actor: actor, facts: facts)
        bytes.append(contentsOf: ",\"recorded\":\"\(recorded.rfc3339)\",\"seq\":\(sequence)}".utf8)
        return ChainEntry(sequence: sequence, bytes: bytes)
    }

    func stored(sequence: Int64, recorded: Timestamp) -> StoredEvent {
        StoredEvent(
            sequence: sequence, id: draft.id, recorded: recorded, actor: draft.actor,
            event: draft.event)
    }
}

/// The first entry of every journal: it names the incarnation of this chain.
enum JournalOrigin {
    static let kind = "journal.begun"
    /// After a restore the chain goes on under a new name, so that nobody takes what is written now
    /// for what was written under the same numbers before (R-23, S-31).
    static let continued = "journal.continued"

    static func event(incarnation: (UInt64, UInt64), kind: String = kind) -> FactoryEvent {
        let name = hexadecimal(incarnation.0) + hexadecimal(incarnation.1)
        return .other(kind: kind, facts: .object(["incarnation": .text(name)]))
    }

    /// The name that an entry gives the chain, nil for other entries.
    static func incarnation(_ event: FactoryEvent) -> String? {
        guard case .other(let kind, let facts) = event, kind == self.kind || kind == continued
        else { return nil }
        return facts["incarnation"]?.text
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        hexText((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
    }
}

/// What is selected of an entry so that it can be checked when it is read.
enum CheckedEntry {
    /// Number, bytes, hash, and the hash of the entry before.
    static let columns = """
        seq, entry, hash,
        (SELECT earlier.hash FROM event AS earlier WHERE earlier.seq = event.seq - 1)
        """
}

extension StoredEvent {
    /// An event from a row of `CheckedEntry.columns`; throws `damaged` when its hash disagrees.
    init(checked row: Row, words: PersonalWords) throws {
        let number: Int64 = try row.value(0)
        let entry = ChainEntry(sequence: number, bytes: Array(try (row.value(1) as String).utf8))
        let earlier: String? = try row.value(3)
        let previous = number == 1 ? ChainEntry.origin : earlier.flatMap(hexBytes) ?? []
        guard try hexText(entry.hash(after: previous)) == row.value(2) as String else {
            throw JournalError.damaged(
                sequence: number,
                detail: "its hash does not follow from its content and the entry before")
        }
        try self.init(entry: entry.bytes, sequence: number, words: words)
    }

    /// An event from the bytes of its entry, with the texts it refers to in their places.
    ///
    /// Throws `damaged` when the bytes are no entry, or a text beside it is not the one stored.
    init(entry bytes: [UInt8], sequence: Int64, words: PersonalWords) throws(JournalError) {
        do {
            try self.init(entry: bytes, sequence: sequence) { try words.restored($0) }
        } catch let error as JournalError {
            guard case .storage(let detail) = error else { throw error }
            throw .damaged(sequence: sequence, detail: detail)
        } catch let error as DatabaseError {
            throw JournalError(error)
        } catch {
            throw .damaged(sequence: sequence, detail: "it cannot be read")
        }
    }

    /// The same with a function that puts texts in place of what refers to them.
    private init(entry bytes: [UInt8], sequence: Int64, restored: (Fact) throws -> Fact) throws {
        let fact: Fact
        do throws(FactError) {
            fact = try Fact(json: bytes)
        } catch {
            throw JournalError.damaged(
                sequence: sequence, detail: "byte \(error.offset) is not \(error.expected)")
        }
        guard let number = fact["seq"]?.whole, let actor = try fact["actor"].map(restored)?.text,
            let id = fact["id"]?.text.flatMap({ EventID($0) }), let kind = fact["kind"]?.text,
            let recorded = fact["recorded"]?.text.flatMap({ Timestamp(rfc3339: $0) }),
            var facts = fact["facts"]
        else {
            throw JournalError.damaged(
                sequence: sequence, detail: "a member of the entry is missing")
        }
        if case .object(var members) = facts {
            for name in PersonalParts.members(of: kind) {
                members[name] = try members[name].map(restored)
            }
            facts = .object(members)
        }
        guard number == sequence else {
            throw JournalError.damaged(
                sequence: sequence, detail: "the entry itself says number \(number)")
        }
        do throws(EventFactError) {
            let event = try FactoryEvent(kind: kind, facts: facts)
            self.init(
                sequence: sequence, id: id, recorded: recorded, actor: actor, event: event)
        } catch {
            throw JournalError.damaged(sequence: sequence, detail: error.description)
        }
    }
}

/// Lower-case hexadecimal text of bytes.
func hexText(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0xF)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes of lower-case hexadecimal text, nil for anything else.
func hexBytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for byte in text.utf8 {
        let nibble: UInt8
        switch byte {
        case 0x30...0x39: nibble = byte - 0x30
        case 0x61...0x66: nibble = byte - 0x57
        default: return nil
        }
        if let first = high {
            bytes.append(first << 4 | nibble)
            high = nil
        } else {
            high = nibble
        }
    }
    return high == nil ? bytes : nil
}
