// Digits of supervisors at paired tablets (S-13), the line in front of costly hashes (S-11), common
// pass phrases (S-10).

import Foundation
import Journal
import Plant
import Synchronization
import Testing

@testable import Loop

struct PinTests {
    let test: TestAccess
    private static let phrase = "other odd words entirely"
    private static let pin = "481726"

    init() async throws {
        test = try TestAccess()
        try await test.makeOwner()
    }

    /// A supervisor with digits, and a tablet's pass.
    private func ready() async throws -> (person: Slug, session: String, pass: String) {
        let made = try await test.access.addPerson(
            name: "Kim Test", role: .supervisor, actor: "Sarah")
        let session = try await test.access.join(
            name: "Kim Test", code: made.code, passPhrase: Self.phrase, site: "")
        try await test.access.setPin(session: session, pin: Self.pin, from: AccessOrigin())
        return (made.id, session, try await pair("Tablet 1"))
    }

    private func pair(_ name: String, isBoard: Bool = false) async throws -> String {
        let offer = try test.access.offerPairing(name: name, isBoard: isBoard, machine: nil)
        let taken = try #require(test.access.claimPairing(offer: offer))
        try test.access.confirmPairing(offer: offer, digits: taken.digits)
        return try #require(
            try await test.access.finishPairing(claim: taken.claim, from: AccessOrigin()))
    }

    private func decide(
        _ pass: String, _ key: String, _ action: AccessAction
    ) async throws -> AccessDecision {
        try await test.access.decide(
            AccessRequest(
                isLoopback: false, bearer: nil, session: nil, device: pass, override: key), action)
    }

    private func open(_ person: Slug, _ pass: String, _ pin: String = pin) async throws -> String {
        try await test.access.override(
            device: pass, person: person, pin: pin, from: AccessOrigin(address: "10.0.0.9"))
    }

    @Test func `S-13: digits open a tablet for a minute of a supervisor's rights, and no more`()
        async throws
    {
        let (person, _, pass) = try await ready()
        let key = try await open(person, pass)
        #expect(
            try await decide(pass, key, .supervise) == .allowed(actor: "Kim Test", world: .real))
        for action in [AccessAction.configure, .administer, .audit, .write] {
            #expect(TestDecision(try await decide(pass, key, action)) == .signIn)
        }
        // Each use holds it open; a minute without one closes it.
        test.test.clock.now = test.test.clock.now + .seconds(50)
        #expect(TestDecision(try await decide(pass, key, .supervise)) == .real)
        test.test.clock.now = test.test.clock.now + .seconds(50)
        #expect(TestDecision(try await decide(pass, key, .supervise)) == .real)
        test.test.clock.now = test.test.clock.now + .seconds(61)
        #expect(TestDecision(try await decide(pass, key, .supervise)) == .signIn)
    }

    @Test func `S-13: a page that reads by itself does not hold a tablet open`() async throws {
        let (person, _, pass) = try await ready()
        let key = try await open(person, pass)
        for _ in 0..<5 {
            test.test.clock.now = test.test.clock.now + .seconds(11)
            #expect(try await decide(pass, key, .look) == .allowed(actor: "Kim Test", world: .real))
        }
        test.test.clock.now = test.test.clock.now + .seconds(11)
        #expect(TestDecision(try await decide(pass, key, .supervise)) == .signIn)
        #expect(
            try await decide(pass, key, .look) == .allowed(actor: "device Tablet 1", world: .real))
    }

    @Test func `S-13: the key of a tablet is worth nothing at another device or without one`()
        async throws
    {
        let (person, _, pass) = try await ready()
        let key = try await open(person, pass)
        let other = try await pair("Tablet 2")
        let board = try await pair("Board", isBoard: true)
        #expect(TestDecision(try await decide(other, key, .supervise)) == .signIn)
        #expect(TestDecision(try await decide("no pass", key, .supervise)) == .signIn)
        await #expect(throws: AccessRefused.self) { try await open(person, board) }
        await #expect(throws: AccessRefused.self) { try await open(person, "no pass") }
        // A supervisor who is made less loses it at once.
        try await test.access.setRole(person, role: .floor, actor: "Sarah")
        #expect(TestDecision(try await decide(pass, key, .supervise)) == .signIn)
    }

    @Test func `S-13: wrong digits cost half a minute, five minutes, then a pass phrase`()
        async throws
    {
        let (person, _, pass) = try await ready()
        func refused(_ pin: String = "000001") async -> AccessRefused? {
            await #expect(throws: AccessRefused.self) { try await open(person, pass, pin) }
        }
        func wrong(_ count: Int) async {
            for _ in 0..<count { #expect(await refused()?.retryAfter == nil) }
        }
        await wrong(5)
        #expect(await refused(Self.pin)?.retryAfter == 30)
        test.test.clock.now = test.test.clock.now + .seconds(31)
        await wrong(5)
        #expect(await refused(Self.pin)?.retryAfter == 300)
        test.test.clock.now = test.test.clock.now + .seconds(301)
        await wrong(5)
        test.test.clock.now = test.test.clock.now + .hours(24)
        #expect(await refused(Self.pin)?.remedy.contains("pass phrase") == true)
        // The way back: the pass phrase, on that tablet.
        _ = try await test.access.signIn(name: "Kim Test", passPhrase: Self.phrase, device: pass)
        _ = try await open(person, pass)
        let acts = try test.test.world.journal.events(limit: 100, kinds: ["access.noted"])
            .compactMap { stored -> String? in
                guard case .accessNoted(let note) = stored.event else { return nil }
                return note.act
            }
        #expect(acts.contains("pin-set") && acts.contains("pin-refused"))
        #expect(acts.last == "tablet-opened")
    }

    @Test func `X8: a stolen tablet has sixteen tries in all, of a million`() async throws {
        let (person, _, pass) = try await ready()
        var heard = 0
        for _ in 0..<60 {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await open(person, pass, "000001")
            }
            if refusal?.says.hasPrefix("The name") == true { heard += 1 }
            test.test.clock.now = test.test.clock.now + .minutes(6)
        }
        #expect(heard <= 16)
    }

    @Test(arguments: [
        "12345", "1234567890123", "12a456", "111111", "123456", "987654", "121212", "123123",
        "٤٨١٧٢٦",
    ])
    func `S-13: digits that are easy to guess are refused`(_ pin: String) async throws {
        let (_, session, _) = try await ready()
        let refusal = await #expect(throws: AccessRefused.self) {
            try await test.access.setPin(session: session, pin: pin, from: AccessOrigin())
        }
        #expect(refusal?.field == "pin")
    }

    @Test func `S-13: an operator has no digits, and the stored ones cannot be searched for`()
        async throws
    {
        let made = try await test.access.addPerson(name: "Ana Rusu", role: .floor, actor: "Sarah")
        let session = try await test.access.join(
            name: "Ana Rusu", code: made.code, passPhrase: Self.phrase, site: "")
        await #expect(throws: AccessRefused.self) {
            try await test.access.setPin(session: session, pin: Self.pin, from: AccessOrigin())
        }
        let (person, _, _) = try await ready()
        let hash = try #require(try test.test.world.journal.credentials.person(person)?.pinHash)
        // Without the data key the right digits do not match: a copy of the stores is not enough.
        #expect(try !PassPhraseHash(text: hash).matches(Self.pin))
    }

    @Test func `S-12: elsewhere a phone is set up only with a code from the printed sheet`()
        async throws
    {
        let far = AccessOrigin(address: "10.0.0.9")
        let first = try await test.access.claim(
            code: nil, name: "Sarah", passPhrase: TestAccess.passPhrase, site: "")
        let factor = try #require(try await test.access.offerFactor(session: first.session))
        let code = factor.code(step: test.test.clock.now.secondsSince1970 / 30)
        let refusal = await #expect(throws: AccessRefused.self) {
            try await test.access.takeFactor(session: first.session, code: code, from: far)
        }
        #expect(refusal?.field == "recovery")
        let codes = try await test.access.takeFactor(
            session: first.session, code: code, recovery: first.recoveryCodes[3], from: far)
        #expect(codes.count == 10)
    }

    @Test func `two people of one name cannot be made at the same moment`() async throws {
        let access = test.access
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        _ = try await access.addPerson(
                            name: "Same Name", role: .viewer, actor: "Sarah")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try access.people().filter { $0.name == "Same Name" }.count == 1)
    }

    @Test func `S-32: the name of somebody who left can be taken out, of nobody else`() async throws
    {
        let (person, session, pass) = try await ready()
        _ = try await open(person, pass)
        _ = session
        await #expect(throws: AccessRefused.self) {
            try await test.access.forgetPerson(person, actor: "Sarah")
        }
        try await test.access.endPerson(person, actor: "Sarah")
        #expect(try test.access.formerFacts().map(\.name) == ["Kim Test"])
        let count = try await test.access.forgetPerson(person, actor: "Sarah")
        #expect(count >= 1)
        #expect(try test.access.formerFacts().isEmpty)
        let journal = test.test.world.journal
        #expect(try journal.events(limit: 100).allSatisfy { $0.actor != "Kim Test" })
        #expect(try journal.verify().isSound)
    }
}

