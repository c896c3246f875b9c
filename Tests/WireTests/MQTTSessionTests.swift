// MQTT sessions: acknowledging only what is stored, reconnection, limits, time-outs.

import Testing
import Wire

/// A session with a server in the hand of the test.
struct MQTTConversation {
    var session: MQTTSession
    var now: Int64 = 0
    var sent: [MQTTPacket] = []
    var effects: [MQTTSessionEffect] = []
    private var deframer = MQTTDeframer()

    init(
        _ version: MQTTVersion, subscriptions: [MQTTSubscription] = [],
        limits: MQTTSessionLimits = MQTTSessionLimits()
    ) throws {
        session = try MQTTSession(
            MQTTSessionSettings(
                version: version, clientID: "box", subscriptions: subscriptions, limits: limits))
    }

    /// Steps the session; `sent` and `effects` then hold what this event caused.
    mutating func step(_ event: MQTTSessionEvent) throws {
        sent = []
        effects = session.step(event, now: now)
        for case .send(let bytes) in effects {
            deframer.append(bytes)
            while let raw = try deframer.next() {
                sent.append(try MQTTPacket.decode(raw, version: session.settings.version))
            }
        }
    }

    mutating func receive(_ packets: MQTTPacket...) throws {
        try step(.received(packets.flatMap { try $0.encoded(session.settings.version) }))
    }

    mutating func open(sessionPresent: Bool = false, _ properties: MQTTProperties = []) throws {
        try step(.connected)
        #expect(sent.count == 1)
        try receive(
            .connectAcknowledgement(
                .init(sessionPresent: sessionPresent, code: 0, properties: properties)))
        #expect(session.phase == .ready)
    }

    mutating func drop() throws { try step(.disconnected) }

    var tokens: [MQTTDeliveryToken] {
        effects.compactMap { if case .deliver(_, let token) = $0 { token } else { nil } }
    }

    var end: MQTTSessionEnd? {
        for case .close(let end) in effects { return end }
        return nil
    }

    static func message(
        _ number: UInt16, _ qos: MQTTQoS = .atLeastOnce, isDuplicate: Bool = false
    ) -> MQTTPacket {
        .publish(
            MQTTPublish(
                MQTTMessage(topic: "t/\(number)", payload: [1], qos: qos),
                packetID: qos == .atMostOnce ? 0 : number, isDuplicate: isDuplicate))
    }
}

