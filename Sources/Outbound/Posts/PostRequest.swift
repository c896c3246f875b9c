// What is posted where, for each channel that posts.

/// A post ready to be sent.
struct PostRequest: Hashable, Sendable {
    /// The whole address.
    let address: SecretText
    /// Whether it may go without encryption.
    let allowsPlain: Bool
    /// A file of certificates that are trusted too.
    let trustedCertificates: String?
    /// Header fields from the settings; their values may be secret.
    let ownFields: [HeaderField]
    /// The content type of the body.
    let contentType: String
    /// Names the message, so that a receiver can know a repeat.
    let key: String
    /// The body.
    let body: [UInt8]

    /// The post of a message to a target.
    private init(
        _ message: OutboundMessage, to target: IncomingAddress, contentType: String, body: String,
        fields: [HeaderField] = []
    ) throws(OutboundFlaw) {
        try message.check()
        address = target.address
        allowsPlain = target.allowsPlain
        trustedCertificates = target.trustedCertificates
        self.body = Array(body.utf8)
        guard self.body.count <= OutboundLimits.postBytes else {
            throw OutboundFlaw(
                field: "text", reason: "makes a post of more than \(OutboundLimits.postBytes) bytes"
            )
        }
        ownFields = try PostRequest.checked(fields)
        self.contentType = contentType
        key = message.id
    }

    /// All lines of the header that are not libcurl's own.
    var header: [String] {
        ownFields.map { "\($0.name): \($0.value.revealed)" }
            + ["Content-Type: \(contentType)", "Idempotency-Key: \(key)"]
    }

    /// A post by a template.
    static func template(
        _ message: OutboundMessage, _ settings: PostSettings, number: String = ""
    ) throws(OutboundFlaw) -> PostRequest {
        // The words are checked before they are put in.
        try message.check()
        return try PostRequest(
            message, to: settings.target, contentType: settings.template.kind.contentType,
            body: settings.template.body(for: message, number: number), fields: settings.fields)
    }

    /// A phone alert: JSON to the server's root, so that no word has to travel in a header.
    ///
    /// Source: ntfy documentation, "Publish as JSON".
    static func ntfy(
        _ message: OutboundMessage, _ settings: NtfySettings
    ) throws(OutboundFlaw) -> PostRequest {
        guard (1...64).contains(settings.topic.utf8.count),
            settings.topic.utf8.allSatisfy(isOfTopic)
        else {
            throw OutboundFlaw(
                field: "topic", reason: "has letters, digits, low line and hyphen, at most 64")
        }
        guard message.text.utf8.count <= OutboundLimits.ntfyBytes else {
            throw OutboundFlaw(
                field: "text", reason: "has more than \(OutboundLimits.ntfyBytes) bytes")
        }
        let priority =
            switch message.urgency {
            case .low: 2
            case .normal: 3
            case .high: 5
            }
        var members = [
            JSONMember("topic", .text(settings.topic)),
            JSONMember("title", .text(message.subject)),
            JSONMember("message", .text(message.text)), JSONMember("priority", .number(priority)),
        ]
        if let first = message.links.first {
            members.append(JSONMember("click", .text(first.address)))
            let actions = message.links.prefix(OutboundLimits.ntfyActions).map { link in
                JSONValue.record([
                    JSONMember("action", .text("view")), JSONMember("label", .text(link.title)),
                    JSONMember("url", .text(link.address)),
                ])
            }
            members.append(JSONMember("actions", .list(actions)))
        }
        let token = settings.token.map {
            HeaderField("Authorization", SecretText("Bearer " + $0.revealed))
        }
        return try PostRequest(
            message, to: settings.server, contentType: "application/json",
            body: JSONValue.record(members).rendered, fields: token.map { [$0] } ?? [])
    }

