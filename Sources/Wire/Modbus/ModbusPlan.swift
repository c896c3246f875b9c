// Planning of Modbus reads: neighbours are read together, within what a device accepts.

/// The reads that fetch a set of values with few requests.
///
/// Items that touch or overlap are joined; gaps are bridged only when `maxGap` allows it, since
/// many devices refuse reads across addresses that they do not have. A value is never cut apart.
public struct ModbusPlan: Hashable, Sendable {
    /// A value to read.
    public struct Item: Hashable, Sendable {
        /// The device on the connection.
        public var unit: UInt8
        /// The table.
        public var table: ModbusTable
        /// Zero-based first address.
        public var address: UInt16
        /// How many registers, or bits in tables of bits.
        public var count: Int

        /// A value of so many registers or bits.
        public init(unit: UInt8, table: ModbusTable, address: UInt16, count: Int) {
            self.unit = unit
            self.table = table
            self.address = address
            self.count = count
        }

        /// A value of a type at an address.
        public init(unit: UInt8, address: ModbusAddress, type: ModbusType) {
            self.init(
                unit: unit, table: address.table, address: address.offset,
                count: address.table.holdsBits ? 1 : type.registerCount)
        }
    }

    /// What the device accepts in one request.
    public struct Limits: Hashable, Sendable {
        /// Registers in one read, 1 to 125.
        public var maxRegisters: Int
        /// Bits in one read, 1 to 2000.
        public var maxBits: Int
        /// Unused registers or bits that may be read between two values; 0 reads none.
        public var maxGap: Int

        /// The limits of the standard unless told otherwise.
        public init(
            maxRegisters: Int = ModbusLimits.readRegisters, maxBits: Int = ModbusLimits.readBits,
            maxGap: Int = 0
        ) {
            self.maxRegisters = min(max(1, maxRegisters), ModbusLimits.readRegisters)
            self.maxBits = min(max(1, maxBits), ModbusLimits.readBits)
            self.maxGap = max(0, maxGap)
        }
    }

    /// Where the value of one item lies in the answer of a read.
    public struct Slice: Hashable, Sendable {
        /// Index of the item in the list given to the plan.
        public var item: Int
        /// Index of its first register or bit in the answer.
        public var offset: Int
        /// How many registers or bits.
        public var count: Int
    }

    /// One request of the plan.
    public struct Read: Hashable, Sendable {
        /// The device on the connection.
        public var unit: UInt8
        /// The table.
        public var table: ModbusTable
        /// Zero-based first address.
        public var address: UInt16
        /// Registers or bits to read.
        public var count: Int
        /// The values in the answer, by address.
        public var slices: [Slice]

        /// The request to send.
        public var request: ModbusRequest { .read(table, address: address, count: count) }
    }

    /// Why a plan cannot be made.
    public enum Fault: Error, Hashable, Sendable {
        /// The item at this index needs more registers or bits than one read may have.
        case itemTooLong(index: Int, count: Int, limit: Int)
        /// The item at this index ends behind address 65,535 or has no length.
        case outOfRange(index: Int)
    }

    /// The requests, ordered by unit, table and address.
    public var reads: [Read]

    /// Plans the reads for items; their order does not matter.
    public init(_ items: [Item], limits: Limits = Limits()) throws(Fault) {
        reads = []
        for (index, item) in items.enumerated() {
            let limit = item.table.holdsBits ? limits.maxBits : limits.maxRegisters
            guard item.count >= 1, Int(item.address) + item.count <= ModbusLimits.addresses else {
                throw .outOfRange(index: index)
            }
            guard item.count <= limit else {
                throw .itemTooLong(index: index, count: item.count, limit: limit)
            }
        }
        let order = items.indices.sorted { left, right in
            let (one, other) = (items[left], items[right])
            return (one.unit, one.table, one.address, one.count, left)
                < (other.unit, other.table, other.address, other.count, right)
        }
        for index in order { add(items[index], index, limits) }
    }

    private mutating func add(_ item: Item, _ index: Int, _ limits: Limits) {
        let limit = item.table.holdsBits ? limits.maxBits : limits.maxRegisters
        if let last = reads.indices.last, reads[last].unit == item.unit,
            reads[last].table == item.table
        {
            let offset = Int(item.address) - Int(reads[last].address)
            let end = max(reads[last].count, offset + item.count)
            if offset - reads[last].count <= limits.maxGap, end <= limit {
                reads[last].count = end
                reads[last].slices.append(Slice(item: index, offset: offset, count: item.count))
                return
            }
        }
        reads.append(
            Read(
                unit: item.unit, table: item.table, address: item.address, count: item.count,
                slices: [Slice(item: index, offset: 0, count: item.count)]))
    }
}
