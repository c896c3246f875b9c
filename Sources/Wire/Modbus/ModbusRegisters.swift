// Numbers and texts in Modbus registers, in every byte order that devices use.

/// The order of the bytes of a number in its registers, named for the 32-bit number ABCD.
///
/// For 64 bits the same rule holds with eight letters: `cdab` is GHEFCDAB, `badc` BADCFEHG,
/// `dcba` HGFEDCBA. For 16 bits only the order inside the register counts.
public enum ModbusWordOrder: String, Hashable, CaseIterable, Sendable {
    /// High register first, high byte first: the order of the standard.
    case abcd
    /// Low register first, high byte first: many power meters and PLCs.
    case cdab
    /// High register first, low byte first.
    case badc
    /// Low register first, low byte first.
    case dcba

    /// True when the low byte of each register comes first.
    var swapsBytes: Bool { self == .badc || self == .dcba }
    /// True when the lowest register comes first.
    var swapsWords: Bool { self == .cdab || self == .dcba }
}

/// How a value lies in registers.
public enum ModbusType: Hashable, Sendable {
    /// Signed, 1 register.
    case int16
    /// Unsigned, 1 register.
    case uint16
    /// Signed, 2 registers.
    case int32
    /// Unsigned, 2 registers.
    case uint32
    /// Signed, 4 registers.
    case int64
    /// Unsigned, 4 registers.
    case uint64
    /// IEEE 754 single, 2 registers.
    case float32
    /// IEEE 754 double, 4 registers.
    case float64
    /// Four decimal digits, one in each half byte, 1 register.
    case bcd16
    /// Eight decimal digits, one in each half byte, 2 registers.
    case bcd32
    /// One bit of a register, 0 is the lowest.
    case bit(Int)
    /// Text, two bytes a register, in so many registers.
    case ascii(registers: Int)

    /// How many registers the value needs.
    public var registerCount: Int {
        switch self {
        case .int16, .uint16, .bcd16, .bit: 1
        case .int32, .uint32, .float32, .bcd32: 2
        case .int64, .uint64, .float64: 4
        case .ascii(let registers): registers
        }
    }

    /// A type from its name in configuration: "int16", "float32", "bcd32".
    ///
    /// Returns nil for other names; bits are named by the address, texts need a length.
    public init?(name: String) {
        switch name {
        case "int16": self = .int16
        case "uint16": self = .uint16
        case "int32": self = .int32
        case "uint32": self = .uint32
        case "int64": self = .int64
        case "uint64": self = .uint64
        case "float32": self = .float32
        case "float64": self = .float64
        case "bcd16": self = .bcd16
        case "bcd32": self = .bcd32
        default: return nil
        }
    }
}

/// A value read from registers.
public enum ModbusValue: Hashable, Sendable {
    /// A signed whole number.
    case int(Int64)
    /// An unsigned whole number.
    case uint(UInt64)
    /// A floating number; not-a-number stays what it is, the caller decides what it means.
    case float(Double)
    /// A bit.
    case bool(Bool)
    /// A text without the zeros and spaces at its end.
    case text(String)

    /// The value as a floating number (true is 1), nil for texts.
    ///
    /// Whole numbers beyond 2^53 are rounded.
    public var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .float(let number): number
        case .bool(let bit): bit ? 1 : 0
        case .text: nil
        }
    }
}

