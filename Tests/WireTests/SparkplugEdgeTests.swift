// A Sparkplug edge node: births, data, deaths, the primary host, stored values; and host and edge.

import Testing
import Wire

@Suite("Sparkplug edge node")
struct SparkplugEdgeTests {
    struct Sent: Equatable {
        let topic: SparkplugTopic
        let payload: SparkplugPayload
        let message: MQTTMessage

        var type: SparkplugMessageType? {
            if case .message(let type, _, _) = topic { type } else { nil }
        }
    }

    /// An edge node with a broker in the hand of the test.
    struct Talk {
        var edge: SparkplugEdge
        var now: Int64 = 0
        var wall: UInt64 = 1_700_000_000_000
        var actions: [SparkplugEdgeAction] = []

        init(
            primaryHost: String? = nil, stored: Int = 10_000, silence: Int64 = 0,
            birthDeath: UInt8 = 0
        ) throws {
            edge = try SparkplugEdge(
                SparkplugEdgeSettings(
                    node: try SparkplugNode(group: "Plant", name: "Box"),
                    primaryHost: primaryHost, storedValues: stored, batch: 100,
                    silenceNanoseconds: silence), birthDeath: birthDeath)
            step(
                .define(device: "Press", [.init(name: "speed", type: .double, unit: "1/min")]))
        }

        mutating func step(_ event: SparkplugEdgeEvent) {
            actions = edge.step(event, now: now, wall: wall)
        }

        mutating func value(_ number: Double, at milliseconds: UInt64? = nil) {
            step(
                .values(
                    device: "Press",
                    [.init("speed", .number(number), milliseconds: milliseconds ?? wall)]))
        }

        mutating func connect() {
            _ = edge.will(wall: wall)
            step(.connected)
        }

        mutating func hostSays(_ isOnline: Bool, at time: UInt64) {
            let state = SparkplugHostState(isOnline: isOnline, timestamp: time)
            step(.received(MQTTMessage(topic: "spBv1.0/STATE/mes", payload: state.encoded)))
        }

        var sent: [Sent] {
            get throws {
                try actions.compactMap { action -> Sent? in
                    guard case .publish(let message) = action else { return nil }
                    return Sent(
                        topic: try SparkplugTopic(message.topic),
                        payload: try SparkplugPayload.decode(message.payload), message: message)
                }
            }
        }
    }

    static func bdSeq(_ payload: SparkplugPayload) -> SparkplugRawValue? {
        payload.metrics.first { $0.name == "bdSeq" }?.value
    }

