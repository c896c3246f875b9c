// S7: what the settings refuse, the kinds of signals, and a controller that says no.

import Plant
import Testing
import Wire

@testable import Capture

@Suite("S7")
struct S7ConnectorTests {
    private let id: Slug = Slug("plc")

    @Test(
        "gives each address its kind",
        arguments: [
            ("DB1.DBX0.3", [:], ValueKind.flag), ("DB1.DBD4:REAL", [:], .number),
            ("DB1.DBW2:INT", ["counter": "16"], .integer),
            ("DB1.DBW2:INT", ["counter": "16", "scale": "0.1"], .number),
            ("DB1.DBB14:STRING[10]", [:], .text), ("DB1.DBB52:DTL", [:], .text),
        ])
    func kinds(_ read: String, _ options: [String: String], _ kind: ValueKind) throws {
        let source = SignalSource(connection: id, address: read, options: options)
        #expect(try S7Connector.valueKind(of: source) == kind)
    }

    @Test(
        "refuses what cannot work and names the field",
        arguments: [
            (["address": "plc"], "DB1.DBQ4", [:], "read"),
            (["address": "plc"], "DB1.DBD4:STRING[10]", [:], "read"),
            (["address": "plc", "rack": "8"], "M0.0", [:], "rack"),
            (["address": "plc"], "M0.0", ["every": "1ms"], "every"),
        ])
    func refuses(
        _ settings: [String: String], _ read: String, _ options: [String: String], _ field: String
    ) {
        let connection = Connection(id: id, kind: "s7", settings: settings)
        let source = SignalSource(connection: id, address: read, options: options)
        let error = #expect(throws: ConfigurationError.self) {
            let kind = try S7Connector.valueKind(of: source)
            let signal = Signal(
                id: SignalID(1), name: "value", kind: kind, unit: "", source: source)
            _ = try S7Connector(connection: connection, signals: [signal])
        }
        #expect(error?.field == field)
    }

    @Test("says what to do when access is refused")
    func advice() {
        #expect(S7Refusal(code: 0x8104).advice.contains("PUT/GET"))
        #expect(!S7Refusal(code: 0x8500).advice.contains("PUT/GET"))
    }

    @Test("reads the values of a refused range one by one")
    func splits() throws {
        let reader = try S7Connector.schema.reader(
            settings: ["address": "plc"], path: "connection.plc")
        let points = try ["DB2.DBD8:DINT", "DB2.DBD12:DINT"].enumerated().map { index, read in
            try S7Point(
                Signal(
                    id: SignalID(UInt32(index + 1)), name: read, kind: .number, unit: "",
                    source: SignalSource(connection: id, address: read, options: [:])),
                connection: reader)
        }
        var group = S7PollGroup(period: .seconds(1), points: points)
        group.plan(S7Plan.Limits(pduBytes: 240))
        let joined = try #require(group.requests.first?.first)
        #expect(joined.range.description == "DB2 bytes 8 to 15")
        let again = group.split(joined)
        #expect(
            again.flatMap { $0 }.map(\.range.description) == [
                "DB2 bytes 8 to 11", "DB2 bytes 12 to 15",
            ])
        #expect(group.requests.flatMap { $0 }.count == 2)
        #expect(group.split(again[0][0]).isEmpty)
    }
}
