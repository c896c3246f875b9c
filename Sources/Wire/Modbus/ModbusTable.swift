// The four tables of a Modbus device and the limits of the protocol.

/// One of the four tables of a Modbus device.
///
/// Source: MODBUS Application Protocol V1.1b3, clause 4.3.
public enum ModbusTable: String, Hashable, Comparable, CaseIterable, Sendable {
    /// Single bits that can be read and written, classic numbers 0xxxx.
    case coil
    /// Single bits that can only be read, classic numbers 1xxxx.
    case discrete
    /// 16-bit registers that can only be read, classic numbers 3xxxx.
    case input
    /// 16-bit registers that can be read and written, classic numbers 4xxxx.
    case holding

    /// True when the table holds bits instead of registers.
    public var holdsBits: Bool { self == .coil || self == .discrete }

    /// The first digit of classic numbers of this table.
    public var classicDigit: Int {
        switch self {
        case .coil: 0
        case .discrete: 1
        case .input: 3
        case .holding: 4
        }
    }

    /// The function code that reads this table.
    public var readFunction: UInt8 {
        switch self {
        case .coil: 1
        case .discrete: 2
        case .holding: 3
        case .input: 4
        }
    }

    /// The plural in sentences: "holding registers".
    public var plural: String {
        switch self {
        case .coil: "coils"
        case .discrete: "discrete inputs"
        case .input: "input registers"
        case .holding: "holding registers"
        }
    }

    /// Orders as coils, discrete inputs, input registers, holding registers.
    public static func < (left: ModbusTable, right: ModbusTable) -> Bool {
        left.classicDigit < right.classicDigit
    }

    /// The classic number of a zero-based address: 40001 for holding register 0.
    ///
    /// Five digits up to 9,999, six digits above (465536 for holding register 65,535).
    public func classicNumber(_ address: Int) -> String {
        let number = address + 1
        let digits = String(number)
        let width = number > 9_999 ? 5 : 4
        return String(classicDigit) + String(repeating: "0", count: max(0, width - digits.count))
            + digits
    }

    /// A run of addresses in sentences: "40100–40163", or "40100" for one.
    func classicRange(_ address: UInt16, count: Int) -> String {
        let first = classicNumber(Int(address))
        return count <= 1 ? first : first + "–" + classicNumber(Int(address) + count - 1)
    }
}

/// The limits of the protocol: Application Protocol V1.1b3, clauses 4.1 and 6.
public enum ModbusLimits {
    /// Bytes of the largest protocol data unit.
    public static let pduBytes = 253
    /// Bytes of the largest frame on TCP.
    public static let tcpFrameBytes = 260
    /// Bytes of the largest frame on a serial line.
    public static let rtuFrameBytes = 256
    /// Bits in one read.
    public static let readBits = 2_000
    /// Registers in one read.
    public static let readRegisters = 125
    /// Coils in one write.
    public static let writeCoils = 1_968
    /// Registers in one write.
    public static let writeRegisters = 123
    /// Registers written by function 23.
    public static let readWriteRegisters = 121
    /// Addresses in each table.
    public static let addresses = 65_536
}
