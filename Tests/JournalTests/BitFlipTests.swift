// Bits flip in the journal's file: each is noticed or harmless, no entry says something else (T9).

import Foundation
import Plant
import PowerCut
import Testing

@testable import Journal

/// A journal's file, and what it may say.
private struct FlippedJournal: Sendable {
    /// What became of one flipped bit.
    enum Verdict: Equatable {
        case harmless, noticed
        case silent(String)
        case wrong(String)
    }

    /// Content of the files as a crash leaves them.
    let files: [String: [UInt8]]
    /// Entries by number.
    let entries: [StoredEvent]
    /// The configuration.
    let factory: Factory

    init() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        for number in UInt64(1)...70 {
            _ = try await journal.append([
                machineDraft(number),
                draft(
                    number + 500,
                    .countBooked(
                        machine: Slug(name: "machine \(number)", fallback: "m"),
                        range: minutes(0, 5), good: Int64(number), scrap: 0, rework: 0,
                        cause: "count \(number)")),
            ])
        }
        try journal.close()
        let again = try openJournal(folder)
        entries = try again.events(limit: 1_000)
        factory = again.factory
        try again.close()
        files = [
            "core.db": Array(try Data(contentsOf: URL(fileURLWithPath: folder.database)))
        ]
    }

    func verdict(flipping byte: Int, bit: UInt8, goesOn: Bool) async throws -> Verdict {
        let folder = try TestFolder()
        for (name, content) in files {
            var bytes = content
            bytes[byte] ^= 1 << bit
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/" + name))
        }
        do {
            let journal = try openJournal(folder)
            let verdict = judge(journal)
            if goesOn { await exercise(journal) }
            try journal.close()
            return verdict
        } catch {
            return .noticed
        }
    }

    private func judge(_ journal: JournalStore) -> Verdict {
        var isWhole = true
        do {
            let found = try journal.events(limit: 1_000)
            for entry in found where entry != known(entry.sequence) {
                return .wrong("entry \(entry.sequence) says something else")
            }
            isWhole = found == entries
        } catch {
            return .noticed
        }
        isWhole = isWhole && journal.factory == factory
        do {
            if try !journal.verify().isSound { return .noticed }
            return isWhole ? .harmless : .silent("entries or configuration are missing")
        } catch {
            return .noticed
        }
    }

    private func known(_ sequence: Int64) -> StoredEvent? {
        let index = Int(sequence) - 1
        return entries.indices.contains(index) ? entries[index] : nil
    }

    /// Reading what is derived, and one more entry: errors are welcome, a trap is not.
    private func exercise(_ journal: JournalStore) async {
        let wide = TimeRange(start: .distantPast, end: .distantFuture)
        do {
            for number in 1...70 {
                let machine = Slug(name: "machine \(number)", fallback: "m")
                _ = try journal.annotations(of: machine, in: wide)
            }
            _ = try await journal.append([machineDraft(900)])
            _ = try journal.rebuildProjections()
        } catch {
            // A damaged journal may refuse; what it said was judged before.
            return
        }
    }
}

@Suite struct BitFlipTests {
    /// Flips of one run: 500 in every build, half of `BIT_FLIPS` where that is given.
    static let flips =
        (ProcessInfo.processInfo.environment["BIT_FLIPS"].flatMap(Int.init) ?? 1_000) / 2

    @Test("T9: a flipped bit in core.db is noticed or harmless, and no entry says something else")
    func flips() async throws {
        let journal = try await FlippedJournal()
        let verdicts = try await withThrowingTaskGroup(
            of: [(String, FlippedJournal.Verdict)].self
        ) { group in
            for half in 0..<2 {
                group.addTask {
                    var dice = CutDice(seed: 1_127 + UInt64(half))
                    var verdicts: [(String, FlippedJournal.Verdict)] = []
                    for number in 0..<BitFlipTests.flips / 2 {
                        let byte = try place(journal, &dice)
                        let bit = UInt8.random(in: 0..<8, using: &dice)
                        let verdict = try await journal.verdict(
                            flipping: byte, bit: bit, goesOn: number % 4 == 0)
                        verdicts.append(("byte \(byte) bit \(bit)", verdict))
                    }
                    return verdicts
                }
            }
            var all: [(String, FlippedJournal.Verdict)] = []
            for try await part in group { all += part }
            return all
        }
        for (place, verdict) in verdicts {
            switch verdict {
            case .harmless, .noticed: break
            case .silent(let what), .wrong(let what): Issue.record("\(place): \(verdict) \(what)")
            }
        }
        let noticed = verdicts.count { $0.1 == .noticed }
        #expect(noticed > verdicts.count / 10, "\(noticed) noticed of \(verdicts.count)")
    }

    @Test("planted: an entry changed under its hash is refused when it is read")
    func planted() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        for number in UInt64(1)...80 { _ = try await journal.append([machineDraft(number)]) }
        try journal.plant(
            sql: """
                DROP TRIGGER event_never_changes;
                UPDATE event SET entry = replace(entry, 'Machine 4"', 'Machine 5"') WHERE seq = 5;
                """)
        #expect(throws: JournalError.self) { try journal.events(limit: 1_000) }
        #expect(throws: JournalError.self) {
            try journal.event(EventID(high: 0x7000, low: 4))
        }
        #expect(try journal.events(after: 5, limit: 10).count == 10)
        #expect(try journal.verify().firstBad?.sequence == 5)
        try journal.close()
        #expect(throws: JournalError.self) { try openJournal(folder) }
    }

    /// A bit by chance: each page alike, three in four in a byte that is not zero.
    private func place(_ journal: FlippedJournal, _ dice: inout CutDice) throws -> Int {
        let bytes = try #require(journal.files["core.db"])
        let page = Int.random(in: 0..<bytes.count / 4_096, using: &dice)
        let range = page * 4_096..<(page + 1) * 4_096
        let used = range.filter { bytes[$0] != 0 }
        let isUsed = Int.random(in: 0..<4, using: &dice) > 0 && !used.isEmpty
        return try #require(
            isUsed ? used.randomElement(using: &dice) : range.randomElement(using: &dice))
    }
}
