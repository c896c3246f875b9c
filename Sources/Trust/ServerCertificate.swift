// The certificate that the box shows to browsers, issued by its own authority.

import Crypto
import SwiftASN1
import X509

/// A server certificate of the box, with its chain and key.
///
/// It lives 397 days at most, holds its names as alternative names only (the subject is empty, so
/// the list is critical: RFC 5280, 4.2.1.6), and gets a fresh P-256 key each time.
public struct ServerCertificate: Sendable {
    /// The certificate and its authority's certificate, as PEM text in that order.
    public let chainPEM: String
    /// The certificate and its authority's certificate, as DER bytes in that order.
    public let chainDER: [[UInt8]]
    /// The private key as hidden text.
    public let key: PrivateKeyText
    /// The names that browsers may open, in the order of the certificate.
    public let names: [CertificateName]
    /// The digest that browsers show in the details of a page.
    public let fingerprint: Fingerprint

    let certificate: Certificate

    /// Issues a new certificate.
    ///
    /// - Parameters:
    ///   - authority: Who signs.
    ///   - names: Every host name and address under which the box is opened; repeated ones count
    ///     once, the order is kept.
    ///   - now: UTC nanoseconds since 1970; validity begins a day earlier, and never before or
    ///     after the authority's own.
    /// - Throws: ``TrustError`` when there are no names or too many, the authority has ended, or
    ///   the clock is before the authority's beginning.
    public init(
        issuedBy authority: CertificateAuthority, names: [CertificateName], now: Int64
    ) throws(TrustError) {
        var distinct: [CertificateName] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        guard !distinct.isEmpty else { throw .noNames }
        guard distinct.count <= TrustLimits.names else { throw .tooManyNames(distinct.count) }
        let valid = try Self.validity(under: authority, now: now)
        let privateKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let certificate: Certificate
        do {
            let extensions = try Self.extensions(
                for: privateKey.publicKey, names: distinct, authority: authority)
            certificate = try Certificate(
                for: privateKey.publicKey, subject: DistinguishedName(),
                issuer: authority.certificate.subject, serial: serial(for: privateKey.publicKey),
                valid: valid, extensions: extensions, signedBy: authority.signingKey)
        } catch {
            throw .cannotSign(detail: "signing for \(shown(distinct)) failed")
        }
        try self.init([certificate, authority.certificate], privateKey)
    }

    /// Reads a certificate back from its two texts.
    ///
    /// - Parameters:
    ///   - chainPEM: What ``chainPEM`` gave.
    ///   - keyPEM: What ``key`` revealed.
    /// - Throws: ``TrustError`` when a text is broken or the two do not belong together.
    public init(chainPEM: String, keyPEM: String) throws(TrustError) {
        let chain = try CertificateReading.certificates(in: chainPEM, as: .certificate)
        let key = try CertificateReading.key(in: keyPEM, as: .key)
        guard chain.first?.publicKey == key.publicKey else { throw .keyDoesNotMatch }
        try self.init(chain, key)
    }

    private init(_ chain: [Certificate], _ key: Certificate.PrivateKey) throws(TrustError) {
        guard let first = chain.first else { throw .noPEM(.certificate) }
        var encoded: [[UInt8]] = []
        for certificate in chain { encoded.append(try CertificateReading.der(of: certificate)) }
        chainDER = encoded
        chainPEM = encoded.map { PEMText.text(label: "CERTIFICATE", bytes: $0) }.joined()
        self.key = try CertificateReading.text(of: key)
        names = first.alternativeNames
        fingerprint = Fingerprint(ofDER: encoded[0])
        certificate = first
    }

    /// When the certificate begins, as UTC nanoseconds.
    ///
    /// One day before it was issued.
    public var notBefore: Int64 { clampedNanoseconds(certificate.validSeconds.from) }

    /// When the certificate ends, as UTC nanoseconds.
    ///
    /// Browsers accept it up to and including this second.
    public var notAfter: Int64 { clampedNanoseconds(certificate.validSeconds.until) }

    /// Whole days until the certificate ends.
    ///
    /// - Parameter now: UTC nanoseconds since 1970.
    /// - Returns: Days, rounded down; negative once it has ended.
    public func daysLeft(now: Int64) -> Int {
        certificate.validSeconds.daysLeft(at: wholeSeconds(now))
    }

    private static func validity(
        under authority: CertificateAuthority, now: Int64
    ) throws(TrustError) -> ValidSeconds {
        let limits = authority.certificate.validSeconds
        let second = wholeSeconds(now)
        guard second >= limits.from else {
            throw .clockBehindAuthority(now: now, authorityFrom: authority.notBefore)
        }
        guard second <= limits.until else { throw .authorityEnded(on: authority.notAfter) }
        let begin = max(second - TrustLimits.backdatedDays * ValidSeconds.perDay, limits.from)
        // Both ends count, so the last second is one less (RFC 5280, 4.1.2.5).
        let end = begin + TrustLimits.serverDays * ValidSeconds.perDay - 1
        return ValidSeconds(from: begin, until: min(end, limits.until))
    }

    private static func extensions(
        for key: Certificate.PublicKey, names: [CertificateName], authority: CertificateAuthority
    ) throws -> Certificate.Extensions {
        let general: [GeneralName] = names.map { name in
            switch name {
            case .host(let text): .dnsName(text)
            case .addressV4(let bytes), .addressV6(let bytes):
                .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
            }
        }
        let issuerIdentifier =
            try authority.certificate.extensions.subjectKeyIdentifier?.keyIdentifier
            ?? keyIdentifier(of: authority.certificate.publicKey)
        return try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            Critical(SubjectAlternativeNames(general))
            SubjectKeyIdentifier(keyIdentifier: keyIdentifier(of: key))
            AuthorityKeyIdentifier(keyIdentifier: issuerIdentifier)
        }
    }
}
