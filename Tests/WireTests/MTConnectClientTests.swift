// A client against an agent in the same process: nothing twice, and every loss is told.

import Testing
import Wire

/// A client, an agent and the connections between them, in the hand of the test.
struct MTConnectConversation {
    var client: MTConnectClient
    var agent: MTConnectAgent
    var now: Int64 = 0
    /// False when the agent is switched off.
    var isReachable = true
    /// False when an agent answers requests for streams with one document.
    var offersStreams = true
    /// False when an agent does not say how its parts are told apart.
    var offersBoundary = true
    var partsBoundary = "b"
    var targets: [String] = []
    var cancelled = 0
    var delivered: [MTConnectObservation] = []
    var deliveries: [MTConnectDelivery] = []
    var gaps: [MTConnectGap] = []
    var models: [MTConnectDevices] = []
    var assets: [MTConnectAsset] = []
    var troubles: [MTConnectTrouble] = []
    var conditions = MTConnectConditions()
    /// The run of the agent of each delivered observation.
    var instances: [UInt64] = []
    private var streams: [MTConnectRequestID: MTConnectAgentStream] = [:]
    private var pending: [MTConnectClientRequest] = []

    init(
        _ settings: MTConnectClientSettings = MTConnectClientSettings(),
        cursor: MTConnectCursor? = nil, capacity: Int = 1_000
    ) throws {
        client = MTConnectClient(settings, cursor: cursor)
        agent = try AgentModel.agent(capacity: capacity)
    }

    mutating func step(_ event: MTConnectClientEvent) {
        for action in client.step(event, now: now) {
            switch action {
            case .request(let request):
                targets.append(request.target)
                pending.append(request)
            case .cancel(let id):
                cancelled += 1
                streams[id] = nil
                pending.removeAll { $0.id == id }
            case .devices(let devices): models.append(devices)
            case .deliver(let delivery):
                deliveries.append(delivery)
                delivered += delivery.observations
                instances += delivery.observations.map { _ in delivery.cursor.instanceID }
                if let snapshot = delivery.snapshot { conditions.replace(with: snapshot) }
                for one in delivery.observations { conditions.apply(one) }
            case .gap(let gap): gaps.append(gap)
            case .assets(let new): assets += new
            case .trouble(let trouble): troubles.append(trouble)
            case .wait: break
            }
        }
    }

    /// Answers what is asked and sends what streams have to send.
    mutating func settle() throws {
        for _ in 0..<100 {
            if !pending.isEmpty {
                let request = pending.removeFirst()
                answer(request)
                continue
            }
            guard isReachable, try sendParts() else { return }
        }
    }

    private mutating func answer(_ request: MTConnectClientRequest) {
        guard isReachable else { return step(.failed(request.id, reason: "refused")) }
        var target = request.target
        if !offersStreams, let place = target.firstRange(of: "&interval") {
            target = String(target[..<place.lowerBound])
        }
        switch agent.answer(target, time: now) {
        case .document(let bytes):
            step(.opened(request.id, status: 200, contentType: "text/xml"))
            step(.received(request.id, Array(bytes.prefix(100))))
            step(.received(request.id, Array(bytes.dropFirst(100))))
            step(.closed(request.id))
        case .stream(let stream):
            let type =
                offersBoundary
                ? MTConnectAgentStream.contentType(boundary: "b") : "multipart/mixed"
            streams[request.id] = stream
            step(.opened(request.id, status: 200, contentType: type))
        }
    }

    private mutating func sendParts() throws -> Bool {
        var hasSent = false
        for id in streams.keys.sorted(by: { $0.number < $1.number }) {
            guard let bytes = streams[id]?.document(from: agent, now: now, time: now) else {
                continue
            }
            let frame = MTConnectAgentStream.frame(bytes, boundary: partsBoundary)
            step(.received(id, Array(frame.prefix(frame.count / 2))))
            step(.received(id, Array(frame.dropFirst(frame.count / 2))))
            hasSent = true
        }
        return hasSent
    }

    /// Breaks all connections.
    mutating func breakConnections() {
        let ids = streams.keys.sorted { $0.number < $1.number }
        streams = [:]
        for id in ids { step(.failed(id, reason: "reset")) }
    }

