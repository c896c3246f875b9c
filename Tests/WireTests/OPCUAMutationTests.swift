// Some 200,000 changed answers and conversations of OPC UA servers never trap.

import Testing

@testable import Wire

@Suite("OPC UA: mutated inputs")
struct OPCUAMutationTests {
    private static func mutated(
        _ seed: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let byte = UInt8.random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = byte
            case 1 where place < bytes.count: bytes[place] ^= 1 << (byte & 7)
            case 2: bytes.insert(byte, at: place)
            case 3: bytes = Array(bytes[..<place])
            case 4: bytes += bytes[place...].prefix(64)
            case 5 where place + 4 <= bytes.count:
                let numbers: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
                for offset in 0..<4 {
                    bytes[place + offset] = numbers.randomElement(using: &generator) ?? 0
                }
            default:
                if place < bytes.count { bytes.remove(at: place) }
            }
        }
        return bytes
    }

    /// Answers of every service.
    private static func answers() throws -> [[UInt8]] {
        var server = OPCUAPretendServer()
        server.offers = OPCUAClientTests.secure
        let header = OPCUARequestHeader(time: .unknown, handle: 1, timeoutMilliseconds: 0)
        let requests: [OPCUARequest] = [
            .getEndpoints(url: "u"),
            .createSession(
                OPCUASessionRequest(
                    applicationURI: "a", productURI: "p", applicationName: "n",
                    endpointURL: "u", name: "s", nonce: [1], certificate: [2],
                    timeoutMilliseconds: 1)),
            .activateSession(
                OPCUAActivation(
                    signature: OPCUASignature(), locales: [], identity: .anonymous(policy: "a"))),
            .browse([OPCUABrowseDescription(node: .objects)], most: 1),
            .translateBrowsePaths([OPCUABrowsePath(names: [])]),
            .read(OPCUAServerLimits.targets, maximumAge: 0),
            .historyRead(OPCUAHistoryRead(.objects, from: .unknown, until: .unknown, most: 1)),
            .createSubscription(
                OPCUASubscriptionParameters(
                    publishingMilliseconds: 1, lifetimeCount: 3, keepAliveCount: 1,
                    maximumNotifications: 0)),
            .createMonitoredItems(
                subscription: 1,
                [
                    OPCUAMonitoredItem(
                        OPCUAReadTarget(.objects), handle: 1, samplingMilliseconds: 1,
                        deadband: .absolute(1), queueSize: 2)
                ]),
            .transferSubscriptions([1], sendsInitialValues: true),
            .deleteSubscriptions([1]),
        ]
        var answers = try requests.map { request in
            try server.content(
                try OPCUAPretendServer.request(
                    OPCUAOpenedChunk(
                        channel: 0, token: 0, sequence: 0, request: 1,
                        body: request.encoded(header))))
        }
        let values = OPCUABuiltInTests.variants.enumerated().map {
            (UInt32($0), OPCUADataValue($1, status: .good, sourceTime: .unknown))
        }
        server.kept[1] = OPCUAPretendServer.notification(
            1, [OPCUAPretendServer.change(values), OPCUAPretendServer.statusChange(.good)])
        answers.append(
            try server.content(
                try OPCUAPretendServer.request(
                    OPCUAOpenedChunk(
                        channel: 0, token: 0, sequence: 0, request: 1,
                        body: OPCUARequest.republish(subscription: 1, sequence: 1)
                            .encoded(header)))))
        return answers
    }

    @Test("answers of every service, whole, cut and changed")
    func answers() throws {
        var generator = SeededGenerator(seed: 0x4F50_4355)
        var good = 0
        for answer in try Self.answers() {
            #expect(throws: Never.self) { try OPCUAAnswer.decode(answer) }
            for count in 0..<answer.count where count < 24 {
                #expect(throws: FrameError.self) { try OPCUAAnswer.decode(Array(answer[..<count])) }
            }
            for count in 0..<answer.count { _ = try? OPCUAAnswer.decode(Array(answer[..<count])) }
            good += (0..<14_000).count { _ in
                (try? OPCUAAnswer.decode(Self.mutated(answer, &generator))) != nil
            }
        }
        #expect(good > 0)
    }

    @Test("conversations with a server that goes mad", arguments: [false, true])
    func conversations(_ isSecure: Bool) throws {
        var talk = OPCUAConversation(
            security: isSecure ? .best : .exactly(.none, .none),
            trusted: [OPCUAClientTests.serverFingerprint], items: OPCUAConversation.items(3))
        if isSecure { talk.server.offers = OPCUAClientTests.secure }
        let fresh = talk.client
        try talk.step(.start)
        try talk.notify(1, 10)
        try talk.notify(3, 30)
        var generator = SeededGenerator(seed: 0x4D61_6421)
        var opened = 0
        for round in 0..<18_000 {
            let bytes = Self.mutated(talk.received, &generator)
            let size = 1 + Int.random(in: 0..<600, using: &generator)
            var client = fresh
            var actions = client.step(.start, now: 0, wallTime: 0)
            actions += client.step(.connected, now: 0, wallTime: 0)
            var rest = bytes[...]
            while !rest.isEmpty {
                let new = client.step(
                    .received(Array(rest.prefix(size))), now: Int64(round), wallTime: 0)
                rest = rest.dropFirst(size)
                actions += new
                if new.contains(.close) {
                    actions += client.step(.closed, now: 1, wallTime: 0)
                    actions += client.step(.connected, now: 1, wallTime: 0)
                }
            }
            opened += actions.count { if case .opened = $0 { true } else { false } }
            _ = client.deadline
        }
        #expect(opened > 0)
    }
}
