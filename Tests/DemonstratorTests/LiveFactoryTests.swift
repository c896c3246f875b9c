// The live side answers on real sockets and sends real lines, both true to the script.

import Demonstrator
import Glibc
import Plant
import Synchronization
import Testing
import Wire

/// A blocking Modbus client for tests.
final class TestClient {
    private let descriptor: Int32

    /// A connection to a port on loopback, nil when nobody answers.
    init?(port: UInt16) {
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, size)
            }
        }
        guard result == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Sends bytes and reads until a frame is there; nil when the server closes.
    func ask(_ bytes: [UInt8]) throws -> ModbusTCPFrame? {
        _ = unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, 0) }
        var deframer = ModbusTCPDeframer()
        while true {
            if let frame = try deframer.next() { return frame }
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard count > 0 else { return nil }
            deframer.append(Array(buffer[..<count]))
        }
    }
}

/// Collects the lines of a buffer.
struct LineLog: LineSink {
    var lines: [(time: Int64, series: [String: String])] = []
    var refused = 0

    mutating func accept(_ line: borrowing LineRecord, in bytes: RawSpan) {
        var series: [String: String] = [:]
        for field in line.fields {
            var key: [UInt8] = []
            line.appendSeriesKey(of: field, in: bytes, to: &key)
            let value: String
            switch field.value {
            case .float(let number): value = Scalar.number(number).asText
            case .int(let number): value = Scalar.integer(number).asText
            case .uint(let number): value = String(number)
            case .bool(let flag): value = Scalar.flag(flag).asText
            case .string(let text): value = text.string(in: bytes)
            }
            series[String(decoding: key, as: UTF8.self)] = value
        }
        lines.append((line.time, series))
    }

    mutating func refuse(_ error: LineError) { refused += 1 }
}

