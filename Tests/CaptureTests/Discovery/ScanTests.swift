// A scan against devices in memory: what it asks, what it finds, and that it keeps its limits.

import Logging
import Plant
import Synchronization
import Testing
import Wire

@testable import Capture

/// A network in memory: what answers at `host:port`, and what was sent to it.
final class MemoryNetwork: Sendable {
    typealias Device = @Sendable ([UInt8]) -> [UInt8]

    private struct State {
        var connections: [(place: String, at: Elapsed)] = []
        var sent: [(place: String, bytes: [UInt8])] = []
        var open: [String: Int] = [:]
        var mostOpen = 0
    }

    let clock = SkippingClock()
    private let devices: [String: Device]
    private let state = Mutex(State())

    init(_ devices: [String: Device]) { self.devices = devices }

    var connections: [(place: String, at: Elapsed)] { state.withLock { $0.connections } }
    var sent: [(place: String, bytes: [UInt8])] { state.withLock { $0.sent } }
    /// Connections that one address had at once, at most.
    var mostOpen: Int { state.withLock { $0.mostOpen } }

    var world: ScanWorld {
        ScanWorld(
            clock: clock.capture,
            dialer: Dialer { (endpoint, limit) async throws(ConnectorError) in
                try await self.connect(endpoint, limit)
            }, jitter: { 0.5 },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func connect(
        _ endpoint: Endpoint, _ limit: Elapsed
    ) async throws(ConnectorError) -> any ByteChannel {
        await Task.yield()
        let place = endpoint.description
        state.withLock { $0.connections.append((place, clock.elapsed)) }
        guard let device = devices[place] else {
            clock.advance(by: limit)
            throw .timedOut(doing: "connecting to \(place)", after: limit)
        }
        state.withLock { state in
            state.open[endpoint.host, default: 0] += 1
            state.mostOpen = max(state.mostOpen, state.open[endpoint.host] ?? 0)
        }
        return Line(network: self, endpoint: endpoint, device: device)
    }

    fileprivate func note(_ endpoint: Endpoint, _ bytes: [UInt8]) {
        state.withLock { $0.sent.append((endpoint.description, bytes)) }
    }

    fileprivate func left(_ endpoint: Endpoint) {
        state.withLock { $0.open[endpoint.host, default: 0] -= 1 }
    }

    private final class Line: ByteChannel {
        private let network: MemoryNetwork
        private let endpoint: Endpoint
        private let device: Device
        private let waiting = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))

        init(network: MemoryNetwork, endpoint: Endpoint, device: @escaping Device) {
            self.network = network
            self.endpoint = endpoint
            self.device = device
        }

        func send(_ bytes: [UInt8]) async throws(ConnectorError) {
            if Task.isCancelled { throw .cancelled }
            network.note(endpoint, bytes)
            let answer = device(bytes)
            waiting.withLock { $0.bytes += answer }
        }

        func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
            await Task.yield()
            if Task.isCancelled { throw .cancelled }
            let bytes = waiting.withLock { waiting in
                defer { waiting.bytes = [] }
                return waiting.bytes
            }
            if !bytes.isEmpty { return bytes }
            network.clock.advance(by: limit)
            throw .timedOut(doing: "reading", after: limit)
        }

        func close() async {
            let wasOpen = waiting.withLock { waiting in
                defer { waiting.isClosed = true }
                return !waiting.isClosed
            }
            if wasOpen { network.left(endpoint) }
        }
    }
}

/// Modbus TCP devices for tests, made from the frames of the standard.
enum ModbusDevices {
    /// An answer with the transaction and unit of its request.
    static func frame(_ request: [UInt8], _ pdu: [UInt8]) -> [UInt8] {
        var bytes = Array(request[..<2])
        bytes += [0, 0, 0, UInt8(pdu.count + 1), request[6]]
        bytes += pdu
        return bytes
    }

