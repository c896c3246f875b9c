// Owner, sessions, tokens and the setup code.

import Plant
import Testing

@testable import Journal

@Suite struct CredentialTests {
    private func hash(_ digit: Int) -> String { String(repeating: String(digit), count: 64) }

    private func session(_ digit: Int, of person: Slug = Slug("sam")) -> Session {
        Session(
            hash: hash(digit), person: person, created: minute(0), used: minute(0),
            expires: minute(720), proved: minute(0), isStrong: false, agent: "test")
    }

    @Test("a person is kept with a role; another role, a new pass phrase and the end end sessions")
    func people() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let store = journal.credentials
        #expect(try !store.hasAdministrator())
        try await store.setPerson(
            Slug("sam"), name: "Sam", role: .administrator, at: minute(1))
        #expect(try !store.hasAdministrator())
        try await store.setPass(Slug("sam"), hash: "$scrypt$a", at: minute(1))
        #expect(try store.hasAdministrator())
        #expect(try store.person(named: "SAM")?.passHash == "$scrypt$a")
        try await store.addSession(session(2))
        try await store.addSession(session(3))
        try await store.setPass(
            Slug("sam"), hash: "$scrypt$b", at: minute(2), keeping: hash(3))
        #expect(try store.sessions(of: Slug("sam")).map(\.hash) == [hash(3)])
        try await store.setPerson(Slug("sam"), name: "Sam", role: .viewer, at: minute(3))
        #expect(try store.sessions(of: Slug("sam")).isEmpty)
        try await store.endPerson(Slug("sam"), at: minute(4))
        #expect(try store.person(named: "Sam") == nil)
        #expect(try store.person(Slug("sam"))?.passHash == nil)
        try journal.close()
        #expect(try openJournal(folder).credentials.people().map(\.ended) == [minute(4)])
    }

    @Test("an invitation is right once, a recovery code too, a step of a second factor never twice")
    func onceOnly() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        let sam: Slug = Slug("sam")
        try await store.setPerson(sam, name: "Sam", role: .viewer, at: minute(1))
        #expect(try await store.tryInvitation(sam, hash: hash(1), at: minute(1)) == .absent)
        try await store.invite(sam, hash: hash(1), at: minute(1))
        #expect(
            try await store.tryInvitation(sam, hash: hash(2), at: minute(1)) == .wrong(left: 9))
        #expect(try await store.tryInvitation(sam, hash: hash(1), at: minute(1)) == .accepted)
        try await store.setPass(sam, hash: "$scrypt$a", at: minute(1))
        #expect(try await store.tryInvitation(sam, hash: hash(1), at: minute(1)) == .absent)
        try await store.invite(sam, hash: hash(1), at: minute(1))
        let week = minute(1) + CredentialLimits.invitationLife
        #expect(try await store.tryInvitation(sam, hash: hash(1), at: week) == .expired)
        try await store.setRecovery(sam, hashes: [hash(4), hash(5)])
        #expect(try await store.useRecovery(sam, hash: hash(4)))
        #expect(try await !store.useRecovery(sam, hash: hash(4)))
        #expect(try store.person(sam)?.recoveryCodes == 1)
        try await store.setSeed(sam, seed: "sealed")
        #expect(try await store.useStep(sam, step: 100))
        #expect(try await !store.useStep(sam, step: 100))
        #expect(try await !store.useStep(sam, step: 99))
        #expect(try await store.useStep(sam, step: 101))
    }

    @Test("a device is found by its pass until it is withdrawn")
    func devices() async throws {
        let folder = try TestFolder()
        let store = try openJournal(folder).credentials
        try await store.addDevice(
            PairedDevice(
                id: "ab12", name: "Tablet", kind: .tablet, machine: Slug("lathe-1"),
                hash: hash(7), created: minute(1)))
        try await store.touchDevice(id: "ab12", at: minute(2))
        #expect(try store.device(hash: hash(7))?.used == minute(2))
        #expect(try await store.endDevice(id: "ab12", at: minute(3)))
        #expect(try await !store.endDevice(id: "ab12", at: minute(4)))
        #expect(try store.device(hash: hash(7)) == nil)
        #expect(try store.devices().map(\.ended) == [minute(3)])
    }

    @Test("secrets are not in the chain, and the chain does not change with them")
    func apart() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let before = try journal.verify()
        try await journal.credentials.setPerson(
            Slug("sam"), name: "Sam", role: .administrator, at: minute(1))
        try await journal.credentials.setPass(Slug("sam"), hash: "$scrypt$a", at: minute(1))
        #expect(try journal.verify() == before)
        #expect(try journal.rebuildProjections().isIdentical)
        #expect(try journal.credentials.hasAdministrator())
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
                hash: hash(digit), person: Slug("sam"), created: minute(from), used: minute(from),
                expires: minute(from + 720), proved: minute(from), isStrong: false, agent: "test")
        }
        try await store.setPerson(Slug("sam"), name: "Sam", role: .viewer, at: minute(0))
        try await store.addSession(session(1, 0))
        try await store.addSession(session(2, 10))
        try await store.touchSession(hash: hash(2), at: minute(20))
        #expect(try store.session(hash: hash(2))?.used == minute(20))
        try await store.addSession(session(3, 720))
        #expect(try store.session(hash: hash(1)) == nil)
        try await store.removeSession(hash: hash(2))
        #expect(try store.session(hash: hash(2)) == nil)
        #expect(try store.session(hash: hash(3)) == session(3, 720))
        try await store.proveSession(hash: hash(3), at: minute(725), isStrong: true)
        #expect(try store.session(hash: hash(3))?.isStrong == true)
        #expect(try store.session(hash: hash(3))?.proved == minute(725))
        #expect(try await store.removeSessions(of: Slug("sam")) == 1)
        #expect(try store.session(hash: hash(3)) == nil)
    }
}
