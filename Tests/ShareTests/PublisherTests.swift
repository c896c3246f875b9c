// Publishing to a broker in memory that breaks connections, in virtual time.

import Capture
import Plant
import Synchronization
import Testing
import Wire

@testable import Share

/// A broker that acknowledges, and breaks the connection after so many messages without a word.
private final class Broker: Sendable {
    struct State {
        var now = Elapsed.zero
        var connections = 0
        var heard: [MQTTMessage] = []
        var left = 0
        var wills: [MQTTWill?] = []
    }

    let state = Mutex(State())
    /// Messages of each connection before it breaks; the last one stays.
    let breaks: [Int]
    /// Called with each message.
    let onMessage: @Sendable (Int) -> Void

    init(breaks: [Int] = [], onMessage: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.breaks = breaks
        self.onMessage = onMessage
    }

    var clock: CaptureClock {
        CaptureClock(
            wall: { [self] in Site.start + state.withLock { $0.now } },
            monotonic: { [self] in state.withLock { $0.now } },
            sleep: { [self] length in
                try Task.checkCancellation()
                pass(length)
                await Task.yield()
            })
    }

    func pass(_ length: Elapsed) { state.withLock { $0.now += length } }

    var dialer: Dialer {
        Dialer { [self] (_, _) async throws(ConnectorError) in
            let number = state.withLock { state in
                state.connections += 1
                return state.connections
            }
            return Line(self, limit: number <= breaks.count ? breaks[number - 1] : nil)
        }
    }

    /// One connection.
    private final class Line: ByteChannel {
        struct State {
            var deframer = MQTTDeframer()
            var answers: [UInt8] = []
            var left: Int?
        }

        let broker: Broker
        let state: Mutex<State>

        init(_ broker: Broker, limit: Int?) {
            self.broker = broker
            state = Mutex(State(left: limit))
        }

        func send(_ bytes: [UInt8]) async throws(ConnectorError) {
            let (heard, isBroken) = try take(bytes)
            for _ in 0..<heard { broker.onMessage(broker.state.withLock { $0.heard.count }) }
            if isBroken { throw .closed(doing: "sending") }
        }

        private func take(
            _ bytes: [UInt8]
        ) throws(ConnectorError) -> (heard: Int, isBroken: Bool) {
            do {
                return try state.withLock { state in
                    state.deframer.append(bytes)
                    var heard = 0
                    while let raw = try state.deframer.next() {
                        let packet = try MQTTPacket.decode(raw, version: .v311)
                        guard try answer(packet, &state, &heard) else { return (heard, true) }
                    }
                    return (heard, false)
                }
            } catch {
                throw .malformed(FrameError(doing: "testing", problem: .invalid("\(error)")))
            }
        }

        private func answer(
            _ packet: MQTTPacket, _ state: inout State, _ heard: inout Int
        ) throws -> Bool {
            switch packet {
            case .connect(let connect):
                broker.state.withLock { $0.wills.append(connect.will) }
                let answer = MQTTConnectAcknowledgement(sessionPresent: false, code: 0)
                state.answers += try MQTTPacket.connectAcknowledgement(answer).encoded(.v311)
            case .subscribe(let subscribe):
                let answer = MQTTSubscribeAcknowledgement(
                    packetID: subscribe.packetID, codes: subscribe.subscriptions.map { _ in 0 })
                state.answers += try MQTTPacket.subscribeAcknowledgement(answer).encoded(.v311)
            case .publish(let publish):
                if let left = state.left {
                    if left == 0 { return false }
                    state.left = left - 1
                }
                heard += 1
                broker.state.withLock { $0.heard.append(publish.message) }
                guard publish.message.qos == .atLeastOnce else { return true }
                state.answers += try MQTTPacket.publishAcknowledged(
                    MQTTAcknowledgement(packetID: publish.packetID)
                ).encoded(.v311)
            case .disconnect: broker.state.withLock { $0.left += 1 }
            default: break
            }
            return true
        }

        func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
            if Task.isCancelled { throw .cancelled }
            let bytes = state.withLock { state in
                defer { state.answers = [] }
                return state.answers
            }
            await Task.yield()
            guard bytes.isEmpty else { return bytes }
            broker.pass(limit)
            throw .timedOut(doing: "testing", after: limit)
        }

        func close() async {}
    }
}

