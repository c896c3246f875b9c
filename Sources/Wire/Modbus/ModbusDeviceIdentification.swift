// The names a Modbus device gives of itself (function 43, type 14).

/// Names of a device: vendor, product code, version and others.
///
/// Source: MODBUS Application Protocol V1.1b3, clause 6.21.
public struct ModbusDeviceIdentification: Hashable, Sendable {
    /// One name with its number: 0 vendor, 1 product code, 2 version, 3 URL, 4 product, 5 model.
    public struct Item: Hashable, Sendable {
        /// Number of the name.
        public var id: UInt8
        /// The name's bytes, usually ASCII.
        public var bytes: [UInt8]

        /// A name with its number.
        public init(id: UInt8, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }

        /// The name as text; bytes that are not UTF-8 are replaced.
        public var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// What the device supports: 1 basic, 2 regular, 3 extended; 0x80 added for single reads.
    public var conformity: UInt8
    /// The number to continue with, when the names did not fit in one answer.
    public var next: UInt8?
    /// The names of this answer.
    public var items: [Item]

    /// Names with the level that the device supports.
    public init(conformity: UInt8, next: UInt8? = nil, items: [Item]) {
        self.conformity = conformity
        self.next = next
        self.items = items
    }

    /// The bytes behind the function code, or nil when they do not fit in a data unit.
    func encoded(category: UInt8) -> [UInt8]? {
        guard items.count <= 255 else { return nil }
        var bytes: [UInt8] = [0x0E, category, conformity]
        bytes.append(contentsOf: [next == nil ? 0 : 0xFF, next ?? 0, UInt8(items.count)])
        for item in items {
            guard item.bytes.count <= 255 else { return nil }
            bytes.append(contentsOf: [item.id, UInt8(item.bytes.count)])
            bytes.append(contentsOf: item.bytes)
        }
        return bytes.count <= ModbusLimits.pduBytes - 1 ? bytes : nil
    }

    /// Reads the answer from a protocol data unit whose function code is known to be 43.
    static func decode(
        _ pdu: RawSpan, doing: String
    ) throws(FrameError) -> ModbusDeviceIdentification {
        guard pdu.byteCount >= 7 else {
            throw FrameError(doing: doing, problem: .tooShort(found: pdu.byteCount, minimum: 7))
        }
        guard pdu.byte(1) == 0x0E else {
            throw FrameError(
                doing: doing,
                problem: .value(field: "type", found: Int(pdu.byte(1)), expected: "14"), offset: 1)
        }
        var items: [Item] = []
        var offset = 7
        for _ in 0..<Int(pdu.byte(6)) {
            guard pdu.byteCount >= offset + 2,
                pdu.byteCount >= offset + 2 + Int(pdu.byte(offset + 1))
            else {
                throw FrameError(
                    doing: doing,
                    problem: .tooShort(found: pdu.byteCount, minimum: offset + 2), offset: offset)
            }
            let end = offset + 2 + Int(pdu.byte(offset + 1))
            items.append(Item(id: pdu.byte(offset), bytes: pdu.array(offset + 2..<end)))
            offset = end
        }
        guard offset == pdu.byteCount else {
            throw FrameError(
                doing: doing, problem: .length(found: pdu.byteCount, expected: offset),
                offset: offset)
        }
        return ModbusDeviceIdentification(
            conformity: pdu.byte(3), next: pdu.byte(4) == 0xFF ? pdu.byte(5) : nil, items: items)
    }
}
