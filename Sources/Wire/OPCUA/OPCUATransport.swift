// The connection protocol of OPC UA on TCP: greeting, error, and chunks found in a stream.

/// One chunk as it lies in the stream, with its header.
public struct OPCUAChunk: Hashable, Sendable {
    /// What the chunk belongs to.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The client's greeting.
        case hello = "HEL"
        /// The server's answer to the greeting.
        case acknowledge = "ACK"
        /// Why the server ends the connection.
        case error = "ERR"
        /// Opening or renewing of the secure channel.
        case open = "OPN"
        /// A service.
        case message = "MSG"
        /// The end of the secure channel.
        case close = "CLO"
    }

    /// Where the chunk stands in its message.
    public enum Place: UInt8, Hashable, Sendable {
        /// `F`: the last or only one.
        case final = 0x46
        /// `C`: more follow.
        case intermediate = 0x43
        /// `A`: the message is given up.
        case abort = 0x41
    }

    /// What the chunk belongs to.
    public var kind: Kind
    /// Where the chunk stands in its message.
    public var place: Place
    /// All bytes, from the first of the header.
    public var bytes: [UInt8]
}

/// Finds chunks in a TCP stream, whatever pieces it arrives in.
///
/// After an error the stream has lost its borders: close the connection.
/// Source: OPC 10000-6, 6.7.2.2 and 7.1.2.2.
public struct OPCUADeframer: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    private let limit: Int

    /// A reader at the start of a connection.
    ///
    /// - Parameter maximumBytes: Bytes of the largest chunk taken.
    public init(maximumBytes: Int = OPCUALimits.chunkBytes) { limit = maximumBytes }

    /// Bytes kept that are not yet a whole chunk.
    public var pendingBytes: Int { buffer.count - start }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole chunk, or nil until more bytes arrive.
    ///
    /// - Throws: ``FrameError`` for an unknown kind or a size that is impossible or over the limit.
    public mutating func next() throws(FrameError) -> OPCUAChunk? {
        let doing = "reading an OPC UA header"
        guard pendingBytes >= 8 else { return nil }
        let name = String(decoding: buffer[start..<start + 3], as: UTF8.self)
        guard let kind = OPCUAChunk.Kind(rawValue: name) else {
            throw FrameError(doing: doing, problem: .invalid("an unknown kind of message"))
        }
        guard let place = OPCUAChunk.Place(rawValue: buffer[start + 3]) else {
            throw FrameError(
                doing: doing,
                problem: .value(
                    field: "chunk type", found: Int(buffer[start + 3]), expected: "F, C or A"),
                offset: 3)
        }
        var size = 0
        for place in 0..<4 { size |= Int(buffer[start + 4 + place]) << (8 * place) }
        if size > limit {
            throw FrameError(doing: doing, problem: .tooLong(found: size, limit: limit), offset: 4)
        }
        if size < 8 {
            throw FrameError(doing: doing, problem: .tooShort(found: size, minimum: 8), offset: 4)
        }
        guard pendingBytes >= size else { return nil }
        let bytes = Array(buffer[start..<start + size])
        start += size
        return OPCUAChunk(kind: kind, place: place, bytes: bytes)
    }
}

/// How much a peer takes and sends.
public struct OPCUAConnectionSizes: Hashable, Sendable {
    /// Bytes of the largest chunk that it takes.
    public var receiveBytes: UInt32
    /// Bytes of the largest chunk that it sends.
    public var sendBytes: UInt32
    /// Bytes of the largest message that it takes, 0 for any.
    public var messageBytes: UInt32
    /// Chunks of the longest message that it takes, 0 for any.
    public var chunks: UInt32

    /// The sizes of this client, unless told otherwise.
    public init(
        receiveBytes: UInt32 = UInt32(OPCUALimits.chunkBytes),
        sendBytes: UInt32 = UInt32(OPCUALimits.chunkBytes),
        messageBytes: UInt32 = UInt32(OPCUALimits.messageBytes),
        chunks: UInt32 = UInt32(OPCUALimits.chunks)
    ) {
        self.receiveBytes = receiveBytes
        self.sendBytes = sendBytes
        self.messageBytes = messageBytes
        self.chunks = chunks
    }
}

/// The greeting, its answer, and the error of a connection.
///
/// Source: OPC 10000-6, 7.1.2.
public enum OPCUAGreeting: Hashable, Sendable {
    /// The client's greeting with the address that it wants.
    case hello(OPCUAConnectionSizes, url: String)
    /// The server's answer.
    case acknowledge(OPCUAConnectionSizes)
    /// Why the connection ends.
    case error(OPCUAStatus, reason: String)

    /// The bytes on the wire.
    public func encoded() -> [UInt8] {
        var writer = OPCUAWriter()
        switch self {
        case .hello(let sizes, let url):
            writer.raw(Array("HELF".utf8))
            writer.uint32(0)
            writer.sizes(sizes)
            writer.string(url)
        case .acknowledge(let sizes):
            writer.raw(Array("ACKF".utf8))
            writer.uint32(0)
            writer.sizes(sizes)
        case .error(let status, let reason):
            writer.raw(Array("ERRF".utf8))
            writer.uint32(0)
            writer.status(status)
            writer.string(reason)
        }
        writer.replace(at: 4, with: UInt32(writer.bytes.count))
        return writer.bytes
    }

    /// Reads a greeting.
    ///
    /// - Throws: ``FrameError`` for other chunks, cut fields and sizes below 8,192 bytes.
    public static func decode(_ chunk: OPCUAChunk) throws(FrameError) -> OPCUAGreeting {
        var reader = OPCUAReader(chunk.bytes, from: 8, doing: "reading \(chunk.kind.rawValue)")
        guard chunk.place == .final else { throw reader.error(.invalid("a greeting in pieces")) }
        let greeting: OPCUAGreeting
        switch chunk.kind {
        case .hello:
            let sizes = try reader.sizes()
            let url = try reader.string(atMost: OPCUALimits.transportTextBytes) ?? ""
            greeting = .hello(sizes, url: url)
        case .acknowledge: greeting = .acknowledge(try reader.sizes())
        case .error:
            let status = try reader.status()
            let reason = try reader.string(atMost: OPCUALimits.transportTextBytes) ?? ""
            greeting = .error(status, reason: reason)
        default: throw reader.error(.invalid("not a greeting"))
        }
        try reader.finish()
        return greeting
    }
}

extension OPCUAWriter {
    fileprivate mutating func sizes(_ sizes: OPCUAConnectionSizes) {
        uint32(0)  // Version of the protocol.
        uint32(sizes.receiveBytes)
        uint32(sizes.sendBytes)
        uint32(sizes.messageBytes)
        uint32(sizes.chunks)
    }
}

extension OPCUAReader {
    fileprivate mutating func sizes() throws(FrameError) -> OPCUAConnectionSizes {
        _ = try uint32()  // A newer version answers in the form of ours (7.1.2.4).
        let sizes = OPCUAConnectionSizes(
            receiveBytes: try uint32(), sendBytes: try uint32(), messageBytes: try uint32(),
            chunks: try uint32())
        for size in [sizes.receiveBytes, sizes.sendBytes]
        where size < OPCUALimits.smallestChunkBytes {
            throw error(
                .value(
                    field: "chunk size", found: Int(size),
                    expected: "at least \(OPCUALimits.smallestChunkBytes)"))
        }
        return sizes
    }
}