    // tck-id-topics-nbirth-seq-num, -bdseq-included, -bdseq-matching, -rebirth-metric;
    // tck-id-payloads-nbirth-qos, -retain; tck-id-payloads-dbirth-order;
    // tck-id-payloads-alias-birth-requirement; tck-id-payloads-metric-datatype-req
    @Test("births come first, NBIRTH with seq 0 and the bdSeq of the will")
    func births() throws {
        var talk = try Talk(birthDeath: 41)
        talk.value(5)
        #expect(talk.actions.isEmpty)
        let will = talk.edge.will(wall: 1).message
        #expect(will.topic == "spBv1.0/Plant/NDEATH/Box")
        #expect(will.qos == .atLeastOnce && !will.isRetained)
        let death = try SparkplugPayload.decode(will.payload)
        #expect(death.seq == nil && death.metrics.count == 1)
        #expect(Self.bdSeq(death) == .scalar(.long(41)) && talk.edge.nextBirthDeath == 42)
        talk.step(.connected)
        guard case .subscribe(let filters) = talk.actions.first else {
            Issue.record("no subscription")
            return
        }
        #expect(
            filters.map(\.filter) == ["spBv1.0/Plant/NCMD/Box", "spBv1.0/Plant/DCMD/Box/+"])
        let sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeBirth, .deviceBirth])
        #expect(sent.map(\.payload.seq) == [0, 1])
        #expect(sent.allSatisfy { $0.message.qos == .atMostOnce && !$0.message.isRetained })
        #expect(Self.bdSeq(sent[0].payload) == .scalar(.long(41)))
        let rebirth = sent[0].payload.metrics.first { $0.name == "Node Control/Rebirth" }
        #expect(rebirth?.datatype == .boolean && rebirth?.value == .scalar(.bool(false)))
        #expect(rebirth?.alias == nil)
        let speed = sent[1].payload.metrics[0]
        #expect(speed.name == "speed" && speed.alias != nil && speed.datatype == .double)
        #expect(speed.value == .scalar(.double(5)))
    }

    // tck-id-payloads-alias-data-cmd-requirement, tck-id-payloads-metric-datatype-not-req,
    // tck-id-operational-behavior-data-publish-dbirth-change
    @Test("data go by alias when they change, with seq that wraps from 255 to 0")
    func data() throws {
        var talk = try Talk()
        talk.value(0)
        talk.connect()
        let alias = try #require(try talk.sent[1].payload.metrics[0].alias)
        for number in 1...600 {
            talk.wall += 1
            talk.value(Double(number))
            let sent = try talk.sent
            #expect(sent.count == 1 && sent[0].type == .deviceData)
            #expect(sent[0].payload.seq == UInt64((number + 1) % 256))
            let metric = sent[0].payload.metrics[0]
            #expect(metric.name == nil && metric.alias == alias && metric.datatypeCode == nil)
            #expect(metric.timestamp == talk.wall)
            talk.value(Double(number))
            #expect(talk.actions.isEmpty)
        }
        talk.value(-1, at: 5)
        #expect(try talk.sent[0].payload.metrics[0].isHistorical == true)
    }

    // tck-id-operational-behavior-data-commands-rebirth-action-2, -3
    @Test("a rebirth request is answered with births of the same bdSeq; no other command is")
    func rebirth() throws {
        var talk = try Talk()
        talk.value(1)
        talk.connect()
        talk.wall += 1
        talk.value(2)
        func command(_ metric: SparkplugMetric, _ topic: String) -> SparkplugEdgeEvent {
            .received(
                MQTTMessage(
                    topic: topic, payload: SparkplugPayload(metrics: [metric]).encoded()))
        }
        let ask = SparkplugMetric(
            name: "Node Control/Rebirth", datatype: .boolean, value: .scalar(.bool(true)))
        talk.step(command(ask, "spBv1.0/Plant/NCMD/Box"))
        let sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeBirth, .deviceBirth])
        #expect(sent.map(\.payload.seq) == [0, 1])
        #expect(Self.bdSeq(sent[0].payload) == .scalar(.long(0)))
        #expect(sent[1].payload.metrics[0].value == .scalar(.double(2)))
        talk.step(command(ask, "spBv1.0/Plant/NCMD/Other"))
        #expect(talk.actions.isEmpty)
        let write = SparkplugMetric(name: "speed", value: .scalar(.double(9)))
        for topic in ["spBv1.0/Plant/NCMD/Box", "spBv1.0/Plant/DCMD/Box/Press"] {
            talk.step(command(write, topic))
            #expect(talk.actions.count == 1)
            guard case .refused(.command) = talk.actions[0] else {
                Issue.record("not refused")
                return
            }
        }
        var off = ask
        off.value = .scalar(.bool(false))
        talk.step(command(off, "spBv1.0/Plant/NCMD/Box"))
        #expect(try talk.sent.isEmpty)
    }

    // tck-id-operational-behavior-device-ddeath
    @Test("a machine that falls silent dies and is born again with its next value")
    func silence() throws {
        var talk = try Talk(silence: 10_000_000_000)
        talk.value(1)
        talk.connect()
        #expect(talk.edge.deadline == 10_000_000_000)
        talk.now = 10_000_000_000
        talk.step(.tick)
        #expect(try talk.sent.map(\.type) == [.deviceDeath])
        #expect(try talk.sent[0].payload.seq == 2)
        #expect(talk.edge.deadline == nil)
        talk.value(1)
        #expect(try talk.sent.map(\.type) == [.deviceBirth])
        talk.step(.silent(device: "Press"))
        #expect(try talk.sent.map(\.type) == [.deviceDeath])
        talk.step(.silent(device: "Press"))
        #expect(talk.actions.isEmpty)
    }

    // tck-id-message-flow-edge-node-birth-publish-phid-wait, -phid-wait-online,
    // -phid-wait-timestamp, -phid-offline;
    // tck-id-operational-behavior-edge-node-termination-host-offline-timestamp
    @Test("nothing is published until the primary host is there; what waited comes as historical")
    func primaryHost() throws {
        var talk = try Talk(primaryHost: "mes")
        talk.connect()
        #expect(try talk.sent.isEmpty && talk.edge.phase == .waitingForHost)
        for number in 1...5 {
            talk.wall += 1
            talk.value(Double(number))
        }
        #expect(talk.edge.storedCount == 5)
        talk.hostSays(false, at: 100)
        #expect(talk.actions.isEmpty)
        talk.hostSays(true, at: 99)
        #expect(talk.actions.isEmpty)
        talk.hostSays(true, at: 100)
        var sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeBirth, .deviceBirth, .deviceData])
        #expect(sent[1].payload.metrics[0].value == .scalar(.double(5)))
        #expect(sent[2].payload.metrics.map(\.isHistorical) == [true, true, true, true])
        #expect(
            sent[2].payload.metrics.compactMap { $0.value(as: .double)?.double } == [1, 2, 3, 4])
        #expect(talk.edge.storedCount == 0)
        talk.hostSays(false, at: 50)
        #expect(talk.actions.isEmpty)
        talk.hostSays(false, at: 100)
        sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeDeath] && talk.actions.last == .disconnect)
        talk.step(.disconnected)
        talk.connect()
        talk.hostSays(true, at: 200)
        #expect(Self.bdSeq(try talk.sent[0].payload) == .scalar(.long(1)))
    }

    @Test("the store is bounded: the oldest go and are counted")
    func bounded() throws {
        var talk = try Talk(stored: 3)
        for number in 1...5 {
            talk.wall += 1
            talk.value(Double(number))
        }
        #expect(talk.actions == [.dropped(1)] && talk.edge.storedCount == 3)
        talk.connect()
        let old = try talk.sent[2].payload.metrics.compactMap { $0.value(as: .double)?.double }
        #expect(old == [3, 4])
    }

    // tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath, -packet
    @Test("a good end publishes NDEATH before it disconnects")
    func stop() throws {
        var talk = try Talk()
        talk.connect()
        talk.step(.stop)
        #expect(try talk.sent.map(\.type) == [.nodeDeath])
        #expect(talk.actions.last == .disconnect)
        talk.step(.stop)
        #expect(talk.actions.isEmpty)
    }

    @Test("what is not defined or does not fit its type is refused")
    func refusals() throws {
        var talk = try Talk()
        talk.step(.values(device: "Lathe", []))
        #expect(talk.actions == [.refused(.undefined(device: "Lathe", metric: nil))])
        talk.step(
            .values(
                device: "Press",
                [
                    .init("x", .bool(true), milliseconds: 1),
                    .init("speed", .text("fast"), milliseconds: 1),
                ]))
        #expect(
            talk.actions == [
                .refused(.undefined(device: "Press", metric: "x")),
                .refused(.type(device: "Press", metric: "speed")),
            ])
        talk.step(.define(device: "a/b", []))
        guard case .refused(.malformed) = talk.actions.first else {
            Issue.record("not refused")
            return
        }
    }

    // tck-id-topics-nbirth-metric-reqs, tck-id-topics-ndata-mqtt
    @Test("the node's own metrics go by NDATA; new ones need a whole birth")
    func ownMetrics() throws {
        var talk = try Talk()
        talk.value(1)
        talk.step(.define(device: nil, [.init(name: "load", type: .float)]))
        talk.connect()
        talk.step(.values(device: nil, [.init("load", .number(0.5), milliseconds: talk.wall)]))
        var sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeData])
        #expect(sent[0].payload.seq == 2)
        talk.step(
            .define(
                device: nil, [.init(name: "load", type: .float), .init(name: "b", type: .text)]))
        sent = try talk.sent
        #expect(sent.map(\.type) == [.nodeBirth, .deviceBirth])
        #expect(sent[0].payload.metrics.compactMap(\.name).suffix(2) == ["load", "b"])
        #expect(sent[0].payload.metrics[2].value == .scalar(.float(0.5)))
        #expect(sent[0].payload.metrics[3].isNull == true)
        talk.step(.define(device: "Press", [.init(name: "temp", type: .int32, unit: "Cel")]))
        sent = try talk.sent
        #expect(sent.map(\.type) == [.deviceBirth] && sent[0].payload.seq == 2)
        talk.step(
            .values(
                device: "Press",
                [
                    .init("temp", .integer(2), milliseconds: talk.wall + 2),
                    .init("temp", .integer(1), milliseconds: talk.wall + 1),
                    .init("temp", .null, milliseconds: talk.wall + 3),
                ]))
        sent = try talk.sent
        #expect(sent.map(\.type) == [.deviceData, .deviceData])
        #expect(sent[0].payload.metrics.map(\.isHistorical) == [true])
        #expect(sent[1].payload.metrics.map { $0.value(as: .int32) } == [.integer(2), .null])
    }

    @Test("a host reads what an edge node publishes, through losses, changes and restarts")
    func together() throws {
        var generator = SeededGenerator(seed: 11)
        var talk = try Talk()
        var host = try SparkplugTalk()
        host.step(.disconnected)
        var latest: Double?
        var current = 0.0
        var isLossy = false
        func carry(_ talk: inout Talk, _ host: inout SparkplugTalk) {
            var queue = talk.actions
            while !queue.isEmpty {
                guard case .publish(let message) = queue.removeFirst() else { continue }
                if isLossy, Int.random(in: 0..<20, using: &generator) == 0 { continue }
                host.step(.received(message))
                for action in host.actions {
                    switch action {
                    case .deliver(let reading) where reading.metric == "speed":
                        if !reading.isHistorical { latest = reading.value.double }
                    case .publish(let command):
                        talk.step(.received(command))
                        queue += talk.actions
                    default: break
                    }
                }
            }
        }
        _ = host.host.will(wall: 1)
        host.step(.connected)
        talk.connect()
        carry(&talk, &host)
        for round in 0..<3_000 {
            isLossy = round % 1_000 < 500
            talk.now += 1_000_000_000
            talk.wall += 1_000
            host.now = talk.now
            host.wall = talk.wall
            current = Double.random(in: 0...100, using: &generator)
            talk.value(current)
            carry(&talk, &host)
            host.step(.tick)
            for case .publish(let command) in host.actions {
                talk.step(.received(command))
                carry(&talk, &host)
            }
            if round % 700 == 699 {
                talk.step(.disconnected)
                talk.connect()
                carry(&talk, &host)
            }
            if round % 1_000 == 999 { #expect(latest == current) }
        }
    }
}
