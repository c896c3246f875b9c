// A store of the first form is taken up: its owner becomes an administrator, its journal is whole.

import Foundation
import GRDB
import Plant
import Testing

@testable import Journal

@Suite struct UpgradeTests {
    private static var first: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/stores/schema-1/core.db")
    }

    private func copy(_ folder: TestFolder) throws {
        try FileManager.default.copyItem(
            atPath: Self.first.path, toPath: folder.path + "/core.db")
    }

    @Test("R-55, T13: the owner of the first form is an administrator of the next")
    func upgrade() async throws {
        let folder = try TestFolder()
        try copy(folder)
        let journal = try openJournal(folder)
        let person = try #require(try journal.credentials.person(named: "sam"))
        #expect(person.role == .administrator)
        #expect(person.passHash?.hasPrefix("$scrypt$ln=15") == true)
        #expect(try journal.credentials.tokens().map(\.name) == ["telegraf"])
        #expect(try journal.verify().firstBad == nil)
        #expect(try journal.factory(at: .max).machines[Slug("lathe-1")]?.name == "Lathe 1")
        try journal.close()
        #expect(try openJournal(folder).credentials.person(named: "Sam") == person)
    }

    @Test("R-55, T13: a step that was cut off before its end has changed nothing and runs again")
    func cutOff() async throws {
        let folder = try TestFolder()
        try copy(folder)
        let queue = try DatabaseQueue(path: folder.path + "/core.db")
        struct Cut: Error {}
        let half = SchemaStep(
            version: 2, oldestReader: 2,
            sql: "DROP TABLE session; INSERT INTO nowhere (x) VALUES (1);")
        #expect(throws: (any Error).self) {
            try queue.writeWithoutTransaction { db in
                try Schema.prepare(db, steps: [Schema.steps[0], half])
            }
        }
        try queue.close()
        let journal = try openJournal(folder)
        #expect(try journal.credentials.hasAdministrator())
    }
}