    /// Lets time pass in steps of 100 ms.
    mutating func pass(seconds: Double) throws {
        for _ in 0..<Int(seconds * 10) {
            now += 100_000_000
            step(.tick)
            try settle()
        }
    }

    mutating func start() throws {
        step(.start)
        try settle()
    }

    /// The program is started anew: what is known is the stored cursor.
    mutating func restartClient(_ settings: MTConnectClientSettings) throws {
        streams = [:]
        pending = []
        conditions.forget()
        client = MTConnectClient(settings, cursor: deliveries.last?.cursor)
        try start()
    }

    /// Another run of the agent with an empty buffer.
    mutating func restartAgent(_ instanceID: UInt64, capacity: Int = 1_000) throws {
        breakConnections()
        agent = try AgentModel.agent(instanceID: instanceID, capacity: capacity)
    }
}

@Suite("MTConnect client")
struct MTConnectClientTests {
    @Test("it probes, asks for the current state and streams what follows")
    func beginning() throws {
        var talk = try MTConnectConversation()
        #expect(talk.client.deadline == nil)
        try talk.start()
        #expect(
            talk.targets == [
                "/probe", "/current", "/sample?from=14&count=1000&interval=500&heartbeat=10000",
            ])
        #expect(talk.models.first?.devices.count == 2)
        #expect(talk.delivered.count == 13)
        #expect(talk.deliveries.first?.snapshot?.count == 13)
        #expect(talk.client.cursor == MTConnectCursor(instanceID: 1, next: 14))
        #expect(talk.client.phase == .sampling && talk.client.isStreaming)
        try talk.agent.add(.number(1), to: "s-load", at: 5)
        try talk.agent.add(.text("ACTIVE"), to: "exec", at: 6)
        try talk.pass(seconds: 1)
        #expect(talk.delivered.suffix(2).map(\.sequence) == [14, 15])
        #expect(talk.client.cursor?.next == 16)
        try talk.pass(seconds: 60)
        #expect(talk.troubles.isEmpty && talk.targets.count == 3 && talk.gaps.isEmpty)
    }

    @Test("device and path are asked for, encoded")
    func settings() throws {
        var talk = try MTConnectConversation(
            MTConnectClientSettings(device: "Lathe", path: "//Linear[@name=\"X\"]"))
        try talk.start()
        #expect(talk.targets.first == "/Lathe/probe")
        #expect(talk.targets.last?.hasSuffix("&path=%2F%2FLinear%5B%40name%3D%22X%22%5D") == true)
        #expect(Set(talk.delivered.map(\.dataItemID)) == ["xpos", "xvib", "xtravel"])
        try talk.agent.add(.number(1), to: "s-load", at: 5)
        try talk.agent.add(.number(2), to: "xpos", at: 5)
        try talk.pass(seconds: 1)
        #expect(talk.delivered.count == 4 && talk.client.cursor?.next == 16)
    }

    @Test("after a broken connection it goes on where it was, nothing twice")
    func reconnection() throws {
        var talk = try MTConnectConversation()
        try talk.start()
        try talk.agent.add(.number(1), to: "s-load", at: 5)
        try talk.pass(seconds: 1)
        talk.isReachable = false
        talk.breakConnections()
        try talk.agent.add(.number(2), to: "s-load", at: 6)
        try talk.pass(seconds: 20)
        let waits = talk.targets.count
        #expect(waits >= 6 && waits <= 9)
        talk.isReachable = true
        try talk.pass(seconds: 61)
        #expect(talk.delivered.map(\.sequence) == (1...15).map { UInt64($0) })
        #expect(talk.gaps.isEmpty && talk.models.count == 1)
    }

    @Test("silence of two heartbeats ends the stream; twice silent streams are given up")
    func silence() throws {
        var talk = try MTConnectConversation()
        try talk.start()
        talk.isReachable = false
        try talk.pass(seconds: 19.9)
        #expect(talk.cancelled == 0)
        try talk.pass(seconds: 0.2)
        #expect(talk.cancelled == 1)
        guard case .silent? = talk.troubles.first else {
            Issue.record("no silence")
            return
        }
        var silent = MTConnectClient(
            MTConnectClientSettings(), cursor: MTConnectCursor(instanceID: 1, next: 1))
        var now: Int64 = 0
        var queue = silent.step(.start, now: now)
        let agent = try AgentModel.agent()
        for _ in 0..<200 where silent.isStreaming {
            while !queue.isEmpty {
                guard case .request(let request) = queue.removeFirst(), request.path != "/sample",
                    case .document(let bytes) = agent.answer(request.target, time: 0)
                else { continue }
                queue += silent.step(.received(request.id, bytes), now: now)
                queue += silent.step(.closed(request.id), now: now)
            }
            now += 1_000_000_000
            queue += silent.step(.tick, now: now)
        }
        #expect(!silent.isStreaming)
    }

    @Test("an agent that does not stream is asked again and again")
    func polling() throws {
        var talk = try MTConnectConversation()
        talk.offersStreams = false
        try talk.start()
        try talk.pass(seconds: 5)
        #expect(talk.troubles == [.pollingInstead])
        #expect(talk.targets.last == "/sample?from=14&count=1000")
        #expect(talk.targets.count >= 10 && talk.targets.count <= 14)
        for number in 0..<5 { try talk.agent.add(.number(Double(number)), to: "s-load", at: 1) }
        try talk.pass(seconds: 1)
        #expect(talk.delivered.map(\.sequence) == (1...18).map { UInt64($0) })
    }

    @Test("streams whose parts cannot be told apart are given up, without a gap")
    func misframed() throws {
        var talk = try MTConnectConversation()
        talk.partsBoundary = "another"
        talk.offersBoundary = false
        try talk.start()
        try talk.pass(seconds: 10)
        #expect(!talk.client.isStreaming && talk.gaps.isEmpty)
        #expect(talk.troubles.contains(.pollingInstead))
        try talk.agent.add(.number(1), to: "s-load", at: 1)
        try talk.pass(seconds: 1)
        #expect(talk.delivered.map(\.sequence) == (1...14).map { UInt64($0) })
    }

    @Test("when asked again and again, pages follow each other at once until the end")
    func pages() throws {
        var talk = try MTConnectConversation(
            MTConnectClientSettings(count: 10, isStreaming: false))
        try talk.start()
        for number in 0..<95 { try talk.agent.add(.number(Double(number)), to: "s-load", at: 1) }
        try talk.pass(seconds: 0.6)
        #expect(talk.delivered.map(\.sequence) == (1...108).map { UInt64($0) })
        #expect(talk.troubles.isEmpty)
    }

    @Test("a stored cursor goes on, and the current state is for those who follow states")
    func restart() throws {
        var talk = try MTConnectConversation(cursor: MTConnectCursor(instanceID: 1, next: 12))
        try talk.start()
        try talk.pass(seconds: 1)
        #expect(talk.targets.map { $0.prefix(8) } == ["/probe", "/current", "/sample?"])
        #expect(talk.deliveries.first?.observations.isEmpty == true)
        #expect(talk.deliveries.first?.snapshot?.count == 13)
        #expect(talk.deliveries.first?.cursor.next == 12)
        #expect(talk.delivered.map(\.sequence) == [12, 13])
        #expect(talk.gaps.isEmpty)
    }

    @Test("a buffer that has gone on is a gap with its numbers, and the rest is read")
    func overrun() throws {
        var talk = try MTConnectConversation(capacity: 20)
        try talk.start()
        talk.isReachable = false
        talk.breakConnections()
        try talk.agent.add(.text("ACTIVE"), to: "exec", at: 1)
        for number in 0..<50 { try talk.agent.add(.number(Double(number)), to: "s-load", at: 1) }
        talk.isReachable = true
        try talk.pass(seconds: 5)
        // 14 (exec) is still the current state; 15 to 44 are lost; 45 to 64 are in the buffer.
        #expect(talk.delivered.map(\.sequence) == (1...14).map { $0 } + (45...64).map { $0 })
        #expect(
            talk.gaps == [
                MTConnectGap(
                    instanceID: 1, from: 14, to: 44, missed: 30, reason: .bufferOverrun)
            ])
        #expect(talk.client.cursor?.next == 65)
    }

    @Test("another run of the agent is a gap, a probe, and its whole buffer")
    func newInstance() throws {
        var talk = try MTConnectConversation()
        try talk.start()
        try talk.restartAgent(2)
        try talk.agent.add(.number(7), to: "s-load", at: 1)
        try talk.pass(seconds: 5)
        #expect(
            talk.gaps == [
                MTConnectGap(
                    instanceID: 1, from: 14, to: nil, missed: nil,
                    reason: .instanceChanged(from: 1, to: 2))
            ])
        #expect(talk.models.count == 2)
        #expect(talk.delivered.dropFirst(13).map(\.sequence) == (1...14).map { UInt64($0) })
        #expect(talk.client.cursor == MTConnectCursor(instanceID: 2, next: 15))
    }

    @Test("an agent that counts from an earlier number is a gap without an end")
    func wentBack() throws {
        var talk = try MTConnectConversation(cursor: MTConnectCursor(instanceID: 1, next: 500))
        try talk.start()
        try talk.pass(seconds: 5)
        #expect(talk.gaps.map(\.reason) == [.sequenceWentBack])
        #expect(talk.delivered.map(\.sequence) == (1...13).map { UInt64($0) })
    }

    @Test("observations that cannot be read are given up after three tries")
    func unreadable() throws {
        var client = MTConnectClient(
            MTConnectClientSettings(isStreaming: false),
            cursor: MTConnectCursor(instanceID: 1, next: 14))
        var agent = try AgentModel.agent()
        for number in 0..<3 { try agent.add(.number(Double(number)), to: "s-load", at: 1) }
        var now: Int64 = 0
        var gaps: [MTConnectGap] = []
        var tries = 0
        var queue = client.step(.start, now: now)
        for _ in 0..<200 where gaps.isEmpty {
            while !queue.isEmpty {
                let action = queue.removeFirst()
                if case .gap(let gap) = action { gaps.append(gap) }
                guard case .request(let request) = action,
                    case .document(let bytes) = agent.answer(request.target, time: now)
                else { continue }
                let isSample = request.path == "/sample"
                if isSample, gaps.isEmpty { tries += 1 }
                let body = isSample ? Array(bytes.dropLast(3)) : bytes
                queue += client.step(.received(request.id, body), now: now)
                queue += client.step(.closed(request.id), now: now)
            }
            now += 1_000_000_000
            queue += client.step(.tick, now: now)
        }
        #expect(tries == 3)
        #expect(gaps.map(\.reason) == [.unreadable])
        #expect(gaps.first?.from == 14 && gaps.first?.to == 16 && gaps.first?.missed == 2)
    }

    @Test("assets that change are asked for by their identifiers")
    func assets() throws {
        var talk = try MTConnectConversation()
        try talk.start()
        for id in ["T 1", "T;2"] {
            try talk.agent.add(MTConnectAsset(id: id, type: "CuttingTool"), at: 5)
        }
        try talk.pass(seconds: 1)
        #expect(talk.targets.suffix(2) == ["/asset/T%201", "/asset/T%3B2"])
        #expect(talk.assets.map(\.id) == ["T 1"])
        #expect(talk.client.phase == .sampling && talk.troubles.count == 1)
    }

    @Test("web pages, answers that were not asked for and errors are told and tried again")
    func troubles() throws {
        for (status, body) in [
            (404, "<html><body>no</body></html>"), (200, "nonsense"),
            (200, "<MTConnectAssets><Header instanceId='1'/></MTConnectAssets>"),
            (
                404,
                "<MTConnectError><Errors><Error errorCode='NO_DEVICE'>x</Error></Errors>"
                    + "</MTConnectError>"
            ),
        ] {
            var client = MTConnectClient(MTConnectClientSettings())
            guard case .request(let request)? = client.step(.start, now: 0).first else {
                Issue.record("no request")
                return
            }
            _ = client.step(.opened(request.id, status: status, contentType: "text/html"), now: 1)
            _ = client.step(.received(request.id, Array(body.utf8)), now: 1)
            let actions = client.step(.closed(request.id), now: 1)
            #expect(actions.count == 2)
            #expect(actions.last == .wait(until: 1_000_000_001))
            #expect(client.deadline == 1_000_000_001)
            let again = client.step(.tick, now: 1_000_000_001)
            #expect(again.count == 1)
            #expect(client.step(.stop, now: 2_000_000_000).count == 1)
            #expect(client.deadline == nil)
        }
    }

    /// One of some conditions, picked by a number from 0 to 0.3.
    private static func health(_ number: Double) -> MTConnectValue {
        if number < 0.01 { return .unavailable }
        if number < 0.03 { return .condition(.init(level: .normal)) }
        let level = number < 0.15 ? MTConnectCondition.Level.normal : .fault
        let code = "\(Int(number * 1_000) % 4)"
        return .condition(.init(level: level, nativeCode: code, text: "\(number)"))
    }

    private static func active(_ conditions: MTConnectConditions) -> Set<MTConnectCondition> {
        Set(conditions.active.flatMap(\.conditions).map(\.condition))
    }

    @Test("through breaks, overruns and restarts each observation comes once or is in a gap")
    func everything() throws {
        var generator = SeededGenerator(seed: 0x4D54)
        var gaps = 0
        for round in 0..<12 {
            let settings = MTConnectClientSettings(
                intervalMilliseconds: 100, heartbeatMilliseconds: 1_000,
                count: Int.random(in: 1...40, using: &generator),
                isStreaming: Bool.random(using: &generator))
            var talk = try MTConnectConversation(settings, capacity: 30)
            talk.offersStreams = round % 3 != 0
            var lastOf: [UInt64: UInt64] = [:]
            var instance: UInt64 = 1
            try talk.start()
            for _ in 0..<60 {
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: talk.breakConnections()
                case 1:
                    lastOf[instance] = talk.agent.buffer.lastSequence
                    instance += 1
                    try talk.restartAgent(instance, capacity: 30)
                case 2: talk.isReachable.toggle()
                case 3: try talk.restartClient(settings)
                default:
                    for _ in 0..<Int.random(in: 0...20, using: &generator) {
                        let value = Double.random(in: 0...1, using: &generator)
                        if value < 0.3 { try talk.agent.add(Self.health(value), to: "sys", at: 1) }
                        let id = ["xpos", "s-load"].randomElement(using: &generator) ?? "xpos"
                        try talk.agent.add(.number(value), to: id, at: talk.now)
                    }
                }
                try talk.pass(seconds: 0.3)
            }
            talk.isReachable = true
            try talk.pass(seconds: 70)
            lastOf[instance] = talk.agent.buffer.lastSequence
            var truth = MTConnectConditions()
            truth.replace(with: talk.agent.buffer.latest.observations)
            #expect(Self.active(talk.conditions) == Self.active(truth), "round \(round)")
            #expect(talk.conditions["sys"].level == truth["sys"].level, "round \(round)")
            gaps += talk.gaps.count
            for run in lastOf.keys.sorted() {
                let known = Self.expectWhole(run, talk, round)
                if let known, run == instance { #expect(known == lastOf[run]) }
            }
        }
        #expect(gaps > 30)
    }

    /// Each number of a run came once or is in a gap; gives the highest that came.
    private static func expectWhole(
        _ run: UInt64, _ talk: MTConnectConversation, _ round: Int
    ) -> UInt64? {
        let numbers = zip(talk.instances, talk.delivered).filter { $0.0 == run }
            .map(\.1.sequence)
        #expect(Set(numbers).count == numbers.count, "run \(run) of round \(round)")
        let lost = talk.gaps.filter { $0.instanceID == run }
        for gap in lost where gap.to != nil {
            let inside = numbers.filter { $0 >= gap.from && $0 <= gap.to ?? 0 }.count
            let size = (gap.to ?? 0) - gap.from + 1
            #expect(gap.missed == size - UInt64(inside))
        }
        guard !numbers.isEmpty else { return nil }
        let known = numbers.max() ?? 0
        let covered = Set(numbers).union(
            lost.flatMap { Array($0.from...($0.to ?? max($0.from, known))) })
        // The first contact takes the current state only, so older numbers are not missed.
        let first = run == 1 ? 14 : 1
        for number in UInt64(first)...max(UInt64(first), known) {
            #expect(covered.contains(number), "run \(run), \(number), round \(round)")
        }
        return known
    }
}
