// Writes a request that reads: GET with its headers. No other method is in here.

/// A request for what an address holds.
///
/// Source: RFC 9112 clause 3; RFC 9110 clause 9.3.1.
public struct HTTPRequest: Hashable, Sendable {
    /// One header.
    public struct Field: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The value; bytes, because a secret may be in it.
        public var value: [UInt8]

        /// A header from its name and value.
        public init(_ name: String, _ value: [UInt8]) {
            self.name = name
            self.value = value
        }

        /// A header from its name and text.
        public init(_ name: String, _ value: String) {
            self.init(name, Array(value.utf8))
        }

        /// The header that tells who asks, in the scheme Basic (RFC 7617).
        public static func basic(user: String, password: [UInt8]) -> Field {
            Field("Authorization", "Basic " + Base64.text(Array(user.utf8) + [0x3A] + password))
        }
    }

    /// The path with its query, percent-encoded: "/sample?from=10".
    public var target: String
    /// Name of the server with its port, as the header Host wants it.
    public var host: String
    /// Further headers.
    public var fields: [Field]

    /// A request; Host and User-Agent are written by themselves.
    public init(target: String, host: String, fields: [Field] = []) {
        self.target = target
        self.host = host
        self.fields = fields
    }

    /// The bytes to send.
    ///
    /// Throws when the target is none, or a name or value holds what would begin another header.
    public func encoded() throws(FrameError) -> [UInt8] {
        guard Self.isTarget(target) else {
            throw FrameError(
                doing: "writing an HTTP request",
                problem: .invalid("the path \"\(target.prefix(80))\" cannot be asked for"))
        }
        var bytes = Array("GET \(target) HTTP/1.1\r\n".utf8)
        let own = [Field("Host", host), Field("User-Agent", "millwright")]
        for field in own + fields {
            let isFit =
                !field.name.isEmpty && field.name.utf8.allSatisfy(HTTPToken.allows)
                && field.value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            guard isFit else {
                throw FrameError(
                    doing: "writing an HTTP request",
                    problem: .invalid("the header \"\(field.name.prefix(80))\" cannot be sent"))
            }
            bytes += Array("\(field.name): ".utf8) + field.value + [0x0D, 0x0A]
        }
        return bytes + [0x0D, 0x0A]
    }

    /// True for a path that can stand in a request: "/" and what follows, without spaces.
    public static func isTarget(_ text: String) -> Bool {
        text.hasPrefix("/") && text.utf8.count <= HTTPLimits.targetBytes
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }
    }

    /// True for a name that a header can have.
    public static func isFieldName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && text.utf8.allSatisfy(HTTPToken.allows)
    }
}

/// Bytes as text of 64 characters (RFC 4648 clause 4).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for place in 0..<3 {
                bits = bits << 8 | (place < group.count ? Int(group[start + place]) : 0)
            }
            for place in 0..<4 {
                text.append(
                    place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : 0x3D)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
