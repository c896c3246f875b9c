// Finds S7 messages in a stream cut anywhere: TPKT frames and the COTP units in them.

/// One unit of the transport protocol, as a controller sends it.
public enum S7Unit: Hashable, Sendable {
    /// The connection is accepted (CC).
    case connected
    /// The connection is refused or ended (DR); the reason is that of ISO 8073.
    case disconnected(reason: UInt8)
    /// A whole message.
    case message([UInt8])
}

/// Finds units in a TCP stream, whatever pieces it arrives in.
///
/// After an error the stream has lost its frame borders: close the connection.
/// Source: RFC 1006 clause 6, ISO 8073 clause 13.
public struct S7Deframer: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    /// Parts of a message that comes in several units.
    private var partial: [UInt8] = []

    /// A reader at the start of a connection.
    public init() {}

    /// Bytes kept that are not yet a whole unit.
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
        partial = []
        start = 0
    }

    /// The next whole unit, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> S7Unit? {
        while pendingBytes >= 4 {
            guard buffer[start] == 3 else {
                throw Self.error(
                    .value(field: "version", found: Int(buffer[start]), expected: "3"), at: 0)
            }
            let length = Int(buffer[start + 2]) << 8 | Int(buffer[start + 3])
            guard (7...S7Limits.frameBytes).contains(length) else {
                throw Self.error(
                    .value(
                        field: "length", found: length, expected: "7 to \(S7Limits.frameBytes)"),
                    at: 2)
            }
            guard pendingBytes >= length else { return nil }
            let body = Array(buffer[start + 4..<start + length])
            start += length
            if let unit = try unit(body) { return unit }
        }
        return nil
    }

    /// The unit of a frame; nil for the part of a message that goes on.
    private mutating func unit(_ body: [UInt8]) throws(FrameError) -> S7Unit? {
        let header = Int(body[0])
        guard header >= 2, header < body.count else {
            throw Self.error(
                .value(
                    field: "COTP header", found: header, expected: "2 to \(body.count - 1)"),
                at: 4)
        }
        switch body[1] & 0xF0 {
        case 0xD0:
            guard header >= 6 else {
                throw Self.error(.tooShort(found: header, minimum: 6), at: 4)
            }
            return .connected
        case 0x80: return .disconnected(reason: header >= 6 && body.count > 6 ? body[6] : 0)
        case 0xF0:
            let data = body[(header + 1)...]
            guard partial.count + data.count <= S7Limits.largestPDUBytes else {
                throw Self.error(
                    .tooLong(
                        found: partial.count + data.count, limit: S7Limits.largestPDUBytes), at: 4)
            }
            partial += data
            guard body[2] & 0x80 != 0 else { return nil }
            defer { partial = [] }
            return .message(partial)
        default:
            throw Self.error(
                .value(
                    field: "COTP unit", found: Int(body[1]), expected: "0xD0, 0x80 or 0xF0"),
                at: 5)
        }
    }

    private static func error(_ problem: FrameError.Problem, at offset: Int) -> FrameError {
        FrameError(doing: "reading an S7 frame", problem: problem, offset: offset)
    }
}
