// Where and how one value lies in a Modbus device, checked.

import Plant
import Wire

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

    /// The point of a signal, checked against the options of its kind of connection.
    init(
        _ signal: Signal, connection: ConfigurationReader, schema: ConfigurationSchema
    ) throws(ConfigurationError) {
        let reader = try schema.reader(
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

    /// Numbers, except for bits (flags), texts, and unscaled counters (integers).
    static func valueKind(
        of source: SignalSource, schema: ConfigurationSchema
    ) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        var address = try ModbusPoint.address(source.address, reader)
        if let bit = reader.whole("bit"), !address.table.holdsBits { address.bit = Int(bit) }
        switch try ModbusPoint.type(reader, address) {
        case .bit: return .flag
        case .ascii: return .text
        case .float32, .float64: return .number
        default:
            let isPlain = ["scale", "offset", "read_unit"].allSatisfy { !reader.isGiven($0) }
            return reader.isGiven("counter") && isPlain ? .integer : .number
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
