// Requests of Modbus to bytes and back, without the frame around them.

extension ModbusRequest {
    /// The protocol data unit: function code and parameters, at most 253 bytes.
    public func encoded() throws(FrameError) -> [UInt8] {
        do { try validate() } catch { throw error.cause }
        return bytes()
    }

    /// The protocol data unit of a request whose limits are kept.
    func bytes() -> [UInt8] {
        var pdu: [UInt8] = [function]
        switch self {
        case .readCoils(let address, let count), .readDiscreteInputs(let address, let count),
            .readHoldingRegisters(let address, let count),
            .readInputRegisters(let address, let count):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: UInt16(count))
        case .writeCoil(let address, let value):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: value ? UInt16(0xFF00) : 0)
        case .writeRegister(let address, let value):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: value)
        case .diagnostics(let subfunction, let bytes):
            pdu.append(bigEndian: subfunction)
            pdu.append(contentsOf: bytes)
        case .writeCoils(let address, let values):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: UInt16(values.count))
            pdu.append(UInt8((values.count + 7) / 8))
            ModbusBits.append(values, to: &pdu)
        case .writeRegisters(let address, let values):
            pdu.append(bigEndian: address)
            Self.append(counted: values, to: &pdu)
        case .reportServerID: break
        case .maskWriteRegister(let address, let and, let or):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: and)
            pdu.append(bigEndian: or)
        case .readWriteRegisters(let read, let count, let write, let values):
            pdu.append(bigEndian: read)
            pdu.append(bigEndian: UInt16(count))
            pdu.append(bigEndian: write)
            Self.append(counted: values, to: &pdu)
        case .readDeviceIdentification(let category, let objectID):
            pdu.append(contentsOf: [0x0E, category, objectID])
        }
        return pdu
    }

    private static func append(counted values: [UInt16], to pdu: inout [UInt8]) {
        pdu.append(bigEndian: UInt16(values.count))
        pdu.append(UInt8(values.count * 2))
        for value in values { pdu.append(bigEndian: value) }
    }

    /// Reads a request from a protocol data unit, as a server does.
    ///
    /// The refusal carries the exception that the standard asks for: unknown function 1, address
    /// beyond the end 2, wrong quantity, length or value 3.
    public static func decode(_ pdu: [UInt8]) throws(ModbusRefusal) -> ModbusRequest {
        try unsafe decode(pdu.span.bytes)
    }

    /// Reads a request from the bytes of a protocol data unit.
    public static func decode(_ pdu: RawSpan) throws(ModbusRefusal) -> ModbusRequest {
        guard pdu.byteCount >= 1 else {
            throw malformed("reading a request", .tooShort(found: 0, minimum: 1), at: 0)
        }
        let request: ModbusRequest
        let function = pdu.byte(0)
        switch function {
        case 1, 2, 3, 4, 5, 6: request = try decodeSimple(pdu, function)
        case 8:
            try require(pdu, atLeast: 3)
            request = .diagnostics(
                subfunction: pdu.uint16(1), bytes: pdu.array(3..<pdu.byteCount))
        case 15: request = try decodeWriteCoils(pdu)
        case 16:
            request = .writeRegisters(address: try address(pdu, 1), values: try values(pdu, 3))
        case 17:
            try require(pdu, exactly: 1)
            request = .reportServerID
        case 22:
            try require(pdu, exactly: 7)
            request = .maskWriteRegister(
                address: pdu.uint16(1), and: pdu.uint16(3), or: pdu.uint16(5))
        case 23:
            try require(pdu, atLeast: 10)
            request = .readWriteRegisters(
                readAddress: pdu.uint16(1), readCount: Int(pdu.uint16(3)),
                writeAddress: pdu.uint16(5), values: try values(pdu, 7))
        case 43: request = try decodeIdentification(pdu)
        default: throw unknown(function)
        }
        try request.validate()
        return request
    }

    private static func decodeSimple(
        _ pdu: RawSpan, _ function: UInt8
    ) throws(ModbusRefusal) -> ModbusRequest {
        try require(pdu, exactly: 5)
        let address = pdu.uint16(1)
        let second = pdu.uint16(3)
        switch function {
        case 1: return .readCoils(address: address, count: Int(second))
        case 2: return .readDiscreteInputs(address: address, count: Int(second))
        case 3: return .readHoldingRegisters(address: address, count: Int(second))
        case 4: return .readInputRegisters(address: address, count: Int(second))
        case 6: return .writeRegister(address: address, value: second)
        default:
            guard second == 0xFF00 || second == 0 else {
                throw malformed(
                    "function 5",
                    .value(field: "value", found: Int(second), expected: "65280 or 0"), at: 3)
            }
            return .writeCoil(address: address, value: second == 0xFF00)
        }
    }

    private static func decodeWriteCoils(_ pdu: RawSpan) throws(ModbusRefusal) -> ModbusRequest {
        try require(pdu, atLeast: 6)
        let count = Int(pdu.uint16(3))
        let byteCount = Int(pdu.byte(5))
        guard byteCount == (count + 7) / 8 else {
            throw malformed(
                "function 15",
                .value(
                    field: "byte count", found: byteCount, expected: String((count + 7) / 8)),
                at: 5)
        }
        try require(pdu, exactly: 6 + byteCount)
        return .writeCoils(
            address: pdu.uint16(1), values: ModbusBits.read(pdu, at: 6, count: count))
    }

    private static func decodeIdentification(
        _ pdu: RawSpan
    ) throws(ModbusRefusal) -> ModbusRequest {
        try require(pdu, atLeast: 2)
        // Type 13 (CANopen) and unknown types are functions that this codec does not have.
        guard pdu.byte(1) == 0x0E else { throw unknown(43) }
        try require(pdu, exactly: 4)
        return .readDeviceIdentification(category: pdu.byte(2), objectID: pdu.byte(3))
    }

    private static func address(_ pdu: RawSpan, _ offset: Int) throws(ModbusRefusal) -> UInt16 {
        try require(pdu, atLeast: offset + 2)
        return pdu.uint16(offset)
    }

    /// A register count, a byte count and as many registers, which must end the message.
    private static func values(_ pdu: RawSpan, _ offset: Int) throws(ModbusRefusal) -> [UInt16] {
        try require(pdu, atLeast: offset + 3)
        let count = Int(pdu.uint16(offset))
        let byteCount = Int(pdu.byte(offset + 2))
        guard byteCount == count * 2 else {
            throw malformed(
                "function \(pdu.byte(0))",
                .value(field: "byte count", found: byteCount, expected: String(count * 2)),
                at: offset + 2)
        }
        try require(pdu, exactly: offset + 3 + byteCount)
        return (0..<count).map { pdu.uint16(offset + 3 + 2 * $0) }
    }

    private static func require(_ pdu: RawSpan, exactly length: Int) throws(ModbusRefusal) {
        if pdu.byteCount != length {
            throw malformed(
                "function \(pdu.byte(0))", .length(found: pdu.byteCount, expected: length), at: 0)
        }
    }

    private static func require(_ pdu: RawSpan, atLeast length: Int) throws(ModbusRefusal) {
        if pdu.byteCount < length {
            throw malformed(
                "function \(pdu.byte(0))", .tooShort(found: pdu.byteCount, minimum: length), at: 0)
        }
    }

    private static func malformed(
        _ doing: String, _ problem: FrameError.Problem, at offset: Int
    ) -> ModbusRefusal {
        ModbusRefusal(
            exception: .illegalValue,
            cause: FrameError(doing: doing, problem: problem, offset: offset))
    }

    private static func unknown(_ function: UInt8) -> ModbusRefusal {
        ModbusRefusal(
            exception: .illegalFunction,
            cause: FrameError(
                doing: "reading a request",
                problem: .value(
                    field: "function", found: Int(function), expected: "a known function")))
    }
}

/// Bits in the order of the wire: the first bit is the lowest of the first byte.
enum ModbusBits {
    /// Reads `count` bits from a byte offset; the caller has checked the length.
    static func read(_ bytes: RawSpan, at offset: Int, count: Int) -> [Bool] {
        (0..<count).map { bytes.byte(offset + $0 / 8) >> UInt8($0 % 8) & 1 == 1 }
    }

    /// Appends bits, the last byte filled with zeros.
    static func append(_ bits: [Bool], to bytes: inout [UInt8]) {
        var index = 0
        while index < bits.count {
            var byte: UInt8 = 0
            for bit in 0..<min(8, bits.count - index) where bits[index + bit] {
                byte |= 1 << UInt8(bit)
            }
            bytes.append(byte)
            index += 8
        }
    }
}
