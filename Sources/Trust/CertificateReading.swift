// Turns PEM texts into certificates and keys, and says what is wrong where it cannot.

import SwiftASN1
import X509

/// Reading of certificates and keys that came as text.
enum CertificateReading {
    private static let certificateLabels: Set<String> = ["CERTIFICATE", "X509 CERTIFICATE"]
    private static let keyLabels: Set<String> = [
        "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY",
    ]

    /// The certificates of a text in their order: one at least.
    static func certificates(
        in text: String, as piece: TrustPiece
    ) throws(TrustError) -> [Certificate] {
        var certificates: [Certificate] = []
        for block in try PEMText.blocks(of: text, as: piece, wanted: certificateLabels) {
            if let bits = RSASize.bits(inCertificate: block.bytes), bits < TrustLimits.rsaBits {
                throw .weakRSA(position: certificates.count + 1, bits: bits)
            }
            do {
                certificates.append(try Certificate(derEncoded: block.bytes))
            } catch {
                throw .damaged(piece, block: block.position, detail: "it is not a certificate")
            }
        }
        return certificates
    }

    /// The first private key of a text; its content is never repeated in an error.
    static func key(in text: String, as piece: TrustPiece) throws(TrustError)
        -> Certificate.PrivateKey
    {
        let blocks = try PEMText.blocks(of: text, as: piece, wanted: keyLabels)
        guard let block = blocks.first else { throw .noPEM(piece) }
        do {
            let document = PEMDocument(type: block.label, derBytes: block.bytes)
            return try Certificate.PrivateKey(pemDocument: document)
        } catch {
            let detail = "it is not a P-256, P-384, P-521, Ed25519 or RSA key that is usable here"
            throw .damaged(piece, block: block.position, detail: detail)
        }
    }

    /// A key as PKCS #8 text.
    static func text(of key: Certificate.PrivateKey) throws(TrustError) -> PrivateKeyText {
        do {
            return PrivateKeyText(try key.serializeAsPEM().pemString + "\n")
        } catch {
            throw .cannotSign(detail: "the key cannot be written as text")
        }
    }

    /// The DER bytes of a certificate.
    static func der(of certificate: Certificate) throws(TrustError) -> [UInt8] {
        do {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return serializer.serializedBytes
        } catch {
            throw .cannotSign(detail: "the certificate cannot be encoded")
        }
    }
}

extension Certificate {
    /// The names in the list of alternative names; kinds other than hosts and addresses are left
    /// out, and an unreadable list gives none.
    var alternativeNames: [CertificateName] {
        do {
            return try (extensions.subjectAlternativeNames ?? SubjectAlternativeNames())
                .compactMap { name in
                    switch name {
                    case .dnsName(let text): CertificateName.read(text, wildcards: true)
                    case .ipAddress(let octets): CertificateName.address(Array(octets.bytes))
                    default: nil
                    }
                }
        } catch {
            return []
        }
    }

    /// The certificate may sign others.
    var isAuthority: Bool {
        do {
            guard case .isCertificateAuthority? = try extensions.basicConstraints else {
                return false
            }
            return true
        } catch {
            return false
        }
    }

    /// The certificate says nothing about its uses, or names servers among them.
    var isForServers: Bool {
        do {
            guard let uses = try extensions.extendedKeyUsage else { return true }
            return uses.contains(.serverAuth) || uses.contains(.any)
        } catch {
            return false
        }
    }

    /// The certificate was issued with the key of another.
    func isIssued(by other: Certificate) -> Bool {
        issuer == other.subject && other.publicKey.isValidSignature(signature, for: self)
    }
}

/// Finds the size of the RSA key in a certificate without the library's key types, which refuse
/// short keys with an error that does not say so.
enum RSASize {
    private static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]

    /// Bits of the modulus; nil when the bytes are no certificate or its key is not RSA.
    static func bits(inCertificate der: [UInt8]) -> Int? {
        do {
            guard let modulus = try modulus(inCertificate: der) else { return nil }
            let digits = modulus.drop { $0 == 0 }
            guard let top = digits.first else { return 0 }
            return digits.count * 8 - top.leadingZeroBitCount
        } catch {
            // Broken bytes are reported by the parser that reads the certificate next.
            return nil
        }
    }

    /// The big-endian bytes of the modulus.
    ///
    /// RFC 5280, 4.1: the key is the seventh field of what is signed when the version is stated,
    /// the sixth otherwise. RFC 8017, A.1.1: the modulus is the first number of an RSA key.
    private static func modulus(inCertificate der: [UInt8]) throws -> ArraySlice<UInt8>? {
        guard let signed = children(of: try DER.parse(der)).first else { return nil }
        let fields = children(of: signed)
        guard let first = fields.first else { return nil }
        let place = first.identifier.tagClass == .contextSpecific ? 6 : 5
        guard fields.count > place else { return nil }
        let info = children(of: fields[place])
        guard info.count == 2, let algorithm = children(of: info[0]).first,
            try ASN1ObjectIdentifier(derEncoded: algorithm) == rsaEncryption
        else { return nil }
        let key = try DER.parse(ASN1BitString(derEncoded: info[1]).bytes)
        guard let number = children(of: key).first, case .primitive(let bytes) = number.content
        else { return nil }
        return bytes
    }

    private static func children(of node: ASN1Node) -> [ASN1Node] {
        guard case .constructed(let nodes) = node.content else { return [] }
        return Array(nodes)
    }
}
