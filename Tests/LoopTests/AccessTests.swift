// Doors: the setup code (S-02), sign-in (S-11), sessions (S-15), tokens, pass phrases (S-10).

import Journal
import Plant
import Testing

@testable import Loop

struct SetupCodeTests {
    let test: TestAccess

    init() throws { test = try TestAccess() }

    private func claim(
        _ code: String?, passPhrase: String = TestAccess.passPhrase, name: String = "Sarah"
    ) async throws -> String {
        try await test.access.claim(
            code: code, name: name, passPhrase: passPhrase, site: "Test Works"
        ).session
    }

    @Test func `the right code makes the owner once and opens a session`() async throws {
        let code = try #require(try await test.access.newSetupCode())
        #expect(code.count == 14)
        let session = try await claim(code)
        #expect(try test.access.hasOwner)
        let decision = try await test.look(session)
        #expect(decision == .real)
        let refusal = await #expect(throws: AccessRefused.self) { try await claim(code) }
        #expect(refusal?.says == "This box has an owner already.")
        let another = try await test.access.newSetupCode()
        #expect(another == nil)
    }

    @Test(arguments: ["lower", "spaces", "no hyphens", "look-alikes"])
    func `a code is taken as people type it`(_ way: String) async throws {
        let code = try #require(try await test.access.newSetupCode())
        let typed =
            switch way {
            case "lower": code.lowercased()
            case "spaces": " " + code.map(String.init).joined(separator: " ")
            case "no hyphens": code.filter { $0 != "-" }
            default: String(code.map { $0 == "0" ? "o" : $0 == "1" ? "l" : $0 })
            }
        _ = try await claim(typed)
        #expect(try test.access.hasOwner)
    }

    @Test func `ten wrong codes end the code, also for who then types it rightly`() async throws {
        let code = try #require(try await test.access.newSetupCode())
        for left in (0..<10).reversed() {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await claim("AAAA-AAAA-AAAA")
            }
            #expect(refusal?.says == "This is not the setup code. \(left) tries are left.")
        }
        let refusal = await #expect(throws: AccessRefused.self) { try await claim(code) }
        #expect(refusal?.says == "The setup code is over.")
        #expect(try !test.access.hasOwner)
        let fresh = try #require(try await test.access.newSetupCode())
        _ = try await claim(fresh)
    }

    @Test func `a code lives 24 hours`() async throws {
        let code = try #require(try await test.access.newSetupCode())
        test.test.clock.now = test.test.clock.now + .hours(24)
        let refusal = await #expect(throws: AccessRefused.self) { try await claim(code) }
        #expect(refusal?.says == "The setup code is over.")
        #expect(refusal?.remedy == "Start the box again: it prints a new code.")
    }

    @Test func `a weak pass phrase costs no try of the code`() async throws {
        let code = try #require(try await test.access.newSetupCode())
        for weak in ["short", "password1234", "test works 2026!"] {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await claim(code, passPhrase: weak)
            }
            #expect(refusal?.field == "pass_phrase")
        }
        let refusal = await #expect(throws: AccessRefused.self) { try await claim(code, name: "S") }
        #expect(refusal?.field == "name")
        _ = try await claim(code)
    }

    @Test func `no code stands before one was offered`() async throws {
        let refusal = await #expect(throws: AccessRefused.self) {
            try await claim("AAAA-AAAA-AAAA")
        }
        #expect(refusal?.says == "There is no setup code now.")
    }

    @Test func `the console sets a new pass phrase, which ends every session`() async throws {
        try await test.makeOwner()
        let session = try await test.signIn()
        _ = try await claim(nil, passPhrase: "another set of odd words")
        let decision = try await test.look(session)
        #expect(decision == .signIn)
        await #expect(throws: AccessRefused.self) { try await test.signIn() }
        _ = try await test.access.signIn(name: "sarah", passPhrase: "another set of odd words")
    }
}

struct SessionTests {
    let test: TestAccess

    init() async throws {
        test = try TestAccess()
        try await test.makeOwner()
    }

