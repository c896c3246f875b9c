// Settings that Modbus has on every kind of line: requests, and how a value lies in registers.

import Plant
import Wire

/// Declarations shared by the Modbus connectors.
enum ModbusFields {
    static let types = [
        "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "bcd16",
        "bcd32", "bit", "ascii",
    ]

    static let timeout = ConfigurationField(
        "timeout", .duration(.milliseconds(50)...(.seconds(30))), default: "1s",
        "How long an answer may take.")

    /// What a device accepts in requests, and the order of bytes.
    static let requests = [
        ConfigurationField(
            "max_registers", .whole(1...125), default: "125",
            "The most registers that the device gives in one answer."),
        ConfigurationField(
            "max_gap", .whole(0...124), default: "0",
            "How many unused registers may be read along to save a request; "
                + "many devices refuse addresses that they do not have."),
        ConfigurationField(
            "max_requests_per_second", .whole(1...1000), default: "50",
            "The device never gets more requests a second than this."),
        ConfigurationField(
            "order", .choice(ModbusWordOrder.allCases.map(\.rawValue)), default: "abcd",
            "The order of bytes in values longer than one register, unless a signal says "
                + "otherwise."),
    ]

    /// The options of a signal; `devices` are the numbers that a device may have.
    static func options(devices: ClosedRange<Int64>) -> [ConfigurationField] {
        [
            ConfigurationField(
                "type", .choice(types), default: "uint16",
                "How the value lies in its registers."),
            ConfigurationField(
                "order", .choice(ModbusWordOrder.allCases.map(\.rawValue)),
                "The order of bytes, when it differs from the connection's."),
            ConfigurationField(
                "bit", .whole(0...15), "The bit of the register, 0 the lowest; same as `#3`."),
            ConfigurationField(
                "length", .whole(1...250), default: "16", "Characters of an `ascii` text."),
            ConfigurationField(
                "every", .duration(.milliseconds(50)...(.hours(24))), default: "1s",
                "Time between two reads."),
            ConfigurationField(
                "device", .whole(devices),
                "The number of the device, when it differs from the connection's `unit`."),
        ]
    }

    /// The limits of requests that a connection's settings name.
    static func limits(_ reader: ConfigurationReader) -> ModbusPlan.Limits {
        ModbusPlan.Limits(
            maxRegisters: Int(reader.whole("max_registers") ?? 125),
            maxGap: Int(reader.whole("max_gap") ?? 0))
    }

    /// The shortest time between the starts of two requests.
    static func spacing(_ reader: ConfigurationReader) -> Elapsed {
        Elapsed(nanoseconds: 1_000_000_000 / (reader.whole("max_requests_per_second") ?? 50))
    }
}
