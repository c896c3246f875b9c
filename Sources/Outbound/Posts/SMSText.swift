// A message cut to one SMS: what it is about first, the address whole or not at all.

/// The text of an SMS.
public enum SMSText {
    /// Subject, text and first link in at most ``OutboundLimits/smsCharacters`` characters.
    ///
    /// The text gives way first, at the end of a word and with three dots; the address is never
    /// cut. Characters are counted as letters of the GSM alphabet; a text with others takes more
    /// than one SMS.
    public static func of(_ message: OutboundMessage) -> String {
        let longest = OutboundLimits.smsCharacters
        let link = message.links.first.map { " " + $0.address } ?? ""
        let kept = link.unicodeScalars.count <= longest / 2 ? link : ""
        let subject = oneLine(message.subject)
        let ends = subject.last.map { ".:!?".contains($0) } ?? true
        let body = oneLine(message.text)
        let whole = body.isEmpty ? subject : subject + (ends ? " " : ". ") + body
        return cut(whole, longest - kept.unicodeScalars.count) + kept
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func cut(_ text: String, _ longest: Int) -> String {
        guard text.unicodeScalars.count > longest else { return text }
        var kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest - 3)))
        if let space = kept.lastIndex(of: " "), kept.distance(from: space, to: kept.endIndex) < 30 {
            kept = String(kept[..<space])
        }
        return kept + "..."
    }
}

extension OutboundMessage {
    /// The same message with the text of an SMS; its links are already in the text.
    func asSMS(keepsLinks: Bool) -> OutboundMessage {
        OutboundMessage(
            id: id, created: created, subject: subject, text: SMSText.of(self),
            links: keepsLinks ? links : [], machine: machine, urgency: urgency)
    }
}