    /// A device that tells maker `ACME` and product `M-7`, on any unit.
    static let named: MemoryNetwork.Device = { request in
        guard request.count > 7, request[7] == 0x2B else {
            return frame(request, [request[7] | 0x80, 1])
        }
        var pdu: [UInt8] = [0x2B, 0x0E, 1, 1, 0, 0, 2, 0, 4]
        pdu += Array("ACME".utf8)
        pdu += [1, 3]
        pdu += Array("M-7".utf8)
        return frame(request, pdu)
    }

    /// A meter that does not tell its name; 230.4 V stand at input register 0 of unit 1.
    static let meter: MemoryNetwork.Device = { request in
        guard request[6] == 1 else { return [] }
        guard request[7] == 4 else { return frame(request, [request[7] | 0x80, 1]) }
        // 230.4 as a float32 is 0x43666666.
        return frame(request, [4, 4, 0x43, 0x66, 0x66, 0x66])
    }
}

@Suite("A scan")
struct ScanTests {
    private let meterSign = DeviceSign(
        profile: "sdm630", name: "Eastron SDM630", kind: "Energy meter", identification: nil,
        register: DeviceSign.Register(
            address: ModbusAddress(.input, 0), type: .float32, expected: 80...300))
    private let acmeSign = DeviceSign(
        profile: "acme-m7", name: "ACME M-7", kind: "Drive", identification: "acme", register: nil)

    private func events(
        _ network: MemoryNetwork, _ range: String, _ languages: [ScanProtocol],
        signs: [DeviceSign] = []
    ) async throws -> [ScanEvent] {
        let book = Mutex<[ScanEvent]>([])
        let plan = ScanPlan(
            try ScanRange(range), languages: languages, listening: .seconds(1))
        await Scan(plan, signs: signs, world: network.world).run { event in
            book.withLock { $0.append(event) }
        }
        return book.withLock { $0 }
    }

    private func found(_ events: [ScanEvent]) -> [ScanFinding] {
        events.compactMap { if case .found(let finding) = $0 { finding } else { nil } }
    }

    @Test("knows a device by its name and asks it once")
    func named() async throws {
        let network = MemoryNetwork(["10.0.0.1:502": ModbusDevices.named])
        let events = try await events(network, "10.0.0.1", [.modbus], signs: [meterSign, acmeSign])
        let finding = try #require(found(events).first)
        #expect(finding.says == "Drive, probably ACME M-7")
        #expect(finding.profiles == ["acme-m7"])
        #expect(finding.unit == 1)
        #expect(finding.facts.contains(ScanFact("Maker", "ACME")))
        #expect(network.sent.count == 1)
        let asked = events.compactMap {
            if case .asked(let request) = $0 { request.what } else { nil }
        }
        #expect(asked == ["reading the device identification, unit 1"])
    }

    @Test("knows a device by a register that fits, with two requests")
    func meter() async throws {
        let network = MemoryNetwork(["10.0.0.1:502": ModbusDevices.meter])
        let events = try await events(network, "10.0.0.1", [.modbus], signs: [acmeSign, meterSign])
        #expect(found(events).map(\.says) == ["Energy meter, probably Eastron SDM630"])
        // Functions 43 and 4, and nothing else.
        #expect(network.sent.map { $0.bytes[7] } == [0x2B, 4])
    }

    @Test("tells a device that nobody knows as what it is")
    func unknown() async throws {
        let network = MemoryNetwork(["10.0.0.1:502": ModbusDevices.named])
        let events = try await events(network, "10.0.0.1", [.modbus], signs: [meterSign])
        #expect(found(events).map(\.says) == ["A Modbus device: ACME M-7"])
        #expect(network.sent.count == 2)
    }

