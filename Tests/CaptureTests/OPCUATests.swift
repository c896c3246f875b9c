// OPC UA: what the settings refuse, and the times, qualities and gaps of values.

import Plant
import Testing
import Wire

@testable import Capture

@Suite("OPC UA")
struct OPCUATests {
    private let id: Slug = Slug("press")

    private func signal(
        _ address: String, _ options: [String: String] = [:], number: UInt32 = 1,
        kind: ValueKind = .number
    ) -> Signal {
        Signal(
            id: SignalID(number), name: "value", kind: kind, unit: "",
            source: SignalSource(connection: id, address: address, options: options))
    }

    private func intake(_ kinds: [ValueKind]) throws -> OPCUAIntake {
        let reader = try OPCUAConnector.schema.reader(
            settings: ["address": "opc.tcp://press:4840"], path: "connection.press")
        return OPCUAIntake(
            try kinds.enumerated().map { index, kind in
                try OPCUAPoint(
                    signal("ns=2;i=\(index)", number: UInt32(index + 1), kind: kind),
                    connection: reader)
            })
    }

    private func seen(
        _ value: OPCUAReading, at source: Timestamp?, item: Int = 0, status: UInt32 = 0
    ) -> OPCUASeen {
        OPCUASeen(
            item: item, value: value, status: OPCUAStatus(status),
            sourceTime: source?.nanoseconds, serverTime: nil)
    }

