// Answers of Modbus as values, to bytes and back, checked against the request they answer.

/// What a Modbus device answers.
///
/// Source: MODBUS Application Protocol V1.1b3, clauses 6 and 7.
public enum ModbusResponse: Hashable, Sendable {
    /// Functions 1 and 2: as many bits as were asked for.
    case bits([Bool])
    /// Functions 3, 4 and 23: as many registers as were asked for.
    case registers([UInt16])
    /// Functions 5, 6, 15, 16 and 22: done, nothing to tell.
    case written
    /// Function 8: the answer's bytes; an echo for sub-function 0.
    case diagnostics(subfunction: UInt16, bytes: [UInt8])
    /// Function 17: what the device says about itself, its form is up to the vendor.
    case serverID([UInt8])
    /// Function 43/14: names of the device.
    case deviceIdentification(ModbusDeviceIdentification)
    /// The device refused.
    case exception(ModbusException)

    /// Reads the answer to a request from a protocol data unit, as a client does.
    ///
    /// Lengths in errors count unit and data unit, as the length field on TCP does.
    public static func decode(
        _ pdu: [UInt8], for request: ModbusRequest
    ) throws(FrameError) -> ModbusResponse {
        try unsafe decode(pdu.span.bytes, for: request)
    }

    /// Reads the answer to a request from the bytes of a protocol data unit.
    public static func decode(
        _ pdu: RawSpan, for request: ModbusRequest
    ) throws(FrameError) -> ModbusResponse {
        let reader = ModbusResponseReader(request: request)
        guard pdu.byteCount >= 2 else { throw reader.tooShort(pdu, minimum: 2) }
        let function = pdu.byte(0)
        if function == request.function | 0x80 {
            guard pdu.byteCount == 2 else { throw reader.length(pdu, expected: 2) }
            return .exception(ModbusException(code: pdu.byte(1)))
        }
        guard function == request.function else {
            throw reader.value("function", Int(function), String(request.function), at: 0)
        }
        return try reader.read(pdu)
    }

    /// The protocol data unit that answers a request, as a server sends it.
    ///
    /// Returns nil when the response does not belong to the request or has another number of
    /// values than it asks for.
    public func encoded(for request: ModbusRequest) -> [UInt8]? {
        var pdu: [UInt8] = [request.function]
        switch (self, request) {
        case (.exception(let exception), _): return [request.function | 0x80, exception.code]
        case (.bits(let bits), .readCoils(_, let count)),
            (.bits(let bits), .readDiscreteInputs(_, let count)):
            guard bits.count == count, count <= ModbusLimits.readBits else { return nil }
            pdu.append(UInt8((count + 7) / 8))
            ModbusBits.append(bits, to: &pdu)
        case (.registers(let registers), .readHoldingRegisters(_, let count)),
            (.registers(let registers), .readInputRegisters(_, let count)),
            (.registers(let registers), .readWriteRegisters(_, let count, _, _)):
            guard registers.count == count, count <= ModbusLimits.readRegisters else { return nil }
            pdu.append(UInt8(count * 2))
            for register in registers { pdu.append(bigEndian: register) }
        case (.written, .writeCoil), (.written, .writeRegister), (.written, .maskWriteRegister):
            return request.bytes()
        case (.written, .writeCoils(let address, let values)):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: UInt16(truncatingIfNeeded: values.count))
        case (.written, .writeRegisters(let address, let values)):
            pdu.append(bigEndian: address)
            pdu.append(bigEndian: UInt16(truncatingIfNeeded: values.count))
        case (.diagnostics(let subfunction, let bytes), .diagnostics):
            guard bytes.count <= ModbusLimits.pduBytes - 3 else { return nil }
            pdu.append(bigEndian: subfunction)
            pdu.append(contentsOf: bytes)
        case (.serverID(let bytes), .reportServerID):
            guard bytes.count <= ModbusLimits.pduBytes - 2 else { return nil }
            pdu.append(UInt8(bytes.count))
            pdu.append(contentsOf: bytes)
        case (.deviceIdentification(let identification), .readDeviceIdentification(let category, _)):
            guard let bytes = identification.encoded(category: category) else { return nil }
            pdu.append(contentsOf: bytes)
        default: return nil
        }
        return pdu
    }
}

