// Security policies of OPC UA, and what the client needs of cryptography.

/// How messages are protected.
///
/// Source: OPC 10000-4, MessageSecurityMode.
public enum OPCUASecurityMode: Int32, Hashable, Sendable, CaseIterable {
    /// Not at all.
    case none = 1
    /// Signed: nobody changes them unseen.
    case sign = 2
    /// Signed and encrypted: nobody reads them either.
    case signAndEncrypt = 3
}

/// A set of algorithms that this client speaks.
///
/// Basic128Rsa15 and Basic256 are not among them: they rest on SHA-1 signatures and PKCS #1 v1.5
/// encryption, and are never used even when a server offers nothing else.
/// Source: OPC 10000-7, the security policies of these names.
public enum OPCUASecurityPolicy: String, Hashable, Sendable, CaseIterable {
    /// No security.
    case none = "http://opcfoundation.org/UA/SecurityPolicy#None"
    /// AES-128 in CBC mode, RSA-OAEP with SHA-1, signatures PKCS #1 v1.5 with SHA-256.
    case aes128Sha256RsaOaep = "http://opcfoundation.org/UA/SecurityPolicy#Aes128_Sha256_RsaOaep"
    /// AES-256 in CBC mode, RSA-OAEP with SHA-1, signatures PKCS #1 v1.5 with SHA-256.
    case basic256Sha256 = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256"
    /// AES-256 in CBC mode, RSA-OAEP with SHA-256, signatures PSS with SHA-256.
    case aes256Sha256RsaPss = "http://opcfoundation.org/UA/SecurityPolicy#Aes256_Sha256_RsaPss"

    /// The name behind the address of the standard.
    public var name: String {
        String(rawValue.split(separator: "#").last ?? "")
    }

    /// The order of preference, the higher the better.
    var rank: Int {
        switch self {
        case .none: 0
        case .aes128Sha256RsaOaep: 1
        case .basic256Sha256: 2
        case .aes256Sha256RsaPss: 3
        }
    }

    /// Bytes of the AES key.
    var keyBytes: Int { self == .aes128Sha256RsaOaep ? 16 : 32 }

    /// Bytes that one RSA block carries less than the key has (RFC 8017, 7.1.1).
    var paddingBytes: Int { self == .aes256Sha256RsaPss ? 66 : 42 }

    /// The name of the signature algorithm in messages.
    var signatureURI: String? {
        switch self {
        case .none: nil
        case .aes128Sha256RsaOaep, .basic256Sha256:
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        case .aes256Sha256RsaPss: "http://opcfoundation.org/UA/security/rsa-pss-sha2-256"
        }
    }

    /// The name of the encryption algorithm in messages.
    var encryptionURI: String? {
        switch self {
        case .none: nil
        case .aes128Sha256RsaOaep, .basic256Sha256: "http://www.w3.org/2001/04/xmlenc#rsa-oaep"
        case .aes256Sha256RsaPss: "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256"
        }
    }

    /// Bytes of a nonce of the secure channel.
    static let nonceBytes = 32
    /// Bytes of an HMAC-SHA256, which signs messages.
    static let signatureBytes = 32
    /// Bytes of an AES block.
    static let blockBytes = 16
    /// Bytes of RSA keys that all policies here allow: 2,048 to 4,096 bits.
    static let rsaBytes = 256...512
}

/// What is read from a certificate.
public struct OPCUACertificate: Hashable, Sendable {
    /// The certificate itself.
    public var der: [UInt8]
    /// Whom it names.
    public var subject: String
    /// SHA-1 of the certificate, which messages and the tools of OPC UA show.
    public var thumbprint: [UInt8]
    /// SHA-256 of the certificate, which trust is bound to.
    public var fingerprint: [UInt8]
    /// Begin of validity, UTC nanoseconds since 1970.
    public var notBefore: Int64
    /// End of validity, UTC nanoseconds since 1970.
    public var notAfter: Int64
    /// The applications that it stands for.
    public var applicationURIs: [String]
    /// Bytes of the RSA key.
    public var keyBytes: Int

