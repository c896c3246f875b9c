// Owner, sessions, tokens and the setup code.

import Plant
import Testing

@testable import Journal

@Suite struct CredentialTests {
    private func hash(_ digit: Int) -> String { String(repeating: String(digit), count: 64) }

    @Test("an owner is set, replaces the one before, uses up the setup code and ends sessions")
    func owner() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let store = journal.credentials
        #expect(try store.owner() == nil)
        try await store.setSetupCode(hash: hash(1), at: minute(0))
        try await store.addSession(
            Session(hash: hash(2), created: minute(0), used: minute(0), expires: minute(720)))
        try await store.setOwner(name: "Sam", passHash: "$scrypt$a", at: minute(1))
        try await store.setOwner(name: "Kim", passHash: "$scrypt$b", at: minute(2))
        let owner = try #require(try store.owner())
        #expect(owner == Owner(name: "Kim", passHash: "$scrypt$b", changed: minute(2)))
        #expect(try !store.hasSetupCode(at: minute(3)))
        #expect(try store.session(hash: hash(2)) == nil)
        try journal.close()
        #expect(try openJournal(folder).credentials.owner() == owner)
    }

    @Test("secrets are not in the chain, and the chain does not change with them")
    func apart() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let before = try journal.verify()
        try await journal.credentials.setOwner(name: "Sam", passHash: "$scrypt$a", at: minute(1))
        #expect(try journal.verify() == before)
        #expect(try journal.rebuildProjections().isIdentical)
        #expect(try journal.credentials.owner() != nil)
    }

    @Test("S-02: a setup code is right once")
    func setupCodeOnce() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(0)) == .absent)
        try await store.setSetupCode(hash: hash(1), at: minute(0))
        #expect(try store.hasSetupCode(at: minute(1)))
        #expect(try await store.trySetupCode(hash: hash(2), at: minute(1)) == .wrong(left: 9))
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(1)) == .accepted)
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(1)) == .absent)
    }

    @Test("S-02: ten wrong tries or a day end a setup code, also for the right one")
    func setupCodeEnds() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        try await store.setSetupCode(hash: hash(1), at: minute(0))
        for left in (0..<10).reversed() {
            #expect(
                try await store.trySetupCode(hash: hash(2), at: minute(1))
                    == .wrong(left: Int64(left)))
        }
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(1)) == .expired)
        #expect(try !store.hasSetupCode(at: minute(1)))
        try await store.setSetupCode(hash: hash(1), at: minute(0))
        #expect(try store.hasSetupCode(at: minute(24 * 60 - 1)))
        #expect(try !store.hasSetupCode(at: minute(24 * 60)))
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(24 * 60)) == .expired)
        #expect(try await store.trySetupCode(hash: hash(1), at: minute(24 * 60 - 1)) == .accepted)
    }

    @Test("a token is found by its hash until it is revoked, and stays in the list")
    func tokens() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        let token = AccessToken(
            id: "t1", name: "Telegraf", hash: hash(3), scopes: ["enter", "read"],
            created: minute(0))
        try await store.addToken(token)
        #expect(try store.token(hash: hash(3)) == token)
        #expect(try store.token(hash: hash(4)) == nil)
        try await store.touchToken(id: "t1", at: minute(5))
        #expect(try store.token(hash: hash(3))?.used == minute(5))
        #expect(try await store.revokeToken(id: "t1", at: minute(6)))
        #expect(try await !store.revokeToken(id: "t1", at: minute(7)))
        #expect(try store.token(hash: hash(3)) == nil)
        #expect(try store.tokens().map(\.revoked) == [minute(6)])
        await #expect(throws: JournalError.self) { try await store.addToken(token) }
    }

    @Test("sessions are added, touched, removed one by one or all; those that are over go")
    func sessions() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        func session(_ digit: Int, _ from: Int64) -> Session {
            Session(
                hash: hash(digit), created: minute(from), used: minute(from),
                expires: minute(from + 720))
        }
        try await store.addSession(session(1, 0))
        try await store.addSession(session(2, 10))
        try await store.touchSession(hash: hash(2), at: minute(20))
        #expect(try store.session(hash: hash(2))?.used == minute(20))
        try await store.addSession(session(3, 720))
        #expect(try store.session(hash: hash(1)) == nil)
        try await store.removeSession(hash: hash(2))
        #expect(try store.session(hash: hash(2)) == nil)
        #expect(try store.session(hash: hash(3)) == session(3, 720))
        try await store.removeAllSessions()
        #expect(try store.session(hash: hash(3)) == nil)
    }
}
