// Addresses of Modbus as people write them: "holding:40001", "input:11", "holding:100#3".

/// A place in a Modbus device: table, zero-based address and perhaps one bit of a register.
///
/// Grammar: `table:number` or `table:number#bit`, table one of `coil`, `discrete`, `input`,
/// `holding`. A number of five or six digits that starts with the digit of its table (0, 1, 3, 4)
/// is a classic number and counts from 1: `input:30012` is input register 11. Every other number
/// is the zero-based address of the wire. A number in hexadecimal (`holding:0x9C41`) is always
/// zero-based, which is the way to write the zero-based addresses 40001 to 49999.
public struct ModbusAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The table.
    public var table: ModbusTable
    /// Zero-based address in the table, as on the wire.
    public var offset: UInt16
    /// The bit of the register, 0 the lowest; nil for the whole register or for tables of bits.
    public var bit: Int?

    /// An address from its parts.
    public init(_ table: ModbusTable, _ offset: UInt16, bit: Int? = nil) {
        self.table = table
        self.offset = offset
        self.bit = bit
    }

    /// Orders by table, address and bit.
    public static func < (left: ModbusAddress, right: ModbusAddress) -> Bool {
        (left.table, left.offset, left.bit ?? -1) < (right.table, right.offset, right.bit ?? -1)
    }

    /// The address in the grammar above: "holding:100#3", in hexadecimal where digits would mislead.
    public var description: String {
        let decimal = String(offset)
        let misleads = decimal.utf8.count == 5 && decimal.hasPrefix(String(table.classicDigit))
        let number = misleads ? "0x" + String(offset, radix: 16, uppercase: true) : decimal
        return "\(table.rawValue):\(number)" + (bit.map { "#\($0)" } ?? "")
    }

    /// Reads an address from text.
    public init(_ text: String) throws(ModbusAddressError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw ModbusAddressError(text: text, reason: .tableMissing)
        }
        guard let table = ModbusTable(rawValue: String(text[..<colon])) else {
            throw ModbusAddressError(
                text: text, reason: .tableUnknown(String(text[..<colon])))
        }
        let parts = text[text.index(after: colon)...]
            .split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        offset = try Self.offset(parts[0], table, text)
        self.table = table
        guard parts.count == 2 else { return }
        guard !table.holdsBits else {
            throw ModbusAddressError(text: text, reason: .bitOfBit(table))
        }
        guard let bit = Self.number(parts[1], radix: 10), bit < 16 else {
            throw ModbusAddressError(text: text, reason: .bitInvalid(String(parts[1])))
        }
        self.bit = bit
    }

    private static func offset(
        _ number: Substring, _ table: ModbusTable, _ text: String
    ) throws(ModbusAddressError) -> UInt16 {
        let isHex = number.hasPrefix("0x") || number.hasPrefix("0X")
        let value =
            isHex ? Self.number(number.dropFirst(2), radix: 16) : Self.number(number, radix: 10)
        guard let value else {
            throw ModbusAddressError(text: text, reason: .numberInvalid(String(number)))
        }
        let digits = number.utf8.count
        let isClassic =
            !isHex && (digits == 5 || digits == 6) && number.hasPrefix(String(table.classicDigit))
        guard isClassic else {
            guard let offset = UInt16(exactly: value) else {
                throw ModbusAddressError(text: text, reason: .outOfRange(value))
            }
            return offset
        }
        let counted = value - table.classicDigit * (digits == 5 ? 10_000 : 100_000)
        guard counted >= 1 else {
            throw ModbusAddressError(text: text, reason: .classicZero(String(number)))
        }
        guard let offset = UInt16(exactly: counted - 1) else {
            throw ModbusAddressError(text: text, reason: .outOfRange(value))
        }
        return offset
    }

    /// A number without sign, spaces or more than nine digits; nil for anything else.
    private static func number(_ text: Substring, radix: Int) -> Int? {
        guard text.utf8.count <= 9, text.utf8.first != 0x2B, text.utf8.first != 0x2D else {
            return nil
        }
        return Int(text, radix: radix)
    }
}

/// Why a text is not a Modbus address, in words that say what to write instead.
public struct ModbusAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// No colon.
        case tableMissing
        /// The part before the colon names no table.
        case tableUnknown(String)
        /// The part behind the colon is not a number.
        case numberInvalid(String)
        /// No device has this address.
        case outOfRange(Int)
        /// Classic numbers count from 1.
        case classicZero(String)
        /// The part behind # is not 0 to 15.
        case bitInvalid(String)
        /// A coil or discrete input is a bit already.
        case bitOfBit(ModbusTable)
    }

    /// The text that was to be read.
    public var text: String
    /// What is wrong with it.
    public var reason: Reason

    /// The error in one line.
    public var description: String {
        let why =
            switch reason {
            case .tableMissing:
                "write the table first, as in \"holding:40001\" or \"coil:5\""
            case .tableUnknown(let name):
                "\"\(name)\" is not a table; use holding, input, coil or discrete"
            case .numberInvalid(let number): "\"\(number)\" is not a number"
            case .outOfRange(let number):
                "\(number) is beyond the last address, 65535 counted from 0"
            case .classicZero(let number):
                "classic numbers count from 1, so \(number) does not exist; "
                    + "a zero-based address can be written in hexadecimal"
            case .bitInvalid(let bit): "bit \"\(bit)\" is not 0 to 15"
            case .bitOfBit(let table): "\(table.plural) are single bits and take no #bit"
            }
        return "address \"\(text)\": \(why)"
    }
}
