// The frame of Modbus on serial lines: check sum, length prediction and the reader of a line.

/// Frames of Modbus RTU: unit, protocol data unit, CRC with the low byte first.
///
/// Source: MODBUS over Serial Line V1.02, clauses 2.5.1 and 6.2.2.
public enum ModbusRTU {
    /// Who sent the message; requests and answers have different lengths.
    public enum Direction: Hashable, Sendable {
        /// From client to device.
        case request
        /// From device to client.
        case response
    }

    /// How long a message will be, as far as its first bytes tell.
    public enum Length: Hashable, Sendable {
        /// At least so many bytes are needed to know more.
        case atLeast(Int)
        /// The whole frame with its CRC has so many bytes.
        case exactly(Int)
        /// The function code is unknown: only silence on the line ends the frame.
        case unknown
    }

    /// CRC-16 of Modbus: polynomial 0xA001 reflected, start 0xFFFF.
    ///
    /// The CRC of the ASCII text "123456789" is 0x4B37.
    public static func crc(_ bytes: RawSpan, count: Int) -> UInt16 {
        var crc: UInt16 = 0xFFFF
        for offset in 0..<count {
            crc ^= UInt16(bytes.byte(offset))
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
        return crc
    }

    /// CRC-16 of Modbus over all bytes.
    public static func crc(_ bytes: [UInt8]) -> UInt16 {
        unsafe crc(bytes.span.bytes, count: bytes.count)
    }

    /// The frame of a protocol data unit for a unit.
    public static func encode(unit: UInt8, pdu: [UInt8]) -> [UInt8] {
        precondition(
            (1...ModbusLimits.pduBytes).contains(pdu.count), "a data unit has 1 to 253 bytes")
        var frame = [unit] + pdu
        let sum = crc(frame)
        frame.append(UInt8(truncatingIfNeeded: sum))
        frame.append(UInt8(truncatingIfNeeded: sum >> 8))
        return frame
    }

    /// Unit and protocol data unit of one whole frame.
    public static func decode(
        _ frame: [UInt8]
    ) throws(FrameError) -> (unit: UInt8, pdu: [UInt8]) {
        let doing = "reading a Modbus RTU frame"
        guard frame.count >= 4 else {
            throw FrameError(doing: doing, problem: .tooShort(found: frame.count, minimum: 4))
        }
        guard frame.count <= ModbusLimits.rtuFrameBytes else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: frame.count, limit: ModbusLimits.rtuFrameBytes))
        }
        let end = frame.count - 2
        let found = UInt16(frame[end]) | UInt16(frame[end + 1]) << 8
        let expected = unsafe crc(frame.span.bytes, count: end)
        guard found == expected else {
            throw FrameError(
                doing: doing, problem: .checksum(found: Int(found), expected: Int(expected)),
                offset: end)
        }
        return (frame[0], Array(frame[1..<end]))
    }

    /// The length of a frame from its first bytes.
    public static func length(_ bytes: RawSpan, _ direction: Direction) -> Length {
        guard bytes.byteCount >= 2 else { return .atLeast(2) }
        switch direction {
        case .request: return requestLength(bytes)
        case .response: return responseLength(bytes)
        }
    }

    private static func requestLength(_ bytes: RawSpan) -> Length {
        switch bytes.byte(1) {
        case 1...6, 8: .exactly(8)
        case 15, 16: counted(bytes, at: 6, fixed: 9)
        case 17: .exactly(4)
        case 22: .exactly(10)
        case 23: counted(bytes, at: 10, fixed: 13)
        case 43: .exactly(7)
        default: .unknown
        }
    }

    private static func responseLength(_ bytes: RawSpan) -> Length {
        switch bytes.byte(1) {
        case 0x80...0xFF: .exactly(5)
        case 1...4, 17, 23: counted(bytes, at: 2, fixed: 5)
        case 5, 6, 8, 15, 16: .exactly(8)
        case 22: .exactly(10)
        case 43: identificationLength(bytes)
        default: .unknown
        }
    }

    private static func counted(_ bytes: RawSpan, at offset: Int, fixed: Int) -> Length {
        guard bytes.byteCount > offset else { return .atLeast(offset + 1) }
        return .exactly(fixed + Int(bytes.byte(offset)))
    }

    /// Walks the list of names, each with a length of its own.
    private static func identificationLength(_ bytes: RawSpan) -> Length {
        guard bytes.byteCount >= 8 else { return .atLeast(8) }
        var offset = 8
        for _ in 0..<Int(bytes.byte(7)) {
            guard bytes.byteCount >= offset + 2 else { return .atLeast(offset + 2) }
            offset += 2 + Int(bytes.byte(offset + 1))
        }
        return .exactly(offset + 2)
    }
}

/// Finds Modbus RTU frames in the bytes of a serial line.
///
/// After an error, or after silence of 3.5 characters inside a frame, call `reset()`.
public struct ModbusRTUDeframer: Sendable {
    /// One message of the line, its check sum found right.
    public struct Frame: Hashable, Sendable {
        /// The device asked or answering.
        public var unit: UInt8
        /// Function code and its data.
        public var pdu: [UInt8]
    }

    private let direction: ModbusRTU.Direction
    private var buffer: [UInt8] = []

    /// A reader of requests (device side) or of responses (client side).
    public init(_ direction: ModbusRTU.Direction) { self.direction = direction }

    /// Bytes kept that are not yet a whole frame.
    public var pendingBytes: Int { buffer.count }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: RawSpan) { buffer.append(contentsOf: bytes) }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }

    /// Forgets what has been kept, as after silence on the line.
    public mutating func reset() { buffer.removeAll(keepingCapacity: true) }

    /// The next whole frame, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> Frame? {
        let doing = "reading a Modbus RTU frame"
        switch unsafe ModbusRTU.length(buffer.span.bytes, direction) {
        case .atLeast(let minimum):
            guard minimum <= ModbusLimits.rtuFrameBytes else {
                throw FrameError(
                    doing: doing,
                    problem: .tooLong(found: minimum, limit: ModbusLimits.rtuFrameBytes))
            }
            return nil
        case .unknown:
            throw FrameError(
                doing: doing,
                problem: .value(
                    field: "function", found: Int(buffer[1]), expected: "a known function"),
                offset: 1)
        case .exactly(let length):
            guard length <= ModbusLimits.rtuFrameBytes else {
                throw FrameError(
                    doing: doing,
                    problem: .tooLong(found: length, limit: ModbusLimits.rtuFrameBytes))
            }
            guard buffer.count >= length else { return nil }
            let (unit, pdu) = try ModbusRTU.decode(Array(buffer[..<length]))
            buffer.removeFirst(length)
            return Frame(unit: unit, pdu: pdu)
        }
    }
}
