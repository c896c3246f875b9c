// Opening again, newer files, files that are none, steps from form to form.

import Foundation
import Plant
import Testing

@testable import Journal

@Suite struct OpeningTests {
    @Test("everything is there again after closing and opening")
    func reopen() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let stored = try await journal.append((1...200).map { machineDraft($0) })
        let before = journal.factory
        let report = try journal.verify()
        try journal.close()

        let again = try openJournal(folder)
        #expect(again.factory == before)
        #expect(again.lastSequence == 201)
        #expect(try again.events(after: 1, limit: 1000) == stored)
        #expect(try again.verify() == report)
        #expect(report.incarnation == "11223344556677881122334455667788")
        #expect(try await again.append([machineDraft(201)]).map(\.sequence) == [202])
        #expect(try again.verify().isSound)
    }

    @Test("R-01: what was acknowledged is in the files at that moment, without closing")
    func acknowledgedIsThere() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        for number in UInt64(1)...5 {
            let stored = try await journal.append([machineDraft(number)])
            // As after a cut of power: the files as they are, the locks gone.
            let cut = try TestFolder()
            for name in ["core.db", "core.db-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder.path + "/" + name, toPath: cut.path + "/" + name)
            }
            let again = try openJournal(cut)
            #expect(try again.events(after: Int64(number), limit: 10) == stored)
            #expect(try again.verify() == journal.verify())
            #expect(try again.rebuildProjections().isIdentical)
        }
    }

    @Test("R-01: an entry that was being written when the power went is gone as a whole")
    func tornWrite() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append([machineDraft(1)])
        let cut = try TestFolder()
        let log = try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
        _ = try await journal.append((2...30).map { machineDraft($0) })
        let longer = try Data(contentsOf: URL(fileURLWithPath: folder.database + "-wal"))
        try FileManager.default.copyItem(atPath: folder.database, toPath: cut.database)
        for length in stride(from: log.count, to: longer.count, by: 3001) {
            try longer.prefix(length).write(to: URL(fileURLWithPath: cut.database + "-wal"))
            let again = try openJournal(cut)
            #expect(again.lastSequence == 2, "\(length) of \(longer.count) bytes")
            #expect(try again.verify().isSound)
            try again.close()
            try FileManager.default.removeItem(atPath: cut.database)
            try FileManager.default.copyItem(atPath: folder.database, toPath: cut.database)
        }
    }

    @Test("the configuration at an earlier entry is what it was then")
    func factoryAtSequence() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append([machineDraft(1)])
        let then = journal.factory
        _ = try await journal.append([
            machineDraft(2), draft(9, .machineChanged(id: "machine-1", name: "New", area: nil)),
        ])
        #expect(try journal.factory(at: 2) == then)
        #expect(try journal.factory(at: 1) == Factory())
        #expect(try journal.factory(at: .max) == journal.factory)
    }

    @Test("R-55: a file of a newer form is refused and left as it was")
    func newerForm() throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        try journal.plant(
            sql: """
                UPDATE meta SET value = '99' WHERE name = 'schema_version';
                UPDATE meta SET value = '7' WHERE name = 'oldest_reader';
                """)
        try journal.close()
        #expect(
            throws: JournalError.newerVersion(found: 99, oldestReader: 7, supported: 3)
        ) { _ = try openJournal(folder) }
    }

    @Test("R-55: steps run once each, in order; one that fails leaves the form before it")
    func steps() throws {
        let folder = try TestFolder()
        try openJournal(folder).close()
        func open(_ extra: [SchemaStep]) throws -> JournalStore {
            try JournalStore(
                folder: folder.path, clock: { minute(0) }, random: { 1 }, onAppend: { _ in },
                steps: Schema.steps + extra, faults: JournalFaults())
        }
        let second = SchemaStep(version: 4, oldestReader: 1, sql: "CREATE TABLE two (a INTEGER)")
        let broken = SchemaStep(
            version: 5, oldestReader: 5, sql: "CREATE TABLE three (a INTEGER); SELECT nothing")
        #expect(throws: JournalError.self) { _ = try open([second, broken]) }
        let whole = SchemaStep(version: 5, oldestReader: 5, sql: "CREATE TABLE three (a INTEGER)")
        let journal = try open([second, whole])
        #expect(
            try journal.column(
                sql: "SELECT name || '=' || value FROM meta ORDER BY name"
            ) == ["oldest_reader=5", "projections=\(Projections.version)", "schema_version=5"])
        try journal.close()
        #expect(
            throws: JournalError.newerVersion(found: 5, oldestReader: 5, supported: 3)
        ) { _ = try openJournal(folder) }
    }

    @Test("a folder that is missing and a file that is no journal are refused with their path")
    func cannotOpen() throws {
        let folder = try TestFolder()
        #expect(throws: JournalError.self) {
            _ = try JournalStore.open(
                folder: folder.path + "/none", clock: { minute(0) }, random: { 1 })
        }
        try Data("no database, only text that is long enough to be looked at".utf8)
            .write(to: URL(fileURLWithPath: folder.database))
        let error = #expect(throws: JournalError.self) { _ = try openJournal(folder) }
        #expect(error?.description.hasPrefix("opening \(folder.database): ") == true)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("an older form of the projections is rebuilt when the file is opened")
    func olderProjections() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append([
            draft(1, .stopReason(machine: "a", at: minute(5), reason: "r", detail: ""))
        ])
        try journal.plant(
            sql: "DROP TABLE p_reason; UPDATE meta SET value = '0' WHERE name = 'projections'")
        try journal.close()
        let again = try openJournal(folder)
        #expect(try again.annotations(of: "a", in: minutes(0, 10)).reasons.count == 1)
        #expect(try again.rebuildProjections().isIdentical)
    }
}
