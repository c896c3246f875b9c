// Who made a backup: an Ed25519 signature over its digest, and the check of it.

import Crypto

/// Signs backups with the box's key.
public struct BackupSigner: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// What is signed begins with this, so that no other signature of the box fits.
    private static let domain = Array("millwright-backup-1\n".utf8)

    /// A signer with the box's private Ed25519 key of 32 bytes.
    public init(privateKey: [UInt8]) throws(BackupTrouble) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: privateKey)
        } catch {
            throw .badSigningKey
        }
    }

    /// The public key, 32 bytes.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// The signature over a digest, 64 bytes.
    func sign(_ digest: [UInt8]) throws(BackupTrouble) -> [UInt8] {
        do {
            return Array(try key.signature(for: BackupSigner.domain + digest))
        } catch {
            throw .badSigningKey
        }
    }

    /// Whether a signature is that of a public key over a digest.
    static func isSigned(_ digest: [UInt8], signature: [UInt8], by signer: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: signer) else {
            return false
        }
        return key.isValidSignature(signature, for: domain + digest)
    }
}

/// Who signed a backup, as far as the reader can tell.
public enum BackupOrigin: Sendable, Hashable {
    /// The box whose key the caller expected.
    case expectedBox
    /// A box with another key than the caller expected.
    case anotherBox
    /// Some box; the caller expected none.
    case unknownBox

    init(signer: [UInt8], expected: [UInt8]?) {
        self = expected.map { $0 == signer ? .expectedBox : .anotherBox } ?? .unknownBox
    }

    /// The words for pages and terminals.
    public var sentence: String {
        switch self {
        case .expectedBox: "Signed by this box."
        case .anotherBox: "Signed by another box."
        case .unknownBox: "Signed by an unknown box."
        }
    }
}
