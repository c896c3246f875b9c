// The body of a post with places for words; what is put in can never break out.

/// A body with places such as `{text}`, checked once when it is made.
///
/// In JSON a place inside quotes takes the escaped words, a place outside takes a whole quoted
/// text: either way the result is the JSON that the template promised. In a form the words are
/// percent-encoded. In plain text they stand as they are.
public struct PostTemplate: Hashable, Sendable {
    /// The kinds of bodies.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// `application/json`
        case json
        /// `application/x-www-form-urlencoded`
        case form
        /// `text/plain`
        case plain

        /// The content type of the post.
        public var contentType: String {
            switch self {
            case .json: "application/json"
            case .form: "application/x-www-form-urlencoded"
            case .plain: "text/plain; charset=utf-8"
            }
        }
    }

    /// The places that a template can have.
    public enum Place: String, Hashable, Sendable, CaseIterable {
        /// The message's text.
        case text
        /// The message's subject.
        case subject
        /// The machine's name; empty when the message is about none.
        case machine
        /// The address of the first link; empty when there is none.
        case link
        /// The message's id.
        case id
        /// `low`, `normal` or `high`.
        case urgency
        /// The phone number, for a text message; empty otherwise.
        case number
    }

    private enum Part: Hashable, Sendable {
        case words(String)
        case place(Place, isQuoted: Bool)
    }

    /// The template as it was entered.
    public let source: String
    /// What kind of body it makes.
    public let kind: Kind
    private let parts: [Part]

    /// A template from its text.
    ///
    /// Throws ``OutboundFlaw`` for a place that is not known, a text that is too long, or a JSON
    /// template that would not make JSON.
    public init(_ source: String, kind: Kind) throws(OutboundFlaw) {
        try OutboundFlaw.refuse(source, longerThan: OutboundLimits.templateBytes, "template")
        self.source = source
        self.kind = kind
        parts = try PostTemplate.parsed(source, isJSON: kind == .json)
        guard kind == .json else { return }
        guard JSONText.isValid(rendered { _ in "x" }) else {
            throw OutboundFlaw(field: "template", reason: "does not make JSON")
        }
    }

    /// Whether a place stands in the template.
    public func has(_ place: Place) -> Bool {
        parts.contains { if case .place(place, _) = $0 { true } else { false } }
    }

    /// The body for a message.
    public func body(for message: OutboundMessage, number: String = "") -> String {
        rendered { place in
            switch place {
            case .text: message.text
            case .subject: message.subject
            case .machine: message.machine ?? ""
            case .link: message.links.first?.address ?? ""
            case .id: message.id
            case .urgency: message.urgency.rawValue
            case .number: number
            }
        }
    }

    private func rendered(_ words: (Place) -> String) -> String {
        parts.map { part in
            switch part {
            case .words(let text): text
            case .place(let place, let isQuoted):
                switch kind {
                case .json where isQuoted: JSONText.escaped(words(place))
                case .json: JSONText.quoted(words(place))
                case .form: PostTemplate.percentEncoded(words(place))
                case .plain: words(place)
                }
            }
        }.joined()
    }

    /// Splits at `{name}`; in JSON it knows whether a place stands between quotes.
    private static func parsed(_ source: String, isJSON: Bool) throws(OutboundFlaw) -> [Part] {
        var parts: [Part] = []
        var words = ""
        var isQuoted = false
        var isEscaped = false
        var rest = source.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "{", let name = name(before: rest) {
                guard let place = Place(rawValue: name) else {
                    let known = Place.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                    throw OutboundFlaw(
                        field: "template", reason: "has the place {\(name)}; known are \(known)")
                }
                guard !isEscaped else {
                    throw OutboundFlaw(
                        field: "template", reason: "has a backslash before {\(name)}")
                }
                parts += [.words(words), .place(place, isQuoted: isJSON && isQuoted)]
                words = ""
                rest = rest.dropFirst(name.unicodeScalars.count + 1)
                continue
            }
            if isJSON, scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isJSON && isQuoted && scalar == "\\" && !isEscaped
            words.unicodeScalars.append(scalar)
        }
        return parts + [.words(words)]
    }

    /// The name of a place that begins here, without the braces; nil when none does.
    private static func name(before rest: Substring.UnicodeScalarView) -> String? {
        let name = rest.prefix { $0 >= "a" && $0 <= "z" }
        guard !name.isEmpty, rest.dropFirst(name.count).first == "}" else { return nil }
        return String(String.UnicodeScalarView(name))
    }

    /// Everything but the unreserved characters (RFC 3986, 2.3) as percent and two digits.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isKept =
                (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
                || (byte >= 0x30 && byte <= 0x39) || "-._~".utf8.contains(byte)
            return isKept ? String(UnicodeScalar(byte)) : "%" + hexPair(byte)
        }.joined()
    }
}
