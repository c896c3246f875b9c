// Forms that met a pass phrase that must be given again: kept until the person comes back with it.

import Plant
import Synchronization

/// What was typed, in memory only: one form a session, for a few minutes, without secrets.
final class KeptForms: Sendable {
    /// A form that waits.
    struct Kept: Sendable {
        /// The page on which it stands.
        let page: String
        /// The path that it posts to.
        let action: String
        /// What was typed, without secrets.
        let form: FormFields
        /// When it came.
        let at: Timestamp
    }

    /// How long a form is kept.
    static let life = Elapsed.minutes(5)
    /// Forms kept at the same time; the oldest gives way.
    static let most = 32

    private let forms = Mutex<[String: Kept]>([:])

    /// Keeps the form of a session in place of the one before.
    func keep(_ kept: Kept, of session: String) {
        forms.withLock { forms in
            forms = forms.filter { kept.at - $0.value.at <= KeptForms.life }
            forms[session] = nil
            while forms.count >= KeptForms.most,
                let oldest = forms.min(by: { $0.value.at < $1.value.at })
            {
                forms[oldest.key] = nil
            }
            forms[session] = kept
        }
    }

    /// The form of a session for a page, given once; nil without one that is young enough.
    func take(_ page: String, of session: String, now: Timestamp) -> Kept? {
        forms.withLock { forms in
            guard let kept = forms[session], kept.page == page else { return nil }
            forms[session] = nil
            return now - kept.at <= KeptForms.life ? kept : nil
        }
    }

    /// Whether a field may hold a secret: it is typed again.
    static func isSecret(_ name: String) -> Bool {
        let words = ["pass", "pin", "secret", "code", "token", "key", "old", "new", "digits"]
        return words.contains { name.lowercased().contains($0) }
    }

    /// The page on which the form of a path stands.
    static func page(ofForm path: String) -> String {
        let first = path.split(separator: "/").first.map(String.init) ?? "now"
        return first == "devices" || first == "tokens" ? "/people" : "/" + first
    }
}