    @Test(arguments: [
        ("Sarah", "wrong words altogether"), ("Nobody", TestAccess.passPhrase), ("", ""),
    ])
    func `a wrong name and a wrong pass phrase are told apart by nobody`(
        _ name: String, _ passPhrase: String
    ) async throws {
        let refusal = await #expect(throws: AccessRefused.self) {
            try await test.access.signIn(name: name, passPhrase: passPhrase)
        }
        #expect(refusal?.says == "The name or the pass phrase is not right.")
        #expect(refusal?.field == "pass_phrase")
        #expect(refusal?.retryAfter == nil)
    }

    @Test func `a hundred tries a minute are heard, the next must wait`() async throws {
        for number in 0..<LoopLimits.signInsPerMinute {
            await #expect(throws: AccessRefused.self) {
                try await test.access.signIn(
                    name: "Sarah", passPhrase: "wrong",
                    from: AccessOrigin(address: "10.0.0.\(number)"))
            }
        }
        let refusal = await #expect(throws: AccessRefused.self) { try await test.signIn() }
        #expect(refusal?.retryAfter == 60)
        test.test.clock.now = test.test.clock.now + .seconds(61)
        _ = try await test.signIn()
    }

    @Test func `a session ends after 30 minutes without use`() async throws {
        let session = try await test.signIn()
        for _ in 0..<4 {
            test.test.clock.now = test.test.clock.now + .minutes(29)
            let decision = try await test.look(session)
            #expect(decision == .real)
        }
        test.test.clock.now = test.test.clock.now + .minutes(30)
        let decision = try await test.look(session)
        #expect(decision == .signIn)
    }

    @Test func `a session ends after 12 hours however much it is used`() async throws {
        let session = try await test.signIn()
        let start = test.test.clock.now
        while test.test.clock.now - start < .hours(12) - .minutes(20) {
            test.test.clock.now = test.test.clock.now + .minutes(20)
            let decision = try await test.look(session)
            #expect(decision == .real)
        }
        test.test.clock.now = start + .hours(12)
        let decision = try await test.look(session)
        #expect(decision == .signIn)
    }

    @Test func `a session ends when it is signed out, and only that one`() async throws {
        let one = try await test.signIn()
        let other = try await test.signIn()
        #expect(one != other)
        try await test.access.signOut(one)
        let decisions = [try await test.look(one), try await test.look(other)]
        #expect(decisions == [.signIn, .real])
    }

    @Test func `nothing that opens a door is kept as it is`() async throws {
        let session = try await test.signIn()
        let token = try await test.access.makeToken(name: "telegraf", scopes: ["write"])
        #expect(session.count == 64)
        let journal = test.test.world.journal
        #expect(try journal.credentials.session(hash: session) == nil)
        #expect(try journal.credentials.session(hash: SecretText.digest(session)) != nil)
        #expect(try journal.credentials.tokens().allSatisfy { $0.hash != token.text })
        #expect(
            try journal.credentials.person(named: "sarah")?.passHash?
                .hasPrefix("$scrypt$ln=4,r=8,p=1$") == true)
    }
}

struct TokenTests {
    let test: TestAccess

    init() throws { test = try TestAccess() }

    @Test func `the last use of a token is noted at most once a minute`() async throws {
        let made = try await test.access.makeToken(name: "telegraf", scopes: ["write"])
        let request = AccessRequest(isLoopback: false, bearer: made.text, session: nil)
        func used() throws -> Timestamp? { try test.access.tokens().first?.used }
        #expect(try used() == nil)
        let first = test.test.clock.now
        _ = try await test.access.decide(request, .write)
        #expect(try used() == first)
        test.test.clock.now = first + .seconds(50)
        _ = try await test.access.decide(request, .write)
        #expect(try used() == first)
        test.test.clock.now = first + .seconds(61)
        _ = try await test.access.decide(request, .write)
        #expect(try used() == first + .seconds(61))
    }