/// How many ran at once.
private final class Running: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}

struct DerivationLineTests {
    @Test func `S-11: two run at once, twenty wait, the next is told to come again`() async throws {
        let line = DerivationLine()
        let running = Running()
        let gate = DispatchSemaphore(value: 0)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    do {
                        try await line.run {
                            running.enter()
                            gate.wait()
                            running.leave()
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            // Nobody gets through while the two hold their places: refusals come at once.
            var refused = 0
            var done = 0
            for await isDone in group {
                if isDone { done += 1 } else { refused += 1 }
                if refused == 38 { for _ in 0..<22 { gate.signal() } }
            }
            return (done, refused)
        }
        #expect(outcomes == (22, 38))
        #expect(running.most == 2)
    }
}

struct CommonWordsTests {
    @Test(arguments: [
        ("counterrevolutionary", true), ("!!Counterrevolutionary2026", true),
        ("counterrevolutionaryx", false), ("odd words that differ", false), ("123456789012", false),
    ])
    func `S-10: one word of the system's list is refused, digits around it or not`(
        _ text: String, _ isCommon: Bool
    ) throws {
        let path = FileManager.default.temporaryDirectory.path + "/words-\(UUID().uuidString)"
        try "apple\nCounterrevolutionary\nzebra".write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(CommonWords.isWord(text, lists: [path]) == isCommon)
        #expect(!CommonWords.isWord(text, lists: [path + "-missing"]))
    }
}