@Suite("MQTT session")
struct MQTTSessionTests {
    @Test("a message is acknowledged only after it is stored", arguments: MQTTVersion.allCases)
    func acknowledgeStored(_ version: MQTTVersion) throws {
        var talk = try MQTTConversation(version)
        try talk.open()
        try talk.receive(MQTTConversation.message(5))
        #expect(talk.sent.isEmpty)
        let token = try #require(talk.tokens.first)
        talk.now += 1_000_000_000
        try talk.step(.tick)
        #expect(talk.sent.isEmpty)
        try talk.step(.stored(token))
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 5))])
        try talk.step(.stored(token))
        #expect(talk.sent.isEmpty)
    }

    @Test(
        "QoS 2 is received once, also when the server repeats it", arguments: MQTTVersion.allCases)
    func exactlyOnce(_ version: MQTTVersion) throws {
        var talk = try MQTTConversation(version)
        try talk.open()
        try talk.receive(MQTTConversation.message(9, .exactlyOnce))
        let token = try #require(talk.tokens.first)
        try talk.step(.stored(token))
        #expect(talk.sent == [.publishReceived(.init(packetID: 9))])
        try talk.drop()
        try talk.open(sessionPresent: true)
        try talk.receive(MQTTConversation.message(9, .exactlyOnce, isDuplicate: true))
        #expect(talk.tokens.isEmpty)
        #expect(talk.sent == [.publishReceived(.init(packetID: 9))])
        try talk.receive(.publishRelease(.init(packetID: 9)))
        #expect(talk.sent == [.publishComplete(.init(packetID: 9))])
        try talk.receive(MQTTConversation.message(9, .exactlyOnce))
        #expect(talk.tokens.count == 1)
    }

    @Test("acknowledgements leave in the order of arrival")
    func order() throws {
        var talk = try MQTTConversation(.v311)
        try talk.open()
        try talk.receive(
            MQTTConversation.message(1), MQTTConversation.message(2), MQTTConversation.message(3))
        let tokens = talk.tokens
        try talk.step(.stored(tokens[1]))
        #expect(talk.sent.isEmpty)
        try talk.step(.stored(tokens[0]))
        #expect(talk.sent == [1, 2].map { .publishAcknowledged(.init(packetID: $0)) })
        try talk.step(.stored(tokens[2]))
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 3))])
    }

    @Test("a repeated message that waits for the store is not delivered twice")
    func repeatedAfterReconnect() throws {
        var talk = try MQTTConversation(.v311)
        try talk.open()
        try talk.receive(MQTTConversation.message(1), MQTTConversation.message(2))
        let tokens = talk.tokens
        try talk.drop()
        try talk.step(.stored(tokens[0]))
        #expect(talk.sent.isEmpty)
        try talk.open(sessionPresent: true)
        try talk.receive(
            MQTTConversation.message(1, isDuplicate: true),
            MQTTConversation.message(2, isDuplicate: true))
        #expect(talk.tokens.isEmpty)
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 1))])
        try talk.step(.stored(tokens[1]))
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 2))])
    }

    @Test("an id that the server gives to another message is delivered as new")
    func reusedID() throws {
        var talk = try MQTTConversation(.v311)
        try talk.open()
        try talk.receive(MQTTConversation.message(1))
        let old = talk.tokens
        try talk.drop()
        try talk.open(sessionPresent: false)
        try talk.receive(MQTTConversation.message(1))
        let new = talk.tokens
        #expect(new.count == 1 && new != old)
        try talk.step(.stored(old[0]))
        #expect(talk.sent.isEmpty)
        try talk.step(.stored(new[0]))
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 1))])
    }

    @Test("3.1.1 stops reading at 64 waiting messages and goes on when one is stored")
    func pausing() throws {
        var talk = try MQTTConversation(.v311)
        try talk.open()
        let bytes = try (1...70).flatMap { try MQTTConversation.message(UInt16($0)).encoded(.v311) }
        try talk.step(.received(bytes))
        let tokens = talk.tokens
        #expect(tokens.count == 64)
        #expect(talk.effects.last == .pauseReading)
        #expect(talk.session.waitingForStore == 64)
        try talk.step(.stored(tokens[0]))
        #expect(talk.sent == [.publishAcknowledged(.init(packetID: 1))])
        #expect(talk.tokens.count == 1)
        for token in tokens[1...6] { try talk.step(.stored(token)) }
        #expect(talk.effects.contains(.resumeReading))
        #expect(talk.session.waitingForStore == 63)
    }

    @Test("version 5 announces 64 and closes when the server sends more")
    func receiveMaximum() throws {
        var talk = try MQTTConversation(.v5)
        try talk.step(.connected)
        guard case .connect(let connect) = talk.sent[0] else {
            Issue.record("no CONNECT")
            return
        }
        #expect(connect.properties.number(.receiveMaximum) == 64)
        #expect(connect.properties.number(.maximumPacketSize) == 1 << 20)
        #expect(!connect.cleanStart)
        try talk.receive(.connectAcknowledgement(.init(sessionPresent: false, code: 0)))
        let bytes = try (1...65).flatMap { try MQTTConversation.message(UInt16($0)).encoded(.v5) }
        try talk.step(.received(bytes))
        #expect(talk.tokens.count == 64)
        #expect(talk.sent == [.disconnect(.init(reason: 0x93))])
        #expect(talk.end == .violation("more messages than the receive maximum"))
    }

    @Test("topics are asked for after connecting, and again only when the server forgot them")
    func subscribing() throws {
        let wanted = [MQTTSubscription(filter: "a/#", qos: .atLeastOnce)]
        var talk = try MQTTConversation(.v311, subscriptions: wanted)
        try talk.open()
        #expect(talk.sent == [.subscribe(.init(packetID: 1, subscriptions: wanted))])
        try talk.receive(.subscribeAcknowledgement(.init(packetID: 1, codes: [1])))
        guard case .subscribed(let results)? = talk.effects.first else {
            Issue.record("no result")
            return
        }
        #expect(results.map(\.granted) == [.atLeastOnce])
        try talk.drop()
        try talk.open(sessionPresent: true)
        #expect(talk.sent.isEmpty)
        try talk.step(
            .subscribe([
                .init(filter: "b", qos: .atMostOnce), .init(filter: "#b", qos: .atMostOnce),
            ]))
        #expect(talk.sent.count == 1)
        #expect(talk.effects.count == 2)
        try talk.drop()
        try talk.open(sessionPresent: false)
        #expect(
            talk.sent.map {
                if case .subscribe(let request) = $0 {
                    request.subscriptions.map(\.filter)
                } else {
                    []
                }
            } == [["a/#", "b"]])
        try talk.step(.unsubscribe(["b"]))
        #expect(talk.sent == [.unsubscribe(.init(packetID: 4, filters: ["b"]))])
        try talk.receive(.unsubscribeAcknowledgement(.init(packetID: 4, codes: [])))
        #expect(talk.end == nil)
    }

    @Test("a ping is sent in silence, and a missing answer closes the connection")
    func keepAlive() throws {
        var talk = try MQTTConversation(.v311)
        try talk.open()
        #expect(talk.session.deadline == 22_500_000_000)
        talk.now = 22_500_000_000
        try talk.step(.tick)
        #expect(talk.sent == [.pingRequest])
        talk.now += 1
        try talk.receive(.pingResponse)
        talk.now = 50_000_000_000
        try talk.step(.tick)
        #expect(talk.sent == [.pingRequest])
        talk.now = try #require(talk.session.deadline)
        #expect(talk.now == 60_000_000_000)
        try talk.step(.tick)
        #expect(talk.end == .timedOut(awaiting: "the answer to a ping"))
        #expect(talk.session.deadline == nil)
    }

    @Test("a missing answer to CONNECT or SUBSCRIBE closes the connection")
    func timeouts() throws {
        var talk = try MQTTConversation(.v5, subscriptions: [.init(filter: "a", qos: .atMostOnce)])
        try talk.step(.connected)
        talk.now = try #require(talk.session.deadline)
        try talk.step(.tick)
        #expect(talk.end == .timedOut(awaiting: "the answer to CONNECT"))
        try talk.drop()
        try talk.open()
        talk.now = try #require(talk.session.deadline)
        try talk.step(.tick)
        #expect(talk.end == .timedOut(awaiting: "the answer to SUBSCRIBE"))
    }

    @Test("messages of QoS 1 wait for a connection and are repeated with DUP after it was lost")
    func sending() throws {
        var talk = try MQTTConversation(.v311)
        let message = MQTTMessage(topic: "a", payload: [1], qos: .atLeastOnce)
        try talk.step(.publish(message, id: 7))
        #expect(talk.effects.isEmpty)
        try talk.step(.publish(MQTTMessage(topic: "a", payload: []), id: 8))
        #expect(talk.effects == [.publishRefused(id: 8, .notConnected)])
        try talk.open()
        #expect(talk.sent == [.publish(.init(message, packetID: 1))])
        try talk.drop()
        try talk.open(sessionPresent: true)
        #expect(talk.sent == [.publish(.init(message, packetID: 1, isDuplicate: true))])
        try talk.receive(.publishAcknowledged(.init(packetID: 1)))
        #expect(talk.effects == [.published(id: 7)])
        try talk.receive(.publishAcknowledged(.init(packetID: 1)))
        #expect(talk.effects.isEmpty)
    }

    @Test("the server's limits are kept when sending")
    func serverLimits() throws {
        var talk = try MQTTConversation(.v5, limits: MQTTSessionLimits(outboundQueue: 2))
        try talk.open(
            sessionPresent: false,
            [
                .init(.receiveMaximum, .number(1)), .init(.maximumPacketSize, .number(20)),
                .init(.serverKeepAlive, .number(4)), .init(.retainAvailable, .number(0)),
            ])
        #expect(talk.session.deadline == 3_000_000_000)
        let message = MQTTMessage(topic: "a", payload: [1], qos: .atLeastOnce)
        try talk.step(.publish(message, id: 1))
        #expect(talk.sent.count == 1)
        try talk.step(.publish(message, id: 2))
        #expect(talk.sent.isEmpty)
        try talk.step(.publish(message, id: 3))
        #expect(talk.effects == [.publishRefused(id: 3, .queueFull(limit: 2))])
        try talk.receive(.publishAcknowledged(.init(packetID: 1, reason: 0x87)))
        #expect(talk.sent.count == 1)
        #expect(
            talk.effects.first
                == .publishRefused(id: 1, .rejected(MQTTReason(code: 0x87, version: .v5))))
        for refused in [
            MQTTMessage(topic: "a", payload: [UInt8](repeating: 0, count: 20)),
            MQTTMessage(topic: "a", payload: [], isRetained: true),
            MQTTMessage(topic: "a/+", payload: []),
            MQTTMessage(topic: "a", payload: [], qos: .exactlyOnce),
        ] {
            try talk.step(.publish(refused, id: 9))
            guard case .publishRefused(id: 9, .invalid)? = talk.effects.first else {
                Issue.record("\(refused) was sent")
                return
            }
        }
    }

    @Test("refusals, ends by the server and nonsense close with their reason")
    func ends() throws {
        var talk = try MQTTConversation(.v311)
        try talk.step(.connected)
        try talk.receive(.connectAcknowledgement(.init(sessionPresent: false, code: 5)))
        #expect(talk.end == .refused(MQTTReason(code: 5, version: .v311)))
        #expect(MQTTReason(code: 5, version: .v311).description == "code 0x05: not authorised")
        try talk.drop()
        try talk.step(.connected)
        try talk.receive(MQTTConversation.message(1))
        #expect(talk.end == .violation("a packet before the answer to CONNECT"))
        var five = try MQTTConversation(.v5)
        try five.open()
        try five.receive(.disconnect(.init(reason: 0x8E)))
        #expect(five.end == .serverDisconnected(MQTTReason(code: 0x8E, version: .v5)))
        try five.drop()
        try five.open()
        try five.step(.received([0x00, 0x00]))
        guard case .malformed? = five.end else {
            Issue.record("\(five.effects)")
            return
        }
        #expect(five.sent == [.disconnect(.init(reason: 0x81))])
        try five.drop()
        try five.open()
        try five.step(.disconnect(sendWill: true))
        #expect(five.sent == [.disconnect(.init(reason: 4))])
        #expect(five.end == .finished)
    }

    @Test("any splitting of what the server sends has the same effects")
    func splitting() throws {
        var generator = SeededGenerator(seed: 41)
        var stream = try MQTTPacket.connectAcknowledgement(.init(sessionPresent: false, code: 0))
            .encoded(.v5)
        for number in 1...40 {
            stream += try MQTTConversation.message(
                UInt16(number), MQTTQoS.allCases[number % 3]
            ).encoded(.v5)
        }
        var whole = try MQTTConversation(.v5)
        try whole.step(.connected)
        try whole.step(.received(stream))
        for largest in [1, 4, 30] {
            var talk = try MQTTConversation(.v5)
            try talk.step(.connected)
            var effects: [MQTTSessionEffect] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...largest, using: &generator))
                rest = rest.dropFirst(piece.count)
                try talk.step(.received(Array(piece)))
                effects += talk.effects
            }
            #expect(effects == whole.effects)
        }
    }
}