    @Test(arguments: [
        ("", ["read"]), (String(repeating: "n", count: 61), ["read"]), ("x", []),
        ("x", ["read", "root"]),
    ])
    func `a token without a name or with a strange scope is not made`(
        _ name: String, _ scopes: [String]
    ) async throws {
        await #expect(throws: RefusedEvent.self) {
            try await test.access.makeToken(name: name, scopes: Set(scopes))
        }
        #expect(try test.access.tokens().isEmpty)
    }

    @Test func `a refused token says what it may do and which scope is needed`() async throws {
        let made = try await test.access.makeToken(name: "panel", scopes: ["read", "enter"])
        let request = AccessRequest(isLoopback: false, bearer: made.text, session: nil)
        let decision = try await test.access.decide(request, .write)
        #expect(
            decision
                == .refused(
                    mayHelpToSignIn: false,
                    says: "The token “panel” may not do this (it may: enter, read).",
                    remedy: "Make another with --scope write."))
    }

    @Test func `ending a token twice tells that there was none`() async throws {
        let made = try await test.access.makeToken(name: "panel", scopes: ["read"])
        let first = try await test.access.endToken(made.id)
        let again = try await test.access.endToken(made.id)
        #expect([first, again] == [true, false])
    }
}

struct PassPhraseTests {
    @Test(arguments: [
        "elevenchars", String(repeating: "ab", count: 65), "MillWright rules!", "i am sarah hello",
        "at hollins valves", "password password", "123456123456", "qwertyqwerty99", "aaaaaaaaaaaa",
        "Football2026!!",
    ])
    func `a pass phrase that is easy to guess is refused with a way out`(_ text: String) {
        let flaw = PassPhraseRule.flaw(text, name: "Sarah", site: "Hollins Valves")
        #expect(flaw != nil)
        #expect(flaw?.remedy.hasSuffix(".") == true)
    }

    @Test(arguments: [
        "correct horse battery", "twelve chars", "żółć gęślą jaźń", "    spaces are letters   ",
        String(repeating: "abcdefgh", count: 16),
    ])
    func `any other of 12 to 128 characters is accepted`(_ text: String) {
        #expect(PassPhraseRule.flaw(text, name: "Sarah", site: "Hollins Valves") == nil)
    }

    @Test func `a kept pass phrase knows its own and no other`() throws {
        let salt = [UInt8](0..<16)
        let hash = try PassPhraseHash("correct horse", salt: salt, cost: .test)
        #expect(try hash.matches("correct horse"))
        #expect(try !hash.matches("correct horsf"))
        #expect(try !hash.matches(""))
        let other = try PassPhraseHash("correct horse", salt: salt.reversed(), cost: .test)
        #expect(other.text != hash.text)
    }

    /// The second test vector of RFC 7914, section 12, cut to the 32 bytes that are kept.
    @Test func `scrypt gives what its standard says`() throws {
        let hash = try PassPhraseHash(
            "password", salt: Array("NaCl".utf8),
            cost: ScryptCost(rounds: 1024, blockSize: 8, parallelism: 16))
        #expect(hash.text.hasPrefix("$scrypt$ln=10,r=8,p=16$TmFDbA$"))
        #expect(hash.text.split(separator: "$").last?.count == 43)
        let bytes = Base64Text.decode(hash.text.split(separator: "$").last.map(String.init) ?? "")
        #expect(
            bytes.map(SecretText.hexadecimal)
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
    }

    @Test(arguments: [
        "", "$scrypt$", "$bcrypt$ln=4,r=8,p=1$AAAA$AAAA", "$scrypt$ln=60,r=8,p=1$AAAA$AAAA",
        "$scrypt$ln=4,r=8$AAAA$AAAA", "$scrypt$ln=4,r=8,p=1$A!AA$AAAA",
    ])
    func `a damaged hash matches nothing and does not stop the box`(_ text: String) throws {
        #expect(try !PassPhraseHash(text: text).matches("anything"))
    }

    @Test(arguments: 0..<20)
    func `base 64 without padding comes back as it was`(_ count: Int) {
        var numbers = SeededNumbers(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        #expect(Base64Text.decode(Base64Text.encode(bytes)) == bytes)
    }

    @Test func `secrets are long, of their own letters, and never twice the same`() {
        let codes = Set((0..<200).map { _ in SecretText.setupCode() })
        #expect(codes.count == 200)
        let letters = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
        #expect(codes.allSatisfy { $0.count == 14 && Set($0).isSubset(of: letters) })
        #expect(SecretText.token().count == 43)
        #expect(SecretText.token().hasPrefix("mw_"))
        #expect(SecretText.sessionKey() != SecretText.sessionKey())
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SecretText.digest("abc") == digest)
    }
}
