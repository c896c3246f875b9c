// Error codes of S7 controllers and what they mean in plain words.

/// What a controller says of one item.
public struct S7ItemCode: Hashable, Sendable, CustomStringConvertible {
    /// The code on the wire.
    public var code: UInt8

    /// An item code from the wire.
    public init(code: UInt8) { self.code = code }

    /// The item was read.
    public static let success = S7ItemCode(code: 0xFF)
    /// The hardware has a fault.
    public static let hardwareFault = S7ItemCode(code: 0x01)
    /// Reading is not allowed.
    public static let accessDenied = S7ItemCode(code: 0x03)
    /// The address is outside its area or block.
    public static let addressOutOfRange = S7ItemCode(code: 0x05)
    /// The data type is not supported.
    public static let typeUnsupported = S7ItemCode(code: 0x06)
    /// The data type does not fit the address.
    public static let typeInconsistent = S7ItemCode(code: 0x07)
    /// The block or the area does not exist.
    public static let objectMissing = S7ItemCode(code: 0x0A)

    /// What the code means and what to do.
    public var meaning: String {
        switch code {
        case 0x01: "the controller reports a fault in its hardware"
        case 0x03:
            "the controller does not allow reading; in an S7-1200 or S7-1500 permit access with "
                + "PUT/GET communication in the protection settings of the CPU"
        case 0x05:
            "the address is outside the area or the block; compare it with the block's length"
        case 0x06: "the controller does not support this data type here"
        case 0x07: "the data type does not fit this address"
        case 0x0A:
            "the block does not exist, or it is optimized; in an S7-1200 or S7-1500 switch off "
                + "optimized block access in the block's attributes"
        case 0xFF: "read"
        default: "the controller gave a code that is not known"
        }
    }

    /// Code and meaning: "item code 0x05: the address is outside …".
    public var description: String {
        "item code 0x" + (code < 16 ? "0" : "") + String(code, radix: 16, uppercase: true)
            + ": \(meaning)"
    }
}

/// Why a controller refused a whole request.
public struct S7Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Class of the error (high byte) and its code.
    public var code: UInt16

    /// A refusal from its class and code on the wire.
    public init(code: UInt16) { self.code = code }

    /// What the code means and what to do.
    public var meaning: String {
        switch code {
        case 0x8104: "the controller does not know this function"
        case 0x8304, 0x8302: "the controller has no resources left for another connection or job"
        case 0x8305: "the controller does not have this function"
        case 0x8500: "the controller found the message malformed or longer than agreed"
        case 0x8702: "the controller does not support this request"
        case 0x8703: "the controller does not allow access to this"
        case 0xD401: "the controller does not have this status list"
        case 0xD402: "the controller does not have this part of the status list"
        case 0xD602, 0xD604, 0xD605, 0xD0A1:
            "the controller's protection does not allow this"
        default:
            switch code >> 8 {
            case 0x81: "the controller cannot use this connection for the request"
            case 0x82: "the controller finds the object's description wrong"
            case 0x83: "the controller has no resources left"
            case 0x84: "the controller failed while doing this"
            case 0x85: "the controller found the message malformed"
            case 0x87: "the controller does not allow access to this"
            default: "the controller gave a code that is not known"
            }
        }
    }

    /// True when the same request may succeed later without any change.
    public var isTemporary: Bool { code >> 8 == 0x83 || code >> 8 == 0x84 }

    /// Code and meaning: "error 0x8104: the controller does not know this function".
    public var description: String {
        "error 0x" + String(code, radix: 16, uppercase: true) + ": \(meaning)"
    }
}
