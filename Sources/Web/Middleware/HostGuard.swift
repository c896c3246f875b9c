// Requests must name the box by a name it knows: stops DNS rebinding (S-23).

import Hummingbird

/// Refuses requests for other hosts.
struct HostGuard: RouterMiddleware {
    /// The running box, which knows its names.
    let box: any BoxDoor

    func handle(
        _ request: Request, context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard !request.headers.contains(where: { $0.name.canonicalName == "host" }) else {
            throw Problem(.badRequest, "The request names several hosts.")
        }
        let named = request.head.authority ?? ""
        let host = HostGuard.host(named)
        guard box.allowedHosts.contains(host) else {
            throw Problem(.wrongHost, "The request names the host \u{201C}\(host)\u{201D}.")
        }
        return try await next(request, context)
    }

    /// The host without its port, lower case; an IPv6 address without brackets.
    static func host(_ authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard let colon = text.lastIndex(of: ":") else { return text }
        return String(text[..<colon])
    }
}
