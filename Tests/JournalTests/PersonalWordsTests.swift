// Names, notes and addresses can be removed, and the chain still verifies (S-32); a restored journal
// goes on under a name of its own.

import Foundation
import Plant
import Synchronization
import Testing

@testable import Journal

@Suite struct PersonalWordsTests {
    private let folder: TestFolder
    private let clock = SteppingClock()
    private let journal: JournalStore

    init() throws {
        let folder = try TestFolder()
        self.folder = folder
        let numbers = Mutex(SeededNumbers(seed: 7))
        let clock = clock
        journal = try JournalStore.open(
            folder: folder.path, clock: { clock.now() },
            random: { numbers.withLock { $0.next() } })
    }

    private func stop(_ number: UInt64, _ detail: String, by actor: String) -> EventDraft {
        draft(
            number,
            .stopReason(
                machine: "lathe-1", at: minute(Int64(number)), reason: "setup", detail: detail),
            actor: actor)
    }

    private func stored() throws -> [String] {
        try journal.column(sql: "SELECT entry FROM event ORDER BY seq")
    }

    @Test("S-32: no name, note or address stands in an entry, and reading gives them back")
    func beside() async throws {
        let note = AccessNote(act: "signed-in", object: "Tablet of Dana", address: "10.0.0.7")
        let drafts = [
            stop(1, "coolant of Dana", by: "Dana Fox"),
            draft(2, .accessNoted(note), actor: "Dana Fox"),
            draft(3, .personSet(id: "person-1", name: "Dana Fox", role: .floor), actor: "box"),
            draft(
                4, .oddExplained(machine: "lathe-1", signal: nil, at: minute(4), note: "Dana did")),
        ]
        let answer = try await journal.append(drafts)
        #expect(answer.map(\.event) == drafts.map(\.event))
        let text = try stored().joined()
        for word in ["Dana", "10.0.0.7", "coolant"] { #expect(!text.contains(word)) }
        #expect(text.contains("\"actor\":\"box\""))
        let read = try journal.events(limit: 10, kinds: Set(drafts.map(\.event.kind)))
        #expect(read.map(\.event) == drafts.map(\.event))
        #expect(read.map(\.actor) == ["Dana Fox", "Dana Fox", "box", "Sam"])
        #expect(try journal.verify().isSound)
        // A tap that comes again gives what was stored first, whatever stands beside.
        #expect(try await journal.append([drafts[0]]).map(\.sequence) == [2])
        await #expect(throws: JournalError.self) {
            _ = try await journal.append([stop(1, "another note", by: "Dana Fox")])
        }
    }

