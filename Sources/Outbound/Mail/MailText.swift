// One message as the bytes of an e-mail (RFC 5322, RFC 2046).

import Plant

/// An e-mail ready to be sent: the envelope and the bytes.
public struct MailText: Hashable, Sendable {
    /// The sender of the envelope.
    public let sender: String
    /// The recipients of the envelope.
    public let recipients: [String]
    /// Header and body with CRLF line ends, without the dots of the transfer.
    public let bytes: [UInt8]

    /// The e-mail of a message.
    ///
    /// Throws ``OutboundFlaw`` when a field cannot be sent, naming it. The id of the message
    /// becomes the `Message-ID`, so that the same message is the same e-mail.
    public init(_ message: OutboundMessage, _ settings: EmailSettings) throws(OutboundFlaw) {
        try message.check()
        let from = try MailAddress(settings.from, field: "from")
        guard (1...OutboundLimits.recipients).contains(settings.to.count) else {
            throw OutboundFlaw(
                field: "to", reason: "has 1 to \(OutboundLimits.recipients) recipients")
        }
        var to: [MailAddress] = []
        for (index, text) in settings.to.enumerated() {
            to.append(try MailAddress(text, field: "to[\(index)]"))
        }
        let name = settings.fromName ?? ""
        try OutboundFlaw.refuseControls(name, field: "fromName")
        try OutboundFlaw.refuse(name, longerThan: OutboundLimits.subjectBytes, "fromName")
        sender = from.text
        recipients = to.map(\.text)
        bytes =
            Array(MailText.header(message, from: from, name: name, to: to).utf8)
            + MailText.body(message)
    }

    private static func header(
        _ message: OutboundMessage, from: MailAddress, name: String, to: [MailAddress]
    ) -> String {
        var lines = ["Date: " + date(message.created)]
        let isNamed = name.contains { $0 != " " }
        lines.append(
            isNamed
                ? "From: " + EncodedWord.phrase(name, used: 6) + "\r\n <\(from.text)>"
                : "From: \(from.text)")
        lines.append("To: " + to.map(\.text).joined(separator: ",\r\n "))
        lines.append("Subject: " + EncodedWord.folded(message.subject, used: 9))
        lines.append("Message-ID: <\(message.id)@\(from.domain)>")
        // RFC 3834, 5: so that no holiday answer comes back.
        lines.append("Auto-Submitted: auto-generated")
        switch message.urgency {
        case .high: lines.append("Importance: high")
        case .low: lines.append("Importance: low")
        case .normal: break
        }
        lines.append("MIME-Version: 1.0")
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func body(_ message: OutboundMessage) -> [UInt8] {
        var text = message.text
        if !message.links.isEmpty {
            text +=
                "\n\n"
                + message.links.map { "\($0.title): \($0.address)" }
                .joined(separator: "\n")
        }
        guard let html = message.html else { return part(text, kind: "plain") + [0x0D, 0x0A] }
        // "=_" cannot occur in quoted-printable text (RFC 2045, 6.7).
        let boundary = "=_millwright_" + hexadecimal(Array(message.id.utf8.prefix(16)))
        var bytes = Array(
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n".utf8)
        bytes += Array("\r\n--\(boundary)\r\n".utf8) + part(text, kind: "plain")
        bytes += Array("\r\n--\(boundary)\r\n".utf8)
        bytes += part(html + anchors(message.links), kind: "html")
        return bytes + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private static func part(_ text: String, kind: String) -> [UInt8] {
        Array(
            ("Content-Type: text/\(kind); charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\n").utf8)
            + QuotedPrintable.encoded(text)
    }

    private static func anchors(_ links: [MessageLink]) -> String {
        links.map { "\n<p><a href=\"\(escaped($0.address))\">\(escaped($0.title))</a></p>" }
            .joined()
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map(hexPair).joined() }

    /// The date of RFC 5322, 3.3, in UTC.
    private static func date(_ time: Timestamp) -> String {
        let (date, nanoseconds) = time.utcDate
        let seconds = Int(nanoseconds / 1_000_000_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let month = months[(date.month - 1) % months.count]
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(two)
        return "\(date.weekday.shortName), \(date.day) \(month) \(date.year) "
            + clock.joined(separator: ":") + " +0000"
    }
}
