// Values of observations, marks of gaps, and where the reading goes on.

import Plant
import Testing
import Wire

@testable import Capture

@Suite("MTConnect and SHDR")
struct MTConnectConnectorTests {
    private static let id: Slug = Slug("gw")

    private static func signal(
        _ read: String, _ kind: ValueKind, _ number: UInt32 = 1, form: String? = nil
    ) -> Signal {
        var options = ["type": kind.word]
        options["form"] = form
        return Signal(
            id: SignalID(number), name: read, kind: kind, unit: "",
            source: SignalSource(connection: id, address: read, options: options))
    }

    @Test(
        "reads addresses",
        arguments: [
            ("M1/execution", "M1", "execution", nil), ("execution", nil, "execution", nil),
            ("M1/x#0", "M1", "x", "0"), ("u-1/t#1.X", "u-1", "t", "1.X"),
        ] as [(String, String?, String, String?)])
    func addresses(_ text: String, _ device: String?, _ key: String, _ part: String?) throws {
        let point = try MTConnectPoint(Self.signal(text, .number), device: nil)
        #expect(point.device == device)
        #expect(point.key == key)
        #expect(point.part == part)
    }

    @Test("refuses others", arguments: ["", "/x", "M1/", "M1/x/y", "M1/x#"])
    func refused(_ text: String) {
        #expect(throws: ConfigurationError.self) {
            _ = try MTConnectPoint(Self.signal(text, .number), device: nil)
        }
    }

    @Test("refuses keys of adapters that cannot be", arguments: ["", ":x", "m:", "a|b", "a#"])
    func refusedKeys(_ text: String) {
        #expect(throws: ConfigurationError.self) {
            _ = try SHDRPoint(Self.signal(text, .number))
        }
    }

    @Test("refuses two forms of one key")
    func twoForms() {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try SHDRConnector(
                connection: Connection(id: Self.id, kind: "shdr", settings: ["address": "h"]),
                signals: [
                    Self.signal("a", .text, 1, form: "condition"), Self.signal("a", .text, 2),
                ])
        }
        #expect(error?.path == "signal.2.form")
    }

    private static let values: [(MTConnectValue, String?, ValueKind, MTConnectReading.Found)] = [
        (.unavailable, nil, .number, .unavailable), (.unavailable, nil, .text, .unavailable),
        (.number(1.5), nil, .number, .value(.number(1.5))),
        (.number(2), nil, .integer, .value(.integer(2))), (.number(1.5), nil, .integer, .unfit),
        (.number(0), nil, .flag, .value(.flag(false))),
        (.number(2), nil, .text, .value(.text("2"))),
        (.text("ACTIVE"), nil, .text, .value(.text("ACTIVE"))),
        (.text("ACTIVE"), nil, .number, .unfit), (.text("12"), nil, .integer, .value(.integer(12))),
        (.text("unavailable"), nil, .number, .unavailable),
        (.text("ON"), nil, .flag, .value(.flag(true))),
        (.text(String(repeating: "x", count: 5_000)), nil, .text, .unfit),
        (.numbers([1, 2]), "1", .number, .value(.number(2))),
        (.numbers([1, 2]), "2", .number, .absent), (.numbers([1, 2]), nil, .number, .unfit),
        (.numbers([1, 2]), nil, .text, .value(.text("1 2"))),
        (.message(text: "Door", nativeCode: "C4"), nil, .text, .value(.text("Door"))),
        (.message(text: "Door", nativeCode: "C4"), "code", .text, .value(.text("C4"))),
        (.dataSet([MTConnectEntry("a", "1")]), "a", .number, .value(.number(1))),
        (.dataSet([MTConnectEntry("a", "1")]), "b", .number, .absent),
        (.dataSet([MTConnectEntry("a", "", isRemoved: true)]), "a", .number, .unavailable),
        (
            .table([MTConnectRow("1", [MTConnectEntry("X", "7")])]), "1.X", .number,
            .value(.number(7))
        ),
        (.table([MTConnectRow("1", [MTConnectEntry("X", "7")])]), "1.Y", .number, .absent),
    ]

    @Test("reads values, and UNAVAILABLE never as 0", arguments: values.indices)
    func found(_ index: Int) {
        let (value, part, kind, expected) = Self.values[index]
        #expect(MTConnectReading.found(value, part: part, as: kind) == expected)
    }

    @Test("keeps columns bounded, and two values of one time apart")
    func rows() {
        var rows = SignalRows()
        let signal = RegisteredSignal(id: SignalID(1), kind: .number)
        for number in 0..<10_000 {
            rows.add(.number(Double(number)), to: signal, source: testStart, arrival: testStart)
        }
        let batches = rows.batches()
        #expect(batches.map(\.times.count) == [4_096, 4_096, 1_808])
        #expect(batches.allSatisfy { $0.flaw == nil })
        #expect(Set(batches[0].times).count == 4_096)
        #expect(batches[0].times == batches[0].times.sorted())
    }

    @Test("keeps the place in the buffer as text")
    func cursor() {
        let cursor = MTConnectCursor(instanceID: 7, next: 12)
        #expect(cursor.position == "7/12")
        #expect(MTConnectCursor(position: "7/12") == cursor)
        for text in ["", "7", "7/0", "a/1", "7/1/2", "7/-1"] {
            #expect(MTConnectCursor(position: text) == nil)
        }
    }

    @Test("stores the place with the values, and goes on there")
    func resume() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "mtconnect/stream" })
        let clock = SkippingClock()
        let sink = MemorySink()
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let peer = ScriptedPeer(example.script, clock: clock)
        await #expect(throws: ConnectorError.self) {
            try await connector.run(testIO(clock.capture) { _ in peer }, into: sink)
        }
        #expect(sink.snapshot.cursors.last?.source == "mtconnect/gw")
        #expect(sink.snapshot.cursors.map(\.position) == ["7/10", "7/13", "7/15", "7/17"])
        // The next session asks for the model and the state, then from there on.
        let asked = AskingPeer(
            answers: example.script.prefix(4).map { step in
                guard case .send(let bytes) = step else { return step }
                let text = String(decoding: bytes, as: UTF8.self)
                return .send(
                    Array(text.replacing("nextSequence=\"10\"", with: "nextSequence=\"17\"").utf8))
            })
        await #expect(throws: ConnectorError.self) {
            try await connector.run(testIO(clock.capture) { _ in asked }, into: sink)
        }
        #expect(
            asked.targets.prefix(3) == [
                "/probe", "/current", "/sample?from=17&count=1000&interval=500&heartbeat=10000",
            ])
    }

    @Test("does not move on before the values are stored")
    func notStored() async throws {
        struct Full: Error {}
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "mtconnect/stream" })
        let clock = SkippingClock()
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let sink = MemorySink(failure: { Full() })
        for _ in 0..<2 {
            let peer = ScriptedPeer(example.script, clock: clock)
            let end = await #expect(throws: ConnectorError.self) {
                try await connector.run(testIO(clock.capture) { _ in peer }, into: sink)
            }
            guard case .notStored = end else {
                Issue.record("\(String(describing: end))")
                return
            }
            // The same requests again: nothing was taken for stored.
            #expect(peer.mismatch == nil)
        }
    }

    @Test("tells a gap with its count")
    func gap() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "mtconnect/overrun" })
        let played = try await example.play()
        #expect(
            played.book.all.contains(
                .dropped(stage: "mtconnect", reason: "buffer", count: 89)))
        #expect(
            played.book.all.contains(
                .problem(
                    "89 observations are lost (numbers 11 to 100): the agent's buffer went on "
                        + "before they were read")))
    }

    @Test("probes an agent")
    func probe() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "mtconnect/stream" })
        let clock = SkippingClock()
        let peer = ScriptedPeer(Array(example.script.prefix(4)), clock: clock)
        let connector = try ConnectorCatalog.connector(
            for: example.connection,
            signals: example.signals + [Self.signal("M1/none", .number, 9)])
        let report = try await connector.probe(testIO(clock.capture) { _ in peer })
        #expect(report.findings.map(\.value) == ["ACTIVE", "12.5", "Normal", "", nil, nil])
        #expect(report.findings[4].problem == "the agent says UNAVAILABLE")
        #expect(report.findings[5].problem == "the agent has no such data item")
        #expect(report.summary == "192.168.1.50:5000 answers; 4 of 6 signals have a value.")
        #expect(peer.isClosed)
    }

    @Test("says that an encrypted address cannot be read")
    func encrypted() {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try MTConnectConnector(
                connection: Connection(
                    id: Self.id, kind: "mtconnect", settings: ["address": "https://h"]),
                signals: [])
        }
        #expect(error?.path == "connection.gw.address")
    }
}

/// A peer that remembers what is asked for.
private final class AskingPeer: ByteChannel {
    private let requests = ReportBook()
    private let peer: ScriptedPeer

    init(answers: [ScriptStep]) {
        peer = ScriptedPeer(answers, clock: SkippingClock(), isLenient: true)
    }

    var targets: [String] {
        requests.all.map { if case .problem(let text) = $0 { text } else { "" } }
    }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        requests.note(.problem(words.count > 1 ? String(words[1]) : ""))
        try await peer.send(bytes)
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        try await peer.receive(within: limit)
    }

    func close() async { await peer.close() }
}
