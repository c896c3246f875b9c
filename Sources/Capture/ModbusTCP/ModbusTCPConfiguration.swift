// Settings of Modbus TCP: the device behind an address.

import Plant

/// The declared settings of Modbus TCP.
enum ModbusTCPFields {
    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 502),
                "Where the device or its gateway answers."),
            ConfigurationField(
                "unit", .whole(0...255), default: "1",
                "The number of the device behind the address."),
            ModbusFields.timeout,
        ] + ModbusFields.requests,
        signalOptions: ModbusFields.options(devices: 0...255))
}
