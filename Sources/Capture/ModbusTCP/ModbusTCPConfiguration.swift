// Settings of Modbus TCP: the device, and where and how each value lies in it.

import Plant
import Wire

/// The declared settings of Modbus TCP.
enum ModbusTCPFields {
    static let types = [
        "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "bcd16",
        "bcd32", "bit", "ascii",
    ]

    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 502),
                "Where the device or its gateway answers."),
            ConfigurationField(
                "unit", .whole(0...255), default: "1",
                "The number of the device behind the address."),
            ConfigurationField(
                "timeout", .duration(.milliseconds(50)...(.seconds(30))), default: "1s",
                "How long an answer may take."),
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
        ],
        signalOptions: [
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
                "device", .whole(0...255),
                "The number of the device, when it differs from the connection's `unit`."),
        ])
}

/// One value to read.
struct ModbusPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    /// The address as configured, for people.
    let text: String
    let address: ModbusAddress
    let type: ModbusType
    let order: ModbusWordOrder
    let device: UInt8
    let period: Elapsed

    /// The point of a signal, checked.
    init(
        _ signal: Signal, connection: ConfigurationReader
    ) throws(ConfigurationError) {
        let reader = try ModbusTCPFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        var place = try ModbusPoint.address(signal.source.address, reader)
        if let bit = reader.whole("bit") {
            guard !place.table.holdsBits else {
                throw reader.error(
                    "bit", "\(place.table.plural) are single bits", "Leave bit out.")
            }
            place.bit = Int(bit)
        }
        address = place
        text = signal.source.address
        type = try ModbusPoint.type(reader, place)
        order =
            ModbusWordOrder(
                rawValue: reader.text("order") ?? connection.text("order") ?? "abcd") ?? .abcd
        device = UInt8(reader.whole("device") ?? connection.whole("unit") ?? 1)
        period = reader.duration("every") ?? .seconds(1)
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
        if (type.isText) != (signal.kind == .text) {
            throw reader.error(
                "type", "a \(signal.kind.word) cannot be read as this type",
                "Use type = \"ascii\" for texts, and only for them.")
        }
    }

    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> ModbusAddress {
        do { return try ModbusAddress(text) } catch {
            throw reader.error(
                "read", error.description, "Write for example read = \"input:30012\".")
        }
    }

    static func type(
        _ reader: ConfigurationReader, _ address: ModbusAddress
    ) throws(ConfigurationError) -> ModbusType {
        let name = reader.text("type") ?? "uint16"
        if address.table.holdsBits {
            guard !reader.isGiven("type") || name == "bit" else {
                throw reader.error(
                    "type", "\(address.table.plural) hold single bits",
                    "Leave type out for coils and discrete inputs.")
            }
            return .bit(0)
        }
        if let bit = address.bit {
            guard !reader.isGiven("type") || name == "bit" || name == "uint16" else {
                throw reader.error(
                    "type", "a single bit is read from a register, not from a \(name)",
                    "Leave type out where a bit is named.")
            }
            return .bit(bit)
        }
        switch name {
        case "ascii": return .ascii(registers: Int(((reader.whole("length") ?? 16) + 1) / 2))
        case "bit":
            throw reader.error(
                "type", "the bit is not named", "Write for example read = \"holding:100#3\".")
        default: return ModbusType(name: name) ?? .uint16
        }
    }
}

extension ModbusType {
    /// Whether the value is a text.
    var isText: Bool { if case .ascii = self { true } else { false } }
}
