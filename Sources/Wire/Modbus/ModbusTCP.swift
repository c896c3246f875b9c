// The frame of Modbus on TCP and the reader that finds frames in a stream cut anywhere.

/// One message on TCP: transaction id, unit and protocol data unit.
///
/// Bytes: transaction (2), protocol 0 (2), length of unit and data unit (2), unit (1), data unit.
/// Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, clause 3.1.3.
public struct ModbusTCPFrame: Hashable, Sendable {
    /// Chosen by the client and repeated by the server, to pair answers with requests.
    public var transaction: UInt16
    /// The device behind the connection; often 1, 0 or 255 when there is only one.
    public var unit: UInt8
    /// Function code and its data, 1 to 253 bytes.
    public var pdu: [UInt8]

    /// A frame from its parts.
    public init(transaction: UInt16, unit: UInt8, pdu: [UInt8]) {
        precondition(
            (1...ModbusLimits.pduBytes).contains(pdu.count), "a data unit has 1 to 253 bytes")
        self.transaction = transaction
        self.unit = unit
        self.pdu = pdu
    }

    /// A request as a frame, ready to send.
    public init(
        transaction: UInt16, unit: UInt8, request: ModbusRequest
    ) throws(FrameError) {
        self.init(transaction: transaction, unit: unit, pdu: try request.encoded())
    }

    /// The bytes on the wire.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(7 + pdu.count)
        bytes.append(bigEndian: transaction)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: UInt16(pdu.count + 1))
        bytes.append(unit)
        bytes.append(contentsOf: pdu)
        return bytes
    }
}

/// Finds Modbus frames in a TCP stream, whatever pieces it arrives in.
///
/// After an error the stream has lost its frame borders: close the connection.
public struct ModbusTCPDeframer: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    /// A reader at the start of a connection.
    public init() {}

    /// Bytes kept that are not yet a whole frame.
    public var pendingBytes: Int { buffer.count - start }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: RawSpan) {
        compact()
        buffer.append(contentsOf: bytes)
    }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) {
        compact()
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> ModbusTCPFrame? {
        guard let frame = try firstFrame() else { return nil }
        start += 7 + frame.pdu.count
        return frame
    }

    private func firstFrame() throws(FrameError) -> ModbusTCPFrame? {
        let available = buffer.count - start
        guard available >= 6 else { return nil }
        let bytes = unsafe buffer.span.bytes
        let protocolID = Int(bytes.uint16(start + 2))
        guard protocolID == 0 else {
            throw Self.error(.value(field: "protocol", found: protocolID, expected: "0"), at: 2)
        }
        let length = Int(bytes.uint16(start + 4))
        guard length >= 2, length <= ModbusLimits.pduBytes + 1 else {
            throw Self.error(.value(field: "length", found: length, expected: "2 to 254"), at: 4)
        }
        guard available >= 6 + length else { return nil }
        return ModbusTCPFrame(
            transaction: bytes.uint16(start), unit: bytes.byte(start + 6),
            pdu: bytes.array(start + 7..<start + 6 + length))
    }

    private mutating func compact() {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
    }

    private static func error(_ problem: FrameError.Problem, at offset: Int) -> FrameError {
        FrameError(doing: "reading a Modbus TCP header", problem: problem, offset: offset)
    }
}
