// Polled pages: what a bad configuration, a slow device and a refusal mean.

import Plant
import Testing
import Wire

@testable import Capture

@Suite("HTTP")
struct HTTPConnectorTests {
    private static let id: Slug = Slug("gw")

    private static func connector(
        _ settings: [String: String], _ options: [String: String] = [:], read: String = "a.b"
    ) throws(ConfigurationError) -> HTTPConnector {
        let source = SignalSource(connection: id, address: read, options: options)
        let signal = Signal(
            id: SignalID(1), name: "a", kind: try HTTPConnector.valueKind(of: source), unit: "",
            source: source)
        return try HTTPConnector(
            connection: Connection(id: id, kind: "http", settings: settings), signals: [signal])
    }

    private static func answer(_ body: String, _ status: String = "200 OK") -> ScriptStep {
        .send(
            Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
    }

    private func run(
        _ steps: [ScriptStep], _ settings: [String: String] = ["address": "h"]
    ) async throws -> (MemorySink.Content, [ConnectorReport], ConnectorError?) {
        let clock = SkippingClock()
        let peer = ScriptedPeer(steps, clock: clock, isLenient: true)
        let sink = MemorySink()
        let book = ReportBook()
        let connector = try Self.connector(settings)
        var end: ConnectorError?
        do throws(ConnectorError) {
            try await connector.run(
                testIO(clock.capture, report: { book.note($0) }, connect: { _ in peer }),
                into: sink)
        } catch {
            end = error
        }
        return (sink.snapshot, book.all, end)
    }

    @Test(
        "says which setting is wrong",
        arguments: [
            (["address": "https://h"], "connection.gw.address"),
            (["address": "HTTPS://h:443/"], "connection.gw.address"),
            (["address": "http://h/path"], "connection.gw.address"), ([:], "connection.gw.address"),
            (["address": "h", "path": "status"], "connection.gw.path"),
            (["address": "h", "path": "/a b"], "connection.gw.path"),
            (["address": "h", "password": "p"], "connection.gw.username"),
            (["address": "h", "username": "a:b"], "connection.gw.username"),
            (["address": "h", "header": "X"], "connection.gw.header"),
            (["address": "h", "header_value": "s"], "connection.gw.header"),
            (["address": "h", "header": "A B", "header_value": "s"], "connection.gw.header"),
            (["address": "h", "every": "1ms"], "connection.gw.every"),
        ] as [([String: String], String)])
    func badSettings(_ settings: [String: String], _ path: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Self.connector(settings)
        }
        #expect(error?.path == path)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("says which option of a signal is wrong")
    func badOptions() throws {
        for (options, read) in [
            (["path": "x"], "a"), (["time": "["], "a"), (["every": "1ms"], "a"),
            (["type": "word"], "a"), ([:], "a["), (["unknown": "x"], "a"),
        ] as [([String: String], String)] {
            #expect(throws: ConfigurationError.self) {
                _ = try Self.connector(["address": "h"], options, read: read)
            }
        }
    }

    @Test("says that an encrypted address cannot be read")
    func encrypted() throws {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Self.connector(["address": "https://h"])
        }
        #expect(error?.reason.contains("encrypted") == true)
    }

    @Test("asks once for each path and period")
    func groups() throws {
        let signals =
            [
                ("a", [:]), ("b", [:]), ("c", ["path": "/x"]), ("d", ["every": "5s"]),
            ] as [(String, [String: String])]
        let connector = try HTTPConnector(
            connection: Connection(id: Self.id, kind: "http", settings: ["address": "h"]),
            signals: signals.enumerated().map { index, signal in
                Signal(
                    id: SignalID(UInt32(index + 1)), name: signal.0, kind: .number, unit: "",
                    source: SignalSource(
                        connection: Self.id, address: signal.0, options: signal.1))
            })
        #expect(connector.groups.map(\.signals.count) == [2, 1, 1])
        #expect(connector.groups.map(\.period) == [.seconds(1), .seconds(1), .seconds(5)])
    }

    @Test("goes on after one lost answer and ends after three")
    func silence() async throws {
        let good = Self.answer("{\"a\":{\"b\":1}}")
        let (content, reports, end) = try await run([
            good, good, .silence, .silence, .silence, .silence,
        ])
        // The peer hangs up for good with the first connection that is closed.
        #expect(content.accepted.count == 2)
        #expect(reports.count { if case .requestFailed = $0 { true } else { false } } == 3)
        #expect(end != nil)
    }

    @Test("ends at once when the device does not let us in")
    func unauthorised() async throws {
        let (content, _, end) = try await run([Self.answer("", "401 Unauthorized")])
        #expect(content.accepted.isEmpty)
        guard case .rejected(401, _) = end else {
            Issue.record("\(String(describing: end))")
            return
        }
        #expect(end?.retryAdvice == .rarely)
    }

    @Test("gives no sample for a page that is not there, and says so")
    func notThere() async throws {
        let (content, reports, _) = try await run([
            Self.answer("no", "404 Not Found"), Self.answer("", "302 Found"),
            Self.answer("{\"a\":{\"b\":2}}"),
        ])
        #expect(content.accepted.map { $0.columns[0].values } == [.numbers([2])])
        #expect(reports.contains(.problem("/ answers with 404 Not Found")))
        #expect(
            reports.contains(
                .problem("/ answers with 302 Found, and another address is not followed")))
    }

    @Test("asks once more over a new connection when a kept one was closed meanwhile")
    func staleConnection() async throws {
        let clock = SkippingClock()
        let good = Self.answer("{\"a\":{\"b\":1}}")
        let peers = [
            ScriptedPeer([good], clock: clock, isLenient: true),
            ScriptedPeer([good], clock: clock, isLenient: true),
        ]
        let dials = ReportBook()
        let sink = MemorySink()
        let book = ReportBook()
        await #expect(throws: ConnectorError.self) {
            try await Self.connector(["address": "h"]).run(
                testIO(
                    clock.capture, report: { book.note($0) },
                    connect: { (_) async throws(ConnectorError) in
                        let count = dials.all.count
                        guard count < peers.count else {
                            throw .refused(by: "h", detail: "gone")
                        }
                        dials.note(.established)
                        return peers[count]
                    }), into: sink)
        }
        #expect(sink.snapshot.accepted.count == 2)
        #expect(!book.all.contains { if case .pollsLost = $0 { true } else { false } })
        #expect(peers.allSatisfy { $0.isClosed })
    }

    @Test("says for each signal what a probe found")
    func probe() async throws {
        let clock = SkippingClock()
        let peer = ScriptedPeer(
            [Self.answer("{\"a\":{\"b\":\"x\"}}")], clock: clock, isLenient: true)
        let report = try await Self.connector(["address": "h"]).probe(
            testIO(clock.capture) { _ in peer })
        #expect(report.summary == "h:80 answers; 0 of 1 signals have a value.")
        #expect(report.findings.map(\.problem) == ["not a number"])
        #expect(peer.isClosed)
    }
}
