// The writer: takes what callers queued, commits it in one flush, then answers them.

import GRDB
import Plant
import Synchronization

/// Everything that changes files; lives on the writer thread and nowhere else.
final class Writer {
    /// What readers share.
    let core: StoreCore
    /// Working memory of zstd.
    let stage = EntropyStage(writes: true, reads: true)
    /// No stored sample of a signal is later than this.
    var frontiers = Frontiers()
    /// Rows and samples of each group in the head.
    var headLoad: [UInt32: HeadLoad] = [:]
    /// Recognises the group of a batch by its columns.
    var recognised: [BatchShape: Recognition] = [:]
    /// Samples in the head at which a group is tried again after sealing it failed.
    var sealAgainAt: [UInt32: Int] = [:]
    private let inbox: Inbox
    private var failure: StoreError?
    private var isFinished = false

    /// A writer with what was read at opening.
    init(core: StoreCore, inbox: Inbox, memory: WriterMemory) {
        self.core = core
        self.inbox = inbox
        take(memory)
    }

    /// Works until told to stop.
    func run() {
        while true {
            switch inbox.next() {
            case .appends(let jobs):
                commit(jobs)
                if failure == nil, core.options.sealsByItself { sealLargeGroups() }
            case .task(let task):
                task(self)
            case .stop:
                finish()
                return
            }
            if failure == nil, !isFinished { quarantineDamaged() }
        }
    }

    /// Closes all files; everything after is refused.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        failure = .closed
        core.head.close()
        core.shelf.close()
    }

    /// Throws when an earlier failure could not be healed.
    func demandUsable() throws(StoreError) {
        if let failure { throw failure }
    }

    /// Runs a transaction on the head and heals the store when its flush fails.
    func writeHead<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try demandUsable()
        do {
            return try core.head.write { database in
                let value = try body(database)
                try core.options.failpoint(.commit)
                return value
            }
        } catch {
            frontiers.undo()
            recognised = [:]
            if case .flushFailed = error { heal() }
            if case .damaged = error { heal() }
            throw error
        }
    }

    /// Runs a transaction on a month file, made where it does not exist.
    func writeMonth<Value>(
        _ month: MonthKey, _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try demandUsable()
        guard let file = try core.shelf.file(month, makes: true) else { throw .closed }
        do throws(StoreError) {
            do throws(StoreError) {
                return try file.write(body)
            } catch StoreError.closed {
                // It was the longest unused file and has just been closed: open it again.
                guard let file = try core.shelf.file(month, makes: true) else {
                    throw StoreError.closed
                }
                return try file.write(body)
            }
        } catch {
            if case .damaged(_, let what) = error { core.shelf.note(month, damage: what) }
            if case .flushFailed = error { try file.reopen() }
            throw error
        }
    }

    /// After a failed flush: close, open, check, read again; never go on with the old handle.
    private func heal() {
        do {
            try core.head.reopen()
            take(try core.load())
        } catch {
            failure = error
        }
    }

    private func take(_ memory: WriterMemory) {
        frontiers = Frontiers()
        for (signal, time) in memory.frontiers { frontiers.raise(signal, to: time) }
        frontiers.keep()
        headLoad = memory.headLoad
        recognised = [:]
    }

    private func commit(_ jobs: [AppendJob]) {
        var commit = Commit()
        do {
            try writeHead { database in
                for job in jobs {
                    commit.results.append(self.stage(job, database, &commit))
                }
                try self.storePending(database, &commit)
            }
            publish(commit)
            for (job, result) in zip(jobs, commit.results) {
                job.continuation.resume(returning: result)
            }
        } catch {
            for job in jobs { job.continuation.resume(returning: .failure(error)) }
        }
    }

    /// Makes a commit visible after its flush.
    func publish(_ commit: Commit) {
        frontiers.keep()
        if !commit.newGroups.isEmpty {
            core.registry.withLock { registry in
                for group in commit.newGroups.values { _ = registry.add(group) }
            }
        }
        for (group, load) in commit.loads {
            headLoad[group, default: HeadLoad()].rows += load.rows
            headLoad[group, default: HeadLoad()].samples += load.samples
        }
        let masked = core.registry.withLock { $0.masked }
        core.live.withLock { live in
            for (signal, entry) in commit.newest
            where entry.importNumber == 0 || !masked.contains(entry.importNumber) {
                live.offer(signal, entry)
            }
        }
    }

    /// Sets aside chunks that readers found damaged.
    func quarantineDamaged() {
        let found = core.damaged.withLock { damaged in
            defer { damaged = [] }
            return damaged
        }
        for chunk in found {
            do {
                try writeMonth(chunk.month) { database in
                    try MonthFile.quarantine(database, id: chunk.id, reason: chunk.reason)
                }
            } catch {
                core.lastFault.withLock { $0 = error }
            }
        }
    }
}

/// What a transaction gathers until its flush makes it true.
struct Commit {
    /// An answer for each job.
    var results: [Result<AppendReceipt, StoreError>] = []
    /// Groups met for the first time.
    private(set) var newGroups: [GroupShape: Group] = [:]
    /// Kinds of signals met for the first time.
    private(set) var newKinds: [UInt32: ValueKind] = [:]
    /// Rows that are newer than everything stored, by group, in order of arrival.
    var pending: [UInt32: RowBlock] = [:]
    /// Order in which groups were met.
    var order: [Group] = []
    /// Newest samples of what was stored.
    var newest: [(signal: UInt32, entry: LiveEntry)] = []
    /// Why the transaction cannot be committed.
    var failure: StoreError?
    /// What the head gained.
    var loads: [UInt32: HeadLoad] = [:]

    /// Notes a group met for the first time.
    mutating func add(_ group: Group) {
        newGroups[group.shape] = group
        for column in group.shape.columns { newKinds[column.signal] = column.kind }
    }
}

/// The latest stored time of each signal, dense by number, with an undo log for transactions.
struct Frontiers {
    private var times: [Int64] = []
    private var changes: [(signal: UInt32, time: Int64)] = []

    /// The latest stored time of a signal, the earliest possible one without samples.
    subscript(signal: UInt32) -> Int64 {
        Int(signal) < times.count ? times[Int(signal)] : .min
    }

    /// Raises a signal's time.
    mutating func raise(_ signal: UInt32, to time: Int64) {
        if Int(signal) >= times.count {
            times += [Int64](repeating: .min, count: Int(signal) + 1 - times.count)
        }
        guard times[Int(signal)] < time else { return }
        changes.append((signal, times[Int(signal)]))
        times[Int(signal)] = time
    }

    /// Makes changes lasting.
    mutating func keep() { changes.removeAll(keepingCapacity: true) }

    /// Takes changes back to the last `keep`.
    mutating func undo() {
        for (signal, time) in changes.reversed() { times[Int(signal)] = time }
        changes.removeAll(keepingCapacity: true)
    }
}