    @Test("of a silent Modbus port asks each unit twice at most, and ends")
    func silent() async throws {
        let network = MemoryNetwork(["10.0.0.1:502": { _ in [] }])
        let events = try await events(network, "10.0.0.1", [.modbus], signs: [meterSign])
        #expect(network.sent.map { $0.bytes[6] } == [1, 1, 255, 255, 0, 0])
        let refusals = events.compactMap {
            if case .refused(_, let why) = $0 { why } else { nil }
        }
        #expect(refusals == ["something listens, but it gives no answer in Modbus"])
        #expect(network.clock.elapsed < .seconds(10))
    }

    @Test("takes a gateway for a gateway and goes on to other units")
    func gateway() async throws {
        let network = MemoryNetwork([
            "10.0.0.1:502": { ModbusDevices.frame($0, [$0[7] | 0x80, 0x0B]) }
        ])
        let events = try await events(network, "10.0.0.1", [.modbus])
        #expect(found(events).first?.says.hasPrefix("A Modbus gateway") == true)
        #expect(network.sent.count == 3)
    }

    @Test("is not held up by a host that lies about lengths or floods")
    func hostile() async throws {
        let network = MemoryNetwork([
            "10.0.0.1:502": { [$0[0], $0[1], 0, 0, 0xFF, 0xFF, 1, 0x2B] },
            "10.0.0.2:502": { _ in [UInt8](repeating: 0x41, count: 65_536) },
            "10.0.0.1:80": { _ in
                Array("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".utf8)
            },
            "10.0.0.2:80": { _ in hugeChunk },
            "10.0.0.1:4840": { _ in Array("ACKF\u{7F}\u{7F}\u{7F}\u{7F}".utf8) },
            "10.0.0.2:1883": { _ in [0x30, 0xFF, 0xFF, 0xFF, 0x7F] },
            "10.0.0.1:102": { _ in [3, 0, 0xFF, 0xFF] },
        ])
        let events = try await events(network, "10.0.0.1-2", ScanProtocol.allCases)
        guard case .finished(let end)? = events.last else {
            Issue.record("it did not end")
            return
        }
        #expect(end.done == 16)
        #expect(network.clock.elapsed < .seconds(60))
    }

