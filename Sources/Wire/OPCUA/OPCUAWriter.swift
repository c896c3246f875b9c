// Writes the primitive forms of OPC UA binary.

/// The bytes of an OPC UA message while it is built.
///
/// Source: OPC 10000-6, 5.2.2. All numbers are little-endian.
public struct OPCUAWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// A writer with nothing written.
    public init() {}

    /// Appends bytes as they are.
    public mutating func raw(_ content: [UInt8]) { bytes.append(contentsOf: content) }

    /// Appends a byte.
    public mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Appends a Boolean.
    public mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Appends a number of 16 bits.
    public mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    /// Appends a number of 32 bits.
    public mutating func uint32(_ value: UInt32) {
        uint16(UInt16(truncatingIfNeeded: value))
        uint16(UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Appends a number of 64 bits.
    public mutating func uint64(_ value: UInt64) {
        uint32(UInt32(truncatingIfNeeded: value))
        uint32(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// Appends a signed number of 32 bits.
    public mutating func int32(_ value: Int32) { uint32(UInt32(bitPattern: value)) }

    /// Appends a signed number of 64 bits.
    public mutating func int64(_ value: Int64) { uint64(UInt64(bitPattern: value)) }

    /// Appends a floating-point number of 64 bits.
    public mutating func double(_ value: Double) { uint64(value.bitPattern) }

    /// Appends a byte string; nil is the null one.
    public mutating func byteString(_ content: [UInt8]?) {
        guard let content else {
            int32(-1)
            return
        }
        int32(Int32(clamping: content.count))
        bytes.append(contentsOf: content)
    }

    /// Appends a text; nil is the null one.
    public mutating func string(_ text: String?) { byteString(text.map { Array($0.utf8) }) }

    /// Appends an array with its count.
    public mutating func array<Element>(
        _ elements: [Element], _ write: (inout OPCUAWriter, Element) -> Void
    ) {
        int32(Int32(clamping: elements.count))
        for element in elements { write(&self, element) }
    }

    /// Appends the null array.
    public mutating func nullArray() { int32(-1) }

    /// Replaces the number of 32 bits at an offset, as for a length known only at the end.
    mutating func replace(at offset: Int, with value: UInt32) {
        for place in 0..<4 where offset + place < bytes.count {
            bytes[offset + place] = UInt8(truncatingIfNeeded: value >> UInt32(8 * place))
        }
    }
}
