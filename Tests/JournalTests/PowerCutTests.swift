// The power goes after every request of the journal to the disk: no entry is lost or doubled (T2).

import Foundation
import Plant
import PowerCut
import Synchronization
import Testing

@testable import Journal

/// What the journal is asked to do while the power is on; each list is one call.
private struct EntryScript: Sendable {
    /// Rounds of calls that are made at the same time; an empty round closes and opens.
    let rounds: [[[EventDraft]]]
    /// All calls in order of their numbers; an empty one stands for closing and opening.
    let calls: [[EventDraft]]

    init(seed: UInt64) {
        var number = seed &* 1_000
        func one() -> EventDraft {
            number += 1
            return number % 3 == 0
                ? machineDraft(number)
                : draft(
                    number,
                    .countBooked(
                        machine: "a", range: minutes(0, 5), good: Int64(number), scrap: 0,
                        rework: 0, cause: "count \(number)"))
        }
        func many(_ count: Int) -> [EventDraft] { (0..<count).map { _ in one() } }
        rounds = [
            [[one()]], [[one()]], [many(5)], (0..<6).map { _ in [one()] }, [], [many(2)],
            (0..<4).map { many($0 + 1) }, [[one()]], [], [many(30)], [[one()]],
        ]
        calls = rounds.flatMap { $0.isEmpty ? [[]] : $0 }
    }

    /// Runs the script on a new journal and gives the record of what it asked of the disk.
    func record(withholdsFullFlushes: Bool = false) async throws -> DiskLog {
        let folder = try TestFolder()
        let recorder = try DiskRecorder(
            folder: folder.path, withholdsFullFlushes: withholdsFullFlushes)
        var journal = try openJournal(folder)
        var number = 0
        for round in rounds {
            let first = number
            let calls = round.isEmpty ? [[]] : round
            number += calls.count
            for call in first..<number { recorder.mark(2 * call) }
            if round.isEmpty {
                try journal.close()
                journal = try openJournal(folder)
                recorder.mark(2 * first + 1)
                continue
            }
            try await withThrowingTaskGroup { group in
                for (offset, drafts) in calls.enumerated() {
                    group.addTask { [journal] in
                        _ = try await journal.append(drafts)
                        recorder.mark(2 * (first + offset) + 1)
                    }
                }
                try await group.waitForAll()
            }
        }
        try journal.close()
        return recorder.end()
    }

    /// What is broken in what a cut left behind, nil when all is as promised.
    func ask(_ folder: String, _ point: CutPoint, _ number: Int) async -> String? {
        do {
            let clock = SteppingClock(seconds: 1_800_000_000)
            let journal = try JournalStore.open(
                folder: folder, clock: { clock.now() }, random: { 7 })
            var breach = try breach(journal, point)
            if breach == nil, number % 8 == 0 {
                for call in point.open where !calls[call].isEmpty {
                    _ = try await journal.append(calls[call])
                }
                breach = try self.breach(journal, point.settled).map { "gone on: \($0)" }
                if breach == nil, try !journal.rebuildProjections().isIdentical {
                    breach = "what is derived is not what the entries say"
                }
            }
            try journal.close()
            return breach
        } catch {
            return "it does not open: \(error)"
        }
    }

    private func breach(_ journal: JournalStore, _ point: CutPoint) throws -> String? {
        let report = try journal.verify()
        guard report.isSound else { return "\(String(describing: report.firstBad))" }
        let stored = try journal.events(after: 1, limit: 1_000)
        let found = Dictionary(grouping: stored, by: \.id)
        if found.values.contains(where: { $0.count > 1 }) { return "an entry is there twice" }
        let begun = point.begun.flatMap { calls[$0] }
        let content = Dictionary(uniqueKeysWithValues: begun.map { ($0.id, $0.event) })
        for entry in stored where content[entry.id] != entry.event {
            return "entry \(entry.sequence) was never said"
        }
        for call in point.begun {
            let present = calls[call].count { found[$0.id] != nil }
            if present != 0, present != calls[call].count { return "call \(call) is there in part" }
            if present == 0, !calls[call].isEmpty, point.acknowledged.contains(call) {
                return "call \(call) was acknowledged and is lost"
            }
        }
        return nil
    }
}

@Suite struct PowerCutTests {
    /// Cuts of one run: 500 in every build, a quarter of `POWER_CUTS` where that is given.
    static let cuts =
        (ProcessInfo.processInfo.environment["POWER_CUTS"].flatMap(Int.init) ?? 2_000) / 4
    private static let cutsPerRecord = 2_000

    private func breaches(
        seed: UInt64 = 1, cuts: Int = 200, withholdsFullFlushes: Bool = false,
        _ change: (DiskLog) -> DiskLog = { $0 }
    ) async throws -> [String] {
        let script = EntryScript(seed: seed)
        let log = change(try await script.record(withholdsFullFlushes: withholdsFullFlushes))
        #expect(log.entries.count > 100)
        let report = try await PowerCuts(log, seed: seed).run(cuts) { folder, point, number in
            await script.ask(folder, point, number)
        }
        #expect(report.cuts == cuts)
        return report.breaches
    }

    @Test("T2: after power cuts no acknowledged entry is lost, doubled or there in part")
    func cuts() async throws {
        var left = PowerCutTests.cuts
        var seed: UInt64 = 1_126
        while left > 0 {
            let found = try await breaches(
                seed: seed, cuts: min(left, PowerCutTests.cutsPerRecord))
            #expect(found.isEmpty, "seed \(seed): \(found.prefix(3))")
            left -= PowerCutTests.cutsPerRecord
            seed += 1
        }
    }

    @Test("planted: a disk that says flushed and is not loses entries, which is noticed")
    func lyingDisk() async throws {
        #expect(try await !breaches { $0.withoutFlushes() }.isEmpty)
    }

    @Test("planted: synchronous=NORMAL loses acknowledged entries, which is noticed")
    func normal() async throws {
        #expect(try await !breaches(withholdsFullFlushes: true).isEmpty)
    }

    @Test("planted: an acknowledgement before the flush is noticed")
    func early() async throws {
        #expect(try await !breaches { $0.movingMarks(earlierBy: 2) { $0 % 2 == 1 } }.isEmpty)
    }
}
