// The append-only event log: what people and rules did, each entry carrying the hash before it.

import GRDB
public import Plant
import Synchronization

/// The journal of one box, in `core.db`.
///
/// Reading functions block for the time of a query: call them where blocking is allowed.
public final class JournalStore: Sendable {
    /// Everything that changes with each entry.
    struct Live {
        var factory = Factory()
        var head = ChainHead()
    }

    /// Passwords, sessions and tokens: in the same file, never in the chain (decisions 20).
    public let credentials: Credentials

    let file: CoreDatabase
    let live: Mutex<Live>
    private let folder: String
    private let line = AppendLine()
    let clock: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64
    private let onAppend: @Sendable ([StoredEvent]) -> Void
    private let faults: JournalFaults
    private let recovery = Mutex(())

    /// Opens the journal in a folder that exists, makes it when it is missing.
    ///
    /// `clock` gives the time at which an entry is stored, `random` names a new journal.
    /// `onAppend` hears of new entries in their order, after they are flushed and before
    /// `append` returns; it runs on the writer's thread and must be short.
    /// Throws `JournalError`.
    public static func open(
        folder: String, clock: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64,
        onAppend: @escaping @Sendable ([StoredEvent]) -> Void = { _ in }
    ) throws -> JournalStore {
        try JournalStore(
            folder: folder, clock: clock, random: random, onAppend: onAppend,
            steps: Schema.steps, faults: JournalFaults())
    }

    init(
        folder: String, clock: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> UInt64,
        onAppend: @escaping @Sendable ([StoredEvent]) -> Void, steps: [SchemaStep],
        faults: JournalFaults
    ) throws {
        self.folder = folder
        self.clock = clock
        self.random = random
        self.onAppend = onAppend
        self.faults = faults
        let file = try CoreDatabase(folder: folder, steps: steps)
        self.file = file
        credentials = Credentials(file: file)
        let drafted = EventDraft(
            id: EventID(time: clock(), random: (random(), random())), actor: "box",
            event: JournalOrigin.event(incarnation: (random(), random())))
        let origin = try EncodedDraft(drafted, isOrigin: true)
        let recorded = clock()
        live = Mutex(
            try file.write { db in
                try JournalStore.start(db, origin: origin, recorded: recorded)
            })
    }

    /// Stores events and returns them as stored, flushed to disk (R-01, class D1).
    ///
    /// All of one call are stored or none. An id that is stored already gives back what was
    /// stored first; with different content it throws `JournalError.conflict`.
    public func append(_ drafts: [EventDraft]) async throws -> [StoredEvent] {
        try await append(drafts, given: nil)
    }

    /// Stores history under given record times, one for each event, in one transaction.
    ///
    /// For worlds that are made up, such as the demonstrator's: its clock is part of its past.
    public func append(
        _ drafts: [EventDraft], recorded: [Timestamp]
    ) async throws -> [StoredEvent] {
        precondition(drafts.count == recorded.count, "one record time for each event")
        return try await append(drafts, given: recorded)
    }

    /// The configuration after the newest entry, a snapshot.
    public var factory: Factory { live.withLock { $0.factory } }

    /// The number of the newest entry.
    public var lastSequence: Int64 { live.withLock { $0.head.sequence } }

    /// Gives pages that are kept at hand back.
    public func releaseMemory() { file.releaseMemory() }

    /// Ends all connections; later calls throw.
    public func close() throws {
        try file.close()
    }

    private func append(
        _ drafts: [EventDraft], given recorded: [Timestamp]?
    ) async throws -> [StoredEvent] {
        guard drafts.count <= JournalLimits.eventsPerAppend else {
            throw JournalError.tooLarge(
                what: "a list of events", size: drafts.count,
                limit: JournalLimits.eventsPerAppend)
        }
        if drafts.isEmpty { return [] }
        return try await append(encoded: try drafts.map { try EncodedDraft($0) }, given: recorded)
    }

    /// Goes on under a new name: what was restored is not what was written before.
    public func beginIncarnation() async throws {
        let draft = EventDraft(
            id: EventID(time: clock(), random: (random(), random())), actor: "box",
            event: JournalOrigin.event(
                incarnation: (random(), random()), kind: JournalOrigin.continued))
        _ = try await append(encoded: [try EncodedDraft(draft, isOrigin: true)], given: nil)
    }

    private func append(
        encoded: [EncodedDraft], given recorded: [Timestamp]?
    ) async throws -> [StoredEvent] {
        try recoverIfNeeded()
        return try await withCheckedThrowingContinuation { answer in
            let request = AppendRequest(drafts: encoded, recorded: recorded, answer: answer)
            switch line.join(request) {
            case .serve: serveLater()
            case .wait: break
            case .refused(let waiting):
                answer.resume(throwing: JournalError.busy(waiting: waiting))
            }
        }
    }

    private func serveLater() {
        do {
            try file.schedule { db in self.serve(db) }
        } catch {
            for request in line.leaveAll() { request.answer.resume(throwing: error) }
        }
    }

    /// One group, one flush; then the turn goes back, so that other writers are not starved.
    private func serve(_ db: Database) {
        let group = line.next()
        guard !group.isEmpty else { return }
        store(group, in: db)
        serveLater()
    }

    private func store(_ group: [AppendRequest], in db: Database) {
        var writing = GroupWriting(head: live.withLock { $0.head }, clock: clock, random: random)
        var isCommitting = false
        do {
            try db.inTransaction(.immediate) {
                for request in group { try writing.write(request, in: db) }
                isCommitting = true
                try faults.beforeCommit()
                return .commit
            }
        } catch {
            let reason = failure(error, isCommitting: isCommitting)
            for request in group { request.answer.resume(throwing: reason) }
            return
        }
        let fresh = writing.fresh
        let head = writing.head
        live.withLock { live in
            live.head = head
            for stored in fresh { live.factory.apply(stored.event, recorded: stored.recorded) }
        }
        if !fresh.isEmpty { onAppend(fresh) }
        for (request, outcome) in zip(group, writing.outcomes) {
            request.answer.resume(with: outcome)
        }
    }

    /// After a failed flush the connection is given up: pages may already be marked clean.
    private func failure(_ error: any Error, isCommitting: Bool) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let isOfDisk = [.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB].contains(
            error.resultCode.primaryResultCode)
        guard isCommitting || isOfDisk else { return JournalError(error) }
        let detail = error.message ?? error.resultCode.description
        file.fail(detail: detail)
        return JournalError.flushFailed(detail: detail)
    }

    /// Opens the file anew after a failed flush and checks its newest entries.
    private func recoverIfNeeded() throws {
        guard file.hasFailed else { return }
        try recovery.withLock { _ in
            guard file.hasFailed else { return }
            try file.reopen(folder: folder)
            let state = try file.read { db in try JournalStore.state(db) }
            live.withLock { $0 = state }
        }
    }
}
