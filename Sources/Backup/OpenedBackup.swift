// A backup opened for reading: header and trailer taken apart, nothing of it trusted yet.

import Crypto

/// The parts of a backup's file and where they lie.
struct OpenedBackup {
    /// Positioned behind the header's digest, at the first frame.
    let file: InputFile
    let header: BackupHeader
    let headerDigest: [UInt8]
    let manifest: BackupManifest
    let manifestDigest: [UInt8]
    let footer: BackupFooter
    /// Where the manifest begins, which is where the frames end.
    let framesEnd: Int

    /// Reads header and trailer; lengths are checked before memory is taken.
    init(_ path: String) throws(BackupTrouble) {
        let file = try InputFile(path)
        let textBytes = try OpenedBackup.headerBytes(file)
        let text = Array(
            try file.bytes(at: 0, BackupHeader.prefixBytes + textBytes)[BackupHeader.prefixBytes...]
        )
        let covered = try file.next(BackupHeader.prefixBytes + textBytes)
        let digest = try file.next(BackupHeader.digestBytes)
        guard Array(SHA256.hash(data: covered)) == digest else {
            throw .damaged(
                file: path, place: BackupPlace(0),
                what: "the header does not match its digest")
        }
        do {
            header = try BackupHeader(text: text)
        } catch {
            throw OpenedBackup.damage(file, BackupHeader.prefixBytes, error, in: "the header")
        }
        self.file = file
        headerDigest = digest
        footer = try OpenedBackup.footer(file)
        let end = file.size - BackupFooter.byteCount - footer.manifestBytes
        framesEnd = end
        guard end >= file.position + FrameSeal.closingBytes else {
            throw .damaged(
                file: path, place: BackupPlace(file.size - BackupFooter.byteCount),
                what: "the manifest's length of \(footer.manifestBytes) bytes does not fit")
        }
        let manifestText = try file.bytes(at: end, footer.manifestBytes)
        manifestDigest = Array(SHA256.hash(data: manifestText))
        manifest = try BackupManifest(text: manifestText, file: path) { flaw in
            OpenedBackup.damage(file, end, flaw, in: "the manifest")
        }
    }

    /// The length of the header's text, after its magic and version were checked.
    private static func headerBytes(_ file: InputFile) throws(BackupTrouble) -> Int {
        let known = min(file.size, BackupHeader.magic.count)
        let magic = try file.bytes(at: 0, known)
        guard known > 0, magic == Array(BackupHeader.magic.prefix(known)) else {
            throw .notBackup(file: file.path)
        }
        let prefix = try file.bytes(at: 0, BackupHeader.prefixBytes)
        let version = prefix[8]
        guard version <= BackupLimits.formatVersion else {
            throw .newerFormat(file: file.path, version: Int(version))
        }
        let length = LittleEndian.number(prefix[12..<16])
        guard version > 0, prefix[9..<12].allSatisfy({ $0 == 0 }),
            length <= BackupLimits.headerBytes
        else {
            throw .damaged(
                file: file.path, place: BackupPlace(BackupHeader.magic.count),
                what: "version and length of the header make no sense")
        }
        return length
    }

    private static func footer(_ file: InputFile) throws(BackupTrouble) -> BackupFooter {
        let start = max(file.position, file.size - BackupFooter.byteCount)
        let bytes = try file.bytes(at: start, min(BackupFooter.byteCount, file.size - start))
        guard let footer = BackupFooter(bytes) else {
            throw .damaged(
                file: file.path, place: BackupPlace(file.size),
                what: "it does not end as a backup; it was cut off, or something was added")
        }
        guard footer.manifestBytes <= BackupLimits.manifestBytes else {
            throw .damaged(
                file: file.path, place: BackupPlace(start),
                what: "the manifest's length of \(footer.manifestBytes) bytes is over the limit")
        }
        return footer
    }

    private static func damage(
        _ file: InputFile, _ start: Int, _ flaw: CanonicalFlaw, in part: String
    ) -> BackupTrouble {
        .damaged(
            file: file.path, place: BackupPlace(start + flaw.offset),
            what: "\(part) cannot be read: \(flaw.what)")
    }

    /// What the caller is told about the backup.
    func contents(expecting signer: [UInt8]?, isSignatureChecked: Bool) -> BackupContents {
        BackupContents(
            label: header.label, manifest: manifest, signer: header.signer,
            origin: BackupOrigin(signer: header.signer, expected: signer),
            fileBytes: file.size, isSignatureChecked: isSignatureChecked)
    }

    /// Reads in order from where the file stands to the footer's digest, and checks digest and
    /// signature.
    func checkRest(_ pacing: BackupPacing?) throws(BackupTrouble) {
        let end = file.size - BackupFooter.byteCount + BackupFooter.coveredBytes
        while file.position < end {
            _ = try file.next(min(BackupLimits.frameBytes, end - file.position))
            let progress = BackupProgress(entry: nil, bytes: file.position, totalBytes: file.size)
            if pacing?(progress) == .cancel { throw .cancelled(file: file.path) }
        }
        guard file.digest == footer.digest else {
            throw .damaged(
                file: file.path, place: BackupPlace(end),
                what: "the digest is not that of the bytes before it")
        }
        guard
            BackupSigner.isSigned(footer.digest, signature: footer.signature, by: header.signer)
        else {
            throw .falseSignature(
                file: file.path, place: BackupPlace(end + BackupHeader.digestBytes))
        }
    }
}
