// Payloads, and the promise that nothing is acknowledged before it is stored.

import Plant
import Synchronization
import Testing
import Wire

@testable import Capture

@Suite("MQTT")
struct MQTTTests {
    @Test(
        "reads plain values",
        arguments: [
            ("12.3", ValueKind.number, Scalar.number(12.3)), (" -5e3\n", .number, .number(-5_000)),
            ("ON", .number, .number(1)), ("ON", .flag, .flag(true)), ("off", .flag, .flag(false)),
            ("true", .flag, .flag(true)), ("0", .flag, .flag(false)),
            ("17", .integer, .integer(17)),
            ("17.0", .integer, .integer(17)), ("\"running\"", .text, .text("running")),
            ("", .text, .text("")),
        ])
    func plain(_ text: String, _ kind: ValueKind, _ expected: Scalar) {
        #expect(MQTTPayload.plain(Array(text.utf8), as: kind) == expected)
    }

    @Test(
        "refuses others",
        arguments: [
            ("n/a", ValueKind.number), ("12,3", .number), ("17.5", .integer), ("maybe", .flag),
            ("", .number),
        ])
    func refused(_ text: String, _ kind: ValueKind) {
        #expect(MQTTPayload.plain(Array(text.utf8), as: kind) == nil)
    }

    @Test(
        "tells the unit of a time by its size",
        arguments: [1_767_225_600.5, 1_767_225_600_500, 1_767_225_600_500_000])
    func epochs(_ number: Double) {
        #expect(MQTTPayload.epoch(number) == testStart + .milliseconds(500))
    }

    @Test("refuses what is no time", arguments: [-1, .nan, .infinity, 1e30] as [Double])
    func noEpochs(_ number: Double) {
        #expect(MQTTPayload.epoch(number) == nil)
    }

    @Test("acknowledges only after the flush (R-01)")
    func acknowledgesAfterStore() async throws {
        let example = try #require(ContractCase.all.first { $0.name == "plain-and-json" })
        let clock = SkippingClock()
        let peer = OrderPeer(example.script)
        let sink = OrderSink(peer)
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        await #expect(throws: ConnectorError.self) {
            try await connector.run(testIO(clock.capture) { _ in peer }, into: sink)
        }
        let order = peer.order.withLock { $0 }
        #expect(order.filter { $0 == "acknowledged" }.count == 6)
        for (index, word) in order.enumerated() where word == "acknowledged" {
            #expect(order[index - 1] == "stored" || order[index - 1] == "empty")
        }
    }

    @Test("acknowledges nothing when the store fails, and takes the repetition")
    func storeFails() async throws {
        let example = try #require(ContractCase.all.first { $0.name == "plain-and-json" })
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        struct Full: Error {}
        let failing = MemorySink(failure: { Full() })
        let first = ScriptedPeer(example.script, clock: SkippingClock(), isLenient: true)
        let clock = SkippingClock()
        let error = await #expect(throws: ConnectorError.self) {
            try await connector.run(testIO(clock.capture) { _ in first }, into: failing)
        }
        guard case .notStored = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // The broker repeats the message with its flag; a session that had kept it would skip it.
        let sink = MemorySink()
        let script: [ScriptStep] = [
            example.script[0], .send([0x20, 2, 1, 0]), example.script[2], example.script[3],
            .send(repeated(example.script[4])), .expect([0x40, 2, 0, 1]),
        ]
        let second = ScriptedPeer(script, clock: clock)
        await #expect(throws: ConnectorError.self) {
            try await connector.run(testIO(clock.capture) { _ in second }, into: sink)
        }
        #expect(second.mismatch == nil)
        #expect(sink.snapshot.stored.count == 1)
    }

    private func repeated(_ step: ScriptStep) -> [UInt8] {
        guard case .send(var bytes) = step else { return [] }
        bytes[0] |= 0x08
        return bytes
    }

    @Test("joins rows of the same signals into one batch")
    func joins() {
        func batch(_ time: Int64, _ signal: UInt32, _ quality: [Quality] = []) -> SampleBatch {
            SampleBatch(
                times: [time],
                columns: [
                    SignalColumn(
                        signal: SignalID(signal), values: .numbers([Double(time)]),
                        quality: quality)
                ])
        }
        let joined = SampleBatch.joined([
            batch(1, 1), batch(2, 2), batch(3, 1, [.badValue]), batch(4, 1),
        ])
        #expect(joined.count == 2)
        #expect(joined[0].times == [1, 3, 4])
        #expect(joined[0].columns[0].quality == [.good, .badValue, .good])
        #expect(joined.allSatisfy { $0.flaw == nil })
    }

    @Test("stops asking for signals when the limit is reached (R-52)")
    func seriesLimit() async throws {
        let sink = MemorySink(seriesLimit: 2)
        let book = ReportBook()
        let intake = MQTTIntake(connection: Slug("gw"), points: [], discover: "#")
        let io = testIO(
            SkippingClock().capture, registry: sink, report: { book.note($0) },
            connect: { (_) async throws(ConnectorError) in throw .silenced })
        let messages = (0..<3).map { MQTTMessage(topic: "t\($0)", payload: Array("1".utf8)) }
        _ = try await intake.batches(of: messages, arrival: testStart, io: io)
        #expect(book.all == [.problem("no room for new signals: the box keeps 50000 series")])
    }
}

/// Remembers the order of stores and acknowledgements.
private final class OrderPeer: ByteChannel {
    let order = Mutex<[String]>([])
    private let peer: ScriptedPeer

    init(_ script: [ScriptStep]) {
        peer = ScriptedPeer(script, clock: SkippingClock(), isLenient: true)
    }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        if bytes[0] == 0x40 { order.withLock { $0.append("acknowledged") } }
        try await peer.send(bytes)
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        let bytes = try await peer.receive(within: limit)
        // The message that says nothing about any signal has nothing to store.
        if bytes.count > 2, String(decoding: bytes, as: UTF8.self).contains("null") {
            order.withLock { $0.append("empty") }
        }
        return bytes
    }

    func close() async { await peer.close() }
}

private struct OrderSink: SampleSink {
    let peer: OrderPeer

    init(_ peer: OrderPeer) { self.peer = peer }

    func accept(_ batches: [SampleBatch]) async {}

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        await Task.yield()
        peer.order.withLock { $0.append("stored") }
    }
}
