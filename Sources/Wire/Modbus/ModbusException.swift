// Exception codes of Modbus and what they mean in plain words.

/// Why a device refused a request.
///
/// Source: MODBUS Application Protocol V1.1b3, clause 7.
public struct ModbusException: Error, Hashable, Sendable, CustomStringConvertible {
    /// The code on the wire.
    public var code: UInt8

    /// An exception from its code on the wire.
    public init(code: UInt8) { self.code = code }

    /// The device does not know this function.
    public static let illegalFunction = ModbusException(code: 1)
    /// An address is outside the device's range.
    public static let illegalAddress = ModbusException(code: 2)
    /// A quantity or value is not allowed.
    public static let illegalValue = ModbusException(code: 3)
    /// The device failed while doing it.
    public static let deviceFailure = ModbusException(code: 4)
    /// Accepted, but it takes long.
    public static let acknowledge = ModbusException(code: 5)
    /// Busy with something longer.
    public static let busy = ModbusException(code: 6)
    /// The device's memory has a parity error.
    public static let memoryParity = ModbusException(code: 8)
    /// The gateway has no path to the device.
    public static let gatewayPathUnavailable = ModbusException(code: 0x0A)
    /// The device behind the gateway did not answer.
    public static let gatewayTargetSilent = ModbusException(code: 0x0B)

    /// True when the same request may succeed later without any change.
    public var isTemporary: Bool { [5, 6, 0x0A, 0x0B].contains(code) }

    /// What the code means, for people.
    public var meaning: String {
        switch code {
        case 1: "the device does not know this function"
        case 2: "the device has no such address"
        case 3: "the device does not accept this quantity or value"
        case 4: "the device failed while doing this"
        case 5: "the device accepted the request but needs more time"
        case 6: "the device is busy"
        case 8: "the device reports a fault in its memory"
        case 0x0A: "the gateway has no path to the device"
        case 0x0B: "the device behind the gateway does not answer"
        default: "the device gave a code that the standard does not define"
        }
    }

    /// Code and meaning: "exception 2: the device has no such address".
    public var description: String { "exception \(code): \(meaning)" }
}
