// Decides whether the box's certificate must be issued anew, with the reason in words.

/// What to do about the server certificate now.
public enum Renewal: Hashable, Sendable {
    /// Keep the certificate.
    case fine(daysLeft: Int)
    /// The names in use are not those of the certificate.
    case namesChanged(added: [CertificateName], removed: [CertificateName])
    /// The certificate was issued by an authority that the box no longer has.
    case authorityChanged
    /// More than two thirds of the certificate's life are over, or all of it.
    case lifeMostlyUsed(daysLeft: Int)
    /// The certificate begins in the future: it was issued while the clock was ahead.
    case issuedAhead(begins: Int64, now: Int64)
    /// The clock is before the authority's beginning: it must be set, a new issue would not help.
    case clockBehind(now: Int64, authorityFrom: Int64)
    /// The authority itself ends with this certificate: a new authority is needed on all tablets.
    case authorityEnding(daysLeft: Int)

    /// Tells whether a new certificate must be issued now.
    ///
    /// False when the present one is good, and when a new one would be no better.
    public var isNeeded: Bool {
        switch self {
        case .fine, .clockBehind, .authorityEnding: false
        case .namesChanged, .authorityChanged, .lifeMostlyUsed, .issuedAhead: true
        }
    }

    /// Why, in one sentence.
    ///
    /// It stands in the log, on the settings page and in `https status`.
    public var reason: String {
        switch self {
        case .fine(let days): return "The certificate is good for another \(Self.days(days))."
        case .namesChanged(let added, let removed):
            let news = added.isEmpty ? [] : ["also opened as \(shown(added))"]
            let olds = removed.isEmpty ? [] : ["no longer opened as \(shown(removed))"]
            return "The box is \((news + olds).joined(separator: " and "))."
        case .authorityChanged:
            return "The certificate was issued by another authority than the box has now."
        case .lifeMostlyUsed(let days):
            return days < 0
                ? "The certificate has ended."
                : "More than two thirds of the certificate's life are over; it ends in"
                    + " \(Self.days(days))."
        case .issuedAhead(let begins, let now):
            return "The certificate begins on \(utcDay(begins)), after today, \(utcDay(now)): the"
                + " box's clock was ahead when it was issued."
        case .clockBehind(let now, let from):
            return "The box's clock says \(utcDay(now)), before its authority began on"
                + " \(utcDay(from)): set the clock."
        case .authorityEnding(let days):
            return days < 0
                ? "The box's authority has ended: make a new one and install it on the tablets."
                : "The box's authority ends in \(Self.days(days)): make a new one and install it"
                    + " on the tablets."
        }
    }

    private static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }
}

extension ServerCertificate {
    /// Decides whether this certificate must be issued anew.
    ///
    /// - Parameters:
    ///   - now: UTC nanoseconds since 1970.
    ///   - names: Every name under which the box is opened now, in any order.
    ///   - authority: The authority that the box has now.
    /// - Returns: The first that applies: the clock is behind, another authority, other names,
    ///   issued ahead of time, the authority ends too, life mostly used, fine.
    public func renewal(
        needed now: Int64, names: [CertificateName], authority: CertificateAuthority
    ) -> Renewal {
        let second = wholeSeconds(now)
        let life = certificate.validSeconds
        let authorityLife = authority.certificate.validSeconds
        if second < authorityLife.from {
            return .clockBehind(now: now, authorityFrom: authority.notBefore)
        }
        if second > authorityLife.until {
            return .authorityEnding(daysLeft: authority.daysLeft(now: now))
        }
        if !certificate.isIssued(by: authority.certificate) { return .authorityChanged }
        let added = names.filter { name in !self.names.contains { $0 == name } }
        let removed = self.names.filter { !names.contains($0) }
        if !added.isEmpty || !removed.isEmpty {
            return .namesChanged(added: added, removed: removed)
        }
        if second < life.from { return .issuedAhead(begins: notBefore, now: now) }
        guard life.isMostlyUsed(at: second) else { return .fine(daysLeft: daysLeft(now: now)) }
        // A certificate that ends together with its authority cannot be made longer.
        return life.until >= authorityLife.until
            ? .authorityEnding(daysLeft: authority.daysLeft(now: now))
            : .lifeMostlyUsed(daysLeft: daysLeft(now: now))
    }
}
