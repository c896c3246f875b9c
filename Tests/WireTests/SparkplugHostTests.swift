// A Sparkplug host application: births, order, deaths, gaps, rebirth requests and its own state.

import Testing
import Wire

/// A host with a broker in the hand of the test.
struct SparkplugTalk {
    var host: SparkplugHost
    var now: Int64 = 0
    var wall: UInt64 = 1_700_000_000_000
    var actions: [SparkplugHostAction] = []
    let node: SparkplugNode

    init(_ settings: SparkplugHostSettings = SparkplugHostSettings(host: "mill")) throws {
        host = try SparkplugHost(settings)
        node = try SparkplugNode(group: "Plant", name: "Edge1")
        _ = host.will(wall: wall)
        step(.connected)
    }

    mutating func step(_ event: SparkplugHostEvent) {
        actions = host.step(event, now: now, wall: wall)
    }

    mutating func wait(seconds: Int64) {
        now += seconds * 1_000_000_000
        wall += UInt64(seconds) * 1_000
        step(.tick)
    }

    mutating func send(
        _ type: SparkplugMessageType, _ device: String? = nil, seq: UInt64?,
        _ metrics: [SparkplugMetric] = []
    ) {
        let payload = SparkplugPayload(timestamp: wall, metrics: metrics, seq: seq)
        step(
            .received(
                MQTTMessage(
                    topic: SparkplugTopic.message(type, node, device: device).text,
                    payload: payload.encoded())))
    }

    static func metric(
        _ name: String?, alias: UInt64?, _ value: Double, at time: UInt64 = 1_700_000_000_000,
        isBirth: Bool = false
    ) -> SparkplugMetric {
        SparkplugMetric(
            name: name, alias: alias, timestamp: time, datatype: isBirth ? .double : nil,
            value: .scalar(.double(value)))
    }

    static func bdSeq(_ number: UInt64) -> SparkplugMetric {
        SparkplugMetric(name: "bdSeq", datatype: .int64, value: .scalar(.long(number)))
    }

    /// NBIRTH and the DBIRTH of a press with one metric under alias 10.
    mutating func birth(bdSeq: UInt64 = 0) {
        send(.nodeBirth, seq: 0, [Self.bdSeq(bdSeq)])
        send(
            .deviceBirth, "Press", seq: 1,
            [Self.metric("speed", alias: 10, 1, isBirth: true)])
    }

    mutating func data(seq: UInt64, _ value: Double) {
        send(.deviceData, "Press", seq: seq, [Self.metric(nil, alias: 10, value)])
    }

    var values: [Double] {
        actions.compactMap {
            if case .deliver(let reading) = $0 { reading.value.double } else { nil }
        }
    }

    var gaps: [SparkplugGap] {
        actions.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    var rebirths: Int {
        actions.count {
            guard case .publish(let message) = $0 else { return false }
            return message.topic == "spBv1.0/Plant/NCMD/Edge1"
        }
    }

    var refusals: [SparkplugRefusal] {
        actions.compactMap { if case .refused(_, let why) = $0 { why } else { nil } }
    }
}

@Suite("Sparkplug host application")
struct SparkplugHostTests {
    // tck-id-host-topic-phid-death-payload, -qos, -retain; tck-id-host-topic-phid-birth-payload;
    // tck-id-message-flow-phid-sparkplug-subscription, -state-publish
    @Test("the subscription comes first, then the birth with the time of the will")
    func state() throws {
        var host = try SparkplugHost(SparkplugHostSettings(host: "mill"))
        let will = host.will(wall: 5).message
        #expect(will.topic == "spBv1.0/STATE/mill")
        #expect(will.qos == .atLeastOnce && will.isRetained)
        #expect(try SparkplugHostState(will.payload) == .init(isOnline: false, timestamp: 5))
        let actions = host.step(.connected, now: 0, wall: 9)
        guard case .subscribe(let filters) = actions.first,
            case .publish(let birth) = actions.last
        else {
            Issue.record("no subscription or birth")
            return
        }
        #expect(filters.map(\.filter) == ["spBv1.0/STATE/mill", "spBv1.0/#"] && actions.count == 2)
        #expect(birth.topic == will.topic && birth.qos == .atLeastOnce && birth.isRetained)
        #expect(try SparkplugHostState(birth.payload) == .init(isOnline: true, timestamp: 5))
    }

