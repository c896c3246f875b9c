// Packing and unpacking of whole bodies with gzip, through the library that the server uses.

import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// gzip over whole bodies.
///
/// The library offers channel handlers only; each call runs one on a channel in memory.
enum Gzip {
    /// Why a body could not be unpacked.
    enum UnpackError: Error, Hashable {
        /// It would become larger than the limit, in bytes.
        case tooLarge(limit: Int)
        /// It is no gzip stream or it ends too early.
        case damaged
    }

    /// The packed bytes, nil when the library gave none.
    static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        let channel = EmbeddedChannel(handler: HTTPResponseCompressor())
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        request.headers.add(name: "accept-encoding", value: "gzip")
        try channel.writeInbound(HTTPServerRequestPart.head(request))
        let head = HTTPResponseHead(version: .http1_1, status: .ok)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(
            HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        var packed: [UInt8] = []
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            if case .body(.byteBuffer(let buffer)) = part {
                packed.append(contentsOf: buffer.readableBytesView)
            }
        }
        _ = try channel.finish(acceptAlreadyClosed: true)
        return packed
    }

    /// The bytes of a gzip or zlib stream, refused beyond `limit` bytes.
    static func unpacked(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let channel = EmbeddedChannel(handler: NIOHTTPRequestDecompressor(limit: .size(limit)))
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
        head.headers.add(name: "content-encoding", value: "gzip")
        head.headers.add(name: "content-length", value: String(bytes.count))
        var unpacked: [UInt8] = []
        do {
            try channel.writeInbound(HTTPServerRequestPart.head(head))
            try channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(bytes: bytes)))
            try channel.writeInbound(HTTPServerRequestPart.end(nil))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                if case .body(let buffer) = part {
                    unpacked.append(contentsOf: buffer.readableBytesView)
                }
            }
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch NIOHTTPDecompression.DecompressionError.limit {
            throw UnpackError.tooLarge(limit: limit)
        } catch {
            throw UnpackError.damaged
        }
        guard !unpacked.isEmpty || bytes.isEmpty else { throw UnpackError.damaged }
        return unpacked
    }
}