@Suite struct PublisherTests {
    private var settings: GivingSettings {
        var settings = GivingSettings(siteNamed: "hollins")
        settings.isOn = true
        settings.broker = "broker"
        return settings
    }

    private func publisher(
        _ broker: Broker, _ form: GivingForm = .topics, births: UInt8 = 0,
        keep: @escaping @Sendable (UInt8) -> Void = { _ in }
    ) throws -> Publisher {
        try Publisher(
            settings, form, site: Site.site, birthDeath: births,
            surroundings: PublisherSurroundings(
                clock: broker.clock, dialer: broker.dialer, jitter: { 0.5 },
                keep: { number in keep(number) }))
    }

    /// Values of a topic in the order in which the broker heard them, repeats left out.
    private func values(_ heard: [MQTTMessage]) -> [String] {
        var values: [String] = []
        for message in heard where message.topic.hasSuffix("/signal/power") {
            let text = String(decoding: message.payload, as: UTF8.self)
            let value = text.split(separator: ",")[1].dropFirst("\"value\":".count)
            if values.last != String(value) { values.append(String(value)) }
        }
        return values
    }

    @Test func `what waited arrives in its order, over broken connections`() async throws {
        let holder = Mutex<Publisher?>(nil)
        let broker = Broker(breaks: [3, 0, 9]) { count in
            if count == 60 { holder.withLock { $0 }?.end() }
        }
        let publisher = try publisher(broker)
        holder.withLock { $0 = publisher }
        for second in 0..<40 {
            publisher.take(
                Site.picture(power: Double(second) + 0.5, second: Int64(second)), of: Site.site)
        }
        #expect(publisher.standing.waiting == 46)
        await publisher.run()
        let state = broker.state.withLock { $0 }
        let told = values(state.heard)
        // What was unsure is said again, and so the last of each topic: nothing is missing.
        #expect(Set(told) == Set((0..<40).map { "\($0).5" }))
        #expect(told.last == "39.5")
        #expect(state.connections == 4 && state.left == 1)
        let last = try #require(state.heard.last)
        #expect(last.topic == "millwright/v1/hollins/online")
        #expect(String(decoding: last.payload, as: UTF8.self).contains("\"value\":false"))
        let standing = publisher.standing
        #expect(standing.dropped == 0 && standing.waiting == 0 && publisher.hasEnded)
        #expect(standing.lastSuccess != nil)
    }

    @Test func `without a broker the oldest are dropped and counted`() throws {
        let publisher = try publisher(Broker())
        publisher.state.withLock { $0.waiting = WaitingMessages(limit: 20) }
        for second in 0..<50 {
            publisher.take(
                Site.picture(power: Double(second), second: Int64(second)), of: Site.site)
        }
        let standing = publisher.standing
        // Seven topics in the first picture, one in each of the others.
        #expect(standing.waiting == 20 && standing.dropped == 36)
        #expect(standing.phase == .away)
    }

    @Test func `each connection of an edge node has the next number, kept before it is used`()
        async throws
    {
        let holder = Mutex<Publisher?>(nil)
        let kept = Mutex<[UInt8]>([])
        let broker = Broker(breaks: [1, 1]) { count in
            if count == 4 { holder.withLock { $0 }?.end() }
        }
        let publisher = try publisher(broker, .sparkplug, births: 254) { number in
            kept.withLock { $0.append(number) }
        }
        holder.withLock { $0 = publisher }
        publisher.take(Site.picture(), of: Site.site)
        await publisher.run()
        #expect(kept.withLock { $0 } == [255, 0, 1])
        let state = broker.state.withLock { $0 }
        let deaths = try state.wills.map { will in
            try SparkplugPayload.decode(#require(will).message.payload).metrics[0]
                .value(as: .int64)
        }
        #expect(deaths == [.integer(254), .integer(255), .integer(0)])
        #expect(state.heard.last?.topic == "spBv1.0/Millwright/NDEATH/hollins")
    }

    @Test(arguments: [(0, 500), (1, 1_000), (3, 4_000), (9, 30_000), (500, 30_000)])
    func `waits double up to a limit`(_ failures: Int, _ least: Int64) {
        #expect(Publisher.backOff(failures, jitter: 0) == .milliseconds(least))
        #expect(Publisher.backOff(failures, jitter: 0.999) < .milliseconds(least * 2))
    }
}
