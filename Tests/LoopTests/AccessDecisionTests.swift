// The one authorisation point: every visitor, every action, each world, with and without an owner.

import Journal
import Plant
import Testing

@testable import Loop

/// Who stands at the door.
enum TestVisitor: String, CaseIterable, Sendable {
    case nobodyHere, nobodyElsewhere, session, deadSession, localKey, localKeyElsewhere
    case demonstratorToken, demonstratorTokenElsewhere
    case readToken, enterToken, configureToken, writeToken, adminToken, endedToken, strangeToken
}

/// Which world is shown, and whether the box has an owner.
enum TestBox: CaseIterable, Sendable {
    case realWithoutOwner, realWithOwner, madeUpWithoutOwner, madeUpWithOwner

    var shown: WorldKind {
        self == .realWithoutOwner || self == .realWithOwner ? .real : .demonstrator
    }
    var hasOwner: Bool { self == .realWithOwner || self == .madeUpWithOwner }
}

/// A decision in one word.
enum TestDecision: String, Sendable {
    /// Allowed in the firm's own world.
    case real
    /// Allowed in the made-up factory.
    case made
    /// Refused; signing in would help.
    case signIn
    /// Refused for good.
    case no
    /// The box wants an owner first.
    case setup
    /// The pass phrase is wanted again.
    case prove
    /// A second factor is wanted.
    case strengthen

    init(_ decision: AccessDecision) {
        switch decision {
        case .allowed(_, let world): self = world == .real ? .real : .made
        case .refused(let mayHelp, _, _): self = mayHelp ? .signIn : .no
        case .setupFirst: self = .setup
        case .proveFirst: self = .prove
        case .strengthenFirst: self = .strengthen
        }
    }
}

struct AccessDecisionTests {
    /// Decisions in the order look, enter, configure, administer, write.
    static func expected(_ visitor: TestVisitor, _ box: TestBox) -> [TestDecision] {
        switch (visitor, box) {
        case (.nobodyElsewhere, .realWithoutOwner), (.nobodyElsewhere, .madeUpWithoutOwner),
            (.nobodyHere, .realWithoutOwner):
            return [.setup, .setup, .setup, .setup, .setup]
        case (.nobodyElsewhere, _), (.nobodyHere, .realWithOwner):
            return [.signIn, .signIn, .signIn, .signIn, .signIn]
        case (.nobodyHere, .madeUpWithoutOwner): return [.made, .made, .setup, .setup, .setup]
        case (.nobodyHere, .madeUpWithOwner): return [.made, .made, .signIn, .signIn, .signIn]
        case (.session, .realWithOwner):
            return [.real, .real, .strengthen, .strengthen, .strengthen]
        case (.session, .madeUpWithOwner):
            return [.made, .made, .strengthen, .strengthen, .strengthen]
        case (.session, _), (.deadSession, _): return expected(.nobodyElsewhere, box)
        case (.localKey, .realWithoutOwner): return [.real, .real, .setup, .real, .setup]
        case (.localKey, .realWithOwner): return [.real, .real, .real, .real, .real]
        case (.localKey, .madeUpWithoutOwner): return [.made, .made, .setup, .real, .setup]
        case (.localKey, .madeUpWithOwner): return [.made, .made, .real, .real, .real]
        case (.demonstratorToken, _): return [.no, .no, .no, .no, .made]
        case (.readToken, _): return [.real, .no, .no, .no, .no]
        case (.enterToken, _): return [.no, .real, .no, .no, .no]
        case (.configureToken, _): return [.no, .no, .real, .no, .no]
        case (.writeToken, _): return [.no, .no, .no, .no, .real]
        case (.adminToken, _): return [.real, .real, .real, .real, .real]
        case (.endedToken, _), (.strangeToken, _), (.localKeyElsewhere, _),
            (.demonstratorTokenElsewhere, _):
            // Whoever holds a token that is not known here may hold a better one.
            return [.signIn, .signIn, .signIn, .signIn, .signIn]
        }
    }

    @Test(arguments: TestVisitor.allCases, TestBox.allCases)
    func `every visitor may do what the table says and nothing else`(
        _ visitor: TestVisitor, _ box: TestBox
    ) async throws {
        let test = try TestAccess(shown: box.shown)
        if box.hasOwner { try await test.makeOwner() }
        let request = try await request(visitor, test, hasOwner: box.hasOwner)
        let order: [AccessAction] = [.look, .enter, .configure, .administer, .write]
        var decisions: [TestDecision] = []
        for action in order {
            decisions.append(TestDecision(try await test.access.decide(request, action)))
        }
        #expect(decisions == Self.expected(visitor, box))
    }

