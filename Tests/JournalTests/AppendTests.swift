// Storing entries: order, repeats, conflicts, limits, faults.

import Foundation
import Plant
import Synchronization
import Testing

@testable import Journal

@Suite struct AppendTests {
    @Test("R-12: the settings of both kinds of connection read back as they must be")
    func settings() throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let (writing, reading) = try journal.connectionSettings()
        // 2 is FULL: anything less loses acknowledged entries in a power cut.
        #expect(writing["synchronous"] == "2")
        #expect(writing["journal_mode"] == "wal")
        #expect(writing["query_only"] == "0")
        #expect(writing["journal_size_limit"] == "67108864")
        #expect(writing["recursive_triggers"] == "1")
        #expect(reading["query_only"] == "1")
        #expect(reading["wal_autocheckpoint"] == "0")
        for settings in [writing, reading] {
            #expect(settings["mmap_size"] == "0")
            #expect(settings["trusted_schema"] == "0")
            #expect(settings["cell_size_check"] == "1")
            #expect(settings["foreign_keys"] == "1")
            #expect(settings["temp_store"] == "2")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.database)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("entries get the next numbers, the clock's time, and are heard of once, in order")
    func appends() async throws {
        let folder = try TestFolder()
        let heard = Heard()
        let journal = try openJournal(folder, heard: heard)
        #expect(journal.lastSequence == 1)
        let first = try await journal.append([machineDraft(1), machineDraft(2)])
        let second = try await journal.append([machineDraft(3)])
        #expect((first + second).map(\.sequence) == [2, 3, 4])
        #expect(first[0].recorded < second[0].recorded)
        #expect(heard.all == first + second)
        #expect(try journal.events(after: 1, limit: 10) == first + second)
        #expect(journal.factory.machines.count == 3)
        #expect(try await journal.append([]).isEmpty)
    }

    @Test("R-20: a repeat gives back what was stored first, also next to new entries")
    func idempotence() async throws {
        let folder = try TestFolder()
        let heard = Heard()
        let journal = try openJournal(folder, heard: heard)
        let first = try await journal.append([machineDraft(1)])
        #expect(try await journal.append([machineDraft(1)]) == first)
        let mixed = try await journal.append([machineDraft(2), machineDraft(1)])
        #expect(mixed.map(\.sequence) == [3, 2])
        #expect(heard.all.map(\.sequence) == [2, 3])
        #expect(journal.lastSequence == 3)
        #expect(try journal.event(machineDraft(1).id) == first[0])
    }

    @Test(
        "R-20: the same id with other content is refused and nothing of the call is stored",
        arguments: [
            draft(1, .jobEnded(machine: "a", at: minute(2))),
            draft(1, .jobEnded(machine: "a", at: minute(1)), actor: "Kim"),
            draft(1, .problemSeen(machine: "a", at: minute(1))),
        ])
    func conflict(other: EventDraft) async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append([draft(1, .jobEnded(machine: "a", at: minute(1)))])
        await #expect(throws: JournalError.conflict(id: other.id, sequence: 2)) {
            _ = try await journal.append([machineDraft(7), other])
        }
        #expect(journal.lastSequence == 2)
        #expect(journal.factory.machines.isEmpty)
        #expect(try await journal.append([machineDraft(7)]).map(\.sequence) == [3])
    }

    @Test("texts that look the same but have other bytes are other content")
    func bytesDecide() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append([draft(1, .areaSet(id: "a", name: "Caf\u{e9}"))])
        await #expect(throws: JournalError.self) {
            _ = try await journal.append([draft(1, .areaSet(id: "a", name: "Cafe\u{301}"))])
        }
    }

    @Test("an id given twice in one call is refused")
    func twiceInOneCall() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        await #expect(throws: JournalError.self) {
            _ = try await journal.append([machineDraft(1), machineDraft(1)])
        }
        #expect(journal.lastSequence == 1)
    }

    @Test("100 calls at once keep order without gaps, and one conflict spoils no other call")
    func concurrent() async throws {
        let folder = try TestFolder()
        let heard = Heard()
        let journal = try openJournal(folder, heard: heard)
        _ = try await journal.append([draft(1000, .jobEnded(machine: "a", at: minute(1)))])
        let outcomes = await withTaskGroup(of: [StoredEvent]?.self) { group in
            for number in UInt64(0)..<100 {
                group.addTask {
                    do {
                        let extra = number % 10 == 9 ? [machineDraft(1000)] : []
                        return try await journal.append(
                            [machineDraft(number * 2), machineDraft(number * 2 + 1)] + extra)
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: [[StoredEvent]?]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 10)
        let stored = outcomes.compactMap(\.self)
        #expect(stored.allSatisfy { $0[1].sequence == $0[0].sequence + 1 })
        #expect(stored.joined().map(\.sequence).sorted() == Array(3...182))
        #expect(heard.all.map(\.sequence) == Array(2...182))
        let report = try journal.verify()
        #expect(report.isSound)
        #expect(report.entries == 182)
    }

    @Test("given record times are kept, and a large history is one transaction")
    func history() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let drafts = (0..<20_000).map { number -> EventDraft in
            let at = minute(Int64(number))
            return draft(
                UInt64(number + 1),
                number % 3 == 0
                    ? .stopReason(machine: "lathe-1", at: at, reason: "broken", detail: "Belt")
                    : number % 3 == 1
                        ? .problemSeen(machine: "lathe-1", at: at)
                        : .countBooked(
                            machine: "lathe-2", range: TimeRange(start: at, end: at + .hours(1)),
                            good: 4, scrap: 0, rework: 0, cause: ""))
        }
        let times = (0..<20_000).map { minute($0) }
        let stored = try await journal.append(drafts, recorded: times)
        #expect(stored.map(\.recorded) == times)
        #expect(stored.last?.sequence == 20_001)
        #expect(try journal.verify().isSound)
    }

    @Test(
        "what could not be stored or read back is refused",
        arguments: [
            draft(1, .areaSet(id: "a", name: String(repeating: "x", count: 300_000))),
            draft(
                1, .jobEnded(machine: "a", at: minute(0)), actor: String(repeating: "x", count: 201)
            ),
            draft(1, .other(kind: "", facts: .none)),
            draft(1, .other(kind: String(repeating: "k", count: 65), facts: .none)),
            draft(1, .other(kind: "machine.added", facts: .none)),
            draft(1, .other(kind: "journal.begun", facts: .none)),
            draft(
                1,
                .other(
                    kind: "deep", facts: (0..<40).reduce(Fact.none) { inner, _ in .list([inner]) })),
        ])
    func refused(draft: EventDraft) async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        await #expect(throws: JournalError.self) { _ = try await journal.append([draft]) }
        #expect(journal.lastSequence == 1)
        #expect(try await journal.append([machineDraft(2)]).count == 1)
    }

    @Test("content as deep as it may be reads back")
    func deep() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let facts = (0..<28).reduce(Fact.whole(1)) { inner, _ in .list([inner]) }
        let stored = try await journal.append([
            draft(1, .other(kind: "deep", facts: facts)),
            draft(
                2, .shiftClosed(machine: "a", shift: "2026-11-13/a", revision: 0, facts: facts)),
        ])
        #expect(try journal.events(after: 1, limit: 9) == stored)
    }

    @Test("R-03: after a failed flush nothing is acknowledged, and the file is opened anew")
    func failedFlush() async throws {
        let folder = try TestFolder()
        let isFailing = Atomic(false)
        let clock = SteppingClock()
        let journal = try JournalStore(
            folder: folder.path, clock: { clock.now() }, random: { 7 }, onAppend: { _ in },
            steps: Schema.steps,
            faults: JournalFaults(beforeCommit: {
                if isFailing.load(ordering: .relaxed) { throw JournalFaults.failedFlush }
            }))
        _ = try await journal.append([machineDraft(1)])
        isFailing.store(true, ordering: .relaxed)
        await #expect(throws: JournalError.flushFailed(detail: "disk I/O error")) {
            _ = try await journal.append([machineDraft(2)])
        }
        #expect(throws: JournalError.flushFailed(detail: "disk I/O error")) {
            _ = try journal.events(limit: 1)
        }
        #expect(journal.factory.machines.count == 1)
        isFailing.store(false, ordering: .relaxed)
        #expect(try await journal.append([machineDraft(2)]).map(\.sequence) == [3])
        #expect(try journal.connectionSettings().writing["synchronous"] == "2")
        #expect(try journal.verify().isSound)
    }

    @Test("a closed journal refuses with a reason, and closing twice is nothing")
    func closed() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        try journal.close()
        try journal.close()
        await #expect(throws: JournalError.storage(detail: "the journal is closed")) {
            _ = try await journal.append([machineDraft(1)])
        }
    }
}
