// Reads a backup: what is in it, whether all of it is sound, and its files.

import Crypto

/// What a backup says it holds.
public struct BackupContents: Sendable, Hashable {
    /// Whose it is and what made it.
    public var label: BackupLabel
    /// What is in it.
    public var manifest: BackupManifest
    /// The signer's public Ed25519 key, 32 bytes.
    public var signer: [UInt8]
    /// Whether the signer is the one that the caller expected.
    public var origin: BackupOrigin
    /// Bytes of the file.
    public var fileBytes: Int
    /// Whether digest and signature were checked; without that, nothing here is certain.
    public var isSignatureChecked: Bool
}

/// What was checked of a backup, all of it sound.
public struct BackupProof: Sendable, Hashable {
    /// What is in it.
    public var contents: BackupContents
    /// SHA-256 of all bytes before it, as signed; 32 bytes.
    public var digest: [UInt8]
    /// Frames that were decrypted, the closing one included.
    public var frames: Int
}

/// Reads backups; every length in them is checked before it is used.
public enum BackupReader {
    /// What is in a backup, without its key.
    ///
    /// Reads the whole file to check digest and signature where that is asked for.
    public static func manifest(
        of path: String, isSignatureChecked: Bool = true, expecting signer: [UInt8]? = nil,
        pacing: BackupPacing? = nil
    ) throws(BackupTrouble) -> BackupContents {
        let backup = try OpenedBackup(path)
        if isSignatureChecked { try backup.checkRest(pacing) }
        return backup.contents(expecting: signer, isSignatureChecked: isSignatureChecked)
    }

    /// Checks every byte of a backup: digest, signature, every frame, every entry.
    public static func verify(
        _ path: String, key: BackupKey, expecting signer: [UInt8]? = nil,
        pacing: BackupPacing? = nil
    ) throws(BackupTrouble) -> BackupProof {
        let backup = try OpenedBackup(path)
        return try FrameWalk(backup, key: key).run(into: nil, expecting: signer, pacing: pacing)
    }

    /// Checks every byte of a backup and writes its files into a folder that is new or empty.
    ///
    /// When anything is wrong, what was written is removed again.
    public static func extract(
        _ path: String, key: BackupKey, into folder: String, expecting signer: [UInt8]? = nil,
        progress: BackupPacing? = nil
    ) throws(BackupTrouble) -> BackupProof {
        try extract(
            path, key: key, into: folder, expecting: signer, progress: progress,
            faults: { _ in nil })
    }

    static func extract(
        _ path: String, key: BackupKey, into folder: String, expecting signer: [UInt8]?,
        progress: BackupPacing?, faults: @escaping OutputFaults
    ) throws(BackupTrouble) -> BackupProof {
        let backup = try OpenedBackup(path)
        let walk = try FrameWalk(backup, key: key)
        let scratch = try ScratchFolder(folder, faults: faults)
        do throws(BackupTrouble) {
            let proof = try walk.run(into: scratch, expecting: signer, pacing: progress)
            try scratch.flush()
            return proof
        } catch {
            scratch.remove()
            throw error
        }
    }
}

/// One pass over the frames of a backup.
struct FrameWalk {
    private let backup: OpenedBackup
    private let seal: FrameSeal
    private let packer = FramePacker(writes: false)

    /// Checks the key, and that the manifest is the one that was encrypted with it.
    ///
    /// So no name of a manifest that somebody else wrote is ever used.
    init(_ backup: OpenedBackup, key: BackupKey) throws(BackupTrouble) {
        let header = backup.header
        guard FrameSeal.keyCheck(key, salt: header.salt) == header.keyCheck else {
            throw .wrongKey(file: backup.file.path)
        }
        self.backup = backup
        seal = FrameSeal(key: key, salt: header.salt, headerDigest: backup.headerDigest)
        let start = backup.framesEnd - FrameSeal.closingBytes
        try checkClosing(
            try backup.file.bytes(at: start, FrameSeal.closingBytes), at: start)
    }