/// Reads values from registers and writes them, for clients and simulated devices.
public enum ModbusRegisters {
    /// The value of a type at an index of registers.
    ///
    /// Throws when the registers end before the value, or for a half byte over 9 in BCD.
    public static func decode(
        _ type: ModbusType, order: ModbusWordOrder = .abcd, from registers: [UInt16], at index: Int
    ) throws(FrameError) -> ModbusValue {
        let count = type.registerCount
        guard index >= 0, count >= 0, index <= registers.count, count <= registers.count - index
        else {
            throw FrameError(
                doing: "decoding \(type) at register \(index)",
                problem: .value(
                    field: "registers", found: registers.count, expected: "\(count) more"))
        }
        switch type {
        case .ascii: return .text(text(registers[index..<index + count], order))
        case .bit(let bit):
            guard (0..<16).contains(bit) else {
                throw FrameError(
                    doing: "decoding a bit of register \(index)",
                    problem: .value(field: "bit", found: bit, expected: "0 to 15"))
            }
            let pattern = bits(registers, index, 1, order)
            return .bool(pattern >> UInt64(bit) & 1 == 1)
        default: break
        }
        let pattern = bits(registers, index, count, order)
        switch type {
        case .int16: return .int(Int64(Int16(truncatingIfNeeded: pattern)))
        case .int32: return .int(Int64(Int32(truncatingIfNeeded: pattern)))
        case .int64: return .int(Int64(truncatingIfNeeded: pattern))
        case .float32:
            return .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern))))
        case .float64: return .float(Double(bitPattern: pattern))
        case .bcd16: return .uint(try decimal(pattern, digits: 4, at: index))
        case .bcd32: return .uint(try decimal(pattern, digits: 8, at: index))
        default: return .uint(pattern)
        }
    }

    /// The registers of a value, or nil when the type cannot hold it.
    ///
    /// A bit alone cannot be encoded, as it shares its register.
    public static func encode(
        _ value: ModbusValue, as type: ModbusType, order: ModbusWordOrder = .abcd
    ) -> [UInt16]? {
        if case .ascii(let count) = type, case .text(let text) = value {
            return registers(text: text, count: count, order)
        }
        guard let pattern = pattern(value, type) else { return nil }
        let count = type.registerCount
        let words = (0..<count).map { place in
            let shift = UInt64(16 * (order.swapsWords ? place : count - 1 - place))
            return UInt16(truncatingIfNeeded: pattern >> shift)
        }
        return order.swapsBytes ? words.map(\.byteSwapped) : words
    }

    private static func bits(
        _ registers: [UInt16], _ index: Int, _ count: Int, _ order: ModbusWordOrder
    ) -> UInt64 {
        var pattern: UInt64 = 0
        for place in 0..<count {
            let word = registers[order.swapsWords ? index + count - 1 - place : index + place]
            pattern = pattern << 16 | UInt64(order.swapsBytes ? word.byteSwapped : word)
        }
        return pattern
    }

    private static func decimal(
        _ pattern: UInt64, digits: Int, at index: Int
    ) throws(FrameError) -> UInt64 {
        var number: UInt64 = 0
        for place in (0..<digits).reversed() {
            let digit = pattern >> UInt64(4 * place) & 0xF
            guard digit <= 9 else {
                throw FrameError(
                    doing: "decoding bcd at register \(index)",
                    problem: .value(field: "digit", found: Int(digit), expected: "0 to 9"),
                    offset: 2 * index)
            }
            number = number * 10 + digit
        }
        return number
    }

    private static func text(_ words: ArraySlice<UInt16>, _ order: ModbusWordOrder) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * words.count)
        for word in words { bytes.append(bigEndian: order.swapsBytes ? word.byteSwapped : word) }
        while let last = bytes.last, last == 0 || last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func registers(
        text: String, count: Int, _ order: ModbusWordOrder
    ) -> [UInt16]? {
        var bytes = Array(text.utf8)
        guard (0...ModbusLimits.addresses).contains(count), bytes.count <= 2 * count else {
            return nil
        }
        while bytes.count < 2 * count { bytes.append(0) }
        return (0..<count).map { place in
            let word = UInt16(bytes[2 * place]) << 8 | UInt16(bytes[2 * place + 1])
            return order.swapsBytes ? word.byteSwapped : word
        }
    }

    private static func pattern(_ value: ModbusValue, _ type: ModbusType) -> UInt64? {
        switch type {
        case .float32:
            return value.double.map { UInt64(Float($0).bitPattern) }
        case .float64: return value.double.map(\.bitPattern)
        case .int16: return signed(value, Int16.self)
        case .int32: return signed(value, Int32.self)
        case .int64: return signed(value, Int64.self)
        case .uint16: return unsigned(value, limit: UInt64(UInt16.max))
        case .uint32: return unsigned(value, limit: UInt64(UInt32.max))
        case .uint64: return unsigned(value, limit: .max)
        case .bcd16: return packed(value, limit: 9_999)
        case .bcd32: return packed(value, limit: 99_999_999)
        case .bit, .ascii: return nil
        }
    }

    private static func signed<Word: FixedWidthInteger>(
        _ value: ModbusValue, _ word: Word.Type
    ) -> UInt64? {
        let number: Word? =
            switch value {
            case .int(let number): Word(exactly: number)
            case .uint(let number): Word(exactly: number)
            case .float(let number):
                Word(exactly: number) ?? rounded(number).flatMap { Word(exactly: $0) }
            case .bool(let bit): bit ? 1 : 0
            case .text: nil
            }
        return number.map { UInt64(truncatingIfNeeded: $0) }
    }

    /// The nearest whole number; without `rounded()`, which needs the mathematics library.
    private static func rounded(_ number: Double) -> Int64? {
        guard number.magnitude < 0x1p62 else { return nil }
        return Int64(number + (number < 0 ? -0.5 : 0.5))
    }

    private static func unsigned(_ value: ModbusValue, limit: UInt64) -> UInt64? {
        guard let number = signed(value, UInt64.self), number <= limit else { return nil }
        return number
    }

    private static func packed(_ value: ModbusValue, limit: UInt64) -> UInt64? {
        guard var number = unsigned(value, limit: limit) else { return nil }
        var pattern: UInt64 = 0
        for place in 0..<8 {
            pattern |= (number % 10) << UInt64(4 * place)
            number /= 10
        }
        return pattern
    }
}
