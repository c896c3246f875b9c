// Requests of Modbus as values: what a client asks, and the limits each request must keep.

/// What a Modbus client asks a device to do, with zero-based addresses as on the wire.
///
/// Source: MODBUS Application Protocol V1.1b3, clause 6.
public enum ModbusRequest: Hashable, Sendable {
    /// Function 1: reads coils.
    case readCoils(address: UInt16, count: Int)
    /// Function 2: reads discrete inputs.
    case readDiscreteInputs(address: UInt16, count: Int)
    /// Function 3: reads holding registers.
    case readHoldingRegisters(address: UInt16, count: Int)
    /// Function 4: reads input registers.
    case readInputRegisters(address: UInt16, count: Int)
    /// Function 5: writes one coil.
    case writeCoil(address: UInt16, value: Bool)
    /// Function 6: writes one holding register.
    case writeRegister(address: UInt16, value: UInt16)
    /// Function 8: diagnostics; sub-function 0 asks for an echo. Serial devices only.
    case diagnostics(subfunction: UInt16, bytes: [UInt8])
    /// Function 15: writes coils in a row.
    case writeCoils(address: UInt16, values: [Bool])
    /// Function 16: writes holding registers in a row.
    case writeRegisters(address: UInt16, values: [UInt16])
    /// Function 17: asks for the server's id.
    case reportServerID
    /// Function 22: sets a register to (old AND `and`) OR (`or` AND NOT `and`).
    case maskWriteRegister(address: UInt16, and: UInt16, or: UInt16)
    /// Function 23: writes registers, then reads registers.
    case readWriteRegisters(
        readAddress: UInt16, readCount: Int, writeAddress: UInt16, values: [UInt16])
    /// Function 43/14: reads vendor, product, version and other names.
    case readDeviceIdentification(category: UInt8, objectID: UInt8)

    /// The request that reads a run of a table.
    public static func read(_ table: ModbusTable, address: UInt16, count: Int) -> ModbusRequest {
        switch table {
        case .coil: .readCoils(address: address, count: count)
        case .discrete: .readDiscreteInputs(address: address, count: count)
        case .input: .readInputRegisters(address: address, count: count)
        case .holding: .readHoldingRegisters(address: address, count: count)
        }
    }

    /// The function code on the wire.
    public var function: UInt8 {
        switch self {
        case .readCoils: 1
        case .readDiscreteInputs: 2
        case .readHoldingRegisters: 3
        case .readInputRegisters: 4
        case .writeCoil: 5
        case .writeRegister: 6
        case .diagnostics: 8
        case .writeCoils: 15
        case .writeRegisters: 16
        case .reportServerID: 17
        case .maskWriteRegister: 22
        case .readWriteRegisters: 23
        case .readDeviceIdentification: 43
        }
    }

    /// True when the request changes the device.
    public var isWrite: Bool {
        switch self {
        case .writeCoil, .writeRegister, .writeCoils, .writeRegisters, .maskWriteRegister,
            .readWriteRegisters, .diagnostics:
            true
        default: false
        }
    }

    /// What is being done, for errors: "reading holding registers 40100–40163".
    public var doing: String {
        switch self {
        case .readCoils(let address, let count): Self.reading(.coil, address, count)
        case .readDiscreteInputs(let address, let count): Self.reading(.discrete, address, count)
        case .readHoldingRegisters(let address, let count): Self.reading(.holding, address, count)
        case .readInputRegisters(let address, let count): Self.reading(.input, address, count)
        case .writeCoil(let address, _): Self.writing(.coil, address, 1)
        case .writeRegister(let address, _): Self.writing(.holding, address, 1)
        case .diagnostics(let subfunction, _): "asking for diagnostics \(subfunction)"
        case .writeCoils(let address, let values): Self.writing(.coil, address, values.count)
        case .writeRegisters(let address, let values):
            Self.writing(.holding, address, values.count)
        case .reportServerID: "asking for the server's id"
        case .maskWriteRegister(let address, _, _):
            "masking holding registers " + ModbusTable.holding.classicRange(address, count: 1)
        case .readWriteRegisters(let read, let count, let write, let values):
            "writing " + ModbusTable.holding.classicRange(write, count: values.count) + " and "
                + Self.reading(.holding, read, count)
        case .readDeviceIdentification: "reading the device identification"
        }
    }

    private static func reading(_ table: ModbusTable, _ address: UInt16, _ count: Int) -> String {
        "reading \(table.plural) \(table.classicRange(address, count: count))"
    }

    private static func writing(_ table: ModbusTable, _ address: UInt16, _ count: Int) -> String {
        "writing \(table.plural) \(table.classicRange(address, count: count))"
    }
}

/// Why a server refuses a request: the exception for the client and the cause for the engineer.
public struct ModbusRefusal: Error, Hashable, Sendable {
    /// The exception that the server answers.
    public var exception: ModbusException
    /// What is wrong with the request.
    public var cause: FrameError

    /// A refusal with its exception and cause.
    public init(exception: ModbusException, cause: FrameError) {
        self.exception = exception
        self.cause = cause
    }
}

extension ModbusRequest {
    /// Checks quantities and that no address lies behind 65,535.
    ///
    /// Quantities are checked first: exception 3, then addresses: exception 2, in the order of
    /// the state diagrams of clause 6.
    public func validate() throws(ModbusRefusal) {
        switch self {
        case .readCoils(let address, let count), .readDiscreteInputs(let address, let count):
            try check(address: address, count: count, limit: ModbusLimits.readBits)
        case .readHoldingRegisters(let address, let count),
            .readInputRegisters(let address, let count):
            try check(address: address, count: count, limit: ModbusLimits.readRegisters)
        case .writeCoils(let address, let values):
            try check(address: address, count: values.count, limit: ModbusLimits.writeCoils)
        case .writeRegisters(let address, let values):
            try check(address: address, count: values.count, limit: ModbusLimits.writeRegisters)
        case .readWriteRegisters(let read, let count, let write, let values):
            try check(address: read, count: count, limit: ModbusLimits.readRegisters)
            try check(
                address: write, count: values.count, limit: ModbusLimits.readWriteRegisters)
        case .diagnostics(_, let bytes):
            if bytes.count > ModbusLimits.pduBytes - 3 {
                throw refusal(
                    .illegalValue, .tooLong(found: bytes.count, limit: ModbusLimits.pduBytes - 3),
                    at: 3)
            }
        case .readDeviceIdentification(let category, _):
            if category < 1 || category > 4 {
                throw refusal(
                    .illegalValue,
                    .value(field: "category", found: Int(category), expected: "1 to 4"), at: 2)
            }
        case .writeCoil, .writeRegister, .reportServerID, .maskWriteRegister: break
        }
    }

    private func check(address: UInt16, count: Int, limit: Int) throws(ModbusRefusal) {
        guard count >= 1, count <= limit else {
            throw refusal(
                .illegalValue, .value(field: "quantity", found: count, expected: "1 to \(limit)"),
                at: 3)
        }
        guard Int(address) + count <= ModbusLimits.addresses else {
            throw refusal(
                .illegalAddress,
                .value(
                    field: "last address", found: Int(address) + count - 1,
                    expected: "at most 65535"), at: 1)
        }
    }

    private func refusal(
        _ exception: ModbusException, _ problem: FrameError.Problem, at offset: Int
    ) -> ModbusRefusal {
        // The address text would name addresses that cannot exist, so only the function is named.
        ModbusRefusal(
            exception: exception,
            cause: FrameError(doing: "function \(function)", problem: problem, offset: offset))
    }
}