    /// Walks all frames in order, then checks digest and signature.
    func run(
        into scratch: ScratchFolder?, expecting signer: [UInt8]?, pacing: BackupPacing?
    ) throws(BackupTrouble) -> BackupProof {
        var frame = 0
        var bytes = 0
        for entry in backup.manifest.entries {
            let output = try scratch?.begin(entry.path)
            var hash = SHA256()
            var left = entry.size
            while left > 0 {
                let count = min(left, BackupLimits.frameBytes)
                let content = try content(count, frame: frame, entry: entry.path)
                hash.update(data: content)
                try output?.write(content)
                left -= count
                frame += 1
                bytes += count
                let progress = BackupProgress(
                    entry: entry.path, bytes: bytes, totalBytes: backup.manifest.totalBytes)
                if pacing?(progress) == .cancel { throw .cancelled(file: backup.file.path) }
            }
            guard Array(hash.finalize()) == entry.digest else {
                throw .damaged(
                    file: backup.file.path,
                    place: BackupPlace(backup.file.position, entry: entry.path),
                    what: "the content does not match its SHA-256")
            }
            try output?.commit()
        }
        let start = backup.file.position
        guard start + FrameSeal.closingBytes == backup.framesEnd else {
            throw .damaged(
                file: backup.file.path, place: BackupPlace(start, frame: frame),
                what: "the frames do not end where the closing frame begins")
        }
        try checkClosing(try backup.file.next(FrameSeal.closingBytes, frame: frame), at: start)
        try backup.checkRest(nil)
        return BackupProof(
            contents: backup.contents(expecting: signer, isSignatureChecked: true),
            digest: backup.footer.digest, frames: frame + 1)
    }

    /// The content of the next frame, which must hold so many bytes.
    private func content(
        _ count: Int, frame: Int, entry: String
    ) throws(BackupTrouble) -> [UInt8] {
        let place = BackupPlace(backup.file.position, frame: frame, entry: entry)
        let bytes = try backup.file.next(FrameHead.byteCount, frame: frame, entry: entry)
        guard let head = FrameHead(bytes, plainBytes: count), head.kind != .closing else {
            throw damage(place, "the frame's head makes no sense, or the frame is not in its place")
        }
        let room = backup.framesEnd - FrameSeal.closingBytes - backup.file.position
        guard head.bodyBytes + FrameSeal.tagBytes <= room else {
            throw damage(place, "the frame's length of \(head.bodyBytes) bytes does not fit")
        }
        let sealed = try backup.file.next(
            head.bodyBytes + FrameSeal.tagBytes, frame: frame, entry: entry)
        guard let body = seal.opened(sealed, head: head, index: frame) else {
            throw damage(place, "the frame does not decrypt, or is not in its place")
        }
        guard head.kind == .packed else { return body }
        guard let content = packer.unpacked(body, count: count) else {
            throw damage(place, "the frame does not unpack to \(count) bytes")
        }
        return content
    }

    private func checkClosing(_ bytes: [UInt8], at start: Int) throws(BackupTrouble) {
        let index = backup.manifest.frames
        let place = BackupPlace(start, frame: index)
        let count = BackupHeader.digestBytes
        guard let head = FrameHead(Array(bytes.prefix(FrameHead.byteCount)), plainBytes: count),
            head.kind == .closing,
            let digest = seal.opened(
                Array(bytes.dropFirst(FrameHead.byteCount)), head: head, index: index)
        else {
            throw damage(
                place,
                "the closing frame does not decrypt as number \(index); it, or the"
                    + " manifest behind it, was changed")
        }
        guard digest == backup.manifestDigest else {
            throw damage(
                BackupPlace(backup.framesEnd),
                "the manifest is not the one that the backup was closed with")
        }
    }

    private func damage(_ place: BackupPlace, _ what: String) -> BackupTrouble {
        .damaged(file: backup.file.path, place: place, what: what)
    }
}
