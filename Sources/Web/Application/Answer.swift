// Ways to answer: pages, documents, redirects, plain text.

import Hummingbird

/// Builders of responses.
enum Answer {
    /// A document.
    static func json(
        _ value: JSONValue, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) -> Response {
        bytes(value.bytes, type: type, status: status)
    }

    /// A page.
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        bytes(Array(text.utf8), type: "text/html; charset=utf-8", status: status)
    }

    /// Bytes of a type.
    static func bytes(
        _ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Nothing to say.
    static func empty(_ status: HTTPResponse.Status) -> Response { Response(status: status) }

    /// Go and see another page of this site (303).
    static func go(to path: String) -> Response {
        // Only paths of this site: a second slash would name another host.
        let isOurs = path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
        return Response.redirect(to: isOurs ? path : "/now")
    }
}
