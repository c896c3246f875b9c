// The address of a mailbox, in the narrow form that no server and no header misreads.

/// A mailbox such as `dave@example.org`.
///
/// Letters of ASCII only: RFC 6531 would allow others, but many servers refuse them. Quoted
/// local parts, comments and routes (RFC 5322, 3.4.1) are refused.
struct MailAddress: Hashable, Sendable {
    let text: String
    let domain: String

    /// An address; throws with the field's name.
    init(_ text: String, field: String) throws(OutboundFlaw) {
        try OutboundFlaw.refuseControls(text, field: field)
        let flaw = OutboundFlaw(field: field, reason: "is not an e-mail address")
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        // RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all.
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(MailAddress.isOfLocalPart),
            !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains(".."),
            MailAddress.isDomain(parts[1])
        else { throw flaw }
        self.text = text
        domain = String(parts[1])
    }

    /// RFC 5322, 3.2.3: atext and the dot.
    private static func isOfLocalPart(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains(byte)
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
            || (byte >= 0x30 && byte <= 0x39)
    }
}
