// One frame: packed, encrypted, and bound to its file, its place and whether it is the last.

import Crypto

/// What a frame holds.
enum FrameKind: UInt8, Sendable {
    /// Content, packed by zstd.
    case packed = 1
    /// Content as it is.
    case stored = 2
    /// SHA-256 of the manifest; the last frame, and only that.
    case closing = 3
}

/// The clear twelve bytes before a frame's body.
struct FrameHead: Sendable, Hashable {
    var kind: FrameKind
    /// Bytes of content.
    var plainBytes: Int
    /// Bytes of the encrypted body without its tag.
    var bodyBytes: Int

    static let byteCount = 12

    var bytes: [UInt8] {
        [kind.rawValue, isLast, 0, 0] + LittleEndian.bytes(UInt32(plainBytes))
            + LittleEndian.bytes(UInt32(bodyBytes))
    }

    /// 1 for the last frame, else 0.
    var isLast: UInt8 { kind == .closing ? 1 : 0 }

    init(kind: FrameKind, plainBytes: Int, bodyBytes: Int) {
        self.kind = kind
        self.plainBytes = plainBytes
        self.bodyBytes = bodyBytes
    }

    /// The head of twelve bytes whose frame must hold as many bytes of content; nil for any other.
    init?(_ bytes: [UInt8], plainBytes: Int) {
        guard bytes.count == FrameHead.byteCount, let kind = FrameKind(rawValue: bytes[0]) else {
            return nil
        }
        self.kind = kind
        self.plainBytes = plainBytes
        bodyBytes = LittleEndian.number(bytes[8..<12])
        let isFit = kind == .packed ? bodyBytes < plainBytes : bodyBytes == plainBytes
        guard isFit, self.bytes == bytes else { return nil }
    }
}

/// Encrypts and decrypts the frames of one file with AES-256-GCM.
struct FrameSeal: Sendable {
    private let key: SymmetricKey
    private let headerDigest: [UInt8]

    static let tagBytes = 16
    /// Bytes of the closing frame with head and tag.
    static let closingBytes = FrameHead.byteCount + BackupHeader.digestBytes + tagBytes

    /// The seal of a file; its header's digest is bound into every frame.
    init(key: BackupKey, salt: [UInt8], headerDigest: [UInt8]) {
        self.key = FrameSeal.derived(key, salt, "millwright-backup-1 frames", count: 32)
        self.headerDigest = headerDigest
    }

    /// The bytes by which the header tells whether a key is the right one.
    static func keyCheck(_ key: BackupKey, salt: [UInt8]) -> [UInt8] {
        let derived = derived(
            key, salt, "millwright-backup-1 key check", count: BackupHeader.keyCheckBytes)
        return unsafe derived.withUnsafeBytes { unsafe Array($0) }
    }

    /// HKDF-SHA256 (RFC 5869); the key is uniformly random, so that nothing slower is needed.
    private static func derived(
        _ key: BackupKey, _ salt: [UInt8], _ purpose: String, count: Int
    ) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.bytes), salt: salt, info: Array(purpose.utf8),
            outputByteCount: count)
    }

    /// The whole frame of a body; nil only if the cipher itself fails.
    func sealed(_ body: [UInt8], head: FrameHead, index: Int) -> [UInt8]? {
        do {
            let box = try AES.GCM.seal(
                body, using: key, nonce: AES.GCM.Nonce(data: nonce(head, index)),
                authenticating: bound(head, index))
            var frame: [UInt8] = []
            frame.reserveCapacity(FrameHead.byteCount + body.count + FrameSeal.tagBytes)
            frame += head.bytes
            frame += box.ciphertext
            frame += box.tag
            return frame
        } catch {
            return nil
        }
    }

    /// The body of an encrypted one with its tag; nil unless it is the one that was sealed here.
    func opened(_ sealed: [UInt8], head: FrameHead, index: Int) -> [UInt8]? {
        guard sealed.count >= FrameSeal.tagBytes else { return nil }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce(head, index)),
                ciphertext: sealed.dropLast(FrameSeal.tagBytes),
                tag: sealed.suffix(FrameSeal.tagBytes))
            return Array(try AES.GCM.open(box, using: key, authenticating: bound(head, index)))
        } catch {
            // The cipher says no more than that; the caller knows the place.
            return nil
        }
    }

    /// A counter and the flag of the last frame, as in STREAM (Hoang, Reyhanitabar, Rogaway and
    /// Vizár 2015); the key is new for each file, so that no nonce comes twice.
    private func nonce(_ head: FrameHead, _ index: Int) -> [UInt8] {
        LittleEndian.bytes(UInt64(index)) + [head.isLast, 0, 0, 0]
    }

    private func bound(_ head: FrameHead, _ index: Int) -> [UInt8] {
        headerDigest + LittleEndian.bytes(UInt64(index)) + head.bytes
    }
}
