// An address taken apart by the library that also connects, so that both read it alike.

import CCurl

/// An address with scheme, server and port.
struct WebAddress: Hashable, Sendable {
    /// The whole address; may be secret.
    let text: String
    /// Lower case, as `https`.
    let scheme: String
    /// Server and port.
    let place: ServerPlace
    /// Whether a user or a password stands in it.
    let hasUser: Bool
    /// Path and query, which may be secret.
    let path: String

    /// An address from its text; nil when libcurl cannot read it.
    init?(_ text: String) {
        guard text.utf8.count <= OutboundLimits.addressBytes,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = unsafe curl_url()
        else { return nil }
        defer { unsafe curl_url_cleanup(url) }
        guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(url, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK,
                let found = unsafe text
            else { return nil }
            defer { unsafe curl_free(found) }
            return unsafe String(cString: found)
        }
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST),
            let port = part(CURLUPART_PORT).flatMap({ Int($0) }), (1...65_535).contains(port)
        else { return nil }
        self.text = text
        self.scheme = scheme
        place = ServerPlace(host: host, port: port)
        hasUser = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
        path = (part(CURLUPART_PATH) ?? "") + (part(CURLUPART_QUERY).map { "?" + $0 } ?? "")
    }
}