    // tck-id-operational-behavior-host-application-death-payload, -disconnect-intentional
    @Test("a good end says offline before it disconnects")
    func stop() throws {
        var talk = try SparkplugTalk()
        talk.step(.stop)
        guard case .publish(let death) = talk.actions.first else {
            Issue.record("no death")
            return
        }
        #expect(try !SparkplugHostState(death.payload).isOnline)
        #expect(death.isRetained && talk.actions.last == .disconnect)
        talk.step(.received(death))
        #expect(talk.actions.isEmpty)
    }

    // tck-id-message-flow-hid-sparkplug-state-message-delivered
    @Test("a word that this host is offline is answered with online")
    func contradicted() throws {
        var talk = try SparkplugTalk()
        let payload = SparkplugHostState(isOnline: false, timestamp: talk.wall).encoded
        talk.step(
            .received(
                MQTTMessage(topic: "spBv1.0/STATE/mill", payload: payload, isRetained: true)))
        guard case .publish(let birth) = talk.actions.first else {
            Issue.record("no birth")
            return
        }
        #expect(try SparkplugHostState(birth.payload).isOnline)
        talk.step(.received(MQTTMessage(topic: "spBv1.0/STATE/other", payload: payload)))
        #expect(talk.actions.isEmpty)
    }

    @Test("births tell metrics and values; data come by alias with their own times")
    func values() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        #expect(talk.values == [1])
        let source = SparkplugSource(talk.node, device: "Press")
        let speed = SparkplugMetricType(name: "speed", type: .double, unit: nil)
        #expect(talk.actions.first == .born(source, [speed]))
        var old = SparkplugTalk.metric(nil, alias: 10, 7, at: 1_600_000_000_000)
        old.isHistorical = true
        talk.send(
            .deviceData, "Press", seq: 2, [SparkplugTalk.metric(nil, alias: 10, 8), old])
        guard case .deliver(let first) = talk.actions[0],
            case .deliver(let second) = talk.actions[1]
        else {
            Issue.record("no values")
            return
        }
        #expect(first.source == source && first.metric == "speed" && first.value == .number(8))
        #expect(!first.isHistorical && first.quality == .good && !first.isArrivalTime)
        #expect(second.isHistorical && second.milliseconds == 1_600_000_000_000)
    }

    @Test(
        "the recorded conversation gives its values, one gap at the missing message and deaths",
        ReferenceFiles.needed)
    func recorded() throws {
        var talk = try SparkplugTalk()
        var counts: [Int] = []
        for vector in try SparkplugPayloadTests.vectors() {
            talk.step(.received(MQTTMessage(topic: vector.topic, payload: vector.bytes)))
            counts.append(talk.actions.count)
            if vector.topic.contains("NDEATH") {
                #expect(talk.gaps.map(\.reason).contains(.nodeDeath))
            }
        }
        #expect(counts.count == 12)
        #expect(talk.host.knownNodes[talk.node] == false)
    }

