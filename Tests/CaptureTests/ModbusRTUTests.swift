// The serial Modbus line: whose turn it is, what an answer is, what a configuration may say.

import Plant
import Testing
import Wire

@testable import Capture

@Suite("The Modbus line")
struct ModbusRTUTests {
    @Test("lets a silent device rest twice as long each time, up to a minute")
    func rests() {
        var bus = ModbusBus(devices: [1, 9])
        var rests: [Int64] = []
        for _ in 0..<9 {
            bus.failed(9, at: .zero)
            rests.append((bus.rest(of: 9, at: .zero) ?? .zero).nanoseconds / 1_000_000_000)
        }
        #expect(rests == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(bus.rest(of: 1, at: .zero) == nil)
        #expect(!bus.isSilent)
        bus.answered(9, after: .milliseconds(30), at: .seconds(100))
        #expect(bus.rest(of: 9, at: .seconds(100)) == .milliseconds(100_030))
        #expect(bus.rest(of: 9, at: .milliseconds(100_030)) == nil)
    }

    @Test("is silent only when every device has failed three times in a row")
    func silent() {
        var bus = ModbusBus(devices: [1, 2])
        for _ in 0..<3 { bus.failed(1, at: .zero) }
        for _ in 0..<2 { bus.failed(2, at: .zero) }
        #expect(!bus.isSilent)
        bus.failed(2, at: .zero)
        #expect(bus.isSilent)
        bus.answered(1, after: .zero, at: .zero)
        #expect(!bus.isSilent)
    }

    @Test("does not let the only device of a line rest after an answer")
    func alone() {
        var bus = ModbusBus(devices: [1])
        bus.answered(1, after: .seconds(1), at: .seconds(5))
        #expect(bus.rest(of: 1, at: .seconds(5)) == nil)
    }

    @Test("keeps the rate of a group that waits, and counts the periods that pass")
    func holds() {
        var schedule = PollSchedule(periods: [.seconds(1), .milliseconds(700)], start: .zero)
        let passed = schedule.hold(0, until: .milliseconds(40))
        #expect(passed == 0)
        #expect(schedule.next?.group == 1)
        _ = schedule.finished(1, now: .milliseconds(10))
        #expect(schedule.next?.at == .milliseconds(40))
        _ = schedule.finished(0, now: .milliseconds(50))
        // The next read is a second behind the first due time, not behind the wait.
        let missed = schedule.hold(1, until: .seconds(60))
        #expect(missed == 84)
        #expect(schedule.next?.group == 0)
        #expect(schedule.next?.at == .seconds(1))
    }

    @Test(
        "waits for 3.5 characters between frames",
        arguments: [
            ("9600", "even", 4_010_416), ("19200", "even", 2_005_208), ("1200", "none", 29_166_666),
            ("115200", "even", 1_750_000),
        ])
    func gap(_ baud: String, _ parity: String, _ nanoseconds: Int64) throws {
        let reader = try ModbusRTUFields.schema.reader(
            settings: ["port": "/dev/ttyUSB0", "baud": baud, "parity": parity], path: "c")
        let gap = ModbusRTUFields.gap(reader, try SerialPlace(reader))
        #expect(gap.nanoseconds == nanoseconds)
    }

    @Test(
        "names the setting that cannot work",
        arguments: [
            ([:], [:], "port"),
            (["port": "/dev/ttyS0", "address": "a:1"], [:], "port"),
            (["port": "ttyS0"], [:], "port"),
            (["port": "/dev/../etc/passwd"], [:], "port"),
            (["port": "/dev/ttyS0", "baud": "9601"], [:], "baud"),
            (["port": "/dev/ttyS0", "unit": "0"], [:], "unit"),
            (["port": "/dev/ttyS0", "data_bits": "7"], [:], "data_bits"),
            (["port": "/dev/ttyS0"], ["device": "0"], "device"),
            (["port": "/dev/ttyS0"], ["device": "248"], "device"),
        ])
    func refuses(_ settings: [String: String], _ options: [String: String], _ field: String) {
        let id: Slug = Slug("line")
        let signal = Signal(
            id: SignalID(1), name: "a", kind: .number, unit: "",
            source: SignalSource(connection: id, address: "holding:1", options: options))
        let error = #expect(throws: ConfigurationError.self) {
            _ = try ModbusRTUConnector(
                connection: Connection(id: id, kind: "modbus-rtu", settings: settings),
                signals: [signal])
        }
        #expect(error?.field == field)
    }
}
