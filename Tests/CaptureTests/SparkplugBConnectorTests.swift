// A Sparkplug host as a connector: addresses, gaps, values of the past.

import Plant
import Testing

@testable import Capture
@testable import Wire

@Suite("A Sparkplug B connection")
struct SparkplugBConnectorTests {
    private static let id: Slug = Slug("broker")

    private static func signal(_ read: String, _ options: [String: String] = [:]) -> Signal {
        Signal(
            id: SignalID(1), name: "a", kind: .number, unit: "",
            source: SignalSource(connection: id, address: read, options: options))
    }

    @Test(
        "names the setting that cannot work",
        arguments: [
            ([:], "Plant:x", "read"), ([:], "Plant/Edge", "read"), ([:], "Plant/Edge:", "read"),
            ([:], "Plant/+/Press:x", "read"), ([:], "/Edge:x", "read"),
            ([:], "a/b/c/d:x", "read"), (["host_id": "a/b"], "Plant/Edge:x", "host_id"),
            (["password": "p"], "Plant/Edge:x", "username"),
            (["rebirth": "1s"], "Plant/Edge:x", "rebirth"),
        ])
    func refuses(_ settings: [String: String], _ read: String, _ field: String) {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try SparkplugBConnector(
                connection: Connection(
                    id: Self.id, kind: "sparkplug-b",
                    settings: settings.merging(["address": "broker"]) { old, _ in old }),
                signals: [Self.signal(read)])
        }
        #expect(error?.field == field)
    }

    private func reading(
        _ point: SparkplugBPoint, at milliseconds: UInt64, _ value: Double,
        isHistorical: Bool = false, isTransient: Bool = false
    ) -> SparkplugHostAction {
        .deliver(
            SparkplugReading(
                source: point.source, metric: point.metric, value: .number(value),
                milliseconds: milliseconds, isArrivalTime: false, isHistorical: isHistorical,
                isTransient: isTransient, quality: .good))
    }

    @Test("keeps values of the past at their time, and tells how late they came")
    func historical() throws {
        let point = try SparkplugBPoint(Self.signal("Plant/Edge/Press:Motor: current"))
        #expect(point.metric == "Motor: current")
        var intake = SparkplugBIntake([point], start: testStart - .hours(1_000))
        let start = UInt64(testStart.nanoseconds / 1_000_000)
        let week: UInt64 = 7 * 86_400_000
        let batches = intake.batches(
            of: [
                reading(point, at: start - week, 1, isHistorical: true),
                reading(point, at: start - week, 2),
                reading(point, at: start, 3, isTransient: true),
                reading(point, at: start + week, 4, isHistorical: true),
            ], arrival: testStart, report: { _ in })
        let times = batches.flatMap(\.times)
        #expect(times.first == testStart.nanoseconds - Int64(week) * 1_000_000)
        #expect(batches.first?.lateness.first == Int64(week) * 1_000_000)
        // A present value with such a time has a wrong clock, and so has one of the future.
        #expect(times.dropFirst().allSatisfy { $0 == testStart.nanoseconds })
        #expect(batches.flatMap(\.columns).flatMap(\.quality).contains(.uncertainClock))
        #expect(times.count == 3)
        #expect(batches.allSatisfy { $0.flaw == nil })
    }

    @Test("takes a birth behind a lost connection for what holds now, whenever it last changed")
    func reconnects() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "sparkplug-b/rebirth" })
        let connector = try SparkplugBConnector(
            connection: example.connection, signals: example.signals)
        let clock = SkippingClock()
        let sink = MemorySink()
        for _ in 0..<2 {
            let peer = ScriptedPeer(example.script, clock: clock, isLenient: true)
            let io = testIO(clock.capture) { _ in peer }
            await #expect(throws: ConnectorError.self) {
                try await connector.run(io, into: sink)
            }
            clock.advance(by: .minutes(2))
        }
        let job = try #require(example.signals.first { $0.name == "job" }).id
        let times = sink.snapshot.accepted.filter { batch in
            batch.columns.contains { $0.signal == job && !$0.quality(at: 0).isBad }
        }.map { Timestamp(nanoseconds: $0.times[0]) - testStart }
        // The births carry a time before the start.
        #expect(times.count == 2)
        #expect(times.first == Elapsed(nanoseconds: 1))
        #expect(times.last ?? .zero >= .milliseconds(121_000))
    }

    @Test(
        "turns values into the kind of the signal",
        arguments: [
            (SparkplugValue.bool(true), ValueKind.number, Scalar.number(1)),
            (.unsigned(.max), .number, .number(18_446_744_073_709_551_616)),
            (.integer(-3), .integer, .integer(-3)), (.integer(2), .flag, .flag(true)),
            (.time(1_767_225_600_000), .text, .text("2026-01-01T00:00:00Z")),
        ])
    func kinds(_ value: SparkplugValue, _ kind: ValueKind, _ expected: Scalar) {
        #expect(value.scalar(as: kind) == expected)
        #expect(SparkplugValue.unsigned(.max).scalar(as: .integer) == nil)
        #expect(SparkplugValue.text("12").scalar(as: .number) == nil)
    }
}
