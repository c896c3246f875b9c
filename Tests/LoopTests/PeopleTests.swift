// People with roles, second factors, invitations, limits against guessing, paired devices.

import Journal
import Plant
import Synchronization
import Testing

@testable import Loop

struct PeopleTests {
    let test: TestAccess

    init() async throws {
        test = try TestAccess()
        try await test.makeOwner()
    }

    private static let phrase = "other odd words entirely"

    /// A session of a person with a role.
    private func session(_ role: Role) async throws -> String {
        let made = try await test.access.addPerson(name: "Kim Test", role: role, actor: "Sarah")
        return try await test.access.join(
            name: "kim test", code: made.code, passPhrase: Self.phrase, site: "Test Works")
    }

    private func request(_ session: String, isLoopback: Bool = true) -> AccessRequest {
        AccessRequest(isLoopback: isLoopback, bearer: nil, session: session)
    }

    @Test(arguments: Role.allCases, AccessAction.allCases)
    func `S-18: a role may do what it is for and nothing else`(
        _ role: Role, _ action: AccessAction
    ) async throws {
        let session = try await session(role)
        let decision = TestDecision(try await test.access.decide(request(session), action))
        #expect(decision == (role.actions.contains(action) ? .real : .no))
    }

    @Test func `S-15: another role and the end of a person end sessions at once`() async throws {
        let session = try await session(.engineer)
        let kim = try #require(try test.access.people().first { $0.name == "Kim Test" })
        try await test.access.setRole(kim.id, role: .viewer, actor: "Sarah")
        #expect(try await test.look(session) == .signIn)
        let again = try await test.access.signIn(name: "Kim Test", passPhrase: Self.phrase)
        #expect(try await test.look(again) == .real)
        try await test.access.endPerson(kim.id, actor: "Sarah")
        #expect(try await test.look(again) == .signIn)
        await #expect(throws: AccessRefused.self) {
            try await test.access.signIn(name: "Kim Test", passPhrase: Self.phrase)
        }
    }

    @Test func `the only administrator cannot be ended or made less`() async throws {
        let sarah = try #require(try test.access.people().first)
        for _ in 0..<1 {
            await #expect(throws: AccessRefused.self) {
                try await test.access.endPerson(sarah.id, actor: "Sarah")
            }
            await #expect(throws: AccessRefused.self) {
                try await test.access.setRole(sarah.id, role: .viewer, actor: "Sarah")
            }
        }
        _ = try await session(.administrator)
        try await test.access.endPerson(sarah.id, actor: "Kim Test")
        #expect(try test.access.people().map(\.name) == ["Kim Test"])
    }

    @Test(arguments: [
        "   ", " Kim", "box", "Console", "device Tab", "token x", "x\ny", "\u{202E}evil",
        "Kim\u{200B}",
    ])
    func `a name that cannot be seen, or is the box's own, is refused`(_ name: String) async {
        let refusal = await #expect(throws: AccessRefused.self) {
            try await test.access.addPerson(name: name, role: .viewer, actor: "Sarah")
        }
        #expect(refusal?.field == "name")
    }

    @Test func `an invitation works once, and a wrong one tells nothing`() async throws {
        let made = try await test.access.addPerson(name: "Kim", role: .viewer, actor: "Sarah")
        for (name, code) in [("Kim", "AAAA-BBBB-CCCC"), ("Nobody", made.code)] {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await test.access.join(
                    name: name, code: code, passPhrase: Self.phrase, site: "")
            }
            #expect(refusal?.says.hasPrefix("The name and the code do not belong") == true)
        }
        _ = try await test.access.join(
            name: "Kim", code: made.code, passPhrase: Self.phrase, site: "")
        await #expect(throws: AccessRefused.self) {
            try await test.access.join(
                name: "Kim", code: made.code, passPhrase: Self.phrase, site: "")
        }
    }

    @Test func `S-17: five minutes after the pass phrase it is wanted again`() async throws {
        let session = try await test.signIn()
        func decision() async throws -> TestDecision {
            TestDecision(try await test.access.decide(request(session), .administer))
        }
        #expect(try await decision() == .real)
        test.test.clock.now = test.test.clock.now + .minutes(6)
        #expect(try await decision() == .prove)
        await #expect(throws: AccessRefused.self) {
            try await test.access.prove(session: session, passPhrase: "wrong words here now")
        }
        #expect(try await decision() == .prove)
        try await test.access.prove(session: session, passPhrase: TestAccess.passPhrase)
        #expect(try await decision() == .real)
    }

    @Test func `S-12: from elsewhere an administrator needs a second factor, each code once`()
        async throws
    {
        let session = try await test.signIn()
        func elsewhere(_ session: String) async throws -> TestDecision {
            TestDecision(
                try await test.access.decide(request(session, isLoopback: false), .administer))
        }
        #expect(try await elsewhere(session) == .strengthen)
        let factor = try #require(try await test.access.offerFactor(session: session))
        func code(_ shift: Int64 = 0) -> String {
            factor.code(step: test.test.clock.now.secondsSince1970 / 30 + shift)
        }
        await #expect(throws: AccessRefused.self) {
            try await test.access.takeFactor(
                session: session, code: "000000", from: AccessOrigin())
        }
        let codes = try await test.access.takeFactor(
            session: session, code: code(), from: AccessOrigin())
        #expect(codes.count == 10)
        #expect(try await elsewhere(session) == .real)
        // The code that was used opens nothing more, and neither does none.
        for wrong in ["", code(), "12"] {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await test.access.signIn(
                    name: "Sarah", passPhrase: TestAccess.passPhrase, code: wrong)
            }
            #expect(refusal?.field == "code")
        }
        test.test.clock.now = test.test.clock.now + .seconds(300)
        let strong = try await test.access.signIn(
            name: "Sarah", passPhrase: TestAccess.passPhrase, code: code(-1))
        #expect(try await elsewhere(strong) == .real)
        test.test.clock.now = test.test.clock.now + .seconds(300)
        _ = try await test.access.signIn(
            name: "Sarah", passPhrase: TestAccess.passPhrase, code: codes[0].lowercased())
        await #expect(throws: AccessRefused.self) {
            try await test.access.signIn(
                name: "Sarah", passPhrase: TestAccess.passPhrase, code: codes[0])
        }
        let sarah = try #require(try test.test.world.journal.credentials.person(named: "Sarah"))
        #expect(sarah.seed?.contains(factor.text) == false)
    }

    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
            (1_234_567_890, "005924"), (2_000_000_000, "279037"),
        ] as [(Int64, String)])
    func `one-time codes are those of RFC 6238`(_ time: Int64, _ code: String) throws {
        let factor = try #require(OneTimeCode(seed: Array("12345678901234567890".utf8)))
        #expect(factor.code(step: time / 30) == code)
        #expect(factor.step(of: code, at: Timestamp(seconds: time)) == time / 30)
    }

    @Test func `S-14: who guesses waits longer and longer; the owner elsewhere does not`()
        async throws
    {
        let thief = AccessOrigin(address: "10.0.0.66")
        var waits: [Int] = []
        for _ in 0..<16 {
            let refusal = await #expect(throws: AccessRefused.self) {
                try await test.access.signIn(
                    name: "Sarah", passPhrase: "a wrong pass phrase", from: thief)
            }
            waits.append(refusal?.retryAfter ?? 0)
            test.test.clock.now = test.test.clock.now + .seconds(7)
        }
        #expect(waits.prefix(5).allSatisfy { $0 == 0 })
        #expect(waits.contains { $0 > 8 })
        _ = try await test.access.signIn(
            name: "Sarah", passPhrase: TestAccess.passPhrase,
            from: AccessOrigin(address: "10.0.0.5"))
        let noted = try test.test.world.journal.events(
            limit: 100, kinds: ["access.noted"], newestFirst: true
        ).compactMap { stored -> AccessNote? in
            guard case .accessNoted(let note) = stored.event else { return nil }
            return note
        }
        let refused = noted.filter { $0.act == "sign-in-refused" }
        #expect((1...5).contains(refused.count))
        #expect(refused.allSatisfy { $0.address == "10.0.0.66" && $0.object == "Sarah" })
        #expect(noted.first?.act == "signed-in")
    }

    @Test func `S-14: a whole shift signs in from one address within a minute`() async throws {
        for _ in 0..<30 {
            _ = try await test.access.signIn(
                name: "Sarah", passPhrase: TestAccess.passPhrase,
                from: AccessOrigin(address: "10.0.0.5"))
        }
    }

    @Test func `X8: a day of guesses at a second factor succeeds with less than one in 10000`()
        async throws
    {
        let heard = try await guessFactor(for: .hours(24), every: .minutes(1)) { session, code in
            try await test.access.endFactor(session: session, code: code, from: AccessOrigin())
        }
        // Three codes of a million hold at a time.
        #expect(heard >= 5 && Double(heard) * 3 / 1_000_000 < 1e-4)
    }

    @Test func `S-14: wrong codes of a second factor wait longer and longer, inside a session too`()
        async throws
    {
        let heard = try await guessFactor(for: .minutes(30), every: .seconds(20)) { _, code in
            _ = try await test.access.signIn(
                name: "Sarah", passPhrase: TestAccess.passPhrase, code: code,
                from: AccessOrigin(address: "10.0.0.66"))
        }
        #expect(heard == 5)
        // Who has the printed sheet need not wait.
        _ = try await test.access.signIn(
            name: "Sarah", passPhrase: TestAccess.passPhrase, code: try #require(sheet.take()))
    }

    /// Recovery codes of Sarah, once she has a second factor.
    private let sheet = RecoverySheet()

    /// How many wrong codes are heard within a time.
    private func guessFactor(
        for length: Elapsed, every pause: Elapsed,
        _ attempt: (_ session: String, _ code: String) async throws -> Void
    ) async throws -> Int {
        let session = try await test.signIn()
        let factor = try #require(try await test.access.offerFactor(session: session))
        let step = test.test.clock.now.secondsSince1970 / 30
        let given = try await test.access.takeFactor(
            session: session, code: factor.code(step: step), from: AccessOrigin())
        sheet.set(given)
        let end = test.test.clock.now + length
        var heard = 0
        var open = session
        while test.test.clock.now < end {
            test.test.clock.now = test.test.clock.now + pause
            if try await test.look(open) != .real {
                // Sessions end; whoever guesses opens another with a code of the sheet.
                guard let next = sheet.take() else { break }
                open = try await test.access.signIn(
                    name: "Sarah", passPhrase: TestAccess.passPhrase, code: next)
            }
            do {
                try await attempt(open, "000000")
                Issue.record("a wrong code was taken")
            } catch let refused as AccessRefused {
                if refused.says.hasPrefix("The code is not right") { heard += 1 }
            }
        }
        return heard
    }
}

