// Serial ports: listened to first, asked only when silent; real pseudo-terminals where it matters.

import Glibc
import Plant
import Synchronization
import Testing
import Wire

@testable import Capture

@Suite("A scan of serial ports")
struct SerialScanTests {
    /// A line in memory: what comes by itself at a speed, and what answers.
    private final class MemoryLine: Sendable {
        let clock = SkippingClock()
        let spoken: [Int: [UInt8]]
        let answer: @Sendable (SerialSettings, [UInt8]) -> [UInt8]
        let sent = Mutex<[[UInt8]]>([])
        let opened = Mutex<[SerialSettings]>([])

        init(
            spoken: [Int: [UInt8]] = [:],
            answer: @escaping @Sendable (SerialSettings, [UInt8]) -> [UInt8] = { _, _ in [] }
        ) {
            self.spoken = spoken
            self.answer = answer
        }

        var opener: SerialOpener {
            SerialOpener { (settings) async throws(ConnectorError) in
                self.opened.withLock { $0.append(settings) }
                return Port(line: self, settings: settings)
            }
        }
    }

    private final class Port: ByteChannel {
        let line: MemoryLine
        let settings: SerialSettings
        let waiting: Mutex<[UInt8]>

        init(line: MemoryLine, settings: SerialSettings) {
            self.line = line
            self.settings = settings
            waiting = Mutex(line.spoken[settings.baud] ?? [])
        }

        func send(_ bytes: [UInt8]) async throws(ConnectorError) {
            line.sent.withLock { $0.append(bytes) }
            let answer = line.answer(settings, bytes)
            waiting.withLock { $0 += answer }
        }

        func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
            if Task.isCancelled { throw .cancelled }
            let bytes = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            if !bytes.isEmpty { return bytes }
            line.clock.advance(by: limit)
            throw .timedOut(doing: "reading", after: limit)
        }

        func close() async {}
    }

    private func events(_ line: MemoryLine) async -> [SerialScanEvent] {
        let book = Mutex<[SerialScanEvent]>([])
        await SerialScan(opener: line.opener, clock: line.clock.capture).run(["/dev/ttyUSB0"]) {
            event in book.withLock { $0.append(event) }
        }
        return book.withLock { $0 }
    }

    @Test("sends nothing to a device that speaks by itself, and finds its speed")
    func speaks() async throws {
        let line = MemoryLine(spoken: [
            9_600: [UInt8](repeating: 0xF8, count: 40),
            19_200: Array("S S 12.5 g\r\nS S 12.6 g\r\n".utf8),
        ])
        let events = await events(line)
        #expect(line.sent.withLock { $0.isEmpty })
        guard case .found(let finding)? = events.last else {
            Issue.record("nothing found")
            return
        }
        #expect(finding.says == "A device that sends lines of text at 19200 8N1")
        #expect(finding.line?.baud == 19_200)
        #expect(finding.facts == [ScanFact("A line", "S S 12.6 g")])
    }

    @Test("does not ask where unreadable bytes come by themselves")
    func noise() async throws {
        let bytes = [UInt8](repeating: 0x80, count: 100)
        let line = MemoryLine(spoken: [9_600: bytes, 19_200: bytes, 38_400: bytes, 115_200: bytes])
        let events = await events(line)
        #expect(line.sent.withLock { $0.isEmpty })
        guard case .found(let finding)? = events.last else {
            Issue.record("nothing found")
            return
        }
        #expect(finding.connector == nil)
    }

    @Test("finds a Modbus device by its speed, form and unit, and stops there")
    func modbus() async throws {
        // Answer to reading holding register 0 of unit 2: value 555, with its check sum.
        let answer = ModbusRTU.encode(unit: 2, pdu: [3, 2, 2, 0x2B])
        let line = MemoryLine { settings, request in
            settings.baud == 19_200 && settings.parity == .even && request[0] == 2 ? answer : []
        }
        let events = await events(line)
        guard case .found(let finding)? = events.last else {
            Issue.record("nothing found")
            return
        }
        #expect(finding.unit == 2)
        #expect(finding.line?.baud == 19_200)
        #expect(finding.line?.parity == .even)
        // 3 forms at 9600 and 1 at 19200 with 3 units each, then 2 units.
        let sent = line.sent.withLock { $0 }
        #expect(sent.count == 14)
        #expect(sent.allSatisfy { $0[1] == 3 })
    }

    @Test("ends in stated time where nobody answers")
    func nobody() async {
        let line = MemoryLine()
        let events = await events(line)
        #expect(events.last == .nothing(port: "/dev/ttyUSB0"))
        // 2 s of listening, then 36 questions of 0.4 s.
        #expect(line.clock.elapsed < .seconds(17))
    }

    @Test("says why a port cannot be used")
    func refused() async {
        let book = Mutex<[SerialScanEvent]>([])
        await SerialScan(clock: SkippingClock().capture).run(["/dev/no-such-port"]) { event in
            book.withLock { $0.append(event) }
        }
        guard case .refused(_, let why)? = book.withLock({ $0.last }) else {
            Issue.record("it was not refused")
            return
        }
        #expect(why.contains("is the adapter plugged in?"))
    }

    @Test("takes lasting names first, and each port once")
    func candidates() {
        let found = SerialCandidate.candidates(
            names: ["ttyS0", "ttyUSB10", "ttyUSB2", "tty1", "ttyUSBx", "ttyACM0", "null"],
            lasting: [(name: "usb-FTDI_A1-if00-port0", port: "ttyUSB2")])
        #expect(
            found.map(\.path) == [
                "/dev/serial/by-id/usb-FTDI_A1-if00-port0", "/dev/ttyUSB10", "/dev/ttyACM0",
                "/dev/ttyS0",
            ])
    }
}
