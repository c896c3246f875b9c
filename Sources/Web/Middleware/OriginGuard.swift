// Requests that change something must come from our own pages or from programs (S-20).

import Hummingbird

/// Refuses requests that another site made a browser send.
struct OriginGuard: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        if !OriginGuard.isOurs(request) {
            throw Problem(.wrongForm, "The request was sent by a page of another site.")
        }
        return try await next(request, context)
    }

    /// Whether a browser says that one of our own pages sent the request, or no browser sent it.
    ///
    /// Reading by following a link from elsewhere is allowed; streams and changes are not. Where a
    /// browser says which site asked, that decides. Our own forms say `Origin: null`, because our
    /// pages send no referrer (S-21): such a form passes here and then needs its token.
    static func isOurs(_ request: Request) -> Bool {
        let isStream = request.uri.path == "/api/v1/events"
        if !isStream, request.method == .get || request.method == .head { return true }
        if let site = request.headers.value("Sec-Fetch-Site") {
            return site == "same-origin" || site == "none"
        }
        guard let origin = request.headers[.origin] else { return true }
        if origin == "null" {
            let type = request.headers[.contentType]?.lowercased() ?? ""
            return type.hasPrefix("application/x-www-form-urlencoded")
        }
        guard let separator = origin.place(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased()
            == (request.head.authority ?? "").lowercased()
    }
}

extension StringProtocol {
    /// The first place where a text occurs.
    func place(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
