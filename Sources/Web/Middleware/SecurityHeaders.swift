// The headers of S-21 on every answer, errors and files included.

import Hummingbird
import Loop

/// Adds the security headers.
struct SecurityHeaders: RouterMiddleware {
    /// Whether the listener is TLS.
    let isTLS: Bool
    /// The running box, which knows its certificate.
    let box: any BoxDoor

    /// Nothing but our own files, no inline script, style or frame.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "font-src 'self'", "manifest-src 'self'", "worker-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// Features that no page uses.
    static let permissions = [
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
    ].map { $0 + "=()" }.joined(separator: ", ")

    func handle(
        _ request: Request, context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = SecurityHeaders.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers.set("Referrer-Policy", "no-referrer")
        response.headers.set("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.set("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.set("Permissions-Policy", SecurityHeaders.permissions)
        // Only with a certificate that browsers trust by themselves: with the box's own authority a
        // promise for a year would shut a browser out that has not installed it.
        if isTLS, let certificate = box.certificate, certificate.authority == nil {
            response.headers.set("Strict-Transport-Security", "max-age=31536000")
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