    /// A message in a Slack channel.
    ///
    /// Source: Slack documentation, "Formatting text": three characters are escaped.
    static func slack(
        _ message: OutboundMessage, _ target: IncomingAddress
    ) throws(OutboundFlaw) -> PostRequest {
        let links = message.links.map { "<\(slackText($0.address))|\(slackText($0.title))>" }
        let lines = ["*\(slackText(message.subject))*", slackText(message.text)] + links
        let body = JSONValue.record([
            JSONMember("text", .text(lines.joined(separator: "\n")))
        ])
        return try PostRequest(
            message, to: target, contentType: "application/json", body: body.rendered)
    }

    /// A card in a Teams channel; its runs of text know no markup.
    ///
    /// Source: Microsoft, "Create incoming webhooks", Adaptive Cards schema 1.2.
    static func teams(
        _ message: OutboundMessage, _ target: IncomingAddress
    ) throws(OutboundFlaw) -> PostRequest {
        func run(_ text: String, isStrong: Bool = false) -> JSONValue {
            var members = [JSONMember("type", .text("TextRun")), JSONMember("text", .text(text))]
            if isStrong { members.append(JSONMember("weight", .text("Bolder"))) }
            return .record([
                JSONMember("type", .text("RichTextBlock")),
                JSONMember("inlines", .list([.record(members)])),
            ])
        }
        let actions = message.links.map { link in
            JSONValue.record([
                JSONMember("type", .text("Action.OpenUrl")), JSONMember("title", .text(link.title)),
                JSONMember("url", .text(link.address)),
            ])
        }
        let card: [JSONMember] = [
            JSONMember("type", .text("AdaptiveCard")), JSONMember("version", .text("1.2")),
            JSONMember("body", .list([run(message.subject, isStrong: true), run(message.text)])),
            JSONMember("actions", .list(actions)),
        ]
        let kind = "application/vnd.microsoft.card.adaptive"
        let attachment: [JSONMember] = [
            JSONMember("contentType", .text(kind)), JSONMember("content", .record(card)),
        ]
        let body = JSONValue.record([
            JSONMember("type", .text("message")),
            JSONMember("attachments", .list([.record(attachment)])),
        ])
        let request = try PostRequest(
            message, to: target, contentType: "application/json", body: body.rendered)
        guard request.body.count <= OutboundLimits.teamsBytes else {
            throw OutboundFlaw(
                field: "text",
                reason: "makes a card of more than \(OutboundLimits.teamsBytes) bytes")
        }
        return request
    }

    /// Refuses fields that would break the header or that belong to the connection.
    private static func checked(_ fields: [HeaderField]) throws(OutboundFlaw) -> [HeaderField] {
        guard fields.count <= OutboundLimits.headerFields else {
            throw OutboundFlaw(
                field: "fields", reason: "are more than \(OutboundLimits.headerFields)")
        }
        for (index, field) in fields.enumerated() {
            let place = "fields[\(index)]"
            // RFC 9110, 5.6.2: the characters of a token.
            let isToken = field.name.utf8.allSatisfy { byte in
                (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A)
                    || (byte >= 0x61 && byte <= 0x7A) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
            guard isToken, !field.name.isEmpty else {
                throw OutboundFlaw(field: place + ".name", reason: "is not a name of a field")
            }
            guard !ofConnection.contains(field.name.lowercased()) else {
                throw OutboundFlaw(field: place + ".name", reason: "is set by this box")
            }
            let value = field.value.revealed
            try OutboundFlaw.refuseControls(value, field: place + ".value")
            try OutboundFlaw.refuse(
                value, longerThan: OutboundLimits.addressBytes, place + ".value")
            guard value.contains(where: { $0 != " " }) else {
                throw OutboundFlaw(field: place + ".value", reason: "is empty")
            }
        }
        return fields
    }

    private static let ofConnection: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "expect",
        "upgrade", "te", "trailer", "keep-alive", "proxy-connection", "idempotency-key",
    ]

    private static func isOfTopic(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
            || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x5F
    }

    private static func slackText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
