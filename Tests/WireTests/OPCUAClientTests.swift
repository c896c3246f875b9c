// The OPC UA client: security chosen and checked, subscriptions kept, nothing lost unsaid.

import Testing

@testable import Wire

/// A client and a server in the hand of a test.
struct OPCUAConversation {
    static let second: Int64 = 1_000_000_000
    var client: OPCUAClient
    var server = OPCUAPretendServer()
    var now: Int64 = 0
    var isConnected = false
    /// What the last events caused, but for bytes.
    var actions: [OPCUAClientAction] = []
    /// All bytes that the client has sent.
    var sent: [UInt8] = []
    /// All bytes that the server has sent.
    var received: [UInt8] = []

    init(
        security: OPCUASecurityChoice = .exactly(.none, .none),
        identity: OPCUAIdentity = .anonymous, trusted: Set<[UInt8]> = [],
        items: [OPCUAItem] = [], cryptography: PretendCryptography? = PretendCryptography(name: 5)
    ) {
        var settings = OPCUAClientSettings(
            url: "opc.tcp://box:4840", applicationURI: "urn:m", applicationName: "M",
            security: security, identity: identity, trusted: trusted)
        if !items.isEmpty { settings.subscriptions = [OPCUASubscriptionSettings(items: items)] }
        client = OPCUAClient(settings, cryptography: cryptography)
    }

    static func items(_ count: Int) -> [OPCUAItem] {
        (0..<count).map { OPCUAItem(OPCUAExpandedNodeID(OPCUANodeID(2, .numeric(UInt32($0))))) }
    }

    /// Lets the client and the server talk until both wait.
    mutating func step(_ event: OPCUAClientEvent) throws {
        actions = []
        var events = [event]
        while !events.isEmpty {
            let next = events.removeFirst()
            for action in client.step(next, now: now, wallTime: 1_000 * Self.second + now) {
                switch action {
                case .connect:
                    isConnected = true
                    events.append(.connected)
                case .close:
                    isConnected = false
                    server.disconnect()
                    events.append(.closed)
                case .send(let bytes):
                    sent += bytes
                    let answer = isConnected ? try server.take(bytes) : []
                    received += answer
                    if !answer.isEmpty { events.append(.received(answer)) }
                default: actions.append(action)
                }
            }
        }
    }

    mutating func receive(_ bytes: [UInt8]) throws {
        received += bytes
        try step(.received(bytes))
    }

    mutating func drop() throws {
        isConnected = false
        server.disconnect()
        try step(.closed)
    }

    mutating func pass(seconds: Int64) throws {
        now += seconds * Self.second
        try step(.tick)
    }

    mutating func notify(_ sequence: UInt32, _ value: Int32) throws {
        let change = OPCUAPretendServer.change([(0, OPCUADataValue(.scalar(.int32(value))))])
        try receive(try server.publish(sequence, parts: [change]))
    }

    var problems: [String] {
        actions.compactMap {
            if case .problem(let problem) = $0 { problem.description } else { nil }
        }
    }

    var values: [OPCUAReading] {
        actions.flatMap { action -> [OPCUAReading] in
            if case .deliver(let samples) = action { samples.map(\.value) } else { [] }
        }
    }

    var gaps: [OPCUAGap] {
        actions.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    var answer: OPCUAClientAnswer? {
        for case .answered(let answer, _) in actions { return answer }
        return nil
    }
}

@Suite("OPC UA client: connecting")
struct OPCUAClientTests {
    static let basic = OPCUASecurityPolicy.basic256Sha256.rawValue
    static let secure: [(String, OPCUASecurityMode, password: String?)] = [
        (OPCUASecurityPolicy.none.rawValue, .none, nil), (basic, .sign, nil),
        (basic, .signAndEncrypt, OPCUASecurityPolicy.none.rawValue),
        ("http://opcfoundation.org/UA/SecurityPolicy#Basic256", .signAndEncrypt, nil),
    ]
    static let serverFingerprint = [UInt8](repeating: 9, count: 32)

    @Test("a session without security opens when it is chosen by name")
    func opensPlain() throws {
        var talk = OPCUAConversation()
        try talk.step(.start)
        #expect(talk.client.phase == .ready)
        #expect(
            talk.actions == [
                .opened(
                    OPCUAOpening(policy: .none, mode: .none, server: "Press", isResumed: false))
            ])
    }