    @Test(
        "refuses settings that cannot work and names the field",
        arguments: [
            (["address": "http://press"], "address"), ([:], "address"),
            (["address": "press", "mode": "sign"], "mode"),
            (["address": "press", "security": "none", "mode": "sign"], "mode"),
            (["address": "press", "trusted": "42:41"], "trusted"),
            (["address": "press", "password": "file"], "username"),
            (["address": "press", "security": "basic256"], "security"),
        ])
    func refuses(_ settings: [String: String], _ field: String) throws {
        let connection = Connection(id: id, kind: "opc-ua", settings: settings)
        let error = #expect(throws: ConfigurationError.self) {
            try OPCUAConnector(connection: connection, signals: [])
        }
        #expect(error?.field == field)
    }

    @Test(
        "refuses signals that cannot work and names the field",
        arguments: [
            ("Press.Speed", [:], "read"), ("ns=2;s=Speed", ["deadband": "much"], "deadband"),
            ("ns=2;s=Speed", ["deadband": "101%"], "deadband"),
            ("ns=2;s=Speed", ["queue": "1"], "queue"), ("ns=2;s=Speed", ["type": "text"], "type"),
        ])
    func refusesSignals(_ read: String, _ options: [String: String], _ field: String) {
        let connection = Connection(id: id, kind: "opc-ua", settings: ["address": "press"])
        let error = #expect(throws: ConfigurationError.self) {
            try OPCUAConnector(connection: connection, signals: [signal(read, options)])
        }
        #expect(error?.field == field)
    }

    @Test("takes addresses with and without scheme, port and path")
    func addresses() throws {
        for (text, url) in [
            ("opc.tcp://press:4841/cell", "opc.tcp://press:4841/cell"),
            ("OPC.TCP://press/cell", "opc.tcp://press:4840/cell"),
            ("192.168.1.60", "opc.tcp://192.168.1.60:4840"),
            ("opc.tcp://[fd00::20]:4840", "opc.tcp://[fd00::20]:4840"),
        ] {
            let connection = Connection(id: id, kind: "opc-ua", settings: ["address": text])
            #expect(try OPCUAFields.server(connection, "connection.press").url == url)
        }
    }

    @Test("reads fingerprints as servers show them")
    func fingerprints() throws {
        let text = Hexadecimal.pairs(Array(0..<32)) + ", " + Hexadecimal.text(Array(32..<64))
        let reader = try OPCUAConnector.schema.reader(
            settings: ["address": "press", "trusted": text], path: "connection.press")
        #expect(try OPCUAFields.trusted(reader) == [Array(0..<32), Array(32..<64)])
    }

    @Test("keeps the first value of a session with the time of its arrival")
    func firstValue() throws {
        var intake = try intake([.number])
        let old = testStart - .hours(30)
        var batches = intake.batches(of: [seen(.real(1), at: old)], arrival: testStart) { _ in }
        #expect(batches.map(\.times) == [[testStart.nanoseconds]])
        // A new session: the value has changed in our absence and holds.
        intake.expectFirst()
        let change = testStart + .seconds(60)
        let later = testStart + .seconds(600)
        batches = intake.batches(of: [seen(.real(2), at: change)], arrival: later) { _ in }
        #expect(batches.map(\.times) == [[change.nanoseconds, later.nanoseconds]])
        #expect(batches.first?.columns.first?.values == .numbers([2, 2]))
    }

    @Test("never puts a value behind the one before it")
    func order() throws {
        var intake = try intake([.number])
        _ = intake.batches(of: [seen(.real(1), at: testStart)], arrival: testStart) { _ in }
        let near = intake.batches(
            of: [seen(.real(2), at: testStart - .seconds(1))], arrival: testStart + .seconds(1)
        ) { _ in }
        #expect(near.map(\.times) == [[testStart.nanoseconds + 1]])
        let far = intake.batches(
            of: [seen(.real(3), at: testStart - .minutes(3))], arrival: testStart + .seconds(2)
        ) { _ in }
        #expect(far.map(\.times) == [[(testStart + .seconds(2)).nanoseconds]])
        #expect(far.first?.columns.first?.quality == [.uncertainClock])
    }

    @Test("marks bad, uncertain and unreadable values, and says each reason once")
    func qualities() throws {
        var intake = try intake([.number, .number])
        let book = ReportBook()
        for second in 0..<3 {
            let now = testStart + .seconds(Int64(second))
            let batches = intake.batches(
                of: [
                    seen(.unread("not read: a structure of type i=298"), at: now),
                    seen(
                        .real(1), at: now, item: 1,
                        status: [0x808C_0000, 0x4090_0000, 0x4093_0000][second]),
                ], arrival: now, report: { book.note($0) })
            let columns = batches.flatMap(\.columns)
            #expect(
                columns.map { $0.quality(at: 0).word } == [
                    "missing", second == 0 ? "missing" : "doubtful",
                ])
            if second == 1 { #expect(columns[1].quality == [.uncertainStale]) }
        }
        #expect(
            book.all == [
                .problem("ns=2;i=0: not read: a structure of type i=298"),
                .problem("ns=2;i=1: the server says BadSensorFailure"),
            ])
    }

    @Test("confirms only values that have not changed since the session went on")
    func confirmation() throws {
        var intake = try intake([.number, .number, .number])
        let first = (0..<3).map { seen(.real(1), at: testStart, item: $0) }
        _ = intake.batches(of: first, arrival: testStart) { _ in }
        intake.resume()
        let later = testStart + .seconds(30)
        _ = intake.batches(of: [seen(.real(2), at: later, item: 1)], arrival: later) { _ in }
        #expect(intake.unseen == [0, 2])
        let read = [
            seen(.real(1), at: testStart), seen(.real(2), at: later, item: 1),
            seen(.real(5), at: later, item: 2),
        ]
        let now = later + .seconds(5)
        let batches = intake.batches(confirming: read, arrival: now) { _ in }
        #expect(batches.map(\.times) == [[now.nanoseconds]])
        #expect(batches.flatMap(\.columns).map(\.signal) == [SignalID(1)])
    }

    @Test("puts signals with the same times into one batch")
    func batches() throws {
        var intake = try intake([.number, .flag])
        let later = testStart + .seconds(1)
        let batches = intake.batches(
            of: [
                seen(.real(1), at: testStart), seen(.boolean(true), at: testStart, item: 1),
                seen(.real(2), at: later), seen(.boolean(false), at: later, item: 1),
            ], arrival: later
        ) { _ in }
        #expect(batches.map(\.times) == [[testStart.nanoseconds, later.nanoseconds]])
        #expect(batches.first?.columns.count == 2)
        #expect(batches.first?.flaw == nil)
    }
}
