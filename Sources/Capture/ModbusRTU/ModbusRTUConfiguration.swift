// Settings of Modbus RTU: the line, its pace, and the device of each value.

import Plant

/// The declared settings of Modbus RTU.
enum ModbusRTUFields {
    /// Numbers that a device may have; 0 is the broadcast, 248 to 255 are reserved.
    static let devices: ClosedRange<Int64> = 1...247

    static let schema = ConfigurationSchema(
        settings: SerialPlace.fields(baud: 19_200, parity: .even, choosesDataBits: false) + [
            ConfigurationField(
                "unit", .whole(devices), default: "1",
                "The number of the device, unless a signal says otherwise."),
            ModbusFields.timeout,
            ConfigurationField(
                "gap", .duration(.milliseconds(1)...(.seconds(1))),
                "The silence before each request. Without it: 3.5 characters, and 1.75 ms from "
                    + "38400 bits a second on."),
        ] + ModbusFields.requests,
        signalOptions: ModbusFields.options(devices: devices))

    /// The silence between frames.
    ///
    /// Source: MODBUS over Serial Line V1.02, clause 2.5.1.1.
    static func gap(_ reader: ConfigurationReader, _ place: SerialPlace) -> Elapsed {
        if let given = reader.duration("gap") { return given }
        guard place.baud <= 19_200 else { return Elapsed(nanoseconds: 1_750_000) }
        return Elapsed(nanoseconds: place.duration(ofBytes: 7).nanoseconds / 2)
    }
}