struct LiveFactoryTests {
    @Test func `registers of the gateway hold the values of the script at the time of the clock`()
        async throws
    {
        let moment = friday.now + .seconds(95)
        let live = LiveFactory(script: friday, clock: { moment })
        let address = try await live.start()
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let client = try #require(TestClient(port: port))
        let configured = factory(friday)
        var compared = 0
        for connection in configured.connections.values where connection.kind == "modbus-tcp" {
            let signals = configured.signals.values.filter {
                $0.source.connection == connection.id
            }
            for signal in signals {
                let unit = try #require(signal.source.options["device"].flatMap { UInt8($0) })
                let place = try ModbusAddress(signal.source.address)
                let type = signal.source.options["type"].flatMap { ModbusType(name: $0) }
                let request = ModbusRequest.read(
                    place.table, address: place.offset, count: type?.registerCount ?? 1)
                let answer = try #require(
                    try client.ask(
                        ModbusTCPFrame(transaction: 7, unit: unit, request: request).encoded()))
                #expect(answer.transaction == 7 && answer.unit == unit)
                let shown = try decoded(answer, request, signal, type)
                let reading = friday.reading(signal.machine ?? Slug("none"), at: moment)
                    .first { $0.signal == signal.id }
                let wanted = try #require(reading?.value.asDouble)
                let tolerance = type == .float32 ? abs(wanted) * 1e-6 : 1e-9
                #expect(abs(shown - wanted) <= tolerance, "\(signal.name)")
                compared += 1
            }
        }
        #expect(compared == 38)
        try await stop(live)
    }

    private func decoded(
        _ answer: ModbusTCPFrame, _ request: ModbusRequest, _ signal: Signal, _ type: ModbusType?
    ) throws -> Double {
        switch try ModbusResponse.decode(answer.pdu, for: request) {
        case .bits(let bits): return bits[0] ? 1 : 0
        case .registers(let registers):
            let order = signal.source.options["order"].flatMap { ModbusWordOrder(rawValue: $0) }
            let value = try ModbusRegisters.decode(
                type ?? .uint16, order: order ?? .abcd, from: registers, at: 0)
            let scale = signal.source.options["scale"].flatMap { Double($0) } ?? 1
            return (value.double ?? .nan) * scale
        default:
            Issue.record("\(signal.name) was refused")
            return .nan
        }
    }

    /// Runs a live side that is cancelled at once, which closes its gateway.
    private func stop(_ live: LiveFactory) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await live.run { _ in } }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func `an unknown unit, a write and broken bytes are answered as real gateways do`()
        async throws
    {
        let live = LiveFactory(script: friday, clock: { friday.now })
        let address = try await live.start()
        #expect(try await live.start() == address)
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let client = try #require(TestClient(port: port))
        let read = ModbusRequest.read(.input, address: 0, count: 1)
        let unknown = try client.ask(
            ModbusTCPFrame(transaction: 1, unit: 77, request: read).encoded())
        #expect(unknown?.pdu == [0x84, 0x0B])
        let beyond = ModbusRequest.read(.input, address: 900, count: 1)
        let refused = try client.ask(
            ModbusTCPFrame(transaction: 2, unit: 1, request: beyond).encoded())
        #expect(refused?.pdu == [0x84, 0x02])
        // Protocol identifier 1 does not exist: the connection ends.
        #expect(try client.ask([0, 3, 0, 1, 0, 6, 1, 4, 0, 0, 0, 1]) == nil)
        try await stop(live)
        #expect(TestClient(port: port) == nil)
    }

    @Test func `each sending machine has one line a second that reads back as the script has it`()
        throws
    {
        let since = friday.now
        let until = since + .seconds(90)
        let bytes = try friday.linesDue(since: since, until: until)
        let log = parsed(bytes)
        #expect(log.refused == 0)
        #expect(log.lines.count == 3 * 90)
        let configured = factory(friday)
        var compared = 0
        for line in log.lines {
            for (address, text) in line.series {
                let signal = try #require(
                    configured.signal(connection: Slug("line-protocol"), address: address))
                let reading = friday.reading(
                    signal.machine ?? Slug("none"), at: Timestamp(nanoseconds: line.time)
                ).first { $0.signal == signal.id }
                #expect(reading?.value.asText == text)
                compared += 1
            }
        }
        #expect(compared == 90 * 20)
        let first = try friday.linesDue(since: since, until: since + .seconds(41))
        let second = try friday.linesDue(since: since + .seconds(41), until: until)
        let times = (parsed(first).lines.map(\.time), parsed(second).lines.map(\.time))
        #expect(Set(times.0).isDisjoint(with: times.1))
        #expect(times.0.count + times.1.count == log.lines.count)
    }

    @Test func `a long silence gives a bounded number of lines`() throws {
        let lines = try friday.linesDue(since: friday.now, until: friday.now + .hours(5))
        #expect(parsed(lines).lines.count <= 3 * Int(DemonstratorLimits.linesPerPost))
    }

    @Test func `lines whose post failed are sent again, and cancelling ends the run`() async throws
    {
        let clock = Mutex(friday.now)
        let posted = Mutex<[[UInt8]]>([])
        let attempts = Mutex(0)
        let live = LiveFactory(
            script: friday, clock: { clock.withLock { $0 } },
            pause: { elapsed in
                try Task.checkCancellation()
                if posted.withLock({ $0.count }) == 3 { throw CancellationError() }
                clock.withLock { $0 = $0 + elapsed }
            })
        try await live.run { lines in
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            if attempt == 2 { throw LineLost() }
            posted.withLock { $0.append(lines) }
        }
        let times = posted.withLock { $0 }.map { Set(parsed($0).lines.map(\.time)).count }
        #expect(times == [1, 2, 1])
        #expect(live.refusedPosts == 1 && live.droppedSeconds == 0)
    }

    private struct LineLost: Error {}

    private func parsed(_ bytes: [UInt8]) -> LineLog {
        var log = LineLog()
        var parser = LineProtocolParser()
        parser.parse(bytes, defaultTime: 0, into: &log)
        return log
    }
}