    private func request(
        _ visitor: TestVisitor, _ test: TestAccess, hasOwner: Bool
    ) async throws -> AccessRequest {
        func bearer(_ text: String, isLoopback: Bool = false) -> AccessRequest {
            AccessRequest(isLoopback: isLoopback, bearer: text, session: nil)
        }
        func token(_ scope: String) async throws -> String {
            try await test.access.makeToken(name: scope, scopes: [scope]).text
        }
        switch visitor {
        case .nobodyHere: return AccessRequest(isLoopback: true, bearer: nil, session: nil)
        case .nobodyElsewhere: return AccessRequest(isLoopback: false, bearer: nil, session: nil)
        case .session:
            let key = hasOwner ? try await test.signIn() : "0123"
            return AccessRequest(isLoopback: false, bearer: nil, session: key)
        case .deadSession:
            let key = hasOwner ? try await test.signIn() : "0123"
            try await test.access.signOut(key)
            return AccessRequest(isLoopback: false, bearer: nil, session: key)
        case .localKey: return bearer(test.access.localKey, isLoopback: true)
        case .localKeyElsewhere: return bearer(test.access.localKey)
        case .demonstratorToken: return bearer(test.access.demonstratorToken, isLoopback: true)
        case .demonstratorTokenElsewhere: return bearer(test.access.demonstratorToken)
        case .readToken: return bearer(try await token("read"))
        case .enterToken: return bearer(try await token("enter"))
        case .configureToken: return bearer(try await token("configure"))
        case .writeToken: return bearer(try await token("write"))
        case .adminToken: return bearer(try await token("admin"))
        case .endedToken:
            let made = try await test.access.makeToken(name: "old", scopes: ["admin"])
            let isEnded = try await test.access.endToken(made.id)
            #expect(isEnded)
            return bearer(made.text)
        case .strangeToken: return bearer("mw_0000000000000000000000000000000000000000")
        }
    }

    @Test(arguments: [true, false])
    func `programs here may send without a token only when the switch says so`(
        _ isOpen: Bool
    ) async throws {
        let test = try TestAccess(shown: .real, isLoopbackIngestOpen: isOpen)
        try await test.makeOwner()
        let here = AccessRequest(isLoopback: true, bearer: nil, session: nil)
        let elsewhere = AccessRequest(isLoopback: false, bearer: nil, session: nil)
        let wrong = AccessRequest(isLoopback: true, bearer: "wrong", session: nil)
        let fromHere = try await test.access.decide(here, .write)
        #expect(TestDecision(fromHere) == (isOpen ? .real : .signIn))
        let fromElsewhere = try await test.access.decide(elsewhere, .write)
        #expect(TestDecision(fromElsewhere) == .signIn)
        let withWrongToken = try await test.access.decide(wrong, .write)
        #expect(TestDecision(withWrongToken) == .signIn)
        let look = try await test.access.decide(here, .look)
        #expect(TestDecision(look) == .signIn)
    }

    @Test func `the journal gets the name of who acts`() async throws {
        let test = try TestAccess(shown: .real)
        try await test.makeOwner()
        let session = try await test.signIn()
        let token = try await test.access.makeToken(name: "telegraf", scopes: ["write"])
        let person = AccessRequest(isLoopback: false, bearer: nil, session: session)
        let program = AccessRequest(isLoopback: false, bearer: token.text, session: nil)
        let console = AccessRequest(isLoopback: true, bearer: test.access.localKey, session: nil)
        let decisions = [
            try await test.access.decide(person, .enter),
            try await test.access.decide(program, .write),
            try await test.access.decide(console, .administer),
        ]
        #expect(
            decisions == [
                .allowed(actor: "Sarah", world: .real),
                .allowed(actor: "token telegraf", world: .real),
                .allowed(actor: "console", world: .real),
            ])
    }
}

/// An authorisation point over a journal of its own.
final class TestAccess {
    static let passPhrase = "four unlikely words together"
    let test: TestWorld
    let access: Access

    init(shown: WorldKind = .real, isLoopbackIngestOpen: Bool = false) throws {
        let test = try TestWorld()
        self.test = test
        let clock = test.clock
        let world = test.world
        access = Access(
            real: test.world.journal, shown: { shown },
            isLoopbackIngestOpen: isLoopbackIngestOpen, wall: { clock.now }, cost: .test,
            seal: SecretSeal(key: [UInt8](repeating: 7, count: 32)),
            say: { event, actor in try await world.say(event, actor: actor) })
    }

    /// Makes the owner from the console.
    func makeOwner() async throws {
        _ = try await access.claim(
            code: nil, name: "Sarah", passPhrase: TestAccess.passPhrase, site: "Test Works")
    }

    func signIn() async throws -> String {
        try await access.signIn(name: "Sarah", passPhrase: TestAccess.passPhrase)
    }

    func look(_ session: String) async throws -> TestDecision {
        let request = AccessRequest(isLoopback: false, bearer: nil, session: session)
        return TestDecision(try await access.decide(request, .look))
    }
}
