// A real port of this computer: a pseudo-terminal whose other end the test holds.

import Glibc
import Plant
import Testing

@testable import Capture

@Suite("A serial port")
struct SerialPortTests {
    /// The end of the line that a device would hold.
    private final class Device: Sendable {
        let file: Int32
        let port: String

        init() throws {
            file = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
            try #require(file >= 0)
            var lock: Int32 = 0
            var number: Int32 = 0
            // TIOCSPTLCK and TIOCGPTN of Linux.
            let isUnlocked = unsafe ioctl(file, 0x4004_5431, &lock) == 0
            let isNumbered = unsafe ioctl(file, 0x8004_5430, &number) == 0
            try #require(isUnlocked && isNumbered)
            port = "/dev/pts/\(number)"
        }

        func send(_ bytes: [UInt8]) {
            _ = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        }

        func hangUp() { _ = close(file) }
    }

    private func settings(_ port: String) -> SerialSettings {
        SerialSettings(path: port, baud: 19_200, parity: .even)
    }

    @Test("carries bytes as they are in both directions")
    func carries() async throws {
        let device = try Device()
        let port = try await SerialOpener.system.open(settings(device.port))
        let all = (0...255).map { UInt8($0) }
        device.send(all)
        var heard: [UInt8] = []
        while heard.count < 256 { heard += try await port.receive(within: .seconds(5)) }
        #expect(heard == all)
        try await port.send(all)
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = unsafe read(device.file, &bytes, bytes.count)
        #expect(Array(bytes[..<max(0, count)]) == all)
        await port.close()
        await port.close()
        device.hangUp()
    }

    @Test("says that nothing came, and goes on")
    func waits() async throws {
        let device = try Device()
        let port = try await SerialOpener.system.open(settings(device.port))
        await #expect(throws: ConnectorError.self) {
            _ = try await port.receive(within: .milliseconds(2))
        }
        device.send([7])
        #expect(try await port.receive(within: .seconds(5)) == [7])
        await port.close()
        device.hangUp()
    }

    @Test("ends a wait at once when it is cancelled")
    func cancels() async throws {
        let device = try Device()
        let port = try await SerialOpener.system.open(settings(device.port))
        let error = await withTaskGroup(of: ConnectorError?.self) { group in
            group.addTask {
                do throws(ConnectorError) {
                    _ = try await port.receive(within: .hours(1))
                    return nil
                } catch {
                    return error
                }
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
        await port.close()
        device.hangUp()
    }

    @Test("is free again when a connector that used it was cancelled")
    func free() async throws {
        let device = try Device()
        let id: Slug = Slug("line")
        let connection = Connection(
            id: id, kind: "serial-text", settings: ["port": device.port, "ask": "P"])
        let connector = try SerialTextConnector(connection: connection, signals: [])
        let io = testIO(ManualClock().capture) { (_) async throws(ConnectorError) in
            throw .unreachable(address: "", detail: "")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await connector.run(io, into: MemorySink()) }
            for _ in 0..<100 { await Task.yield() }
            group.cancelAll()
            try await group.waitForAll()
        }
        let again = try await SerialOpener.system.open(settings(device.port))
        await again.close()
        device.hangUp()
    }

    @Test("is not opened while traffic to machines is switched off")
    func silenced() async throws {
        let device = try Device()
        let io = testIO(SkippingClock().capture) { (_) async throws(ConnectorError) in
            throw .unreachable(address: "", detail: "")
        }
        let supervisor = ConnectorSupervisor(io: io, sink: MemorySink())
        supervisor.silence()
        let id: Slug = Slug("line")
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await supervisor.probe(
                Connection(id: id, kind: "serial-text", settings: ["port": device.port]),
                signals: [])
        }
        #expect(error == .silenced)
        device.hangUp()
    }

    @Test("tells a plug that was pulled")
    func pulled() async throws {
        let device = try Device()
        let port = try await SerialOpener.system.open(settings(device.port))
        device.hangUp()
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await port.receive(within: .seconds(5))
        }
        #expect(error?.retryAdvice == .backOff)
        await port.close()
    }

    @Test("is open once only, and free again after it was closed")
    func once() async throws {
        let device = try Device()
        let port = try await SerialOpener.system.open(settings(device.port))
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await SerialOpener.system.open(settings(device.port))
        }
        #expect(error?.what.contains("another program or connection uses this port") == true)
        await port.close()
        let again = try await SerialOpener.system.open(settings(device.port))
        await again.close()
        device.hangUp()
    }

    @Test(
        "says what is wrong with the port", arguments: ["/dev/null", "/dev/no-such-port", "/dev"])
    func refuses(_ path: String) async {
        await #expect(throws: ConnectorError.self) {
            _ = try await SerialOpener.system.open(settings(path))
        }
    }
}
