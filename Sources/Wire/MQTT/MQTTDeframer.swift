// Finds MQTT packets in a stream cut anywhere, refusing large ones from their header.

/// One packet as it lies in the stream: first byte and content, not yet decoded.
public struct MQTTRawPacket: Hashable, Sendable {
    /// Packet type (high half) and flags (low half).
    public var header: UInt8
    /// The bytes behind the remaining length.
    public var body: [UInt8]

    /// A packet from its first byte and content.
    public init(header: UInt8, body: [UInt8]) {
        self.header = header
        self.body = body
    }
}

/// Finds MQTT packets in a stream, whatever pieces it arrives in.
///
/// After an error the stream has lost its packet borders: close the connection.
/// Source: MQTT 5.0 clause 2.1.
public struct MQTTDeframer: Sendable {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// A reader that takes packets of at most `maximumBytes`, 1 MiB by default.
    public init(maximumBytes: Int = 1 << 20) { limit = maximumBytes }

    /// Bytes kept that have not been returned yet.
    public var pendingBytes: Int { buffer.count - start }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Forgets everything, as for a new connection.
    public mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
    }

    /// The next whole packet, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> MQTTRawPacket? {
        guard pendingBytes >= 2 else { return nil }
        var length = 0
        var size = 1
        while true {
            guard size < pendingBytes else { return nil }
            let byte = buffer[start + size]
            length |= Int(byte & 0x7F) << (7 * (size - 1))
            size += 1
            if byte & 0x80 == 0 { break }
            if size == 5 {
                throw FrameError(
                    doing: "reading an MQTT header",
                    problem: .invalid("a length of more than four bytes"), offset: 4)
            }
        }
        guard size + length <= limit else {
            throw FrameError(
                doing: "reading an MQTT packet of type \(buffer[start] >> 4)",
                problem: .tooLong(found: size + length, limit: limit), offset: 1)
        }
        guard pendingBytes >= size + length else { return nil }
        let first = start + size
        let packet = MQTTRawPacket(
            header: buffer[start], body: Array(buffer[first..<first + length]))
        start = first + length
        return packet
    }
}
