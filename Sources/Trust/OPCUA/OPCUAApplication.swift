// The certificate and key by which this box shows itself to OPC UA servers.

import Crypto
import CryptoExtras
import SwiftASN1
public import Wire
import X509

/// The application instance certificate of the box with its key.
///
/// The certificate is signed with its own key, as most are in workshops: whoever runs a server
/// accepts it there once, by its thumbprint. It names the application in its alternative names,
/// may sign and encrypt, and lives ten years. Its key is a secret for the sealed store (S-40).
/// Source: OPC 10000-6, 6.2.2.
public struct OPCUAApplication: Sendable {
    /// What servers read of the certificate.
    public let certificate: OPCUACertificate
    /// The certificate as PEM text, to hand to whoever runs a server.
    public let certificatePEM: String
    /// The private key as hidden text.
    public let key: PrivateKeyText

    let signingKey: _RSA.Signing.PrivateKey

    /// Makes a new certificate with a fresh key of 2,048 bits.
    ///
    /// - Parameters:
    ///   - uri: The lasting name of the application, as `urn:box.local:millwright`.
    ///   - host: The name or address of the box, which some servers want to find.
    ///   - now: UTC nanoseconds since 1970; validity begins a day earlier.
    /// - Throws: ``TrustError/cannotSign(detail:)`` when the library refuses.
    public init(uri: String, host: CertificateName, now: Int64) throws(TrustError) {
        let begin = wholeSeconds(now) - TrustLimits.backdatedDays * ValidSeconds.perDay
        let life = TrustLimits.applicationDays * ValidSeconds.perDay
        let made: Certificate
        let own: _RSA.Signing.PrivateKey
        do {
            own = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let signer = Certificate.PrivateKey(own)
            let identifier = keyIdentifier(of: signer.publicKey)
            let name = try DistinguishedName {
                OrganizationName("Millwright")
                CommonName("Millwright OPC UA client")
            }
            made = try Certificate(
                for: signer.publicKey, subject: name, issuer: name,
                serial: serial(for: signer.publicKey),
                valid: ValidSeconds(from: begin, until: begin + life - 1),
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(
                        KeyUsage(
                            digitalSignature: true, nonRepudiation: true, keyEncipherment: true,
                            dataEncipherment: true, keyCertSign: true))
                    try ExtendedKeyUsage([.clientAuth, .serverAuth])
                    SubjectAlternativeNames([
                        .uniformResourceIdentifier(uri), host.generalName,
                    ])
                    SubjectKeyIdentifier(keyIdentifier: identifier)
                    AuthorityKeyIdentifier(keyIdentifier: identifier)
                }, signedBy: signer)
        } catch {
            throw .cannotSign(detail: "making the OPC UA certificate failed")
        }
        try self.init(made, own)
    }

    /// Reads a certificate back from its two texts.
    ///
    /// - Parameters:
    ///   - certificatePEM: What ``certificatePEM`` gave.
    ///   - keyPEM: What ``key`` revealed.
    /// - Throws: ``TrustError`` when a text is broken, the two do not belong together, or the key
    ///   is not RSA.
    public init(certificatePEM: String, keyPEM: String) throws(TrustError) {
        let found = try CertificateReading.certificates(in: certificatePEM, as: .certificate)
        guard let certificate = found.first else { throw .noPEM(.certificate) }
        let key = try CertificateReading.key(in: keyPEM, as: .key)
        guard certificate.publicKey == key.publicKey else { throw .keyDoesNotMatch }
        let own: _RSA.Signing.PrivateKey
        do {
            own = try _RSA.Signing.PrivateKey(pemRepresentation: keyPEM)
        } catch {
            throw .damaged(.key, block: 1, detail: "it is not an RSA key, which OPC UA needs")
        }
        try self.init(certificate, own)
    }

    private init(_ made: Certificate, _ own: _RSA.Signing.PrivateKey) throws(TrustError) {
        let der = try CertificateReading.der(of: made)
        certificatePEM = PEMText.text(label: "CERTIFICATE", bytes: der)
        key = try CertificateReading.text(of: Certificate.PrivateKey(own))
        signingKey = own
        do {
            certificate = try OPCUACertificate(der: der)
        } catch {
            throw .cannotSign(detail: error.description)
        }
    }
}

extension OPCUACertificate {
    /// Reads a certificate.
    ///
    /// - Parameter der: One certificate in DER form.
    /// - Throws: ``FrameError`` when it is none, or its key is not RSA.
    public init(der: [UInt8]) throws(FrameError) {
        let doing = "reading a certificate"
        let certificate: Certificate
        do {
            certificate = try Certificate(derEncoded: der)
        } catch {
            throw FrameError(doing: doing, problem: .invalid("it is not a certificate"))
        }
        guard let key = _RSA.Signing.PublicKey(certificate.publicKey) else {
            throw FrameError(doing: doing, problem: .invalid("its key is not RSA"))
        }
        let valid = certificate.validSeconds
        self.init(
            der: der, subject: String(certificate.subject.description.prefix(512)),
            thumbprint: Array(Insecure.SHA1.hash(data: der)),
            fingerprint: Array(SHA256.hash(data: der)),
            notBefore: clampedNanoseconds(valid.from), notAfter: clampedNanoseconds(valid.until),
            applicationURIs: certificate.applicationURIs,
            keyBytes: (key.keySizeInBits + 7) / 8)
    }
}

extension CertificateName {
    fileprivate var generalName: GeneralName {
        switch self {
        case .host(let name): .dnsName(name)
        case .addressV4(let bytes), .addressV6(let bytes):
            .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
        }
    }
}

extension Certificate {
    /// The URIs among the alternative names; an unreadable list gives none.
    fileprivate var applicationURIs: [String] {
        do {
            return try (extensions.subjectAlternativeNames ?? SubjectAlternativeNames())
                .compactMap { name in
                    if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
                }
        } catch {
            return []
        }
    }
}