/// Reads one answer; carries the request so that errors can say what was being done.
private struct ModbusResponseReader {
    let request: ModbusRequest

    func read(_ pdu: RawSpan) throws(FrameError) -> ModbusResponse {
        switch request {
        case .readCoils(_, let count), .readDiscreteInputs(_, let count):
            try counted(pdu, bytes: (count + 7) / 8)
            return .bits(ModbusBits.read(pdu, at: 2, count: count))
        case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count),
            .readWriteRegisters(_, let count, _, _):
            try counted(pdu, bytes: count * 2)
            return .registers((0..<count).map { pdu.uint16(2 + 2 * $0) })
        case .writeCoil(let address, let value):
            try echo(pdu, [address, value ? 0xFF00 : 0], ["address", "value"])
            return .written
        case .writeRegister(let address, let value):
            try echo(pdu, [address, value], ["address", "value"])
            return .written
        case .writeCoils(let address, let values):
            try echo(
                pdu, [address, UInt16(truncatingIfNeeded: values.count)], ["address", "quantity"])
            return .written
        case .writeRegisters(let address, let values):
            try echo(
                pdu, [address, UInt16(truncatingIfNeeded: values.count)], ["address", "quantity"])
            return .written
        case .maskWriteRegister(let address, let and, let or):
            try echo(pdu, [address, and, or], ["address", "and mask", "or mask"])
            return .written
        case .diagnostics(let subfunction, _):
            guard pdu.byteCount >= 3 else { throw tooShort(pdu, minimum: 3) }
            guard pdu.uint16(1) == subfunction else {
                throw value("sub-function", Int(pdu.uint16(1)), String(subfunction), at: 1)
            }
            return .diagnostics(subfunction: subfunction, bytes: pdu.array(3..<pdu.byteCount))
        case .reportServerID:
            try counted(pdu, bytes: Int(pdu.byte(1)))
            return .serverID(pdu.array(2..<pdu.byteCount))
        case .readDeviceIdentification:
            return .deviceIdentification(
                try ModbusDeviceIdentification.decode(pdu, doing: request.doing))
        }
    }

    /// A byte count at 1 that must be `bytes`, and a message that ends behind them.
    private func counted(_ pdu: RawSpan, bytes: Int) throws(FrameError) {
        guard pdu.byteCount == 2 + bytes else { throw length(pdu, expected: 2 + bytes) }
        guard Int(pdu.byte(1)) == bytes else {
            throw value("byte count", Int(pdu.byte(1)), String(bytes), at: 1)
        }
    }

    /// Words from 1 on that must repeat those of the request.
    private func echo(
        _ pdu: RawSpan, _ words: [UInt16], _ names: [String]
    ) throws(FrameError) {
        guard pdu.byteCount == 1 + 2 * words.count else {
            throw length(pdu, expected: 1 + 2 * words.count)
        }
        for (index, word) in words.enumerated() {
            let offset = 1 + 2 * index
            guard pdu.uint16(offset) == word else {
                throw value(names[index], Int(pdu.uint16(offset)), String(word), at: offset)
            }
        }
    }

    func length(_ pdu: RawSpan, expected: Int) -> FrameError {
        FrameError(
            doing: request.doing,
            problem: .length(found: pdu.byteCount + 1, expected: expected + 1))
    }

    func tooShort(_ pdu: RawSpan, minimum: Int) -> FrameError {
        FrameError(
            doing: request.doing,
            problem: .tooShort(found: pdu.byteCount + 1, minimum: minimum + 1))
    }

    func value(_ field: String, _ found: Int, _ expected: String, at offset: Int) -> FrameError {
        FrameError(
            doing: request.doing, problem: .value(field: field, found: found, expected: expected),
            offset: offset)
    }
}