    /// A certificate from what was read of it.
    public init(
        der: [UInt8], subject: String, thumbprint: [UInt8], fingerprint: [UInt8],
        notBefore: Int64, notAfter: Int64, applicationURIs: [String], keyBytes: Int
    ) {
        self.der = der
        self.subject = subject
        self.thumbprint = thumbprint
        self.fingerprint = fingerprint
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.applicationURIs = applicationURIs
        self.keyBytes = keyBytes
    }

    /// The first certificate of a chain as servers send it: one behind the other.
    ///
    /// - Throws: ``FrameError`` when the bytes do not begin with a whole DER sequence.
    public static func first(of chain: [UInt8]) throws(FrameError) -> [UInt8] {
        let doing = "reading a server certificate"
        guard chain.count <= OPCUALimits.certificateBytes else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: chain.count, limit: OPCUALimits.certificateBytes))
        }
        guard chain.count >= 4, chain[0] == 0x30, chain[1] == 0x82 else {
            throw FrameError(doing: doing, problem: .invalid("not a certificate"))
        }
        let length = 4 + Int(chain[2]) << 8 + Int(chain[3])
        guard chain.count >= length else {
            throw FrameError(
                doing: doing, problem: .tooShort(found: chain.count, minimum: length))
        }
        return Array(chain[..<length])
    }
}

/// The cryptography of the security policies, with this application's own certificate and key.
///
/// All errors are ``FrameError``s whose words never hold key material.
public protocol OPCUACryptography: Sendable {
    /// This application's certificate.
    var certificate: OPCUACertificate { get }

    /// Reads a certificate.
    func read(_ der: [UInt8]) throws(FrameError) -> OPCUACertificate

    /// Bytes that nobody can foresee.
    func random(_ count: Int) -> [UInt8]

    /// Encrypts one block with the key of a certificate: OAEP of the policy.
    func encrypt(
        _ block: [UInt8], for certificate: OPCUACertificate, _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> [UInt8]

    /// Decrypts one block with the own key.
    func decrypt(_ block: [UInt8], _ policy: OPCUASecurityPolicy) throws(FrameError) -> [UInt8]

    /// Signs with the own key: PKCS #1 v1.5 or PSS with SHA-256.
    func sign(_ bytes: [UInt8], _ policy: OPCUASecurityPolicy) throws(FrameError) -> [UInt8]

    /// Tells whether a signature was made with the key of a certificate.
    func isValid(
        _ signature: [UInt8], of bytes: [UInt8], by certificate: OPCUACertificate,
        _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> Bool

    /// P_SHA256 of RFC 5246, 5.
    func pseudoRandom(secret: [UInt8], seed: [UInt8], count: Int) -> [UInt8]

    /// AES in CBC mode without padding; the length is a multiple of 16.
    func encrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]) throws(FrameError) -> [UInt8]

    /// The reverse of the above.
    func decrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]) throws(FrameError) -> [UInt8]

    /// HMAC-SHA256.
    func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]
}

/// The keys for one direction of a secure channel.
struct OPCUASymmetricKeys: Hashable, Sendable {
    var signing: [UInt8]
    var encrypting: [UInt8]
    var vector: [UInt8]

    /// Keys of the side whose nonce is the seed (OPC 10000-6, 6.7.5).
    init(
        secret: [UInt8], seed: [UInt8], _ policy: OPCUASecurityPolicy,
        _ cryptography: any OPCUACryptography
    ) {
        let signingBytes = OPCUASecurityPolicy.signatureBytes
        let vectorBytes = OPCUASecurityPolicy.blockBytes
        let bytes = cryptography.pseudoRandom(
            secret: secret, seed: seed, count: signingBytes + policy.keyBytes + vectorBytes)
        signing = Array(bytes.prefix(signingBytes))
        encrypting = Array(bytes.dropFirst(signingBytes).prefix(policy.keyBytes))
        vector = Array(bytes.dropFirst(signingBytes + policy.keyBytes))
    }
}

/// Tells whether two byte strings are equal in a time that does not depend on where they differ.
func isEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    var difference: UInt8 = 0
    for index in first.indices { difference |= first[index] ^ second[index] }
    return difference == 0
}
