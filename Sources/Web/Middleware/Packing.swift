// Packs answers with gzip where the client can read it and the body is worth it.

import Hummingbird

/// Packs whole bodies; streams pass as they are.
struct Packing: RouterMiddleware {
    /// Limits of this room.
    let limits: WebLimits

    func handle(
        _ request: Request, context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let length = response.body.contentLength, length >= limits.packFrom,
            request.method != .head, response.headers[.contentEncoding] == nil,
            Packing.isText(response.headers[.contentType] ?? "")
        else { return response }
        response.headers[.vary] = "Accept-Encoding"
        guard Packing.takesGzip(request.headers[.acceptEncoding] ?? "") else { return response }
        let collector = BodyCollector()
        try await response.body.write(collector)
        response.body = .init(
            byteBuffer: ByteBuffer(bytes: try Gzip.packed(collector.bytes)))
        response.headers[.contentEncoding] = "gzip"
        return response
    }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.contains("json") || type.contains("javascript")
            || type.contains("svg")
    }

    /// Whether gzip is among the accepted encodings and not refused by a zero weight.
    static func takesGzip(_ header: String) -> Bool {
        header.lowercased().split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.first == "gzip" else { return false }
            return !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }
}

/// Collects a body that is already whole.
private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws {
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
