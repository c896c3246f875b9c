// Checks a certificate that the site's owner brings, before the box shows it to anybody.

import Crypto
import X509

/// Something about an owner's certificate that works today but needs attention.
public enum SiteCertificateWarning: Hashable, Sendable {
    /// The certificate ends within ``TrustLimits/warningDays`` days.
    case endsSoon(daysLeft: Int, on: Int64)
    /// Some addresses in use are not in the certificate, so browsers refuse those.
    case namesMissing([CertificateName])
    /// The text holds certificates that do not vouch for the first one; they are left out.
    case unrelatedLeftOut(count: Int)

    /// What to know and do, in one or two sentences.
    ///
    /// For the settings page, `https status` and `doctor`.
    public var says: String {
        switch self {
        case .endsSoon(let days, let end):
            "The certificate ends on \(utcDay(end)), in \(days) \(days == 1 ? "day" : "days")."
                + " Ask the issuer for a new one now."
        case .namesMissing(let names):
            "Browsers will refuse \(shown(names)): the certificate does not hold these names."
                + " Open the box by a name that it holds."
        case .unrelatedLeftOut(let count):
            "\(count) of the certificates in the file \(count == 1 ? "does" : "do") not vouch for"
                + " the box's own and \(count == 1 ? "is" : "are") not used."
        }
    }
}

/// A certificate from an issuer of the owner's choice, checked and put in order.
///
/// The texts may come in one file or two, with the chain in any order. What is accepted is written
/// anew from what was understood, so that the TLS listener never reads the owner's text.
public struct SiteCertificate: Sendable {
    /// The certificate and those that vouch for it, in order, as PEM text.
    public let chainPEM: String
    /// The certificate and those that vouch for it, in order, as DER bytes.
    public let chainDER: [[UInt8]]
    /// The private key as hidden text.
    public let key: PrivateKeyText
    /// The names in the certificate; wildcards begin with `*.`.
    public let names: [CertificateName]
    /// The digest that browsers show in the details of a page.
    public let fingerprint: Fingerprint

    private let valid: ValidSeconds
    private let unrelated: Int

    /// Checks a chain and a key.
    ///
    /// - Parameters:
    ///   - chainPEM: The certificate and its chain; other blocks in the text are left out.
    ///   - keyPEM: The private key; other blocks in the text are left out.
    ///   - inUse: The names under which the box is opened; one at least must be held.
    ///   - now: UTC nanoseconds since 1970.
    /// - Throws: ``TrustError``, the first of: text, key, match, kind of key, use, validity, names,
    ///   signatures.
    public init(
        chainPEM: String, keyPEM: String, inUse: [CertificateName], now: Int64
    ) throws(TrustError) {
        let found = try CertificateReading.certificates(in: chainPEM, as: .certificate)
        let key = try CertificateReading.key(in: keyPEM, as: .key)
        guard let own = found.first(where: { $0.publicKey == key.publicKey }) else {
            throw .keyDoesNotMatch
        }
        let chain = Self.chain(of: own, among: found)
        if let kind = Self.unusualKind(of: own.publicKey) { throw .unusualKey(kind) }
        guard own.isForServers else { throw .notForServers }
        try Self.checkValidity(of: chain, now: now)
        names = own.alternativeNames
        let held = names
        guard inUse.contains(where: { name in held.contains { $0.covers(name) } }) else {
            throw .noNameMatches(holds: held, inUse: inUse)
        }
        try Self.checkSignatures(of: chain)
        var encoded: [[UInt8]] = []
        for certificate in chain { encoded.append(try CertificateReading.der(of: certificate)) }
        chainDER = encoded
        self.chainPEM = encoded.map { PEMText.text(label: "CERTIFICATE", bytes: $0) }.joined()
        self.key = try CertificateReading.text(of: key)
        fingerprint = Fingerprint(ofDER: encoded[0])
        valid = own.validSeconds
        unrelated = Set(found).count - chain.count
    }

    /// When the certificate begins, as UTC nanoseconds.
    ///
    /// Times that do not fit are clamped.
    public var notBefore: Int64 { clampedNanoseconds(valid.from) }

    /// When the certificate ends, as UTC nanoseconds.
    ///
    /// Times that do not fit are clamped.
    public var notAfter: Int64 { clampedNanoseconds(valid.until) }

    /// Whole days until the certificate ends.
    ///
    /// - Parameter now: UTC nanoseconds since 1970.
    /// - Returns: Days, rounded down; negative once it has ended.
    public func daysLeft(now: Int64) -> Int { valid.daysLeft(at: wholeSeconds(now)) }

    /// What needs attention, the most urgent first.
    ///
    /// - Parameters:
    ///   - now: UTC nanoseconds since 1970.
    ///   - inUse: The names under which the box is opened now.
    /// - Returns: No warning when all is well.
    public func warnings(now: Int64, inUse: [CertificateName]) -> [SiteCertificateWarning] {
        var warnings: [SiteCertificateWarning] = []
        let left = valid.until - wholeSeconds(now)
        if left < TrustLimits.warningDays * ValidSeconds.perDay {
            warnings.append(.endsSoon(daysLeft: daysLeft(now: now), on: notAfter))
        }
        let missing = inUse.filter { name in !names.contains { $0.covers(name) } }
        if !missing.isEmpty { warnings.append(.namesMissing(missing)) }
        if unrelated > 0 { warnings.append(.unrelatedLeftOut(count: unrelated)) }
        return warnings
    }

    /// The certificate, its issuer, the issuer's issuer and so on, as far as the text has them.
    private static func chain(of own: Certificate, among found: [Certificate]) -> [Certificate] {
        var chain = [own]
        var last = own
        while let next = found.first(where: { !chain.contains($0) && last.isIssued(by: $0) }) {
            chain.append(next)
            last = next
        }
        return chain
    }

    /// The kind of a key that TLS knows and common browsers do not; nil for the usual kinds.
    private static func unusualKind(of key: Certificate.PublicKey) -> String? {
        if Curve25519.Signing.PublicKey(key) != nil { return "Ed25519" }
        return P521.Signing.PublicKey(key) != nil ? "P-521" : nil
    }

    private static func checkValidity(
        of chain: [Certificate], now: Int64
    ) throws(TrustError) {
        let second = wholeSeconds(now)
        for (index, certificate) in chain.enumerated() {
            let valid = certificate.validSeconds
            if second > valid.until {
                throw .expired(position: index + 1, on: clampedNanoseconds(valid.until))
            }
            if second < valid.from {
                let from = clampedNanoseconds(valid.from)
                throw .notYetValid(position: index + 1, from: from, now: now)
            }
        }
    }

    private static func checkSignatures(of chain: [Certificate]) throws(TrustError) {
        for (index, certificate) in chain.enumerated()
        where certificate.signatureAlgorithm == .sha1WithRSAEncryption
            && certificate.issuer != certificate.subject
        {
            throw .weakSignature(position: index + 1)
        }
    }
}