    @Test("sends no write, no login and not more than the limits say, whatever answers")
    func limits() async throws {
        let echo: MemoryNetwork.Device = { $0 }
        var devices: [String: MemoryNetwork.Device] = [:]
        for language in ScanProtocol.allCases { devices["10.0.0.1:\(language.port)"] = echo }
        let network = MemoryNetwork(devices)
        let events = try await events(
            network, "10.0.0.1", ScanProtocol.allCases, signs: [meterSign])
        #expect(network.mostOpen == 1)
        for (place, bytes) in network.sent {
            if place.hasSuffix(":502") { #expect([0x2B, 3, 4].contains(bytes[7])) }
            if place.hasSuffix(":80") || place.hasSuffix(":5000") {
                #expect(bytes.starts(with: Array("GET /".utf8)))
                #expect(!String(decoding: bytes, as: UTF8.self).contains("Authorization"))
            }
            if place.hasSuffix(":44818") { Issue.record("bytes were sent to EtherNet/IP") }
            // Of MQTT only CONNECT, SUBSCRIBE, PINGREQ and DISCONNECT.
            if place.hasSuffix(":1883") { #expect([0x10, 0x82, 0xC0, 0xE0].contains(bytes[0])) }
        }
        let asked = events.filter { if case .asked = $0 { true } else { false } }
        #expect(asked.count <= 6 + 2 * 5 + 3)
    }

    @Test("opens at most 20 connections a second, in the order of the addresses")
    func pace() async throws {
        let network = MemoryNetwork([:])
        _ = try await events(network, "10.0.0.1-60", [.modbus])
        let all = network.connections
        #expect(all.count == 60)
        let starts = all.map(\.at).sorted()
        // 50 ms lie between two starts, so any 21 of them span a second.
        for index in 20..<starts.count {
            #expect(starts[index] - starts[index - 20] >= .seconds(1))
        }
    }

    @Test("ends when it is cancelled, and says so")
    func cancels() async throws {
        let network = MemoryNetwork([:])
        let plan = ScanPlan(try ScanRange("10.0.0.0/22"))
        let scan = Scan(plan, signs: [], world: network.world)
        let seen = await scan.withEvents { events in
            var count = 0
            for await event in events {
                if case .nothing = event { count += 1 }
                if count == 3 { break }
            }
            return count
        }
        #expect(seen == 3)
        #expect(network.connections.count < 1_000)
    }

    @Test("asks one written port in each language until one answers")
    func written() async throws {
        let network = MemoryNetwork(["127.0.0.1:5020": ModbusDevices.named])
        let events = try await events(network, "127.0.0.1:5020", [.modbus, .mqtt, .http])
        #expect(found(events).count == 1)
        #expect(network.connections.count == 1)
        guard case .finished(let end)? = events.last else {
            Issue.record("it did not end")
            return
        }
        #expect(end.done == end.total)
    }

    @Test("knows a Shelly by its page, a Tasmota by its status, an agent by its model")
    func web() async throws {
        let shelly = #"{"type":"SHPLG-S","mac":"A4CF12F454A3","auth":false}"#
        let model = """
            <MTConnectDevices><Header creationTime="2026-01-01T00:00:00Z" sender="a" \
            instanceId="1" version="1.7" bufferSize="8" assetBufferSize="1" assetCount="0"/>\
            <Devices><Device id="d1" name="VMC-3Axis" uuid="u1"><DataItems/></Device></Devices>\
            </MTConnectDevices>
            """
        let network = MemoryNetwork([
            "10.0.0.1:80": { page($0, ["/shelly": shelly]) },
            "10.0.0.2:80": {
                page(
                    $0,
                    [
                        "/": "<html><head><title>Plug - Tasmota</title></head></html>",
                        "/cm?cmnd=Status%200": #"{"Status":{"DeviceName":"Saw"}}"#,
                    ])
            },
            "10.0.0.3:80": { page($0, ["/": "<TITLE>\n Printer  7\n</TITLE>"]) },
            "10.0.0.4:5000": { page($0, ["/probe": model]) },
        ])
        let events = try await events(network, "10.0.0.1-4", [.mtconnect, .http])
        let says = Dictionary(uniqueKeysWithValues: found(events).map { ($0.place, $0.says) })
        #expect(says["10.0.0.1:80"] == "Shelly device (SHPLG-S)")
        #expect(says["10.0.0.2:80"] == "Tasmota device “Saw”")
        #expect(says["10.0.0.3:80"] == "A web page: “Printer 7”")
        #expect(says["10.0.0.4:5000"] == "An MTConnect agent with 1 machine: VMC-3Axis")
        let sent = network.sent.filter { $0.place == "10.0.0.1:80" }
        #expect(sent.count == 1)
    }

    @Test(
        "knows the family of a Siemens controller by its order number",
        arguments: [
            ("6ES7 214-1AG40-0XB0", "S7-1200"), ("6ES7 315-2EH14-0AB0", "S7-300"),
            ("6ES7 511-1AK02-0AB0", "S7-1500"), ("6ES7 416-3ES06-0AB0", "S7-400"),
            ("6ED1 052-1MD08-0BA1", "LOGO!"),
        ])
    func families(_ row: (String, String)) {
        #expect(S7Scan.family(row.0) == row.1)
        #expect(S7Scan.family("1756-L71") == nil)
    }
}

/// An answer whose one chunk claims 4 GiB and brings 1 MiB.
private let hugeChunk: [UInt8] = {
    var bytes = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n".utf8)
    bytes += [UInt8](repeating: 0x41, count: 1 << 20)
    return bytes
}()

/// The answer of a web server that has some pages.
private func page(_ request: [UInt8], _ pages: [String: String]) -> [UInt8] {
    let target = String(decoding: request, as: UTF8.self).split(separator: " ")[1]
    guard let body = pages[String(target)] else {
        return Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8)
    }
    return Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
}