    @Test("S-32: a removed name is gone from the file, the chain verifies, the rest stays")
    func removed() async throws {
        _ = try await journal.append([
            stop(1, "belt", by: "Dana Fox"), stop(2, "jaws", by: "Ana Rusu"),
        ])
        let head = try journal.verify().head
        #expect(try journal.forget(text: "Dana Fox") == 1)
        #expect(try journal.forget(text: "Dana Fox") == 0)
        let read = try journal.events(limit: 10, kinds: ["stop.reason"])
        #expect(read.map(\.actor) == ["removed by policy", "Ana Rusu"])
        let report = try journal.verify()
        #expect(report.isSound && report.head == head)
        #expect(try journal.rebuildProjections().isIdentical)
        try journal.close()
        for name in ["core.db", "core.db-wal"] {
            let bytes = FileManager.default.contents(atPath: folder.path + "/" + name) ?? Data()
            #expect(bytes.range(of: Data("Dana Fox".utf8)) == nil, "\(name) still holds the name")
        }
        let again = try openJournal(folder)
        #expect(try again.verify().isSound)
        // Whoever comes by that name later is somebody new.
        _ = try await again.append([stop(3, "belt", by: "Dana Fox")])
        #expect(
            try again.events(limit: 10, kinds: ["stop.reason"]).map(\.actor)
                == ["removed by policy", "Ana Rusu", "Dana Fox"])
    }

    @Test("S-32: notes go from what is derived too")
    func derived() async throws {
        _ = try await journal.append([stop(1, "see my letter", by: "Ana Rusu")])
        let wide = TimeRange(start: .distantPast, end: .distantFuture)
        #expect(
            try journal.annotations(of: "lathe-1", in: wide).reasons.map(\.detail) == [
                "see my letter"
            ])
        #expect(try journal.forget(text: "see my letter") == 1)
        #expect(
            try journal.annotations(of: "lathe-1", in: wide).reasons.map(\.detail)
                == ["removed by policy"])
    }

    @Test("S-32: policy removes what is old of one purpose and leaves the new and the other")
    func policy() async throws {
        func note(_ number: UInt64) -> EventDraft {
            draft(
                number, .accessNoted(AccessNote(act: "signed-in", address: "10.0.0.\(number)")),
                actor: "Ana Rusu")
        }
        let old = minute(0)
        let young = old + .hours(24 * 800)
        _ = try await journal.append(
            [note(1), stop(2, "belt", by: "Ana Rusu")], recorded: [old, old])
        _ = try await journal.append([note(3)], recorded: [young])
        // Name and address of the old act; the name of the young one is another text.
        #expect(try journal.forget(.security, unusedSince: old + .hours(24 * 700)) == 2)
        let read = try journal.events(limit: 10, kinds: ["access.noted", "stop.reason"])
        #expect(read.map(\.actor) == ["removed by policy", "Ana Rusu", "Ana Rusu"])
        #expect(try journal.verify().isSound)
    }

    @Test("S-31: a changed, missing or foreign text beside an entry is found and named")
    func tampered() async throws {
        for change in [
            "UPDATE personal SET text = 'Somebody' WHERE text = 'Ana Rusu'",
            "UPDATE personal SET salt = '00' WHERE text = 'Ana Rusu'",
            "DELETE FROM personal WHERE text = 'Ana Rusu'",
        ] {
            let folder = try TestFolder()
            let journal = try openJournal(folder)
            _ = try await journal.append([machineDraft(1), stop(2, "belt", by: "Ana Rusu")])
            #expect(try journal.verify().isSound)
            try journal.plant(sql: change)
            #expect(try journal.verify().firstBad?.sequence == 3)
        }
    }

    @Test("a member that only looks like a reference is what somebody stored, and breaks nothing")
    func lookAlike() async throws {
        _ = try await journal.append([stop(1, "belt", by: "Ana Rusu")])
        let hash = try #require(
            try journal.personalWords(of: try stored()).first { $0.text == "Ana Rusu" }?.hash)
        let facts = Fact.object([
            "known": .object(["personal": .text(hash)]),
            "none": .object(["personal": .text(String(repeating: "0", count: 64))]),
        ])
        _ = try await journal.append([draft(2, .other(kind: "weather.noted", facts: facts))])
        #expect(
            try journal.events(limit: 1, kinds: ["weather.noted"]).map(\.event)
                == [.other(kind: "weather.noted", facts: facts)])
        #expect(try journal.verify().isSound)
        #expect(try journal.rebuildProjections().isIdentical)
    }

    @Test("R-23: after a restore the chain goes on under another name")
    func incarnation() async throws {
        let first = try journal.incarnation
        _ = try await journal.append([machineDraft(1)])
        try await journal.beginIncarnation()
        let second = try journal.incarnation
        #expect(first.count == 32 && second.count == 32 && first != second)
        let report = try journal.verify()
        #expect(report.isSound && report.incarnation == second && report.entries == 3)
        await #expect(throws: JournalError.self) {
            _ = try await journal.append([
                draft(9, .other(kind: "journal.continued", facts: .object([:])))
            ])
        }
    }

    @Test("after a restore nobody is signed in, and what had ended since stays ended")
    func doors() async throws {
        let doors = journal.credentials
        let now = minute(0)
        func session(_ text: String) -> Session {
            Session(
                hash: text, person: "person-1", created: now, used: now, expires: now + .hours(12),
                proved: now, isStrong: false, agent: "")
        }
        try await doors.setPerson("person-1", name: "Ana", role: .engineer, at: now)
        let key = String(repeating: "a", count: 64)
        try await doors.addToken(
            AccessToken(id: "t1", name: "telegraf", hash: key, scopes: ["write"], created: now))
        try await doors.addDevice(
            PairedDevice(
                id: "d1", name: "Tablet", kind: .tablet, machine: nil, hash: key, created: now))
        try await doors.addSession(session(String(repeating: "b", count: 64)))
        let backup = try TestFolder()
        try journal.snapshot(to: backup.database)
        _ = try await doors.revokeToken(id: "t1", at: now + .minutes(5))
        _ = try await doors.endDevice(id: "d1", at: now + .minutes(5))
        try await doors.endPerson("person-1", at: now + .minutes(5))
        try journal.close()

        let restored = try openJournal(backup)
        #expect(try restored.credentials.token(hash: key) != nil)
        #expect(try await restored.credentials.closeDoors(endedIn: folder.path) == 3)
        #expect(try restored.credentials.token(hash: key) == nil)
        #expect(try restored.credentials.device(hash: key) == nil)
        #expect(try restored.credentials.person("person-1")?.ended != nil)
        #expect(try restored.credentials.session(hash: String(repeating: "b", count: 64)) == nil)
        await #expect(throws: JournalError.self) {
            _ = try await restored.credentials.closeDoors(endedIn: "/nowhere")
        }
    }
}