    // tck-id-operational-behavior-host-reordering-success
    @Test("messages out of order are put in order within the time")
    func reordered() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.data(seq: 4, 4)
        #expect(talk.values.isEmpty)
        talk.data(seq: 3, 3)
        #expect(talk.values.isEmpty && talk.host.deadline == 2_000_000_000)
        talk.now += 1_000_000_000
        talk.data(seq: 2, 2)
        #expect(talk.values == [2, 3, 4] && talk.gaps.isEmpty && talk.rebirths == 0)
        #expect(talk.host.deadline == nil)
    }

    // tck-id-operational-behavior-host-reordering-start, -rebirth;
    // tck-id-operational-behavior-data-commands-ncmd-rebirth-verb, -name, -value
    @Test("a message that stays away gives a gap and one rebirth request")
    func missing() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        let before = talk.wall
        talk.data(seq: 3, 3)
        talk.wait(seconds: 1)
        #expect(talk.actions.isEmpty)
        talk.wait(seconds: 1)
        #expect(talk.gaps.map(\.reason) == [.missingMessages, .missingMessages])
        #expect(talk.gaps.allSatisfy { $0.milliseconds == before })
        #expect(talk.rebirths == 1)
        guard case .publish(let request) = talk.actions.last else { return }
        let command = try SparkplugPayload.decode(request.payload)
        #expect(command.seq == nil && command.metrics.count == 1)
        #expect(command.metrics[0].name == "Node Control/Rebirth")
        #expect(command.metrics[0].value == .scalar(.bool(true)))
        #expect(request.qos == .atMostOnce && !request.isRetained)
    }

    @Test("after a loss aliases are not believed until the next birth, names are")
    func unsure() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.data(seq: 3, 3)
        talk.wait(seconds: 2)
        #expect(talk.values.isEmpty)
        talk.data(seq: 4, 4)
        #expect(talk.values.isEmpty)
        #expect(talk.refusals == [.metric(name: nil, alias: 10)])
        talk.send(
            .deviceData, "Press", seq: 5, [SparkplugTalk.metric("speed", alias: nil, 5)])
        #expect(talk.values == [5])
        talk.birth()
        talk.data(seq: 2, 6)
        #expect(talk.values == [6])
    }

    @Test("rebirth requests keep their distance and double it without an answer")
    func requestRate() throws {
        var talk = try SparkplugTalk()
        talk.data(seq: 9, 1)
        #expect(talk.rebirths == 1 && talk.refusals == [.notBorn])
        var sent = 0
        for _ in 0..<170 {
            talk.data(seq: 9, 1)
            sent += talk.rebirths
            talk.wait(seconds: 1)
            sent += talk.rebirths
        }
        #expect(sent == 1)
        for _ in 0..<20 {
            talk.data(seq: 9, 1)
            sent += talk.rebirths
            talk.wait(seconds: 1)
            sent += talk.rebirths
        }
        #expect(sent == 2)
    }

    // tck-id-payloads-ndeath-bdseq;
    // tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale
    @Test("a death counts only with the bdSeq of the birth, and takes all devices along")
    func nodeDeath() throws {
        var talk = try SparkplugTalk()
        talk.birth(bdSeq: 5)
        talk.send(.nodeDeath, seq: nil, [SparkplugTalk.bdSeq(4)])
        #expect(talk.gaps.isEmpty && talk.refusals == [.oldDeath(bdSeq: 4)])
        talk.wall += 700
        talk.send(.nodeDeath, seq: nil, [SparkplugTalk.bdSeq(5)])
        #expect(talk.gaps.map(\.source.device) == [nil, "Press"])
        #expect(talk.gaps.allSatisfy { $0.reason == .nodeDeath && $0.milliseconds == talk.wall })
        talk.send(.nodeDeath, seq: nil, [SparkplugTalk.bdSeq(5)])
        #expect(talk.actions.isEmpty)
        talk.data(seq: 2, 3)
        #expect(talk.refusals == [.notBorn] && talk.values.isEmpty)
    }

    @Test(
        "a death of the next connection counts, one of an earlier or unrelated one does not",
        arguments: [
            (5, 5, true), (5, 6, true), (255, 0, true), (5, 4, false), (0, 255, false),
            (5, 9, false),
        ]
            as [(UInt64, UInt64, Bool)])
    func deathNumbers(_ birth: UInt64, _ death: UInt64, _ counts: Bool) throws {
        var talk = try SparkplugTalk()
        talk.birth(bdSeq: birth)
        talk.send(.nodeDeath, seq: nil, [SparkplugTalk.bdSeq(death)])
        #expect(talk.gaps.isEmpty != counts)
    }

    // tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale
    @Test("the death of a device is a gap at the time of the message")
    func deviceDeath() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.send(.deviceDeath, "Press", seq: 2)
        #expect(talk.gaps.map(\.reason) == [.deviceDeath])
        talk.data(seq: 3, 1)
        #expect(talk.values.isEmpty && talk.refusals == [.notBorn])
    }

    @Test("a device that is not born again after its node is gone")
    func unborn() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.send(.nodeBirth, seq: 0, [SparkplugTalk.bdSeq(0)])
        #expect(talk.gaps.isEmpty)
        talk.wait(seconds: 30)
        #expect(talk.gaps.map(\.reason) == [.notReborn])
        #expect(talk.gaps.map(\.source.device) == ["Press"])
    }

    @Test("a lost connection is a gap for all, and known nodes are asked anew after it")
    func connectionLost() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.step(.disconnected)
        #expect(talk.gaps.map(\.reason) == [.connectionLost, .connectionLost])
        #expect(talk.host.deadline == nil)
        _ = talk.host.will(wall: talk.wall)
        talk.step(.connected)
        #expect(talk.rebirths == 1)
    }

    @Test("the sequence wraps from 255 to 0")
    func wraps() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        for number in 2...600 {
            talk.data(seq: UInt64(number % 256), Double(number))
            #expect(talk.values == [Double(number)])
        }
        #expect(talk.gaps.isEmpty)
    }

    @Test("a repeated message is used once; a node that counts anew is followed after three")
    func past() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        for number in 2...100 {
            talk.data(seq: UInt64(number), 1)
            #expect(talk.values == [1])
            talk.data(seq: UInt64(number), 1)
            #expect(talk.values.isEmpty && talk.gaps.isEmpty)
        }
        // The repetition of message 100 was the first.
        for number in 0...1 { talk.data(seq: UInt64(number), 1) }
        #expect(talk.gaps.count == 2)
        talk.send(.deviceData, "Press", seq: 2, [SparkplugTalk.metric("speed", alias: nil, 5)])
        #expect(talk.values == [5])
    }

    @Test("quality, nulls, wrong types and missing times are told")
    func qualities() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        var bad = SparkplugTalk.metric("speed", alias: nil, 1)
        bad.properties = SparkplugPropertySet([
            ("Quality", .init(type: .int32, content: .scalar(.int(0))))
        ])
        var stale = bad
        stale.properties = SparkplugPropertySet([
            ("Quality", .init(type: .int32, content: .scalar(.int(500))))
        ])
        var null = SparkplugMetric(name: "speed", timestamp: .max)
        null.isNull = true
        let text = SparkplugMetric(name: "speed", timestamp: 1, value: .scalar(.string("x")))
        let infinite = SparkplugMetric(name: "speed", value: .scalar(.double(.infinity)))
        talk.send(.deviceData, "Press", seq: 2, [bad, stale, null, text, infinite])
        let readings = talk.actions.compactMap { action -> SparkplugReading? in
            if case .deliver(let reading) = action { reading } else { nil }
        }
        #expect(readings.map(\.quality) == [.bad, .stale, .good, .bad, .bad])
        #expect(readings.dropFirst(2).allSatisfy { $0.value == .null })
        #expect(readings.map(\.isArrivalTime) == [false, false, true, false, false])
    }

    @Test("nodes, devices and metrics beyond the limits are refused, the others stay")
    func limits() throws {
        var talk = try SparkplugTalk(
            SparkplugHostSettings(host: "mill", nodes: 1, devices: 1, metrics: 2))
        talk.birth()
        talk.send(
            .deviceBirth, "Lathe", seq: 2, [SparkplugTalk.metric("a", alias: 1, 1, isBirth: true)])
        #expect(talk.refusals == [.limit("1 devices of a node")])
        talk.step(
            .received(MQTTMessage(topic: "spBv1.0/Plant/NBIRTH/Edge2", payload: [0x18, 0])))
        #expect(talk.refusals == [.limit("1 edge nodes")])
        let more = (0..<5).map { SparkplugTalk.metric("m\($0)", alias: nil, 1, isBirth: true) }
        talk.send(.deviceBirth, "Press", seq: 3, more)
        #expect(talk.refusals == [.limit("2 metrics")])
        #expect(talk.values.count == 1)
    }

    @Test("commands of others, kept messages and nonsense do nothing")
    func ignored() throws {
        var talk = try SparkplugTalk()
        talk.birth()
        talk.step(.received(MQTTMessage(topic: "spBv1.0/Plant/NCMD/Edge1", payload: [])))
        #expect(talk.actions.isEmpty)
        for message in [
            MQTTMessage(topic: "spBv1.0/Plant/NBIRTH/Edge1", payload: [], isRetained: true),
            MQTTMessage(topic: "spBv1.0/Plant/NBIRTH/Edge1", payload: [0xFF]),
            MQTTMessage(topic: "spBv1.0/Plant/X/Edge1", payload: []),
        ] {
            talk.step(.received(message))
            #expect(talk.refusals.count == 1 && talk.actions.count == 1)
        }
    }

    @Test("a node that is awaited is asked for a rebirth on each connection, once")
    func awaited() throws {
        var host = try SparkplugHost(SparkplugHostSettings(host: "mill", nodes: 1))
        host.expect([
            try SparkplugNode(group: "Plant", name: "Edge1"),
            try SparkplugNode(group: "Plant", name: "Edge2"),
        ])
        func requests(_ event: SparkplugHostEvent, at seconds: Int64) -> [String] {
            host.step(event, now: seconds * 1_000_000_000, wall: 1).compactMap { action in
                guard case .publish(let message) = action, message.topic.contains("NCMD") else {
                    return nil
                }
                return message.topic
            }
        }
        #expect(requests(.connected, at: 0) == ["spBv1.0/Plant/NCMD/Edge1"])
        #expect(requests(.tick, at: 300).isEmpty)
        #expect(requests(.disconnected, at: 400).isEmpty)
        #expect(requests(.connected, at: 500) == ["spBv1.0/Plant/NCMD/Edge1"])
    }
}
