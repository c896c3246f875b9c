// Reads the primitive forms of OPC UA binary, every length checked before it is used.

/// A position in the body of an OPC UA message.
///
/// Source: OPC 10000-6, 5.2.2. All numbers are little-endian.
public struct OPCUAReader: Sendable {
    let bytes: [UInt8]
    let doing: String
    /// Bytes read so far.
    public private(set) var offset: Int
    private var depth = 0
    private var elementsLeft = OPCUALimits.messageElements

    /// A reader at an offset of a message; `doing` begins the text of every error.
    public init(_ bytes: [UInt8], from offset: Int = 0, doing: String) {
        self.bytes = bytes
        self.doing = doing
        self.offset = min(max(0, offset), bytes.count)
    }

    /// Bytes not read yet.
    public var remaining: Int { bytes.count - offset }

    func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: doing, problem: problem, offset: offset)
    }

    func require(_ count: Int) throws(FrameError) {
        if remaining < count {
            throw error(.tooShort(found: bytes.count, minimum: offset + count))
        }
    }

    /// Checks that nothing is left.
    public func finish() throws(FrameError) {
        if remaining != 0 { throw error(.length(found: bytes.count, expected: offset)) }
    }

    /// Everything that is left.
    public mutating func rest() -> [UInt8] {
        defer { offset = bytes.count }
        return Array(bytes[offset...])
    }

    /// The next byte.
    public mutating func byte() throws(FrameError) -> UInt8 {
        try require(1)
        offset += 1
        return bytes[offset - 1]
    }

    /// A Boolean: zero is false, everything else true.
    public mutating func boolean() throws(FrameError) -> Bool { try byte() != 0 }

    /// An unsigned number of 16 bits.
    public mutating func uint16() throws(FrameError) -> UInt16 {
        try require(2)
        offset += 2
        return UInt16(bytes[offset - 2]) | UInt16(bytes[offset - 1]) << 8
    }

    /// An unsigned number of 32 bits.
    public mutating func uint32() throws(FrameError) -> UInt32 {
        let low = try uint16()
        return UInt32(low) | UInt32(try uint16()) << 16
    }

    /// An unsigned number of 64 bits.
    public mutating func uint64() throws(FrameError) -> UInt64 {
        let low = try uint32()
        return UInt64(low) | UInt64(try uint32()) << 32
    }

    /// A signed number of 32 bits.
    public mutating func int32() throws(FrameError) -> Int32 { Int32(bitPattern: try uint32()) }

    /// A signed number of 64 bits.
    public mutating func int64() throws(FrameError) -> Int64 { Int64(bitPattern: try uint64()) }

    /// A floating-point number of 64 bits.
    public mutating func double() throws(FrameError) -> Double {
        Double(bitPattern: try uint64())
    }

    /// A byte string; nil for a length below zero.
    public mutating func byteString(
        atMost limit: Int = OPCUALimits.messageBytes
    ) throws(FrameError) -> [UInt8]? {
        let length = Int(try int32())
        if length < 0 { return nil }
        if length > limit { throw error(.tooLong(found: length, limit: limit)) }
        try require(length)
        offset += length
        return Array(bytes[offset - length..<offset])
    }

    /// A text; nil when it is null.
    ///
    /// Bytes that are not UTF-8 are replaced, as servers of old controllers send their own code
    /// pages and one such text must not make all other values of a message unreadable.
    public mutating func string(
        atMost limit: Int = OPCUALimits.messageBytes
    ) throws(FrameError) -> String? {
        guard let content = try byteString(atMost: limit) else { return nil }
        return String(decoding: content, as: UTF8.self)
    }

    /// The number of elements of an array, checked against what is left; nil for a null array.
    ///
    /// - Parameter size: Bytes that the shortest element needs, at least 1.
    /// - Returns: The number, nil for a null array.
    /// - Throws: ``FrameError`` when there are more than may or can be.
    public mutating func count(of size: Int) throws(FrameError) -> Int? {
        let count = Int(try int32())
        if count < 0 { return nil }
        let limit = min(OPCUALimits.arrayElements, elementsLeft)
        if count > limit { throw error(.tooLong(found: count, limit: limit)) }
        try require(count * max(1, size))
        elementsLeft -= count
        return count
    }

    /// An array; a null array is an empty one.
    public mutating func array<Element>(
        of size: Int, _ read: (inout OPCUAReader) throws(FrameError) -> Element
    ) throws(FrameError) -> [Element] {
        guard let count = try count(of: size) else { return [] }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// Goes one level deeper for the time of a closure.
    mutating func nested<Value>(
        _ read: (inout OPCUAReader) throws(FrameError) -> Value
    ) throws(FrameError) -> Value {
        depth += 1
        if depth > OPCUALimits.nesting { throw error(.invalid("values nested too deeply")) }
        let value = try read(&self)
        depth -= 1
        return value
    }
}
