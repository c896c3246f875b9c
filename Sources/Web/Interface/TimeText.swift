// Times as the interface writes and reads them (decisions 11).

import Plant

extension Timestamp {
    /// RFC 3339, nil at the ends of time.
    var timeText: String? {
        self == .distantFuture || self == .distantPast ? nil : rfc3339
    }
}

extension Timestamp {
    /// A time from RFC 3339 text or integer milliseconds, nil for anything else.
    init?(interfaceText text: String) {
        if let milliseconds = Int64(text), milliseconds.magnitude < 9_000_000_000_000 {
            self.init(milliseconds: milliseconds)
        } else {
            // A plus sign of an offset arrives as a space when a client forgot to escape it.
            self.init(rfc3339: Timestamp.withPlus(text))
        }
    }

    private static func withPlus(_ text: String) -> String {
        guard text.utf8.count > 20, let space = text.lastIndex(of: " "),
            text[space...].utf8.count == 6, text.contains("T")
        else { return text }
        return String(text[..<space]) + "+" + text[text.index(after: space)...]
    }
}