/// Recovery codes that are left.
private final class RecoverySheet: Sendable {
    private let codes = Mutex<[String]>([])
    func set(_ new: [String]) { codes.withLock { $0 = new } }
    func take() -> String? { codes.withLock { $0.popLast() } }
}

struct DeviceTests {
    let test: TestAccess

    init() async throws {
        test = try TestAccess()
        try await test.makeOwner()
    }

    private func pair(isBoard: Bool = false, machine: Slug? = nil) async throws -> String {
        let offer = try test.access.offerPairing(
            name: "Tablet 1", isBoard: isBoard, machine: machine)
        let taken = try #require(test.access.claimPairing(offer: offer.lowercased()))
        #expect(test.access.claimPairing(offer: offer) == nil)
        #expect(
            try await test.access.finishPairing(claim: taken.claim, from: AccessOrigin()) == nil)
        try test.access.confirmPairing(offer: offer, digits: taken.digits)
        return try #require(
            try await test.access.finishPairing(claim: taken.claim, from: AccessOrigin()))
    }

    private func decide(
        _ pass: String, _ action: AccessAction, at machine: Slug? = nil
    ) async throws -> TestDecision {
        TestDecision(
            try await test.access.decide(
                AccessRequest(
                    isLoopback: false, bearer: nil, session: nil, device: pass, machine: machine),
                action))
    }

    @Test func `a tablet says what happened at its machine and nothing else`() async throws {
        let pass = try await pair(machine: Workshop.lathe)
        #expect(try await decide(pass, .look) == .real)
        #expect(try await decide(pass, .enter, at: Workshop.lathe) == .real)
        #expect(try await decide(pass, .enter, at: Workshop.second) == .signIn)
        for action in [AccessAction.supervise, .configure, .administer, .audit, .write] {
            #expect(try await decide(pass, action, at: Workshop.lathe) == .signIn)
        }
        let device = try #require(try test.access.devices().first)
        let isEnded = try await test.access.endDevice(device.id, actor: "Sarah")
        #expect(isEnded)
        #expect(try await decide(pass, .look) == .signIn)
    }

    @Test func `a board only shows`() async throws {
        let pass = try await pair(isBoard: true)
        #expect(try await decide(pass, .look) == .real)
        #expect(try await decide(pass, .enter) == .signIn)
    }

    @Test func `an offer ends after five wrong digits, and after ten minutes`() async throws {
        let offer = try test.access.offerPairing(name: "T", isBoard: false, machine: nil)
        let taken = try #require(test.access.claimPairing(offer: offer))
        for _ in 0..<5 {
            #expect(throws: AccessRefused.self) {
                try test.access.confirmPairing(offer: offer, digits: "x" + taken.digits)
            }
        }
        await #expect(throws: AccessRefused.self) {
            try await test.access.finishPairing(claim: taken.claim, from: AccessOrigin())
        }
        let late = try test.access.offerPairing(name: "T", isBoard: false, machine: nil)
        test.test.clock.now = test.test.clock.now + .minutes(11)
        #expect(test.access.claimPairing(offer: late) == nil)
    }

    @Test func `S-40: a sealed secret opens with its own key and purpose alone`() throws {
        let seal = SecretSeal(key: [UInt8](repeating: 1, count: 32))
        let text = try seal.seal([1, 2, 3], purpose: "totp sarah")
        #expect(seal.open(text, purpose: "totp sarah") == [1, 2, 3])
        #expect(seal.open(text, purpose: "totp dave") == nil)
        #expect(
            SecretSeal(key: [UInt8](repeating: 2, count: 32)).open(text, purpose: "totp sarah")
                == nil)
        var letters = Array(text)
        letters[20] = letters[20] == "A" ? "B" : "A"
        #expect(seal.open(String(letters), purpose: "totp sarah") == nil)
    }
}
