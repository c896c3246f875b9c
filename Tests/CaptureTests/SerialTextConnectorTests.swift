// Lines of text from a port: where the first begins, when to ask, what may be sent.

import Plant
import Testing

@testable import Capture

@Suite("A connection of serial text")
struct SerialTextConnectorTests {
    @Test("leaves out the line that had begun before")
    func start() {
        var start = SerialStart(opened: .zero)
        let cut = start.whole(Array("3.4".utf8), at: .milliseconds(10))
        #expect(cut == [])
        let next = start.whole(Array("5\r1".utf8), at: .milliseconds(20))
        #expect(next == Array("\r1".utf8))
        let rest = start.whole(Array("2".utf8), at: .milliseconds(30))
        #expect(rest == Array("2".utf8))
        var quiet = SerialStart(opened: .zero)
        let whole = quiet.whole(Array("12".utf8), at: .milliseconds(200))
        #expect(whole == Array("12".utf8))
    }

    @Test("asks at fixed times and counts what has no answer")
    func turns() {
        var turns = SerialTurns(period: .seconds(1), at: .zero)
        #expect(turns.isDue(.zero))
        let first = turns.endsUnanswered(.zero)
        #expect(!first)
        turns.answered()
        #expect(!turns.isDue(.milliseconds(900)))
        let second = turns.endsUnanswered(.milliseconds(1_100))
        #expect(!second)
        #expect(turns.due == .seconds(2))
        let third = turns.endsUnanswered(.milliseconds(4_500))
        #expect(third)
        #expect(turns.due == .seconds(5))
        #expect(turns.failures == 1)
        var never = SerialTurns(period: nil, at: .zero)
        #expect(!never.isDue(.hours(1)))
        let none = never.endsUnanswered(.hours(1))
        #expect(!none)
    }

    @Test(
        "names the setting that cannot work",
        arguments: [
            (["ask": String(repeating: "P", count: 33)], [:], "value", "ask"),
            (["ask": "S\u{1B}"], [:], "value", "ask"), (["ask": "Zwölf"], [:], "value", "ask"),
            (["every": "2s"], [:], "value", "every"),
            (["pattern": "[0-9]+"], [:], "value", "pattern"),
            (["pattern": "(?<value>[0-9]+"], [:], "value", "pattern"),
            (["pattern": "(?<value>[0-9]+)"], [:], "unit", "read"),
            ([:], ["pattern": "("], "value", "pattern"), ([:], [:], "weight", "read"),
        ])
    func refuses(
        _ settings: [String: String], _ options: [String: String], _ read: String, _ field: String
    ) {
        let id: Slug = Slug("scale")
        let signal = Signal(
            id: SignalID(1), name: "a", kind: read == "unit" ? .text : .number, unit: "",
            source: SignalSource(connection: id, address: read, options: options))
        let error = #expect(throws: ConfigurationError.self) {
            _ = try SerialTextConnector(
                connection: Connection(
                    id: id, kind: "serial-text",
                    settings: settings.merging(["port": "/dev/ttyS0"]) { old, _ in old }),
                signals: [signal])
        }
        #expect(error?.field == field)
    }

    @Test(
        "takes the first number of a line when no pattern is given",
        arguments: [
            ("  12.50 kg", 12.5), ("Weight: -3,25g", -3.25), ("1.234,5 N", 1_234.5), ("+ 7", 7),
        ])
    func anyNumber(_ line: String, _ value: Double) throws {
        let id: Slug = Slug("scale")
        let signal = Signal(
            id: SignalID(1), name: "a", kind: .number, unit: "",
            source: SignalSource(connection: id, address: "value", options: [:]))
        let reader = try SerialTextFields.schema.reader(
            settings: ["port": "/dev/ttyS0"], path: "c")
        var intake = SerialTextIntake([try SerialTextPoint(signal, connection: reader)])
        let arrived = intake.take(Array((line + "\r\n").utf8), arrival: testStart) { _ in }
        #expect(arrived.batches.map(\.columns).first?.first?.values == .numbers([value]))
    }
}
