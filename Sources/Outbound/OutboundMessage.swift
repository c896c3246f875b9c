// A message before anybody knows how it travels.

public import Plant

/// A link of a message: what it is called and where it leads.
public struct MessageLink: Hashable, Sendable {
    /// What the person reads, such as "I am on it".
    public let title: String
    /// Where it leads, beginning with `http://` or `https://`.
    public let address: String

    /// A link from its parts.
    public init(title: String, address: String) {
        self.title = title
        self.address = address
    }
}

/// How much a message presses.
public enum Urgency: String, Hashable, Sendable, CaseIterable {
    /// Can be read at any time.
    case low
    /// The usual.
    case normal
    /// Also during quiet hours.
    case high
}

/// A message to a person, in words.
public struct OutboundMessage: Hashable, Sendable {
    /// Names the message for ever: the same id means the same message.
    ///
    /// Letters of ASCII, digits, `.`, `_` and `-`, at most ``OutboundLimits/idCharacters``.
    public let id: String
    /// When it was made; the date of an e-mail.
    public let created: Timestamp
    /// One line.
    public let subject: String
    /// The message in plain words, any number of lines.
    public let text: String
    /// The same as a fragment of HTML, for e-mail, written by us alone; nil when there is none.
    public let html: String?
    /// Links, the most important first.
    public let links: [MessageLink]
    /// The machine that it is about, as people call it; nil when it is about none.
    public let machine: String?
    /// How much it presses.
    public let urgency: Urgency

    /// A message from its parts; nothing is checked before it is sent.
    public init(
        id: String, created: Timestamp, subject: String, text: String, html: String? = nil,
        links: [MessageLink] = [], machine: String? = nil, urgency: Urgency = .normal
    ) {
        self.id = id
        self.created = created
        self.subject = subject
        self.text = text
        self.html = html
        self.links = links
        self.machine = machine
        self.urgency = urgency
    }

    /// Refuses what cannot be sent safely, naming the field.
    ///
    /// No field that can reach a header may hold a line break or another control character.
    /// Throws ``OutboundFlaw``.
    public func check() throws(OutboundFlaw) {
        guard (1...OutboundLimits.idCharacters).contains(id.utf8.count),
            id.utf8.allSatisfy(OutboundMessage.isOfID)
        else {
            throw OutboundFlaw(
                field: "id", reason: "has letters, digits, dot, low line and hyphen only")
        }
        try OutboundFlaw.refuseControls(subject, field: "subject")
        try OutboundFlaw.refuseControls(machine ?? "", field: "machine")
        try OutboundFlaw.refuse(subject, longerThan: OutboundLimits.subjectBytes, "subject")
        try OutboundFlaw.refuse(machine ?? "", longerThan: OutboundLimits.subjectBytes, "machine")
        try OutboundFlaw.refuse(text, longerThan: OutboundLimits.textBytes, "text")
        try OutboundFlaw.refuse(html ?? "", longerThan: OutboundLimits.markupBytes, "html")
        guard links.count <= OutboundLimits.links else {
            throw OutboundFlaw(field: "links", reason: "are more than \(OutboundLimits.links)")
        }
        for (index, link) in links.enumerated() {
            let field = "links[\(index)]"
            try OutboundFlaw.refuseControls(link.title, field: field + ".title")
            try OutboundFlaw.refuse(
                link.title, longerThan: OutboundLimits.subjectBytes, field + ".title")
            try OutboundFlaw.refuse(
                link.address, longerThan: OutboundLimits.addressBytes, field + ".address")
            guard link.address.hasPrefix("https://") || link.address.hasPrefix("http://"),
                link.address.utf8.allSatisfy({
                    $0 > 0x20 && $0 < 0x7F && !"<>\"|".utf8.contains($0)
                })
            else {
                throw OutboundFlaw(
                    field: field + ".address", reason: "is not an address on the web")
            }
        }
    }

    private static func isOfID(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
            || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
}

/// A field of a message or of settings that cannot work.
public struct OutboundFlaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field, as `subject` or `links[0].address`.
    public let field: String
    /// What is wrong with it, to be read after the field.
    public let reason: String

    /// A flaw from its parts.
    public init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }

    /// Field and reason in one line.
    public var description: String { "\(field) \(reason)" }

    /// Refuses line breaks and other control characters.
    static func refuseControls(_ text: String, field: String) throws(OutboundFlaw) {
        guard
            text.unicodeScalars.contains(where: {
                $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028
                    || $0.value == 0x2029
            })
        else { return }
        throw OutboundFlaw(
            field: field, reason: "holds a line break or another control character")
    }

    /// Refuses a text of more bytes than a limit.
    static func refuse(
        _ text: String, longerThan bytes: Int, _ field: String
    ) throws(OutboundFlaw) {
        guard text.utf8.count > bytes else { return }
        throw OutboundFlaw(
            field: field, reason: "has \(text.utf8.count) bytes; \(bytes) is the limit")
    }
}