    @Test("the best security is never none")
    func bestIsSecure() throws {
        var talk = OPCUAConversation(security: .best)
        try talk.step(.start)
        #expect(talk.client.phase == .waiting)
        #expect(
            talk.problems == [
                "the server offers no security that may be used, but: None none"
            ])
    }

    @Test("old policies are refused", arguments: ["Basic256", "Basic128Rsa15"])
    func oldPolicies(_ name: String) throws {
        var talk = OPCUAConversation(security: .best)
        talk.server.offers = [
            ("http://opcfoundation.org/UA/SecurityPolicy#" + name, .signAndEncrypt, nil)
        ]
        try talk.step(.start)
        #expect(talk.problems.first?.contains(name) == true)
        #expect(talk.client.phase == .waiting)
    }

    @Test("an untrusted certificate waits for a person, then the best security is taken")
    func trust() throws {
        var talk = OPCUAConversation(security: .best)
        talk.server.offers = Self.secure
        try talk.step(.start)
        #expect(talk.client.phase == .untrusted)
        guard case .needsTrust(let certificate)? = talk.actions.last else {
            Issue.record("nobody was asked")
            return
        }
        #expect(certificate.subject == "CN=9")
        try talk.pass(seconds: 3_600)
        #expect(talk.client.phase == .untrusted && talk.actions.isEmpty)
        try talk.step(.trust(fingerprint: [UInt8](repeating: 8, count: 32)))
        #expect(talk.client.phase == .untrusted)
        try talk.step(.start)
        #expect(talk.client.phase == .untrusted && talk.actions.count == 1)
        try talk.step(.trust(fingerprint: certificate.fingerprint))
        #expect(talk.client.phase == .ready)
        guard case .opened(let opening)? = talk.actions.last else {
            Issue.record("not open: \(talk.actions)")
            return
        }
        #expect(opening.policy == .basic256Sha256 && opening.mode == .signAndEncrypt)
    }

    @Test(
        "a channel that only signs, and one with a long key, open too", arguments: [256, 384, 512])
    func signs(_ keyBytes: Int) throws {
        var talk = OPCUAConversation(
            security: .exactly(.basic256Sha256, .sign), trusted: [Self.serverFingerprint],
            items: OPCUAConversation.items(3))
        talk.server.offers = Self.secure
        talk.server.cryptography = PretendCryptography(
            name: 9, keyBytes: keyBytes, uri: "urn:server")
        try talk.step(.start)
        #expect(talk.client.phase == .ready)
        try talk.notify(1, 42)
        #expect(talk.values == [.integer(42)])
    }

    @Test("keys shorter than 2,048 bits are refused")
    func shortKey() throws {
        var talk = OPCUAConversation(security: .best, trusted: [Self.serverFingerprint])
        talk.server.offers = Self.secure
        talk.server.cryptography = PretendCryptography(name: 9, keyBytes: 128)
        try talk.step(.start)
        #expect(talk.problems.first?.contains("bits of its RSA key 1024") == true)
    }

    @Test("a server that cannot prove its key is refused")
    func impostor() throws {
        var talk = OPCUAConversation(security: .best, trusted: [Self.serverFingerprint])
        talk.server.offers = Self.secure
        talk.server.cryptography.isImpostor = true
        try talk.step(.start)
        #expect(talk.problems.last?.contains("a signature that does not fit") == true)
        #expect(talk.client.phase == .waiting)
    }

    @Test("endpoints that were hidden are noticed")
    func downgrade() throws {
        var talk = OPCUAConversation(security: .best, trusted: [Self.serverFingerprint])
        talk.server.offers = Array(Self.secure[...1])
        talk.server.silence = [461, 826]
        try talk.step(.start)
        #expect(talk.client.phase == .creatingSession)
        talk.server.offers = Self.secure
        let request = try #require(talk.server.seen.last)
        try talk.receive(
            try talk.server.sealed(try talk.server.content(request), to: request.id))
        #expect(talk.problems.first?.contains("better security was hidden") == true)
    }

    @Test("a password never travels in clear")
    func clearPassword() throws {
        let name = OPCUAIdentity.userName("operator", password: Array("wheelwheel".utf8))
        let none = OPCUASecurityPolicy.none.rawValue
        for offer in [(none, .none, nil), (none, .none, none), (Self.basic, .sign, none)]
            as [(String, OPCUASecurityMode, String?)]
        {
            var talk = OPCUAConversation(
                security: .exactly(offer.0 == none ? .none : .basic256Sha256, offer.1),
                identity: name, trusted: [Self.serverFingerprint])
            talk.server.offers = [(offer.0, offer.1, password: offer.2)]
            try talk.step(.start)
            #expect(talk.problems.first?.contains("password sent in clear") == true)
            #expect(talk.sent.firstRange(of: Array("wheelwheel".utf8)) == nil)
        }
    }

    @Test("a password on a channel without security is encrypted, for a trusted server only")
    func encryptedPassword() throws {
        let name = OPCUAIdentity.userName("operator", password: Array("wheelwheel".utf8))
        var talk = OPCUAConversation(identity: name)
        talk.server.offers = [(OPCUASecurityPolicy.none.rawValue, .none, password: Self.basic)]
        try talk.step(.start)
        #expect(talk.client.phase == .untrusted)
        try talk.step(.trust(fingerprint: Self.serverFingerprint))
        #expect(talk.client.phase == .ready)
        #expect(talk.sent.firstRange(of: Array("wheelwheel".utf8)) == nil)
        var activation = try #require(talk.server.seen.first { $0.type == 467 })
        #expect(
            try Self.password(&activation, talk.server.cryptography) == Array("wheelwheel".utf8))
    }

    private static func password(
        _ request: inout SeenRequest, _ cryptography: PretendCryptography
    ) throws -> [UInt8] {
        _ = try request.body.string()
        _ = try request.body.byteString()
        _ = try request.body.count(of: 8)
        _ = try request.body.count(of: 4)
        let token = try request.body.extensionObject()
        #expect(token.type == OPCUANodeID(standard: 324))
        guard case .bytes(let bytes) = token.body else { return [] }
        var reader = OPCUAReader(bytes, doing: "reading an identity")
        _ = try reader.string()
        #expect(try reader.string() == "operator")
        let secret = try cryptography.decrypt(
            try #require(try reader.byteString()), .basic256Sha256)
        #expect(try reader.string() == OPCUASecurityPolicy.basic256Sha256.encryptionURI)
        var inner = OPCUAReader(secret, doing: "reading a secret")
        return Array(try #require(try inner.byteString()).dropLast(32))
    }

    @Test("a refused password is not tried again soon")
    func wrongPassword() throws {
        var talk = OPCUAConversation()
        talk.server.refusals[467] = .badUserAccessDenied
        try talk.step(.start)
        #expect(talk.problems == ["the server refuses ActivateSession: BadUserAccessDenied"])
        #expect(talk.client.deadline == 30 * OPCUAConversation.second)
    }

    @Test("the token is renewed at three quarters of its life")
    func renewal() throws {
        for security in [OPCUASecurityChoice.exactly(.none, .none), .best] {
            var talk = OPCUAConversation(
                security: security, trusted: [Self.serverFingerprint],
                items: OPCUAConversation.items(1))
            if security == .best { talk.server.offers = Self.secure }
            talk.server.lifetimeMilliseconds = 8_000
            try talk.step(.start)
            try talk.pass(seconds: 5)
            #expect(talk.client.channel?.token?.id == 1)
            try talk.pass(seconds: 1)
            #expect(talk.client.channel?.token?.id == 2)
            try talk.notify(1, 7)
            #expect(talk.values == [.integer(7)])
        }
    }

    @Test("a server that is silent is left, and asked again with growing pauses")
    func silent() throws {
        var talk = OPCUAConversation()
        talk.server.silence = [428]
        try talk.step(.start)
        try talk.pass(seconds: 10)
        #expect(talk.problems == ["no answer to GetEndpoints: BadTimeout"])
        #expect(talk.client.deadline == 11 * OPCUAConversation.second)
        try talk.pass(seconds: 1)
        try talk.pass(seconds: 10)
        #expect(talk.client.deadline == 23 * OPCUAConversation.second)
    }

    @Test("a new certificate of the server needs a person again")
    func newCertificate() throws {
        var talk = OPCUAConversation(security: .best, trusted: [Self.serverFingerprint])
        talk.server.offers = Self.secure
        try talk.step(.start)
        #expect(talk.client.phase == .ready)
        try talk.drop()
        talk.server.cryptography = PretendCryptography(name: 8, uri: "urn:server")
        talk.server.refusesChannels = true
        try talk.pass(seconds: 1)
        #expect(talk.client.phase == .openingChannel)
        try talk.drop()
        talk.server.refusesChannels = false
        try talk.pass(seconds: 2)
        #expect(talk.client.phase == .untrusted)
        guard case .needsTrust(let certificate)? = talk.actions.last else {
            Issue.record("nobody was asked")
            return
        }
        #expect(certificate.subject == "CN=8")
    }

    @Test("an error of the server is told with its reason")
    func error() throws {
        var talk = OPCUAConversation()
        talk.server.silence = [428]
        try talk.step(.start)
        try talk.receive(
            OPCUAGreeting.error(OPCUAStatus(0x807D_0000), reason: "come back later").encoded())
        #expect(
            talk.problems == [
                "the server ends the connection (come back later): BadTcpServerTooBusy"
            ])
    }

    @Test("the end closes subscription, session and channel")
    func finish() throws {
        var talk = OPCUAConversation(items: OPCUAConversation.items(1))
        try talk.step(.start)
        talk.sent = []
        try talk.step(.finish)
        #expect(talk.client.phase == .idle)
        var deframer = OPCUADeframer()
        deframer.append(talk.sent)
        var kinds: [OPCUAChunk.Kind] = []
        while let chunk = try deframer.next() { kinds.append(chunk.kind) }
        #expect(kinds == [.message, .message, .close])
        #expect(talk.client.deadline == nil)
        try talk.step(.start)
        #expect(talk.client.phase == .ready)
    }
}
