// What the store is asked to do while the power is on: every way in which data gets into it.

import Plant
import PowerCut
import Synchronization

@testable import Historian

/// One thing asked of the store, which it acknowledges when it returns.
struct CutAction: Sendable {
    /// What is asked.
    enum Kind: Sendable {
        /// Batches with the cursor that covers them.
        case append([SampleBatch], SourceCursor?)
        /// Bulk history.
        case history([SampleBatch])
        /// Sealing everything in the head.
        case seal
        /// Leaving an import out, or not.
        case mask(UInt32, Bool)
        /// Closing and opening.
        case reopen
    }

    /// Its number, from 0.
    let number: Int
    /// What is asked.
    let kind: Kind

    /// Asks a store.
    func run(_ store: SampleStore) async throws {
        switch kind {
        case .append(let batches, let cursor):
            _ = try await store.append(batches, cursors: cursor.map { [$0] } ?? [])
        case .history(let batches): try await store.store(history: batches)
        case .seal: _ = try await store.seal(upTo: .distantFuture)
        case .mask(let number, true): try await store.mask(import: number)
        case .mask(let number, false): try await store.unmask(import: number)
        case .reopen: break
        }
    }
}

/// Actions in rounds; those of one round are asked at the same time and share flushes.
struct CutScript: Sendable {
    /// Rounds in order.
    private(set) var rounds: [[CutAction]] = []
    private var dice: Seeded
    private var count = 0

    /// All actions in order of their numbers.
    var actions: [CutAction] { rounds.flatMap { $0 } }

    /// A script over all ways into the store, with values by seed.
    init(seed: UInt64) {
        dice = Seeded(seed)
        for row in 0..<4 { add([.append([pair(row)], nil)]) }
        add([.append([pair(4)], SourceCursor(source: "file", position: "4"))])
        add((0..<6).map { .append([single(11 + UInt32($0), 0..<3)], nil) })
        add((0..<6).map { .append([single(11 + UInt32($0), 3..<5)], nil) })
        add([.seal])
        add([.append([pair(5)], SourceCursor(source: "file", position: "5"))])
        add([.append([revised(1, at: 2)], nil)])
        add([.append([single(11, -4..<0), single(12, -1..<0)], nil)])
        add([.history([imported(21, 7)])])
        add([.mask(7, true)])
        add([.append([texts(31, 0..<3)], nil)])
        add([.reopen])
        add([.append([pair(6)], SourceCursor(source: "file", position: "6"))])
        add([.history([imported(22, 8), imported(23, 8)])])
        add((0..<4).map { .append([single(11 + UInt32($0), 5..<8)], nil) })
        add([.append([revised(1, at: 3), revised(11, at: 1)], nil)])
        add([.seal])
        add([.mask(7, false)])
        add([.mask(8, true)])
        add([.append([texts(31, 3..<5), pair(7)], SourceCursor(source: "file", position: "7"))])
        add([.reopen])
        add([.append([single(12, -9..<(-6))], nil)])
        add([.seal])
        add([.append([pair(8)], SourceCursor(source: "file", position: "8"))])
    }

    /// Numbers of the actions that a closure chooses by kind.
    func numbers(where isChosen: (CutAction.Kind) -> Bool) -> [Int] {
        actions.filter { isChosen($0.kind) }.map(\.number)
    }

    /// Numbers of all seals.
    var seals: [Int] {
        numbers { kind in
            if case .seal = kind { return true }
            return false
        }
    }

    private mutating func add(_ kinds: [CutAction.Kind]) {
        rounds.append(
            kinds.enumerated().map { CutAction(number: count + $0.offset, kind: $0.element) })
        count += kinds.count
    }

    /// Two signals of one group, one row.
    private mutating func pair(_ row: Int) -> SampleBatch {
        SampleBatch(
            times: [morning + Int64(row) * second],
            columns: [
                SignalColumn(signal: SignalID(1), values: .integers([integer()])),
                SignalColumn(signal: SignalID(2), values: .numbers([Double(integer()) / 8])),
            ])
    }

    private mutating func single(_ signal: UInt32, _ rows: Range<Int>) -> SampleBatch {
        batch(
            signal, rows.map { morning + Int64($0) * second },
            .integers(rows.map { _ in integer() }))
    }

    /// Another value for a time of a signal that has one.
    private mutating func revised(_ signal: UInt32, at row: Int) -> SampleBatch {
        batch(signal, [morning + Int64(row) * second], .integers([integer()]))
    }

    /// Rows of an import on both sides of the end of the month.
    private mutating func imported(_ signal: UInt32, _ number: UInt32) -> SampleBatch {
        let rows = 0..<8
        return batch(
            signal, rows.map { morning + Int64($0) * 5 * 86_400 * second },
            .integers(rows.map { _ in integer() }), origin: .importBatch(number))
    }

    private mutating func texts(_ signal: UInt32, _ rows: Range<Int>) -> SampleBatch {
        batch(
            signal, rows.map { morning + Int64($0) * second },
            .texts(rows.map { "state \($0) \(integer())" }))
    }

    private mutating func integer() -> Int64 {
        Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &dice)
    }
}

/// Faults of a store that the rig must notice; each is played by the test, none is in the program.
struct PlayedFault: Sendable {
    /// SQLite is kept from flushing at each commit (`synchronous=NORMAL`).
    var withholdsFullFlushes = false
    /// A cursor is stored before the samples that it covers.
    var storesCursorsEarly = false
}

extension CutScript {
    /// Runs the script on a new store and gives the record of what it asked of the disk.
    func record(_ fault: PlayedFault = PlayedFault()) async throws -> DiskLog {
        CutScript.listen()
        let folder = try Scratch(inMemory: true)
        let recorder = try DiskRecorder(
            folder: folder.path, withholdsFullFlushes: fault.withholdsFullFlushes)
        var store = try SampleStore.open(folder: folder.path)
        for round in rounds {
            for action in round { recorder.mark(2 * action.number) }
            if case .reopen = round[0].kind {
                await store.close()
                store = try SampleStore.open(folder: folder.path)
            }
            try await withThrowingTaskGroup { group in
                for action in round {
                    group.addTask { [store] in
                        if fault.storesCursorsEarly, case .append(_, let cursor?) = action.kind {
                            _ = try await store.append([], cursors: [cursor])
                        }
                        try await action.run(store)
                        recorder.mark(2 * action.number + 1)
                    }
                }
                try await group.waitForAll()
            }
        }
        await store.close()
        return recorder.end()
    }

    /// Tells the recorders of what the store does without SQLite.
    static func listen() {
        FileSystem.witness.withLock { witness in
            witness = { change in
                switch change {
                case .madeFolder(let path): DiskRecorder.madeFolder(path)
                case .removed(let path): DiskRecorder.removed(path)
                case .renamed(let path, let to): DiskRecorder.renamed(path, to: to)
                case .flushed(let path): DiskRecorder.flushed(path)
                }
            }
        }
    }
}
