// The algorithms of the OPC UA security policies, by swift-crypto.

import Crypto
import CryptoExtras
import SwiftASN1
public import Wire
import X509

extension OPCUAApplication: OPCUACryptography {
    /// Reads a certificate.
    public func read(_ der: [UInt8]) throws(FrameError) -> OPCUACertificate {
        try OPCUACertificate(der: der)
    }

    /// Bytes of the system's generator for keys.
    public func random(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        let key = SymmetricKey(size: SymmetricKeySize(bitCount: count * 8))
        return unsafe key.withUnsafeBytes { unsafe Array($0) }
    }

    /// Encrypts one block with the key of a certificate.
    public func encrypt(
        _ block: [UInt8], for certificate: OPCUACertificate, _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> [UInt8] {
        let doing = "encrypting for a server"
        let signing = try publicKey(of: certificate, doing: doing)
        do {
            let key = try _RSA.Encryption.PublicKey(derRepresentation: signing.derRepresentation)
            return Array(try key.encrypt(block, padding: policy.encryptionPadding))
        } catch {
            throw FrameError(doing: doing, problem: .invalid("the key does not take it"))
        }
    }

    /// Decrypts one block with the own key.
    public func decrypt(
        _ block: [UInt8], _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> [UInt8] {
        do {
            let key = try _RSA.Encryption.PrivateKey(
                derRepresentation: signingKey.derRepresentation)
            return Array(try key.decrypt(block, padding: policy.encryptionPadding))
        } catch {
            throw FrameError(
                doing: "decrypting from a server",
                problem: .invalid("a block that is not encrypted for this key"))
        }
    }

    /// Signs with the own key.
    public func sign(
        _ bytes: [UInt8], _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> [UInt8] {
        do {
            let digest = SHA256.hash(data: bytes)
            let signature = try signingKey.signature(for: digest, padding: policy.signaturePadding)
            return Array(signature.rawRepresentation)
        } catch {
            throw FrameError(doing: "signing", problem: .invalid("the key does not sign"))
        }
    }

    /// Tells whether a signature was made with the key of a certificate.
    public func isValid(
        _ signature: [UInt8], of bytes: [UInt8], by certificate: OPCUACertificate,
        _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> Bool {
        let key = try publicKey(of: certificate, doing: "checking a signature")
        return key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.hash(data: bytes), padding: policy.signaturePadding)
    }

    /// P_SHA256 (RFC 5246, 5).
    public func pseudoRandom(secret: [UInt8], seed: [UInt8], count: Int) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        var bytes: [UInt8] = []
        var link = seed
        while bytes.count < count {
            link = Array(HMAC<SHA256>.authenticationCode(for: link, using: key))
            bytes += Array(HMAC<SHA256>.authenticationCode(for: link + seed, using: key))
        }
        return Array(bytes.prefix(count))
    }

    /// AES in CBC mode without padding.
    public func encrypt(
        _ bytes: [UInt8], key: [UInt8], vector: [UInt8]
    ) throws(FrameError) -> [UInt8] {
        do {
            return Array(
                try AES._CBC.encrypt(
                    bytes, using: SymmetricKey(data: key), iv: AES._CBC.IV(ivBytes: vector),
                    noPadding: true))
        } catch {
            throw FrameError(doing: "encrypting a message", problem: .invalid("sizes do not fit"))
        }
    }

    /// The reverse of the above.
    public func decrypt(
        _ bytes: [UInt8], key: [UInt8], vector: [UInt8]
    ) throws(FrameError) -> [UInt8] {
        do {
            return Array(
                try AES._CBC.decrypt(
                    bytes, using: SymmetricKey(data: key), iv: AES._CBC.IV(ivBytes: vector),
                    noPadding: true))
        } catch {
            throw FrameError(doing: "decrypting a message", problem: .invalid("sizes do not fit"))
        }
    }

    /// HMAC-SHA256.
    public func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }

    private func publicKey(
        of certificate: OPCUACertificate, doing: String
    ) throws(FrameError) -> _RSA.Signing.PublicKey {
        do {
            let parsed = try Certificate(derEncoded: certificate.der)
            if let key = _RSA.Signing.PublicKey(parsed.publicKey) { return key }
        } catch {
            throw FrameError(doing: doing, problem: .invalid("not a certificate"))
        }
        throw FrameError(doing: doing, problem: .invalid("a certificate without an RSA key"))
    }
}

extension OPCUASecurityPolicy {
    /// OAEP with the hash of the policy (RFC 8017, 7.1).
    fileprivate var encryptionPadding: _RSA.Encryption.Padding {
        self == .aes256Sha256RsaPss ? .PKCS1_OAEP_SHA256 : .PKCS1_OAEP
    }

    /// PSS or PKCS #1 v1.5 (RFC 8017, 8).
    fileprivate var signaturePadding: _RSA.Signing.Padding {
        self == .aes256Sha256RsaPss ? .PSS : .insecurePKCS1v1_5
    }
}
