// A Modbus device as a value: request bytes in, answer bytes out, for simulators and tests.

/// The four tables of a device in memory.
public struct ModbusBank: Hashable, Sendable {
    /// Coils from address 0; addresses behind the end do not exist.
    public var coils: [Bool]
    /// Discrete inputs from address 0.
    public var discreteInputs: [Bool]
    /// Input registers from address 0.
    public var inputRegisters: [UInt16]
    /// Holding registers from address 0.
    public var holdingRegisters: [UInt16]

    /// Tables with the given contents.
    public init(
        coils: [Bool] = [], discreteInputs: [Bool] = [], inputRegisters: [UInt16] = [],
        holdingRegisters: [UInt16] = []
    ) {
        self.coils = coils
        self.discreteInputs = discreteInputs
        self.inputRegisters = inputRegisters
        self.holdingRegisters = holdingRegisters
    }

    /// Puts a value of a type at a zero-based address of a register table.
    ///
    /// Returns false, changing nothing, when the table is too short or the type cannot hold it.
    public mutating func put(
        _ value: ModbusValue, as type: ModbusType, order: ModbusWordOrder = .abcd,
        in table: ModbusTable, at address: Int
    ) -> Bool {
        guard let words = ModbusRegisters.encode(value, as: type, order: order), address >= 0
        else { return false }
        switch table {
        case .input: return Self.put(words, in: &inputRegisters, at: address)
        case .holding: return Self.put(words, in: &holdingRegisters, at: address)
        case .coil, .discrete: return false
        }
    }

    private static func put(
        _ words: [UInt16], in registers: inout [UInt16], at address: Int
    ) -> Bool {
        guard address <= registers.count, words.count <= registers.count - address else {
            return false
        }
        for (index, word) in words.enumerated() { registers[address + index] = word }
        return true
    }
}

/// A Modbus device: answers each request from its tables and writes into them.
///
/// Refusals are those of Application Protocol V1.1b3: unknown function 1, address outside the
/// table 2, wrong quantity or length 3.
public struct ModbusServerModel: Sendable {
    /// The tables.
    public var bank: ModbusBank
    /// Names for function 43/14; function 17 is answered with their texts.
    public var identification: [ModbusDeviceIdentification.Item]

    /// A device with tables and names.
    public init(bank: ModbusBank, identification: [ModbusDeviceIdentification.Item] = []) {
        self.bank = bank
        self.identification = identification
    }

    /// The answer to one protocol data unit, never empty, never over 253 bytes.
    public mutating func respond(to pdu: [UInt8]) -> [UInt8] {
        let request: ModbusRequest
        do { request = try ModbusRequest.decode(pdu) } catch {
            return [(pdu.first ?? 0) | 0x80, error.exception.code]
        }
        let response = respond(to: request)
        // An answer that does not fit its request would be a fault of this file.
        return response.encoded(for: request)
            ?? [request.function | 0x80, ModbusException.deviceFailure.code]
    }

    /// The answer to one request.
    public mutating func respond(to request: ModbusRequest) -> ModbusResponse {
        switch request {
        case .readCoils(let address, let count):
            return Self.read(bank.coils, address, count).map { .bits($0) } ?? Self.noSuchAddress
        case .readDiscreteInputs(let address, let count):
            return Self.read(bank.discreteInputs, address, count).map { .bits($0) }
                ?? Self.noSuchAddress
        case .readHoldingRegisters(let address, let count):
            return Self.read(bank.holdingRegisters, address, count).map { .registers($0) }
                ?? Self.noSuchAddress
        case .readInputRegisters(let address, let count):
            return Self.read(bank.inputRegisters, address, count).map { .registers($0) }
                ?? Self.noSuchAddress
        case .writeCoil(let address, let value):
            return Self.write([value], to: &bank.coils, address)
        case .writeCoils(let address, let values):
            return Self.write(values, to: &bank.coils, address)
        case .writeRegister(let address, let value):
            return Self.write([value], to: &bank.holdingRegisters, address)
        case .writeRegisters(let address, let values):
            return Self.write(values, to: &bank.holdingRegisters, address)
        case .maskWriteRegister(let address, let and, let or):
            guard Int(address) < bank.holdingRegisters.count else { return Self.noSuchAddress }
            let old = bank.holdingRegisters[Int(address)]
            bank.holdingRegisters[Int(address)] = old & and | or & ~and
            return .written
        case .readWriteRegisters(let read, let count, let write, let values):
            return readWrite(read, count, write, values)
        case .diagnostics(let subfunction, let bytes):
            guard subfunction == 0 else { return .exception(.illegalFunction) }
            return .diagnostics(subfunction: 0, bytes: bytes)
        case .reportServerID:
            let text = Array(identification.map(\.bytes).joined(separator: [0x20]))
            return .serverID(text.prefix(ModbusLimits.pduBytes - 3) + [0xFF])
        case .readDeviceIdentification(let category, let objectID):
            return identify(category, objectID)
        }
    }

    private static let noSuchAddress = ModbusResponse.exception(.illegalAddress)

    private static func read<Element>(
        _ table: [Element], _ address: UInt16, _ count: Int
    ) -> [Element]? {
        let start = Int(address)
        guard start + count <= table.count else { return nil }
        return Array(table[start..<start + count])
    }

    private static func write<Element>(
        _ values: [Element], to table: inout [Element], _ address: UInt16
    ) -> ModbusResponse {
        guard Int(address) + values.count <= table.count else { return noSuchAddress }
        for (index, value) in values.enumerated() { table[Int(address) + index] = value }
        return .written
    }

    /// Writes first, then reads (clause 6.17); both ranges are checked before anything changes.
    private mutating func readWrite(
        _ read: UInt16, _ count: Int, _ write: UInt16, _ values: [UInt16]
    ) -> ModbusResponse {
        guard Int(read) + count <= bank.holdingRegisters.count else { return Self.noSuchAddress }
        let written = Self.write(values, to: &bank.holdingRegisters, write)
        guard written == .written else { return written }
        return Self.read(bank.holdingRegisters, read, count).map { .registers($0) }
            ?? Self.noSuchAddress
    }

    /// As many names from `objectID` on as fit in one answer.
    private func identify(_ category: UInt8, _ objectID: UInt8) -> ModbusResponse {
        let highest: UInt8 = category == 1 ? 2 : category == 2 ? 0x7F : 0xFF
        let items = identification.sorted { $0.id < $1.id }
        if category == 4 {
            guard let item = items.first(where: { $0.id == objectID }) else {
                return Self.noSuchAddress
            }
            return .deviceIdentification(
                ModbusDeviceIdentification(conformity: 0x83, items: [item]))
        }
        var chosen: [ModbusDeviceIdentification.Item] = []
        var room = ModbusLimits.pduBytes - 7
        for item in items where item.id >= objectID && item.id <= highest {
            room -= 2 + item.bytes.count
            guard room >= 0 else {
                return .deviceIdentification(
                    ModbusDeviceIdentification(conformity: 0x83, next: item.id, items: chosen))
            }
            chosen.append(item)
        }
        return .deviceIdentification(ModbusDeviceIdentification(conformity: 0x83, items: chosen))
    }
}
