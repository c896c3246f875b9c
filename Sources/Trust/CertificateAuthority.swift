// The box's own certificate authority: what tablets install once so that they trust its pages.

import Crypto
import SwiftASN1
import X509

/// A certificate authority that belongs to one box (S-01, S-03).
///
/// It is made at first need with a fresh P-256 key, may issue server certificates only (path
/// length 0), and lives ten years. Its certificate is public: it is offered for download together
/// with its ``fingerprint``, which people compare before they install it. Its key is a secret for
/// the sealed store (S-40).
public struct CertificateAuthority: Sendable {
    /// The certificate as PEM text, for `curl --cacert` and for people who ask for a `.pem`.
    public let certificatePEM: String
    /// The certificate as DER bytes, to serve as `application/x-x509-ca-cert`.
    public let certificateDER: [UInt8]
    /// The private key as hidden text.
    public let key: PrivateKeyText
    /// What people compare before they trust the certificate.
    public let fingerprint: Fingerprint

    let certificate: Certificate
    let signingKey: Certificate.PrivateKey

    /// Makes a new authority.
    ///
    /// - Parameters:
    ///   - site: The name of the site or of the host, for the title in the tablet's settings;
    ///     shortened to what a common name may have.
    ///   - now: UTC nanoseconds since 1970; validity begins a day earlier.
    /// - Throws: ``TrustError/cannotSign(detail:)`` when the library refuses.
    public init(forSite site: String, now: Int64) throws(TrustError) {
        let privateKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let begin = wholeSeconds(now) - TrustLimits.backdatedDays * ValidSeconds.perDay
        let life = TrustLimits.authorityDays * ValidSeconds.perDay
        let valid = ValidSeconds(from: begin, until: begin + life - 1)
        let certificate: Certificate
        do {
            let name = try DistinguishedName { CommonName(Self.commonName(forSite: site)) }
            let identifier = keyIdentifier(of: privateKey.publicKey)
            certificate = try Certificate(
                for: privateKey.publicKey, subject: name, issuer: name,
                serial: serial(for: privateKey.publicKey), valid: valid,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true))
                    SubjectKeyIdentifier(keyIdentifier: identifier)
                }, signedBy: privateKey)
        } catch {
            throw .cannotSign(detail: "making the authority failed")
        }
        try self.init(certificate, privateKey)
    }

    /// Reads an authority back from its two texts.
    ///
    /// - Parameters:
    ///   - certificatePEM: What ``certificatePEM`` gave.
    ///   - keyPEM: What ``key`` revealed.
    /// - Throws: ``TrustError`` when a text is broken, the two do not belong together, or the
    ///   certificate may not issue others.
    public init(certificatePEM: String, keyPEM: String) throws(TrustError) {
        let found = try CertificateReading.certificates(
            in: certificatePEM, as: .authorityCertificate)
        guard let certificate = found.first else { throw .noPEM(.authorityCertificate) }
        let key = try CertificateReading.key(in: keyPEM, as: .authorityKey)
        guard certificate.publicKey == key.publicKey else { throw .keyDoesNotMatch }
        guard certificate.isAuthority else { throw .notAnAuthority }
        try self.init(certificate, key)
    }

    private init(_ certificate: Certificate, _ key: Certificate.PrivateKey) throws(TrustError) {
        certificateDER = try CertificateReading.der(of: certificate)
        certificatePEM = PEMText.text(label: "CERTIFICATE", bytes: certificateDER)
        self.key = try CertificateReading.text(of: key)
        fingerprint = Fingerprint(ofDER: certificateDER)
        self.certificate = certificate
        signingKey = key
    }

    /// When the authority begins, as UTC nanoseconds.
    ///
    /// One day before it was made.
    public var notBefore: Int64 { clampedNanoseconds(certificate.validSeconds.from) }

    /// When the authority ends, as UTC nanoseconds.
    ///
    /// What it issued ends then too.
    public var notAfter: Int64 { clampedNanoseconds(certificate.validSeconds.until) }

    /// Whole days until the authority ends.
    ///
    /// - Parameter now: UTC nanoseconds since 1970.
    /// - Returns: Days, rounded down; negative once it has ended.
    public func daysLeft(now: Int64) -> Int {
        certificate.validSeconds.daysLeft(at: wholeSeconds(now))
    }

    /// `Millwright on <site>`, on one line and within the length of a common name.
    static func commonName(forSite site: String) -> String {
        let words = shown(site).split(separator: " ").joined(separator: " ")
        let name = "Millwright on \(words.isEmpty ? "this box" : words)"
        return String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(TrustLimits.commonNameCharacters)))
    }
}

/// The identifier of a key: the first 160 bits of the SHA-256 digest (RFC 7093, method 1).
func keyIdentifier(of key: Certificate.PublicKey) -> ArraySlice<UInt8> {
    Array(SHA256.hash(data: Array(key.subjectPublicKeyInfoBytes)))[..<20]
}

/// A serial number of 16 bytes with 126 unforeseeable bits.
///
/// Each certificate of ours has a fresh random key, so a digest of the key is random too, and one
/// needs no further generator. The first two bits make the number positive and its length fixed
/// (RFC 5280, 4.1.2.2, allows 20 bytes at most).
func serial(for key: Certificate.PublicKey) -> [UInt8] {
    let seed = Array("Millwright serial number".utf8) + Array(key.subjectPublicKeyInfoBytes)
    var bytes = Array(SHA256.hash(data: seed).prefix(16))
    bytes[0] = bytes[0] & 0x3F | 0x40
    return bytes
}
