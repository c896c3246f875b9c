// Writes a backup: header, frames, manifest, signature, in one pass and constant memory.

import Crypto

/// Writes one backup, entry by entry; used by one thread, one writer for a target at a time.
///
/// Whatever throws ends the backup: the temporary file is removed and the target stays as it was.
/// The same happens when a writer goes away unfinished. Only after `finish` returns is there a
/// backup, and it takes the place of an older file of the same name.
public final class BackupWriter {
    private let target: String
    private let output: OutputFile
    private let seal: FrameSeal
    private let signer: BackupSigner
    private let pacing: BackupPacing
    private let packer = FramePacker(writes: true)
    private var hash = SHA256()
    private var taken = TakenPaths()
    private var manifest = BackupManifest(entries: [])
    private var frame = 0
    private var contentBytes = 0
    private var isEnded = false

    /// Begins a backup at a path whose folder exists.
    ///
    /// `random` gives as many unguessable bytes as it is asked for: a salt that comes twice with
    /// the same key gives the cipher's secrecy away.
    public convenience init(
        _ target: String, label: BackupLabel, key: BackupKey, signer: BackupSigner,
        random: (Int) -> [UInt8], pacing: @escaping BackupPacing = { _ in .proceed }
    ) throws(BackupTrouble) {
        try self.init(
            target, label: label, key: key, signer: signer, random: random, pacing: pacing,
            faults: { _ in nil })
    }

    init(
        _ target: String, label: BackupLabel, key: BackupKey, signer: BackupSigner,
        random: (Int) -> [UInt8], pacing: @escaping BackupPacing, faults: @escaping OutputFaults
    ) throws(BackupTrouble) {
        if let flaw = label.flaw { throw .overLimit(file: target, what: flaw) }
        let salt = random(BackupHeader.saltBytes)
        precondition(
            salt.count == BackupHeader.saltBytes,
            "the source of random bytes gave another number")
        let header = BackupHeader(
            label: label, signer: signer.publicKey, salt: salt,
            keyCheck: FrameSeal.keyCheck(key, salt: salt))
        // A label within its limits makes a header within its own, as a test shows.
        let bytes = header.bytes
        let digest = Array(SHA256.hash(data: bytes))
        self.target = target
        self.signer = signer
        self.pacing = pacing
        seal = FrameSeal(key: key, salt: salt, headerDigest: digest)
        output = try OutputFile(target, faults: faults)
        // A failure here drops the output file, which removes itself.
        try write(bytes + digest)
    }

    /// Adds a file's content under a name.
    public func add(path: String, from source: String) throws(BackupTrouble) {
        try orAbandon { () throws(BackupTrouble) in
            try take(path)
            let input = try InputFile(source)
            var size = 0
            while true {
                let block = try input.next(upTo: BackupLimits.frameBytes)
                if block.isEmpty { break }
                size += block.count
                try addContent(block, of: path)
                if block.count < BackupLimits.frameBytes { break }
            }
            manifest.entries.append(BackupEntry(path: path, size: size, digest: input.digest))
        }
    }

    /// Adds bytes under a name.
    public func add(path: String, bytes: [UInt8]) throws(BackupTrouble) {
        try orAbandon { () throws(BackupTrouble) in
            try take(path)
            for start in stride(from: 0, to: bytes.count, by: BackupLimits.frameBytes) {
                let end = min(bytes.count, start + BackupLimits.frameBytes)
                try addContent(Array(bytes[start..<end]), of: path)
            }
            manifest.entries.append(
                BackupEntry(
                    path: path, size: bytes.count, digest: Array(SHA256.hash(data: bytes))))
        }
    }

    /// Signs the backup, flushes it and gives it its name.
    public func finish() throws(BackupTrouble) -> BackupReceipt {
        try orAbandon { () throws(BackupTrouble) in
            // As many entries as are allowed make a manifest within its limit, as a test shows.
            let text = manifest.bytes
            let textDigest = Array(SHA256.hash(data: text))
            try addFrame(textDigest, kind: .closing, plainBytes: textDigest.count)
            try write(text + BackupFooter.covered(manifestBytes: text.count))
            let digest = Array(hash.finalize())
            try write(digest + signer.sign(digest))
            try output.commit()
            isEnded = true
            return BackupReceipt(
                manifest: manifest, digest: digest, fileBytes: output.position, frames: frame)
        }
    }

    /// Gives up: nothing is left behind.
    public func abandon() {
        isEnded = true
        output.abandon()
    }

    /// Runs a step; when it throws, nothing is left behind.
    private func orAbandon<Value>(
        _ step: () throws(BackupTrouble) -> Value
    ) throws(BackupTrouble) -> Value {
        guard !isEnded else { throw .ended(file: target) }
        do throws(BackupTrouble) {
            return try step()
        } catch {
            abandon()
            throw error
        }
    }

    private func take(_ path: String) throws(BackupTrouble) {
        guard manifest.entries.count < BackupLimits.entries else {
            throw .overLimit(
                file: target, what: "It would have more than \(BackupLimits.entries) entries")
        }
        try taken.take(path, file: target)
    }

    private func addContent(_ block: [UInt8], of path: String) throws(BackupTrouble) {
        guard block.count <= BackupLimits.totalBytes - contentBytes else {
            throw .overLimit(
                file: target, what: "It would hold more than \(BackupLimits.totalBytes) bytes")
        }
        contentBytes += block.count
        if let packed = packer.packed(block) {
            try addFrame(packed, kind: .packed, plainBytes: block.count)
        } else {
            try addFrame(block, kind: .stored, plainBytes: block.count)
        }
        let progress = BackupProgress(entry: path, bytes: contentBytes, totalBytes: nil)
        if pacing(progress) == .cancel { throw .cancelled(file: target) }
    }

    private func addFrame(
        _ body: [UInt8], kind: FrameKind, plainBytes: Int
    ) throws(BackupTrouble) {
        let head = FrameHead(kind: kind, plainBytes: plainBytes, bodyBytes: body.count)
        guard let sealed = seal.sealed(body, head: head, index: frame) else {
            throw .unwritable(file: target, reason: "frame \(frame) could not be encrypted")
        }
        try write(sealed)
        frame += 1
    }

    private func write(_ bytes: [UInt8]) throws(BackupTrouble) {
        try output.write(bytes)
        hash.update(data: bytes)
    }
}

/// What a finished backup is.
public struct BackupReceipt: Sendable, Hashable {
    /// What is in it.
    public var manifest: BackupManifest
    /// SHA-256 of all bytes before it, as signed; 32 bytes.
    public var digest: [UInt8]
    /// Bytes of the file.
    public var fileBytes: Int
    /// Frames, the closing one included.
    public var frames: Int
}
