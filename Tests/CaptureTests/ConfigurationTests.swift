// Settings: refused with the name of the field and a right example.

import Plant
import Testing

@testable import Capture

/// A configuration that cannot work, and the field that its error names.
struct BadConfiguration: Sendable, CustomTestStringConvertible {
    let kind: String
    var settings: [String: String] = ["address": "192.168.1.47"]
    var read = "holding:1"
    var options: [String: String] = [:]
    var valueKind = ValueKind.number
    var unit = ""
    let field: String
    var suggestion: String?

    var testDescription: String { "\(kind) \(field)" }

    static let all: [BadConfiguration] = [
        .init(kind: "modbus-tcp", settings: [:], field: "address"),
        .init(kind: "modbus-tcp", settings: ["address": "a b"], field: "address"),
        .init(kind: "modbus-tcp", settings: ["address": "host:99999"], field: "address"),
        .init(
            kind: "modbus-tcp", settings: ["adress": "h"], field: "adress", suggestion: "address"),
        .init(kind: "modbus-tcp", settings: ["address": "h", "unit": "300"], field: "unit"),
        .init(kind: "modbus-tcp", settings: ["address": "h", "timeout": "1"], field: "timeout"),
        .init(kind: "modbus-tcp", read: "register:1", field: "read"),
        .init(kind: "modbus-tcp", read: "holding:70000", field: "read"),
        .init(kind: "modbus-tcp", options: ["typ": "int16"], field: "typ", suggestion: "type"),
        .init(
            kind: "modbus-tcp", options: ["type": "int-16"], field: "type", suggestion: "int16"),
        .init(kind: "modbus-tcp", options: ["every": "1ms"], field: "every"),
        .init(kind: "modbus-tcp", options: ["scale": "a tenth"], field: "scale"),
        .init(kind: "modbus-tcp", read: "coil:1", options: ["bit": "3"], field: "bit"),
        .init(kind: "modbus-tcp", read: "coil:1", options: ["type": "int16"], field: "type"),
        .init(kind: "modbus-tcp", options: ["type": "bit"], field: "type"),
        .init(kind: "modbus-tcp", options: ["type": "ascii"], field: "type"),
        .init(
            kind: "modbus-tcp", settings: ["address": "h", "max_registers": "1"],
            options: ["type": "float32"], field: "read"),
        .init(
            kind: "modbus-tcp", read: "holding:65535", options: ["type": "float32"], field: "read"),
        .init(
            kind: "modbus-tcp", options: ["read_unit": "Cel"], unit: "kW", field: "read_unit"),
        .init(kind: "modbus-tcp", options: ["min": "5", "max": "1"], field: "min"),
        .init(
            kind: "modbus-tcp", options: ["scale": "2"], valueKind: .integer, field: "scale"),
        .init(
            kind: "mqtt", settings: ["address": "h", "version": "4"], read: "a", field: "version"),
        .init(kind: "mqtt", settings: ["address": "h", "qos": "2"], read: "a", field: "qos"),
        .init(
            kind: "mqtt", settings: ["address": "h", "password": "x"], read: "a",
            field: "username"),
        .init(
            kind: "mqtt", settings: ["address": "h", "discover": "a/#/b"], read: "a",
            field: "discover"),
        .init(kind: "mqtt", read: "factory/+/power", field: "read"),
        .init(kind: "mqtt", read: "a#b..c", field: "read"),
        .init(kind: "mqtt", read: "a", options: ["type": "text"], field: "type"),
        .init(kind: "mqtt", read: "a", options: ["time": "]"], field: "time"),
        .init(kind: "mqt", field: "kind", suggestion: "mqtt"),
    ]
}

@Suite("A configuration")
struct ConfigurationTests {
    @Test("that cannot work names its field and a remedy", arguments: BadConfiguration.all)
    func isRefused(_ bad: BadConfiguration) throws {
        let connection = Connection(id: Slug("gw"), kind: bad.kind, settings: bad.settings)
        let signal = Signal(
            id: SignalID(1), name: "s", kind: bad.valueKind, unit: bad.unit,
            source: SignalSource(connection: Slug("gw"), address: bad.read, options: bad.options))
        do throws(ConfigurationError) {
            _ = try ConnectorCatalog.connector(for: connection, signals: [signal])
            Issue.record("was accepted")
        } catch {
            #expect(error.field == bad.field)
            #expect(!error.remedy.isEmpty)
            if let suggestion = bad.suggestion { #expect(error.suggestion == suggestion) }
        }
    }

    @Test(
        "reads lengths of time",
        arguments: [
            ("1s", 1_000), ("250ms", 250), ("5 min", 300_000), ("1h", 3_600_000),
            ("1 day", 86_400_000), ("0.5s", 500),
        ] as [(String, Int64)])
    func durations(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test("refuses other lengths", arguments: ["", "s", "1", "1 week", "-1s", "1e3s", "1.2.3s"])
    func badDurations(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        "reads addresses",
        arguments: [
            ("192.168.1.47:502", "192.168.1.47:502"), ("plc", "plc:502"),
            ("[::1]:1502", "[::1]:1502"), ("[fe80::1]", "[fe80::1]:502"),
        ])
    func endpoints(_ text: String, _ expected: String) {
        #expect(Endpoint(text, defaultPort: 502)?.description == expected)
    }

    @Test("refuses other addresses", arguments: ["", ":502", "a:b", "::1", "a/b", "[::1", "h:0"])
    func badEndpoints(_ text: String) {
        #expect(Endpoint(text, defaultPort: 502) == nil)
    }

    @Test("never shows a secret")
    func secrets() {
        #expect("\(Secret(bytes: [1, 2, 3]))" == "•••")
    }

    @Test("says the kind of values of an address")
    func kinds() throws {
        func kind(_ address: String, _ options: [String: String]) throws -> ValueKind {
            try ModbusTCPConnector.valueKind(
                of: SignalSource(connection: Slug("gw"), address: address, options: options))
        }
        #expect(try kind("coil:1", [:]) == .flag)
        #expect(try kind("holding:1#4", [:]) == .flag)
        #expect(try kind("holding:1", ["type": "int16"]) == .number)
        #expect(try kind("holding:1", ["type": "uint32", "counter": "32"]) == .integer)
        #expect(
            try kind("holding:1", ["type": "uint32", "counter": "32", "scale": "0.1"]) == .number)
        #expect(try kind("holding:1", ["type": "ascii"]) == .text)
    }
}
